"""Schools as the national register names them, and who works or worked where."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class School(models.Model):
    """An establishment, known by its URN. Closed ones stay."""

    class Status(models.TextChoices):
        """`EstablishmentStatus (code)` of the national register."""

        OPEN = "1", "Open"
        CLOSED = "2", "Closed"
        PROPOSED_TO_CLOSE = "3", "Open, but proposed to close"
        PROPOSED_TO_OPEN = "4", "Proposed to open"

    urn = models.CharField("URN", max_length=7, unique=True)
    name = models.CharField(max_length=200)
    type_code = models.CharField(max_length=3, blank=True, default="")
    phase = models.CharField(max_length=60, blank=True, default="")
    status = models.CharField(max_length=1, choices=Status, default=Status.OPEN)
    town = models.CharField(max_length=100, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    la_code = models.CharField("local authority code", max_length=3, blank=True, default="")
    la_name = models.CharField("local authority", max_length=100, blank=True, default="")

    class Meta:
        ordering = ["name", "urn"]
        constraints = [
            models.CheckConstraint(condition=Q(urn__regex=r"^[0-9]{6,7}$"), name="urn_is_six_or_seven_digits"),
        ]

    def __str__(self) -> str:
        return self.name


class Affiliation(models.Model):
    """A person works, or worked, at a school."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="affiliations")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="affiliations")
    role = models.CharField(max_length=100, blank=True, default="")
    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True)

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="affiliation_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} at {self.school}"
