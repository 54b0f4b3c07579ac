"""Files as the register and DfE publish them, made up: 139 columns, Windows-1252, CRLF."""

import csv
import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from npqh_portal.home.management.demo.extract import COLUMNS as NATIONAL
from npqh_portal.people.models import User
from npqh_portal.schools import actions, readers
from npqh_portal.schools.rules.imports import Report, TableFile
from npqh_portal.schools.rules.register import COLUMNS, LINK_COLUMNS

Row = Mapping[str, str]

NAMES = {"name": "Quillbeck Primary School", "status": "1", "town": "Quillbeck", "type_code": "1", "la_code": "909"}


def a_row(urn: str = "900001", **columns: str) -> dict[str, str]:
    """A row of the extract, by our names for its columns."""
    values = {"urn": urn} | NAMES | columns
    return {COLUMNS[name]: value for name, value in values.items()}


def an_extract(
    rows: Iterable[Row], *, columns: Sequence[str] = NATIONAL, encoding: str = "cp1252", line_end: str = "\r\n"
) -> bytes:
    return _table(columns, rows, line_end).encode(encoding)


def links(*rows: Sequence[str]) -> bytes:
    """Of (URN, other URN, kind, date)."""
    return _table(LINK_COLUMNS, (dict(zip(LINK_COLUMNS, row, strict=True)) for row in rows), "\r\n").encode("cp1252")


def a_list(header: str, *identifiers: str) -> bytes:
    return "\r\n".join([f"{header},School name", *(f"{one},A school" for one in identifiers), ""]).encode()


def _table(columns: Sequence[str], rows: Iterable[Row], line_end: str) -> str:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator=line_end)
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(f"{name}.csv", content)
    return packed.getvalue()


def read(content: bytes) -> TableFile:
    return readers.read_extract(io.BytesIO(content), "extract.csv")


def taken_in(content: bytes, *, linked: bytes | None = None, by: User | None = None, **options: Any) -> Report:
    with_links = readers.read_links(io.BytesIO(linked), "links.csv") if linked else None
    return actions.import_schools(read(content), links=with_links, by=by, **options)
