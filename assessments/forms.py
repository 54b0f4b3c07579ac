"""The shape of what participants, assessors and leads send."""

from collections.abc import Collection, Mapping
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

from .actions.submissions import check_script
from .models import Verdict
from .rules import check_feedback, check_grounds, normal_number

PASS_OR_FAIL = Radios(
    hints={"pass": "It meets the criteria of the task.", "fail": "It does not meet them yet. Say what is missing."}
)


class SendForm(PortalForm):
    file = forms.FileField(
        label="Your file",
        help_text="A Word document (.docx) or a PDF, up to 20 MB. Leave your name out of it.",
        allow_empty_file=True,  # said in our own words below
        error_messages={"required": "Choose the file you want to send"},
    )
    own_work = forms.BooleanField(
        label="This is all my own work, and I have named every source and tool I used",
        error_messages={"required": "Confirm that it is all your own work"},
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        upload: UploadedFile[bytes] = self.cleaned_data["file"]
        try:
            check_script(upload)
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return upload


class MarkForm(PortalForm):
    """Refuses what the action would, before anybody is asked whether it is to stand."""

    verdict = forms.ChoiceField(
        label="Your verdict",
        choices=Verdict.choices,
        widget=PASS_OR_FAIL,
        error_messages={"required": "Choose pass or fail"},
    )
    feedback = forms.CharField(
        label="Feedback",
        help_text="The participant reads it with the result, if your verdict stands. Needed when it is a fail.",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def clean_feedback(self) -> str:
        feedback: str = self.cleaned_data["feedback"]
        try:
            self.check(self.cleaned_data.get("verdict", ""), feedback)
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return feedback

    def check(self, verdict: str, feedback: str) -> None:
        check_feedback(verdict, feedback)


class ModerateForm(MarkForm):
    """The same question to the moderator, who has the first mark before them."""

    def __init__(self, *args: Any, first_verdict: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first_verdict = first_verdict
        self.fields[
            "feedback"
        ].help_text = "Needed when you judge differently from the first mark: the programme lead decides by it."

    def check(self, verdict: str, feedback: str) -> None:
        if verdict:
            check_grounds(verdict, self.first_verdict, feedback)


class VerdictForm(PortalForm):
    """For a lead, where marker and moderator differ."""

    verdict = forms.ChoiceField(
        label="The verdict that stands",
        choices=Verdict.choices,
        widget=Radios(),
        error_messages={"required": "Choose the verdict that stands"},
    )
    reason = forms.CharField(
        label="Why",
        help_text="Kept in the record. The participant does not see it.",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why this verdict stands"},
    )


class AllocateForm(PortalForm):
    """Choices are only those who may: role held, and no bond with the participant."""

    marker = forms.ModelChoiceField(
        User.objects.none(), label="Marker", empty_label="Choose", error_messages={"required": "Choose who marks it"}
    )
    moderator = forms.ModelChoiceField(
        User.objects.none(),
        label="Moderator",
        empty_label="Choose",
        error_messages={"required": "Choose who moderates it"},
    )

    def __init__(self, *args: Any, eligible: Mapping[str, Collection[User]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part, people in eligible.items():
            field = self.fields[part]
            assert isinstance(field, forms.ModelChoiceField)  # noqa: S101  # as declared above
            field.queryset = User.objects.filter(pk__in=[person.pk for person in people]).order_by("full_name")


class NumberForm(PortalForm):
    number = forms.CharField(
        label="Certificate number",
        help_text="The letters and figures on the certificate. Small letters, spaces and strokes do not matter.",
        max_length=60,
        error_messages={
            "required": "Enter the number on the certificate",
            "max_length": "Enter the number alone, as it stands on the certificate: it is shorter than this",
        },
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20", "autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_number(self) -> str:
        number = normal_number(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError("Enter the number on the certificate: letters and figures")
        return number
