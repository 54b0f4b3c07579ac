"""The operator's doors: `manage.py import_schools` and `manage.py import_eligibility_list`."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from npqh_portal.schools.models import EligibilityList, School, SchoolImport, SchoolLink

from .files import a_list, a_row, an_extract, links

pytestmark = pytest.mark.django_db

GOOD = an_extract([a_row("900001"), a_row("900002", status="2")])


def run(capsys: pytest.CaptureFixture[str], *arguments: Any) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    status = 0
    try:
        call_command(*arguments)
    except CommandError as error:
        status = error.returncode
    told = capsys.readouterr()
    return status, told.out, told.err


def file(folder: Path, content: bytes, name: str = "extract.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_the_result_is_told_apart_from_the_progress(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linked = file(tmp_path, links(("900002", "900001", "Successor", "")), "links.csv")
    status, out, err = run(capsys, "import_schools", file(tmp_path, GOOD), "--links", linked)
    assert (status, out) == (
        0,
        "2 created, 0 updated, 0 unchanged, 0 rejected.\nLinks: 1 added, 0 updated, 0 removed, 0 unchanged.\n",
    )
    assert err == "Reading extract.csv …\n2 rows read. Comparing …\nWriting …\nDone.\n"
    assert SchoolLink.objects.count() == 1
    assert SchoolImport.objects.get().by is None


def test_rejected_rows_make_status_1(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "import_schools", file(tmp_path, an_extract([a_row("900001"), a_row("12")])))
    assert (status, out) == (
        1, "1 created, 0 updated, 0 unchanged, 1 rejected.\nLine 3: URN “12” is not 6 or 7 digits.\n",
    )  # fmt: skip
    assert School.objects.count() == 1


def test_an_unusable_file_makes_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, _ = run(capsys, "import_schools", file(tmp_path, GOOD[:-500]))
    assert (status, out) == (2, "")
    assert not School.objects.exists()


def test_so_does_an_unusable_file_of_links(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    linked = file(tmp_path, b"URN,LinkURN\r\n1,2\r\n", "links.csv")
    status, *_ = run(capsys, "import_schools", file(tmp_path, GOOD), "--links", linked)
    assert status == 2
    assert not School.objects.exists()


def test_so_does_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"nowhere\.csv: No such file or directory\."):
        call_command("import_schools", tmp_path / "nowhere.csv")


def test_a_file_that_lacks_much_makes_status_2_unless_that_is_meant(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run(capsys, "import_schools", file(tmp_path, an_extract(a_row(str(900001 + number)) for number in range(30))))
    path = file(tmp_path, an_extract([a_row("900001", town="Otherton")]))
    assert run(capsys, "import_schools", path)[0] == 2
    assert School.objects.get(urn="900001").town == "Quillbeck"
    assert run(capsys, "import_schools", path, "--even-if-lacking")[0] == 0
    assert School.objects.get(urn="900001").town == "Otherton"


def test_the_same_file_again_leaves_nothing_to_do(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, GOOD)
    run(capsys, "import_schools", path)
    assert run(capsys, "import_schools", path)[2] == "Nothing to do.\n"


def test_as_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, an_extract([a_row("900001"), a_row("12")]))
    _, out, _ = run(capsys, "import_schools", path, "--json")
    assert json.loads(out) == {
        "created": 1,
        "updated": 0,
        "unchanged": 0,
        "rejected": [{"line": 3, "identifier": "12", "reason": "URN “12” is not 6 or 7 digits."}],
        "lacking": 0,
        "links": {},
        "remarks": [],
        "same_file": False,
    }


def test_only_a_check(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, out, err = run(capsys, "import_schools", file(tmp_path, GOOD), "--check")
    assert (status, out) == (0, "2 created, 0 updated, 0 unchanged, 0 rejected.\n")
    assert err.endswith("Only checked.\n")
    assert not School.objects.exists()


# Lists

RISE = a_list("RISE School URN", "900001")


def test_a_list_with_its_period(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, RISE)
    status, out, _ = run(capsys, "import_eligibility_list", "rise", path, "--period=2026-09-01..2027-08-31")
    assert status == 0
    assert out == (
        "1 created, 0 updated, 0 unchanged, 0 rejected.\nURN 900001 is of no school known here. It stays on the list.\n"
    )
    listed = EligibilityList.objects.get()
    assert (listed.kind, str(listed.from_on), str(listed.to_on)) == ("rise", "2026-09-01", "2027-08-31")


def test_a_list_is_only_looked_at(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, RISE)
    status, out, _ = run(capsys, "import_eligibility_list", "rise", path, "--period=2026-09-01", "--check", "--json")
    assert (status, json.loads(out)["created"]) == (0, 1)
    assert not EligibilityList.objects.exists()


@pytest.mark.parametrize(
    ("kind", "content", "status"),
    [("rise", a_list("RISE School URN", "900001", "x"), 1), ("pp50", RISE, 2), ("rise", RISE[:-30] + b'"', 2)],
    ids=["one row malformed", "another list's header", "broken"],
)
def test_status_of_a_list(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], kind: str, content: bytes, status: int
) -> None:
    path = file(tmp_path, content)
    assert run(capsys, "import_eligibility_list", kind, path, "--period=2026-09-01")[0] == status
    assert EligibilityList.objects.exists() is (status == 1)


def test_an_overlap_is_refused_with_status_2(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = file(tmp_path, RISE)
    run(capsys, "import_eligibility_list", "rise", path, "--period=2026-09-01..2027-08-31")
    assert run(capsys, "import_eligibility_list", "rise", path, "--period=2027-01-01")[0] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["rise", "x.csv", "--period=September"], "“September” is not like 2026-09-01 or 2026-09-01..2027-08-31"),
        (["other", "x.csv", "--period=2026-09-01"], "KIND"),
    ],
)
def test_arguments_that_make_no_sense(arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        call_command("import_eligibility_list", *arguments)
