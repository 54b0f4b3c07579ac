"""Past participants at the doors: the operator's command, the administration, the public page, their own pages."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from assessments.actions import discard_late_past_imports
from assessments.models import Certificate
from cohorts.models import Enrolment, PastImport, PastRun
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion
from tests.factories import a_partner, a_person

from .past import a_legacy_version, a_list, taken_over

pytestmark = pytest.mark.django_db

SOUND = "Ottoline Wrexcombe,otto@school.example,Spring 2018,NPQH/2018/0417,2019-09-02"
FAULTY = "Somebody Else,no address,,,"


@pytest.fixture(autouse=True)
def legacy(db: None) -> ProgrammeVersion:
    return a_legacy_version()


# The command


def command(path: Path, *options: str) -> tuple[int, str, str]:
    """Exit status, standard output, standard error."""
    out, err = StringIO(), StringIO()
    try:
        call_command("import_past_participants", str(path), *options, stdout=out, stderr=err)
    except CommandError as error:
        return error.returncode, out.getvalue(), f"{err.getvalue()}{error}\n"
    return 0, out.getvalue(), err.getvalue()


@pytest.fixture
def write(tmp_path: Path) -> Any:
    def write(content: bytes) -> Path:
        path = tmp_path / "past.csv"
        path.write_bytes(content)
        return path

    return write


def test_a_sound_list_is_taken_over(write: Any) -> None:
    assert command(write(a_list(SOUND))) == (
        0,
        "",
        "past.csv: 1 people.\nDone: new 1, certified 0, unchanged 0, rejected 0.\n",
    )
    assert PastRun.objects.count() == 1


def test_checking_writes_nothing(write: Any) -> None:
    status, _, told = command(write(a_list(SOUND)), "--check")
    assert (status, told.splitlines()[-1]) == (0, "Only checked: new 1, certified 0, unchanged 0, rejected 0.")
    assert (PastImport.objects.count(), User.objects.count(), Entry.objects.count()) == (0, 0, 0)


def test_sound_lines_are_taken_over_and_the_others_come_back(write: Any) -> None:
    status, out, told = command(write(a_list(SOUND, FAULTY)))
    assert status == 1
    assert out.splitlines() == [
        "line,reason,full_name,email,cohort,certificate_number,awarded_on",
        "3,email “no address” is no address like name@school.example.,Somebody Else,no address,,,",
    ]
    assert "Line 3, email: “no address” is no address like name@school.example.\n" in told
    assert PastRun.objects.count() == 1


def test_the_result_as_json(write: Any) -> None:
    status, out, _ = command(write(a_list(SOUND, FAULTY)), "--json")
    result = json.loads(out)
    assert (status, len(result.pop("sha256"))) == (1, 64)
    assert result == {
        "check": False,
        "new": 1,
        "certified": 0,
        "unchanged": 0,
        "rejected": 1,
        "faults": [{"line": 3, "column": "email", "reason": "“no address” is no address like name@school.example."}],
        "remarks": [],
    }


def test_a_broken_file_changes_nothing(write: Any, tmp_path: Path) -> None:
    cut = a_list(SOUND, SOUND)[:-40]
    assert command(write(cut)) == (
        2,
        "",
        "past.csv: The file ends in the middle of line 3: it was cut short. Save it again, whole.\n",
    )
    assert command(tmp_path / "none.csv")[0] == 2
    assert (PastImport.objects.count(), User.objects.count()) == (0, 0)


# The administration

HAND_IN = "admin:cohorts_pastimport_hand_in"


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def office(client: Client, lead: User) -> Client:
    client.force_login(lead)
    return client


def hand_in(client: Client, content: bytes, name: str = "past.csv") -> Any:
    return client.post(reverse(HAND_IN), {"file": SimpleUploadedFile(name, content)}, follow=True)


def address(act: str, held: PastImport) -> str:
    return reverse(f"admin:cohorts_pastimport_{act}", args=[held.pk])


def test_handed_in_looked_at_and_taken_over(office: Client, lead: User) -> None:
    hand_in(office, a_list(SOUND, FAULTY))
    held = PastImport.objects.get()
    assert (held.state, held.added, held.rejected, held.by) == ("waiting", 1, 1, lead)
    assert (PastRun.objects.count(), default_storage.exists(held.stored_name)) == (0, True)
    shown = office.get(address("confirm", held)).content.decode()
    assert "Ottoline Wrexcombe" in shown
    assert "Line 3, email: “no address” is no address like name@school.example." in shown
    told = office.post(address("confirm", held), follow=True).content.decode()
    assert "Added: 1. Given a certificate: 0. Unchanged: 0. Rejected: 1." in told
    assert PastRun.objects.get().source == held
    stored = held.stored_name
    held.refresh_from_db()
    assert (held.state, held.stored_name) == ("done", "")
    assert [entry.verb for entry in Entry.objects.filter(subject_type="cohorts.pastimport").order_by("pk")] == [
        "past_import.held",
        "past_import.done",
    ]
    assert stored.startswith("imports/")


def test_the_rejected_lines_can_be_downloaded_while_it_waits(office: Client) -> None:
    hand_in(office, a_list(SOUND, FAULTY))
    held = PastImport.objects.get()
    response = office.get(address("rejected", held))
    assert response.content.decode().splitlines()[1].startswith("3,email “no address”")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    office.post(address("confirm", held))
    assert office.get(address("rejected", held)).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_file_is_kept_only_while_it_waits(office: Client) -> None:
    for act in ("confirm", "discard"):
        hand_in(office, a_list(SOUND))
        held = PastImport.objects.get(state="waiting")
        office.post(address(act, held))
        assert not default_storage.exists(held.stored_name)
    assert sorted(PastImport.objects.values_list("state", flat=True)) == ["discarded", "done"]


def test_a_list_nobody_came_back_to_for_a_day_goes(office: Client, django_capture_on_commit_callbacks: Any) -> None:
    hand_in(office, a_list(SOUND))
    late = PastImport.objects.get()
    PastImport.objects.update(at=clock.now() - timedelta(days=1))
    hand_in(office, a_list("Somebody Else,,,,"))
    with django_capture_on_commit_callbacks(execute=True):
        assert discard_late_past_imports(clock.now()) == 1
    assert not default_storage.exists(late.stored_name)
    assert list(PastImport.objects.order_by("pk").values_list("state", flat=True)) == ["discarded", "waiting"]
    assert discard_late_past_imports(clock.now()) == 0
    assert PastRun.objects.count() == 0


def test_discarded_it_takes_nobody_over_and_is_over(office: Client) -> None:
    hand_in(office, a_list(SOUND))
    held = PastImport.objects.get()
    office.post(address("discard", held))
    refused = office.post(address("confirm", held)).content.decode()
    assert "This list no longer waits" in refused
    assert PastRun.objects.count() == 0


def test_other_bytes_than_were_shown_are_refused(office: Client) -> None:
    hand_in(office, a_list(SOUND))
    held = PastImport.objects.get()
    default_storage.delete(held.stored_name)
    default_storage.save(held.stored_name, ContentFile(a_list(SOUND, "Somebody Else,,,,")))
    refused = office.post(address("confirm", held)).content.decode()
    assert "The file is no longer the one you were shown." in refused
    assert (PastRun.objects.count(), PastImport.objects.get().state) == (0, "waiting")


def test_a_list_taken_over_meanwhile_asks_for_another_look(office: Client) -> None:
    hand_in(office, a_list(SOUND))
    held = PastImport.objects.get()
    taken_over(SOUND)
    refused = office.post(address("confirm", held)).content.decode()
    assert "Another list was taken over since this one was handed in." in refused
    assert PastRun.objects.count() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "past.csv", "The file is empty."),
        (a_list(SOUND), "past.xlsx", "The file must be a .csv."),
        (b"PK\x03\x04", "past.csv", "Line 1 holds something that is not text."),
        (b"name\nOttoline\n", "past.csv", "Line 1 names no column full_name."),
        (
            b"full_name\n" + b"Ottoline\n" * 1_001,
            "past.csv",
            "The list has 1,001 people, and 1,000 is the most at once.",
        ),
        (b"full_name\n" + b"Ottoline\n" * 300_000, "past.csv", "The file is too large: 2 MB is the most."),
    ],
)
def test_what_is_no_list_is_refused_beside_the_field(office: Client, content: bytes, name: str, words: str) -> None:
    refused = hand_in(office, content, name).content.decode()
    assert words in refused
    assert "<title>Error: " in refused
    assert PastImport.objects.count() == 0


@pytest.mark.parametrize(
    ("role", "of_partner", "status"),
    [
        (Role.PROGRAMME_LEAD, False, 200),
        (Role.ADMINISTRATOR, False, 200),
        (Role.PROGRAMME_LEAD, True, 403),
        (Role.ADMINISTRATOR, True, 403),
        (Role.REVIEWER, False, 403),
        (Role.PARTICIPANT, False, 403),
    ],
)
def test_who_may_hand_a_list_in(client: Client, role: Role, of_partner: bool, status: int) -> None:
    client.force_login(a_person(role, organisation=a_partner() if of_partner else None))
    assert client.get(reverse(HAND_IN)).status_code == status


def test_a_partners_lead_sees_neither_lists_nor_people_from_before(client: Client) -> None:
    made = taken_over(SOUND).made
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert client.get(address("change", made)).status_code == 404
    for table in ("assessments_certificate", "cohorts_enrolment", "cohorts_pastimport"):
        assert "Ottoline" not in client.get(reverse(f"admin:{table}_changelist")).content.decode()
    certificate, enrolment = Certificate.objects.get(), Enrolment.objects.get()
    for page in (
        reverse("admin:assessments_certificate_change", args=[certificate.pk]),
        reverse("admin:assessments_certificate_revoke", args=[certificate.pk]),
        reverse("admin:cohorts_enrolment_change", args=[enrolment.pk]),
    ):
        assert client.get(page).status_code == 404


def test_the_lead_finds_revokes_and_is_not_offered_to_issue_again(office: Client) -> None:
    taken_over(SOUND)
    certificate = Certificate.objects.get()
    listed = office.get(reverse("admin:assessments_certificate_changelist"), {"q": "NPQH20180417"})
    assert "NPQH/2018/0417" in listed.content.decode()
    page = reverse("admin:assessments_certificate_change", args=[certificate.pk])
    revoke, reissue = page.replace("change", "revoke"), page.replace("change", "reissue")
    assert revoke in office.get(page).content.decode()
    office.post(revoke, {"reason": "Entered for the wrong person."})
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    assert reissue not in office.get(page).content.decode()
    assert "It cannot be issued again here" in office.post(reissue).content.decode()


def test_what_stands_on_it_is_told_as_facts_and_their_own_page_leads_to_it(office: Client) -> None:
    taken_over(SOUND)
    certificate, person = Certificate.objects.get(), User.objects.get(email="otto@school.example")
    page = reverse("admin:assessments_certificate_change", args=[certificate.pk])
    shown = office.get(page).content.decode()
    for fact in ("Name: Ottoline Wrexcombe", "Cohort: Spring 2018", "Awarded: 2 September 2019"):
        assert f"<div>{fact}</div>" in shown
    assert "<label>What stands on it:</label>" in shown
    assert "Before this portal: no copy of it is held here" in shown
    assert "&quot;v&quot;" not in shown
    assert "Fingerprint" not in shown
    theirs = office.get(reverse("admin:people_user_change", args=[person.pk])).content.decode()
    assert f'<a href="{page}" class="looklink">Certificate NPQH/2018/0417</a>' in theirs
    enrolment = reverse("admin:cohorts_enrolment_change", args=[Enrolment.objects.get().pk])
    assert f'<a href="{enrolment}" class="looklink">Enrolment: ' in theirs


# The public page


@pytest.mark.parametrize("typed", ["NPQH/2018/0417", "npqh 2018-0417", "NPQH20180417"])
def test_anybody_checks_it_by_its_number_however_they_type_it(client: Client, typed: str) -> None:
    taken_over(SOUND)
    shown = client.get(reverse("assessments:verify"), {"number": typed}, follow=True)
    page = shown.content.decode()
    assert shown.status_code == 200
    assert "This certificate is valid" in page
    assert "Ottoline Wrexcombe" in page
    assert "2 September 2019" in page
    assert "It was issued before this portal." in page
    assert "no copy of the certificate is held here" in page


@pytest.mark.parametrize("address", ["/verify/NPQH/2018/0417", "/verify/NPQH/2018/0417/", "/verify/npqh20180417/"])
def test_its_address_may_have_the_strokes_of_its_number(client: Client, address: str) -> None:
    taken_over(SOUND)
    shown = client.get(address, follow=True)
    assert shown.status_code == 200
    assert "Ottoline Wrexcombe" in shown.content.decode()


# Their own pages


@pytest.fixture
def otto(client: Client) -> Client:
    taken_over(SOUND)
    client.force_login(User.objects.get(email="otto@school.example"))
    return client


def test_their_pages_say_what_is_known_and_what_is_not(otto: Client) -> None:
    expected = {
        "home:participant": "before this portal",
        "cohorts:course": "What you did then is not recorded here",
        "cohorts:engagement": "Your engagement then is not recorded here",
        "assessments:work": "there is no copy to download",
    }
    for name, words in expected.items():
        response = otto.get(reverse(name))
        page = " ".join(response.content.decode().split())
        assert response.status_code == 200
        assert words in page
        assert "Download your certificate" not in page


def test_there_is_nothing_to_download(otto: Client) -> None:
    assert otto.get(reverse("assessments:own_certificate", args=["NPQH20180417"])).status_code == 404
    taken_over("Otto,otto@school.example,Autumn 2018,N-2,2019-09-02")
    assert otto.get(reverse("assessments:own_certificate", args=["N-2"])).status_code == 404


def test_whoever_left_without_passing_reads_so(client: Client) -> None:
    taken_over("Ottoline,otto@school.example,no", columns="full_name,email,passed")
    client.force_login(User.objects.get(email="otto@school.example"))
    for name in ("home:participant", "cohorts:course", "cohorts:engagement", "assessments:work"):
        assert client.get(reverse(name)).status_code == 200
    assert "You have left" in client.get(reverse("home:participant")).content.decode()
