"""Engagement policies: looked at, drafted anew, tried on everybody who follows their version, and adopted."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cohorts.actions import adopt_policy
from cohorts.queries.policies import trial_of
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.actions import discard_policy, edit_policy
from npqh_portal.programmes.admin.comparing import policy_lines
from npqh_portal.programmes.forms.drafts import fault_labels
from npqh_portal.programmes.forms.policies import PolicyDraftForm
from npqh_portal.programmes.kinds import CountedStatus, ItemKind, Unit
from npqh_portal.programmes.models import EngagementPolicy
from npqh_portal.programmes.queries import current_policy, plan_with, policy_faults
from npqh_portal.programmes.rules.compare import idle_kinds
from npqh_portal.programmes.rules.drafts import in_words
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, RowPage, site
from npqh_portal.web.words import listed


class AdoptForm(ActForm):
    reason = forms.CharField(
        label="Why it is adopted",
        help_text="Kept with the record. Only staff read it.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason"},
    )
    # What was tried on the page that is sent: its template writes it, newly tried each time.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)


def _is_draft(policy: EngagementPolicy) -> bool:
    return policy.adopted_at is None


def _over(policy: EngagementPolicy) -> str:
    return f"{policy} was adopted and never changes. Draft a new one on the page of its version."


def _edit(by: User, policy: EngagementPolicy, cleaned: dict[str, Any]) -> str:
    edit_policy(policy, cleaned["change"], by=by)
    return "The draft is saved."


def _discard(by: User, policy: EngagementPolicy, cleaned: dict[str, Any]) -> tuple[str, str]:
    there = reverse("admin:programmes_programmeversion_change", args=[policy.version_id])
    discard_policy(policy, by=by)
    return "The draft is discarded.", there


def _adopt(by: User, policy: EngagementPolicy, cleaned: dict[str, Any]) -> str:
    if policy.adopted_at:
        return (
            f"{policy} had been adopted already, before you pressed the button. The reason that you gave is not kept."
        )
    adopted = adopt_policy(policy, seen=cleaned["seen"], reason=cleaned["reason"], by=by)
    return f"{adopted} is in force. Whoever’s standing it changes is told by email."


def _tried(policy: EngagementPolicy) -> dict[str, Any]:
    labels = fault_labels()
    faults = [in_words(fault, labels) for fault in policy_faults(policy)]
    return {"faults": faults, "trial": None if faults else trial_of(policy, clock.now())}


def _compare(request: HttpRequest, policy: EngagementPolicy) -> HttpResponseBase:
    """A draft beside the policy in force; one that was adopted beside the one before it."""
    older = current_policy(policy.version) if _is_draft(policy) else _before(policy)
    context: dict[str, Any] = {"policy": policy, "older": older}
    if older:
        plans = plan_with(older), plan_with(policy)
        found = idle_kinds(*plans)
        idle = [str(kind.label) for kind in ItemKind if kind in found]
        context |= {"lines": policy_lines(*plans), "idle": listed(idle), "is_one": len(idle) == 1}
    return TemplateResponse(request, "cohorts/policy_compare.html", context)


def _before(policy: EngagementPolicy) -> EngagementPolicy | None:
    earlier = policy.version.policies.filter(number__lt=policy.number).exclude(adopted_at=None)
    return earlier.order_by("-number").first()


@admin.register(EngagementPolicy, site=site)
class EngagementPolicyAdmin(LookOnlyAdmin):
    changed_for_all = True
    list_display = ("__str__", "standing", "rule", "threshold_percent", "adopted_at")
    list_filter = ("version__programme", "rule")
    list_select_related = ("version__programme",)
    named = {
        "threshold_percent": "percentage needed",
        "attended_percent": "percentage of a session that counts as attended",
        "catch_up_days": "days to catch up",
        "spare_sessions": "early warning below so many sessions to spare",
        "appeal_days": "days to question a mark",
        "appeal_answer_days": "days to answer such a question",
        "adopted_at": "adopted",
    }
    fields = (
        "version", "number", "standing", "adopted_at", "rule", "threshold_percent", "attended_percent", "counts",
        "catch_up", "catch_up_days", "gates", "spare_sessions", "appeal_days", "appeal_answer_days", "made_of",
    )  # fmt: skip
    acts = (
        Act(
            "edit",
            "Edit the draft",
            run=_edit,
            roles=LEADS,
            form=PolicyDraftForm,
            template="cohorts/policy_edit.html",
            offered=_is_draft,
            why_not=_over,
            explains="How engagement is worked out, and what is needed. Nothing goes by it until it is adopted.",
        ),
        Act(
            "adopt",
            "Try it, and adopt it",
            run=_adopt,
            roles=LEADS,
            form=AdoptForm,
            template="cohorts/policy_adopt.html",
            offered=_is_draft,
            why_not=_over,
            context=_tried,
        ),
        Act(
            "discard",
            "Discard the draft",
            run=_discard,
            roles=LEADS,
            offered=_is_draft,
            why_not=_over,
            grave=True,
            explains="What was drafted is lost. The policy in force stays as it is.",
        ),
    )
    row_pages = (RowPage("compare", "Compare with the policy before it", _compare),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EngagementPolicy]:
        adopted = EngagementPolicy.objects.filter(version=OuterRef("version")).exclude(adopted_at=None)
        in_force = adopted.order_by("-number").values("number")[:1]
        policies = EngagementPolicy.objects.select_related("version__programme")
        return policies.annotate(number_in_force=Subquery(in_force)).order_by("version", "-number")

    @admin.display(description="is")
    def standing(self, policy: Any) -> str:
        if _is_draft(policy):
            return "Draft"
        if policy.version.state == VersionState.DRAFT:
            return "In force once its version is published"
        return "In force" if policy.number == policy.number_in_force else "Replaced"

    @admin.display(description="what a register says that earns credit")
    def counts(self, policy: EngagementPolicy) -> str:
        words = dict(CountedStatus.choices)
        return "; ".join(str(words[status]) for status in policy.counted_statuses)

    @admin.display(description="what can be caught up")
    def catch_up(self, policy: EngagementPolicy) -> str:
        return _kinds(policy.catch_up_kinds).capitalize() or "Nothing"

    @admin.display(description="needed to sit the assessment")
    def gates(self, policy: EngagementPolicy) -> str:
        return "Yes" if policy.gates_sitting else "No, only to pass"

    @admin.display(description="components")
    def made_of(self, policy: EngagementPolicy) -> SafeString:
        units = dict(Unit.choices)
        return format_html_join(
            "",
            "<p>{}, weight {}, in {}{}: {}</p>",
            (
                (
                    part.name,
                    part.weight,
                    str(units[part.unit]).partition(":")[0].lower(),
                    f", {part.threshold_percent}% needed" if part.threshold_percent else "",
                    _kinds(part.kinds),
                )
                for part in policy.components.all()
            ),
        )


def _kinds(kinds: list[str]) -> str:
    names = dict(ItemKind.choices)
    return ", ".join(str(names[kind]).lower() for kind in kinds)
