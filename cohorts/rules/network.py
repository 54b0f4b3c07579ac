"""What may be logged of visits to other schools (S78)."""

from datetime import date

from cohorts.errors import DayToCome, DayTooEarly


def check_day(on: date, *, first_on: date, today: date) -> None:
    """A day on which something was done: since one is on the programme, and not one to come."""
    if on > today:
        raise DayToCome
    if on < first_on:
        raise DayTooEarly(first_on)
