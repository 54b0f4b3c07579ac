"""Who is expected where: one answer for letters, registers, calendars and pages."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.models import AttendanceMark, Enrolment, GuestPlace, Membership, Seminar
from cohorts.queries import seminars_of_enrolment, sessions_of, who_is_expected, who_is_expected_at, with_roll
from cohorts.states import CohortState, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.people.models import PersonAlias
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World
from tests.factories import a_cohort, a_group, a_person, a_seminar, an_enrolment


@pytest.fixture
def ahead(world: World) -> Seminar:
    return a_seminar(
        world.cohort,
        world.other_item,
        world.group,
        facilitator=world.facilitator,
        starts_at=NOW + timedelta(days=5),
    )


def another_group(world: World, **fields: Any) -> Seminar:
    """The same item, held for another group of the cohort."""
    group = a_group(world.cohort)
    return a_seminar(world.cohort, world.other_item, group, starts_at=NOW + timedelta(days=6), **fields)


def test_whoever_is_in_the_group_and_takes_part_is_expected_and_nobody_else(world: World, ahead: Seminar) -> None:
    here, deferred, gone = world.enrol(3)
    Enrolment.objects.filter(pk=deferred.pk).update(state=EnrolmentState.DEFERRED)
    Membership.objects.filter(enrolment=gone).update(to_on=NOW.date())
    an_enrolment(world.cohort, a_group(world.cohort))
    an_enrolment(a_cohort(world.version))
    assert who_is_expected(ahead) == [here]
    assert list(sessions_of(here.person)) == [world.seminar, ahead]
    assert [list(sessions_of(one.person)) for one in (deferred, gone)] == [[world.seminar], []]


def test_everybody_of_the_cohort_is_expected_at_a_conference(world: World) -> None:
    (here,) = world.enrol()
    other, without_group = an_enrolment(world.cohort, a_group(world.cohort)), an_enrolment(world.cohort)
    conference = a_seminar(world.cohort, world.other_item, starts_at=NOW + timedelta(days=5))
    assert set(who_is_expected(conference)) == {here, other, without_group}
    assert list(sessions_of(without_group.person)) == [conference]


def test_a_guest_is_expected_there_and_not_at_home(world: World, ahead: Seminar) -> None:
    stays, goes = world.enrol(2)
    host = another_group(world)
    place = GuestPlace.objects.create(enrolment=goes, seminar=host, instead_of=ahead)
    assert (who_is_expected(ahead), who_is_expected(host)) == ([stays], [goes])
    assert list(sessions_of(goes.person)) == [world.seminar, host]
    assert list(seminars_of_enrolment(goes)) == [world.seminar, host]
    GuestPlace.objects.filter(pk=place.pk).update(ended_at=NOW)
    assert (set(who_is_expected(ahead)), who_is_expected(host)) == ({stays, goes}, [])


def test_a_guest_whose_other_sitting_is_cancelled_is_expected_at_home_again(world: World, ahead: Seminar) -> None:
    (goes,) = world.enrol()
    host = another_group(world, state=SeminarState.CANCELLED)
    GuestPlace.objects.create(enrolment=goes, seminar=host, instead_of=ahead)
    assert who_is_expected(ahead) == [goes]
    assert list(sessions_of(goes.person)) == [world.seminar, ahead]
    assert list(sessions_of(goes.person, cancelled_too=True)) == [world.seminar, ahead, host]


def test_nobody_reads_of_what_is_planned_nor_of_a_draft_cohort(world: World, ahead: Seminar) -> None:
    (one,) = world.enrol()
    for state, told in ((SeminarState.PLANNED, []), (SeminarState.CANCELLED, []), (SeminarState.SCHEDULED, [ahead])):
        Seminar.objects.filter(pk=ahead.pk).update(state=state)
        for person in (one.person, world.facilitator):
            assert list(sessions_of(person).exclude(pk=world.seminar.pk)) == told
    type(world.cohort).objects.filter(pk=world.cohort.pk).update(state=CohortState.DRAFT)
    assert list(sessions_of(one.person)) == []


def test_people_found_to_be_one_read_both_timetables(world: World, ahead: Seminar) -> None:
    (one,) = world.enrol()
    kept = a_person(Role.PARTICIPANT, Role.FACILITATOR)
    PersonAlias.objects.create(old_person=one.person, kept_person=kept)
    assert list(sessions_of(kept)) == [world.seminar, ahead]
    PersonAlias.objects.create(old_person=world.facilitator, kept_person=kept)
    assert list(sessions_of(kept)) == [world.seminar, ahead]


def test_many_sessions_ask_no_more_than_one(world: World, ahead: Seminar) -> None:
    world.enrol(3)
    seminars = [ahead, world.seminar, another_group(world), another_group(world)]
    for some in (seminars[:1], seminars):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            who_is_expected_at(some)
        assert len(asked) == 3


def roll_as_told(seminar: Seminar) -> tuple[int, int]:
    """Whose register it is, and how many of them lack a mark, worked out one person at a time."""
    day = clock.london_date(seminar.starts_at)
    here: list[int] = []
    for stay in Membership.objects.filter(cohort=seminar.cohort_id):
        if seminar.group_id not in {None, stay.group_id}:
            continue
        if stay.from_on > day or (stay.to_on and stay.to_on <= day):
            continue
        elsewhere = GuestPlace.objects.filter(instead_of=seminar, enrolment=stay.enrolment_id, ended_at=None)
        if not elsewhere.filter(seminar__state__in=["planned", "scheduled"]).exists():
            here.append(stay.enrolment_id)
    here += GuestPlace.objects.filter(seminar=seminar, ended_at=None).values_list("enrolment_id", flat=True)
    marked = set(seminar.marks.values_list("enrolment_id", flat=True))
    return len(here), sum(one not in marked for one in here)


@pytest.mark.parametrize("seed", range(6))
def test_the_roll_of_every_sitting_is_counted_as_its_people_would_be_one_by_one(world: World, seed: int) -> None:
    some = Random(seed)  # noqa: S311  # data for a test
    cohorts = [world.cohort, a_cohort(world.version)]
    groups = {cohort: [None, *(a_group(cohort) for _ in range(2))] for cohort in cohorts}
    items = [world.seminar_item, world.other_item]
    sittings = [world.seminar]
    for cohort in cohorts:
        for group in groups[cohort]:
            for item in some.sample(items, some.randint(0, 2)):
                day = NOW + timedelta(days=some.randint(-9, 9), hours=some.randint(-11, 11))
                state = some.choice(["scheduled", "scheduled", "cancelled"])
                sittings.append(a_seminar(cohort, item, group, starts_at=day, state=state))
    people = []
    for _ in range(14):
        cohort = some.choice(cohorts)
        person = Enrolment.objects.create(person=a_person(), version=world.version)
        stay = Membership.objects.create(
            enrolment=person, cohort=cohort, group=some.choice(groups[cohort]), reason="placed",
            from_on=NOW.date() - timedelta(days=some.randint(0, 12)),
        )  # fmt: skip
        if some.random() < 0.4:
            stay.to_on = stay.from_on + timedelta(days=some.randint(0, 12))
            stay.save(update_fields=["to_on"])
            Membership.objects.create(
                enrolment=person, cohort=cohort, group=some.choice(groups[cohort]), from_on=stay.to_on, reason="moved"
            )
        people.append(person)
    for person in people:
        host, own = some.sample([*sittings, None], 2)
        if host and some.random() < 0.5:
            ended_at = some.choice([None, None, NOW])
            GuestPlace.objects.create(enrolment=person, seminar=host, instead_of=own, ended_at=ended_at)
        for seminar in some.sample(sittings, 2):
            for _ in range(some.randint(0, 2)):
                AttendanceMark.objects.create(seminar=seminar, enrolment=person, status="present", minutes=120)
    counted = {one.pk: (one.roll, one.unmarked) for one in with_roll(Seminar.objects.all())}
    assert counted == {one.pk: roll_as_told(one) for one in sittings}
    assert any(roll for roll, _ in counted.values())
