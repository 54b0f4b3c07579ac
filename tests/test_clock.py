"""Moments in UTC, dates in London: what differs, and when."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from npqh_portal import clock


def test_as_if_holds_inside_and_is_gone_afterwards() -> None:
    then = datetime(2025, 3, 1, 12, tzinfo=UTC)
    with clock.as_if(then):
        assert (clock.now(), clock.today()) == (then, date(2025, 3, 1))
        with clock.as_if(then + timedelta(days=1)):
            assert clock.today() == date(2025, 3, 2)
        assert clock.now() == then
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)


def test_as_if_is_gone_after_a_failure() -> None:
    with pytest.raises(ValueError, match="away"), clock.as_if(datetime(2025, 3, 1, tzinfo=UTC)):
        raise ValueError("away")
    assert clock.now() > datetime(2026, 1, 1, tzinfo=UTC)


def test_in_summer_the_london_day_begins_an_hour_before_the_utc_one() -> None:
    assert clock.london_date(datetime(2026, 6, 30, 22, 59, tzinfo=UTC)) == date(2026, 6, 30)
    assert clock.london_date(datetime(2026, 6, 30, 23, 0, tzinfo=UTC)) == date(2026, 7, 1)


def test_in_winter_both_begin_together() -> None:
    assert clock.london_date(datetime(2026, 12, 31, 23, 59, tzinfo=UTC)) == date(2026, 12, 31)
    assert clock.london_date(datetime(2027, 1, 1, 0, 0, tzinfo=UTC)) == date(2027, 1, 1)


@pytest.mark.parametrize(
    ("day", "hours"),
    [
        (date(2026, 3, 28), 24),
        (date(2026, 3, 29), 23),  # clocks go forward at 1am
        (date(2026, 10, 24), 24),
        (date(2026, 10, 25), 25),  # clocks go back at 2am
    ],
)
def test_a_day_is_as_long_as_its_clock_changes_make_it(day: date, hours: int) -> None:
    begins, ends = (clock.start_of_day(on).astimezone(UTC) for on in (day, day + timedelta(days=1)))
    assert ends - begins == timedelta(hours=hours)
    assert clock.london_date(begins) == day
    assert clock.london_date(ends - timedelta(microseconds=1)) == day


def test_on_the_night_the_clocks_go_back_the_earlier_of_two_is_meant() -> None:
    assert clock.london_moment(date(2026, 10, 25), time(1, 30)).astimezone(UTC) == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_on_the_night_the_clocks_go_forward_a_time_that_is_skipped_still_names_a_moment() -> None:
    assert clock.london_moment(date(2026, 3, 29), time(1, 30)).astimezone(UTC) == datetime(
        2026, 3, 29, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize(
    ("day", "utc_hour"), [(date(2026, 3, 28), 23), (date(2026, 3, 29), 22), (date(2026, 10, 25), 23)]
)
def test_a_deadline_of_a_minute_to_midnight_is_london_s(day: date, utc_hour: int) -> None:
    moment = clock.london_moment(day, time(23, 59)).astimezone(UTC)
    assert (moment.hour, moment.minute) == (utc_hour, 59)
