"""Registers: the list of a facilitator's, and the page where one is taken."""

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import actions, queries
from cohorts.access import groups_visible_to, may_record_register, registers_of, seminars_visible_to
from cohorts.forms.registers import RegisterForm, is_to_be_filled, tally_of, with_the_rest_present
from cohorts.models import AttendanceMark, Seminar
from cohorts.queries.catch_up import handed_in_for
from cohorts.rules.engagement import attended_from
from cohorts.rules.timetable import register_opens_at
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.doors import for_role, person_of

REGISTERS_ON_A_PAGE = 20


@for_role(Role.FACILITATOR)
@require_safe
def registers(request: HttpRequest) -> HttpResponse:
    now = clock.now()
    mine = queries.registers_in_order(registers_of(person_of(request)), at=now)
    page = Paginator(mine, REGISTERS_ON_A_PAGE).get_page(request.GET.get("page"))
    lines = [(one, register_opens_at(one.starts_at)) for one in page]
    return render(request, "cohorts/registers.html", {"page": page, "lines": lines, "now": now})


@for_role(Role.FACILITATOR, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, public_id: str) -> HttpResponse:
    person = person_of(request)
    readable = seminars_visible_to(person).select_related("cohort__version", "group", "item", "venue", "facilitator")
    roster = groups_visible_to(person).filter(pk=OuterRef("group"))
    seminar: Any = get_object_or_404(readable.annotate(may_take_roster=Exists(roster)), public_id=public_id)
    may_write = may_record_register(person, seminar)
    if request.method == "POST" and not may_write:
        raise PermissionDenied
    lines = queries.register_lines(seminar, clock.now())
    form = _register_form(request, seminar, lines)
    if form.is_valid():
        try:
            written = actions.record_register(seminar, marks=form.marks(), by=person)
        except RuleViolation as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _saved(seminar, lines))
            if overtaken := list(form.overtaken(queries.marks_replaced_by(written))):
                messages.warning(request, _overtaken(overtaken, person))
            return redirect("cohorts:register", public_id)
    policy = current_policy(seminar.cohort.version)
    marks = [mark for line in lines for mark in (line.mark, *line.earlier) if mark]
    has_reasons = any(line.earlier for line in lines) or any(mark.status == "exempt" for mark in marks)
    rows = list(form.rows(queries.reasons_of(marks if has_reasons else ())))
    context = {
        "seminar": seminar,
        "form": form,
        "rows": rows,
        "tally": tally_of(rows),
        "lines": lines,
        "may_write": may_write,
        "handed_in": handed_in_for(seminar),
        "opens_at": register_opens_at(seminar.starts_at),
        "is_open": register_opens_at(seminar.starts_at) <= clock.now() and seminar.state == "scheduled",
        "part_below": attended_from(seminar.item.minutes, policy.attended_percent),
        # Whoever only stands in for a session has its sheet to sign, and not the roster of its group.
        "roster_of": seminar.group.name if seminar.group and seminar.may_take_roster else "",
    }
    return render(request, "cohorts/register.html", context)


def _register_form(request: HttpRequest, seminar: Seminar, lines: list[queries.RegisterLine]) -> RegisterForm:
    """Bound when it is being saved; unbound, with its blanks filled, when that was asked for."""
    minutes = seminar.item.minutes
    if request.method != "POST":
        return RegisterForm(None, lines=lines, item_minutes=minutes)
    if is_to_be_filled(request.POST, lines, minutes):
        first = with_the_rest_present(request.POST, lines, minutes)
        return RegisterForm(None, lines=lines, item_minutes=minutes, first=first)
    return RegisterForm(request.POST, lines=lines, item_minutes=minutes)


_SAID = {"partly": "part", "authorised": "authorised absence", "caught_up": "caught up"}


def _saved(seminar: Seminar, lines: list[queries.RegisterLine]) -> str:
    """What stands now, whoever of them was marked just now or before, in the order of the bar below the list."""
    marks = queries.newest_marks(seminar)
    counts = Counter(mark.status for mark in marks.values())
    said = ", ".join(
        f"{counts[status]} {_SAID.get(status, status)}" for status in AttendanceMark.Status if counts[status]
    )
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
