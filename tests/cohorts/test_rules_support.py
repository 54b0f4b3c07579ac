"""For how long somebody is supported, and which meetings may be written down."""

from datetime import UTC, date, datetime, timedelta

import pytest

from applications.kinds import Strand
from cohorts import errors
from cohorts.rules.support import (
    Days,
    check_begun,
    check_day_of_meeting,
    check_days,
    check_minutes,
    check_to_come,
    check_writable,
    usual_days,
)

TODAY = date(2026, 3, 18)
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


def new_head(headship_on: date | None) -> Days:
    return usual_days(
        Strand.NEW_HEADS, headship_on=headship_on, course_on=None, delivery_ends_on=date(2030, 1, 1), today=TODAY
    )


@pytest.mark.parametrize(
    ("headship_on", "first_on", "last_on"),
    [
        (date(2026, 9, 1), date(2026, 9, 1), date(2027, 8, 31)),
        (date(2026, 3, 18), date(2026, 3, 18), date(2027, 3, 17)),
        (date(2026, 3, 17), date(2026, 3, 18), date(2027, 3, 17)),
        (None, date(2026, 3, 18), date(2027, 3, 17)),
        (date(2028, 2, 29), date(2028, 2, 29), date(2029, 2, 27)),
    ],
)
def test_s5_a_new_head_is_supported_for_one_year(headship_on: date | None, first_on: date, last_on: date) -> None:
    assert new_head(headship_on) == Days(first_on, last_on)


@pytest.mark.parametrize(
    ("course_on", "ends_on", "expected"),
    [
        (date(2026, 9, 3), date(2028, 3, 3), Days(date(2026, 9, 3), date(2028, 3, 3))),
        (date(2026, 1, 12), date(2027, 7, 12), Days(TODAY, date(2027, 7, 12))),
        (date(2024, 9, 18), TODAY, Days(TODAY, TODAY)),
        (date(2024, 9, 17), date(2026, 3, 17), Days(TODAY, None)),
        (None, None, Days(TODAY, None)),
    ],
)
def test_s8_one_to_one_support_runs_to_the_last_day_of_the_course(
    course_on: date | None, ends_on: date | None, expected: Days
) -> None:
    days = usual_days(
        Strand.ONE_TO_ONE, headship_on=date(2030, 1, 1), course_on=course_on, delivery_ends_on=ends_on, today=TODAY
    )
    assert days == expected


def test_days_of_a_match() -> None:
    enrolled_on = date(2026, 3, 1)

    def check(first_on: date, last_on: date) -> None:
        check_days(first_on, last_on, enrolled_on=enrolled_on, today=TODAY)

    check(enrolled_on, TODAY)
    check(TODAY, TODAY)
    check(TODAY, date(2029, 3, 18))
    with pytest.raises(errors.SupportBackwards):
        check(TODAY, TODAY - timedelta(days=1))
    with pytest.raises(errors.SupportTooEarly, match="1 March 2026"):
        check(enrolled_on - timedelta(days=1), TODAY)
    with pytest.raises(errors.SupportOverAlready):
        check(enrolled_on, TODAY - timedelta(days=1))
    with pytest.raises(errors.SupportTooLong, match="18 March 2029"):
        check(TODAY, date(2029, 3, 19))


def test_a_last_meeting_is_written_down_for_four_weeks() -> None:
    check_writable(TODAY, today=TODAY + timedelta(days=28))
    with pytest.raises(errors.SupportEnded, match="18 March 2026"):
        check_writable(TODAY, today=TODAY + timedelta(days=29))


@pytest.mark.parametrize(("minutes", "is_fine"), [(0, False), (1, True), (720, True), (721, False), (-5, False)])
def test_a_meeting_lasts_part_of_a_day(minutes: int, is_fine: bool) -> None:
    if is_fine:
        check_minutes(minutes)
    else:
        with pytest.raises(errors.MeetingTooLong):
            check_minutes(minutes)


def test_what_has_begun_is_held_and_what_has_not_is_planned() -> None:
    check_begun(NOW, now=NOW)
    with pytest.raises(errors.MeetingToCome):
        check_begun(NOW + timedelta(seconds=1), now=NOW)
    check_to_come(NOW + timedelta(seconds=1), now=NOW)
    with pytest.raises(errors.MeetingTimeOver):
        check_to_come(NOW, now=NOW)


@pytest.mark.parametrize(
    ("starts_at", "is_inside"),
    [
        (datetime(2026, 3, 29, 23, 30, tzinfo=UTC), True),  # half past midnight of the 30th, in London's summer time
        (datetime(2026, 3, 29, 22, 30, tzinfo=UTC), False),
        (datetime(2026, 10, 25, 23, 59, tzinfo=UTC), True),  # winter time again
        (datetime(2026, 10, 26, 0, 0, tzinfo=UTC), False),
    ],
)
def test_a_meeting_is_within_the_days_of_the_match_as_london_counts_them(starts_at: datetime, is_inside: bool) -> None:
    days = {"first_on": date(2026, 3, 30), "last_on": date(2026, 10, 25)}
    if is_inside:
        check_day_of_meeting(starts_at, **days)
    else:
        with pytest.raises(errors.MeetingOutsideSupport, match="30 March 2026 to 25 October 2026"):
            check_day_of_meeting(starts_at, **days)
