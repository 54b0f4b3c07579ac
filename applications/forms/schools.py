"""Finding a school, and naming one that is not listed."""

from typing import Any

from django import forms

from applications.models import Application, MissingSchool
from applications.queries.schools import Found
from npqh_portal.schools.models import School
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import SearchForm

from .answers import PartForm
from .fields import PlainText


class SchoolSearchForm(SearchForm):
    q = forms.CharField(
        label="Find your school",
        help_text="Its name, with the town if the name is a common one; or its postcode or URN.",
        required=False,
        max_length=100,
    )


class SchoolForm(PartForm):
    """Of the schools that were found, else the one chosen before; or what is known of one that is not listed."""

    code = "school"
    NOT_LISTED = "not-listed"

    school = forms.ChoiceField(
        label="Which is your school?",
        widget=Radios(),
        error_messages={
            "required": "Choose your school, or choose that it is not listed",
            "invalid_choice": "That school can no longer be chosen. Search again, or choose that it is not listed",
        },
    )
    school_name = PlainText(
        label="The name of your school, if it is not listed",
        help_text="We look for it, and write to you. You can go on and send your application meanwhile.",
        max_length=200,
        error_messages={"required": "Enter the name of your school"},
    )
    town = PlainText(label="Its town", required=False, max_length=100)
    postcode = PlainText(
        label="Its postcode",
        required=False,
        max_length=10,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10"}),
    )

    def __init__(self, *args: Any, found: Found, missing: MissingSchool | None, **kwargs: Any) -> None:
        self.missing, self.is_sought = missing, bool(found.words)
        super().__init__(*args, **kwargs)
        chosen = self.application.school
        stored = [chosen] if chosen and not self.is_sought else []
        self.schools = {school.urn: school for school in [*stored, *found.choices]}
        self.fields["school_name"].required = not self.is_bound or self.data.get("school") == self.NOT_LISTED
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [
            *((urn, school.name) for urn, school in self.schools.items()),
            (self.NOT_LISTED, "My school is not listed"),
        ]
        field.widget.hints = {urn: where(school) for urn, school in self.schools.items()}

    def first_values(self, application: Application) -> dict[str, Any]:
        """Whoever searches chooses from what was found: nothing is chosen for them beforehand."""
        if self.is_sought:
            return {}
        sought = {name: getattr(self.missing, name, "") for name in ("town", "postcode")}
        if application.school:
            return {"school": application.school.urn, "school_name": "", **sought}
        return {
            "school": self.NOT_LISTED if application.school_name else "",
            "school_name": application.school_name,
            **sought,
        }

    @property
    def chosen(self) -> School | None:
        """None: it is not listed."""
        return self.schools.get(self.cleaned_data["school"])


def where(school: School) -> str:
    closed = "now closed" if school.status == School.Status.CLOSED else ""
    return ", ".join(filter(None, [school.town, school.la_name, school.postcode, f"URN {school.urn}", closed]))
