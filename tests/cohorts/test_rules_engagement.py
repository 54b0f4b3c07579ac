"""What a mark is worth, and where it leaves somebody: in whole numbers, against fractions."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.errors import ExemptionReasonMissing, MinutesNeeded
from cohorts.rules.engagement import (
    ByHand,
    ComponentFigures,
    MarkInput,
    Measure,
    Standing,
    attended_from,
    due,
    earned,
    mark_worth,
    settle_mark,
    standing,
)
from cohorts.rules.policy import StandingState

USUAL = frozenset({"present", "partly", "caught_up"})


def measure(**fields: Any) -> Measure:
    usual = {"item_minutes": 120, "attended_percent": 80, "unit": "minutes", "counted_statuses": USUAL}
    return Measure(**(usual | fields))


def worth(status: str, minutes: int = 0, **fields: Any) -> int:
    return mark_worth(status, minutes, measure(**fields))


@pytest.mark.parametrize(
    ("status", "minutes", "expected"),
    [
        ("present", 120, 120),
        ("caught_up", 0, 120),
        ("absent", 0, 0),
        ("authorised", 0, 0),
        ("exempt", 0, 0),
        ("partly", 95, 95),
        ("partly", 96, 120),  # 80 % exactly is the whole of it
        ("partly", 1, 1),
        ("partly", 120, 120),
        ("partly", 500, 120),
    ],
)
def test_what_a_mark_of_two_hours_is_worth(status: str, minutes: int, expected: int) -> None:
    assert worth(status, minutes) == expected


def test_where_every_item_counts_one_part_is_one_or_nothing() -> None:
    assert worth("present", 120, unit="units") == 1
    assert worth("partly", 96, unit="units") == 1
    assert worth("partly", 95, unit="units") == 0


def test_a_status_that_does_not_count_earns_nothing() -> None:
    strict = frozenset({"present"})
    assert worth("caught_up", counted_statuses=strict) == 0
    assert worth("partly", 95, counted_statuses=strict) == 0
    assert worth("partly", 96, counted_statuses=strict) == 120  # attended is attended
    assert worth("partly", 120, counted_statuses=frozenset({"caught_up"})) == 0
    assert worth("authorised", counted_statuses=USUAL | {"authorised"}) == 120
    assert worth("authorised", counted_statuses=USUAL | {"authorised"}, unit="units") == 1


@given(st.integers(1, 600), st.integers(1, 100), st.integers(0, 700))
def test_the_least_that_counts_as_all_is_where_credit_becomes_all(item: int, percent: int, minutes: int) -> None:
    credited = worth("partly", minutes, item_minutes=item, attended_percent=percent)
    assert 0 <= credited <= item
    assert credited == (item if minutes >= attended_from(item, percent) else minutes)


def test_a_mark_gets_the_minutes_its_status_means() -> None:
    assert settle_mark(MarkInput("present"), name="Ana", item_minutes=120).minutes == 120
    assert settle_mark(MarkInput("absent", 55), name="Ana", item_minutes=120).minutes == 0
    assert settle_mark(MarkInput("partly", 75), name="Ana", item_minutes=120).minutes == 75


@pytest.mark.parametrize("minutes", [0, 121, -5])
def test_part_needs_minutes_that_fit(minutes: int) -> None:
    with pytest.raises(MinutesNeeded, match="how many minutes Ana was there, from 1 to 120"):
        settle_mark(MarkInput("partly", minutes), name="Ana", item_minutes=120)


def test_whoever_is_exempt_has_a_reason_and_no_minutes() -> None:
    with pytest.raises(ExemptionReasonMissing, match="Say why Ana is exempt"):
        settle_mark(MarkInput("exempt", reason="  "), name="Ana", item_minutes=120)
    settled = settle_mark(MarkInput("exempt", 55, reason=" Wrote it "), name="Ana", item_minutes=120)
    assert (settled.minutes, settled.reason) == (0, "Wrote it")


@pytest.mark.parametrize(
    ("marks", "is_done", "by_hand", "expected"),
    [
        ([("present", 120)], False, [], 120),
        ([("partly", 75), ("absent", 0)], False, [], 75),  # the best of two sessions
        ([], True, [], 120),
        ([("absent", 0)], False, [(120, 120)], 120),  # absent here takes nothing away that was earned elsewhere
        ([("present", 120)], False, [(50, 120)], 170),
        ([("present", 120)], False, [(-40, 120)], 80),
        ([], False, [(1, 1)], 120),  # one of one is all the minutes
        ([], False, [(30, 60), (1, 2)], 120),
        ([], False, [(29, 60)], 58),
    ],
)
def test_what_the_facts_of_an_item_are_worth(
    marks: list[tuple[str, int]], is_done: bool, by_hand: list[tuple[int, int]], expected: int
) -> None:
    entered = [ByHand(change, full) for change, full in by_hand]
    assert earned(marks, measure(), is_done=is_done, by_hand=entered) == expected


def test_half_of_an_item_by_hand_is_nothing_where_every_item_counts_one() -> None:
    in_units = measure(unit="units")
    assert earned([], in_units, is_done=False, by_hand=[ByHand(60, 120)]) == 0
    assert earned([], in_units, is_done=False, by_hand=[ByHand(120, 120)]) == 1


def test_credit_is_never_less_than_nothing_and_never_more_than_the_worth() -> None:
    assert [due(earned, 120) for earned in (-30, 0, 75, 120, 170)] == [0, 0, 75, 120, 120]


def part(credited: int, to_come: int = 0, recoverable: int = 0, lost: int = 0, **fields: Any) -> ComponentFigures:
    fields = {"code": "all", "name": "All", "weight": 1, "threshold_percent": None, "pending": 0} | fields
    total = credited + to_come + recoverable + fields["pending"] + lost
    return ComponentFigures(credited=credited, to_come=to_come, recoverable=recoverable, total=total, **fields)


def combined(*parts: ComponentFigures, threshold: int = 90) -> Standing:
    return standing(parts, rule="combined", threshold_percent=threshold)


@pytest.mark.parametrize(
    ("figures", "expected", "tenths"),
    [
        (part(4158, lost=462), StandingState.MET, 900),  # 90.0 exactly
        (part(4157, lost=463), StandingState.OUT_OF_REACH, 899),  # 89.97…, never shown as 90
        (part(4157, to_come=1, lost=462), StandingState.ON_TRACK, 899),
        (part(4157, recoverable=1, lost=462), StandingState.AT_RISK, 899),
        (part(4157, to_come=463), StandingState.ON_TRACK, 899),
        (part(0, to_come=4620), StandingState.ON_TRACK, 0),
        (part(0, recoverable=4620), StandingState.AT_RISK, 0),
        (part(4620), StandingState.MET, 1000),
        (part(2160, to_come=2310, recoverable=120, lost=30), StandingState.ON_TRACK, 467),  # the picture in the brief
    ],
)
def test_standing_at_its_boundaries(figures: ComponentFigures, expected: StandingState, tenths: int) -> None:
    # S36 T49
    found = combined(figures)
    assert (found.state, found.tenths) == (expected, tenths)


def test_what_may_be_missed_is_counted_with_and_without_the_catch_up() -> None:
    found = combined(part(2160, to_come=2310, recoverable=120, lost=30))
    assert found.needed == 4158
    assert (found.spare, found.spare_without_catch_up) == (432, 312)  # 7 h 12 and 5 h 12
    assert found.reachable_tenths == 993
    assert found.short_by == 0


def test_out_of_reach_says_how_much_is_missing() -> None:
    found = combined(part(4000, to_come=140, lost=480))
    assert (found.state, found.spare, found.short_by) == (StandingState.OUT_OF_REACH, -18, 18)


def test_with_nothing_left_to_count_the_rule_is_met_and_nothing_is_shown() -> None:
    for found in (combined(), combined(part(0)), standing([], rule="each", threshold_percent=90)):
        assert (found.state, found.is_met, found.word) == (StandingState.MET, True, "met")
        assert (found.tenths, found.reachable_tenths, found.percent, found.reachable_percent) == (None, None, "", "")
        assert (found.spare, found.short_by) == (0, 0)


def test_nobody_has_met_anything_whose_list_is_not_made() -> None:
    found = standing([part(0)], rule="combined", threshold_percent=90, has_list=False)
    assert (found.is_met, found.word) == (False, "no_list")


def test_what_waits_for_a_decision_can_be_reached_but_only_by_a_catch_up() -> None:
    found = combined(part(80, to_come=5, pending=5, lost=10))
    assert (found.state, found.pending, found.lost, found.reachable_tenths) == (StandingState.AT_RISK, 5, 10, 900)
    assert (found.spare, found.spare_without_catch_up, found.is_settled) == (0, -5, False)
    assert combined(part(80, to_come=10, pending=5, lost=5)).state is StandingState.ON_TRACK
    assert combined(part(80, pending=9, lost=11)).state is StandingState.OUT_OF_REACH
    assert combined(part(90, pending=10)).state is StandingState.MET
    assert not combined(part(80, pending=5, lost=15)).is_settled


def test_a_part_without_items_does_not_count() -> None:
    empty = part(0, code="none", weight=50)
    assert combined(part(90, lost=10), empty).state is StandingState.MET
    alone = standing([part(90, lost=10), empty], rule="each", threshold_percent=90)
    assert alone.state is StandingState.MET


def test_weights_are_of_shares_not_of_minutes() -> None:
    # Attendance 50, quizzes 30, reflections 20: 90 % of each, though their sizes differ wildly.
    parts = [part(1080, lost=120, weight=50), part(9, lost=1, weight=30), part(18, lost=2, weight=20)]
    assert combined(*parts).state is StandingState.MET
    assert combined(*parts).tenths == 900
    # All quizzes and reflections make up for attendance: 0.8 × 50 + 30 + 20 = 90.
    assert combined(part(960, lost=240, weight=50), part(10, weight=30), part(20, weight=20)).tenths == 900
    assert (
        combined(part(959, lost=241, weight=50), part(10, weight=30), part(20, weight=20)).state
        is StandingState.OUT_OF_REACH
    )


def test_each_part_for_itself_needs_every_one() -> None:
    sessions, study = part(95, lost=5, code="sessions"), part(89, lost=11, code="study")
    assert combined(sessions, study).state is StandingState.MET
    found = standing([sessions, study], rule="each", threshold_percent=90)
    assert (found.state, found.tenths, found.spare) == (StandingState.OUT_OF_REACH, 890, -1)
    own = part(89, lost=11, code="study", threshold_percent=80)
    assert standing([sessions, own], rule="each", threshold_percent=90).state is StandingState.MET


PARTS = st.lists(
    st.builds(
        part,
        st.integers(0, 5000),
        st.integers(0, 5000),
        st.integers(0, 5000),
        st.integers(0, 5000),
        weight=st.integers(1, 60),
        pending=st.integers(0, 5000),
        threshold_percent=st.none() | st.integers(1, 100),
    ),
    max_size=4,
)


def by_fractions(parts: list[ComponentFigures], rule: str, threshold: int) -> StandingState:
    """The same rule in exact fractions, written as the policy says it."""
    parts = [one for one in parts if one.total]
    if not parts:
        return StandingState.MET

    def reaches(amount_of: Any) -> bool:
        if rule == "each":
            return all(
                Fraction(amount_of(one), one.total)
                >= Fraction(threshold if one.threshold_percent is None else one.threshold_percent, 100)
                for one in parts
            )
        weighed = sum(one.weight * Fraction(amount_of(one), one.total) for one in parts)
        return weighed / sum(one.weight for one in parts) >= Fraction(threshold, 100)

    if reaches(lambda one: one.credited):
        return StandingState.MET
    if reaches(lambda one: one.credited + one.to_come):
        return StandingState.ON_TRACK
    if reaches(lambda one: one.credited + one.to_come + one.recoverable + one.pending):
        return StandingState.AT_RISK
    return StandingState.OUT_OF_REACH


@given(PARTS, st.sampled_from(["combined", "each"]), st.integers(1, 100))
def test_whole_numbers_agree_with_fractions(parts: list[ComponentFigures], rule: str, threshold: int) -> None:
    found = standing(parts, rule=rule, threshold_percent=threshold)
    assert found.state is by_fractions(parts, rule, threshold)
    assert found.credited + found.to_come + found.recoverable + found.pending + found.lost == found.total
    if found.total:
        assert (found.spare >= 0) == (found.state is not StandingState.OUT_OF_REACH)


@given(st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(0, 300), st.integers(1, 100))
def test_what_is_spare_can_be_lost_and_not_one_minute_more(
    credited: int, to_come: int, recoverable: int, lost: int, threshold: int
) -> None:
    found = combined(part(credited, to_come, recoverable, lost), threshold=threshold)
    if found.total and found.spare >= 0:
        reachable = found.reachable
        assert (reachable - found.spare) * 100 >= threshold * found.total
        assert (reachable - found.spare - 1) * 100 < threshold * found.total


@given(PARTS, st.integers(1, 100))
def test_shown_tenths_never_reach_a_threshold_that_is_not_met(parts: list[ComponentFigures], threshold: int) -> None:
    # T49
    found = combined(*parts, threshold=threshold)
    if found.total and found.state is not StandingState.MET:
        assert found.tenths is not None
        assert found.tenths < threshold * 10
