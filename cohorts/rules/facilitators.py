"""When facilitators can lead."""

from collections.abc import Iterable
from datetime import date, timedelta

from cohorts.errors import (
    AbsenceBackwards,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceTooFarAhead,
    AbsenceTooLong,
    NoWeekdayOffered,
)

# Longer than that, somebody else leads their groups.
LONGEST_ABSENCE = timedelta(days=365)
# No session is planned as far ahead as that: it would be a slip of the year.
FURTHEST_AHEAD = timedelta(days=3 * 365)

MONDAY_TO_SUNDAY = "0123456"


def check_absence(from_on: date, to_on: date, *, today: date, others: Iterable[tuple[date, date]]) -> None:
    """First and last day included; `others` are those entered already. Two may follow each other day by day."""
    if to_on < from_on:
        raise AbsenceBackwards
    if to_on < today:
        raise AbsenceOver(today)
    if to_on - from_on > LONGEST_ABSENCE:
        raise AbsenceTooLong(from_on + LONGEST_ABSENCE)
    if to_on - today > FURTHEST_AHEAD:
        raise AbsenceTooFarAhead(today + FURTHEST_AHEAD)
    for first, last in sorted(others):
        if first <= to_on and from_on <= last:
            raise AbsenceOverlaps(first, last)


def tidy_weekdays(chosen: Iterable[str]) -> str:
    """Monday 0 to Sunday 6, each once and in order."""
    offered = "".join(sorted(set(chosen) & set(MONDAY_TO_SUNDAY)))
    if not offered:
        raise NoWeekdayOffered
    return offered
