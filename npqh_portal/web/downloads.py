"""Tables to take away."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# What one cell of a workbook holds at most.
CELL_LONGEST = 32_767


def csv_text(rows: Iterable[Sequence[object]]) -> str:
    """The rows as CSV. Every text that a spreadsheet would take for a formula begins with an apostrophe."""
    text = io.StringIO(newline="")
    csv.writer(text).writerows([_no_formula(cell) for cell in row] for row in rows)
    return text.getvalue()


def _no_formula(cell: object) -> object:
    is_formula = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if is_formula else cell


def csv_download(text: str, name: str) -> HttpResponse:
    """A CSV as a file of that name, with a mark at its beginning by which spreadsheets know that it is UTF-8."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(f"\ufeff{text}", content_type="text/csv; charset=utf-8", headers=headers)


def xlsx_download(rows: Iterable[Sequence[object]], name: str) -> HttpResponse:
    """A workbook of one sheet, whose first row names the columns and stays in sight. Dates are dates in it.

    Nothing is a formula, whatever it begins with, and signs that a workbook cannot hold are left out.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    for number, row in enumerate(rows):
        if number == 0:
            for place, title in enumerate(row, start=1):
                sheet.column_dimensions[get_column_letter(place)].width = max(12, len(str(title)) + 2)
        sheet.append([_cell(sheet, value) for value in row])
    content = io.BytesIO()
    book.save(content)
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content.getvalue(), content_type=XLSX, headers=headers)


def _cell(sheet: Any, value: object) -> object:
    if not isinstance(value, str):
        return value
    value = ILLEGAL_CHARACTERS_RE.sub("", value)[:CELL_LONGEST]
    if not value.startswith("="):
        return value
    cell = WriteOnlyCell(sheet, value=value)
    cell.data_type = "s"
    return cell
