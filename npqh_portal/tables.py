"""Tables that people hand in as text: CSV as spreadsheets save it, read whole or refused whole."""

import csv
import hashlib
import io
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from .encoding import Utf8Tally
from .errors import RuleViolation

_DAYS = (("%Y-%m-%d", re.compile(r"\d{4}-\d\d-\d\d")), ("%d/%m/%Y", re.compile(r"\d\d?/\d\d?/\d{4}")))
# What no table contains, and every workbook, archive and picture does.
_NOT_TEXT = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


class TableFaulty(RuleViolation):
    """The file as a whole cannot be read; nothing of it is used."""


class TableEmpty(TableFaulty):
    def __init__(self) -> None:
        super().__init__(
            "The file holds no people: it needs a line that names the columns, and a line for each person."
        )


class TableNotText(TableFaulty):
    def __init__(self, line: int) -> None:
        super().__init__(
            f"Line {line} holds something that is not text. Save the list as CSV, in UTF-8 or Windows-1252."
        )


class TableCut(TableFaulty):
    def __init__(self, line: int) -> None:
        super().__init__(f"The file ends in the middle of line {line}: it was cut short. Save it again, whole.")


class QuoteAstray(TableFaulty):
    def __init__(self, line: int) -> None:
        super().__init__(f"Line {line} has a quotation mark out of place, so nothing after it can be told apart.")


class ColumnMissing(TableFaulty):
    def __init__(self, column: str, found: Sequence[str]) -> None:
        super().__init__(f"Line 1 names no column {column}. It names: {', '.join(found)}.")


class ColumnTwice(TableFaulty):
    def __init__(self, column: str) -> None:
        super().__init__(f"Line 1 names the column {column} twice. Which of the two counts cannot be told.")


@dataclass(frozen=True)
class Record:
    """One line of a table; `line` is the one on which it begins, for a cell in quotes may hold several."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True)
class RowFault:
    """What is wrong with one line, and in which column; no column: with the line as a whole."""

    line: int
    column: str
    words: str

    def __str__(self) -> str:
        return f"Line {self.line}, {self.column}: {self.words}" if self.column else f"Line {self.line}: {self.words}"


@dataclass(frozen=True)
class Table:
    """`header` as it stands in the file; `columns` the same as names: small letters, underscores for spaces."""

    sha256: str
    header: tuple[str, ...]
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    remarks: tuple[str, ...]
    encoding: str


# How a file may be written, by the name that Python has for it; the first that fits is taken where none is chosen.
ENCODINGS = {"utf-8-sig": "UTF-8", "utf-16": "UTF-16", "cp1252": "Windows-1252", "mac_roman": "Mac Roman"}


def read_table(content: bytes, *, needs: Collection[str], knows: Collection[str], encoding: str = "") -> Table:
    """Every line of a CSV file but empty ones. Its columns may stand in any order; others than `knows` are remarked on.

    UTF-8, Windows-1252 or UTF-16 with its mark, or the `encoding` of ENCODINGS that somebody chose; commas, semicolons
    or tabs. Raises a TableFaulty where the file as a whole cannot be trusted.
    """
    text, encoding = _text(content, encoding)
    records = list(_records(text))
    if not records:
        raise TableEmpty
    header, *rest = records
    columns = tuple(re.sub(r"[\s-]+", "_", name.strip().lower()) for name in header.cells)
    for column in knows:
        if columns.count(column) > 1:
            raise ColumnTwice(column)
    for column in needs:
        if column not in columns:
            raise ColumnMissing(column, [name for name in columns if name])
    ends = text.endswith(("\n", "\r"))
    if rest and not ends and len(rest[-1].cells) < len(columns):
        raise TableCut(rest[-1].line)
    kept = tuple(record for record in rest if any(record.cells))
    if not kept:
        raise TableEmpty
    strangers = [name for name in columns if name and name not in knows]
    remarks = [f"Columns that are not used: {', '.join(strangers)}."] if strangers else []
    if not ends:
        remarks.append(f"The last line, {kept[-1].line}, has no end of line: see that nothing is missing after it.")
    return Table(hashlib.sha256(content).hexdigest(), header.cells, columns, kept, tuple(remarks), encoding)


def day_written(cell: str) -> date | None:
    """A date as 2019-07-12 or 12/07/2019; None for anything else."""
    for form, shape in _DAYS:
        if shape.fullmatch(cell):
            try:
                return datetime.strptime(cell, form).date()  # noqa: DTZ007  # a date, not a moment
            except ValueError:
                return None
    return None


def _text(content: bytes, chosen: str) -> tuple[str, str]:
    """What it says, and how it was read."""
    if chosen and not content.startswith(_UTF_16):
        if broken := _NOT_TEXT.search(content):
            raise TableNotText(_line_at(content, broken.start()))
        try:
            return content.decode(chosen), chosen
        except UnicodeDecodeError as error:
            raise TableNotText(_line_at(content, error.start)) from error
    if content.startswith(_UTF_16):
        try:
            text = content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise TableNotText(1) from error
        if broken := _NOT_TEXT.search(text.encode()):
            raise TableNotText(_line_at(text.encode(), broken.start()))
        return text, "utf-16"
    if broken := _NOT_TEXT.search(content):
        raise TableNotText(_line_at(content, broken.start()))
    try:
        return content.decode("utf-8-sig"), "utf-8-sig"
    except UnicodeDecodeError as error:
        tally = Utf8Tally()
        tally.add(content, last=True)
        if tally.is_utf8_with_faults():
            raise TableNotText(_line_at(content, error.start)) from error
    try:
        return content.decode("cp1252"), "cp1252"
    except UnicodeDecodeError as error:
        raise TableNotText(_line_at(content, error.start)) from error


def _line_at(content: bytes, place: int) -> int:
    return len(re.findall(rb"\r\n|\r|\n", content[:place])) + 1


def _records(text: str) -> Iterator[Record]:
    first = text.partition("\n")[0]
    separator = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begins = 1
    try:
        for record in reader:
            if record:
                yield Record(begins, tuple(_plain(cell) for cell in record))
            begins = reader.line_num + 1
    except csv.Error as error:
        if "unexpected end of data" in str(error):
            raise TableCut(begins) from error
        raise QuoteAstray(begins) from error


def _plain(cell: str) -> str:
    """Without the apostrophe by which tables that we hand out keep spreadsheets from reading a formula."""
    cell = cell.strip()
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell
