"""Seminars and every other timetabled sitting, and what they book."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from cohorts.states import SeminarState
from npqh_portal.db import random_id
from npqh_portal.programmes.kinds import Mode
from npqh_portal.programmes.models import Item

from .cohorts import Cohort, Group


class Venue(models.Model):
    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=250, blank=True, default="")
    access_notes = models.CharField(max_length=250, blank=True, default="")
    capacity = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Seminar(models.Model):
    """One sitting of an item with a register: a seminar for a group, a conference for the whole cohort (group empty).

    Rescheduling and a switch of mode keep the row and count revisions (S80). Moved by `schedule_seminar`,
    `reschedule_seminar`, `switch_mode` and `cancel_seminar`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="seminars")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seminars", null=True, blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="seminars")
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seminars_led")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=15, choices=Mode)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="seminars", null=True, blank=True)
    joining_url = models.URLField("joining link", blank=True, default="")
    state = models.CharField(max_length=10, choices=SeminarState, default=SeminarState.SCHEDULED)
    revision = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="seminar_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(mode="face_to_face", venue__isnull=False) | Q(mode="online"),
                name="in_person_needs_a_venue",
            ),
            models.UniqueConstraint(
                fields=["cohort", "group", "item"],
                condition=Q(state="scheduled"),
                nulls_distinct=False,
                name="one_sitting_of_an_item_for_a_group",
            ),
        ]

    def __str__(self) -> str:
        return self.item.title


class Booking(models.Model):
    """A seminar holds one venue, facilitator or group for a time. Two at once are refused; back to back is fine."""

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="bookings")
    during = DateTimeRangeField()
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(venue__isnull=False, facilitator=None, group=None)
                | Q(venue=None, facilitator__isnull=False, group=None)
                | Q(venue=None, facilitator=None, group__isnull=False),
                name="a_booking_is_of_one_thing",
            ),
            *(
                ExclusionConstraint(
                    name=f"{what}_is_free",
                    expressions=[("during", RangeOperators.OVERLAPS), (what, RangeOperators.EQUAL)],
                )
                for what in ("venue", "facilitator", "group")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue or self.facilitator or self.group} for {self.seminar}"
