"""What a policy says of a list of items: every sentence of the rule by name, and all of it by trying every choice."""

import os
import random
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from itertools import combinations, count
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cohorts.rules.engagement import ComponentFigures, standing
from cohorts.rules.forecast import (
    Component,
    Forecast,
    ItemState,
    Policy,
    PolicyItem,
    WayBack,
    any_of,
    forecast,
    needed_of,
    room_of,
    turned,
    way_back_of,
)
from cohorts.rules.policy import PolicyRule, StandingState
from cohorts.rules.sums import Offer, cheapest, largest_sum

EXAMPLES = 100_000 if os.environ.get("LONG") == "1" else 2_000

EARNED, LOST, RECOVERABLE = ItemState.EARNED, ItemState.LOST, ItemState.RECOVERABLE
PENDING, UPCOMING, CANCELLED, EXEMPT = ItemState.PENDING, ItemState.UPCOMING, ItemState.CANCELLED, ItemState.EXEMPT
MET, ON_TRACK = StandingState.MET, StandingState.ON_TRACK
AT_RISK, OUT_OF_REACH = StandingState.AT_RISK, StandingState.OUT_OF_REACH


def a_policy(*components: Component, rule: str = "combined", threshold: int = 90) -> Policy:
    return Policy(PolicyRule(rule), threshold, components or (Component("All", 1),))


def items(*given: tuple[Any, ...], component: str = "All") -> list[PolicyItem]:
    """(state, worth) or (state, worth, credited), called "1", "2" and so on; all of one component."""
    return [
        PolicyItem(str(number), component, worth, (credited or [worth if state is EARNED else 0])[0], state)
        for number, (state, worth, *credited) in enumerate(given, 1)
    ]


def of_all(*given: tuple[Any, ...], threshold: int = 90) -> Forecast:
    return forecast(a_policy(threshold=threshold), items(*given))


# --- what counts ---------------------------------------------------------------------------------


def test_the_uncredited_rest_of_earned_or_lost_is_lost() -> None:
    found = of_all((EARNED, 60, 50), (LOST, 40, 10))
    assert (found.score, found.highest_reachable) == (Fraction(60, 100), Fraction(60, 100))


@pytest.mark.parametrize("state", [RECOVERABLE, PENDING, UPCOMING])
def test_the_uncredited_rest_of_what_is_still_open_is_reachable(state: ItemState) -> None:
    found = of_all((state, 60, 50), (LOST, 40))
    assert (found.score, found.highest_reachable) == (Fraction(50, 100), Fraction(60, 100))


@pytest.mark.parametrize("state", [CANCELLED, EXEMPT])
def test_cancelled_and_exempt_items_do_not_exist_for_the_sums_whatever_is_credited(state: ItemState) -> None:
    assert of_all((EARNED, 9), (LOST, 1), (state, 1000, 700)) == of_all((EARNED, 9), (LOST, 1))


def test_a_component_with_no_items_left_is_ignored() -> None:
    policy = a_policy(Component("All", 1), Component("Cancelled", 5), Component("Unused", 7, 100))
    listed = [*items((EARNED, 9), (LOST, 1)), PolicyItem("c", "Cancelled", 30, 0, CANCELLED)]
    for rule in PolicyRule:
        found = forecast(Policy(rule, 90, policy.components), listed)
        assert (found.score, found.standing) == (Fraction(9, 10), MET)
        assert [(one.name, one.credited, one.total, one.may_still_miss) for one in found.components] == [
            ("All", 9, 10, 0),
            ("Cancelled", 0, 0, 0),
            ("Unused", 0, 0, 0),
        ]


@pytest.mark.parametrize("rule", PolicyRule)
@pytest.mark.parametrize("listed", [[], items((CANCELLED, 5), (EXEMPT, 5))])
def test_with_nothing_left_to_count_everything_is_none_and_the_standing_is_met(
    rule: PolicyRule, listed: list[PolicyItem]
) -> None:
    found = forecast(a_policy(rule=rule, threshold=100), listed)
    assert (found.score, found.shown_percent, found.standing) == (None, None, MET)
    assert (found.highest_reachable, found.highest_reachable_shown) == (None, None)
    assert [(one.credited, one.total, one.may_still_miss) for one in found.components] == [(0, 0, 0)]
    assert found.cheapest_recovery == ()


# --- the rule ------------------------------------------------------------------------------------


def test_ninety_passes_and_a_hair_less_does_not() -> None:
    assert (of_all((EARNED, 4158), (LOST, 462)).standing, of_all((EARNED, 4158), (LOST, 462)).shown_percent) == (
        MET,
        "90.0",
    )
    less = of_all((EARNED, 4157), (LOST, 463))
    assert (less.standing, less.shown_percent) == (OUT_OF_REACH, "89.9")
    hair = of_all((EARNED, 9 * 10**17 - 1), (LOST, 10**17 + 1))
    assert (hair.standing, hair.shown_percent) == (OUT_OF_REACH, "89.9")
    assert of_all((EARNED, 7)).shown_percent == "100.0"


def test_combined_is_the_weighted_mean_of_the_fractions_against_the_threshold_of_the_policy() -> None:
    policy = a_policy(Component("All", 3, 100), Component("B", 1, 100))  # their own thresholds are not asked
    found = forecast(policy, [*items((EARNED, 1)), PolicyItem("b", "B", 1000, 600, EARNED)])
    assert (found.score, found.standing) == (Fraction(9, 10), MET)


def test_each_asks_every_component_its_own_threshold_and_shows_the_lowest_fraction() -> None:
    listed = [*items((EARNED, 95), (LOST, 5)), PolicyItem("b", "B", 100, 80, LOST)]
    by_default = forecast(a_policy(Component("All", 1), Component("B", 9), rule="each"), listed)
    assert (by_default.standing, by_default.score) == (OUT_OF_REACH, Fraction(4, 5))
    own = forecast(a_policy(Component("All", 1), Component("B", 9, 80), rule="each"), listed)
    assert (own.standing, own.shown_percent) == (MET, "80.0")
    higher = forecast(a_policy(Component("All", 1, 96), Component("B", 9, 80), rule="each"), listed)
    assert (higher.standing, higher.shown_percent) == (OUT_OF_REACH, "80.0")


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([(EARNED, 9), (UPCOMING, 1)], MET),
        ([(EARNED, 8), (UPCOMING, 1), (LOST, 1)], ON_TRACK),
        ([(EARNED, 8), (PENDING, 1), (LOST, 1)], AT_RISK),  # handed in is not yet decided
        ([(EARNED, 8), (RECOVERABLE, 1), (LOST, 1)], AT_RISK),
        ([(EARNED, 8), (UPCOMING, 1), (RECOVERABLE, 1)], ON_TRACK),
        ([(EARNED, 7), (UPCOMING, 1), (RECOVERABLE, 1), (LOST, 1)], AT_RISK),
        ([(EARNED, 7), (UPCOMING, 1), (LOST, 2)], OUT_OF_REACH),
        ([(UPCOMING, 10)], ON_TRACK),
        ([(RECOVERABLE, 10)], AT_RISK),
    ],
)
def test_standing_is_met_or_out_of_reach_or_at_risk_or_on_track_in_this_order(
    given: list[tuple[Any, ...]], expected: StandingState
) -> None:
    assert of_all(*given).standing is expected


@pytest.mark.parametrize("rule", PolicyRule)
def test_a_threshold_of_nought_is_met_by_nothing_at_all(rule: PolicyRule) -> None:
    found = forecast(a_policy(rule=rule, threshold=0), items((UPCOMING, 10), (LOST, 90)))
    assert (found.standing, found.shown_percent, found.cheapest_recovery) == (MET, "0.0", ())
    assert found.components[0].may_still_miss == 10


WEIGHED = a_policy(Component("Attendance", 50), Component("Diagnostics", 30), Component("Reflections", 20))


@pytest.mark.parametrize(
    ("missed", "reachable", "shown", "expected"),
    [
        ((2, 0, 0), Fraction(9, 10), "90.0", ON_TRACK),
        ((3, 0, 0), Fraction(85, 100), "85.0", OUT_OF_REACH),
        ((1, 1, 1), Fraction(8875, 10_000), "88.7", OUT_OF_REACH),
    ],
)
def test_fifty_thirty_twenty_over_ten_seminars_eight_diagnostics_and_eight_reflections(
    missed: tuple[int, int, int], reachable: Fraction, shown: str, expected: StandingState
) -> None:
    numbers = count(1)
    listed = [
        PolicyItem(str(next(numbers)), component.name, 1, 0, LOST if n < lost else UPCOMING)
        for component, many, lost in zip(WEIGHED.components, (10, 8, 8), missed, strict=True)
        for n in range(many)
    ]
    found = forecast(WEIGHED, listed)
    assert (found.highest_reachable, found.highest_reachable_shown, found.standing) == (reachable, shown, expected)


# --- what may be missed --------------------------------------------------------------------------


def test_what_may_be_missed_is_the_largest_sum_of_whole_upcoming_items() -> None:
    # Of 1,000, 100 may go: 60 and 39 fit, 60 and 45 do not, and 100 itself is no sum.
    found = of_all((EARNED, 796), (UPCOMING, 60), (UPCOMING, 45), (UPCOMING, 60), (UPCOMING, 39))
    assert found.components[0].may_still_miss == 99


def test_of_an_upcoming_item_only_what_is_not_credited_can_be_missed() -> None:
    assert of_all((EARNED, 70), (UPCOMING, 30, 21)).components[0].may_still_miss == 9


def test_nothing_may_be_missed_where_the_rule_cannot_be_kept_or_nothing_is_upcoming() -> None:
    assert of_all((LOST, 50), (UPCOMING, 50)).components[0].may_still_miss == 0
    assert of_all((EARNED, 100), (RECOVERABLE, 1), (PENDING, 1)).components[0].may_still_miss == 0


def test_what_may_be_missed_counts_on_every_catch_up() -> None:
    assert of_all((EARNED, 80), (RECOVERABLE, 10), (UPCOMING, 5), (UPCOMING, 5)).components[0].may_still_miss == 10


def test_with_each_one_component_out_of_reach_leaves_nothing_to_miss_in_another() -> None:
    policy = a_policy(Component("All", 1), Component("B", 1), rule="each")
    found = forecast(policy, [*items(*[(UPCOMING, 1)] * 20), PolicyItem("b", "B", 10, 0, LOST)])
    assert [one.may_still_miss for one in found.components] == [0, 0]
    found = forecast(policy, [*items(*[(UPCOMING, 1)] * 20), PolicyItem("b", "B", 10, 9, LOST)])
    assert [one.may_still_miss for one in found.components] == [2, 0]


# --- the cheapest way back -----------------------------------------------------------------------


def test_no_recovery_is_needed_where_what_is_to_come_and_what_waits_suffices() -> None:
    assert of_all((EARNED, 90), (RECOVERABLE, 10)).cheapest_recovery == ()
    assert of_all((EARNED, 80), (PENDING, 5), (UPCOMING, 5), (RECOVERABLE, 10)).cheapest_recovery == ()


def test_no_recovery_suffices_where_all_of_it_is_too_little() -> None:
    assert of_all((EARNED, 80), (RECOVERABLE, 9), (LOST, 11)).cheapest_recovery is None


def test_the_smallest_worth_that_suffices_is_recovered_not_the_fewest_items() -> None:
    # 10 are lacking of 100.
    found = of_all((EARNED, 80), (RECOVERABLE, 12), (RECOVERABLE, 4), (RECOVERABLE, 3), (RECOVERABLE, 1))
    assert of_all((EARNED, 80), (LOST, 1), (RECOVERABLE, 11), (RECOVERABLE, 4), (RECOVERABLE, 4)).cheapest_recovery == (
        "3",
    )
    assert found.cheapest_recovery == ("2",)  # 4 + 3 + 1 are 8, and do not suffice


def test_of_the_partly_credited_only_the_rest_is_recovered() -> None:
    assert of_all((EARNED, 80), (RECOVERABLE, 15, 5), (RECOVERABLE, 5)).cheapest_recovery == ("3",)


def test_ties_go_to_fewer_items_then_to_the_ids_sorted_as_text() -> None:
    fewer = of_all((EARNED, 80), (RECOVERABLE, 5), (RECOVERABLE, 5), (RECOVERABLE, 10))
    assert fewer.cheapest_recovery == ("4",)
    listed = [PolicyItem("0", "All", 80, 80, EARNED), PolicyItem("x", "All", 10, 0, LOST)]
    alike = [PolicyItem(one, "All", 5, 0, RECOVERABLE) for one in ("b", "10", "9", "a")]
    assert forecast(a_policy(), [*listed, *alike[:2]]).cheapest_recovery == ("10", "b")
    # Of 110, 99 are needed: 19 are lacking, which takes all four; with 100 as the sum it takes two.
    assert forecast(a_policy(threshold=82), [*listed, *alike]).cheapest_recovery == ("10", "9", "a")
    numbers = [PolicyItem(one, "All", 10, 0, RECOVERABLE) for one in (9, 10)]
    assert forecast(a_policy(), [listed[0], *numbers]).cheapest_recovery == (10,)


def test_combined_recovers_where_a_unit_weighs_most() -> None:
    policy = a_policy(Component("All", 1), Component("B", 1))
    listed = [*items((EARNED, 900), (RECOVERABLE, 100)), PolicyItem("b", "B", 10, 7, RECOVERABLE)]
    # 0.9 and 0.7 make 0.8: three units of B bring 0.15, a hundred of the other 0.05.
    assert forecast(policy, listed).cheapest_recovery == ("b",)


def test_each_recovers_in_every_component_apart() -> None:
    policy = a_policy(Component("All", 1), Component("B", 1, 50), rule="each")
    listed = [
        *items((EARNED, 80), (RECOVERABLE, 10), (RECOVERABLE, 10)),
        *[PolicyItem(one, "B", 4, 1, RECOVERABLE) for one in ("y", "x")],
    ]
    assert forecast(policy, listed).cheapest_recovery == ("2", "x")


# --- what is needed, and by when it is too late --------------------------------------------------


def days(*given: int) -> dict[str | int, date]:
    """Last days in December: of the second item, the third and so on; the first is what was earned."""
    return {str(number): date(2026, 12, day) for number, day in enumerate(given, 2)}


def test_of_two_that_are_alike_neither_is_needed() -> None:
    listed = items((EARNED, 80), (RECOVERABLE, 10), (RECOVERABLE, 10))
    assert needed_of(a_policy(), listed) == frozenset()
    assert needed_of(a_policy(threshold=91), listed) == {"2", "3"}


def test_exactly_what_can_be_spared_is_not_needed_and_one_more_is() -> None:
    listed = items((EARNED, 79), (RECOVERABLE, 10), (RECOVERABLE, 11))
    assert needed_of(a_policy(), listed) == {"3"}  # ten of a hundred can be spared


def test_what_is_credited_or_cancelled_is_never_needed() -> None:
    gone = PolicyItem("c", "Gone", 10, 0, CANCELLED)
    listed = [*items((EARNED, 90), (UPCOMING, 10, 10), (RECOVERABLE, 0)), gone]
    assert needed_of(a_policy(Component("All", 1), Component("Gone", 1), threshold=100), listed) == frozenset()


def test_the_way_back_may_wait_for_the_last_day_that_leaves_enough() -> None:
    """Three alike of which two are needed: the first can lapse, the second cannot as well."""
    listed = items((EARNED, 70), (RECOVERABLE, 10), (RECOVERABLE, 10), (RECOVERABLE, 10))
    assert way_back_of(a_policy(), listed, days(7, 9, 24)) == WayBack(("2", "3"), 2, date(2026, 12, 9))
    assert way_back_of(a_policy(), listed, days(9, 9, 9)) == WayBack(("2", "3"), 2, date(2026, 12, 9))
    # All three are needed: there is no waiting for a later day than the first.
    assert way_back_of(a_policy(threshold=100), listed, days(24, 9, 7)) == WayBack(
        ("2", "3", "4"), 3, date(2026, 12, 7)
    )


def test_the_fewest_may_be_fewer_than_the_cheapest() -> None:
    listed = items((EARNED, 78), (RECOVERABLE, 6), (RECOVERABLE, 6), (RECOVERABLE, 13))
    # 14.7 are lacking of 103: 12 do not suffice, 13 and 6 do, and so does nothing less than two.
    assert way_back_of(a_policy(), listed, days(1, 2, 3)) == WayBack(("2", "4"), 2, date(2026, 12, 2))
    listed = items((EARNED, 80), (RECOVERABLE, 5), (RECOVERABLE, 5), (RECOVERABLE, 12))
    # 11.8 are lacking of 102.
    assert way_back_of(a_policy(), listed, days(1, 2, 3)) == WayBack(("4",), 1, date(2026, 12, 3))
    listed = items((EARNED, 82), (RECOVERABLE, 4), (RECOVERABLE, 4), (RECOVERABLE, 10))
    assert way_back_of(a_policy(), listed, days(1, 2, 3)) == WayBack(("2", "3"), 1, date(2026, 12, 3))


def test_each_adds_up_what_every_component_needs() -> None:
    policy = a_policy(Component("All", 1), Component("B", 1, 50), rule="each")
    listed = [
        *items((EARNED, 80), (RECOVERABLE, 10), (RECOVERABLE, 10)),
        *[PolicyItem(one, "B", 4, 1, RECOVERABLE) for one in ("y", "x")],
    ]
    last_days = days(5, 8) | {"x": date(2026, 12, 6), "y": date(2026, 12, 9)}
    assert way_back_of(policy, listed, last_days) == WayBack(("2", "x"), 2, date(2026, 12, 8))


def test_there_is_no_way_back_where_none_is_needed_or_all_is_too_little() -> None:
    assert way_back_of(a_policy(), items((EARNED, 90), (RECOVERABLE, 10)), days(1)) is None
    assert way_back_of(a_policy(), items((EARNED, 80), (PENDING, 10), (RECOVERABLE, 10)), days(1, 1)) is None
    assert way_back_of(a_policy(), items((EARNED, 80), (RECOVERABLE, 9), (LOST, 11)), days(1)) is None


# --- against every choice tried ------------------------------------------------------------------


def by_trying(policy: Policy, listed: list[PolicyItem]) -> dict[str, Any]:
    """The rule in fractions as its text says it; what may be missed and the way back by trying every set."""
    listed = [item for item in listed if item.state not in {CANCELLED, EXEMPT}]

    def rest(item: PolicyItem) -> int:
        return item.worth - item.credited if item.state in {RECOVERABLE, PENDING, UPCOMING} else 0

    def score_and_verdict(earned: set[Any]) -> tuple[Fraction | None, bool]:
        shares = {}
        for component in policy.components:
            own = [item for item in listed if item.component == component.name]
            if own:
                got = sum(item.credited + (rest(item) if item.id in earned else 0) for item in own)
                shares[component] = Fraction(got, sum(item.worth for item in own))
        if not shares:
            return None, True
        if policy.rule == "each":
            kept = all(
                share * 100 >= (policy.threshold_percent if one.threshold_percent is None else one.threshold_percent)
                for one, share in shares.items()
            )
            return min(shares.values()), kept
        score = sum((one.weight * share for one, share in shares.items()), Fraction(0))
        score /= sum(one.weight for one in shares)
        return score, score * 100 >= policy.threshold_percent

    def in_state(*states: ItemState) -> list[PolicyItem]:
        return [item for item in listed if item.state in states]

    everything = {item.id for item in listed}
    upcoming = {item.id for item in in_state(UPCOMING)}
    score, is_met = score_and_verdict(set())
    highest, is_reachable = score_and_verdict(everything)
    _, without_catch_up = score_and_verdict(upcoming)
    may_miss = []
    for component in policy.components:
        own = [item for item in in_state(UPCOMING) if item.component == component.name]
        sums = [
            sum(rest(item) for item in missed)
            for n in range(len(own) + 1)
            for missed in combinations(own, n)
            if score_and_verdict(everything - {item.id for item in missed})[1]
        ]
        may_miss.append(max(sums, default=0))
    open_still = in_state(RECOVERABLE)
    sure = upcoming | {item.id for item in in_state(PENDING)}
    ways = [
        (sum(rest(item) for item in chosen), len(chosen), sorted(str(item.id) for item in chosen))
        for n in range(len(open_still) + 1)
        for chosen in combinations(open_still, n)
        if score_and_verdict(sure | {item.id for item in chosen})[1]
    ]
    return {
        "score": score,
        "standing": MET if is_met else OUT_OF_REACH if not is_reachable else ON_TRACK if without_catch_up else AT_RISK,
        "highest": highest,
        "may_miss": may_miss,
        "cheapest": tuple(min(ways)[2]) if ways else None,
    }


def check(policy: Policy, listed: list[PolicyItem]) -> None:
    found, tried = forecast(policy, listed), by_trying(policy, listed)
    cheapest = None if found.cheapest_recovery is None else tuple(map(str, found.cheapest_recovery))
    assert {
        "score": found.score,
        "standing": found.standing,
        "highest": found.highest_reachable,
        "may_miss": [one.may_still_miss for one in found.components],
        "cheapest": cheapest,
    } == tried
    for share, text in ((found.score, found.shown_percent), (found.highest_reachable, found.highest_reachable_shown)):
        if share is None:
            assert text is None
        else:
            assert text is not None
            assert Fraction(text) <= share * 100 < Fraction(text) + Fraction(1, 10)


def a_random_case(pick: random.Random) -> tuple[Policy, list[PolicyItem]]:
    """Small enough to try everything; worths few and alike, so that ties and exact hits are common."""
    names = "ABC"[: pick.choice([1, 1, 2, 2, 3])]
    thresholds = pick.choice([[90], [50, 60, 75, 80, 90, 95, 100], list(range(101))])
    policy = Policy(
        pick.choice(list(PolicyRule)),
        pick.choice(thresholds),
        tuple(
            Component(name, pick.choice([1, 1, 2, 20, 30, 50]), pick.choice([None, pick.choice(thresholds)]))
            for name in names
        ),
    )
    worths = pick.choice([[1], [1, 2, 3], [30, 45, 60, 90, 120], list(range(1, 100)), [10**9, 10**9 + 7, 1]])
    states = pick.choice([list(ItemState), [EARNED, EARNED, RECOVERABLE, UPCOMING], [EARNED, RECOVERABLE]])
    listed = []
    for number in pick.sample(range(30), pick.randint(0, 8)):
        worth, state = pick.choice(worths), pick.choice(states)
        credited = pick.choice([worth if state is EARNED else 0] * 4 + [pick.randint(0, worth)])
        listed.append(PolicyItem(pick.choice([number, str(number)]), pick.choice(names), worth, credited, state))
    return policy, listed


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**64))
def test_the_forecast_agrees_with_every_choice_tried(seed: int) -> None:
    check(*a_random_case(random.Random(seed)))  # noqa: S311


def open_ways(policy: Policy, listed: list[PolicyItem]) -> list[set[str | int]]:
    """Every set of the recoverable that leaves the rule kept once what is to come and what waits is earned."""
    open_still = [item.id for item in listed if item.state is RECOVERABLE]

    def is_enough(chosen: set[str | int]) -> bool:
        after = [replace(item, state=LOST) if item.id in set(open_still) - chosen else item for item in listed]
        return forecast(policy, after).standing is not OUT_OF_REACH

    return [
        set(chosen)
        for n in range(len(open_still) + 1)
        for chosen in combinations(open_still, n)
        if is_enough({*chosen})
    ]


@settings(max_examples=EXAMPLES // 4)
@given(st.integers(0, 2**64))
def test_what_is_needed_and_by_when_agrees_with_every_choice_tried(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    policy, listed = a_random_case(pick)
    last_days = {
        item.id: date(2026, 12, 1) + timedelta(days=pick.randint(0, 4)) for item in listed if item.state is RECOVERABLE
    }
    found, ways = way_back_of(policy, listed, last_days), open_ways(policy, listed)
    if ways:
        in_every = {one for one in last_days if all(one in way for way in ways)}
        assert needed_of(policy, listed) & set(last_days) == in_every
    if not ways or set() in ways:
        assert found is None
        return
    assert found is not None
    assert found.chosen == forecast(policy, listed).cheapest_recovery
    assert found.fewest == min(map(len, ways))
    # The last day on which every way that begins after it is gone: that of the way whose first day is the latest.
    assert found.begin_by == max(min(last_days[one] for one in way) for way in ways)


ORDER = [OUT_OF_REACH, AT_RISK, ON_TRACK, MET]


@settings(max_examples=EXAMPLES)
@given(st.integers(0, 2**64))
def test_a_credit_never_lowers_a_figure_or_worsens_the_standing(seed: int) -> None:
    pick = random.Random(seed)  # noqa: S311
    policy, listed = a_random_case(pick)
    short = [number for number, item in enumerate(listed) if item.credited < item.worth]
    if not short:
        return
    number = pick.choice(short)
    item = listed[number]
    credited = pick.randint(item.credited + 1, item.worth)
    becomes = pick.choice([item.state, *([] if item.state in {CANCELLED, EXEMPT} else [EARNED])])
    if becomes is EARNED and item.state is not EARNED:
        credited = item.worth  # a catch-up that is accepted, or a session that was attended whole
    more = [*listed]
    more[number] = PolicyItem(item.id, item.component, item.worth, credited, becomes)
    before, after = forecast(policy, listed), forecast(policy, more)
    assert ORDER.index(after.standing) >= ORDER.index(before.standing)
    if before.score is not None:
        assert after.score is not None
        assert before.highest_reachable is not None
        assert after.highest_reachable is not None
        assert after.score >= before.score
        assert after.highest_reachable >= before.highest_reachable


@settings(max_examples=EXAMPLES // 4)
@given(st.integers(0, 2**64))
def test_pages_that_know_only_sums_say_the_same(seed: int) -> None:
    policy, listed = a_random_case(random.Random(seed))  # noqa: S311
    listed = [item for item in listed if item.state not in {CANCELLED, EXEMPT}]

    def rest(name: str, state: ItemState) -> int:
        return sum(item.reachable for item in listed if item.component == name and item.state is state)

    parts = [
        ComponentFigures(
            code=one.name,
            name=one.name,
            weight=one.weight,
            threshold_percent=one.threshold_percent,
            credited=sum(item.credited for item in listed if item.component == one.name),
            to_come=rest(one.name, UPCOMING),
            recoverable=rest(one.name, RECOVERABLE),
            pending=rest(one.name, PENDING),
            total=sum(item.worth for item in listed if item.component == one.name),
        )
        for one in policy.components
    ]
    shown = standing(parts, rule=policy.rule, threshold_percent=policy.threshold_percent)
    found = forecast(policy, listed)
    assert shown.state is found.standing
    assert shown.percent == (f"{found.shown_percent}%" if found.shown_percent else "")
    assert shown.reachable_percent == (f"{found.highest_reachable_shown}%" if found.highest_reachable_shown else "")


# --- many items, and long worths -----------------------------------------------------------------


@given(st.lists(st.integers(1, 10**11) | st.integers(1, 60), max_size=12), st.integers(-1, 10**12), st.data())
@example([4, 6], 9, None)
def test_the_largest_sum_is_that_of_every_choice(worths: list[int], most: int, data: Any) -> None:
    if data is not None:
        most = data.draw(st.integers(0, sum(worths)) | st.just(most))
    sums = [sum(some) for n in range(len(worths) + 1) for some in combinations(worths, n)]
    expected = max((one for one in sums if one <= most), default=0)
    assert largest_sum(worths, most) == expected
    assert largest_sum(worths, most, half=4) == expected  # so that most find no place in the halves


@given(st.lists(st.tuples(st.integers(1, 12), st.integers(0, 12)), max_size=9), st.integers(-1, 60))
def test_the_cheapest_is_that_of_every_choice(given_offers: list[tuple[int, int]], need: int) -> None:
    offers = [Offer(f"{n * 7 % 10}", cost, gain) for n, (cost, gain) in enumerate(given_offers)]
    ways = [
        (sum(offer.cost for offer in some), len(some), sorted(offer.name for offer in some))
        for n in range(len(offers) + 1)
        for some in combinations(offers, n)
        if sum(offer.gain for offer in some) >= need
    ]
    expected = min(ways)[2] if ways else None
    assert cheapest(offers, need) == expected
    assert cheapest(offers, need, half=2) == expected


def test_sixty_items_of_nine_digits_leave_hardly_anything_to_spare() -> None:
    pick = random.Random(6)  # noqa: S311
    worths = [pick.randint(10**8, 10**9) for _ in range(60)]
    most = sum(worths) // 10
    assert most - 1 <= largest_sum(worths, most) <= most


def test_eighty_items_none_of_whose_sums_is_exact_are_answered_all_the_same() -> None:
    # Each is one more than a multiple of 1,000, so that only a thousand of them would come to such a multiple.
    pick = random.Random(8)  # noqa: S311
    worths = [pick.randint(100, 2_000) * 1000 + 1 for _ in range(80)]
    most = 34_000_000
    found = largest_sum(worths, most)
    assert (found // 1000, most - 1000 <= found < most) == (most // 1000 - 1, True)


def test_what_has_no_exact_sum_among_many_long_worths_is_still_answered() -> None:
    # Every worth is one more than a multiple of 1,000, so no few of them come to a multiple of 1,000.
    worths = [10**6 * n + 1 for n in range(1, 61)]
    most = 30 * 10**6 * 10
    found = largest_sum(worths, most)
    # 300 millions and any ones would be too much. 1 + 2 + … + 23 are 276, so that 299 millions take 23 items at most.
    assert found == 299 * 10**6 + 23


def test_two_hundred_items_find_their_way_back() -> None:
    pick = random.Random(5)  # noqa: S311
    offers = [
        Offer(f"{n:03}", worth := pick.randrange(15, 240, 5), worth * pick.choice([6, 10, 15])) for n in range(200)
    ]
    need = sum(offer.gain for offer in offers) // 4
    names = cheapest(offers, need)
    assert names is not None
    chosen = [offer for offer in offers if offer.name in names]
    assert sum(offer.gain for offer in chosen) >= need
    # Nothing is cheaper than filling up with the best value, the last of it in part.
    cost, lacking = 0, need
    for offer in sorted(offers, key=lambda offer: offer.cost / offer.gain):
        if offer.gain >= lacking:
            break
        cost, lacking = cost + offer.cost, lacking - offer.gain
    assert cost < sum(offer.cost for offer in chosen) <= cost + 240


def test_forty_long_worths_are_recovered_exactly() -> None:
    pick = random.Random(7)  # noqa: S311
    offers = [Offer(str(n), worth := pick.randint(10**8, 10**9), worth) for n in range(40)]
    need = sum(offer.gain for offer in offers) // 10
    names = cheapest(offers, need)
    assert names is not None
    over = sum(offer.gain for offer in offers if offer.name in names) - need
    assert 0 <= over < 10**5


# --- what a list leaves room for -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("worths", "room", "number"),
    [([], 5, 0), ([60, 60], 59, 0), ([60, 60], 60, 1), ([60, 30, 30], 89, 1), ([1], -1, 0)],
)
def test_so_many_may_be_missed_whichever_they_are(worths: list[int], room: int, number: int) -> None:
    assert any_of(worths, room) == number


@settings(max_examples=EXAMPLES // 4)
@given(st.lists(st.integers(1, 50), max_size=7), st.integers(0, 120))
def test_any_so_many_fit_and_one_more_need_not(worths: list[int], room: int) -> None:
    number = any_of(worths, room)
    assert all(sum(chosen) <= room for chosen in combinations(worths, number))
    if number < len(worths):
        assert any(sum(chosen) > room for chosen in combinations(worths, number + 1))


@settings(max_examples=EXAMPLES // 4)
@given(st.data())
def test_room_says_what_the_forecast_says(data: st.DataObject) -> None:
    policy = a_policy(
        Component("All", data.draw(st.integers(1, 5))),
        Component("B", data.draw(st.integers(1, 5)), data.draw(st.sampled_from([None, 50, 100]))),
        rule=data.draw(st.sampled_from(PolicyRule)),
        threshold=data.draw(st.integers(0, 100)),
    )
    states = st.sampled_from(ItemState)
    listed = [
        PolicyItem(str(number), data.draw(st.sampled_from(["All", "B"])), worth, 0, data.draw(states))
        for number, worth in enumerate(data.draw(st.lists(st.integers(1, 60), max_size=6)))
    ]
    found, room = forecast(policy, listed), room_of(policy, listed)
    assert room.standing is found.standing
    if found.standing is not OUT_OF_REACH:
        may_miss = {one.name: one.may_still_miss for one in found.components}
        for name, leeway in room.leeway.items():
            assert 0 <= may_miss[name] <= leeway.caught_up
            assert leeway.alone <= leeway.caught_up
    if found.standing in {MET, ON_TRACK}:
        assert found.cheapest_recovery == ()
    for item in listed:
        assert room_of(policy, turned(listed, item.id, LOST)) == room_of(
            policy, [*(one for one in listed if one.id != item.id), replace(item, state=LOST)]
        )
