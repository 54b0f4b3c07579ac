"""What this week is."""

from datetime import datetime, timedelta

from cohorts.rules.dates import first_moment, london_date


def week_of(at: datetime) -> tuple[datetime, datetime]:
    """The first moment of a London Monday, and that of the next: an hour less or more where the clocks change."""
    today = london_date(at)
    monday = today - timedelta(days=today.weekday())
    return first_moment(monday), first_moment(monday + timedelta(days=7))
