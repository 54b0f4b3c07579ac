"""What participants read of who leads their seminars (S18, S76), and when a facilitator cannot."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class FacilitatorProfile(models.Model):
    """A facilitator in their own words. Shown to the participants of their groups once it is released.

    What kind of facilitator they are (S18) stands on their role grant. Written by `write_profile`.
    """

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="facilitator_profile", primary_key=True
    )
    headline = models.CharField(max_length=120, blank=True, default="", help_text="What you do, and where.")
    biography = models.TextField(blank=True, default="", help_text="What you have led, and what you bring.")
    is_shown = models.BooleanField(default=False)
    # Weekdays on which they can lead a session, Monday 0 to Sunday 6, as digits; all of them at first.
    weekdays = models.CharField(max_length=7, default="0123456")

    def __str__(self) -> str:
        return str(self.person)


class Absence(models.Model):
    """Days on which a facilitator cannot lead anything, first and last included. Written by `add_absence`."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="absences")
    from_on = models.DateField("first day")
    to_on = models.DateField("last day")
    note = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        ordering = ["person", "from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="absence_ends_after_it_starts"),
        ]

    def __str__(self) -> str:
        return f"{self.person} away from {self.from_on} to {self.to_on}"
