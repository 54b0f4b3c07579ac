"""One decision about many: what is shown is what is done, or nothing is."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from applications.actions import add_note, decide, decide_many, plan_decision, plan_decisions, record_review
from applications.actions.bulk import LETTER, Choice
from applications.errors import ApplicationNotWaiting, NobodyToDecide, RowsChanged
from applications.models import Application, Decision, Review
from applications.queries.places import turn_of
from applications.rules.bulk import Change, changes, digest
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of, words_of
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import a_person, a_version, an_intake

from .places import applied

pytestmark = pytest.mark.django_db

ACCEPT, WAIT, DECLINE = Decision.Verdict.ACCEPTED, Decision.Verdict.WAITLISTED, Decision.Verdict.DECLINED
FULL = Choice(DECLINE, "Every place is taken.")


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), capacity=3, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def some(intake: Intake, number: int, **fields: object) -> list[Application]:
    """One sent a minute after the other."""
    since = clock.now() - timedelta(days=1)
    return [applied(intake, submitted_at=since + timedelta(minutes=n), **fields) for n in range(number)]


def states(applications: list[Application]) -> list[str]:
    return [Application.objects.get(pk=application.pk).state for application in applications]


# --- the digest ----------------------------------------------------------------------------------


def test_the_digest_stands_for_choices_and_facts_in_any_order() -> None:
    one = digest({"verdict": "accepted", "reason": ""}, {1: {"State": "Sent", "Name": "A"}, 2: {"State": "Sent"}})
    same = digest({"reason": "", "verdict": "accepted"}, {2: {"State": "Sent"}, 1: {"Name": "A", "State": "Sent"}})
    assert one == same
    assert one != digest({"verdict": "accepted", "reason": ""}, {1: {"State": "Sent", "Name": "B"}, 2: {}})
    assert one != digest({"verdict": "accepted", "reason": "x"}, {1: {"State": "Sent", "Name": "A"}, 2: {}})


def test_what_changed_is_told_for_each() -> None:
    before = {1: {"State": "Sent", "Name": "A"}, 2: {"State": "Sent"}}
    now = {1: {"State": "Sent", "Name": "B"}, 2: {"State": "Sent"}, 3: {"State": "Sent"}}
    assert changes(before, now) == {1: [Change("Name", "A", "B")], 3: [Change("State", "", "Sent")]}
    assert changes(now, now) == {}


# --- deciding ------------------------------------------------------------------------------------


@pytest.mark.parametrize("choice", [Choice(ACCEPT), Choice(WAIT, "It is early."), FULL], ids=lambda one: one.verdict)
def test_each_has_its_decision_entry_and_letter(intake: Intake, lead: User, choice: Choice) -> None:
    sent = some(intake, 3)
    plan = plan_decisions(sent, choice=choice, by=lead)
    decisions = decide_many(sent, choice=choice, digest=plan.digest, by=lead)
    assert [decision.application for decision in decisions] == sent
    assert states(sent) == [choice.verdict.value] * 3
    entries = Entry.objects.filter(verb=f"application.{choice.verdict.value}").order_by("pk")
    assert [(entry.subject_id, entry.actor_id) for entry in entries] == [(one.pk, lead.pk) for one in sent]
    assert [facts_of(entry)["decision"] for entry in entries] == [decision.pk for decision in decisions]
    assert [words_of(entry) for entry in entries] == [{"reason": choice.reason} if choice.reason else {}] * 3
    letters = Message.objects.order_by("pk")
    assert [letter.person for letter in letters] == [one.person for one in sent]
    assert [(letter.subject, letter.text) for letter in letters] == [(one.subject, one.text) for one in plan.outcomes]


@pytest.mark.parametrize("choice", [Choice(ACCEPT), Choice(WAIT), FULL], ids=lambda one: one.verdict)
def test_it_does_to_each_what_deciding_on_one_does(lead: User, choice: Choice) -> None:
    """The same columns and the same letter, word for word."""

    def stands(application: Application) -> list[object]:
        application.refresh_from_db()
        letter = Message.objects.get(person=application.person)
        text = letter.text.replace(application.public_id, "").replace(application.reference or "", "")
        moments = [application.waitlisted_at is None, application.decided_at is None]
        return [application.state, application.funded_place, *moments, letter.kind, letter.subject, text]

    one, other = (
        applied(an_intake(a_version()), scholar=True, person=a_person(full_name="Ines Tarbeck")) for _ in range(2)
    )
    decide(one, verdict=choice.verdict, reason=choice.reason, funded=True, by=lead)
    decide_many([other], choice=choice, digest=plan_decisions([other], choice=choice, by=lead).digest, by=lead)
    assert stands(one) == stands(other)


def test_the_waiting_list_follows_the_order_in_which_they_were_sent(intake: Intake, lead: User) -> None:
    stands = applied(intake, state=ApplicationState.WAITLISTED)
    early, late = some(intake, 2)[::-1]
    Application.objects.filter(pk=early.pk).update(submitted_at=clock.now() - timedelta(days=9))
    plan = plan_decisions([late, early], choice=Choice(WAIT), by=lead)
    decide_many([late, early], choice=Choice(WAIT), digest=plan.digest, by=lead)
    turns = [turn_of(Application.objects.get(pk=one.pk)) for one in (stands, early, late)]
    assert [(turn.position, turn.total) for turn in turns if turn] == [(1, 3), (2, 3), (3, 3)]
    assert "you are 2nd of 3" in Message.objects.get(person=early.person).text
    assert "you are 3rd of 3" in Message.objects.get(person=late.person).text


def test_whoever_comes_after_the_last_place_is_refused_and_left_as_they_are(intake: Intake, lead: User) -> None:
    sent = some(intake, 5)
    plan = plan_decisions(sent, choice=Choice(ACCEPT), by=lead)
    assert [bool(outcome.refusal) for outcome in plan.outcomes] == [False, False, False, True, True]
    assert len(decide_many(sent, choice=Choice(ACCEPT), digest=plan.digest, by=lead)) == 3
    assert states(sent) == ["accepted"] * 3 + ["submitted"] * 2
    intake.refresh_from_db()
    assert intake.places_taken == 3


def test_funded_places_run_out_inside_the_batch(intake: Intake, lead: User) -> None:
    scholars = some(intake, 2, scholar=True)
    payer = applied(intake)
    sent = [*scholars, payer]
    plan = plan_decisions(sent, choice=Choice(ACCEPT), by=lead)
    assert [outcome.after.funded_place if outcome.after else None for outcome in plan.outcomes] == [True, None, False]
    assert "Every funded place" in plan.outcomes[1].refusal
    without = plan_decisions(sent, choice=Choice(ACCEPT, funded=False), by=lead)
    assert [outcome.after.funded_place for outcome in without.outcomes if outcome.after] == [False, False, False]


def test_places_of_two_intakes_are_counted_apart(intake: Intake, lead: User) -> None:
    other = an_intake(intake.version, name="Autumn", capacity=1)
    sent = [*some(intake, 3), *some(other, 2)]
    plan = plan_decisions(sent, choice=Choice(ACCEPT), by=lead)
    assert {outcome.application.intake for outcome in plan.refused} == {other}
    assert len(decide_many(sent, choice=Choice(ACCEPT), digest=plan.digest, by=lead)) == 4


# --- what changed in between ---------------------------------------------------------------------

Changing = Callable[[Application, User], object]

IN_BETWEEN: dict[str, Changing] = {
    "its state": lambda one, lead: decide(one, verdict=DECLINE, reason="No.", by=lead),
    "its name": lambda one, _: Application.objects.filter(pk=one.pk).update(full_name="Somebody Else"),
    "its school": lambda one, _: Application.objects.filter(pk=one.pk).update(school_name="Another School"),
    "its funding": lambda one, _: Application.objects.filter(pk=one.pk).update(
        funding_status="funded", eligible_for_funding=True
    ),
    "its way to pay": lambda one, _: Application.objects.filter(pk=one.pk).update(funding_route="trust"),
    "when it was written": lambda one, _: Application.objects.filter(pk=one.pk).update(
        changed_at=clock.now() + timedelta(hours=1)
    ),
    "whether it needs endorsing": lambda one, _: Application.objects.filter(pk=one.pk).update(
        form=one.intake.version.programme.forms.create(
            number=8, state="published", published_at=clock.now(), agreements=[], endorsements=[]
        )
    ),
    "what is advised": lambda one, _: record_review(
        one, recommendation=Review.Recommendation.DECLINE, by=a_person(Role.REVIEWER)
    ),
    "the places left": lambda one, lead: decide(applied(one.intake), verdict=ACCEPT, by=lead),
    "what the letter says": lambda one, _: Intake.objects.filter(pk=one.intake_id).update(contact_name="Ada Brack"),
    "what the person is called": lambda one, _: User.objects.filter(pk=one.person_id).update(preferred_name="Ness"),
}


@pytest.mark.parametrize("change", IN_BETWEEN.values(), ids=IN_BETWEEN)
def test_nothing_is_decided_once_anything_changed(intake: Intake, lead: User, change: Changing) -> None:
    first, second = some(intake, 2)
    choice = Choice(ACCEPT)
    seen = plan_decisions([first, second], choice=choice, by=lead)
    change(first, lead)
    before = Decision.objects.count(), Message.objects.count(), Entry.objects.count()
    with pytest.raises(RowsChanged):
        decide_many([first, second], choice=choice, digest=seen.digest, by=lead)
    assert (Decision.objects.count(), Message.objects.count(), Entry.objects.count()) == before
    assert states([second]) == ["submitted"]
    assert changes(seen.facts, plan_decisions([first, second], choice=choice, by=lead).facts)


def test_what_the_decision_does_not_rest_on_may_change(intake: Intake, lead: User) -> None:
    sent = some(intake, 1)
    seen = plan_decisions(sent, choice=FULL, by=lead)
    add_note(sent[0], text="Telephoned on Monday.", by=lead)
    assert len(decide_many(sent, choice=FULL, digest=seen.digest, by=lead)) == 1


@pytest.mark.parametrize("other", [Choice(WAIT, FULL.reason), Choice(DECLINE, "Another."), Choice(ACCEPT)])
def test_another_choice_is_not_what_was_shown(intake: Intake, lead: User, other: Choice) -> None:
    sent = some(intake, 1)
    seen = plan_decisions(sent, choice=FULL, by=lead)
    with pytest.raises(RowsChanged):
        decide_many(sent, choice=other, digest=seen.digest, by=lead)


def test_other_applications_are_not_what_was_shown(intake: Intake, lead: User) -> None:
    first, second = some(intake, 2)
    seen = plan_decisions([first], choice=FULL, by=lead)
    with pytest.raises(RowsChanged):
        decide_many([first, second], choice=FULL, digest=seen.digest, by=lead)


def test_sending_it_twice_decides_once(intake: Intake, lead: User) -> None:
    sent = some(intake, 2)
    seen = plan_decisions(sent, choice=FULL, by=lead)
    decide_many(sent, choice=FULL, digest=seen.digest, by=lead)
    with pytest.raises(RowsChanged):
        decide_many(sent, choice=FULL, digest=seen.digest, by=lead)
    assert Decision.objects.count() == Message.objects.count() == 2


def test_where_everybody_is_refused_nothing_is_decided(intake: Intake, lead: User) -> None:
    sent = some(intake, 2)
    choice = Choice(DECLINE)
    seen = plan_decisions(sent, choice=choice, by=lead)
    assert {outcome.refusal for outcome in seen.outcomes} == {
        "Say why the application is declined. The applicant reads it in our letter."
    }
    with pytest.raises(NobodyToDecide):
        decide_many(sent, choice=choice, digest=seen.digest, by=lead)


def test_a_lead_does_not_decide_their_own_among_many(intake: Intake, lead: User) -> None:
    own, other = applied(intake, person=lead), applied(intake)
    seen = plan_decisions([own, other], choice=FULL, by=lead)
    decide_many([own, other], choice=FULL, digest=seen.digest, by=lead)
    assert states([own, other]) == ["submitted", "declined"]


# --- looking -------------------------------------------------------------------------------------


def test_looking_writes_nothing(intake: Intake, lead: User) -> None:
    sent = some(intake, 4, scholar=True)
    with CaptureQueriesContext(connection) as captured:
        plan_decisions(sent, choice=Choice(ACCEPT), by=lead)
        plan_decision(sent[0], verdict=WAIT, funded=None, by=lead)
    assert [query["sql"] for query in captured if not query["sql"].startswith("SELECT")] == []


def test_the_letter_of_one_is_the_letter_that_goes(intake: Intake, lead: User) -> None:
    [sent] = some(intake, 1, scholar=True)
    shown = plan_decision(sent, verdict=ACCEPT, reason="Welcome.", funded=True, by=lead)
    decide(sent, verdict=ACCEPT, reason="Welcome.", funded=True, by=lead)
    letter = Message.objects.get()
    assert (shown.subject, shown.text) == (letter.subject, letter.text)
    assert shown.facts["What happens"] == "Accepted, with a funded place"


def test_a_decision_that_would_be_refused_is_refused_when_looked_at(intake: Intake, lead: User) -> None:
    declined = applied(intake, state=ApplicationState.DECLINED)
    with pytest.raises(ApplicationNotWaiting):
        plan_decision(declined, verdict=ACCEPT, funded=None, by=lead)


def test_a_letter_stands_in_the_facts_by_its_fingerprint_alone(intake: Intake, lead: User) -> None:
    [outcome] = plan_decisions(some(intake, 1), choice=Choice(WAIT), by=lead).outcomes
    assert len(outcome.facts[LETTER]) == 64


@pytest.mark.parametrize("choice", [Choice(ACCEPT), Choice(WAIT), FULL], ids=lambda one: one.verdict)
def test_statements_do_not_grow_with_the_applications(lead: User, choice: Choice) -> None:
    counts = []
    for number in (2, 20):
        sent = some(an_intake(a_version(), capacity=number), number)
        with CaptureQueriesContext(connection) as captured:
            seen = plan_decisions(sent, choice=choice, by=lead)
            decide_many(sent, choice=choice, digest=seen.digest, by=lead)
        counts.append(len(captured))
    assert counts[0] == counts[1]
