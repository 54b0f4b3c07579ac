"""Cohorts, their groups, who leads them, when they are assessed, and when schools are in term."""

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Func, Q

from cohorts.states import CohortState
from npqh_portal.db import random_id
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.models import Intake, ProgrammeVersion


class Cohort(models.Model):
    """People who take one version of a programme together. Moved by `publish_cohort` and `move_cohort`.

    The count of places taken is kept by a trigger on the memberships, here and on groups; nothing else writes it.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    name = models.CharField(max_length=80)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="cohorts")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="cohorts", limit_choices_to={"kind": "provider"}
    )
    delivery_partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partner_cohorts", null=True, blank=True,
        limit_choices_to={"kind": "delivery_partner"},
    )  # fmt: skip
    intakes = models.ManyToManyField(Intake, related_name="cohorts", blank=True)
    starts_on = models.DateField()
    capacity = models.PositiveSmallIntegerField(validators=[MinValueValidator(1)])
    places_taken = models.PositiveSmallIntegerField(default=0, editable=False)
    link_minutes_before = models.PositiveSmallIntegerField(
        "joining links are shown", default=60, help_text="So many minutes before a session starts."
    )
    guests_allowed = models.BooleanField(
        "guests are welcome",
        default=True,
        help_text="People of other groups may ask to come to one of its sessions once, instead of their own group’s.",
    )
    state = models.CharField(max_length=10, choices=CohortState, default=CohortState.DRAFT)

    class Meta:
        ordering = ["-starts_on", "name"]
        constraints = [
            models.UniqueConstraint(fields=["provider", "name"], name="one_cohort_of_a_name"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_cohort_has_places"),
            models.CheckConstraint(
                condition=Q(places_taken__lte=F("capacity")), name="no_more_in_a_cohort_than_places"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentWindow(models.Model):
    """When a cohort may submit: from the first moment of one London date to the last of another (T12).

    Resits take a later number.
    """

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="windows")
    number = models.PositiveSmallIntegerField()
    opens_on = models.DateField()
    closes_on = models.DateField()

    class Meta:
        ordering = ["cohort", "number"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "number"], name="one_window_of_a_number"),
            models.CheckConstraint(condition=Q(closes_on__gte=F("opens_on")), name="window_closes_after_it_opens"),
            models.CheckConstraint(condition=Q(number__gte=1), name="windows_count_from_one"),
        ]

    def __str__(self) -> str:
        return f"{self.cohort}, window {self.number}"


class Group(models.Model):
    """A seminar group: the same peers through every course (S23)."""

    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="groups")
    name = models.CharField(max_length=60)
    capacity = models.PositiveSmallIntegerField(
        default=20, validators=[MinValueValidator(1)], help_text="Its halls must hold so many."
    )
    places_taken = models.PositiveSmallIntegerField(default=0, editable=False)

    class Meta:
        ordering = ["cohort", "name"]
        constraints = [
            models.UniqueConstraint(fields=["cohort", "name"], name="one_group_of_a_name"),
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_group_has_places"),
            models.CheckConstraint(condition=Q(places_taken__lte=F("capacity")), name="no_more_in_a_group_than_places"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.cohort}"


class Facilitation(models.Model):
    """A facilitator leads a group for a time. The role grant is the other half of the right to its registers."""

    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="facilitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="facilitations")
    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True)

    class Meta:
        ordering = ["group", "-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["group"], condition=Q(to_on=None), name="one_facilitator_leads_a_group"),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="facilitation_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person} leads {self.group}"


class SchoolTerm(models.Model):
    """When schools are in term, as the provider reckons: what is held in how many terms is counted by these (S28, S79).

    Authorities differ, and academies set their own; half-terms are typed in where a timetable is made.
    """

    name = models.CharField(max_length=40, unique=True, help_text="As in “Spring term 2027”.")
    starts_on = models.DateField("first day")
    ends_on = models.DateField("last day")

    class Meta:
        ordering = ["starts_on"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="term_ends_after_it_starts"),
            ExclusionConstraint(
                name="one_term_at_a_time",
                expressions=[
                    (
                        Func(
                            "starts_on", "ends_on", RangeBoundary(inclusive_upper=True),
                            function="DATERANGE", output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    )
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.name
