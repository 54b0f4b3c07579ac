"""When an application may be begun, written and sent, and when its writer is reminded."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from applications.errors import IntakeClosed, IntakeNotOpenYet, IntakePaused


def check_open(intake: str, *, opens_at: datetime, closes_at: datetime, is_paused: bool, at: datetime) -> None:
    """An intake is open from the moment it opens until just before the moment it closes, unless it is paused.

    For whoever had begun before it closed, `closes_at` is the end of the grace.
    """
    check_not_closed(intake, closes_at=closes_at, at=at)
    if at < opens_at:
        raise IntakeNotOpenYet(intake)
    if is_paused:
        raise IntakePaused(intake)


def check_not_closed(intake: str, *, closes_at: datetime, at: datetime) -> None:
    """Answers may still be written while an intake is paused, so that nobody loses any."""
    if at >= closes_at:
        raise IntakeClosed(intake)


def grace_ends(closes_at: datetime, grace_minutes: int) -> datetime:
    """Until just before this moment a draft may still be written and sent."""
    return closes_at + timedelta(minutes=grace_minutes)


@dataclass(frozen=True)
class Nudge:
    """A reminder of an unfinished application: due from `from_at` until `until`, and useless after."""

    name: str
    from_at: datetime
    until: datetime


def nudge_due(closes_at: datetime, changed_at: datetime, at: datetime) -> Nudge | None:
    """One in the last week, one on the last day. Whoever missed the first is not sent both.

    Nobody is chased while they write: the first comes a day after they last saved anything, the second two hours.
    """
    week, day = closes_at - timedelta(days=7), closes_at - timedelta(days=1)
    week, last = max(week, changed_at + timedelta(days=1)), max(day, changed_at + timedelta(hours=2))
    for nudge in (Nudge("week", week, day), Nudge("day", last, closes_at)):
        if nudge.from_at <= at < nudge.until:
            return nudge
    return None
