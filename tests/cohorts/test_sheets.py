"""What is taken away: timetables, rosters and sheets to sign, and who may take which."""

import csv
import io
import re
import subprocess
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from openpyxl import load_workbook

from applications.states import ApplicationState
from cohorts.actions import assign_facilitator
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, SchoolTerm, Seminar, Venue
from cohorts.queries.sheets import BLANK_LINES
from cohorts.states import CohortState, EnrolmentState, SeminarState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests import factories as make

pytestmark = pytest.mark.django_db

# In London it is half past midnight on the 17th, and an hour later than here.
NOW = datetime(2026, 6, 16, 23, 30, tzinfo=UTC)


class Summer:
    def __init__(self) -> None:
        version = make.a_version(state=VersionState.DRAFT)
        self.items = [make.an_item(version, title=f"Seminar {number}") for number in range(1, 6)]
        self.version = make.published(version)
        self.intake = make.an_intake(version)
        self.cohort: Cohort = make.a_cohort(version, name="Summer 2026", starts_on=date(2026, 5, 1))
        self.facilitator: User = make.a_person(Role.FACILITATOR, full_name="Cosima Threlfall")
        self.fells: Group = make.a_group(self.cohort, self.facilitator, name="Fells & dales")
        self.coast: Group = make.a_group(self.cohort, make.a_person(Role.FACILITATOR), name="Coast")
        self.hall: Venue = make.a_venue(
            name="Tarnhollow Hall", address="1 Mill Lane", access_notes="Level entrance; hearing loop."
        )
        self.own = self.seminar(1, 20, self.fells, venue=self.hall)
        self.others = self.seminar(2, 21, self.coast)
        self.together = self.seminar(3, 40)
        self.planned = self.seminar(4, 50, self.fells, state=SeminarState.PLANNED)
        self.cancelled = self.seminar(5, 60, self.fells, state=SeminarState.CANCELLED)
        self.lead: User = make.a_person(Role.PROGRAMME_LEAD)
        SchoolTerm.objects.create(name="Summer term 2026", starts_on=date(2026, 4, 13), ends_on=date(2026, 7, 20))

    def seminar(self, number: int, days: int, group: Group | None = None, **fields: Any) -> Seminar:
        starts_at = datetime(2026, 6, 17, 12, 0, tzinfo=UTC) + timedelta(days=days)
        fields = {"facilitator": self.facilitator, "joining_url": "https://meet.example/secret"} | fields
        return make.a_seminar(self.cohort, self.items[number - 1], group, starts_at=starts_at, **fields)

    def person(self, name: str, group: Group | None = None, **applied: Any) -> Enrolment:
        person = make.a_person(Role.PARTICIPANT, full_name=name, email=f"{name.split()[0].lower()}@school.example")
        applied = {"school_name": "Copsewick School", "needs_adjustments": True, "adjustments": "Large print"} | applied
        application = make.an_application(person, self.intake, state=ApplicationState.ACCEPTED, **applied)
        return make.an_enrolment(self.cohort, group, person, application=application)

    def address(self, what: str, form: str = "csv", cohort: Cohort | None = None) -> str:
        return f"/cohorts/{(cohort or self.cohort).public_id}/{what}.{form}"

    def to_sign(self, seminar: Seminar, form: str = "csv") -> str:
        return f"/sessions/{seminar.public_id}/sign-in-sheet.{form}"


@pytest.fixture
def summer(time_machine: Any) -> Summer:
    time_machine.move_to(NOW, tick=False)
    return Summer()


def table(client: Client, address: str) -> list[list[str]]:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))


def workbook(client: Client, address: str) -> list[list[Any]]:
    page = load_workbook(io.BytesIO(client.get(address).content)).active
    assert page is not None
    return [list(row) for row in page.iter_rows(values_only=True)]


def text_of(client: Client, address: str, folder: Path) -> str:
    """What is read on its pages, in the order of the page."""
    (folder / "sheet.pdf").write_bytes(client.get(address).content)
    told = subprocess.run(
        ["pdftotext", "-layout", "sheet.pdf", "-"], cwd=folder, check=True, capture_output=True, text=True
    )
    return told.stdout


# --- timetable -----------------------------------------------------------------------------------


def test_timetable_of_a_cohort_holds_drafts_and_nothing_cancelled(client: Client, summer: Summer) -> None:
    client.force_login(summer.lead)
    heads, first, *more = table(client, summer.address("timetable"))
    assert heads[:4] == ["Date", "Starts", "Ends", "Session"]
    assert first == [
        "2026-07-07", "13:00", "15:00", "Seminar 1", "Seminar", "", "Fells & dales", "In person", "Tarnhollow Hall",
        "1 Mill Lane", "Cosima Threlfall", "Scheduled",
    ]  # fmt: skip
    assert [(row[3], row[6], row[11]) for row in more] == [
        ("Seminar 2", "Coast", "Scheduled"),
        ("Seminar 3", "Whole cohort", "Scheduled"),
        ("Seminar 4", "Fells & dales", "Draft"),
    ]


def test_timetable_of_a_group_holds_what_everybody_goes_to(client: Client, summer: Summer) -> None:
    client.force_login(summer.lead)
    rows = table(client, summer.address("timetable") + "?group=Coast")
    assert [row[3] for row in rows[1:]] == ["Seminar 2", "Seminar 3"]


def test_timetable_of_a_term_holds_its_days(client: Client, summer: Summer) -> None:
    """The last day of the term in London is the first that is not one in Greenwich."""
    late = datetime(2026, 7, 20, 22, 30, tzinfo=UTC)
    Seminar.objects.filter(pk=summer.together.pk).update(starts_at=late, ends_at=late + timedelta(minutes=29))
    after = datetime(2026, 7, 20, 23, 0, tzinfo=UTC)
    Seminar.objects.filter(pk=summer.planned.pk).update(starts_at=after, ends_at=after + timedelta(hours=1))
    client.force_login(summer.lead)
    rows = table(client, summer.address("timetable") + "?term=Summer+term+2026")
    assert [row[3] for row in rows[1:]] == ["Seminar 1", "Seminar 2", "Seminar 3"]
    assert client.get(summer.address("timetable") + "?term=Nonsense").status_code == 404


def test_facilitator_takes_away_their_own_groups_and_no_draft(client: Client, summer: Summer) -> None:
    summer.person("Agnes Fothermere", summer.fells)
    summer.person("Orla Hadrigan", summer.coast)
    client.force_login(summer.facilitator)
    rows = table(client, summer.address("timetable"))
    assert [row[3] for row in rows[1:]] == ["Seminar 1", "Seminar 3"]
    assert [row[0] for row in table(client, summer.address("roster"))] == ["Name", "Agnes Fothermere"]
    for what in ("timetable", "roster"):
        assert client.get(f"{summer.address(what)}?group=Coast").status_code == 404
        assert client.get(f"{summer.address(what)}?group=Fells+%26+dales").status_code == 200


def test_a_facilitator_takes_away_a_group_they_are_to_lead_from_a_coming_day(client: Client, summer: Summer) -> None:
    coming = make.a_person(Role.FACILITATOR)
    summer.person("Orla Hadrigan", summer.coast)
    client.force_login(coming)
    assert client.get(summer.address("roster")).status_code == 404
    starts_on = date(2026, 7, 1)
    assign_facilitator(summer.coast, person=coming, from_on=starts_on, by=summer.lead)
    assert [row[0] for row in table(client, summer.address("roster"))] == ["Name", "Orla Hadrigan"]
    assert [row[3] for row in table(client, summer.address("timetable"))[1:]] == ["Seminar 2", "Seminar 3"]
    assign_facilitator(summer.coast, person=summer.facilitator, from_on=starts_on, by=summer.lead)
    assert client.get(summer.address("roster")).status_code == 404


def test_nothing_says_how_to_join(client: Client, summer: Summer, tmp_path: Path) -> None:
    client.force_login(summer.lead)
    assert b"meet.example" not in client.get(summer.address("timetable")).content
    assert "meet.example" not in text_of(client, summer.address("timetable", "pdf"), tmp_path)


# --- roster --------------------------------------------------------------------------------------


def test_roster_tells_who_takes_part_and_how_to_reach_them(client: Client, summer: Summer) -> None:
    summer.person("Orla Hadrigan", summer.fells, telephone="01632 960 001")
    told = summer.person("Agnes Fothermere", summer.fells)
    told.person.affiliations.create(school=make.a_school(name="New Lane School"), from_on=date(2026, 6, 1))
    summer.person("Ivo Rennard")
    gone = summer.person("Freya Dunmail", summer.coast)
    gone.memberships.update(to_on=date(2026, 6, 1))
    Enrolment.objects.filter(pk=gone.pk).update(state=EnrolmentState.DEFERRED)
    client.force_login(summer.lead)
    assert table(client, summer.address("roster")) == [
        ["Name", "School", "Email", "Telephone", "Group"],
        ["Agnes Fothermere", "New Lane School", "agnes@school.example", "", "Fells & dales"],
        ["Orla Hadrigan", "Copsewick School", "orla@school.example", "01632 960 001", "Fells & dales"],
        ["Ivo Rennard", "Copsewick School", "ivo@school.example", "", ""],
    ]


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_what_somebody_needs_to_take_part_is_on_no_sheet(
    client: Client, summer: Summer, form: str, tmp_path: Path
) -> None:
    summer.person("Orla Hadrigan", summer.fells)
    client.force_login(summer.facilitator)
    for address in (summer.address("roster", form), summer.to_sign(summer.own, form)):
        said = {
            "csv": lambda at: str(table(client, at)),
            "xlsx": lambda at: str(workbook(client, at)),
            "pdf": lambda at: text_of(client, at, tmp_path),
        }[form](address)
        assert "Orla Hadrigan" in said
        assert "Large print" not in said


def test_a_name_is_no_formula(client: Client, summer: Summer) -> None:
    enrolment = summer.person("Orla Hadrigan", summer.fells, school_name="+44 School")
    User.objects.filter(pk=enrolment.person_id).update(full_name="=1+1")
    client.force_login(summer.lead)
    assert table(client, summer.address("roster"))[1][:2] == ["'=1+1", "'+44 School"]
    assert workbook(client, summer.address("roster", "xlsx"))[1][:2] == ["=1+1", "+44 School"]
    book = load_workbook(io.BytesIO(client.get(summer.address("roster", "xlsx")).content))
    assert book.active
    assert book.active["A2"].data_type == "s"


# --- to sign -------------------------------------------------------------------------------------


def test_sheet_to_sign_holds_whoever_is_expected_and_blank_lines(client: Client, summer: Summer) -> None:
    summer.person("Orla Hadrigan", summer.fells)
    away = summer.person("Agnes Fothermere", summer.fells)
    guest = summer.person("Bethan Cruddace", summer.coast, school_name="Hobbin Lane School")
    GuestPlace.objects.create(enrolment=guest, seminar=summer.own)
    GuestPlace.objects.create(enrolment=away, seminar=summer.others, instead_of=summer.own)
    client.force_login(summer.facilitator)
    heads, *rows = table(client, summer.to_sign(summer.own))
    assert heads[-5:] == ["Name", "School", "Group", "Guest of", "Signature"]
    session = ["2026-07-07", "13:00", "15:00", "Seminar 1", "Tarnhollow Hall", "Level entrance; hearing loop."]
    assert rows[:2] == [
        [*session, "Orla Hadrigan", "Copsewick School", "Fells & dales", "", ""],
        [*session, "Bethan Cruddace", "Hobbin Lane School", "Fells & dales", "Coast", ""],
    ]
    assert rows[2:] == [[""] * len(heads)] * BLANK_LINES


def test_sheet_to_sign_as_a_workbook_has_its_day_as_a_day(client: Client, summer: Summer) -> None:
    summer.person("Orla Hadrigan", summer.fells)
    client.force_login(summer.facilitator)
    rows = workbook(client, summer.to_sign(summer.own, "xlsx"))
    assert rows[1][0] == datetime(2026, 7, 7)  # noqa: DTZ001  # a day, as workbooks write it
    assert len(rows) == 2 + BLANK_LINES


def test_what_is_cancelled_needs_no_signature(client: Client, summer: Summer) -> None:
    client.force_login(summer.lead)
    assert client.get(summer.to_sign(summer.cancelled)).status_code == 404
    assert client.get(summer.to_sign(summer.planned)).status_code == 200
    client.force_login(summer.facilitator)
    assert client.get(summer.to_sign(summer.planned)).status_code == 404


def test_register_leads_to_its_sheet_and_its_roster(client: Client, summer: Summer) -> None:
    client.force_login(summer.facilitator)
    said = client.get(f"/facilitator/registers/{summer.own.public_id}/").content.decode()
    links = [summer.to_sign(summer.own, "pdf"), summer.address("roster", "pdf") + "?group=Fells%20%26%20dales"]
    for link in links:
        assert f'href="{link}"' in said
        assert client.get(link).status_code == 200


def test_who_stands_in_once_has_the_sheet_to_sign_and_no_roster(client: Client, summer: Summer) -> None:
    other = make.a_person(Role.FACILITATOR)
    Seminar.objects.filter(pk=summer.own.pk).update(facilitator=other)
    client.force_login(other)
    said = client.get(f"/facilitator/registers/{summer.own.public_id}/").content.decode()
    assert summer.to_sign(summer.own, "pdf") in said
    assert "Roster of" not in said
    assert client.get(summer.to_sign(summer.own)).status_code == 200
    assert client.get(summer.address("roster")).status_code == 404


# --- as PDF --------------------------------------------------------------------------------------


def unpacked(pdf: bytes) -> bytes:
    """The file with its packed objects readable."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL)
    return pdf + b"".join(zlib.decompress(stream) for stream in streams if stream[:1] == b"x")


def test_every_page_names_provider_cohort_and_its_number(client: Client, summer: Summer, tmp_path: Path) -> None:
    Cohort.objects.update(capacity=100)
    Group.objects.update(capacity=100)
    summer.intake.capacity = 100
    summer.intake.save()
    for number in range(60):
        summer.person(f"Walker{number} Łukasz-Ŵyn", summer.fells)
    client.force_login(summer.lead)
    pages = text_of(client, summer.address("roster", "pdf"), tmp_path).split("\f")[:-1]
    assert len(pages) >= 3
    for number, page in enumerate(pages, start=1):
        assert re.search(r"Larkfell Leadership Partnership +· +Summer 2026 +· +Roster", page)
        assert f"Page {number} of {len(pages)}" in page
        assert "As it stands on 17 June 2026, 12.30am" in page
        assert re.search(r"No\. +Name +School +Email", page), "the heads of the columns are on every page"
    assert "".join(pages).count("Łukasz-Ŵyn") == 60


@pytest.mark.parametrize("what", ["timetable", "roster", "sign-in-sheet"])
def test_each_is_tagged_upright_a4_in_ink_alone(client: Client, summer: Summer, what: str, tmp_path: Path) -> None:
    summer.person("Orla Hadrigan", summer.fells)
    client.force_login(summer.lead)
    sheet = what == "sign-in-sheet"
    answer = client.get(summer.to_sign(summer.own, "pdf") if sheet else summer.address(what, "pdf"))
    assert answer["Content-Type"] == "application/pdf"
    pdf = unpacked(answer.content)
    assert b"/Marked true" in pdf
    assert b"/Lang (en-GB)" in pdf
    assert b"pdfuaid:part" in pdf
    assert len(re.findall(rb"/S /TH\b", pdf)) >= 4
    (tmp_path / "sheet.pdf").write_bytes(answer.content)
    told = subprocess.run(["pdfinfo", "sheet.pdf"], cwd=tmp_path, check=True, capture_output=True, text=True).stdout
    assert re.search(r"Page size: +595\.\d+ x 841\.\d+ pts \(A4\)", told)
    subprocess.run(["pdftoppm", "-r", "40", "sheet.pdf", "page"], cwd=tmp_path, check=True)
    for picture in tmp_path.glob("page*.ppm"):
        pixels = picture.read_bytes().split(b"\n", 3)[3]
        assert max(abs(red - green) for red, green in zip(pixels[::3], pixels[1::3], strict=True)) < 24


def test_sheet_to_sign_says_where_and_how_one_gets_in(client: Client, summer: Summer, tmp_path: Path) -> None:
    guest = summer.person("Bethan Cruddace", summer.coast)
    GuestPlace.objects.create(enrolment=guest, seminar=summer.own)
    client.force_login(summer.facilitator)
    said = text_of(client, summer.to_sign(summer.own, "pdf"), tmp_path)
    for words in ("Tuesday 7 July 2026, 1pm to 3pm", "Tarnhollow Hall, 1 Mill Lane", "Level entrance; hearing loop.",
                  "Signature", "Bethan Cruddace", "Guest, of Coast", "1 person"):  # fmt: skip
        assert words in said


def test_an_empty_cohort_prints_a_sentence(client: Client, summer: Summer, tmp_path: Path) -> None:
    empty = make.a_cohort(summer.version)
    client.force_login(summer.lead)
    assert "No session is in the timetable yet." in text_of(client, summer.address("timetable", "pdf", empty), tmp_path)
    assert "Nobody has a place yet." in text_of(client, summer.address("roster", "pdf", empty), tmp_path)


# --- names, and who may --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("what", "query", "name"),
    [
        ("timetable", "", "timetable-summer-2026-2026-06-17"),
        ("timetable", "?term=Summer+term+2026", "timetable-summer-2026-summer-term-2026-2026-06-17"),
        ("roster", "?group=Fells+%26+dales", "roster-summer-2026-fells-dales-2026-06-17"),
        ("sign-in-sheet", "", "sign-in-sheet-summer-2026-fells-dales-seminar-1-2026-07-07"),
    ],
)
@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_file_names_say_what_and_when(
    client: Client, summer: Summer, what: str, query: str, name: str, form: str
) -> None:
    client.force_login(summer.lead)
    address = summer.to_sign(summer.own, form) if what == "sign-in-sheet" else summer.address(what, form) + query
    answer = client.get(address)
    assert answer["Content-Disposition"] == f'attachment; filename="{name}.{form}"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in answer["Cache-Control"]


def test_an_unknown_kind_of_file_is_not_found(client: Client, summer: Summer) -> None:
    client.force_login(summer.lead)
    assert client.get(summer.address("roster", "docx")).status_code == 404


def test_a_partners_lead_takes_away_their_own_alone(client: Client, summer: Summer) -> None:
    partner = make.a_partner()
    theirs = make.a_cohort(summer.version, delivery_partner=partner)
    session = make.a_seminar(theirs, summer.items[0])
    client.force_login(make.a_person(Role.PROGRAMME_LEAD, organisation=partner))
    for what in ("timetable", "roster"):
        assert client.get(summer.address(what)).status_code == 404
        assert client.get(summer.address(what, cohort=theirs)).status_code == 200
    assert client.get(summer.to_sign(summer.own)).status_code == 404
    assert client.get(summer.to_sign(session)).status_code == 200


def test_a_facilitator_takes_away_nothing_of_a_cohort_in_draft(client: Client, summer: Summer) -> None:
    draft = make.a_cohort(summer.version, state=CohortState.DRAFT)
    make.a_group(draft, summer.facilitator)
    client.force_login(summer.facilitator)
    assert client.get(summer.address("roster", cohort=draft)).status_code == 404


@pytest.mark.parametrize("role", [Role.PARTICIPANT, Role.COACH, Role.FINANCE])
def test_nobody_else_takes_anything_away(client: Client, summer: Summer, role: Role) -> None:
    client.force_login(make.a_person(role))
    for address in (summer.address("timetable"), summer.address("roster"), summer.to_sign(summer.own)):
        assert client.get(address).status_code == 403


@pytest.mark.parametrize("form", ["csv", "xlsx", "pdf"])
def test_who_takes_a_list_of_people_away_is_written_down(client: Client, summer: Summer, form: str) -> None:
    summer.person("Ada Fell", summer.fells)
    summer.person("Bron Coast", summer.coast)
    client.force_login(summer.lead)
    for address in (
        summer.address("roster", form),
        summer.address("timetable", form),
        summer.to_sign(summer.own, form),
    ):
        assert client.get(address).status_code == 200
    client.get(summer.address("roster", "docx"))
    noted = [(entry.verb, entry.subject_id, entry.actor_id, facts_of(entry)) for entry in Entry.objects.order_by("pk")]
    assert noted == [
        ("roster.exported", summer.cohort.pk, summer.lead.pk, {"file": form, "rows": 2}),
        ("timetable.exported", summer.cohort.pk, summer.lead.pk, {"file": form, "rows": 4}),
        ("sign-in-sheet.exported", summer.own.pk, summer.lead.pk, {"file": form, "rows": 1}),
    ]


def test_a_sheet_to_sign_of_a_full_group_is_one_page(client: Client, summer: Summer, tmp_path: Path) -> None:
    for number in range(1, 21):
        summer.person(f"Rosalind{number} Hawthorne-Vale", summer.fells, school_name="Tarnhollow Church Primary School")
    client.force_login(summer.lead)
    (page,) = text_of(client, summer.to_sign(summer.own, "pdf"), tmp_path).split("\f")[:-1]
    assert "20 people" in page
    assert "Page 1 of 1" in page
