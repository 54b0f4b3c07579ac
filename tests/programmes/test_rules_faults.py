"""What must be true of a framework."""

from dataclasses import replace
from datetime import date

import pytest

from npqh_portal.programmes.rules.faults import faults_of
from npqh_portal.programmes.rules.plans import (
    ComponentPlan,
    CoursePlan,
    Framework,
    PolicyPlan,
    Totals,
    totals_of,
)
from tests.programmes.plans import MODULE, SEMINAR, SOUND, WHOLE


def faults(plan: Framework) -> list[str]:
    return [str(fault) for fault in faults_of(plan)]


def test_a_sound_framework_has_no_faults() -> None:
    assert faults(SOUND) == []


def test_hours_in_person_are_counted_within_those_together() -> None:
    # S31 T51
    found = totals_of([("face_to_face", 720), ("online", 1740), ("self_study", 2160)])
    assert found == Totals(4620, 2460, 720)
    assert (found.online_minutes, found.own_time_minutes) == (1740, 2160)


def test_nothing_sums_to_nothing() -> None:
    assert totals_of([]) == Totals(0, 0, 0)


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (replace(SOUND, totals=Totals(181, 120, 120)), "totals.minutes: 181 is stated, and the items sum to 180."),
        (
            replace(SOUND, totals=Totals(180, 60, 120)),
            "totals.synchronous_minutes: 60 is stated, and the items sum to 120.",
        ),
        (
            replace(SOUND, totals=Totals(180, 120, 0)),
            "totals.in_person_minutes: 0 is stated, and the items sum to 120.",
        ),
        (
            replace(SOUND, totals=Totals(360, 240, 240), items=(SEMINAR, MODULE, SEMINAR, MODULE)),
            "items: code seminar stands 2 times.",
        ),
        (replace(SOUND, courses=SOUND.courses * 2), "courses: code culture stands 2 times."),
        (replace(SOUND, areas=SOUND.areas * 2), "areas: number 1 stands 2 times."),
        (replace(SOUND, tasks=SOUND.tasks * 2), "tasks: code case-study stands 2 times."),
        (replace(SOUND, tasks=()), "tasks: at least one assessment task is needed."),
        (replace(SOUND, items=(), totals=Totals()), "items: at least one is needed."),
        (replace(SOUND, courses=(CoursePlan("culture", "Culture", (1, 2)),)), "courses[1].areas: there is no area 2."),
        (
            replace(SOUND, effective_to=date(2025, 12, 31)),
            "version.effective_to: must not be before effective_from.",
        ),
        (replace(SOUND, policy=PolicyPlan("combined", 90, ())), "policy.components: at least one is needed."),
        (
            replace(SOUND, policy=PolicyPlan("combined", 90, (WHOLE, ComponentPlan("more", "More", ("module",))))),
            "policy.components: kinds module stands 2 times.",
        ),
        (
            replace(SOUND, policy=PolicyPlan("each", 90, (WHOLE,))),
            "policy.components[1].threshold_percent: is needed where each component stands for itself.",
        ),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_field(plan: Framework, fault: str) -> None:
    assert fault in faults(plan)
