"""Cohorts, their assessment windows, and who leads their groups."""

from datetime import date

from django.db import transaction

from cohorts.errors import (
    CohortMoveNotAllowed,
    CohortNotBegun,
    FacilitationOutOfOrder,
    FacilitationTooEarly,
    NotAFacilitator,
    WindowAlreadyOpen,
    WindowMissing,
)
from cohorts.models import AssessmentWindow, Cohort, Facilitation, Group
from cohorts.queries import dates_of
from cohorts.rules.dates import first_moment
from cohorts.rules.timetable import check_window
from cohorts.states import COHORT_MOVES, CohortState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role


@transaction.atomic
def publish_cohort(cohort: Cohort, *, by: User | None) -> Cohort:
    """Let people join. Refused until the first assessment window has its dates (S34)."""
    cohort = lock(cohort)
    if cohort.state == CohortState.PUBLISHED:
        return cohort
    _check_move(cohort, CohortState.PUBLISHED)
    window = cohort.windows.filter(number=1).first()
    if window is None:
        raise WindowMissing
    _check_window(window)
    return _move(cohort, CohortState.PUBLISHED, by=by)


@transaction.atomic
def move_cohort(cohort: Cohort, *, to: CohortState, by: User | None) -> Cohort:
    """Take the cohort on: running, in assessment, closed. Publishing is `publish_cohort`."""
    if to == CohortState.PUBLISHED:
        return publish_cohort(cohort, by=by)
    cohort = lock(cohort)
    if cohort.state == to:
        return cohort
    _check_move(cohort, to)
    if clock.today() < cohort.starts_on:
        raise CohortNotBegun(cohort.starts_on)
    return _move(cohort, to, by=by)


@transaction.atomic
def set_assessment_window(
    cohort: Cohort, *, number: int, opens_on: date, closes_on: date, by: User | None
) -> AssessmentWindow:
    """Set the dates of a window, or change them until it has opened."""
    cohort = lock(cohort)
    window = cohort.windows.filter(number=number).first()
    if window and (window.opens_on, window.closes_on) == (opens_on, closes_on):
        return window
    if window and first_moment(window.opens_on) <= clock.now():
        raise WindowAlreadyOpen(window.opens_on)
    window = window or AssessmentWindow(cohort=cohort, number=number)
    window.opens_on, window.closes_on = opens_on, closes_on
    _check_window(window)
    window.save()
    record(
        "window.set",
        window,
        facts={"number": number, "opens_on": opens_on.isoformat(), "closes_on": closes_on.isoformat()},
        by=by,
    )
    return window


@transaction.atomic
def assign_facilitator(group: Group, *, person: User, from_on: date, by: User | None) -> Facilitation:
    """Let a facilitator lead a group from that day on; whoever led it until then stops on it.

    It may be a day before the cohort begins, as long as it has not passed.
    """
    if not has_role(person, Role.FACILITATOR):
        raise NotAFacilitator(str(person))
    group = lock(group)
    leading = group.facilitations.filter(to_on=None).first()
    if leading and leading.person_id == person.pk:
        return leading
    if leading and from_on < leading.from_on:
        raise FacilitationOutOfOrder(leading.from_on)
    if from_on < (earliest := min(group.cohort.starts_on, clock.today())):
        raise FacilitationTooEarly(earliest)
    if leading:
        leading.to_on = from_on
        leading.save(update_fields=["to_on"])
    facilitation = Facilitation.objects.create(group=group, person=person, from_on=from_on)
    record("facilitator.assigned", facilitation, facts={"group": group.pk, "person": person.pk}, by=by)
    return facilitation


def _check_move(cohort: Cohort, to: CohortState) -> None:
    if to not in COHORT_MOVES[CohortState(cohort.state)]:
        raise CohortMoveNotAllowed(cohort.get_state_display(), to.label)


def _check_window(window: AssessmentWindow) -> None:
    others = window.cohort.windows.exclude(number=window.number)
    check_window(
        window.number,
        window.opens_on,
        window.closes_on,
        dates=dates_of(window.cohort),
        others={other.number: (other.opens_on, other.closes_on) for other in others},
    )


def _move(cohort: Cohort, to: CohortState, *, by: User | None) -> Cohort:
    before, cohort.state = cohort.state, to
    cohort.save(update_fields=["state"])
    record("cohort.moved", cohort, facts={"from": before, "to": to.value}, by=by)
    return cohort
