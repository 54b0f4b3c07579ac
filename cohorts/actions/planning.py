"""Timetables made from a pattern, and the sizes and dates that they have to fit."""

from collections.abc import Iterable

from django.db import IntegrityError, OperationalError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cohorts.errors import CohortNotPlanned, PlanEmpty, PlanOutdated
from cohorts.kinds import SessionMode
from cohorts.models import Booking, Cohort, Seminar
from cohorts.queries.planning import Plan, PlanChoice, plan_timetable, usual_days_of
from cohorts.rules.generation import Sitting
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User

from .bookings import hold_rows

# What PostgreSQL says of two bookings at once, of a hall too small, and of two who wait for each other.
_BOOKED_MEANWHILE = {"23P01", "23505", "23514", "40P01"}
_PLANNED_IN = {CohortState.DRAFT, CohortState.PUBLISHED, CohortState.RUNNING}


def draft_timetable(cohort: Cohort, choice: PlanChoice) -> Plan:
    """What `generate_timetable` would write. Writes nothing."""
    if cohort.state not in _PLANNED_IN:
        raise CohortNotPlanned
    return plan_timetable(cohort, choice, today=clock.today())


@transaction.atomic
def generate_timetable(cohort: Cohort, choice: PlanChoice, *, digest: str, by: User | None) -> list[Seminar]:
    """Write the draft that somebody looked at, in place of any before it. What people were told of stays.

    `digest` is that of the plan they saw: PlanOutdated where it would be another now. Statements do not grow with
    the sessions.
    """
    cohort = _hold(cohort, choice)
    plan = draft_timetable(cohort, choice)
    if plan.digest != digest:
        raise PlanOutdated
    if not plan.draft.sittings:
        raise PlanEmpty
    cohort.seminars.filter(state=SeminarState.PLANNED).delete()
    seminars = [_seminar(cohort, sitting, choice) for sitting in plan.draft.sittings]
    try:
        with transaction.atomic():
            Seminar.objects.bulk_create(seminars)
            Booking.objects.bulk_create(_bookings(seminars, plan.draft.sittings, cohort))
    except (IntegrityError, OperationalError) as error:
        if getattr(error.__cause__, "pgcode", None) not in _BOOKED_MEANWHILE:
            raise
        raise PlanOutdated from error
    record(
        "timetable.generated",
        cohort,
        facts={
            "sessions": len(seminars),
            "left_out": len(plan.draft.unfit),
            "replaced": plan.replaced,
            **usual_days_of(choice),
        },
        by=by,
    )
    return seminars


def _hold(cohort: Cohort, choice: PlanChoice) -> Cohort:
    """Lock the cohort, and what the sessions book, in the order in which every booking does."""
    cohort = lock(cohort)
    people = {one.facilitator.pk for one in choice.all if one.facilitator}
    halls = {one.venue.pk for one in choice.all if one.venue}
    hold_rows(people, set(cohort.groups.values_list("pk", flat=True)), halls)
    return cohort


def _seminar(cohort: Cohort, sitting: Sitting, choice: PlanChoice) -> Seminar:
    in_person = sitting.piece.in_person
    return Seminar(
        cohort=cohort,
        group_id=sitting.party.key,
        item_id=sitting.piece.key,
        facilitator_id=sitting.party.leader.key if sitting.party.leader else None,
        starts_at=sitting.starts_at,
        ends_at=sitting.ends_at,
        mode=SessionMode.FACE_TO_FACE if in_person else SessionMode.ONLINE,
        venue_id=sitting.hall.key if sitting.hall else None,
        joining_url="" if in_person else choice.joining_url,
    )


def _bookings(seminars: Iterable[Seminar], sittings: Iterable[Sitting], cohort: Cohort) -> list[Booking]:
    groups = list(cohort.groups.order_by("pk").values_list("pk", flat=True))
    wanted = []
    for seminar, sitting in zip(seminars, sittings, strict=True):
        during = DateTimeTZRange(seminar.starts_at, seminar.ends_at)
        for group in groups if seminar.group_id is None else [seminar.group_id]:
            wanted.append(Booking(seminar=seminar, during=during, group_id=group))
        if seminar.facilitator_id:
            wanted.append(Booking(seminar=seminar, during=during, facilitator_id=seminar.facilitator_id))
        if seminar.venue_id:
            people = sitting.party.people
            wanted.append(Booking(seminar=seminar, during=during, venue_id=seminar.venue_id, people=people))
    return wanted
