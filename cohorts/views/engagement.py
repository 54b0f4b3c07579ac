"""What participants read of their engagement: where they stand, what they can still miss, and what is behind it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from cohorts import queries
from cohorts.models import Enrolment, Membership, Reflection
from cohorts.queries.appeals import appeals_of
from cohorts.queries.evidence import (
    FATES,
    Around,
    Line,
    Record,
    around,
    as_table,
    has_joined,
    lines_of,
    matching,
    records_of,
)
from cohorts.queries.forecasts import Outlook, Recovery, chosen_first, handed_in_of, outlook_of, recoveries
from cohorts.queries.study import may_record_done
from cohorts.rules.appeals import ask_by
from cohorts.rules.dates import end_of, london_date
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.web.doors import for_role
from npqh_portal.web.downloads import csv_download, csv_text

from .own import enrolment_of

ITEMS_ON_A_PAGE = 15


@dataclass(frozen=True)
class _Read:
    """Everything that these pages are made of. Eight statements."""

    enrolment: Enrolment
    stay: Membership | None
    outlook: Outlook
    found: Around
    recoveries: list[Recovery]
    lines: list[Line]
    at: datetime

    @classmethod
    def of(cls, enrolment: Enrolment, at: datetime) -> "_Read":
        stay, outlook = queries.latest_membership_of(enrolment), outlook_of(enrolment, at)
        found, handed_in = around(enrolment, at), handed_in_of(enrolment)
        to_recover = recoveries(outlook, enrolment=enrolment, stay=stay, marked=found.marked, catch_ups=handed_in)
        lines = lines_of(outlook, found, enrolment=enrolment, stay=stay, recoveries=to_recover, at=at)
        return cls(enrolment, stay, outlook, found, to_recover, lines, at)

    @property
    def basics(self) -> dict[str, Any]:
        """What every one of these pages shows something of."""
        return {
            "enrolment": self.enrolment,
            "stay": self.stay,
            "outlook": self.outlook,
            "standing": self.outlook.standing,
            "policy": self.outlook.policy,
            "now": self.at,
            "today": london_date(self.at),
        }


@for_role(Role.PARTICIPANT)
@require_safe
def engagement(request: HttpRequest) -> HttpResponse:
    enrolment = enrolment_of(request)
    if enrolment is None:
        return render(request, "cohorts/engagement.html", {"enrolment": None})
    read = _Read.of(enrolment, clock.now())
    group = read.stay.group if read.stay else None
    fate, search = request.GET.get("state", ""), request.GET.get("q", "").strip()
    # Of what somebody who has left never did, nothing is to come.
    never = "to_come" if enrolment.state == EnrolmentState.WITHDRAWN else "not_done"
    fates = {value: label for value, label in FATES.items() if value != never}
    is_strange = fate not in {"", *fates}
    shown = matching(read.lines, fate="" if is_strange else fate, search=search)
    way_back = read.outlook.way_back
    context = read.basics | {
        "facilitator": queries.current_facilitator_of(group, clock.today()) if group else None,
        "recoveries": chosen_first(read.recoveries, way_back or ()),
        "way_back": way_back,
        "needed": {one.item.pk for one in way_back or ()},
        "rivals": sum(not one.is_sent for one in read.recoveries) - len(way_back or ()),
        "fates": fates.items(),
        "fate": fate,
        "is_strange": is_strange,
        "search": search,
        "before": [line for line in read.lines if line.before] if has_joined(read.stay) else [],
        "page": Paginator(shown, ITEMS_ON_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "cohorts/engagement.html", context)


@for_role(Role.PARTICIPANT)
@require_safe
def item(request: HttpRequest, code: str) -> HttpResponse:
    """One item: what became of it, everything that was recorded of it, and what can still be done."""
    enrolment = enrolment_of(request)
    if enrolment is None:
        raise Http404
    read = _Read.of(enrolment, clock.now())
    line = next((one for one in read.lines if one.item.code == code), None)
    if line is None:
        raise Http404
    records = records_of(enrolment, [line.item.pk], read.at).get(line.item.pk, [])
    appeal = appeals_of(enrolment).get(line.marked.pk) if line.marked else None
    until = ask_by(line.mark.recorded_at, read.outlook.policy.appeal_days) if line.mark else None
    may_ask = until is not None and read.at < end_of(until) and enrolment.state in LIVE_ENROLMENT
    is_asked = appeal is not None and line.mark is not None and appeal.mark_id == line.mark.pk
    can_be_taken_back = any(record.can_be_taken_back for record in records)
    context = read.basics | {
        "line": line,
        "records": records,
        "reflection": _reflection_on(enrolment, line.item),
        "may_take_back": can_be_taken_back and may_record_done(enrolment, line.item, read.at),
        "appeal": appeal,
        "ask_by": until if may_ask and not is_asked else None,
    }
    return render(request, "cohorts/engagement_item.html", context)


def _reflection_on(enrolment: Enrolment, item: Item) -> Reflection | None:
    return enrolment.reflections.filter(item=item).first() if item.kind == ItemKind.REFLECTION else None


@for_role(Role.PARTICIPANT)
@require_safe
@never_cache
def everything(request: HttpRequest) -> HttpResponse:
    """All of it with every record, on one page to print."""
    read, records = _everything(request)
    told = [(line, records.get(line.item.pk, [])) for line in read.lines]
    return render(request, "cohorts/engagement_print.html", read.basics | {"told": told})


@for_role(Role.PARTICIPANT)
@require_safe
@never_cache
def everything_file(request: HttpRequest) -> HttpResponse:
    """The same as a table to take away."""
    read, records = _everything(request)
    table = as_table(read.lines, records)
    return csv_download(csv_text(table), f"engagement-{clock.today()}.csv", taken=None)


def _everything(request: HttpRequest) -> tuple[_Read, dict[int, list[Record]]]:
    enrolment = enrolment_of(request)
    if enrolment is None:
        raise Http404
    read = _Read.of(enrolment, clock.now())
    return read, records_of(enrolment, [line.item.pk for line in read.lines], read.at)
