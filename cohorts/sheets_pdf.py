"""Timetables, rosters and sheets to sign as PDF: A4 upright, tagged for screen readers, in ink alone."""

import atexit
import logging
from functools import cache
from threading import Lock
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string

from cohorts.queries.sheets import BLANK_LINES, Roster, SignInSheet, Timetable

# One drawing at a time in a process: the writer's fonts are shared, and were not made for threads.
_pen = Lock()


def timetable_pdf(timetable: Timetable, **frame: Any) -> bytes:
    return _drawn("timetable", timetable, frame)


def roster_pdf(roster: Roster, **frame: Any) -> bytes:
    return _drawn("roster", roster, frame)


def sign_in_pdf(sheet: SignInSheet, **frame: Any) -> bytes:
    """With a line to sign on for each, and blank ones for whoever comes besides."""
    return _drawn("sign_in", sheet, frame | {"blank_lines": range(BLANK_LINES)})


def _drawn(name: str, it: Any, frame: dict[str, Any]) -> bytes:
    """`frame` names the provider and the cohort, which stand at the head of every page, and the moment."""
    from weasyprint import HTML  # noqa: PLC0415  # half a second and Pango, which few pages need

    html = render_to_string(f"cohorts/sheet_{name}.html", frame | {"it": it})
    with _pen:
        fonts, sheet = _kit()
        pdf: bytes = HTML(string=html, base_url=str(_folder())).write_pdf(
            stylesheets=[sheet], font_config=fonts, pdf_variant="pdf/ua-1"
        )
    return pdf


@cache
def _kit() -> tuple[Any, Any]:
    """Fonts and sheet, read once in a process."""
    from weasyprint import CSS  # noqa: PLC0415  # see _drawn
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  # see _drawn

    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # else thirty lines for each
    # Its fonts are files of its own, which it wants to clear away while Python is still whole.
    atexit.register(_kit.cache_clear)
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(_folder() / "sheets.css"), font_config=fonts)


def _folder() -> Any:
    return settings.BASE_DIR / "static" / "build"
