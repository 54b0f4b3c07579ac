"""Framework files: read whole, or refused with every fault and its field."""

from pathlib import Path

import pytest

from npqh_portal.programmes.errors import FrameworkFaulty
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.rules.plans import Totals

REFORMED = (FRAMEWORKS / "npqh-reformed.toml").read_text()


def faults(text: str) -> list[str]:
    with pytest.raises(FrameworkFaulty) as refusal:
        read_framework(text.encode(), "f.toml")
    return refusal.value.faults


@pytest.mark.parametrize("path", sorted(FRAMEWORKS.glob("*.toml")), ids=lambda path: path.name)
def test_every_framework_of_ours_is_sound(path: Path) -> None:
    read_framework(path.read_bytes(), path.name)


def test_the_reformed_npqh_is_77_hours_of_which_41_together_and_12_in_person() -> None:
    plan = read_framework(REFORMED.encode(), "npqh-reformed.toml")
    assert plan.totals == Totals(77 * 60, 41 * 60, 12 * 60)
    assert (plan.delivery_months, plan.assessment_months, plan.extension_months_most, plan.terms) == (18, 3, 6, 5)
    assert len(plan.areas) == 10
    assert (plan.policy.rule, plan.policy.threshold_percent) == ("combined", 90)
    assert [(task.word_limit, task.window_days, task.attempts_most) for task in plan.tasks] == [(1500, 8, 2)]


def test_each_course_of_it_studies_tries_meets_and_reflects_and_considers_implementation() -> None:
    plan = read_framework(REFORMED.encode(), "npqh-reformed.toml")
    for course in plan.courses:
        kinds = [item.kind for item in plan.items if item.course == course.code]
        assert kinds[0] == "module"
        assert kinds.index("formative_task") < kinds.index("seminar") < kinds.index("reflection")
        assert 8 in course.areas
    assert [course.code for course in plan.courses if course.is_implementation] == [plan.courses[-1].code]
    assert {item.course for item in plan.items if item.kind == "practical_cycle"} == {plan.courses[-1].code}
    assert {item.kind for item in plan.items} >= {"seminar", "module", "conference", "practical_cycle"}


def test_items_of_no_course_stand_where_they_say() -> None:
    codes = [item.code for item in read_framework(REFORMED.encode(), "f.toml").items]
    assert codes[0] == "conference-opening"
    assert codes[codes.index("needs-reflection") + 1] == "conference-midway"
    assert codes[-2:] == ["conference-closing", "drop-in-assessment"]


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("terms = 5", "terms = 5\ncolour = 1", "f.toml: version.colour: is not a field of a framework file."),
        ("[totals]", "[sums]", "f.toml: sums: is not a field of a framework file."),
        ("terms = 5", "", "f.toml: version.terms: is missing."),
        ("terms = 5", 'terms = "5"', "f.toml: version.terms: must be a whole number, 0 or more."),
        ("terms = 5", "terms = true", "f.toml: version.terms: must be a whole number, 0 or more."),
        ("fee_pence = 0", "fee_pence = -1", "f.toml: version.fee_pence: must be a whole number, 0 or more."),
        ("gates_sitting = false", "gates_sitting = 0", "f.toml: policy.gates_sitting: must be true or false."),
        (
            "effective_from = 2026-01-01",
            "effective_from = 2026-01-01T00:00:00Z",
            "f.toml: version.effective_from: must be a date like 2026-09-01.",
        ),
        ("areas = [1, 4, 8]", 'areas = ["1"]', "f.toml: courses[1].areas: must be a list of whole numbers."),
        (
            "threshold_percent = 90",
            "threshold_percent = 101",
            "f.toml: policy.threshold_percent: must be a percentage from 1 to 100.",
        ),
        ('rule = "combined"', 'rule = "any"', "f.toml: policy.rule: any is none of combined, each."),
        (
            'code = "culture-task"',
            'code = "Culture Task"',
            "f.toml: courses[1].items[5].code: must be small letters, digits and hyphens, 40 at most.",
        ),
        ('after = "needs"', 'after = "knees"', "f.toml: items[3].after: there is no course knees."),
        ('after = "needs"', 'course = "needs"', "f.toml: items[3].course: is not a field of a framework file."),
        ('title = "Case study"', 'title = ""', "f.toml: tasks[1].title: must have from 1 to 80 characters."),
        ("[totals]", "[[totals]]", "f.toml: totals: must be a table."),
        ("word_limit = 1500", "word_limit = 0", "f.toml: tasks[1].word_limit: must be above 0."),
    ],
)  # fmt: skip
def test_each_fault_is_named_with_its_file_and_field(was: str, becomes: str, fault: str) -> None:
    assert was in REFORMED
    assert fault in faults(REFORMED.replace(was, becomes, 1))


def test_all_faults_are_told_at_once() -> None:
    twice = REFORMED.replace("terms = 5", "").replace("word_limit = 1500", 'word_limit = "many"')
    assert faults(twice) == [
        "f.toml: tasks[1].word_limit: must be a whole number, 0 or more.",
        "f.toml: version.terms: is missing.",
    ]


def test_a_slip_in_toml_names_its_line() -> None:
    (fault,) = faults("[programme]\ncode = npqh\n")
    assert fault.startswith("f.toml: ")
    assert "line 2" in fault


def test_bytes_that_are_not_text_are_refused() -> None:
    with pytest.raises(FrameworkFaulty) as refusal:
        read_framework(b"\xff\xfe", "f.toml")
    assert str(refusal.value) == "f.toml: byte 0 is not UTF-8."
