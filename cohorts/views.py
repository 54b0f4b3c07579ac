"""What participants see of their course, and the registers of facilitators."""

from collections import Counter
from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.doors import for_role, refusals

from . import actions, queries
from .access import may_record_register, registers_of, seminars_visible_to
from .errors import ReasonNeeded
from .forms import RegisterForm, with_the_rest_present
from .models import AttendanceMark, Enrolment, Seminar
from .rules.dates import end_of
from .rules.engagement import attended_from

REGISTERS_ON_A_PAGE = 20
ENTRIES_ON_A_PAGE = 15
SITTINGS_AHEAD = 3
SITTINGS_AHEAD_OF_A_FACILITATOR = 4


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    return request.user


def _enrolment(request: HttpRequest) -> Enrolment | None:
    return queries.current_enrolment_of(_person(request))


# --- the participant -----------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def course(request: HttpRequest) -> HttpResponse:
    enrolment, now = _enrolment(request), clock.now()
    if enrolment is None:
        return render(request, "cohorts/course.html", {"enrolment": None})
    stay = queries.latest_membership_of(enrolment)
    plans = queries.course_plans(enrolment, now)
    sittings = {one.sitting for plan in plans for one in plan.items if one.sitting and one.state == "to_come"}
    ahead = sorted((one for one in sittings if one.ends_at > now), key=lambda one: one.starts_at)
    context = {
        "enrolment": enrolment,
        "stay": stay,
        "dates": queries.dates_of(stay.cohort, extension_months=enrolment.extension_months) if stay else None,
        "windows": queries.windows_of(stay.cohort) if stay else [],
        "plans": plans,
        "ahead": ahead[:SITTINGS_AHEAD],
        "may_record": enrolment.state == "active" and stay is not None and stay.to_on is None,
    }
    return render(request, "cohorts/course.html", context)


@for_role(Role.PARTICIPANT)
@require_POST
def complete(request: HttpRequest, code: str) -> HttpResponse:
    """Record one of one's own items as done."""
    enrolment = _enrolment(request)
    if enrolment is None:
        raise Http404
    item = get_object_or_404(Item, version=enrolment.version_id, code=code, personal_items__enrolment=enrolment)
    with refusals(request):
        actions.record_completion(enrolment, item=item, by=_person(request))
        messages.success(request, f"Recorded: “{item.title}” is done.")
    return redirect(f"{reverse('cohorts:course')}#{item.course.code if item.course else 'programme'}")


@for_role(Role.PARTICIPANT)
@require_safe
def engagement(request: HttpRequest) -> HttpResponse:
    enrolment, now = _enrolment(request), clock.now()
    if enrolment is None:
        return render(request, "cohorts/engagement.html", {"enrolment": None})
    stay = queries.latest_membership_of(enrolment)
    kinds = queries.figures_by_kind(enrolment, now)
    standing = queries.standing_of(enrolment, now)
    policy = current_policy(enrolment.version)
    session = queries.usual_minutes(enrolment, ItemKind.SEMINAR)
    ledger = Paginator(queries.ledger_of(enrolment, now), ENTRIES_ON_A_PAGE)
    context = {
        "enrolment": enrolment,
        "standing": standing,
        "is_one_sum": len(standing.components) == 1 and standing.components[0].unit == "minutes",
        "kinds": kinds,
        "policy": policy,
        "session": session,
        "may_miss": standing.sessions_to_spare(session),
        "may_miss_without_catch_up": standing.sessions_to_spare_without_catch_up(session),
        "facilitator": queries.current_facilitator_of(stay.group, clock.today()) if stay and stay.group else None,
        "now": now,
        "page": ledger.get_page(request.GET.get("page")),
    }
    return render(request, "cohorts/engagement.html", context)


# --- the facilitator -----------------------------------------------------------------------------


@for_role(Role.FACILITATOR)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    now, tonight = clock.now(), end_of(clock.today())
    mine = registers_of(_person(request))
    context = {
        "to_do": queries.registers_to_do(mine, before=tonight),
        "ahead": queries.sittings_ahead(mine, now)[:SITTINGS_AHEAD_OF_A_FACILITATOR],
        "now": now,
        "tonight": tonight,
        "long_ago": now - timedelta(days=1),
    }
    return render(request, "cohorts/today.html", context)


@for_role(Role.FACILITATOR)
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    tonight = end_of(clock.today())
    mine = queries.registers_in_order(registers_of(_person(request)), today_ends_at=tonight)
    page = Paginator(mine, REGISTERS_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/registers.html", {"page": page, "tonight": tonight})


@for_role(Role.FACILITATOR, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    person = _person(request)
    readable = seminars_visible_to(person).select_related("cohort__version", "group", "item", "venue", "facilitator")
    seminar = get_object_or_404(readable, public_id=public_id)
    may_write = may_record_register(person, seminar)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    lines = queries.register_lines(seminar, clock.now())
    form = _register_form(request, seminar, lines)
    if form.is_valid():
        with refusals(form, under={ReasonNeeded: "reason"}):
            written = actions.record_register(seminar, marks=form.marks(), by=person)
            messages.success(request, _saved(seminar, lines))
            if overtaken := list(form.overtaken(queries.marks_replaced_by(written))):
                messages.warning(request, _overtaken(overtaken, person))
            return redirect("cohorts:register", public_id)
    policy = current_policy(seminar.cohort.version)
    context = {
        "seminar": seminar,
        "form": form,
        "lines": lines,
        "may_write": may_write,
        "is_open": end_of(clock.today()) > seminar.starts_at and seminar.state == "scheduled",
        "part_below": attended_from(seminar.item.minutes, policy.attended_percent),
    }
    return render(request, "cohorts/register.html", context)


def _register_form(request: HttpRequest, seminar: Seminar, lines: list[queries.RegisterLine]) -> RegisterForm:
    """Bound when it is being saved; with its blanks filled, and unbound, when that button was pressed."""
    first, sent = None, request.POST if request.method == "POST" else None
    if sent is not None and "fill" in sent:
        first, sent = with_the_rest_present(sent, lines), None
    return RegisterForm(sent, initial=first, lines=lines, item_minutes=seminar.item.minutes)


_SAID = {"partly": "part", "authorised": "authorised absence", "caught_up": "caught up"}


def _saved(seminar: Seminar, lines: list[queries.RegisterLine]) -> str:
    """What stands now, whoever of them was marked just now or before."""
    marks = queries.newest_marks(seminar)
    counts = Counter(_SAID.get(mark.status, mark.status) for mark in marks.values())
    said = ", ".join(f"{count} {status}" for status, count in counts.most_common())
    left = sum(line.enrolment.pk not in marks and not line.is_late for line in lines)
    rest = f" {left} still to mark." if left else ""
    return f"Register saved: {said or 'nobody is marked'}.{rest}"


def _overtaken(marks: list[tuple[queries.RegisterLine, AttendanceMark]], person: User) -> str:
    """Who was marked by whom while the page was open, where the page then said otherwise."""

    def said(line: queries.RegisterLine, mark: AttendanceMark) -> str:
        who = "you" if mark.recorded_by == person else str(mark.recorded_by or "the portal")
        return f"{who} marked {line.enrolment.person} {_SAID.get(mark.status, mark.status)}"

    sentence = ", and ".join(said(line, mark) for line, mark in marks)
    return f"While this page was open, {sentence}. What you saved last counts; both marks are kept."
