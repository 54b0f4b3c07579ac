"""A certificate from its row to its bytes, in a warm worker, against bare WeasyPrint with fonts and sheet kept."""

from collections.abc import Iterator
from itertools import count

from django.conf import settings
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration

from assessments.actions import render_due_certificates
from assessments.certificate_pdf import certificate_html
from assessments.models import Certificate
from npqh_portal import clock
from tests import factories as make
from tests.bench.measuring import Contest, Work

SNAPSHOT = {
    "v": 1,
    "number": "LF-2026-0000-WXYZ",
    "name": "Rosalind Fairbrother-Quayle",
    "trn": "",
    "award": "National Professional Qualification for Headship",
    "provider": "Larkfell Leadership Partnership",
    "cohort": "Autumn",
    "awarded_on": "2026-09-01",
    "months": 21,
    "minutes": 4620,
    "threshold_percent": 90,
    "tasks": 1,
    "signatories": [["Honor Braithe-Calloway", "Director"], ["Tobias Farrant", "Programme lead"]],
    "check_url": "http://localhost:8000/verify/LF-2026-0000-WXYZ/",
    "colours": {"strong": "#68246d", "deep": "#3b143e"},
}


def contests() -> Iterator[Contest]:
    # As many as are measured, which on a quick machine are more than a cohort has places.
    cohort = make.a_cohort(make.a_version(), capacity=10_000)
    html, folder = certificate_html(SNAPSHOT), settings.BASE_DIR / "static" / "build"
    fonts = FontConfiguration()
    sheet = CSS(filename=str(folder / "certificate.css"), font_config=fonts)
    numbers = count(1)

    def issue() -> None:
        number = f"LF-2026-{next(numbers):04}-WXYZ"
        Certificate.objects.create(
            enrolment=make.an_enrolment(cohort),
            number=number,
            snapshot=SNAPSHOT | {"number": number},
            awarded_on=clock.today(),
        )

    def draw() -> None:
        if render_due_certificates() != 1:
            raise RuntimeError("No certificate was drawn.")

    yield Contest(
        goal=10,
        what="certificate, tagged, with its row",
        limit=Work(lambda: HTML(string=html, base_url=str(folder)).write_pdf(stylesheets=[sheet], font_config=fonts)),
        portal=Work(draw, before=issue),
        at_most=1.3,
    )
