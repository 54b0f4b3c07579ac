"""Support beside the programme: for how long, which meetings, and what may be said of them (S5 to S8, T58, T59)."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from applications.kinds import Strand
from cohorts.errors import (
    MeetingOutsideSupport,
    MeetingTimeOver,
    MeetingToCome,
    MeetingTooLong,
    SupportBackwards,
    SupportEnded,
    SupportOverAlready,
    SupportTooEarly,
    SupportTooLong,
)

from .dates import london_date, months_after

# The support of a new head spans one year (S5).
NEW_HEAD_MONTHS = 12
# Nobody plans further ahead: what is later than that is a slip of the finger.
MOST_MONTHS = 36
MOST_MINUTES = 720
# Days after the end in which the pair may still write down the last meeting.
WRITTEN_UNTIL = timedelta(days=28)


@dataclass(frozen=True)
class Days:
    """The days of a match. `last_on` is its last one, None where it has to be asked for."""

    first_on: date
    last_on: date | None


def usual_days(
    strand: str, *, headship_on: date | None, course_on: date | None, delivery_ends_on: date | None, today: date
) -> Days:
    """For how long somebody is usually supported, as it is offered to whoever matches them.

    A new head for one year, from the day on which the headship begins, or from today where it has begun (S5).
    Whoever has one-to-one support from the first day of the course, or from today, to the last one (S8).
    """
    if strand == Strand.NEW_HEADS:
        first_on = max(headship_on or today, today)
        return Days(first_on, months_after(first_on, NEW_HEAD_MONTHS) - timedelta(days=1))
    first_on = max(course_on or today, today)
    last_on = delivery_ends_on if delivery_ends_on and delivery_ends_on >= first_on else None
    return Days(first_on, last_on)


def check_days(first_on: date, last_on: date, *, enrolled_on: date, today: date) -> None:
    if last_on < first_on:
        raise SupportBackwards
    if first_on < enrolled_on:
        raise SupportTooEarly(enrolled_on)
    if last_on < today:
        raise SupportOverAlready(today)
    if last_on > (latest := months_after(first_on, MOST_MONTHS)):
        raise SupportTooLong(latest)


def is_writable(last_on: date, *, today: date) -> bool:
    """Until the last day, and a while after it, for what is left to be written down."""
    return today <= last_on + WRITTEN_UNTIL


def check_writable(last_on: date, *, today: date) -> None:
    if not is_writable(last_on, today=today):
        raise SupportEnded(last_on)


def check_minutes(minutes: int) -> None:
    if not 1 <= minutes <= MOST_MINUTES:
        raise MeetingTooLong(MOST_MINUTES)


def check_day_of_meeting(starts_at: datetime, *, first_on: date, last_on: date) -> None:
    """Within the days of the match, as London counts them."""
    if not first_on <= london_date(starts_at) <= last_on:
        raise MeetingOutsideSupport(first_on, last_on)


def check_to_come(starts_at: datetime, *, now: datetime) -> None:
    if starts_at <= now:
        raise MeetingTimeOver


def check_begun(starts_at: datetime, *, now: datetime) -> None:
    """What has not begun was neither held nor missed."""
    if starts_at > now:
        raise MeetingToCome
