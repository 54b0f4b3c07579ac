"""Whose assessment window has opened, and who has not sent anything yet as it closes."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef

from cohorts.models import AssessmentWindow, Enrolment
from cohorts.rules.dates import end_of, first_moment, london_date
from cohorts.states import CohortState, EnrolmentState
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.reminders import Reminder
from npqh_portal.programmes.models import AssessmentTask

from .models import Submission
from .queries import sending_of

# Days before the window closes, the longest first.
_NUDGES = (3, 1)


def due(at: datetime) -> Iterator[Reminder]:
    """From the opening on, that a window is open; three days and one day before it closes, to those who sent nothing.

    Only to those who may send: a window is no news to whoever has passed. A changed closing date reminds anew.
    """
    today = london_date(at)
    windows = AssessmentWindow.objects.filter(opens_on__lte=today, closes_on__gte=today).exclude(
        cohort__state=CohortState.DRAFT
    )
    for window in windows.select_related("cohort__version").order_by("pk"):
        for task in window.cohort.version.tasks.order_by("number"):
            for enrolment in _without_submission(window, task):
                if _may_send(enrolment, task, at):
                    yield _reminder(window, task, enrolment, at)


def _without_submission(window: AssessmentWindow, task: AssessmentTask) -> Iterator[Enrolment]:
    sent = Submission.objects.filter(enrolment=OuterRef("pk"), task=task, window=window)
    yield from (
        Enrolment.objects.filter(
            ~Exists(sent),
            state=EnrolmentState.ACTIVE,
            memberships__cohort=window.cohort,
            memberships__to_on=None,
        )
        .select_related("person", "version")
        .order_by("pk")
    )


def _may_send(enrolment: Enrolment, task: AssessmentTask, at: datetime) -> bool:
    try:
        sending_of(enrolment, task, at)
    except RuleViolation:
        return False
    return True


def _reminder(window: AssessmentWindow, task: AssessmentTask, enrolment: Enrolment, at: datetime) -> Reminder:
    closes_at = end_of(window.closes_on)
    left = [days for days in _NUDGES if at >= closes_at - timedelta(days=days)]
    subject = f"{enrolment.pk}:{task.pk}:{window.pk}"
    words = {"task": task, "window": window}
    if left:
        kind, key, nearest = "assessment-deadline", f"assessment-deadline-{left[-1]}", left[-1]
        until = min((closes_at - timedelta(days=days) for days in _NUDGES if days < nearest), default=closes_at)
        version = f"{window.closes_on:%Y%m%d}"
    else:
        kind, key = "assessment-opens", "assessment-opens"
        until = min(first_moment(window.opens_on) + timedelta(days=3), closes_at - timedelta(days=_NUDGES[0]))
        version = f"{window.opens_on:%Y%m%d}"
    return Reminder(
        kind=kind,
        to=enrolment.person,
        about=enrolment,
        key=f"{key}:{subject}:{version}:{enrolment.person_id}",
        stale_at=max(until, at + timedelta(minutes=1)),
        words=words,
    )
