"""Small real files, as a participant would send."""

import io
import struct
import zipfile
import zlib
from functools import cache
from html import escape
from itertools import starmap

from django.core.files.uploadedfile import SimpleUploadedFile
from weasyprint import HTML

_DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_DOCX}.main+xml"/></Types>'
)
_LINKS = (
    '<?xml version="1.0" encoding="UTF-8"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
_PARAGRAPHS = (
    "What the case study shows first is a school that has changed its curriculum three times in five years.",
    "Staff do not doubt the intention. They doubt that this change will outlast the next one.",
    "I would begin with one department and one term, and say beforehand what we expect to see by the end of it.",
)


def word_file(name: str) -> SimpleUploadedFile:
    body = "".join(f"<w:p><w:r><w:t>{escape(text)}</w:t></w:r></w:p>" for text in _PARAGRAPHS)
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">'
        f"<w:body>{body}</w:body></w:document>"
    )
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", _TYPES)
        parts.writestr("_rels/.rels", _LINKS)
        parts.writestr("word/document.xml", document)
    return SimpleUploadedFile(f"{name}.docx", packed.getvalue(), content_type=_DOCX)


def picture(name: str) -> SimpleUploadedFile:
    """Bars of some classes, each a bit higher than the one before, as a PNG."""
    width, height = 480, 240
    paper, bar = b"\xff\xff\xff", b"\x24\x34\x5f"
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            place, within = divmod(x, 60)
            rows += bar if 10 <= within < 50 and height - y < 40 + place * 24 else paper
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (("IHDR", head), ("IDAT", zlib.compress(bytes(rows))), ("IEND", b""))
    return SimpleUploadedFile(
        f"{name}.png", b"\x89PNG\r\n\x1a\n" + b"".join(starmap(_chunk, parts)), content_type="image/png"
    )


def _chunk(kind: str, content: bytes) -> bytes:
    named = kind.encode() + content
    return struct.pack(">I", len(content)) + named + struct.pack(">I", zlib.crc32(named))


def pdf_file(name: str) -> SimpleUploadedFile:
    return SimpleUploadedFile(f"{name}.pdf", _pdf(), content_type="application/pdf")


@cache
def _pdf() -> bytes:
    """Drawn once: it takes a while, and everybody writes the same."""
    page = "".join(f"<p>{escape(text)}</p>" for text in _PARAGRAPHS)
    drawn: bytes = HTML(string=page).write_pdf()
    return drawn
