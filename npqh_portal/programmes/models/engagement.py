"""How engagement is worked out."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from npqh_portal.programmes.kinds import ItemKind, Rule, Unit

from .frozen import CHANGE, Frozen
from .versions import ProgrammeVersion

_VERSION_OF_POLICY = "(SELECT version_id FROM programmes_engagementpolicy WHERE id = {{row}}.policy_id {})"


class EngagementPolicy(models.Model):
    """How engagement is worked out, from a moment on. A new number re-credits by correction entries."""

    version = models.ForeignKey(ProgrammeVersion, on_delete=models.CASCADE, related_name="policies")
    number = models.PositiveSmallIntegerField(default=1)
    rule = models.CharField(max_length=10, choices=Rule, default=Rule.COMBINED)
    threshold_percent = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(100)],
        help_text="0: engagement is recorded, and is no condition of passing.",
    )
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
            models.CheckConstraint(condition=Q(threshold_percent__lte=100), name="threshold_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(attended_percent__gte=1, attended_percent__lte=100), name="attended_is_a_percentage"
            ),
        ]
        triggers = [Frozen(CHANGE)]  # a new number may be added: it re-credits by correction entries

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
            Frozen(CHANGE, version=_VERSION_OF_POLICY.format("")),
            # The first policy came with its version and is whole; a later one brings its own components.
            Frozen(pgtrigger.Insert, name="first_policy_is_whole", version=_VERSION_OF_POLICY.format("AND number = 1")),
        ]

    def __str__(self) -> str:
        return self.name
