"""Files of applications from delivery partners."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.states import ImportState
from npqh_portal import clock
from npqh_portal.programmes.models import Intake
from npqh_portal.tables import ENCODINGS


class ApplicationImport(models.Model):
    """A file of applications that was handed in: what it did, or, while it waits to be confirmed, what it would do.

    Once confirmed it is received line by line, and counts what came of those gone through. The file is kept until it is
    received or discarded; afterwards its SHA-256 names it. Moved by `hold_applications`, `read_again`,
    `confirm_applications`, `receive_applications` and `discard_applications`.
    """

    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    at = models.DateTimeField("handed in", default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    file_name = models.CharField("file", max_length=200)
    sha256 = models.CharField("fingerprint (SHA-256)", max_length=64)
    encoding = models.CharField(
        "read as", max_length=10, choices=[*ENCODINGS.items()], blank=True, default="",
        help_text="As somebody chose; empty: as it was found out.",
    )  # fmt: skip
    stored_name = models.CharField(max_length=100, blank=True, default="")
    lines = models.PositiveIntegerField(default=0, help_text="How many there are in the file.")
    gone_through = models.PositiveIntegerField(default=0, help_text="How many of them, since it was confirmed.")
    created = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField("known already", default=0)
    rejections = models.JSONField(default=list, help_text="Rows left out: line, column and reason of each.")
    remarks = models.JSONField(default=list)

    class Meta:
        verbose_name = "import of applications"
        verbose_name_plural = "imports of applications"
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=[ImportState.WAITING, ImportState.RECEIVING]) | Q(stored_name=""),
                name="an_application_file_is_kept_until_it_is_received",
            ),
            models.CheckConstraint(
                condition=Q(gone_through__lte=F("lines")), name="no_more_lines_are_gone_through_than_there_are"
            ),
        ]
        indexes = [
            models.Index(fields=["id"], condition=Q(state=ImportState.RECEIVING), name="application_files_to_receive")
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def rejected(self) -> int:
        return len({line for line, _, _ in self.rejections})
