"""What follows from the date on which somebody's headship begins."""

from datetime import date


def first_year_ends(started_on: date) -> date:
    """The first day after somebody's first year of headship; a leap day's is the last of February (S5)."""
    is_leap_day = (started_on.month, started_on.day) == (2, 29)
    return started_on.replace(year=started_on.year + 1, day=28 if is_leap_day else started_on.day)


def headship_date_fault(headship: str, started_on: date, on: date) -> str:
    """Why the date does not fit what the applicant says of their headship; empty when it fits."""
    if headship == "appointed" and started_on <= on:
        return "must be in the future, or choose that you are a headteacher"
    if headship in {"new", "serving"} and started_on > on:
        return "must be in the past, or choose that you have not started"
    if headship == "new" and first_year_ends(started_on) <= on:
        return "must be within the last year, or choose that you have been one for longer"
    if headship == "serving" and first_year_ends(started_on) > on:
        return "must be more than a year ago, or choose that you are in your first year"
    return ""
