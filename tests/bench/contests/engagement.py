"""Where ten thousand people stand, and where one does, against the plainest sums that give the same minutes."""

from collections.abc import Iterator

from django.db import connection

from cohorts.models import Enrolment
from cohorts.queries import figures_for, standings_of
from cohorts.queries.forecasts import outlook_of
from npqh_portal import clock
from tests.bench.measuring import Contest, Work
from tests.bench.people import world

SUMS = """
    SELECT p.enrolment_id, sum(l.change), sum(i.minutes)
    FROM cohorts_personalitem p
    JOIN programmes_item i ON i.id = p.item_id
    LEFT JOIN cohorts_ledgerentry l ON l.enrolment_id = p.enrolment_id AND l.item_id = p.item_id
    WHERE p.enrolment_id = ANY(%s)
    GROUP BY p.enrolment_id
"""


def contests() -> Iterator[Contest]:
    everybody, at = world().everybody, clock.now()
    one = everybody[:1]
    ours = {pk: (parts[0].credited, parts[0].total) for pk, parts in figures_for(everybody, at).items()}
    if {pk: minutes for pk, *minutes in sums(everybody)} != {pk: list(minutes) for pk, minutes in ours.items()}:
        raise RuntimeError("The limit and the portal do not say the same: they cannot be compared.")
    yield Contest(
        goal=7,
        what=f"engagement of {len(everybody):,} people",
        limit=Work(lambda: sums(everybody)),
        portal=Work(lambda: standings_of(everybody, at)),
        at_most=1.15,
        statements_most=1,
    )
    person = Enrolment.objects.select_related("version").get(pk=one[0])
    yield Contest(
        goal=8,
        what="engagement of one person, item by item",
        limit=Work(lambda: sums(one)),
        portal=Work(lambda: outlook_of(person, at).forecast),
        at_most=3,
        statements_most=3,
    )
    yield Contest(
        goal=8,
        what="engagement of one person",
        limit=Work(lambda: sums(one)),
        portal=Work(lambda: standings_of(one, at)),
        at_most=3,
        statements_most=1,
    )


def sums(enrolments: list[int]) -> list[tuple[int, int, int]]:
    with connection.cursor() as cursor:
        cursor.execute(SUMS, [enrolments])
        found: list[tuple[int, int, int]] = cursor.fetchall()
        return found
