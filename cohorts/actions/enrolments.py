"""Enrolling, placing, deferring, coming back, leaving, finishing."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q

from applications.models import Application
from applications.states import ApplicationState
from cohorts.errors import (
    AlreadyPlaced,
    CohortOfAnotherVersion,
    EnrolmentMoveNotAllowed,
    GroupOfAnotherCohort,
    NotAccepted,
    NotDeferred,
    NotPlacedYet,
    NotTakingPart,
    NotWithdrawn,
    PlaceJustChanged,
    ReasonMissing,
    TakesPartAnew,
)
from cohorts.kinds import Deferring, Leaving
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Membership, PersonalItem, Seminar
from cohorts.queries import dates_of, is_before_start
from cohorts.rules.path import check_planned_return
from cohorts.rules.placing import Room, check_place, check_places_for
from cohorts.states import ENROLMENT_MOVES, LIVE_ENROLMENT, OPEN_TO_JOIN, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.actions import grant_role
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role

from .calendars import bring_invitations_up_to_date
from .guest_places import check_room_beside_guests
from .support import end_support_of
from .timetable import follow_timetable
from .versions import move_to_version

NEW_TO_HEADSHIP = {Application.Headship.APPOINTED, Application.Headship.NEW}


@transaction.atomic
def enrol(application: Application, *, by: User | None) -> Enrolment:
    """Make an accepted application an enrolment, with the person's own list of items. Twice gives the first."""
    application = lock(application)
    if application.state != ApplicationState.ACCEPTED:
        raise NotAccepted
    if enrolment := Enrolment.objects.filter(application=application, state__in=LIVE_ENROLMENT).first():
        return enrolment
    version = application.intake.version
    enrolment = Enrolment.objects.create(
        person=application.person,
        application=application,
        version=version,
        is_new_to_headship=application.headship in NEW_TO_HEADSHIP,
    )
    PersonalItem.objects.bulk_create(PersonalItem(enrolment=enrolment, item=item) for item in version.items.all())
    _grant_participant(enrolment, application.intake.delivery_partner, by=by)
    record("enrolment.made", enrolment, facts={"application": application.pk, "version": version.pk}, by=by)
    return enrolment


@transaction.atomic
def place_accepted(
    applications: Iterable[Application], *, cohort: Cohort, group: Group | None = None, by: User | None
) -> list[Membership]:
    """Enrol accepted people and place them in one cohort: all of them or none.

    Its places are held first, so that two leads who place different people wait for, not on, each other.
    """
    cohort, applications = lock(cohort), list(applications)
    enrolled = Enrolment.objects.filter(application__in=applications, state__in=LIVE_ENROLMENT).count()
    if group:
        group.refresh_from_db()
    check_places_for(
        len(applications) - enrolled,
        cohort=Room(cohort.places_taken, cohort.capacity),
        group=Room(group.places_taken, group.capacity) if group else None,
    )
    return [place_on_cohort(enrol(one, by=by), cohort=cohort, group=group, by=by) for one in applications]


@transaction.atomic
def place_on_cohort(enrolment: Enrolment, *, cohort: Cohort, group: Group | None = None, by: User | None) -> Membership:
    """Give somebody a place. A second call for the same cohort and group returns the same membership.

    Whoever is placed after the first day has joined late. Whoever has a place is moved by `transfer`.
    """
    enrolment, cohort, stay = _held(enrolment, cohort)
    if stay:
        if _is_at(stay, cohort, group):
            return stay
        raise AlreadyPlaced(str(stay.cohort))
    if enrolment.version_id != cohort.version_id:
        raise CohortOfAnotherVersion
    _check_place(enrolment, cohort, group)
    late = clock.today() > cohort.starts_on
    return _open_place(enrolment, cohort, group, Membership.Reason.LATE if late else Membership.Reason.PLACED, by=by)


@transaction.atomic
def transfer(
    enrolment: Enrolment, *, cohort: Cohort, group: Group | None = None, reason: str = "", by: User | None
) -> Membership:
    """Move somebody to another group or cohort. The earlier place ends as this one begins; credit goes with them.

    Into a cohort of another version of their programme they take their list with them: see `move_to_version`.
    A second call for the same cohort and group returns the same membership.
    """
    enrolment, cohort, stay = _held(enrolment, cohort)
    if stay is None:
        raise NotPlacedYet if enrolment.state == EnrolmentState.ACTIVE else NotTakingPart
    if _is_at(stay, cohort, group):
        return stay
    _check_place(enrolment, cohort, group, leaving=stay)
    _end_place(stay, on=_first_day(cohort, group), by=by)
    enrolment = move_to_version(enrolment, version=cohort.version, by=by)
    stays = stay.cohort_id == cohort.pk
    return _open_place(enrolment, cohort, group, Membership.Reason.MOVED, why=reason, stays_in_cohort=stays, by=by)


@transaction.atomic
def defer_enrolment(
    enrolment: Enrolment,
    *,
    reason: str,
    why: Deferring = Deferring.OTHER,
    returns_on: date | None = None,
    by: User | None,
) -> Enrolment:
    """Stop for a while. The place ends; what is credited stays and carries over to the next cohort.

    `returns_on` is a plan, which nothing happens on by itself. A second call changes only that, and not `why`.
    """
    enrolment = _held_with_place(enrolment)
    if enrolment.state == EnrolmentState.DEFERRED and enrolment.returns_on == returns_on:
        return enrolment
    check_planned_return(returns_on, today=clock.today())
    reason, enrolment.returns_on = _given(reason), returns_on
    planned: dict[str, Fact] = {"returns_on": returns_on.isoformat()} if returns_on else {}
    if enrolment.state == EnrolmentState.DEFERRED:
        enrolment.save(update_fields=["returns_on"])
        entry = record("enrolment.return-planned", enrolment, facts=planned, words={"reason": reason}, by=by)
    else:
        enrolment.deferred_on, enrolment.deferred_for = clock.today(), why.value
        columns = ("returns_on", "deferred_on", "deferred_for")
        facts: dict[str, Fact] = {"for": why.value, **planned}
        entry = _move(enrolment, EnrolmentState.DEFERRED, *columns, facts=facts, reason=reason, by=by)
        _end_place_and_support(enrolment, by=by)
    queue_message(
        "deferral-confirmed",
        to=enrolment.person,
        about=enrolment,
        key=f"deferral-confirmed:{enrolment.pk}:{entry.pk}:{enrolment.person_id}",
        words={"returns_on": returns_on},
    )
    return enrolment


@transaction.atomic
def return_from_deferral(
    enrolment: Enrolment, *, cohort: Cohort, group: Group | None = None, by: User | None
) -> Membership:
    """Take somebody deferred into a cohort again, of another version of the programme maybe.

    What they were credited counts on; what is expected of them is what that cohort still holds (T47). A second call
    for the same cohort and group returns the same membership.
    """
    enrolment, cohort, stay = _held(enrolment, cohort)
    if stay and _is_at(stay, cohort, group):
        return stay
    if enrolment.state != EnrolmentState.DEFERRED:
        raise NotDeferred(enrolment.get_state_display(), str(stay.group or stay.cohort) if stay else "")
    columns = _forget_deferral(enrolment)
    _move(enrolment, EnrolmentState.ACTIVE, *columns, by=by)
    _check_place(enrolment, cohort, group)
    enrolment = move_to_version(enrolment, version=cohort.version, by=by)
    return _open_place(enrolment, cohort, group, Membership.Reason.RETURNED, by=by)


@transaction.atomic
def withdraw_enrolment(
    enrolment: Enrolment, *, reason: str, why: Leaving = Leaving.OTHER, by: User | None
) -> Enrolment:
    """End somebody's run, today. The record stays; the place is free again, and sessions and letters stop.

    Whoever had not begun yet is told apart: of them DfE has heard nothing, and hears nothing (T30).
    """
    enrolment = _held_with_place(enrolment)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return enrolment
    before_start = is_before_start(enrolment, clock.today())
    enrolment.withdrawn_on, enrolment.withdrawn_for = clock.today(), why.value
    facts: dict[str, Fact] = {"for": why.value, "before_start": before_start}
    columns = ("withdrawn_on", "withdrawn_for", *_forget_deferral(enrolment))
    entry = _move(enrolment, EnrolmentState.WITHDRAWN, *columns, facts=facts, reason=_given(reason), by=by)
    _end_place_and_support(enrolment, by=by)
    queue_message(
        "withdrawal-confirmed",
        to=enrolment.person,
        about=enrolment,
        key=f"withdrawal-confirmed:{enrolment.pk}:{entry.pk}:{enrolment.person_id}",
        words={"programme": enrolment.version.programme, "before_start": before_start},
    )
    return enrolment


@transaction.atomic
def reinstate_enrolment(
    enrolment: Enrolment, *, cohort: Cohort, group: Group | None = None, reason: str, by: User | None
) -> Membership:
    """Take somebody who has withdrawn back, into a cohort: what they were credited counts again (T32).

    Refused for a run from before this portal, and while they take part in the programme on another enrolment.
    """
    enrolment, cohort, _ = _held(enrolment, cohort)
    if enrolment.state != EnrolmentState.WITHDRAWN or enrolment.is_taken_over:
        raise NotWithdrawn
    if enrolment.application and lock(enrolment.application).state != ApplicationState.ACCEPTED:
        raise NotAccepted
    live = Enrolment.objects.filter(state__in=LIVE_ENROLMENT, version__programme=enrolment.version.programme_id)
    if live.filter(person=enrolment.person_id).exists():
        raise TakesPartAnew
    enrolment.withdrawn_on, enrolment.withdrawn_for = None, ""
    columns = ("withdrawn_on", "withdrawn_for")
    _move(enrolment, EnrolmentState.ACTIVE, *columns, reason=_given(reason), by=by)
    _check_place(enrolment, cohort, group)
    _grant_participant(enrolment, cohort.delivery_partner, by=by)
    enrolment = move_to_version(enrolment, version=cohort.version, by=by)
    return _open_place(enrolment, cohort, group, Membership.Reason.REINSTATED, why=reason, by=by)


@transaction.atomic
def complete_enrolment(enrolment: Enrolment, *, by: User | None) -> Enrolment:
    """The programme is done. The membership stays open: they are of that cohort for good."""
    enrolment = lock(enrolment)
    if enrolment.state == EnrolmentState.COMPLETED:
        return enrolment
    _move(enrolment, EnrolmentState.COMPLETED, by=by)
    bring_invitations_up_to_date([enrolment.person], by=by)
    return enrolment


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _grant_participant(enrolment: Enrolment, partner: Organisation | None, *, by: User | None) -> None:
    """For the delivery partner, if there is one, so that its lead finds the person among its people."""
    if not enrolment.person.role_grants.open().filter(role=Role.PARTICIPANT, organisation=partner).exists():
        grant_role(enrolment.person, role=Role.PARTICIPANT, organisation=partner, by=by)


def _held(enrolment: Enrolment, cohort: Cohort) -> tuple[Enrolment, Cohort, Membership | None]:
    """The cohort they go to and the one they leave, by id, then the person: see the order in docs/architecture.md.

    A cohort that is held keeps the places of its groups as they are, too. The third is their open stay.
    """
    stay = _open_stay(enrolment)
    held = _hold_cohorts([cohort, *([stay.cohort] if stay else [])])
    enrolment = lock(enrolment)
    stay = _open_stay(enrolment)
    if stay and stay.cohort_id not in held:
        raise PlaceJustChanged
    return enrolment, held[cohort.pk], stay


def _held_with_place(enrolment: Enrolment) -> Enrolment:
    """The person, with the cohort that they may leave."""
    stay = _open_stay(enrolment)
    held = _hold_cohorts([stay.cohort] if stay else [])
    enrolment = lock(enrolment)
    stay = _open_stay(enrolment)
    if stay and stay.cohort_id not in held:
        raise PlaceJustChanged
    return enrolment


def _hold_cohorts(cohorts: Iterable[Cohort]) -> dict[int, Cohort]:
    """With their groups, whose places change with theirs."""
    rows = {one.pk: one for one in cohorts}
    held = {pk: lock(rows[pk]) for pk in sorted(rows)}
    list(Group.objects.select_for_update(of=("self",), no_key=True).filter(cohort__in=held).order_by("pk"))
    return held


def _open_stay(enrolment: Enrolment) -> Membership | None:
    return Membership.objects.filter(enrolment=enrolment, to_on=None).select_related("cohort").first()


def _is_at(stay: Membership, cohort: Cohort, group: Group | None) -> bool:
    return (stay.cohort_id, stay.group_id) == (cohort.pk, group.pk if group else None)


def _move(
    enrolment: Enrolment,
    to: EnrolmentState,
    *columns: str,
    facts: Mapping[str, Fact] | None = None,
    reason: str = "",
    by: User | None,
) -> Entry:
    """`columns` are those set beside the state."""
    if to not in ENROLMENT_MOVES[EnrolmentState(enrolment.state)]:
        raise EnrolmentMoveNotAllowed(enrolment.get_state_display(), to.label)
    before, enrolment.state = enrolment.state, to
    enrolment.save(update_fields=["state", *columns])
    return record(
        "enrolment.moved",
        enrolment,
        facts={"from": before, "to": to.value, **(facts or {})},
        words={"reason": reason} if reason else None,
        by=by,
    )


def _check_place(
    enrolment: Enrolment, cohort: Cohort, group: Group | None, *, leaving: Membership | None = None
) -> None:
    """With the cohort held. A place that is left behind is free for whoever leaves it."""
    if group:
        group.refresh_from_db()
        if group.cohort_id != cohort.pk:
            raise GroupOfAnotherCohort
    check_place(
        is_taking_part=enrolment.state == EnrolmentState.ACTIVE,
        is_open_to_join=cohort.state in OPEN_TO_JOIN,
        cohort=Room(cohort.places_taken - bool(leaving and leaving.cohort_id == cohort.pk), cohort.capacity),
        group=Room(group.places_taken, group.capacity) if group else None,
    )
    is_new = leaving is None or leaving.cohort_id != cohort.pk
    check_room_beside_guests(enrolment, cohort, group, is_new_to_cohort=is_new)


def _open_place(
    enrolment: Enrolment,
    cohort: Cohort,
    group: Group | None,
    reason: Membership.Reason,
    *,
    why: str = "",
    stays_in_cohort: bool = False,
    by: User | None,
) -> Membership:
    membership = Membership.objects.create(
        enrolment=enrolment, cohort=cohort, group=group, from_on=_first_day(cohort, group), reason=reason
    )
    follow_timetable(Membership.objects.filter(pk=membership.pk))
    record(
        "membership.opened",
        membership,
        facts={"cohort": cohort.pk, "group": group.pk if group else None, "reason": reason.value},
        words={"reason": why.strip()} if why.strip() else None,
        by=by,
    )
    dates = dates_of(cohort, extension_months=enrolment.extension_months)
    queue_message(
        "place-confirmed",
        to=enrolment.person,
        about=membership,
        key=f"place-confirmed:{membership.pk}:1:{enrolment.person_id}",
        words={
            "cohort": cohort,
            "group": group,
            "reason": reason.value,
            "stays_in_cohort": stays_in_cohort,
            "window": cohort.windows.filter(number=1).first(),
            "programme": enrolment.version.programme,
            "course_ends_on": dates.delivery_ends_on,
            "began": clock.today() > cohort.starts_on,
        },
    )
    bring_invitations_up_to_date([enrolment.person], by=by)
    return membership


def _first_day(cohort: Cohort, group: Group | None) -> date:
    """Today; tomorrow, where a session of theirs has begun today: whoever comes after it was not missing from it."""
    begun_today = Seminar.objects.filter(
        Q(group=None) | Q(group=group),
        cohort=cohort,
        state=SeminarState.SCHEDULED,
        starts_at__gte=clock.start_of_day(clock.today()),
        starts_at__lte=clock.now(),
    )
    return clock.today() + timedelta(days=begun_today.exists())


def _forget_deferral(enrolment: Enrolment) -> tuple[str, ...]:
    """What stood of it is in the audit trail. Returns the columns to save."""
    enrolment.returns_on, enrolment.deferred_on, enrolment.deferred_for = None, None, ""
    return "returns_on", "deferred_on", "deferred_for"


def _end_place_and_support(enrolment: Enrolment, *, by: User | None) -> None:
    if membership := Membership.objects.filter(enrolment=enrolment, to_on=None).first():
        _end_place(membership, on=clock.today(), by=by)
    matches = end_support_of(enrolment, by=by)
    bring_invitations_up_to_date([enrolment.person, *(match.supporter for match in matches)], by=by)


def _end_place(membership: Membership, *, on: date, by: User | None) -> None:
    """With it go the sessions still to come that they were to sit in on with another group instead of their own."""
    membership.to_on = max(on, membership.from_on)
    membership.save(update_fields=["to_on"])
    GuestPlace.objects.filter(
        enrolment=membership.enrolment_id, ended_at=None, seminar__starts_at__gt=clock.now()
    ).update(ended_at=clock.now())
    record("membership.ended", membership, facts={"to_on": membership.to_on.isoformat()}, by=by)
