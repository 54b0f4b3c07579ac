"""What must be true of a framework: each fault by name, and what is just right beside what is just wrong."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.kinds import FundingSource, ItemKind, Mode, PresentedTo, ResubmissionCharge, Rule
from npqh_portal.programmes.rules.faults import faults_of
from npqh_portal.programmes.rules.plans import (
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    PolicyPlan,
    SuspensionPlan,
    Totals,
    counts_of,
    totals_of,
)
from tests.programmes.plans import MODULE, SEMINAR, SOUND, WHOLE, plans

AREA, COURSE, TASK = SOUND.areas[0], SOUND.courses[0], SOUND.tasks[0]
SECOND = replace(SEMINAR, code="second-seminar", course="second")
SUSPENSION = SuspensionPlan("scholarship", date(2020, 7, 31), date(2022, 8, 31))


def changed(**parts: Any) -> Framework:
    """The sound framework with other parts, and sums and counts that fit them."""
    plan = replace(SOUND, **parts)
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    return replace(plan, **({"totals": sums, "counts": counts_of(plan)} | parts))


def faults(**parts: Any) -> list[str]:
    return [str(fault) for fault in faults_of(changed(**parts))]


def test_a_sound_framework_has_no_faults() -> None:
    assert faults() == []


def test_hours_in_person_are_counted_within_those_together() -> None:
    """S29, S30, S31: the sums of reading A of H1, from which reading B follows."""
    found = totals_of([("face_to_face", 720), ("online", 1740), ("self_study", 2160)])
    assert found == Totals(4620, 2460, 720)
    assert (found.online_minutes, found.own_time_minutes) == (1740, 2160)


def test_nothing_sums_to_nothing() -> None:
    assert totals_of([]) == Totals(0, 0, 0)


FAULTY: list[tuple[dict[str, Any], list[str]]] = [
    # Sums and counts
    ({"totals": Totals(181, 120, 120)}, ["totals.minutes: 181 is stated, and the items sum to 180."]),
    ({"totals": Totals(180, 60, 120)}, ["totals.synchronous_minutes: 60 is stated, and the items sum to 120."]),
    ({"totals": Totals(180, 120, 0)}, ["totals.in_person_minutes: 0 is stated, and the items sum to 120."]),
    ({"counts": Counts(1, 2, 1)}, ["counts.tasks: 2 are stated, and the file has 1."]),
    ({"counts": Counts(2, 1, 1)}, ["counts.areas: 2 are stated, and the file has 1."]),
    ({"counts": Counts(1, 1, 0)}, ["counts.courses: 0 are stated, and the file has 1."]),
    ({"counts": Counts(1, 1, 1, 1)}, ["counts.statements: 1 is stated, and the file has 0."]),
    ({"counts": Counts(1, 1, 1, 0, 7)}, ["counts.behaviours: 7 are stated, and the file has 0."]),
    (
        {"day_equivalents": 1, "day_minutes": 121},
        ["version.day_equivalents: 1 of 121 minutes are 121, and the items in person sum to 120."],
    ),
    # What stands twice, and where
    (
        {"items": (SEMINAR, MODULE, MODULE)},
        ["items[3].code: module stands twice. It is in items[2].code too."],
    ),
    ({"courses": (COURSE, COURSE)}, ["courses[2].code: culture stands twice. It is in courses[1].code too."]),
    ({"areas": (AREA, AREA)}, ["areas[2].number: 1 stands twice. It is in areas[1].number too."]),
    ({"tasks": (TASK, TASK)}, ["tasks[2].code: case-study stands twice. It is in tasks[1].code too."]),
    (
        {"behaviours": (BehaviourPlan("Respect", "a"), BehaviourPlan("Respect", "b"))},
        ["behaviours[2].name: Respect stands twice. It is in behaviours[1].name too."],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE, ComponentPlan("more", "More", ("webinar", "module"))))},
        ["policy.components[2].kinds: module counts twice. It is in policy.components[1].kinds too."],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE, replace(WHOLE, name="More", kinds=("webinar",))))},
        ["policy.components[2].code: all stands twice. It is in policy.components[1].code too."],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE, replace(WHOLE, code="more", kinds=("webinar",))))},
        ["policy.components[2].name: The whole course stands twice. It is in policy.components[1].name too."],
    ),
    (
        {"suspensions": (SUSPENSION, replace(SUSPENSION, to_on=None))},
        [
            "suspensions[2].from_on: scholarship is suspended from 2020-07-31 twice. "
            "It is in suspensions[1].from_on too."
        ],
    ),
    # Areas and courses
    (
        {"areas": (AREA, AreaPlan(3, "Third"), AreaPlan(2, "Second"))},
        ["areas[2].number: must be 2: areas are numbered from 1, in order."],
    ),
    (
        {"areas": (AREA, AreaPlan(12, "Twelfth"))},
        ["areas[2].number: must be 2: areas are numbered from 1, in order."],
    ),
    ({"courses": (replace(COURSE, areas=(1, 2)),)}, ["courses[1].areas: there is no area 2."]),
    ({"courses": (replace(COURSE, areas=(1, 1)),)}, ["courses[1].areas: an area is named twice."]),
    (
        {"areas": (AREA, AreaPlan(2, "Implementation", in_every_course=True))},
        ["courses[1].areas: “Culture” leaves out area 2, which belongs in every course."],
    ),
    (
        {"courses": (replace(COURSE, is_implementation=True), CoursePlan("second", "Second"))},
        ["courses[1].is_implementation: “Culture” must be the last course, or be no course of that kind."],
    ),
    (
        {"cycle": ("seminar", "reflection")},
        ["courses[1].items: “Culture” has no reflection, which the cycle brings in every course."],
    ),
    # Items and terms
    (
        {"items": (SEMINAR, replace(MODULE, term=2))},
        ["items[2].term: must be from 1 to 1, the terms of the programme."],
    ),
    (
        {"items": (SEMINAR, replace(MODULE, kind="webinar"))},
        ["items[2].kind: webinar counts in no component of the engagement policy."],
    ),
    ({"terms": 2}, ["version.terms: 2 are stated, and no item falls in term 2."]),
    (
        {"terms_least": 2},
        ["version.terms_least: 2 are the fewest, and items in person fall in 1."],
    ),
    (
        {"items": ()},
        ["items: at least one is needed.", "version.terms: 1 is stated, and no item falls in term 1."],
    ),
    # Parts and tasks
    ({"areas": (replace(AREA, part="A"),)}, ["areas[1].part: no task assesses part A."]),
    ({"tasks": (replace(TASK, part="B"),)}, ["tasks[1].part: no content area belongs to part B."]),
    ({"tasks": ()}, ["tasks: at least one assessment task is needed."]),
    (
        {"tasks": (replace(TASK, placement_days_least=9, presented_to="own_board"),)},
        [
            "tasks[1].placement_days_least: a placement belongs to a task whose plan is presented to the board of the "
            "placement school."
        ],
    ),
    # Policy
    (
        {"policy": PolicyPlan("combined", 90, ())},
        [
            "items[1].kind: seminar counts in no component of the engagement policy.",
            "items[2].kind: module counts in no component of the engagement policy.",
            "policy.components: at least one is needed.",
        ],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE,), counted_statuses=("partly", "caught_up"))},
        ["policy.counted_statuses: present must be among them."],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE,), counted_statuses=("present",))},
        ["policy.catch_up_kinds: must be empty where caught_up does not count."],
    ),
    (
        {"policy": PolicyPlan("combined", 90, (WHOLE,), catch_up_kinds=("seminar", "seminar"))},
        ["policy.catch_up_kinds: one is named twice."],
    ),
    (
        {"policy": PolicyPlan("each", 90, (WHOLE,))},
        ["policy.components[1].threshold_percent: is needed where each component stands for itself."],
    ),
    # Days, money, the document
    ({"effective_to": date(2025, 12, 31)}, ["version.effective_to: must not be before effective_from."]),
    ({"extension_months_most": 7}, ["version.extension_months_most: must be at most 6."]),  # S14
    ({"ended_on": date(2025, 12, 31)}, ["version.ended_on: must not be before effective_from."]),
    (
        {"effective_to": date(2026, 8, 31), "ended_on": date(2026, 8, 30)},
        ["version.ended_on: must not be before effective_to."],
    ),
    (
        {"suspensions": (replace(SUSPENSION, to_on=date(2020, 7, 30)),)},
        ["suspensions[1].to_on: must not be before from_on."],
    ),
    (
        {"resubmission_fee_pence": 0},
        ["version.resubmission_fee_pence: only a resubmission that may be charged for has an amount."],
    ),
    (
        {"framework_document_url": "ftp://framework.example/"},
        ["version.framework_document_url: must start with https:// or http://."],
    ),
]


@pytest.mark.parametrize(("parts", "told"), FAULTY, ids=[told[0].split(":")[0] for _, told in FAULTY])
def test_each_fault_is_told_with_its_field_and_nothing_else_is(parts: dict[str, Any], told: list[str]) -> None:
    assert faults(**parts) == told


def test_a_picture_in_a_text_is_a_fault() -> None:
    (fault,) = faults(texts=(("how", "![ridge](https://npqh.example/r.png)"),))
    assert fault == "texts.how: ![ridge] is a picture, and pages have none. Take it out."


def test_a_figure_that_does_not_exist_is_named_with_those_that_do() -> None:
    (fault,) = faults(texts=(("how", "{hours} hours, {weeks} weeks"),))
    assert fault.startswith("texts.how: {weeks} is no figure. The figures are areas, assessment_months, ")


SOUND_TOO: dict[str, dict[str, Any]] = {
    "the last start is the first day": {"effective_to": date(2026, 1, 1)},
    "the longest extension there may be": {"extension_months_most": 6},
    "it ended on the day of the last start": {"effective_to": date(2026, 8, 31), "ended_on": date(2026, 8, 31)},
    "suspended for one day": {"suspensions": (replace(SUSPENSION, to_on=SUSPENSION.from_on),)},
    "suspended until further notice": {"suspensions": (replace(SUSPENSION, to_on=None),)},
    "two sources suspended from one day": {"suspensions": (SUSPENSION, replace(SUSPENSION, source="school"))},
    "a charge without an amount": {"resubmission_charge": "discretionary"},
    "a charge with an amount": {"resubmission_charge": "discretionary", "resubmission_fee_pence": 0},
    "one day that is worth its sessions": {"day_equivalents": 1, "day_minutes": 120},
    "a cycle that each course runs through": {"cycle": ("seminar",)},
    "the last course on implementation": {
        "courses": (COURSE, CoursePlan("second", "Second", is_implementation=True)),
        "items": (SEMINAR, SECOND, MODULE),
    },
    "an area in every course": {"areas": (replace(AREA, in_every_course=True),)},
    "two behaviours with one descriptor": {
        "behaviours": (BehaviourPlan("Commitment", "Driven"), BehaviourPlan("Personal Drive", "Driven"))
    },
    "a part that is taught and assessed": {
        "areas": (replace(AREA, part="A"), AreaPlan(2, "Second")), "tasks": (replace(TASK, part="A"),),
    },
    "a placement shown to the board of its school": {
        "tasks": (replace(TASK, placement_days_least=9, presented_to="placement_board"),)
    },
    "each component for itself": {"policy": PolicyPlan("each", 90, (replace(WHOLE, threshold_percent=80),))},
    "nothing can be caught up": {
        "policy": PolicyPlan("combined", 90, (WHOLE,), counted_statuses=("present",), catch_up_kinds=())
    },
    "no threshold": {"policy": PolicyPlan("combined", 0, (WHOLE,))},
    "sessions in as many terms as there must be": {
        "terms": 2, "terms_least": 2, "items": (SEMINAR, MODULE, replace(SECOND, term=2)),
        "courses": (COURSE, CoursePlan("second", "Second")),
    },
}  # fmt: skip


@pytest.mark.parametrize("parts", SOUND_TOO.values(), ids=SOUND_TOO)
def test_what_fits_together_has_no_fault(parts: dict[str, Any]) -> None:
    assert faults(**parts) == []


@given(plan=plans())
def test_any_plan_can_be_judged_and_sums_that_are_its_own_are_never_a_fault(plan: Framework) -> None:
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    found = faults_of(replace(plan, totals=sums, counts=counts_of(plan)))
    assert [fault for fault in found if fault.where.startswith(("totals", "counts"))] == []


@given(plan=plans(), name=st.sampled_from(["minutes", "synchronous_minutes", "in_person_minutes"]), by=st.integers(1))
def test_a_sum_that_is_off_by_anything_is_always_found(plan: Framework, name: str, by: int) -> None:
    sums = totals_of((item.mode, item.minutes) for item in plan.items)
    off = replace(sums, **{name: getattr(sums, name) + by})
    assert f"totals.{name}" in [fault.where for fault in faults_of(replace(plan, totals=off))]


def test_the_words_that_rules_compare_with_are_those_of_the_kinds() -> None:
    """Rules are pure and cannot import the kinds; these are the ones they name."""
    assert ResubmissionCharge.NONE == "none"
    assert PresentedTo.PLACEMENT_BOARD == "placement_board"
    assert Mode.FACE_TO_FACE == "face_to_face"
    assert Rule.EACH == "each"
    assert "scholarship" in FundingSource
    assert "seminar" in ItemKind
