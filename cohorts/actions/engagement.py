"""What people do in their own time, and what is taken off their lists."""

from datetime import date
from typing import Any

from django.db import transaction

from cohorts.errors import (
    CountsInNoSum,
    CreditOutOfRange,
    DeliveryOver,
    EnrolmentOver,
    NeedsRegister,
    NothingToRecord,
    NothingToTakeBack,
    NotOnList,
    NotPlaced,
    ReasonMissing,
    TooLateToTakeBack,
)
from cohorts.models import Completion, CreditReason, Enrolment, LedgerEntry, Membership, PersonalItem
from cohorts.queries import dates_of
from cohorts.queries.catch_up import missed_of, newest_catch_ups_of
from cohorts.queries.crediting import credits_of, measure_of
from cohorts.queries.evidence import has_nothing_behind_it, with_reading
from cohorts.queries.items import is_expected
from cohorts.queries.study import may_record_done
from cohorts.rules.catch_up import check_in_time, check_missing
from cohorts.rules.dates import end_of
from cohorts.states import LIVE_ENROLMENT, CatchUpState, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.db import lock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.actions import Letter, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy

from .behaviours import check_evaluated
from .catch_up_moves import settle_exempt, settle_needless
from .crediting import Cause, bring_up_to_date, credit_by_hand
from .timetable import follow_timetable


@transaction.atomic
def record_completion(enrolment: Enrolment, *, item: Item, by: User | None) -> Completion:
    """Record that an item done in one's own time is done, and credit it. A second call returns the first record.

    By the participant only once they have evaluated themselves, where their programme asks for that (S55).
    """
    enrolment = lock(enrolment)
    if item.kind in KINDS_WITH_REGISTER:
        raise NeedsRegister
    if completion := Completion.objects.filter(enrolment=enrolment, item=item).first():
        return completion
    check_may_complete(enrolment, item, by=by)
    completion = Completion.objects.create(enrolment=enrolment, item=item, recorded_by=by)
    _credit(completion, LedgerEntry.Source.COMPLETION, "completion.recorded", by=by)
    return completion


@transaction.atomic
def take_back_completion(enrolment: Enrolment, *, item: Item, by: User) -> Completion:
    """Take back what somebody recorded as done by mistake, while they can still record it: its credit goes with it.

    Only what they recorded themselves, and has nothing else behind it: work that was sent, a reflection or pages that
    were read stand for themselves. A second call returns what was taken back. Raises NothingToTakeBack and
    TooLateToTakeBack.
    """
    enrolment = lock(enrolment)
    found = with_reading(Completion.ever.filter(enrolment=enrolment, item=item), enrolment)
    completion: Completion | None = found.select_related("item").order_by("-pk").first()
    if completion is None or completion.recorded_by_id != by.pk or not has_nothing_behind_it(completion):
        raise NothingToTakeBack
    if completion.taken_back_at:
        return completion
    if not may_record_done(enrolment, item, clock.now()):
        raise TooLateToTakeBack
    completion.enrolment, completion.taken_back_at = enrolment, clock.now()
    completion.save(update_fields=["taken_back_at"])
    _credit(completion, LedgerEntry.Source.TAKEN_BACK, "completion.taken-back", by=by)
    return completion


def _credit(completion: Completion, source: LedgerEntry.Source, verb: str, *, by: User | None) -> None:
    """Bring the ledger to what the item is worth now, and write the entry of the trail."""
    enrolment, item = completion.enrolment, completion.item
    bring_up_to_date(
        [enrolment.pk],
        [item],
        policy=current_policy(enrolment.version),
        causes={enrolment.pk: Cause(source, completion.pk)},
        by=by,
    )
    record(verb, completion, facts={"enrolment": enrolment.pk, "item": item.pk}, by=by)


@transaction.atomic
def exempt_item(enrolment: Enrolment, *, item: Item, reason: str, by: User | None) -> PersonalItem:
    """Take an item off somebody's list: it leaves the sum, and so does any credit for it.

    A catch-up that is open for it is not needed any more. The participant is told of both, with the reason.
    `expect_item` undoes it.
    """
    line = line_to_change(enrolment, item)
    if letter := take_off(line, reason=reason, by=by):
        queue_messages([letter])
    return line


def take_off(line: PersonalItem, *, reason: str, by: User | None) -> Letter | None:
    """What `exempt_item` does; the letter is the caller's to queue. None where the item is off the list already."""
    if line.expectation == PersonalItem.Expectation.EXEMPT:
        return None
    if not reason.strip():
        raise ReasonMissing
    entry = _expect(line, PersonalItem.Expectation.EXEMPT, "item.exempted", reason=reason, by=by)
    return _letter(line, entry, reason=reason, has_catch_up=settle_exempt(line, by=by))


@transaction.atomic
def expect_item(enrolment: Enrolment, *, item: Item, reason: str, by: User | None) -> PersonalItem:
    """Take an exemption back. The item counts again, with whatever is credited for it; they are told."""
    line = line_to_change(enrolment, item)
    if line.expectation == PersonalItem.Expectation.EXEMPT and not reason.strip():
        raise ReasonMissing
    if letter := put_back(line, reason=reason, by=by):
        queue_messages([letter])
    return line


def put_back(line: PersonalItem, *, reason: str, by: User | None) -> Letter | None:
    """The item counts again. Of a register that is mended on its day there may be no reason to tell.

    The letter is the caller's to queue; None where the item was on the list.
    """
    if line.expectation != PersonalItem.Expectation.EXEMPT:
        return None
    entry = _expect(line, PersonalItem.Expectation.EXPECTED, "item.expected-again", reason=reason, by=by)
    follow_timetable(Membership.objects.filter(enrolment=line.enrolment_id, to_on=None))
    return _letter(line, entry, reason=reason, send_by=_to_send_again_by(line))


def _to_send_again_by(line: PersonalItem) -> date | None:
    """Until when a catch-up that was not needed meanwhile may be sent anew; None where there is none, or no time."""
    last = newest_catch_ups_of(line.enrolment).get(line.item_id)
    if last is None or last.state != CatchUpState.NOT_NEEDED:
        return None
    missing = missed_of(line.enrolment, line.item).missing
    try:
        check_missing(missing, clock.now())
        if missing.send_by:
            check_in_time(missing.send_by, clock.now())
    except RuleViolation:
        return None
    return missing.send_by


@transaction.atomic
def adjust_credit(
    enrolment: Enrolment, *, item: Item, credited: int, reason: str, by: User | None
) -> LedgerEntry | None:
    """Credit so much for an item, in the units of its component, whatever its register or its record are worth.

    The difference is a new entry, with its reason beside it; what is recorded of the item later comes on top, or goes
    off it. The participant is told. Where so much is credited already, nothing is entered, and None comes back.
    Raises NotOnList, EnrolmentOver, ReasonMissing, CountsInNoSum and CreditOutOfRange.
    """
    line = line_to_change(enrolment, item)
    if line.expectation != PersonalItem.Expectation.EXPECTED:
        raise NotOnList
    if not reason.strip():
        raise ReasonMissing
    policy = current_policy(line.enrolment.version)
    measure = measure_of(item, policy, components=policy.components.all())
    if measure is None:
        raise CountsInNoSum
    if not 0 <= credited <= measure.full:
        raise CreditOutOfRange(measure.full, measure.unit)
    before = credits_of([enrolment.pk], [item], policy).get((enrolment.pk, item.pk))
    entries = credit_by_hand(
        line.enrolment, {item: credited}, policy=policy, source=LedgerEntry.Source.ADJUSTMENT, by=by
    )
    if not entries:
        return None
    entry = entries[0]
    CreditReason.objects.create(entry=entry, text=reason.strip())
    facts = {"enrolment": enrolment.pk, "item": item.pk, "was": before.held if before else 0, "credited": credited}
    record("credit.adjusted", entry, facts=facts, by=by)
    settled = settle_needless(credits_of([enrolment.pk], [item], policy), by=by)
    queue_message(
        "credit-adjusted",
        to=line.enrolment.person,
        about=line.enrolment,
        key=f"credit-adjusted:{entry.pk}:{line.enrolment.person_id}",
        words={
            "item": item,
            "credited": credited,
            "full": measure.full,
            "unit": measure.unit,
            "reason": reason.strip(),
            "has_catch_up": bool(settled),
        },
    )
    return entry


def line_to_change(enrolment: Enrolment, item: Item) -> PersonalItem:
    """Their line of that item, held with the enrolment. Raises NotOnList and EnrolmentOver."""
    enrolment = lock(enrolment)
    line = PersonalItem.objects.filter(enrolment=enrolment, item=item).first()
    if line is None:
        raise NotOnList
    line.enrolment = enrolment
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    return line


def _expect(
    line: PersonalItem,
    expectation: PersonalItem.Expectation,
    verb: str,
    *,
    reason: str,
    by: User | None,
) -> Entry:
    line.expectation = expectation
    line.save(update_fields=["expectation"])
    facts = {"enrolment": line.enrolment_id, "item": line.item_id}
    return record(verb, line, facts=facts, words={"reason": reason.strip()} if reason.strip() else None, by=by)


def _letter(line: PersonalItem, entry: Entry, *, reason: str, **words: Any) -> Letter:
    return Letter(
        "exemption-changed",
        line.enrolment.person,
        f"exemption-changed:{entry.pk}:{line.enrolment.person_id}",
        about=line.enrolment,
        words={
            "item": line.item,
            "is_exempt": line.expectation == PersonalItem.Expectation.EXEMPT,
            "reason": reason.strip(),
            **words,
        },
    )


def check_may_complete(enrolment: Enrolment, item: Item, *, by: User | None) -> None:
    """Whether something that one does in one's own time may be recorded now. `enrolment` is locked by the caller."""
    check_evaluated(enrolment, by=by)
    if enrolment.state != EnrolmentState.ACTIVE:
        raise NothingToRecord
    if not is_expected(enrolment, item):
        raise NotOnList
    stay = Membership.objects.filter(enrolment=enrolment, to_on=None).select_related("cohort__version").first()
    if stay is None:
        raise NotPlaced
    ends_on = dates_of(stay.cohort).delivery_ends_on
    if clock.now() >= end_of(ends_on):
        raise DeliveryOver(ends_on)
