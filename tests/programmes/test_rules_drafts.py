"""The order of a draft's rows, and what a copy is called."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.errors import CourseHasItems
from npqh_portal.programmes.forms.drafts import fault_labels
from npqh_portal.programmes.rules.drafts import in_words, next_label, rearranged, with_areas, with_courses
from npqh_portal.programmes.rules.faults import Fault
from npqh_portal.programmes.rules.plans import AreaPlan, CoursePlan

from .plans import SEMINAR, SOUND

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


CULTURE, TEACHING = AreaPlan(1, "School culture"), AreaPlan(2, "Teaching")
BOTH = replace(SOUND, areas=(CULTURE, TEACHING), courses=(CoursePlan("culture", "Culture", (1, 2)),))


def test_areas_are_numbered_anew_and_courses_keep_theirs() -> None:
    plan = with_areas(BOTH, [(None, AreaPlan(0, "Behaviour")), (2, TEACHING), (1, CULTURE)])
    assert [(area.number, area.name) for area in plan.areas] == [
        (1, "Behaviour"), (2, "Teaching"), (3, "School culture")
    ]  # fmt: skip
    assert plan.courses[0].areas == (2, 3)


def test_an_area_left_out_leaves_its_courses() -> None:
    assert with_areas(BOTH, [(2, TEACHING)]).courses[0].areas == (1,)


def test_items_stay_in_a_course_of_another_code() -> None:
    plan = with_courses(SOUND, [("culture", CoursePlan("ethos", "Ethos")), ("", CoursePlan("needs", "Needs"))])
    assert [course.code for course in plan.courses] == ["ethos", "needs"]
    assert [item.course for item in plan.items] == ["ethos", ""]


def test_a_course_with_items_is_not_left_out() -> None:
    with pytest.raises(CourseHasItems, match=r"Culture still has 1 item\."):
        with_courses(SOUND, [])
    assert with_courses(replace(SOUND, items=(replace(SEMINAR, course=""),)), []).courses == ()


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault("items", "at least one is needed."), "Items: at least one is needed."),
        (Fault("version.effective_to", "must not be before `effective_from`."),
         "Can start until: must not be before “Can start from”."),
        (Fault("courses[2].items", "“Needs” has no `school_visit`."), "Course 2, items: “Needs” has no school visit."),
        (Fault("policy.components[1].kinds", "`formative_task` counts twice.", "policy.components[2].kinds"),
         "Policy, component 1, kinds of item that count in it: formative task counts twice. "
         "It is in policy, component 2, kinds of item that count in it too."),
    ],
)  # fmt: skip
def test_a_fault_is_told_without_its_file(fault: Fault, words: str) -> None:
    assert in_words(fault, fault_labels()) == words
