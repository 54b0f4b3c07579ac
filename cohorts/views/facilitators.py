"""A facilitator's own pages."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from cohorts import queries
from cohorts.access import registers_of
from cohorts.rules.dates import end_of
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import for_role

from .own import person_of

SITTINGS_AHEAD = 4


@for_role(Role.FACILITATOR)
@require_safe
def today(request: HttpRequest) -> HttpResponse:
    now, tonight = clock.now(), end_of(clock.today())
    mine = registers_of(person_of(request))
    context = {
        "to_do": queries.registers_to_do(mine, before=tonight),
        "ahead": queries.sittings_ahead(mine, now)[:SITTINGS_AHEAD],
        "now": now,
        "tonight": tonight,
        "long_ago": now - timedelta(days=1),
    }
    return render(request, "cohorts/today.html", context)
