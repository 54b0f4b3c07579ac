"""Who wants to hear when applications open (S91)."""

from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Lower

from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.programmes.models import Intake, Programme

from .applications import Application


class InterestQuerySet(models.QuerySet["Interest"]):
    def waiting(self) -> "InterestQuerySet":
        """On the register: neither told yet nor gone."""
        return self.filter(left_at=None, told_at=None)

    def of_address(self, email: str) -> "InterestQuerySet":
        """Capital letters make no other address, as the table's constraint has it."""
        return self.alias(address=Lower("email")).filter(address=Lower(Value(email)))


class Interest(models.Model):
    """Somebody left their address for a programme, with consent to one message when its next intake opens.

    `known` are the intakes that were open when they did: they are told of another. `told_of` is the intake of which
    they were told, or for which they began to apply by themselves. Some months after they were told or left, name,
    address and school are emptied. Moved by `register_interest`, `leave_register`, `tell_of_opening`,
    `start_application` and `forget_interests`. The public id opens the page on which they take themselves off; only
    their own letter has it.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="interests")
    email = models.EmailField("email address", max_length=254, blank=True)
    full_name = models.CharField(max_length=200, blank=True)
    school_name = models.CharField(max_length=200, blank=True, default="")
    consent_words = models.CharField(max_length=500)
    consented_at = models.DateTimeField(default=clock.now)
    known = models.ManyToManyField(Intake, related_name="+", blank=True, editable=False)
    left_at = models.DateTimeField(null=True, blank=True)
    told_of = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="told", null=True, blank=True)
    told_at = models.DateTimeField(null=True, blank=True)
    application = models.OneToOneField(
        Application, on_delete=models.PROTECT, related_name="interest", null=True, blank=True
    )
    forgotten_at = models.DateTimeField(null=True, blank=True, help_text="When name, address and school were emptied.")

    objects = InterestQuerySet.as_manager()

    class Meta:
        verbose_name = "person who registered interest"
        verbose_name_plural = "people who registered interest"
        ordering = ["-consented_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                Lower("email"), "programme", condition=Q(left_at=None, told_at=None), name="on_the_register_once"
            ),
            models.CheckConstraint(
                condition=Q(told_of=None, told_at=None) | Q(told_of__isnull=False, told_at__isnull=False),
                name="told_of_an_intake_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(forgotten_at=None, email__gt="")
                | Q(email="", full_name="", school_name="", forgotten_at__isnull=False)
                & (Q(told_at__isnull=False) | Q(left_at__isnull=False)),
                name="forgotten_whole_and_only_off_the_register",
            ),
        ]

    def __str__(self) -> str:
        return self.full_name or "Somebody, forgotten since"

    @property
    def is_waiting(self) -> bool:
        return self.left_at is None and self.told_at is None

    @property
    def standing(self) -> str:
        if self.application_id:
            return "Began an application"
        if self.left_at:
            return "Taken off"
        return "Told" if self.told_at else "Waits"
