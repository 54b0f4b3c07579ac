"""What participants see of their course."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from cohorts import actions, queries
from cohorts.models import Enrolment
from cohorts.queries.course import WRITTEN_ON
from cohorts.queries.facilitators import leader_of
from cohorts.queries.network import last_day_in
from cohorts.queries.placements import tasks_beside
from cohorts.queries.practice import practice_of
from cohorts.queries.study import study_of
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Item
from npqh_portal.web.doors import for_role, person_of, refusals

from .own import enrolment_of

SITTINGS_AHEAD = 3


@for_role(Role.PARTICIPANT)
@require_safe
def course(request: HttpRequest) -> HttpResponse:
    enrolment, now = enrolment_of(request), clock.now()
    if enrolment is None:
        return render(request, "cohorts/course.html", {"enrolment": None})
    stay = queries.latest_membership_of(enrolment)
    plans = queries.course_plans(enrolment, now)
    lines = {one.item.pk: one.line for plan in plans for one in plan.items if one.line}
    sittings = {one.sitting for plan in plans for one in plan.items if one.sitting and one.state == "to_come"}
    ahead = sorted((one for one in sittings if one.ends_at > now), key=lambda one: one.starts_at)
    dates = queries.dates_of(stay.cohort, extension_months=enrolment.extension_months) if stay else None
    windows = queries.windows_of(stay.cohort) if stay else []
    context = {
        "enrolment": enrolment,
        "stay": stay,
        "dates": dates,
        "windows": windows,
        "last_day": last_day_in(dates, windows) if dates else None,
        "today": clock.today(),
        "just_done": request.GET.get("done"),
        "plans": plans,
        "ahead": ahead[:SITTINGS_AHEAD],
        "leader": leader_of(stay.group, clock.today()) if stay and stay.group else None,
        "closed": queries.closed_cohort_of(enrolment, stay),
        "is_live": enrolment.state in LIVE_ENROLMENT,
        "may_record": enrolment.state == "active" and stay is not None and stay.to_on is None,
        "has_tasks": tasks_beside(enrolment.version_id).exists(),
        "practice": practice_of(enrolment, stay, lines=lines, today=clock.today()),
    }
    return render(request, "cohorts/course.html", context)


@for_role(Role.PARTICIPANT)
@require_POST
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Record one of one's own items as done; of those that are written or read here, one is led to where."""
    enrolment, item = _own_item(request, code)
    if item.kind in WRITTEN_ON:
        return redirect(WRITTEN_ON[item.kind], code)
    if study_of(enrolment, code, clock.now()):
        return redirect("cohorts:study", code)
    done = ""
    with refusals(request):
        actions.record_completion(enrolment, item=item, by=person_of(request))
        # Told beside it, for the top of the page is far above.
        done = f"?done={code}#item-{code}"
    return redirect(reverse("cohorts:course") + done)


@for_role(Role.PARTICIPANT)
@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Say of an item recorded as done that it is not; it can be recorded again."""
    enrolment, item = _own_item(request, code)
    with refusals(request):
        actions.take_back_completion(enrolment, item=item, by=person_of(request))
        messages.success(request, f"Taken back: “{item.title}” is not done.")
    return redirect("cohorts:engagement_item", code)


def _own_item(request: HttpRequest, code: str) -> tuple[Enrolment, Item]:
    enrolment = enrolment_of(request)
    if enrolment is None:
        raise Http404
    of_mine = get_object_or_404(Item, version=enrolment.version_id, code=code, personal_items__enrolment=enrolment)
    return enrolment, of_mine
