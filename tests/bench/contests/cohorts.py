"""What a lead sees of a cohort of 500, against the list page (25 rows, three joins, a known user)."""

from collections.abc import Iterator

from django.urls import reverse

from tests.bench.browsing import PORTAL, USUAL_MIDDLEWARE, limit_handler, visit
from tests.bench.limits.pages import make_list
from tests.bench.measuring import Contest, Work
from tests.bench.people import world


def contests() -> Iterator[Contest]:
    make_list()
    it = world()
    list_page = Work(visit(limit_handler(USUAL_MIDDLEWARE), "/list/", it.lead))
    for goal, what, page, most in (
        (21, "cohort of 500, for its lead", "home:cohort", 12),
        (21, "its map, 50 of 500 by 12 seminars", "cohorts:heat_map_lead", 12),
        (3, "its people, 25 rows of 500", "home:cohort_people", 8),
        (3, "its sessions, 25 rows", "home:cohort_sessions", 8),
    ):
        yield Contest(
            goal=goal,
            what=what,
            limit=list_page,
            portal=Work(visit(PORTAL, reverse(page, args=[it.cohort.public_id]), it.lead)),
            at_most=1.5,
            statements_most=most,
        )
