"""Subjects of letters, as long as names may be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.notifications.rules import SUBJECT_MOST, shortened, split_subject

NAME = f"{'Ottoline ' * 21}Wrexcombe"


def test_a_subject_that_fits_stays_as_it_is() -> None:
    subject = "x" * SUBJECT_MOST
    assert split_subject(f"Subject: {subject}\n\nDear Otto,") == (subject, "Dear Otto,")


@pytest.mark.parametrize(
    ("subject", "begins", "ends"),
    [
        (f"{NAME}’s application waits for you until Monday 21 December 2026",
         "Ottoline Ottoline ", " Ottoline Wrexcombe’s application waits for you until Monday 21 December 2026"),
        (f"Your placement at {NAME} is agreed", "Your placement at Ottoline ", " Wrexcombe is agreed"),
        (f"{'x' * 200} has answered", "x" * 100 + "…", "x has answered"),
    ],
    ids=["at its beginning", "in its middle", "without a space"],
)  # fmt: skip
def test_a_name_that_is_too_long_is_shortened_in_its_middle(subject: str, begins: str, ends: str) -> None:
    short, _ = split_subject(f"Subject: {subject}\n\nText")
    assert (short[: len(begins)], short[-len(ends) :]) == (begins, ends)
    assert short.count("…") == 1
    assert 150 < len(short) <= SUBJECT_MOST


@given(st.text(max_size=60), st.integers(min_value=3, max_value=50))
def test_a_line_is_never_longer_than_it_may_be_and_keeps_its_ends(line: str, most: int) -> None:
    short = shortened(line, most)
    assert len(short) <= most
    if len(line) <= most:
        assert short == line
    else:
        begins, ends = short.split("…", 1) if "…" not in line else (line, line)
        assert line.startswith(begins)
        assert line.endswith(ends)
