"""What the public page of a programme says, in revisions beside its versions; and what every kind of revision is."""

from typing import Any, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.rules.seen import fingerprint
from npqh_portal.programmes.states import RevisionState

from .versions import Programme


class Revision(models.Model):
    """What something says, or said, or may say. A published revision never changes, and is never deleted.

    A child names the column of what it is a revision of, and those that hold what it says. `written_by` is None where
    words came with a file that was loaded.
    """

    part_of: ClassVar[str]
    says: ClassVar[tuple[str, ...]] = ("body",)

    number = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=RevisionState, default=RevisionState.DRAFT)
    body = models.TextField(blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    written_at = models.DateTimeField(default=clock.now)
    published_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(
                name="published_words_stand",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state = 'published'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.of}, revision {self.number}"

    @property
    def of(self) -> Any:
        return getattr(self, self.part_of)

    @property
    def said(self) -> dict[str, Any]:
        return {column: getattr(self, column) for column in self.says}

    @property
    def fingerprint(self) -> str:
        """By which a later save knows whether it is still what somebody has read."""
        return fingerprint(self.number, *self.said.values())


class PageText(models.Model):
    """One section of a programme's public page. What it says is the newest published revision."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="texts")
    section = models.CharField(max_length=15, choices=PageSection)

    class Meta:
        ordering = ["programme", "pk"]
        constraints = [models.UniqueConstraint(fields=["programme", "section"], name="one_text_of_a_section")]

    def __str__(self) -> str:
        return f"{self.programme}: {self.get_section_display()}"


class PageRevision(Revision):
    """What a section says: Markdown, with figures of the version in braces.

    Moved by `draft_text`, `publish_text` and `discard_draft`.
    """

    part_of = "text"

    text = models.ForeignKey(PageText, on_delete=models.PROTECT, related_name="revisions")
    body = models.TextField(blank=True, help_text="Empty: the section is not shown.")

    class Meta(Revision.Meta):
        ordering = ["text", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["text", "number"], name="one_revision_of_a_number"),
            models.UniqueConstraint(fields=["text"], condition=Q(state="draft"), name="one_draft_of_a_text"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | Q(state="published", published_at__isnull=False),
                name="published_text_has_a_moment",
            ),
        ]
