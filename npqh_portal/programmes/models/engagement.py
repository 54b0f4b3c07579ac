"""How engagement is worked out."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, CountedStatus, ItemKind, Rule, Unit

from .frozen import CHANGE, WRITE, Frozen
from .versions import ProgrammeVersion

# Of a policy that is in force, or was: one that is being drafted may still change.
_VERSION_OF_POLICY = (
    "(SELECT version_id FROM programmes_engagementpolicy WHERE id = {row}.policy_id AND adopted_at IS NOT NULL)"
)


def usually_counted() -> list[str]:
    return [CountedStatus.PRESENT.value, CountedStatus.PARTLY.value, CountedStatus.CAUGHT_UP.value]


def usually_caught_up() -> list[str]:
    return [kind.value for kind in ItemKind if kind in KINDS_WITH_REGISTER]


class EngagementPolicy(models.Model):
    """How engagement is worked out, from a moment on. A new number re-credits by correction entries.

    The first comes with its version. A later one is drafted, and in force once it is adopted: then it never changes.
    """

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
    counted_statuses = ArrayField(
        models.CharField(max_length=10, choices=CountedStatus), default=usually_counted,
        help_text="What a register must say of somebody to earn them credit.",
    )  # fmt: skip
    catch_up_kinds = ArrayField(
        models.CharField(max_length=20, choices=ItemKind), default=usually_caught_up, blank=True,
        help_text="The sessions that can be caught up.",
    )  # fmt: skip
    catch_up_days = models.PositiveSmallIntegerField(default=42, help_text="Days after a missed session to catch up.")
    gates_sitting = models.BooleanField(
        default=False, help_text="The threshold must be met to sit the assessment, not only to pass."
    )
    spare_sessions = models.PositiveSmallIntegerField(
        default=1, help_text="Whoever can miss fewer sessions than this stands on the early-warning list."
    )
    appeal_days = models.PositiveSmallIntegerField(
        default=15, help_text="Days within which a participant may question a mark, from when it was recorded."
    )
    appeal_answer_days = models.PositiveSmallIntegerField(
        default=10, help_text="Days within which a question about a mark is answered."
    )
    adopted_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="Empty: a draft.")

    class Meta:
        verbose_name_plural = "engagement policies"
        ordering = ["version", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="one_policy_of_a_number"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(adopted_at=None), name="one_draft_policy_of_a_version"
            ),
            models.CheckConstraint(
                condition=~Q(number=1) | Q(adopted_at__isnull=False), name="first_policy_comes_with_its_version"
            ),
            models.CheckConstraint(condition=Q(threshold_percent__lte=100), name="threshold_is_a_percentage"),
            models.CheckConstraint(
                condition=Q(attended_percent__gte=1, attended_percent__lte=100), name="attended_is_a_percentage"
            ),
        ]
        triggers = [Frozen(CHANGE, condition=pgtrigger.Condition("OLD.adopted_at IS NOT NULL"))]

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
        triggers = [Frozen(WRITE, version=_VERSION_OF_POLICY)]

    def __str__(self) -> str:
        return self.name
