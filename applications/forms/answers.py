"""The questions, one form for each part."""

import re
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from applications.models import Application
from applications.rules.answers import HEADSHIP_WITHOUT_DATE, words_in
from applications.rules.headship import headship_date_fault
from npqh_portal.people.models import trn_shape
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm, YesOrNo

STATEMENT_WORDS_MOST = 250


class PartForm(PortalForm):
    """Begins with what was answered before. Its cleaned data are answers as `save_answers` takes them."""

    def __init__(self, *args: Any, application: Application, today: date, **kwargs: Any) -> None:
        self.application, self.today = application, today
        super().__init__(*args, initial=self.first_values(application), **kwargs)

    def first_values(self, application: Application) -> dict[str, Any]:
        return {name: getattr(application, name) for name in self.base_fields}


class TrnField(forms.CharField):
    """As people copy it from a payslip: with spaces, hyphens and slashes."""

    default_validators = [trn_shape]

    def to_python(self, value: Any) -> str:
        return re.sub(r"[\s/-]", "", super().to_python(value) or "")


class DetailsForm(PartForm):
    full_name = forms.CharField(
        label="Your full name",
        help_text="As it should stand on your certificate.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name"},
    )
    trn = TrnField(
        label="Your teacher reference number",
        help_text="Seven digits, on your payslip. You can send it later, but we need it before you start.",
        required=False,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": "false"}),
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        person = application.person
        return {"full_name": application.full_name or person.full_name, "trn": application.trn or person.trn}


class HeadshipForm(PartForm):
    role = forms.CharField(
        label="What is your role now?",
        help_text="For example, deputy headteacher.",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": "Enter your role"},
    )
    headship = forms.ChoiceField(
        label="Which of these is true of you?",
        choices=Application.Headship.choices,
        widget=Radios(
            hints={
                "aspiring": "To lead a school, as headteacher or head of school",
                "new": "You may have free support for new headteachers as well",
            }
        ),
        error_messages={"required": "Choose which of these is true of you"},
    )
    headship_started_on = DateParts(
        label="When did you become a headteacher, or when will you?",
        help_text="For example, 1 9 2026. Leave it empty if you hope to become one.",
        subject="The date of your headship",
        earliest=date(1970, 1, 1),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["headship_started_on"].required = (
            not self.is_bound or self.data.get("headship", "") not in HEADSHIP_WITHOUT_DATE
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        headship, started_on = cleaned.get("headship", ""), cleaned.get("headship_started_on")
        if started_on and (fault := headship_date_fault(headship, started_on, self.today)):
            self.add_error("headship_started_on", f"The date of your headship {fault}")
        return cleaned


class StatementForm(PartForm):
    statement = forms.CharField(
        label="What do you most want to change in your school, and why now?",
        help_text=f"Up to {STATEMENT_WORDS_MOST} words. Plain notes are fine.",
        max_length=10_000,
        widget=forms.Textarea(attrs={"data-maxwords": STATEMENT_WORDS_MOST, "rows": 9}),
        error_messages={"required": "Say what you want to change, and why now"},
    )

    def clean_statement(self) -> str:
        text: str = self.cleaned_data["statement"]
        if (count := words_in(text)) > STATEMENT_WORDS_MOST:
            raise ValidationError(f"Your answer has {count} words, and {STATEMENT_WORDS_MOST} is the most")
        return text


class SupportForm(PartForm):
    wants_one_to_one = YesOrNo(
        label="Would you like one-to-one support and coaching?",
        help_text="A former school leader works with you throughout. It is free, and for people whose school serves a "
        "disadvantaged community.",
        yes="Yes, my school serves a disadvantaged community",
        no="No",
        error_messages={"required": "Choose whether you would like one-to-one support"},
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        return {"wants_one_to_one": {True: "yes", False: "no", None: ""}[application.wants_one_to_one]}


class AgreementForm(PartForm):
    agreed = forms.BooleanField(
        label="I agree to all of these", error_messages={"required": "Tick the box to agree, or leave your application"}
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        return {"agreed": application.agreed_at is not None}


# The school has a page of its own: it is searched for first.
FORMS: dict[str, type[PartForm]] = {
    "details": DetailsForm,
    "headship": HeadshipForm,
    "statement": StatementForm,
    "support": SupportForm,
    "agreement": AgreementForm,
}
