"""Which school somebody means: looked for in the register, and kept as they type it where it is not there."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from applications.forms.schools import where
from applications.queries.schools import found_schools
from npqh_portal.schools.models import School
from npqh_portal.text import one_line
from npqh_portal.web.fields import Radios

from .writing import Writing

_SCHOOLS_MOST = 10


class SchoolWriting(Writing):
    """Of what is typed, those that the register has are offered to choose from, beside what was typed itself.

    `school` is the one chosen before, `called` what it is called.
    """

    AS_TYPED = "as-typed"

    called = PlainText(
        label="Which school?",
        help_text="Its name, postcode or URN. If the register does not have it, what you type stands.",
        max_length=200,
        error_messages={"required": "Enter the school"},
    )
    school = forms.ChoiceField(
        label="Is it one of these?",
        widget=Radios(),
        error_messages={
            "required": "Choose the school that you mean, or that it is none of these",
            "invalid_choice": "Choose the school that you mean, or that it is none of these",
        },
    )

    def __init__(self, data: QueryDict | None, *, school: School | None, called: str, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.before, self.called_before = school, called
        self.fields["called"].initial = called
        typed = one_line(data.get("called", "")) if data is not None else called
        self.found: dict[str, School] = {} if typed == called else _found(typed)
        if not self.found:
            del self.fields["school"]
            return
        field = self.fields["school"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared just above
        field.choices = [
            *((urn, one.name) for urn, one in self.found.items()),
            (self.AS_TYPED, "None of these: keep it as I typed it"),
        ]
        field.widget.hints = {urn: where(one) for urn, one in self.found.items()}

    def said(self) -> dict[str, Any]:
        given = super().said()
        called, choice = given.pop("called"), given.pop("school", "")
        if called == self.called_before:
            return given | {"school": self.before, "school_name": called}
        school = self.found.get(choice)
        return given | {"school": school, "school_name": school.name if school else called}


def _found(typed: str) -> dict[str, School]:
    """Open ones first; and closed ones, for a visit may have been before they closed."""
    if not typed:
        return {}
    found = found_schools(typed)
    return {school.urn: school for school in [*found.schools, *found.gone][:_SCHOOLS_MOST]}
