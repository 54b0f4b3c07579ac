"""How many places an intake may have, and how long things are held."""

from typing import Any

import pytest

from npqh_portal.programmes.rules.intakes import faults_of_limits, faults_of_places

SOUND = {
    "capacity": 30, "places_taken": 12, "cohort_funding": "capped", "funded_capacity": 20, "funded_places_taken": 8,
}  # fmt: skip


def columns(**changed: Any) -> list[str]:
    places: dict[str, Any] = SOUND | changed
    return [column for column, _ in faults_of_places(**places)]


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"capacity": 20},
        {"funded_capacity": 30},
        {"funded_capacity": 8},
        {"funded_capacity": None},
        {"funded_capacity": 0, "funded_places_taken": 0},
        {"cohort_funding": "zero", "funded_capacity": None, "funded_places_taken": 0},
        {"cohort_funding": "full", "funded_capacity": None, "funded_places_taken": 0},
    ],
)
def test_figures_that_fit(changed: dict[str, Any]) -> None:
    assert columns(**changed) == []


@pytest.mark.parametrize(
    ("changed", "column"),
    [
        ({"capacity": 0, "places_taken": 0, "funded_capacity": None}, "capacity"),
        ({"capacity": 11, "funded_capacity": 8}, "capacity"),
        ({"funded_capacity": 7}, "funded_capacity"),
        ({"funded_capacity": 31}, "funded_capacity"),
        ({"cohort_funding": "zero", "funded_places_taken": 0}, "funded_capacity"),
        ({"cohort_funding": "full", "funded_places_taken": 0}, "funded_capacity"),
        ({"cohort_funding": "full", "funded_capacity": None}, "cohort_funding"),
        ({"cohort_funding": "zero", "funded_capacity": None, "funded_places_taken": 1}, "cohort_funding"),
    ],
)
def test_figures_that_do_not(changed: dict[str, Any], column: str) -> None:
    assert columns(**changed) == [column]


def test_one_place_is_told_as_one() -> None:
    places: dict[str, Any] = SOUND | {"capacity": 1, "places_taken": 2, "funded_capacity": 0, "funded_places_taken": 1}
    assert [words for _, words in faults_of_places(**places)] == [
        "2 places are taken or offered already. Enter 2 or more.",
        "1 funded place is taken already. Enter 1 or more.",
    ]


@pytest.mark.parametrize(
    ("grace_minutes", "offer_days", "faulty"),
    [(0, 1, []), (1440, 60, []), (1441, 7, ["grace_minutes"]), (30, 0, ["offer_days"]), (30, 61, ["offer_days"])],
)
def test_how_long_things_are_held(grace_minutes: int, offer_days: int, faulty: list[str]) -> None:
    faults = faults_of_limits(grace_minutes=grace_minutes, offer_days=offer_days)
    assert [column for column, _ in faults] == faulty
