"""The last place at a session, wanted by several at once, on real connections to PostgreSQL."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import OperationalError, connection, transaction

from cohorts.actions import (
    MarkInput,
    attend_elsewhere,
    attend_with_own_group,
    cancel_seminar,
    defer_enrolment,
    record_register,
    transfer,
    withdraw_enrolment,
)
from cohorts.models import Enrolment, Group, GuestPlace, Seminar
from cohorts.queries import who_is_expected
from npqh_portal import clock
from npqh_portal.db import lock
from npqh_portal.programmes.states import VersionState
from tests.cohorts.test_races_timetable import at_once
from tests.factories import a_cohort, a_group, a_seminar, a_venue, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_last_place_goes_to_one_of_those_who_ask_or_move_at_once() -> None:
    """Two would be guests, one moves into the group: the hall never holds one too many."""
    for _ in range(4):
        version = a_version(state=VersionState.DRAFT)
        item = an_item(version)
        published(version)
        cohort = a_cohort(version)
        own, other = a_group(cohort), a_group(cohort, capacity=2)
        when = clock.now() + timedelta(days=3)
        host = a_seminar(cohort, item, other, starts_at=when, venue=a_venue(capacity=2))
        an_enrolment(cohort, other)
        asking = [an_enrolment(cohort, own) for _ in range(3)]
        with at_once() as act:
            went = act(
                partial(attend_elsewhere, asking[0], seminar=host, by=None),
                partial(attend_elsewhere, asking[1], seminar=host, by=None),
                partial(transfer, asking[2], cohort=cohort, group=other, by=None),
            )
        counted = Counter(went)
        assert counted["done"] == 1
        assert counted["SittingFull"] + counted["FullWithGuests"] == 2
        assert len(who_is_expected(Seminar.objects.get(pk=host.pk))) == 2


def test_one_who_asks_from_two_tabs_has_one_place() -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version)
    published(version)
    cohort = a_cohort(version)
    person = an_enrolment(cohort, a_group(cohort))
    hosts = [a_seminar(cohort, item, a_group(cohort), starts_at=clock.now() + timedelta(days=day)) for day in (3, 4)]
    with at_once() as act:
        went = act(*(partial(attend_elsewhere, person, seminar=host, by=None) for host in hosts))
    assert Counter(went) == {"done": 1, "GuestElsewhere": 1}
    assert GuestPlace.objects.filter(ended_at=None).count() == 1


# --- one order of locks ----------------------------------------------------------------------------


class Meeting:
    """A guest and the session to which they come, and what can be done to either of them."""

    def __init__(self) -> None:
        version = a_version(state=VersionState.DRAFT)
        item = an_item(version)
        published(version)
        self.cohort = a_cohort(version)
        own, self.other = a_group(self.cohort), a_group(self.cohort)
        soon = clock.now() + timedelta(minutes=1)  # its register is open on the day
        self.host = a_seminar(self.cohort, item, self.other, starts_at=soon, ends_at=soon + timedelta(hours=1))
        a_seminar(self.cohort, item, own, starts_at=soon + timedelta(days=1))
        self.guest = an_enrolment(self.cohort, own)

    def deed(self, name: str) -> Callable[[], object]:
        place = GuestPlace.objects.filter(enrolment=self.guest, ended_at=None).first()
        deeds: dict[str, Callable[[], object]] = {
            "attend": partial(attend_elsewhere, self.guest, seminar=self.host, by=None),
            "give up": partial(attend_with_own_group, place, by=None) if place else lambda: None,
            "register": partial(record_register, self.host, marks={self.guest.pk: MarkInput("present")}, by=None),
            "cancel": partial(cancel_seminar, self.host, reason="Flooded", by=None),
            "move": partial(transfer, self.guest, cohort=self.cohort, group=self.other, by=None),
            "defer": partial(defer_enrolment, self.guest, reason="Illness", by=None),
            "withdraw": partial(withdraw_enrolment, self.guest, reason="Left", by=None),
        }
        return deeds[name]


def _run(deed: Callable[[], object]) -> None:
    try:
        deed()
    finally:
        connection.close()


def _wait_for_waiting(count: int) -> None:
    """Until so many connections to this database wait for a lock."""
    until = monotonic() + 20
    while True:
        with connection.cursor() as cursor:
            # What pg_stat_activity says stands still as long as a transaction lasts.
            cursor.execute(
                "SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted AND pid IN"
                " (SELECT pid FROM pg_locks JOIN pg_database ON database = oid WHERE datname = current_database())"
            )
            if cursor.fetchone() == (count,):
                return
        assert monotonic() < until, "nobody waits"
        sleep(0.01)


@pytest.mark.parametrize(
    ("held", "first", "then", "is_guest"),
    [
        ("guest", "attend", "register", False),
        ("guest", "give up", "register", True),
        ("host", "attend", "defer", False),
        ("host", "attend", "withdraw", False),
        ("host", "attend", "move", False),
        ("other", "cancel", "move", True),
    ],
)
def test_two_who_want_the_same_rows_wait_for_and_never_on_each_other(
    held: str, first: str, then: str, is_guest: bool, time_machine: Any
) -> None:
    """What both want is held until both wait for it, or one for the other, each with what it holds by then."""
    time_machine.move_to("2026-11-23 12:00+00:00")
    meeting = Meeting()
    if is_guest:
        attend_elsewhere(meeting.guest, seminar=meeting.host, by=None)
    deeds = [meeting.deed(name) for name in (first, then)]
    row: Enrolment | Group | Seminar = getattr(meeting, held)
    with ThreadPoolExecutor(2) as pool:
        with transaction.atomic():
            lock(row)
            running = []
            for number, deed in enumerate(deeds, start=1):
                running.append(pool.submit(_run, deed))
                _wait_for_waiting(number)
        went = [one.exception(timeout=30) for one in running]
    assert went[0] is None
    assert not isinstance(went[1], OperationalError)  # how PostgreSQL tells of two who wait on each other
