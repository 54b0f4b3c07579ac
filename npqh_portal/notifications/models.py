"""Outgoing messages. Rows are the queue; a unique key makes a second message impossible."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import random_id

from .states import MessageState


class Message(models.Model):
    """One message to one person, written when it is queued and handed over by the sweep.

    `text` never holds a secret. A code or a link that opens something stands in it as ‹code› or ‹link›, and its
    value in `secret` until the message is handed over; then `secret` is emptied. Moved by `queue_message`,
    `send_due_messages` and `send_again`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=60, db_index=True)
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="messages", null=True, blank=True
    )
    address = models.EmailField(max_length=254)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    calendar = models.TextField(
        blank=True, default="", editable=False, help_text="An invitation that goes with it (RFC 5546), if any."
    )
    secret = models.JSONField(null=True, blank=True, editable=False)
    about_type = models.CharField(max_length=60, blank=True, default="")
    about_id = models.BigIntegerField(null=True, blank=True)
    state = models.CharField(max_length=10, choices=MessageState, default=MessageState.QUEUED)
    queued_at = models.DateTimeField(default=clock.now)
    due_at = models.DateTimeField(default=clock.now)
    stale_at = models.DateTimeField(null=True, blank=True, help_text="After this moment it is no use to anybody.")
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    failure = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        ordering = ["-queued_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(state="sent") | Q(sent_at__isnull=False), name="sent_has_a_moment"),
            models.CheckConstraint(condition=~Q(state="sent") | Q(secret=None), name="a_sent_message_keeps_no_secret"),
        ]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state="queued"), name="message_waiting"),
            models.Index(fields=["person", "-queued_at"], name="message_of_a_person"),
        ]

    def __str__(self) -> str:
        return self.subject


class Beat(models.Model):
    """The last time each regular task ran, so that a stopped clock is seen."""

    name = models.CharField(max_length=60, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
