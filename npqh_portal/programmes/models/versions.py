"""Programmes and their versions, and when a source of funding was suspended."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from npqh_portal import clock
from npqh_portal.programmes.kinds import AssessedBy, FundingSource, ItemKind, ResubmissionCharge
from npqh_portal.programmes.states import VersionState


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
    """One programme as it is taught and assessed.

    Made by `load_version` and `copy_version`, edited while a draft, moved by `publish_version` and `retire_version`.
    Months, minutes and pence are integers. `digest` is the SHA-256 of the file it was loaded from, empty for one
    copied in the administration; `edited_at` is when a draft was last changed by hand.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="versions")
    label = models.CharField(max_length=40)
    state = models.CharField(max_length=10, choices=VersionState, default=VersionState.DRAFT)
    digest = models.CharField(max_length=64, blank=True, default="", editable=False)
    effective_from = models.DateField(help_text="The first day on which a programme may start.")  # S86, S89
    effective_to = models.DateField(null=True, blank=True, help_text="The last day on which one may start.")
    ended_on = models.DateField(null=True, blank=True, help_text="When teaching and assessment came to an end.")
    delivery_months = models.PositiveSmallIntegerField()
    assessment_months = models.PositiveSmallIntegerField()
    extension_months_most = models.PositiveSmallIntegerField(
        default=0,
        help_text="Further months for people new to headship.",  # S14
    )
    terms = models.PositiveSmallIntegerField(help_text="School terms over which the sessions are spread.")
    terms_least = models.PositiveSmallIntegerField(
        default=0,
        help_text="The fewest terms in which sessions in person must be held.",  # S79
    )
    day_equivalents = models.PositiveSmallIntegerField(
        default=0,
        help_text="Days out of school, where the sessions in person are planned by the day.",  # S75
    )
    day_minutes = models.PositiveSmallIntegerField(default=0, help_text="What one such day is worth, in minutes.")
    cycle = ArrayField(
        models.CharField(max_length=20, choices=ItemKind), default=list, blank=True,
        help_text="What every course brings, in order.",  # S16 to S19
    )  # fmt: skip
    assessed_by = models.CharField(max_length=10, choices=AssessedBy, default=AssessedBy.PROVIDER)
    fee_pence = models.PositiveIntegerField(default=0)
    submissions_included = models.PositiveSmallIntegerField(
        default=0,
        help_text="Submissions that the fee covers; 0 where none is ever charged for.",  # S82
    )
    resubmission_charge = models.CharField(
        max_length=15, choices=ResubmissionCharge, default=ResubmissionCharge.NONE,
        help_text="Whether a further submission may be charged for.",  # S83
    )  # fmt: skip
    resubmission_fee_pence = models.PositiveIntegerField(null=True, blank=True)
    framework_document_title = models.CharField(max_length=120, blank=True, default="")
    framework_document_edition = models.CharField(
        max_length=120,
        blank=True,
        default="",
        help_text="Reference and date of the edition taught.",  # S27
    )
    framework_document_url = models.URLField(blank=True, default="")
    summary = models.TextField(blank=True, default="")
    loaded_at = models.DateTimeField(default=clock.now, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        ordering = ["programme", "-effective_from"]
        constraints = [
            models.UniqueConstraint(fields=["programme", "label"], name="one_version_of_a_label"),
            models.UniqueConstraint(fields=["digest"], condition=~Q(digest=""), name="one_version_of_a_file"),
            models.CheckConstraint(
                condition=Q(effective_to=None) | Q(effective_to__gte=F("effective_from")),
                name="version_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("effective_from")), name="version_ended_after_it_began"
            ),
            models.CheckConstraint(
                condition=~Q(resubmission_charge="none") | Q(resubmission_fee_pence=None),
                name="only_a_charge_has_an_amount",
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


class FundingSuspension(models.Model):
    """A source of funding that nobody can take up from one day to another (S84, S85).

    Not part of any version: DfE suspends when it likes, and what is published stands.
    """

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="funding_suspensions")
    source = models.CharField(max_length=15, choices=FundingSource)
    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True, help_text="The last day. Empty: until further notice.")
    words = models.CharField("what the public page says", max_length=300, blank=True, default="")

    class Meta:
        ordering = ["programme", "from_on"]
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "source", "from_on"], name="one_suspension_of_a_source_from_a_day"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="suspension_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_source_display()} suspended from {self.from_on.day} {self.from_on:%B %Y}"
