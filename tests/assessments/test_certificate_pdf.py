"""The drawing: what is on it, in which fonts, and that it is the same every time."""

import re
import subprocess
import zlib
from pathlib import Path
from typing import Any

import pytest

from assessments.certificate_pdf import certificate_pdf

SNAPSHOT: dict[str, Any] = {
    "v": 1,
    "number": "LF-2026-7KQ2-M9WX",
    "name": "Ffion Marchbanks-Oyelaran",
    "trn": "9900417",
    "award": "National Professional Qualification for Headship",
    "provider": "Larkfell Leadership Partnership",
    "cohort": "Spring 2025",
    "awarded_on": "2026-10-14",
    "months": 21,
    "minutes": 4620,
    "threshold_percent": 90,
    "tasks": 1,
    "signatories": [["Honor Braithe-Calloway", "Director"], ["Tobias Farrant", "Programme lead"]],
    "check_url": "https://portal.example/verify/LF-2026-7KQ2-M9WX/",
    "colours": {"strong": "#68246d", "deep": "#401d4b"},
}


def drawn(**changed: Any) -> bytes:
    return certificate_pdf(SNAPSHOT | changed)


def unpacked(pdf: bytes) -> bytes:
    """The file with its packed objects readable."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x")


def fonts(pdf: bytes) -> set[str]:
    return {name.decode() for name in re.findall(rb"/FontName /[A-Z]{6}\+([\w-]+)", unpacked(pdf))}


def picture(pdf: bytes, folder: Path) -> tuple[int, int, bytes]:
    """The page as width, height and RGB bytes."""
    (folder / "certificate.pdf").write_bytes(pdf)
    subprocess.run(["pdftoppm", "-r", "40", "certificate.pdf", "page"], cwd=folder, check=True)
    pages = sorted(folder.glob("page*.ppm"))
    assert len(pages) == 1
    _, size, _, pixels = pages[0].read_bytes().split(b"\n", 3)
    width, height = map(int, size.split())
    return width, height, pixels


def test_the_same_snapshot_gives_the_same_bytes_whatever_was_drawn_in_between() -> None:
    first = drawn()
    drawn(name="Somebody Else")
    assert drawn() == first


def test_another_number_gives_other_bytes() -> None:
    assert drawn() != drawn(number="LF-2026-7KQ2-M9WY")


def test_it_is_one_tagged_page_with_a_title_and_a_language() -> None:
    pdf = unpacked(drawn())
    assert pdf.startswith(b"%PDF-1.7")
    assert len(re.findall(rb"/Type /Page\b", pdf)) == 1
    assert b"/Marked true" in pdf
    assert b"/Lang (en-GB)" in pdf
    assert b"pdfuaid:part" in pdf


@pytest.mark.parametrize(
    ("name", "extra"),
    [
        ("Ffion Marchbanks-Oyelaran", set()),
        ("Siân Llŷr Ŵyn", {"Cert-Serif-Ext"}),
        ("Nguyễn Thị Minh", {"Cert-Serif-Vietnamese"}),
        ("Łukasz Wiśniewski", {"Cert-Serif-Ext"}),
    ],
)
def test_only_our_own_fonts_are_embedded(name: str, extra: set[str]) -> None:
    expected = {"Cert-Serif", "Cert-Serif-Semi-Bold", "Cert-Sans", "Cert-Sans-Semi-Bold"} | extra
    assert fonts(drawn(name=name)) == expected


def test_the_picture_has_the_band_in_its_colour_and_ink_on_white(tmp_path: Path) -> None:
    width, height, pixels = picture(drawn(), tmp_path)
    assert width > height

    def pixel(x: float, y: float) -> tuple[int, ...]:
        start = 3 * (int(y * height) * width + int(x * width))
        return tuple(pixels[start : start + 3])

    assert pixel(0.1, 0.5) == (0x40, 0x1D, 0x4B)
    assert pixel(0.6, 0.5) == (255, 255, 255)
    dark = sum(1 for start in range(0, len(pixels), 3) if pixels[start] < 60 and pixels[start + 2] < 60)
    assert dark > 500


@pytest.mark.parametrize("name", ["Li", "Ffion Marchbanks-Oyelaran", "Maximiliana Oluwaseun " * 9, "W" * 200])
def test_the_longest_name_stays_on_the_page_and_above_the_facts(tmp_path: Path, name: str) -> None:
    (tmp_path / "certificate.pdf").write_bytes(drawn(name=name.strip()))
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "certificate.pdf", "-"], cwd=tmp_path, check=True, capture_output=True, text=True
    ).stdout
    words = re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]+)<', boxes)
    bottom = max(float(low) for _, _, _, low, word in words if word == "qualification.")
    facts = min(float(high) for _, high, _, _, word in words if word == "Awarded")
    assert bottom < facts
    assert max(float(right) for _, _, right, _, _ in words) < 842
    assert boxes.count("<page ") == 1


def test_a_provider_of_two_tasks_without_a_verified_trn_reads_well() -> None:
    assert drawn(tasks=2, trn="") != drawn()
