"""What staff do about funding and support, and what waits for them there."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.db.models import Count, Min
from django.urls import reverse

from applications.access import DECIDERS, applications_visible_to
from applications.actions import grant_strand, mark_funding
from applications.errors import FundingReasonNeeded, SupportReasonNeeded
from applications.forms.fields import PlainText
from applications.kinds import Strand
from applications.models import Application
from applications.queries.funding import flipped, funding_found, in_review, support_found
from applications.rules.strands import strands_asked
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, Waiting, site
from npqh_portal.web.fields import Radios


class MarkFundingForm(ActForm):
    eligible = forms.ChoiceField(
        label="What did DfE decide?",
        choices=[("yes", "The place can be funded"), ("no", "The place cannot be funded")],
        widget=Radios(),
        error_messages={"required": "Choose what DfE decided"},
    )
    reason = PlainText(
        label="Where did you read it, and what does it say?",
        help_text="Only staff read it. For example: DfE’s email of 3 December.",
        max_length=2000,
        lines=True,
        rows=4,
        error_messages={"required": str(FundingReasonNeeded())},
    )


class DecideSupportForm(ActForm):
    strand = forms.ChoiceField(
        label="Which support?", widget=Radios(), error_messages={"required": "Choose which support"}
    )
    is_granted = forms.ChoiceField(
        label="Your decision",
        choices=[("yes", "Grant it"), ("no", "Refuse it")],
        widget=Radios(),
        error_messages={"required": "Choose to grant or to refuse it"},
    )
    reason = PlainText(
        label="Why",
        help_text="Only staff read it.",
        max_length=2000,
        lines=True,
        rows=4,
        error_messages={"required": str(SupportReasonNeeded())},
    )

    def prepare(self) -> None:
        strand = self.fields["strand"]
        assert isinstance(strand, forms.ChoiceField)  # noqa: S101  # for the type checker
        strand.choices = [(one.value, one.label) for one in strands_asked(self.row.answers)]


def _mark(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    decision = mark_funding(application, eligible=cleaned["eligible"] == "yes", reason=cleaned["reason"], by=by)
    return f"{decision.get_status_display()}. The letter to {application.full_name} is on its way."


def _decide_support(by: User, application: Application, cleaned: dict[str, Any]) -> str:
    decision = grant_strand(
        application,
        strand=Strand(cleaned["strand"]),
        is_granted=cleaned["is_granted"] == "yes",
        reason=cleaned["reason"],
        by=by,
    )
    return f"{decision.get_strand_display()}: {'granted' if decision.is_granted else 'refused'}."


def _is_open(application: Application) -> bool:
    return application.state in {*UNDECIDED, ApplicationState.ACCEPTED}


def _asks_for_support(application: Application) -> bool:
    return _is_open(application) and bool(strands_asked(application.answers))


def _what_was_found(application: Application) -> dict[str, Any]:
    return {
        "warnings": site.warnings_of(application),
        "application": application,
        "funding": funding_found(application, clock.today()),
        "support": support_found(application),
    }


FUNDING_ACTS = (
    Act(
        "mark_funding",
        "Mark funding",
        run=_mark,
        form=MarkFundingForm,
        roles=DECIDERS,
        offered=_is_open,
        explains="For what DfE decided on review. It overrules our own finding for good, and the applicant is told.",
        template="applications/admin_funding.html",
        context=_what_was_found,
    ),
    Act(
        "decide_support",
        "Decide support",
        run=_decide_support,
        form=DecideSupportForm,
        roles=DECIDERS,
        offered=_asks_for_support,
        explains="By hand, in place of what was found. The applicant reads the outcome on their page.",
        template="applications/admin_funding.html",
        context=_what_was_found,
    ),
)


@site.work_waiting
def funding_to_settle(user: User) -> Iterator[Waiting]:
    """What DfE has to review, and what the daily check found otherwise than before."""
    if not has_role(user, *DECIDERS):
        return
    queue = reverse("admin:applications_application_changelist")
    reached = applications_visible_to(user).exclude(person=user)
    reviews = in_review(reached).aggregate(count=Count("pk"), since=Min("submitted_at"))
    yield Waiting(
        "Funding that DfE has to review",
        count=reviews["count"],
        address=f"{queue}?funding=review",
        since=clock.london_date(reviews["since"]) if reviews["since"] else None,
        words="Mark what DfE decides." if reviews["count"] else "Nothing waits for DfE.",
    )
    changed = flipped(reached).aggregate(count=Count("pk"), since=Min("submitted_at"))
    yield Waiting(
        "Funding changed since it was sent",
        count=changed["count"],
        address=f"{queue}?funding=changed",
        since=clock.london_date(changed["since"]) if changed["since"] else None,
        words="Look at it before you decide." if changed["count"] else "Nothing is found otherwise than before.",
    )
