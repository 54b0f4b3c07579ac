"""Tables of who might be funded: bytes in, the facts of each row or its faults out (docs/funding.md)."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO

from applications.kinds import EmploymentType, Nursery, WorkSetting
from applications.rules.funding import FundingFacts
from npqh_portal.encoding import Utf8Tally
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.schools.errors import ColumnsMissing, FileUnusable

_CHUNK = 1 << 20
_SHOWN_MOST = 40
# What some spreadsheets write between cells.
_OTHER_MARKS = {";": "semicolons", "\t": "tabs"}
_YES, _NO = "yes", "no"
# Bytes that mean nothing in Windows-1252.
_NO_LETTERS = (0x81, 0x8D, 0x8F, 0x90, 0x9D)

# What a cell may hold. DfE's form knows no other employment than five kinds; the last of ours is not among them.
_VALUES: Mapping[str, Sequence[str]] = {
    "cohort_funding": [kind.value for kind in CohortFunding],
    "works_in_england": [_YES, _NO],
    "work_setting": [kind.value for kind in WorkSetting],
    "on_rise_list": [_YES, _NO],
    "kind_of_nursery": [kind.value for kind in Nursery],
    "employment_type": [kind.value for kind in EmploymentType if kind is not EmploymentType.ANOTHER],
    "referred_by_return_to_teaching_adviser": [_YES, _NO],
    "previously_funded": [_YES, _NO],
}
_YES_OR_NO = frozenset(column for column, values in _VALUES.items() if _YES in values)
_NEEDED = frozenset({"cohort_funding", "works_in_england"})
COLUMNS = (
    "reference", "cohort_funding", "works_in_england", "work_setting", "establishment_type_code", "on_rise_list",
    "kind_of_nursery", "employment_type", "referred_by_return_to_teaching_adviser", "previously_funded",
)  # fmt: skip


@dataclass(frozen=True)
class FundingRow:
    reference: str
    facts: FundingFacts


@dataclass(frozen=True)
class BadRow:
    """`line` is where the row begins, counted from 1 as an editor does; `faults` are columns and what is wrong."""

    line: int
    faults: tuple[tuple[str, str], ...]

    def __str__(self) -> str:
        return f"line {self.line}, " + "; ".join(f"{column}: {what}" for column, what in self.faults) + "."


def read_funding_rows(file: IO[bytes], name: str) -> Iterator[FundingRow | BadRow]:
    """The rows of a CSV in order, held one at a time; those in which nothing stands are passed over.

    The file is read twice, first for its encoding: UTF-8, with or without a byte order mark, else Windows-1252.
    Raises FileUnusable, before the first row, for what is no such text or lacks a column.
    """
    text = io.TextIOWrapper(file, encoding=_encoding(file, name), newline="")
    rows = _rows(text)
    _, first, _ = next(rows, (1, [], ""))
    header = [column.strip() for column in first]
    if not any(header):
        raise FileUnusable(name, "the file is empty, or its first line is.")
    if len(header) == 1 and (other := next((mark for mark in _OTHER_MARKS if mark in header[0]), "")):
        raise FileUnusable(name, f"the columns are separated by {_OTHER_MARKS[other]}, and must be by commas.", 1)
    if missing := [column for column in COLUMNS if column not in header]:
        raise ColumnsMissing(name, missing)
    if twice := [column for column in COLUMNS if header.count(column) > 1]:
        raise FileUnusable(name, f"the header has {', '.join(twice)} twice.", 1)
    return (_read(header, *row) for row in rows if row[2] or any(map(str.strip, row[1])))


def _encoding(file: IO[bytes], name: str) -> str:
    tally, marked, foreign = Utf8Tally(), False, False
    file.seek(0)
    for number, chunk in enumerate(iter(lambda: file.read(_CHUNK), b"")):
        tally.add(chunk)
        marked = marked or (number == 0 and chunk.startswith(codecs.BOM_UTF8))
        foreign = foreign or any(letter in chunk for letter in _NO_LETTERS)
        if b"\0" in chunk:
            raise FileUnusable(name, "there is a null character, so this is no CSV of text.")
    tally.add(b"", last=True)
    file.seek(0)
    if not tally.broken:
        return "utf-8-sig"
    if marked or foreign:
        raise FileUnusable(name, "there are bytes that are text neither in UTF-8 nor in Windows-1252.")
    return "cp1252"


def _rows(text: Iterable[str]) -> Iterator[tuple[int, list[str], str]]:
    """Of each row the line on which it begins, its cells, and what is wrong with the whole of it, or nothing."""
    ended = False

    def lines() -> Iterator[str]:
        nonlocal ended
        yield from text
        ended = True

    reader = csv.reader(lines())
    while True:
        begins = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            yield begins, [], "a cell of this row is very long: perhaps a quote is not closed"
        else:
            # A row that asks for more lines than there are has a quote open in its last cell.
            yield begins, cells, "the quote that opens here is not closed; nothing after it was read" if ended else ""


def _read(header: Sequence[str], line: int, cells: Sequence[str], fault: str) -> FundingRow | BadRow:
    """Cells that a row lacks at its end are empty ones: some spreadsheets leave them out."""
    if not fault and any(map(str.strip, cells[len(header) :])):
        fault = "the row has more cells than the header: perhaps a comma or a quote is out of place"
    if fault:
        return BadRow(line, ((header[min(max(len(cells), 1), len(header)) - 1], fault),))
    row = dict.fromkeys(COLUMNS, "") | dict(zip(header, cells, strict=False))
    reference, given = row["reference"], {column: row[column].strip() for column in COLUMNS}
    faults = [(column, what) for column in COLUMNS if (what := _fault(column, given[column]))]
    if faults:
        return BadRow(line, tuple(faults))
    said = {column: given[column].lower() == _YES for column in _YES_OR_NO}
    texts = {column: given[column] for column in COLUMNS if column != "reference" and column not in _YES_OR_NO}
    return FundingRow(reference, FundingFacts(**texts, **said))  # type: ignore[arg-type]  # each by its column


def _fault(column: str, value: str) -> str:
    """What is wrong with a cell; empty where nothing is."""
    if column == "establishment_type_code" and not re.fullmatch(r"[0-9]*", value):
        return f"“{_shown(value)}” is no code of digits"
    known = _VALUES.get(column, (value,))
    if (value.lower() if column in _YES_OR_NO else value) in known or not (value or column in _NEEDED):
        return ""
    among = ", ".join(known)
    return f"“{_shown(value)}” is none of {among}" if value else f"must not be empty, but one of {among}"


def _shown(value: str) -> str:
    """A cell on one line, without characters that a terminal would obey."""
    line = " ".join(value[:_SHOWN_MOST].split())
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line)
