"""What is kept of runs that took place before this portal."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from cohorts.states import PastImportState
from npqh_portal import clock

from .enrolments import Enrolment


class PastImport(models.Model):
    """A list of past participants that was handed in: what it did or, while it waits to be confirmed, would do.

    The file is kept only while it waits; afterwards its SHA-256 names it. Moved by `import_past_participants`,
    `hold_past_import`, `confirm_past_import` and `discard_past_import`.
    """

    state = models.CharField(max_length=10, choices=PastImportState, default=PastImportState.WAITING)
    at = models.DateTimeField("handed in", default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        help_text="Empty: an operator.",
    )  # fmt: skip
    file_name = models.CharField("file", max_length=200)
    sha256 = models.CharField("fingerprint (SHA-256)", max_length=64)
    stored_name = models.CharField(max_length=80, blank=True, default="")
    added = models.PositiveIntegerField(default=0)
    certified = models.PositiveIntegerField(
        "given a certificate", default=0, help_text="Known before, whose certificate this file brings."
    )
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    after = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        help_text="The newest that had been taken over when this one was looked at.",
    )  # fmt: skip

    class Meta:
        verbose_name = "list of past participants"
        verbose_name_plural = "lists of past participants"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", stored_name__gt="") | (~Q(state="waiting") & Q(stored_name="")),
                name="a_list_is_kept_only_while_it_waits",
            ),
        ]

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
