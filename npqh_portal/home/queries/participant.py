"""What a participant's home page shows: facts from rows, and from them what to do next."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from operator import itemgetter
from typing import Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse

from applications.models import Application
from applications.states import ApplicationState
from assessments.models import Certificate, Outcome, Submission, Verdict
from assessments.states import CertificateState
from cohorts.models import (
    Appeal,
    AssessmentWindow,
    AttendanceMark,
    CatchUp,
    Cohort,
    Enrolment,
    Membership,
    SelfEvaluation,
    Seminar,
    SupportMatch,
)
from cohorts.queries.enrolments import closed_cohort_of, current_enrolment_of
from cohorts.queries.forecasts import (
    Listed,
    Outlook,
    Recovery,
    handed_in_of,
    outlook_of,
    recoveries,
)
from cohorts.queries.support import support_now
from cohorts.queries.timetable import seminars_of_enrolment
from cohorts.rules.dates import CourseDates, course_dates, is_open, london_date, month_number
from cohorts.rules.engagement import Standing
from cohorts.rules.forecast import ItemState, Room
from cohorts.rules.policy import StandingState
from cohorts.states import LIVE_ENROLMENT, OPEN_APPEAL, CatchUpState, EnrolmentState, SeminarState
from npqh_portal.home.rules.todos import Cost, Urgency, most_urgent
from npqh_portal.home.rules.words import from_to
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import CountedStatus, ItemKind
from npqh_portal.programmes.models import Behaviour, Item
from npqh_portal.web import words

THINGS = 3
# A result stays a thing to read for so long; then it stands under Work.
NEWS = timedelta(days=28)
# Sessions that come so soon are things to do, each of them; of later ones the next alone.
SOON = timedelta(days=14)
# Of what is done in one's own time, so many are thought of.
OWN_TIME = 3


@dataclass(frozen=True)
class Todo:
    """One thing to do next: what, until when, and what it costs or brings."""

    title: str
    address: str
    when: str
    why: str


@dataclass(frozen=True)
class Milestone:
    when: str
    words: str
    look: str  # is-done, is-now, is-last, or nothing


@dataclass(frozen=True)
class Asked:
    """A question about a mark that waits for its answer; `title` is the session's."""

    title: str
    address: str
    answer_by: date
    is_overdue: bool


@dataclass(frozen=True)
class Assessment:
    """Where the written assessment stands, as far as the participant may know."""

    windows: tuple[AssessmentWindow, ...]
    submissions: tuple[Submission, ...]
    released: Outcome | None
    certificate: Certificate | None
    open_window: AssessmentWindow | None
    next_window: AssessmentWindow | None
    attempts_most: int

    @property
    def has_passed(self) -> bool:
        return self.released is not None and self.released.verdict == Verdict.PASS

    @property
    def may_resit(self) -> bool:
        return (
            self.released is not None
            and self.released.verdict == Verdict.FAIL
            and len(self.submissions) < self.attempts_most
        )

    @property
    def is_waiting(self) -> bool:
        """Something was sent whose outcome has not been released."""
        newest = self.submissions[-1] if self.submissions else None
        return newest is not None and (self.released is None or self.released.submission_id != newest.pk)

    @property
    def may_send_now(self) -> bool:
        is_their_turn = not self.submissions or self.may_resit
        return self.open_window is not None and is_their_turn and not self.is_waiting


@dataclass(frozen=True)
class Home:
    enrolment: Enrolment
    membership: Membership | None
    dates: CourseDates | None
    month: int
    total_months: int
    outlook: Outlook
    next_seminar: Seminar | None
    days_to_seminar: int
    assessment: Assessment
    support: tuple[Any, ...]  # matches that stand, each with `next_at`
    todos: tuple[Todo, ...]
    asked: tuple[Asked, ...]  # the first due first
    milestones: tuple[Milestone, ...]

    @property
    def state(self) -> str:
        return self.enrolment.state

    @property
    def standing(self) -> Standing:
        return self.outlook.standing

    @property
    def closed_cohort(self) -> Cohort | None:
        return closed_cohort_of(self.enrolment, self.membership)

    @property
    def can_miss(self) -> str:
        """Of the sessions to come; empty where none is, or parts would have to be told one by one."""
        return self.outlook.can_miss


def applications_of(user: User) -> list[Application]:
    """Those under way, newest first: what somebody without an enrolment waits for."""
    return list(Application.objects.filter(person=user).select_related("intake").order_by("-started_at", "-pk")[:5])


def home_of(user: User, at: datetime) -> Home | None:
    """Everything for the page; None for somebody who has never been enrolled.

    Six statements for somebody in the middle of a course; one more for each of what only some have: work sent in, a
    certificate, an application under way, a supporter, something to catch up (up to two).
    """
    enrolment = current_enrolment_of(user)
    if enrolment is None:
        return None
    today = london_date(at)
    stay = _stay_of(enrolment, user, at)
    is_here = enrolment.state == EnrolmentState.ACTIVE and stay is not None and stay.to_on is None
    # Whoever has left a cohort keeps none of its dates.
    keeps_dates = enrolment.state in {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED}
    dates = _dates(enrolment, stay) if stay and keeps_dates else None
    outlook = outlook_of(enrolment, at)
    sessions = _sessions(enrolment, outlook, at) if is_here else []
    # Once a register has been taken, nobody is told to come any more, though the session may go on.
    ahead = [one for one in sessions if one.ends_at > at and not one.is_marked]
    assessment = _assessment(enrolment, stay, at)
    things = [
        *_of_the_assessment(enrolment, assessment, outlook, today),
        *_to_catch_up(enrolment, stay, outlook, sessions),
        *_to_come_to(outlook, ahead, at),
        *(_in_own_time(outlook, ahead, stay, dates) if is_here and dates and today <= dates.delivery_ends_on else ()),
        *_of_deferral(enrolment, outlook, today),
        *_to_apply(user, stay, at),
    ]
    version = enrolment.version
    return Home(
        enrolment=enrolment,
        membership=stay,
        dates=dates,
        month=month_number(dates.starts_on, today) if dates else 0,
        total_months=version.delivery_months + version.assessment_months + enrolment.extension_months,
        outlook=outlook,
        next_seminar=ahead[0] if ahead else None,
        days_to_seminar=(london_date(ahead[0].starts_at) - today).days if ahead else 0,
        assessment=assessment,
        support=tuple(support_now(enrolment, at)) if stay is None or stay.has_support else (),
        todos=tuple(most_urgent(things, today=today, most=THINGS)),
        asked=tuple(_asked(stay, today)) if stay and enrolment.state in LIVE_ENROLMENT else (),
        milestones=_milestones(enrolment, dates, assessment, today) if dates else (),
    )


def _stay_of(enrolment: Enrolment, user: User, at: datetime) -> Any:
    """Their latest stay with its windows and open questions, and whether there is any of what only some have."""
    windows = AssessmentWindow.objects.filter(cohort=OuterRef("cohort")).order_by("number")
    columns = JSONObject(pk="pk", number="number", opens_on="opens_on", closes_on="closes_on")
    open_appeals = Appeal.objects.filter(enrolment=enrolment, state__in=OPEN_APPEAL).order_by("answer_by", "pk")
    question = JSONObject(title="seminar__item__title", session="seminar__public_id", answer_by="answer_by")
    return (
        Membership.objects.filter(enrolment=enrolment)
        .select_related("cohort", "group")
        .annotate(
            windows=ArraySubquery(windows.values(window=columns)),
            questions=ArraySubquery(open_appeals.values(question=question)),
            has_sent=Exists(enrolment.submissions.all()),
            has_certificate=Exists(enrolment.certificates.all()),
            has_draft=Exists(_drafts_of(user, at)),
            has_support=Exists(SupportMatch.objects.filter(enrolment=enrolment)),
            has_catch_ups=Exists(CatchUp.objects.filter(enrolment=enrolment)),
            has_behaviours=Exists(Behaviour.objects.filter(version=enrolment.version_id)),
            has_evaluated=Exists(SelfEvaluation.objects.filter(enrolment=enrolment, sent_at__isnull=False)),
        )
        .order_by("-pk")
        .first()
    )


def _asked(stay: Any, today: date) -> Iterator[Asked]:
    for found in stay.questions:
        answer_by = date.fromisoformat(found["answer_by"])
        address = reverse("cohorts:appeal", args=[found["session"]])
        yield Asked(found["title"], address, answer_by, answer_by < today)


def _drafts_of(person: User, at: datetime) -> Any:
    return Application.objects.filter(person=person, state=ApplicationState.DRAFT, intake__closes_at__gt=at)


def _dates(enrolment: Enrolment, membership: Membership) -> CourseDates:
    return course_dates(
        membership.cohort.starts_on,
        delivery_months=enrolment.version.delivery_months,
        assessment_months=enrolment.version.assessment_months,
        extension_months=enrolment.extension_months,
    )


def _sessions(enrolment: Enrolment, outlook: Outlook, at: datetime) -> list[Any]:
    """What is to come, soonest first, and before it the sessions of what can be caught up; each with `is_marked`.

    Of what they hold whole already nothing is left to earn: it is not asked of them again, and neither is what they
    are exempt from.
    """
    missed = [one.item.pk for one in outlook.items if one.state in {ItemState.RECOVERABLE, ItemState.PENDING}]
    whole = [one.item.pk for one in outlook.items if one.state in {ItemState.EARNED, ItemState.EXEMPT}]
    marks = AttendanceMark.objects.filter(enrolment=enrolment, seminar=OuterRef("pk"))
    is_ahead = Q(state=SeminarState.SCHEDULED, ends_at__gt=at) & ~Q(item__in=whole)
    return list(
        seminars_of_enrolment(enrolment)
        .filter(is_ahead | Q(item__in=missed))
        .annotate(is_marked=Exists(marks))
        .select_related(None)
        .select_related("item", "venue", "facilitator__facilitator_profile")
        .order_by("starts_at", "pk")
    )


def _assessment(enrolment: Enrolment, membership: Any, at: datetime) -> Assessment:
    windows = tuple(_window(found) for found in membership.windows) if membership else ()
    has_sent = membership is None or membership.has_sent
    sent = enrolment.submissions.select_related("outcome__release", "task", "window").order_by("attempt", "pk")
    submissions = tuple(sent) if has_sent else ()
    has_certificate = membership is None or membership.has_certificate
    certificates = enrolment.certificates.exclude(state=CertificateState.REVOKED)
    outcomes = [one.outcome for one in submissions if _is_released(one)]
    today = london_date(at)
    return Assessment(
        windows=windows,
        submissions=submissions,
        released=outcomes[-1] if outcomes else None,
        certificate=certificates.first() if has_certificate else None,
        open_window=next((w for w in windows if is_open(w.opens_on, w.closes_on, at)), None),
        next_window=next((w for w in windows if w.opens_on > today), None),
        attempts_most=submissions[-1].task.attempts_most if submissions else 0,
    )


def _window(found: Mapping[str, Any]) -> AssessmentWindow:
    days = {name: date.fromisoformat(found[name]) for name in ("opens_on", "closes_on")}
    return AssessmentWindow(pk=found["pk"], number=found["number"], **days)


# --- what to do next -----------------------------------------------------------------------------

Thing = tuple[Urgency, Todo]


def _of_the_assessment(enrolment: Enrolment, assessment: Assessment, outlook: Outlook, today: date) -> Iterator[Thing]:
    work = reverse("assessments:work")
    certificate = assessment.certificate
    if certificate and certificate.state == CertificateState.READY and not certificate.is_from_before:
        yield Urgency(today, Cost.CHANCE), Todo(
            "Download your certificate", work, f"Awarded on {words.short_day(certificate.awarded_on)}",
            f". Its number is {certificate.number}; anybody you give it to can check it.",
        )  # fmt: skip
    if enrolment.state == EnrolmentState.ACTIVE and assessment.may_send_now and assessment.open_window:
        window, standing = assessment.open_window, outlook.standing
        title = "Send your second attempt" if assessment.submissions else "Send your assessment"
        is_short = standing.is_settled and standing.state != StandingState.MET
        if is_short:
            why = ". It cannot lead to a certificate: your engagement is settled below the line."
        else:
            why = ". You can replace your file until then; after that it waits for another window."
        yield Urgency(today, Cost.NOTHING if is_short else Cost.CHANCE), Todo(
            title, work, f"By {words.day(window.closes_on)}, 11.59pm", why
        )  # fmt: skip
    elif assessment.is_waiting:
        yield Urgency(None, Cost.NOTHING), Todo(
            "See what you sent", work, "Received", ". It is being marked; nothing is left for you to do."
        )  # fmt: skip
    elif assessment.released and today - london_date(assessment.released.release.released_at) <= NEWS:
        released_at = assessment.released.release.released_at
        yield Urgency(today, Cost.CHANCE), Todo(
            "Read your result", work, f"Released on {words.short_day(released_at)}", ", with what the assessors wrote."
        )  # fmt: skip


def _to_catch_up(enrolment: Enrolment, stay: Any, outlook: Outlook, sessions: list[Any]) -> Iterator[Thing]:
    """Each missed session that can be made good; once the line is passed only what was sent back."""
    missed = any(one.state is ItemState.RECOVERABLE for one in outlook.items)
    if not missed or enrolment.state != EnrolmentState.ACTIVE or stay is None:
        return
    marked = [one for one in sessions if one.is_marked]
    handed_in = handed_in_of(enrolment) if stay.has_catch_ups else {}
    for one in recoveries(outlook, enrolment=enrolment, stay=stay, marked=marked, catch_ups=handed_in):
        is_back = one.catch_up is not None and one.catch_up.state == CatchUpState.RETURNED
        if one.is_sent or (outlook.standing.state is StandingState.MET and not is_back):
            continue
        cost, consequence = _if_not_caught_up(outlook, one)
        address = reverse("cohorts:catch_up", args=[one.item.code])
        when = f"By {words.day(one.send_by)}"
        if is_back:
            title = f"Send your catch-up on “{one.item.title}” again"
            yield Urgency(one.send_by, cost), Todo(
                title, address, f"{when}, 11.59pm", f". It was sent back to you: see what is asked for.{consequence}"
            )  # fmt: skip
        else:
            about = f", about {_long(one.takes)}" if one.takes else ", 11.59pm"
            earns = f"It earns back {_amount(one.listed)}."
            yield Urgency(one.send_by, cost), Todo(
                f"Catch up “{one.item.title}”", address, when, f"{about}. {earns}{consequence}"
            )  # fmt: skip


def _if_not_caught_up(outlook: Outlook, one: Recovery) -> tuple[Cost, str]:
    threshold = outlook.line
    they_are = "they are" if _is_plural(one.listed) else "it is"
    if not threshold or outlook.standing.state is StandingState.MET:
        return Cost.NOTHING, ""
    if outlook.standing.state is StandingState.OUT_OF_REACH:
        return Cost.NOTHING, f" After that {they_are} lost."
    after = outlook.room_if(one.item, ItemState.LOST)
    if after.standing is StandingState.OUT_OF_REACH:
        return Cost.REACH, f" After that {they_are} lost, and {threshold} would be out of reach."
    if _puts_at_risk(outlook, one.item, after):
        return Cost.RISK, f" After that {they_are} lost, and {threshold} would hang on another catch-up."
    return Cost.SPARE, f" After that {they_are} lost: {_of_what_is_to_spare(outlook, one.listed)}."


def _puts_at_risk(outlook: Outlook, item: Item, after: Room) -> bool:
    """Whether a catch-up is needed `after` it is lost, and none is once it is earned."""
    if after.standing is not StandingState.AT_RISK:
        return False
    return outlook.room_if(item, ItemState.UPCOMING).standing is not StandingState.AT_RISK


def _to_come_to(outlook: Outlook, ahead: list[Any], at: datetime) -> Iterator[Thing]:
    today = london_date(at)
    for number, session in enumerate(ahead):
        if number and session.starts_at > at + SOON:
            return
        on = london_date(session.starts_at)
        place = f"at {session.venue}" if session.venue else "online"
        listed = outlook.by_item.get(session.item_id)
        cost, consequence = _if_missed(outlook, listed) if listed else (Cost.NOTHING, "")
        yield Urgency(on, cost), Todo(
            f"Come to “{session.item.title}”", reverse("cohorts:session", args=[session.public_id]),
            "Today" if on == today else words.day(session.starts_at),
            f", {words.time_range(session.starts_at, session.ends_at)}, {place}.{consequence}",
        )  # fmt: skip


def _if_missed(outlook: Outlook, one: Listed) -> tuple[Cost, str]:
    """What a session earns, and what missing it would leave: at first a catch-up, where that is allowed."""
    threshold, earns = outlook.line, f" It earns {_amount(one)}." if one.left else ""
    standing = outlook.standing.state
    if not one.left or not threshold or standing is StandingState.OUT_OF_REACH:
        return Cost.NOTHING, earns
    if standing is StandingState.MET:
        return Cost.NOTHING, f"{earns} You have passed {threshold} already."
    after = outlook.room_if(one.item, ItemState.LOST)
    if after.standing is StandingState.OUT_OF_REACH:
        if _can_be_caught_up(outlook, one):
            return Cost.REACH, f"{earns} Miss it, and {threshold} hangs on catching it up."
        return Cost.REACH, f"{earns} Miss it, and {threshold} is out of reach."
    if _puts_at_risk(outlook, one.item, after):
        return Cost.RISK, f"{earns} Missing it puts {threshold} at risk: only a catch-up would bring it back."
    return Cost.SPARE, f"{earns} Missing it would take {_of_what_is_to_spare(outlook, one)}."


def _can_be_caught_up(outlook: Outlook, one: Listed) -> bool:
    policy = outlook.policy
    return one.item.kind in policy.catch_up_kinds and CountedStatus.CAUGHT_UP in policy.counted_statuses


def _in_own_time(outlook: Outlook, ahead: list[Any], stay: Any, dates: CourseDates) -> Iterator[Thing]:
    """The next of what needs no register and is not done; what leads to a session is due on its day.

    Anything else can be done until the last day of the course. Where behaviours are evaluated first (S55), that comes
    before all of it.
    """
    if stay.has_behaviours and not stay.has_evaluated:
        yield Urgency(dates.starts_on, Cost.CHANCE), Todo(
            "Evaluate yourself in the leadership behaviours", reverse("cohorts:behaviours"), "First of all",
            ". Nothing that you do in your own time can be recorded before.",
        )  # fmt: skip
        return
    to_do = [
        one
        for one in outlook.items
        if one.item.expectation == "expected"
        and not one.has_register
        and not one.done_at
        and one.state is not ItemState.EARNED
    ]
    for one in to_do[:OWN_TIME]:
        leads_to = _session_after(one, ahead)
        cost, consequence = _if_left(outlook, one)
        course = f", for {one.item.course_title}" if one.item.course_title else ""
        if leads_to:
            on = london_date(leads_to.starts_at)
            reader = f"{leads_to.facilitator} reads it first" if leads_to.facilitator else "It is read first"
            yield Urgency(on, cost), Todo(
                one.item.title, _page_of(one), f"Before {words.day(on)}",
                f", about {_long(one.item.minutes)}. It leads to the seminar of that day: {reader}.{consequence}",
            )  # fmt: skip
        else:
            yield Urgency(dates.delivery_ends_on, cost), Todo(
                one.item.title, _page_of(one), f"By {words.day(dates.delivery_ends_on)}",
                f", in your own time, about {_long(one.item.minutes)}{course}.{consequence}",
            )  # fmt: skip


def _of_deferral(enrolment: Enrolment, outlook: Outlook, today: date) -> Iterator[Thing]:
    """Out of reach, and not settled yet: what helps is another cohort."""
    standing = outlook.standing
    is_lost = standing.state is StandingState.OUT_OF_REACH and not standing.is_settled
    if enrolment.state != EnrolmentState.ACTIVE or not is_lost:
        return
    yield Urgency(today, Cost.REACH), Todo(
        "Talk to us about deferral", f"mailto:{settings.PROVIDER_EMAIL}", "Soon",
        f": write to {settings.PROVIDER_EMAIL} or ring {settings.PROVIDER_PHONE}. In a later cohort you go on with what"
        f" you have earned; in this one {outlook.line} is out of reach.",
    )  # fmt: skip


def _session_after(one: Listed, ahead: list[Any]) -> Any:
    """The next seminar of the same course that is in the timetable, of what is written for it and read before it."""
    if one.item.kind != ItemKind.FORMATIVE_TASK or one.item.course_id is None:
        return None
    following = (
        session
        for session in ahead
        if session.item.course_id == one.item.course_id
        and session.item.kind == ItemKind.SEMINAR
        and session.item.number > one.item.number
    )
    return min(following, key=lambda session: (session.item.number, session.starts_at), default=None)


def _if_left(outlook: Outlook, one: Listed) -> tuple[Cost, str]:
    threshold, standing = outlook.line, outlook.standing.state
    if not one.left or not threshold or standing in {StandingState.MET, StandingState.OUT_OF_REACH}:
        return Cost.NOTHING, ""
    after = outlook.room_if(one.item, ItemState.LOST)
    if after.standing is StandingState.OUT_OF_REACH:
        return Cost.REACH, f" Without it {threshold} is out of reach."
    if _puts_at_risk(outlook, one.item, after):
        return Cost.RISK, f" Without it {threshold} hangs on a catch-up."
    return Cost.SPARE, f" Leaving it out would take {_of_what_is_to_spare(outlook, one)}."


def _of_what_is_to_spare(outlook: Outlook, one: Listed) -> str:
    """What an item would take, every catch-up done: 30 minutes of the 7 hours 12 minutes that you have to spare.

    Where there are several parts, or items are counted, it says of which part.
    """
    component = one.component
    room = outlook.room.leeway[component.code].caught_up if component else 0
    if one.unit == "minutes":
        taken = f"{words.hours_in_words(one.left)} of the {words.hours_in_words(room)}"
    else:
        taken = "the one item" if room == 1 else f"one of the {room} items"
    where = "" if outlook.is_one_sum else f" in “{component}”"
    return f"{taken} that you have to spare{where}"


def _to_apply(user: User, stay: Any, at: datetime) -> Iterator[Thing]:
    if stay is not None and not stay.has_draft:
        return
    draft = _drafts_of(user, at).select_related("intake").first()
    if draft:
        yield Urgency(london_date(draft.intake.closes_at), Cost.CHANCE), Todo(
            f"Finish your application for {draft.intake.name}", reverse("applications:index"),
            f"By {words.moment(draft.intake.closes_at)}", ". It has not been sent yet.",
        )  # fmt: skip


def _long(minutes: int) -> str:
    return "an hour" if minutes == 60 else words.hours_in_words(minutes)


def _amount(one: Listed) -> str:
    if one.unit == "minutes":
        return words.hours_in_words(one.left)
    return f"one of what counts as “{one.component}”"


def _is_plural(one: Listed) -> bool:
    return one.unit == "minutes" and one.left not in {1, 60}


def _page_of(one: Listed) -> str:
    """Where it is studied or written, or marked as done."""
    return reverse(one.page, args=[one.item.code]) if one.page else reverse("cohorts:course")


def _milestones(enrolment: Enrolment, dates: CourseDates, assessment: Assessment, today: date) -> tuple[Milestone, ...]:
    """In the order of time: a second attempt may be later than the end of the assessment period."""
    dated = sorted(_dated_milestones(enrolment, dates, assessment, today), key=itemgetter(0))
    return tuple(milestone for _, milestone in dated)


def _dated_milestones(
    enrolment: Enrolment, dates: CourseDates, assessment: Assessment, today: date
) -> Iterator[tuple[date, Milestone]]:

    def look(day: date) -> str:
        return "is-done" if day < today else ""

    begun = "You started" if dates.starts_on <= today else "Your course begins"
    yield dates.starts_on, Milestone(words.short_day(dates.starts_on), begun, look(dates.starts_on))
    if dates.starts_on <= today < dates.delivery_ends_on:
        done = month_number(dates.starts_on, today)
        yield today, Milestone("Now", f"Month {done} of {enrolment.version.delivery_months} of learning", "is-now")
    ends = (
        "Engagement was settled" if dates.delivery_ends_on <= today else "Last day of the course: engagement is settled"
    )
    over_on = dates.delivery_ends_on
    yield over_on, Milestone(words.short_day(over_on), ends, look(over_on))
    sent = {submission.window_id: submission for submission in assessment.submissions}
    for window in assessment.windows:
        if submission := sent.get(window.pk):
            sent_on = london_date(submission.received_at)
            yield sent_on, Milestone(words.short_day(sent_on), _sent(submission), "is-done")
            continue
        if window.closes_on < today or assessment.has_passed or assessment.is_waiting:
            continue
        is_now = window.opens_on <= today
        about = "Your assessment window, open now" if is_now else "Your assessment window"
        yield window.opens_on, Milestone(from_to(window.opens_on, window.closes_on), about, "is-now" if is_now else "")
    last = dates.assessment_ends_on
    yield last, Milestone(words.short_day(last), "End of the assessment period", look(last) or "is-last")


def _sent(submission: Submission) -> str:
    if not _is_released(submission):
        return "You sent your assessment"
    passed = submission.outcome.verdict == Verdict.PASS
    return f"You sent your assessment, {'and passed' if passed else 'which did not pass'}"


def _is_released(submission: Submission) -> bool:
    return hasattr(submission, "outcome") and hasattr(submission.outcome, "release")
