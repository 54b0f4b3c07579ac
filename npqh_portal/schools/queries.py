"""Reads for pages."""

from collections.abc import Collection, Mapping
from datetime import date
from typing import Any

from django.db.models import DateField, Q
from django.utils.text import capfirst

from npqh_portal.people.models import User
from npqh_portal.web.words import short_day

from .kinds import ListKind
from .models import Affiliation, EligibilityList, EligibilityListQuerySet, School, SchoolLink, SchoolQuerySet
from .rules.eligibility import identifier_of

# What is shown of a school that is found, and what an application copies of it.
_SHOWN = ("urn", "name", "town", "la_name", "postcode", "status", "close_on", "type_code")


def find_schools(words: str) -> SchoolQuerySet:
    """Schools that have every word somewhere in their name, address, authority or URN, best first.

    Those that can be chosen come before all others, so that one statement tells what else there is where none can:
    closed ones, and open ones that do not lie in England (C3). Each has `can_be_chosen`.
    """
    if not words.strip():
        return School.objects.none()
    return School.objects.matching(words).best_first(words).selectable_first().only(*_SHOWN)


def successors_of(closed: Collection[School]) -> list[SchoolLink]:
    """What became of closed schools: the first five of them with a successor that can be chosen."""
    links = SchoolLink.objects.filter(predecessor__in=closed, successor__in=School.objects.selectable())
    return list(links.select_related("predecessor", "successor").order_by("predecessor__sort_key", "pk")[:5])


def works_at(person: User) -> School | None:
    """Where somebody works now, as far as it is held apart from what they applied with."""
    working = Affiliation.objects.filter(person=person, to_on=None).select_related("school")
    affiliation = working.order_by("-from_on", "-pk").first()
    return affiliation.school if affiliation else None


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
