"""What may be caught up, by whom and until when (T46 to T48); and what a decision needs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from cohorts.errors import (
    CannotBeCaughtUp,
    CatchUpDayOutOfRange,
    CatchUpNotNow,
    CatchUpNotOnList,
    CatchUpReasonMissing,
    CatchUpTooLate,
    CatchUpWithoutWords,
    MissedNothing,
    MissedSessionCancelled,
    RegisterStillOut,
    SessionNotHeld,
    SessionStillToCome,
    TooManyCatchUpFiles,
)

from .dates import catch_up_until, end_of, london_date

MOST_FILES = 5


@dataclass(frozen=True)
class Sitting:
    """One session of the item, as far as it is this person's. `was_there` is false of one held before they joined."""

    key: int
    starts_at: datetime
    ends_at: datetime
    is_cancelled: bool = False
    is_marked: bool = False
    was_there: bool = True


@dataclass(frozen=True)
class Missing:
    """Somebody and an item of their programme, as far as it matters whether they may catch it up.

    `can_be_caught_up` is what the policy says of its `kind`, or what was handed in for it and is open.
    `not_now` says in a word why they take no part at present; empty while they do. `joined_at` is when their present
    stay began.
    """

    kind: str
    can_be_caught_up: bool
    not_now: str
    is_on_list: bool
    is_credited: bool
    joined_at: datetime
    catch_up_days: int
    sittings: tuple[Sitting, ...]

    @property
    def missed(self) -> Sitting | None:
        """The session that is made good: the last they are marked for, or one held before they joined."""
        held = [one for one in self.sittings if not one.is_cancelled]
        marked = [one for one in held if one.is_marked]
        before = [one for one in held if not one.was_there]
        return max(marked or before, key=lambda one: one.ends_at, default=None)

    @property
    def send_by(self) -> date | None:
        """The last London day, if there is one; late joiners have it counted from the day on which they joined."""
        missed = self.missed
        if missed is None or not self.can_be_caught_up:
            return None
        return catch_up_until(missed.ends_at if missed.is_marked else self.joined_at, self.catch_up_days)


def check_missing(missing: Missing, at: datetime) -> None:
    """Refuse what is no missed session, the plainest reason first. Whether there is still time is asked apart."""
    if missing.sittings and all(one.is_cancelled for one in missing.sittings):
        raise MissedSessionCancelled
    if not missing.is_on_list:
        raise CatchUpNotOnList
    if missing.is_credited:
        raise MissedNothing
    if missing.not_now:
        raise CatchUpNotNow(missing.not_now)
    ahead = [one for one in missing.sittings if one.was_there and not (one.is_marked or one.is_cancelled)]
    if ahead:
        last = max(ahead, key=lambda one: one.ends_at)
        if last.ends_at > at:
            raise SessionStillToCome(london_date(last.starts_at))
        raise RegisterStillOut(london_date(last.starts_at))
    if missing.missed is None:
        raise SessionNotHeld
    if not missing.can_be_caught_up:
        raise CannotBeCaughtUp(missing.kind)


def check_in_time(send_by: date, at: datetime) -> None:
    """Up to the last moment of that London day."""
    if at >= end_of(send_by):
        raise CatchUpTooLate(send_by)


def check_evidence(words: str, *, files: int) -> None:
    if not words.strip():
        raise CatchUpWithoutWords
    if files > MOST_FILES:
        raise TooManyCatchUpFiles(MOST_FILES)


def check_reason(words: str) -> None:
    if not words.strip():
        raise CatchUpReasonMissing


def days_to_send_by(today: date, *, stands: date, catch_up_days: int) -> tuple[date, date]:
    """From which to which day the new last day may be of what is sent back; `stands` is the one there is.

    Being asked for more takes no time away, and nobody gets longer for a second go than there is for a first.
    """
    first = max(today, stands)
    return first, max(first, today + timedelta(days=catch_up_days))


def check_send_by(send_by: date, *, today: date, stands: date, catch_up_days: int) -> None:
    first, last = days_to_send_by(today, stands=stands, catch_up_days=catch_up_days)
    if not first <= send_by <= last:
        raise CatchUpDayOutOfRange(first, last)
