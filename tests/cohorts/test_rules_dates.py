"""When courses end and windows are open."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from cohorts.errors import (
    WindowBackwards,
    WindowBeforeDeliveryEnds,
    WindowOutsidePeriod,
    WindowsOutOfOrder,
)
from cohorts.rules.dates import (
    catch_up_until,
    course_dates,
    end_of,
    first_moment,
    is_on_the_clock,
    is_open,
    month_number,
    months_after,
)
from cohorts.rules.timetable import check_window


@pytest.mark.parametrize(
    ("start", "months", "expected"),
    [
        (date(2024, 2, 1), 18, date(2025, 8, 1)),
        (date(2024, 8, 31), 18, date(2026, 2, 28)),
        (date(2022, 8, 31), 18, date(2024, 2, 29)),
        (date(2023, 11, 30), 3, date(2024, 2, 29)),
        (date(2024, 11, 29), 3, date(2025, 2, 28)),
        (date(2024, 2, 29), 12, date(2025, 2, 28)),
        (date(2024, 12, 31), 1, date(2025, 1, 31)),
        (date(2024, 5, 31), 0, date(2024, 5, 31)),
        (date(9999, 12, 31), 18, date.max),
    ],
)
def test_months_end_on_the_last_day_of_a_short_month(start: date, months: int, expected: date) -> None:
    # T13
    assert months_after(start, months) == expected


def test_the_assessment_period_is_counted_from_the_first_day_not_from_a_clamped_one() -> None:
    # T13
    dates = course_dates(date(2024, 8, 31), delivery_months=18, assessment_months=3)
    assert dates.delivery_ends_on == date(2026, 2, 28)
    assert dates.assessment_ends_on == date(2026, 5, 31)  # not 28 May


def test_the_worked_example_of_february_2024() -> None:
    # S11 to S14
    dates = course_dates(date(2024, 2, 1), delivery_months=18, assessment_months=3)
    assert (dates.delivery_ends_on, dates.assessment_ends_on) == (date(2025, 8, 1), date(2025, 11, 1))
    extended = course_dates(date(2024, 2, 1), delivery_months=18, assessment_months=3, extension_months=6)
    assert (extended.delivery_ends_on, extended.assessment_ends_on) == (date(2025, 8, 1), date(2026, 5, 1))


@pytest.mark.parametrize(
    ("opens_on", "closes_on", "first", "gone", "hours"),
    [
        # Across the last Sunday of October the eight days have an hour more, in March one less.
        (date(2025, 10, 20), date(2025, 10, 27), "2025-10-19T23:00", "2025-10-28T00:00", 193),
        (date(2025, 3, 24), date(2025, 3, 31), "2025-03-24T00:00", "2025-03-31T23:00", 191),
        (date(2026, 3, 23), date(2026, 3, 30), "2026-03-23T00:00", "2026-03-30T23:00", 191),
        (date(2025, 1, 6), date(2025, 1, 13), "2025-01-06T00:00", "2025-01-14T00:00", 192),
    ],
)
def test_a_window_is_eight_london_days_whatever_the_clocks_do(
    opens_on: date, closes_on: date, first: str, gone: str, hours: int
) -> None:
    # T12
    opens_at = datetime.fromisoformat(first).replace(tzinfo=UTC)
    over_at = datetime.fromisoformat(gone).replace(tzinfo=UTC)
    assert (first_moment(opens_on), end_of(closes_on)) == (opens_at, over_at)
    assert over_at - opens_at == timedelta(hours=hours)
    instant = timedelta(microseconds=1)
    assert not is_open(opens_on, closes_on, opens_at - instant)
    assert is_open(opens_on, closes_on, opens_at)
    assert is_open(opens_on, closes_on, over_at - instant)
    assert not is_open(opens_on, closes_on, over_at)


def test_catching_up_is_counted_in_london_days() -> None:
    missed_at = datetime(2026, 10, 20, 23, 30, tzinfo=UTC)  # half past midnight on the 21st in London
    assert catch_up_until(missed_at, 42) == date(2026, 12, 2)


@pytest.mark.parametrize(
    ("today", "number"),
    [
        (date(2026, 1, 14), 0),
        (date(2026, 1, 15), 1),
        (date(2026, 2, 14), 1),
        (date(2026, 2, 15), 2),
        (date(2027, 10, 14), 21),
    ],
)
def test_months_are_counted_from_one(today: date, number: int) -> None:
    assert month_number(date(2026, 1, 15), today) == number


DATES = course_dates(date(2024, 2, 1), delivery_months=18, assessment_months=3)


def test_a_first_window_may_touch_both_ends_of_the_assessment_period() -> None:
    # S33
    check_window(1, date(2025, 8, 1), date(2025, 11, 1), dates=DATES, others={})


def test_a_first_window_may_not_pass_them() -> None:
    # S33
    with pytest.raises(WindowBeforeDeliveryEnds):
        check_window(1, date(2025, 7, 31), date(2025, 8, 7), dates=DATES, others={})
    with pytest.raises(WindowOutsidePeriod, match="from 1 August 2025 to 1 November 2025"):
        check_window(1, date(2025, 10, 26), date(2025, 11, 2), dates=DATES, others={})


def test_a_window_does_not_close_before_it_opens() -> None:
    with pytest.raises(WindowBackwards):
        check_window(1, date(2025, 9, 8), date(2025, 9, 7), dates=DATES, others={})


def test_a_resit_window_may_lie_after_the_period_but_follows_the_first() -> None:
    # T54
    first = {1: (date(2025, 9, 15), date(2025, 9, 22))}
    check_window(2, date(2026, 3, 2), date(2026, 3, 9), dates=DATES, others=first)
    with pytest.raises(WindowsOutOfOrder):
        check_window(2, date(2025, 9, 22), date(2025, 9, 29), dates=DATES, others=first)
    second = {2: (date(2025, 9, 20), date(2025, 9, 27))}
    with pytest.raises(WindowsOutOfOrder):
        check_window(1, date(2025, 9, 15), date(2025, 9, 20), dates=DATES, others=second)


@pytest.mark.parametrize(
    ("day", "at", "expected"),
    [
        (date(2027, 3, 28), time(0, 59), True),
        (date(2027, 3, 28), time(1, 0), False),
        (date(2027, 3, 28), time(1, 59), False),
        (date(2027, 3, 28), time(2, 0), True),
        (date(2027, 10, 31), time(1, 30), True),  # twice, even
        (date(2027, 3, 27), time(1, 30), True),
    ],
)
def test_which_times_a_london_clock_shows(day: date, at: time, expected: bool) -> None:
    assert is_on_the_clock(day, at) is expected
