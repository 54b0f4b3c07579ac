"""The portal's one clock: moments in UTC, dates in London.

Everything that asks for the time asks here, so that the demo can be written down as if it had
happened over the past two years.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import timezone

LONDON = ZoneInfo("Europe/London")

_as_if: ContextVar[datetime | None] = ContextVar("as_if", default=None)


def now() -> datetime:
    """The present moment, in UTC."""
    return _as_if.get() or timezone.now()  # noqa: TID251 - this is the one place


def today() -> date:
    """The present date in London."""
    return london_date(now())


def london_date(moment: datetime) -> date:
    """The date on a London wall at that moment."""
    return moment.astimezone(LONDON).date()


def start_of_day(day: date) -> datetime:
    """The first moment of a London date. Midnight exists on every London date: clocks change at 1am."""
    return datetime.combine(day, time.min, tzinfo=LONDON)


def london_moment(day: date, at: time) -> datetime:
    """A London date and wall-clock time as a moment; the earlier of two when the clocks go back."""
    return datetime.combine(day, at, tzinfo=LONDON)


@contextmanager
def as_if(moment: datetime) -> Iterator[None]:
    """Write as if it were that moment. Only the demo loader may call this."""
    token = _as_if.set(moment)
    try:
        yield
    finally:
        _as_if.reset(token)
