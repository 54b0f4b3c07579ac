"""Questions about marks: what a participant asks, and what whoever answers for them decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from cohorts import errors
from cohorts.access import (
    READERS_OF_WORK,
    appeal_files_of,
    appeals_led_by,
    appeals_of,
    appeals_overseen_by,
    enrolments_of,
)
from cohorts.actions import appeals as actions
from cohorts.forms import appeals as shapes
from cohorts.models import Appeal, AttendanceMark
from cohorts.queries import appeals as queries
from cohorts.queries import standing_of
from cohorts.queries.catch_up import Gain
from cohorts.rules.appeals import ask_by, check_in_time
from cohorts.states import LIVE_ENROLMENT, OPEN_APPEAL, AppealState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.doors import View, for_role, on_arrival, person_of, refusals
from npqh_portal.web.downloads import document_as_sent
from npqh_portal.web.forms import PortalForm, sent
from npqh_portal.web.words import day

APPEALS_ON_A_PAGE = 25

_UNDER: dict[type[RuleViolation], str] = {
    errors.AppealSaysTheSame: "claimed",
    errors.AppealChangesNothing: "claimed",
    errors.AppealMinutesNeeded: "minutes",
    errors.AppealWithoutWords: "words",
    errors.AppealFileRefused: "document",
}
_UNDER_ANSWER: dict[type[RuleViolation], str] = {
    errors.AnswerWithoutWords: "words",
    errors.ExemptionWithoutWords: "words",
    errors.AnswerChangesNothing: "status",
    errors.MinutesNeeded: "minutes",
    errors.CatchUpClosed: "status",
    errors.OnlyCaughtUp: "status",
}


# --- the participant -----------------------------------------------------------------------------


@on_arrival
@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal(request: HttpRequest, public_id: str, received_at: datetime) -> HttpResponse:
    """What the register of a session says of them, and what they ask of it."""
    person = person_of(request)
    marks = AttendanceMark.objects.filter(enrolment__in=enrolments_of(person), seminar__public_id=public_id)
    mark = marks.select_related(
        "note", "recorded_by", "enrolment__person", "enrolment__version", "seminar__item", "seminar__facilitator"
    ).first()
    if mark is None:
        raise Http404
    enrolment = mark.enrolment
    asked = queries.whole(appeals_of(person).filter(seminar=mark.seminar)).order_by("-pk").prefetch_related("steps__by")
    standing = [one for one in asked if one.state != AppealState.WITHDRAWN]
    last = standing[0] if standing else None
    is_over = last is not None and (last.state in OPEN_APPEAL or last.mark_id == mark.pk)
    until = ask_by(mark.recorded_at, current_policy(enrolment.version).appeal_days)
    refusal = _refusal(mark, received_at)
    form = None
    if request.method == "POST" or not (is_over or refusal):
        form = shapes.AppealForm(sent(request), request.FILES or None, mark=mark)
        if form.is_valid():
            with refusals(form, under=_UNDER):
                kept = actions.question_mark(
                    enrolment, seminar=mark.seminar, **form.said(), received_at=received_at, by=person
                )
                messages.success(request, f"Sent. {_clock(kept)}")
                return redirect("cohorts:appeal", public_id)
        elif is_over or refusal:
            form = None  # whatever is put right in it, it cannot be sent
    context = {
        "mark": mark,
        "seminar": mark.seminar,
        "appeals": standing,
        "last": last,
        "is_open": last is not None and last.state in OPEN_APPEAL,
        "clock": _clock(last) if last and last.state in OPEN_APPEAL else "",
        "may_go_further": _may_go_further(last, received_at),
        "until": until,
        "refusal": "" if is_over else refusal,
        "form": form,
        "typed": request.POST.get("words", "") if refusal or is_over else "",
        "may_ask": not (is_over or refusal),
    }
    return render(request, "cohorts/appeal.html", context)


def _refusal(mark: AttendanceMark, at: datetime) -> str:
    """Why this mark cannot be questioned now; empty where it can."""
    if mark.enrolment.state not in LIVE_ENROLMENT:
        return "Your part in the programme is over, so its registers stand as they are."
    try:
        check_in_time(ask_by(mark.recorded_at, current_policy(mark.enrolment.version).appeal_days), at)
    except RuleViolation as refusal:
        return str(refusal)
    return ""


def _may_go_further(one: Appeal | None, at: datetime) -> bool:
    if one is None or one.state != AppealState.KEPT or one.further_by is None:
        return False
    return clock.london_date(at) <= one.further_by


def _clock(one: Appeal) -> str:
    who = queries.answers(one, clock.today()) or "The programme lead"
    if one.answer_by < clock.today():
        return f"{who} was to answer by {day(one.answer_by)}. They have been reminded, and so has the programme lead."
    return f"{who} answers by {day(one.answer_by)}."


@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_take_back(request: HttpRequest, public_id: str) -> HttpResponse:
    """Asked once more before it is taken back."""
    mine = get_object_or_404(queries.whole(appeals_of(person_of(request))), public_id=public_id)
    form = PortalForm(sent(request))
    if form.is_valid():
        with refusals(request):
            actions.withdraw_appeal(mine, by=person_of(request))
            messages.success(request, "Taken back. The mark stands as it is.")
        return redirect("cohorts:appeal", mine.seminar.public_id)
    is_open = mine.state in OPEN_APPEAL
    return render(request, "cohorts/appeal_take_back.html", {"appeal": mine, "form": form, "is_open": is_open})


@on_arrival
@for_role(Role.PARTICIPANT)
@require_http_methods(["GET", "HEAD", "POST"])
def appeal_further(request: HttpRequest, public_id: str, received_at: datetime) -> HttpResponse:
    """To the programme lead, once."""
    person = person_of(request)
    whole = queries.whole(appeals_of(person)).prefetch_related("steps__by")
    mine = get_object_or_404(whole, public_id=public_id)
    form = shapes.FurtherForm(sent(request))
    if form.is_valid():
        with refusals(form, under={errors.AppealWithoutWords: "words"}):
            kept = actions.take_further(mine, words=form.cleaned_data["words"], received_at=received_at, by=person)
            messages.success(request, f"Sent. {_clock(kept)}")
            return redirect("cohorts:appeal", mine.seminar.public_id)
    context = {"appeal": mine, "form": form, "may_go_further": _may_go_further(mine, received_at)}
    return render(request, "cohorts/appeal_further.html", context)


@for_role(Role.PARTICIPANT)
@require_safe
def appeal_file(request: HttpRequest, public_id: str) -> FileResponse:
    """A file of one's own."""
    return document_as_sent(get_object_or_404(appeal_files_of(person_of(request)), public_id=public_id))


# --- whoever answers -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Side:
    """The facilitator's pages, and the lead's: the same, each of the people one answers for."""

    name: str
    roles: tuple[Role, ...]
    reached: Callable[[User], QuerySet[Appeal]]
    answers: tuple[AppealState, ...]

    @property
    def all(self) -> str:
        return f"cohorts:{self.name}appeals"

    @property
    def one(self) -> str:
        return f"cohorts:{self.name}appeal_answer"

    @property
    def file(self) -> str:
        return f"cohorts:{self.name}appeal_evidence"

    @property
    def is_leads(self) -> bool:
        return self.name == "lead_"


FACILITATOR = Side("", (Role.FACILITATOR,), appeals_led_by, (AppealState.ASKED,))
LEAD = Side("lead_", READERS_OF_WORK, appeals_overseen_by, (AppealState.FURTHER, AppealState.ASKED))


def _for_both(view: Callable[..., Any]) -> tuple[View, View]:
    facilitators, leads = (for_role(*side.roles)(partial(view, side=side)) for side in (FACILITATOR, LEAD))
    return facilitators, leads


@require_safe
def _appeals(request: HttpRequest, *, side: Side) -> HttpResponse:
    """Those to answer, overdue first; those with the lead; those answered."""
    shown: dict[str, Callable[[QuerySet[Appeal]], QuerySet[Appeal]]] = {
        shapes.WAITING: lambda appeals: queries.to_answer(appeals, *side.answers),
        shapes.FURTHER: lambda appeals: queries.to_answer(appeals, AppealState.FURTHER),
        shapes.ANSWERED: queries.answered,
    }
    show = request.GET.get("show", "")
    show = show if show in shown else shapes.WAITING
    sought = request.GET.get("q", "").strip()[:100]
    found = shown[show](side.reached(person_of(request)))
    if sought:
        found = found.filter(
            Q(enrolment__person__full_name__icontains=sought) | Q(seminar__item__title__icontains=sought)
        )
    page = Paginator(found, APPEALS_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "side": side,
        "page": page,
        "show": show,
        "search": shapes.AppealSearchForm(initial={"q": sought, "show": show}),
        "sought": sought,
        "today": clock.today(),
    }
    return render(request, "cohorts/appeals.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _answer(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    """What is asked, what the register says, and the answer."""
    person = person_of(request)
    reached = queries.whole(side.reached(person)).prefetch_related("steps__by")
    one = get_object_or_404(reached, public_id=public_id)
    form = None
    if one.state in side.answers or request.method == "POST":
        effect = _effect(queries.effect_of_claim(one, clock.now()))
        form = shapes.AnswerForm(sent(request), appeal=one, effect=effect, is_final=side.is_leads)
        if form.is_valid():
            with refusals(form, under=_UNDER_ANSWER):
                messages.success(request, _answered(one, form, by=person, side=side))
                return redirect(side.all)
        one = reached.get(pk=one.pk)
    mark = queries.mark_of(one.enrolment, one.seminar)
    context = {
        "side": side,
        "appeal": one,
        "mark": mark,
        "is_waiting": one.state in side.answers,
        "is_overdue": one.state in OPEN_APPEAL and one.answer_by < clock.today(),
        "form": form,
    }
    return render(request, "cohorts/appeal_answer.html", context)


def _effect(gain: Gain | None) -> str:
    if gain is None or not gain.before:
        return ""
    if not gain.change:
        return f"No credit moves: {gain.before} as before."
    return f"From {gain.before} to {gain.after}."


def _answered_before(one: Appeal, given: dict[str, Any], *, by: User, side: Side) -> str:
    """Of a second press, which says the same; anything else is told that it came too late, with what was typed."""
    says: tuple[str, str] = (AppealState.FINAL if side.is_leads else AppealState.KEPT, "")
    if given["decision"] == shapes.CORRECT:
        says = (AppealState.CORRECTED, given["status"])
    last = one.steps.last()
    stands = (one.state, one.corrected_to.status if one.corrected_to else "")
    if says != stands or last is None or (last.by_id, last.words) != (by.pk, given["words"].strip()):
        raise errors.AppealAnswered(one.get_state_display())
    return f"You had answered that already: “{one.get_state_display()}”. {one.enrolment.person} has been told, once."


def _answered(one: Appeal, form: shapes.AnswerForm, *, by: User, side: Side) -> str:
    given = form.cleaned_data
    if one.state not in side.answers:
        return _answered_before(one, given, by=by, side=side)
    who = one.enrolment.person
    if given["decision"] == shapes.CORRECT:
        before = standing_of(one.enrolment, clock.now()).percent
        actions.correct_mark(
            one,
            status=given["status"],
            minutes=given.get("minutes") or 0,
            words=given["words"],
            as_lead=side.is_leads,
            by=by,
        )
        after = standing_of(one.enrolment, clock.now()).percent
        moved = f"from {before} to {after}" if before != after else f"{after} as before"
        return f"The mark of {who} is corrected: {moved}. They are told by email."
    actions.keep_mark(one, words=given["words"], as_lead=side.is_leads, by=by)
    return f"The mark of {who} stands. They are told by email, with what you wrote."


@require_safe
def _evidence(request: HttpRequest, public_id: str, *, side: Side) -> FileResponse:
    # What somebody has taken back is theirs alone again.
    kept = side.reached(person_of(request)).exclude(state=AppealState.WITHDRAWN).select_related("file")
    return document_as_sent(get_object_or_404(kept, public_id=public_id, file__isnull=False).file)


appeals, lead_appeals = _for_both(_appeals)
answer, lead_answer = _for_both(_answer)
evidence, lead_evidence = _for_both(_evidence)
