"""What participants change of what is held of them."""

from typing import Any

from django import forms

from applications.forms.answers import TrnField
from applications.forms.fields import NameText, PlainText
from applications.queries.schools import Found
from npqh_portal.people.models import User
from npqh_portal.schools.models import School
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm


class MyNameForm(PortalForm):
    full_name = NameText(
        label="Full name",
        help_text="As it should stand on a certificate that is still to come.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your full name"},
    )
    preferred_name = PlainText(
        label="What we call you",
        help_text="In messages and on your pages. Leave it empty, and we use your full name.",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "spellcheck": "false"}),
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        kwargs["initial"] = {"full_name": person.full_name, "preferred_name": person.preferred_name}
        super().__init__(*args, **kwargs)


class MyTrnForm(PortalForm):
    trn = TrnField(
        label="Teacher reference number",
        help_text="Seven digits, like 0123456.",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric", "spellcheck": "false"}),
        error_messages={"required": "Enter your teacher reference number"},
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, initial={"trn": person.trn}, **kwargs)


class MySchoolForm(PortalForm):
    """Of the schools that were found, the one where they work now, and since when."""

    school = forms.ChoiceField(
        label="Which is your school now?",
        widget=Radios(),
        error_messages={
            "required": "Choose your school",
            "invalid_choice": "That school can no longer be chosen. Search again",
        },
    )
    from_on = DateParts(label="Since when?", subject="The day you began there")

    def __init__(self, *args: Any, found: Found, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.schools = {school.urn: school for school in found.choices}
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [(urn, school.name) for urn, school in self.schools.items()]
        field.widget.hints = {
            urn: ", ".join(filter(None, (school.town, school.la_name, school.postcode, f"URN {urn}")))
            for urn, school in self.schools.items()
        }

    @property
    def chosen(self) -> School:
        return self.schools[self.cleaned_data["school"]]
