"""Enrolling, placing, deferring, coming back, leaving, finishing."""

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
    ReasonMissing,
)
from cohorts.models import Cohort, Enrolment, Group, Membership, PersonalItem, Seminar
from cohorts.queries import places_taken
from cohorts.rules.placing import check_place
from cohorts.states import ENROLMENT_MOVES, LIVE_ENROLMENT, OPEN_TO_JOIN, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.actions import grant_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

from .timetable import follow_timetable

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
    # Held for the delivery partner, if there is one, so that its lead finds the person among its people.
    partner = application.intake.delivery_partner
    if not enrolment.person.role_grants.open().filter(role=Role.PARTICIPANT, organisation=partner).exists():
        grant_role(enrolment.person, role=Role.PARTICIPANT, organisation=partner, by=by)
    record("enrolment.made", enrolment, facts={"application": application.pk, "version": version.pk}, by=by)
    return enrolment


@transaction.atomic
def place_on_cohort(
    enrolment: Enrolment,
    *,
    cohort: Cohort,
    group: Group | None = None,
    reason: Membership.Reason = Membership.Reason.PLACED,
    by: User | None,
) -> Membership:
    """Give somebody a place. A second call for the same cohort and group returns the same membership.

    With the reason “moved” an earlier place ends when this one begins; otherwise it bars a second one. Whoever is
    placed after the first day has joined late.
    """
    cohort, enrolment = lock(cohort), lock(enrolment)
    if membership := Membership.objects.filter(enrolment=enrolment, to_on=None).first():
        if membership.cohort_id == cohort.pk and membership.group_id == (group.pk if group else None):
            return membership
        if reason != Membership.Reason.MOVED:
            raise AlreadyPlaced(str(membership.cohort))
    _check_place(enrolment, cohort, group, already_inside=bool(membership and membership.cohort_id == cohort.pk))
    if membership:
        _end_place(membership, on=_first_day(cohort, group), by=by)
    elif reason == Membership.Reason.PLACED and clock.today() > cohort.starts_on:
        reason = Membership.Reason.LATE
    return _open_place(enrolment, cohort, group, reason, by=by)


@transaction.atomic
def defer_enrolment(enrolment: Enrolment, *, reason: str, by: User | None) -> Enrolment:
    """Stop for a while. The place ends; what is credited stays and carries over to the next cohort."""
    enrolment = lock(enrolment)
    if enrolment.state == EnrolmentState.DEFERRED:
        return enrolment
    _move(enrolment, EnrolmentState.DEFERRED, reason=_given(reason), by=by)
    _end_any_place(enrolment, by=by)
    count = Membership.objects.filter(enrolment=enrolment).count()
    queue_message(
        "deferral-confirmed",
        to=enrolment.person,
        about=enrolment,
        key=f"deferral-confirmed:{enrolment.pk}:{count}:{enrolment.person_id}",
    )
    return enrolment


@transaction.atomic
def return_from_deferral(
    enrolment: Enrolment, *, cohort: Cohort, group: Group | None = None, by: User | None
) -> Membership:
    """Take somebody deferred into a cohort again. What they were credited counts on, for it hangs on the enrolment."""
    cohort, enrolment = lock(cohort), lock(enrolment)
    if enrolment.state != EnrolmentState.DEFERRED:
        raise EnrolmentMoveNotAllowed(enrolment.get_state_display(), EnrolmentState.ACTIVE.label)
    _move(enrolment, EnrolmentState.ACTIVE, by=by)
    _check_place(enrolment, cohort, group)
    return _open_place(enrolment, cohort, group, Membership.Reason.RETURNED, by=by)


@transaction.atomic
def withdraw_enrolment(enrolment: Enrolment, *, reason: str, by: User | None) -> Enrolment:
    """End somebody's run. The record stays; the place is free again."""
    enrolment = lock(enrolment)
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return enrolment
    _move(enrolment, EnrolmentState.WITHDRAWN, reason=_given(reason), by=by)
    _end_any_place(enrolment, by=by)
    return enrolment


@transaction.atomic
def complete_enrolment(enrolment: Enrolment, *, by: User | None) -> Enrolment:
    """The programme is done. The membership stays open: they are of that cohort for good."""
    enrolment = lock(enrolment)
    if enrolment.state == EnrolmentState.COMPLETED:
        return enrolment
    _move(enrolment, EnrolmentState.COMPLETED, by=by)
    return enrolment


def _given(reason: str) -> str:
    if not reason.strip():
        raise ReasonMissing
    return reason.strip()


def _move(enrolment: Enrolment, to: EnrolmentState, *, reason: str = "", by: User | None) -> None:
    if to not in ENROLMENT_MOVES[EnrolmentState(enrolment.state)]:
        raise EnrolmentMoveNotAllowed(enrolment.get_state_display(), to.label)
    before, enrolment.state = enrolment.state, to
    enrolment.save(update_fields=["state"])
    record(
        "enrolment.moved",
        enrolment,
        facts={"from": before, "to": to.value},
        words={"reason": reason} if reason else None,
        by=by,
    )


def _check_place(enrolment: Enrolment, cohort: Cohort, group: Group | None, *, already_inside: bool = False) -> None:
    if group and group.cohort_id != cohort.pk:
        raise GroupOfAnotherCohort
    if enrolment.version_id != cohort.version_id:
        raise CohortOfAnotherVersion
    check_place(
        is_taking_part=enrolment.state == EnrolmentState.ACTIVE,
        is_open_to_join=cohort.state in OPEN_TO_JOIN,
        taken=places_taken(cohort) - already_inside,
        capacity=cohort.capacity,
    )


def _open_place(
    enrolment: Enrolment, cohort: Cohort, group: Group | None, reason: Membership.Reason, *, by: User | None
) -> Membership:
    membership = Membership.objects.create(
        enrolment=enrolment, cohort=cohort, group=group, from_on=_first_day(cohort, group), reason=reason
    )
    follow_timetable(Membership.objects.filter(pk=membership.pk))
    record(
        "membership.opened",
        membership,
        facts={"cohort": cohort.pk, "group": group.pk if group else None, "reason": reason.value},
        by=by,
    )
    first = cohort.windows.filter(number=1).first()
    queue_message(
        "place-confirmed",
        to=enrolment.person,
        about=membership,
        key=f"place-confirmed:{membership.pk}:1:{enrolment.person_id}",
        words={"cohort": cohort, "group": group, "window": first, "programme": enrolment.version.programme},
    )
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


def _end_any_place(enrolment: Enrolment, *, by: User | None) -> None:
    if membership := Membership.objects.filter(enrolment=enrolment, to_on=None).first():
        _end_place(membership, on=clock.today(), by=by)


def _end_place(membership: Membership, *, on: date, by: User | None) -> None:
    membership.to_on = max(on, membership.from_on)
    membership.save(update_fields=["to_on"])
    record("membership.ended", membership, facts={"to_on": membership.to_on.isoformat()}, by=by)
