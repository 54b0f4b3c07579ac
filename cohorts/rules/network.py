"""What may be logged of visits to other schools (S78)."""

from datetime import date

from cohorts.errors import DayToCome, DayTooEarly, DayTooLate


def check_day(on: date, *, first_on: date, last_on: date | None, today: date) -> None:
    """A day on which something was done: while one is on the programme, and not one to come."""
    if on > today:
        raise DayToCome
    if on < first_on:
        raise DayTooEarly(first_on)
    if last_on and on > last_on:
        raise DayTooLate(last_on)
