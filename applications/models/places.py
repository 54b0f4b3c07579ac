"""Places offered from the waiting list."""

from django.db import models
from django.db.models import F, Q

from applications.states import OfferState
from npqh_portal import clock

from .applications import Application


class Offer(models.Model):
    """A place held for somebody on the waiting list until a moment. Moved by `make_offers`, `answer_offer`,
    `take_funding_away`, `give_funding_back`, `withdraw_application` and, when nobody answers, `make_offers`."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="offers")
    state = models.CharField(max_length=12, choices=OfferState, default=OfferState.OPEN)
    is_funded = models.BooleanField(help_text="Whether the place offered is a funded one.")
    made_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["application"], condition=Q(state="open"), name="one_open_offer"),
            models.CheckConstraint(condition=Q(expires_at__gt=F("made_at")), name="an_offer_lasts"),
            models.CheckConstraint(
                condition=Q(state="open") | Q(answered_at__isnull=False), name="an_ended_offer_has_a_moment"
            ),
        ]
        indexes = [models.Index(fields=["expires_at"], condition=Q(state="open"), name="offer_running_out")]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_state_display()}"
