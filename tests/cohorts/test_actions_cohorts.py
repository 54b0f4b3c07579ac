"""Publishing, moving on, windows, and who leads."""

from datetime import date, timedelta
from itertools import product

import pytest

from cohorts.actions import assign_facilitator, move_cohort, publish_cohort, set_assessment_window
from cohorts.errors import (
    CohortFull,
    CohortMoveNotAllowed,
    CohortNotBegun,
    FacilitationOutOfOrder,
    FacilitationTooEarly,
    NotAFacilitator,
    WindowAlreadyOpen,
    WindowMissing,
    WindowOutsidePeriod,
)
from cohorts.models import Cohort
from cohorts.queries import current_facilitator_of, with_places_left
from cohorts.states import COHORT_MOVES, CohortState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World
from tests.factories import a_cohort, a_group, a_person, a_window


def a_draft(world: World, *, windows: bool = True) -> Cohort:
    return a_cohort(world.version, state=CohortState.DRAFT, starts_on=date(2024, 2, 1), windows=windows)


def test_a_cohort_without_its_first_window_is_not_published(world: World) -> None:
    # S34
    cohort = a_draft(world, windows=False)
    a_window(cohort, number=2, opens_on=date(2025, 9, 15), closes_on=date(2025, 9, 22))
    with pytest.raises(WindowMissing):
        publish_cohort(cohort, by=world.lead)
    cohort.refresh_from_db()
    assert cohort.state == CohortState.DRAFT


def test_a_window_outside_the_period_bars_publishing(world: World) -> None:
    # S33
    cohort = a_draft(world, windows=False)
    a_window(cohort, opens_on=date(2025, 10, 26), closes_on=date(2025, 11, 2))
    with pytest.raises(WindowOutsidePeriod):
        publish_cohort(cohort, by=world.lead)


def test_publishing_twice_publishes_once(world: World) -> None:
    cohort = a_draft(world)
    publish_cohort(cohort, by=world.lead)
    assert publish_cohort(cohort, by=world.lead).state == CohortState.PUBLISHED
    assert Entry.objects.filter(verb="cohort.moved", subject_id=cohort.pk).count() == 1


@pytest.mark.parametrize(("start", "end"), list(product(CohortState, repeat=2)))
def test_every_move_of_a_cohort(world: World, start: CohortState, end: CohortState) -> None:
    cohort = a_draft(world)
    Cohort.objects.filter(pk=cohort.pk).update(state=start)
    if end in COHORT_MOVES[start] or start == end:
        assert move_cohort(cohort, to=end, by=world.lead).state == end
    else:
        with pytest.raises(CohortMoveNotAllowed):
            move_cohort(cohort, to=end, by=world.lead)
        cohort.refresh_from_db()
        assert cohort.state == start


def test_dates_of_a_window_change_until_it_opens(world: World) -> None:
    cohort = a_cohort(world.version, starts_on=date(2024, 9, 2), windows=False)  # its course ends on 2 March 2026
    today = NOW.date()
    first = set_assessment_window(
        cohort, number=1, opens_on=today + timedelta(days=2), closes_on=today + timedelta(days=9), by=world.lead
    )
    again = set_assessment_window(cohort, number=1, opens_on=today, closes_on=today + timedelta(days=7), by=world.lead)
    assert (again.pk, again.opens_on) == (first.pk, today)
    with pytest.raises(WindowAlreadyOpen):
        set_assessment_window(
            cohort, number=1, opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=7), by=world.lead
        )
    same = set_assessment_window(cohort, number=1, opens_on=today, closes_on=today + timedelta(days=7), by=world.lead)
    assert same == again
    assert Entry.objects.filter(verb="window.set").count() == 2


def test_a_facilitator_takes_over_from_another_on_a_day(world: World) -> None:
    newcomer = a_person(Role.FACILITATOR)
    today = clock.today()
    first = assign_facilitator(world.group, person=newcomer, from_on=today, by=world.lead)
    assert assign_facilitator(world.group, person=newcomer, from_on=today, by=world.lead) == first
    stays = world.group.facilitations.order_by("pk")
    assert [(one.person, one.to_on) for one in stays] == [(world.facilitator, today), (newcomer, None)]
    assert current_facilitator_of(world.group, today) == newcomer
    assert current_facilitator_of(world.group, today - timedelta(days=1)) == world.facilitator


def test_only_a_facilitator_leads_and_in_order(world: World) -> None:
    with pytest.raises(NotAFacilitator):
        assign_facilitator(world.group, person=a_person(), from_on=clock.today(), by=world.lead)
    with pytest.raises(FacilitationOutOfOrder):
        assign_facilitator(world.group, person=a_person(Role.FACILITATOR), from_on=date(2026, 1, 1), by=world.lead)


def test_nobody_leads_a_group_before_there_was_one(world: World) -> None:
    person, group = a_person(Role.FACILITATOR), a_group(world.cohort)
    with pytest.raises(FacilitationTooEarly, match="Choose 12 January 2026 or a later day"):
        assign_facilitator(group, person=person, from_on=date(2026, 1, 11), by=world.lead)
    assign_facilitator(group, person=person, from_on=date(2026, 1, 12), by=world.lead)
    to_begin = a_group(a_cohort(world.version, starts_on=clock.today() + timedelta(days=60)))
    assign_facilitator(to_begin, person=person, from_on=clock.today(), by=world.lead)


def test_a_cohort_runs_from_its_first_day_on(world: World) -> None:
    cohort = a_cohort(world.version, state=CohortState.PUBLISHED, starts_on=clock.today() + timedelta(days=1))
    with pytest.raises(CohortNotBegun):
        move_cohort(cohort, to=CohortState.RUNNING, by=world.lead)
    Cohort.objects.filter(pk=cohort.pk).update(starts_on=clock.today())
    assert move_cohort(cohort, to=CohortState.RUNNING, by=world.lead).state == "running"


def test_the_refusal_of_a_full_cohort_counts_its_places() -> None:
    assert str(CohortFull(1)).startswith("The one place of this cohort is taken.")
    assert str(CohortFull(2)).startswith("All 2 places of this cohort are taken.")


def test_places_left_are_those_nobody_holds(world: World) -> None:
    world.enrol(3)
    assert with_places_left(Cohort.objects.all()).get(pk=world.cohort.pk).left == 21
