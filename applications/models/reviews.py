"""Reviewing: advice, notes, and questions to the applicant."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import AppendOnly

from .applications import Application


class Review(AppendOnly):
    """A reviewer's recommendation. The newest of each reviewer counts; the words stand beside, erasable."""

    class Recommendation(models.TextChoices):
        ACCEPT = "accept", "Accept"
        DECLINE = "decline", "Decline"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="reviews")
    reviewer = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="reviews")
    recommendation = models.CharField(max_length=10, choices=Recommendation)
    recorded_at = models.DateTimeField(default=clock.now)

    class Meta(AppendOnly.Meta):
        ordering = ["-recorded_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_recommendation_display()}"

    @property
    def words(self) -> str:
        """What the reviewer wrote; empty when nothing was, or when it was erased."""
        return self.note.text if hasattr(self, "note") else ""


class ReviewNote(models.Model):
    """What the reviewer wrote; seen by staff only."""

    review = models.OneToOneField(Review, on_delete=models.PROTECT, related_name="note", primary_key=True)
    text = models.TextField()

    def __str__(self) -> str:
        return self.text[:60]


class Note(models.Model):
    """A note of staff for staff, beside any advice. Written by `add_note`; erasable, never changed."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="notes")
    text = models.TextField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return self.text[:60]


class InformationRequestQuerySet(models.QuerySet["InformationRequest"]):
    def open(self) -> Self:
        """Neither answered nor taken back."""
        return self.filter(answered_at=None, taken_back_at=None)


class InformationRequest(models.Model):
    """A question to the applicant, with the day by which we ask for an answer. Moved by `ask_applicant`,
    `answer_question` and `take_question_back`; an open one stops no decision, and is shown to whoever decides."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="questions")
    question = models.TextField()
    reply_by = models.DateField()
    asked_at = models.DateTimeField(default=clock.now)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    answer = models.TextField(blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = InformationRequestQuerySet.as_manager()

    class Meta:
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(answered_at=None, taken_back_at=None),
                name="one_open_question_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | Q(taken_back_at=None), name="an_answered_question_is_not_taken_back"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None) | ~Q(answer=""), name="an_answered_question_has_its_answer"
            ),
        ]

    def __str__(self) -> str:
        return self.question[:60]

    @property
    def is_open(self) -> bool:
        return self.answered_at is None and self.taken_back_at is None
