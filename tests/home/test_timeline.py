"""Months, terms and what falls in them."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.home.rules.timeline import timeline_of
from tests.programmes.plans import SEMINAR, SOUND

PLAN = replace(SOUND, terms=5, extension_months_most=6)


def titles(starts_on: date | None) -> list[str]:
    return [stretch.title for stretch in timeline_of(PLAN, starts_on=starts_on).stretches]


def test_without_a_start_terms_are_numbered_and_even() -> None:
    line = timeline_of(PLAN)
    assert [(term.name, term.start, term.end) for term in line.terms] == [
        ("Term 1", 0, 360), ("Term 2", 360, 720), ("Term 3", 720, 1080), ("Term 4", 1080, 1440), ("Term 5", 1440, 1800),
    ]  # fmt: skip
    assert [(stretch.kind, stretch.start, stretch.end, stretch.title) for stretch in line.stretches[5:]] == [
        ("assessment", 1800, 2100, "Assessment, months 19 to 21"),
        ("extension", 2100, 2700, "Longer, if you are new to headship"),
    ]
    assert line.months == 27


@pytest.mark.parametrize(
    ("starts_on", "first", "assessment"),
    [
        (date(2027, 2, 3), "Spring term 2027", "Assessment, August to October 2028"),
        (date(2027, 2, 28), "Spring term 2027", "Assessment, August to October 2028"),
        (date(2027, 9, 1), "Autumn term 2027", "Assessment, March to May 2029"),
        (date(2027, 6, 1), "Summer term 2027", "Assessment, December 2028 to February 2029"),
        (date(2027, 3, 1), "Term 1", "Assessment, September to November 2028"),
        (date(2027, 12, 1), "Term 1", "Assessment, June to August 2029"),
    ],
    ids=lambda value: str(value),
)
def test_with_a_start_terms_bear_the_names_of_the_school_year_where_they_fit_it(
    starts_on: date, first: str, assessment: str
) -> None:
    found = titles(starts_on)
    assert (found[0], found[5]) == (first, assessment)


def test_a_term_names_courses_once_where_they_begin_and_what_belongs_to_none() -> None:
    plan = replace(
        PLAN,
        items=(
            replace(SEMINAR, code="meet", title="Opening conference", course="", term=1),
            replace(SEMINAR, code="one", term=1),
            replace(SEMINAR, code="two", term=1),
            replace(SEMINAR, code="three", term=2),
        ),
    )
    assert [term.parts for term in timeline_of(plan).terms] == [("Opening conference", "Culture"), (), (), (), ()]


def test_what_a_programme_has_not_is_not_drawn() -> None:
    line = timeline_of(replace(SOUND, assessment_months=0, terms=0))
    assert line.stretches == ()
    assert (
        timeline_of(replace(PLAN, assessment_months=1, extension_months_most=0)).stretches[-1].title
        == "Assessment, month 19"
    )


@given(
    delivery=st.integers(0, 40),
    assessment=st.integers(0, 12),
    extension=st.integers(0, 12),
    terms=st.integers(0, 12),
    starts_on=st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1)),
)
def test_stretches_follow_each_other_over_all_months(
    delivery: int, assessment: int, extension: int, terms: int, starts_on: date | None
) -> None:
    plan = replace(
        SOUND,
        delivery_months=delivery,
        assessment_months=assessment,
        extension_months_most=extension,
        terms=terms,
    )
    line = timeline_of(plan, starts_on=starts_on)
    assert len(line.terms) == terms
    edges = [edge for stretch in line.stretches for edge in (stretch.start, stretch.end)]
    assert edges == sorted(edges)
    assert edges[1:-1:2] == edges[2::2]
    assert not line.terms or (edges[0], edges[-1]) == (0, line.months * 100)
