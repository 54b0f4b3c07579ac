"""`manage.py facts`, and what it must be able to say of this portal."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from pytest_django import Settings

from npqh_portal.home.management.commands.facts import (
    Fact,
    ids_in,
    mentions,
    pins_in_tests,
    pins_in_toml,
    read_facts,
)

SOURCE = '''
"""About S20."""

import pytest


class TestWindows:
    """T12, and T53 to T55."""

    def test_one(self):
        pass

    def helper(self):
        """S30"""


# S31 stands outside
@pytest.mark.parametrize("number", [pytest.param(1, id="S32")])
# S33 stands between
def test_s34_by_name(number):
    """Not S350, and not XS36."""
    # S37 stands within
    assert number != "S38"


async def test_late_t1():
    text = "# S39"
'''
FRAMEWORK = '''
label = "# S1"          # S2
[totals]                # no id
minutes = 4620          # S29: 77 hours, S30-S31
text = """
# S3 is a heading
"""
letter = '# S4'  # S5
'''

# Not in the decorator, where they would pin.
TEXTS = [
    ("S1, (T12) and S92.", {"S1", "T12", "S92"}),
    ("S14 is not the first of all", {"S14"}),
    ("AS1, S1a, S100, S0, s1, P1", set()),
    ("S16 to S19", {"S16", "S17", "S18", "S19"}),
    ("S49–S51 and T8-T9", {"S49", "S50", "S51", "T8", "T9"}),
    ("S1 to T2", {"S1", "T2"}),
]


@pytest.fixture(scope="module")
def facts() -> list[Fact]:
    return read_facts(settings.BASE_DIR)


@pytest.fixture
def a_project(tmp_path: Path) -> Path:
    for name in ("docs", "tests", "npqh_portal/programmes/frameworks", "npqh_portal/programmes/migrations", "cohorts"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "docs/facts.toml").write_text(
        'S1 = { area = "programme", fact = "One." }\nS2 = { area = "page", kind = "content", fact = "Two." }\n'
    )
    (tmp_path / "tests/test_it.py").write_text("def test_it() -> None:\n    # S1\n    assert 1\n")
    (tmp_path / "npqh_portal/programmes/frameworks/a.toml").write_text("a = 1\nb = 2  # S1\n")
    (tmp_path / "npqh_portal/programmes/migrations/0001.py").write_text("# S2\n")
    (tmp_path / "cohorts/rules.py").write_text('"""Rules.\n\nOf S2.\n"""\n')
    return tmp_path


@pytest.mark.parametrize(("text", "ids"), TEXTS)
def test_ids_are_whole_words_and_ranges_name_all_between(text: str, ids: set[str]) -> None:
    assert ids_in(text) == ids


def test_a_test_pins_what_its_name_docstring_decorators_and_comments_name() -> None:
    assert dict(pins_in_tests(SOURCE)) == {
        "TestWindows::test_one": {"S20", "T12", "T53", "T54", "T55"},
        "test_s34_by_name": {"S20", "S32", "S33", "S34", "S37"},
        "test_late_t1": {"S20", "T1"},
    }


def test_a_framework_pins_in_comments_and_not_in_texts() -> None:
    pinned = {place: ids for place, ids in pins_in_toml(FRAMEWORK) if ids}
    assert pinned == {"2": {"S2"}, "4": {"S29", "S30", "S31"}, "8": {"S5"}}


def test_any_line_of_code_mentions() -> None:
    assert [place for place, ids in mentions('"""A.\n\nOf T13."""\nx = 1  # T13') if ids] == ["3", "4"]


def test_a_fact_knows_its_tests_its_data_and_where_else_it_stands(a_project: Path) -> None:
    assert read_facts(a_project) == [
        Fact(
            "S1",
            "One.",
            "programme",
            "",
            tests=["tests/test_it.py::test_it"],
            data=["npqh_portal/programmes/frameworks/a.toml:2"],
            also=[],
        ),
        Fact("S2", "Two.", "page", "content", tests=[], data=[], also=["cohorts/rules.py:3"]),
    ]


def test_it_prints_each_fact_with_its_pins_and_last_those_without(
    a_project: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_DIR = a_project
    call_command("facts")
    assert capsys.readouterr().out.splitlines() == [
        "S1  One.",
        "      tests/test_it.py::test_it",
        "      npqh_portal/programmes/frameworks/a.toml:2",
        "S2  Two.",
        "      also cohorts/rules.py:3",
        "",
        "Pinned by nothing: 1.",
        "  S2",
        "Pinned by tests: 1.",
        "  S1",
    ]
    call_command("facts", "S2", json=True)
    assert [row["id"] for row in json.loads(capsys.readouterr().out)] == ["S2"]
    with pytest.raises(CommandError, match=r"docs/facts.toml has no S7, T61\."):
        call_command("facts", "S1", "S7", "T61")


def test_what_is_only_words_so_far_is_never_called_pinned(a_project: Path) -> None:
    path = a_project / "docs/facts.toml"
    path.write_text(path.read_text().replace('area = "programme",', 'area = "support", kind = "to come",'))
    assert [(fact.id, fact.held_by) for fact in read_facts(a_project)] == [
        ("S1", "Only words so far"),
        ("S2", "Pinned by nothing"),
    ]


def test_missing_fails_only_for_a_fact_of_a_programme_without_a_test(
    a_project: Path, settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    settings.BASE_DIR = a_project
    call_command("facts", missing=True)
    assert capsys.readouterr().out.startswith("S2  Two.\n")
    # A line of data alone is no test.
    (a_project / "tests/test_it.py").unlink()
    with pytest.raises(CommandError, match="A fact of a programme has no test") as failed:
        call_command("facts", missing=True)
    assert failed.value.returncode == 1


def test_every_fact_is_listed_once_and_in_order(facts: list[Fact]) -> None:
    assert [fact.id for fact in facts] == [f"S{n}" for n in range(1, 93)] + [f"T{n}" for n in range(1, 61)]
    assert len({fact.fact for fact in facts}) == len(facts)


def test_every_programme_and_page_fact_is_pinned_by_a_test(facts: list[Fact]) -> None:
    assert [fact.id for fact in facts if fact.area in {"programme", "page"} and not fact.tests] == []


@pytest.mark.parametrize(
    ("pattern", "pins"), [("tests/**/test_*.py", pins_in_tests), ("npqh_portal/**/*.toml", pins_in_toml)]
)
def test_nothing_names_a_fact_that_there_is_not(
    facts: list[Fact], pattern: str, pins: Callable[[str], list[tuple[str, set[str]]]]
) -> None:
    known = {fact.id for fact in facts}
    strangers = {
        f"{path.name}: {name}"
        for path in settings.BASE_DIR.glob(pattern)
        for _, ids in pins(path.read_text())
        for name in ids - known
    }
    assert strangers == set()
