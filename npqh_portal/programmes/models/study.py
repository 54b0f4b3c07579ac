"""The pages on which an item is studied online (S16, S25), kept beside the versions by the item's code."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import random_id

from .texts import Revision
from .versions import Programme


class StudyPage(models.Model):
    """One page of an item, the same in every version of the programme that has an item of that code.

    Shown once a revision of it is published, until it is retired; never deleted from then on. `place` orders the pages
    of an item, retired ones too. Written by `begin_page`, `draft_page`, `move_page`, `retire_page`, `take_page_back`.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="study_pages")
    item_code = models.SlugField("module", max_length=60)
    place = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120, help_text="As in its newest revision: staff know the page by it.")
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "page of a module"
        verbose_name_plural = "pages of modules"
        ordering = ["programme", "item_code", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "item_code", "place"], name="one_page_at_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.title


class StudyRevision(Revision):
    """What a page says: a title, Markdown, and how many minutes it takes. Moved as a text's revisions are."""

    part_of = "page"
    says = ("title", "minutes", "body")

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    page = models.ForeignKey(StudyPage, on_delete=models.PROTECT, related_name="revisions")
    title = models.CharField(max_length=120)
    minutes = models.PositiveSmallIntegerField()

    class Meta(Revision.Meta):
        ordering = ["page", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["page", "number"], name="one_page_revision_of_a_number"),
            models.UniqueConstraint(fields=["page"], condition=Q(state="draft"), name="one_draft_of_a_page"),
            models.CheckConstraint(
                condition=Q(state="draft", published_at=None) | Q(state="published", published_at__isnull=False),
                name="published_page_has_a_moment",
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="page_takes_minutes"),
        ]


class StudyFile(models.Model):
    """A picture or a file beside a page, which names it in its words. Written by `add_file` and `remove_file`."""

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    page = models.ForeignKey(StudyPage, on_delete=models.PROTECT, related_name="files")
    name = models.CharField(max_length=80)
    stored_name = models.CharField(max_length=80, unique=True, editable=False)
    kind = models.CharField(max_length=5)
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    added_at = models.DateTimeField(default=clock.now)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )

    class Meta:
        ordering = ["page", "name"]
        constraints = [
            models.UniqueConstraint(fields=["page", "name"], name="one_file_of_a_name"),
            models.CheckConstraint(condition=Q(size_bytes__gt=0), name="study_file_is_not_empty"),
        ]
        triggers = [pgtrigger.Protect(name="bytes_never_change", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return self.name
