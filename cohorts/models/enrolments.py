"""One person's run of one programme version, and its stays in cohorts."""

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import Application
from cohorts.kinds import Deferring, Leaving
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.db import AppendOnly, random_id
from npqh_portal.programmes.models import ProgrammeVersion

from .cohorts import Cohort, Group

# An application knows whether it is enrolled, so that a check on its own row keeps it from being withdrawn meanwhile.
_TELL_THE_APPLICATION = """
    UPDATE applications_application
    SET is_enrolled = EXISTS (
        SELECT FROM cohorts_enrolment WHERE application_id = NEW.application_id AND state <> 'withdrawn'
    )
    WHERE id = NEW.application_id;
    RETURN NULL;
"""

# A cohort and a group count the people in them, so that a check on their own rows can refuse one too many.
_COUNT_PLACES = """
    IF TG_OP = 'UPDATE' AND OLD.to_on IS NULL AND NEW.to_on IS NOT NULL THEN
        UPDATE cohorts_cohort SET places_taken = places_taken - 1 WHERE id = OLD.cohort_id;
        UPDATE cohorts_group SET places_taken = places_taken - 1 WHERE id = OLD.group_id;
    ELSIF TG_OP = 'INSERT' AND NEW.to_on IS NULL
        OR TG_OP = 'UPDATE' AND OLD.to_on IS NOT NULL AND NEW.to_on IS NULL THEN
        UPDATE cohorts_cohort SET places_taken = places_taken + 1 WHERE id = NEW.cohort_id;
        UPDATE cohorts_group SET places_taken = places_taken + 1 WHERE id = NEW.group_id;
    END IF;
    RETURN NULL;
"""


class Enrolment(models.Model):
    """One person's run of one programme version: ledger, marks, outcomes and certificates hang here.

    Pins its version, which only `move_to_version` changes. `application` is empty for people taken over from
    elsewhere. Moved by `enrol`, `take_over_run`, `defer_enrolment`, `return_from_deferral`, `withdraw_enrolment`,
    `reinstate_enrolment` and `complete_enrolment`.
    """

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="enrolments")
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="enrolments", null=True, blank=True
    )
    version = models.ForeignKey(ProgrammeVersion, on_delete=models.PROTECT, related_name="enrolments")
    state = models.CharField(max_length=10, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    is_new_to_headship = models.BooleanField(default=False)
    extension_months = models.PositiveSmallIntegerField(default=0)
    returns_on = models.DateField("planned return", null=True, blank=True, help_text="Of somebody deferred.")
    deferred_on = models.DateField("deferred", null=True, blank=True)
    deferred_for = models.CharField(
        "reason for deferring", max_length=20, choices=Deferring.choices(), blank=True, default=""
    )
    withdrawn_on = models.DateField("withdrawn", null=True, blank=True)
    withdrawn_for = models.CharField(
        "reason for leaving", max_length=20, choices=Leaving.choices(), blank=True, default=""
    )
    enrolled_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["person__full_name", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(state__in=sorted(LIVE_ENROLMENT)),
                name="one_live_enrolment_of_an_application",
            ),
            models.CheckConstraint(
                condition=Q(extension_months=0) | Q(extension_months__lte=6, is_new_to_headship=True),
                name="only_new_heads_extend_by_up_to_six_months",
            ),
            models.CheckConstraint(
                condition=Q(returns_on=None) | Q(state="deferred"), name="only_somebody_deferred_plans_to_return"
            ),
            models.CheckConstraint(
                condition=Q(deferred_on=None, deferred_for="")
                | (Q(deferred_on__isnull=False, state="deferred") & ~Q(deferred_for="")),
                name="a_deferral_has_a_day_and_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_on=None, withdrawn_for="")
                | (Q(withdrawn_on__isnull=False, state="withdrawn") & ~Q(withdrawn_for="")),
                name="a_withdrawal_has_a_day_and_a_reason",
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="tell_the_application",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                condition=pgtrigger.Condition("NEW.application_id IS NOT NULL"),
                func=_TELL_THE_APPLICATION,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.version}"

    @property
    def is_taken_over(self) -> bool:
        """Whether it took place before this portal. Read it with `past_run`, or this asks for it."""
        return hasattr(self, "past_run")


class Membership(models.Model):
    """A stay in one cohort and group. Moves, deferral and return are new memberships; only the end comes later."""

    class Reason(models.TextChoices):
        PLACED = "placed", "Placed"
        LATE = "late", "Joined late"
        MOVED = "moved", "Moved"
        RETURNED = "returned", "Returned from deferral"
        REINSTATED = "reinstated", "Came back after withdrawing"

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="memberships")
    cohort = models.ForeignKey(Cohort, on_delete=models.PROTECT, related_name="memberships")
    group = models.ForeignKey(Group, on_delete=models.PROTECT, related_name="memberships", null=True, blank=True)
    from_on = models.DateField("from", default=clock.today)
    to_on = models.DateField("until", null=True, blank=True, help_text="The first day it no longer holds.")
    reason = models.CharField(max_length=12, choices=Reason, default=Reason.PLACED)

    class Meta:
        ordering = ["enrolment", "-from_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment"], condition=Q(to_on=None), name="one_open_membership_of_an_enrolment"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(to_on__gte=F("from_on")), name="membership_ends_after_it_starts"
            ),
        ]
        triggers = [
            pgtrigger.ReadOnly(
                name="only_its_end_changes", fields=["enrolment", "cohort", "group", "from_on", "reason"]
            ),
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="count_places",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update,
                func=_COUNT_PLACES,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment} in {self.cohort}"


class Extension(AppendOnly):
    """Further months for somebody new to headship (S14): so many in all from then on. The newest counts.

    Written by `extend_enrolment`; its reason stands in the audit trail's erasable words.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="extensions")
    months = models.PositiveSmallIntegerField()
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="extensions_approved"
    )
    at = models.DateTimeField(default=clock.now)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta(AppendOnly.Meta):
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(months__lte=6), name="extended_by_six_months_at_most"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.months} months"
