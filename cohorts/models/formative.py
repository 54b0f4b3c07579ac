"""Work that is sent and answered with feedback, never passed or failed: formative tasks (S17), the stages of a change
project (S22, S26), work-based tasks (S77)."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.programmes.models import Item

from .enrolments import Enrolment
from .files import HandedIn

PICTURES = ("png", "jpg", "jpeg")


class FormativeWork(models.Model):
    """Somebody's work on one such item: the draft, and what was sent of it. The first sending completes the item.

    The draft, words and files, is what is sent next; nobody else reads it. Written by `save_formative_draft`,
    `attach_formative_file`, `drop_formative_file` and `send_formative_work`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="formative_works")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="formative_works")
    draft = models.TextField(blank=True, default="")
    saved_at = models.DateTimeField(default=clock.now)
    revision = models.PositiveIntegerField(default=0, help_text="Counts how often its words were saved.")

    class Meta:
        ordering = ["enrolment", "item"]
        constraints = [models.UniqueConstraint(fields=["enrolment", "item"], name="one_work_on_a_formative_task")]

    def __str__(self) -> str:
        return f"{self.enrolment.person}: {self.item}"


class FormativeFile(HandedIn):
    """A document or picture with the work: in the draft, in what was sent, or in both."""

    work = models.ForeignKey(FormativeWork, on_delete=models.PROTECT, related_name="files")
    kind = models.CharField(
        max_length=5, choices=[("docx", "Word document"), ("pdf", "PDF"), *((kind, "Picture") for kind in PICTURES)]
    )
    in_draft = models.BooleanField(default=True, help_text="Goes along with what is sent next.")
    caption = models.CharField(max_length=200, blank=True, default="", help_text="What a picture shows.")

    class Meta(HandedIn.Meta):
        constraints = [
            *HandedIn.Meta.constraints,
            models.UniqueConstraint(fields=["work", "sha256", "sender_name"], name="one_formative_file_of_these_bytes"),
        ]

    @property
    def is_picture(self) -> bool:
        return self.kind in PICTURES


class FormativeRound(models.Model):
    """One sending of it with the feedback to it; one number on from the round before, once that has its feedback.

    Until there is feedback it may be sent anew, in place of what was sent; from then on it stays as it was sent.
    Feedback may be mended. Written by `send_formative_work` and `give_feedback`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    work = models.ForeignKey(FormativeWork, on_delete=models.PROTECT, related_name="rounds")
    number = models.PositiveSmallIntegerField()
    words = models.TextField(blank=True, default="")
    files = models.ManyToManyField(FormativeFile, related_name="rounds")
    sent_at = models.DateTimeField(default=clock.now)
    feedback = models.TextField(blank=True, default="")
    feedback_at = models.DateTimeField(null=True, blank=True)
    feedback_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    mended_at = models.DateTimeField(null=True, blank=True, help_text="When the feedback was last changed.")
    revision = models.PositiveIntegerField(default=1, help_text="Counts what was sent anew and saved as feedback.")

    class Meta:
        ordering = ["work", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["work", "number"], name="one_round_of_a_number"),
            models.UniqueConstraint(
                fields=["work"], condition=Q(feedback_at=None), name="one_round_waits_for_feedback"
            ),
            models.CheckConstraint(
                condition=Q(feedback="", feedback_at=None, feedback_by=None)
                | Q(feedback_at__isnull=False, feedback_at__gte=F("sent_at")) & ~Q(feedback=""),
                name="feedback_has_words_and_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(mended_at=None) | Q(feedback_at__isnull=False, mended_at__gte=F("feedback_at")),
                name="feedback_is_mended_afterwards",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.work}, round {self.number}"
