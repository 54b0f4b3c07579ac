"""Which days count, what comes before what, and for how long."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.errors import DayToCome, DayTooEarly, DoneBeforePresented, PresentedBeforePlacement
from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.network import check_day
from cohorts.rules.placements import (
    Placed,
    Presented,
    check_presentation,
    is_working_day,
    steps,
    terms_short,
    why_not_counted,
    working_days,
)
from cohorts.rules.terms import Term

MONDAY = date(2026, 3, 16)
FIRST, TODAY = date(2025, 9, 1), date(2026, 3, 18)
SPRING = Term("Spring term 2026", date(2026, 1, 5), date(2026, 3, 27))
SUMMER = Term("Summer term 2026", date(2026, 4, 13), date(2026, 7, 21))
AUTUMN = Term("Autumn term 2026", date(2026, 9, 1), date(2026, 12, 18))


# --- days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("days_on", "counts"), [(0, True), (4, True), (5, False), (6, False), (7, True)])
def test_weekends_are_no_working_days(days_on: int, counts: bool) -> None:
    assert is_working_day(MONDAY + timedelta(days=days_on), set()) is counts


def test_a_set_of_holidays_is_left_out_whatever_weekday_they_fall_on() -> None:
    assert not is_working_day(MONDAY, {MONDAY})
    assert working_days([MONDAY, MONDAY + timedelta(days=1)], {MONDAY}) == [MONDAY + timedelta(days=1)]


def test_nine_days_are_counted_and_not_a_span_of_nine() -> None:
    apart = [MONDAY + timedelta(days=7 * week) for week in range(9)]
    assert len(working_days(apart, set())) == 9
    span = [MONDAY + timedelta(days=number) for number in range(9)]
    assert len(working_days(span, set())) == 7


def test_a_day_logged_twice_counts_once() -> None:
    assert working_days([MONDAY, MONDAY], set()) == [MONDAY]


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (date(2026, 3, 20), ""),
        (date(2026, 3, 21), "Saturday"),
        (date(2026, 3, 22), "Sunday"),
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 12, 25), "Christmas Day"),
        (date(2026, 12, 28), "Boxing Day (observed)"),
    ],
)
def test_a_day_of_rest_is_named(on: date, why: str) -> None:
    assert why_not_counted(on, bank_holidays(on, on)) == why


@given(
    st.lists(st.dates(date(2024, 1, 1), date(2028, 12, 31))), st.sets(st.dates(date(2024, 1, 1), date(2028, 12, 31)))
)
def test_what_counts_is_exactly_what_has_no_name_as_a_day_of_rest(days: list[date], rest: set[date]) -> None:
    named = dict.fromkeys(rest, "Holiday")
    assert working_days(days, rest) == sorted({day for day in days if not why_not_counted(day, named)})


def test_a_day_may_be_today_and_the_first_one_and_nothing_beyond() -> None:
    check_day(TODAY, first_on=FIRST, last_on=None, today=TODAY)
    check_day(FIRST, first_on=FIRST, last_on=None, today=TODAY)
    with pytest.raises(DayToCome):
        check_day(TODAY + timedelta(days=1), first_on=FIRST, last_on=None, today=TODAY)
    with pytest.raises(DayTooEarly, match="1 September 2025"):
        check_day(FIRST - timedelta(days=1), first_on=FIRST, last_on=None, today=TODAY)


# --- governing boards ----------------------------------------------------------------------------


def check(presented_on: date, begins: date | None = None, *, days: list[date] | None = None) -> None:
    check_presentation(
        presented_on,
        begins,
        first_on=FIRST,
        last_on=None,
        today=TODAY,
        at_placement=days is not None,
        placement_days=days or [],
    )


def test_a_plan_is_put_into_practice_on_the_day_of_its_presentation_or_later() -> None:
    check(MONDAY, MONDAY)
    check(MONDAY, MONDAY + timedelta(days=200))
    with pytest.raises(DoneBeforePresented, match="16 March 2026"):
        check(MONDAY, MONDAY - timedelta(days=1))


def test_a_presentation_to_come_is_not_written_down() -> None:
    check(TODAY)
    with pytest.raises(DayToCome):
        check(TODAY + timedelta(days=1))


def test_the_placement_schools_board_hears_the_plan_after_the_first_day_there() -> None:
    check(MONDAY, days=[MONDAY])
    with pytest.raises(PresentedBeforePlacement, match="17 March 2026"):
        check(MONDAY, days=[MONDAY + timedelta(days=1), TODAY])
    with pytest.raises(PresentedBeforePlacement, match="log the placement"):
        check(MONDAY, days=[])


# --- for how long --------------------------------------------------------------------------------


def short(begins: date | None, ends: date | None, terms: list[Term], least: int = 2) -> list[Term] | None:
    return terms_short(begins, ends, terms_least=least, terms=terms)


def test_a_task_that_reaches_the_first_day_of_a_second_term_is_long_enough() -> None:
    terms = [SPRING, SUMMER, AUTUMN]
    assert short(SPRING.ends_on, SUMMER.starts_on, terms) is None
    assert short(SPRING.ends_on, SUMMER.starts_on - timedelta(days=1), terms) == [SPRING]
    assert short(SUMMER.starts_on, SUMMER.ends_on, terms) == [SUMMER]
    assert short(SUMMER.ends_on + timedelta(days=1), AUTUMN.starts_on - timedelta(days=1), terms) == []


def test_where_nobody_can_tell_nothing_is_said() -> None:
    assert short(None, SUMMER.ends_on, [SPRING, SUMMER]) is None
    assert short(SPRING.starts_on, None, [SPRING, SUMMER]) is None
    assert short(SPRING.starts_on, SUMMER.ends_on, []) is None
    assert short(SPRING.starts_on, SUMMER.ends_on, [SPRING]) is None, "the terms until then are not entered"
    assert short(SPRING.starts_on, SPRING.ends_on, [SPRING], least=0) is None


# --- in which order ------------------------------------------------------------------------------


def states(**facts: object) -> list[tuple[str, str]]:
    told: dict[str, object] = {
        "placement_days_least": 0, "is_presented": True, "placed": None, "presented": None, "today": TODAY,
    }  # fmt: skip
    return [(step.code, step.state) for step in steps(**(told | facts))]  # type: ignore[arg-type]


def test_the_steps_of_the_task_in_ones_own_school() -> None:
    assert states() == [("presented", "next"), ("feedback", "later"), ("begun", "later")]
    heard = Presented(has_feedback=False, implementation_starts_on=None)
    assert states(presented=heard) == [("presented", "done"), ("feedback", "next"), ("begun", "later")]
    planned = Presented(has_feedback=True, implementation_starts_on=TODAY + timedelta(days=1))
    assert states(presented=planned)[2] == ("begun", "next")
    begun = Presented(has_feedback=True, implementation_starts_on=TODAY)
    assert states(presented=begun)[2] == ("begun", "done")


def test_the_steps_of_the_placement() -> None:
    codes = ["school", "agreed", "days", "research", "plan", "presented", "feedback"]
    assert states(placement_days_least=9) == [(code, "next" if code == "school" else "later") for code in codes]
    eight = Placed(is_agreed=True, working_days=8, has_research=True, has_plan=False)
    assert dict(states(placement_days_least=9, placed=eight)) == {
        "school": "done", "agreed": "done", "days": "next", "research": "done", "plan": "later", "presented": "later",
        "feedback": "later",
    }  # fmt: skip
    nine = Placed(is_agreed=True, working_days=9, has_research=True, has_plan=True)
    assert dict(states(placement_days_least=9, placed=nine))["presented"] == "next"


def test_a_task_that_asks_for_nothing_has_no_steps() -> None:
    assert states(is_presented=False) == []
