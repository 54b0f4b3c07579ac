import hashlib
import io
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from npqh_portal.web.uploads import (
    CONTENT_TYPES,
    FileDamaged,
    FileEmpty,
    FileLocked,
    FileOfWrongKind,
    FileTooLarge,
    check_upload,
)
from tests.web.pictures import A_JPEG, A_WEBP, a_png

PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"
BOTH = ("docx", "pdf")


def a_zip(*names: str) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w") as archive:
        for name in names:
            # Of no time of day: these bytes name tests, which every process must call the same.
            archive.writestr(zipfile.ZipInfo(name), "<xml/>")
    return whole.getvalue()


DOCX = a_zip("[Content_Types].xml", "word/document.xml")


COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(("name", "body", "kind"), [("mine.docx", DOCX, "docx"), ("Mine.PDF", PDF, "pdf")])
def test_a_file_that_is_what_it_says(name: str, body: bytes, kind: str) -> None:
    file = SimpleUploadedFile(name, body, content_type="text/plain")
    checked = check_upload(file, most_bytes=len(body), kinds=BOTH)
    assert (checked.kind, checked.size, checked.sha256) == (kind, len(body), hashlib.sha256(body).hexdigest())
    assert file.read() == body


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("page.pdf", b"<!DOCTYPE html><script>alert(1)</script>"),
        ("page.pdf", DOCX),
        ("program.docx", b"MZ\x90\x00" + b"\x00" * 100),
        ("sheet.docx", a_zip("[Content_Types].xml", "xl/workbook.xml")),
        ("macros.docx", a_zip("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin")),
        ("cut-off.docx", DOCX[:60]),
        ("old.docx", COMPOUND + b"\x00" * 100),
        ("mine.docx", PDF),
        ("mine.doc", DOCX),
        ("mine", PDF),
        ("mine.pdf.exe", PDF),
    ],
)
def test_name_and_bytes_must_agree(name: str, body: bytes) -> None:
    with pytest.raises(FileOfWrongKind, match=r"a \.docx or a \.pdf"):
        check_upload(SimpleUploadedFile(name, body), most_bytes=1000, kinds=BOTH)


def broken(at: bytes, offset: int, value: bytes) -> bytes:
    """The archive with bytes of its directory changed."""
    place = DOCX.index(at) + offset
    return DOCX[:place] + value + DOCX[place + len(value) :]


@pytest.mark.parametrize(
    "body",
    [
        broken(b"PK\x01\x02", 6, b"\xff"),  # made by a version of zip that nobody knows
        broken(b"PK\x01\x02", 8, b"\x00\x08").replace(b"[Content_", b"[Conten\xc3_"),  # not the UTF-8 it claims
        DOCX[:-1],
    ],
)
def test_a_broken_archive_is_refused(body: bytes) -> None:
    with pytest.raises(FileOfWrongKind):
        check_upload(SimpleUploadedFile("mine.docx", body), most_bytes=1000, kinds=BOTH)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("mine.docx", COMPOUND + bytes(500) + "EncryptedPackage".encode("utf-16-le")),
        ("mine.pdf", PDF + b"trailer << /Root 1 0 R /Encrypt 5 0 R >>"),
        ("mine.pdf", PDF + b"trailer <</Root 1 0 R/Encrypt<</V 4>>>>"),
    ],
)
def test_a_file_with_a_password_says_so(name: str, body: bytes) -> None:
    with pytest.raises(FileLocked, match="needs a password"):
        check_upload(SimpleUploadedFile(name, body), most_bytes=1000, kinds=BOTH)
    check_upload(SimpleUploadedFile("mine.pdf", PDF + b"/EncryptMetadata false"), most_bytes=1000, kinds=BOTH)


@pytest.mark.parametrize("body", [PDF[:-3], PDF[:30], b"%PDF-1.4\n", PDF + bytes(5000)])
def test_a_pdf_that_was_cut_short_is_refused(body: bytes) -> None:
    with pytest.raises(FileDamaged, match="cut short"):
        check_upload(SimpleUploadedFile("mine.pdf", body), most_bytes=10_000, kinds=BOTH)


def test_a_little_after_the_end_of_a_pdf_is_forgiven() -> None:
    body = PDF.replace(b"\n%%EOF", b"\r\n%%EOF") + b"\r\n" * 500
    check_upload(SimpleUploadedFile("mine.pdf", body), most_bytes=10_000, kinds=BOTH)


def test_only_the_kinds_asked_for() -> None:
    with pytest.raises(FileOfWrongKind):
        check_upload(SimpleUploadedFile("mine.pdf", PDF), most_bytes=1000, kinds=["docx"])


def test_one_byte_too_many() -> None:
    with pytest.raises(FileTooLarge, match="is the most"):
        check_upload(SimpleUploadedFile("mine.pdf", PDF), most_bytes=len(PDF) - 1, kinds=BOTH)


def test_an_empty_file() -> None:
    with pytest.raises(FileEmpty):
        check_upload(SimpleUploadedFile("mine.pdf", b""), most_bytes=1000, kinds=BOTH)


# --- pictures, and documents of the other office programs ----------------------------------------

PNG = a_png()
MANY = tuple(CONTENT_TYPES)


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ridge.png", PNG),
        ("ridge.jpg", A_JPEG),
        ("ridge.jpeg", A_JPEG + b"\0\0"),
        ("ridge.webp", A_WEBP),
        ("slides.pptx", a_zip("[Content_Types].xml", "ppt/presentation.xml")),
        ("sums.xlsx", a_zip("[Content_Types].xml", "xl/workbook.xml")),
    ],
)
def test_pictures_and_office_files_that_are_what_they_say(name: str, body: bytes) -> None:
    checked = check_upload(SimpleUploadedFile(name, body), most_bytes=1000, kinds=MANY)
    assert checked.content_type == CONTENT_TYPES[name.rpartition(".")[2]]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("ridge.png", A_JPEG),
        ("ridge.jpg", PNG),
        ("ridge.webp", b"RIFF\x04\0\0\0WAVE"),
        ("ridge.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("slides.pptx", DOCX),
        ("sums.xlsx", a_zip("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin")),
        ("ridge.svg", b"<svg/>"),
    ],
)
def test_names_and_bytes_of_pictures_must_agree(name: str, body: bytes) -> None:
    with pytest.raises(FileOfWrongKind, match=r"must be a \.docx, a \.jpeg, .* or a \.xlsx, by its name"):
        check_upload(SimpleUploadedFile(name, body), most_bytes=1000, kinds=MANY)


@pytest.mark.parametrize(("name", "body"), [("a.png", PNG[:-4]), ("a.jpg", A_JPEG[:-2]), ("a.webp", A_WEBP[:-1])])
def test_a_picture_that_was_cut_short_is_refused(name: str, body: bytes) -> None:
    with pytest.raises(FileDamaged):
        check_upload(SimpleUploadedFile(name, body), most_bytes=1000, kinds=MANY)
