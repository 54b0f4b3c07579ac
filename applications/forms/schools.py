"""Finding a school, and naming one that is not listed."""

from collections.abc import Iterable
from typing import Any

from django import forms

from applications.models import Application
from npqh_portal.schools.models import School
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

from .answers import PartForm


class SchoolSearchForm(PortalForm):
    q = forms.CharField(
        label="Find your school",
        help_text="Its name, with the town if the name is a common one; or its postcode or URN.",
        required=False,
        max_length=100,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].required = True  # shown without "(optional)"; nothing typed is no fault


class SchoolForm(PartForm):
    """Of the schools that were found, and the one chosen before; or a name, for one that is not listed."""

    NOT_LISTED = "not-listed"

    school = forms.ChoiceField(
        label="Which is your school?",
        widget=Radios(),
        error_messages={"required": "Choose your school, or choose that it is not listed"},
    )
    school_name = forms.CharField(
        label="The name of your school, if it is not listed",
        help_text="With its town.",
        max_length=200,
        error_messages={"required": "Enter the name of your school"},
    )

    def __init__(self, *args: Any, found: Iterable[School], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        chosen = self.application.school
        self.schools = {school.urn: school for school in ([chosen] if chosen else [])}
        self.schools |= {school.urn: school for school in found}
        self.fields["school_name"].required = not self.is_bound or self.data.get("school") == self.NOT_LISTED
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # for the type checker
        field.choices = [
            *((urn, school.name) for urn, school in self.schools.items()),
            (self.NOT_LISTED, "My school is not listed"),
        ]
        field.widget.hints = {urn: _where(school) for urn, school in self.schools.items()}

    def first_values(self, application: Application) -> dict[str, Any]:
        if application.school:
            return {"school": application.school.urn, "school_name": ""}
        return {"school": self.NOT_LISTED if application.school_name else "", "school_name": application.school_name}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        choice = cleaned.get("school")
        name = cleaned.get("school_name", "") if choice == self.NOT_LISTED else ""
        return {"school": self.schools.get(choice or ""), "school_name": name}


def _where(school: School) -> str:
    closed = "now closed" if school.status == School.Status.CLOSED else ""
    return ", ".join(filter(None, [school.town, school.la_name, school.postcode, f"URN {school.urn}", closed]))
