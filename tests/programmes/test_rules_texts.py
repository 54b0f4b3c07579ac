"""Figures in braces."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.rules.plans import Framework, ItemPlan, TaskPlan
from npqh_portal.programmes.rules.texts import (
    FIGURE_NAMES,
    changes,
    figures_of,
    fill,
    pictures_in,
    pounds,
    unknown_figures,
)
from tests.programmes.plans import SOUND, plans


def test_figures_are_written_as_readers_see_them() -> None:
    plan = replace(
        SOUND,
        fee_pence=214500,
        tasks=(TaskPlan("a", "A", 4000), TaskPlan("b", "B", 2500, placement_days_least=9)),
        extension_months_most=6,
        items=(ItemPlan("a", "A", "module", 4650, "self_study"), ItemPlan("b", "B", "seminar", 720, "face_to_face")),
    )
    figures = figures_of(plan, provider_name="Larkfell", past_participants=1340)
    text = (
        "{months} months ({delivery_months} + {assessment_months}, {extension_months} more), {hours} hours, "
        "{hours_together} together, {hours_in_person} in person, {hours_own_time} alone, {threshold} of {courses} "
        "course with {provider} for {fee}; {past_participants} came before, "
        "wrote {word_limits} words and spent {placement_days} days away."
    )
    assert fill(text, figures) == (
        "21 months (18 + 3, 6 more), 89.5 hours, 12 together, 12 in person, 77.5 alone, 90% of 1 course with Larkfell "
        "for £2,145; 1,340 came before, wrote 4,000 and 2,500 words and spent 9 days away."
    )


@given(plan=plans())
def test_every_name_has_a_figure_and_every_figure_a_name(plan: Framework) -> None:
    assert figures_of(plan, provider_name="Larkfell").keys() == FIGURE_NAMES.keys()


def test_other_braces_are_left_alone() -> None:
    text = "{} { hours } {Hours} {hours2} {nonsense} {hours"
    assert fill(text, {"hours": "77"}) == text


def test_a_figure_brings_no_further_figure_in() -> None:
    assert fill("{provider}", {"provider": "{hours}", "hours": "77"}) == "{hours}"


@given(text=st.text())
def test_a_text_without_braces_says_what_it_says(text: str) -> None:
    plain = text.replace("{", "")
    assert fill(plain, figures_of(SOUND, provider_name="Larkfell")) == plain
    assert unknown_figures(plain) == []


def test_unknown_names_are_told_once_each() -> None:
    assert unknown_figures("{hours} {weeks} {fee} {days_off} {weeks}") == ["{weeks}", "{days_off}"]


def test_slips_of_the_pen_in_braces_are_told_as_they_were_written() -> None:
    text = "{{hours}} or {Hours}, { hours }, {hours2}, {} and {hours\nof learning}"
    assert unknown_figures(text) == ["{{hours}}", "{Hours}", "{ hours }", "{hours2}", "{}", "{hours"]


def test_pictures_are_told_from_links_and_calls() -> None:
    text = "Now! [Apply](/apply/) ![ridge](https://npqh.example/r.png) ![][r] Wow![sic]"
    assert pictures_in(text) == ["![ridge]", "![]"]


@pytest.mark.parametrize(
    ("pence", "words"), [(0, "£0"), (214500, "£2,145"), (214550, "£2,145.50"), (5, "£0.05"), (100000000, "£1,000,000")]
)
def test_money_shows_pence_only_where_there_are_some(pence: int, words: str) -> None:
    assert pounds(pence) == words


def test_what_changed_is_told_line_by_line_in_the_order_of_reading() -> None:
    assert list(changes("One\nTwo\nThree", "One\n2\nThree\nFour")) == [
        ("same", "One"), ("gone", "Two"), ("new", "2"), ("same", "Three"), ("new", "Four"),
    ]  # fmt: skip
    assert list(changes("Alike", "Alike")) == [("same", "Alike")]


@given(old=st.text(alphabet="ab\n"), new=st.text(alphabet="ab\n"))
def test_what_is_the_same_and_new_is_the_new_text(old: str, new: str) -> None:
    pieces = list(changes(old, new))
    assert [line for how, text in pieces if how != "gone" for line in text.split("\n")] == new.splitlines()
    assert [line for how, text in pieces if how != "new" for line in text.split("\n")] == old.splitlines()
