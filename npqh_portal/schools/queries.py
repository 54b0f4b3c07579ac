"""Reads for pages."""

from django.db.models import QuerySet

from .models import School


def find_schools(words: str) -> QuerySet[School]:
    """Schools that can be chosen and have every word somewhere in their name, address, authority or URN, best first."""
    return School.objects.matching(words).selectable().best_first(words) if words.strip() else School.objects.none()
