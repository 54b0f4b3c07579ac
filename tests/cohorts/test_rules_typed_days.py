"""What people type for a week that is to stay free."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.typed_days import days_typed


@pytest.mark.parametrize(
    ("line", "first", "last"),
    [
        ("15 February 2027", date(2027, 2, 15), date(2027, 2, 15)),
        ("15–19 February 2027", date(2027, 2, 15), date(2027, 2, 19)),
        ("15-19 Feb 2027", date(2027, 2, 15), date(2027, 2, 19)),
        ("  15 to 19 february 2027 ", date(2027, 2, 15), date(2027, 2, 19)),
        ("29 March – 9 April 2027", date(2027, 3, 29), date(2027, 4, 9)),
        ("29 December 2027 – 3 January 2028", date(2027, 12, 29), date(2028, 1, 3)),
        ("Monday 15th to Friday 19th February 2027", date(2027, 2, 15), date(2027, 2, 19)),
        ("29 February 2028", date(2028, 2, 29), date(2028, 2, 29)),
    ],
)
def test_a_line_that_says_which_days(line: str, first: date, last: date) -> None:
    assert days_typed(line) == (first, last)


@pytest.mark.parametrize(
    "line",
    [
        "", "half-term", "February 2027", "15 February", "29 February 2027", "31 April 2027", "19–15 February 2027",
        "15–16–17 February 2027", "15 Ju 2027", "15/02/2027", "0 May 2027", "15 February 27",
        "30 December – 3 January 2028",  # without a year it would be the one after
    ],
)  # fmt: skip
def test_a_line_that_does_not(line: str) -> None:
    assert days_typed(line) is None


@given(st.dates(date(2000, 1, 1), date(2099, 1, 1)), st.integers(0, 400))
def test_whatever_days_are_typed_whole(first: date, days: int) -> None:
    last = first + timedelta(days=days)
    written = [f"{day.day} {day:%B %Y}" for day in (first, last)]
    assert days_typed(" – ".join(written)) == days_typed(" to ".join(written)) == (first, last)
