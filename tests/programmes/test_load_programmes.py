"""The operator's door: `manage.py load_programmes`."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.models import Item, ProgrammeVersion

REFORMED = (FRAMEWORKS / "npqh-reformed.toml").read_text()


@pytest.fixture
def changed(tmp_path: Path) -> Path:
    path = tmp_path / "changed.toml"
    path.write_text(REFORMED.replace('label = "2026"', 'label = "2027"'))
    return path


@pytest.mark.django_db
def test_the_first_version_is_published_at_once_and_a_second_load_changes_nothing() -> None:
    call_command("load_programmes", verbosity=0)
    call_command("load_programmes", verbosity=0)
    version = ProgrammeVersion.objects.get()
    assert (version.programme.code, version.state) == ("npqh", "published")
    assert version.items.count() == 50


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
    path.write_text(REFORMED.replace("terms = 5", "terms = 6"))
    with pytest.raises(CommandError, match="give the changed file a new label"):
        call_command("load_programmes", path)
    assert ProgrammeVersion.objects.get().terms == 5


@pytest.mark.django_db
def test_one_faulty_file_keeps_all_out(changed: Path, tmp_path: Path) -> None:
    faulty = tmp_path / "faulty.toml"
    faulty.write_text(REFORMED.replace("minutes = 4620", "minutes = 4621"))
    with pytest.raises(CommandError, match=r"faulty.toml: totals.minutes: 4621 is stated, and the items sum to 4620"):
        call_command("load_programmes", changed, faulty)
    assert not Item.objects.exists()


def test_check_needs_no_database(changed: Path) -> None:
    call_command("load_programmes", changed, check=True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere.toml: No such file or directory"):
        call_command("load_programmes", tmp_path / "nowhere.toml", check=True)
