"""A policy that is drafted for a version people follow: where it starts from, and its parts."""

from django import forms

from npqh_portal.programmes.queries import current_policy, plan_with
from npqh_portal.programmes.readers.frameworks import worked_policies
from npqh_portal.programmes.rules.plans import Framework, PolicyPlan
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import Radios

from .drafts import PolicyForm

IN_FORCE = "in-force"


class NewPolicyForm(ActForm):
    start = forms.ChoiceField(
        label="Start from",
        widget=Radios(),
        initial=IN_FORCE,
        error_messages={"required": "Choose what the draft starts from"},
        help_text="Every part of the draft can be changed before it is adopted.",
    )

    def prepare(self) -> None:
        worked = [(name, f"{one.title}. {one.summary}") for name, one in worked_policies().items()]
        self.fields["start"].choices = [(IN_FORCE, "The policy in force"), *worked]  # type: ignore[attr-defined]

    def plan(self) -> PolicyPlan:
        start = self.cleaned_data["start"]
        return worked_policies()[start].policy if start != IN_FORCE else plan_with(current_policy(self.row)).policy

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or self.cleaned_data
        return {**cleaned, "plan": self.plan()} if "start" in cleaned else cleaned


class PolicyDraftForm(PolicyForm):
    """The same parts as in the draft of a version; the row is the policy."""

    def read(self) -> Framework:
        return plan_with(self.row)
