"""Whose assessment window has opened, and who has not sent anything yet as it closes."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cohorts.models import AssessmentWindow, Enrolment
from cohorts.rules.dates import end_of, first_moment, london_date
from cohorts.states import CohortState
from npqh_portal.notifications.reminders import Reminder
from npqh_portal.programmes.models import AssessmentTask

from .queries import may_send_in

_DAYS_BEFORE = (1, 3)
_OPENING_IS_NEWS = timedelta(days=3)


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
            if nudge := _nudge(window, at):
                for enrolment in may_send_in(window, task, at):
                    yield _reminder(window, task, enrolment, nudge)


@dataclass(frozen=True)
class _Nudge:
    """One letter of a window: which, about which version of its dates, and until when it is of use."""

    kind: str
    name: str
    version: date
    until: datetime


def _nudge(window: AssessmentWindow, at: datetime) -> _Nudge | None:
    closes_at = end_of(window.closes_on)
    until = closes_at
    for days in sorted(_DAYS_BEFORE):
        if at >= closes_at - timedelta(days=days):
            return _Nudge("assessment-deadline", f"assessment-deadline-{days}", window.closes_on, until)
        until = closes_at - timedelta(days=days)
    until = min(until, first_moment(window.opens_on) + _OPENING_IS_NEWS)
    return _Nudge("assessment-opens", "assessment-opens", window.opens_on, until) if at < until else None


def _reminder(window: AssessmentWindow, task: AssessmentTask, enrolment: Enrolment, nudge: _Nudge) -> Reminder:
    return Reminder(
        kind=nudge.kind,
        to=enrolment.person,
        about=enrolment,
        key=f"{nudge.name}:{enrolment.pk}:{task.pk}:{window.pk}:{nudge.version:%Y%m%d}:{enrolment.person_id}",
        stale_at=nudge.until,
        words={"task": task, "window": window},
    )
