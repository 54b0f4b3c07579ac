"""A headteacher or chair stands behind an application."""

from django.db import models
from django.db.models import Q

from applications.kinds import EndorserRole
from applications.states import EndorsementState
from npqh_portal import clock
from npqh_portal.db import random_id

from .applications import Application


class Endorsement(models.Model):
    """One request to endorse one application. Its link opens this and nothing else, until it expires or is answered.

    A link's key is computed from the public id and the number of the link, and kept nowhere: the same link can be sent
    once more, and only the last one opens. `shown` is what the endorser is shown, word for word, and `shown_sha256`
    names it in the audit trail. Moved by `request_endorsement`, `send_link_again`, `answer_endorsement`,
    `waive_endorsement` and, when somebody else is asked, `change_endorser`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="endorsements")
    state = models.CharField(max_length=10, choices=EndorsementState, default=EndorsementState.WAITING)
    role = models.CharField(max_length=15, choices=EndorserRole.choices())
    name = models.CharField(max_length=200)
    email = models.EmailField(max_length=254)
    links = models.PositiveSmallIntegerField(default=1, help_text="How many links were sent; only the last one opens.")
    shown = models.JSONField()
    shown_sha256 = models.CharField(max_length=64)
    requested_at = models.DateTimeField(default=clock.now)
    sent_at = models.DateTimeField(default=clock.now, help_text="When the link that opens was sent.")
    expires_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True, blank=True)
    signed_as = models.CharField(max_length=200, blank=True, default="", help_text="The name typed when answering.")
    reason = models.TextField(blank=True, default="", help_text="Why it was declined or waived. Only staff read it.")

    class Meta:
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=["waiting", "agreed", "declined", "waived"]),
                name="one_endorsement_that_counts",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["agreed", "declined"]) | (Q(answered_at__isnull=False) & ~Q(signed_as="")),
                name="an_answered_endorsement_is_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application}: {self.name}"
