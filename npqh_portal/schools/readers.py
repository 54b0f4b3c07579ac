"""Files of schools: bytes in, a checked table or a list out, or a refusal that names file and line.

The national extract has 139 columns and tens of thousands of rows. What is looked at here is what no database would
say as plainly: which encoding, which columns, whether it is a table at all. Its rows go to the database as they are.
"""

import codecs
import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import PurePosixPath
from typing import IO

from npqh_portal.encoding import Utf8Tally

from .errors import ColumnsMissing, FileUnusable
from .kinds import ListKind
from .rules.eligibility import HEADERS, fault_of
from .rules.imports import ListFile, Rejection, TableFile
from .rules.register import COLUMNS, LINK_COLUMNS

_CHUNK = 1 << 18
_AHEAD = 8  # pieces that may wait for their digest, so that a file unpacked as it is read does not pile up
_HEADER_MOST = 1 << 16
_NAMED_MOST = 5
_GAP = re.compile(rb"\n\r?\n")  # an empty line, unless it stands in quotes
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06")  # the second is an empty one
_UNPACKED_MOST = 500 << 20
_PYTHON_NAMES = {"UTF8": "utf-8", "WIN1252": "cp1252"}
# Bytes that mean nothing in Windows-1252.
_NO_LETTERS = (0x81, 0x8D, 0x8F, 0x90, 0x9D)


def read_extract(file: IO[bytes], name: str) -> TableFile:
    """The national extract, as CSV or as the only CSV of a ZIP. Raises FileUnusable."""
    return _read(file, name, COLUMNS.values())


def read_links(file: IO[bytes], name: str) -> TableFile:
    """The register's file of predecessors and successors. Raises FileUnusable."""
    return _read(file, name, LINK_COLUMNS)


def read_list(file: IO[bytes], name: str, kind: ListKind) -> ListFile:
    """One of DfE's lists; further columns and empty lines do not matter. Raises FileUnusable."""
    table = _read(file, name, [HEADERS[kind]])
    entries, rejections = [], []
    with _in_order(table.name):
        for line, row in _rows(table):
            identifier = row[table.header.index(HEADERS[kind])].strip()
            if fault := fault_of(kind, identifier):
                rejections.append(Rejection(line, identifier[:40], fault))
            else:
                entries.append((line, identifier))
    if not entries and not rejections:
        raise FileUnusable(table.name, "there is a header and nothing below it.")
    return ListFile(table.name, table.sha256, tuple(entries), tuple(rejections))


def _rows(table: TableFile) -> Iterator[tuple[int, list[str]]]:
    """Each row below the header with the line it begins on."""
    table.content.seek(table.starts_at)
    # Never closed before the file is: it would take the file with it.
    text = io.TextIOWrapper(table.content, encoding=_PYTHON_NAMES[table.encoding], newline="")
    try:
        reader = csv.reader(text, strict=True)
        begins = 1
        try:
            for number, row in enumerate(reader):
                if number and any(row):
                    if len(row) != len(table.header):
                        raise FileUnusable(table.name, _MISFIT, begins)
                    yield begins, row
                begins = reader.line_num + 1
        except csv.Error as error:
            raise FileUnusable(table.name, "a quote that opens here is not closed as it should be.", begins) from error
    finally:
        text.detach()


_MISFIT = (
    "the row has not as many columns as the header. The file was cut short, or a quote or comma in it is out of place."
)


def _read(file: IO[bytes], name: str, needed: Iterable[str]) -> TableFile:
    with _in_order(name):
        file.seek(0)
        content, name = _unpacked(file, name)
        content.seek(0)
        head = content.read(_HEADER_MOST)
        starts_at = len(codecs.BOM_UTF8) if head.startswith(codecs.BOM_UTF8) else 0
        if not head[starts_at:].strip():
            raise FileUnusable(name, "the file is empty.")
        if head[starts_at:].lstrip().startswith(b"<"):
            raise FileUnusable(name, "this is a web page, not a CSV. Perhaps it says why there was no download.")
        sha256, encoding, gaps, ends = _scanned(content, name)
    header, lines = _header(head[starts_at:].decode(_PYTHON_NAMES[encoding], errors="ignore"), name)
    _check_columns(header, list(needed), name)
    if gaps:
        content = _with_gaps_filled(content, len(header))
    remarks = () if ends else (f"{name}: the last line has no end. See that nothing is missing after it.",)
    return TableFile(content, name, sha256, encoding, header, lines, starts_at, remarks)


def _with_gaps_filled(content: IO[bytes], columns: int) -> IO[bytes]:
    """The file in memory with commas on its empty lines: a row in which nothing stands, and no line is lost."""
    filled, quoted = io.BytesIO(), False
    content.seek(0)
    for line in content:
        if not quoted and not line.strip():
            filled.write(b"," * (columns - 1) if columns > 1 else b'""')
        filled.write(line)
        quoted ^= bool(line.count(b'"') % 2)
    return filled


@contextmanager
def _in_order(name: str) -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise FileUnusable(name, "the ZIP is damaged. Download it again.") from error


def _unpacked(file: IO[bytes], name: str) -> tuple[IO[bytes], str]:
    """The file itself, or the one CSV in it, read as it is unpacked."""
    if file.read(4) not in _ZIPS:
        return file, name
    archive = zipfile.ZipFile(file)
    tables = [
        entry for entry in archive.infolist() if entry.filename.lower().endswith(".csv") and not _is_of_a_mac(entry)
    ]
    if not tables and "[Content_Types].xml" in archive.namelist():
        raise FileUnusable(name, "this is a spreadsheet, not a CSV. Save it as CSV first.")
    if len(tables) != 1:
        names = ", ".join(entry.filename for entry in tables[:_NAMED_MOST]) or "none"
        rest = f" and {len(tables) - _NAMED_MOST:,} more" if len(tables) > _NAMED_MOST else ""
        raise FileUnusable(name, f"a ZIP must hold one CSV. This one holds {names}{rest}.")
    table = tables[0]
    if table.flag_bits & 1:
        raise FileUnusable(name, "the ZIP asks for a password. Pack it without one.")
    if table.file_size > _UNPACKED_MOST:
        raise FileUnusable(name, f"the CSV in it is larger than {_UNPACKED_MOST >> 20} MB.")
    return archive.open(table), table.filename.rsplit("/", 1)[-1]


def _is_of_a_mac(entry: zipfile.ZipInfo) -> bool:
    """What macOS packs beside each file, under its name: no table."""
    return entry.filename.startswith("__MACOSX/") or PurePosixPath(entry.filename).name.startswith("._")


def _scanned(content: IO[bytes], name: str) -> tuple[str, str, bool, bool]:
    """SHA-256 and encoding, whether lines are empty, and whether the last has its end: from one walk over all bytes.

    Lines are counted only when one must be named.
    """
    digest, tally, passed, no_letter = hashlib.sha256(), Utf8Tally(), 0, False
    before, gaps = b"", False
    content.seek(0)
    with ThreadPoolExecutor(max_workers=1) as beside:  # the digest is half of all the work
        digested: deque[Future[None]] = deque()
        for chunk in iter(lambda: content.read(_CHUNK), b""):
            if (null := chunk.find(0)) >= 0:
                line = _line_of(content, passed + null)
                raise FileUnusable(name, "there is a null character, so this is no CSV of text.", line)
            tally.add(chunk)
            no_letter = no_letter or any(letter in chunk for letter in _NO_LETTERS)
            gaps = gaps or bool(_GAP.search(chunk) or _GAP.search(before + chunk[:2]))
            before = (before + chunk)[-2:]
            passed += len(chunk)
            digested.append(beside.submit(digest.update, chunk))
            if len(digested) > _AHEAD:
                digested.popleft().result()
    tally.add(b"", last=True)
    if not tally.broken:
        return digest.hexdigest(), "UTF8", gaps, before.endswith(b"\n")
    if tally.is_utf8_with_faults():
        line = _line_of(content, _first_fault(content))
        raise FileUnusable(name, "there is a byte that is not UTF-8, as the rest of the file is.", line)
    if no_letter:
        line = _line_of(content, _place_of(content, _NO_LETTERS))
        raise FileUnusable(name, "there is a byte that is text neither in UTF-8 nor in Windows-1252.", line)
    return digest.hexdigest(), "WIN1252", gaps, before.endswith(b"\n")


def _first_fault(content: IO[bytes]) -> int:
    """Where the first byte stands that is not UTF-8."""
    content.seek(0)
    decoder, passed = codecs.getincrementaldecoder("utf-8")(), 0
    while chunk := content.read(_CHUNK):
        pending = len(decoder.getstate()[0])
        try:
            decoder.decode(chunk)
        except UnicodeDecodeError as error:
            return passed + max(0, error.start - pending)
        passed += len(chunk)
    return passed - 1


def _place_of(content: IO[bytes], letters: Iterable[int]) -> int:
    """Where the first of these bytes stands. One of them does."""
    content.seek(0)
    passed = 0
    while chunk := content.read(_CHUNK):
        if places := [at for at in map(chunk.find, letters) if at >= 0]:
            return passed + min(places)
        passed += len(chunk)
    raise ValueError("none of these bytes is there")


def _line_of(content: IO[bytes], place: int) -> int:
    """The line, counted from 1, on which the byte at this place stands."""
    content.seek(0)
    line = 1
    while place > 0:
        chunk = content.read(min(_CHUNK, place))
        line += chunk.count(b"\n")
        place -= len(chunk)
    return line


def _header(text: str, name: str) -> tuple[tuple[str, ...], int]:
    reader = csv.reader(io.StringIO(text, newline=""))
    try:
        header = next(reader)
    except csv.Error as error:
        raise FileUnusable(name, "this is no CSV: its first line cannot be read as a header.", 1) from error
    return tuple(column.strip() for column in header), reader.line_num


def _check_columns(header: tuple[str, ...], needed: list[str], name: str) -> None:
    if not set(needed) & set(header):
        raise FileUnusable(name, f"this is another kind of file: its first line has no column {needed[0]}.", 1)
    if missing := [column for column in needed if column not in header]:
        raise ColumnsMissing(name, missing)
    if twice := [column for column in needed if header.count(column) > 1]:
        raise FileUnusable(name, f"the header has {', '.join(twice)} twice.", 1)
