"""The applicant's pages about a place: their turn, an offer, and withdrawing."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.actions import make_offers
from applications.models import Application, Endorsement, InformationRequest, Offer
from applications.states import LIVE, ApplicationState
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import a_person, a_version, an_intake

from .places import applied

pytestmark = pytest.mark.django_db

S = ApplicationState
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
END = datetime(2026, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(fee_pence=214_500), name="February 2027", capacity=1, funded_capacity=1)


@pytest.fixture
def offered(intake: Intake, client: Client) -> Application:
    """Somebody who is signed in and holds an offer."""
    application = applied(intake, state=S.WAITLISTED)
    make_offers(clock.now())
    client.force_login(application.person)
    application.refresh_from_db()
    return application


def page(client: Client, application: Application, name: str = "") -> str:
    response = client.get(f"/apply/form/{application.public_id}/{name}")
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_whoever_waits_reads_their_turn(intake: Intake, client: Client) -> None:
    for minutes in range(3):
        applied(intake, state=S.WAITLISTED, waitlisted_at=NOON - timedelta(minutes=minutes + 1))
    mine = applied(intake, state=S.WAITLISTED)
    client.force_login(mine.person)
    words = page(client, mine)
    assert "You are <strong>4th of 4</strong> on the waiting list." in words
    assert "7 days to answer" in words
    assert f"/apply/form/{mine.public_id}/withdraw/" in words


def test_the_offer_says_until_when_and_what_it_costs(offered: Application, client: Client) -> None:
    assert "held for you until <strong>Tuesday 8 December 2026, 11.59pm</strong>" in page(client, offered)
    words = page(client, offered, "offer/")
    assert "Answer by <strong>Tuesday 8 December 2026, 11.59pm</strong>" in words
    assert "your school pays the fee of £2,145." in words


def test_the_list_of_ones_applications_says_what_waits_and_until_when(offered: Application, client: Client) -> None:
    InformationRequest.objects.create(
        application=offered, question="Since when?", reply_by=date(2026, 12, 5), asked_by=a_person()
    )
    words = " ".join(client.get(reverse("applications:index")).content.decode().split())
    assert "We offer you a place: answer by Tuesday 8 December 2026." in words
    assert f'href="/apply/form/{offered.public_id}/question/">Answer it by Saturday 5 December 2026</a>' in words


def test_what_was_to_be_answered_by_now_can_still_be(offered: Application, client: Client) -> None:
    InformationRequest.objects.create(
        application=offered, question="Since when?", reply_by=date(2026, 11, 30), asked_by=a_person()
    )
    for words in (page(client, offered), " ".join(client.get(reverse("applications:index")).content.decode().split())):
        assert "Answer it</a>: we asked for it by Monday 30 November 2026." in words


def test_accepting_leads_to_where_one_stands(offered: Application, client: Client) -> None:
    response = client.post(f"/apply/form/{offered.public_id}/offer/")
    assert response.headers["Location"] == f"/apply/form/{offered.public_id}/"
    assert "You have a place." in page(client, offered)
    assert "The offer was accepted on Tuesday 1 December 2026." in page(client, offered, "offer/")


def test_turning_down_asks_once_more_and_says_what_follows(offered: Application, client: Client) -> None:
    words = page(client, offered, "offer/decline/")
    assert "it goes to whoever is next on the waiting list" in words
    assert "it cannot be undone" in words
    assert "It begins with what you wrote here, for you to check" in words
    offered.refresh_from_db()
    assert offered.state == S.OFFERED
    client.post(f"/apply/form/{offered.public_id}/offer/decline/", {"reason": "funding"})
    offered.refresh_from_db()
    assert (offered.state, offered.withdrawn_reason) == (S.WITHDRAWN, "funding")
    assert "It was withdrawn on Tuesday 1 December 2026." in page(client, offered)


@pytest.mark.parametrize("name", ["offer/", "offer/decline/"])
def test_an_answer_too_late_is_refused_in_a_sentence(offered: Application, client: Client, name: str) -> None:
    with time_machine.travel(END, tick=False):
        client.force_login(offered.person)
        response = client.post(f"/apply/form/{offered.public_id}/{name}")
        assert "The offer could be answered until Tuesday 8 December 2026" in response.content.decode()
        offered.refresh_from_db()
        assert offered.state == S.OFFERED
        assert "heard nothing" in page(client, offered)
        words = client.get(reverse("applications:index")).content.decode()
        assert ("was not taken up in time" in words, "Answer our offer" in words) == (True, False)
        assert "Accept the place" not in page(client, offered, "offer/")
        assert client.get(f"/apply/form/{offered.public_id}/offer/decline/").status_code == 302


@pytest.mark.parametrize("name", ["offer/", "offer/decline/"])
def test_whoever_was_offered_nothing_is_sent_on(intake: Intake, client: Client, name: str) -> None:
    mine = applied(intake)
    client.force_login(mine.person)
    for response in (
        client.get(f"/apply/form/{mine.public_id}/{name}", follow=True),
        client.post(f"/apply/form/{mine.public_id}/{name}", follow=True),
    ):
        assert response.redirect_chain[-1][0] == f"/apply/form/{mine.public_id}/"
    mine.refresh_from_db()
    assert mine.state == S.SUBMITTED


@pytest.mark.parametrize("name", ["offer/", "offer/decline/", "withdraw/"])
def test_an_offer_of_somebody_else_is_nowhere(offered: Application, client: Client, name: str) -> None:
    client.force_login(a_person())
    assert client.get(f"/apply/form/{offered.public_id}/{name}").status_code == 404
    assert client.post(f"/apply/form/{offered.public_id}/{name}").status_code == 404
    offered.refresh_from_db()
    assert offered.state == S.OFFERED


CONSEQUENCES = {
    S.DRAFT: "nothing is sent",
    S.SUBMITTED: "we stop reading it",
    S.WAITLISTED: "you are 1st of 1 on the waiting list",
    S.OFFERED: "you turn down the place that we hold for you",
    S.ACCEPTED: "you give up your place",
}


@pytest.mark.parametrize("state", ApplicationState)
def test_withdrawing_says_first_what_follows(intake: Intake, client: Client, state: ApplicationState) -> None:
    mine = applied(intake, state=state)
    if state == S.OFFERED:
        Offer.objects.create(application=mine, is_funded=False, expires_at=END)
    client.force_login(mine.person)
    address = f"/apply/form/{mine.public_id}/withdraw/"
    if state not in CONSEQUENCES:
        assert client.get(address).status_code == 302
        return
    words = page(client, mine, "withdraw/")
    assert CONSEQUENCES[state] in words
    assert ("it cannot be undone" in words) is (state != S.DRAFT)
    assert client.post(address, {"reason": "personal"}).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.withdrawn_reason) == (S.WITHDRAWN, "personal")


@pytest.mark.parametrize(
    ("answer", "is_said"), [("waiting", True), ("agreed", False), ("declined", False), ("waived", False)]
)
def test_withdrawing_speaks_of_the_endorser_only_while_we_wait_for_them(
    intake: Intake, client: Client, answer: str, is_said: bool
) -> None:
    mine = applied(intake)
    signed = {"signed_as": "Orla Thwaite", "answered_at": NOON} if answer in {"agreed", "declined"} else {}
    Endorsement.objects.create(
        application=mine, state=answer, name="Orla Thwaite", email="orla@otherschool.example", role="headteacher",
        expires_at=END, shown={}, shown_sha256="", **signed,
    )  # fmt: skip
    client.force_login(mine.person)
    assert ("Orla Thwaite, whom we asked to endorse you, need do nothing" in page(client, mine, "withdraw/")) is is_said


@pytest.mark.parametrize("state", [*ApplicationState])
def test_whose_application_is_over_may_begin_another_while_the_intake_is_open(
    intake: Intake, client: Client, state: ApplicationState
) -> None:
    Intake.objects.update(closes_at=END)
    mine = applied(intake, state=state, decided_at=NOON)
    client.force_login(mine.person)
    assert ("it begins with what you wrote here, for you to check" in page(client, mine)) is (state not in LIVE)
    if state not in LIVE:
        other = applied(intake, person=mine.person, state=S.DRAFT)
        assert "it begins with what you wrote here" not in page(client, mine)
        other.delete()
    Intake.objects.update(closes_at=NOON)
    assert "it begins with what you wrote here" not in page(client, mine)


def test_a_reason_need_not_be_given_and_must_be_one_of_those_offered(intake: Intake, client: Client) -> None:
    mine = applied(intake)
    client.force_login(mine.person)
    address = f"/apply/form/{mine.public_id}/withdraw/"
    assert "is no longer to be had" in client.post(address, {"reason": "because"}).content.decode()
    assert client.post(address).status_code == 302
    mine.refresh_from_db()
    assert (mine.state, mine.withdrawn_reason) == (S.WITHDRAWN, "")


def test_whoever_takes_part_is_told_whom_to_write_to(intake: Intake, client: Client) -> None:
    mine = applied(intake, state=S.ACCEPTED)
    Application.objects.update(is_enrolled=True)
    client.force_login(mine.person)
    words = page(client, mine)
    assert "If you can no longer take part, write to Tobias Farrant" in words
    assert "Withdraw this application" not in words
    assert "the enrolment" in client.post(f"/apply/form/{mine.public_id}/withdraw/").content.decode()
    mine.refresh_from_db()
    assert mine.state == S.ACCEPTED


def test_a_lead_puts_back_whose_offer_ran_out_and_nobody_else(intake: Intake, client: Client) -> None:
    lapsed, waiting = applied(intake, state=S.LAPSED), applied(intake, state=S.WAITLISTED)
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    page_of = "admin:applications_application_change"
    offered = ["put_back/" in client.get(reverse(page_of, args=[one.pk])).content.decode() for one in (lapsed, waiting)]
    assert offered == [True, False]
    client.post(reverse("admin:applications_application_put_back", args=[lapsed.pk]))
    lapsed.refresh_from_db()
    assert lapsed.state == S.WAITLISTED
