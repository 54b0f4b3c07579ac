"""What staff read before they decide on several, or withdraw somebody; and what the history says of it afterwards."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.actions import (
    answer_endorsement,
    decide,
    make_offers,
    request_endorsement,
    start_application,
    withdraw_application,
)
from applications.models import Application, Decision, InformationRequest, Offer
from applications.queries.endorsements import endorsement_of
from applications.rules.bulk import Change
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.web.words import day
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

from .places import applied
from .reader import Reader

pytestmark = pytest.mark.django_db

S = ApplicationState


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), capacity=1, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def many(*applications: Application) -> str:
    rows = ".".join(str(application.pk) for application in applications)
    return f"{reverse('admin:applications_application_decide_many')}?rows={rows}"


def withdrawing(application: Application, lead: User) -> str:
    return Reader(lead).open(reverse("admin:applications_application_withdraw", args=[application.pk])).text


# --- deciding on several


def test_an_open_question_stands_beside_its_row(intake: Intake, lead: User) -> None:
    asked, plain = applied(intake), applied(intake)
    until = clock.today() + timedelta(days=3)
    InformationRequest.objects.create(application=asked, question="When?", reply_by=until, asked_by=lead)
    reader = Reader(lead).open(many(asked, plain)).send(verdict="declined", reason="Full.", preview="1")
    assert reader.text.count("Was asked a question, to answer by") == 1
    assert f"to answer by {day(until)}, and has not." in reader.text


def test_what_changed_is_one_sentence_whatever_it_was() -> None:
    refusal = "Every place of February 2027 is taken or offered."
    assert Change("What happens", refusal, "Accepted").words == (
        "What happens: “Every place of February 2027 is taken or offered”, now “Accepted”."
    )
    assert Change("School", "", "St. Osyth.").words == "School: not seen, now “St. Osyth”."
    assert Change("School", "Quillbeck", "").words == "School: “Quillbeck”, now nothing."


def test_names_that_end_in_a_full_stop_have_one(intake: Intake, lead: User) -> None:
    page = Reader(lead).open(many(applied(intake, full_name="Ines Caldbeck Jr.")))
    assert "Jr.." not in page.text
    assert "Ines Caldbeck Jr." in page.text


# --- withdrawing for somebody


def test_of_an_application_not_decided_it_is_said_who_need_not_endorse(intake: Intake, lead: User) -> None:
    application = an_application(a_person(), intake, **FINISHED)
    request_endorsement(application, by=application.person)
    said = withdrawing(application, lead)
    assert "is not decided." in said
    assert f"{application.endorser_name}, whom we asked to endorse them, need do nothing more." in said
    assert "The place is offered" not in said


def test_of_somebody_who_waits_it_is_said_which_turn_they_give_up(intake: Intake, lead: User) -> None:
    now = clock.now()
    for minutes in (2, 1):
        applied(intake, state=S.WAITLISTED, waitlisted_at=now - timedelta(minutes=minutes))
    last = applied(intake, state=S.WAITLISTED, waitlisted_at=now)
    assert "Their turn: they are 3rd of 3 on the waiting list." in withdrawing(last, lead)


def test_of_a_place_it_is_said_whether_it_is_funded_and_who_is_next(intake: Intake, lead: User) -> None:
    held = applied(intake, scholar=True)
    decide(held, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    said = withdrawing(held, lead)
    assert (
        "Their funded place on February 2027. It counts as funded before: DfE pays for no other place of theirs on this"
        " qualification, for this start or another." in said
    )
    own = Reader(held.person).open(reverse("applications:withdraw", args=[held.public_id])).text
    assert "the funded place goes with it, and counts as one that you had: DfE pays for no other place of yours" in own
    assert "Nobody on the waiting list can be offered it at present, so it stays free." in said
    waits = applied(intake, state=S.WAITLISTED, waitlisted_at=clock.now(), full_name="Rosalind Kyte")
    assert f"The place is offered to Rosalind Kyte, {waits.reference}, who is next" in withdrawing(held, lead)
    withdraw_application(held, by=lead)
    make_offers(clock.now())
    waits.refresh_from_db()
    assert waits.state == S.OFFERED


def test_of_an_offer_it_is_said_until_when_it_stood(intake: Intake, lead: User) -> None:
    waits = applied(intake, state=S.WAITLISTED, waitlisted_at=clock.now())
    make_offers(clock.now())
    said = withdrawing(waits, lead)
    until = day(clock.london_date(Offer.objects.get().expires_at - timedelta(seconds=1)))
    assert f"The place that is offered to them, to be answered by {until}. The offer is taken back." in said


def test_while_the_intake_is_paused_nobody_is_next(intake: Intake, lead: User) -> None:
    held = applied(intake)
    decide(held, verdict=Decision.Verdict.ACCEPTED, by=lead)
    applied(intake, state=S.WAITLISTED, waitlisted_at=clock.now())
    Intake.objects.filter(pk=intake.pk).update(is_paused=True)
    assert "Nobody on the waiting list can be offered it at present" in withdrawing(held, lead)


# --- the history


def test_the_history_says_whose_name_it_is_and_who_endorsed(intake: Intake, lead: User) -> None:
    application = an_application(a_person(), intake, **FINISHED)
    request_endorsement(application, by=application.person)
    endorsement = endorsement_of(application)
    assert endorsement
    answer_endorsement(endorsement, link=1, agrees=True, signed_as="Orla Thwaite", by=None)
    history = Reader(lead).open(reverse("admin:applications_application_history", args=[application.pk])).text
    assert "Endorsed The endorser The endorser signed as: Orla Thwaite" in history
    assert f"Endorser’s name: {application.endorser_name}" in history
    assert f"Endorser’s email: {application.endorser_email}" in history


def test_the_history_of_a_second_application_names_the_first(intake: Intake, lead: User) -> None:
    person = a_person()
    first = an_application(person, intake, **FINISHED)
    withdraw_application(first, by=person)
    second = start_application(person, intake=intake, by=person)
    Application.objects.filter(pk=second.pk).update(state=S.SUBMITTED, reference="R234-5678", submitted_at=clock.now())
    history = Reader(lead).open(reverse("admin:applications_application_history", args=[second.pk])).text
    assert f"Begun with the answers of: {first.reference}" in history


# --- statements


def test_what_is_known_of_each_takes_no_statement_for_each(lead: User) -> None:
    intake = an_intake(a_version(), capacity=9, funded_capacity=9)
    counted = []
    for number in (1, 4):
        rows = [applied(intake) for _ in range(number)]
        reader = Reader(lead).open(many(*rows))
        with CaptureQueriesContext(connection) as asked:
            reader.send(verdict="accepted", preview="1")
        counted.append(len(asked))
    assert counted[0] == counted[1]
