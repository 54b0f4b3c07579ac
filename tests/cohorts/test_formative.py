"""Formative work: the draft, what is sent, and the feedback."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from pytest_django import DjangoCaptureOnCommitCallbacks

from cohorts import errors
from cohorts.actions import exempt_item, record_completion
from cohorts.actions.formative import (
    attach_formative_file,
    drop_formative_file,
    give_feedback,
    save_formative_draft,
    send_formative_work,
)
from cohorts.models import Cohort, Completion, Enrolment, FormativeFile, FormativeRound, FormativeWork, LedgerEntry
from cohorts.queries.formative import formative_states, waiting_for_feedback
from cohorts.rules.formative import FILES_MOST, WORDS_MOST, check_sendable
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import PersonAlias
from npqh_portal.people.roles import Role
from npqh_portal.web.uploads import FileOfWrongKind
from tests.cohorts.written import NOW, Written, a_file, is_stored, written
from tests.factories import a_person

__all__ = ["written"]


# --- the draft -----------------------------------------------------------------------------------


def test_a_draft_is_saved_and_the_same_again_changes_nothing(written: Written) -> None:
    work = written.saves("First")
    assert (work.draft, work.revision) == ("First", 1)
    assert written.saves("First", revision=0).revision == 1, "whichever the revision"
    assert written.saves("Second").revision == 2
    assert formative_states(written.enrolment) == {written.task.pk: "draft"}
    assert not Completion.objects.exists()


def test_of_two_tabs_neither_silently_wins(written: Written) -> None:
    written.saves("First tab", revision=0)
    with pytest.raises(errors.ChangedMeanwhile):
        written.saves("Second tab", revision=0)
    assert FormativeWork.objects.get().draft == "First tab"


def test_only_a_formative_task_on_ones_own_list_is_worked_on(written: Written) -> None:
    for item in (written.seminar, written.reflection):
        with pytest.raises(errors.NotOnList):
            save_formative_draft(written.enrolment, item=item, words="x", revision=0, by=written.person)
    exempt_item(written.enrolment, item=written.task, reason="Done before.", by=written.lead)
    with pytest.raises(errors.NotOnList):
        written.saves("x")
    assert not FormativeWork.objects.exists()


def test_whoever_has_left_or_completed_writes_no_more(written: Written) -> None:
    work = written.saves("First")
    Enrolment.objects.filter(pk=written.mate.pk).update(state="withdrawn")
    with pytest.raises(errors.LogClosed):
        save_formative_draft(written.mate, item=written.task, words="x", revision=0, by=written.mate.person)
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="completed")
    with pytest.raises(errors.LogClosed):
        send_formative_work(work, number=1, by=written.person)
    assert not FormativeRound.objects.exists()


# --- files ---------------------------------------------------------------------------------------


def test_a_file_is_kept_with_the_draft_and_once(
    written: Written, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = written.attaches()
    assert written.attaches() == file
    assert (file.sender_name, file.kind, is_stored(file)) == ("plan.docx", "docx", True)
    assert written.saves("Words", revision=0).files.get() == file
    with django_capture_on_commit_callbacks(execute=True):
        drop_formative_file(file, by=written.person)
    assert not FormativeFile.objects.exists()
    assert not is_stored(file)
    drop_formative_file(file, by=written.person)
    assert Entry.objects.filter(verb="formative-work.file-removed").count() == 1


def test_what_is_no_document_and_one_file_too_many_are_refused(written: Written) -> None:
    with pytest.raises(FileOfWrongKind):
        attach_formative_file(written.enrolment, item=written.task, upload=a_file("a.txt"), by=written.person)
    for number in range(FILES_MOST):
        written.attaches(f"{number}.docx")
    with pytest.raises(errors.TooManyFiles):
        written.attaches("more.docx")
    assert FormativeFile.objects.count() == FILES_MOST


def test_a_file_that_was_sent_stays_with_what_was_sent(written: Written) -> None:
    file = written.attaches()
    sent = written.sends()
    give_feedback(sent, words="Good.", revision=1, by=written.facilitator)
    drop_formative_file(file, by=written.person)
    assert list(sent.files.all()) == [file]
    assert is_stored(file)
    assert not FormativeWork.objects.get().files.filter(in_draft=True).exists()
    assert written.attaches() == file, "the same file again is the one there"
    assert FormativeWork.objects.get().files.filter(in_draft=True).count() == 1


def test_a_file_taken_out_before_there_is_feedback_goes_when_it_is_sent_anew(
    written: Written, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    file = written.attaches()
    sent = written.sends()
    drop_formative_file(file, by=written.person)
    assert list(sent.files.all()) == [file], "until then it is sent"
    with django_capture_on_commit_callbacks(execute=True):
        written.sends("Without the file")
    assert not FormativeFile.objects.exists()
    assert not is_stored(file)


# --- sending -------------------------------------------------------------------------------------


def test_sending_completes_and_credits_the_item_once(written: Written) -> None:
    sent = written.sends()
    assert (sent.number, sent.words, sent.sent_at) == (1, "We began with the timetable.", NOW)
    assert Completion.objects.get().item == written.task
    assert LedgerEntry.objects.get().change == 180
    assert written.sends() == sent
    assert FormativeRound.objects.count() == 1
    assert Entry.objects.filter(verb="formative-work.sent").count() == 1
    assert LedgerEntry.objects.count() == 1
    assert formative_states(written.enrolment) == {written.task.pk: "waiting"}


def test_what_staff_recorded_as_done_may_still_be_sent_and_is_credited_once(written: Written) -> None:
    record_completion(written.enrolment, item=written.task, by=written.lead)
    written.sends()
    assert Completion.objects.get().recorded_by == written.lead
    assert LedgerEntry.objects.get().change == 180


def test_until_there_is_feedback_it_is_sent_anew_in_its_place(written: Written, time_machine: Any) -> None:
    first = written.sends("First")
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    again = written.sends("Better")
    assert (again.pk, again.number, again.words, again.revision) == (first.pk, 1, "Better", 2)
    assert again.sent_at == NOW + timedelta(hours=1)
    assert LedgerEntry.objects.count() == 1


def test_after_feedback_it_is_sent_as_the_next_version_and_the_first_stays(written: Written) -> None:
    first = give_feedback(written.sends("First"), words="Say why.", revision=1, by=written.facilitator)
    with pytest.raises(errors.FormativeWorkUnchanged):
        written.sends("First", number=2)
    second = written.sends("First, and why", number=2)
    first.refresh_from_db()
    assert (first.words, first.feedback, second.number) == ("First", "Say why.", 2)
    assert formative_states(written.enrolment) == {written.task.pk: "waiting"}
    give_feedback(second, words="Yes.", revision=1, by=written.facilitator)
    assert formative_states(written.enrolment) == {written.task.pk: "answered"}


def test_feedback_given_meanwhile_keeps_it_from_being_sent_unread(written: Written) -> None:
    sent = written.sends("First")
    work = written.saves("Better")
    give_feedback(sent, words="Say why.", revision=1, by=written.facilitator)
    with pytest.raises(errors.FeedbackGivenMeanwhile):
        send_formative_work(work, number=1, by=written.person)
    sent.refresh_from_db()
    assert (sent.words, FormativeRound.objects.count()) == ("First", 1)
    assert FormativeWork.objects.get().draft == "Better"


@pytest.mark.parametrize(
    ("words", "files", "refusal"),
    [
        ("", 0, errors.FormativeWorkEmpty),
        ("x" * (WORDS_MOST + 1), 1, errors.FormativeWorkTooLong),
        ("x" * WORDS_MOST, 0, None),
        ("", 1, None),
    ],
)
def test_what_can_be_sent(words: str, files: int, refusal: type[Exception] | None) -> None:
    if refusal is None:
        check_sendable(words, files=files)
    else:
        with pytest.raises(refusal):
            check_sendable(words, files=files)


def away(written: Written) -> None:
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="deferred")


def over(written: Written) -> None:
    Cohort.objects.filter(pk=written.cohort.pk).update(starts_on=NOW.date() - timedelta(days=700))


@pytest.mark.parametrize(("meanwhile", "refusal"), [(away, errors.NothingToRecord), (over, errors.DeliveryOver)])
def test_what_cannot_be_credited_is_not_sent_and_the_draft_stays(
    written: Written, meanwhile: Callable[[Written], None], refusal: type[Exception]
) -> None:
    work = written.saves("Kept")
    meanwhile(written)
    with pytest.raises(refusal):
        send_formative_work(work, number=1, by=written.person)
    assert not FormativeRound.objects.exists()
    assert not Completion.objects.exists()
    assert FormativeWork.objects.get().draft == "Kept"


# --- feedback ------------------------------------------------------------------------------------


def test_feedback_is_told_once_without_its_words_and_may_be_mended(written: Written, time_machine: Any) -> None:
    sent = written.sends()
    given = give_feedback(sent, words="A secret word.", revision=1, by=written.facilitator)
    assert (given.feedback_by, given.feedback_at, given.mended_at) == (written.facilitator, NOW, None)
    assert give_feedback(sent, words="A secret word.", revision=1, by=written.lead).revision == 2, "the same again"
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    mended = give_feedback(given, words="A better secret.", revision=2, by=written.facilitator)
    assert (mended.feedback_at, mended.mended_at) == (NOW, NOW + timedelta(hours=1))
    letter = Message.objects.get()
    assert (letter.kind, letter.person) == ("formative-feedback", written.person)
    assert "secret" not in letter.text
    assert f"/participant/formative/{written.task.code}/" in letter.text
    assert [entry.verb for entry in Entry.objects.filter(verb__startswith="formative-feedback").order_by("pk")] == [
        "formative-feedback.given", "formative-feedback.changed",
    ]  # fmt: skip


def test_of_two_facilitators_at_once_the_second_is_told_and_nothing_is_written_over(written: Written) -> None:
    sent = written.sends()
    give_feedback(sent, words="First", revision=1, by=written.facilitator)
    with pytest.raises(errors.FeedbackChangedMeanwhile):
        give_feedback(sent, words="Second", revision=1, by=written.lead)
    sent.refresh_from_db()
    assert sent.feedback == "First"


def test_work_sent_anew_meanwhile_is_read_before_it_is_answered(written: Written) -> None:
    sent = written.sends("First")
    written.sends("Better")
    with pytest.raises(errors.FeedbackChangedMeanwhile):
        give_feedback(sent, words="On the first", revision=1, by=written.facilitator)


def test_feedback_has_words_and_nobody_answers_themselves(written: Written) -> None:
    sent = written.sends()
    with pytest.raises(errors.FeedbackMissing):
        give_feedback(sent, words=" ", revision=1, by=written.facilitator)
    kept = a_person(Role.PARTICIPANT, Role.FACILITATOR)
    PersonAlias.objects.create(old_person=written.person, kept_person=kept)
    for themselves in (written.person, kept):
        with pytest.raises(errors.FeedbackToOneself):
            give_feedback(sent, words="Well done.", revision=1, by=themselves)


def test_nothing_of_what_was_written_stands_in_the_audit_trail(written: Written) -> None:
    written.attaches("secret.docx")
    give_feedback(written.sends("A secret plan"), words="A secret word", revision=1, by=written.facilitator)
    assert Entry.objects.filter(verb__startswith="formative").count() == 4
    assert not Entry.objects.filter(payload__icontains="secret").exists()
    assert not Words.objects.filter(body__icontains="secret").exists()


def test_the_oldest_waits_first_and_nobody_who_has_left_waits(written: Written, time_machine: Any) -> None:
    first = written.sends()
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    draft = save_formative_draft(written.mate, item=written.task, words="Mine", revision=0, by=written.mate.person)
    second = send_formative_work(draft, number=1, by=written.mate.person)
    everything = FormativeRound.objects.all()
    assert list(waiting_for_feedback(everything)) == [first, second]
    Enrolment.objects.filter(pk=written.enrolment.pk).update(state="withdrawn")
    assert list(waiting_for_feedback(everything)) == [second]


def test_the_database_refuses_two_rounds_that_wait_and_feedback_without_a_moment(written: Written) -> None:
    sent = written.sends()
    with pytest.raises(IntegrityError, match="one_round_waits_for_feedback"), transaction.atomic():
        FormativeRound.objects.create(work=sent.work, number=2)
    with pytest.raises(IntegrityError, match="feedback_has_words_and_a_moment"), transaction.atomic():
        FormativeRound.objects.filter(pk=sent.pk).update(feedback="Good")
