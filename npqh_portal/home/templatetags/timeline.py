"""The months of a programme as a picture, and the list that says the same."""

from typing import Any

from django import template

from npqh_portal.home.rules.timeline import Stretch, Timeline
from npqh_portal.web.templatetags.portal import share

register = template.Library()


@register.inclusion_tag("home/_timeline.html")
def timeline_picture(timeline: Timeline) -> dict[str, Any]:
    """`{% timeline_picture page.timeline %}`: lengths are attributes in per cent, so that it fits any width."""
    months = timeline.months
    looks = ["learn"] * timeline.delivery_months + ["assess"] * timeline.assessment_months
    looks += ["extend"] * timeline.extension_months
    return {
        "timeline": timeline,
        "cells": [
            (look, share(number * 20 + 1, months * 20), share(18, months * 20)) for number, look in enumerate(looks)
        ],
        "terms": [_placed(number, term, months) for number, term in enumerate(timeline.terms, start=1)],
        "assessment_at": share(timeline.delivery_months, months),
    }


def _placed(number: int, term: Stretch, months: int) -> dict[str, Any]:
    """Under its months a line from 8 hundredths of one after its beginning to as much before its end."""
    return {
        "number": number,
        "term": term,
        "at": share(term.start + 8, months * 100),
        "to": share(term.end - 8, months * 100),
    }
