"""Questioning a mark, taking that further or back, and answering it."""

from datetime import datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cohorts.access import READERS_OF_WORK, leads_answering_for
from cohorts.errors import (
    AnswerChangesNothing,
    AnsweredByYou,
    AppealAlready,
    AppealAnswered,
    AppealFileRefused,
    EnrolmentOver,
    NothingToQuestion,
    OwnAppeal,
)
from cohorts.models import Appeal, AppealFile, Enrolment, Seminar
from cohorts.queries.appeals import answers, mark_of
from cohorts.queries.crediting import measure_of
from cohorts.rules.appeals import (
    answer_due,
    ask_by,
    check_answer,
    check_claim,
    check_correction,
    check_in_time,
    check_words,
)
from cohorts.rules.engagement import MarkInput, Measure
from cohorts.states import LIVE_ENROLMENT, AppealState
from npqh_portal import clock
from npqh_portal.db import lock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.actions import queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import Unit
from npqh_portal.programmes.models import EngagementPolicy, Item
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.uploads import check_upload

from .appeal_moves import check_move, letter, move, note
from .files import KINDS, take_in
from .registers import write_register

# --- the participant -----------------------------------------------------------------------------


@transaction.atomic
def question_mark(
    enrolment: Enrolment,
    *,
    seminar: Seminar,
    claimed: str,
    minutes: int = 0,
    words: str,
    upload: "UploadedFile[bytes] | None" = None,
    received_at: datetime | None = None,
    by: User | None,
) -> Appeal:
    """Say that the mark which stands is wrong, and what happened instead. Sent twice, it is asked once.

    `received_at` is the moment at which the request began to arrive, which decides about the last day. Raises
    EnrolmentOver, NothingToQuestion, AppealAlready, AppealFileRefused and what `check_in_time`, `check_claim` and
    `check_words` do.
    """
    at = received_at or clock.now()
    enrolment = lock(enrolment)
    mark = mark_of(enrolment, seminar)
    if mark is None:
        raise NothingToQuestion
    minutes = minutes if claimed == "partly" else 0
    theirs = Appeal.objects.filter(enrolment=enrolment, seminar=seminar)
    before = theirs.filter(mark=mark).exclude(state=AppealState.WITHDRAWN).first()
    if before and _is_repeated(before, claimed, minutes, words):
        return before
    if before or theirs.filter(state__in=[AppealState.ASKED, AppealState.FURTHER]).exists():
        raise AppealAlready
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    policy = current_policy(enrolment.version)
    check_in_time(ask_by(mark.recorded_at, policy.appeal_days), at)
    check_claim(claimed, minutes, status=mark.status, stands=mark.minutes, measure=_measure(seminar.item, policy))
    check_words(words)
    _check_file(upload)
    appeal = Appeal.objects.create(
        enrolment=enrolment,
        seminar=seminar,
        mark=mark,
        claimed=claimed,
        claimed_minutes=minutes,
        asked_at=at,
        answer_by=answer_due(at, policy.appeal_answer_days),
    )
    note(appeal, words=words, at=at, by=by)
    if upload:
        take_in(upload, folder="appeals", keep=lambda columns: AppealFile.objects.create(appeal=appeal, **columns))
    answering = answers(appeal, clock.today())
    for person in [answering] if answering else _leads(appeal):
        _ask("appeal-asked", appeal, person, is_lead=answering is None)
    return appeal


def _measure(item: Item, policy: EngagementPolicy) -> Measure:
    """Of an item that counts in no part of the sum, one by which nothing is worth anything."""
    nothing = Measure(item.minutes, Unit.MINUTES, policy.attended_percent, frozenset())
    return measure_of(item, policy, components=policy.components.all()) or nothing


def _is_repeated(before: Appeal, claimed: str, minutes: int, words: str) -> bool:
    asked = before.steps.first()
    said = (before.claimed, before.claimed_minutes, asked.words if asked else "")
    return before.state == AppealState.ASKED and said == (claimed, minutes, words.strip())


def _check_file(upload: "UploadedFile[bytes] | None") -> None:
    """Before anything is written, so that a refusal names the file."""
    if upload is None:
        return
    try:
        check_upload(upload, most_bytes=settings.UPLOAD_MOST_BYTES, kinds=KINDS)
    except RuleViolation as refusal:
        raise AppealFileRefused(upload.name or "", str(refusal)) from refusal


@transaction.atomic
def withdraw_appeal(appeal: Appeal, *, by: User | None) -> Appeal:
    """Take it back while nobody has answered. Done twice, it is done once. Raises AppealAnswered."""
    appeal = _held(appeal)
    if appeal.state == AppealState.WITHDRAWN:
        return appeal
    return move(appeal, AppealState.WITHDRAWN, by=by)


@transaction.atomic
def take_further(appeal: Appeal, *, words: str, received_at: datetime | None = None, by: User | None) -> Appeal:
    """Ask the programme lead, once, where a facilitator kept the mark. Done twice, it is done once.

    Raises AppealAnswered where it cannot be taken further, AppealTooLate and AppealWithoutWords.
    """
    at = received_at or clock.now()
    appeal = _held(appeal)
    if appeal.state == AppealState.FURTHER:
        return appeal
    check_move(appeal, AppealState.FURTHER)
    assert appeal.further_by is not None  # noqa: S101  # a constraint of the table
    check_in_time(appeal.further_by, at)
    check_words(words)
    appeal.answer_by = answer_due(at, current_policy(appeal.enrolment.version).appeal_answer_days)
    move(appeal, AppealState.FURTHER, "answer_by", words=words, at=at, by=by)
    for person in _leads(appeal):
        _ask("appeal-further", appeal, person, is_lead=True)
    return appeal


# --- whoever answers -----------------------------------------------------------------------------


@transaction.atomic
def correct_mark(appeal: Appeal, *, status: str, minutes: int = 0, words: str = "", as_lead: bool, by: User) -> Appeal:
    """Write the mark that the register is to have instead, with its credit, at once.

    The register keeps both, with `words` as the reason, or that it was questioned; whoever is exempt is told why.
    Done twice by the same person, it is done once. Raises AppealAnswered, OwnAppeal, AnsweredByYou,
    ExemptionWithoutWords, AnswerChangesNothing and what `record_register` does.
    """
    appeal = _held(appeal)
    if _is_done_by(appeal, AppealState.CORRECTED, by=by):
        return appeal
    _check_answer(appeal, AppealState.CORRECTED, as_lead=as_lead, by=by)
    check_correction(status, words)
    # First, so that the register does not settle it by itself.
    move(appeal, AppealState.CORRECTED, words=words, by=by)
    given = MarkInput(status, minutes, reason=words.strip()[:250] or "The participant questioned the mark.")
    written, letters = write_register(appeal.seminar, marks={appeal.enrolment_id: given}, by=by)
    if not written:
        raise AnswerChangesNothing
    appeal.corrected_to = written[0]
    appeal.save(update_fields=["corrected_to"])
    queue_messages([letter(appeal, answer=words, beside=letters.get(appeal.enrolment_id), by=by)])
    return appeal


@transaction.atomic
def keep_mark(appeal: Appeal, *, words: str, as_lead: bool, by: User) -> Appeal:
    """Let the mark stand, and say why. Kept by a facilitator, it may be taken to the lead; kept by a lead, it stands.

    Done twice by the same person, it is done once. Raises AppealAnswered, OwnAppeal, AnsweredByYou and
    AnswerWithoutWords.
    """
    appeal = _held(appeal)
    to = AppealState.FINAL if as_lead else AppealState.KEPT
    if _is_done_by(appeal, to, by=by):
        return appeal
    _check_answer(appeal, to, as_lead=as_lead, by=by)
    check_answer(words)
    if not as_lead:
        appeal.further_by = ask_by(clock.now(), current_policy(appeal.enrolment.version).appeal_days)
    move(appeal, to, "further_by", words=words, by=by)
    queue_messages([letter(appeal, answer=words, by=by)])
    return appeal


def _held(appeal: Appeal) -> Appeal:
    """Session, enrolment, then the row itself, as a register holds them."""
    seminar, enrolment = lock(appeal.seminar), lock(appeal.enrolment)
    appeal = lock(appeal)
    appeal.seminar, appeal.enrolment = seminar, enrolment
    return appeal


def _is_done_by(appeal: Appeal, state: AppealState, *, by: User) -> bool:
    last = appeal.steps.last()
    return appeal.state == state and last is not None and last.by_id == by.pk


def _check_answer(appeal: Appeal, to: AppealState, *, as_lead: bool, by: User) -> None:
    person = appeal.enrolment.person
    if by.pk in {person.pk, person.alias.kept_person_id if hasattr(person, "alias") else None}:
        raise OwnAppeal
    is_with_lead = appeal.state == AppealState.FURTHER
    if appeal.state not in {AppealState.ASKED, AppealState.FURTHER} or (is_with_lead and not as_lead):
        raise AppealAnswered(appeal.get_state_display())
    check_move(appeal, to)
    if is_with_lead and appeal.steps.filter(state=AppealState.KEPT, by=by).exists():
        raise AnsweredByYou
    if appeal.enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver


def _leads(appeal: Appeal) -> list[User]:
    """Programme leads who answer for them, but never themselves."""
    leads = leads_answering_for(appeal.enrolment, roles=READERS_OF_WORK)
    return list(leads.exclude(pk=appeal.enrolment.person_id).order_by("pk"))


def _ask(kind: str, appeal: Appeal, person: User, *, is_lead: bool) -> None:
    queue_message(
        kind,
        to=person,
        about=appeal,
        key=f"{kind}:{appeal.pk}:{person.pk}",
        words={"who": appeal.enrolment.person, "item": appeal.seminar.item, "is_lead": is_lead},
    )
