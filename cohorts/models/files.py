"""Files that participants hand in beside the assessment."""

import pgtrigger
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import random_id


class HandedIn(models.Model):
    """The bytes as they came, under a random name, with their SHA-256; the sender's own name for them beside."""

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    stored_name = models.CharField(max_length=80, unique=True, editable=False)
    sender_name = models.CharField(max_length=200)
    kind = models.CharField(max_length=5, choices=[("docx", "Word document"), ("pdf", "PDF")])
    size_bytes = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        abstract = True
        ordering = ["pk"]
        constraints = [models.CheckConstraint(condition=Q(size_bytes__gt=0), name="%(class)s_is_not_empty")]
        triggers = [
            pgtrigger.Protect(
                name="bytes_never_change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("stored_name", "sha256", "size_bytes", "kind"),
            )
        ]

    def __str__(self) -> str:
        return self.sender_name
