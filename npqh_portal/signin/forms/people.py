"""What the administration asks when somebody is let in, given a role, or loses one."""

from typing import Any

from django import forms

from npqh_portal.people.access import grants_visible_to, organisations_of, roles_of
from npqh_portal.people.errors import KindDoesNotFit, KindOfRoleNeeded
from npqh_portal.people.models import Organisation, RoleGrant, trn_shape
from npqh_portal.people.roles import KINDS_OF_ROLE, MAY_GRANT, Role, RoleKind
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import Radios, ReachableEmail
from npqh_portal.web.words import short_day


class GrantForm(ActForm):
    role = forms.ChoiceField(error_messages={"required": "Choose a role"})
    kind = forms.ChoiceField(
        label="Kind of facilitator or coach",
        help_text="Only for these two roles.",
        required=False,
        choices=[("", "Does not apply"), *RoleKind.choices],
    )
    organisation = forms.ModelChoiceField(
        Organisation.objects.none(),
        required=False,
        empty_label="The whole provider",
        help_text="The role opens records of this organisation only.",
        error_messages={"required": "Choose an organisation"},
    )

    def prepare(self) -> None:
        """Offer what the person who asks may grant. The action checks again."""
        offered = frozenset[Role]().union(*(MAY_GRANT.get(role, frozenset()) for role in roles_of(self.by)))
        self.fields["role"].choices = [("", "Choose a role")] + [  # type: ignore[attr-defined]
            (role.value, role.label) for role in Role if role in offered and role is not Role.PARTICIPANT
        ]
        field = self.fields["organisation"]
        field.queryset = organisations_of(self.by, *MAY_GRANT)  # type: ignore[attr-defined]
        if field.queryset.count() < Organisation.objects.count():  # type: ignore[attr-defined]
            field.required = True
            field.empty_label = "Choose an organisation"  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "role" not in cleaned or "kind" not in cleaned:
            return cleaned
        role = cleaned["role"] = Role(cleaned["role"])
        kind = cleaned["kind"] = RoleKind(cleaned["kind"]) if cleaned["kind"] else None
        kinds = KINDS_OF_ROLE.get(role, frozenset())
        if kinds and kind is None:
            self.add_error("kind", str(KindOfRoleNeeded(role.label)))
        elif kind is not None and kind not in kinds:
            self.add_error("kind", str(KindDoesNotFit(role.label)))
        return cleaned


class InviteForm(GrantForm):
    field_order = ("email", "full_name", "role", "kind", "organisation")

    email = ReachableEmail(
        label="Email address",
        help_text="If somebody signs in with it already, they get the role too.",
        error_messages={
            "required": "Enter an email address",
            "invalid": "Enter an email address like name@school.example",
        },
    )
    full_name = forms.CharField(
        max_length=200,
        help_text="In one field, as they write it.",
        error_messages={"required": "Enter their full name"},
    )


class EmailForm(ActForm):
    email = ReachableEmail(
        label="Email address",
        help_text="Ask them for it: whoever reads mail there signs in as them.",
        error_messages={
            "required": "Enter an email address",
            "invalid": "Enter an email address like name@school.example",
        },
    )


class _WhyForm(ActForm):
    reason = forms.CharField(
        label="Why",
        help_text="Kept beside what changed. Only staff read it.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why"},
    )


class SuspendForm(_WhyForm):
    """Keeping somebody out, or letting them in again."""

    def prepare(self) -> None:
        # It changes nothing of what is held about them, and the list of that stays as it is.
        self.fields["reason"].help_text = "Kept under “What was done” of this person. Only staff read it."


class ChangeEmailForm(EmailForm, _WhyForm):
    field_order = ("email", "reason")


class RenameForm(_WhyForm):
    field_order = ("full_name", "preferred_name", "reason")

    full_name = forms.CharField(
        max_length=200,
        help_text="In one field, as they write it.",
        error_messages={"required": "Enter their full name"},
    )
    preferred_name = forms.CharField(
        label="What they are called",
        help_text="In messages and on their pages. Empty: by the full name.",
        max_length=80,
        required=False,
    )

    def prepare(self) -> None:
        self.initial["full_name"], self.initial["preferred_name"] = self.row.full_name, self.row.preferred_name


class TrnForm(_WhyForm):
    field_order = ("trn", "reason")

    trn = forms.CharField(
        label="Teacher reference number",
        help_text="Seven digits. Empty: it is not known.",
        max_length=7,
        required=False,
        validators=[trn_shape],
    )

    def prepare(self) -> None:
        self.initial["trn"] = self.row.trn


class EndRoleForm(ActForm):
    grant = forms.ModelChoiceField(
        RoleGrant.objects.none(),
        label="Which role",
        empty_label=None,
        widget=Radios(),
        error_messages={"required": "Choose the role that ends"},
    )
    reason = forms.CharField(
        required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}), help_text="Kept in the audit trail."
    )

    def prepare(self) -> None:
        field = self.fields["grant"]
        field.queryset = grants_visible_to(self.by).filter(person=self.row, ends_on=None)  # type: ignore[attr-defined]
        field.label_from_instance = _role_in_words  # type: ignore[attr-defined]


def _role_in_words(grant: RoleGrant) -> str:
    where = f" for {grant.organisation}" if grant.organisation else ""
    return f"{grant.get_role_display()}{where}, since {short_day(grant.starts_on)}"
