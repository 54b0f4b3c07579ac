"""The rules, with plain values."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from assessments import errors, rules
from assessments.rules import Attempt, Window

LONDON = ZoneInfo("Europe/London")


@pytest.mark.parametrize(
    ("closes_on", "why"),
    [(date(2026, 3, 28), "the night before clocks go forward"), (date(2026, 3, 29), "the short day"),
     (date(2026, 10, 24), "the night before clocks go back"), (date(2026, 10, 25), "the long day")],
)  # fmt: skip
def test_the_last_second_of_the_last_day_is_in_and_midnight_is_out(closes_on: date, why: str) -> None:
    # T12
    window = Window(1, date.fromordinal(closes_on.toordinal() - 7), closes_on)
    last = datetime(closes_on.year, closes_on.month, closes_on.day, 23, 59, 59, 999999, tzinfo=LONDON)
    following = date.fromordinal(closes_on.toordinal() + 1)
    midnight = datetime(following.year, following.month, following.day, tzinfo=LONDON)
    assert window.is_open_at(last), why
    assert not window.is_open_at(midnight), why
    opening = datetime(window.opens_on.year, window.opens_on.month, window.opens_on.day, tzinfo=LONDON)
    assert window.is_open_at(opening)
    assert not window.is_open_at(datetime.fromtimestamp(opening.timestamp() - 1, tz=UTC))


def test_a_closed_window_names_the_next_opening_or_the_last_closing() -> None:
    past, coming = Window(1, date(2026, 9, 1), date(2026, 9, 8)), Window(2, date(2026, 12, 1), date(2026, 12, 8))
    at = datetime(2026, 10, 1, tzinfo=UTC)
    with pytest.raises(errors.WindowNotOpen, match="opens on 1 December 2026"):
        rules.open_window([past, coming], at, date(2026, 10, 1))
    with pytest.raises(errors.WindowNotOpen, match="closed at the end of 8 September 2026"):
        rules.open_window([past], at, date(2026, 10, 1))
    with pytest.raises(errors.WindowNotOpen, match="No assessment window"):
        rules.open_window([], at, date(2026, 10, 1))


def number(*attempts: Attempt, window: int = 9) -> int:
    return rules.attempt_number(attempts, window=window, attempts_most=2)


def test_attempts_count_up_and_a_file_in_the_same_window_belongs_to_the_same_one() -> None:
    assert number() == 1
    assert number(Attempt(1, 9, None)) == 1
    assert number(Attempt(1, 8, "fail")) == 2
    assert number(Attempt(1, 8, "fail"), Attempt(2, 9, None)) == 2


def test_another_attempt_follows_only_a_released_fail() -> None:
    with pytest.raises(errors.ResultAwaited):
        number(Attempt(1, 8, None))
    with pytest.raises(errors.AlreadyPassed):
        number(Attempt(1, 8, "pass"))
    with pytest.raises(errors.AlreadyPassed):
        number(Attempt(1, 9, "pass"))
    with pytest.raises(errors.NoAttemptLeft):
        number(Attempt(1, 7, "fail"), Attempt(2, 8, "fail"))


@pytest.mark.parametrize(("gates", "met", "refused"), [(True, False, True), (True, True, False), (False, False, False)])
def test_engagement_gates_the_sitting_only_where_the_policy_says_so(gates: bool, met: bool, refused: bool) -> None:
    facts = {"is_active": True, "state": "Taking part", "is_theirs": True, "threshold_percent": 90}
    if refused:
        with pytest.raises(errors.EngagementNeededFirst):
            rules.check_sitting(**facts, gates_sitting=gates, has_met=met)
    else:
        rules.check_sitting(**facts, gates_sitting=gates, has_met=met)


def test_a_verdict_both_give_stands_and_one_they_differ_on_needs_a_reason() -> None:
    assert rules.settled_verdict("pass", "pass", chosen=None, reason="") == "pass"
    assert rules.settled_verdict("fail", "pass", chosen="pass", reason="The plan is complete.") == "pass"
    with pytest.raises(errors.VerdictsAgree):
        rules.settled_verdict("pass", "pass", chosen="fail", reason="I think not.")
    for chosen, reason in ((None, "Because"), ("pass", " ")):
        with pytest.raises(errors.VerdictsDiffer):
            rules.settled_verdict("fail", "pass", chosen=chosen, reason=reason)


def blockers(**changed: object) -> list[str]:
    facts = {
        "verdicts": {"Case study": "pass"},
        "has_list": True,
        "engagement_met": True,
        "engagement": "90.0%",
        "threshold_percent": 90,
        "is_taking_part": True,
        "state": "Taking part",
    } | changed
    return rules.certificate_blockers(**facts)  # type: ignore[arg-type]


def test_nothing_blocks_whoever_passed_and_engaged() -> None:
    # S36 S37
    assert blockers() == []


def test_every_blocker_is_named_and_not_only_the_first() -> None:
    assert blockers(
        verdicts={"Task 1": "fail", "Task 2": None}, engagement_met=False, engagement="89.9%", is_taking_part=False,
        state="Deferred",
    ) == [
        "They are not taking part: deferred.",
        "Task 1 has not been passed.",
        "Task 2 has no released outcome yet.",
        "Engagement stands at 89.9%, and 90% is needed.",
    ]  # fmt: skip
    assert blockers(has_list=False, engagement_met=False, engagement="") == [
        "Their list of what counts towards engagement is not made yet."
    ]
    assert blockers(verdicts={}) == ["Their version of the programme has no assessment task."]


@pytest.mark.parametrize(
    "typed",
    ["LF-2026-7KQ2-M9WX", "lf-2026-7kq2-m9wx", " LF 2026 7KQ2 M9WX ", "LF20267KQ2M9WX", "LF–2026–7KQ2–M9WX"],
)
def test_a_number_is_known_however_it_is_typed(typed: str) -> None:
    assert rules.normal_number(typed) == "LF-2026-7KQ2-M9WX"


def test_numbers_keep_their_form_and_nonsense_stays_harmless() -> None:
    assert rules.certificate_number("LF", 2026, "7KQ2M9WX") == "LF-2026-7KQ2-M9WX"
    assert rules.normal_number("N2P-2026-7KQ2-M9WX") == "N2P-2026-7KQ2-M9WX"
    assert rules.normal_number("../..;<b>") == "B"
    assert rules.normal_number("") == ""
    assert rules.normal_number("ｌｆ－２０２６－７ＫＱ２－Ｍ９ＷＸ") == "LF-2026-7KQ2-M9WX"
