"""Tables to take away."""

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse


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
