"""The questions, one form for each part. Which of them concern an applicant, `rules.answers` says."""

import re
import unicodedata
from collections.abc import Mapping
from copy import copy
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import escape

from applications.kinds import EmploymentType, EndorserRole, FundingRoute, Nursery, RoleReach, WorkSetting
from applications.models import Application
from applications.queries.places import are_scholarships_suspended
from applications.rules.answers import (
    HEADS,
    PARTS,
    endorser_roles,
    fingerprint_of,
    fingerprint_of_all,
    routes_for,
)
from applications.rules.details import birth_date_fault, is_telephone
from applications.rules.endorsements import is_same_mailbox
from applications.rules.headship import headship_age_fault, headship_date_fault
from npqh_portal.people.models import trn_shape
from npqh_portal.programmes.forms.seen import Seen
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.web.fields import DateParts, Radios, ReachableEmail
from npqh_portal.web.forms import PortalForm, YesOrNo

from .fields import LongText, NameText, PlainText

NOBODYS_TRN = "0000000"
PART_OF = {part.code: part for part in PARTS}


class PartForm(PortalForm):
    """Begins with what was answered before. `answers` are those that it gives, as `save_answers` takes them.

    Every field must be filled in but those that its part calls optional; what does not concern an applicant who
    answers so is kept when it makes sense, and no fault when it does not.
    """

    code: str
    # The box whose text is kept even where it is too long to be sent.
    long_box = ""
    seen = Seen()

    def __init__(self, *args: Any, application: Application, today: date, **kwargs: Any) -> None:
        self.application, self.today, self.part = application, today, PART_OF[self.code]
        super().__init__(*args, **kwargs)
        self.prepare()
        self.initial = {**self.first_values(application), "seen": fingerprint_of(self.part, application.stored)}

    def prepare(self) -> None:
        """Leave out fields, set choices and words, from what was answered in other parts."""

    def first_values(self, application: Application) -> dict[str, Any]:
        stored = {name: getattr(application, name) for name in self.fields if name != "seen"}
        return {name: _as_chosen(value) for name, value in stored.items()}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        here = {name: cleaned.get(name) for name in self.fields}
        asked = self.part.asked_of({**self.application.answers, **here})
        for name in set(self.part.answers).difference(asked):
            self.errors.pop(name, None)
        return cleaned

    @property
    def answers(self) -> Mapping[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    @property
    def excess(self) -> str:
        """Why what is kept of these answers is too long to be sent; empty where it is not."""
        return self.part.excess({**self.application.answers, **self.answers})

    @property
    def answered_from(self) -> str:
        """The fingerprint of what the page showed."""
        return str(self.data.get("seen", ""))

    def show_again(self, application: Application) -> None:
        """After a refusal the page shows what is stored now too: sent once more, it replaces that."""
        typed = {name: self.data[name] for name in self.data}
        self.data = typed | {"seen": fingerprint_of(self.part, application.stored)}


def _as_chosen(value: Any) -> Any:
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else value


class TrnField(PlainText):
    """As people copy it from a payslip: with spaces, hyphens and slashes; in the wide figures of some keyboards too."""

    default_validators = [trn_shape]
    default_error_messages = {
        "nobodys": f"{NOBODYS_TRN} is nobody’s teacher reference number. Enter yours",
    }

    def to_python(self, value: Any) -> str:
        trn = re.sub(r"[\s/–-]", "", unicodedata.normalize("NFKC", super().to_python(value)))
        if trn == NOBODYS_TRN:
            raise ValidationError(self.error_messages["nobodys"], code="nobodys")
        return trn


class DetailsForm(PartForm):
    code = "details"

    full_name = NameText(
        label="Your full name",
        help_text="As it should stand on your certificate.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Enter your full name"},
    )
    date_of_birth = DateParts(
        label="Your date of birth",
        help_text="For example, 31 3 1985. The Department for Education finds your record by it.",
        subject="Your date of birth",
    )
    telephone = PlainText(
        label="A telephone number",
        help_text="We ring only when an email has not reached you.",
        required=False,
        max_length=30,
        widget=forms.TextInput(
            attrs={"type": "tel", "autocomplete": "tel", "class": "govuk-input--width-20", "dir": "ltr"}
        ),
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        values = super().first_values(application)
        return values | {"full_name": application.full_name or application.person.full_name}

    def clean_date_of_birth(self) -> date:
        born_on: date = self.cleaned_data["date_of_birth"]
        if fault := birth_date_fault(born_on, self.today):
            raise ValidationError(f"Your date of birth {fault}", code="date", params={"parts": ("year",)})
        headship, began_on = self.application.headship, self.application.headship_started_on
        if began_on and headship_age_fault(headship, began_on, born_on):
            fault = "would make you a headteacher before you were 18: check the years here and under your headship"
            raise ValidationError(f"Your date of birth {fault}", code="date", params={"parts": ("year",)})
        return born_on

    def clean_telephone(self) -> str:
        telephone: str = self.cleaned_data["telephone"]
        if telephone and not is_telephone(telephone):
            raise ValidationError("Enter a telephone number, like 01632 960 001 or +44 7700 900 982")
        return telephone


class TrnForm(PartForm):
    code = "trn"

    has_trn = YesOrNo(
        label="Do you have your teacher reference number (TRN) to hand?",
        help_text="It has seven digits. You find it on your payslip or your pension statement.",
        no="No, I will send it later",
        widget=Radios(hints={"no": "We need it before you start"}),
        error_messages={"required": "Choose whether you have your teacher reference number to hand"},
    )
    trn = TrnField(
        label="Your teacher reference number, if you have it",
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={
            "required": "Enter your teacher reference number, or choose to send it later",
            "nobodys": f"{NOBODYS_TRN} is nobody’s teacher reference number. Enter yours, or choose to send it later",
        },
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        values = super().first_values(application)
        if application.has_trn is None and application.person.trn:
            return values | {"has_trn": "yes", "trn": application.person.trn}
        return values

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("has_trn") is False and cleaned.get("trn"):
            self.add_error("trn", "You chose to send your number later, and typed one. Choose yes, or empty this box")
        return cleaned


class LaterTrnForm(PortalForm):
    """The number alone, once the application is sent."""

    trn = TrnField(
        label="Your teacher reference number (TRN)",
        help_text="It has seven digits. You find it on your payslip or your pension statement.",
        widget=forms.TextInput(
            attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": "false", "dir": "ltr"}
        ),
        error_messages={"required": "Enter your teacher reference number"},
    )


class HeadshipForm(PartForm):
    code = "headship"

    role = PlainText(
        label="What is your role now?",
        help_text="For example, deputy headteacher.",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": "Enter your role"},
    )
    role_reach = forms.ChoiceField(
        label="Where do you lead?",
        choices=RoleReach.choices(),
        widget=Radios(),
        error_messages={"required": "Choose where you lead"},
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
        help_text="For example, 1 9 2026. Leave it empty if you hope to become one: then we do not keep it.",
        subject="The date of your headship",
        earliest=date(1970, 1, 1),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        headship, started_on = cleaned.get("headship", ""), cleaned.get("headship_started_on")
        if started_on and (fault := self._fault(headship, started_on)):
            self.add_error("headship_started_on", f"The date of your headship {fault}")
        return cleaned

    def _fault(self, headship: str, started_on: date) -> str:
        return headship_date_fault(headship, started_on, self.today, born_on=self.application.date_of_birth)


class WorkplaceForm(PartForm):
    code = "workplace"

    works_in_england = YesOrNo(
        label="Do you work in England?",
        help_text="Where you work now, even if you are about to move.",
        error_messages={"required": "Choose whether you work in England"},
    )
    work_setting = forms.ChoiceField(
        label="Where do you work now?",
        choices=WorkSetting.choices(),
        widget=Radios(
            hints={
                WorkSetting.A_SCHOOL: "Of any kind: special schools and pupil referral units are schools too",
                WorkSetting.AN_ACADEMY_TRUST: "For the trust rather than for one of its schools",
                WorkSetting.A_16_TO_19: "A sixth-form college or a further education college, for example",
                WorkSetting.EARLY_YEARS: "A nursery, a pre-school class, or as a childminder",
                WorkSetting.ANOTHER_SETTING: "A virtual school, a hospital, a young offender institution, supply "
                "teaching or teacher training",
            }
        ),
        error_messages={"required": "Choose where you work now"},
    )


class NurseryForm(PartForm):
    code = "nursery"

    kind_of_nursery = forms.ChoiceField(
        label="What kind of early years setting is it?",
        choices=Nursery.choices(),
        widget=Radios(
            hints={
                Nursery.LOCAL_AUTHORITY: "You find it in the register of schools next",
                Nursery.PRESCHOOL_CLASS: "You find the school in the register next",
            }
        ),
        error_messages={"required": "Choose what kind of early years setting it is"},
    )
    nursery_name = PlainText(
        label="Its name, for a private nursery, a childminder or another setting",
        max_length=200,
        error_messages={"required": "Enter the name of your setting"},
    )
    ofsted_urn = PlainText(
        label="Its Ofsted number",
        help_text="For example, EY123456. Leave it empty if you do not know it.",
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "spellcheck": "false", "dir": "ltr"}),
    )

    def clean_ofsted_urn(self) -> str:
        number = "".join(self.cleaned_data["ofsted_urn"].split()).upper()
        if number and not re.fullmatch(r"[A-Z]{0,2}[0-9]{5,8}", number):
            raise ValidationError("Enter an Ofsted number of up to two letters and five to eight digits, like EY123456")
        return number


class EmploymentForm(PartForm):
    code = "employment"

    employment_type = forms.ChoiceField(
        label="How are you employed?",
        choices=EmploymentType.choices(),
        widget=Radios(),
        error_messages={"required": "Choose how you are employed"},
    )
    employment_role = PlainText(
        label="What is your role there?",
        help_text="Leave it empty for a hospital school or a young offender institution.",
        max_length=100,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-20"}),
        error_messages={"required": "Enter your role there"},
    )
    employer_name = PlainText(
        label="Who employs you?",
        help_text="The local authority, the hospital, the institution or the training provider.",
        max_length=200,
        error_messages={"required": "Enter who employs you"},
    )


class ReferralForm(PartForm):
    code = "referral"

    referred_by_return_to_teaching_adviser = YesOrNo(
        label="Did a return to teaching adviser refer you to us?",
        help_text="An adviser of the Department for Education's service for teachers who come back. If one did, the "
        "department looks at your funding.",
        error_messages={"required": "Choose whether an adviser referred you"},
    )


class EmployerForm(PartForm):
    code = "employer"

    employer_name = PlainText(
        label="Where do you work?",
        help_text="The name of your workplace or employer, and the country if it is not England. If you work nowhere "
        "now, say so.",
        max_length=200,
        error_messages={"required": "Enter where you work"},
    )


class FundingForm(PartForm):
    code = "funding"

    previously_funded = YesOrNo(
        label="Has the Department for Education paid for this qualification for you before?",
        help_text="Also if you did not finish it then.",
        error_messages={"required": "Choose whether your place was paid for before"},
    )
    funding_route = forms.ChoiceField(
        label="Who pays for your place?",
        widget=Radios(),
        error_messages={"required": "Choose who pays for your place"},
    )

    def prepare(self) -> None:
        answers = self.application.answers
        spared = self.part.spares(answers)
        if "previously_funded" in spared:
            del self.fields["previously_funded"]
        intake = self.application.intake
        are_to_be_had = intake.cohort_funding != CohortFunding.ZERO
        has_scholarships = are_to_be_had and not are_scholarships_suspended(intake, self.today)
        self.fields["funding_route"].choices = [  # type: ignore[attr-defined]  # declared just above
            (one.value, one.label)
            # Whether it was paid for before is answered on this very page.
            for one in routes_for({**answers, "previously_funded": None})
            if has_scholarships or one != FundingRoute.SCHOLARSHIP
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        route = cleaned.get("funding_route")
        if route == FundingRoute.SCHOLARSHIP and cleaned.get("previously_funded"):
            self.add_error("funding_route", "DfE pays for a qualification once. Choose who pays this time")
        return cleaned

    def as_typed(self) -> Application:
        """The application as it would stand if what makes sense of this page were saved, and the rest were empty."""
        application, empty = copy(self.application), Application()
        for name in self.part.answers:
            setattr(application, name, self.cleaned_data.get(name, getattr(empty, name)))
        return application


_NO_SIGN = "Your answer has a sign in it that cannot be kept. Type it again"


class StatementForm(PartForm):
    code = "statement"

    long_box = "statement"
    statement = LongText(
        rows=9, error_messages={"required": "Write your answer", "null_characters_not_allowed": _NO_SIGN}
    )

    def prepare(self) -> None:
        field, form = self.fields["statement"], self.application.form
        field.label = form.statement_question
        # What a programme lead wrote is text, never markup.
        field.help_text = f"Up to {form.statement_words_most} words. {escape(form.statement_hint)}".strip()
        field.widget.attrs["data-maxwords"] = form.statement_words_most


class SupportForm(PartForm):
    code = "support"

    wants_new_head_support = YesOrNo(
        label="Would you like the additional support for new headteachers?",
        help_text="A former headteacher meets you and guides you through your first year of headship. It is free, and "
        "nothing in it is assessed.",
        error_messages={"required": "Choose whether you would like support for new headteachers"},
    )
    wants_one_to_one = YesOrNo(
        label="Would you like one-to-one support and coaching?",
        help_text="A former school leader works with you throughout. It is free, and for people whose school serves a "
        "disadvantaged community.",
        yes="Yes, my school serves a disadvantaged community",
        no="No",
        error_messages={"required": "Choose whether you would like one-to-one support"},
    )

    def prepare(self) -> None:
        for name in self.part.spares(self.application.answers):
            del self.fields[name]


class AdjustmentsForm(PartForm):
    code = "adjustments"

    long_box = "adjustments"
    needs_adjustments = YesOrNo(
        label="Do you need anything to be different, because of a disability or your health?",
        help_text="Only the people who organise the programme read this. It has no bearing on whether you get a place.",
        error_messages={"required": "Choose whether you need anything to be different"},
    )
    adjustments = LongText(
        label="If yes, what would help?",
        help_text="For example, a room without stairs, or slides sent before a session.",
        error_messages={"required": "Say what would help"},
    )


class AgreementForm(PartForm):
    code = "agreement"

    agreed = forms.BooleanField(
        label="I agree to all of these", error_messages={"required": "Tick the box to agree, or leave your application"}
    )

    def first_values(self, application: Application) -> dict[str, Any]:
        return {"agreed": application.agreed_at is not None}


class EndorsementForm(PartForm):
    code = "endorsement"

    endorser_role = forms.ChoiceField(
        label="Who endorses your application?",
        choices=EndorserRole.choices(),
        widget=Radios(),
        error_messages={"required": "Choose who endorses your application"},
    )
    endorser_name = NameText(
        label="Their full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        error_messages={"required": "Enter the name of who endorses you"},
    )
    endorser_email = ReachableEmail(
        label="Their email address",
        help_text="The one they read themselves at work.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": "Enter their email address"},
    )

    def prepare(self) -> None:
        self.roles = endorser_roles(self.application.answers)
        if len(self.roles) == 1:
            del self.fields["endorser_role"]

    @property
    def says(self) -> str:
        """Who it must be, where there is nothing to choose."""
        if len(self.roles) > 1:
            return ""
        if self.application.headship in HEADS:
            return "You are a headteacher, so the chair of your governors or of your trust endorses you."
        return "Your headteacher endorses you."

    def clean_endorser_email(self) -> str:
        email: str = self.cleaned_data["endorser_email"].strip()
        if is_same_mailbox(email, self.application.person.email):
            raise ValidationError("Enter the address of somebody else: nobody endorses their own application")
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        return cleaned if len(self.roles) > 1 else {**cleaned, "endorser_role": self.roles[0].value}


class DeclarationForm(PortalForm):
    """Stands under what the form has the applicant declare. Nothing of it is kept but that it was sent."""

    seen = Seen()
    declared = forms.BooleanField(
        label="I declare this", error_messages={"required": "Tick the box to declare this, before you send it"}
    )

    def __init__(self, *args: Any, application: Application, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"seen": fingerprint_of_all(application.answers)}


# The school has a page of its own: it is searched for first.
FORMS: dict[str, type[PartForm]] = {
    form.code: form
    for form in (
        DetailsForm, TrnForm, HeadshipForm, WorkplaceForm, NurseryForm, EmploymentForm, ReferralForm, EmployerForm,
        FundingForm,        StatementForm, SupportForm, AdjustmentsForm, AgreementForm, EndorsementForm,
    )
}  # fmt: skip
