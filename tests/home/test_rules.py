from datetime import date, time

import pytest

from npqh_portal.home.rules.words import from_to, greeting


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
    ("first", "last", "said"),
    [
        (date(2027, 9, 16), date(2027, 9, 23), "16 to 23 September 2027"),
        (date(2027, 9, 28), date(2027, 10, 5), "28 September to 5 October 2027"),
        (date(2027, 12, 28), date(2028, 1, 4), "28 December 2027 to 4 January 2028"),
    ],
)
def test_range_of_days_repeats_nothing(first: date, last: date, said: str) -> None:
    assert from_to(first, last) == said
