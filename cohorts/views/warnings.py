"""Whom to speak to first, of all the people that a facilitator or a lead answers for."""

from collections.abc import Sequence

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cohorts.queries import warnings as queries
from cohorts.queries.warnings import SPARE, STANDINGS, Asked
from cohorts.rules.policy import StandingState
from npqh_portal import clock
from npqh_portal.web.doors import person_of
from npqh_portal.web.downloads import Taken, csv_download, csv_text

from .staff import Side, choices_sent, for_both

PEOPLE_ON_A_PAGE = 25
_STANDINGS = {state: label for state, label in STANDINGS.items() if state is not StandingState.MET}
COLUMNS = (
    "Name",
    "School",
    "Cohort",
    "Group",
    "Standing",
    "Earned",
    "Can be reached",
    *SPARE,
    "Can still miss",
    "Why, and the shortest way back",
    "Last contact",
    "On",
)


@require_safe
def _warnings(request: HttpRequest, *, side: Side) -> HttpResponse:
    person, at = person_of(request), clock.now()
    stays = side.stays(person)
    places = queries.places_of(stays)
    asked, is_strange = _asked(request, places)
    page = Paginator(queries.flagged(stays, asked, at), PEOPLE_ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "side": side,
        "may_contact": side.may_contact(person),
        "page": page,
        "lines": queries.warning_lines(list(page), at),
        "asked": asked,
        "is_strange": is_strange,
        "is_narrowed": bool(asked.words or asked.cohort or asked.group or asked.standing),
        "query": request.GET.urlencode(),
        "cohorts": sorted({(public_id, name) for public_id, name, _ in places}, key=lambda pair: pair[1]),
        "groups": sorted({group for _, _, group in places if group}),
        "standings": _STANDINGS.items(),
        "orders": queries.ORDERS.items(),
    }
    return render(request, "cohorts/warnings.html", context)


@never_cache
@require_safe
def _warnings_file(request: HttpRequest, *, side: Side) -> HttpResponse:
    person, at = person_of(request), clock.now()
    stays = side.stays(person)
    asked, _ = _asked(request, queries.places_of(stays))
    lines = queries.warning_lines(queries.flagged(stays, asked, at), at)
    rows = [
        (
            one.name,
            one.school,
            one.cohort,
            one.group,
            one.judged.standing_words,
            one.standing.percent,
            one.standing.reachable_percent,
            one.judged.spare_minutes,
            one.judged.spare_items,
            one.judged.can_miss,
            one.why,
            one.last_way,
            one.last_on or "",
        )
        for one in lines
    ]
    taken = Taken("early-warnings.exported", len(rows), person, chosen=request.GET.urlencode())
    return csv_download(csv_text([COLUMNS, *rows]), f"early-warnings-{clock.today()}.csv", taken=taken)


warnings, lead_warnings = for_both(_warnings)
warnings_file, lead_warnings_file = for_both(_warnings_file)


def _asked(request: HttpRequest, places: Sequence[tuple[str, str, str]]) -> tuple[Asked, bool]:
    """And whether a part of it is unknown, and so left out."""
    offered = {
        "cohort": {public_id for public_id, _, _ in places},
        "group": {group for _, _, group in places},
        "standing": _STANDINGS,
        "order": queries.ORDERS,
    }
    chosen, is_strange = choices_sent(request, offered)
    return Asked(request.GET.get("q", "").strip()[:100], **chosen), is_strange
