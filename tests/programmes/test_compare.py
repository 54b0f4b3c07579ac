"""What differs between two versions of a programme."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given

from npqh_portal.programmes.rules.compare import ORDER, Difference, Group, How, differences
from npqh_portal.programmes.rules.plans import (
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    CoursePlan,
    Framework,
    ItemPlan,
    TaskPlan,
)

from .plans import MODULE, SEMINAR, SOUND, WHOLE, plans

WEBINAR = ItemPlan("webinar", "Webinar", "webinar", 90, "online")
_TURNED = {How.ADDED: How.REMOVED, How.REMOVED: How.ADDED, How.CHANGED: How.CHANGED}


def changed(group: Group, key: str, name: str, /, **columns: tuple[Any, Any]) -> Difference:
    old, new = ({column: pair[side] for column, pair in columns.items()} for side in (0, 1))
    return Difference(group, key, name, old, new)


@given(plans())
def test_a_version_does_not_differ_from_itself(plan: Framework) -> None:
    assert differences(plan, plan) == []


@given(plans(), plans())
def test_turned_round_what_was_added_is_removed_and_nothing_else_changes(old: Framework, new: Framework) -> None:
    there, back = differences(old, new), differences(new, old)
    assert Counter((one.group, one.how) for one in there) == Counter((one.group, _TURNED[one.how]) for one in back)


@given(plans(), plans())
def test_every_value_that_is_told_differs(old: Framework, new: Framework) -> None:
    for one in differences(old, new):
        if one.old is not None and one.new is not None:
            assert list(one.old) == list(one.new) != []
            assert not any(one.old[column] == one.new[column] for column in one.old)


@pytest.mark.parametrize(
    ("column", "before", "after"),
    [
        ("delivery_months", 18, 12),
        ("effective_from", date(2026, 1, 1), date(2026, 9, 1)),
        ("cycle", (), ("module", "seminar")),
        ("resubmission_fee_pence", None, 5000),
    ],
)
def test_a_figure_has_a_row_of_its_own(column: str, before: Any, after: Any) -> None:
    new = replace(SOUND, **{column: after})
    assert differences(SOUND, new) == [changed(Group.FIGURES, column, column, **{column: (before, after)})]


def test_another_label_is_no_difference() -> None:
    assert differences(SOUND, replace(SOUND, label="2027", texts=(("how", "Words."),))) == []


def test_an_item_is_known_by_its_code_whatever_it_is_called_now() -> None:
    new = replace(SOUND, items=(replace(SEMINAR, title="Day together", minutes=150), MODULE))
    assert differences(SOUND, new) == [
        changed(Group.ITEMS, "seminar", "Day together", title=("Seminar", "Day together"), minutes=(120, 150))
    ]


def test_an_item_of_another_code_is_another_item() -> None:
    new = replace(SOUND, items=(SEMINAR, WEBINAR))
    found = differences(SOUND, new)
    assert [(one.key, one.how) for one in found] == [("webinar", How.ADDED), ("module", How.REMOVED)]
    assert found[0].new == {
        "title": "Webinar", "kind": "webinar", "minutes": 90, "mode": "online", "course": "", "term": 1
    }  # fmt: skip


def test_one_item_more_moves_none_of_the_others() -> None:
    new = replace(SOUND, items=(WEBINAR, SEMINAR, MODULE))
    assert [(one.key, one.how) for one in differences(SOUND, new)] == [("webinar", How.ADDED)]


def test_another_order_is_told_once_from_the_first_that_moved_to_the_last() -> None:
    first, last = replace(WEBINAR, code="first", title="First"), replace(WEBINAR, code="last", title="Last")
    old = replace(SOUND, items=(first, SEMINAR, MODULE, WEBINAR, last))
    new = replace(SOUND, items=(first, WEBINAR, SEMINAR, MODULE, last))
    assert differences(old, new) == [
        changed(Group.ITEMS, "", ORDER, order=(("Seminar", "Module", "Webinar"), ("Webinar", "Seminar", "Module")))
    ]


def test_an_area_put_in_front_leaves_the_others_and_the_courses_alone() -> None:
    areas, courses = (AreaPlan(1, "Teaching"), AreaPlan(2, "School culture")), (CoursePlan("culture", "Culture", (2,)),)
    found = differences(SOUND, replace(SOUND, areas=areas, courses=courses))
    assert [(one.group, one.name, one.how) for one in found] == [(Group.AREAS, "Teaching", How.ADDED)]


def test_an_area_renamed_is_matched_by_its_number_and_its_courses_stay() -> None:
    new = replace(SOUND, areas=(AreaPlan(1, "Culture of a school"),))
    assert differences(SOUND, new) == [
        changed(Group.AREAS, "", "Culture of a school", name=("School culture", "Culture of a school"))
    ]


def test_a_course_that_covers_other_areas_names_them() -> None:
    two = replace(SOUND, areas=(AreaPlan(1, "School culture"), AreaPlan(2, "Teaching")))
    new = replace(two, courses=(CoursePlan("culture", "Culture", (1, 2)),))
    assert differences(two, new) == [
        changed(Group.COURSES, "culture", "Culture", areas=(("School culture",), ("School culture", "Teaching")))
    ]


def test_a_statement_reworded_is_changed_and_one_more_is_added() -> None:
    old = replace(SOUND, areas=(AreaPlan(1, "Culture", statements=("Lead it.", "Keep it.")),))
    new = replace(SOUND, areas=(AreaPlan(1, "Culture", statements=("Lead it well.", "Keep it.", "Hand it on.")),))
    assert [(one.how, one.old, one.new) for one in differences(old, new)] == [
        (How.CHANGED, {"text": "Lead it."}, {"text": "Lead it well."}),
        (How.ADDED, None, {"area": "Culture", "text": "Hand it on."}),
    ]


def test_two_behaviours_of_one_descriptor_stay_two() -> None:
    """S58: Commitment and Personal Drive are described in the same words."""
    both = (BehaviourPlan("Commitment", "Keeps at it."), BehaviourPlan("Personal Drive", "Keeps at it."))
    found = differences(replace(SOUND, behaviours=both), replace(SOUND, behaviours=both[1:]))
    assert [(one.name, one.how) for one in found] == [("Commitment", How.REMOVED)]


def test_policy_components_and_tasks_are_told_apart() -> None:
    policy = replace(
        SOUND.policy, threshold_percent=80, components=(WHOLE, ComponentPlan("extra", "Extra", ("visit",)))
    )
    new = replace(SOUND, policy=policy, tasks=(TaskPlan("case-study", "Case study", 2000),))
    assert [(one.group, one.key, one.how) for one in differences(SOUND, new)] == [
        (Group.POLICY, "threshold_percent", How.CHANGED),
        (Group.POLICY, "extra", How.ADDED),
        (Group.TASKS, "case-study", How.CHANGED),
    ]
