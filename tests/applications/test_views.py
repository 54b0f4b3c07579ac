"""The applicant's pages, walked as a person would, without scripts."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from applications.actions import submit_application, withdraw_application
from applications.errors import ApplicationUnfinished
from applications.models import Application
from applications.rules.answers import PARTS
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.words import day
from tests.factories import FINISHED, a_form, a_person, a_school, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

PAGES = [part.code for part in PARTS if part.code != "school"]


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


def finish(application: Application, **answers: Any) -> None:
    Application.objects.filter(pk=application.pk).update(
        **FINISHED | {"statement": "One approach to phonics."} | answers
    )


def stored(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def page(name: str, application: Application, *more: str) -> str:
    return reverse(f"applications:{name}", args=[application.public_id, *more])


def test_from_the_start_page_to_the_receipt(reader: Reader, intake: Intake) -> None:
    # S9 S10
    a_school(name="Quillbeck Primary School", urn="912345", town="Quillbeck")
    reader.open(reverse("applications:start", args=[intake.public_id])).send()
    assert "0 of 9 parts are finished. Nothing is sent until you send it" in reader.text
    assert "Opens when the other parts are done Not sent yet" in reader.text
    assert "Your school" not in reader.links

    reader.follow("Your details").send(
        date_of_birth_day="29", date_of_birth_month="2", date_of_birth_year="1980", telephone="01632 960 001"
    )
    reader.follow("Your teacher reference number").send(has_trn="yes", trn="01/23456")
    reader.follow("Your role and headship").send(
        role="Headteacher", role_reach="one_school", headship="serving",
        headship_started_on_day="1", headship_started_on_month="9", headship_started_on_year="2020",
    )  # fmt: skip
    reader.follow("Your workplace").send(works_in_england="yes", work_setting="a_school")
    reader.follow("Your school").open(reader.address + "?q=quillbeck").send(school="912345")
    reader.follow("How your place is paid for").send(previously_funded="no", funding_route="school")
    reader.follow("Why you apply").send(statement="One approach to phonics.")
    reader.follow("Support beside the programme").send(wants_one_to_one="yes")
    reader.follow("Reasonable adjustments").send(needs_adjustments="yes", adjustments="Large print.")
    reader.follow("What you agree to").send(agreed="on")
    reader.follow("Who endorses you")
    assert "You are a headteacher, so the chair of your governors or of your trust endorses you." in reader.text
    reader.send(endorser_name="Hesketh Marrin", endorser_email="chair@quillbeck.example")
    assert "11 of 11 parts are finished." in reader.text

    reader.follow("Check and send")
    assert "Your application for February 2027 is not sent yet." in reader.text
    assert "School Quillbeck Primary School URN" not in reader.text
    assert "URN 912345 School Quillbeck Primary School" in reader.text
    assert "Adjustments needed Yes Which Large print." in reader.text
    assert "What I have written is true" in reader.text
    assert reader.send().errors == ["Tick the box to declare this, before you send it"]
    assert Application.objects.get().state == ApplicationState.DRAFT

    reader.send(declared="on")
    application = Application.objects.get()
    assert (application.state, application.trn) == (ApplicationState.SUBMITTED, "0123456")
    assert application.endorser_role == "chair"
    assert f"Your reference {application.reference}" in reader.text
    assert Message.objects.filter(person=application.person).get().kind == "application-received"
    assert "You sent it on" in reader.follow("See what you sent").text


def test_every_page_of_a_draft_says_that_it_is_not_sent(reader: Reader, draft: Application) -> None:
    finish(draft)
    pages = [page("form", draft), page("check", draft), page("school", draft), reverse("applications:index")]
    asked = [code for code in PAGES if code not in {"nursery", "employment", "referral", "employer"}]
    for address in [*pages, *(page("part", draft, code) for code in asked)]:
        assert "Not sent yet" in reader.open(address).text, address
        assert reader.address == address
    Application.objects.update(state=ApplicationState.SUBMITTED, submitted_at=clock.now(), reference="ABCD-EFGH")
    for address in (page("form", draft), page("receipt", draft), reverse("applications:index")):
        assert "Not sent yet" not in reader.open(address).text


def test_a_page_that_does_not_apply_leads_back_to_those_that_do(reader: Reader, draft: Application) -> None:
    finish(draft)
    for code in ("nursery", "employment", "referral"):
        assert reader.open(page("part", draft, code)).address == page("form", draft)


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
    assert reader.errors == ["Choose where you lead", "Choose which of these is true of you"]
    reader.send(role_reach="one_school", headship="serving")
    assert reader.errors == ["The date of your headship must include a month and a year"]
    reader.send(headship_started_on_month="9", headship_started_on_year="2020")
    draft.refresh_from_db()
    assert (draft.role, draft.headship, f"{draft.headship_started_on}") == ("Deputy head", "serving", "2020-09-01")


TRN = "Enter a teacher reference number of seven digits, like 0123456."
NO_SIGN = "Your full name has a sign in it that cannot be kept. Type it again"
LETTERS = "Enter a name that has letters in it"
RING = "Enter a telephone number, like 01632 960 001 or +44 7700 900 982"
BORN = {"date_of_birth_day": "31", "date_of_birth_month": "3", "date_of_birth_year": "1985"}


@pytest.mark.parametrize(
    ("part", "answers", "error"),
    [
        ("details", {"full_name": " ", **BORN}, "Enter your full name"),
        ("details", {"full_name": "N" * 201, **BORN}, "Your full name must be 200 characters or fewer"),
        ("details", {"full_name": "Ines\x00", **BORN}, NO_SIGN),
        ("details", {"full_name": "\u200b", **BORN}, "Enter your full name"),
        ("details", {"full_name": "1234", **BORN}, LETTERS),
        ("details", {"full_name": "😀", **BORN}, LETTERS),
        ("details", {"full_name": "Ines\x1b[2J", **BORN}, NO_SIGN),
        ("details", BORN | {"telephone": "ring me"}, RING),
        ("details", {}, "Enter your date of birth"),
        ("details", BORN | {"date_of_birth_month": "2"}, "Your date of birth must be a real date"),
        ("details", BORN | {"date_of_birth_day": "first"},
         "Your date of birth must be a day, a month and a year, like 1 9 2026 or 1 September 2026"),
        ("details", BORN | {"date_of_birth_year": "1800"}, "Your date of birth must be in the year 1900 or later"),
        ("details", BORN | {"date_of_birth_year": "85"}, "Your date of birth must have a year of four figures"),
        ("details", BORN | {"date_of_birth_year": "2090"}, "Your date of birth must be in the past"),
        ("details", BORN | {"date_of_birth_year": "2015"},
         "Your date of birth must be that of somebody of 18 or older"),
        ("details", BORN | {"date_of_birth_year": "1900"},
         "Your date of birth would make you 126 years old: check the year"),
        ("trn", {"has_trn": "yes"}, "Enter your teacher reference number, or choose to send it later"),
        ("trn", {"trn": "1234567"}, "Choose whether you have your teacher reference number to hand"),
        *(("trn", {"has_trn": "yes", "trn": trn}, TRN)
          for trn in ("123456", "12345678", "12345AB", "١٢٣٤٥٦٧")),
        ("trn", {"has_trn": "yes", "trn": "000/0000"},
         "0000000 is nobody’s teacher reference number. Enter yours, or choose to send it later"),
        ("trn", {"has_trn": "no", "trn": "1234567"},
         "You chose to send your number later, and typed one. Choose yes, or empty this box"),
        ("workplace", {"works_in_england": "yes"}, "Choose where you work now"),
        ("workplace", {"works_in_england": "perhaps", "work_setting": "other"},
         "What you chose under “Do you work in England?” is no longer to be had. Choose again"),
        ("workplace", {"works_in_england": "yes", "work_setting": "the_moon"},
         "What you chose under “Where do you work now?” is no longer to be had. Choose again"),
        ("funding", {"previously_funded": "no"}, "Choose who pays for your place"),
        ("funding", {"previously_funded": "yes", "funding_route": "scholarship"},
         "DfE pays for a qualification once. Choose who pays this time"),
        ("statement", {"statement": " "}, "Write your answer"),
        ("statement", {"statement": "A\x00"}, "Your answer has a sign in it that cannot be kept. Type it again"),
        ("support", {}, "Choose whether you would like one-to-one support"),
        ("adjustments", {"needs_adjustments": "yes"}, "Say what would help"),
        ("statement", {"statement": "x" * 100_001},
         "Your answer has 100,001 characters, and no more than 100,000 can be kept. Nothing of this page is saved"),
        ("adjustments", {"needs_adjustments": "yes", "adjustments": "x" * 100_001},
         "Your answer has 100,001 characters, and no more than 100,000 can be kept. Nothing of this page is saved"),
        ("agreement", {}, "Tick the box to agree, or leave your application"),
        ("endorsement", {"endorser_name": "Orla Thwaite", "endorser_email": "orla at school"},
         "Enter an email address, like name@school.example"),
        ("endorsement", {"endorser_name": "Orla Thwaite", "endorser_email": "orla@localhost"},
         "Enter an email address, like name@school.example"),
        ("endorsement", {"endorser_name": "Orla Thwaite", "endorser_email": "INES@quillbeck.example"},
         "Enter the address of somebody else: nobody endorses their own application"),
    ],
)  # fmt: skip
def test_each_question_says_what_is_wrong_and_keeps_what_was_typed(
    reader: Reader, draft: Application, part: str, answers: dict[str, str], error: str
) -> None:
    if part != "workplace":
        Application.objects.update(works_in_england=True, work_setting="a_school")
    before = stored(draft).stored
    assert reader.open(page("part", draft, part)).send(**answers).errors == [error]
    typed = {name: text for name, text in answers.items() if "\x00" not in text and "\x1b" not in text}
    assert {name: reader.typed[name] for name in typed if name in reader.typed} == {
        name: text for name, text in typed.items() if name in reader.typed
    }
    assert stored(draft).stored == before


@pytest.mark.parametrize(
    ("part", "name", "text"),
    [
        ("details", "full_name", "Ó"),
        ("details", "full_name", "N" * 150),
        ("details", "full_name", "عبد الرحمن"),
        ("details", "full_name", "Zoe\u0308 N\u0303andu\u0301"),
        ("details", "full_name", "D’Arcy–Smythe, née O’Neill"),
        ("statement", "statement", "“Every child”\n•\tread\xa0more…\n—and more"),
    ],
)
def test_what_people_write_is_kept_letter_by_letter(
    reader: Reader, draft: Application, part: str, name: str, text: str
) -> None:
    # T7
    born = BORN if part == "details" else {}
    reader.open(page("part", draft, part)).send(**born, **{name: text.replace("\n", "\r\n")})
    assert reader.address == page("form", draft)
    assert getattr(stored(draft), name) == text
    assert text.split()[0] in reader.open(page("part", draft, part)).typed[name]


def test_a_headship_and_a_date_of_birth_go_together_whichever_is_written_last(
    reader: Reader, draft: Application
) -> None:
    Application.objects.update(date_of_birth="1980-02-01", headship="serving", headship_started_on="2010-09-01")
    reader.open(page("part", draft, "headship")).send(
        role="Head", role_reach="one_school", headship_started_on_day="1", headship_started_on_month="9",
        headship_started_on_year="1990",
    )  # fmt: skip
    assert reader.errors == ["The date of your headship must be after you turned 18, so check the years"]
    reader.open(page("part", draft, "details")).send(full_name="Ines", date_of_birth_year="2000")
    assert reader.errors == [
        "Your date of birth would make you a headteacher before you were 18: check the years here and under your "
        "headship"
    ]


def test_signs_that_nobody_sees_are_left_out_and_spaces_are_single(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "details")).send(full_name="Zoë  \u202eTarbeck\u202c\xa0\u200bNg", **BORN)
    assert stored(draft).full_name == "Zoë Tarbeck Ng"
    reader.open(page("part", draft, "statement")).send(statement="\u200b\n\u2060")
    assert (reader.errors, stored(draft).statement) == (["Write your answer"], "")


def test_line_ends_of_word_become_our_own(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement")).send(statement="One\vtwo\fthree\u2028four\r\nfive\rsix")
    assert stored(draft).statement == "One\ntwo\nthree\nfour\nfive\nsix"


@pytest.mark.parametrize("trn", ["0123456", "01/23456", " 01 23 456 ", "01-23456", "01–23456", "０１２３４５６"])
def test_a_trn_is_taken_as_payslips_print_it(reader: Reader, draft: Application, trn: str) -> None:
    # T5
    reader.open(page("part", draft, "trn")).send(has_trn="yes", trn=trn)
    assert stored(draft).trn == "0123456"


def test_what_does_not_concern_somebody_is_no_fault(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "trn")).send(has_trn="no", trn="not that")
    assert (stored(draft).has_trn, stored(draft).trn) == (False, "")
    reader.open(page("part", draft, "headship")).send(
        role="Deputy head", role_reach="one_school", headship="aspiring", headship_started_on_day="1"
    )
    assert stored(draft).headship == "aspiring"


def test_the_form_asks_in_the_words_of_its_version(reader: Reader, ines: User, intake: Intake) -> None:
    form = a_form(
        intake.version.programme, statement_question="What <b>next</b>?", statement_hint="<i>Briefly.</i>",
        statement_words_most=5, agreements=["I come by bicycle."], declaration="It is so.", needs_endorsement=False,
    )  # fmt: skip
    draft = an_application(ines, intake, state=ApplicationState.DRAFT, form=form)
    reader.open(page("part", draft, "statement"))
    assert "What <b>next</b>?" in reader.text
    assert "Up to 5 words. <i>Briefly.</i>" in reader.text
    assert reader.send(statement="one two three four five six").errors == ["Your answer has 6 words, and 5 is the most"]
    assert "I come by bicycle." in reader.open(page("part", draft, "agreement")).text
    assert "Who endorses you" not in reader.open(page("form", draft)).text
    finish(draft, statement="Just this.")
    assert "It is so." in reader.open(page("check", draft)).text
    reader.send(declared="on")
    assert stored(draft).state == ApplicationState.SUBMITTED


def test_of_two_tabs_neither_wins_unseen(reader: Reader, draft: Application) -> None:
    finish(draft)
    other = Reader(draft.person).open(page("part", draft, "statement"))
    reader.open(page("part", draft, "statement"))
    other.send(statement="From the other tab.")
    reader.send(statement="From this tab.")
    assert len(reader.errors) == 1
    assert reader.errors[0].startswith("These answers were changed since you opened this page")
    assert "What is saved now Statement From the other tab." in reader.text
    assert reader.typed["statement"] == "From this tab."
    assert stored(draft).statement == "From the other tab."

    reader.send(statement="From this tab.")
    assert reader.address == page("form", draft)
    assert stored(draft).statement == "From this tab."
    assert other.open(page("part", draft, "statement")).typed["statement"] == "From this tab."


def test_another_fault_on_a_stale_page_does_not_make_it_fresh(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement"))
    Reader(draft.person).open(page("part", draft, "statement")).send(statement="From the other tab.")
    reader.send(statement="")
    assert reader.errors == ["Write your answer"]
    reader.send(statement="From this tab.")
    assert stored(draft).statement == "From the other tab."


def test_a_page_without_its_fingerprint_overwrites_nothing(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.client.post(page("part", draft, "statement"), {"statement": "Sent by hand."})
    assert stored(draft).statement == "One approach to phonics."


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
    reader.open(page("part", draft, "details")).send(**BORN)
    reader.open(page("part", draft, "trn")).send()
    draft.refresh_from_db()
    assert (draft.full_name, draft.trn) == ("Ines Caldbeck", "0123456")


def test_changing_an_answer_leads_back_to_the_check(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft)).follow("Change why you apply").send(statement="Another reason.")
    assert reader.address == page("check", draft)
    assert "Another reason." in reader.text


def test_a_change_that_asks_for_more_leads_to_what_is_left(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft)).follow("Change your role and headship").send(
        headship="serving", headship_started_on_day="1", headship_started_on_month="9", headship_started_on_year="2020"
    )
    assert reader.address == page("form", draft)
    assert "10 of 11 parts are finished." in reader.text


def test_the_check_shows_only_what_applies_and_the_rest_is_kept_until_it_is_sent(
    reader: Reader, draft: Application
) -> None:
    finish(draft, needs_adjustments=True, adjustments="Large print.")
    assert "Large print." in reader.open(page("check", draft)).text
    reader.follow("Change reasonable adjustments").send(needs_adjustments="no")
    assert reader.address == page("check", draft)
    assert "Large print." not in reader.text
    assert stored(draft).adjustments == "Large print."
    reader.send(declared="on")
    assert stored(draft).adjustments == ""


def test_nothing_is_sent_that_the_check_page_did_not_show(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft))
    finish(draft, statement="Never seen on the check page.")
    reader.send(declared="on")
    assert stored(draft).state == ApplicationState.DRAFT
    assert "Nothing is sent yet: read them again as they stand now" in reader.text
    assert "Never seen on the check page." in reader.text
    reader.send(declared="on")
    assert stored(draft).state == ApplicationState.SUBMITTED


def test_an_unfinished_application_cannot_be_checked_or_sent(reader: Reader, draft: Application) -> None:
    assert reader.open(page("check", draft)).address == page("form", draft)
    reader.client.post(page("check", draft), {"declared": "on"})
    assert "Finish these parts before you send your application" in reader.open(page("form", draft)).text
    assert stored(draft).state == ApplicationState.DRAFT


def test_sending_twice_shows_one_receipt(reader: Reader, draft: Application) -> None:
    finish(draft)
    sent = reader.open(page("check", draft)).typed | {"declared": "on"}
    reader.client.post(page("check", draft), sent)
    first = reader.open(page("receipt", draft)).text
    again = reader.client.post(page("check", draft), sent)
    assert again.headers["Location"] == page("receipt", draft)
    assert reader.open(page("receipt", draft)).text == first
    assert Message.objects.filter(kind="application-received").count() == 1


def test_after_the_grace_a_draft_is_read_only_and_says_it_was_not_sent(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft))
    Intake.objects.update(closes_at=clock.now() - timedelta(minutes=30), grace_minutes=30)
    reader.send(declared="on")
    assert "Applications for February 2027 have closed. What was saved is kept" in reader.text
    assert "It was not sent. Applications closed on" in reader.text
    assert "One approach to phonics." in reader.text
    for code in PAGES:
        assert reader.open(page("part", draft, code)).address == page("form", draft)
    assert reader.open(page("check", draft)).address == page("form", draft)
    assert "Not sent Applications" not in reader.open(reverse("applications:index")).text
    assert "this one was not sent" in reader.text
    assert stored(draft).state == ApplicationState.DRAFT


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("word " * 251, "Your answer has 251 words, and 250 is the most"),
        ("word " * 4_000, "Your answer has 4,000 words, and 250 is the most"),
        ("x" * 20_000, "Your answer has 20,000 characters, and 10,000 is the most"),
    ],
    ids=["a word too many", "words", "letters"],
)
def test_a_statement_that_is_too_long_is_kept_and_cannot_be_sent(
    reader: Reader, draft: Application, text: str, fault: str
) -> None:
    """Nobody loses a word: it stands in the draft as typed, and its part is still to do."""
    finish(draft)
    reader.open(page("part", draft, "statement")).send(statement=text)
    assert reader.errors == [fault]
    assert reader.typed["statement"] == text
    assert stored(draft).statement == text.strip()
    reader.open(page("part", draft, "statement"))
    assert f"It is saved, and too long to be sent. {fault}." in reader.text
    assert reader.open(page("check", draft)).address == page("form", draft)
    assert "Why you apply Too long: shorten it before you send To do" in reader.text
    with pytest.raises(ApplicationUnfinished, match=r": Why you apply \(too long: shorten it\)\."):
        submit_application(stored(draft), by=draft.person)
    reader.open(page("part", draft, "statement")).send(statement=text + "more").send(statement="Short enough.")
    assert stored(draft).statement == "Short enough."
    assert reader.open(page("check", draft)).address == page("check", draft)


@pytest.mark.parametrize(
    ("part", "others"), [("statement", {}), ("adjustments", {"needs_adjustments": "yes"})], ids=["statement", "support"]
)
def test_what_is_too_long_to_be_kept_is_not_called_saved(
    reader: Reader, draft: Application, part: str, others: dict[str, str]
) -> None:
    finish(draft)
    kept = "word " * 4_000
    reader.open(page("part", draft, part)).send(**others, **{part: kept})
    reader.open(page("part", draft, part)).send(**others, **{part: "x" * 100_001})
    assert "Nothing of this page is saved" in reader.text
    assert "It is saved" not in reader.text
    assert getattr(stored(draft), part) == kept.strip()


def test_adjustments_that_are_too_long_are_kept_as_long_as_they_are_needed(reader: Reader, draft: Application) -> None:
    finish(draft)
    text = "Large print, and a seat near the door. " * 500
    reader.open(page("part", draft, "adjustments")).send(needs_adjustments="yes", adjustments=text)
    fault = "Your answer has 19,499 characters, and 5,000 is the most"
    assert (reader.errors, stored(draft).adjustments) == ([fault], text.strip())
    assert f"It is saved, and too long to be sent. {fault}." in reader.open(page("part", draft, "adjustments")).text
    assert "Reasonable adjustments Too long: shorten it before you send To do" in reader.open(page("form", draft)).text
    reader.open(page("part", draft, "adjustments")).send(needs_adjustments="no")
    assert "Too long" not in reader.open(page("form", draft)).text
    assert reader.open(page("check", draft)).address == page("check", draft)


def test_whoever_sends_what_grew_too_long_meanwhile_is_told(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft))
    Application.objects.update(statement="word " * 251)
    reader.send(declared="on")
    assert "Finish these parts before you send your application: Why you apply (too long: shorten it)." in reader.text
    assert stored(draft).state == ApplicationState.DRAFT


def test_what_is_saved_after_the_grace_is_refused_in_one_voice(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement"))
    Intake.objects.update(closes_at=clock.now() - timedelta(minutes=30), grace_minutes=30)
    reader.send(statement="Too late.")
    assert "Applications for February 2027 have closed." in reader.text
    assert "Not sent. Applications closed on" in reader.text
    assert "Not sent yet" not in reader.text
    assert "you can still send" not in reader.text


def test_an_intake_that_closes_while_the_last_page_is_open_leaves_a_grace(reader: Reader, draft: Application) -> None:
    finish(draft)
    reader.open(page("check", draft))
    Intake.objects.update(closes_at=clock.now() - timedelta(minutes=1), grace_minutes=30)
    for address in (page("form", draft), page("part", draft, "statement"), page("check", draft)):
        assert "Because you had begun, you can still send yours until" in reader.open(address).text
    assert "you can still send it until" in reader.open(reverse("applications:index")).text
    reader.open(page("check", draft)).send(declared="on")
    assert stored(draft).state == ApplicationState.SUBMITTED


def test_a_paused_intake_keeps_answers_and_says_that_nothing_can_be_sent(reader: Reader, draft: Application) -> None:
    finish(draft)
    Intake.objects.update(is_paused=True)
    reader.open(page("part", draft, "statement"))
    assert "Applications are paused: you can write, and send it once they go on." in reader.text
    reader.send(statement="Written meanwhile.")
    assert stored(draft).statement == "Written meanwhile."
    reader.open(page("check", draft)).send(declared="on")
    assert "Applications for February 2027 are paused." in reader.text
    assert stored(draft).state == ApplicationState.DRAFT


def test_an_answer_that_comes_too_late_stays_on_the_page(reader: Reader, draft: Application) -> None:
    reader.open(page("part", draft, "statement"))
    Intake.objects.update(closes_at=clock.now() - timedelta(hours=1))
    reader.send(statement="A second too late.")
    assert reader.errors == [
        "Applications for February 2027 have closed. What was saved is kept; nothing more can be changed or sent."
    ]
    assert reader.typed["statement"] == "A second too late."


@pytest.mark.parametrize(
    ("changes", "offered"),
    [
        ({}, True),
        ({"cohort_funding": "zero"}, False),
    ],
)
def test_a_scholarship_is_offered_where_there_are_any(
    reader: Reader, draft: Application, changes: dict[str, Any], offered: bool
) -> None:
    finish(draft)
    Intake.objects.update(**changes)
    assert ("DfE scholarship funding" in reader.open(page("part", draft, "funding")).text) is offered


def test_a_suspended_scholarship_is_not_offered(reader: Reader, draft: Application) -> None:
    # S84, S85
    finish(draft)
    draft.intake.version.programme.funding_suspensions.create(
        source="scholarship", from_on=clock.today(), words="Many."
    )
    assert "DfE scholarship funding" not in reader.open(page("part", draft, "funding")).text


@pytest.mark.parametrize(
    ("state", "sentence"),
    [
        (ApplicationState.SUBMITTED, "Tobias Farrant answers you by email."),
        (ApplicationState.WAITLISTED, "You are on the waiting list."),
        (ApplicationState.OFFERED, "We offer you a place."),
        (ApplicationState.LAPSED, "The place we offered you was not taken up in time."),
        (ApplicationState.ACCEPTED, "You have a place."),
        (ApplicationState.DECLINED, "We answered you on"),
        (ApplicationState.WITHDRAWN, "It was withdrawn."),
    ],
)
def test_every_state_is_told_in_words_and_lets_nothing_be_written(
    reader: Reader, intake: Intake, ines: User, state: ApplicationState, sentence: str
) -> None:
    application = an_application(ines, intake, state=state)
    assert sentence in reader.open(reverse("applications:index")).text
    assert "Not sent" not in reader.text
    assert "Go on with it" not in reader.text
    assert reader.open(page("part", application, "details")).address == page("form", application)
    assert reader.open(page("check", application)).address == page("form", application)


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


# Session, person and application; for how a place is paid for, what funding is decided by besides.
@pytest.mark.parametrize("code", PAGES)
def test_a_part_asks_the_database_little(
    reader: Reader, draft: Application, code: str, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finish(draft, work_setting=SETTING_OF.get(code, "a_school"))
    with django_assert_max_num_queries(9 if code == "funding" else 4):
        reader.open(page("part", draft, code))
    assert reader.address == page("part", draft, code)


SETTING_OF = {
    "nursery": "early_years_or_childcare",
    "employment": "another_setting",
    "referral": "other",
    "employer": "other",
}


@pytest.mark.parametrize(("name", "most"), [("form", 4), ("check", 4)])
def test_the_task_list_and_the_check_ask_the_database_little(
    reader: Reader, draft: Application, name: str, most: int, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    finish(draft)
    with django_assert_max_num_queries(most):
        reader.open(page(name, draft))


def test_whoever_applies_anew_is_told_that_we_ask_otherwise_why_they_apply(
    reader: Reader, draft: Application, intake: Intake
) -> None:
    finish(draft)
    assert "why you apply where we ask it otherwise by then" in reader.open(page("withdraw", draft)).text
    withdraw_application(stored(draft), by=draft.person)
    a_form(intake.version.programme, number=9, statement_question="What would you stop doing?")
    reader.open(reverse("applications:start", args=[intake.public_id])).send()
    told = "and why you apply too: we ask it otherwise now. What you wrote then stands in your earlier application"
    assert told in reader.text
    list_of_tasks = reader.address
    assert "One approach to phonics." in reader.follow("your earlier application").text
    reader.open(list_of_tasks).follow("Why you apply").send(statement="Marking that nobody reads.")
    assert told not in reader.text


def test_whoever_applies_anew_finds_what_they_wrote_and_looks_at_each_part(
    reader: Reader, draft: Application, intake: Intake
) -> None:
    finish(draft)
    submit_application(stored(draft), by=draft.person)
    assert "It begins with what you wrote here, for you to check" in reader.open(page("withdraw", draft)).text
    withdraw_application(stored(draft), by=draft.person)
    reader.open(reverse("applications:start", args=[intake.public_id])).send()
    assert "0 of 11 parts are finished." in reader.text
    assert "We have carried over what you wrote in your earlier application." in reader.text
    assert reader.text.count("Carried over: check it") == 9
    reader.follow("Why you apply")
    assert "Carried over: check it. These are the answers" in reader.text
    assert "One approach to phonics." in reader.text
    reader.send()
    assert reader.text.count("Carried over: check it") == 8
    assert "1 of 11 parts are finished." in reader.text
    reader.follow("Your school")
    assert "Carried over: check it. These are the answers" in reader.text


def test_a_number_left_for_later_is_sent_from_receipt_card_or_standing(reader: Reader, draft: Application) -> None:
    finish(draft, has_trn=False, trn="")
    submit_application(stored(draft), by=draft.person)
    reader.open(page("receipt", draft))
    assert "Send us your teacher reference number: we need it before you start." in reader.text
    letter = Message.objects.get(kind="application-received")
    assert page("trn_later", draft) in letter.text
    reader.open(reverse("applications:index"))
    assert "Send us your teacher reference number : we need it before you start." in reader.text
    reader.open(page("form", draft))
    assert "We need your teacher reference number before you start." in reader.text
    reader.follow("Send it to us")
    for typed, said in (
        ("", "Enter your teacher reference number"),
        ("123456", "Enter a teacher reference number of seven digits, like 0123456."),
        ("0000000", "0000000 is nobody’s teacher reference number. Enter yours"),
    ):
        assert reader.send(trn=typed).errors == [said]
    reader.send(trn="01/23456")
    assert "Thank you. We have your teacher reference number." in reader.text
    assert "Teacher reference number 0123456" in reader.text
    assert stored(draft).trn == "0123456"
    for address in (page("form", draft), page("receipt", draft), reverse("applications:index")):
        assert "need it before you start" not in reader.open(address).text
        assert "need your teacher reference number" not in reader.text
    assert reader.open(page("trn_later", draft)).address == page("form", draft)


def test_the_receipt_names_whom_we_have_asked(reader: Reader, draft: Application) -> None:
    finish(draft, endorser_name="Hesketh Marrin", endorser_email="chair@quillbeck.example", endorser_role="chair")
    Application.objects.filter(pk=draft.pk).update(headship="serving", headship_started_on="2020-09-01")
    submit_application(stored(draft), by=draft.person)
    asked = (
        "We have written to Hesketh Marrin (chair of governors or of the trust) at chair@quillbeck.example and asked "
        "for their endorsement"
    )
    assert asked in reader.open(page("receipt", draft)).text
    assert "teacher reference number" not in reader.text
    letter = Message.objects.get(kind="application-received").text
    assert asked in letter
    assert "teacher reference number" not in letter


def test_the_card_of_a_withdrawn_application_says_when(reader: Reader, draft: Application) -> None:
    withdraw_application(draft, by=draft.person)
    assert f"It was withdrawn on {day(clock.today())}." in reader.open(reverse("applications:index")).text
