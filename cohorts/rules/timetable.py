"""What a sitting and an assessment window must be like."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

from cohorts.errors import (
    BeforeCourse,
    DayOver,
    NotTogether,
    RegisterTooEarly,
    TimesBackwards,
    VenueMissing,
    WindowBackwards,
    WindowBeforeDeliveryEnds,
    WindowOutsidePeriod,
    WindowsOutOfOrder,
)

from .dates import CourseDates, first_moment, london_date


def check_times(starts_at: datetime, ends_at: datetime) -> None:
    """As moments: two times of one zone are compared by the clock on the wall, which leaves out an hour in March."""
    if ends_at.astimezone(UTC) <= starts_at.astimezone(UTC):
        raise TimesBackwards


def check_ahead(starts_at: datetime, *, course_starts_on: date, today: date) -> None:
    """Nothing is put into a day that is over, nor before the course: that would be a slip of the month or year."""
    day = london_date(starts_at)
    if day < today:
        raise DayOver(today)
    if day < course_starts_on:
        raise BeforeCourse(course_starts_on)


def check_place_of_sitting(mode: str, *, has_venue: bool) -> None:
    if mode not in {"face_to_face", "online"}:
        raise NotTogether
    if mode == "face_to_face" and not has_venue:
        raise VenueMissing


def check_register_open(starts_at: datetime, at: datetime) -> None:
    """A register is taken from the first moment of the day on: a facilitator opens the list before the doors."""
    day = london_date(starts_at)
    if at < first_moment(day):
        raise RegisterTooEarly(day)


def check_window(
    number: int, opens_on: date, closes_on: date, *, dates: CourseDates, others: Mapping[int, tuple[date, date]]
) -> None:
    """The first window lies inside the assessment period (S33); later ones, for resits, follow it in order (T54)."""
    if closes_on < opens_on:
        raise WindowBackwards
    if opens_on < dates.delivery_ends_on:
        raise WindowBeforeDeliveryEnds(dates.delivery_ends_on)
    if number == 1 and closes_on > dates.assessment_ends_on:
        raise WindowOutsidePeriod(dates.delivery_ends_on, dates.assessment_ends_on)
    for other, (opens, closes) in others.items():
        if (other < number and opens_on <= closes) or (other > number and closes_on >= opens):
            raise WindowsOutOfOrder
