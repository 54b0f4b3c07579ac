"""The queue: what was sent, who advised what, and the decision."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from applications.access import DECIDERS, REVIEWERS, applications_visible_to, sent_applications_of
from applications.actions import decide, record_review, withdraw_application
from applications.errors import ReasonNeeded
from applications.models import Application, Decision, Review
from applications.queries.endorsements import with_endorsement
from applications.states import ApplicationState, EndorsementState
from npqh_portal.clock import london_date
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, Waiting, site
from npqh_portal.web.fields import Radios
from npqh_portal.web.words import table_day

from .endorsements import ENDORSEMENT_ACTS, ENDORSEMENTS, EndorsementFilter
from .exports import EXPORT

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
VIEWERS = (*LEADS, Role.REVIEWER)


class ReviewForm(ActForm):
    recommendation = forms.ChoiceField(
        label="What do you advise?",
        choices=Review.Recommendation.choices,
        widget=Radios(),
        error_messages={"required": "Choose what you advise"},
    )
    note = forms.CharField(
        label="Why",
        help_text="Only staff read it.",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DecideForm(ActForm):
    verdict = forms.ChoiceField(
        label="Your decision",
        choices=[(Decision.Verdict.ACCEPTED, "Accept"), (Decision.Verdict.DECLINED, "Decline")],
        widget=Radios(),
        error_messages={"required": "Choose to accept or to decline"},
    )
    reason = forms.CharField(
        label="What to tell the applicant",
        help_text="It stands in our letter, as you write it. Needed when you decline.",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": str(ReasonNeeded())},
    )

    def prepare(self) -> None:
        self.fields["reason"].required = self.data.get("verdict") == Decision.Verdict.DECLINED


def _record_review(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    record_review(application, **cleaned, by=by)
    return "Review recorded."


def _decide(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    decision = decide(application, **cleaned, by=by)
    return f"{decision.get_verdict_display()}. The letter to {application.full_name} is on its way."


def _withdraw(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    withdraw_application(application, by=by)
    return "Application withdrawn."


def _waits(application: Application) -> bool:
    return application.state == ApplicationState.SUBMITTED


def _what_to_read(application: Application) -> dict[str, Any]:
    return {"application": application, "reviews": application.reviews.select_related("reviewer", "note")}


class ReviewInline(PortalInline):
    model = Review
    viewers = VIEWERS
    fields = readonly_fields = ("recommendation", "by", "recorded_at", "words")
    verbose_name_plural = "What reviewers advised, newest first"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Review]:
        return Review.objects.select_related("reviewer", "note")

    @admin.display(description="reviewer")
    def by(self, review: Review) -> str:
        return str(review.reviewer)

    @admin.display(description="why")
    def words(self, review: Review) -> str:
        return review.words


@admin.register(Application, site=site)
class ApplicationAdmin(LookOnlyAdmin):
    """Of the organisations one acts for; nobody reads what was not sent."""

    viewers = VIEWERS
    named = {
        "full_name": "name",
        "school_name": "school",
        "school_urn": "URN",
        "submitted_at": "sent",
        "decided_at": "decided",
        "agreed_at": "agreed",
        "headship_started_on": "headship began on",
        "wants_one_to_one": "one-to-one support wanted",
        "eligible_for_funding": "may be funded",
        "dfe_application_id": "DfE application",
        "dfe_cohort": "DfE cohort",
        "dfe_schedule": "DfE schedule",
    }
    list_display = (
        "reference", "full_name", "school_name", "headship", "intake", "state", "sent", "endorsed", "advice",
    )  # fmt: skip
    list_filter = (
        "state",
        ("intake", admin.RelatedOnlyFieldListFilter),
        EndorsementFilter,
        "headship",
        "wants_one_to_one",
    )
    search_fields = ("reference", "full_name", "school_name", "school_urn", "trn", "person__email")
    search_help_text = "Reference, name, school, URN, teacher reference number or email."
    list_select_related = ("intake",)
    ordering = ("submitted_at", "pk")
    fieldsets = (
        (None, {"fields": ("reference", "state", "intake", "submitted_at", "decided_at")}),
        ("Applicant", {"fields": ("person", "full_name", "trn", "role", "headship", "headship_started_on")}),
        ("School, as it was", {"fields": ("school_name", "school_urn")}),
        ("Answers", {"fields": ("statement", "wants_one_to_one", "agreed_at")}),
        (
            "Funding",
            {"fields": ("eligible_for_funding", "funded_place", "dfe_application_id", "dfe_cohort", "dfe_schedule")},
        ),
    )
    inlines = (ReviewInline,)
    row_pages = (ENDORSEMENTS,)
    list_pages = (EXPORT,)
    acts = (
        Act(
            "review",
            "Record a review",
            run=_record_review,
            form=ReviewForm,
            roles=REVIEWERS,
            offered=_waits,
            explains="Your advice stands beside the application. Nobody is told; the programme lead decides.",
            template="applications/admin_act.html",
            context=_what_to_read,
        ),
        Act(
            "decide",
            "Decide",
            run=_decide,
            form=DecideForm,
            roles=DECIDERS,
            offered=_waits,
            explains="The applicant is told by email at once. A decision is made once and cannot be taken back.",
            template="applications/admin_act.html",
            context=_what_to_read,
        ),
        *ENDORSEMENT_ACTS,
        Act(
            "withdraw",
            "Withdraw for the applicant",
            run=_withdraw,
            roles=DECIDERS,
            offered=_waits,
            explains="For somebody who asked us to. It no longer waits for a decision, and cannot be sent again.",
            grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        sent = applications_visible_to(request.user).exclude(submitted_at=None)
        return with_endorsement(sent).prefetch_related("reviews")

    def reached_by(self, user: User, roles: tuple[Role, ...]) -> QuerySet[Application]:
        return sent_applications_of(user, *roles)

    @admin.display(description="sent", ordering="submitted_at")
    def sent(self, application: Application) -> str:
        return table_day(application.submitted_at) if application.submitted_at else ""

    @admin.display(description="endorsement")
    def endorsed(self, application: Application) -> str:
        state: str | None = application.endorsement_state  # type: ignore[attr-defined]  # annotated above
        return EndorsementState(state).label if state else ""

    @admin.display(description="advice")
    def advice(self, application: Application) -> str:
        """The newest of each reviewer."""
        newest = {review.reviewer_id: review for review in reversed(application.reviews.all())}
        counts = Counter(review.get_recommendation_display().lower() for review in newest.values())
        return ", ".join(f"{count} {word}" for word, count in sorted(counts.items()))


@site.work_waiting
def applications_to_decide(user: User) -> Iterator[Waiting]:
    if not has_role(user, *REVIEWERS):
        return
    waiting = applications_visible_to(user).filter(state=ApplicationState.SUBMITTED).exclude(person=user)
    found = waiting.aggregate(count=Count("pk"), since=Min("submitted_at"))
    yield Waiting(
        "Applications to decide",
        count=found["count"],
        address=f"{reverse('admin:applications_application_changelist')}?state__exact={ApplicationState.SUBMITTED}",
        since=london_date(found["since"]) if found["since"] else None,
        words=f"The oldest came on {table_day(found['since'])}."
        if found["since"]
        else "Every application is answered.",
    )
