"""What may still be missed, in words."""

import pytest

from cohorts.rules.outlook import can_miss


@pytest.mark.parametrize(
    ("may_miss", "alone", "recoverable", "pending", "said"),
    [
        (0, 0, 0, 0, "You cannot miss another seminar"),
        (0, 0, 1, 0, "You cannot miss another seminar, even with the catch-up"),
        (0, 0, 1, 1, "You cannot miss another seminar, even with every catch-up"),
        (2, 2, 2, 0, "You can miss two more seminars"),
        (3, 2, 1, 0, "You can miss three more seminars if you do the catch-up, and two if you leave it"),
        (3, 2, 2, 0, "You can miss three more seminars if you do every catch-up, and two if you leave them all"),
        (1, 0, 0, 1, "You can miss one more seminar if your catch-up is accepted, and none if it is not"),
        (1, 0, 0, 2, "You can miss one more seminar if all your catch-ups are accepted, and none if none is"),
        (1, 0, 1, 1, "You can miss one more seminar if every catch-up is done and accepted, and none if none is"),
    ],
)
def test_every_catch_up_is_meant_and_not_one_of_them(
    may_miss: int, alone: int, recoverable: int, pending: int, said: str
) -> None:
    assert can_miss("seminar", may_miss, alone, has_missed=True, recoverable=recoverable, pending=pending) == said


def test_whoever_has_missed_nothing_is_told_of_none_before() -> None:
    assert can_miss("seminar", 3, 3, has_missed=False, recoverable=0, pending=0) == "You can miss three seminars"
    assert can_miss("webinar", 0, 0, has_missed=False, recoverable=0, pending=0) == "You cannot miss a webinar"
