"""What an endorser sees without an account, what a link leads to, and what applicant and staff see of it."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from applications.actions import (
    answer_endorsement,
    change_endorser,
    request_endorsement,
    send_link_again,
    waive_endorsement,
    withdraw_application,
)
from applications.models import Application, Endorsement
from applications.queries.endorsements import link_of
from npqh_portal import clock
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

AGREES = {"answer": "agree", "reason": "", "signed_as": "Orla Thwaite"}
DECLINES = {"answer": "decline", "reason": "She leaves us in April.", "signed_as": "Orla Thwaite"}


@pytest.fixture
def ines() -> User:
    return a_person(email="ines@marlowick.example", full_name="Ines Tarbeck", preferred_name="Ines")


@pytest.fixture
def asked(ines: User) -> Endorsement:
    application = an_application(ines, an_intake(a_version(fee_pence=214_500)), **FINISHED)
    endorsement = request_endorsement(application, by=ines)
    assert endorsement is not None
    return endorsement


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def path(endorsement: Endorsement) -> str:
    return re.sub(r"^https?://[^/]+", "", link_of(endorsement))


def opened(address: str, client: Client | None = None) -> HttpResponse:
    return (client or Client()).get(address)  # type: ignore[return-value]


def text(page: Any) -> str:
    main = page.content.decode().partition("<main")[2].partition("</main>")[0]
    return " ".join(re.sub(r"<[^>]+>", " ", main).split())


def title(page: Any) -> str:
    return str(page.content.decode()).partition("<title>")[2].partition("</title>")[0]


def test_the_endorser_reads_what_they_endorse_and_what_it_costs(asked: Endorsement) -> None:
    page = opened(path(asked))
    said = text(page)
    assert page.status_code == 200
    for words in (
        "Ines Tarbeck", "Deputy headteacher", "Marlowick Primary School", "To read more.",
        "The school pays the programme’s fee of £2,145.", *asked.application.form.endorsements,
    ):  # fmt: skip
        assert words in said
    assert "1234567" not in said
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "same-origin"
    assert 'content="noindex"' in page.content.decode()


def test_an_endorser_agrees_and_is_thanked(asked: Endorsement) -> None:
    client = Client()
    page = client.post(path(asked), AGREES, follow=True)
    assert "Thank you. You have endorsed Ines Tarbeck’s application." in text(page)
    asked.refresh_from_db()
    assert (asked.state, asked.signed_as) == ("agreed", "Orla Thwaite")


def test_afterwards_the_link_says_when_it_was_answered_and_nothing_else(asked: Endorsement) -> None:
    Client().post(path(asked), DECLINES)
    page = opened(path(asked))
    said = text(page)
    assert "This request is answered" in said
    for private in ("Ines", "Marlowick", "April", "declin", "endorse it", "Thwaite"):
        assert private not in said


@pytest.mark.parametrize(
    ("answers", "error"),
    [
        ({}, "Choose whether you endorse the application"),
        ({"answer": "agree"}, "Type your full name: it is your signature."),
        ({"answer": "decline", "signed_as": "Orla Thwaite"}, "Say why you do not endorse the application."),
        ({"answer": "decline", "signed_as": "Orla", "reason": "x" * 2001}, "must be 2,000 characters or fewer"),
        ({"answer": "agree", "signed_as": "x" * 201}, "must be 200 characters or fewer"),
    ],
)
def test_what_is_missing_is_said_beside_the_field_and_nothing_typed_is_lost(
    asked: Endorsement, answers: dict[str, str], error: str
) -> None:
    page = Client().post(path(asked), answers)
    assert title(page).startswith("Error:")
    assert error in text(page)
    for typed in (answers.get("reason", ""), answers.get("signed_as", "")):
        assert typed in page.content.decode()
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_names_in_any_script_are_kept_as_they_are_typed(asked: Endorsement) -> None:
    Client().post(path(asked), AGREES | {"signed_as": "نادية O’Brien-Ŵyn"})
    asked.refresh_from_db()
    assert asked.signed_as == "نادية O’Brien-Ŵyn"


def test_a_double_click_is_one_answer(asked: Endorsement) -> None:
    client = Client()
    client.post(path(asked), AGREES)
    client.post(path(asked), AGREES)
    assert Message.objects.filter(kind="endorsement-given").count() == 1


def test_an_expired_link_offers_a_new_one_at_the_same_address(asked: Endorsement) -> None:
    before = path(asked)
    with time_machine.travel(asked.expires_at, tick=False):
        page = opened(before)
        assert "This link has expired" in text(page)
        assert "Ines" not in text(page)
        again = Client().post(before.replace("/?", "/again/?"), follow=True)
        assert "A new link is on its way" in text(again)
        assert "There is a newer link" in text(again)
        asked.refresh_from_db()
        assert opened(path(asked)).status_code == 200
        assert "Do you endorse" in text(opened(path(asked)))
        assert Message.objects.filter(kind="endorsement-request", address=asked.email).count() == 2


def test_a_new_link_is_sent_once_an_hour(asked: Endorsement) -> None:
    old = path(asked)
    with time_machine.travel(asked.expires_at, tick=False):
        send_link_again(asked, by=None)
        assert "Send me a new link" not in text(opened(old))
        page = Client().post(old.replace("/?", "/again/?"), follow=True)
        assert "We sent a link within the last hour." in text(page)
    with time_machine.travel(asked.expires_at + timedelta(hours=1), tick=False):
        assert "Send me a new link" in text(opened(old))


def test_what_was_typed_when_the_link_expired_is_shown_for_copying(asked: Endorsement) -> None:
    with time_machine.travel(asked.expires_at, tick=False):
        page = Client().post(path(asked), DECLINES)
    assert "This link has expired" in text(page)
    assert "She leaves us in April." in text(page)


@pytest.mark.parametrize("key", ["", "?key=", "?key=abc", "?key=%C3%A9", "?key=%F0%9F%99%82"])
def test_an_unknown_link_is_told_so(asked: Endorsement, key: str) -> None:
    for public_id in (asked.public_id, "UNKNOWNUNKNW"):
        address = reverse("applications:endorse", args=[public_id])
        page = opened(address + key)
        assert page.status_code == 404
        assert "This link does not open anything" in text(page)
        assert Client().post(f"{address}again/{key}").status_code == 404


def test_a_link_of_an_endorser_who_was_replaced_says_so_and_nothing_of_the_applicant(
    asked: Endorsement, ines: User
) -> None:
    new = change_endorser(
        asked.application, role="chair", name="Piers Holm", email="chair@marlowick.example", by=ines
    )  # fmt: skip
    page = opened(path(asked))
    assert "This request was replaced" in text(page)
    for private in ("Ines", "Holm", "chair@"):
        assert private not in text(page)
    assert "Do you endorse" in text(opened(path(new)))


@pytest.mark.parametrize("what", ["waived", "withdrawn"])
def test_what_is_no_longer_needed_says_so(asked: Endorsement, lead: User, ines: User, what: str) -> None:
    if what == "waived":
        waive_endorsement(asked.application, reason="By letter.", by=lead)
    else:
        withdraw_application(asked.application, by=ines)
    page = opened(path(asked))
    assert "No endorsement is needed any more" in text(page)
    assert "Ines" not in text(page)


def test_the_applicant_who_opens_the_link_is_refused(asked: Endorsement, ines: User) -> None:
    client = Client()
    client.force_login(ines)
    for page in (client.get(path(asked)), client.post(path(asked), AGREES)):
        assert page.status_code == 403
        assert "This link is for your endorser" in text(page)
    asked.refresh_from_db()
    assert asked.state == "waiting"


def test_somebody_else_who_is_signed_in_may_answer(asked: Endorsement) -> None:
    client = Client()
    client.force_login(a_person(email=asked.email))
    client.post(path(asked), AGREES)
    asked.refresh_from_db()
    assert asked.state == "agreed"


# --- the applicant -------------------------------------------------------------------------------


def page_of(asked: Endorsement) -> str:
    return reverse("applications:endorser", args=[asked.application.public_id])


def test_the_applicant_sees_whom_we_asked_and_asks_somebody_else(asked: Endorsement, ines: User) -> None:
    reader = Reader(ines).open(page_of(asked))
    assert "Orla Thwaite, at head@marlowick.example." in reader.text
    client = Client()
    client.force_login(ines)
    answers = {"endorser_name": "Wren Holm", "endorser_email": "w.holm@marlowick.example"}
    page = client.post(page_of(asked), answers, follow=True)
    assert "We have asked Wren Holm at w.holm@marlowick.example." in text(page)
    assert "This request was replaced" in text(opened(path(asked)))


def test_where_the_application_stands_it_says_so_of_the_endorsement(asked: Endorsement, ines: User) -> None:
    standing = reverse("applications:form", args=[asked.application.public_id])
    reader = Reader(ines).open(standing)
    assert "there is no answer yet" in reader.text
    reader.follow("Send our email once more, or ask somebody else")
    assert reader.address == page_of(asked)
    with time_machine.travel(asked.expires_at, tick=False):
        assert "without an answer" in Reader(ines).open(standing).text
    answer_endorsement(asked, link=1, agrees=True, signed_as="Orla Thwaite", by=None)
    assert "Orla Thwaite endorsed your application on" in reader.open(standing).text


def test_the_applicant_cannot_name_themselves(asked: Endorsement, ines: User) -> None:
    client = Client()
    client.force_login(ines)
    answers = {"endorser_name": "Ines Tarbeck", "endorser_email": "ines+2@marlowick.example"}
    page = client.post(page_of(asked), answers)
    assert title(page).startswith("Error:")
    assert "ines+2@marlowick.example" in page.content.decode()
    assert Endorsement.objects.count() == 1


def test_the_applicant_has_the_link_sent_once_more(asked: Endorsement, ines: User) -> None:
    reader = Reader(ines).open(page_of(asked)).send()
    assert "We sent a link within the last hour." in reader.text
    Endorsement.objects.update(sent_at=clock.now() - timedelta(hours=2))
    reader.send()
    assert "We have written to Orla Thwaite once more" in reader.text
    asked.refresh_from_db()
    assert asked.links == 2


def test_after_a_refusal_the_applicant_reads_that_it_was_not_given_and_changes_nothing(
    asked: Endorsement, ines: User
) -> None:
    Client().post(path(asked), DECLINES)
    reader = Reader(ines).open(page_of(asked))
    assert "Your application was not endorsed." in reader.text
    assert "April" not in reader.text
    assert "Ask this person" not in reader.text


# --- staff ---------------------------------------------------------------------------------------


def act(name: str, application: Application) -> str:
    return reverse(f"admin:applications_application_{name}", args=[application.pk])


def test_staff_read_what_was_shown_who_answered_and_why(asked: Endorsement, lead: User) -> None:
    answer_endorsement(
        asked, link=1, agrees=False, signed_as="Piers Holm", reason="She leaves us in April.", by=None
    )  # fmt: skip
    said = Reader(lead).open(act("endorsements", asked.application)).text
    for words in ("She leaves us in April.", "Piers Holm", "To read more.", asked.shown_sha256, "Look twice."):
        assert words in said


def test_staff_ask_again_ask_somebody_else_and_waive(asked: Endorsement, lead: User) -> None:
    Endorsement.objects.update(sent_at=clock.now() - timedelta(hours=2))
    reader = Reader(lead).open(act("ask_endorser", asked.application)).send()
    assert "A new link is on its way to Orla Thwaite" in reader.text
    reader.open(act("change_endorser", asked.application)).send(name="Piers Holm", email="chair@marlowick.example")
    assert "Piers Holm has been asked" in reader.text
    reader.open(act("waive_endorsement", asked.application)).send()
    assert reader.errors == ["Say why no endorsement is needed, or how it reached us."]
    reader.send(reason="By letter of 3 December.")
    assert "The endorsement is waived." in reader.text
    assert "Ask the endorser again" not in reader.text


def test_asking_again_where_nobody_was_asked_is_refused_in_words(ines: User, lead: User) -> None:
    application = an_application(ines, an_intake(a_version()))
    reader = Reader(lead).open(act("ask_endorser", application))
    assert f"{application} stands as “Sent”, and as things are, “Ask the endorser again” is not" in reader.text
    client = Client()
    client.force_login(lead)
    sent = client.post(act("ask_endorser", application)).content.decode()
    assert "This application no longer waits for an endorsement." in sent


@pytest.mark.parametrize("state", ["waiting", "overdue", "declined", "given", "none"])
def test_the_queue_is_filtered_by_the_endorsement_and_tells_of_those_to_settle(
    asked: Endorsement, lead: User, state: str
) -> None:
    if state == "overdue":
        Endorsement.objects.update(expires_at=clock.now())
    elif state == "declined":
        answer_endorsement(asked, link=1, agrees=False, signed_as="Orla Thwaite", reason="No.", by=None)
    elif state == "given":
        waive_endorsement(asked.application, reason="By letter.", by=lead)
    elif state == "none":
        Endorsement.objects.all().delete()
    client = Client()
    client.force_login(lead)
    queue = reverse("admin:applications_application_changelist")
    words = {
        "waiting": "Asked, no answer yet", "overdue": "Link expired without an answer", "declined": "Declined",
        "given": "Waived by us", "none": "Nobody was asked",
    }  # fmt: skip
    cells = re.findall(r'<td class="field-endorsed[^>]*>(?:<[^>]*>)*([^<]+)<', client.get(queue).content.decode())
    assert cells == [words[state]]
    for other in ("waiting", "overdue", "declined", "given", "none"):
        found = list(client.get(f"{queue}?endorsement={other}").context["cl"].result_list)
        assert len(found) == (other == state)
    work = {line.label: line.count for line in client.get(reverse("admin:index")).context["work"]}
    assert work["Applications that were not endorsed"] == (state == "declined")
    assert work["Endorsements not answered in time"] == (state == "overdue")
