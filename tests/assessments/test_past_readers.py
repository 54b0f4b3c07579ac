"""Lists of past participants: what is read, what is told of a line, and what makes the whole unusable."""

import io
import zipfile
from datetime import date

import pytest

from assessments.readers import read_past_participants
from assessments.rules import PastFile, PastRow, is_same_run, run_told, signs_of
from npqh_portal import tables

from .past import TODAY, a_list, read

EVERY = "full_name,email,trn,programme,version,cohort,started_on,completed_on,passed,certificate_number,awarded_on"
LINE = (
    "Ottoline Wrexcombe,Otto@School.Example,0123456,npqh-legacy,2017,"
    "Spring 2018,2018-01-15,12/07/2019,yes,N/17/1,1/9/2019"
)


def of(content: bytes) -> PastFile:
    return read_past_participants(content, today=TODAY)


def told(file: PastFile) -> list[str]:
    return [str(fault) for row in file.rows for fault in row.faults]


def test_every_column_is_read() -> None:
    (row,) = read(LINE, columns=EVERY).rows
    assert row == PastRow(
        line=2,
        cells=tuple(LINE.split(",")),
        faults=(),
        full_name="Ottoline Wrexcombe",
        email="otto@school.example",
        trn="0123456",
        programme="npqh-legacy",
        version="2017",
        cohort="Spring 2018",
        started_on=date(2018, 1, 15),
        completed_on=date(2019, 7, 12),
        passed=True,
        certificate_number="N/17/1",
        awarded_on=date(2019, 9, 1),
    )


def test_columns_come_in_any_order_and_a_name_is_enough() -> None:
    rows = read("Autumn, Ottoline  Wrexcombe ", columns="Cohort, Full Name").rows
    assert [(row.full_name, row.cohort, row.passed) for row in rows] == [("Ottoline Wrexcombe", "Autumn", True)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_encodings_separators_and_line_ends(encoding: str, separator: str, ending: str) -> None:
    text = ending.join((f"full_name{separator}cohort", f"Zoë D’Arcambe{separator}“A”", ""))
    (row,) = of(text.encode(encoding)).rows
    assert (row.full_name, row.cohort) == ("Zoë D’Arcambe", "“A”")


def test_a_quoted_cell_may_hold_separators_and_line_ends_and_lines_are_counted_as_an_editor_does() -> None:
    rows = of(b'full_name,cohort\n"Wrexcombe, Ottoline","Spring\n2018"\n\n,x\n').rows
    assert [(row.line, row.full_name, row.cohort) for row in rows] == [
        (2, "Wrexcombe, Ottoline", "Spring 2018"),
        (5, "", "x"),
    ]


def test_empty_lines_are_nobody() -> None:
    assert [row.line for row in of(b"full_name,cohort\n\n,\nOttoline,\n").rows] == [4]


def test_columns_that_are_not_ours_are_remarked() -> None:
    file = read("Ottoline,Blue", columns="full_name,favourite_colour")
    assert file.remarks == ("Columns that are not used: favourite_colour.",)
    assert told(file) == []


# What is wrong with a line


@pytest.mark.parametrize(
    ("column", "cell", "words"),
    [
        ("email", "ottoline", "“ottoline” is no address like name@school.example."),
        ("trn", "123456", "“123456” is not seven figures. Spreadsheets drop a nought that stands first."),
        ("trn", "0000000", "“0000000” is not seven figures. Spreadsheets drop a nought that stands first."),
        ("started_on", "31/02/2018", "“31/02/2018” is no date like 2019-07-12 or 12/07/2019."),
        ("started_on", "12/07/19", "“12/07/19” is no date like 2019-07-12 or 12/07/2019."),
        ("started_on", "July 2018", "“July 2018” is no date like 2019-07-12 or 12/07/2019."),
        ("completed_on", "2026-09-19", "“2026-09-19” is still to come."),
        ("passed", "perhaps", "“perhaps” is neither yes nor no."),
        ("cohort", "x" * 121, "is longer than 120 letters."),
        ("certificate_number", "–/–", "“–/–” has neither letters nor figures."),
    ],
)
def test_a_cell_that_is_wrong(column: str, cell: str, words: str) -> None:
    assert told(read(f"Ottoline,{cell}", columns=f"full_name,{column}")) == [f"Line 2, {column}: {words}"]


def test_a_line_without_a_name() -> None:
    assert told(read(" ,x", columns="full_name,cohort")) == ["Line 2, full_name: is missing."]


def test_every_fault_of_a_line_is_told_at_once() -> None:
    faults = told(read(",12,maybe", columns="full_name,trn,passed"))
    assert [fault.partition(":")[0] for fault in faults] == ["Line 2, full_name", "Line 2, passed", "Line 2, trn"]


def test_accents_do_not_tell_numbers_apart_from_themselves() -> None:
    assert (signs_of("Č-55/éà 9"), signs_of("c-55 ea9"), signs_of("É")) == ("C55EA9", "C55EA9", "E")


def test_a_number_needs_the_day_of_its_award() -> None:
    assert told(read("Ottoline,,,N1,")) == [
        "Line 2, awarded_on: is missing: a certificate has the day on which it was awarded."
    ]


def test_whoever_did_not_pass_has_no_number() -> None:
    columns = "full_name,passed,certificate_number,awarded_on"
    assert told(read("Ottoline,no,N1,2019-01-01", columns=columns)) == [
        "Line 2, certificate_number: stands beside “no”: whoever did not pass has no certificate."
    ]


def test_nothing_ends_before_it_began() -> None:
    columns = "full_name,started_on,completed_on,certificate_number,awarded_on"
    assert told(read("Ottoline,2019-01-02,2019-01-01,N1,2019-01-01", columns=columns)) == [
        "Line 2, completed_on: is before it was started.",
        "Line 2, awarded_on: is before it was started.",
    ]


def test_a_number_twice_in_the_file_is_refused_on_both_lines_however_it_is_written() -> None:
    assert told(read("Ottoline,,,N/17/1,2019-01-01", "Somebody,,,n-171,2019-01-01", "Third,,,N2,2019-01-01")) == [
        "Line 2, certificate_number: stands on line 3 too.",
        "Line 3, certificate_number: stands on line 2 too.",
    ]


def test_a_line_with_too_few_or_too_many_cells_is_refused_alone() -> None:
    assert told(of(b"full_name,cohort\nOttoline\nA,b,c\nB,c\n")) == [
        "Line 2: has 1 cells, and line 1 names 2 columns.",
        "Line 3: has 3 cells, and line 1 names 2 columns.",
    ]


# What makes the whole unusable


def a_workbook() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", tables.TableEmpty()),
        (b"full_name,cohort\r\n", tables.TableEmpty()),
        (b"full_name,cohort\n,\n", tables.TableEmpty()),
        (b"name,cohort\nOttoline,x\n", tables.ColumnMissing("full_name", ["name", "cohort"])),
        (
            b"<html><body>Sign in</body></html>\n",
            tables.ColumnMissing("full_name", ["<html><body>sign_in</body></html>"]),
        ),
        (b"full_name,cohort,Cohort\nOttoline,x,y\n", tables.ColumnTwice("cohort")),
        (a_workbook(), tables.TableNotText(1)),
        (b"full_name\nOtto\x00line\n", tables.TableNotText(2)),
        (b"full_name\nOttoline\nZo\x81\n", tables.TableNotText(3)),
        ("full_name\nZoë\n".encode() + b"Zo\xeb\n", tables.TableNotText(3)),
        (b"full_name,cohort\nOttoline,x\nSome", tables.TableCut(3)),
        (b'full_name,cohort\nOttoline,x\nSomebody,"Spring 20', tables.TableCut(3)),
        (b'full_name,cohort\nOttoline,"x"y\nSomebody,z\n', tables.QuoteAstray(2)),
    ],
)
def test_a_broken_file_is_refused_whole(content: bytes, refusal: tables.TableFaulty) -> None:
    with pytest.raises(tables.TableFaulty) as raised:
        of(content)
    assert (type(raised.value), str(raised.value)) == (type(refusal), str(refusal))


def test_a_last_line_without_its_end_is_remarked() -> None:
    whole = a_list("Ottoline,,,,")
    assert of(whole).remarks == ()
    assert of(whole.rstrip()).remarks == (
        "The last line, 2, has no end of line: see that nothing is missing after it.",
    )


# Who is who


def told_of(**fields: str) -> object:
    known = {
        "programme": "npqh",
        "cohort": "Spring 2018",
        "full_name": "Ottoline",
        "email": "",
        "trn": "",
        "number": "",
    }
    return run_told(**(known | fields))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        ({}, True),
        ({"full_name": " OTTOLINE", "cohort": "spring  2018"}, True),
        ({"full_name": "Otto"}, False),
        ({"cohort": "Autumn 2018"}, False),
        ({"programme": "npqsl"}, False),
        ({"trn": "1234567"}, True),
        ({"number": "N/1"}, True),
        ({"email": "o@school.example"}, True),
    ],
)
def test_a_run_is_the_same_unless_something_tells_the_people_apart(other: dict[str, str], same: bool) -> None:
    assert is_same_run(told_of(), told_of(**other)) is same  # type: ignore[arg-type]
    assert is_same_run(told_of(**other), told_of()) is same  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ({"trn": "1234567"}, {"trn": "7654321"}, False),
        ({"number": "N/1"}, {"number": "N/2"}, False),
        ({"number": "N/1"}, {"number": "n1"}, True),
        ({"email": "o@school.example"}, {"email": "p@school.example"}, False),
        ({"email": "o@school.example"}, {"email": "O@school.example", "full_name": "Otto"}, True),
        ({"trn": "1234567", "full_name": "Otto"}, {"trn": "1234567"}, False),
    ],
)
def test_two_runs_are_told_apart(one: dict[str, str], other: dict[str, str], same: bool) -> None:
    assert is_same_run(told_of(**one), told_of(**other)) is same  # type: ignore[arg-type]
