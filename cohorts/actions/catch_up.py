"""Catching up: handing something in for a missed session, deciding on it, and what is offered in its place."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction

from cohorts.errors import (
    CannotBeCaughtUp,
    CatchUpChangedMeanwhile,
    CatchUpDecided,
    CatchUpFileRefused,
    CatchUpOfferOver,
    CatchUpReadEarlier,
    CatchUpSettled,
    EnrolmentOver,
    OfferChangedMeanwhile,
    OfferElsewhere,
    OfferSaysNothing,
    OwnCatchUp,
)
from cohorts.kinds import CatchUpWay
from cohorts.models import CatchUp, CatchUpFile, CatchUpOffer, Cohort, Enrolment
from cohorts.queries.catch_up import left_to_credit, missed_of, offers_to, open_catch_up_of
from cohorts.rules.catch_up import check_evidence, check_in_time, check_missing, check_reason, check_send_by
from cohorts.states import LIVE_ENROLMENT, CatchUpState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import differing, lock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import CountedStatus
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.uploads import check_upload

from .catch_up_moves import check_move, move, note, tell
from .files import KINDS, let_go, take_in
from .registers import mark_caught_up

# --- the participant -----------------------------------------------------------------------------


@transaction.atomic
def send_catch_up(
    enrolment: Enrolment,
    *,
    item: Item,
    offer: CatchUpOffer | None,
    words: str,
    uploads: "Sequence[UploadedFile[bytes]]" = (),
    taken_off: Collection[str] = (),
    revision: int = 0,
    received_at: datetime | None = None,
    by: User | None,
) -> CatchUp:
    """Hand in what stands for a missed session, change it while it waits, or send it again after it came back.

    `revision` is that of the page it was written on, 0 where nothing had been handed in: where something has been
    saved since, nothing is written over. `taken_off` are public ids of files handed in before that are not to count.
    `received_at` is the moment at which the request began to arrive, which decides about the last day. Sent twice, it
    is there once. Raises what `check_missing`, `check_in_time` and `check_evidence` do, and CatchUpFileRefused,
    CatchUpChangedMeanwhile and CatchUpOfferOver.
    """
    at = received_at or clock.now()
    enrolment = lock(enrolment)
    # `settle` and the decisions hold the enrolment too, so that what is read here stands.
    held = open_catch_up_of(enrolment, item)
    fresh = _not_yet_held(held, uploads)
    off = [file for file in held.files.all() if file.public_id in taken_off] if held else []
    if held and not fresh and not off and _says_the_same(held, offer, words):
        return held
    found = missed_of(enrolment, item)
    check_missing(found.missing, at)
    seminar, send_by = found.seminar, held.send_by if held else found.missing.send_by
    assert seminar is not None and send_by is not None  # noqa: S101, PT018  # check_missing answers for both
    check_in_time(send_by, at)
    if revision != (held.revision if held else 0):
        raise CatchUpChangedMeanwhile
    check_evidence(words, files=(held.files.count() if held else 0) - len(off) + len(fresh))
    is_still_theirs = held is not None and held.offer_id is not None and offer is not None and held.offer_id == offer.pk
    if offer and not is_still_theirs and offer not in offers_to(enrolment, seminar):
        raise CatchUpOfferOver
    way = offer.way if offer else CatchUpWay.OTHER.value
    is_news = held is None or held.state == CatchUpState.RETURNED
    if held is None:
        catch_up = CatchUp.objects.create(
            enrolment=enrolment, seminar=seminar, way=way, offer=offer, words=words.strip(), send_by=send_by, sent_at=at
        )
        note("sent", catch_up, by=by)
    else:
        catch_up = _sent_anew(held, offer, words, at=at, by=by)
    let_go(off)
    for upload in fresh:
        take_in(
            upload, folder="catch-ups", keep=lambda columns: CatchUpFile.objects.create(catch_up=catch_up, **columns)
        )
    if is_news:
        tell("catch-up-received", catch_up, send_by=send_by)
    return catch_up


def _not_yet_held(held: CatchUp | None, uploads: "Sequence[UploadedFile[bytes]]") -> "list[UploadedFile[bytes]]":
    """Without those that are there already, or came twice."""
    there = {(file.sha256, file.sender_name) for file in held.files.all()} if held else set()
    fresh = []
    for upload in uploads:
        try:
            checked = check_upload(upload, most_bytes=settings.UPLOAD_MOST_BYTES, kinds=KINDS)
        except RuleViolation as refusal:
            raise CatchUpFileRefused(upload.name or "", str(refusal)) from refusal
        if (key := (checked.sha256, upload.name or "")) not in there:
            there.add(key)
            fresh.append(upload)
    return fresh


def _says_the_same(held: CatchUp, offer: CatchUpOffer | None, words: str) -> bool:
    return held.state == CatchUpState.SENT and (held.offer, held.words) == (offer, words.strip())


def _sent_anew(held: CatchUp, offer: CatchUpOffer | None, words: str, *, at: datetime, by: User | None) -> CatchUp:
    held.offer, held.words = offer, words.strip()
    held.way = offer.way if offer else CatchUpWay.OTHER.value
    if held.state == CatchUpState.RETURNED:
        held.sent_at, held.decided_at, held.decided_by = at, None, None
        return move(held, CatchUpState.SENT, "offer", "words", "way", "sent_at", by=by)
    held.revision += 1
    held.save(update_fields=["offer", "words", "way", "revision"])
    note("changed", held, by=by)
    return held


@transaction.atomic
def withdraw_catch_up(catch_up: CatchUp, *, by: User | None) -> CatchUp:
    """Take it back, as long as nobody has decided on it. Done twice, it is done once. Raises CatchUpDecided."""
    catch_up = _held(catch_up)
    if catch_up.state == CatchUpState.WITHDRAWN:
        return catch_up
    return move(catch_up, CatchUpState.WITHDRAWN, by=by)


# --- whoever decides -----------------------------------------------------------------------------


@transaction.atomic
def accept_catch_up(catch_up: CatchUp, *, answer: str = "", revision: int, by: User) -> CatchUp:
    """Mark them as caught up and credit the rest, at once. What was sent in time is decided whenever that is.

    `revision` is the one that was read. Accepted twice by the same person, it is accepted once. Raises CatchUpDecided,
    CatchUpReadEarlier, OwnCatchUp, EnrolmentOver, CatchUpSettled, and CannotBeCaughtUp where a newer policy gives no
    credit for it.
    """
    catch_up = _held(catch_up)
    if _is_done_by(catch_up, CatchUpState.ACCEPTED, by):
        return catch_up
    _check_decision(catch_up, CatchUpState.ACCEPTED, revision, by)
    enrolment = catch_up.enrolment
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    if not left_to_credit(enrolment, catch_up.seminar.item):
        raise CatchUpSettled
    if CountedStatus.CAUGHT_UP not in current_policy(enrolment.version).counted_statuses:
        raise CannotBeCaughtUp(str(catch_up.seminar.item.get_kind_display()))
    catch_up.mark, is_corrected = mark_caught_up(catch_up.seminar, enrolment, by=by)
    catch_up.answer = answer.strip()
    move(catch_up, CatchUpState.ACCEPTED, "mark", "answer", by=by)
    tell("catch-up-accepted", catch_up, answer=catch_up.answer, is_corrected=is_corrected)
    return catch_up


@transaction.atomic
def return_catch_up(catch_up: CatchUp, *, answer: str, send_by: date, revision: int, by: User) -> CatchUp:
    """Send it back for more, with a reason and a last day, never before the one that stands.

    Raises what `accept_catch_up` does of the row, and CatchUpReasonMissing and CatchUpDayOutOfRange.
    """
    catch_up = _held(catch_up)
    if _is_done_by(catch_up, CatchUpState.RETURNED, by):
        return catch_up
    _check_decision(catch_up, CatchUpState.RETURNED, revision, by)
    check_reason(answer)
    days = current_policy(catch_up.enrolment.version).catch_up_days
    check_send_by(send_by, today=clock.today(), stands=catch_up.send_by, catch_up_days=days)
    catch_up.answer, catch_up.send_by = answer.strip(), send_by
    move(catch_up, CatchUpState.RETURNED, "answer", "send_by", by=by)
    tell("catch-up-returned", catch_up)
    return catch_up


@transaction.atomic
def refuse_catch_up(catch_up: CatchUp, *, answer: str, revision: int, by: User) -> CatchUp:
    """Do not accept it, with a reason. They may hand in another one while there is time. Raises as the others do."""
    catch_up = _held(catch_up)
    if _is_done_by(catch_up, CatchUpState.REFUSED, by):
        return catch_up
    _check_decision(catch_up, CatchUpState.REFUSED, revision, by)
    check_reason(answer)
    catch_up.answer = answer.strip()
    move(catch_up, CatchUpState.REFUSED, "answer", by=by)
    found = missed_of(catch_up.enrolment, catch_up.seminar.item)
    tell("catch-up-refused", catch_up, until=found.missing.send_by, today=clock.today())
    return catch_up


def _held(catch_up: CatchUp) -> CatchUp:
    """Session, enrolment, then the row itself, as a register holds them."""
    seminar, enrolment = lock(catch_up.seminar), lock(catch_up.enrolment)
    catch_up = lock(catch_up)
    catch_up.seminar, catch_up.enrolment = seminar, enrolment
    return catch_up


def _is_done_by(catch_up: CatchUp, to: CatchUpState, by: User) -> bool:
    return catch_up.state == to and catch_up.decided_by_id == by.pk


def _check_decision(catch_up: CatchUp, to: CatchUpState, revision: int, by: User) -> None:
    person = catch_up.enrolment.person
    if by.pk in {person.pk, person.alias.kept_person_id if hasattr(person, "alias") else None}:
        raise OwnCatchUp
    if catch_up.state != CatchUpState.SENT:
        raise CatchUpDecided(catch_up.get_state_display())
    check_move(catch_up, to)
    if catch_up.revision != revision:
        raise CatchUpReadEarlier


# --- what is offered -----------------------------------------------------------------------------


@transaction.atomic
def offer_catch_up(
    item: Item, *, cohort: Cohort | None, way: str, title: str, url: str = "", words: str = "", minutes: int, by: User
) -> CatchUpOffer:
    """Offer something in place of a session, to one cohort or to all. The same offer twice is one.

    Raises CannotBeCaughtUp, OfferSaysNothing and OfferElsewhere. Who may offer to whom is asked at the door.
    """
    wanted = {"way": way, "title": title.strip(), "url": url, "words": words.strip(), "minutes": minutes}
    item = lock(item)  # two who press at once make one
    _check_offer(item, cohort, url, words.strip())
    if there := CatchUpOffer.objects.filter(item=item, cohort=cohort, ended_at=None, **wanted).first():
        return there
    offer = CatchUpOffer.objects.create(item=item, cohort=cohort, offered_by=by, **wanted)
    record("catch-up-offer.made", offer, facts=_facts(offer), by=by)
    return offer


@transaction.atomic
def change_catch_up_offer(
    offer: CatchUpOffer, *, way: str, title: str, url: str = "", words: str = "", minutes: int, by: User
) -> CatchUpOffer:
    """Whoever has handed something in for it keeps it as their way. Raises OfferSaysNothing, OfferChangedMeanwhile."""
    offer = lock(offer)
    if offer.ended_at:
        raise OfferChangedMeanwhile
    wanted = {"way": way, "title": title.strip(), "url": url, "words": words.strip(), "minutes": minutes}
    _check_offer(offer.item, offer.cohort, url, words.strip())
    changed = differing(offer, wanted)
    if changed:
        for name in changed:
            setattr(offer, name, wanted[name])
        offer.save(update_fields=sorted(changed))
        record("catch-up-offer.changed", offer, facts=_facts(offer), by=by)
    return offer


@transaction.atomic
def end_catch_up_offer(offer: CatchUpOffer, *, by: User) -> CatchUpOffer:
    """Nobody finds it any more; what was handed in for it stands. Done twice, it is done once."""
    offer = lock(offer)
    if offer.ended_at is None:
        offer.ended_at = clock.now()
        offer.save(update_fields=["ended_at"])
        record("catch-up-offer.ended", offer, facts=_facts(offer), by=by)
    return offer


def _check_offer(item: Item, cohort: Cohort | None, url: str, words: str) -> None:
    if item.kind not in current_policy(item.version).catch_up_kinds:
        raise CannotBeCaughtUp(str(item.get_kind_display()))
    if not url and not words:
        raise OfferSaysNothing
    if cohort and cohort.version_id != item.version_id:
        raise OfferElsewhere


def _facts(offer: CatchUpOffer) -> dict[str, int | str | None]:
    return {"item": offer.item_id, "cohort": offer.cohort_id, "way": offer.way, "minutes": offer.minutes}
