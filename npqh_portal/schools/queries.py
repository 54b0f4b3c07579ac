"""Reads for pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, Q
from django.utils.text import capfirst

from npqh_portal.web.words import short_day

from .kinds import ListKind
from .models import EligibilityList, EligibilityListQuerySet, School, SchoolLink, SchoolQuerySet
from .rules.eligibility import identifier_of
from .rules.register import SELECTABLE


def find_schools(words: str) -> SchoolQuerySet:
    """Schools that can be chosen and have every word somewhere in their name, address, authority or URN, best first."""
    return School.objects.matching(words).selectable().best_first(words) if words.strip() else School.objects.none()


def find_elsewhere(words: str) -> SchoolQuerySet:
    """Open schools that a search finds and nobody can choose: they do not lie in England (C3)."""
    if not words.strip():
        return School.objects.none()
    selectable = School.objects.selectable().values("pk")
    return School.objects.matching(words).filter(status__in=SELECTABLE).exclude(pk__in=selectable).best_first(words)


def successors_of_closed(words: str) -> list[SchoolLink]:
    """Where a search finds no open school: the closed ones that it would have found, with what they became.

    The first five, best first, each with a successor that can be chosen.
    """
    if not words.strip():
        return []
    links = SchoolLink.objects.filter(predecessor__in=_closed(words), successor__in=School.objects.selectable())
    return list(links.select_related("predecessor", "successor").order_by("predecessor__sort_key", "pk")[:5])


def closed_for_good(words: str) -> list[School]:
    """The closed schools that a search would have found, the first five: for who looks for one without a successor."""
    return list(_closed(words).best_first(words)[:5]) if words.strip() else []


def _closed(words: str) -> SchoolQuerySet:
    return School.objects.matching(words).filter(status=School.Status.CLOSED)


def is_listed(school: School, kind: ListKind, on: date) -> bool:
    """Whether the school stands on the list of that kind that is in force on a London date.

    Ask for the day on which the person registered: lists are fixed for a recruitment period.
    """
    return School.objects.listed(kind, on).filter(pk=school.pk).exists()


def lists_of(school: School) -> EligibilityListQuerySet:
    """Every list that the school stands on or stood on, the newest first."""
    by_urn = Q(entries__identifier=school.urn) & ~Q(kind=ListKind.PP50_FE)
    by_ukprn = Q(entries__identifier=school.ukprn, kind=ListKind.PP50_FE)
    return EligibilityList.objects.filter(by_urn | by_ukprn).order_by("-from_on", "kind")


def schools_on(listed: EligibilityList) -> list[tuple[str, str]]:
    """Every identifier on the list, in order, with the name of the school known by it, or nothing."""
    column = identifier_of(listed.kind).lower()
    identifiers = list(listed.entries.order_by("identifier").values_list("identifier", flat=True))
    names = dict(School.objects.filter(**{f"{column}__in": identifiers}).values_list(column, "name"))
    return [(identifier, names.get(identifier, "")) for identifier in identifiers]


def in_words(what: Mapping[str, list[Any]]) -> list[tuple[str, str, str]]:
    """A change of a school as staff read it: what it is called, what it was, what it is."""
    return [
        (capfirst(str(_column(name).verbose_name)), _in_words(name, old), _in_words(name, new))
        for name, (old, new) in what.items()
    ]


def _column(name: str) -> Any:
    return School._meta.get_field(name)


def _in_words(name: str, value: Any) -> str:
    if value in {None, ""}:
        return "nothing"
    if isinstance(_column(name), DateField):
        return short_day(date.fromisoformat(value))
    return str(dict(_column(name).choices or ()).get(value, value))
