"""Programmes as data: versions, what they are made of, and the intakes one applies to.

The structure of a version is frozen once it is published; an enrolment pins a version.
"""

from datetime import datetime
from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.db import random_id
from npqh_portal.people.models import Organisation

from .kinds import ItemKind, Mode, Rule, Unit
from .states import VersionState


class Frozen(pgtrigger.Trigger):
    """Refuses to write a row whose programme version is no longer a draft.

    `version` is SQL for the id of that version, where {row} is the row as it was or as it would be; where it finds
    none, nothing is refused.
    """

    when = pgtrigger.Before

    def __init__(
        self, operation: Any, *, name: str = "frozen_once_published", version: str = "{row}.version_id"
    ) -> None:
        state = f"(SELECT state FROM programmes_programmeversion WHERE id = {version})"  # noqa: S608  # our own words
        super().__init__(
            name=name,
            operation=operation,
            func=f"""
                IF TG_OP <> 'INSERT' AND {state.format(row="OLD")} <> 'draft'
                OR TG_OP <> 'DELETE' AND {state.format(row="NEW")} <> 'draft' THEN
                    RAISE EXCEPTION 'A published version of a programme never changes: % on %', TG_OP, TG_TABLE_NAME;
                END IF;
                IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
                RETURN NEW;
            """,
        )


_CHANGE = pgtrigger.Update | pgtrigger.Delete
_WRITE = pgtrigger.Insert | _CHANGE
_VERSION_OF_POLICY = "(SELECT version_id FROM programmes_engagementpolicy WHERE id = {{row}}.policy_id {})"


class Programme(models.Model):
    """What a provider offers under one name: "NPQ in Headship"."""

    class Framework(models.TextChoices):
        REFORMED = "reformed", "Reformed (from autumn 2021)"
        LEGACY = "legacy", "Legacy (to summer 2022)"

    code = models.SlugField(max_length=40, unique=True, help_text="Stands in the address of its public page.")
    name = models.CharField(max_length=120)
    award = models.CharField(max_length=120, help_text="As it stands on the certificate.")
    framework = models.CharField(max_length=10, choices=Framework)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class ProgrammeVersion(models.Model):
    """One programme as it is taught and assessed. Made by `load_programmes`, published by `publish_version`.

    Months, minutes and pence are integers. `digest` is the SHA-256 of the file it was loaded from.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    delivery_months = models.PositiveSmallIntegerField()
    assessment_months = models.PositiveSmallIntegerField()
    extension_months_most = models.PositiveSmallIntegerField(
        default=0, help_text="Further months for people new to headship (S14)."
    )
    terms = models.PositiveSmallIntegerField()
    fee_pence = models.PositiveIntegerField(default=0)
    framework_document_url = models.URLField(blank=True, default="")
    summary = models.TextField(blank=True, default="")
    audience = models.TextField(blank=True, default="")
    loaded_at = models.DateTimeField(default=clock.now, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["programme", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "label"], name="one_version_of_a_label"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="version_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(state="draft") | Q(published_at__isnull=False), name="published_has_a_moment"
            ),
        ]
        triggers = [
            pgtrigger.Protect(
                name="figures_stand_once_published",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.state <> 'draft' AND to_jsonb(OLD) - 'state' - 'published_at'"
                    " IS DISTINCT FROM to_jsonb(NEW) - 'state' - 'published_at'"
                ),
            ),
            pgtrigger.Protect(
                name="kept_once_published",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Condition("OLD.state <> 'draft'"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme} {self.label}"


class ContentArea(models.Model):
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="areas")
    number = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=120)

    class Meta:
        ordering = ["version", "number"]
        constraints = [models.UniqueConstraint(fields=["version", "number"], name="one_area_of_a_number")]
        triggers = [Frozen(_WRITE)]

    def __str__(self) -> str:
        return self.name


class Course(models.Model):
    """One of the series of courses (S15); its items run in the cycle study, try, meet, reflect (S16 to S19)."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="courses")
    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    areas = models.ManyToManyField(ContentArea, related_name="courses", blank=True)
    is_implementation = models.BooleanField(default=False, help_text="The late course on implementation (S21).")

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_course_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_course_of_a_number"),
        ]
        triggers = [Frozen(_WRITE)]

    def __str__(self) -> str:
        return self.title


class CourseArea(Course.areas.through):  # type: ignore[name-defined,misc]  # Django makes this table itself
    """Which areas a course covers; named here only to be frozen with the rest."""

    class Meta:
        proxy = True
        triggers = [
            Frozen(_WRITE, version="(SELECT version_id FROM programmes_course WHERE id = {row}.course_id)"),
        ]


class Item(models.Model):
    """The smallest thing one engages with: known by its stable `code` across versions, worth its planned minutes."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="items")
    course = models.ForeignKey(Course, on_delete=models.CASCADE, related_name="items", null=True, blank=True)
    code = models.SlugField(max_length=60)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=160)
    kind = models.CharField(max_length=20, choices=ItemKind)
    minutes = models.PositiveIntegerField()
    mode = models.CharField(max_length=15, choices=Mode)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_item_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_item_of_a_number"),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="item_has_minutes"),
        ]
        triggers = [Frozen(_WRITE)]

    def __str__(self) -> str:
        return self.title


class EngagementPolicy(models.Model):
    """How engagement is worked out, from a moment on. A new number re-credits by correction entries."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="policies")
    number = models.PositiveSmallIntegerField(default=1)
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.COMBINED)
    threshold_percent = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(100)])
    attended_percent = models.PositiveSmallIntegerField(
        default=80, validators=[MinValueValidator(1), MaxValueValidator(100)],
        help_text="Share of a session's minutes from which it counts as attended.",
    )  # fmt: skip
    catch_up_days = models.PositiveSmallIntegerField(default=42, help_text="Days after a missed session to catch up.")
    gates_sitting = models.BooleanField(
        default=False, help_text="The threshold must be met to sit the assessment, not only to pass."
    )

    class Meta:
        verbose_name_plural = "engagement policies"
        ordering = ["version", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_policy_of_a_number"),
            models.CheckConstraint(
                condition=Q(threshold_percent__gte=1, threshold_percent__lte=100), name="threshold_is_a_percentage"
            ),
            models.CheckConstraint(
                condition=Q(attended_percent__gte=1, attended_percent__lte=100), name="attended_is_a_percentage"
            ),
        ]
        triggers = [Frozen(_CHANGE)]  # a new number may be added: it re-credits by correction entries

    def __str__(self) -> str:
        return f"{self.version}, policy {self.number}"


class PolicyComponent(models.Model):
    """A part of the engagement sum: the item kinds that belong to it, its weight, and what an item is worth in it."""

    policy = models.ForeignKey(EngagementPolicy, on_delete=models.CASCADE, related_name="components")
    code = models.SlugField(max_length=40)
    name = models.CharField(max_length=80)
    number = models.PositiveSmallIntegerField()
    weight = models.PositiveSmallIntegerField(default=1, validators=[MinValueValidator(1)])
    unit = models.CharField(max_length=10, choices=Unit, default=Unit.MINUTES)
    threshold_percent = models.PositiveSmallIntegerField(
        null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(100)]
    )
    kinds = ArrayField(models.CharField(max_length=20, choices=ItemKind))

    class Meta:
        ordering = ["policy", "number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "code"], name="one_component_of_a_code"),
            models.CheckConstraint(condition=Q(weight__gte=1), name="component_has_weight"),
        ]
        triggers = [
            Frozen(_CHANGE, version=_VERSION_OF_POLICY.format("")),
            # The first policy came with its version and is whole; a later one brings its own components.
            Frozen(pgtrigger.Insert, name="first_policy_is_whole", version=_VERSION_OF_POLICY.format("AND number = 1")),
        ]

    def __str__(self) -> str:
        return self.name


class AssessmentTask(models.Model):
    """A summative task: one in the reformed NPQH (S37), two in the legacy one (S59)."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="tasks")
    code = models.SlugField(max_length=40)
    number = models.PositiveSmallIntegerField()
    title = models.CharField(max_length=120)
    description = models.TextField(blank=True, default="")
    word_limit = models.PositiveIntegerField()
    window_days = models.PositiveSmallIntegerField(default=8, help_text="Calendar days, first and last counted.")
    attempts_most = models.PositiveSmallIntegerField(default=2)

    class Meta:
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "code"], name="one_task_of_a_code"),
            models.UniqueConstraint(fields=["version", "number"], name="one_task_of_a_number"),
        ]
        triggers = [Frozen(_WRITE)]

    def __str__(self) -> str:
        return self.title


class Intake(models.Model):
    """What one applies to: a version of a programme, while it is open, for a start term (S3, S41, S42)."""

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="intakes")
    name = models.CharField(max_length=80, help_text="As in “February 2027”.")
    provider = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="intakes", limit_choices_to={"kind": "provider"}
    )
    delivery_partner = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="partner_intakes", null=True, blank=True,
        limit_choices_to={"kind": "delivery_partner"},
    )  # fmt: skip
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    is_paused = models.BooleanField(default=False)
    starts_on = models.DateField(help_text="The first day of the programme.")
    capacity = models.PositiveSmallIntegerField()
    closed_words = models.CharField(
        max_length=200, blank=True, default="", help_text="Shown when closed: when it re-opens, and for which start."
    )
    contact_name = models.CharField(max_length=120)
    contact_email = models.EmailField()

    class Meta:
        ordering = ["-opens_at"]
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="intake_closes_after_it_opens"),
            models.UniqueConstraint(fields=["version", "provider", "name"], name="one_intake_of_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def is_open_at(self, moment: datetime) -> bool:
        return not self.is_paused and self.opens_at <= moment < self.closes_at
