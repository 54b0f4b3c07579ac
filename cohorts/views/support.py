"""Support beside the programme: the pages of the pair, each on its own side, and those of the lead who matches them."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.kinds import Strand
from cohorts import errors
from cohorts.access import LEADS, enrolments_overseen_by, support_given_by, support_of, support_overseen_by
from cohorts.actions import support as actions
from cohorts.forms.support import FACE_TO_FACE, LogForm, MatchForm, MeetingForm, SupportActionForm, WhenForm
from cohorts.models import SupportAction, SupportMatch, SupportMeeting
from cohorts.queries import current_enrolment_of
from cohorts.queries import support as queries
from cohorts.rules.support import is_writable
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import View, for_role, person_of, refusals
from npqh_portal.web.forms import sent
from npqh_portal.web.words import moment, short_day

PEOPLE_ON_A_PAGE = 25
MEETINGS_AHEAD = 5
USUAL_MINUTES = 60

# Under which box of a meeting a refusal stands.
_UNDER: dict[type[RuleViolation], str] = {
    errors.MeetingTooLong: "minutes",
    errors.MeetingToCome: "on",
    errors.MeetingTimeOver: "on",
    errors.MeetingOutsideSupport: "on",
    errors.MeetingThere: "starts",
}
_UNDER_ACTION: dict[type[RuleViolation], str] = {
    errors.ActionDueInThePast: "due_on",
    errors.ActionDueAfterSupport: "due_on",
    errors.ActionWithoutWords: "text",
}


@dataclass(frozen=True)
class Side:
    """One of the two, and the names of their pages."""

    role: Role
    name: str
    matches: Callable[[User], QuerySet[SupportMatch]]
    home_words: str

    @property
    def home(self) -> str:
        return f"cohorts:{self.name}"

    def __getattr__(self, page: str) -> str:
        """`side.plan` is the name of the page on which this one of the two plans a meeting."""
        if page not in {"pair", "plan", "log", "meeting", "action", "action_done"}:
            raise AttributeError(page)
        return f"cohorts:{self.name}_{page}"

    @property
    def is_supporter(self) -> bool:
        return self.role is Role.COACH

    def other_than(self, match: SupportMatch) -> User:
        """The one across the table."""
        return match.enrolment.person if self.is_supporter else match.supporter


PARTICIPANT = Side(Role.PARTICIPANT, "support", support_of, "Your support")
COACH = Side(Role.COACH, "coach", support_given_by, "Everybody you support")


def _for_both(view: Callable[..., HttpResponse]) -> tuple[View, View]:
    """The same page twice: the participant's and the coach's, each behind its own door."""
    participants, coachs = (for_role(side.role)(partial(view, side=side)) for side in (PARTICIPANT, COACH))
    return participants, coachs


def _match(request: HttpRequest, side: Side, public_id: str) -> SupportMatch:
    theirs = side.matches(person_of(request)).select_related("enrolment__person", "supporter")
    return get_object_or_404(theirs, public_id=public_id)


# --- the participant -----------------------------------------------------------------------------


@for_role(Role.PARTICIPANT)
@require_safe
def support(request: HttpRequest) -> HttpResponse:
    """Which support there is, who gives it, and when the two meet next."""
    enrolment = current_enrolment_of(person_of(request))
    strands = queries.strands_of(enrolment, clock.now()) if enrolment else []
    context = {"enrolment": enrolment, "strands": strands, "today": clock.today()}
    return render(request, "cohorts/support.html", context)


# --- the coach -----------------------------------------------------------------------------------


@for_role(Role.COACH)
@require_safe
def coach(request: HttpRequest) -> HttpResponse:
    """Their people, the meetings to come, and those of which nothing is said yet."""
    mine, now = support_given_by(person_of(request)), clock.now()
    page = Paginator(queries.people_of(mine, now), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "to_log": queries.meetings_to_log(mine, now),
        "ahead": queries.meetings_ahead(mine, now)[:MEETINGS_AHEAD],
        "page": page,
    }
    return render(request, "cohorts/coach.html", context)


# --- the two of them -----------------------------------------------------------------------------


@require_safe
def _pair(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    match, now = _match(request, side, public_id), clock.now()
    context = {
        "match": match,
        "side": side,
        "other": side.other_than(match),
        "kind": queries.COACH_OF[Strand(match.strand)].label,
        "pair": queries.pair_of(match, now),
        "may_plan": match.to_on is None and match.planned_to_on >= clock.today(),
        "may_log": is_writable(match.last_on, today=clock.today()) and match.from_on <= clock.today(),
        "today": clock.today(),
    }
    return render(request, "cohorts/support_pair.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def _plan(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    match = _match(request, side, public_id)
    form = WhenForm(sent(request), match=match, initial={"minutes": USUAL_MINUTES, "how": FACE_TO_FACE})
    if form.is_valid():
        with refusals(form, under=_UNDER):
            meeting = actions.plan_meeting(match, **form.said(), by=person_of(request))
            messages.success(
                request, f"Planned for {moment(meeting.starts_at)}. {side.other_than(match)} is told by email."
            )
            if other := queries.meeting_at_the_time_of(meeting):
                messages.warning(request, _overlap(match, other, side))
            return redirect(side.pair, public_id)
    return render(request, "cohorts/support_form.html", _about(form, match, side, "Plan a meeting", "Plan it"))


def _overlap(match: SupportMatch, other: SupportMeeting, side: Side) -> str:
    """Of a meeting with a third person, whom it is with is not told."""
    if other.match_id == match.pk:
        return f"You two also meet on {moment(other.starts_at)}, at an overlapping time."
    is_others = side.other_than(match) in (other.match.supporter, other.match.enrolment.person)
    who = f"{side.other_than(match)} has" if is_others else "You have"
    return f"{who} another meeting at an overlapping time, on {moment(other.starts_at)}."


@require_http_methods(["GET", "HEAD", "POST"])
def _log(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    match = _match(request, side, public_id)
    form = LogForm(sent(request), match=match, initial={"on": clock.today(), "minutes": USUAL_MINUTES})
    if form.is_valid():
        with refusals(form, under=_UNDER):
            meeting = actions.log_meeting(match, **form.said(), by=person_of(request))
            messages.success(request, f"Written down: your meeting of {short_day(meeting.starts_at)}.")
            return redirect(side.pair, public_id)
    words = "Write down a meeting that you held"
    return render(request, "cohorts/support_form.html", _about(form, match, side, words, "Write it down"))


@require_http_methods(["GET", "HEAD", "POST"])
def _action(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    match = _match(request, side, public_id)
    form = SupportActionForm(sent(request), match=match)
    if form.is_valid():
        with refusals(form, under=_UNDER_ACTION):
            actions.add_support_action(match, **form.said(), by=person_of(request))
            messages.success(request, "Added to what is to be done.")
            return redirect(side.pair, public_id)
    return render(request, "cohorts/support_form.html", _about(form, match, side, "Something to be done", "Add it"))


@require_POST
def _action_done(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    """Done; or not after all, where the button says so."""
    theirs = SupportAction.objects.filter(match__in=side.matches(person_of(request)).order_by().values("pk"))
    action = get_object_or_404(theirs.select_related("match"), public_id=public_id)
    with refusals(request):
        actions.mark_support_action(action, is_done="again" not in request.POST, by=person_of(request))
    return redirect(side.pair, action.match.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def _meeting(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    """One meeting: when and where, what became of it, and what the two wrote down."""
    theirs = SupportMeeting.objects.filter(match__in=side.matches(person_of(request)).order_by().values("pk"))
    known = theirs.select_related("match__enrolment__person", "match__supporter")
    meeting = get_object_or_404(known, public_id=public_id)
    form = MeetingForm(sent(request), meeting=meeting)
    if form.is_valid():
        with refusals(form, under=_UNDER):
            actions.save_meeting(meeting, **form.said(), by=person_of(request))
            messages.success(request, f"Saved: your meeting of {short_day(form.said()['starts_at'])}.")
            return redirect(side.pair, meeting.match.public_id)
    if form.is_bound:
        meeting.refresh_from_db(
            fields=["state", "starts_at", "minutes", "is_face_to_face", "place", "notes", "revision"]
        )
    is_overtaken = form.is_overtaken
    if is_overtaken:
        form = form.drawn_anew()
    context = {
        "meeting": meeting,
        "match": meeting.match,
        "side": side,
        "other": side.other_than(meeting.match),
        "form": form,
        "is_overtaken": is_overtaken,
        "may_write": is_writable(meeting.match.last_on, today=clock.today()),
        "is_to_come": meeting.starts_at > clock.now(),
    }
    return render(request, "cohorts/support_meeting.html", context)


def _about(
    form: WhenForm | SupportActionForm, match: SupportMatch, side: Side, title: str, button: str
) -> dict[str, object]:
    other = side.other_than(match)
    return {"form": form, "match": match, "side": side, "other": other, "title": title, "button": button}


support_pair, coach_pair = _for_both(_pair)
support_plan, coach_plan = _for_both(_plan)
support_log, coach_log = _for_both(_log)
support_meeting, coach_meeting = _for_both(_meeting)
support_action, coach_action = _for_both(_action)
support_action_done, coach_action_done = _for_both(_action_done)


# --- the lead ------------------------------------------------------------------------------------


@for_role(*LEADS)
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Who was granted support and has nobody for it."""
    granted = queries.granted_without_supporter(enrolments_overseen_by(person_of(request)))
    page = Paginator(granted, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "cohorts/support_waiting.html", {"page": page, "lines": queries.lines_of(page)})


@for_role(*LEADS)
@require_http_methods(["GET", "HEAD", "POST"])
def match_supporter(request: HttpRequest, public_id: str, strand: str) -> HttpResponse:
    """Find somebody for one strand of one person."""
    if strand not in {one.value for one in Strand}:
        raise Http404
    wanted = Strand(strand)
    overseen = enrolments_overseen_by(person_of(request)).select_related(
        "person", "application__school", "application__intake"
    )
    enrolment = get_object_or_404(overseen, public_id=public_id)
    line = queries.without_supporter(enrolment, wanted)
    coaches = list(queries.coaches_for(enrolment, wanted))
    days = queries.usual_days_of(line, clock.today())
    form = MatchForm(sent(request), coaches=coaches, days=days)
    if form.is_valid():
        with refusals(form, under={errors.SupportBackwards: "planned_to_on", errors.SupportTooEarly: "from_on"}):
            made = actions.match_supporter(enrolment, strand=wanted, **form.cleaned_data, by=person_of(request))
            messages.success(request, f"{made.supporter} supports {enrolment.person}. Both are told by email.")
            return redirect("cohorts:support_waiting")
    standing = support_overseen_by(person_of(request)).filter(enrolment=enrolment, strand=strand, to_on=None)
    context = {
        "line": line,
        "form": form,
        "has_coaches": bool(coaches),
        "standing": standing.select_related("supporter").first(),
        "is_granted": queries.is_granted(enrolment, wanted),
        "kind": queries.COACH_OF[wanted].label,
    }
    return render(request, "cohorts/support_match.html", context)
