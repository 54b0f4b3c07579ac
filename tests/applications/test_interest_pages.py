"""The pages of the register of interest, as anybody walks them."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.mail import EmailMessage
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from applications.actions import leave_register, tell_of_opening
from applications.models import Application, Interest
from npqh_portal.notifications.actions import send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_form, a_person, a_version, an_intake
from tests.harness.test_html import complaints
from tests.signin.walk import newest_code

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
OPENS = NOW + timedelta(days=40)
CLOSES = OPENS + timedelta(days=30)
ANSWERS = {"full_name": "Ines Tarbeck", "email": "ines@marlowick.example", "consents": "on"}


@pytest.fixture(autouse=True)
def _frozen(time_machine: object) -> None:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]


@pytest.fixture
def version() -> ProgrammeVersion:
    return a_version()


@pytest.fixture
def address(version: ProgrammeVersion) -> str:
    return f"/programmes/{version.programme.code}/interest/"


def to_come(version: ProgrammeVersion, **fields: object) -> Intake:
    dates = {"opens_at": OPENS, "closes_at": CLOSES, "starts_on": date(2027, 4, 20)}
    return an_intake(version, **(dates | fields))


def page(answer: Any, status: int = 200) -> str:
    """Its words and markup on one line."""
    assert answer.status_code == status
    assert complaints(answer.content.decode()) == []
    return " ".join(answer.content.decode().split())


def test_the_public_page_leads_to_the_register_while_nothing_is_open(
    client: Client, version: ProgrammeVersion, address: str
) -> None:
    to_come(version)
    said = page(client.get(f"/programmes/{version.programme.code}/"))
    assert "Applications are closed, and open on Saturday 2 January 2027." in said
    assert said.count(f'href="{address}"') == 1


def test_the_public_page_of_what_is_open_leads_to_the_register_for_the_next(
    client: Client, version: ProgrammeVersion, address: str
) -> None:
    to_come(version, opens_at=NOW)
    said = page(client.get(f"/programmes/{version.programme.code}/"))
    assert f'Not this time? <a class="govuk-link" href="{address}">Hear when the next intake opens</a>' in said


def test_the_public_page_says_the_term_of_the_start(client: Client, version: ProgrammeVersion) -> None:
    intake = to_come(version, start_term="summer")
    of_programme = f"/programmes/{version.programme.code}/"
    said = page(client.get(of_programme))
    assert "then starts on Tuesday 20 April 2027, in the summer term." in said
    Intake.objects.filter(pk=intake.pk).update(opens_at=NOW)
    said = page(client.get(of_programme))
    assert "starts on Tuesday 20 April 2027, in the summer term, with 24 places." in said


def test_the_page_of_a_closed_intake_leads_to_the_register(
    client: Client, version: ProgrammeVersion, address: str
) -> None:
    client.force_login(a_person())
    intake = to_come(version, closed_words="It re-opens in the summer term.")
    said = page(client.get(f"/apply/{intake.public_id}/"))
    assert "are not open yet" in said
    assert f'href="{address}"' in said


def test_somebody_leaves_their_address_and_is_thanked(client: Client, version: ProgrammeVersion, address: str) -> None:
    to_come(version, name="Spring 2027")
    said = page(client.get(address))
    assert "The next intake is <strong>Spring 2027</strong>" in said
    assert "Larkfell Leadership Partnership may email me once when the next intake of the NPQ in Headship opens" in said
    answer = client.post(address, ANSWERS | {"school_name": "Marlowick Primary School"})
    assert (answer.status_code, answer["Location"]) == (302, f"{address}thanks/")
    assert "You are on the register" in page(client.get(answer["Location"]))
    interest = Interest.objects.get()
    assert (interest.full_name, interest.email, interest.school_name) == (
        "Ines Tarbeck", "ines@marlowick.example", "Marlowick Primary School",
    )  # fmt: skip
    assert interest.consent_words in said


def test_whoever_is_on_it_already_is_told_the_same(client: Client, address: str) -> None:
    first, second = client.post(address, ANSWERS), client.post(address, ANSWERS)
    assert (first.status_code, first["Location"]) == (second.status_code, second["Location"])
    assert (Interest.objects.count(), Message.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"consents": ""}, "Tick the box: we may not write to you without it"),
        ({"email": ""}, "Enter your email address"),
        ({"email": "ines at marlowick"}, "Enter an email address, like name@school.example"),
        ({"email": "ines@localhost"}, "Enter an email address, like name@school.example"),
        ({"email": "ines@marlowick.local"}, "Enter an email address, like name@school.example"),
        ({"email": f"{'i' * 250}@marlowick.example"}, "Your email address must be 254 characters or fewer"),
        ({"full_name": "   "}, "Enter your full name"),
        ({"full_name": "I" * 201}, "Your full name must be 200 characters or fewer"),
        ({"school_name": "M" * 20_000}, "Your school must be 200 characters or fewer"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_it_and_nothing_is_lost(
    client: Client, address: str, changed: dict[str, str], sentence: str
) -> None:
    sent = ANSWERS | {"school_name": "Marlowick"} | changed
    said = page(client.post(address, sent))
    assert sentence in said
    assert "<title>Error: " in said
    kept = [value for name, value in sent.items() if name not in {"consents", *changed}]
    assert [value for value in kept if f'value="{value}"' not in said] == []
    assert (Interest.objects.count(), Message.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "name",
    [
        "I",
        "I" * 150,
        "\u200f\u0625\u064a\u0646\u0627\u0633 \u0637\u0631\u0628\u064a\u0643",
        "Ine\u0301s Tarbeck",
        "Ines “Nessa” O’Tarbeck",
    ],
)
def test_every_name_is_taken(client: Client, address: str, name: str) -> None:
    assert client.post(address, ANSWERS | {"full_name": name}).status_code == 302
    assert Interest.objects.get().full_name == name


def test_whoever_is_signed_in_need_not_type(client: Client, address: str) -> None:
    person = a_person(full_name="Ines Tarbeck", email="ines@marlowick.example")
    client.force_login(person)
    said = page(client.get(address))
    assert 'value="Ines Tarbeck"' in said
    assert 'value="ines@marlowick.example"' in said


def test_while_applications_are_open_one_applies_or_waits_for_the_next(
    client: Client, version: ProgrammeVersion, address: str
) -> None:
    intake = to_come(version, opens_at=NOW, name="Spring 2027")
    said = page(client.get(address))
    assert "Hear when the next intake opens" in said
    assert f'href="/apply/{intake.public_id}/"' in said
    assert "We have not set the dates of the next intake yet." in said
    to_come(version, name="Summer 2027")
    assert "The next intake is <strong>Summer 2027</strong>" in page(client.get(address))
    assert client.post(address, ANSWERS)["Location"] == f"{address}thanks/"
    assert list(Interest.objects.get().known.all()) == [intake]


def test_nobody_waits_for_what_has_ended_or_is_a_draft(client: Client) -> None:
    ended = a_version(state=VersionState.RETIRED)
    over, draft = a_version(ended_on=date(2026, 11, 22)), a_version(state=VersionState.DRAFT)
    for version in (ended, over, draft):
        for end in ("", "thanks/"):
            assert client.get(f"/programmes/{version.programme.code}/interest/{end}").status_code == 404


def test_from_one_place_so_many_addresses_and_no_more(client: Client, address: str) -> None:
    for n in range(10):
        assert client.post(address, ANSWERS | {"email": f"head{n}@school.example"}).status_code == 302
    said = page(client.post(address, ANSWERS))
    assert "That was too often from where you are." in said
    assert 'value="ines@marlowick.example"' in said
    assert (Interest.objects.count(), Message.objects.count()) == (10, 10)


def test_the_pages_take_few_statements(
    client: Client, version: ProgrammeVersion, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for name in ("Spring 2027", "Autumn 2027", "Spring 2028"):
        to_come(version, name=name)
    with django_assert_num_queries(2):
        client.get(address)
    with django_assert_num_queries(1):
        client.get(f"{address}thanks/")


# Off it again


def leaving(client: Client, address: str, outbox: list[EmailMessage]) -> str:
    """The address of the page in the letter that has just come."""
    client.post(address, ANSWERS)
    send_due_messages()
    found = re.search(r"http://localhost:\d+(/interest/\w+/leave/)", str(outbox[-1].body))
    assert found, outbox[-1].body
    return found[1]


def test_the_link_of_the_letter_asks_and_takes_off(
    client: Client, address: str, mailoutbox: list[EmailMessage]
) -> None:
    link = leaving(client, address, mailoutbox)
    assert "Come off the register?" in page(client.get(link))
    assert Interest.objects.get().is_waiting
    assert page(client.post(link, follow=True)).count("We took you off on Monday 23 November 2026") == 1
    assert Interest.objects.get().left_at == NOW
    assert "You are not on the register" in page(client.get(link))
    assert "You are not on the register" in page(client.post(link, follow=True))


def test_whoever_was_told_reads_that_nothing_else_comes(
    client: Client, version: ProgrammeVersion, address: str, mailoutbox: list[EmailMessage]
) -> None:
    to_come(version)
    link = leaving(client, address, mailoutbox)
    tell_of_opening(OPENS)
    assert "We told you on Saturday 2 January 2027" in page(client.get(link))
    assert "the one message that it waited for is sent" in page(client.post(link))


def test_no_letter_has_another_link(client: Client, address: str) -> None:
    client.post(address, ANSWERS)
    interest = leave_register(Interest.objects.get(), by=None)
    assert client.get(f"/interest/{interest.public_id}x/leave/").status_code == 404
    assert client.get("/interest/ABCDEFGHJKMN/leave/").status_code == 404


# And on to an application


def test_s91_the_letter_of_the_opening_leads_to_a_draft_in_one_step(
    client: Client,
    version: ProgrammeVersion,
    address: str,
    time_machine: Any,
    mailoutbox: list[EmailMessage],
) -> None:
    a_form(version.programme)
    to_come(version)
    client.post(address, ANSWERS)
    time_machine.move_to(OPENS, tick=False)
    tell_of_opening(OPENS)
    send_due_messages()
    found = re.search(r"http://localhost:\d+(/apply/\w+/)", str(mailoutbox[-1].body))
    assert found
    start = found[1]
    login = client.get(start)
    assert login["Location"] == f"/account/login/?next={start}"
    sign_up = re.search(r'href="(/account/signup/[^"]*)"', client.get(login["Location"]).content.decode())
    assert sign_up
    person = {"full_name": "Ines Tarbeck", "email": "ines@marlowick.example", "next": start}
    client.post(sign_up[1].replace("&amp;", "&"), person)
    confirmed = client.post("/account/confirm-email/", {"code": newest_code(mailoutbox)}, follow=True)
    assert confirmed.redirect_chain[-1][0] == start
    assert "Start your application" in page(confirmed)
    client.post(start)
    draft = Application.objects.get(person=User.objects.get())
    assert Interest.objects.get().application == draft
