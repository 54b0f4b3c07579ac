"""The waiting list: offers made, answered and run out, and what is told of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from applications.actions import answer_offer, decide, make_offers, put_back_on_list, withdraw_application
from applications.actions.decisions import end_offer
from applications.errors import AppliedAnew, CannotPutBack, OfferOver, OwnApplication
from applications.models import Application, Decision, Endorsement, Offer
from applications.queries.places import Turn, place_of, turn_of
from applications.states import OFFER_MOVES, ApplicationState, OfferState
from applications.tasks import make_offers as the_task
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake
from tests.factories import a_person, a_version, an_application, an_intake

from .places import applied

pytestmark = pytest.mark.django_db

S = ApplicationState
SECOND, MINUTE, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(days=1)
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
# From then on an offer made at noon, and held for seven days, can no longer be answered.
END = datetime(2026, 12, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _at_noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), capacity=1, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def waiting(intake: Intake, minute: int = 0, **fields: object) -> Application:
    """Somebody put on the list at that minute of the hour before noon."""
    since = NOON - timedelta(hours=1) + minute * MINUTE
    return applied(intake, state=S.WAITLISTED, waitlisted_at=since, **fields)  # type: ignore[arg-type]


def state_of(application: Application) -> str:
    application.refresh_from_db()
    return application.state


def taken(intake: Intake) -> tuple[int, int]:
    intake.refresh_from_db()
    return intake.places_taken, intake.funded_places_taken


def letters(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


# --- offering ------------------------------------------------------------------------------------


def test_a_free_place_is_offered_to_the_next_and_told_once(intake: Intake) -> None:
    second, first = waiting(intake, 2), waiting(intake, 1)
    assert make_offers(NOON) == 1
    assert (state_of(first), state_of(second)) == (S.OFFERED, S.WAITLISTED)
    offer = Offer.objects.get()
    assert (offer.application, offer.made_at, offer.expires_at) == (first, NOON, END)
    message = Message.objects.get()
    assert (message.kind, message.person, message.stale_at) == ("place-offered", first.person, END)
    assert "Tuesday 8 December 2026, 11.59pm" in message.text
    assert f"/apply/form/{first.public_id}/offer/" in message.text
    assert Entry.objects.get().verb == "application.offered"


def test_a_second_sweep_offers_nothing_more(intake: Intake) -> None:
    waiting(intake, 1)
    waiting(intake, 2)
    make_offers(NOON)
    assert make_offers(NOON + MINUTE) == 0
    assert (Offer.objects.count(), letters("place-offered"), taken(intake)) == (1, 1, (1, 0))


def test_every_free_place_is_offered_at_once(intake: Intake) -> None:
    Intake.objects.update(capacity=3)
    people = [waiting(intake, minute) for minute in range(4)]
    assert make_offers(NOON) == 3
    assert [state_of(one) for one in people] == [S.OFFERED, S.OFFERED, S.OFFERED, S.WAITLISTED]


def test_an_intake_with_no_room_is_passed_over(intake: Intake) -> None:
    applied(intake, state=S.ACCEPTED)
    waiting(intake)
    with CaptureQueriesContext(connection) as statements:
        assert make_offers(NOON) == 0
    assert len(statements) == 1


def test_the_place_of_a_scholar_is_a_funded_one(intake: Intake) -> None:
    scholar = waiting(intake, scholar=True)
    make_offers(NOON)
    assert state_of(scholar) == S.OFFERED
    assert (scholar.funded_place, Offer.objects.get().is_funded, taken(intake)) == (True, True, (1, 1))
    assert "DfE pays for it" in Message.objects.get().text


def test_whoever_pays_is_offered_what_a_scholar_cannot_have(intake: Intake) -> None:
    Intake.objects.update(capacity=2, funded_capacity=1)
    applied(intake, state=S.ACCEPTED, scholar=True, funded_place=True)
    scholar, payer = waiting(intake, 1, scholar=True), waiting(intake, 2)
    assert make_offers(NOON) == 1
    assert (state_of(scholar), state_of(payer), payer.funded_place) == (S.WAITLISTED, S.OFFERED, False)


@pytest.mark.parametrize(
    ("cohort", "scholar", "place", "is_funded"),
    [("full", True, None, True), ("full", False, None, False), ("zero", True, False, False)],
)
def test_where_funded_places_are_not_counted_any_place_will_do(
    intake: Intake, cohort: str, scholar: bool, place: bool | None, is_funded: bool
) -> None:
    # C5 T20
    Intake.objects.update(cohort_funding=cohort, funded_capacity=0)
    somebody = waiting(intake, scholar=scholar)
    make_offers(NOON)
    assert state_of(somebody) == S.OFFERED
    assert (somebody.funded_place, Offer.objects.get().is_funded) == (place, is_funded)


def test_a_scholar_waits_on_while_scholarships_are_suspended(intake: Intake) -> None:
    # S84
    programme = intake.version.programme
    FundingSuspension.objects.create(programme=programme, source="scholarship", from_on=NOON.date(), to_on=NOON.date())
    Intake.objects.update(capacity=2)
    scholar, payer = waiting(intake, 1, scholar=True), waiting(intake, 2)
    make_offers(NOON)
    assert (state_of(scholar), state_of(payer)) == (S.WAITLISTED, S.OFFERED)
    assert make_offers(NOON + DAY) == 1
    assert state_of(scholar) == S.OFFERED


def test_whoever_is_not_endorsed_keeps_their_turn(intake: Intake) -> None:
    first = an_application(a_person(), intake, state=S.WAITLISTED, waitlisted_at=NOON - 2 * DAY)
    second = waiting(intake)
    endorsement = Endorsement.objects.create(
        application=first, role="headteacher", name="Orla Thwaite", email="head@marlowick.example",
        shown={}, shown_sha256=64 * "0", expires_at=NOON + DAY,
    )  # fmt: skip
    make_offers(NOON)
    assert (state_of(first), state_of(second)) == (S.WAITLISTED, S.OFFERED)
    withdraw_application(second, by=second.person)
    Endorsement.objects.filter(pk=endorsement.pk).update(state="waived")
    make_offers(NOON)
    assert state_of(first) == S.OFFERED


@pytest.mark.parametrize("days", [0, -1])
def test_nothing_is_offered_from_the_day_the_programme_starts(intake: Intake, days: int) -> None:
    somebody = waiting(intake)
    Intake.objects.update(starts_on=NOON.date() + days * DAY)
    assert (make_offers(NOON), state_of(somebody)) == (0, S.WAITLISTED)
    Intake.objects.update(starts_on=NOON.date() + DAY)
    assert (make_offers(NOON), state_of(somebody)) == (1, S.OFFERED)
    assert Offer.objects.get().expires_at == datetime(2026, 12, 2, tzinfo=UTC)


def test_a_pause_stops_new_offers_and_leaves_open_ones(intake: Intake) -> None:
    Intake.objects.update(capacity=2)
    first = waiting(intake, 1)
    make_offers(NOON)
    Intake.objects.update(is_paused=True)
    second = waiting(intake, 2)
    assert make_offers(NOON) == 0
    answer_offer(Offer.objects.get(), accept=True, by=first.person)
    assert (state_of(first), state_of(second)) == (S.ACCEPTED, S.WAITLISTED)


def test_each_intake_has_a_list_of_its_own(intake: Intake) -> None:
    other = an_intake(a_version(), capacity=1)
    mine, theirs = waiting(intake), waiting(other)
    assert make_offers(NOON) == 2
    assert (state_of(mine), state_of(theirs)) == (S.OFFERED, S.OFFERED)


def test_statements_grow_with_offers_and_not_with_the_list(intake: Intake) -> None:
    counts = []
    for length in (3, 30):
        for minute in range(length):
            waiting(intake, minute)
        Intake.objects.update(capacity=taken(intake)[0] + 1)
        with CaptureQueriesContext(connection) as statements:
            assert make_offers(NOON) == 1
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_the_task_says_that_it_ran(intake: Intake) -> None:
    somebody = waiting(intake)
    the_task()
    assert state_of(somebody) == S.OFFERED
    assert Beat.objects.get().name == "applications.make_offers"


# --- running out ---------------------------------------------------------------------------------


def test_an_offer_that_nobody_answers_goes_to_the_next(intake: Intake) -> None:
    first, second = waiting(intake, 1, scholar=True), waiting(intake, 2, scholar=True)
    make_offers(NOON)
    with time_machine.travel(END - SECOND, tick=False):
        assert make_offers(END - SECOND) == 0
    assert state_of(first) == S.OFFERED
    with time_machine.travel(END, tick=False):
        assert make_offers(END) == 1
        assert make_offers(END) == 0
    assert (state_of(first), first.funded_place, state_of(second)) == (S.LAPSED, None, S.OFFERED)
    assert [offer.state for offer in Offer.objects.order_by("pk")] == ["lapsed", "open"]
    assert (letters("offer-lapsed"), letters("place-offered"), taken(intake)) == (1, 2, (1, 1))


def test_a_sweep_that_comes_weeks_late_does_the_same(intake: Intake) -> None:
    first, late = waiting(intake), END + 20 * DAY
    make_offers(NOON)
    with time_machine.travel(late, tick=False):
        make_offers(late)
        make_offers(late)
    assert (state_of(first), letters("offer-lapsed")) == (S.LAPSED, 1)


def test_offers_run_out_in_a_pause_and_after_the_start(intake: Intake) -> None:
    first, second = waiting(intake, 1), waiting(intake, 2)
    make_offers(NOON)
    Intake.objects.update(is_paused=True, starts_on=NOON.date())
    with time_machine.travel(END, tick=False):
        assert make_offers(END) == 0
    assert (state_of(first), state_of(second)) == (S.LAPSED, S.WAITLISTED)


def test_one_reminder_comes_in_the_last_day(intake: Intake) -> None:
    first = waiting(intake)
    make_offers(NOON)
    for at in (END - DAY - SECOND, END - DAY, END - DAY + MINUTE, END - SECOND, END):
        with time_machine.travel(at, tick=False):
            queue_due_reminders(at)
            assert letters("offer-ends") == (at >= END - DAY)
    reminder = Message.objects.get(kind="offer-ends")
    assert (reminder.person, reminder.stale_at, reminder.queued_at) == (first.person, END, END - DAY)
    assert "Tuesday 8 December 2026, 11.59pm" in reminder.subject


def test_nobody_is_reminded_of_an_offer_they_answered(intake: Intake) -> None:
    waiting(intake)
    make_offers(NOON)
    offer = Offer.objects.get()
    answer_offer(offer, accept=True, by=offer.application.person)
    queue_due_reminders(END - MINUTE)
    assert letters("offer-ends") == 0


# --- answering -----------------------------------------------------------------------------------


def test_accepting_twice_accepts_once(intake: Intake) -> None:
    somebody = waiting(intake, scholar=True)
    make_offers(NOON)
    offer = Offer.objects.get()
    answer_offer(offer, accept=True, by=somebody.person)
    answer_offer(offer, accept=True, by=somebody.person)
    assert (state_of(somebody), somebody.decided_at, somebody.funded_place) == (S.ACCEPTED, NOON, True)
    assert (letters("application-accepted"), taken(intake)) == (1, (1, 1))
    assert Entry.objects.filter(verb="application.accepted").count() == 1


def test_turning_down_twice_turns_down_once_and_the_next_is_served(intake: Intake) -> None:
    first, second = waiting(intake, 1), waiting(intake, 2)
    make_offers(NOON)
    offer = Offer.objects.get()
    answer_offer(offer, accept=False, reason="funding", by=first.person)
    answer_offer(offer, accept=False, by=first.person)
    assert (state_of(first), first.withdrawn_reason) == (S.WITHDRAWN, "funding")
    assert letters("application-withdrawn") == 1
    make_offers(NOON)
    assert state_of(second) == S.OFFERED


@pytest.mark.parametrize("accept", [True, False])
def test_an_answer_counts_until_the_last_second(intake: Intake, accept: bool) -> None:
    somebody = waiting(intake)
    make_offers(NOON)
    offer = Offer.objects.get()
    with time_machine.travel(END, tick=False), pytest.raises(OfferOver) as refusal:
        answer_offer(offer, accept=accept, by=somebody.person)
    assert "Tuesday 8 December 2026" in str(refusal.value)
    assert state_of(somebody) == S.OFFERED
    with time_machine.travel(END - SECOND, tick=False):
        answer_offer(offer, accept=accept, by=somebody.person)
    assert state_of(somebody) == (S.ACCEPTED if accept else S.WITHDRAWN)


def test_an_answer_does_not_turn_round(intake: Intake) -> None:
    somebody = waiting(intake)
    make_offers(NOON)
    offer = Offer.objects.get()
    answer_offer(offer, accept=True, by=somebody.person)
    with pytest.raises(OfferOver, match="accepted on Tuesday 1 December"):
        answer_offer(offer, accept=False, by=somebody.person)
    assert state_of(somebody) == S.ACCEPTED


@pytest.mark.parametrize("before", OfferState)
@pytest.mark.parametrize("after", OfferState)
def test_every_pair_of_an_offers_states(intake: Intake, before: OfferState, after: OfferState) -> None:
    somebody = applied(intake, state=S.OFFERED)
    offer = Offer.objects.create(
        application=somebody, state=before, is_funded=False, expires_at=END,
        answered_at=None if before == OfferState.OPEN else NOON,
    )  # fmt: skip
    if after in OFFER_MOVES[before]:
        end_offer(offer, after, by=None)
    else:
        with pytest.raises(ValueError, match="does not become"):
            end_offer(offer, after, by=None)
    offer.refresh_from_db()
    assert offer.state == (after if after in OFFER_MOVES[before] else before)
    assert OFFER_MOVES[before] == (set(OfferState) - {before} if before == OfferState.OPEN else set())


# --- back on the list ----------------------------------------------------------------------------


def test_whoever_goes_back_on_the_list_goes_to_its_end(intake: Intake, lead: User) -> None:
    lapsed = applied(intake, state=S.LAPSED, waitlisted_at=NOON - 5 * DAY)
    waiting(intake)
    put_back_on_list(lapsed, by=lead)
    put_back_on_list(lapsed, by=lead)
    assert (state_of(lapsed), lapsed.waitlisted_at) == (S.WAITLISTED, NOON)
    assert turn_of(lapsed) == Turn(2, 2)
    assert (Decision.objects.get().verdict, letters("application-waitlisted")) == ("waitlisted", 1)
    assert "2nd of 2" in Message.objects.get().text


def test_a_second_run_on_the_list_is_told_and_offered_anew(intake: Intake, lead: User) -> None:
    somebody = applied(intake)
    decide(somebody, verdict=Decision.Verdict.WAITLISTED, by=lead)
    make_offers(NOON)
    with time_machine.travel(END, tick=False):
        make_offers(END)
        put_back_on_list(somebody, by=lead)
        make_offers(END)
    assert state_of(somebody) == S.OFFERED
    assert (letters("application-waitlisted"), letters("place-offered")) == (2, 2)


def test_nobody_puts_themselves_back(intake: Intake, lead: User) -> None:
    with pytest.raises(OwnApplication):
        put_back_on_list(applied(intake, state=S.LAPSED, person=lead), by=lead)


def test_whoever_never_had_an_offer_is_not_put_back(intake: Intake, lead: User) -> None:
    with pytest.raises(CannotPutBack):
        put_back_on_list(applied(intake), by=lead)


def test_whoever_applied_anew_is_not_put_back(intake: Intake, lead: User) -> None:
    lapsed = applied(intake, state=S.LAPSED)
    applied(intake, person=lapsed.person)
    with pytest.raises(AppliedAnew):
        put_back_on_list(lapsed, by=lead)
    assert state_of(lapsed) == S.LAPSED


# --- what is told --------------------------------------------------------------------------------


def test_everybody_on_the_list_has_a_turn_of_their_own(intake: Intake) -> None:
    later, first, same = waiting(intake, 5), waiting(intake, 1), waiting(intake, 5)
    applied(intake, state=S.LAPSED, waitlisted_at=NOON - 5 * DAY)
    waiting(an_intake(a_version()), 0)
    assert [turn_of(one) for one in (first, later, same)] == [Turn(1, 3), Turn(2, 3), Turn(3, 3)]
    assert turn_of(applied(intake)) is None


@pytest.mark.parametrize("state", ApplicationState)
def test_what_is_told_of_a_place_in_every_state(intake: Intake, state: ApplicationState) -> None:
    somebody = applied(intake, state=state)
    if state == S.OFFERED:
        Offer.objects.create(application=somebody, is_funded=False, expires_at=END)
    place = place_of(somebody, NOON)
    assert place.turn == (Turn(1, 1) if state == S.WAITLISTED else None)
    assert place.answer_by == ((END - DAY).date() if state == S.OFFERED else None)
    assert bool(place.cost) is (state in {S.OFFERED, S.ACCEPTED})
    assert place.may_withdraw is (state not in {S.DECLINED, S.LAPSED, S.WITHDRAWN})
    assert place.obstacles == []


def test_whoever_waits_is_told_what_stands_in_the_way(intake: Intake) -> None:
    FundingSuspension.objects.create(programme=intake.version.programme, source="scholarship", from_on=NOON.date())
    Intake.objects.update(is_paused=True)
    intake.refresh_from_db()
    scholar = an_application(
        a_person(), intake, state=S.WAITLISTED, funding_route="scholarship", eligible_for_funding=True
    )
    first_words = [sentence.split(",")[0] for sentence in place_of(scholar, NOON).obstacles]
    assert first_words == [
        "Applications are paused",
        "You are offered a place once you are endorsed. You keep your turn until then.",
        "DfE scholarships cannot be taken up at present",
    ]
    started = clock.start_of_day(intake.starts_on)
    assert place_of(scholar, started).obstacles == ["The programme has started, and no more places are offered."]


# --- what the database refuses by itself ---------------------------------------------------------


@pytest.mark.parametrize("state", ["offered", "accepted"])
def test_the_database_refuses_one_place_too_many(intake: Intake, state: str) -> None:
    applied(intake, state=S.ACCEPTED)
    one_more = waiting(intake)
    with pytest.raises(IntegrityError, match="no_more_places_than_there_are"), transaction.atomic():
        Application.objects.filter(pk=one_more.pk).update(state=state, decided_at=NOON)
    with pytest.raises(IntegrityError, match="no_more_places_than_there_are"), transaction.atomic():
        applied(intake, state=ApplicationState(state))
    assert taken(intake) == (1, 0)


def test_the_database_refuses_one_funded_place_too_many(intake: Intake) -> None:
    Intake.objects.update(capacity=5)
    applied(intake, state=S.ACCEPTED, scholar=True, funded_place=True)
    one_more = applied(intake, state=S.ACCEPTED, scholar=True, funded_place=False)
    with pytest.raises(IntegrityError, match="no_more_funded_places"), transaction.atomic():
        Application.objects.filter(pk=one_more.pk).update(funded_place=True)
    assert taken(intake) == (2, 1)


def test_the_database_lowers_no_capacity_below_what_is_taken(intake: Intake) -> None:
    applied(intake, state=S.ACCEPTED)
    with pytest.raises(IntegrityError, match="no_more_places_than_there_are"), transaction.atomic():
        Intake.objects.update(capacity=0)


def test_the_database_counts_deletions_and_moves_too(intake: Intake) -> None:
    somebody = applied(intake, state=S.ACCEPTED, scholar=True, funded_place=True)
    Application.objects.filter(pk=somebody.pk).update(funded_place=False)
    assert taken(intake) == (1, 0)
    Application.objects.filter(pk=somebody.pk).delete()
    assert taken(intake) == (0, 0)


def test_the_database_keeps_whoever_takes_part_from_withdrawing(intake: Intake) -> None:
    somebody = applied(intake, state=S.ACCEPTED)
    Application.objects.filter(pk=somebody.pk).update(is_enrolled=True)
    with pytest.raises(IntegrityError, match="only_the_accepted_are_enrolled"), transaction.atomic():
        Application.objects.filter(pk=somebody.pk).update(state="withdrawn")
