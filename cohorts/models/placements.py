"""What the tasks of the legacy programme ask for outside the course: a placement, and two governing boards."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from cohorts.kinds import Contrast
from npqh_portal import clock
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.schools.models import School

from .enrolments import Enrolment


class Placement(models.Model):
    """A placement in a contrasting school (S66): host, contrast, research and plan (S68).

    Written by the participant through `name_placement` and `write_placement`, agreed to by a lead through
    `agree_placement` or declined by `decline_placement`; its days are logged one by one (S67, T16).
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="placement", primary_key=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    school_name = models.CharField(max_length=200)
    host = models.CharField("who hosts you", max_length=120, blank=True, default="")
    contrasts = ArrayField(models.CharField(max_length=12, choices=Contrast.choices()), default=list)
    why_it_contrasts = models.TextField(blank=True, default="")
    research = models.TextField(
        blank=True, default="", help_text="The challenges of resources and capability it faces or will face."
    )
    plan = models.TextField(blank=True, default="", help_text="Your action plan.")
    changed_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")
    agreed_at = models.DateTimeField(null=True, blank=True, help_text="When a lead agreed to the school.")
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    declined = models.ForeignKey(
        "cohorts.PlacementDecline", on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        help_text="A lead's no to the school as it stands here. None once another is named.",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(agreed_at=None, agreed_by=None) | Q(agreed_at__isnull=False, agreed_by__isnull=False),
                name="agreed_by_somebody_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None) | Q(declined=None), name="a_placement_is_agreed_or_declined"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} at {self.school_name}"

    @property
    def contrasts_in_words(self) -> list[str]:
        return [contrast.label for contrast in Contrast if contrast in self.contrasts]


class PlacementDecline(models.Model):
    """A school that a lead did not agree to, as it was named then, and why, in words that the participant reads.

    Written by `decline_placement`; kept when another school is named.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="declines")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    school_name = models.CharField(max_length=200)
    why = models.TextField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["placement", "-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.school_name}, declined"


class PlacementDay(models.Model):
    """A day at the school that was the placement's then: it counts for that school alone.

    Written by `log_placement_day` and its like, which may take it away again.
    """

    placement = models.ForeignKey(Placement, on_delete=models.PROTECT, related_name="days")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    school_name = models.CharField(max_length=200)
    on = models.DateField()
    what = models.TextField("what you did", blank=True, default="")
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["placement", "on"]
        constraints = [models.UniqueConstraint(fields=["placement", "on"], name="one_placement_day_on_a_date")]

    def __str__(self) -> str:
        return f"{self.placement} on {self.on}"


class BoardPresentation(models.Model):
    """A plan as presented to a governing board, and what the board said (S62, S69).

    It comes before what it plans is put into practice. Written by `write_presentation`.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="presentations")
    task = models.ForeignKey(AssessmentTask, on_delete=models.PROTECT, related_name="presentations")
    presented_on = models.DateField()
    board = models.CharField("which board", max_length=200)
    feedback = models.TextField("what the board said", blank=True, default="")
    implementation_starts_on = models.DateField(null=True, blank=True)
    changed_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was saved of it.")

    class Meta:
        ordering = ["enrolment", "task"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "task"], name="one_presentation_for_a_task"),
            models.CheckConstraint(
                condition=Q(implementation_starts_on=None) | Q(implementation_starts_on__gte=F("presented_on")),
                name="presented_before_it_is_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment.person} to {self.board}"
