"""Framework files: read whole, or refused with every fault, its line and its field."""

from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.errors import FrameworkFaulty
from npqh_portal.programmes.kinds import (
    AssessedBy,
    FundingSource,
    ItemKind,
    Mode,
    PageSection,
    ResubmissionCharge,
    Rule,
    Unit,
)
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.readers import read_framework
from npqh_portal.programmes.readers.frameworks import read_policy
from npqh_portal.programmes.rules.plans import (
    FIGURES,
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    ItemPlan,
    PolicyPlan,
    SuspensionPlan,
    TaskPlan,
    Totals,
)
from npqh_portal.programmes.rules.texts import FIGURE_NAMES

REFORMED = (FRAMEWORKS / "npqh-reformed.toml").read_text()
LEGACY = (FRAMEWORKS / "npqh-legacy.toml").read_text()


def told(content: bytes) -> list[str]:
    """The faults of a file, none if it is read."""
    try:
        read_framework(content, "f.toml")
    except FrameworkFaulty as refusal:
        return refusal.faults
    return []


def faults(text: str) -> list[str]:
    return told(text.encode())


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


def line_of(text: str, snippet: str) -> int:
    """The line on which the snippet's first occurrence begins."""
    return text.count("\n", 0, text.index(snippet)) + 1


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("terms = 5", "colour = 1\nterms = 5", "version.colour: is not a field of a framework file."),
        ("[totals]", "[sums]", "sums: is not a field of a framework file."),
        ('rule = "combined"', 'mercy = 1\nrule = "combined"', "policy.mercy: is not a field of a framework file."),
        ('framework = "reformed"', 'label = "x"\nframework = "reformed"', "programme.label: is not a field of a"),
        ("terms = 5", 'terms = "5"', "version.terms: must be a whole number, 0 or more."),
        ("terms = 5", "terms = true", "version.terms: must be a whole number, 0 or more."),
        ("terms = 5", "terms = 0", "version.terms: must be above 0."),
        ("terms = 5", "terms = 40000", "version.terms: must be from 0 to 1000."),
        ("fee_pence = 0", "fee_pence = -1", "version.fee_pence: must be a whole number, 0 or more."),
        ("fee_pence = 0", "fee_pence = 2_147_483_648", "version.fee_pence: must be 2,147,483,647 at most."),
        ("word_limit = 1500", "word_limit = 3_000_000_000", "tasks[1].word_limit: must be 2,147,483,647 at most."),
        ("gates_sitting = false", "gates_sitting = 0", "policy.gates_sitting: must be true or false."),
        (
            "effective_from = 2021-09-01",
            "effective_from = 2021-09-01T00:00:00Z",
            "version.effective_from: must be a date like 2026-09-01.",
        ),
        ("areas = [1, 4, 8]", 'areas = ["1"]', "courses[1].areas: must be a list of whole numbers."),
        ('cycle = ["module",', 'cycle = ["modul",', "version.cycle: modul is none of conference, drop_in, "),
        ('assessed_by = "provider"', 'assessed_by = "us"', "version.assessed_by: us is none of external, provider."),
        ("threshold_percent = 90", "threshold_percent = 101", "policy.threshold_percent: must be from 0 to 100."),
        (
            'rule = "combined"',
            'counted_statuses = ["late"]\nrule = "combined"',
            "policy.counted_statuses: late is none of authorised, caught_up, partly, present.",
        ),
        (
            'rule = "combined"',
            'catch_up_kinds = ["module"]\nrule = "combined"',
            "policy.catch_up_kinds: module is none of conference, drop_in, seminar, webinar.",
        ),
        ('rule = "combined"', 'rule = "any"', "policy.rule: any is none of combined, each."),
        ('{ code = "culture-task"', '{ code = "Culture Task"', "courses[1].items[5].code: must be small"),
        ('{ code = "culture-task"', '{ after = "", code = "culture-task"', "courses[1].items[5].after: is not a"),
        ('{ code = "culture-task"', '{ term = 0, code = "culture-task"', "courses[1].items[5].term: must be above 0."),
        ('after = "needs"', 'after = "knees"', "items[3].after: there is no course knees."),
        ('after = "needs"', 'course = "needs"', "items[3].course: is not a field of a framework file."),
        ('title = "Case study"', 'title = " "', "tasks[1].title: must not be empty."),
        ('title = "Case study"', f'title = "{"x" * 81}"', "tasks[1].title: must have 80 characters at most."),
        ('title = "Case study"', 'title = "\\u0000"', "tasks[1].title: must be text, in quotes."),
        ('title = "Case study"', 'part = "a"\ntitle = "Case study"', "tasks[1].part: must be one capital letter."),
        ("word_limit = 1500", "word_limit = 0", "tasks[1].word_limit: must be above 0."),
        ('benefits = """', 'sizzle = """', "texts.sizzle: is no section of a page."),
        ('contact = """', 'contact = 1\nquestions = """', "texts.contact: must be text, in quotes."),
    ],
)  # fmt: skip
def test_each_fault_is_told_with_its_file_line_and_field(was: str, becomes: str, fault: str) -> None:
    assert was in REFORMED
    faulty = REFORMED.replace(was, becomes, 1)
    line = line_of(faulty, becomes)
    told = [one for one in faults(faulty) if one.startswith(f"f.toml, line {line}, {fault}")]
    assert len(told) == 1


def test_a_field_that_is_missing_is_told_with_the_line_of_its_table() -> None:
    faulty = REFORMED.replace("word_limit = 1500", "").replace(', minutes = 60, mode = "self_study" }', " }", 1)
    assert faults(faulty) == [
        f"f.toml, line {line_of(faulty, 'culture-task')}, courses[1].items[5].minutes: is missing.",
        f"f.toml, line {line_of(faulty, 'culture-task')}, courses[1].items[5].mode: is missing.",
        f"f.toml, line {line_of(faulty, '[[tasks]]')}, tasks[1].word_limit: is missing.",
    ]


def test_what_a_whole_table_is_missing_has_no_line() -> None:
    assert "f.toml, version.label: is missing." in faults("[programme]\ncode = 'npqh'\n")
    assert faults("")[0] == "f.toml, programme.code: is missing."


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("[[version]]", "f.toml, line 1, version: must be a table."),
        ("totals = 3", "f.toml, line 1, totals: must be a table."),
        ("\n[courses]", "f.toml, line 2, courses: must be a list of tables."),
        ("tasks = [1]", "f.toml, line 1, tasks: must be a list of tables."),
        ("[policy]\ncomponents = 1", "f.toml, line 2, policy.components: must be a list of tables."),
        ("[[courses]]\ncode = 'a'\nitems = {}", "f.toml, line 3, courses[1].items: must be a list of tables."),
    ],
)
def test_a_table_is_a_table_and_a_list_a_list(text: str, fault: str) -> None:
    assert fault in faults(text)


def test_all_faults_are_told_at_once_in_the_order_of_the_file() -> None:
    twice = REFORMED.replace("terms = 5", "", 1).replace("word_limit = 1500", 'word_limit = "many"')
    assert faults(twice) == [
        f"f.toml, line {line_of(twice, '[version]')}, version.terms: is missing.",
        f"f.toml, line {line_of(twice, 'word_limit')}, tasks[1].word_limit: must be a whole number, 0 or more.",
    ]


def test_a_faulty_field_hides_neither_what_stands_twice_nor_sums_nor_counts() -> None:
    faulty = (
        REFORMED.replace("delivery_months = 18", "delivery_months = 0")
        .replace('code = "needs-task"', 'code = "culture-task"')
        .replace("minutes = 180", "minutes = 181", 1)
        .replace("areas = 10", "areas = 11")
    )
    assert [fault.split(", ", 2)[2] for fault in faults(faulty)] == [
        "version.delivery_months: must be above 0.",
        "totals.minutes: 4620 is stated, and the items sum to 4621.",
        "totals.synchronous_minutes: 2460 is stated, and the items sum to 2461.",
        "counts.areas: 11 are stated, and the file has 10.",
        "courses[3].items[5].code: culture-task stands twice. "
        f"It is in line {line_of(faulty, 'culture-task')}, courses[1].items[5].code too.",
    ]


def test_a_row_that_lacks_a_field_is_still_counted_and_known_by_its_code() -> None:
    start = REFORMED.index("[[tasks]]")
    task = REFORMED[start : REFORMED.index("[texts]")]
    faulty = REFORMED[:start] + task + task.replace("word_limit = 1500", "") + REFORMED[REFORMED.index("[texts]") :]
    told = [fault.split(", ", 2)[2].split(" It is in")[0] for fault in faults(faulty)]
    assert told == [
        "counts.tasks: 1 is stated, and the file has 2.",
        "tasks[2].word_limit: is missing.",
        "tasks[2].code: case-study stands twice.",
    ]


@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("minutes = 180", "minutes = 0", "minutes: must be above 0."),
        ('code = "culture-task"', 'code = "Culture"', "courses[1].items[5].code: must be small letters"),
        ("areas = 10", 'areas = "10"', "counts.areas: must be a whole number, 0 or more."),
        ("number = 2", "number = 0", "areas[2].number: must be above 0."),
        ("terms = 5", "terms = 0", "version.terms: must be above 0."),
    ],
)
def test_what_only_follows_from_a_faulty_field_is_not_told(was: str, becomes: str, fault: str) -> None:
    (told,) = faults(REFORMED.replace(was, becomes, 1))
    assert fault in told


# What does not fit together


def test_minutes_that_do_not_sum_are_told_with_the_line_of_the_sum() -> None:
    faulty = REFORMED.replace("minutes = 180", "minutes = 181", 1)
    assert faults(faulty) == [
        f"f.toml, line {line_of(faulty, 'minutes = 4620')}, totals.minutes: 4620 is stated, and the items sum to 4621.",
        f"f.toml, line {line_of(faulty, 'synchronous_minutes')}, totals.synchronous_minutes: "
        "2460 is stated, and the items sum to 2461.",
    ]


def test_a_missing_task_is_told_with_the_line_of_the_count() -> None:
    start = LEGACY.index('[[tasks]]\ncode = "placement"')
    faulty = LEGACY[:start] + LEGACY[LEGACY.index("[[suspensions]]") :]
    assert f"f.toml, line {line_of(faulty, 'tasks = 2')}, counts.tasks: 2 are stated, and the file has 1." in faults(
        faulty
    )


def test_a_code_that_stands_twice_is_told_with_both_lines() -> None:
    faulty = REFORMED.replace('code = "needs-task"', 'code = "culture-task"')
    first, second = line_of(faulty, '"culture-task"'), line_of(faulty, '"culture-task", title = "Follow one pupil')
    assert first < second
    assert faults(faulty) == [
        f"f.toml, line {second}, courses[3].items[5].code: culture-task stands twice. "
        f"It is in line {first}, courses[1].items[5].code too."
    ]


def test_items_of_no_course_are_named_as_they_stand_in_the_file() -> None:
    faulty = REFORMED.replace(
        'kind = "drop_in"\nminutes = 60\nmode = "online"\nterm = 5',
        'kind = "drop_in"\nminutes = 60\nmode = "online"\nterm = 6',
    )
    assert faults(faulty) == [
        f"f.toml, line {line_of(faulty, 'term = 6')}, items[5].term: must be from 1 to 5, the terms of the programme."
    ]


def test_an_item_falls_in_the_term_of_its_course_unless_it_says() -> None:
    terms = {item.code: item.term for item in read_framework(REFORMED.encode(), "f.toml").items}
    assert terms["development-study-1"] == 3
    assert terms["implementation-study-1"] == 4
    assert terms["implementation-seminar"] == 5
    assert terms["conference-opening"] == 1


# What is not TOML, or not text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[version]\nlabel = npqh\n", "f.toml, line 2, column 9: this is not TOML: Invalid value."),
        ("[version]\na = 1\na = 2\n", "f.toml, line 3, column 6: this is not TOML: Cannot overwrite a value."),
        ("[version]\n\na =", "f.toml, line 3: this is not TOML: Invalid value."),
    ],
)  # fmt: skip
def test_a_slip_in_toml_is_told_with_its_line(text: str, told: str) -> None:
    assert faults(text) == [told]


def test_a_number_too_long_to_be_read_is_told_with_its_line() -> None:
    assert faults("[version]\n\na = " + "9" * 5000) == ["f.toml, line 3: a number has too many digits to be read."]


@pytest.mark.parametrize("nested", ["[" * 5000, "[" * 5000 + "]" * 5000, "{a=" * 5000])
def test_brackets_too_deep_in_one_another_are_told_with_their_line(nested: str) -> None:
    assert faults(f"[version]\nb = [1]\na = {nested}\n") == [
        "f.toml, line 3: brackets stand too deep in one another to be read."
    ]


def test_bytes_that_are_not_text_are_told_with_their_line() -> None:
    content = REFORMED.encode().replace(b"School culture", b"School cultur\xe9", 1)
    line, byte = line_of(REFORMED, "School culture"), content.index(b"\xe9")
    with pytest.raises(FrameworkFaulty) as refusal:
        read_framework(content, "f.toml")
    assert str(refusal.value) == f"f.toml, line {line}: byte {byte} of the file is not UTF-8."


@pytest.mark.parametrize("change", [lambda text: "\ufeff" + text, lambda text: text.replace("\n", "\r\n")])
def test_a_byte_order_mark_and_the_line_ends_of_windows_change_nothing(change: Callable[[str], str]) -> None:
    plain = read_framework(REFORMED.encode(), "f.toml")
    assert read_framework(change(REFORMED).encode(), "f.toml") == plain


@given(
    cut=st.integers(0, len(REFORMED)),
    extra=st.sampled_from(["", "\n", "x", "= 1", "]", '"', "{", "\n[a]\n", "\n[[items]]\n"]),
)
def test_a_file_cut_anywhere_is_read_or_refused_with_sentences(cut: int, extra: str) -> None:
    content = (REFORMED[:cut] + extra + REFORMED[cut + 40 :]).encode()
    assert all(fault.startswith("f.toml, ") for fault in told(content))


# The documentation

GUIDE = (Path(__file__).resolve().parents[2] / "docs" / "frameworks.md").read_text()


@pytest.mark.parametrize(
    "plan",
    [AreaPlan, BehaviourPlan, CoursePlan, ItemPlan, PolicyPlan, ComponentPlan, TaskPlan, SuspensionPlan],
    ids=lambda plan: plan.__name__,
)
def test_every_field_of_a_table_is_documented(plan: type[Any]) -> None:
    beside = {"course"}  # where an item stands
    assert [name for name in _names(plan) - beside if f"`{name}`" not in GUIDE] == []


def test_every_figure_of_a_version_and_every_choice_is_documented() -> None:
    choices = [*ItemKind, *Mode, *Rule, *Unit, *AssessedBy, *ResubmissionCharge, *FundingSource, *PageSection]
    names = {*FIGURES, "cycle", "label", *FIGURE_NAMES, *(choice.value for choice in choices)}
    sums = {*(f"totals.{name}" for name in _names(Totals)), *(f"counts.{name}" for name in _names(Counts))}
    assert [name for name in names | sums if f"`{name}`" not in GUIDE] == []


def _names(plan: type[Any]) -> set[str]:
    return {column.name for column in fields(plan)}


# --- policies to start from ------------------------------------------------------------------------

WORKED = """
[about]
title = "By minutes"
summary = "Everything together."
[policy]
rule = "combined"
threshold_percent = 90
[[policy.components]]
code = "all"
name = "All"
kinds = ["seminar"]
"""


def test_a_policy_stands_in_a_file_of_its_own_with_what_is_said_of_it() -> None:
    worked = read_policy(WORKED.encode(), "by-minutes.toml")
    assert (worked.title, worked.summary, worked.policy.components[0].kinds) == (
        "By minutes", "Everything together.", ("seminar",),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("was", "is_now", "fault"),
    [
        ('title = "By minutes"\n', "", "by-minutes.toml, line 2, about.title: is missing."),
        ("[about]", "[items]\n[about]", "by-minutes.toml, line 2, items: is not a field of a framework file."),
        ("90", "101", "by-minutes.toml, line 7, policy.threshold_percent: must be from 0 to 100."),
        (
            '"combined"',
            '"each"',
            "by-minutes.toml, line 8, policy.components[1].threshold_percent: is needed where each component stands "
            "for itself.",
        ),
    ],
)
def test_each_fault_of_such_a_file_is_told_with_its_line(was: str, is_now: str, fault: str) -> None:
    with pytest.raises(FrameworkFaulty) as refusal:
        read_policy(WORKED.replace(was, is_now).encode(), "by-minutes.toml")
    assert refusal.value.faults == [fault]
