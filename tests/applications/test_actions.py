"""Every write of an application: what it does, does once, and refuses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import InternalError, transaction

from applications.actions import (
    decide,
    record_review,
    save_answers,
    start_application,
    submit_application,
    withdraw_application,
)
from applications.errors import (
    ApplicationNotDraft,
    ApplicationNotWaiting,
    ApplicationUnfinished,
    CannotWithdraw,
    IntakeClosed,
    IntakePaused,
    OwnApplication,
    ProgrammeNotPublished,
    ReasonNeeded,
)
from applications.models import Application, Decision, Review
from applications.states import LEGAL_MOVES, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from tests.factories import a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

ANSWERS: dict[str, Any] = {
    "full_name": "Ines Caldbeck",
    "trn": "0123456",
    "role": "Deputy head",
    "headship": "aspiring",
    "school_name": "Quillbeck Primary School",
    "statement": "One approach to phonics.",
    "wants_one_to_one": False,
    "agreed": True,
}
SECOND = timedelta(seconds=1)


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version())


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", preferred_name="Ines")


@pytest.fixture
def draft(ines: User, intake: Intake) -> Application:
    return save_answers(start_application(ines, intake=intake, by=ines), answers=ANSWERS, by=ines)


@pytest.fixture
def sent(draft: Application, ines: User) -> Application:
    return submit_application(draft, by=ines)


def letters(kind: str) -> int:
    return Message.objects.filter(kind=kind).count()


def test_starting_twice_starts_once(ines: User, intake: Intake) -> None:
    first = start_application(ines, intake=intake, by=ines)
    assert start_application(ines, intake=intake, by=ines) == first
    assert Entry.objects.filter(verb="application.started").count() == 1


def test_one_may_apply_anew_after_withdrawing(ines: User, intake: Intake) -> None:
    # T1
    first = start_application(ines, intake=intake, by=ines)
    withdraw_application(first, by=ines)
    assert start_application(ines, intake=intake, by=ines) != first


def test_a_closed_intake_refuses_a_start_and_keeps_what_was_begun(ines: User, intake: Intake) -> None:
    # S3
    begun = start_application(ines, intake=intake, by=ines)
    Intake.objects.update(closes_at=clock.now() - SECOND)
    assert start_application(ines, intake=intake, by=ines) == begun
    stranger = a_person()
    with pytest.raises(IntakeClosed):
        start_application(stranger, intake=intake, by=stranger)


def test_a_paused_intake_refuses_a_start_and_a_sending_but_keeps_answers(draft: Application, ines: User) -> None:
    Intake.objects.update(is_paused=True)
    person = a_person()
    with pytest.raises(IntakePaused):
        start_application(person, intake=draft.intake, by=person)
    with pytest.raises(IntakePaused):
        submit_application(draft, by=ines)
    assert save_answers(draft, answers={"role": "Head"}, by=ines).role == "Head"


def test_a_programme_that_is_not_published_cannot_be_applied_to(ines: User) -> None:
    with pytest.raises(ProgrammeNotPublished):
        start_application(ines, intake=an_intake(a_version(state=VersionState.DRAFT)), by=ines)


def test_answers_keep_the_school_as_it_is_today(draft: Application, ines: User) -> None:
    school = a_school(name="Fell Side School", urn="912345")
    save_answers(draft, answers={"school": school}, by=ines)
    school.name = "Fell Side Academy"
    school.save()
    draft.refresh_from_db()
    assert (draft.school, draft.school_name, draft.school_urn) == (school, "Fell Side School", "912345")


def test_a_school_that_is_not_listed_takes_the_place_of_one_that_was(draft: Application, ines: User) -> None:
    save_answers(draft, answers={"school": a_school()}, by=ines)
    saved = save_answers(draft, answers={"school": None, "school_name": "New School"}, by=ines)
    assert (saved.school, saved.school_name, saved.school_urn) == (None, "New School", "")


def test_whoever_hopes_to_become_a_head_keeps_no_date(draft: Application, ines: User) -> None:
    # S10 S46
    save_answers(draft, answers={"headship": "serving", "headship_started_on": clock.today()}, by=ines)
    assert save_answers(draft, answers={"headship": "aspiring"}, by=ines).headship_started_on is None


def test_the_moment_of_agreeing_is_the_first_one(draft: Application, ines: User) -> None:
    before = draft.agreed_at
    assert save_answers(draft, answers={"agreed": True}, by=ines).agreed_at == before
    assert save_answers(draft, answers={"agreed": False}, by=ines).agreed_at is None


def test_an_answer_to_no_question_is_a_mistake_in_the_code(draft: Application, ines: User) -> None:
    with pytest.raises(ValueError, match="state"):
        save_answers(draft, answers={"state": "accepted"}, by=ines)


def test_the_trail_holds_which_answers_were_saved_and_none_of_their_words(draft: Application) -> None:
    payloads = "".join(Entry.objects.values_list("payload", flat=True))
    assert "statement" in payloads
    assert "phonics" not in payloads
    assert "Ines" not in payloads


def test_sending_gives_a_reference_a_moment_and_one_letter(sent: Application, ines: User) -> None:
    assert sent.state == ApplicationState.SUBMITTED
    assert sent.submitted_at is not None
    message = Message.objects.get(kind="application-received")
    assert (message.person, message.about_id) == (ines, sent.pk)
    assert sent.reference is not None
    assert sent.reference in message.subject


def test_sending_twice_sends_once(draft: Application, ines: User) -> None:
    first = submit_application(draft, by=ines)
    again = submit_application(draft, by=ines)
    assert (again.reference, again.submitted_at) == (first.reference, first.submitted_at)
    assert letters("application-received") == 1
    assert Entry.objects.filter(verb="application.submitted").count() == 1


def test_an_unfinished_application_is_not_sent(draft: Application, ines: User) -> None:
    save_answers(draft, answers={"statement": ""}, by=ines)
    with pytest.raises(ApplicationUnfinished):
        submit_application(draft, by=ines)
    draft.refresh_from_db()
    assert (draft.state, draft.reference) == ("draft", None)
    assert letters("application-received") == 0


@pytest.mark.parametrize(
    "closes_at",
    [
        datetime(2027, 1, 15, 17, 0, tzinfo=clock.LONDON),
        datetime(2027, 3, 28, 0, 59, 59, tzinfo=clock.LONDON),  # the clocks go forward a second later
        datetime(2026, 10, 25, 1, 30, tzinfo=clock.LONDON),  # the earlier of two half past ones
    ],
)
def test_it_can_be_sent_until_the_very_second_in_london(draft: Application, ines: User, closes_at: datetime) -> None:
    closes_at = closes_at.astimezone(UTC)
    Intake.objects.update(closes_at=closes_at, opens_at=closes_at - timedelta(days=60))
    with time_machine.travel(closes_at, tick=False):
        with pytest.raises(IntakeClosed):
            save_answers(draft, answers={"role": "Head"}, by=ines)
        with pytest.raises(IntakeClosed):
            submit_application(draft, by=ines)
    with time_machine.travel(closes_at - SECOND, tick=False):
        assert submit_application(draft, by=ines).submitted_at == closes_at - SECOND


def test_what_is_sent_does_not_change(sent: Application, ines: User) -> None:
    with pytest.raises(ApplicationNotDraft):
        save_answers(sent, answers={"role": "Head"}, by=ines)


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
    application = an_application(
        a_person(), intake, state=before, role="Head", headship="aspiring", school_name="Here", statement="Why",
        wants_one_to_one=True, agreed_at=clock.now(),
    )  # fmt: skip
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
