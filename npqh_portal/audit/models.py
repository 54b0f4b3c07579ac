"""Who did what, when. Rows hold ids, verbs, integers and moments; people's words stand in an erasable row beside."""

from django.db import models

from npqh_portal import clock
from npqh_portal.db import AppendOnly


class Words(models.Model):
    """A person's words that belong to an audit entry: a reason, an old address.

    Named from the entry by the SHA-256 of its nonce and body, so that the words can be erased
    without touching the entry, and cannot be guessed back from the hash. Written by `record`.
    """

    sha256 = models.CharField(max_length=64, primary_key=True)
    nonce = models.CharField(max_length=32)
    body = models.TextField(help_text="Canonical JSON. Empty once erased.")
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name_plural = "words"

    def __str__(self) -> str:
        return self.sha256[:12]


class Entry(AppendOnly):
    """One thing that was done. Subjects and actors are plain columns: an entry outlives what it speaks of.

    `payload` is canonical JSON (sorted keys, no spaces, version `v`), so that a hash chain can be
    added later without touching a row. Written by `record`, and by nothing else.
    """

    at = models.DateTimeField(default=clock.now, db_index=True)
    verb = models.CharField(max_length=60, db_index=True)
    subject_type = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    actor_id = models.BigIntegerField(null=True, blank=True, help_text="Empty: the portal itself.")
    payload = models.TextField()
    words_sha256 = models.CharField(max_length=64, blank=True, default="")

    class Meta(AppendOnly.Meta):
        verbose_name = "audit entry"
        verbose_name_plural = "audit entries"
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "-at"], name="audit_entry_by_subject"),
            models.Index(fields=["actor_id", "-at"], name="audit_entry_by_actor"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
