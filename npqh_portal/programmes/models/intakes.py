"""What one applies to."""

from datetime import datetime

from django.db import models
from django.db.models import F, Q

from npqh_portal.db import random_id
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.kinds import StartTerm
from npqh_portal.programmes.rules.funding import CohortFunding

from .versions import ProgrammeVersion


class Intake(models.Model):
    """What one applies to: a version of a programme, while it is open, for a start term (S3, S41, S42).

    Both counts of places taken are kept by a trigger on the applications; nothing else writes them.
    """

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
    start_term = models.CharField(max_length=10, choices=StartTerm, blank=True, default="")
    capacity = models.PositiveSmallIntegerField(help_text="Places in all, funded or not.")
    places_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    cohort_funding = models.CharField(
        max_length=10, choices=CohortFunding.choices(), default=CohortFunding.CAPPED.value,
        help_text="What DfE pays for.",  # C5
    )  # fmt: skip
    funded_capacity = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="The most funded places, where their number is capped. Empty: no number given."
    )
    funded_places_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    grace_minutes = models.PositiveSmallIntegerField(
        default=30, help_text="After closing, minutes in which an application that was begun can still be sent."
    )
    offer_days = models.PositiveSmallIntegerField(
        default=7, help_text="Days for which a place offered from the waiting list is held."
    )
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
            models.CheckConstraint(condition=Q(places_taken__lte=F("capacity")), name="no_more_places_than_there_are"),
            models.CheckConstraint(
                condition=Q(funded_capacity=None) | Q(funded_places_taken__lte=F("funded_capacity")),
                name="no_more_funded_places_than_there_are",
            ),
            models.CheckConstraint(condition=Q(offer_days__gte=1), name="an_offer_is_held_for_a_day_at_least"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_at(self, moment: datetime) -> bool:
        return not self.is_paused and self.opens_at <= moment < self.closes_at
