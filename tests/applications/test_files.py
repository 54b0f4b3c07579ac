"""Applications in files: handed in by a delivery partner, and taken away."""

import io
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import count
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.db.models.signals import post_save
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from applications.actions import (
    confirm_applications,
    discard_applications,
    discard_late_applications,
    hold_applications,
    read_again,
    receive_applications,
)
from applications.actions.imports import FILE_FAILED, LINE_FAILED, STEP
from applications.errors import ApplicationFileChanged, ApplicationImportOver
from applications.kinds import FundingRoute
from applications.models import Application, ApplicationImport, Endorsement, MissingSchool
from applications.queries.exports import COLUMNS as TAKEN
from applications.queries.exports import TITLES, table_in_words
from applications.queries.imports import import_plan, rejected_csv
from applications.readers.applications import CHOICES, COLUMNS, read_applications
from applications.rules.files import ApplicationFile
from applications.states import IMPORT_MOVES, ApplicationState, ImportState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake
from npqh_portal.schools.models import School
from npqh_portal.tables import TableFaulty
from npqh_portal.web.downloads import csv_text
from tests.factories import FINISHED, a_partner, a_person, a_school, a_version, an_application, an_intake

from .reader import Reader

TODAY = date(2026, 11, 23)
GOOD = {
    "full_name": "Ottoline Wrexcombe", "email": "Otto@School.Example", "date_of_birth": "09/03/1984",
    "trn": "0123456", "role": "Deputy headteacher", "role_reach": "In one school", "headship": "aspiring",
    "works_in_england": "yes", "work_setting": "A School", "school_urn": "912345", "previously_funded": "No",
    "funding_route": "school", "wants_one_to_one": "no", "endorser_role": "headteacher",
    "endorser_name": "Orla Thwaite", "endorser_email": "head@school.example",
}  # fmt: skip


def a_file(*lines: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for line in lines for name in line))
    return csv_text([names, *([line.get(name, "") for name in names] for line in lines)]).encode()


def read(content: bytes, encoding: str = "") -> ApplicationFile:
    return read_applications(content, today=TODAY, encoding=encoding)


def receive(held: ApplicationImport, lead: User) -> ApplicationImport:
    """Confirm it, and have the sweep receive it."""
    confirm_applications(held, read=read, by=lead)
    receive_applications(read=read)
    held.refresh_from_db()
    return held


def told(**cells: str) -> list[str]:
    return [str(fault) for row in read(a_file(GOOD | cells)).rows for fault in row.faults]


# --- what is read ------------------------------------------------------------------------------------


def test_every_column_is_read() -> None:
    (row,) = read(a_file(GOOD)).rows
    assert (row.email, row.school_urn, row.is_endorsed, row.faults) == ("otto@school.example", "912345", False, ())
    given = {name: value for name, value in row.answers.items() if value not in {None, ""}}
    assert given == {
        "full_name": "Ottoline Wrexcombe", "date_of_birth": date(1984, 3, 9), "trn": "0123456", "has_trn": True,
        "role": "Deputy headteacher", "role_reach": "one_school", "headship": "aspiring", "works_in_england": True,
        "work_setting": "a_school", "previously_funded": False, "funding_route": "school", "wants_one_to_one": False,
        "endorser_role": "headteacher", "endorser_name": "Orla Thwaite", "endorser_email": "head@school.example",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"full_name": ""}, "Line 2, full_name: is missing."),
        ({"full_name": "\u200b"}, "Line 2, full_name: is missing."),
        ({"full_name": "1234"}, "Line 2, full_name: “1234” is no name: there is no letter in it."),
        ({"email": ""}, "Line 2, email: is missing."),
        ({"email": "otto"}, "Line 2, email: “otto” is no address like name@school.example."),
        ({"date_of_birth": "31/02/1984"},
         "Line 2, date_of_birth: “31/02/1984” is no date like 2019-07-12 or 12/07/2019."),
        ({"date_of_birth": "2027-01-01"}, "Line 2, date_of_birth: must be in the past."),
        ({"trn": "123456"},
         "Line 2, trn: “123456” is not seven figures. Spreadsheets drop a nought that stands first."),
        ({"telephone": "call me"}, "Line 2, telephone: “call me” is no telephone number."),
        ({"works_in_england": "perhaps"}, "Line 2, works_in_england: “perhaps” is neither yes nor no."),
        ({"headship": "chief"}, "Line 2, headship: “chief” is none of aspiring, appointed, new, serving."),
        ({"headship": "serving", "headship_started_on": "2026-10-01"},
         "Line 2, headship_started_on: does not go with serving: it must be more than a year ago."),
        ({"trn": "0000000"}, "Line 2, trn: 0000000 is nobody’s number."),
        ({"headship": "serving", "headship_started_on": "2001-09-01"},
         "Line 2, headship_started_on: does not go with serving: it must be after you turned 18."),
        ({"school_urn": "12-34"}, "Line 2, school_urn: “12-34” is no URN of six or seven figures."),
        ({"endorser_email": "otto@school.example"},
         "Line 2, endorser_email: is the applicant's own: somebody else endorses them."),
        ({"endorser_email": "o.t.t.o+head@SCHOOL.example"},
         "Line 2, endorser_email: is the applicant's own: somebody else endorses them."),
        ({"role": "x" * 101}, "Line 2, role: is longer than 100 letters."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)  # fmt: skip
def test_a_cell_that_cannot_be_is_told(cells: dict[str, str], fault: str) -> None:
    assert told(**cells) == [fault]


@pytest.mark.parametrize("column", sorted(CHOICES))
def test_a_choice_is_written_short_or_as_on_the_form(column: str) -> None:
    for value, label in CHOICES[column]:
        for written in (value, value.upper(), label, label.lower()):
            (row,) = read(a_file(GOOD | {column: written, "headship_started_on": ""})).rows
            assert row.answers[column] == value


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_it_is_read_as_spreadsheets_save_it(encoding: str, separator: str) -> None:
    text = (
        separator.join(["full_name", "email", "role"]) + "\r\n" + separator.join(["Zoë Brontë", "z@s.example", "Head"])
    )
    (row,) = read((text + "\r\n").encode(encoding)).rows
    assert row.full_name == "Zoë Brontë"


@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda text: f"full_name,email\n{text}".encode()))
def test_whatever_is_handed_in_is_read_or_refused(content: bytes) -> None:
    try:
        file = read(content)
    except TableFaulty:
        return
    assert all(row.faults or row.email for row in file.rows)


# --- what comes of it ----------------------------------------------------------------------------------

database = pytest.mark.django_db


@pytest.fixture
def intake() -> Intake:
    a_school(urn="912345", name="Quillbeck Primary School", type_code="34")
    return an_intake(a_version())


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def hold(intake: Intake, lead: User) -> Callable[..., ApplicationImport]:
    def held(*lines: dict[str, str]) -> ApplicationImport:
        content = a_file(*lines)
        return hold_applications(read(content), content, intake=intake, file_name="partner.csv", by=lead)

    return held


@database
def test_nothing_is_received_until_it_is_confirmed(hold: Callable[..., ApplicationImport]) -> None:
    held = hold(GOOD, GOOD | {"email": "other@school.example", "role": ""})
    assert (held.state, held.created, held.unchanged, held.rejected) == (ImportState.WAITING, 1, 0, 1)
    assert default_storage.exists(held.stored_name)
    assert not Application.objects.exists()


@database
def test_a_sound_line_becomes_an_application_that_was_sent(hold: Callable[..., ApplicationImport], lead: User) -> None:
    held = hold(GOOD | {"employer_name": "does not concern them"})
    made = receive(held, lead)
    assert (made.state, made.stored_name, made.created) == (ImportState.DONE, "", 1)
    application = Application.objects.get()
    assert (application.state, application.person.email) == (ApplicationState.SUBMITTED, "otto@school.example")
    assert (application.school, application.school_name) == (School.objects.get(), "Quillbeck Primary School")
    assert (application.school_type_code, application.employer_name) == ("34", "")
    assert application.reference
    assert application.submitted_at
    assert (application.funding_status, application.eligible_for_funding) == ("funded", True)
    endorsement = Endorsement.objects.get()
    assert (endorsement.state, endorsement.email) == ("waiting", "head@school.example")
    assert Message.objects.filter(kind="application-received").count() == 1
    assert Entry.objects.filter(verb="application.received").count() == 1


@database
def test_the_same_file_again_brings_nobody_twice(hold: Callable[..., ApplicationImport], lead: User) -> None:
    receive(hold(GOOD), lead)
    made = receive(hold(GOOD), lead)
    assert (made.created, made.unchanged) == (0, 1)
    assert (Application.objects.count(), User.objects.filter(email="otto@school.example").count()) == (1, 1)


@database
def test_what_the_partner_holds_is_not_asked_for_again(hold: Callable[..., ApplicationImport], lead: User) -> None:
    nobody = {"endorser_role": "", "endorser_name": "", "endorser_email": ""}
    receive(hold(GOOD | {"endorsed": "yes"} | nobody), lead)
    endorsement = Endorsement.objects.get()
    assert (endorsement.state, endorsement.reason) == ("waived", "Held by Larkfell Leadership Partnership.")
    assert not Message.objects.filter(kind__startswith="endorsement").exists()


@database
def test_a_school_without_urn_becomes_one_to_find(hold: Callable[..., ApplicationImport], lead: User) -> None:
    receive(hold(GOOD | {"school_urn": "", "school_name": "Brand New School"}), lead)
    assert MissingSchool.objects.get().name == "Brand New School"


@database
@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        ({"school_urn": "999999"}, "Line 2, school_urn: 999999 is no open school in England that the register knows."),
        ({"role": "", "funding_route": ""},
         "Line 2: lacks what we need to decide: their role and headship, how their place is paid for."),
        ({"endorser_name": "", "role": ""},
         "Line 2: lacks what we need to decide: their role and headship, who endorses them."),
        ({"previously_funded": "yes", "funding_route": "scholarship"},
         "Line 2, funding_route: asks for a DfE scholarship, and DfE has paid for this qualification before."),
        ({"works_in_england": "no", "employer_name": "Lycée", "endorser_role": "chair", "funding_route": "scholarship"},
         "Line 2, funding_route: asks for a DfE scholarship, and DfE pays for nobody who works outside England."),
        ({"work_setting": "other", "employer_name": "A trust", "referred_by_return_to_teaching_adviser": "no",
          "funding_route": "trust"},
         "Line 2, funding_route: says that their trust pays, and they work at no school of one."),
        ({"headship": "serving", "headship_started_on": "2020-09-01"},
         "Line 2, endorser_role: says headteacher, and for somebody in their role it is chair."),
    ],
)  # fmt: skip
def test_what_only_the_portal_can_tell_is_told_too(intake: Intake, cells: dict[str, str], fault: str) -> None:
    assert import_plan(read(a_file(GOOD | cells)), intake).faults == [fault]


@database
def test_what_to_know_names_nobody_who_is_not_on_the_line(intake: Intake) -> None:
    a_person(email="otto@school.example", full_name="Saskia Holme-Verity")
    an_application(a_person(), intake, **FINISHED | {"trn": "0123456"})
    Intake.objects.filter(pk=intake.pk).update(is_paused=True)
    intake.refresh_from_db()
    assert import_plan(read(a_file(GOOD)), intake).remarks == [
        "The file was read as UTF-8.",
        f"{intake} is paused.",
        "Line 2: Somebody has applied to this intake with the teacher reference number 0123456.",
        "Line 2: otto@school.example is known here in another name. See that they are one.",
    ]


@database
def test_nobody_is_endorsed_from_the_mailbox_of_their_account(
    hold: Callable[..., ApplicationImport], lead: User
) -> None:
    """They are known by another address than that on the line."""
    kept = a_person(email="otto.w@home.example", full_name="Ottoline Wrexcombe")
    double = a_person(email="otto@school.example", full_name="Ottoline Wrexcombe")
    PersonAlias.objects.create(old_person=double, kept_person=kept)
    other = GOOD | {"email": "other@school.example", "trn": ""}
    held = hold(GOOD | {"endorser_email": "ottow+head@home.example"}, other)
    assert held.rejections == [[2, "endorser_email", "is the applicant's own: somebody else endorses them."]]
    assert receive(held, lead).created == 1


@database
@pytest.mark.parametrize("role", [Role.PROGRAMME_LEAD, Role.REVIEWER])
def test_no_line_makes_an_applicant_of_a_member_of_staff(intake: Intake, role: Role) -> None:
    a_person(role, email="otto@school.example")
    assert import_plan(read(a_file(GOOD)), intake).faults == [
        "Line 2, email: otto@school.example belongs to a member of staff. Give an address at which the applicant is"
        " nobody else."
    ]


@database
def test_whoever_takes_part_may_stand_in_a_file(intake: Intake) -> None:
    a_person(Role.PARTICIPANT, email="otto@school.example")
    assert import_plan(read(a_file(GOOD)), intake).faults == []


@database
def test_a_reference_number_given_twice_is_told_before_anything_is_received(intake: Intake) -> None:
    later = an_intake(intake.version, name="September 2027")
    an_application(a_person(), later, **FINISHED | {"trn": "0123456"})
    own = a_person(email="own@school.example", full_name="Ottoline Wrexcombe")
    an_application(own, later, **FINISHED | {"trn": "7654321"})
    lines = GOOD, GOOD | {"email": "other@school.example"}, GOOD | {"email": "own@school.example", "trn": "7654321"}
    elsewhere = "Somebody has applied to another intake of the programme with the teacher reference number 0123456."
    assert import_plan(read(a_file(*lines)), intake).remarks[1:] == [
        f"Line 2: {elsewhere}",
        "Line 2: The teacher reference number 0123456 stands on line 3 too.",
        f"Line 3: {elsewhere}",
        "Line 3: The teacher reference number 0123456 stands on line 2 too.",
    ]


@database
def test_no_file_is_handed_in_for_a_programme_that_has_begun(intake: Intake, lead: User) -> None:
    Intake.objects.filter(pk=intake.pk).update(starts_on=clock.today())
    client = Client()
    client.force_login(lead)
    assert "Choose one of your intakes" in upload(client, intake, a_file(GOOD)).content.decode()


@database
def test_rejected_lines_come_back_with_the_reason(intake: Intake) -> None:
    plan = import_plan(read(a_file(GOOD | {"full_name": "=SUM(A1)", "email": "otto"})), intake)
    lines = rejected_csv(plan).splitlines()
    assert lines[0].startswith("line,reason,full_name,email")
    assert lines[1].startswith("2,email “otto” is no address like name@school.example.,'=SUM(A1),otto")


@database
def test_only_the_file_that_was_shown_is_received(hold: Callable[..., ApplicationImport], lead: User) -> None:
    held = hold(GOOD)
    with pytest.raises(ApplicationFileChanged):
        confirm_applications(held, read=lambda content, encoding: read(content + b"\n"), by=lead)
    assert not Application.objects.exists()


@database
@pytest.mark.parametrize("state", list(ImportState))
@pytest.mark.parametrize("to", [ImportState.RECEIVING, ImportState.DONE, ImportState.DISCARDED])
def test_every_move_of_an_import(
    hold: Callable[..., ApplicationImport], lead: User, state: ImportState, to: ImportState
) -> None:
    held = hold(GOOD)
    if state in {ImportState.RECEIVING, ImportState.DONE, ImportState.FAILED}:
        confirm_applications(held, read=read, by=lead)
    if state == ImportState.FAILED:
        default_storage.delete(held.stored_name)
    if state in {ImportState.DONE, ImportState.FAILED}:
        receive_applications(read=read)
    if state == ImportState.DISCARDED:
        discard_applications(held, by=lead)

    def move() -> str:
        if to == ImportState.RECEIVING:
            return confirm_applications(held, read=read, by=lead).state
        if to == ImportState.DISCARDED:
            return discard_applications(held, by=lead).state
        receive_applications(read=read)
        held.refresh_from_db()
        return held.state

    if to in IMPORT_MOVES[state] or (state == to):
        assert move() == to
    elif to == ImportState.DONE:
        assert move() == state
    else:
        with pytest.raises(ApplicationImportOver):
            move()


@database
def test_of_two_lines_about_one_person_the_first_that_brings_somebody_is_used(
    hold: Callable[..., ApplicationImport], lead: User
) -> None:
    """A line that is rejected, for what stands in it or for its school, keeps no other out."""
    again = GOOD | {"email": "OTTO@school.example"}
    held = hold(GOOD | {"trn": "12"}, GOOD | {"school_urn": "999999"}, again, *many(STEP), GOOD)
    why = [words for _, column, words in held.rejections if column == "email"]
    assert (held.created, why) == (1 + STEP, ["stands on line 4 too, which is the one that is used."])
    held = receive(held, lead)
    assert (held.created, held.unchanged, [line for line, _, _ in held.rejections]) == (1 + STEP, 0, [2, 3, STEP + 5])
    assert Application.objects.filter(person__email="otto@school.example").count() == 1


# --- received in steps -----------------------------------------------------------------------------------


def many(number: int) -> list[dict[str, str]]:
    return [GOOD | {"email": f"p{n}@school.example", "trn": f"{n:07}"} for n in range(1, number + 1)]


@pytest.fixture
def stops_at() -> Iterator[Callable[[int], None]]:
    """The worker is stopped in the middle of the step that receives so many-th application."""

    def stop(number: int) -> None:
        made = count(1)

        def stop_there(*, created: bool, **kwargs: Any) -> None:
            if created and next(made) == number:
                raise KeyboardInterrupt

        post_save.connect(stop_there, sender=Application, weak=False, dispatch_uid="stop")

    yield stop
    post_save.disconnect(sender=Application, dispatch_uid="stop")


@database
def test_after_a_stop_it_goes_on_where_it_was(
    hold: Callable[..., ApplicationImport], lead: User, stops_at: Callable[[int], None]
) -> None:
    held = hold(*many(2 * STEP + 3), GOOD | {"email": "late@school.example", "role": ""})
    confirm_applications(held, read=read, by=lead)
    stops_at(STEP + 5)
    with pytest.raises(KeyboardInterrupt):
        receive_applications(read=read)
    held.refresh_from_db()
    assert (held.state, held.gone_through, held.created, held.lines) == ("receiving", STEP, STEP, 2 * STEP + 4)
    assert Application.objects.count() == STEP
    post_save.disconnect(sender=Application, dispatch_uid="stop")
    assert receive_applications(read=read) == STEP + 4
    held.refresh_from_db()
    assert (held.state, held.created, held.unchanged, held.rejected) == ("done", 2 * STEP + 3, 0, 1)
    assert Application.objects.count() == 2 * STEP + 3
    assert Message.objects.filter(kind="application-received").count() == 2 * STEP + 3
    assert Message.objects.filter(kind="endorsement-request").count() == 2 * STEP + 3
    assert receive_applications(read=read) == 0
    assert not default_storage.exists(held.stored_name or "imports/none.csv")


@database
def test_a_name_as_long_as_a_form_takes_brings_its_letters_too(
    hold: Callable[..., ApplicationImport], lead: User
) -> None:
    name = f"{'Ottoline ' * 21}Wrexcombe"
    held = receive(hold(GOOD | {"full_name": name}), lead)
    assert (held.state, held.created, len(name)) == (ImportState.DONE, 1, 198)
    subject = Message.objects.get(kind="endorsement-request").subject
    assert subject.startswith("Ottoline Ottoline")
    assert "…" in subject
    assert " asks you to endorse an application: " in subject


@pytest.fixture
def database_refuses() -> Callable[[str], None]:
    """The database takes no letter to that address, as though there were a fault in it."""

    def refuse(address: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(
                f"ALTER TABLE notifications_message ADD CONSTRAINT refused CHECK (address <> '{address}') NOT VALID"
            )

    return refuse


@database
def test_a_line_at_which_the_portal_fails_keeps_none_of_the_others_out(
    hold: Callable[..., ApplicationImport], lead: User, database_refuses: Callable[[str], None],
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    held = hold(*many(3))
    database_refuses("p2@school.example")
    held = receive(held, lead)
    assert (held.state, held.created, held.rejections) == (ImportState.DONE, 2, [[3, "", LINE_FAILED]])
    assert sorted(Application.objects.values_list("person__email", flat=True)) == [
        "p1@school.example", "p3@school.example"
    ]  # fmt: skip
    assert caplog.messages == [f"Line 3 of file {held.pk} cannot be received."]


@database
@pytest.mark.parametrize("fault", ["gone", "changed"])
def test_a_file_that_cannot_be_gone_through_fails_in_words_and_keeps_no_other_waiting(
    hold: Callable[..., ApplicationImport], lead: User, fault: str
) -> None:
    broken, sound = hold(GOOD), hold(*many(2))
    for held in (broken, sound):
        confirm_applications(held, read=read, by=lead)
    broken.refresh_from_db()
    default_storage.delete(broken.stored_name)
    if fault == "changed":
        default_storage.save(broken.stored_name, ContentFile(a_file(*many(1))))
    assert receive_applications(read=read) == 2
    broken.refresh_from_db()
    sound.refresh_from_db()
    assert (broken.state, broken.created, broken.stored_name) == (ImportState.FAILED, 0, "")
    assert (sound.state, sound.created) == (ImportState.DONE, 2)
    words = FILE_FAILED if fault == "gone" else str(ApplicationFileChanged())
    page = Reader(lead).open(reverse("admin:applications_applicationimport_change", args=[broken.pk]))
    assert f"It could not be received to its end: 0 of 1 lines were gone through. {words}" in page.text
    assert Entry.objects.filter(verb="application_import.failed", subject_id=broken.pk).count() == 1
    assert receive_applications(read=read) == 0


@database
def test_whoever_applies_while_a_file_is_received_is_known(hold: Callable[..., ApplicationImport], lead: User) -> None:
    held = hold(GOOD)
    confirm_applications(held, read=read, by=lead)
    an_application(a_person(email="otto@school.example"), held.intake, **FINISHED)
    receive_applications(read=read)
    held.refresh_from_db()
    assert (held.created, held.unchanged, Application.objects.count()) == (0, 1, 1)


@database
def test_a_line_that_cannot_be_received_any_more_keeps_no_other_out(
    hold: Callable[..., ApplicationImport], lead: User
) -> None:
    held = hold(GOOD | {"school_urn": "912345"}, GOOD | {"email": "b@school.example", "school_urn": "912346"})
    assert held.rejections == [[3, "school_urn", "912346 is no open school in England that the register knows."]]
    a_school(urn="912346", type_code="34")
    School.objects.filter(urn="912345").update(status="2")
    receive(held, lead)
    assert [(row[0], row[1]) for row in held.rejections] == [(2, "school_urn")]
    assert (held.created, Application.objects.get().person.email) == (1, "b@school.example")


@database
def test_a_scholarship_that_cannot_be_taken_up_is_told_before(intake: Intake) -> None:
    today = clock.today()
    FundingSuspension.objects.create(
        programme=intake.version.programme, source="scholarship", from_on=today, to_on=today
    )
    plan = import_plan(read(a_file(GOOD | {"funding_route": "scholarship"}, GOOD | {"email": "b@s.example"})), intake)
    assert plan.faults == ["Line 2, funding_route: asks for a DfE scholarship, and none can be taken up now."]


@database
def test_two_addresses_of_one_person_bring_one_application(hold: Callable[..., ApplicationImport], lead: User) -> None:
    kept, other = a_person(email="otto@school.example"), a_person(email="old@school.example")
    PersonAlias.objects.create(old_person=other, kept_person=kept)
    held = receive(hold(GOOD, GOOD | {"email": "old@school.example"}), lead)
    assert (held.created, held.unchanged, Application.objects.get().person) == (1, 1, kept)


@database
def test_a_file_that_nobody_came_back_to_is_thrown_away(hold: Callable[..., ApplicationImport], lead: User) -> None:
    old, new = hold(GOOD), hold(GOOD)
    confirmed = confirm_applications(hold(GOOD), read=read, by=lead)
    late = clock.now() - timedelta(days=1, seconds=1)
    ApplicationImport.objects.filter(pk__in=[old.pk, confirmed.pk]).update(at=late)
    assert discard_late_applications(clock.now()) == 1
    for row in (old, new, confirmed):
        row.refresh_from_db()
    assert [row.state for row in (old, new, confirmed)] == ["discarded", "waiting", "receiving"]


# --- in the administration -------------------------------------------------------------------------------


def upload(client: Client, intake: Intake, content: bytes, name: str = "partner.csv") -> Any:
    address = reverse("admin:applications_applicationimport_hand_in")
    return client.post(address, {"intake": intake.pk, "file": SimpleUploadedFile(name, content)}, follow=True)


@database
def test_a_partners_lead_hands_in_looks_and_receives(intake: Intake) -> None:
    partner = a_partner()
    Intake.objects.filter(pk=intake.pk).update(delivery_partner=partner)
    lead = Reader(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    page = upload(lead.client, intake, a_file(GOOD, GOOD | {"email": "x@school.example", "role": ""}))
    assert "Nothing is received yet." in page.content.decode()
    held = ApplicationImport.objects.get()
    lead.open(reverse("admin:applications_applicationimport_confirm", args=[held.pk]))
    assert "To be received 1 Known already 0 Rejected 1" in lead.text
    assert "Line 3: lacks what we need to decide: their role and headship." in lead.text
    rejected = lead.client.get(reverse("admin:applications_applicationimport_rejected", args=[held.pk]))
    assert rejected["Content-Type"] == "text/csv; charset=utf-8"
    lead.send()
    assert "The file is being received, line by line." in lead.text
    assert "It is being received: 0 of 2 lines so far." in lead.text
    receive_applications(read=read)
    lead.open(reverse("admin:applications_applicationimport_change", args=[held.pk]))
    assert "so far" not in lead.text
    assert "Line 3: lacks what we need to decide: their role and headship." in lead.text
    held.refresh_from_db()
    assert (held.created, held.unchanged, held.rejected) == (1, 0, 1)


@database
def test_nobody_hands_in_for_an_intake_of_others(intake: Intake) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert "Choose one of your intakes" in upload(client, intake, a_file(GOOD)).content.decode()
    assert not ApplicationImport.objects.exists()


@database
@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "partner.csv", "The file is empty."),
        (b"name\nOtto\n", "partner.csv", "Line 1 names no column full_name."),
        (b"PK\x03\x04", "partner.csv", "Line 1 holds something that is not text."),
        (a_file(GOOD), "partner.xlsx", "The file must be a .csv."),
        (
            a_file(*(GOOD | {"email": f"p{n}@school.example"} for n in range(501))),
            "partner.csv",
            "500 is the most at once",
        ),
    ],
    ids=["empty", "no names", "a workbook", "wrong kind", "too many"],
)
def test_a_file_that_cannot_be_used_is_refused_beside_the_field(
    intake: Intake, lead: User, content: bytes, name: str, words: str
) -> None:
    client = Client()
    client.force_login(lead)
    assert words in upload(client, intake, content, name).content.decode()
    assert not ApplicationImport.objects.exists()


@database
def test_the_empty_file_can_be_handed_in_as_it_is(lead: User) -> None:
    client = Client()
    client.force_login(lead)
    content = client.get(reverse("admin:applications_applicationimport_columns")).content
    file = read_applications(content, today=TODAY)
    assert (file.columns, [row.faults for row in file.rows]) == (COLUMNS, [()])


# --- taken away ------------------------------------------------------------------------------------------


@pytest.fixture
def taken(lead: User) -> Callable[..., Any]:
    client = Client()
    client.force_login(lead)
    address = reverse("admin:applications_application_export")
    return lambda kind, query="": client.post(f"{address}{query}", {"kind": kind})


@database
def test_the_workbook_is_to_be_read_in_words(taken: Callable[..., Any], intake: Intake) -> None:
    kept = {"full_name": "=HYPERLINK(1)", "trn": "0123456", "has_trn": True, "headship": "serving"}
    an_application(
        a_person(email="ines@school.example"), intake, state=ApplicationState.WAITLISTED, waitlisted_at=clock.now(),
        funding_status="school_sought", funded_place=None, **FINISHED | kept
    )  # fmt: skip
    an_application(a_person(), an_intake(a_version()), **FINISHED)
    response = taken("xlsx", f"?intake__id__exact={intake.pk}")
    sheet = load_workbook(io.BytesIO(response.content)).active
    assert (sheet.title, sheet.freeze_panes) == ("Applications", "A2")
    titles, row = list(sheet.iter_rows())
    assert all(title.font.bold for title in titles)
    assert not any(cell.font.bold for cell in row)
    cells = {title.value: cell for title, cell in zip(titles, row, strict=True)}
    assert tuple(cells) == TITLES
    said = {title: cell.value for title, cell in cells.items()}
    assert said["Name"] == "=HYPERLINK(1)"
    assert said["State"] == "On the waiting list"
    assert (said["Headship"], said["Works in England"], said["Works in"]) == (
        "Headteacher for longer",
        "Yes",
        "A school",
    )
    assert (said["Funding"], said["Paid for by"]) == ("Cannot say yet: we look for the school", "Their school")
    assert (said["Funded place"], said["Endorsement"]) == (None, None)
    assert said["Date of birth"].date() == date(1980, 2, 29)
    assert said["Sent"].date() == clock.today()
    trn = cells["Teacher reference number"]
    assert (trn.value, trn.data_type, trn.number_format) == ("0123456", "s", "@")


@database
def test_a_column_is_as_wide_as_what_stands_in_it(taken: Callable[..., Any], intake: Intake) -> None:
    an_application(a_person(email="ines.caldbeck@marlowick.example"), intake, **FINISHED | {"statement": "W" * 900})
    sheet = load_workbook(io.BytesIO(taken("xlsx").content)).active
    wide = {cell.value: sheet.column_dimensions[cell.column_letter].width for cell in sheet[1]}
    assert (wide["Email"], wide["Why they apply"], wide["URN"]) == (33, 48, 8)


def test_titles_name_every_column_once() -> None:
    assert len(TITLES) == len(set(TITLES)) == len(TAKEN)


@database
def test_every_choice_has_its_words_for_the_workbook(intake: Intake) -> None:
    """None is in the words of the form, which lets the applicant speak."""
    for headship in Application.Headship.values:
        for route in FundingRoute:
            answers = FINISHED | {"headship": headship, "funding_route": route.value}
            an_application(a_person(), intake, **answers)
    titles, *rows = table_in_words(Application.objects.all())
    for title in ("Headship", "Paid for by"):
        said = {str(row[titles.index(title)]) for row in rows}
        assert not [words for words in said if words.islower() or set(words.split()) & {"I", "My", "my"}]


@database
def test_taking_away_is_written_down_and_looking_is_not(taken: Callable[..., Any], intake: Intake, lead: User) -> None:
    an_application(a_person(), intake, **FINISHED)
    page = Reader(lead).open(reverse("admin:applications_application_export"))
    assert "Take 1 application away" in page.text
    assert not Entry.objects.filter(verb="applications.exported").exists()
    taken("csv", "?q=ines")
    entry = Entry.objects.get(verb="applications.exported")
    assert words_of(entry) == {"filters": "q=ines"}


@database
def test_what_was_taken_away_can_be_handed_in_elsewhere(taken: Callable[..., Any], intake: Intake) -> None:
    school = School.objects.get()
    named = {"school": school, "school_urn": school.urn, "school_name": school.name}
    an_application(a_person(email="ines@school.example"), intake, **FINISHED | named)
    file = read(taken("csv").content)
    plan = import_plan(file, an_intake(a_version(), name="Elsewhere"))
    assert (plan.faults, [line.fate for line in plan.lines]) == ([], ["new"])
    (line,) = plan.lines
    assert line.answers
    kept = {name: line.answers[name] for name in FINISHED if name not in {*named, "agreed_at", "needs_adjustments"}}
    assert kept == {name: FINISHED[name] for name in kept}


@database
def test_what_is_only_for_some_staff_is_in_no_file(taken: Callable[..., Any], intake: Intake) -> None:
    an_application(a_person(), intake, **FINISHED | {"needs_adjustments": True, "adjustments": "Larger print."})
    assert b"Larger print" not in taken("csv").content


def test_it_is_said_how_a_file_was_read_and_another_way_can_be_chosen() -> None:
    content = a_file(GOOD | {"full_name": "Zoë Stark"}).decode().encode("mac_roman")
    guessed = read(content)
    assert (guessed.encoding, "Zo‘" in guessed.telling_line) == ("cp1252", True)
    chosen = read_applications(content, today=TODAY, encoding="mac_roman")
    assert (chosen.encoding, "Zoë" in chosen.telling_line) == ("mac_roman", True)


@database
def test_the_preview_says_how_a_file_was_read_and_reads_it_again(intake: Intake, lead: User) -> None:
    content = a_file(GOOD | {"full_name": "Zoë Stark"}).decode().encode("mac_roman")
    reader = Reader(lead)
    upload(reader.client, intake, content)
    held = ApplicationImport.objects.get()
    reader.open(reverse("admin:applications_applicationimport_confirm", args=[held.pk]))
    assert "The file was read as Windows-1252." in reader.text
    assert "Zo‘ Stark" in reader.text
    again = reverse("admin:applications_applicationimport_read_again", args=[held.pk])
    for encoding, words in (("mac_roman", "The file was read as Mac Roman."), ("", "Windows-1252")):
        page = reader.client.post(again, {"encoding": encoding}, follow=True).content.decode()
        assert words in page
    refused = reader.client.post(again, {"encoding": "utf-8-sig"}).content.decode()
    assert "Line 2 holds something that is not text." in refused
    held.refresh_from_db()
    assert (held.encoding, held.state) == ("", ImportState.WAITING)
    reader.client.post(again, {"encoding": "mac_roman"})
    held.refresh_from_db()
    receive(held, lead)
    assert Application.objects.get().full_name == "Zoë Stark"
    verbs = Entry.objects.filter(verb="application_import.read_again")
    assert verbs.count() == 3


@database
def test_a_file_that_no_longer_waits_is_not_read_again(hold: Callable[..., ApplicationImport], lead: User) -> None:
    held = receive(hold(GOOD), lead)
    with pytest.raises(ApplicationImportOver):
        read_again(held, encoding="cp1252", read=read, by=lead)
    page = Reader(lead).open(reverse("admin:applications_applicationimport_read_again", args=[held.pk]))
    assert "no longer waits" in page.text
