"""What one applies to."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from npqh_portal.db import random_id
from npqh_portal.people.models import Organisation

from .versions import ProgrammeVersion


class Intake(models.Model):
    """What one applies to: a version of a programme, while it is open, for a start term (S3, S41, S42)."""

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="intakes")
    name = models.CharField(max_length=80, help_text="As in “February 2027”.")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="intakes", limit_choices_to={"kind": "provider"}
    )
    delivery_partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partner_intakes", null=True, blank=True,
        limit_choices_to={"kind": "delivery_partner"},
    )  # fmt: skip
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    is_paused = models.BooleanField(default=False)
    starts_on = models.DateField(help_text="The first day of the programme.")
    capacity = models.PositiveSmallIntegerField()
    closed_words = models.CharField(
        max_length=200, blank=True, default="", help_text="Shown when closed: when it re-opens, and for which start."
    )
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="intake_closes_after_it_opens"),
            models.UniqueConstraint(fields=["version", "provider", "name"], name="one_intake_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_at(self, moment: datetime) -> bool:
        return not self.is_paused and self.opens_at <= moment < self.closes_at
