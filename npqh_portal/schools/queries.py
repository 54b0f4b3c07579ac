"""Reads for pages."""

from django.db.models import Q, QuerySet

from .models import School

SELECTABLE = (School.Status.OPEN, School.Status.PROPOSED_TO_CLOSE, School.Status.PROPOSED_TO_OPEN)


def find_schools(words: str) -> QuerySet[School]:
    """Schools that can be chosen and have every word in their name, town, local authority, postcode or URN."""
    found = School.objects.filter(status__in=SELECTABLE)
    for word in words.split():
        found = found.filter(
            Q(name__icontains=word)
            | Q(town__icontains=word)
            | Q(la_name__icontains=word)
            | Q(postcode__icontains=word)
            | Q(urn__startswith=word)
        )
    return found if words.strip() else found.none()
