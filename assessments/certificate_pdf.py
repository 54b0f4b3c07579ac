"""A certificate as PDF: the same snapshot gives the same bytes, on any machine."""

import atexit
import hashlib
import logging
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from io import BytesIO
from math import sin
from typing import Any

import segno
from django.conf import settings
from django.template.loader import render_to_string

_LINES = 14


def certificate_pdf(snapshot: Mapping[str, Any]) -> bytes:
    """Draw it: one A4 page, tagged (PDF/UA-1), its fonts embedded. Reads nothing but the snapshot and the sheet."""
    from weasyprint import HTML  # noqa: PLC0415  # half a second and Pango, which only the drawing worker needs

    fonts, sheet = _kit()
    pdf: bytes = HTML(string=certificate_html(snapshot), base_url=str(_folder())).write_pdf(
        stylesheets=[sheet],
        font_config=fonts,
        pdf_variant="pdf/ua-1",
        pdf_identifier=hashlib.sha256(snapshot["number"].encode()).digest()[:16],
    )
    return pdf


def certificate_html(snapshot: Mapping[str, Any]) -> str:
    """The page that is drawn."""
    return render_to_string(
        "assessments/certificate.html",
        {
            "it": snapshot,
            "awarded_on": date.fromisoformat(snapshot["awarded_on"]),
            "hours": snapshot["minutes"] // 60,
            "check_words": snapshot["check_url"].partition("://")[2].rstrip("/"),
            "size": _size_for(snapshot["name"]),
            "qr": _code(snapshot["check_url"]),
            "ridge": list(_ridge()),
        },
    )


def warm_up() -> None:
    """Load what every drawing needs, so that the first person does not wait for it."""
    _kit()


@cache
def _kit() -> tuple[Any, Any]:
    """Fonts and sheet, read once in a process."""
    from weasyprint import CSS  # noqa: PLC0415  # see certificate_pdf
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415  # see certificate_pdf

    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)  # else thirty lines for each certificate
    # Its fonts are files of its own, which it wants to clear away while Python is still whole.
    atexit.register(_kit.cache_clear)
    fonts = FontConfiguration()
    return fonts, CSS(filename=str(_folder() / "certificate.css"), font_config=fonts)


def _size_for(name: str) -> str:
    """Up to two lines for almost every name; even the longest there can be stays above the facts."""
    return "large" if len(name) <= 26 else "medium" if len(name) <= 70 else "small"


def _folder() -> Any:
    return settings.BASE_DIR / "static" / "build"


def _code(address: str) -> str:
    """The address as a QR code, in SVG."""
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=True, nl=False, border=0, unit=None, omitsize=True, dark="#151a2d",
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return out.getvalue().decode()


def _ridge() -> Iterator[dict[str, str]]:
    """Fine lines like a range of hills, fainter with distance. The same on every certificate."""
    for line in range(_LINES):
        height, far = 860 - 36 * line, line / _LINES
        points = (
            f"{x} {height - 44 * sin(x / 105 + line * 0.55) * (1 - far * 0.6) - 17 * sin(x / 47 + line * 0.9):.1f}"
            for x in range(-10, 680, 10)
        )
        yield {"path": "M" + " ".join(points), "opacity": f"{0.42 * (1 - far) + 0.04:.2f}"}
