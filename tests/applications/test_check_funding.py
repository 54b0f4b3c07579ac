"""`manage.py check_funding`: a table in, an answer for each row out, from a program that has nothing but the file."""

import csv
import io
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from npqh_portal.launch import places

HEADER = (
    "reference,cohort_funding,works_in_england,work_setting,establishment_type_code,on_rise_list,kind_of_nursery,"
    "employment_type,referred_by_return_to_teaching_adviser,previously_funded"
)
IN_A_SCHOOL = "A1,capped,yes,a_school,34,no,,,no,no"
FUNDED = ["A1", "yes", "funded", "The workplace is a type that DfE funds: converter academy (type 34)."]


def check(
    file: Path | str, *, given: bytes | None = None, memory: int | None = None, **environment: str
) -> subprocess.CompletedProcess[bytes]:
    """In a process that knows no secret, no `.env`, no address of a database, and no locale."""
    limits = (lambda: resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))) if memory else None
    return subprocess.run(
        [sys.executable, str(places.ROOT / "manage.py"), "check_funding", str(file)],
        cwd="/",
        env={"PATH": os.environ["PATH"], "DOTENV": "/nonexistent", "VAR_DIR": "/nonexistent", **environment},
        input=given,
        capture_output=True,
        check=False,
        preexec_fn=limits,
    )


def answers(done: subprocess.CompletedProcess[bytes]) -> list[list[str]]:
    header, *rows = csv.reader(io.StringIO(done.stdout.decode(), newline=""))
    assert header == ["reference", "eligible", "status_code", "reason"]
    return rows


def told(done: subprocess.CompletedProcess[bytes]) -> list[str]:
    return done.stderr.decode().splitlines()


def a_file(folder: Path, *rows: str, header: str = HEADER, end: str = "\n") -> Path:
    file = folder / "places.csv"
    file.write_bytes(end.join([header, *rows, ""]).encode())
    return file


def test_good_rows_are_answered_in_order_and_the_status_is_nought(tmp_path: Path) -> None:
    done = check(
        a_file(
            tmp_path,
            IN_A_SCHOOL,
            "A2,zero,yes,a_school,34,no,,,no,no",
            "A3,full,yes,another_setting,,,,hospital_school,,",
            "A4,capped,no,,,,,,,",
        )
    )
    assert (done.returncode, told(done)) == (0, [])
    assert answers(done) == [
        FUNDED,
        ["A2", "no", "unfunded_cohort", "DfE funds no places of this start."],
        [
            "A3",
            "review",
            "subject_to_review",
            "DfE looks at employment in a hospital school itself and has yet to decide.",
        ],
        [
            "A4",
            "no",
            "not_in_england",
            "The workplace is not in England, and DfE funds only people who work in England.",
        ],
    ]


def test_bad_rows_have_a_line_each_and_no_answer(tmp_path: Path) -> None:
    done = check(
        a_file(
            tmp_path,
            "B1,capped,yes,skool,34,no,,,no,no",
            IN_A_SCHOOL,
            '"B\n2",Capped,perhaps,a_school,3x,no,,another,no,no',
            "B3,,,a_school,34,no,,,no,no",
            "A2,capped,yes,a_school,34,no,,,no,no",
        )
    )
    assert done.returncode == 1
    assert [row[0] for row in answers(done)] == ["A1", "A2"]
    assert told(done) == [
        "line 2, work_setting: “skool” is none of a_school, an_academy_trust, a_16_to_19_educational_setting, "
        "early_years_or_childcare, another_setting, other.",
        "line 4, cohort_funding: “Capped” is none of zero, capped, full; "
        "works_in_england: “perhaps” is none of yes, no; establishment_type_code: “3x” is no code of digits; "
        "employment_type: “another” is none of local_authority_virtual_school, hospital_school, "
        "young_offender_institution, local_authority_supply_teacher, lead_mentor_for_accredited_itt_provider.",
        "line 6, cohort_funding: must not be empty, but one of zero, capped, full; "
        "works_in_england: must not be empty, but one of yes, no.",
    ]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("cohort_funding", "some"),
        ("cohort_funding", ""),
        ("works_in_england", "y"),
        ("works_in_england", ""),
        ("work_setting", "A school"),
        ("establishment_type_code", "34.0"),
        ("establishment_type_code", "-1"),
        ("establishment_type_code", "٣٤"),
        ("on_rise_list", "true"),
        ("kind_of_nursery", "nursery"),
        ("employment_type", "another"),
        ("referred_by_return_to_teaching_adviser", "1"),
        ("previously_funded", "n/a"),
    ],
)
def test_the_line_names_the_column(tmp_path: Path, column: str, value: str) -> None:
    cells = dict(zip(HEADER.split(","), IN_A_SCHOOL.split(","), strict=True)) | {column: value}
    done = check(a_file(tmp_path, ",".join(cells.values())))
    assert done.returncode == 1
    assert answers(done) == []
    assert [line.split(": ")[0] for line in told(done)] == [f"line 2, {column}"]


@pytest.mark.parametrize(
    "row",
    [
        "A1,capped, yes ,a_school,34,No,,,NO,no",
        "A1,capped,YES,a_school,0034,,,,,",
        "A1,capped,yes,a_school,34",  # some spreadsheets leave out empty cells at the end
        "A1,capped,yes,a_school,34,no,,,no,no,,",
        '"A1","capped","yes","a_school","34","no","","","no","no"',
    ],
)
def test_what_is_written_a_little_otherwise_is_read(tmp_path: Path, row: str) -> None:
    done = check(a_file(tmp_path, row))
    assert (done.returncode, told(done), answers(done)) == (0, [], [FUNDED])


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_as_on_any_system_and_empty_ones_count_as_lines_only(tmp_path: Path, end: str) -> None:
    done = check(a_file(tmp_path, IN_A_SCHOOL, "", ",,,,,,,,,", "B,capped,yes,x", "", "", end=end))
    assert done.returncode == 1
    assert answers(done) == [FUNDED]
    assert [line.split(":")[0] for line in told(done)] == ["line 5, work_setting"]


def test_a_file_without_rows_has_no_answers(tmp_path: Path) -> None:
    done = check(a_file(tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"reference,eligible,status_code,reason\n", b"")


def test_columns_may_stand_in_any_order_among_others(tmp_path: Path) -> None:
    header = ",".join([" remarks ", *reversed(HEADER.split(",")), "remarks", ""])
    done = check(a_file(tmp_path, ",".join(["x", *reversed(IN_A_SCHOOL.split(",")), "y", ""]), header=header))
    assert (done.returncode, answers(done)) == (0, [FUNDED])


def test_more_cells_than_the_header_has_are_a_comma_out_of_place(tmp_path: Path) -> None:
    done = check(a_file(tmp_path, "Tarbeck, " + IN_A_SCHOOL, IN_A_SCHOOL))
    assert (done.returncode, answers(done)) == (1, [FUNDED])
    assert told(done) == [
        "line 2, previously_funded: the row has more cells than the header: perhaps a comma or a quote is out of place."
    ]


def test_a_quote_that_is_never_closed_is_told_where_it_opens(tmp_path: Path) -> None:
    done = check(a_file(tmp_path, IN_A_SCHOOL, 'A2,"capped,yes', IN_A_SCHOOL, IN_A_SCHOOL))
    assert (done.returncode, answers(done)) == (1, [FUNDED])
    assert told(done) == ["line 3, cohort_funding: the quote that opens here is not closed; nothing after it was read."]


def test_what_is_shown_of_a_cell_is_one_line_without_signs_that_a_terminal_obeys(tmp_path: Path) -> None:
    done = check(a_file(tmp_path, '"B1",capped,"\x1b[2Jno\n or\u202e yes' + "!" * 50 + '",a_school,,,,,,'))
    assert told(done) == ["line 2, works_in_england: “\ufffd[2Jno or\ufffd yes" + "!" * 25 + "” is none of yes, no."]


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_utf_8_is_read_with_and_without_its_mark(tmp_path: Path, mark: bytes) -> None:
    file = a_file(tmp_path, IN_A_SCHOOL.replace("A1", "Zoë’s ŵ"))
    file.write_bytes(mark + file.read_bytes())
    done = check(file, LC_ALL="C", PYTHONCOERCECLOCALE="0", PYTHONUTF8="0")
    assert (done.returncode, answers(done)) == (0, [["Zoë’s ŵ", *FUNDED[1:]]])


def test_what_is_no_utf_8_is_windows_1252(tmp_path: Path) -> None:
    file = a_file(tmp_path)
    file.write_bytes(file.read_bytes() + IN_A_SCHOOL.replace("A1", "Zoë’s").encode("cp1252"))
    done = check(file)
    assert (done.returncode, answers(done)) == (0, [["Zoë’s", *FUNDED[1:]]])


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "the file is empty, or its first line is."),
        (b"\xef\xbb\xbf\n", "the file is empty, or its first line is."),
        (
            HEADER.replace(",previously_funded", "").encode(),
            "the header lacks this column: previously_funded. Columns are known by name, whatever their order.",
        ),
        (
            b"reference;cohort_funding\nA1;full\n",
            "the columns are separated by semicolons, and must be by commas.",
        ),
        (HEADER.replace(",", "\t").encode(), "the columns are separated by tabs, and must be by commas."),
        (
            b"reference\nA1\n",
            f"the header lacks these columns: {HEADER.partition(',')[2].replace(',', ', ')}. Columns are known by "
            "name, whatever their order.",
        ),
        (f"{HEADER},work_setting".encode(), "the header has work_setting twice."),
        (HEADER.encode("utf-16"), "there is a null character, so this is no CSV of text."),
        (HEADER.encode() + b"\n\x81", "there are bytes that are text neither in UTF-8 nor in Windows-1252."),
        (
            b"\xef\xbb\xbf" + HEADER.encode() + b"\n\xe9",
            "there are bytes that are text neither in UTF-8 nor in Windows-1252.",
        ),
    ],
)
def test_a_file_that_is_no_such_table_has_status_two_and_no_answers(tmp_path: Path, content: bytes, words: str) -> None:
    file = tmp_path / "places.csv"
    file.write_bytes(content)
    done = check(file)
    assert (done.returncode, done.stdout) == (2, b"")
    (line,) = told(done)
    assert line.endswith(words)
    assert line.startswith(f"CommandError: {file}")


@pytest.mark.parametrize("file", ["/nonexistent.csv", "/"])
def test_a_file_that_cannot_be_opened_has_status_two(file: str) -> None:
    done = check(file)
    assert (done.returncode, done.stdout, len(told(done))) == (2, b"", 1)


def test_the_table_may_come_through_a_pipe() -> None:
    done = check("-", given=f"{HEADER}\n{IN_A_SCHOOL}\n".encode())
    assert (done.returncode, answers(done)) == (0, [FUNDED])
    assert answers(check("/dev/stdin", given=f"{HEADER}\n{IN_A_SCHOOL}\n".encode())) == [FUNDED]


def test_answers_that_cannot_be_written_to_their_end_have_status_two(tmp_path: Path) -> None:
    command = [sys.executable, str(places.ROOT / "manage.py"), "check_funding", str(a_file(tmp_path, IN_A_SCHOOL))]
    environment = {"PATH": os.environ["PATH"], "DOTENV": "/nonexistent", "VAR_DIR": "/nonexistent"}
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, cwd="/", env=environment, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, told(done)) == (2, ["CommandError: The answers are cut short: No space left on device."])
    reading, writing = os.pipe()
    os.close(reading)
    done = subprocess.run(command, cwd="/", env=environment, stdout=writing, stderr=subprocess.PIPE, check=False)
    os.close(writing)
    assert (done.returncode, told(done)) == (2, [])


def test_a_hundred_thousand_rows_pass_through_without_being_held(tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    with file.open("w") as text:
        text.write(f"{HEADER}\n")
        text.writelines(f"{IN_A_SCHOOL.replace('A1', f'A{number}' + 'x' * 1000)}\n" for number in range(100_000))
    assert file.stat().st_size > 10**8
    few = a_file(tmp_path / "..", IN_A_SCHOOL)
    assert check(few, memory=110 << 20).returncode == 0
    done = check(file, memory=110 << 20)
    assert done.returncode == 0, told(done)[-1:]
    assert done.stdout.count(b"\n") == 100_001
