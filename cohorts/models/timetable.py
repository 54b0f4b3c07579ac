"""Seminars and every other timetabled sitting, what they book, and every change that was told."""

import pgtrigger
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from cohorts.kinds import ChangeKind, SessionMode
from cohorts.states import HOLDING, SeminarState
from npqh_portal import clock
from npqh_portal.db import AppendOnly, random_id
from npqh_portal.programmes.models import Item

from .cohorts import Cohort, Group
from .enrolments import Enrolment

_VENUE_HOLDS = """
    IF NEW.people > (SELECT capacity FROM cohorts_venue WHERE id = NEW.venue_id FOR SHARE) THEN
        RAISE EXCEPTION 'the venue does not hold so many' USING ERRCODE = '23514', CONSTRAINT = 'venue_holds_them';
    END IF;
    RETURN NEW;
"""
_BOOKINGS_FIT = """
    IF EXISTS (
        SELECT FROM cohorts_booking WHERE venue_id = NEW.id AND people > NEW.capacity AND upper(during) > now()
    ) THEN
        RAISE EXCEPTION 'more are booked into it' USING ERRCODE = '23514', CONSTRAINT = 'venue_holds_them';
    END IF;
    RETURN NEW;
"""


class Venue(models.Model):
    """A hall. What is retired is booked no more, and stays where it was booked. Moved by `retire_venue`."""

    name = models.CharField(max_length=120, unique=True)
    address = models.CharField(max_length=250, blank=True, default="")
    access_notes = models.CharField(
        max_length=250, blank=True, default="", help_text="Steps, lifts, hearing loop, parking."
    )
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    retired_at = models.DateTimeField("not booked any more since", null=True, blank=True, editable=False)

    class Meta:
        ordering = ["name"]
        triggers = [
            pgtrigger.Trigger(
                name="bookings_fit",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("capacity"),  # type: ignore[no-untyped-call]
                func=_BOOKINGS_FIT,
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TimetablePublication(AppendOnly):
    """A draft of a cohort's timetable became the timetable. Written by `publish_timetable`."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="publications")
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["cohort", "-number"]
        constraints = [models.UniqueConstraint(fields=["cohort", "number"], name="one_publication_of_a_number")]

    def __str__(self) -> str:
        return f"{self.cohort}, timetable {self.number}"


class Seminar(models.Model):
    """One sitting of an item with a register: a seminar for a group, a conference for the whole cohort (group empty).

    Planned until the cohort's timetable is published: booked, and seen by leads alone. Rescheduling and a switch of
    mode keep the row and count revisions (S80). Moved by the actions of `cohorts.actions.timetable`; a planned one
    that is not wanted after all is deleted by `discard_seminar`, for nobody has been told of it.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="seminars")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="seminars", null=True, blank=True)
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="seminars")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="seminars_led", null=True, blank=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=15, choices=SessionMode.choices())
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="seminars", null=True, blank=True)
    joining_url = models.URLField("joining link", blank=True, default="")
    state = models.CharField(max_length=10, choices=SeminarState, default=SeminarState.PLANNED)
    revision = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["starts_at", "pk"]
        indexes = [models.Index(fields=["cohort", "starts_at"], name="seminars_of_a_cohort")]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="seminar_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(mode__in=["face_to_face", "hybrid"], venue__isnull=False) | Q(mode="online", venue=None),
                name="in_person_needs_a_venue",
            ),
            models.UniqueConstraint(
                fields=["cohort", "group", "item"],
                condition=Q(state__in=sorted(HOLDING)),
                nulls_distinct=False,
                name="one_sitting_of_an_item_for_a_group",
            ),
        ]

    def __str__(self) -> str:
        return self.item.title


class Booking(models.Model):
    """A seminar holds one venue, facilitator or group for a time. Two at once are refused; back to back is fine.

    `people` is how many a venue must hold: as many as the group, or the cohort, takes.
    """

    seminar = models.ForeignKey(Seminar, on_delete=models.CASCADE, related_name="bookings")
    during = DateTimeRangeField()
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")
    people = models.PositiveSmallIntegerField(null=True, blank=True)
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings"
    )
    group = models.ForeignKey(Group, on_delete=models.PROTECT, null=True, blank=True, related_name="bookings")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(venue__isnull=False, people__isnull=False, facilitator=None, group=None)
                | Q(venue=None, people=None, facilitator__isnull=False, group=None)
                | Q(venue=None, people=None, facilitator=None, group__isnull=False),
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
        triggers = [
            pgtrigger.Trigger(
                name="venue_holds_them",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.venue_id IS NOT NULL"),
                func=_VENUE_HOLDS,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.venue or self.facilitator or self.group} for {self.seminar}"


class PendingChange(models.Model):
    """What a draft of the timetable would make of a seminar that people know already.

    It books nothing: the bookings change when the timetable is published, and the database has the last word then.
    Written by `plan_change`, thrown away by `drop_change`, carried out by `publish_timetable`.
    """

    seminar = models.OneToOneField(Seminar, on_delete=models.PROTECT, related_name="pending", primary_key=True)
    is_cancelled = models.BooleanField(default=False)
    reason = models.CharField(max_length=300, blank=True, default="", help_text="Why it is cancelled.")
    facilitator = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    mode = models.CharField(max_length=15, choices=SessionMode.choices())
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    joining_url = models.URLField("joining link", blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="pending_ends_after_it_starts"),
            models.CheckConstraint(
                condition=Q(mode__in=["face_to_face", "hybrid"], venue__isnull=False) | Q(mode="online", venue=None),
                name="pending_in_person_needs_a_venue",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.seminar}, in the draft"


class SeminarChange(AppendOnly):
    """One change of the timetable that people were told of, or would have been had any been in the group.

    `before` and `after` hold moments, ids and kinds, never a link or a person's words; a link that changed is named
    in `what` alone. A cancellation's reason stands in the audit trail's erasable words.
    """

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="changes")
    revision = models.PositiveSmallIntegerField()
    what = ArrayField(models.CharField(max_length=12, choices=ChangeKind.choices()))
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    publication = models.ForeignKey(
        TimetablePublication, on_delete=models.PROTECT, related_name="changes", null=True, blank=True
    )
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["seminar", "revision"], name="one_change_of_a_revision"),
            models.CheckConstraint(condition=~Q(what=[]), name="a_change_is_of_something"),
        ]

    def __str__(self) -> str:
        return f"{self.seminar}: {', '.join(self.what)}"


class GuestPlace(models.Model):
    """Somebody attends one sitting of an item with another group, instead of their own group's.

    Their membership, and what they are entitled to, stay as they are. Written by `attend_elsewhere`, ended by
    `attend_with_own_group`.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="guest_places")
    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="guests")
    instead_of = models.ForeignKey(
        Seminar, on_delete=models.PROTECT, related_name="sent_elsewhere", null=True, blank=True
    )
    made_at = models.DateTimeField(default=clock.now)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["seminar", "enrolment"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "seminar"], condition=Q(ended_at=None), name="one_guest_place_at_a_sitting"
            ),
            models.UniqueConstraint(
                fields=["enrolment", "instead_of"], condition=Q(ended_at=None), name="sent_to_one_place_instead"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} at {self.seminar}"
