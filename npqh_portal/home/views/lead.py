"""What the programme lead looks at first: all cohorts, one cohort, and the list behind each of its figures."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from cohorts.access import LEADS, applications_to_place, cohorts_visible_to
from cohorts.models import Cohort
from cohorts.queries import people_completed
from cohorts.queries.heat_map import letters_of
from cohorts.queries.history import in_words
from cohorts.queries.planning import terms_of
from cohorts.queries.support import lines_of
from cohorts.states import CohortState
from cohorts.views.staff import LEAD
from npqh_portal import clock
from npqh_portal.home.kinds import ChangeList, PeopleList, SessionList
from npqh_portal.home.queries import lead as queries
from npqh_portal.home.queries.lead import Asked
from npqh_portal.kinds import Kind
from npqh_portal.people.access import reaches_all
from npqh_portal.web.doors import for_role, person_of

COHORTS_ON_A_PAGE = 20
ROWS_ON_A_PAGE = 25
K = TypeVar("K", bound=Kind)


@dataclass(frozen=True)
class Choice:
    """One of the boxes to choose from above a list."""

    name: str
    label: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class Find:
    """What stands above a list: what is looked for, and what is chosen."""

    words: str
    hint: str
    choices: tuple[Choice, ...]


@for_role(*LEADS)
@require_safe
def lead(request: HttpRequest) -> HttpResponse:
    person, at = person_of(request), clock.now()
    visible = cohorts_visible_to(person)
    find = _find_cohorts(request, visible.values_list("delivery_partner__name", "version__programme__name"))
    chosen = {choice.name: choice.chosen for choice in find.choices}
    found = visible.select_related("version__programme", "provider", "delivery_partner")
    if find.words:
        found = found.filter(Q(name__icontains=find.words) | Q(groups__name__icontains=find.words)).distinct()
    if chosen["state"]:
        found = found.filter(state=chosen["state"])
    if chosen["partner"]:
        found = found.filter(delivery_partner__name=chosen["partner"])
    if chosen["programme"]:
        found = found.filter(version__programme__name=chosen["programme"])
    counted = queries.with_counts(found, at, applications_to_place(person))
    page = Paginator(counted, COHORTS_ON_A_PAGE).get_page(request.GET.get("page"))
    # Of the whole provider: whoever leads for a delivery partner has no part in what was before.
    completed = people_completed() if reaches_all(person, *LEADS) else 0
    context = {
        "page": page,
        "lines": queries.cohort_lines(list(page), at),
        "completed": completed,
        "find": find,
        "is_narrowed": bool(find.words or any(chosen.values())),
    }
    return render(request, "home/lead.html", context)


@for_role(*LEADS)
@require_safe
def cohort(request: HttpRequest, public_id: str) -> HttpResponse:
    person, at = person_of(request), clock.now()
    visible = cohorts_visible_to(person).select_related("version", "provider", "delivery_partner")
    known = queries.with_windows(queries.with_counts(visible, at, applications_to_place(person)))
    found = get_object_or_404(known, public_id=public_id)
    view = queries.cohort_page(found, at)
    context = {
        "view": view,
        "letters": letters_of(view.rows),
        "side": LEAD,
        "may_contact": LEAD.may_contact(person),
        "at": at,
    }
    return render(request, "home/cohort.html", context)


@for_role(*LEADS)
@require_safe
def people(request: HttpRequest, public_id: str) -> HttpResponse:
    person, cohort, at = person_of(request), _cohort(request, public_id), clock.now()
    kind = _kind(PeopleList, request)
    find, asked = _find(request, cohort, PeopleList, kind, queries.PEOPLE_ORDERS, "Name, school or email address.")
    if kind is PeopleList.UNPLACED:
        lines = queries.unplaced_lines(cohort, asked, applications_to_place(person))
    else:
        lines = queries.people_lines(cohort, kind, asked, at)
    take = f"?{urlencode({'group': asked.group})}" if asked.group else ""
    return _list(request, "home/cohort_people.html", cohort, kind, find, lines, group=asked.group, take=take)


@for_role(*LEADS)
@require_safe
def sessions(request: HttpRequest, public_id: str) -> HttpResponse:
    cohort, at = _cohort(request, public_id), clock.now()
    kind = _kind(SessionList, request)
    hint = "What it is, who leads it, or where."
    find, asked = _find(request, cohort, SessionList, kind, queries.SESSION_ORDERS, hint)
    lines = queries.session_lines(cohort, kind, asked, at)
    of_group = {"group": asked.group} if asked.group else {}
    more = {
        "at": at,
        "group": asked.group,
        "take": f"?{urlencode(of_group)}" if of_group else "",
        "terms": [(term.name, "?" + urlencode(of_group | {"term": term.name})) for term in terms_of(cohort)],
    }
    return _list(request, "home/cohort_sessions.html", cohort, kind, find, lines, **more)


@for_role(*LEADS)
@require_safe
def changes(request: HttpRequest, public_id: str) -> HttpResponse:
    cohort, at = _cohort(request, public_id), clock.now()
    kind = _kind(ChangeList, request)
    find, asked = _find(request, cohort, ChangeList, kind, queries.CHANGE_ORDERS, "What the session is about.")
    page = _page(request, queries.change_lines(cohort, kind, asked, at))
    lines = list(zip(page, in_words(list(page)), strict=True))
    context = {"cohort": cohort, "kind": kind, "find": find, "page": page, "lines": lines}
    return render(request, "home/cohort_changes.html", context)


@for_role(*LEADS)
@require_safe
def support(request: HttpRequest, public_id: str) -> HttpResponse:
    cohort = _cohort(request, public_id)
    order = _asked(request, "order")
    find = Find(_words(request), "Name or school.", (_orders(queries.SUPPORT_ORDERS, order),))
    page = _page(request, queries.unsupported_lines(cohort, Asked(find.words, order=order)))
    context = {"cohort": cohort, "find": find, "page": page, "lines": lines_of(page)}
    return render(request, "home/cohort_support.html", context)


def _cohort(request: HttpRequest, public_id: str) -> Cohort:
    return get_object_or_404(cohorts_visible_to(person_of(request)).select_related("version"), public_id=public_id)


def _kind(kinds: type[K], request: HttpRequest) -> K:
    """The list that is asked for by `show`; the first there is, where that is none."""
    wanted = _asked(request, "show")
    return next((kind for kind in kinds if kind.value == wanted), next(iter(kinds)))


def _find(
    request: HttpRequest,
    cohort: Cohort,
    kinds: type[Kind],
    kind: Kind,
    orders: Mapping[str, tuple[str, Any]],
    hint: str,
) -> tuple[Find, Asked]:
    asked = Asked(_words(request), _asked(request, "group"), _asked(request, "order"))
    groups = cohort.groups.order_by("name").values_list("name", flat=True)
    shows = Choice("show", "Show", tuple(kinds.choices()), kind.value)
    choices = (shows, _narrowing("group", "Group", groups, asked.group), _orders(orders, asked.order))
    return Find(asked.words, hint, choices), asked


def _find_cohorts(request: HttpRequest, named: Iterable[tuple[str | None, str]]) -> Find:
    """`named` are the delivery partner and the programme of each cohort within reach."""
    pairs = set(named)
    states = tuple(CohortState.choices)
    state = _asked(request, "state")
    partners = sorted({partner for partner, _ in pairs if partner})
    programmes = sorted({programme for _, programme in pairs})
    choices = [Choice("state", "State", (("", "Any"), *states), state if state in CohortState else "")]
    for name, label, options in (("partner", "Delivery partner", partners), ("programme", "Programme", programmes)):
        choices.append(_narrowing(name, label, options, _asked(request, name)))
    return Find(_words(request), "Name of a cohort or of one of its groups.", tuple(choices))


def _narrowing(name: str, label: str, options: Iterable[str], chosen: str) -> Choice:
    """A box that leaves everything in until something is chosen. What is not there any more finds nothing."""
    there = list(options)
    if chosen and chosen not in there:
        there.append(chosen)
    return Choice(name, label, (("", "Any"), *((one, one) for one in there)), chosen)


def _orders(orders: Mapping[str, tuple[str, Any]], chosen: str) -> Choice:
    options = tuple((name, label) for name, (label, _) in orders.items())
    return Choice("order", "Sort by", options, chosen if chosen in orders else options[0][0])


def _words(request: HttpRequest) -> str:
    return _asked(request, "q")[:100]


def _asked(request: HttpRequest, name: str) -> str:
    return request.GET.get(name, "").strip()


def _page(request: HttpRequest, rows: Any) -> Any:
    return Paginator(rows, ROWS_ON_A_PAGE).get_page(request.GET.get("page"))


def _list(
    request: HttpRequest, template: str, cohort: Cohort, kind: Kind, find: Find, rows: Any, **more: Any
) -> HttpResponse:
    context = {"cohort": cohort, "kind": kind, "find": find, "page": _page(request, rows), **more}
    return render(request, template, context)
