"""Saving a register of 30, with its credit and its audit entry, against one bare upsert of 30 rows."""

from collections.abc import Callable, Iterator
from itertools import cycle

from django.db import connection

from cohorts.actions import record_register
from cohorts.rules.engagement import MarkInput
from tests.bench.measuring import Contest, Work
from tests.bench.people import world


def contests() -> Iterator[Contest]:
    it = world()
    people = list(it.seminar.group.memberships.values_list("enrolment_id", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TABLE bench_mark (seminar_id bigint, enrolment_id bigint, minutes int,"
            " PRIMARY KEY (seminar_id, enrolment_id))"
        )
    portal_minutes, limit_minutes = cycle([50, 60]), cycle([50, 60])

    def save() -> None:
        marks = dict.fromkeys(people, MarkInput("partly", next(portal_minutes)))
        record_register(it.seminar, marks=marks, by=it.facilitator)

    yield Contest(
        goal=9,
        what=f"saving a register of {len(people)}",
        limit=Work(upsert(it.seminar.pk, people, limit_minutes)),
        portal=Work(save),
        at_most=2.5,
        writes=True,
    )


def upsert(seminar: int, people: list[int], minutes: Iterator[int]) -> Callable[[], None]:
    def run() -> None:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO bench_mark SELECT %s, unnest(%s), %s"
                " ON CONFLICT (seminar_id, enrolment_id) DO UPDATE SET minutes = excluded.minutes",
                [seminar, people, next(minutes)],
            )

    return run
