"""Whatever people do about groups and guests' places, what they attended stays, and what they are entitled to, too."""

import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from cohorts.actions import attend_elsewhere, attend_with_own_group, record_register, transfer
from cohorts.models import AttendanceMark, Cohort, Enrolment, Group, GuestPlace, Membership, Seminar
from cohorts.queries import register_lines, sessions_of, standing_of, who_is_expected_at
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, mark
from tests.factories import a_cohort, a_group, a_seminar, a_venue, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db

HISTORIES = 500 if os.environ.get("LONG") == "1" else 25
STEPS = 14


@dataclass
class History:
    """Three groups in two cohorts; each has a sitting of each of three items, on days of its own. Five people."""

    random: Random
    clock: Any
    groups: list[Group] = field(default_factory=list)
    people: list[Enrolment] = field(default_factory=list)
    credited: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.clock.move_to(NOW, tick=False)
        version = a_version(state=VersionState.DRAFT)
        items = [an_item(version, minutes=120) for _ in range(3)]
        published(version)
        first, second = (a_cohort(version, starts_on=(NOW - timedelta(days=60)).date()) for _ in range(2))
        self.groups = [a_group(first, capacity=3), a_group(first, capacity=3), a_group(second, capacity=3)]
        days = self.random.sample(range(1, 40), 9)
        for group in self.groups:
            for item in items:
                a_seminar(
                    group.cohort, item, group, starts_at=NOW + timedelta(days=days.pop()), venue=a_venue(capacity=3)
                )
        self.people = [an_enrolment(group.cohort, group) for group in [*self.groups, *self.groups[:2]]]

    def step(self) -> None:
        act = self.random.choice([self.go, self.go, self.go, self.come_back, self.move, self.take_register, self.wait])
        with suppress(RuleViolation), transaction.atomic():
            act()

    def go(self) -> None:
        seminars = list(Seminar.objects.order_by("pk"))
        attend_elsewhere(self.random.choice(self.people), seminar=self.random.choice(seminars), by=None)

    def come_back(self) -> None:
        if places := list(GuestPlace.objects.filter(ended_at=None).order_by("pk")):
            attend_with_own_group(self.random.choice(places), by=None)

    def move(self) -> None:
        group = self.random.choice(self.groups)
        transfer(self.random.choice(self.people), cohort=Cohort.objects.get(pk=group.cohort_id), group=group, by=None)

    def take_register(self) -> None:
        if begun := list(Seminar.objects.filter(starts_at__lte=clock.now()).order_by("pk")):
            seminar = self.random.choice(begun)
            left = [line for line in register_lines(seminar, clock.now()) if not line.mark and not line.is_late]
            record_register(
                seminar,
                marks={line.enrolment.pk: mark(self.random.choice(["present", "absent"])) for line in left},
                by=None,
            )

    def wait(self) -> None:
        self.clock.move_to(clock.now() + timedelta(days=self.random.randint(1, 6)), tick=False)

    def check(self, marks_before: set[int]) -> None:
        now = clock.now()
        marks = set(AttendanceMark.objects.values_list("pk", flat=True))
        assert marks_before <= marks
        ahead = list(Seminar.objects.filter(starts_at__gt=now))
        expected = who_is_expected_at(ahead)
        for seminar in ahead:
            assert len(expected[seminar.pk]) <= 3, "a hall of three is never asked to hold more"
        for enrolment in self.people:
            standing = standing_of(enrolment, now)
            assert standing.total == 360
            assert standing.credited >= self.credited.get(enrolment.pk, 0)
            self.credited[enrolment.pk] = standing.credited
            theirs = [one for one in ahead if enrolment in expected[one.pk]]
            assert len({one.item_id for one in theirs}) == len(theirs), "nobody is expected twice for one item"
            assert set(sessions_of(enrolment.person).filter(starts_at__gt=now)) == set(theirs)
            stay = Membership.objects.get(enrolment=enrolment, to_on=None)
            own = {one.item_id for one in ahead if one.group_id == stay.group_id}
            assert own <= {one.item_id for one in theirs} | _sat_elsewhere(enrolment)


def _sat_elsewhere(enrolment: Enrolment) -> set[int]:
    """Items for which they have been a guest already, whether they were marked there yet or not."""
    places = GuestPlace.objects.filter(enrolment=enrolment, ended_at=None, seminar__starts_at__lte=clock.now())
    return set(places.values_list("seminar__item", flat=True))


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_no_move_loses_attendance_or_changes_what_somebody_is_entitled_to(seed: int, time_machine: Any) -> None:
    history = History(Random(seed), time_machine)  # noqa: S311 - no secret
    for _ in range(STEPS):
        marks = set(AttendanceMark.objects.values_list("pk", flat=True))
        history.step()
        history.check(marks)


def test_the_histories_do_something(time_machine: Any) -> None:
    history = History(Random(1), time_machine)  # noqa: S311 - no secret
    for _ in range(200):
        history.step()
    assert GuestPlace.objects.exists()
    assert AttendanceMark.objects.exists()
    assert Membership.objects.filter(reason="moved").exists()
