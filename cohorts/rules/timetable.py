"""What a sitting and an assessment window must be like."""

from collections.abc import Mapping
from datetime import date, datetime

from cohorts.errors import (
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
    if ends_at <= starts_at:
        raise TimesBackwards


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
