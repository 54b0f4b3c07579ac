"""Who still has an offer to answer."""

from collections.abc import Iterator
from datetime import datetime

from applications.models import Offer
from applications.rules.places import REMINDED_BEFORE, is_offer_reminder_due, last_day_of
from applications.states import OfferState
from npqh_portal.notifications.reminders import Reminder


def due(at: datetime) -> Iterator[Reminder]:
    """Open offers in their last day, but for those made in it."""
    offers = (
        Offer.objects.filter(state=OfferState.OPEN, expires_at__gt=at, expires_at__lte=at + REMINDED_BEFORE)
        .select_related("application__person", "application__intake__version__programme")
        .order_by("pk")
    )
    for offer in offers:
        if is_offer_reminder_due(made_at=offer.made_at, ends_at=offer.expires_at, at=at):
            yield Reminder(
                kind="offer-ends",
                to=offer.application.person,
                about=offer.application,
                key=f"offer-ends:{offer.pk}:1:{offer.application.person_id}",
                stale_at=offer.expires_at,
                words={"last_day": last_day_of(offer.expires_at)},
            )
