"""The operator's door: `manage.py load_programmes`."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from npqh_portal.programmes.actions import edit_draft
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.models import (
    FundingSuspension,
    Item,
    PageRevision,
    PageText,
    Programme,
    ProgrammeVersion,
)

REFORMED = (FRAMEWORKS / "npqh-reformed.toml").read_text()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    path = tmp_path / "changed.toml"
    path.write_text(REFORMED.replace('label = "2026"', 'label = "2027"'))
    return path


def reformed() -> ProgrammeVersion:
    return ProgrammeVersion.objects.get(programme__code="npqh", label="2026")


@pytest.mark.django_db
def test_the_first_versions_are_published_at_once_and_a_second_load_changes_nothing() -> None:
    call_command("load_programmes", verbosity=0)
    before = list(ProgrammeVersion.objects.values())
    call_command("load_programmes", verbosity=0)
    assert list(ProgrammeVersion.objects.values()) == before
    assert list(ProgrammeVersion.objects.values_list("programme__code", "label", "state")) == [
        ("npqh-legacy", "2017", "published"),
        ("npqh", "2026", "published"),
    ]
    assert reformed().items.count() == 50
    assert FundingSuspension.objects.get().programme.code == "npqh-legacy"
    assert PageText.objects.count() == 2 * len(PageSection)
    assert set(PageRevision.objects.values_list("number", "state")) == {(1, "published")}


@pytest.mark.django_db
def test_a_later_version_waits_as_a_draft(changed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_programmes", verbosity=0)
    call_command("load_programmes", changed)
    assert ProgrammeVersion.objects.get(label="2027").state == "draft"
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err == "NPQ in Headship 2027: a draft was made; publish it in the administration.\n"


@pytest.mark.django_db
def test_publish_publishes_the_draft_it_made(changed: Path) -> None:
    call_command("load_programmes", verbosity=0)
    call_command("load_programmes", changed, publish=True, verbosity=0)
    assert ProgrammeVersion.objects.get(label="2027").state == "published"


@pytest.mark.django_db
def test_a_published_version_is_never_edited(tmp_path: Path) -> None:
    call_command("load_programmes", verbosity=0)
    path = tmp_path / "same-label.toml"
    path.write_text(REFORMED.replace("delivery_months = 18", "delivery_months = 12"))
    with pytest.raises(CommandError, match=r"same-label.toml: .* give the changed file a new label"):
        call_command("load_programmes", path)
    assert reformed().delivery_months == 18


@pytest.mark.django_db
def test_a_draft_edited_by_hand_is_not_loaded_over(changed: Path) -> None:
    call_command("load_programmes", verbosity=0)
    call_command("load_programmes", changed, verbosity=0)
    edit_draft(ProgrammeVersion.objects.get(label="2027"), lambda plan: replace(plan, summary="Ours."), by=None)
    changed.write_text(changed.read_text().replace("delivery_months = 18", "delivery_months = 12"))
    with pytest.raises(CommandError, match="Give the changed file a new label"):
        call_command("load_programmes", changed)
    assert ProgrammeVersion.objects.get(label="2027").delivery_months == 18


# Bad input: sentences with file, line and field, and nothing half-done

BAD: dict[str, tuple[str | bytes, str]] = {
    "minutes that do not sum": (
        REFORMED.replace("minutes = 4620", "minutes = 4621"),
        r"bad.toml, line \d+, totals.minutes: 4621 is stated, and the items sum to 4620.",
    ),
    "a missing task": (
        REFORMED[: REFORMED.index("[[tasks]]")] + REFORMED[REFORMED.index("[texts]") :],
        r"bad.toml, line \d+, counts.tasks: 1 is stated, and the file has 0.",
    ),
    "an unknown key": (
        REFORMED.replace("terms = 5", "colour = 1\nterms = 5"),
        r"bad.toml, line \d+, version.colour: is not a field of a framework file.",
    ),
    "a duplicate code": (
        REFORMED.replace('"needs-task"', '"culture-task"'),
        r"bad.toml, line \d+, courses\[3\].items\[5\].code: culture-task stands twice. "
        r"It is in line \d+, courses\[1\].items\[5\].code too.",
    ),
    "a wrong type": (
        REFORMED.replace("word_limit = 1500", 'word_limit = "1500"'),
        r"bad.toml, line \d+, tasks\[1\].word_limit: must be a whole number, 0 or more.",
    ),
    "bytes that are not UTF-8": (
        REFORMED.replace("School culture", "École", 1).encode("cp1252", errors="replace"),
        r"bad.toml, line \d+: byte \d+ of the file is not UTF-8.",
    ),
    "a syntax error": (
        REFORMED.replace("terms = 5", "terms = five"),
        r"bad.toml, line \d+, column 9: this is not TOML: Invalid value.",
    ),
}


@pytest.mark.django_db
@pytest.mark.parametrize(("content", "sentence"), BAD.values(), ids=BAD)
def test_one_faulty_file_is_told_and_keeps_all_out(
    content: str | bytes, sentence: str, changed: Path, tmp_path: Path
) -> None:
    bad = tmp_path / "bad.toml"
    bad.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(CommandError) as refusal:
        call_command("load_programmes", changed, bad)
    assert re.search(f"^{sentence}$", str(refusal.value), re.MULTILINE)
    assert not Programme.objects.exists()
    assert not Item.objects.exists()


@pytest.mark.django_db
def test_a_refusal_undoes_the_files_before_it(changed: Path, tmp_path: Path) -> None:
    other = tmp_path / "other-name.toml"
    other.write_text(REFORMED.replace('name = "NPQ in Headship"', 'name = "NPQ in Ships"'))
    with pytest.raises(CommandError, match=r"other-name.toml: There is a programme npqh already"):
        call_command("load_programmes", changed, other)
    assert not Programme.objects.exists()


def test_check_needs_no_database_and_says_how_many(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("load_programmes", check=True)
    assert capsys.readouterr() == ("2 in order.\n", "")


def test_check_tells_the_faults_of_every_file(tmp_path: Path) -> None:
    one, two = tmp_path / "one.toml", tmp_path / "two.toml"
    one.write_text(REFORMED.replace("minutes = 4620", "minutes = 4621"))
    two.write_text(REFORMED.replace("terms = 5", "terms = five"))
    with pytest.raises(CommandError) as refusal:
        call_command("load_programmes", one, two, check=True)
    assert [line.split(",")[0] for line in str(refusal.value).splitlines()] == ["one.toml", "two.toml"]
    assert refusal.value.returncode == 1


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere.toml: No such file or directory"):
        call_command("load_programmes", tmp_path / "nowhere.toml", check=True)
