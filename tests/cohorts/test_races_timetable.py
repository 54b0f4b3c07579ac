"""Two tabs at once: real connections on real PostgreSQL. One of them has what it wants, the other a sentence."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection

from cohorts.actions import (
    cancel_seminar,
    discard_seminar,
    plan_change,
    publish_timetable,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    switch_mode,
)
from cohorts.actions.venues import delete_venue
from cohorts.models import Booking, Cohort, Group, Seminar, SeminarChange, Venue
from cohorts.queries.drafts import arrangement_of
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_group, a_person, a_venue, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 8
RUNNERS = 4
Deed = Callable[[], object]


@dataclass
class Scene:
    cohort: Cohort
    groups: list[Group]
    items: list[Item]
    facilitators: list[User]
    venues: list[Venue]
    noon: datetime

    def schedule(self, number: int, *, day: int, group: int | None = None, **fields: Any) -> Seminar:
        """A sitting of its own item, in everything else that no other one has, but for what the fields name."""
        starts_at = self.noon + timedelta(days=day)
        fields = {
            "facilitator": self.facilitators[number],
            "venue": self.venues[number],
            "mode": "face_to_face",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=2),
            "by": None,
        } | fields
        at = self.groups[number if group is None else group]
        return schedule_seminar(self.cohort, item=self.items[number], group=at, **fields)


@pytest.fixture
def scene() -> Scene:
    version = a_version(state=VersionState.DRAFT)
    items = [an_item(version) for _ in range(RUNNERS)]
    published(version)
    cohort = a_cohort(version)
    groups = [a_group(cohort) for _ in range(RUNNERS)]
    for group in groups:
        an_enrolment(cohort, group)
    facilitators = [a_person(Role.FACILITATOR) for _ in range(RUNNERS)]
    venues = [a_venue() for _ in range(RUNNERS)]
    noon = clock.now().replace(hour=12, minute=0, second=0, microsecond=0)
    return Scene(cohort, groups, items, facilitators, venues, noon)


@contextmanager
def at_once() -> Iterator[Callable[..., list[str]]]:
    """Deeds done at the same moment, on a connection each; how each went: done, or the refusal's name."""

    def run(barrier: Barrier, deed: Deed) -> str:
        barrier.wait(timeout=30)
        try:
            deed()
        except RuleViolation as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(RUNNERS) as pool:

        def act(*deeds: Deed) -> list[str]:
            barrier = Barrier(len(deeds))
            return [one.result(timeout=60) for one in [pool.submit(run, barrier, deed) for deed in deeds]]

        yield act


@pytest.mark.parametrize("what", ["facilitator", "venue", "group"])
def test_nothing_is_booked_from_two_tabs_at_once(scene: Scene, what: str) -> None:
    with at_once() as act:
        for day in range(1, 3):
            same: dict[str, Any] = {
                "facilitator": {"facilitator": scene.facilitators[0]},
                "venue": {"venue": scene.venues[0]},
                "group": {"group": 0},
            }[what]
            went = act(*(partial(scene.schedule, n, day=day, **same) for n in range(RUNNERS)))
            assert Counter(went) == {"done": 1, "AlreadyBooked": RUNNERS - 1}
            seminar = Seminar.objects.get(state="scheduled")
            assert Booking.objects.filter(seminar=seminar).count() == 3
            cancel_seminar(seminar, reason="Again.", by=None)
            assert Booking.objects.count() == 0


def test_two_who_want_what_the_other_holds_do_not_wait_for_ever(scene: Scene) -> None:
    """Each moves into the other's time and hall: both refused, or one after the other, and never an error."""
    first = scene.schedule(0, day=1)
    second = scene.schedule(1, day=2)
    with at_once() as act:
        for _ in range(ROUNDS):
            went = act(
                lambda: switch_mode(first, mode="face_to_face", venue=scene.venues[1], by=None),
                lambda: switch_mode(second, mode="face_to_face", venue=scene.venues[0], by=None),
                lambda: replace_facilitator(first, facilitator=scene.facilitators[1], by=None),
                lambda: replace_facilitator(second, facilitator=scene.facilitators[0], by=None),
            )
            assert set(went) == {"done"}  # on other days they do not clash
            act(
                lambda: switch_mode(first, mode="face_to_face", venue=scene.venues[0], by=None),
                lambda: switch_mode(second, mode="face_to_face", venue=scene.venues[1], by=None),
                lambda: replace_facilitator(first, facilitator=scene.facilitators[0], by=None),
                lambda: replace_facilitator(second, facilitator=scene.facilitators[1], by=None),
            )
    for seminar in (first, second):
        seminar.refresh_from_db()
        revisions = list(SeminarChange.objects.filter(seminar=seminar).values_list("revision", flat=True))
        assert sorted(revisions) == list(range(seminar.revision + 1))


def test_one_session_is_moved_from_two_tabs_and_each_move_is_told_once(scene: Scene) -> None:
    seminar = scene.schedule(0, day=1)
    person = scene.groups[0].memberships.get().enrolment.person
    Message.objects.all().delete()
    with at_once() as act:
        times = [scene.noon + timedelta(days=day) for day in (3, 4, 5, 3)]
        went = act(
            *(
                partial(reschedule_seminar, seminar, starts_at=at, ends_at=at + timedelta(hours=1), by=None)
                for at in times
            )
        )
    assert set(went) == {"done"}
    seminar.refresh_from_db()
    # Whoever comes to find it there already moves nothing.
    assert Message.objects.filter(person=person).count() == seminar.revision
    assert seminar.revision in {3, 4}


def test_a_draft_published_from_two_tabs_is_published_once(scene: Scene) -> None:
    planned = [scene.schedule(n, day=1, told=False) for n in range(RUNNERS)]
    with at_once() as act:
        went = act(*(lambda: publish_timetable(scene.cohort, by=None) for _ in range(RUNNERS)))
    assert set(went) == {"done"}
    assert scene.cohort.publications.count() == 1
    assert Message.objects.count() == 2 * RUNNERS  # each group's one person, and each facilitator
    assert SeminarChange.objects.filter(seminar__in=planned).count() == RUNNERS


def test_publishing_meets_what_is_done_at_once_in_the_meantime(scene: Scene) -> None:
    """Discarding, cancelling and moving while it is published: whatever the order, rows and letters agree."""
    with at_once() as act:
        for number in range(ROUNDS):
            Message.objects.all().delete()
            for seminar in Seminar.objects.filter(state="scheduled"):
                cancel_seminar(seminar, reason="Again.", by=None)
            Message.objects.all().delete()
            planned, other = (scene.schedule(n, day=1 + number, told=False) for n in (0, 1))
            known = scene.schedule(2, day=1 + number)
            Message.objects.all().delete()
            plan_change(known, to=replace(arrangement_of(known), venue=scene.venues[3].pk), by=None)
            went = act(
                partial(publish_timetable, scene.cohort, by=None),
                partial(discard_seminar, planned, by=None),
                partial(cancel_seminar, known, reason="Snow", by=None),
            )
            assert set(went) <= {"done", "ToldAlready"}
            assert Seminar.objects.get(pk=other.pk).state == "scheduled"
            left = Seminar.objects.filter(pk=planned.pk).first()
            assert (left is None) == (went[1] == "done")
            known.refresh_from_db()
            assert (known.state, known.bookings.count()) == ("cancelled", 0)
            member = scene.groups[0].memberships.get().enrolment.person
            assert Message.objects.filter(person=member).count() == (left is not None)


def test_two_halls_are_swapped_while_others_want_them(scene: Scene) -> None:
    first, second = (scene.schedule(n, day=1) for n in (0, 1))
    for one, to in ((first, scene.venues[1]), (second, scene.venues[0])):
        plan_change(one, to=replace(arrangement_of(one), venue=to.pk), by=None)
    with at_once() as act:
        went = act(
            lambda: publish_timetable(scene.cohort, by=None),
            lambda: scene.schedule(2, day=1, venue=scene.venues[0]),
            lambda: scene.schedule(3, day=1, venue=scene.venues[1]),
        )
    assert went == ["done", "AlreadyBooked", "AlreadyBooked"]
    assert [Seminar.objects.get(pk=one.pk).venue for one in (first, second)] == [scene.venues[1], scene.venues[0]]


def test_a_hall_that_shrinks_while_it_is_booked_is_too_small_for_one_of_the_two(scene: Scene) -> None:
    hall = scene.venues[0]

    def shrink() -> None:
        try:
            found = Venue.objects.filter(pk=hall.pk, bookings=None).update(capacity=5)
        except IntegrityError as refusal:  # it was looked for before the booking was there, and waited for that one
            raise TooLate from refusal
        if not found:
            raise TooLate

    class TooLate(RuleViolation):
        pass

    with at_once() as act:
        went = act(shrink, lambda: scene.schedule(0, day=1))
    hall.refresh_from_db()
    booked = hall.bookings.exists()
    assert went in (["done", "VenueTooSmall"], ["TooLate", "done"])
    assert (hall.capacity >= scene.cohort.capacity) == booked


def test_a_hall_deleted_while_it_is_chosen_is_said_to_be_missing(scene: Scene) -> None:
    hall = scene.venues[0]
    with at_once() as act:
        went = act(lambda: delete_venue(hall, by=None), lambda: scene.schedule(0, day=1))
    assert went in (["done", "VenueMissing"], ["VenueInUse", "done"])
