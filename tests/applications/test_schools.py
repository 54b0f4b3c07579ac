"""An applicant's school: found, chosen, or left to staff to find."""

import pytest
from django.core import mail
from django.urls import reverse

from applications.actions import ask_for_school, choose_school, settle_school
from applications.errors import ApplicationNotDraft, NotYourSchoolTask, SchoolNotSelectable, SchoolTaskSettled
from applications.models import Application, MissingSchool
from applications.states import ApplicationState
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School, SchoolLink
from tests.factories import FINISHED, a_partner, a_person, a_school, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", email="ines@quillbeck.example")


@pytest.fixture
def draft(ines: User) -> Application:
    return an_application(
        ines, an_intake(a_version()), state=ApplicationState.DRAFT, works_in_england=True, work_setting="a_school"
    )


@pytest.fixture
def reader(ines: User) -> Reader:
    return Reader(ines)


def address(application: Application, query: str = "") -> str:
    return reverse("applications:school", args=[application.public_id]) + query


def test_what_is_chosen_is_copied_as_it_is_today(draft: Application) -> None:
    school = a_school(name="Quillbeck Primary School", urn="912345", type_code="34")
    choose_school(draft, school=school, by=draft.person)
    School.objects.update(name="Renamed", type_code="1")
    draft.refresh_from_db()
    copied = (draft.school, draft.school_name, draft.school_urn, draft.school_type_code)
    assert copied == (school, "Quillbeck Primary School", "912345", "34")


@pytest.mark.parametrize("fields", [{"status": "2"}, {"type_code": "30"}, {"la_code": "673"}], ids=str)
def test_a_school_that_cannot_be_chosen_is_refused(draft: Application, fields: dict[str, str]) -> None:
    with pytest.raises(SchoolNotSelectable):
        choose_school(draft, school=a_school(**fields), by=draft.person)
    draft.refresh_from_db()
    assert (draft.school, draft.school_name) == (None, "")


def test_a_school_closed_between_page_and_answer_is_refused_in_our_words(reader: Reader, draft: Application) -> None:
    school = a_school(name="Quillbeck Primary School", urn="912345")
    reader.open(address(draft, "?q=quillbeck"))
    School.objects.filter(pk=school.pk).update(status="2")
    reader.send(school="912345")
    assert reader.errors == ["That school can no longer be chosen. Search again, or choose that it is not listed"]


def test_a_school_that_is_not_listed_is_a_task_for_staff(reader: Reader, draft: Application) -> None:
    reader.open(address(draft, "?q=nowhere")).send(
        school="not-listed", school_name="Brand New School", town="Otherton", postcode="OT1 2AB"
    )
    task = MissingSchool.objects.get()
    assert (task.application, task.name, task.town, task.postcode) == (draft, "Brand New School", "Otherton", "OT1 2AB")
    draft.refresh_from_db()
    assert (draft.school, draft.school_name) == (None, "Brand New School")
    assert "We are looking for Brand New School." in reader.open(address(draft)).text


def test_asking_again_changes_the_one_task(draft: Application) -> None:
    first = ask_for_school(draft, name="Brand New School", by=draft.person)
    assert ask_for_school(draft, name="Brand New School", by=draft.person) == first
    again = ask_for_school(draft, name="Brand New Academy", town="Otherton", by=draft.person)
    assert (again.pk, again.name, again.town) == (first.pk, "Brand New Academy", "Otherton")
    assert Entry.objects.filter(verb="school.asked_for").count() == 2


def test_choosing_a_listed_school_settles_the_task(draft: Application) -> None:
    ask_for_school(draft, name="Brand New School", by=draft.person)
    school = a_school()
    choose_school(draft, school=school, by=draft.person)
    task = MissingSchool.objects.get()
    assert (task.school, task.settled_by) == (school, draft.person)
    assert not Message.objects.exists()


def test_what_was_sent_is_not_renamed_by_the_applicant(ines: User) -> None:
    sent = an_application(ines, an_intake(a_version()), **FINISHED)
    with pytest.raises(ApplicationNotDraft):
        ask_for_school(sent, name="Another School", by=ines)
    with pytest.raises(ApplicationNotDraft):
        choose_school(sent, school=a_school(), by=ines)


@pytest.mark.parametrize("state", [ApplicationState.DRAFT, ApplicationState.SUBMITTED, ApplicationState.WAITLISTED])
def test_staff_put_the_school_that_they_found_on_the_application(ines: User, state: ApplicationState) -> None:
    application = an_application(ines, an_intake(a_version()), state=state, **FINISHED)
    task = MissingSchool.objects.create(application=application, name="Brand New School")
    school, lead = a_school(name="Quillbeck Free School", type_code="35"), a_person(Role.PROGRAMME_LEAD)
    settled = settle_school(task, school=school, by=lead)
    assert (settled.school, settled.settled_by) == (school, lead)
    application.refresh_from_db()
    assert (application.school, application.school_name) == (school, "Quillbeck Free School")
    assert (application.school_urn, application.school_type_code) == (school.urn, "35")
    assert settle_school(task, school=school, by=lead).school == school
    with pytest.raises(SchoolTaskSettled, match="settled already: Quillbeck Free School"):
        settle_school(task, school=None, words="None.", by=lead)
    message = Message.objects.get(kind="school-found")
    assert (message.address, "Quillbeck Free School" in message.text) == (ines.email, True)


def test_the_applicant_hears_that_there_is_none_and_why(draft: Application) -> None:
    task = ask_for_school(draft, name="Brand New School", by=draft.person)
    settle_school(task, school=None, words="It lies in Wales.", by=a_person(Role.PROGRAMME_LEAD))
    message = Message.objects.get(kind="school-not-found")
    assert "It lies in Wales." in message.text
    draft.refresh_from_db()
    assert (draft.school, draft.school_name) == (None, "Brand New School")
    assert mail.outbox == []


def test_who_has_withdrawn_is_not_written_to(ines: User) -> None:
    gone = an_application(ines, an_intake(a_version()), state=ApplicationState.WITHDRAWN, **FINISHED)
    task = MissingSchool.objects.create(application=gone, name="Brand New School")
    settle_school(task, school=a_school(), by=a_person(Role.PROGRAMME_LEAD))
    assert not Message.objects.exists()


def test_nobody_settles_their_own(draft: Application) -> None:
    task = ask_for_school(draft, name="Brand New School", by=draft.person)
    with pytest.raises(NotYourSchoolTask):
        settle_school(task, school=a_school(), by=draft.person)


def test_staff_settle_it_in_the_administration(draft: Application) -> None:
    task = ask_for_school(draft, name="Brand New School", town="Otherton", by=draft.person)
    school = a_school(name="Quillbeck Free School", urn="912345")
    lead = Reader(a_person(Role.PROGRAMME_LEAD))
    assert "Schools to find" in lead.open(reverse("admin:index")).text
    lead.open(reverse("admin:applications_missingschool_change", args=[task.pk])).follow("Settle")
    lead.send()
    assert lead.errors == ["Choose whether you found it"]
    lead.send(found="yes", urn="999999")
    assert lead.errors == ["Enter the URN of an open school in England"]
    lead.send(found="no")
    assert lead.errors == ["Say what the applicant should do now"]
    lead.send(found="yes", urn="912345")
    assert "Quillbeck Free School now stands on the application. The applicant is told." in lead.text
    task.refresh_from_db()
    assert task.school == school


def test_a_partners_lead_finds_schools_for_their_own_applicants_only(draft: Application) -> None:
    task = ask_for_school(draft, name="Brand New School", by=draft.person)
    stranger = Reader(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert "Brand New School" not in stranger.open(reverse("admin:applications_missingschool_changelist")).text
    page = stranger.client.get(reverse("admin:applications_missingschool_change", args=[task.pk]))
    assert page.status_code == 404


def test_many_schools_come_page_by_page(reader: Reader, draft: Application) -> None:
    for number in range(45):
        a_school(name=f"Fell School {number:02}")
    assert "Schools 1 to 20. More match: add the town to narrow it down." in reader.open(address(draft, "?q=fell")).text
    assert "Schools 21 to 40." in reader.follow("More schools").text
    assert "Schools 41 to 45." in reader.follow("More schools").text
    assert "More match" not in reader.text
    reader.send(school=School.objects.get(name="Fell School 44").urn)
    draft.refresh_from_db()
    assert draft.school_name == "Fell School 44"


@pytest.mark.parametrize("page", ["0", "-1", "6", "999", "99999999999999999999", "²", "two", ""])
def test_a_page_that_there_is_not_is_no_fault(reader: Reader, draft: Application, page: str) -> None:
    a_school(name="Fell School")
    assert (
        "Fell School" in reader.open(address(draft, f"?q=fell&page={page}")).text or "There are no more." in reader.text
    )


def test_a_closed_school_names_what_came_after_it(reader: Reader, draft: Application) -> None:
    old = a_school(name="Quillbeck Junior School", status="2")
    new = a_school(name="Quillbeck Academy", urn="912345")
    SchoolLink.objects.create(predecessor=old, successor=new, kind="Successor")
    reader.open(address(draft, "?q=quillbeck+junior"))
    assert "Quillbeck Junior School closed; Quillbeck Academy came after it." in reader.text
    reader.send(school="912345")
    draft.refresh_from_db()
    assert draft.school == new


def test_a_school_outside_england_is_said_to_be(reader: Reader, draft: Application) -> None:
    a_school(name="Ysgol Nantmor", type_code="30")
    assert "Ysgol Nantmor does not lie in England." in reader.open(address(draft, "?q=nantmor")).text


@pytest.mark.parametrize(
    "words",
    [
        "Saint Anselm",
        "st anselm",
        "St. Anselm's",
        "ANSELM'S",
        "otherton anselm",
        "OT1 2AB",
        "ot12ab",
        "912345",
        "Ânselm",
    ],
)
def test_it_is_found_however_it_is_written(reader: Reader, draft: Application, words: str) -> None:
    a_school(name="St Anselm's School", urn="912345", town="Otherton", postcode="OT1 2AB")
    assert "1 school found." in reader.open(address(draft, f"?q={words}")).text


def test_two_tabs_do_not_overwrite_each_other_unseen(reader: Reader, ines: User, draft: Application) -> None:
    a_school(name="Quillbeck Primary School", urn="912345")
    a_school(name="Quillbeck Infant School", urn="912346")
    other = Reader(ines)
    other.open(address(draft, "?q=quillbeck"))
    reader.open(address(draft, "?q=quillbeck")).send(school="912345")
    other.send(school="912346")
    saved = other.text.partition("What is saved now")[2].partition("What you have typed")[0]
    assert "Quillbeck Primary School" in saved
    draft.refresh_from_db()
    assert draft.school_urn == "912345"
    other.send()
    draft.refresh_from_db()
    assert draft.school_urn == "912346"


def test_whoever_searches_again_chooses_again(reader: Reader, draft: Application) -> None:
    choose_school(draft, school=a_school(name="Quillbeck Primary School", urn="912345"), by=draft.person)
    a_school(name="Fell School", urn="912346")
    assert "Quillbeck Primary School" in reader.open(address(draft)).text
    reader.open(address(draft, "?q=fell")).send()
    assert reader.errors == ["Choose your school, or choose that it is not listed"]
    assert "Quillbeck Primary School" not in reader.text
    reader.send(school="912346")
    draft.refresh_from_db()
    assert draft.school_name == "Fell School"
