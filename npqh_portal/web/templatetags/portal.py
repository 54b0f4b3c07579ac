"""The components of `look.md` that need more than markup. What they draw is in `templates/components/`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from django import template
from django.core.paginator import Page
from django.forms import BaseForm
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from npqh_portal.web import words
from npqh_portal.web.fields import FieldParts
from npqh_portal.web.markdown import rendered
from npqh_portal.web.trail import doer_in_words, verb_in_words

register = template.Library()

register.filter("hours", words.hours)
register.filter("hours_in_words", words.hours_in_words)
register.filter("amount_in_words", words.amount_in_words)
register.filter("day", words.day)
register.filter("short_day", words.short_day)
register.filter("table_day", words.table_day)
register.filter("month", words.month)
register.filter("clock_time", words.clock_time)
register.filter("moment", words.moment)
register.filter("short_moment", words.short_moment)
register.filter("figure", words.figure)
register.filter("ordinal", words.ordinal)
register.filter("file_size", words.file_size)
register.filter("sentence", words.sentence)
register.filter("percent_of", words.percent)
register.filter("markdown", rendered)
register.filter("verb_in_words", verb_in_words)
register.filter("doer_in_words", doer_in_words)


@register.simple_tag
def time_range(start: datetime | time, end: datetime | time) -> str:
    return words.time_range(start, end)


# Five shapes, each told from the others without colour.
_ICONS = {
    "done": '<circle cx="9" cy="9" r="8.5" fill="currentColor"/>'
    '<path d="M5 9.3l2.8 2.7L13 6.6" fill="none" stroke="#fff" stroke-width="2"/>',
    "on-track": '<circle cx="9" cy="9" r="7.5" fill="none" stroke="currentColor" stroke-width="2"/>'
    '<path d="M5 9h7M9 5.8 12.2 9 9 12.2" fill="none" stroke="currentColor" stroke-width="2"/>',
    "care": '<path d="M9 1 17.6 16.8H.4z" fill="currentColor"/>'
    '<path d="M9 6.4v5" stroke="#fff" stroke-width="2"/><circle cx="9" cy="13.9" r="1.2" fill="#fff"/>',
    "out": '<path d="M5.4.5h7.2l4.9 4.9v7.2l-4.9 4.9H5.4L.5 12.6V5.4z" fill="currentColor"/>'
    '<path d="M4.8 9h8.4" stroke="#fff" stroke-width="2.4"/>',
    "back": '<path d="M11.5 3.5 6 9l5.5 5.5" fill="none" stroke="currentColor" stroke-width="2"/>',
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """`{% icon "done" %}`: always beside its word."""
    return mark_safe(  # noqa: S308  # constants only
        '<svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true" focusable="false">'
        + _ICONS[name]
        + "</svg>"
    )


# Standing as `cohorts` names it: look, icon, words.
_STANDINGS = {
    "met": ("met", "done", "Met"),
    "on_track": ("on-track", "on-track", "On track"),
    "at_risk": ("at-risk", "care", "At risk"),
    "out_of_reach": ("out", "out", "Out of reach"),
    "no_list": ("at-risk", "care", "No list yet"),
}


@register.inclusion_tag("components/standing.html")
def standing(name: str) -> dict[str, Any]:
    """`{% standing "at_risk" %}`: a pill with shape, word and colour."""
    look, shape, text = _STANDINGS[str(name).replace("-", "_")]
    return {"look": look, "icon": icon(shape), "text": text}


# --- forms ---------------------------------------------------------------------------------------


@register.simple_tag
def field_parts(field: BoundField) -> FieldParts:
    return FieldParts(field)


@dataclass(frozen=True)
class _ErrorLine:
    words: str
    anchor: str


@register.inclusion_tag("components/error_summary.html")
def error_summary(*forms: Any) -> dict[str, Any]:
    """`{% error_summary form %}`: every error, linked to its field. `base.html` does it for `form`."""
    return {"lines": [line for form in forms if isinstance(form, BaseForm) for line in _error_lines(form)]}


def _error_lines(form: BaseForm) -> Iterator[_ErrorLine]:
    for error in form.non_field_errors():
        yield _ErrorLine(str(error), "")
    for field in form:
        for error in field.errors:
            yield _ErrorLine(str(error), FieldParts(field).anchor)


# --- words that lead somewhere -------------------------------------------------------------------


@register.inclusion_tag("components/back_link.html")
def back_link(address: str, text: str) -> dict[str, str]:
    """`{% back_link url "All registers" %}`."""
    return {"address": address, "text": text}


@register.inclusion_tag("components/breadcrumbs.html")
def breadcrumbs(*pairs: str) -> dict[str, Any]:
    """`{% breadcrumbs "Cohorts" cohorts_url "Spring 2026" cohort_url %}`: the way here, without this page."""
    return {"crumbs": list(zip(pairs[::2], pairs[1::2], strict=True))}


@register.inclusion_tag("components/pagination.html", takes_context=True)
def pagination(context: dict[str, Any], page: "Page[Any]", anchor: str = "") -> dict[str, Any]:
    """`{% pagination page %}` for a Django page; keeps the rest of the query. `anchor="#led"`: the list's own place."""
    request = context.get("request")
    query = request.GET.copy() if request else QueryDict(mutable=True)

    def address(number: int) -> str:
        query["page"] = str(number)
        return f"?{query.urlencode()}{anchor}"

    numbers = page.paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)
    return {
        "page": page,
        "links": [(number, address(number) if isinstance(number, int) else "") for number in numbers],
        "previous": address(page.previous_page_number()) if page.has_previous() else "",
        "next": address(page.next_page_number()) if page.has_next() else "",
    }


@register.simple_block_tag
def note(content: str, kind: str = "") -> SafeString:
    """`{% note "done" %}…{% endnote %}`: done, care, or nothing for a plain fact."""
    shape = {"done": "done", "care": "care"}.get(kind)
    return render_to_string(
        "components/note.html", {"content": content, "kind": kind, "icon": icon(shape) if shape else ""}
    )


# --- charts --------------------------------------------------------------------------------------


def share(part: int, total: int) -> str:
    """A length for SVG in thousandths of a per cent, in whole numbers."""
    thousandths = part * 100_000 // total if total else 0
    return f"{thousandths // 1000}.{thousandths % 1000:03}%"


def amount(part: int, total: int, unit: str) -> str:
    """So much of a sum as it is counted: 36 h where it is in minutes, 7 in units, 46.7% where parts are weighed."""
    if unit == "minutes":
        return words.hours(part)
    return words.percent(part, total) if unit == "share" else f"{part:,}"


@register.filter
def counted(part: int, unit: str) -> str:
    """`{{ line.credited|counted:line.unit }}`: 2 h of minutes, 2 of units."""
    return amount(part, part, unit)


@register.inclusion_tag("components/engagement_bar.html")
def engagement_bar(
    earned: int,
    to_come: int,
    recoverable: int,
    lost: int,
    threshold: int = 90,
    name: str = "bar",
    unit: str = "minutes",
) -> dict[str, Any]:
    """A sum in four parts, and the line. Earned fills from the left, lost from the right. Without a threshold, no line.

    `name` must differ between two bars of one page; `unit` is minutes, units or, of weighed parts, share.
    """
    total = earned + to_come + recoverable + lost
    return {
        "name": name,
        "total": amount(total, total, unit),
        "earned": amount(earned, total, unit),
        "to_come": amount(to_come, total, unit),
        "recoverable": amount(recoverable, total, unit),
        "lost": amount(lost, total, unit),
        "threshold": threshold,
        "label_at": f"{threshold * 10 - 15}"[:-1] + "." + f"{threshold * 10 - 15}"[-1],
        "earned_share": share(earned, total),
        "to_come_at": share(earned, total),
        "to_come_share": share(to_come, total),
        "recoverable_at": share(earned + to_come, total),
        "recoverable_share": share(recoverable, total),
        "lost_at": share(earned + to_come + recoverable, total),
        "lost_share": share(lost, total),
    }


@register.inclusion_tag("components/engagement_key.html")
def engagement_key(earned: int, to_come: int, recoverable: int, lost: int, unit: str = "minutes") -> dict[str, Any]:
    """The list under the bar: amounts exact, shares rounded down."""
    total = earned + to_come + recoverable + lost
    parts = [("earned", "Earned", earned), ("to-come", "Still to come", to_come)]
    parts += [("recoverable", "Can be recovered", recoverable), ("lost", "Lost", lost)]
    return {
        "parts": [
            (_swatch(name), label, "" if unit == "share" else amount(part, total, unit), words.percent(part, total))
            for name, label, part in parts
        ]
    }


_SWATCHES = {
    "earned": '<rect width="22" height="16" fill="#24345f"/>',
    "to-come": '<rect x=".5" y=".5" width="21" height="15" fill="#dfe4f0" stroke="#777c8e"/>',
    "recoverable": '<rect width="22" height="16" fill="#f3c56b"/>'
    '<path d="M0 10 10 0M4 16 20 0M14 16l8-8" stroke="#151a2d" stroke-width="1.5"/>',
    "lost": '<rect width="22" height="16" fill="#c2473d"/>',
}


@register.simple_tag(name="swatch")
def _swatch(name: str) -> SafeString:
    """`{% swatch "earned" %}`: a key to the bar, for table heads; to-come, recoverable, lost."""
    return mark_safe(  # noqa: S308  # constants only
        '<svg width="22" height="16" aria-hidden="true" focusable="false">' + _SWATCHES[name] + "</svg>"
    )


@register.inclusion_tag("components/months.html")
def months(start: date, total: int, learning: int, now: int) -> dict[str, Any]:
    """The programme as a row of cells. `now` is the month one is in, counted from 1; 0 before the start."""
    cells = []
    for number in range(1, total + 1):
        past_or_next = "past" if number < now else "next"
        look = "now" if number == now else "assess" if number > learning else past_or_next
        cells.append((look, share(number * 20 - 20 + 1, total * 20), share(19, total * 20)))
    middle = (total + 1) // 2
    return {
        "cells": cells,
        "total": total,
        "now": now if 1 <= now <= total else 0,
        # At either end the words would leave the picture on a phone.
        "now_at": "0" if now <= 2 else "100%" if now >= total - 1 else share(now * 2 - 1, total * 2),
        "now_anchor": "start" if now <= 2 else "end" if now >= total - 1 else "middle",
        "first": _month_after(start, 0),
        "middle": _month_after(start, middle - 1),
        "middle_at": share(middle * 2 - 1, total * 2),
        "last": _month_after(start, total - 1),
        "last_learning": _month_after(start, learning - 1),
        "assessment": _month_after(start, learning),
    }


def _month_after(start: date, count: int) -> date:
    years, month = divmod(start.month - 1 + count, 12)
    return date(start.year + years, month + 1, 1)
