"""By when an applicant can be asked to answer."""

from datetime import date, timedelta

from applications.errors import ReplyDateGone, ReplyDateTooLate

DAYS_MOST = 60


def last_reply_day(*, today: date, starts_on: date) -> date:
    """The day on which the programme starts, and 60 days from now where that is sooner or it has started."""
    last = today + timedelta(days=DAYS_MOST)
    return min(last, starts_on) if starts_on >= today else last


def check_reply_day(reply_by: date, *, today: date, starts_on: date) -> None:
    if reply_by < today:
        raise ReplyDateGone
    last = last_reply_day(today=today, starts_on=starts_on)
    if reply_by > last:
        raise ReplyDateTooLate(f"{last.day} {last:%B %Y}")
