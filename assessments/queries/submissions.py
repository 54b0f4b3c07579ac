"""What participants sent, and what they may send now."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from assessments.errors import WithTheAssessors
from assessments.models import Outcome, Submission, SubmittedFile
from assessments.rules import (
    PASS,
    Attempt,
    Window,
    attempt_number,
    check_not_passed,
    check_sitting,
    open_window,
)
from assessments.states import SubmissionState
from cohorts.models import AssessmentWindow, Enrolment
from cohorts.queries import standing_of, standings_of
from cohorts.states import CohortState, EnrolmentState
from npqh_portal.clock import london_date
from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.programmes.queries import current_policy


@dataclass(frozen=True)
class Sending:
    """Where a file sent now would belong: to this attempt, and to the submission already there, if it replaces one."""

    window: AssessmentWindow
    attempt: int
    submission: Submission | None


def windows_of(enrolment: Enrolment) -> QuerySet[AssessmentWindow]:
    """The windows of the cohort they are in, in order."""
    return (
        AssessmentWindow.objects.filter(cohort__memberships__enrolment=enrolment, cohort__memberships__to_on=None)
        .exclude(cohort__state=CohortState.DRAFT)
        .order_by("opens_on", "pk")
    )


def sending_of(enrolment: Enrolment, task: AssessmentTask, at: datetime) -> Sending:
    """What a file sent at that moment would be. Raises the refusal where nothing may be sent."""
    earlier = {one.attempt: one for one in submissions_of(enrolment).filter(task=task)}
    attempts = [Attempt(one.attempt, one.window_id, released_verdict(one)) for one in earlier.values()]
    check_not_passed(attempts)
    policy = current_policy(enrolment.version)
    check_sitting(
        is_active=enrolment.state == EnrolmentState.ACTIVE,
        state=enrolment.state,
        is_theirs=task.version_id == enrolment.version_id,
        gates_sitting=policy.gates_sitting,
        has_met=not policy.gates_sitting or standing_of(enrolment, at).is_met,
        threshold_percent=policy.threshold_percent,
    )
    windows = {window.pk: window for window in windows_of(enrolment)}
    window = open_window(
        [Window(pk, window.opens_on, window.closes_on) for pk, window in windows.items()], at, london_date(at)
    )
    number = attempt_number(attempts, window=window.pk, attempts_most=task.attempts_most)
    submission = earlier.get(number)
    if submission and submission.state != SubmissionState.RECEIVED:
        raise WithTheAssessors
    return Sending(windows[window.pk], number, submission)


def released_verdict(submission: Submission) -> str | None:
    """The verdict as the participant may know it; read the submission with `outcome__release`."""
    outcome = getattr(submission, "outcome", None)
    return outcome.verdict if outcome and hasattr(outcome, "release") else None


def submissions_of(enrolment: Enrolment) -> QuerySet[Submission]:
    """First attempt first, with what was released."""
    return (
        Submission.objects.filter(enrolment=enrolment)
        .select_related("task", "window", "outcome__release")
        .order_by("task__number", "attempt")
    )


@dataclass(frozen=True)
class Sent:
    """One attempt, as its author may see it."""

    submission: Submission
    file: SubmittedFile
    outcome: Outcome | None
    feedback: tuple[str, ...]


@dataclass(frozen=True)
class TaskWork:
    """A task of the version: what was sent, and whether a file may be sent now, or why not."""

    task: AssessmentTask
    sent: tuple[Sent, ...]
    sending: Sending | None
    refusal: str

    @property
    def awaits_result(self) -> bool:
        """The newest attempt is with the assessors: there is nothing to send, and nothing to refuse."""
        return bool(self.sent) and not self.sent[-1].outcome and not self.sending

    @property
    def is_passed(self) -> bool:
        return any(one.outcome and one.outcome.verdict == PASS for one in self.sent)


def work_of(enrolment: Enrolment, at: datetime) -> list[TaskWork]:
    """Every task of the person's version. Feedback is that of whoever gave the verdict that stands."""
    by_task: dict[int, list[Sent]] = {}
    for submission in submissions_of(enrolment).prefetch_related("files", "marks__feedback"):
        outcome = submission.outcome if released_verdict(submission) else None
        said = [
            mark.feedback.text
            for mark in submission.marks.all()
            if outcome and mark.verdict == outcome.verdict and hasattr(mark, "feedback")
        ]
        sent = Sent(submission, submission.files.all()[0], outcome, tuple(dict.fromkeys(said)))
        by_task.setdefault(submission.task_id, []).append(sent)
    work = []
    for task in enrolment.version.tasks.order_by("number"):
        sending, refusal = None, ""
        try:
            sending = sending_of(enrolment, task, at)
        except RuleViolation as said:
            refusal = str(said)
        work.append(TaskWork(task, tuple(by_task.get(task.pk, ())), sending, refusal))
    return work


def may_send_in(window: AssessmentWindow, task: AssessmentTask, at: datetime) -> list[Enrolment]:
    """Who is in the window's cohort, has sent nothing for the task in it, and may. A fixed number of statements."""
    sent = Submission.objects.filter(enrolment=OuterRef("pk"), task=task)
    found = (
        Enrolment.objects.filter(
            ~Exists(sent.filter(Q(window=window) | Q(outcome__release=None) | Q(outcome__verdict=PASS))),
            state=EnrolmentState.ACTIVE,
            memberships__cohort=window.cohort_id,
            memberships__to_on=None,
        )
        .alias(used=Count("submissions", filter=Q(submissions__task=task), distinct=True))
        .filter(used__lt=task.attempts_most)
        .select_related("person")
        .order_by("pk")
    )
    if not current_policy(task.version).gates_sitting:
        return list(found)
    standings = standings_of([enrolment.pk for enrolment in found], at)
    return [enrolment for enrolment in found if standings[enrolment.pk].is_met]


def newest_file(submission: Submission) -> SubmittedFile:
    return submission.files.latest("received_at", "pk")
