"""What follows from the date on which somebody's headship begins."""

import calendar
from datetime import date

from .answers import HEADS
from .details import YOUNGEST, age_on

# A headship that somebody prepares for begins within so many months.
AHEAD_MOST = 36


def first_months_end(started_on: date, months: int) -> date:
    """The first day after so many months of headship; the last of its month where that has no such day (S5)."""
    years, month = divmod(started_on.month - 1 + months, 12)
    year, month = started_on.year + years, month + 1
    return date(year, month, min(started_on.day, calendar.monthrange(year, month)[1]))


def first_year_ends(started_on: date) -> date:
    return first_months_end(started_on, 12)


def headship_date_fault(headship: str, started_on: date, on: date, *, born_on: date | None) -> str:
    """Why the date does not fit what the applicant says of their headship and age; empty when it fits."""
    if headship == "appointed" and started_on <= on:
        return "must be in the future, or choose that you are a headteacher"
    if headship == "appointed" and started_on > first_months_end(on, AHEAD_MOST):
        return "must be within the next three years"
    if headship in {"new", "serving"} and started_on > on:
        return "must be in the past, or choose that you have not started"
    if headship == "new" and first_year_ends(started_on) <= on:
        return "must be within the last year, or choose that you have been one for longer"
    if headship == "serving" and first_year_ends(started_on) > on:
        return "must be more than a year ago, or choose that you are in your first year"
    return headship_age_fault(headship, started_on, born_on) if born_on else ""


def headship_age_fault(headship: str, started_on: date, born_on: date) -> str:
    """Why nobody born then can have become a head so early; empty when they can."""
    if headship in HEADS and age_on(born_on, started_on) < YOUNGEST:
        return f"must be after you turned {YOUNGEST}, so check the years"
    return ""
