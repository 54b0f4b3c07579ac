"""What is due, from when and until when."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import cancel_seminar, record_register
from cohorts.models import Cohort, Membership
from cohorts.reminders import due
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.reminders import Reminder
from npqh_portal.people.models import User
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_group, a_seminar, an_enrolment

# 1 June 2026, 10am in London.
STARTS_AT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)


def of_kind(kind: str, at: datetime) -> list[Reminder]:
    return [one for one in due(at) if one.kind == kind]


def to_whom(kind: str, at: datetime) -> set[User]:
    return {one.to for one in of_kind(kind, at)}


@pytest.mark.parametrize(
    ("at", "is_due"),
    [
        (datetime(2026, 5, 31, 7, 59, 59, tzinfo=UTC), False),  # 8.59am on the day before, in London
        (datetime(2026, 5, 31, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 8, 59, 59, tzinfo=UTC), True),
        (STARTS_AT, False),
        (datetime(2026, 5, 30, 12, 0, tzinfo=UTC), False),
    ],
)
def test_a_seminar_is_announced_from_nine_the_day_before_until_it_starts(
    world: World, at: datetime, is_due: bool
) -> None:
    (a,) = world.enrol()
    seminar = a_seminar(world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=STARTS_AT)
    assert to_whom("seminar-tomorrow", at) == ({a.person, world.facilitator} if is_due else set())
    assert {one.stale_at for one in of_kind("seminar-tomorrow", at)} <= {seminar.starts_at}


def test_only_those_in_the_group_are_reminded(world: World) -> None:
    a, gone = world.enrol(2)
    Membership.objects.filter(enrolment=gone).update(to_on=NOW.date())
    an_enrolment(world.cohort, a_group(world.cohort))
    a_seminar(world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=STARTS_AT)
    assert to_whom("seminar-tomorrow", STARTS_AT - timedelta(hours=1)) == {a.person, world.facilitator}


def test_a_conference_is_announced_to_every_group(world: World) -> None:
    (a,) = world.enrol()
    b = an_enrolment(world.cohort, a_group(world.cohort))
    a_seminar(world.cohort, world.other_item, None, facilitator=world.facilitator, starts_at=STARTS_AT)
    assert to_whom("seminar-tomorrow", STARTS_AT - timedelta(hours=1)) == {a.person, b.person, world.facilitator}


def test_neither_a_cancelled_seminar_nor_a_draft_cohort_is_announced(world: World) -> None:
    world.enrol()
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=STARTS_AT)
    Cohort.objects.update(state="draft")
    assert of_kind("seminar-tomorrow", STARTS_AT - timedelta(hours=1)) == []
    Cohort.objects.update(state="running")
    cancel_seminar(seminar, reason="Snow", by=world.lead)
    assert of_kind("seminar-tomorrow", STARTS_AT - timedelta(hours=1)) == []


def test_a_register_is_asked_for_two_hours_after_the_end_for_a_week(world: World) -> None:
    world.enrol(2)
    ended = world.seminar.ends_at
    assert to_whom("register-not-taken", ended + timedelta(hours=1, minutes=59)) == set()
    assert to_whom("register-not-taken", ended + timedelta(hours=2)) == {world.facilitator}
    assert to_whom("register-not-taken", ended + timedelta(days=6, hours=23)) == {world.facilitator}
    assert to_whom("register-not-taken", ended + timedelta(days=7)) == set()


def test_a_register_is_asked_for_until_its_last_mark(world: World) -> None:
    a, b = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    assert to_whom("register-not-taken", NOW) == {world.facilitator}
    record_register(world.seminar, marks={b.pk: mark("absent")}, by=world.facilitator)
    assert to_whom("register-not-taken", NOW) == set()


def test_a_group_without_people_owes_no_register(world: World) -> None:
    assert of_kind("register-not-taken", NOW) == []


def test_keys_make_a_second_message_impossible_and_a_new_time_makes_a_new_one(world: World) -> None:
    world.enrol()
    seminar = a_seminar(world.cohort, world.other_item, world.group, starts_at=STARTS_AT)
    early, late = (of_kind("seminar-tomorrow", STARTS_AT - timedelta(hours=hours)) for hours in (20, 1))
    assert {one.key for one in early} == {one.key for one in late}
    type(seminar).objects.filter(pk=seminar.pk).update(revision=1)
    moved = of_kind("seminar-tomorrow", STARTS_AT - timedelta(hours=1))
    assert {one.key for one in moved}.isdisjoint({one.key for one in late})


def test_every_reminder_has_its_letter(world: World) -> None:
    (a,) = world.enrol()
    a_seminar(world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=STARTS_AT)
    for one in [*due(STARTS_AT - timedelta(hours=20)), *due(NOW)]:
        queue_message(one.kind, to=one.to, key=one.key, about=one.about, words=one.words, stale_at=one.stale_at)
    subjects = dict(Message.objects.values_list("key", "subject"))
    assert sorted(subjects.values()) == [
        "Seminar 2 is tomorrow, 1 June 2026, 10am",
        "Seminar 2 is tomorrow, 1 June 2026, 10am",
        "Take the register of Seminar 1, 17 March 2026",
    ]
    to_participant = Message.objects.get(person=a.person).text
    assert "Led by: Gwen Ashdown-Pike" in to_participant
    assert "It is worth 2 hours of your course." in to_participant


def test_reminders_take_as_many_statements_for_one_seminar_as_for_three(world: World) -> None:
    counts: list[Any] = []
    for _ in range(2):
        world.enrol(2)
        group = a_group(world.cohort)
        an_enrolment(world.cohort, group)
        a_seminar(world.cohort, world.other_item, group, starts_at=STARTS_AT)
        with CaptureQueriesContext(connection) as seen:
            list(due(STARTS_AT - timedelta(hours=1)))
        counts.append(len(seen))
    assert counts[0] == counts[1]
