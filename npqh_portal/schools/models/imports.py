"""Files that schools and lists came from."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.schools.kinds import FileKind
from npqh_portal.schools.rules.imports import warnings_of
from npqh_portal.schools.states import ImportState


class SchoolImport(models.Model):
    """A file of schools that was handed in: what it did, or, while it waits to be confirmed, what it would do.

    The file itself is kept only while it waits; afterwards its SHA-256 names it. Moved by `import_schools`,
    `import_eligibility_list`, the `propose_…` and `confirm_…` of both, and `discard_import`.
    """

    kind = models.CharField(max_length=10, choices=FileKind, default=FileKind.EXTRACT)
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.WAITING)
    at = models.DateTimeField("handed in", default=clock.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True,
        help_text="Empty: an operator, or the clock.",
    )  # fmt: skip
    file_name = models.CharField("file", max_length=200)
    sha256 = models.CharField("fingerprint (SHA-256)", max_length=64)
    links_name = models.CharField("file of links", max_length=200, blank=True, default="")
    links_sha256 = models.CharField("fingerprint of the links", max_length=64, blank=True, default="")
    from_on = models.DateField("in force from", null=True, blank=True)
    to_on = models.DateField("in force until", null=True, blank=True)
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    lacking = models.PositiveIntegerField("known here and not in the file", default=0)
    rejections = models.JSONField(default=list, help_text="Rows left out: line, identifier and reason of each.")
    remarks = models.JSONField(default=list)
    links = models.JSONField(default=dict, help_text="How many were added, updated, removed and unchanged.")
    first_changes = models.JSONField(default=list, help_text="URN, name, and what changes, of the first few.")
    stored_name = models.CharField(max_length=100, blank=True, default="")
    links_stored_name = models.CharField(max_length=100, blank=True, default="")
    after = models.ForeignKey(
        "self", on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name="looked at after"
    )

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state=ImportState.WAITING) | Q(stored_name="", links_stored_name=""),
                name="a_file_is_kept_only_while_it_waits",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def warnings(self) -> tuple[str, ...]:
        """What the file lacks, where that is too much to go unsaid."""
        return warnings_of(kept=self.updated + self.unchanged, lacking=self.lacking, links=self.links)

    @property
    def rejected(self) -> int:
        return len(self.rejections)
