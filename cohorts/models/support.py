"""Support beside the programme: outside engagement and assessment, never graded (S5 to S8, T58, T59)."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from applications.kinds import Strand
from cohorts.states import MeetingState
from npqh_portal import clock
from npqh_portal.db import random_id

from .enrolments import Enrolment


class SupportMatch(models.Model):
    """One participant and the experienced former head or leader who supports them, in one strand.

    One person may have both strands, each with a match of its own. Written by `match_supporter` and
    `replace_supporter`; ended by `end_match`, by `end_support_of`, by `end_refused_support` and, when its days are
    over, by `end_due_support`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="support")
    strand = models.CharField(max_length=15, choices=Strand.choices())
    supporter = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="supports")
    from_on = models.DateField("from")
    planned_to_on = models.DateField("planned until", help_text="The last day of the support as it is meant.")
    to_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds.")

    class Meta:
        verbose_name = "match"
        verbose_name_plural = "who supports whom"
        ordering = ["enrolment", "strand", "-from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "strand"], condition=Q(to_on=None), name="one_supporter_in_a_strand"
            ),
            models.CheckConstraint(condition=Q(planned_to_on__gte=F("from_on")), name="support_is_meant_to_last"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="support_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.supporter} supports {self.enrolment.person}"

    @property
    def last_on(self) -> date:
        """The last day on which the two may have met."""
        return min(self.planned_to_on, self.to_on or self.planned_to_on)


class SupportMeeting(models.Model):
    """A meeting of the pair. When and how long is for the lead to count; what was said is the pair's alone (T58).

    Written by `plan_meeting` and `log_meeting`, changed and moved by `save_meeting`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    match = models.ForeignKey(SupportMatch, on_delete=models.PROTECT, related_name="meetings")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    is_face_to_face = models.BooleanField(default=True)
    place = models.CharField(max_length=160, blank=True, default="")
    state = models.CharField(max_length=10, choices=MeetingState, default=MeetingState.PLANNED)
    notes = models.TextField(blank=True, default="", help_text="Read by the two of you alone.")
    revision = models.PositiveSmallIntegerField(default=1, help_text="Counts what either of the two saved of it.")
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    calendar_revision = models.PositiveSmallIntegerField(
        default=0, help_text="Counts the changes of when, where and whether: what calendars are told."
    )
    calendar_changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["match", "-starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(minutes__gte=1, minutes__lte=720), name="a_meeting_lasts_part_of_a_day"),
        ]

    def __str__(self) -> str:
        return f"{self.match} at {self.starts_at:%d.%m.%Y}"

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.minutes)


class SupportAction(models.Model):
    """Something that one of the pair said they would do. Read by the two of them alone.

    Written by `add_support_action`; `mark_support_action` says that it is done, or is not after all.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    match = models.ForeignKey(SupportMatch, on_delete=models.PROTECT, related_name="actions")
    text = models.CharField(max_length=400)
    is_supporters = models.BooleanField(default=False, help_text="The supporter does it.")
    due_on = models.DateField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    made_at = models.DateTimeField(default=clock.now)
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["match", "-made_at", "-pk"]

    def __str__(self) -> str:
        return self.text
