"""When a cohort may begin, and how many it and its groups take."""

from collections.abc import Sequence
from datetime import date

from cohorts.errors import FewerThanTaken, HallsTooSmall, StartAfterVersion, StartBeforeVersion, StartTooFarAhead

from .dates import months_after

# Nobody plans further ahead than that: it would be a slip of the year.
MONTHS_AHEAD = 10 * 12


def check_start(starts_on: date, *, effective_from: date, effective_to: date | None, today: date) -> None:
    """The first and the last day on which the version may start, if there is a last one (S86, S89)."""
    if starts_on < effective_from:
        raise StartBeforeVersion(effective_from)
    if effective_to and starts_on > effective_to:
        raise StartAfterVersion(effective_to)
    if starts_on > (latest := months_after(today, MONTHS_AHEAD)):
        raise StartTooFarAhead(latest)


def check_size(capacity: int, *, taken: int, halls: Sequence[str]) -> None:
    """`halls` are those booked ahead that hold fewer than that."""
    if capacity < taken:
        raise FewerThanTaken(taken)
    if halls:
        raise HallsTooSmall(halls)
