"""Registers: what they say is appended, and the ledger gets the difference."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from cohorts.errors import (
    CannotBeCaughtUp,
    CatchUpClosed,
    CaughtUpAlready,
    NotOnRegister,
    OnlyCaughtUp,
    ReasonNeeded,
    SeminarCancelled,
)
from cohorts.models import AttendanceMark, AttendanceNote, CatchUp, Enrolment, LedgerEntry, Membership, Seminar
from cohorts.queries import members_on, newest_marks
from cohorts.rules.dates import catch_up_until, end_of, first_moment, london_date
from cohorts.rules.engagement import MarkInput, settle_mark
from cohorts.rules.timetable import check_register_open
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import current_policy

from .appeal_moves import settle_appeals
from .catch_up_moves import settle
from .crediting import Cause, bring_up_to_date
from .engagement import line_to_change, put_back, take_off


@transaction.atomic
def record_register(seminar: Seminar, *, marks: Mapping[int, MarkInput], by: User | None) -> list[AttendanceMark]:
    """Write down who was there, by enrolment. Returns the marks that are new; what stood already adds nothing.

    A part of the people may be marked now and the rest later: whoever is not named keeps what stands. Credit moves
    by the difference to what the ledger holds for the item. A mark that has stood since an earlier day changes only
    with a reason; both are kept, also where somebody else has marked the same person a moment ago. Whoever is marked
    exempt needs one too: the item leaves their list, until another mark puts it back. Whatever a mark brings about,
    they are told in one letter.
    """
    written, letters = write_register(seminar, marks=marks, by=by)
    queue_messages(letters.values())
    return written


def write_register(
    seminar: Seminar, *, marks: Mapping[int, MarkInput], by: User | None
) -> tuple[list[AttendanceMark], dict[int, Letter]]:
    """What `record_register` does, and what there is to tell of it, by enrolment: for the caller to queue or to say."""
    seminar = lock(seminar)
    if seminar.state != SeminarState.SCHEDULED:
        raise SeminarCancelled
    check_register_open(seminar.starts_at, clock.now())
    people = {
        person.pk: person
        for person in Enrolment.objects.select_for_update(of=("self",))
        .select_related("person")
        .filter(pk__in=list(marks))
        .order_by("pk")
    }
    policy = current_policy(seminar.cohort.version)
    roll = _Roll.of(seminar, policy, people)
    standing = newest_marks(seminar)
    changes = {}
    for pk, given in marks.items():
        if pk not in roll.there_from:
            raise NotOnRegister
        name = str(people[pk].person)
        mark = settle_mark(given, name=name, item_minutes=seminar.item.minutes)
        before = standing.get(pk)
        if before and _says_the_same(before, mark):
            continue
        if before is None or before.status != mark.status:
            roll.check(pk, name, mark)
        _check_reason(name, before, mark)
        changes[pk] = mark
    if not changes:
        return [], {}
    written = _write(seminar, changes, by=by)
    credited = _credit(seminar, policy, written, by=by)
    exempted = _exempt(seminar, written, standing, changes, by=by)
    record("register.recorded", seminar, facts={"marks": len(written)}, by=by)
    # Of somebody's letters the later one says what the earlier ones would have.
    letters = settle(written, credited=credited, by=by) | exempted
    reasons = {pk: mark.reason for pk, mark in changes.items()}
    letters |= settle_appeals(written, reasons=reasons, beside=letters, by=by)
    for new in written:
        reason = changes[new.enrolment_id].reason
        if new.enrolment_id not in standing:
            if reason:
                facts = {"enrolment": new.enrolment_id}
                record("mark.explained", new, facts=facts, words={"reason": reason}, by=by)
        else:
            record(
                "mark.changed",
                new,
                facts={"from": standing[new.enrolment_id].pk, "enrolment": new.enrolment_id},
                words={"reason": reason} if reason else None,
                by=by,
            )
    return written, letters


def mark_caught_up(seminar: Seminar, enrolment: Enrolment, *, by: User | None) -> tuple[AttendanceMark, bool]:
    """The mark of a catch-up that is accepted, and the credit it brings, whatever day it is.

    Also whether it settles what they asked of the mark before; the letter about the catch-up says so.
    For `accept_catch_up`, which holds session and enrolment and has seen that something is left to credit.
    """
    before = newest_marks(seminar).get(enrolment.pk)
    caught_up = MarkInput(AttendanceMark.Status.CAUGHT_UP)
    written = _write(seminar, {enrolment.pk: caught_up}, by=by)
    _credit(seminar, current_policy(seminar.cohort.version), written, by=by)
    if before:
        record("mark.changed", written[0], facts={"from": before.pk, "enrolment": enrolment.pk}, by=by)
    asked = settle_appeals(written, reasons={}, beside={}, by=by)
    return written[0], bool(asked)


@dataclass(frozen=True)
class _Roll:
    """Who may be marked, and from when each was in the group."""

    there_from: dict[int, datetime]
    missed_at: datetime
    policy: EngagementPolicy
    kind: str

    @classmethod
    def of(cls, seminar: Seminar, policy: EngagementPolicy, people: Iterable[int]) -> "_Roll":
        """Those in the group on the day, those who have joined it since, its guests, and those marked before."""
        day = london_date(seminar.starts_at)
        later = Membership.objects.filter(cohort=seminar.cohort, from_on__gt=day)
        if seminar.group:
            later = later.filter(group=seminar.group)
        stays = (members_on(day, cohort=seminar.cohort, group=seminar.group) | later).filter(enrolment__in=people)
        there_from: dict[int, datetime] = {}
        for stay in stays.order_by("-from_on"):
            there_from[stay.enrolment_id] = first_moment(stay.from_on)
        marked = seminar.marks.filter(enrolment__in=people).values_list("enrolment_id", flat=True)
        guests = seminar.guests.filter(enrolment__in=people, ended_at=None).values_list("enrolment_id", flat=True)
        for pk in marked.order_by().union(guests.order_by()):
            there_from[pk] = min(seminar.starts_at, there_from.get(pk, seminar.starts_at))
        return cls(there_from, seminar.ends_at, policy, seminar.item.kind)

    def check(self, pk: int, name: str, mark: MarkInput) -> None:
        joined_later = self.there_from[pk] > self.missed_at
        if joined_later and mark.status != "caught_up":
            raise OnlyCaughtUp(name)
        if mark.status == "caught_up":
            if self.kind not in self.policy.catch_up_kinds:
                raise CannotBeCaughtUp(ItemKind(self.kind).label)
            until = catch_up_until(max(self.missed_at, self.there_from[pk]), self.policy.catch_up_days)
            if clock.now() >= end_of(until):
                raise CatchUpClosed(name, until)


def _check_reason(name: str, before: AttendanceMark | None, mark: MarkInput) -> None:
    """A slip is mended on the day; catching up is no correction. Anything else needs a reason."""
    caught_up = AttendanceMark.Status.CAUGHT_UP
    if before is None or mark.reason or (mark.status == caught_up != before.status):
        return
    if before.status == caught_up and mark.status not in {caught_up, AttendanceMark.Status.PRESENT}:
        accepted = CatchUp.objects.filter(mark=before).first()
        if accepted and accepted.decided_at:
            raise CaughtUpAlready(name, clock.london_date(accepted.decided_at))
    recorded_on = clock.london_date(before.recorded_at)
    if recorded_on != clock.today():
        raise ReasonNeeded(name, recorded_on)


def _says_the_same(before: AttendanceMark, mark: MarkInput) -> bool:
    note = before.note.text if hasattr(before, "note") else ""
    return (before.status, before.minutes, note) == (mark.status, mark.minutes, mark.note)


def _write(seminar: Seminar, changes: Mapping[int, MarkInput], *, by: User | None) -> list[AttendanceMark]:
    written = AttendanceMark.objects.bulk_create(
        AttendanceMark(seminar=seminar, enrolment_id=pk, status=mark.status, minutes=mark.minutes, recorded_by=by)
        for pk, mark in sorted(changes.items())
    )
    AttendanceNote.objects.bulk_create(
        AttendanceNote(mark=mark, text=changes[mark.enrolment_id].note)
        for mark in written
        if changes[mark.enrolment_id].note
    )
    return written


def _credit(
    seminar: Seminar, policy: EngagementPolicy, written: list[AttendanceMark], *, by: User | None
) -> dict[int, int]:
    """Bring each ledger to what the item's registers are worth: the best of them, where someone sat in two groups.

    Returns what has changed, by enrolment.
    """
    causes = {mark.enrolment_id: _cause(mark) for mark in written}
    changes = bring_up_to_date(causes, [seminar.item], policy=policy, causes=causes, by=by)
    return {pk: change for (pk, _), change in changes.items()}


def _cause(mark: AttendanceMark) -> Cause:
    caught_up = mark.status == AttendanceMark.Status.CAUGHT_UP
    return Cause(LedgerEntry.Source.CATCH_UP if caught_up else LedgerEntry.Source.REGISTER, mark.pk)


def _exempt(
    seminar: Seminar,
    written: list[AttendanceMark],
    standing: Mapping[int, AttendanceMark],
    changes: Mapping[int, MarkInput],
    *,
    by: User | None,
) -> dict[int, Letter]:
    """The item leaves the list of whoever is marked exempt, and comes back with the next mark that says otherwise.

    Returns what there is to tell of it, by enrolment.
    """
    exempt, letters = AttendanceMark.Status.EXEMPT, {}
    for mark in written:
        before, reason = standing.get(mark.enrolment_id), changes[mark.enrolment_id].reason
        was_exempt = before is not None and before.status == exempt
        if mark.status != exempt and not was_exempt:
            continue
        change = take_off if mark.status == exempt else put_back
        if letter := change(line_to_change(mark.enrolment, seminar.item), reason=reason, by=by):
            letters[mark.enrolment_id] = letter
    return letters
