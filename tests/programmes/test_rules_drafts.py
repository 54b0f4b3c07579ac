"""The order of a draft's rows, and what a copy is called."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.rules.drafts import next_label, rearranged

PLACES = st.none() | st.integers(1, 9)


@pytest.mark.parametrize(
    ("places", "order"),
    [
        ([(1, 1), (2, 2), (3, 3)], [0, 1, 2]),
        ([(1, 1), (2, 2), (3, 1)], [2, 0, 1]),
        ([(1, 3), (2, 2), (3, 3)], [1, 2, 0]),
        ([(1, 2), (2, 1), (3, 3)], [1, 0, 2]),
        ([(1, 1), (2, 2), (None, 2)], [0, 2, 1]),
        ([(1, 1), (2, 2), (None, None)], [0, 1, 2]),
        ([(1, 1), (2, 2), (None, 99)], [0, 1, 2]),
        ([(1, None), (2, 2)], [0, 1]),
        ([(1, 1), (3, 3)], [0, 1]),
    ],
    ids=["as it was", "last to the front", "first to the end", "two swapped", "a new one between", "a new one last",
         "beyond the end", "place emptied", "one deleted"],
)  # fmt: skip
def test_rows_take_the_places_that_are_asked_for(places: list[tuple[int | None, int | None]], order: list[int]) -> None:
    assert rearranged(places) == order


@given(st.lists(st.tuples(PLACES, PLACES), max_size=9))
def test_no_row_is_lost_or_doubled(places: list[tuple[int | None, int | None]]) -> None:
    assert sorted(rearranged(places)) == list(range(len(places)))


@pytest.mark.parametrize(
    ("label", "taken", "free"),
    [
        ("2026", {"2026"}, "2027"),
        ("2026", {"2026", "2027"}, "2028"),
        ("2026-9", {"2026-9"}, "2026-10"),
        ("v2-spring", {"v2-spring"}, "v3-spring"),
        ("spring", {"spring"}, "spring-2"),
        ("spring", {"spring", "spring-2"}, "spring-3"),
    ],
)
def test_the_next_label_is_the_first_that_is_free(label: str, taken: set[str], free: str) -> None:
    assert next_label(label, taken) == free
