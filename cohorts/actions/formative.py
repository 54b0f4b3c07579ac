"""Formative work: drafted, sent and answered; never passed or failed (S17, S26, S77).

What the two write stays in rows that can be erased: audit entries tell that it was sent or answered and how long it
was, never what it said, and letters tell no more.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cohorts.access import enrolments_of
from cohorts.errors import (
    CaptionSent,
    FeedbackChangedMeanwhile,
    FeedbackGivenMeanwhile,
    FeedbackMissing,
    FeedbackToOneself,
    FormativeWorkChangedMeanwhile,
    FormativeWorkUnchanged,
    LogClosed,
    NothingToRecord,
    NotOnList,
    TooManyFiles,
)
from cohorts.models import Enrolment, FormativeFile, FormativeRound, FormativeWork, PersonalItem
from cohorts.models.formative import PICTURES
from cohorts.rules.formative import FILES_MOST, check_sendable
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import KINDS_SENT, ItemKind
from npqh_portal.programmes.models import Item

from .behaviours import check_evaluated
from .engagement import record_completion
from .files import KINDS, let_go, take_in

# What people did in their schools may be shown by pictures too.
WITH_PICTURES = frozenset({ItemKind.PRACTICAL_CYCLE, ItemKind.WORK_TASK})

# --- the draft -----------------------------------------------------------------------------------


@transaction.atomic
def save_formative_draft(enrolment: Enrolment, *, item: Item, words: str, revision: int, by: User) -> FormativeWork:
    """Keep what is written so far; the same again changes nothing.

    `revision` is that of the page, 0 where nothing was saved yet. Raises LogClosed, NotOnList and
    FormativeWorkChangedMeanwhile.
    """
    work = _work_on(enrolment, item)
    if work.draft == words:
        return work
    if work.revision != revision:
        raise FormativeWorkChangedMeanwhile
    work.draft, work.saved_at = words, clock.now()
    work.revision += 1
    work.save(update_fields=["draft", "saved_at", "revision"])
    _note(work, "saved", letters=len(words), by=by)
    return work


def attach_formative_file(
    enrolment: Enrolment, *, item: Item, upload: "UploadedFile[bytes]", by: User
) -> FormativeFile:
    """Add a document, or a picture of what was done in school, to the draft.

    The same file again is the one there, taken out meanwhile or not.

    Raises LogClosed, NotOnList, TooManyFiles and what is wrong with the file.
    """

    @transaction.atomic
    def keep(columns: dict[str, Any]) -> FormativeFile:
        work = _work_on(enrolment, item)
        same = work.files.filter(sha256=columns["sha256"], sender_name=columns["sender_name"]).first()
        if same and same.in_draft:
            return same
        if work.files.filter(in_draft=True).count() >= FILES_MOST:
            raise TooManyFiles(FILES_MOST)
        file = same or FormativeFile(work=work, **columns)
        file.in_draft = True
        file.save()
        _note(work, "file-added", file=file.pk, sha256=file.sha256, size=file.size_bytes, by=by)
        return file

    return take_in(upload, folder="formative", keep=keep, kinds=kinds_of_files(item))


def kinds_of_files(item: Item) -> tuple[str, ...]:
    return (*KINDS, *PICTURES) if item.kind in WITH_PICTURES else KINDS


@transaction.atomic
def caption_formative_file(file: FormativeFile, *, caption: str, by: User) -> None:
    """Say what a picture shows. The same again changes nothing. Raises LogClosed, NotOnList and CaptionSent."""
    work = _work_on(file.work.enrolment, file.work.item)
    file = lock(file)
    if file.caption == caption:
        return
    if file.rounds.exclude(feedback_at=None).exists():
        raise CaptionSent
    file.caption = caption
    file.save(update_fields=["caption"])
    _note(work, "file-captioned", file=file.pk, letters=len(caption), by=by)


@transaction.atomic
def drop_formative_file(file: FormativeFile, *, by: User) -> None:
    """Take a document out of the draft. What was sent keeps it; else it is deleted. A second call does nothing."""
    work = _work_on(file.work.enrolment, file.work.item)
    if work.files.filter(pk=file.pk, in_draft=True).update(in_draft=False):
        _note(work, "file-removed", file=file.pk, by=by)
    _let_go_of_what_is_nowhere(work)


def _work_on(enrolment: Enrolment, item: Item) -> FormativeWork:
    """Theirs on this task, locked; made where there is none yet."""
    enrolment = lock(enrolment)
    if enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed
    expected = PersonalItem.Expectation.EXPECTED
    if (
        item.kind not in KINDS_SENT
        or not PersonalItem.objects.filter(enrolment=enrolment, item=item, expectation=expected).exists()
    ):
        raise NotOnList
    work = FormativeWork.objects.select_for_update().filter(enrolment=enrolment, item=item).first()
    return work or FormativeWork.objects.create(enrolment=enrolment, item=item)


def _note(work: FormativeWork, verb: str, *, by: User, **facts: Fact) -> None:
    record(f"formative-work.{verb}", work, facts={"enrolment": work.enrolment_id, "item": work.item_id, **facts}, by=by)


def _let_go_of_what_is_nowhere(work: FormativeWork) -> None:
    let_go(work.files.filter(in_draft=False, rounds=None))


# --- what is sent --------------------------------------------------------------------------------


@transaction.atomic
def send_formative_work(work: FormativeWork, *, number: int, by: User) -> FormativeRound:
    """Send the draft as it stands. The first time, the item is completed and credited.

    `number` is that of the round for which the page was drawn: one that waits for feedback is sent anew in its place,
    one that has its feedback is not. The same again changes nothing. Raises LogClosed, NotOnList, NothingToRecord,
    FormativeWorkEmpty, FormativeWorkTooLong, FormativeWorkUnchanged, FeedbackGivenMeanwhile, NotEvaluated and whatever
    keeps the item from being completed.
    """
    work = _work_on(work.enrolment, work.item)
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise NothingToRecord
    check_evaluated(work.enrolment, by=by)
    files = list(work.files.filter(in_draft=True))
    newest = work.rounds.select_for_update().first()
    is_same = newest is not None and newest.words == work.draft and set(newest.files.all()) == set(files)
    if newest and is_same and newest.feedback_at is None:
        return newest
    check_sendable(work.draft, files=len(files))
    if number != (newest.number + (newest.feedback_at is not None) if newest else 1):
        raise FeedbackGivenMeanwhile
    if is_same:
        raise FormativeWorkUnchanged
    if newest and newest.feedback_at is None:
        sent, verb = newest, "sent-anew"
        sent.words, sent.sent_at = work.draft, clock.now()
        sent.revision += 1
        sent.save(update_fields=["words", "sent_at", "revision"])
    else:
        sent, verb = FormativeRound.objects.create(work=work, number=number, words=work.draft), "sent"
    sent.files.set(files)
    _let_go_of_what_is_nowhere(work)
    _note(work, verb, round=number, letters=len(work.draft), files=len(files), by=by)
    record_completion(work.enrolment, item=work.item, by=by)
    return sent


# --- feedback ------------------------------------------------------------------------------------


@transaction.atomic
def give_feedback(sent: FormativeRound, *, words: str, revision: int, by: User) -> FormativeRound:
    """Answer what was sent, or mend the answer. The participant gets a letter, once for each round, without the words.

    `revision` is that of the page. Whose feedback it is, is whoever saved it last. The same words again change nothing.
    Raises FeedbackMissing, FeedbackToOneself and FeedbackChangedMeanwhile.
    """
    enrolment = lock(sent.work.enrolment)
    sent = lock(sent)
    if not words.strip():
        raise FeedbackMissing
    if enrolments_of(by).filter(pk=enrolment.pk).exists():
        raise FeedbackToOneself
    if sent.feedback == words:
        return sent
    if sent.revision != revision:
        raise FeedbackChangedMeanwhile
    is_mended = sent.feedback_at is not None
    sent.feedback, sent.feedback_by = words, by
    if is_mended:
        sent.mended_at = clock.now()
    else:
        sent.feedback_at = clock.now()
    sent.revision += 1
    sent.save(update_fields=["feedback", "feedback_by", "feedback_at", "mended_at", "revision"])
    work = sent.work
    facts = {"enrolment": work.enrolment_id, "item": work.item_id, "round": sent.number, "letters": len(words)}
    record("formative-feedback.changed" if is_mended else "formative-feedback.given", work, facts=facts, by=by)
    queue_message(
        "formative-feedback",
        to=enrolment.person,
        about=work,
        key=f"formative-feedback:{sent.pk}:{enrolment.person_id}",
        words={"item": work.item, "who": by, "number": sent.number},
    )
    return sent
