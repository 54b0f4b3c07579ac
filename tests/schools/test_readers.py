"""Which files can be used, and what is said of those that cannot."""

import io
import zipfile

import pytest

from npqh_portal.schools.errors import ColumnsMissing, FileUnusable
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.readers import read_extract, read_list
from npqh_portal.schools.rules.imports import Rejection
from npqh_portal.schools.rules.register import COLUMNS

from .files import NATIONAL, a_list, a_row, an_extract, read, zipped

ONE = [a_row(name="Café Primary School – Quillbeck")]
LINES = b"\r\n".join([b"URN,EstablishmentName", *[b"900001,Quillbeck"] * 3])


def refusal(content: bytes) -> str:
    with pytest.raises(FileUnusable) as refused:
        read(content)
    return str(refused.value)


def test_the_extract_as_it_is() -> None:
    table = read(an_extract(ONE))
    assert len(table.header) == 139
    assert (table.encoding, table.header_lines, table.starts_at) == ("WIN1252", 1, 0)


@pytest.mark.parametrize(
    ("encoding", "expected"), [("cp1252", ("WIN1252", 0)), ("utf-8", ("UTF8", 0)), ("utf-8-sig", ("UTF8", 3))]
)
def test_encoding_is_found_out(encoding: str, expected: tuple[str, int]) -> None:
    table = read(an_extract(ONE, encoding=encoding))
    assert (table.encoding, table.starts_at) == expected
    assert table.header[0] == "URN"


def test_plain_letters_are_the_same_in_both() -> None:
    assert read(an_extract([a_row()])).encoding == "UTF8"


def test_a_header_may_take_several_lines() -> None:
    assert read(b'"A note\r\non it",' + an_extract(ONE)).header_lines == 2


def test_a_zip_with_one_csv_counts_as_that_csv() -> None:
    plain, packed = read(an_extract(ONE)), read(zipped(edubasealldata=an_extract(ONE)))
    assert (packed.sha256, packed.encoding, packed.name) == (plain.sha256, plain.encoding, "edubasealldata.csv")


def test_what_is_packed_beside_it_does_not_matter() -> None:
    packed = io.BytesIO(zipped(edubasealldata=an_extract(ONE)))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("readme.txt", "About this file.")
    assert read_extract(packed, "extract.zip").name == "edubasealldata.csv"


# What cannot be used


@pytest.mark.parametrize("content", [b"", b"   \r\n", b"\xef\xbb\xbf", b"\xef\xbb\xbf\r\n\r\n"])
def test_empty_file(content: bytes) -> None:
    assert refusal(content) == "extract.csv: the file is empty."


def test_web_page() -> None:
    assert refusal(b"\r\n<!DOCTYPE html><html>Service unavailable") == (
        "extract.csv: this is a web page, not a CSV. Perhaps it says why there was no download."
    )


def test_spreadsheet() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    assert refusal(packed.getvalue()) == "extract.csv: this is a spreadsheet, not a CSV. Save it as CSV first."


def test_zip_with_two_tables() -> None:
    assert refusal(zipped(one=b"URN", two=b"URN")) == (
        "extract.csv: a ZIP must hold one CSV. This one holds one.csv, two.csv."
    )


def test_zip_with_hundreds_names_a_few() -> None:
    assert refusal(zipped(**{f"t{number}": b"URN" for number in range(300)})).endswith(
        "This one holds t0.csv, t1.csv, t2.csv, t3.csv, t4.csv and 295 more."
    )


def test_empty_zip() -> None:
    assert refusal(zipped()) == "extract.csv: a ZIP must hold one CSV. This one holds none."


def test_zip_as_macos_packs_it() -> None:
    packed = io.BytesIO(zipped(edubasealldata=an_extract(ONE)))
    with zipfile.ZipFile(packed, "a") as archive:
        archive.writestr("__MACOSX/._edubasealldata.csv", b"\0\5\x16\7")
    assert read_extract(packed, "extract.zip").name == "edubasealldata.csv"


def test_zip_cut_short() -> None:
    packed = zipped(edubasealldata=an_extract(ONE))
    assert refusal(packed[: len(packed) // 2]) == "extract.csv: the ZIP is damaged. Download it again."


def test_zip_with_a_changed_byte() -> None:
    packed = bytearray(zipped(edubasealldata=an_extract(ONE)))
    packed[200] ^= 0xFF
    assert refusal(bytes(packed)) == "extract.csv: the ZIP is damaged. Download it again."


def test_another_kind_of_table() -> None:
    assert refusal(b"Name,Email\r\nA,a@school.example\r\n") == (
        "extract.csv, line 1: this is another kind of file: its first line has no column URN."
    )


def test_one_column_missing() -> None:
    columns = [column for column in NATIONAL if column != "Postcode"]
    content = an_extract([{k: v for k, v in a_row().items() if k != "Postcode"}], columns=columns)
    assert refusal(content) == (
        "extract.csv: the header lacks this column: Postcode. Columns are known by name, whatever their order."
    )


def test_every_missing_column_is_named() -> None:
    with pytest.raises(ColumnsMissing) as refused:
        read(b"URN,Town\r\n900001,Quillbeck\r\n")
    for column in set(COLUMNS.values()) - {"URN", "Town"}:
        assert column in str(refused.value)


def test_column_twice() -> None:
    content = an_extract([a_row()], columns=[*NATIONAL, "Postcode"])
    assert refusal(content) == "extract.csv, line 1: the header has Postcode twice."


def test_a_column_that_nobody_reads_may_stand_twice() -> None:
    assert len(read(an_extract([a_row()], columns=[*NATIONAL, "SchoolWebsite"])).header) == 140


@pytest.mark.parametrize("rows", [0, 100_000], ids=["at once", "after megabytes"])
def test_byte_that_is_no_text_in_either_encoding(rows: int) -> None:
    assert refusal(LINES + rows * b"\r\n900001,Quillbeck" + b"\r\n900002,Quill\x81beck\r\n") == (
        f"extract.csv, line {rows + 5}: there is a byte that is text neither in UTF-8 nor in Windows-1252."
    )


@pytest.mark.parametrize("mark", ["\ufeff", ""])
def test_one_broken_byte_does_not_make_utf8_another_encoding(mark: str) -> None:
    assert refusal((mark + "URN,EstablishmentName\r\n900001,Café\r\n").encode() + b"900002,Quill\xe9beck\r\n") == (
        "extract.csv, line 3: there is a byte that is not UTF-8, as the rest of the file is."
    )


@pytest.mark.parametrize("letter", ["Ô", "ŵ", "’"])
def test_whatever_the_letters_of_the_rest(letter: str) -> None:
    rest = f"URN,EstablishmentName\r\n900001,{letter}\r\n900002,{letter}\r\n".encode()
    assert refusal(rest + b"900003,caf\xe9\r\n") == (
        "extract.csv, line 4: there is a byte that is not UTF-8, as the rest of the file is."
    )


def test_letters_of_windows_that_happen_to_be_good_utf8_do_not_spoil_a_file() -> None:
    rows = [a_row(str(900001 + number), name="Café Primary School") for number in range(30)]
    assert read(an_extract([*rows, a_row("900099", name="LE CAFÉ’S SCHOOL")])).encoding == "WIN1252"


def test_null_character() -> None:
    assert refusal(LINES + b"\r\n900002,\0\r\n") == (
        "extract.csv, line 5: there is a null character, so this is no CSV of text."
    )


# Lists


def listed(content: bytes, kind: ListKind = ListKind.PP50) -> tuple[tuple[tuple[int, str], ...], tuple[Rejection, ...]]:
    file = read_list(io.BytesIO(content), "list.csv", kind)
    return file.entries, file.rejections


def test_a_list_with_further_columns_and_empty_lines() -> None:
    content = b'Region,PP50 School URN\r\n"North,\r\nand East",900001\r\n\r\n,900002\r\n,\r\n'
    assert listed(content) == (((2, "900001"), (5, "900002")), ())


def test_malformed_identifiers_are_told_with_their_line() -> None:
    assert listed(a_list("FE UKPRN", "10000001", "900001"), ListKind.PP50_FE) == (
        ((2, "10000001"),),
        (Rejection(3, "900001", "UKPRN “900001” is not 8 digits."),),
    )


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (a_list("Urn", "900001"), "list.csv, line 1: this is another kind of file: its first line has no column PP50"),
        (b"PP50 School URN\r\n", "list.csv: there is a header and nothing below it."),
        (b"PP50 School URN,Name\r\n900001,A\r\n900002\r\n", "list.csv, line 3: the row has not as many columns"),
        (b'PP50 School URN,Name\r\n900001,"A\r\n900002,B\r\n', "list.csv, line 2: a quote that opens here"),
    ],
)
def test_a_list_that_cannot_be_used(content: bytes, words: str) -> None:
    with pytest.raises(FileUnusable) as refused:
        listed(content)
    assert str(refused.value).startswith(words)
