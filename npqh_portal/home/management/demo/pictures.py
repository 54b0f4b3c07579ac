"""Pictures and handouts for pages, drawn here."""

import struct
import zlib

from weasyprint import HTML

_WIDTH, _HEIGHT, _FOOT = 960, 480, 440
_PALETTE = bytes.fromhex("ffffff 5b5560 c9b3cc 68246d")
_WHITE, _LINE, _LIGHT, _DARK = range(4)
# Of a hundred, week by week: after one day, and with practice every fortnight.
_AFTER_A_DAY = (72, 60, 47, 36, 27, 20, 15, 12)
_WITH_PRACTICE = (18, 27, 37, 48, 58, 68, 77, 84)
_QUESTIONS = (
    "What is it for, in one sentence?",
    "Who gets it, and who chose them?",
    "What do they miss for it?",
    "Who gives it, and who showed them how?",
    "How does their teacher know what was done?",
    "When does it end?",
    "How will you know whether it worked?",
)


def practice_png() -> bytes:
    """Pairs of bars, light and dark, for eight weeks."""
    rows = [bytearray([_WHITE]) * _WIDTH for _ in range(_HEIGHT)]

    def bar(left: int, share: int, colour: int) -> None:
        for row in rows[_FOOT - share * 4 : _FOOT]:
            row[left : left + 38] = bytes([colour]) * 38

    for week, (before, after) in enumerate(zip(_AFTER_A_DAY, _WITH_PRACTICE, strict=True)):
        bar(70 + week * 108, before, _LIGHT)
        bar(112 + week * 108, after, _DARK)
    for row in rows[_FOOT : _FOOT + 3]:
        row[40:920] = bytes([_LINE]) * 880
    head = struct.pack(">IIBBBBB", _WIDTH, _HEIGHT, 8, 3, 0, 0, 0)
    pixels = zlib.compress(b"".join(b"\0" + row for row in rows), 9)
    parts = ((b"IHDR", head), (b"PLTE", _PALETTE), (b"IDAT", pixels), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, data) for kind, data in parts)


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def review_pdf() -> bytes:
    """A page of questions with room to write."""
    lines = "".join(f"<p>{question}<br><br></p><hr>" for question in _QUESTIONS)
    page = f'<html lang="en-GB"><title>A review of support</title><h1>A review of support</h1>{lines}</html>'
    drawn: bytes = HTML(string=page).write_pdf()
    return drawn
