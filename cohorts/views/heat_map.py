"""Who was where: the people of a cohort by its items, as a map, as a list and as a file."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.text import slugify
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cohorts.access import LEADS, cohorts_visible_to, seminars_visible_to
from cohorts.models import Cohort, Membership
from cohorts.queries import heat_map as queries
from cohorts.queries.heat_map import OWN_TIME, SESSIONS, MapAsked, Row
from cohorts.queries.warnings import STANDINGS
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.tables import day_written
from npqh_portal.web.doors import for_role, person_of
from npqh_portal.web.downloads import Taken, csv_download, csv_text

from .staff import LEAD, Side, choices_sent, for_both

PEOPLE_ON_A_PAGE = 50
# Of what stands in an address in the place of a day, so many characters are repeated.
_SHOWN = 40


@require_safe
def _heat_map(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    person, at = person_of(request), clock.now()
    cohort, stays = _reached(person, public_id, side)
    groups = queries.group_names(stays)
    asked, is_strange = _asked(request, groups)
    from_on, to_on = _days(request)
    columns, kinds = queries.columns_of(cohort, asked)
    people = queries.people_of(stays, asked, at)
    page = Paginator(people, PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    rows = queries.rows_of(list(page), columns, at)
    context = {
        "side": side,
        "cohort": cohort,
        "page": page,
        "columns": columns,
        "rows": rows,
        "has_others": any(row.person.follows for row in rows),
        "open": _registers_open_to(person, rows),
        "letters": queries.letters_of(rows),
        "asked": asked,
        "days": [from_on, to_on],
        "is_strange": is_strange,
        "is_narrowed": bool(asked.words or asked.group or asked.standing),
        "query": request.GET.urlencode(),
        "kinds": kinds,
        "groups": groups,
        "standings": [(queries.WARNED, "To speak to first"), *STANDINGS.items()],
        "orders": queries.ORDERS.items(),
        "at": at,
    }
    return render(request, "cohorts/heat_map.html", context)


@never_cache
@require_safe
def _heat_map_file(request: HttpRequest, public_id: str, *, side: Side) -> HttpResponse:
    """Of everybody who is asked for, not of a page alone."""
    person, at = person_of(request), clock.now()
    cohort, stays = _reached(person, public_id, side)
    asked, _ = _asked(request, queries.group_names(stays))
    columns, _ = queries.columns_of(cohort, asked)
    rows = queries.rows_of(queries.people_of(stays, asked, at), columns, at)
    taken = Taken("heat-map.exported", len(rows), person, of=cohort, chosen=request.GET.urlencode())
    return csv_download(csv_text(queries.map_table(rows, columns)), _name("who-was-where", cohort), taken=taken)


heat_map, heat_map_lead = for_both(_heat_map)
heat_map_file, heat_map_file_lead = for_both(_heat_map_file)


@for_role(*LEADS)
@never_cache
@require_safe
def engagement_file(request: HttpRequest, public_id: str) -> HttpResponse:
    """Where everybody of a cohort stands, by component."""
    person, at = person_of(request), clock.now()
    cohort = get_object_or_404(cohorts_visible_to(person), public_id=public_id)
    stays = LEAD.stays(person).filter(cohort=cohort)
    asked, _ = _asked(request, queries.group_names(stays))
    people = queries.people_of(stays, asked, at)
    taken = Taken("engagement.exported", len(people), person, of=cohort, chosen=request.GET.urlencode())
    return csv_download(csv_text(queries.engagement_table(people)), _name("engagement", cohort), taken=taken)


def _reached(person: User, public_id: str, side: Side) -> tuple[Cohort, QuerySet[Membership]]:
    cohort = get_object_or_404(side.cohorts(person).select_related("version"), public_id=public_id)
    return cohort, side.stays(person).filter(cohort=cohort)


def _registers_open_to(person: User, rows: list[Row]) -> set[str]:
    """Of the registers behind these boxes, those that the reader may open. One statement."""
    wanted = {box.seminar for row in rows for box in row.boxes if box.seminar}
    return set(seminars_visible_to(person).filter(public_id__in=wanted).values_list("public_id", flat=True))


def _asked(request: HttpRequest, groups: Collection[str]) -> tuple[MapAsked, bool]:
    """And whether a part of it is unknown, and so left out."""
    offered = {
        "group": groups,
        "standing": {queries.WARNED, *STANDINGS},
        "kind": {SESSIONS, OWN_TIME, *ItemKind.values},
        "order": queries.ORDERS,
    }
    chosen, is_strange = choices_sent(request, offered)
    from_on, to_on = _days(request)
    words = request.GET.get("q", "").strip()[:100]
    kind = chosen["kind"] or SESSIONS
    return MapAsked(words, chosen["group"], chosen["standing"], kind, chosen["order"], from_on.on, to_on.on), is_strange


@dataclass(frozen=True)
class Day:
    """The first or the last day asked for. `unread` is what the address has there and no day can be read from."""

    name: str
    label: str
    on: date | None
    unread: str


def _days(request: HttpRequest) -> tuple[Day, Day]:
    return _day(request, "from", "From"), _day(request, "to", "To")


def _day(request: HttpRequest, name: str, label: str) -> Day:
    written = request.GET.get(name, "").strip()
    on = day_written(written)
    return Day(name, label, on, "" if on else written[:_SHOWN])


def _name(what: str, cohort: Any) -> str:
    return f"{what}-{slugify(cohort.name)}-{clock.today()}.csv"
