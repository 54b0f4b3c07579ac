"""Halls: retiring them, taking them back, and deleting what was never used."""

from django.db import transaction
from django.db.models import Q

from cohorts.errors import VenueInUse
from cohorts.models import PendingChange, Seminar, SeminarChange, Venue
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User


@transaction.atomic
def retire_venue(venue: Venue, *, by: User | None) -> Venue:
    """Book it no more. The sessions that stand there stay."""
    venue = lock(venue)
    if venue.retired_at is None:
        venue.retired_at = clock.now()
        venue.save(update_fields=["retired_at"])
        record("venue.retired", venue, by=by)
    return venue


@transaction.atomic
def take_venue_back(venue: Venue, *, by: User | None) -> Venue:
    venue = lock(venue)
    if venue.retired_at is not None:
        venue.retired_at = None
        venue.save(update_fields=["retired_at"])
        record("venue.taken-back", venue, by=by)
    return venue


@transaction.atomic
def delete_venue(venue: Venue, *, by: User | None) -> None:
    """Only what no session ever stood in: history names the others."""
    found = Venue.objects.select_for_update().filter(pk=venue.pk).first()
    if found is None:
        return
    named = SeminarChange.objects.filter(Q(before__venue=found.pk) | Q(after__venue=found.pk)).values("seminar")
    drafts = PendingChange.objects.filter(venue=found).values("seminar")
    if sessions := Seminar.objects.filter(Q(venue=found) | Q(pk__in=named) | Q(pk__in=drafts)).count():
        raise VenueInUse(sessions)
    record("venue.deleted", found, words={"name": found.name}, by=by)
    found.delete()
