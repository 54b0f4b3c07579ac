"""Deciding on an application, and taking one back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import InternalError, transaction

from applications.actions import (
    answer_offer,
    decide,
    make_offers,
    put_back_on_list,
    start_application,
    submit_application,
    withdraw_application,
)
from applications.errors import (
    AlreadyEnrolled,
    ApplicationNotDraft,
    ApplicationNotWaiting,
    CannotPutBack,
    CannotWithdraw,
    FundedPlaceNotChosen,
    FundedPlacesTaken,
    FundingNotForCohort,
    FundingNotKnown,
    IntakeFull,
    NotEligibleForFunding,
    NotEndorsed,
    OfferOver,
    OwnApplication,
    ReasonNeeded,
    ScholarshipSuspended,
)
from applications.models import Application, Decision, Offer
from applications.states import HOLDING, LEGAL_MOVES, ApplicationState
from cohorts.actions import enrol, withdraw_enrolment
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

from .places import applied

pytestmark = pytest.mark.django_db

ACCEPT, WAIT, DECLINE = Decision.Verdict.ACCEPTED, Decision.Verdict.WAITLISTED, Decision.Verdict.DECLINED
S = ApplicationState
FULL = "Every place is taken."


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), capacity=2, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def letters(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def taken(intake: Intake) -> tuple[int, int]:
    intake.refresh_from_db()
    return intake.places_taken, intake.funded_places_taken


# --- deciding ------------------------------------------------------------------------------------


@pytest.mark.parametrize(("verdict", "reason"), [(ACCEPT, ""), (ACCEPT, "Welcome."), (WAIT, ""), (DECLINE, FULL)])
def test_a_decision_is_made_once_and_told_once(
    intake: Intake, lead: User, verdict: Decision.Verdict, reason: str
) -> None:
    sent = applied(intake)
    first = decide(sent, verdict=verdict, reason=reason, by=lead)
    assert decide(sent, verdict=verdict, reason=reason, by=lead) == first
    sent.refresh_from_db()
    assert (sent.state, first.decided_by) == (verdict.value, lead)
    assert sent.decided_at == (None if verdict == WAIT else first.decided_at)
    assert sent.waitlisted_at == (first.decided_at if verdict == WAIT else None)
    message = Message.objects.get(person=sent.person)
    assert message.kind == f"application-{verdict.value}"
    assert reason in message.text
    assert Entry.objects.get(verb=f"application.{verdict.value}").subject_id == sent.pk


def test_accepting_takes_a_place_and_nothing_else_does(intake: Intake, lead: User) -> None:
    decide(applied(intake), verdict=DECLINE, reason=FULL, by=lead)
    decide(applied(intake), verdict=WAIT, by=lead)
    assert taken(intake) == (0, 0)
    decide(applied(intake), verdict=ACCEPT, by=lead)
    assert taken(intake) == (1, 0)
    decide(applied(intake, scholar=True), verdict=ACCEPT, funded=True, by=lead)
    assert taken(intake) == (2, 1)


def test_the_last_place_is_given_and_one_more_is_not(intake: Intake, lead: User) -> None:
    decide(applied(intake), verdict=ACCEPT, by=lead)
    decide(applied(intake), verdict=ACCEPT, by=lead)
    late = applied(intake)
    with pytest.raises(IntakeFull):
        decide(late, verdict=ACCEPT, by=lead)
    late.refresh_from_db()
    assert (late.state, letters("application-accepted")) == ("submitted", 2)
    decide(late, verdict=WAIT, by=lead)


def test_the_last_funded_place_is_given_and_one_more_is_not(intake: Intake, lead: User) -> None:
    decide(applied(intake, scholar=True), verdict=ACCEPT, funded=True, by=lead)
    late = applied(intake, scholar=True)
    with pytest.raises(FundedPlacesTaken):
        decide(late, verdict=ACCEPT, funded=True, by=lead)
    decide(late, verdict=ACCEPT, funded=False, by=lead)
    assert taken(intake) == (2, 1)


def test_a_rejected_application_never_counts_against_the_cap(intake: Intake, lead: User) -> None:
    # T24
    applied(intake, state=S.DECLINED, scholar=True, funded_place=True)
    applied(intake, state=S.WITHDRAWN, scholar=True, funded_place=True)
    assert taken(intake) == (0, 0)
    decide(applied(intake, scholar=True), verdict=ACCEPT, funded=True, by=lead)
    assert taken(intake) == (1, 1)


C5: list[tuple[str, bool | None, bool | None, Any]] = [
    ("full", True, None, None), ("full", True, True, None), ("full", True, False, None), ("full", False, None, None),
    ("full", False, True, None), ("full", None, False, None),
    ("capped", True, True, True), ("capped", True, False, False), ("capped", True, None, FundedPlaceNotChosen),
    ("capped", False, False, False), ("capped", False, None, False), ("capped", False, True, NotEligibleForFunding),
    ("capped", None, True, FundingNotKnown), ("capped", None, None, False),
    ("zero", True, False, False), ("zero", True, None, False), ("zero", True, True, FundingNotForCohort),
    ("zero", False, True, FundingNotForCohort), ("zero", False, None, False),
]  # fmt: skip


@pytest.mark.parametrize(("cohort", "eligible", "funded", "stored"), C5)
def test_the_funded_place_follows_the_table(
    intake: Intake, lead: User, cohort: str, eligible: bool | None, funded: bool | None, stored: Any
) -> None:
    # C5 T18 T20
    Intake.objects.update(cohort_funding=cohort)
    intake.refresh_from_db()
    sent = applied(intake, funding_route="scholarship", eligible_for_funding=eligible)
    if isinstance(stored, type):
        with pytest.raises(stored):
            decide(sent, verdict=ACCEPT, funded=funded, by=lead)
        assert taken(intake) == (0, 0)
        return
    decide(sent, verdict=ACCEPT, funded=funded, by=lead)
    sent.refresh_from_db()
    assert sent.funded_place is stored
    assert taken(intake) == (1, int(stored is True))


@pytest.mark.parametrize(
    ("from_day", "to_day", "refused"), [(0, 0, True), (0, None, True), (1, 2, False), (-2, -1, False)]
)
def test_no_funded_place_is_taken_up_while_scholarships_are_suspended(
    intake: Intake, lead: User, from_day: int, to_day: int | None, refused: bool
) -> None:
    # S84 S85
    today = clock.today()
    FundingSuspension.objects.create(
        programme=intake.version.programme,
        source="scholarship",
        from_on=today + timedelta(days=from_day),
        to_on=None if to_day is None else today + timedelta(days=to_day),
    )
    sent = applied(intake, scholar=True)
    if refused:
        with pytest.raises(ScholarshipSuspended):
            decide(sent, verdict=ACCEPT, funded=True, by=lead)
        decide(sent, verdict=ACCEPT, funded=False, by=lead)
    else:
        decide(sent, verdict=ACCEPT, funded=True, by=lead)


def test_nobody_is_accepted_whom_nobody_endorses(intake: Intake, lead: User) -> None:
    sent = an_application(a_person(), intake)
    with pytest.raises(NotEndorsed):
        decide(sent, verdict=ACCEPT, by=lead)
    decide(sent, verdict=WAIT, by=lead)


def test_the_letter_says_what_the_place_costs(intake: Intake, lead: User) -> None:
    # S39 S81
    decide(applied(intake, scholar=True), verdict=ACCEPT, funded=True, by=lead)
    assert "nobody is sent an invoice" in Message.objects.get().text


def test_the_letter_of_the_waiting_list_says_whose_turn_it_is(intake: Intake, lead: User) -> None:
    decide(applied(intake), verdict=WAIT, by=lead)
    second = applied(intake)
    decide(second, verdict=WAIT, by=lead)
    assert "you are 2nd of 2 today" in Message.objects.get(person=second.person).text


def test_a_decision_does_not_turn_round(intake: Intake, lead: User) -> None:
    sent = applied(intake)
    decide(sent, verdict=ACCEPT, by=lead)
    with pytest.raises(ApplicationNotWaiting):
        decide(sent, verdict=DECLINE, reason="No.", by=lead)
    with pytest.raises(InternalError), transaction.atomic():
        Decision.objects.update(verdict=DECLINE)


def test_somebody_on_the_waiting_list_can_still_be_declined(intake: Intake, lead: User) -> None:
    sent = applied(intake)
    decide(sent, verdict=WAIT, by=lead)
    decide(sent, verdict=DECLINE, reason=FULL, by=lead)
    assert [one.verdict for one in sent.decisions.all()] == [DECLINE, WAIT]


@pytest.mark.parametrize("reason", ["", "  ", "\n", "\u200b", "\u2060\n\ufeff"])
def test_declining_needs_a_reason(intake: Intake, lead: User, reason: str) -> None:
    with pytest.raises(ReasonNeeded):
        decide(applied(intake), verdict=DECLINE, reason=reason, by=lead)
    assert not Decision.objects.exists()
    assert letters("application-declined") == 0


def test_the_reason_stands_among_the_words_that_can_be_erased(intake: Intake, lead: User) -> None:
    decide(applied(intake), verdict=DECLINE, reason=FULL, by=lead)
    assert "taken" not in Entry.objects.get(verb="application.declined").payload
    assert FULL in Words.objects.get().body


@pytest.mark.parametrize("verdict", Decision.Verdict)
def test_nobody_decides_their_own(intake: Intake, lead: User, verdict: Decision.Verdict) -> None:
    own = applied(intake, person=lead)
    with pytest.raises(OwnApplication):
        decide(own, verdict=verdict, reason=FULL, by=lead)
    assert not Decision.objects.exists()


# --- taking back ---------------------------------------------------------------------------------


def test_withdrawing_twice_withdraws_once_and_is_told_once(intake: Intake) -> None:
    sent = applied(intake)
    withdraw_application(sent, reason="workload", by=sent.person)
    again = withdraw_application(sent, reason="funding", by=sent.person)
    assert (again.state, again.withdrawn_reason) == (S.WITHDRAWN, "workload")
    assert again.withdrawn_at is not None
    assert Entry.objects.filter(verb="application.withdrawn").count() == 1
    assert letters("application-withdrawn") == 1


def test_a_draft_is_withdrawn_without_a_letter(intake: Intake) -> None:
    draft = start_application(a_person(), intake=intake, by=None)
    withdraw_application(draft, by=draft.person)
    assert Message.objects.count() == 0


def test_a_reason_is_one_of_those_to_choose_from(intake: Intake) -> None:
    sent = applied(intake)
    with pytest.raises(ValueError, match="because"):
        withdraw_application(sent, reason="because", by=sent.person)
    assert not Entry.objects.exists()


def test_the_place_of_whoever_withdraws_goes_to_the_next(intake: Intake, lead: User) -> None:
    first = applied(intake, scholar=True)
    decide(first, verdict=ACCEPT, funded=True, by=lead)
    decide(applied(intake), verdict=ACCEPT, by=lead)
    waiting = applied(intake, scholar=True)
    decide(waiting, verdict=WAIT, by=lead)
    assert make_offers(clock.now()) == 0
    withdraw_application(first, by=first.person)
    assert taken(intake) == (1, 0)
    assert make_offers(clock.now()) == 1
    waiting.refresh_from_db()
    assert (waiting.state, waiting.funded_place, taken(intake)) == (S.OFFERED, True, (2, 1))


@pytest.mark.parametrize(("by_staff", "ended"), [(False, "turned_down"), (True, "taken_back")])
def test_withdrawing_ends_the_offer(intake: Intake, lead: User, by_staff: bool, ended: str) -> None:
    sent = applied(intake, scholar=True)
    decide(sent, verdict=WAIT, by=lead)
    make_offers(clock.now())
    withdraw_application(sent, by=lead if by_staff else sent.person)
    sent.refresh_from_db()
    assert (Offer.objects.get().state, sent.state, sent.funded_place) == (ended, S.WITHDRAWN, None)
    assert taken(intake) == (0, 0)


def test_whoever_takes_part_does_not_withdraw_the_application(intake: Intake, lead: User) -> None:
    sent = applied(intake)
    decide(sent, verdict=ACCEPT, by=lead)
    enrolment = enrol(sent, by=lead)
    with pytest.raises(AlreadyEnrolled):
        withdraw_application(sent, by=lead)
    assert taken(intake) == (1, 0)
    withdraw_enrolment(enrolment, reason="Moved away before the start.", by=lead)
    assert withdraw_application(sent, by=lead).state == S.WITHDRAWN
    assert taken(intake) == (0, 0)


# --- every pair of states ------------------------------------------------------------------------


@dataclass(frozen=True)
class Deed:
    """Something done to an application: to what it leads, from where, and how it is refused elsewhere, if at all."""

    name: str
    do: Callable[[Application, User], object]
    to: ApplicationState
    out_of: set[ApplicationState]
    refusal: type[RuleViolation] | None
    again: frozenset[ApplicationState] = frozenset()  # where it has been done already, and is not refused

    def __str__(self) -> str:
        return self.name


def sweep(application: Application, by: User) -> None:
    make_offers(clock.now())


def sweep_late_in_a_pause(application: Application, by: User) -> None:
    Intake.objects.update(is_paused=True)
    make_offers(clock.now() + timedelta(days=8))


def answer(application: Application, *, accept: bool) -> None:
    answer_offer(application.offers.get(), accept=accept, by=application.person)


DEEDS = [
    Deed("send", lambda a, by: submit_application(a, by=a.person), S.SUBMITTED, {S.DRAFT}, ApplicationNotDraft,
         frozenset({S.SUBMITTED})),
    Deed("accept", lambda a, by: decide(a, verdict=ACCEPT, by=by), S.ACCEPTED, {S.SUBMITTED}, ApplicationNotWaiting),
    Deed("put on the list", lambda a, by: decide(a, verdict=WAIT, by=by), S.WAITLISTED, {S.SUBMITTED},
         ApplicationNotWaiting),
    Deed("decline", lambda a, by: decide(a, verdict=DECLINE, reason=FULL, by=by), S.DECLINED,
         {S.SUBMITTED, S.WAITLISTED}, ApplicationNotWaiting),
    Deed("put back", lambda a, by: put_back_on_list(a, by=by), S.WAITLISTED, {S.LAPSED}, CannotPutBack,
         frozenset({S.WAITLISTED})),
    Deed("offer", sweep, S.OFFERED, {S.WAITLISTED}, None),
    Deed("let it run out", sweep_late_in_a_pause, S.LAPSED, {S.OFFERED}, None),
    Deed("take it up", lambda a, by: answer(a, accept=True), S.ACCEPTED, {S.OFFERED}, OfferOver),
    Deed("turn it down", lambda a, by: answer(a, accept=False), S.WITHDRAWN, {S.OFFERED}, OfferOver),
    Deed("withdraw", lambda a, by: withdraw_application(a, by=by), S.WITHDRAWN,
         {S.DRAFT, S.SUBMITTED, S.WAITLISTED, S.OFFERED, S.ACCEPTED}, CannotWithdraw, frozenset({S.WITHDRAWN})),
]  # fmt: skip


def test_the_deeds_make_up_the_table() -> None:
    done = {(before, deed.to) for deed in DEEDS for before in deed.out_of}
    assert done == {(before, after) for before, moves in LEGAL_MOVES.items() for after in moves}


@pytest.mark.parametrize("before", ApplicationState)
@pytest.mark.parametrize("deed", DEEDS, ids=str)
def test_every_deed_in_every_state(intake: Intake, lead: User, before: ApplicationState, deed: Deed) -> None:
    application = applied(intake, state=before, **FINISHED)
    is_open = before == S.OFFERED
    Offer.objects.create(
        application=application,
        state="open" if is_open else "taken_back",
        is_funded=False,
        expires_at=clock.now() + timedelta(days=7),
        answered_at=None if is_open else clock.now(),
    )
    if before in deed.out_of or before in deed.again or deed.refusal is None:
        deed.do(application, lead)
    else:
        with pytest.raises(deed.refusal):
            deed.do(application, lead)
    application.refresh_from_db()
    assert application.state == (deed.to if before in deed.out_of else before)
    held = Application.objects.filter(state__in=HOLDING).count()
    assert taken(intake) == (held, 0)
