"""Lists of disadvantage and support, each in force for a period."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from npqh_portal.schools.kinds import ListKind

from .imports import SchoolImport

_DAYS = Func(
    "from_on", "to_on", RangeBoundary(inclusive_upper=True), function="DATERANGE", output_field=DateRangeField()
)


class EligibilityListQuerySet(models.QuerySet["EligibilityList"]):
    def in_force(self, on: date) -> "EligibilityListQuerySet":
        """Those that hold on a London date, their first and last day included: `rules.eligibility.covers` in SQL."""
        return self.filter(Q(to_on=None) | Q(to_on__gte=on), from_on__lte=on)


class EligibilityList(models.Model):
    """One list of one kind, for the days from `from_on` to `to_on`, both included. Moved by `import_eligibility_list`.

    Decide by the list in force when a person registered, never by today's.
    """

    kind = models.CharField(max_length=10, choices=ListKind)
    from_on = models.DateField("from")
    to_on = models.DateField("until", null=True, blank=True, help_text="The last day. Empty: until the next list.")
    source = models.ForeignKey(
        SchoolImport, on_delete=models.PROTECT, related_name="lists", verbose_name="last imported from"
    )

    objects = EligibilityListQuerySet.as_manager()

    class Meta:
        ordering = ["kind", "-from_on"]
        constraints = [
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="eligibility_list_ends_after_it_starts"
            ),
            ExclusionConstraint(
                name="one_eligibility_list_of_a_kind_at_a_time",
                expressions=[("kind", RangeOperators.EQUAL), (_DAYS, RangeOperators.OVERLAPS)],
            ),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class EligibilityEntry(models.Model):
    """An establishment on a list, by URN or, for 16–19 providers, by UKPRN; perhaps one that no extract holds yet."""

    list = models.ForeignKey(EligibilityList, on_delete=models.PROTECT, related_name="entries")
    identifier = models.CharField(max_length=8)

    class Meta:
        verbose_name_plural = "eligibility entries"
        constraints = [
            models.UniqueConstraint(fields=["identifier", "list"], name="listed_once_on_each_list"),
        ]

    def __str__(self) -> str:
        return self.identifier
