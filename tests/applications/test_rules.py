"""What must be there, and when it may be sent."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from applications.errors import ApplicationUnfinished, IntakeClosed, IntakeNotOpenYet, IntakePaused
from applications.rules import (
    PARTS,
    check_finished,
    check_not_closed,
    check_open,
    first_year_ends,
    headship_date_fault,
    nudge_due,
    unfinished_parts,
    words_in,
)
from npqh_portal.clock import LONDON

FULL: dict[str, object] = {
    "full_name": "Ines Caldbeck",
    "role": "Deputy head",
    "headship": "aspiring",
    "headship_started_on": None,
    "school_name": "Quillbeck Primary School",
    "statement": "One approach to phonics.",
    "wants_one_to_one": False,
    "agreed_at": datetime(2026, 12, 1, tzinfo=LONDON),
}
OPENS = datetime(2026, 9, 1, 9, 0, tzinfo=LONDON)
CLOSES = datetime(2026, 12, 18, 17, 0, tzinfo=LONDON)
SECOND = timedelta(seconds=1)
TODAY = date(2026, 11, 22)


def titles(answers: dict[str, object]) -> list[str]:
    return [part.title for part in unfinished_parts(answers)]


def test_a_full_application_is_finished() -> None:
    check_finished(FULL)


def test_no_is_an_answer() -> None:
    assert titles(FULL | {"wants_one_to_one": None}) == ["One-to-one support"]
    assert titles(FULL | {"wants_one_to_one": False}) == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.code)
def test_each_part_is_missed_by_its_title(part: Any) -> None:
    assert titles(FULL | dict.fromkeys(part.needs)) == [part.title]


@pytest.mark.parametrize(
    ("headship", "started_on", "missing"),
    [
        ("aspiring", None, []),
        ("appointed", None, ["Your role and headship"]),
        ("new", None, ["Your role and headship"]),
        ("serving", None, ["Your role and headship"]),
        ("serving", date(2020, 9, 1), []),
    ],
)
def test_the_date_is_needed_by_whoever_has_a_headship(
    headship: str, started_on: date | None, missing: list[str]
) -> None:
    assert titles(FULL | {"headship": headship, "headship_started_on": started_on}) == missing


def test_the_refusal_names_what_is_left() -> None:
    with pytest.raises(ApplicationUnfinished) as refusal:
        check_finished(FULL | {"statement": "", "agreed_at": None})
    assert str(refusal.value) == (
        "Finish these parts before you send your application: Why you apply, What you agree to."
    )


@pytest.mark.parametrize(
    ("at", "is_paused", "refusal"),
    [
        (OPENS - SECOND, False, IntakeNotOpenYet),
        (OPENS, False, None),
        (CLOSES - SECOND, False, None),
        (CLOSES, False, IntakeClosed),
        (CLOSES + SECOND, False, IntakeClosed),
        (OPENS, True, IntakePaused),
        (CLOSES, True, IntakeClosed),
        (OPENS - SECOND, True, IntakeNotOpenYet),
    ],
)
def test_an_intake_opens_and_closes_at_the_very_second(
    at: datetime, is_paused: bool, refusal: type[Exception] | None
) -> None:
    if refusal is None:
        check_open("February 2027", opens_at=OPENS, closes_at=CLOSES, is_paused=is_paused, at=at)
    else:
        with pytest.raises(refusal):
            check_open("February 2027", opens_at=OPENS, closes_at=CLOSES, is_paused=is_paused, at=at)


def test_answers_may_be_written_until_the_very_second() -> None:
    check_not_closed("February 2027", closes_at=CLOSES, at=CLOSES - SECOND)
    with pytest.raises(IntakeClosed):
        check_not_closed("February 2027", closes_at=CLOSES, at=CLOSES)


@pytest.mark.parametrize(
    ("headship", "started_on", "is_fault"),
    [
        ("appointed", TODAY, True),
        ("appointed", TODAY + timedelta(days=1), False),
        ("new", TODAY, False),
        ("new", TODAY + timedelta(days=1), True),
        ("new", TODAY.replace(year=TODAY.year - 1) + timedelta(days=1), False),
        ("new", TODAY.replace(year=TODAY.year - 1), True),
        ("serving", TODAY.replace(year=TODAY.year - 1), False),
        ("serving", TODAY.replace(year=TODAY.year - 1) + timedelta(days=1), True),
        ("serving", TODAY + timedelta(days=1), True),
        ("aspiring", TODAY, False),
    ],
)
def test_the_date_fits_the_headship(headship: str, started_on: date, is_fault: bool) -> None:
    assert bool(headship_date_fault(headship, started_on, TODAY)) is is_fault


def test_a_first_year_begun_on_a_leap_day_ends_with_february() -> None:
    assert first_year_ends(date(2024, 2, 29)) == date(2025, 2, 28)
    assert first_year_ends(date(2024, 2, 28)) == date(2025, 2, 28)
    assert first_year_ends(date(2024, 3, 1)) == date(2025, 3, 1)


@pytest.mark.parametrize(
    ("at", "name"),
    [
        (CLOSES - timedelta(days=7) - SECOND, None),
        (CLOSES - timedelta(days=7), "week"),
        (CLOSES - timedelta(days=1) - SECOND, "week"),
        (CLOSES - timedelta(days=1), "day"),
        (CLOSES - SECOND, "day"),
        (CLOSES, None),
    ],
)
def test_one_reminder_in_the_last_week_and_one_on_the_last_day(at: datetime, name: str | None) -> None:
    nudge = nudge_due(CLOSES, at)
    assert (nudge and nudge.name) == name
    assert nudge is None or at < nudge.until


def test_words_are_counted_between_spaces() -> None:
    assert words_in("  One approach\n\nto phonics. ") == 4
    assert words_in("") == 0
