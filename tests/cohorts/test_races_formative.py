"""Two at once on formative work and on a reflection: one of them finds what the other has done."""

from functools import partial

import pytest

from cohorts import errors
from cohorts.actions.formative import give_feedback, save_formative_draft, send_formative_work
from cohorts.actions.reflections import write_reflection
from cohorts.models import Completion, Enrolment, FormativeRound, FormativeWork, LedgerEntry, Reflection
from npqh_portal.notifications.models import Message
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_support import at_once
from tests.factories import a_cohort, a_person, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def somebody(kind: ItemKind) -> tuple[Enrolment, Item]:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, kind=kind, minutes=60)
    return an_enrolment(a_cohort(published(version))), item


def test_a_double_click_sends_once_and_credits_once() -> None:
    enrolment, item = somebody(ItemKind.FORMATIVE_TASK)
    work = save_formative_draft(enrolment, item=item, words="Done", revision=0, by=enrolment.person)
    send = partial(send_formative_work, work, number=1, by=enrolment.person)
    first, second = at_once(send, send)
    assert first == second == FormativeRound.objects.get()
    assert LedgerEntry.objects.get().change == 60


def test_two_devices_that_begin_at_once_make_one_draft_and_one_of_them_is_told() -> None:
    enrolment, item = somebody(ItemKind.FORMATIVE_TASK)
    save = partial(save_formative_draft, enrolment, item=item, revision=0, by=enrolment.person)
    answers = at_once(partial(save, words="One"), partial(save, words="Two"))
    assert errors.FormativeWorkChangedMeanwhile in answers
    assert FormativeWork.objects.get() in answers


def test_sent_anew_and_answered_at_once_the_feedback_is_to_what_stands() -> None:
    enrolment, item = somebody(ItemKind.FORMATIVE_TASK)
    work = save_formative_draft(enrolment, item=item, words="First", revision=0, by=enrolment.person)
    sent = send_formative_work(work, number=1, by=enrolment.person)
    save_formative_draft(enrolment, item=item, words="Better", revision=1, by=enrolment.person)
    answers = at_once(
        partial(send_formative_work, work, number=1, by=enrolment.person),
        partial(give_feedback, sent, words="On the first", revision=1, by=a_person()),
    )
    sent.refresh_from_db()
    refused = {errors.FeedbackGivenMeanwhile, errors.FeedbackChangedMeanwhile} & set(answers)
    assert len(refused) == 1
    assert (sent.words, sent.feedback) in {("First", "On the first"), ("Better", "")}


def test_two_facilitators_at_once_give_one_feedback_and_send_one_letter() -> None:
    enrolment, item = somebody(ItemKind.FORMATIVE_TASK)
    work = save_formative_draft(enrolment, item=item, words="Done", revision=0, by=enrolment.person)
    sent = send_formative_work(work, number=1, by=enrolment.person)
    answers = at_once(
        partial(give_feedback, sent, words="One", revision=1, by=a_person()),
        partial(give_feedback, sent, words="Two", revision=1, by=a_person()),
    )
    assert errors.FeedbackChangedMeanwhile in answers
    assert Message.objects.filter(kind="formative-feedback").count() == 1


def test_a_double_click_writes_one_reflection_and_credits_once() -> None:
    enrolment, item = somebody(ItemKind.REFLECTION)
    write = partial(write_reflection, enrolment, item=item, words="Mine", by=enrolment.person)
    first, second = at_once(write, write)
    assert first == second == Reflection.objects.get()
    assert Completion.objects.get().item == item
