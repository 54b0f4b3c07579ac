"""The endorser's answer."""

from typing import Any

from django import forms

from applications.errors import EndorsementReasonNeeded, EndorsementUnsigned
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

from .fields import NameText, PlainText

AGREE, DECLINE = "agree", "decline"


class AnswerForm(PortalForm):
    answer = forms.ChoiceField(
        label="Do you endorse it?",
        choices=[(AGREE, "I endorse this application"), (DECLINE, "I do not endorse it")],
        widget=Radios(),
        error_messages={"required": "Choose whether you endorse the application"},
    )
    reason = PlainText(
        label="If you do not endorse it, why?",
        help_text="Only our staff read it. The applicant is not told.",
        lines=True,
        rows=4,
        max_length=2000,
        error_messages={"required": str(EndorsementReasonNeeded())},
    )
    signed_as = NameText(
        label="Your full name",
        help_text="Typed here, it is your signature.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": str(EndorsementUnsigned())},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].required = not self.is_bound or self.data.get("answer") == DECLINE

    @property
    def answers(self) -> dict[str, Any]:
        """As `answer_endorsement` takes them."""
        cleaned = self.cleaned_data
        return {
            "agrees": cleaned["answer"] == AGREE,
            "signed_as": cleaned["signed_as"],
            "reason": cleaned["reason"],
        }
