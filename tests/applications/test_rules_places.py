"""Who is offered a place: the rule beside a simulation that is written otherwise, and its boundaries."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from applications.errors import FundedPlacesTaken, IntakeFull
from applications.rules.places import (
    Places,
    Waiting,
    check_room,
    cost_in_words,
    in_order,
    is_offer_reminder_due,
    last_day_of,
    may_offer,
    needs_funded_place,
    offer_ends,
    served_next,
)
from npqh_portal.clock import LONDON

NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
SECOND = timedelta(seconds=1)
london = partial(datetime, tzinfo=LONDON)


def somebody(number: int, *, funded: bool = False, endorsed: bool = True, minute: int | None = None) -> Waiting:
    since = NOON + timedelta(minutes=number if minute is None else minute)
    return Waiting(number=number, since=since, needs_funding=funded, is_endorsed=endorsed)


def some_places(free: int, funded_free: int | None = None) -> Places:
    """Of an intake with ten more that are taken, five of them funded."""
    funded = None if funded_free is None else 5 + funded_free
    return Places(capacity=10 + free, taken=10, funded_capacity=funded, funded_taken=5)


def numbers(served: list[Waiting]) -> list[int]:
    return [one.number for one in served]


def test_the_first_is_served_first() -> None:
    waiting = [somebody(3), somebody(1), somebody(2)]
    assert numbers(list(served_next(waiting, some_places(2)))) == [1, 2]


def test_of_two_put_on_the_list_at_once_the_lower_number_comes_first() -> None:
    assert numbers(in_order([somebody(8, minute=0), somebody(7, minute=0)])) == [7, 8]


def test_nobody_is_served_without_a_free_place() -> None:
    assert list(served_next([somebody(1)], some_places(0, 3))) == []


def test_whoever_needs_a_funded_place_is_passed_over_only_while_none_is_free() -> None:
    waiting = [somebody(1, funded=True), somebody(2), somebody(3, funded=True)]
    assert numbers(list(served_next(waiting, some_places(2, 0)))) == [2]
    assert numbers(list(served_next(waiting, some_places(2, 1)))) == [1, 2]
    assert numbers(list(served_next(waiting, some_places(3, 1)))) == [1, 2]
    assert numbers(list(served_next(waiting, some_places(3, 2)))) == [1, 2, 3]


def test_whoever_is_not_endorsed_keeps_their_turn() -> None:
    waiting = [somebody(1, endorsed=False), somebody(2)]
    assert numbers(list(served_next(waiting, some_places(1)))) == [2]


def test_no_number_of_funded_places_is_as_many_as_there_are_places() -> None:
    waiting = [somebody(n, funded=True) for n in range(1, 5)]
    assert numbers(list(served_next(waiting, some_places(3)))) == [1, 2, 3]


@given(
    waiting=st.lists(
        st.builds(somebody, st.integers(1, 99), funded=st.booleans(), endorsed=st.booleans(), minute=st.integers(0, 5)),
        max_size=12,
        unique_by=lambda one: one.number,
    ),
    free=st.integers(0, 6),
    funded_free=st.none() | st.integers(0, 6),
)
def test_the_rule_gives_what_offering_one_place_after_another_gives(
    waiting: list[Waiting], free: int, funded_free: int | None
) -> None:
    queue = sorted(waiting, key=lambda one: (one.since, one.number))
    left, funded_left, offered = free, 99 if funded_free is None else funded_free, []
    while left:
        able = [one for one in queue if one.is_endorsed and (funded_left or not one.needs_funding)]
        if not able:
            break
        first = able[0]
        queue.remove(first)
        offered.append(first)
        left -= 1
        funded_left -= first.needs_funding
    served = list(served_next(waiting, some_places(free, funded_free)))
    assert served == offered
    assert len(served) <= free
    for kind in (True, False):
        # Nobody is jumped for a place of their own kind.
        line = [one for one in in_order(waiting) if one.is_endorsed and one.needs_funding is kind]
        got = [one for one in served if one.needs_funding is kind]
        assert got == line[: len(got)]


@pytest.mark.parametrize(
    ("free", "funded_free", "funded", "refusal"),
    [
        (1, 1, True, None), (1, 1, False, None), (1, 0, False, None), (1, None, True, None),
        (1, 0, True, FundedPlacesTaken), (0, 1, True, IntakeFull), (0, 1, False, IntakeFull), (0, 0, True, IntakeFull),
        (-1, 1, False, IntakeFull),
    ],
)  # fmt: skip
def test_the_last_place(free: int, funded_free: int | None, funded: bool, refusal: type[Exception] | None) -> None:
    places = some_places(free, funded_free)
    if refusal is None:
        check_room("February 2027", places, funded=funded)
        return
    with pytest.raises(refusal):
        check_room("February 2027", places, funded=funded)


@pytest.mark.parametrize("cohort", ["zero", "capped", "full"])
@pytest.mark.parametrize("route", ["scholarship", "school", "trust", "self", "another", ""])
@pytest.mark.parametrize("eligible", [True, False, None])
def test_only_an_eligible_scholar_where_funded_places_are_counted_needs_one(
    cohort: str, route: str, eligible: bool | None
) -> None:
    needed = needs_funded_place(cohort_funding=cohort, funding_route=route, eligible=eligible)
    assert needed is ((cohort, route, eligible) == ("capped", "scholarship", True))


@pytest.mark.parametrize(
    ("on", "paused", "offered"),
    [
        (date(2027, 1, 31), False, True), (date(2027, 2, 1), False, False), (date(2027, 2, 2), False, False),
        (date(2027, 1, 31), True, False),
    ],
)  # fmt: skip
def test_places_are_offered_until_the_day_before_the_start(on: date, paused: bool, offered: bool) -> None:
    assert may_offer(starts_on=date(2027, 2, 1), is_paused=paused, on=on) is offered


@pytest.mark.parametrize(
    ("made_at", "days", "ends"),
    [
        # From noon and from the last second of the same London day alike.
        (london(2026, 12, 1, 12), 7, london(2026, 12, 9)),
        (london(2026, 12, 1, 23, 59, 59), 7, london(2026, 12, 9)),
        (london(2026, 12, 2), 7, london(2026, 12, 10)),
        # Over the nights on which the clocks change it is still midnight in London.
        (london(2026, 10, 23, 9), 2, london(2026, 10, 26)),
        (london(2027, 3, 26, 9), 2, london(2027, 3, 29)),
        # Half past midnight in summer is the evening before in UTC.
        (london(2026, 7, 1, 0, 30), 1, london(2026, 7, 3)),
        # Never past the beginning of the first day of the programme.
        (london(2027, 9, 4, 9), 7, london(2027, 9, 6)),
        (london(2027, 9, 5, 23, 59), 7, london(2027, 9, 6)),
    ],
)
def test_an_offer_is_held_until_the_end_of_a_london_day(made_at: datetime, days: int, ends: datetime) -> None:
    end = offer_ends(made_at, days=days, starts_on=date(2027, 9, 6))
    assert end == ends
    assert last_day_of(end) == ends.date() - timedelta(days=1)


def test_one_is_reminded_in_the_last_day_and_not_of_an_offer_made_then() -> None:
    ends_at, made_at, day = NOON, NOON - timedelta(days=7), timedelta(days=1)
    due = {
        at: is_offer_reminder_due(made_at=made_at, ends_at=ends_at, at=at)
        for at in (ends_at - day - SECOND, ends_at - day, ends_at - SECOND, ends_at)
    }
    assert list(due.values()) == [False, True, True, False]
    assert not is_offer_reminder_due(made_at=ends_at - day, ends_at=ends_at, at=ends_at - SECOND)


def test_what_a_place_costs_is_said_in_words() -> None:
    # S39 S81
    funded = cost_in_words(is_funded=True, funding_route="scholarship", fee_pence=214_500)
    assert funded == "Your place is a funded one: DfE pays for it, and nobody is sent an invoice."
    said = {
        route: cost_in_words(is_funded=False, funding_route=route, fee_pence=214_500)
        for route in ("school", "trust", "self", "scholarship")
    }
    assert said == {
        "school": "Your place is not a funded one: your school pays the fee of £2,145.",
        "trust": "Your place is not a funded one: your trust pays the fee of £2,145.",
        "self": "Your place is not a funded one: you pay the fee of £2,145.",
        "scholarship": "Your place is not a funded one: you, your school or somebody else pays the fee of £2,145.",
    }
    assert cost_in_words(is_funded=False, funding_route="self", fee_pence=0) == "Your place is not a funded one."
