"""Engagement: facts are appended, what they are worth is a ledger, standing is derived from both."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.db import AppendOnly
from npqh_portal.programmes.models import EngagementPolicy, Item

from .enrolments import Enrolment
from .timetable import Seminar


class PersonalItem(models.Model):
    """One line of a person's own item list, which is the denominator of their engagement (T47, T48)."""

    class Expectation(models.TextChoices):
        EXPECTED = "expected", "Expected"
        EXEMPT = "exempt", "Exempt"
        CANCELLED = "cancelled", "Cancelled"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="personal_items")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="personal_items")
    expectation = models.CharField(max_length=10, choices=Expectation, default=Expectation.EXPECTED)

    class Meta:
        ordering = ["enrolment", "item__number"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "item"], name="an_item_stands_once_on_a_list"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.item}"


class AttendanceMark(AppendOnly):
    """What a register says of one person at one seminar (T50). The newest counts; earlier ones stay.

    Written by `record_register`.
    """

    class Status(models.TextChoices):
        PRESENT = "present", "Present"
        PARTLY = "partly", "Part"
        ABSENT = "absent", "Absent"
        AUTHORISED = "authorised", "Authorised absence"
        CAUGHT_UP = "caught_up", "Caught up"
        EXEMPT = "exempt", "Exempt"

    seminar = models.ForeignKey(Seminar, on_delete=models.PROTECT, related_name="marks")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="attendance_marks")
    status = models.CharField(max_length=10, choices=Status)
    minutes = models.PositiveSmallIntegerField(help_text="Minutes there.")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="attendance_recorded", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-pk"]
        indexes = [models.Index(fields=["enrolment", "seminar", "-id"], name="newest_mark")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(status__in=["absent", "authorised"]) | Q(minutes=0), name="absent_is_no_minutes"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.get_status_display()} at {self.seminar}"


class AttendanceNote(models.Model):
    """What was written beside a mark; erasable."""

    mark = models.OneToOneField(AttendanceMark, on_delete=models.PROTECT, related_name="note", primary_key=True)
    text = models.CharField(max_length=250)

    def __str__(self) -> str:
        return self.text


class StandingCompletions(models.Manager["Completion"]):
    def get_queryset(self) -> models.QuerySet["Completion"]:
        return super().get_queryset().filter(taken_back_at=None)


class Completion(models.Model):
    """A person has done an item that needs no register. Written by `record_completion`.

    Who said so by mistake takes it back, once, with `take_back_completion`; `objects` are those that stand.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="completions")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="completions")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="completions_recorded", null=True, blank=True
    )
    taken_back_at = models.DateTimeField(null=True, blank=True)

    objects = StandingCompletions()
    ever: models.Manager["Completion"] = models.Manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "item"], condition=Q(taken_back_at=None), name="an_item_is_completed_once"
            ),
            models.CheckConstraint(
                condition=Q(taken_back_at=None) | Q(taken_back_at__gte=F("recorded_at")),
                name="a_completion_is_taken_back_afterwards",
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(name="only_taken_back", fields=["enrolment", "item", "recorded_at", "recorded_by"]),
            pgtrigger.Protect(
                name="taken_back_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.taken_back_at IS NOT NULL"),
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} did {self.item}"


class LedgerEntry(AppendOnly):
    """A change in what an enrolment is credited for an item, in the units of its component, under one policy.

    The sum over an item is what is credited. Corrections are new entries. Written by `cohorts.actions` alone.
    """

    class Source(models.TextChoices):
        REGISTER = "register", "Register"
        COMPLETION = "completion", "Done in your own time"
        TAKEN_BACK = "taken_back", "Taken back"
        CATCH_UP = "catch_up", "Catch-up"
        ADJUSTMENT = "adjustment", "Adjustment"
        CARRIED = "carried", "Carried over"
        RECREDIT = "recredit", "Worked out anew"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="ledger")
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="ledger")
    policy = models.ForeignKey(EngagementPolicy, on_delete=models.PROTECT, related_name="ledger")
    change = models.IntegerField()
    source = models.CharField(max_length=12, choices=Source)
    source_id = models.BigIntegerField(null=True, blank=True, help_text="The attendance mark or completion behind it.")
    recorded_at = models.DateTimeField(default=clock.now)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="ledger_recorded", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        verbose_name_plural = "ledger entries"
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["enrolment", "item"], name="ledger_of_an_item"),
            # Few among many; every figure asks for those of the people it is of.
            models.Index(
                fields=["enrolment"], condition=Q(source__in=["adjustment", "carried"]), name="ledger_entered_by_hand"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="a_ledger_entry_changes_something"),
            models.CheckConstraint(
                condition=Q(
                    source__in=[
                        "register",
                        "completion",
                        "taken_back",
                        "catch_up",
                        "adjustment",
                        "carried",
                        "recredit",
                    ]
                ),
                name="a_ledger_entry_has_a_known_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} {self.change:+d} for {self.item}"


class CreditReason(models.Model):
    """Why credit was adjusted, in the words of whoever did it; the participant reads them. Erasable."""

    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="reason", primary_key=True)
    text = models.CharField(max_length=500)

    def __str__(self) -> str:
        return self.text


# Credit that no register and no completion stands behind: it stays when these change.
ENTERED_BY_HAND = frozenset({LedgerEntry.Source.ADJUSTMENT, LedgerEntry.Source.CARRIED})
