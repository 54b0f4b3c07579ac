"""Tables and documents to take away, and that they were: whoever takes a list of people is written down."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from django.core.files.storage import default_storage
from django.db.models import Model
from django.http import FileResponse, HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from npqh_portal.audit.actions import record
from npqh_portal.people.models import User

from .uploads import CONTENT_TYPES

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What one cell of a workbook holds at most.
CELL_LONGEST = 32_767
# In letters: a column is as wide as what stands in it, and no wider than reads well.
NARROWEST, WIDEST = 8, 48
# A number that is a name, such as a TRN with a nought before it: typed over, it stays text.
_AS_TEXT = "@"
_DAY = "d mmm yyyy"


@dataclass(frozen=True)
class Taken:
    """What the audit trail is told of a file with people's data: who takes it, under which verb, how many rows.

    `of` is the cohort or session that it is of, if it is of one; `chosen` the filters by which its rows were chosen.
    """

    verb: str
    rows: int
    by: User
    of: Model | None = None
    chosen: str = ""

    def note(self, file: str) -> None:
        """An entry in the trail, on a GET too: nothing of what is there changes by it."""
        words = {"filters": self.chosen} if self.chosen else None
        record(self.verb, self.of or self.by, facts={"rows": self.rows, "file": file}, words=words, by=self.by)


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV. Every text that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _no_formula(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell


def csv_download(text: str, name: str, *, taken: Taken | None) -> HttpResponse:
    """A CSV as a file of that name, with a mark at its beginning by which spreadsheets know that it is UTF-8.

    `taken`, here as below, is None only of what holds nobody's data, or one's own.
    """
    if taken:
        taken.note("csv")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8", headers=headers)


def xlsx_download(rows: Iterable[Sequence[object]], name: str, *, sheet: str, taken: Taken | None) -> HttpResponse:
    """A workbook of one sheet, whose first row names the columns, is bold and stays in sight. Dates are dates in it.

    Nothing is a formula or a number that was written as text, whatever it looks like, and signs that a workbook cannot
    hold are left out.
    """
    if taken:
        taken.note("xlsx")
    table = [[_plain(value) for value in row] for row in rows]
    book = Workbook(write_only=True)
    page = book.create_sheet(sheet)
    page.freeze_panes = "A2"
    for place, column in enumerate(zip(*table, strict=True), start=1):
        page.column_dimensions[get_column_letter(place)].width = _width(column)
    for number, row in enumerate(table):
        page.append([_cell(page, value, is_title=number == 0) for value in row])
    content = io.BytesIO()
    book.save(content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content.getvalue(), content_type=XLSX, headers=headers)


def _plain(value: Any) -> Any:
    return ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_LONGEST] if isinstance(value, str) else value


def _width(column: Sequence[object]) -> int:
    longest = max(11 if isinstance(value, date) else len(str(value).partition("\n")[0]) for value in column)
    return min(max(NARROWEST, longest + 2), WIDEST)


def _cell(page: Any, value: Any, *, is_title: bool) -> Any:
    cell = WriteOnlyCell(page, value=value)
    if isinstance(value, str):
        cell.data_type = "s"  # else what begins with “=” is a formula
    if isinstance(value, str) and value.isdecimal():
        cell.number_format = _AS_TEXT
    if isinstance(value, date):
        cell.number_format = _DAY
    if is_title:
        cell.font = Font(bold=True)
    return cell


def pdf_download(content: bytes, name: str, *, taken: Taken | None) -> HttpResponse:
    """A PDF as a file of that name."""
    if taken:
        taken.note("pdf")
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def document_download(stored_name: str, *, name: str, kind: str) -> FileResponse:
    """A private file that was handed in; whoever calls this has checked whose it is.

    Always as a download, never shown in the page's own origin; its type is ours, not the browser's guess.
    """
    response = FileResponse(
        default_storage.open(stored_name), as_attachment=True, filename=name, content_type=CONTENT_TYPES[kind]
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


def picture_shown(stored_name: str, *, kind: str) -> FileResponse:
    """A private picture on a page of ours; whoever calls this has checked who may see it. Its type is ours."""
    response = FileResponse(default_storage.open(stored_name), content_type=CONTENT_TYPES[kind])
    response["X-Content-Type-Options"] = "nosniff"
    return response


class Document(Protocol):
    """A row that names what was handed in."""

    stored_name: Any
    sender_name: Any
    kind: Any


def document_as_sent(file: Document) -> FileResponse:
    """Under the sender's own name for it."""
    return document_download(file.stored_name, name=file.sender_name, kind=file.kind)
