"""What may be handed in: size, extension and the bytes themselves must agree, whatever the browser says it is."""

import hashlib
import re
import zipfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePath
from typing import IO

import puremagic
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from npqh_portal.errors import RuleViolation

from .words import file_size

_OFFICE = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPES = {
    "docx": f"{_OFFICE}.wordprocessingml.document",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "pdf": "application/pdf",
    "png": "image/png",
    "pptx": f"{_OFFICE}.presentationml.presentation",
    "webp": "image/webp",
    "xlsx": f"{_OFFICE}.spreadsheetml.sheet",
}
PICTURES = frozenset({"jpeg", "jpg", "png", "webp"})
# In each kind of office archive the part that makes it one.
_MAIN_PARTS = {"docx": "word/document.xml", "pptx": "ppt/presentation.xml", "xlsx": "xl/workbook.xml"}


class FileEmpty(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The file is empty. Save it again where you wrote it, then choose it once more.")


class FileTooLarge(RuleViolation):
    def __init__(self, most: int) -> None:
        limit = f"{most >> 20} MB" if most >> 20 else file_size(most)
        super().__init__(
            f"The file is too large: {limit} is the most. Pictures make most of the size: save it with smaller ones."
        )


class FileLocked(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The file needs a password to open. Save it without one, then choose it again.")


class FileDamaged(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "The file has no end: it was cut short on its way or when it was saved. "
            "Save it again where you wrote it, then choose it once more."
        )


class FileOfWrongKind(RuleViolation):
    def __init__(self, kinds: Collection[str]) -> None:
        *others, last = [f"a .{kind}" for kind in sorted(kinds)]
        super().__init__(
            f"The file must be {' or '.join(filter(None, (', '.join(others), last)))}, "
            "by its name and by what is in it. Renaming is not enough: save it as one."
        )


class StopAtTheMost(FileUploadHandler):
    """Keeps no more of any upload than shows that it is too large, however much is sent. First of the handlers.

    The rest is read and dropped, so that the sender gets the page that says so rather than a broken line.
    A view that takes larger files than the others says so with a mark, `upload_most_bytes`.
    """

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        match = self.request.resolver_match if self.request else None
        most: int = getattr(match and match.func, "upload_most_bytes", None) or settings.UPLOAD_MOST_BYTES
        return raw_data if start <= most else None

    def file_complete(self, file_size: int) -> None:
        """The handlers after this one make the file."""


@dataclass(frozen=True)
class CheckedUpload:
    """A file that was found to be what it says."""

    kind: str
    content_type: str
    size: int
    sha256: str


def check_upload(file: "UploadedFile[bytes]", *, most_bytes: int, kinds: Collection[str]) -> CheckedUpload:
    """Refuse a file that is empty, too large, locked, cut short or of no such kind. Leaves it at its beginning."""
    size = file.size or 0
    if not size:
        raise FileEmpty
    if size > most_bytes:
        raise FileTooLarge(most_bytes)
    kind = PurePath(file.name or "").suffix.removeprefix(".").lower()
    if kind in kinds and _is_locked(kind, file):
        raise FileLocked
    if kind not in kinds or not _is(kind, file):
        raise FileOfWrongKind(kinds)
    if not _ends(kind, file, size):
        raise FileDamaged
    file.seek(0)
    digest = hashlib.file_digest(file, "sha256")
    file.seek(0)
    return CheckedUpload(kind, CONTENT_TYPES[kind], size, digest.hexdigest())


# What Word makes of a document with a password: an old compound file, which names its one stream in UTF-16.
_COMPOUND, _LOCKED_STREAM = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "EncryptedPackage".encode("utf-16-le")


def _is_locked(kind: str, file: IO[bytes]) -> bool:
    """Whether it asks for a password, or, as a PDF, limits what may be done with it."""
    file.seek(0)
    head = file.read(8)
    if kind in _MAIN_PARTS:
        return head == _COMPOUND and _LOCKED_STREAM in file.read()
    return head.startswith(b"%PDF-") and bool(re.search(rb"/Encrypt(?=[\s<])", file.read()))


def _is(kind: str, file: IO[bytes]) -> bool:
    file.seek(0)
    head = file.read(4096)
    if kind in _MAIN_PARTS:
        return head.startswith(b"PK\x03\x04") and _is_office(kind, file)
    if kind in PICTURES:
        return _picture_kind(head) == CONTENT_TYPES[kind]
    return head.startswith(b"%PDF-") and _sniffed(head) == ".pdf"


def _picture_kind(head: bytes) -> str:
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    return "image/webp" if head[:4] == b"RIFF" and head[8:12] == b"WEBP" else ""


def _ends(kind: str, file: IO[bytes], size: int) -> bool:
    """Whether it ends as one of its kind. A little after the end is forgiven, as readers do."""
    file.seek(0)
    head = file.read(12)
    file.seek(max(0, size - 2048))
    tail = file.read()
    match CONTENT_TYPES[kind]:
        case "application/pdf":  # readers look there for the way in
            return re.search(rb"startxref\s+\d+\s+%%EOF", tail) is not None
        case "image/png":
            return b"IEND\xaeB`\x82" in tail
        case "image/jpeg":
            return b"\xff\xd9" in tail
        case "image/webp":  # its head says how long it is
            return size >= 8 + int.from_bytes(head[4:8], "little")
    return True  # an archive that was opened has its end


def _is_office(kind: str, file: IO[bytes]) -> bool:
    """Whether the archive says it is a document of that kind, without macros. Names only: nothing is unpacked."""
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError):  # broken, of an unknown version, or misnamed within
        return False
    has_macros = any(name.endswith("vbaProject.bin") for name in names)
    return {"[Content_Types].xml", _MAIN_PARTS[kind]} <= names and not has_macros


def _sniffed(head: bytes) -> str:
    try:
        return puremagic.from_string(head)
    except puremagic.PureError:
        return ""
