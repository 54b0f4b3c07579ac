"""Seminars: scheduling, moving, switching between hall and screen, cancelling; and what each of them books."""

from datetime import datetime

from django.db import IntegrityError, OperationalError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cohorts.errors import (
    AlreadyBooked,
    GroupOfAnotherCohort,
    ItemOfAnotherVersion,
    NoRegisterForKind,
    NotAFacilitator,
    ReasonMissing,
    RegisterTaken,
    SeminarCancelled,
    SittingExists,
)
from cohorts.models import Booking, Cohort, Group, LedgerEntry, Membership, PersonalItem, Seminar, Venue
from cohorts.queries import concerns_people
from cohorts.rules.timetable import check_ahead, check_place_of_sitting, check_times
from cohorts.states import HOLDING, SEMINAR_MOVES, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, Mode
from npqh_portal.programmes.models import Item

# What PostgreSQL says of two bookings at once: refused by the constraint, or found waiting for each other.
EXCLUSION_VIOLATION, DEADLOCK = "23P01", "40P01"


@transaction.atomic
def schedule_seminar(
    cohort: Cohort,
    *,
    item: Item,
    group: Group | None,
    facilitator: User,
    starts_at: datetime,
    ends_at: datetime,
    mode: Mode,
    venue: Venue | None = None,
    joining_url: str = "",
    by: User | None,
) -> Seminar:
    """Put a sitting of an item into a group's timetable; into the whole cohort's, without a group.

    Books venue, facilitator and group. An item whose only sitting was cancelled is expected again.
    """
    if not has_role(facilitator, Role.FACILITATOR):
        raise NotAFacilitator(str(facilitator))
    if item.kind not in KINDS_WITH_REGISTER:
        raise NoRegisterForKind(item.get_kind_display())
    if item.version_id != cohort.version_id:
        raise ItemOfAnotherVersion
    if group and group.cohort_id != cohort.pk:
        raise GroupOfAnotherCohort
    check_times(starts_at, ends_at)
    check_ahead(starts_at, course_starts_on=cohort.starts_on, today=clock.today())
    check_place_of_sitting(mode, has_venue=venue is not None)
    seminar = Seminar(
        cohort=cohort,
        group=group,
        item=item,
        facilitator=facilitator,
        starts_at=starts_at,
        ends_at=ends_at,
        mode=mode,
        venue=venue if mode == Mode.FACE_TO_FACE else None,
        joining_url=joining_url if mode == Mode.ONLINE else "",
    )
    _hold(seminar)
    if Seminar.objects.filter(cohort=cohort, group=group, item=item, state__in=HOLDING).exists():
        raise SittingExists
    seminar.save()
    _book(seminar)
    follow_timetable(_members_now(seminar))
    record(
        "seminar.scheduled",
        seminar,
        facts={
            "cohort": cohort.pk,
            "group": group.pk if group else None,
            "item": item.pk,
            "starts_at": starts_at.isoformat(),
        },
        by=by,
    )
    return seminar


@transaction.atomic
def reschedule_seminar(seminar: Seminar, *, starts_at: datetime, ends_at: datetime, by: User | None) -> Seminar:
    """Move a sitting to another time. Refused once its register is taken: then it has been."""
    seminar = _locked(seminar)
    if (seminar.starts_at, seminar.ends_at) == (starts_at, ends_at):
        return seminar
    if seminar.marks.exists():
        raise RegisterTaken
    check_times(starts_at, ends_at)
    check_ahead(starts_at, course_starts_on=seminar.cohort.starts_on, today=clock.today())
    before = seminar.starts_at
    seminar.starts_at, seminar.ends_at = starts_at, ends_at
    _change(seminar, "starts_at", "ends_at")
    record(
        "seminar.rescheduled",
        seminar,
        facts={"from": before.isoformat(), "to": starts_at.isoformat(), "revision": seminar.revision},
        by=by,
    )
    _tell(seminar)
    return seminar


@transaction.atomic
def switch_mode(
    seminar: Seminar, *, mode: Mode, venue: Venue | None = None, joining_url: str = "", by: User | None
) -> Seminar:
    """Hold it online instead of in person, in another hall, or back. Its history and register stay (S80)."""
    seminar = _locked(seminar)
    check_place_of_sitting(mode, has_venue=venue is not None)
    venue = venue if mode == Mode.FACE_TO_FACE else None
    joining_url = joining_url if mode == Mode.ONLINE else ""
    if (seminar.mode, seminar.venue, seminar.joining_url) == (mode, venue, joining_url):
        return seminar
    seminar.mode, seminar.venue, seminar.joining_url = mode, venue, joining_url
    _change(seminar, "mode", "venue", "joining_url")
    record(
        "seminar.mode-switched",
        seminar,
        facts={"mode": mode.value, "venue": venue.pk if venue else None, "revision": seminar.revision},
        by=by,
    )
    _tell(seminar)
    return seminar


@transaction.atomic
def cancel_seminar(seminar: Seminar, *, reason: str, by: User | None) -> Seminar:
    """Call a sitting off. Until another is scheduled its item is not expected, so nobody loses by it (T48)."""
    seminar = lock(seminar)
    if seminar.state == SeminarState.CANCELLED:
        return seminar
    if SeminarState.CANCELLED not in SEMINAR_MOVES[SeminarState(seminar.state)] or seminar.marks.exists():
        raise RegisterTaken
    if not reason.strip():
        raise ReasonMissing
    seminar.state = SeminarState.CANCELLED
    seminar.revision += 1
    seminar.save(update_fields=["state", "revision"])
    seminar.bookings.all().delete()
    follow_timetable(_members_now(seminar))
    record("seminar.cancelled", seminar, words={"reason": reason.strip()}, by=by)
    _tell(seminar, reason=reason.strip())
    return seminar


def follow_timetable(memberships: QuerySet[Membership]) -> None:
    """Bring people's lists in line with their present group's timetable.

    An item whose every sitting was cancelled leaves the list, unless it has been credited already; it is
    expected again as soon as a sitting is scheduled.
    """
    sittings = Seminar.objects.filter(
        Q(group=None) | Q(group=F("cohort__memberships__group")),
        item=OuterRef("item"),
        cohort__memberships__enrolment=OuterRef("enrolment"),
        cohort__memberships__to_on=None,
    )
    scheduled = Exists(sittings.filter(state=SeminarState.SCHEDULED))
    cancelled = Exists(sittings.filter(state=SeminarState.CANCELLED))
    credited = Exists(LedgerEntry.objects.filter(enrolment=OuterRef("enrolment"), item=OuterRef("item")))
    expectation = PersonalItem.Expectation
    lists = PersonalItem.objects.filter(enrolment__in=memberships.values("enrolment"))
    lists.filter(cancelled, ~scheduled, ~credited, expectation=expectation.EXPECTED).update(
        expectation=expectation.CANCELLED
    )
    lists.filter(scheduled | ~cancelled, expectation=expectation.CANCELLED).update(expectation=expectation.EXPECTED)


def _locked(seminar: Seminar) -> Seminar:
    seminar = lock(seminar)
    if seminar.state == SeminarState.CANCELLED:
        raise SeminarCancelled
    return seminar


def _change(seminar: Seminar, *fields: str) -> None:
    seminar.revision += 1
    _hold(seminar)
    seminar.save(update_fields=[*fields, "revision"])
    _book(seminar)


def _groups(seminar: Seminar) -> list[Group]:
    """The groups that a sitting takes up: every one of the cohort, where it names none."""
    if seminar.group:
        return [seminar.group]
    return list(seminar.cohort.groups.order_by("pk"))


def _hold(seminar: Seminar) -> None:
    """Lock whatever the sitting books, always in this order, so that two bookings wait for, not on, each other."""
    if seminar.facilitator:
        lock(seminar.facilitator)
    for group in _groups(seminar):
        lock(group)
    if seminar.venue:
        lock(seminar.venue)


def _book(seminar: Seminar) -> None:
    """Book anew. The constraint in the database has the last word; the look beforehand only finds better words."""
    during = DateTimeTZRange(seminar.starts_at, seminar.ends_at)
    groups = _groups(seminar)
    Booking.objects.filter(seminar=seminar).delete()
    taken = Booking.objects.filter(
        Q(facilitator__isnull=False, facilitator=seminar.facilitator)
        | Q(group__in=groups)
        | Q(venue__isnull=False, venue=seminar.venue),
        during__overlap=during,
    ).select_related("facilitator", "group", "venue", "seminar__item")
    if other := taken.first():
        raise AlreadyBooked(str(other.venue or other.group or other.facilitator), f"for “{other.seminar}”")
    wanted = [Booking(seminar=seminar, during=during, group=group) for group in groups]
    if seminar.facilitator:
        wanted.append(Booking(seminar=seminar, during=during, facilitator=seminar.facilitator))
    if seminar.venue:
        people = (seminar.group or seminar.cohort).capacity
        wanted.append(Booking(seminar=seminar, during=during, venue=seminar.venue, people=people))
    try:
        with transaction.atomic():
            Booking.objects.bulk_create(wanted)
    except (IntegrityError, OperationalError) as error:
        if getattr(error.__cause__, "pgcode", None) not in {EXCLUSION_VIOLATION, DEADLOCK}:
            raise
        raise AlreadyBooked("The venue, the facilitator or the group") from error


def _members_now(seminar: Seminar) -> QuerySet[Membership]:
    members = Membership.objects.filter(cohort=seminar.cohort, to_on=None)
    return members.filter(group=seminar.group) if seminar.group else members


def _tell(seminar: Seminar, *, reason: str = "") -> None:
    """Write to everybody whom it concerns, once for each revision."""
    if not concerns_people(seminar, clock.now()):
        return
    members = _members_now(seminar).select_related("enrolment__person")
    people = {member.enrolment.person for member in members} | set(filter(None, [seminar.facilitator]))
    for person in sorted(people, key=lambda one: one.pk):
        queue_message(
            "seminar-changed",
            to=person,
            about=seminar,
            key=f"seminar-changed:{seminar.pk}:{seminar.revision}:{person.pk}",
            words={
                "is_cancelled": seminar.state == SeminarState.CANCELLED,
                "is_theirs": person.pk == seminar.facilitator_id,
                "reason": reason,
            },
            stale_at=seminar.ends_at,
        )
