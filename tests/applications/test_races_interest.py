"""Two sweeps, two visitors, a sweep and an applicant at once: nobody is told twice, and nobody is on it twice."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from functools import partial
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from applications.actions import (
    forget_interests,
    leave_register,
    register_interest,
    start_application,
    tell_of_opening,
)
from applications.errors import AlreadyTold
from applications.models import Interest
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.programmes.models import Programme
from tests.factories import a_form, a_person, a_version, an_intake

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    barrier = Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            barrier.wait(timeout=10)
            return act()
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return [future.result(timeout=30) for future in [pool.submit(run, act) for act in acts]]


def waits(programme: Programme, count: int) -> list[Interest]:
    return Interest.objects.bulk_create(
        Interest(programme=programme, email=f"head{n}@school.example", full_name="H", consent_words="You may.")
        for n in range(count)
    )


def test_two_sweeps_tell_each_once() -> None:
    intake = an_intake(a_version())
    waits(intake.version.programme, 500)
    now = clock.now()
    told = at_once(*[lambda: tell_of_opening(now)] * 3)
    assert sum(told) == 500
    assert Message.objects.filter(kind="interest-open").count() == 500
    assert Message.objects.values("address").distinct().count() == 500


def test_two_visitors_with_one_address_are_one() -> None:
    programme = a_version().programme

    def register() -> Interest:
        return register_interest(
            programme, email="head@school.example", full_name="H", consent_words="You may.", by=None
        )

    first, second = at_once(register, register)
    assert first == second
    assert (Interest.objects.count(), Message.objects.count()) == (1, 1)


def test_a_sweep_and_those_who_begin_by_themselves_wait_for_each_other() -> None:
    intake = an_intake(a_version())
    a_form(intake.version.programme)
    waits(intake.version.programme, 20)
    people = [a_person(email=f"head{n}@school.example") for n in range(4)]
    now = clock.now()
    at_once(
        lambda: tell_of_opening(now),
        *[partial(start_application, person, intake=intake, by=person) for person in people],
    )
    assert Interest.objects.waiting().count() == 0
    linked = set(Interest.objects.exclude(application=None).values_list("email", flat=True))
    assert linked == {person.email for person in people}
    letters = Message.objects.filter(kind="interest-open")
    assert 16 <= letters.count() <= 20
    assert letters.values("address").distinct().count() == letters.count()


@pytest.mark.parametrize("turn", range(10))
def test_who_leaves_as_the_sweep_comes_is_told_or_gone_never_both(turn: int) -> None:
    intake = an_intake(a_version())
    (interest,) = waits(intake.version.programme, 1)
    now = clock.now()

    def leave() -> None:
        with suppress(AlreadyTold):
            leave_register(interest, by=None)

    told, _ = at_once(lambda: tell_of_opening(now), leave)
    interest.refresh_from_db()
    assert (interest.told_at is None) != (interest.left_at is None)
    assert Message.objects.filter(kind="interest-open").count() == told


@pytest.mark.parametrize("turn", range(10))
def test_who_registers_as_the_sweep_comes_is_not_told_of_what_was_open_then(turn: int) -> None:
    intake = an_intake(a_version())
    programme, now = intake.version.programme, clock.now()
    register = partial(
        register_interest, programme, email="head@school.example", full_name="H", consent_words="You may.", by=None
    )
    told, interest = at_once(lambda: tell_of_opening(now), register)
    assert (told, tell_of_opening(now)) == (0, 0)
    assert list(interest.known.all()) == [intake]
    assert not Message.objects.filter(kind="interest-open").exists()


def test_two_sweeps_forget_each_once() -> None:
    programme, now = a_version().programme, clock.now()
    for interest in waits(programme, 50):
        leave_register(interest, by=None)
    forgotten = at_once(*[lambda: forget_interests(now + timedelta(days=1))] * 3)
    assert sum(forgotten) == 50
    assert Interest.objects.filter(email="").count() == 50
    assert Entry.objects.filter(verb="interest.forgotten").count() == 50
