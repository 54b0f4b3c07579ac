"""Reads for pages."""

from datetime import date

from .kinds import ListKind
from .models import School, SchoolLink, SchoolQuerySet


def find_schools(words: str) -> SchoolQuerySet:
    """Schools that can be chosen and have every word somewhere in their name, address, authority or URN, best first."""
    return School.objects.matching(words).selectable().best_first(words) if words.strip() else School.objects.none()


def successors_of_closed(words: str) -> list[SchoolLink]:
    """Where a search finds no open school: the closed ones that it would have found, with what they became.

    The first five, best first, each with a successor that can be chosen.
    """
    if not words.strip():
        return []
    closed = School.objects.matching(words).filter(status=School.Status.CLOSED)
    links = SchoolLink.objects.filter(predecessor__in=closed, successor__in=School.objects.selectable())
    return list(links.select_related("predecessor", "successor").order_by("predecessor__sort_key", "pk")[:5])


def is_listed(school: School, kind: ListKind, on: date) -> bool:
    """Whether the school stands on the list of that kind that is in force on a London date.

    Ask for the day on which the person registered: lists are fixed for a recruitment period.
    """
    return School.objects.listed(kind, on).filter(pk=school.pk).exists()
