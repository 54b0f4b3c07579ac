"""Which things come first on a participant's home page."""

from datetime import date, timedelta
from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.home.rules.todos import Cost, Urgency, most_urgent

TODAY = date(2026, 11, 23)


def in_days(days: int | None, cost: Cost) -> Urgency:
    return Urgency(None if days is None else TODAY + timedelta(days=days), cost)


def ordered(*things: tuple[int | None, Cost], most: int = 9) -> list[tuple[int | None, Cost]]:
    return most_urgent([(in_days(*thing), thing) for thing in things], today=TODAY, most=most)


def test_this_week_comes_before_this_month_and_that_before_what_has_no_hurry() -> None:
    whole = [(7, Cost.NOTHING), (8, Cost.REACH), (28, Cost.NOTHING), (29, Cost.CHANCE), (None, Cost.CHANCE)]
    for given_as in permutations(whole):
        assert ordered(*given_as) == whole


def test_within_a_week_what_is_dearest_to_leave_comes_first_and_of_equals_what_is_due_first() -> None:
    whole = [(6, Cost.CHANCE), (5, Cost.REACH), (1, Cost.RISK), (2, Cost.RISK), (0, Cost.SPARE), (0, Cost.NOTHING)]
    for given_as in permutations(whole):
        assert ordered(*given_as) == whole


def test_what_is_overdue_is_of_this_week() -> None:
    assert ordered((3, Cost.SPARE), (-200, Cost.SPARE)) == [(-200, Cost.SPARE), (3, Cost.SPARE)]


def test_only_so_many_are_shown_and_of_equals_those_named_first() -> None:
    same = in_days(3, Cost.SPARE)
    assert most_urgent([(same, "a"), (same, "b"), (same, "c"), (same, "d")], today=TODAY, most=3) == ["a", "b", "c"]


COSTS = st.sampled_from(Cost)
DAYS = st.one_of(st.none(), st.integers(-400, 400))


@given(st.lists(st.tuples(DAYS, COSTS), min_size=1, max_size=6), st.integers(0, 5))
def test_the_same_thing_with_dearer_consequences_never_falls_back(
    things: list[tuple[int | None, Cost]], which: int
) -> None:
    which %= len(things)
    days, cost = things[which]

    def place(cost: Cost) -> int:
        asked = [(in_days(*thing), number) for number, thing in enumerate(things) if number != which]
        return most_urgent([*asked, (in_days(days, cost), which)], today=TODAY, most=99).index(which)

    assert place(Cost.CHANCE) <= place(cost) <= place(Cost.NOTHING)
