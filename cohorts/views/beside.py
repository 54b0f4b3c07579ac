"""What people do beside the course, as their facilitator and their lead read it."""

from collections.abc import Callable
from functools import partial

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cohorts.access import LEADS, enrolments_led_by, enrolments_overseen_by, work_led_by, work_overseen_by
from cohorts.models import Enrolment
from cohorts.queries import network, placements
from cohorts.queries.reflections import reflection_counts
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role, person_of

PEOPLE_ON_A_PAGE = 25
VISITS_ON_A_PAGE = 20


@for_role(Role.FACILITATOR)
@require_safe
def people(request: HttpRequest) -> HttpResponse:
    """Those of the groups that one leads, with what they have logged."""
    page = Paginator(network.with_log(enrolments_led_by(person_of(request))), PEOPLE_ON_A_PAGE)
    return render(request, "cohorts/beside_people.html", {"page": page.get_page(request.GET.get("page"))})


@require_safe
def _record(
    request: HttpRequest, public_id: str, *, reached: Callable[[User], QuerySet[Enrolment]], is_leads: bool
) -> HttpResponse:
    known = reached(person_of(request)).select_related("person", "version__programme", "application__school")
    enrolment = get_object_or_404(known, public_id=public_id)
    visits = network.visits_in_order(enrolment.school_visits.all())
    tasks = placements.tasks_of(enrolment, clock.today())
    placement = tasks.placement
    work = work_overseen_by if is_leads else work_led_by
    context = {
        "enrolment": enrolment,
        "reads_work": work(person_of(request)).filter(pk=enrolment.pk).exists(),
        "page": Paginator(visits, VISITS_ON_A_PAGE).get_page(request.GET.get("page")),
        "tasks": tasks,
        "compared": placements.compared(network.school_of(enrolment), placement.school) if placement else [],
        "reflections": reflection_counts(enrolment) if is_leads else None,
        "is_leads": is_leads,
    }
    return render(request, "cohorts/beside.html", context)


record = for_role(Role.FACILITATOR)(partial(_record, reached=enrolments_led_by, is_leads=False))
record_for_lead = for_role(*LEADS)(partial(_record, reached=enrolments_overseen_by, is_leads=True))
