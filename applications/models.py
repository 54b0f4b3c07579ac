"""Applying, reviewing, deciding."""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.db import AppendOnly, random_id
from npqh_portal.people.models import trn_shape
from npqh_portal.programmes.models import Intake
from npqh_portal.schools.models import School

from .rules import PARTS
from .states import LIVE, ApplicationState


class Application(models.Model):
    """One person applies to one intake. What hangs on it hangs on the application, never on the person (T1).

    Keeps its own copy of the school as it was. `eligible_for_funding` and `funded_place` are true, false or not
    yet known (T20); the DfE columns hold DfE's own words and are never computed (T14). Moved by
    `start_application`, `save_answers`, `submit_application`, `record_review`, `decide` and `withdraw_application`.
    """

    class Headship(models.TextChoices):
        ASPIRING = "aspiring", "I hope to become a headteacher"
        APPOINTED = "appointed", "I have been appointed and have not started"
        NEW = "new", "I am a headteacher in my first year"
        SERVING = "serving", "I have been a headteacher for longer"

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    reference = models.CharField(max_length=16, unique=True, null=True, blank=True, help_text="Given when it is sent.")
    form_version = models.PositiveSmallIntegerField(default=1)

    full_name = models.CharField(max_length=200, blank=True, default="")
    trn = models.CharField("teacher reference number", max_length=7, blank=True, default="", validators=[trn_shape])
    role = models.CharField("current role", max_length=100, blank=True, default="")
    headship = models.CharField(max_length=10, choices=Headship, blank=True, default="")
    headship_started_on = models.DateField(null=True, blank=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="applications", null=True, blank=True)
    school_name = models.CharField(max_length=200, blank=True, default="")
    school_urn = models.CharField(max_length=7, blank=True, default="")
    statement = models.TextField(blank=True, default="")
    wants_one_to_one = models.BooleanField(null=True, blank=True)
    agreed_at = models.DateTimeField(null=True, blank=True)

    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    eligible_for_funding = models.BooleanField(null=True, blank=True)
    funded_place = models.BooleanField(null=True, blank=True)
    dfe_application_id = models.UUIDField(unique=True, null=True, blank=True)
    dfe_cohort = models.CharField(max_length=20, blank=True, default="")
    dfe_schedule = models.CharField(max_length=60, blank=True, default="")

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "intake"],
                condition=Q(state__in=sorted(LIVE)),
                name="one_live_application_to_an_intake",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False, reference__isnull=False),
                name="a_sent_application_has_moment_and_reference",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"]) | Q(decided_at__isnull=False),
                name="a_decided_application_has_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["intake", "state", "submitted_at"], name="application_queue")]

    def __str__(self) -> str:
        return self.reference or f"draft {self.public_id}"

    @property
    def answers(self) -> dict[str, Any]:
        """The answers by name, as the rules read them."""
        return {name: getattr(self, name) for part in PARTS for name in part.needs} | {
            "headship_started_on": self.headship_started_on
        }


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


class Decision(AppendOnly):
    """The lead's decision. Its reason stands in the audit trail's erasable words and in the message."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        DECLINED = "declined", "Declined"

    application = models.OneToOneField(Application, on_delete=models.PROTECT, related_name="decision")
    verdict = models.CharField(max_length=10, choices=Verdict)
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        pass

    def __str__(self) -> str:
        return f"{self.application}: {self.get_verdict_display()}"
