"""What a programme lead decides in a draft of the application form."""

from typing import Any

from django import forms

from applications.actions.forms import form_fingerprint
from applications.models import FormVersion
from applications.rules.standard import EDITABLE
from applications.states import FormState
from npqh_portal.programmes.forms.drafts import Lines, Whole
from npqh_portal.programmes.forms.seen import Seen
from npqh_portal.programmes.models import Programme
from npqh_portal.schools.kinds import ListKind
from npqh_portal.web.admin import ActForm
from npqh_portal.web.fields import Radios

from .fields import PlainText

# Stored as lists.
_LISTS = ("agreements", "endorsements", "disadvantage_lists")


class SeenForm(ActForm):
    """An act on a form, as the page showed it."""

    seen = Seen()

    def prepare(self) -> None:
        self.initial = {**self.first_values(), "seen": form_fingerprint(self.row)}

    def first_values(self) -> dict[str, Any]:
        return {}


class ReadForm(SeenForm):
    """Publishes what stands above it."""

    seen = Seen(drawn_anew=True)


class EditForm(SeenForm):
    statement_question = PlainText(label="What the statement answers", max_length=300)
    statement_hint = PlainText(label="A hint under it", max_length=500, required=False)
    statement_words_most = Whole("Most words of the statement", least=10, most=2_000)
    agreements = Lines(
        label="What the applicant agrees to",
        length_most=500,
        help_text="One line for each.",
        error_messages={"required": "Write at least one line that the applicant agrees to"},
    )
    declaration = PlainText(label="What the applicant declares when they send it", lines=True, max_length=5_000)
    needs_endorsement = forms.BooleanField(label="A headteacher or chair must endorse it", required=False)
    endorsements = Lines(
        label="What the endorser agrees to",
        length_most=500,
        help_text="One line for each. At least one, where an endorsement is needed.",
    )
    endorsement_days = Whole("Days for which the endorser's link opens", least=1, most=365)
    new_head_months = Whole(
        "Months of additional support for new headteachers",
        least=1,
        most=120,
        help_text="From the start of a headship.",
    )
    disadvantage_lists = forms.MultipleChoiceField(
        label="Lists of schools that serve disadvantaged communities",
        choices=ListKind.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Who works in one of these may have one-to-one support.",
    )

    def prepare(self) -> None:
        super().prepare()
        self.fields["agreements"].required = True

    def first_values(self) -> dict[str, Any]:
        stored = {name: getattr(self.row, name) for name in EDITABLE}
        return stored | {name: tuple(stored[name]) for name in _LISTS}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        lists = {name: list(cleaned[name]) for name in _LISTS if name in cleaned}
        if cleaned.get("needs_endorsement") and not cleaned.get("endorsements"):
            self.add_error("endorsements", "Write at least one line that the endorser agrees to")
        return cleaned | lists


class BeginForm(ActForm):
    programme = forms.ModelChoiceField(
        Programme.objects.none(),
        label="Programme",
        widget=Radios(),
        empty_label=None,
        help_text="Those without a draft. It begins with what the newest form says.",
        error_messages={"required": "Choose a programme"},
    )

    def prepare(self) -> None:
        drafted = FormVersion.objects.filter(state=FormState.DRAFT).values("programme")
        self.fields["programme"].queryset = Programme.objects.exclude(pk__in=drafted)  # type: ignore[attr-defined]
