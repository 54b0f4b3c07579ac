"""What a participant's home page shows: facts from rows, and from them what to do next."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from operator import itemgetter
from typing import Any

from django.urls import reverse

from applications.models import Application
from applications.states import ApplicationState
from assessments.models import Certificate, Outcome, Submission, Verdict
from assessments.states import CertificateState
from cohorts.models import AssessmentWindow, Cohort, Enrolment, Membership, PersonalItem, Seminar
from cohorts.queries.catch_up import to_send_again
from cohorts.queries.course import WRITTEN_ON
from cohorts.queries.engagement import credited_whole, standing_of
from cohorts.queries.enrolments import closed_cohort_of, current_enrolment_of, latest_membership_of
from cohorts.queries.support import support_now
from cohorts.queries.timetable import seminars_of_enrolment
from cohorts.rules.dates import CourseDates, course_dates, is_open, london_date, month_number
from cohorts.rules.engagement import Standing
from cohorts.rules.policy import StandingState
from cohorts.states import EnrolmentState, SeminarState
from npqh_portal.home.rules.words import from_to
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import Item
from npqh_portal.web import words

THINGS = 3
# A result stays a thing to read for so long; then it stands under Work.
NEWS = timedelta(days=28)
SEMINAR_MINUTES = 120


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
    standing: Standing
    next_seminar: Seminar | None
    days_to_seminar: int
    assessment: Assessment
    support: tuple[Any, ...]  # matches that stand, each with `next_at`
    todos: tuple[Todo, ...]
    milestones: tuple[Milestone, ...]

    @property
    def state(self) -> str:
        return self.enrolment.state

    @property
    def closed_cohort(self) -> Cohort | None:
        return closed_cohort_of(self.enrolment, self.membership)

    @property
    def sessions_to_spare(self) -> int:
        return self.standing.sessions_to_spare(SEMINAR_MINUTES)


def applications_of(user: User) -> list[Application]:
    """Those under way, newest first: what somebody without an enrolment waits for."""
    return list(Application.objects.filter(person=user).select_related("intake").order_by("-started_at", "-pk")[:5])


def home_of(user: User, at: datetime) -> Home | None:
    """Everything for the page; None for somebody who has never been enrolled. About thirteen statements."""
    enrolment = current_enrolment_of(user)
    if enrolment is None:
        return None
    today = london_date(at)
    membership = latest_membership_of(enrolment)
    is_here = enrolment.state == EnrolmentState.ACTIVE and membership is not None and membership.to_on is None
    # Whoever has left a cohort keeps none of its dates.
    keeps_dates = enrolment.state in {EnrolmentState.ACTIVE, EnrolmentState.COMPLETED}
    dates = _dates(enrolment, membership) if membership and keeps_dates else None
    standing = standing_of(enrolment, at)
    seminar = _next_seminar(enrolment, at) if is_here else None
    assessment = _assessment(enrolment, membership, at)
    draft = (
        Application.objects.filter(person=user, state=ApplicationState.DRAFT, intake__closes_at__gt=at)
        .select_related("intake")
        .first()
    )
    own_time = _own_time(enrolment) if is_here and dates and today < dates.delivery_ends_on else []
    version = enrolment.version
    return Home(
        enrolment=enrolment,
        membership=membership,
        dates=dates,
        month=month_number(dates.starts_on, today) if dates else 0,
        total_months=version.delivery_months + version.assessment_months + enrolment.extension_months,
        standing=standing,
        next_seminar=seminar,
        days_to_seminar=(london_date(seminar.starts_at) - today).days if seminar else 0,
        assessment=assessment,
        support=tuple(support_now(enrolment, at)),
        todos=tuple(islice(_todos(enrolment, assessment, seminar, own_time, standing, draft, today), THINGS)),
        milestones=_milestones(enrolment, dates, assessment, today) if dates else (),
    )


def _dates(enrolment: Enrolment, membership: Membership) -> CourseDates:
    return course_dates(
        membership.cohort.starts_on,
        delivery_months=enrolment.version.delivery_months,
        assessment_months=enrolment.version.assessment_months,
        extension_months=enrolment.extension_months,
    )


def _next_seminar(enrolment: Enrolment, at: datetime) -> Seminar | None:
    """Of what they hold whole already nothing is left to earn: it is not asked of them again."""
    ahead = seminars_of_enrolment(enrolment).filter(state=SeminarState.SCHEDULED, ends_at__gt=at)
    ahead = ahead.exclude(item__in=credited_whole(enrolment, at))
    return ahead.select_related(
        "item__course", "venue", "facilitator__facilitator_profile", "group__cohort", "cohort"
    ).first()


def _own_time(enrolment: Enrolment) -> list[Item]:
    """The next things of their own list that need no register and are not done."""
    return list(
        Item.objects.filter(
            personal_items__enrolment=enrolment, personal_items__expectation=PersonalItem.Expectation.EXPECTED
        )
        .exclude(kind__in=KINDS_WITH_REGISTER)
        .exclude(completions__enrolment=enrolment)
        .select_related("course")
        .order_by("number")[:2]
    )


def _assessment(enrolment: Enrolment, membership: Membership | None, at: datetime) -> Assessment:
    windows = tuple(membership.cohort.windows.order_by("number")) if membership else ()
    submissions = tuple(
        enrolment.submissions.select_related("outcome__release", "task", "window").order_by("attempt", "pk")
    )
    outcomes = [one.outcome for one in submissions if _is_released(one)]
    today = london_date(at)
    return Assessment(
        windows=windows,
        submissions=submissions,
        released=outcomes[-1] if outcomes else None,
        certificate=enrolment.certificates.exclude(state=CertificateState.REVOKED).first(),
        open_window=next((w for w in windows if is_open(w.opens_on, w.closes_on, at)), None),
        next_window=next((w for w in windows if w.opens_on > today), None),
        attempts_most=submissions[-1].task.attempts_most if submissions else 0,
    )


def _todos(
    enrolment: Enrolment,
    assessment: Assessment,
    seminar: Seminar | None,
    own_time: list[Item],
    standing: Standing,
    draft: Application | None,
    today: date,
) -> Iterator[Todo]:
    work = reverse("assessments:work")
    certificate = assessment.certificate
    if certificate and certificate.state == CertificateState.READY and not certificate.is_from_before:
        yield Todo(
            "Download your certificate", work, f"Awarded on {words.short_day(certificate.awarded_on)}",
            f". Its number is {certificate.number}; anybody you give it to can check it.",
        )  # fmt: skip
    if enrolment.state == EnrolmentState.ACTIVE and assessment.may_send_now and assessment.open_window:
        title = "Send your second attempt" if assessment.submissions else "Send your assessment"
        is_short = standing.is_settled and standing.state != StandingState.MET
        yield Todo(
            title, work, f"By {words.day(assessment.open_window.closes_on)}, 11.59pm",
            ". It cannot lead to a certificate: your engagement is settled below the line." if is_short
            else ". You can replace your file until then.",
        )  # fmt: skip
    elif assessment.is_waiting:
        yield Todo("See what you sent", work, "Received", ". It is being marked; nothing is left for you to do.")
    elif assessment.released and today - london_date(assessment.released.release.released_at) <= NEWS:
        yield Todo(
            "Read your result", work, f"Released on {words.short_day(assessment.released.release.released_at)}",
            ", with what the assessors wrote.",
        )  # fmt: skip
    if enrolment.state == EnrolmentState.ACTIVE:
        for back in to_send_again(enrolment, today):
            item = back.seminar.item
            yield Todo(
                f"Send your catch-up on “{item.title}” again", reverse("cohorts:catch_up", args=[item.code]),
                f"By {words.day(back.send_by)}, 11.59pm", ". It was sent back to you: see what is asked for.",
            )  # fmt: skip
    if seminar:
        day = words.day(seminar.starts_at)
        place = f"at {seminar.venue}" if seminar.venue else "online"
        yield Todo(
            f"Come to “{seminar.item.title}”", reverse("cohorts:course"),
            day if london_date(seminar.starts_at) != today else f"Today, {words.clock_time(seminar.starts_at)}",
            f", {words.time_range(seminar.starts_at, seminar.ends_at)}, {place}. "
            f"It earns {words.hours_in_words(seminar.item.minutes)}.",
        )  # fmt: skip
    if standing.recoverable and standing.state != StandingState.MET and enrolment.state == EnrolmentState.ACTIVE:
        yield Todo(
            "Catch up what you missed", reverse("cohorts:engagement") + "#catch-up",
            f"{words.hours_in_words(standing.recoverable)} can still be earned back",
            ". See what is offered for each session, and its last day.",
        )  # fmt: skip
    for item in own_time:
        yield Todo(
            item.title, _page_of(item), f"In your own time, {words.hours_in_words(item.minutes)}",
            f", for {item.course.title}." if item.course else ".",
        )  # fmt: skip
    if draft:
        yield Todo(
            f"Finish your application for {draft.intake.name}", reverse("applications:index"),
            f"By {words.moment(draft.intake.closes_at)}", ". It has not been sent yet.",
        )  # fmt: skip


def _page_of(item: Item) -> str:
    """Where it is written, or marked as done."""
    return reverse(WRITTEN_ON[item.kind], args=[item.code]) if item.kind in WRITTEN_ON else reverse("cohorts:course")


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
    yield (
        dates.assessment_ends_on,
        Milestone(words.short_day(dates.assessment_ends_on), "End of the assessment period", "is-last"),
    )


def _sent(submission: Submission) -> str:
    if not _is_released(submission):
        return "You sent your assessment"
    passed = submission.outcome.verdict == Verdict.PASS
    return f"You sent your assessment, {'and passed' if passed else 'which did not pass'}"


def _is_released(submission: Submission) -> bool:
    return hasattr(submission, "outcome") and hasattr(submission.outcome, "release")
