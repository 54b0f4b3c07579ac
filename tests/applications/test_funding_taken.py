"""Taking the funding from a place that somebody holds, and giving it back."""

import pytest
from django.urls import reverse

from applications.actions import (
    decide,
    give_funding_back,
    make_offers,
    mark_funding,
    take_funding_away,
    withdraw_application,
)
from applications.errors import (
    FundedPlaceGivenOn,
    FundedPlaceHeld,
    FundedPlaceTakenUp,
    FundingNotTakenAway,
    GivingBackReasonNeeded,
    NoFundedPlace,
    NotFundedAnyMore,
    OwnApplication,
    PlaceGone,
    PlaceTakenUp,
    ScholarshipNotGivenBack,
    TakingAwayReasonNeeded,
)
from applications.models import Application, Decision, Offer
from applications.states import HOLDING, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake
from tests.factories import a_partner, a_person, a_version, an_application, an_intake

from .places import applied
from .reader import Reader

pytestmark = pytest.mark.django_db

S = ApplicationState
WHY = "DfE has found that it funded you before."


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(fee_pence=214_500), capacity=3, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def held(intake: Intake, lead: User) -> Application:
    application = applied(intake, scholar=True, full_name="Ines Caldbeck")
    decide(application, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    application.refresh_from_db()
    return application


def counts(intake: Intake) -> tuple[int, int]:
    intake.refresh_from_db()
    return intake.places_taken, intake.funded_places_taken


def test_the_place_stays_and_its_funding_goes(held: Application, intake: Intake, lead: User) -> None:
    assert counts(intake) == (1, 1)
    take_funding_away(held, reason=f" {WHY} ", by=lead)
    held.refresh_from_db()
    assert (held.state, held.funded_place, held.eligible_for_funding) == (S.ACCEPTED, False, True)
    assert counts(intake) == (1, 0)
    entry = Entry.objects.get(verb="application.funding_taken_away")
    assert (entry.actor_id, words_of(entry)) == (lead.pk, {"reason": WHY})
    message = Message.objects.get(kind="funding-taken-away")
    assert message.person == held.person
    assert WHY in message.text
    assert "Your place is not a funded one: you, your school or somebody else pays the fee of £2,145." in message.text


def test_taken_away_twice_it_is_refused_the_second_time(held: Application, lead: User) -> None:
    take_funding_away(held, reason=WHY, by=lead)
    with pytest.raises(NoFundedPlace):
        take_funding_away(held, reason=WHY, by=lead)
    assert Message.objects.filter(kind="funding-taken-away").count() == 1


def test_it_goes_to_whoever_is_next_and_needs_one(held: Application, intake: Intake, lead: User) -> None:
    waits = applied(intake, scholar=True, state=S.WAITLISTED, waitlisted_at=clock.now())
    assert make_offers(clock.now()) == 0
    take_funding_away(held, reason=WHY, by=lead)
    assert make_offers(clock.now()) == 1
    waits.refresh_from_db()
    assert (waits.state, waits.funded_place) == (S.OFFERED, True)
    assert counts(intake) == (2, 1)


def test_an_open_offer_stands_without_its_funding(intake: Intake, lead: User) -> None:
    waits = applied(intake, scholar=True, state=S.WAITLISTED, waitlisted_at=clock.now())
    make_offers(clock.now())
    before = Offer.objects.get()
    take_funding_away(waits, reason=WHY, by=lead)
    offer = Offer.objects.get()
    assert (before.is_funded, offer.is_funded, offer.state, offer.expires_at) == (
        True, False, "open", before.expires_at,
    )  # fmt: skip
    text = Message.objects.get(kind="funding-taken-away").text
    assert "We still hold a place for you, until the same day as before." in text
    assert f"/apply/form/{waits.public_id}/offer/" in text


def test_then_funding_can_be_marked_as_refused(held: Application, lead: User) -> None:
    with pytest.raises(FundedPlaceHeld, match="Use “Take the funded place away” on its page first"):
        mark_funding(held, eligible=False, reason="DfE's email.", by=lead)
    take_funding_away(held, reason=WHY, by=lead)
    assert mark_funding(held, eligible=False, reason="DfE's email.", by=lead).eligible == "no"


def test_once_somebody_takes_part_on_it_it_is_refused(held: Application, intake: Intake, lead: User) -> None:
    Application.objects.filter(pk=held.pk).update(is_enrolled=True)
    with pytest.raises(FundedPlaceTakenUp):
        take_funding_away(held, reason=WHY, by=lead)
    with pytest.raises(FundedPlaceTakenUp):
        mark_funding(held, eligible=False, reason="DfE's email.", by=lead)
    assert counts(intake) == (1, 1)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_it_needs_a_reason(held: Application, lead: User, reason: str) -> None:
    with pytest.raises(TakingAwayReasonNeeded):
        take_funding_away(held, reason=reason, by=lead)


def test_nobody_takes_their_own(held: Application) -> None:
    with pytest.raises(OwnApplication):
        take_funding_away(held, reason=WHY, by=held.person)


@pytest.mark.parametrize("state", [state for state in S if state not in {S.DRAFT, *HOLDING}])
def test_where_no_place_is_held_there_is_none_to_take(intake: Intake, lead: User, state: S) -> None:
    moments = {"waitlisted_at": clock.now(), "decided_at": clock.now()}
    application = applied(intake, state=state, funded_place=True, eligible_for_funding=True, **moments)
    with pytest.raises(NoFundedPlace):
        take_funding_away(application, reason=WHY, by=lead)


def test_a_place_that_is_not_funded_has_nothing_to_take(intake: Intake, lead: User) -> None:
    application = applied(intake)
    decide(application, verdict=Decision.Verdict.ACCEPTED, by=lead)
    with pytest.raises(NoFundedPlace):
        take_funding_away(application, reason=WHY, by=lead)


# --- at the page


def act(application: Application) -> str:
    return reverse("admin:applications_application_take_funding_away", args=[application.pk])


def test_the_page_says_what_follows_and_shows_the_letter_first(held: Application, intake: Intake, lead: User) -> None:
    waits = applied(intake, scholar=True, state=S.WAITLISTED, waitlisted_at=clock.now(), full_name="Rosalind Kyte")
    reader = Reader(lead).open(act(held))
    assert f"The funded place is offered to Rosalind Kyte, {waits.reference}, who is next" in reader.text
    assert "1 is taken now out of 1, and one fewer then." in reader.text
    previewed = reader.client.post(act(held), {"reason": WHY, "preview": "1"}).content.decode()
    assert "Nothing is taken away yet." in previewed
    assert "Your place on February 2027 is no longer a funded one" in previewed
    held.refresh_from_db()
    assert held.funded_place is True
    reader.send(reason=WHY)
    assert "Ines Caldbeck keeps the place, which is not a funded one any more" in reader.text
    assert "Funded place taken away" in reader.text
    held.refresh_from_db()
    assert held.funded_place is False


def test_nobody_next_is_said_too(held: Application, lead: User) -> None:
    assert "Nobody on the waiting list can be offered a funded place at present" in Reader(lead).open(act(held)).text


def test_the_button_is_there_while_a_funded_place_is_held(held: Application, lead: User) -> None:
    record = reverse("admin:applications_application_change", args=[held.pk])
    assert "Take the funded place away" in Reader(lead).open(record).text
    Application.objects.filter(pk=held.pk).update(is_enrolled=True)
    assert "Take the funded place away" not in Reader(lead).open(record).text


def test_leads_of_others_do_not_reach_it(held: Application) -> None:
    other = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    an_application(a_person(), held.intake)
    reader = Reader(other)
    assert reader.client.get(act(held)).status_code == 404
    assert Reader(a_person(Role.REVIEWER)).client.get(act(held)).status_code == 403


# --- given back

BACK = "It was taken from the wrong application."


@pytest.fixture
def taken(held: Application, lead: User) -> Application:
    return take_funding_away(held, reason=WHY, by=lead)


def test_given_back_the_place_is_a_funded_one_again(taken: Application, intake: Intake, lead: User) -> None:
    assert counts(intake) == (1, 0)
    give_funding_back(taken, reason=f" {BACK} ", by=lead)
    taken.refresh_from_db()
    assert (taken.state, taken.funded_place, taken.funding_taken_at) == (S.ACCEPTED, True, None)
    assert counts(intake) == (1, 1)
    entry = Entry.objects.get(verb="application.funding_given_back")
    assert (entry.actor_id, words_of(entry)) == (lead.pk, {"reason": BACK})
    message = Message.objects.get(kind="funding-given-back")
    assert (message.person, BACK in message.text) == (taken.person, True)
    assert "Your place is a funded one: DfE pays for it, and nobody is sent an invoice." in message.text
    assert f"/apply/form/{taken.public_id}/\n" in message.text


def test_back_and_forth_each_time_is_told(taken: Application, intake: Intake, lead: User) -> None:
    give_funding_back(taken, reason=BACK, by=lead)
    with pytest.raises(FundingNotTakenAway):
        give_funding_back(taken, reason=BACK, by=lead)
    take_funding_away(taken, reason=WHY, by=lead)
    give_funding_back(taken, reason=BACK, by=lead)
    assert counts(intake) == (1, 1)
    assert Message.objects.filter(kind="funding-given-back").count() == 2


def test_an_open_offer_has_its_funding_back(intake: Intake, lead: User) -> None:
    waits = applied(intake, scholar=True, state=S.WAITLISTED, waitlisted_at=clock.now())
    make_offers(clock.now())
    take_funding_away(waits, reason=WHY, by=lead)
    give_funding_back(waits, reason=BACK, by=lead)
    assert (Offer.objects.get().is_funded, Offer.objects.get().state) == (True, "open")
    text = Message.objects.get(kind="funding-given-back").text
    assert "We hold it for you until the same day as before." in text
    assert f"/apply/form/{waits.public_id}/offer/" in text


def test_it_is_refused_once_the_funded_place_went_to_somebody_else(
    taken: Application, intake: Intake, lead: User
) -> None:
    other = applied(intake, scholar=True)
    decide(other, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    with pytest.raises(FundedPlaceGivenOn, match="taken or offered meanwhile"):
        give_funding_back(taken, reason=BACK, by=lead)
    assert counts(intake) == (2, 1)


def test_that_every_place_is_taken_is_no_reason_against_it(taken: Application, intake: Intake, lead: User) -> None:
    Intake.objects.filter(pk=intake.pk).update(capacity=1)
    give_funding_back(taken, reason=BACK, by=lead)
    assert counts(intake) == (1, 1)


def test_it_is_refused_where_the_place_is_held_no_more(taken: Application, lead: User) -> None:
    withdraw_application(taken, by=taken.person)
    with pytest.raises(PlaceGone, match="it is withdrawn"):
        give_funding_back(taken, reason=BACK, by=lead)


def test_it_is_refused_once_somebody_takes_part(taken: Application, lead: User) -> None:
    Application.objects.filter(pk=taken.pk).update(is_enrolled=True)
    with pytest.raises(PlaceTakenUp):
        give_funding_back(taken, reason=BACK, by=lead)


def test_it_is_refused_to_whoever_is_not_eligible_any_more(taken: Application, lead: User) -> None:
    mark_funding(taken, eligible=False, reason="DfE's email.", by=lead)
    with pytest.raises(NotFundedAnyMore):
        give_funding_back(taken, reason=BACK, by=lead)


def test_it_is_refused_while_scholarships_are_suspended(taken: Application, intake: Intake, lead: User) -> None:
    FundingSuspension.objects.create(
        programme=intake.version.programme, source="scholarship", from_on=clock.today(), to_on=clock.today()
    )
    with pytest.raises(ScholarshipNotGivenBack):
        give_funding_back(taken, reason=BACK, by=lead)


def test_a_second_tab_that_gives_it_back_again_is_told_so(taken: Application, intake: Intake, lead: User) -> None:
    tab = Reader(lead).open(reverse("admin:applications_application_give_funding_back", args=[taken.pk]))
    give_funding_back(taken, reason=BACK, by=lead)
    assert tab.send(reason=BACK).errors == [str(FundingNotTakenAway())]
    assert "What follows" not in tab.text
    assert counts(intake) == (1, 1)
    assert Message.objects.filter(kind="funding-given-back").count() == 1


def test_only_what_was_taken_away_is_given_back(intake: Intake, lead: User) -> None:
    never = applied(intake, scholar=True)
    decide(never, verdict=Decision.Verdict.ACCEPTED, funded=False, by=lead)
    with pytest.raises(FundingNotTakenAway):
        give_funding_back(never, reason=BACK, by=lead)


@pytest.mark.parametrize("reason", ["", "  ", "\u200b"])
def test_giving_back_needs_a_reason_too(taken: Application, lead: User, reason: str) -> None:
    with pytest.raises(GivingBackReasonNeeded):
        give_funding_back(taken, reason=reason, by=lead)


def test_nobody_gives_themselves_theirs_back(taken: Application) -> None:
    with pytest.raises(OwnApplication):
        give_funding_back(taken, reason=BACK, by=taken.person)


def test_an_offer_that_ran_out_takes_along_what_was_taken_from_it(intake: Intake, lead: User) -> None:
    waits = applied(intake, scholar=True, state=S.WAITLISTED, waitlisted_at=clock.now())
    make_offers(clock.now())
    take_funding_away(waits, reason=WHY, by=lead)
    make_offers(Offer.objects.get().expires_at)
    waits.refresh_from_db()
    assert (waits.state, waits.funding_taken_at) == (S.LAPSED, None)


def test_the_page_of_giving_back_says_what_follows_and_shows_the_letter(
    taken: Application, intake: Intake, lead: User
) -> None:
    address = reverse("admin:applications_application_give_funding_back", args=[taken.pk])
    reader = Reader(lead).open(reverse("admin:applications_application_change", args=[taken.pk]))
    reader.follow("Give the funded place back")
    assert reader.address == address
    assert "0 are taken now out of 1, and one more then." in reader.text
    previewed = reader.client.post(address, {"reason": BACK, "preview": "1"}).content.decode()
    assert "Nothing is given back yet." in previewed
    assert "Your place on February 2027 is a funded one again" in previewed
    assert counts(intake) == (1, 0)
    reader.send(reason=BACK)
    assert "The place of Ines Caldbeck is a funded one again" in reader.text
    assert "Funded place taken away" in reader.text
    assert "Funded place given back" in reader.text
    assert "Give the funded place back" not in reader.links


def test_the_page_says_at_once_why_it_cannot_be(taken: Application, intake: Intake, lead: User) -> None:
    decide(applied(intake, scholar=True), verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    reader = Reader(lead).open(reverse("admin:applications_application_give_funding_back", args=[taken.pk]))
    assert "It cannot be given back as things stand. Every funded place of February 2027 is taken" in reader.text
