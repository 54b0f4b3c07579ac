from datetime import time

import pytest

from npqh_portal.home.rules import can_miss, greeting


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (time(0), "Good morning"),
        (time(11, 59), "Good morning"),
        (time(12), "Good afternoon"),
        (time(16, 59), "Good afternoon"),
        (time(17), "Good evening"),
    ],
)
def test_greeting_follows_the_london_clock(at: time, said: str) -> None:
    assert greeting(at) == said


@pytest.mark.parametrize(
    ("sessions", "said"),
    [
        (0, "You cannot miss another seminar and still reach it"),
        (1, "You can miss one more two-hour seminar and still reach it"),
        (3, "You can miss three more two-hour seminars and still reach it"),
        (12, "You can miss 12 more two-hour seminars and still reach it"),
    ],
)
def test_answer_to_can_i_miss_one(sessions: int, said: str) -> None:
    assert can_miss(sessions, session_minutes=120) == said
