"""Sessions: scheduling, moving, switching, replacing, cancelling. What people know of is told them at once.

What is only planned is changed by the same actions, and nobody is told; see `cohorts.actions.drafts` for changes that
wait for a publication.
"""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from cohorts.errors import (
    CancelledAlready,
    CohortClosed,
    CohortInDraft,
    DraftHasFaults,
    GroupOfAnotherCohort,
    ItemOfAnotherVersion,
    NoRegisterForKind,
    NotCancelled,
    ReasonMissing,
    SeminarCancelled,
    SittingExists,
    StillInDraft,
    ToldAlready,
)
from cohorts.models import (
    Cohort,
    Group,
    GuestPlace,
    LedgerEntry,
    Membership,
    PendingChange,
    PersonalItem,
    Seminar,
    SeminarChange,
    TimetablePublication,
    Venue,
)
from cohorts.queries import who_is_expected_at
from cohorts.queries.drafts import Edit, Rows, arrangement_of, concerned, draft_of, faults_of
from cohorts.queries.history import reasons_of
from cohorts.rules.timetable import Arrangement, rebased
from cohorts.states import HOLDING, CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record, record_many
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER
from npqh_portal.programmes.models import Item

from .bookings import book, check, hold
from .calendars import bring_invitations_up_to_date
from .guest_places import guests_sent_back, keep_guests_away, send_guests_back
from .telling import change_of, deeds, facts, letters


@transaction.atomic
def schedule_seminar(
    cohort: Cohort,
    *,
    item: Item,
    group: Group | None,
    facilitator: User | None,
    starts_at: datetime,
    ends_at: datetime,
    mode: str,
    venue: Venue | None = None,
    joining_url: str = "",
    told: bool = True,
    by: User | None,
) -> Seminar:
    """Put a sitting of an item into a group's timetable; into the whole cohort's, without a group.

    Books venue, facilitator and group. In a draft cohort, or when nobody is to be told yet, it is planned until the
    timetable is published. Else everybody whom it concerns is told at once, and an item whose only sitting was
    cancelled is expected again.
    """
    if item.kind not in KINDS_WITH_REGISTER:
        raise NoRegisterForKind(item.get_kind_display())
    if item.version_id != cohort.version_id:
        raise ItemOfAnotherVersion
    if group and group.cohort_id != cohort.pk:
        raise GroupOfAnotherCohort
    cohort = lock(cohort)
    if Seminar.objects.filter(cohort=cohort, group=group, item=item, state__in=HOLDING).exists():
        raise SittingExists
    after = Arrangement(
        starts_at, ends_at, mode, venue.pk if venue else None, joining_url, facilitator.pk if facilitator else None
    ).tidied()
    seminar = arrange(Seminar(cohort=cohort, group=group, item=item), after)
    edit = Edit(seminar, None, after)
    rows = hold([edit])
    check([edit], rows)
    seminar.save()
    if told and cohort.state != CohortState.DRAFT:
        carry_out([edit], rows=rows, by=by)
        return seminar
    book([edit], rows)
    record("seminar.planned", seminar, facts={"cohort": cohort.pk, **facts(edit)}, by=by)
    return seminar


def rehold_seminar(
    cancelled: Seminar,
    *,
    facilitator: User | None,
    starts_at: datetime,
    ends_at: datetime,
    mode: str,
    venue: Venue | None = None,
    joining_url: str = "",
    told: bool = True,
    by: User | None,
) -> Seminar:
    """Hold anew what was cancelled: another sitting of the same item, for the same people."""
    if cancelled.state != SeminarState.CANCELLED:
        raise NotCancelled
    return schedule_seminar(
        cancelled.cohort,
        item=cancelled.item,
        group=cancelled.group,
        facilitator=facilitator,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        venue=venue,
        joining_url=joining_url,
        told=told,
        by=by,
    )


@transaction.atomic
def reschedule_seminar(
    seminar: Seminar, *, starts_at: datetime, ends_at: datetime, venue: Venue | None = None, by: User | None
) -> Seminar:
    """Move a session to another time, and into another hall where one is named.

    Refused once its register is taken: then it has been.
    """
    seminar = _locked(seminar)
    to = replace(arrangement_of(seminar), starts_at=starts_at, ends_at=ends_at)
    return _become(seminar, replace(to, venue=venue.pk) if venue else to, by=by)


@transaction.atomic
def switch_mode(
    seminar: Seminar, *, mode: str, venue: Venue | None = None, joining_url: str = "", by: User | None
) -> Seminar:
    """Hold it online, in person, or both at once, or in another hall. Its history and register stay (S80)."""
    seminar = _locked(seminar)
    to = replace(arrangement_of(seminar), mode=mode, venue=venue.pk if venue else None, joining_url=joining_url)
    return _become(seminar, to, by=by)


@transaction.atomic
def change_link(seminar: Seminar, *, joining_url: str, by: User | None) -> Seminar:
    """Give another joining link. It stands on the session's page from its time on, and in no letter."""
    seminar = _locked(seminar)
    return _become(seminar, replace(arrangement_of(seminar), joining_url=joining_url), by=by)


@transaction.atomic
def replace_facilitator(seminar: Seminar, *, facilitator: User | None, by: User | None) -> Seminar:
    """Let somebody else lead it; with None nobody does, until somebody is found."""
    seminar = _locked(seminar)
    to = replace(arrangement_of(seminar), facilitator=facilitator.pk if facilitator else None)
    return _become(seminar, to, by=by)


@transaction.atomic
def cancel_seminar(seminar: Seminar, *, reason: str, by: User | None) -> Seminar:
    """Call a session off. Until another is scheduled its item is not expected, so nobody loses by it (T48).

    Twice with the same reason does it once; another reason than people were told is refused.
    """
    seminar = lock(seminar)
    if seminar.state == SeminarState.CANCELLED:
        if (told := reasons_of([seminar]).get(seminar.pk, "")) != reason.strip():
            raise CancelledAlready(told)
        return seminar
    if seminar.state == SeminarState.PLANNED:
        raise StillInDraft
    if not reason.strip():
        raise ReasonMissing
    edit = Edit(seminar, arrangement_of(seminar), None, reason.strip())
    rows = hold([edit])
    check([edit], rows)
    PendingChange.objects.filter(seminar=seminar).delete()
    carry_out([edit], rows=rows, by=by)
    return seminar


@transaction.atomic
def discard_seminar(seminar: Seminar, *, by: User | None) -> None:
    """Take a planned session out of the draft. Nobody has been told of it; one discarded already is left alone."""
    found = Seminar.objects.select_for_update().filter(pk=seminar.pk).first()
    if found is None:
        return
    if found.state != SeminarState.PLANNED:
        raise ToldAlready
    facts = {"cohort": found.cohort_id, "group": found.group_id, "item": found.item_id}
    record("seminar.discarded", found, facts=facts, by=by)
    found.delete()


@transaction.atomic
def publish_timetable(cohort: Cohort, *, by: User | None) -> TimetablePublication | None:
    """Make a cohort's draft its timetable, all of it or nothing, and tell each whom it concerns in one letter.

    None where there is nothing in the draft: publishing twice does nothing.
    """
    cohort = lock(cohort)
    edits = draft_of(cohort)
    if not edits:
        return None
    if cohort.state == CohortState.DRAFT:
        raise CohortInDraft
    if cohort.state == CohortState.CLOSED:
        raise CohortClosed
    in_order(edit.seminar for edit in edits)
    edits = draft_of(cohort)
    rows = hold(edits)
    faults = zip(edits, faults_of(edits, rows=rows), strict=True)
    if found := [(_called(edit), str(fault)) for edit, ones in faults for fault in ones]:
        raise DraftHasFaults(found)
    newest = cohort.publications.aggregate(newest=Max("number"))["newest"] or 0
    publication = TimetablePublication.objects.create(cohort=cohort, number=newest + 1, by=by)
    PendingChange.objects.filter(seminar__cohort=cohort).delete()
    carry_out(edits, rows=rows, publication=publication, by=by)
    record("timetable.published", cohort, facts={"number": publication.number, "sessions": len(edits)}, by=by)
    return publication


def in_order(seminars: Iterable[Seminar]) -> None:
    """Lock them: whoever changes one of them directly comes before, or after."""
    keys = [seminar.pk for seminar in seminars]
    list(Seminar.objects.select_for_update(of=("self",)).filter(pk__in=keys).order_by("pk"))


def _called(edit: Edit) -> str:
    return f"“{edit.seminar}” of {edit.seminar.group or edit.seminar.cohort}"


def carry_out(
    edits: Sequence[Edit], *, rows: Rows, publication: TimetablePublication | None = None, by: User | None
) -> None:
    """Make sessions that people know of, or are to know of now, what the edits say; and tell whom it concerns.

    The one place where this is done. Everything that the edits name is locked, and they have been checked. What the
    changed ones booked is given up before anything is booked anew, so that two may swap their halls.
    """
    keep_guests_away(edits)
    expected = who_is_expected_at(edit.seminar for edit in edits)
    back = guests_sent_back(edits)
    telling = concerned(edits, at=clock.now(), rows=rows, expected=expected, told_otherwise=back)
    for edit in edits:
        seminar = edit.seminar
        seminar.state = SeminarState.SCHEDULED if edit.after else SeminarState.CANCELLED
        if edit.before:
            seminar.revision += 1
        if edit.after:
            arrange(seminar, edit.after)
    Seminar.objects.bulk_update([edit.seminar for edit in edits], [*COLUMNS, "state", "revision"])
    book(edits, rows)
    follow_timetable(_members_where_sittings_come_or_go(edits))
    SeminarChange.objects.bulk_create(change_of(edit, publication, by) for edit in edits)
    record_many([deed for edit in edits for deed in deeds(edit, publication)], by=by)
    queue_messages(letters(edits, telling, rows, publication))
    send_guests_back(edits, by=by)
    bring_invitations_up_to_date({*telling, *(person for people in back.values() for person in people)}, by=by)


def _members_where_sittings_come_or_go(edits: Sequence[Edit]) -> QuerySet[Membership]:
    """A move or a switch leaves everybody's list as it is."""
    groups = Q(pk=None)
    for seminar in (edit.seminar for edit in edits if edit.before is None or edit.after is None):
        of_one = (
            Q(cohort=seminar.cohort_id, group=seminar.group_id) if seminar.group_id else Q(cohort=seminar.cohort_id)
        )
        groups |= of_one | Q(enrolment__guest_places__seminar=seminar.pk, enrolment__guest_places__ended_at=None)
    return Membership.objects.filter(groups, to_on=None)


def follow_timetable(memberships: QuerySet[Membership]) -> None:
    """Bring people's lists in line with their present group's timetable, and with where they are guests instead.

    An item whose every sitting was cancelled leaves the list, unless it has been credited already; it is
    expected again as soon as a sitting is scheduled.
    """
    sittings = Seminar.objects.filter(
        Q(group=None) | Q(group=F("cohort__memberships__group")),
        item=OuterRef("item"),
        cohort__memberships__enrolment=OuterRef("enrolment"),
        cohort__memberships__to_on=None,
    )
    elsewhere = GuestPlace.objects.filter(
        enrolment=OuterRef("enrolment"), seminar__item=OuterRef("item"), ended_at=None
    )
    scheduled = Exists(sittings.filter(state=SeminarState.SCHEDULED)) | Exists(
        elsewhere.filter(seminar__state=SeminarState.SCHEDULED)
    )
    cancelled = Exists(sittings.filter(state=SeminarState.CANCELLED))
    credited = Exists(LedgerEntry.objects.filter(enrolment=OuterRef("enrolment"), item=OuterRef("item")))
    expectation = PersonalItem.Expectation
    lists = PersonalItem.objects.filter(enrolment__in=memberships.values("enrolment"))
    lists.filter(cancelled, ~scheduled, ~credited, expectation=expectation.EXPECTED).update(
        expectation=expectation.CANCELLED
    )
    lists.filter(scheduled | ~cancelled, expectation=expectation.CANCELLED).update(expectation=expectation.EXPECTED)


# --- one session ---------------------------------------------------------------------------------

COLUMNS = ("starts_at", "ends_at", "mode", "venue", "joining_url", "facilitator")


def _locked(seminar: Seminar) -> Seminar:
    seminar = lock(seminar)
    if seminar.state == SeminarState.CANCELLED:
        raise SeminarCancelled
    return seminar


def _become(seminar: Seminar, to: Arrangement, *, by: User | None) -> Seminar:
    """Change it where it stands: in the draft without a word, else in the timetable, with everybody told."""
    edit = Edit(seminar, arrangement_of(seminar), to.tidied())
    if not edit.what:
        return seminar
    rows = hold([edit])
    check([edit], rows)
    if seminar.state == SeminarState.SCHEDULED:
        carry_draft_along(edit)
        carry_out([edit], rows=rows, by=by)
        return seminar
    assert edit.after  # noqa: S101  # given just above
    arrange(seminar, edit.after).save(update_fields=COLUMNS)
    book([edit], rows)
    record_many(deeds(edit, None), by=by)
    return seminar


def carry_draft_along(edit: Edit) -> None:
    """What a draft of the session does not touch follows; a draft that says nothing new any more is dropped."""
    pending = PendingChange.objects.filter(seminar=edit.seminar).first()
    if pending is None or edit.before is None or edit.after is None:
        return
    now = rebased(arrangement_of(pending), before=edit.before, after=edit.after)
    if now == edit.after and not pending.is_cancelled:
        pending.delete()
        return
    for name, value in columns_of(now).items():
        setattr(pending, name, value)
    pending.save()


def arrange(seminar: Seminar, to: Arrangement) -> Seminar:
    seminar.starts_at, seminar.ends_at, seminar.mode = to.starts_at, to.ends_at, to.mode
    seminar.venue_id, seminar.joining_url, seminar.facilitator_id = to.venue, to.joining_url, to.facilitator
    return seminar


def columns_of(arrangement: Arrangement) -> dict[str, Any]:
    """By the names of the columns in which keys are stored."""
    names = {"venue": "venue_id", "facilitator": "facilitator_id"}
    return {names.get(name, name): value for name, value in asdict(arrangement).items()}
