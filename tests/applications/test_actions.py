"""Every write of an application: what it does, does once, and refuses."""

import pytest
from django.db import InternalError, transaction

from applications.actions import (
    decide,
    record_review,
    submit_application,
    withdraw_application,
)
from applications.errors import (
    ApplicationNotDraft,
    ApplicationNotWaiting,
    CannotWithdraw,
    OwnApplication,
    ReasonNeeded,
)
from applications.models import Application, Decision, Review
from applications.states import LEGAL_MOVES, ApplicationState
from npqh_portal.audit.models import Entry, Words
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import FINISHED, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version())


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", preferred_name="Ines")


@pytest.fixture
def draft(ines: User, intake: Intake) -> Application:
    return an_application(ines, intake, state=ApplicationState.DRAFT, **FINISHED)


@pytest.fixture
def sent(draft: Application, ines: User) -> Application:
    return submit_application(draft, by=ines)


def letters(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_a_review_stands_beside_the_application_and_tells_nobody(sent: Application) -> None:
    reviewer = a_person(Role.REVIEWER)
    before = Message.objects.count()
    review = record_review(sent, recommendation=Review.Recommendation.ACCEPT, note=" Ready. ", by=reviewer)
    assert (review.words, review.reviewer) == ("Ready.", reviewer)
    assert Message.objects.count() == before
    sent.refresh_from_db()
    assert sent.state == ApplicationState.SUBMITTED


def test_the_same_review_again_adds_nothing_and_another_is_added(sent: Application) -> None:
    reviewer = a_person(Role.REVIEWER)
    first = record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=reviewer)
    assert record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=reviewer) == first
    record_review(sent, recommendation=Review.Recommendation.DECLINE, by=reviewer)
    assert sent.reviews.count() == 2


@pytest.mark.parametrize(
    ("verdict", "reason"), [(Decision.Verdict.ACCEPTED, ""), (Decision.Verdict.DECLINED, "The intake is full.")]
)
def test_a_decision_is_made_once_and_told_once(sent: Application, verdict: Decision.Verdict, reason: str) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    first = decide(sent, verdict=verdict, reason=reason, by=lead)
    assert decide(sent, verdict=verdict, reason=reason, by=lead) == first
    sent.refresh_from_db()
    assert (sent.state, sent.decided_at) == (verdict.value, first.decided_at)
    assert first.decided_by == lead
    message = Message.objects.get(kind=f"application-{verdict.value}")
    assert reason in message.text


def test_a_decision_does_not_turn_round(sent: Application) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    decide(sent, verdict=Decision.Verdict.ACCEPTED, by=lead)
    with pytest.raises(ApplicationNotWaiting):
        decide(sent, verdict=Decision.Verdict.DECLINED, reason="No.", by=lead)
    with pytest.raises(InternalError), transaction.atomic():
        Decision.objects.update(verdict=Decision.Verdict.DECLINED)


def test_declining_needs_a_reason(sent: Application) -> None:
    with pytest.raises(ReasonNeeded):
        decide(sent, verdict=Decision.Verdict.DECLINED, reason="  ", by=a_person(Role.PROGRAMME_LEAD))
    assert not Decision.objects.exists()
    assert letters("application-declined") == 0


def test_the_reason_stands_among_the_words_that_can_be_erased(sent: Application) -> None:
    decide(sent, verdict=Decision.Verdict.DECLINED, reason="The intake is full.", by=a_person())
    assert "full" not in Entry.objects.get(verb="application.declined").payload
    assert "The intake is full." in Words.objects.get().body


def test_nobody_reviews_or_decides_their_own(sent: Application, ines: User) -> None:
    with pytest.raises(OwnApplication):
        record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=ines)
    with pytest.raises(OwnApplication):
        decide(sent, verdict=Decision.Verdict.ACCEPTED, by=ines)
    assert not Decision.objects.exists()


def test_withdrawing_twice_withdraws_once(sent: Application, ines: User) -> None:
    withdraw_application(sent, by=ines)
    assert withdraw_application(sent, by=ines).state == ApplicationState.WITHDRAWN
    assert Entry.objects.filter(verb="application.withdrawn").count() == 1


MOVES = {
    ApplicationState.SUBMITTED: (lambda a, by: submit_application(a, by=by), ApplicationNotDraft),
    ApplicationState.ACCEPTED: (
        lambda a, by: decide(a, verdict=Decision.Verdict.ACCEPTED, by=by), ApplicationNotWaiting,
    ),
    ApplicationState.DECLINED: (
        lambda a, by: decide(a, verdict=Decision.Verdict.DECLINED, reason="Full.", by=by), ApplicationNotWaiting,
    ),
    ApplicationState.WITHDRAWN: (lambda a, by: withdraw_application(a, by=by), CannotWithdraw),
}  # fmt: skip


@pytest.mark.parametrize("before", ApplicationState)
@pytest.mark.parametrize("after", MOVES)
def test_every_pair_of_states(intake: Intake, before: ApplicationState, after: ApplicationState) -> None:
    application = an_application(a_person(), intake, state=before, **FINISHED)
    act, refusal = MOVES[after]
    lead = a_person(Role.PROGRAMME_LEAD)
    does_nothing = before == after and after in {ApplicationState.SUBMITTED, ApplicationState.WITHDRAWN}
    if after in LEGAL_MOVES[before] or does_nothing:
        act(application, lead)
        application.refresh_from_db()
        assert application.state == after
    else:
        with pytest.raises(refusal):
            act(application, lead)
        application.refresh_from_db()
        assert application.state == before


@pytest.mark.parametrize("refusal", RuleViolation.__subclasses__())
def test_refusals_are_whole_sentences(refusal: type[RuleViolation]) -> None:
    if not refusal.__module__.startswith("applications"):
        return
    words = str(refusal(*["February 2027"] * (refusal.__init__.__code__.co_argcount - 1)))
    assert words[0].isupper()
    assert words.endswith(".")
