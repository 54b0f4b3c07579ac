"""What the shipped file of the legacy NPQH must say, fact by fact."""

from datetime import date

import pytest

from npqh_portal.programmes.rules.funding import is_suspended
from npqh_portal.programmes.rules.plans import TaskPlan
from tests.facts.frameworks import shipped, words

PLAN = shipped("npqh-legacy")
CHANGE, PLACEMENT = PLAN.tasks


def test_s48_there_are_six_content_areas() -> None:
    assert [area.number for area in PLAN.areas] == [1, 2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("number", "name", "statements"),
    [
        pytest.param(1, "Strategy and improvement", 3, id="S49"),
        pytest.param(2, "Teaching and curriculum excellence", 3, id="S50"),
        pytest.param(3, "Leading with impact", 3, id="S51"),
        pytest.param(4, "Working in partnership", 2, id="S52"),
        pytest.param(5, "Managing resources and risks", 2, id="S53"),
        pytest.param(6, "Increasing capability", 3, id="S54"),
    ],
)
def test_each_area_has_its_statements(number: int, name: str, statements: int) -> None:
    area = PLAN.areas[number - 1]
    assert (area.number, area.name, len(set(area.statements))) == (number, name, statements)


def test_s54_the_statements_are_sixteen() -> None:
    assert sum(len(area.statements) for area in PLAN.areas) == 16 == PLAN.counts.statements


def test_s57_seven_behaviours_in_order_each_with_a_descriptor() -> None:
    assert [behaviour.name for behaviour in PLAN.behaviours] == [
        "Commitment", "Collaboration", "Personal Drive", "Resilience", "Awareness", "Integrity", "Respect",
    ]  # fmt: skip
    assert all(behaviour.descriptor for behaviour in PLAN.behaviours)


def test_s58_two_of_them_share_a_descriptor_and_no_others_do() -> None:
    sharing = [
        behaviour.name
        for behaviour in PLAN.behaviours
        if [other.descriptor for other in PLAN.behaviours].count(behaviour.descriptor) > 1
    ]
    assert sharing == ["Commitment", "Personal Drive"]


def test_s59_there_are_two_tasks() -> None:
    assert [task.code for task in PLAN.tasks] == ["change-programme", "placement"]


def test_s60_the_first_is_a_change_programme_across_the_whole_school() -> None:
    assert CHANGE.title == "Task 1: change programme in your own school"
    assert "through your whole school so that pupils make more progress" in CHANGE.description


def test_s61_it_lasts_two_terms() -> None:
    assert (CHANGE.terms_least, PLACEMENT.terms_least) == (2, 0)


def test_s62_s69_each_plan_is_heard_by_a_governing_board_one_at_each_school() -> None:
    assert (CHANGE.presented_to, PLACEMENT.presented_to) == ("own_board", "placement_board")


def test_s63_its_account_has_three_sections() -> None:
    assert CHANGE.sections == ("Design", "Implementation", "Evaluation")


@pytest.mark.parametrize(
    ("task", "most"), [pytest.param(CHANGE, 4000, id="S65"), pytest.param(PLACEMENT, 2500, id="S71")]
)
def test_word_limits_leave_annexes_out(task: TaskPlan, most: int) -> None:
    assert (task.word_limit, task.annexes_counted) == (most, False)


@pytest.mark.parametrize("task", [pytest.param(CHANGE, id="S64"), pytest.param(PLACEMENT, id="S70")])
def test_supporting_documents_are_taken(task: TaskPlan) -> None:
    assert task.takes_supporting_documents


def test_s66_the_second_is_a_placement_in_a_school_that_differs() -> None:
    assert PLACEMENT.title == "Task 2: placement in a contrasting school"
    assert "unlike your own, in its results, its pupils or its place" in PLACEMENT.description


def test_s67_it_lasts_nine_working_days() -> None:
    assert (PLACEMENT.placement_days_least, CHANGE.placement_days_least) == (9, 0)


def test_s68_s70_its_account_has_the_research_and_the_plan() -> None:
    assert PLACEMENT.sections == ("Research", "Action plan")


def test_s72_s73_four_areas_are_assessed_in_part_a_by_task_1_and_two_in_part_b_by_task_2() -> None:
    assert [(area.number, area.part) for area in PLAN.areas] == [
        (1, "A"), (2, "A"), (3, "A"), (4, "A"), (5, "B"), (6, "B"),
    ]  # fmt: skip
    assert (CHANGE.part, PLACEMENT.part) == ("A", "B")


def test_s74_somebody_outside_assesses() -> None:
    assert PLAN.assessed_by == "external"


def test_s75_the_sessions_in_person_are_eight_days() -> None:
    in_person = sum(item.minutes for item in PLAN.items if item.mode == "face_to_face")
    assert PLAN.day_equivalents == 8
    assert in_person == 8 * PLAN.day_minutes


def test_s77_research_and_tasks_at_work_go_with_them_in_every_course() -> None:
    for course in PLAN.courses:
        assert {item.kind for item in PLAN.items if item.course == course.code} == {"seminar", "research", "work_task"}


def test_s78_schools_are_visited() -> None:
    assert [item.code for item in PLAN.items if item.kind == "school_visit"] == ["visit-1", "visit-2"]


def test_s79_the_sessions_are_spread_over_three_terms() -> None:
    assert PLAN.terms_least == 3
    assert {item.term for item in PLAN.items if item.mode == "face_to_face"} == {1, 2, 3}


def test_s81_it_costs_2145_pounds() -> None:
    assert PLAN.fee_pence == 2_145_00


def test_s82_one_submission_is_included() -> None:
    assert PLAN.submissions_included == 1


def test_s83_another_may_be_charged_for_and_no_amount_is_laid_down() -> None:
    # T60: it may be, and is not by itself.
    assert (PLAN.resubmission_charge, PLAN.resubmission_fee_pence) == ("discretionary", None)


@pytest.mark.parametrize(
    ("on", "suspended"),
    [
        pytest.param(date(2020, 7, 30), False, id="S84, the day before"),
        pytest.param(date(2020, 7, 31), True, id="S84, the first day"),
        pytest.param(date(2022, 8, 31), True, id="S85, the last day"),
        pytest.param(date(2022, 9, 1), False, id="S85, the day after"),
    ],
)
def test_scholarships_are_suspended(on: date, suspended: bool) -> None:
    assert is_suspended(PLAN.suspensions, source="scholarship", on=on) is suspended
    assert not is_suspended(PLAN.suspensions, source="school", on=on)


def test_s86_s89_nobody_starts_it_once_the_reformed_programme_is_in_force() -> None:
    assert PLAN.effective_to == date(2021, 8, 31)
    assert shipped("npqh-reformed").effective_from == date(2021, 9, 1)


def test_s36_engagement_was_no_condition_before_the_reform() -> None:
    assert PLAN.policy.threshold_percent == 0


@pytest.mark.parametrize(
    ("section", "said"),
    [
        pytest.param("provider", "accredited provider of the Department for Education, which", id="S44"),
        pytest.param("provider", "had first licensed providers in 2012", id="S44, since when"),
        pytest.param("provider", "People on our record who took it: 342", id="S45"),
        pytest.param("audience", "National Leaders of Education", id="S47"),
        pytest.param("content", "the same 6 content areas", id="S48 in words"),
        pytest.param("how", "School leaders with a record of success designed and led them", id="S76"),
        pytest.param("commitment", "webinars with more material online", id="S80"),
        pytest.param("assessment", "at most 4,000 and 2,500 words", id="S65, S71 in words"),
        pytest.param("cost", "The fee was £2,145, which covered one submission", id="S81, S82 in words"),
        pytest.param("support", "on 13 October 2020", id="S88"),
        pytest.param("support", "taught since September 2021, with changes to how people are assessed", id="S89"),
        pytest.param("support", "with partners in the school system", id="S90"),
    ],
)  # fmt: skip
def test_the_page_says_it(section: str, said: str) -> None:
    assert said in words(PLAN, section)
