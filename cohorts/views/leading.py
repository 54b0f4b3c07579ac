"""For leads: sessions that nobody leads, who is free for one, and how much each facilitator leads."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import actions
from cohorts.access import LEADS, cohorts_visible_to, facilitators_visible_to
from cohorts.forms.facilitators import FindLeaderForm
from cohorts.models import SchoolTerm, Seminar
from cohorts.queries.facilitators import Load, loads, term_of, who_could_lead, without_leader
from cohorts.states import HOLDING, SeminarState
from npqh_portal import clock
from npqh_portal.web.doors import for_role, person_of, refusals

ROWS_ON_A_PAGE = 25

# By what the list of facilitators is sorted, the most first; by name it is found.
_SORTED: dict[str, Callable[[Load], int]] = {
    "sessions": lambda load: -load.sessions,
    "minutes": lambda load: -load.minutes,
    "groups": lambda load: -load.groups,
    "overdue": lambda load: -load.overdue,
}
_COLUMNS = (("sessions", "Sessions"), ("minutes", "Hours"), ("groups", "Groups"), ("overdue", "Registers overdue"))
EVERY_TERM = "all"


@for_role(*LEADS)
@require_safe
def unled(request: HttpRequest) -> HttpResponse:
    """Sessions to come that nobody leads, or somebody who cannot."""
    cohorts = cohorts_visible_to(person_of(request))
    seminars = Seminar.objects.filter(cohort__in=cohorts.values("pk"))
    cohort = cohorts.filter(public_id=request.GET.get("cohort", "")).first()
    if cohort:
        seminars = seminars.filter(cohort=cohort)
    page = Paginator(without_leader(seminars, clock.now()), ROWS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/leading_unled.html", {"page": page, "cohort": cohort})


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def find_leader(request: HttpRequest, public_id: str) -> HttpResponse:
    """Somebody who is free takes one session; everybody it concerns is told."""
    theirs = Seminar.objects.filter(cohort__in=cohorts_visible_to(person_of(request)).values("pk"), state__in=HOLDING)
    seminar = get_object_or_404(
        theirs.select_related("item", "group__cohort", "cohort", "facilitator", "venue"), public_id=public_id
    )
    now = clock.now()
    candidates = who_could_lead(seminar, now) if seminar.starts_at > now else []
    form = FindLeaderForm(request.POST if request.method == "POST" else None, candidates=candidates)
    if form.is_valid():
        chosen = form.chosen()
        with refusals(form):
            actions.replace_facilitator(seminar, facilitator=chosen, by=person_of(request))
            told = "Everybody it concerns is told by email." if seminar.state == SeminarState.SCHEDULED else ""
            messages.success(request, f"{chosen} leads “{seminar}”. {told}")
            return redirect("cohorts:unled")
    why = without_leader(Seminar.objects.filter(pk=seminar.pk), now).first()
    context = {
        "seminar": seminar,
        "form": form,
        "candidates": candidates,
        "why": why,
        "is_over": seminar.starts_at <= now,
    }
    return render(request, "cohorts/leading_find.html", context)


@for_role(*LEADS)
@require_safe
def facilitators(request: HttpRequest) -> HttpResponse:
    """How much each leads in a school term; this one, unless another is chosen."""
    person, today = person_of(request), clock.today()
    terms = list(SchoolTerm.objects.order_by("-starts_on"))
    asked = request.GET.get("term", "")
    term = next((one for one in terms if str(one.pk) == asked), None)
    if term is None and asked != EVERY_TERM:
        term = term_of(today)
    words = request.GET.get("q", "").strip()[:100]
    people = facilitators_visible_to(person)
    if words:
        people = people.filter(full_name__icontains=words)
    rows = loads(people, cohorts=cohorts_visible_to(person), term=term, at=clock.now())
    sort = request.GET.get("sort", "")
    if sort in _SORTED:
        rows.sort(key=_SORTED[sort])
    context = {
        "page": Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page")),
        "terms": terms,
        "term": term,
        "words": words,
        "sort": sort if sort in _SORTED else "name",
        "columns": _COLUMNS,
    }
    return render(request, "cohorts/leading_loads.html", context)
