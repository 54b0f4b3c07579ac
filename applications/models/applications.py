"""An application, what was decided about it, and schools that it names and the register does not know."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Concat

from applications.kinds import (
    EmploymentType,
    EndorserRole,
    FundingRoute,
    FundingStatus,
    Nursery,
    RoleReach,
    WithdrawReason,
    WorkSetting,
)
from applications.rules.answers import COLUMNS
from applications.states import HOLDING, LIVE, SENT, ApplicationState
from npqh_portal import clock
from npqh_portal.db import AppendOnly, random_id
from npqh_portal.people.models import trn_shape
from npqh_portal.programmes.models import Intake
from npqh_portal.schools.models import School

from .forms import FormVersion

# An intake counts the places that its applications hold, so that a check on its own row can refuse one too many.
_COUNT_PLACES = """
    IF TG_OP <> 'INSERT' THEN
        before_held := (OLD.state IN ('offered', 'accepted'))::int;
        before_funded := before_held * coalesce(OLD.funded_place, false)::int;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        after_held := (NEW.state IN ('offered', 'accepted'))::int;
        after_funded := after_held * coalesce(NEW.funded_place, false)::int;
    END IF;
    IF TG_OP = 'UPDATE' AND OLD.intake_id <> NEW.intake_id THEN
        RAISE EXCEPTION 'an application stays with its intake';
    END IF;
    IF (before_held, before_funded) <> (after_held, after_funded) THEN
        UPDATE programmes_intake
        SET places_taken = places_taken + after_held - before_held,
            funded_places_taken = funded_places_taken + after_funded - before_funded
        WHERE id = CASE WHEN TG_OP = 'DELETE' THEN OLD.intake_id ELSE NEW.intake_id END;
    END IF;
    RETURN NULL;
"""


class Application(models.Model):
    """One person applies to one intake. What hangs on it hangs on the application, never on the person (T1).

    Keeps the form it began with, and its own copy of the school as it was. `eligible_for_funding` and `funded_place`
    are true, false or not yet known (T20); the DfE columns hold DfE's own words and are never computed (T14).
    `funding_status` repeats the newest `FundingDecision`. Moved by the actions of this package; `state` by
    `submit_application`, `decide`, `decide_many`, `put_back_on_list`, `make_offers`, `answer_offer` and
    `withdraw_application`.
    """

    class Headship(models.TextChoices):
        ASPIRING = "aspiring", "I hope to become a headteacher"
        APPOINTED = "appointed", "I have been appointed and have not started"
        NEW = "new", "I am a headteacher in my first year"
        SERVING = "serving", "I have been a headteacher for longer"

    public_id = models.CharField(max_length=16, unique=True, default=random_id, editable=False)
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications")
    intake = models.ForeignKey(Intake, on_delete=models.PROTECT, related_name="applications")
    form = models.ForeignKey(FormVersion, on_delete=models.PROTECT, related_name="applications")
    state = models.CharField(max_length=10, choices=ApplicationState, default=ApplicationState.DRAFT)
    reference = models.CharField(max_length=16, unique=True, null=True, blank=True, help_text="Given when it is sent.")

    full_name = models.CharField(max_length=200, blank=True, default="")
    date_of_birth = models.DateField(null=True, blank=True)
    telephone = models.CharField(max_length=30, blank=True, default="")
    has_trn = models.BooleanField(null=True, blank=True)
    trn = models.CharField("teacher reference number", max_length=7, blank=True, default="", validators=[trn_shape])
    role = models.CharField("current role", max_length=100, blank=True, default="")
    role_reach = models.CharField(max_length=20, choices=RoleReach.choices(), blank=True, default="")  # S47
    headship = models.CharField(max_length=10, choices=Headship, blank=True, default="")
    headship_started_on = models.DateField(null=True, blank=True)

    works_in_england = models.BooleanField(null=True, blank=True)
    work_setting = models.CharField(max_length=40, choices=WorkSetting.choices(), blank=True, default="")
    kind_of_nursery = models.CharField(max_length=40, choices=Nursery.choices(), blank=True, default="")
    nursery_name = models.CharField(max_length=200, blank=True, default="")
    ofsted_urn = models.CharField(max_length=20, blank=True, default="")
    employment_type = models.CharField(max_length=50, choices=EmploymentType.choices(), blank=True, default="")
    employment_role = models.CharField(max_length=100, blank=True, default="")
    employer_name = models.CharField(max_length=200, blank=True, default="")
    referred_by_return_to_teaching_adviser = models.BooleanField(null=True, blank=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="applications", null=True, blank=True)
    school_name = models.CharField(max_length=200, blank=True, default="")
    school_urn = models.CharField(max_length=7, blank=True, default="")
    school_type_code = models.CharField(max_length=3, blank=True, default="")

    previously_funded = models.BooleanField(null=True, blank=True, help_text="As the applicant says.")
    funding_route = models.CharField(max_length=15, choices=FundingRoute.choices(), blank=True, default="")
    statement = models.TextField(blank=True, default="")
    wants_new_head_support = models.BooleanField(null=True, blank=True)
    wants_one_to_one = models.BooleanField(null=True, blank=True)
    needs_adjustments = models.BooleanField(null=True, blank=True)
    adjustments = models.TextField(blank=True, default="")
    agreed_at = models.DateTimeField(null=True, blank=True)
    endorser_role = models.CharField(max_length=15, choices=EndorserRole.choices(), blank=True, default="")
    endorser_name = models.CharField(max_length=200, blank=True, default="")
    endorser_email = models.EmailField(max_length=254, blank=True, default="")

    to_check = ArrayField(
        models.CharField(max_length=20), default=list, blank=True, editable=False,
        help_text="Parts carried over from a withdrawn application that the applicant has not looked at since.",
    )  # fmt: skip

    started_at = models.DateTimeField(default=clock.now)
    changed_at = models.DateTimeField(default=clock.now)
    submitted_at = models.DateTimeField(null=True, blank=True)
    waitlisted_at = models.DateTimeField(null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)
    funding_taken_at = models.DateTimeField(
        null=True, blank=True, editable=False,
        help_text="When the funding of the place it holds was taken away; empty once it is given back.",
    )  # fmt: skip
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_reason = models.CharField(max_length=20, choices=WithdrawReason.choices(), blank=True, default="")
    is_enrolled = models.BooleanField(
        default=False, editable=False, help_text="Whether somebody takes part on it; kept by a trigger on enrolments."
    )
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="applications_to_review", null=True, blank=True
    )

    funding_status = models.CharField(max_length=40, choices=FundingStatus.choices(), blank=True, default="")
    eligible_for_funding = models.BooleanField(null=True, blank=True)
    funded_place = models.BooleanField(null=True, blank=True)
    dfe_application_id = models.UUIDField(unique=True, null=True, blank=True)
    dfe_cohort = models.CharField(max_length=20, blank=True, default="")
    dfe_schedule = models.CharField(max_length=60, blank=True, default="")

    # What staff search by, in small letters without accents and apostrophes, as schools are found. One text is read in
    # a third of the time.
    sought = models.GeneratedField(
        expression=Func(
            Concat(
                "reference", Value(" "), "full_name", Value(" "), "school_name", Value(" "), "school_urn",
                Value(" "), "trn", output_field=models.TextField(),
            ),
            function="schools_fold", output_field=models.TextField(),
        ),
        output_field=models.TextField(), db_persist=True,
    )  # fmt: skip

    class Meta:
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "intake"],
                condition=Q(state__in=sorted(LIVE)),
                name="one_live_application_to_an_intake",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "withdrawn"]) | Q(submitted_at__isnull=False, reference__isnull=False),
                name="a_sent_application_has_moment_and_reference",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["accepted", "declined"]) | Q(decided_at__isnull=False),
                name="a_decided_application_has_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waitlisted", "offered", "lapsed"]) | Q(waitlisted_at__isnull=False),
                name="on_the_waiting_list_since_a_moment",
            ),
            models.CheckConstraint(
                condition=~Q(funded_place=True, state__in=sorted(HOLDING)) | Q(eligible_for_funding=True),
                name="only_the_eligible_hold_funded_places",
            ),
            models.CheckConstraint(
                condition=Q(is_enrolled=False) | Q(state="accepted"), name="only_the_accepted_are_enrolled"
            ),
        ]
        indexes = [
            models.Index(fields=["intake", "state", "submitted_at"], name="application_queue"),
            models.Index(fields=["intake", "waitlisted_at"], condition=Q(state="waitlisted"), name="waiting_list"),
            models.Index(fields=["trn"], condition=~Q(trn=""), name="application_by_trn"),
            # With the TRN, by these another application of the same person is found.
            models.Index(fields=["date_of_birth"], name="application_by_birth"),
            models.Index(fields=["school_urn"], name="application_by_school"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="count_places",
                when=pgtrigger.After,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=_COUNT_PLACES,
                declare=[
                    ("before_held", "int := 0"), ("before_funded", "int := 0"),
                    ("after_held", "int := 0"), ("after_funded", "int := 0"),
                ],
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference or f"draft {self.public_id}"

    @property
    def awaits_trn(self) -> bool:
        """Whether it was sent without the number, which we need before its writer starts."""
        return self.has_trn is False and not self.trn and self.state in SENT

    @property
    def answers(self) -> dict[str, Any]:
        """The answers by name, as the rules read them."""
        return self.stored | {
            "needs_endorsement": self.form.needs_endorsement,
            "statement_words_most": self.form.statement_words_most,
            "to_check": self.to_check,
        }

    @property
    def stored(self) -> dict[str, Any]:
        """The answers alone, without what the form adds to them and what is still to be looked at."""
        return {name: getattr(self, name) for name in COLUMNS}


class Decision(AppendOnly):
    """A decision of staff; the newest counts. Its reason stands in the audit trail's erasable words and the letter."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", "Accepted"
        WAITLISTED = "waitlisted", "Put on the waiting list"
        DECLINED = "declined", "Declined"

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="decisions")
    verdict = models.CharField(max_length=10, choices=Verdict)
    decided_at = models.DateTimeField(default=clock.now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="decisions", null=True, blank=True
    )

    class Meta(AppendOnly.Meta):
        ordering = ["-decided_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application}: {self.get_verdict_display()}"


class MissingSchool(models.Model):
    """A task for staff: an applicant's school is not in the register, or not selectable. Moved by `ask_for_school`
    and `settle_school`."""

    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="missing_schools")
    name = models.CharField(max_length=200)
    town = models.CharField(max_length=100, blank=True, default="")
    postcode = models.CharField(max_length=10, blank=True, default="")
    asked_at = models.DateTimeField(default=clock.now)
    settled_at = models.DateTimeField(null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True
    )
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", null=True, blank=True)

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application"], condition=Q(settled_at=None), name="one_open_task_for_a_school"
            ),
            models.CheckConstraint(
                condition=Q(settled_at=None) | Q(settled_at__gte=F("asked_at")), name="settled_after_it_was_asked"
            ),
        ]

    def __str__(self) -> str:
        return self.name
