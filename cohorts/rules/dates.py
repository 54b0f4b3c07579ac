"""When a course ends, when its assessment ends, and when a window is open. London dates; moments in UTC."""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")


@dataclass(frozen=True)
class CourseDates:
    starts_on: date
    delivery_ends_on: date
    assessment_ends_on: date


def months_after(start: date, months: int) -> date:
    """The same day so many months on; the last of that month where it has no such day, and the last day there is."""
    years, month = divmod(start.month - 1 + months, 12)
    year, month = start.year + years, month + 1
    if year > date.max.year:
        return date.max
    return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def course_dates(
    starts_on: date, *, delivery_months: int, assessment_months: int, extension_months: int = 0
) -> CourseDates:
    """Every date counted from the original start, never from a date already clamped (T13).

    An extension lengthens the time in which one may be assessed.
    """
    return CourseDates(
        starts_on=starts_on,
        delivery_ends_on=months_after(starts_on, delivery_months),
        assessment_ends_on=months_after(starts_on, delivery_months + assessment_months + extension_months),
    )


def first_moment(day: date) -> datetime:
    """When that London date begins. Midnight exists on every one of them: clocks change at 1am."""
    return datetime.combine(day, time.min, tzinfo=LONDON).astimezone(UTC)


def end_of(day: date) -> datetime:
    """The first moment that is no longer that London date; of the last date there is, the last moment."""
    if day == date.max:
        return datetime.max.replace(tzinfo=UTC)
    return first_moment(day + timedelta(days=1))


def is_open(opens_on: date, closes_on: date, at: datetime) -> bool:
    """From the first moment of one date to the last of the other: 23.59 and 59 seconds is in, midnight is out (T12)."""
    return first_moment(opens_on) <= at < end_of(closes_on)


def is_on_the_clock(day: date, at: time) -> bool:
    """Whether London clocks show that time on that day: on the last Sunday of March they leave out an hour."""
    return datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC).astimezone(LONDON).time() == at


def london_date(moment: datetime) -> date:
    return moment.astimezone(LONDON).date()


def catch_up_until(missed_at: datetime, catch_up_days: int) -> date:
    """The last London date on which what was missed at that moment can be caught up."""
    return london_date(missed_at) + timedelta(days=catch_up_days)


def month_number(starts_on: date, today: date) -> int:
    """In which month of the programme a day falls, counted from 1; 0 before the start."""
    if today < starts_on:
        return 0
    months = (today.year - starts_on.year) * 12 + today.month - starts_on.month
    return months + (months_after(starts_on, months) <= today)
