"""The applicant's pages, walked as a person would, without scripts."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from applications.models import Application
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from tests.factories import a_person, a_school, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

PARTS = ["details", "headship", "statement", "support", "agreement"]


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), name="February 2027")


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", email="ines@quillbeck.example")


@pytest.fixture
def reader(ines: User) -> Reader:
    return Reader(ines)


@pytest.fixture
def draft(ines: User, intake: Intake) -> Application:
    return an_application(ines, intake, state=ApplicationState.DRAFT, full_name="")


def finish(application: Application) -> None:
    Application.objects.filter(pk=application.pk).update(
        full_name="Ines Caldbeck", role="Deputy head", headship="aspiring", school_name="Quillbeck Primary School",
        statement="One approach to phonics.", wants_one_to_one=True, agreed_at=clock.now(),
    )  # fmt: skip


def page(name: str, application: Application, *more: str) -> str:
    return reverse(f"applications:{name}", args=[application.public_id, *more])


def test_from_the_start_page_to_the_receipt(reader: Reader, intake: Intake) -> None:
    a_school(name="Quillbeck Primary School", urn="912345", town="Quillbeck")
    reader.open(reverse("applications:start", args=[intake.public_id])).send()
    assert "0 of 6 parts are finished. Nothing is sent until you send it" in reader.text
    assert "Opens when the other parts are done Not sent yet" in reader.text

    reader.follow("Your details").send(trn="01/23456")
    reader.follow("Your role and headship").send(
        role="Headteacher", headship="serving",
        headship_started_on_day="1", headship_started_on_month="9", headship_started_on_year="2020",
    )  # fmt: skip
    reader.follow("Your school").open(reader.address + "?q=quillbeck").send(school="912345")
    reader.follow("Why you apply").send(statement="One approach to phonics.")
    reader.follow("One-to-one support").send(wants_one_to_one="yes")
    reader.follow("What you agree to").send(agreed="on")
    assert "6 of 6 parts are finished." in reader.text

    reader.follow("Check and send")
    assert "Your application for February 2027 is not sent yet." in reader.text
    assert "Quillbeck Primary School URN 912345" in reader.text
    assert Application.objects.get().state == ApplicationState.DRAFT

    reader.send()
    application = Application.objects.get()
    assert (application.state, application.trn) == (ApplicationState.SUBMITTED, "0123456")
    assert f"Your reference {application.reference}" in reader.text
    assert Message.objects.get().kind == "application-received"
    assert "You sent it on" in reader.follow("See what you sent").text


def test_signed_out_one_signs_in_and_comes_back(intake: Intake) -> None:
    address = reverse("applications:start", args=[intake.public_id])
    response = Client().get(address)
    assert (response.status_code, response["Location"]) == (302, f"{reverse('account_login')}?next={address}")


def test_the_start_page_leads_on_to_what_was_begun(reader: Reader, draft: Application) -> None:
    reader.open(reverse("applications:start", args=[draft.intake.public_id]))
    assert reader.address == page("form", draft)


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"closes_at": timedelta(seconds=-1)}, "Applications for February 2027 have closed"),
        ({"opens_at": timedelta(days=1)}, "Applications for February 2027 are not open yet"),
        ({"is_paused": True}, "Applications for February 2027 are paused"),
    ],
)
def test_an_intake_that_is_not_open_says_so_and_offers_no_start(
    reader: Reader, intake: Intake, changes: dict[str, object], sentence: str
) -> None:
    now = clock.now()
    for name, value in changes.items():
        setattr(intake, name, now + value if isinstance(value, timedelta) else value)
    intake.closed_words = "The form re-opens in the summer term."
    intake.save()
    reader.open(reverse("applications:start", args=[intake.public_id]))
    assert sentence in reader.text
    assert "The form re-opens in the summer term." in reader.text
    assert "Start your application" not in reader.text
    reader.client.post(reader.address)
    assert not Application.objects.exists()


def test_an_intake_of_an_unpublished_programme_is_not_there(reader: Reader) -> None:
    intake = an_intake(a_version(state=VersionState.DRAFT))
    assert reader.client.get(reverse("applications:start", args=[intake.public_id])).status_code == 404


def test_errors_stand_at_their_field_and_nothing_typed_is_lost(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "headship")).send(role="Deputy head", headship_started_on_day="1")
    assert reader.title.startswith("Error: Your role and headship")
    assert reader.errors == [
        "Choose which of these is true of you",
        "The date of your headship must include a month and a year",
    ]
    reader.send(headship="serving")
    assert reader.errors == ["The date of your headship must include a month and a year"]
    reader.send(headship_started_on_month="9", headship_started_on_year="2020")
    draft.refresh_from_db()
    assert (draft.role, draft.headship, f"{draft.headship_started_on}") == ("Deputy head", "serving", "2020-09-01")


@pytest.mark.parametrize(
    ("part", "answers", "error"),
    [
        ("details", {"full_name": " "}, "Enter your full name"),
        ("details", {"trn": "12345"}, "Enter a teacher reference number of seven digits, like 0123456."),
        ("details", {"trn": "0000000"}, "Enter a teacher reference number of seven digits, like 0123456."),
        ("statement", {}, "Say what you want to change, and why now"),
        ("statement", {"statement": "word " * 251}, "Your answer has 251 words, and 250 is the most"),
        ("support", {}, "Choose whether you would like one-to-one support"),
        ("agreement", {}, "Tick the box to agree, or leave your application"),
    ],
)
def test_each_question_says_what_is_wrong(
    reader: Reader, draft: Application, part: str, answers: dict[str, str], error: str
) -> None:
    assert reader.open(page("part", draft, part)).send(**answers).errors == [error]


def test_250_words_are_allowed(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement")).send(statement="word " * 250)
    assert reader.address == page("form", draft)


def test_answers_are_there_when_one_comes_back_on_another_device(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement")).send(statement="Line one\nLine two")
    elsewhere = Reader(draft.person).open(page("part", draft, "statement"))
    elsewhere.send()
    draft.refresh_from_db()
    assert draft.statement.splitlines() == ["Line one", "Line two"]


def test_details_begin_with_what_is_known_of_the_person(reader: Reader, draft: Application) -> None:
    User.objects.update(trn="0123456")
    assert not draft.full_name
    reader.open(page("part", draft, "details")).send()
    draft.refresh_from_db()
    assert (draft.full_name, draft.trn) == ("Ines Caldbeck", "0123456")


def test_a_school_is_searched_for_and_chosen_or_named(reader: Reader, draft: Application) -> None:
    school = a_school(name="Quillbeck Primary School", urn="912345")
    assert "Which is your school?" not in reader.open(page("school", draft)).text
    reader.open(page("school", draft) + "?q=quill").send()
    assert reader.errors == ["Choose your school, or choose that it is not listed"]
    reader.send(school="not-listed")
    assert reader.errors == ["Enter the name of your school"]
    reader.send(school_name="Brand New School, Otherton")
    draft.refresh_from_db()
    assert (draft.school, draft.school_name) == (None, "Brand New School, Otherton")
    reader.open(page("school", draft) + "?q=quill").send(school="912345")
    draft.refresh_from_db()
    assert (draft.school, draft.school_name, draft.school_urn) == (school, "Quillbeck Primary School", "912345")


def test_a_search_that_finds_nothing_says_what_to_do(reader: Reader, draft: Application) -> None:
    reader.open(page("school", draft) + "?q=nowhere")
    assert "No school has all of “nowhere” in its name or address." in reader.text


def test_a_search_that_finds_too_much_says_so(reader: Reader, draft: Application) -> None:
    for _ in range(21):
        a_school(name="Fell School")
    reader.open(page("school", draft) + "?q=fell")
    assert "More than 20 schools match." in reader.text
    assert reader.text.count("URN") == 21  # and the one in the hint


def test_a_school_that_was_not_found_cannot_be_slipped_in(reader: Reader, draft: Application) -> None:
    a_school(name="Elsewhere", urn="954321")
    reader.open(page("school", draft) + "?q=quill")
    reader.client.post(reader.address, {"school": "954321"})
    draft.refresh_from_db()
    assert draft.school is None


def test_changing_an_answer_leads_back_to_the_check(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft)).follow("Change why you apply").send(statement="Another reason.")
    assert reader.address == page("check", draft)
    assert "Another reason." in reader.text


def test_an_unfinished_application_cannot_be_checked_or_sent(reader: Reader, draft: Application) -> None:
    assert reader.open(page("check", draft)).address == page("form", draft)
    reader.client.post(page("check", draft))
    assert "Finish these parts before you send your application" in reader.open(page("form", draft)).text
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT


def test_sending_twice_shows_one_receipt(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.client.post(page("check", draft))
    first = reader.open(page("receipt", draft)).text
    reader.client.post(page("check", draft))
    assert reader.open(page("receipt", draft)).text == first
    assert Message.objects.count() == 1


def test_after_the_close_a_draft_is_read_only_and_says_it_was_not_sent(reader: Reader, draft: Application) -> None:
    finish(draft)
    Intake.objects.update(closes_at=clock.now() - timedelta(seconds=1))
    assert "It was not sent. Applications closed on" in reader.open(page("form", draft)).text
    assert "One approach to phonics." in reader.text
    for part in PARTS:
        assert reader.open(page("part", draft, part)).address == page("form", draft)
    assert reader.open(page("check", draft)).address == page("form", draft)
    reader.client.post(page("check", draft))
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT


def test_an_answer_that_comes_too_late_stays_on_the_page(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement"))
    Intake.objects.update(closes_at=clock.now())
    reader.send(statement="A second too late.")
    assert reader.errors == ["Applications for February 2027 have closed. Nothing more can be changed or sent."]
    assert "A second too late." in reader.text


@pytest.mark.parametrize("state", [ApplicationState.DRAFT, ApplicationState.SUBMITTED])
def test_withdrawing_asks_first(reader: Reader, intake: Intake, ines: User, state: ApplicationState) -> None:
    application = an_application(ines, intake, state=state)
    reader.open(page("form", application)).follow("Withdraw this application")
    application.refresh_from_db()
    assert application.state == state
    reader.send()
    application.refresh_from_db()
    assert application.state == ApplicationState.WITHDRAWN
    assert "You withdrew it." in reader.text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ApplicationState.SUBMITTED, "Tobias Farrant reads it and answers you by email."),
        (ApplicationState.ACCEPTED, "You have a place."),
        (ApplicationState.DECLINED, "We could not offer you a place."),
        (ApplicationState.WITHDRAWN, "You withdrew it."),
    ],
)
def test_every_state_is_told_in_words(
    reader: Reader, intake: Intake, ines: User, state: ApplicationState, sentence: str
) -> None:
    application = an_application(ines, intake, state=state)
    assert sentence in reader.open(page("form", application)).text
    assert reader.open(page("part", application, "details")).address == page("form", application)
    assert "Go on with it" not in reader.open(reverse("applications:index")).text


def test_the_list_holds_all_of_mine_and_nobody_elses(
    reader: Reader, ines: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    assert "You have no application yet" in reader.open(reverse("applications:index")).text
    version = a_version()
    an_application(a_person(), an_intake(version, name="Other people's"))
    an_application(ines, an_intake(version, name="Spring"))
    with django_assert_num_queries(50, exact=False) as counted:
        reader.open(reverse("applications:index"))
    before = len(counted)
    an_application(ines, an_intake(version, name="Summer"), state=ApplicationState.DRAFT)
    an_application(ines, an_intake(version, name="Autumn"), state=ApplicationState.DECLINED)
    with django_assert_num_queries(before):
        reader.open(reverse("applications:index"))
    assert all(name in reader.text for name in ("Spring", "Summer", "Autumn"))
    assert "Other people's" not in reader.text


@pytest.mark.parametrize(
    ("name", "method"),
    [
        *((name, "get") for name in ("form", "school", "check", "receipt", "withdraw")),
        *((name, "post") for name in ("school", "check", "withdraw")),
    ],
)
def test_whose_page_it_is(intake: Intake, name: str, method: str) -> None:
    """A stranger finds nothing; staff who may read it in the administration may not act for the applicant here."""
    sent, draft = an_application(a_person(), intake), an_application(a_person(), intake, state=ApplicationState.DRAFT)
    lead, stranger = a_person(Role.PROGRAMME_LEAD), a_person(Role.PARTICIPANT)
    answers = {}
    for who, application in [(stranger, sent), (lead, sent), (lead, draft)]:
        client = Client()
        client.force_login(who)
        answers[who, application] = getattr(client, method)(page(name, application)).status_code
    assert list(answers.values()) == [404, 403, 404]
    assert getattr(Client(), method)(page(name, sent)).status_code == 302


def test_there_is_no_part_of_another_name(reader: Reader, draft: Application) -> None:
    assert reader.client.get(page("part", draft, "shoes")).status_code == 404
