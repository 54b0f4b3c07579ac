"""What is kept of runs that took place before this portal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock

from .enrolments import Enrolment


class PastImport(models.Model):
    """A file of past participants that was taken in. The file itself is not kept: it is named by its SHA-256.

    Written by `import_past_participants`.
    """

    file_name = models.CharField("file", max_length=200)
    sha256 = models.CharField("fingerprint (SHA-256)", max_length=64)
    imported_at = models.DateTimeField("imported", default=clock.now)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    added = models.PositiveIntegerField(default=0)
    certified = models.PositiveIntegerField(
        "given a certificate", default=0, help_text="Known before, whose certificate this file brought."
    )
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-imported_at", "-pk"]

    def __str__(self) -> str:
        return self.file_name


class PastRun(models.Model):
    """What a list said of a run before this portal; its enrolment has no application, no items and no ledger.

    `cohort_name` is the list's own word: such a cohort has no row here. Written by `take_over_run`.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="past_run", primary_key=True)
    cohort_name = models.CharField("cohort", max_length=120, blank=True, default="")
    started_on = models.DateField("started", null=True, blank=True)
    completed_on = models.DateField("completed", null=True, blank=True)
    source = models.ForeignKey(PastImport, on_delete=models.PROTECT, related_name="runs", verbose_name="taken over in")

    class Meta:
        ordering = ["enrolment"]
        constraints = [
            models.CheckConstraint(
                condition=Q(started_on=None) | Q(completed_on=None) | Q(completed_on__gte=F("started_on")),
                name="a_past_run_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.cohort_name or str(self.enrolment)
