"""Schools, lists and files as staff see them, and files handed in by the administration's pages."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.actions import discard_late_imports
from npqh_portal.schools.models import Affiliation, EligibilityList, School, SchoolImport
from npqh_portal.schools.states import ImportState
from tests.factories import a_partner, a_person, a_school
from tests.harness.visits import client_of

from .files import a_list, a_row, an_extract, links, taken_in, zipped

pytestmark = pytest.mark.django_db

HAND_IN = reverse("admin:schools_schoolimport_hand_in")
HAND_IN_LIST = reverse("admin:schools_schoolimport_hand_in_list")
GOOD = an_extract([a_row("900001"), a_row("900002"), a_row("12")])


@pytest.fixture
def administrator() -> User:
    return a_person(Role.ADMINISTRATOR)


@pytest.fixture
def client(administrator: User) -> Client:
    return client_of(administrator)


def upload(content: bytes, name: str = "edubasealldata.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def page(name: str, row: Any) -> str:
    return reverse(f"admin:schools_schoolimport_{name}", args=[row.pk])


def handed_in(client: Client, content: bytes = GOOD, **more: Any) -> SchoolImport:
    response = client.post(HAND_IN, {"file": upload(content), **more})
    held = SchoolImport.objects.get(state=ImportState.WAITING)
    assert response.headers["Location"] == page("change", held)
    return held


def text(client: Client, address: str, **query: Any) -> str:
    response = client.get(address, query)
    assert response.status_code == 200
    return response.content.decode()


def errors(client: Client, address: str, **answers: Any) -> str:
    response = client.post(address, answers)
    assert response.status_code == 200, "nothing was refused"
    return response.content.decode()


def stored(settings: Settings) -> list[Path]:
    return [path for path in settings.FILES_DIR.rglob("*") if path.is_file()]


# Handing in, looking, importing


def test_a_file_is_looked_at_before_anything_is_imported(client: Client, settings: Settings) -> None:
    taken_in(an_extract([a_row("900001", town="Otherton"), a_row("900003")]))
    held = handed_in(client)
    assert School.objects.get(urn="900001").town == "Otherton"
    assert (held.created, held.updated, held.rejected, held.lacking) == (1, 1, 1, 1)
    looked = text(client, page("confirm", held))
    assert "Town: Otherton → Quillbeck" in looked
    assert "Line 4: URN “12” is not 6 or 7 digits." in looked
    assert [path.read_bytes() for path in stored(settings)] == [GOOD]
    assert "edubase" not in stored(settings)[0].name


def test_then_exactly_that_file_is_imported_and_thrown_away(
    client: Client, administrator: User, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    held = handed_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(page("confirm", held), follow=True).content.decode()
    assert "Imported. Created: 2. Updated: 0. Unchanged: 0. Rejected: 1." in told
    held.refresh_from_db()
    assert (held.state, held.by, held.sha256) == (ImportState.DONE, administrator, hashlib.sha256(GOOD).hexdigest())
    assert sorted(School.objects.values_list("urn", flat=True)) == ["900001", "900002"]
    assert SchoolImport.objects.count() == 1
    assert stored(settings) == []


def test_zip_and_links_are_taken_too(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    linked = upload(links(("900001", "900002", "Successor", "01-09-2026")), "links.csv")
    response = client.post(HAND_IN, {"file": upload(zipped(edubase=GOOD), "extract.zip"), "links": linked})
    held = SchoolImport.objects.get()
    assert response.status_code == 302
    assert "1 added" in text(client, page("confirm", held))
    client.post(page("confirm", held))
    school = School.objects.get(urn="900001")
    assert school.to_successors.get().successor.urn == "900002"


def test_a_file_that_is_discarded_changes_nothing(
    client: Client, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    held = handed_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        told = client.post(page("discard", held), follow=True).content.decode()
    assert "Nothing was imported, and the file is deleted." in told
    assert not School.objects.exists()
    assert stored(settings) == []
    assert "This file no longer waits. It is discarded." in errors(client, page("confirm", held))
    assert not School.objects.exists()


def test_discarding_is_not_offered_once_it_is_done(client: Client) -> None:
    held = handed_in(client)
    button = '<button type="submit" class="govuk-button" data-module="govuk-button"'
    assert button in text(client, page("discard", held))
    client.post(page("discard", held))
    asked = text(client, page("discard", held))
    assert "edubasealldata.csv no longer waits.</strong> It is discarded." in asked
    assert button not in asked
    assert "That it was handed in stays recorded." not in asked
    assert page("discard", held) not in text(client, page("change", held))


def test_another_import_in_between_makes_the_figures_stale(client: Client) -> None:
    held = handed_in(client)
    taken_in(an_extract([a_row("900009")]))
    assert "Another file was imported since this one was looked at" in errors(client, page("confirm", held))
    assert not School.objects.filter(urn="900001").exists()


def test_a_kept_file_that_was_exchanged_is_not_imported(client: Client, settings: Settings) -> None:
    held = handed_in(client)
    [path] = stored(settings)
    path.write_bytes(an_extract([a_row("900009")]))
    assert "The kept file is not the one that was looked at." in errors(client, page("confirm", held))
    assert not School.objects.exists()


def test_the_same_file_again_is_refused(client: Client) -> None:
    taken_in(GOOD)
    assert "The very same file was imported on" in errors(client, HAND_IN, file=upload(GOOD))
    assert SchoolImport.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("extract.csv", GOOD[:2000], "there is a header and nothing below it."),
        ("extract.csv", GOOD[:-400], "the row has fewer columns than the header"),
        ("extract.csv", b"", "the file is empty."),
        ("extract.csv", b"<html>", "this is a web page, not a CSV."),
        ("extract.xlsx", GOOD, "The file must be a .csv, or a .zip that holds one"),
        ("extract.csv", a_list("PP50 School URN", "900001"), "its first line has no column URN."),
    ],
)
def test_a_file_that_cannot_be_used(client: Client, name: str, content: bytes, words: str) -> None:
    if words.startswith("there is a header"):
        content = an_extract([])
    assert words in errors(client, HAND_IN, file=upload(content, name))
    assert not SchoolImport.objects.exists()


def test_the_extract_may_be_larger_than_other_uploads(client: Client, settings: Settings) -> None:
    settings.UPLOAD_MOST_BYTES = 100
    assert handed_in(client).created == 2


def test_a_file_nobody_came_back_to_for_a_day_goes(
    client: Client, settings: Settings, django_capture_on_commit_callbacks: Any
) -> None:
    late = handed_in(client)
    SchoolImport.objects.update(at=clock.now() - timedelta(days=1))
    client.post(HAND_IN, {"file": upload(an_extract([a_row("900001")]))})
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_late_imports(clock.now()) == 1
    late.refresh_from_db()
    assert late.state == ImportState.DISCARDED
    assert len(stored(settings)) == 1
    assert discard_late_imports(clock.now()) == 0


def test_rejected_rows_can_be_downloaded(client: Client) -> None:
    taken_in(GOOD)
    response = client.get(page("rejections", SchoolImport.objects.get()))
    assert response.content.decode() == "\ufeffLine,Identifier,Reason\r\n4,12,URN “12” is not 6 or 7 digits.\r\n"
    assert response.headers["Content-Disposition"] == 'attachment; filename="rejected.csv"'


def test_no_spreadsheet_takes_a_rejected_row_for_a_formula(client: Client) -> None:
    taken_in(an_extract([a_row("=1+1"), a_row("900001")]))
    text = client.get(page("rejections", SchoolImport.objects.get())).content.decode()
    assert text.splitlines()[1].startswith("2,'=1+1,")


def test_confirming_twice_is_refused_in_a_sentence(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    held = handed_in(client)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(page("confirm", held))
    assert "This file no longer waits. It is imported." in errors(client, page("confirm", held))


def test_a_file_that_lacks_much_is_imported_only_with_a_tick(client: Client) -> None:
    taken_in(an_extract(a_row(str(900001 + number)) for number in range(30)))
    held = handed_in(client)
    warning = "28 of the 30 schools known here are not in the file. They stay, but it may be a selection, or cut short."
    assert warning in text(client, page("confirm", held))
    assert "Tick this if the file is meant to lack so much." in errors(client, page("confirm", held))
    client.post(page("confirm", held), {"even_if_lacking": "on"})
    held.refresh_from_db()
    assert held.state == ImportState.DONE


def test_large_numbers_are_told_with_commas(client: Client) -> None:
    SchoolImport.objects.create(
        file_name="edubasealldata.csv", created=24_368, updated=1_204, unchanged=50_112, lacking=3_001,
        rejections=[[line, "12", "No URN."] for line in range(1_500)],
    )  # fmt: skip
    for shown in (
        text(client, page("change", SchoolImport.objects.get())),
        text(client, reverse("admin:schools_schoolimport_changelist")),
    ):
        assert [number for number in ("24,368", "1,204", "50,112", "1,500") if number not in shown] == []
    assert "3,001" in text(client, page("change", SchoolImport.objects.get()))


# Lists


def a_period(from_on: date, to_on: date | None) -> Iterator[tuple[str, Any]]:
    for name, day in (("from_on", from_on), ("to_on", to_on)):
        for part in ("day", "month", "year"):
            yield f"{name}_{part}", getattr(day, part, "")


RISE = a_list("RISE School URN", "900001", "x")


def test_a_list_is_handed_in_with_its_period(client: Client) -> None:
    answers = {"kind": "rise", **dict(a_period(date(2026, 9, 1), None)), "file": upload(RISE, "rise.csv")}
    client.post(HAND_IN_LIST, answers)
    held = SchoolImport.objects.get()
    assert (held.created, held.rejected, held.from_on, held.to_on) == (1, 1, date(2026, 9, 1), None)
    assert not EligibilityList.objects.exists()
    looked = text(client, page("confirm", held))
    assert "URN 900001 is of no school known here. It stays on the list." in looked
    assert "From 1 September 2026 until the next list begins" in looked
    client.post(page("confirm", held))
    assert EligibilityList.objects.get().entries.get().identifier == "900001"


def test_a_list_of_another_kind_is_refused_beside_the_file(client: Client) -> None:
    answers = {"kind": "pp50", **dict(a_period(date(2026, 9, 1), None)), "file": upload(RISE, "rise.csv")}
    assert "its first line has no column PP50 School URN." in errors(client, HAND_IN_LIST, **answers)


# Looking


def urns(client: Client, **query: str) -> list[str]:
    found = client.get(reverse("admin:schools_school_changelist"), query).context["cl"].result_list
    return [school.urn for school in found]


def test_the_same_search_as_applicants_have_finds_closed_schools_too(client: Client) -> None:
    a_school(urn="900001", name="St Zoë’s School", status="2", town="Quillbeck")
    a_school(urn="900002", name="Zoe School")
    assert urns(client, q="saint zoes") == ["900001"]
    assert urns(client, q="zoe") == ["900002", "900001"]
    assert urns(client, q="zoe", status__exact="2") == ["900001"]
    assert urns(client) == ["900001", "900002"]


def test_schools_are_filtered_by_the_list_they_stand_on(client: Client) -> None:
    a_school(urn="900001")
    a_school(urn="900002")
    today = clock.today()
    answers = {"kind": "rise", **dict(a_period(today, today)), "file": upload(RISE, "rise.csv")}
    client.post(HAND_IN_LIST, answers)
    client.post(page("confirm", SchoolImport.objects.get()))
    assert urns(client, listed="rise") == ["900001"]
    assert urns(client, listed="pp50") == []


def test_a_list_is_shown_with_what_stands_on_it_and_where_it_came_from(client: Client) -> None:
    a_school(urn="900001", name="Hollin Infant School")
    content = a_list("RISE School URN", "900001", "900009")
    answers = {"kind": "rise", **dict(a_period(date(2026, 9, 1), None)), "file": upload(content, "rise.csv")}
    client.post(HAND_IN_LIST, answers)
    held = SchoolImport.objects.get()
    client.post(page("confirm", held))
    listed = EligibilityList.objects.get()
    shown = text(client, reverse("admin:schools_eligibilitylist_change", args=[listed.pk]))
    assert f'<a href="{reverse("admin:schools_schoolimport_change", args=[held.pk])}">rise.csv</a>' in shown
    assert "900009" in shown
    response = client.get(reverse("admin:schools_eligibilitylist_entries", args=[listed.pk]))
    assert response.content.decode() == "\ufeffURN,School\r\n900001,Hollin Infant School\r\n900009,\r\n"


def test_a_school_is_shown_with_its_history_lists_and_links(client: Client) -> None:
    before = a_school(urn="900001", name="Hollin Infant School", status="2")
    taken_in(an_extract([a_row("900002", status="1")]))
    taken_in(
        an_extract([a_row("900002", status="3", close_on="31-08-2027")]),
        linked=links(("900001", "900002", "Successor - merged", "01-09-2026")),
    )
    shown = text(client, reverse("admin:schools_school_change", args=[School.objects.get(urn="900002").pk]))
    assert "Status: Open → Open, but proposed to close" in shown
    assert "Closed or closing: nothing → 31 August 2027" in shown
    assert f'<a href="{reverse("admin:schools_school_change", args=[before.pk])}">Hollin Infant School</a>' in shown


def test_a_partners_lead_reads_only_of_their_own_people() -> None:
    partner = a_partner()
    lead = a_person(Role.PROGRAMME_LEAD, organisation=partner)
    theirs = a_person(Role.FACILITATOR, organisation=partner, full_name="Ines Quill")
    stranger = a_person(Role.FACILITATOR, full_name="Somebody Else")
    school = a_school()
    for person in (theirs, stranger):
        Affiliation.objects.create(person=person, school=school, from_on=date(2026, 1, 1))
    shown = text(client_of(lead), reverse("admin:schools_school_change", args=[school.pk]))
    assert "Ines Quill" in shown
    assert "Somebody Else" not in shown


@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.REVIEWER, Role.FINANCE])
def test_only_administrators_import(role: Role) -> None:
    taken_in(GOOD)
    client = client_of(a_person(role))
    for address in (HAND_IN, HAND_IN_LIST, page("confirm", SchoolImport.objects.get())):
        assert client.get(address).status_code == 403
        assert client.post(address, {"file": upload(GOOD)}).status_code == 403


def test_nobody_edits_a_school(client: Client) -> None:
    school = a_school()
    address = reverse("admin:schools_school_change", args=[school.pk])
    assert client.post(address, {"name": "Mine"}).status_code == 403
    assert client.get(reverse("admin:schools_school_add")).status_code == 403


def test_default_storage_is_where_files_wait(client: Client) -> None:
    held = handed_in(client)
    with default_storage.open(held.stored_name) as kept:
        assert kept.read() == GOOD
