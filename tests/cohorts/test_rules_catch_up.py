"""What may be caught up, and until when, on plain values."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from cohorts.errors import (
    CannotBeCaughtUp,
    CatchUpDayOutOfRange,
    CatchUpNotNow,
    CatchUpNotOnList,
    CatchUpTooLate,
    CatchUpWithoutWords,
    MissedNothing,
    MissedSessionCancelled,
    RegisterStillOut,
    SessionNotHeld,
    SessionStillToCome,
    TooManyCatchUpFiles,
)
from cohorts.rules.catch_up import (
    MOST_FILES,
    Missing,
    Sitting,
    check_evidence,
    check_in_time,
    check_missing,
    check_send_by,
    days_to_send_by,
)
from npqh_portal.errors import RuleViolation

NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
HELD = Sitting(1, NOW - timedelta(days=1, hours=2), NOW - timedelta(days=1), is_marked=True)
AHEAD = Sitting(2, NOW + timedelta(days=1), NOW + timedelta(days=1, hours=2))
SOMEBODY = Missing(
    kind="Seminar",
    can_be_caught_up=True,
    not_now="",
    is_on_list=True,
    is_credited=False,
    joined_at=NOW - timedelta(days=60),
    catch_up_days=42,
    sittings=(HELD,),
)


def test_a_session_missed_by_the_register_may_be_caught_up() -> None:
    check_missing(SOMEBODY, NOW)
    assert (SOMEBODY.missed, SOMEBODY.send_by) == (HELD, date(2026, 4, 28))


@pytest.mark.parametrize(
    ("missing", "refusal"),
    [
        (replace(SOMEBODY, is_on_list=False), CatchUpNotOnList),
        (replace(SOMEBODY, is_credited=True), MissedNothing),
        (replace(SOMEBODY, not_now="Deferred"), CatchUpNotNow),
        (replace(SOMEBODY, sittings=(AHEAD,)), SessionStillToCome),
        (replace(SOMEBODY, sittings=(HELD, AHEAD)), SessionStillToCome),
        (replace(SOMEBODY, sittings=(replace(HELD, is_marked=False),)), RegisterStillOut),
        (replace(SOMEBODY, sittings=(replace(HELD, is_cancelled=True, is_marked=False),)), MissedSessionCancelled),
        (replace(SOMEBODY, sittings=()), SessionNotHeld),
        (replace(SOMEBODY, can_be_caught_up=False), CannotBeCaughtUp),
        (replace(SOMEBODY, can_be_caught_up=False, sittings=(HELD, AHEAD)), SessionStillToCome),
    ],
)
def test_anything_else_is_refused_for_what_it_is(missing: Missing, refusal: type[RuleViolation]) -> None:
    with pytest.raises(refusal):
        check_missing(missing, NOW)


def test_a_cancelled_session_beside_one_that_was_missed_hinders_nothing() -> None:
    both = replace(SOMEBODY, sittings=(HELD, replace(AHEAD, is_cancelled=True)))
    check_missing(both, NOW)
    assert both.missed == HELD


def test_a_session_is_not_missed_while_it_is_on() -> None:
    on = Sitting(3, NOW - timedelta(hours=1), NOW + timedelta(seconds=1))
    with pytest.raises(SessionStillToCome):
        check_missing(replace(SOMEBODY, sittings=(on,)), NOW)
    with pytest.raises(RegisterStillOut):
        check_missing(replace(SOMEBODY, sittings=(on,)), on.ends_at)


def test_late_joiners_count_from_the_day_they_joined() -> None:
    before = replace(HELD, is_marked=False, was_there=False)
    late = replace(SOMEBODY, joined_at=NOW, sittings=(before,))
    check_missing(late, NOW)
    assert (late.missed, late.send_by) == (before, date(2026, 4, 29))


def test_of_two_missed_the_last_decides() -> None:
    earlier = replace(HELD, key=9, starts_at=NOW - timedelta(days=9), ends_at=NOW - timedelta(days=9))
    assert replace(SOMEBODY, sittings=(HELD, earlier)).missed == HELD


@pytest.mark.parametrize(
    ("last", "too_late"),
    [
        (date(2026, 4, 28), datetime(2026, 4, 28, 23, 0, tzinfo=UTC)),  # summer time
        (date(2026, 3, 28), datetime(2026, 3, 29, 0, 0, tzinfo=UTC)),  # the night the clocks go forward is after it
        (date(2026, 3, 29), datetime(2026, 3, 29, 23, 0, tzinfo=UTC)),
        (date(2026, 10, 24), datetime(2026, 10, 24, 23, 0, tzinfo=UTC)),
        (date(2026, 10, 25), datetime(2026, 10, 26, 0, 0, tzinfo=UTC)),  # a day of 25 hours
    ],
)
def test_the_last_london_day_is_in_and_its_midnight_is_out(last: date, too_late: datetime) -> None:
    check_in_time(last, too_late - timedelta(microseconds=1))
    with pytest.raises(CatchUpTooLate):
        check_in_time(last, too_late)


def test_evidence_is_words_and_a_few_files() -> None:
    check_evidence("That it takes time.", files=MOST_FILES)
    with pytest.raises(CatchUpWithoutWords):
        check_evidence(" \n ", files=1)
    with pytest.raises(TooManyCatchUpFiles):
        check_evidence("That it takes time.", files=MOST_FILES + 1)


def test_a_second_go_is_given_from_today_for_as_long_as_a_first() -> None:
    today = date(2026, 3, 18)
    for fits in (today, date(2026, 4, 29)):
        check_send_by(fits, today=today, stands=date(2026, 3, 1), catch_up_days=42)
    for does_not in (date(2026, 3, 17), date(2026, 4, 30)):
        with pytest.raises(CatchUpDayOutOfRange):
            check_send_by(does_not, today=today, stands=date(2026, 3, 1), catch_up_days=42)


def test_being_asked_for_more_takes_no_time_away() -> None:
    today, stands = date(2026, 3, 18), date(2026, 4, 28)
    check_send_by(stands, today=today, stands=stands, catch_up_days=42)
    with pytest.raises(CatchUpDayOutOfRange, match="from 28 April 2026 to 29 April 2026"):
        check_send_by(date(2026, 4, 27), today=today, stands=stands, catch_up_days=42)
    # A policy that gives less since leaves the day that stands.
    assert days_to_send_by(today, stands=stands, catch_up_days=14) == (stands, stands)
