"""What facilitators write of themselves and of their days, and whom a lead finds for a session."""

from collections.abc import Sequence
from typing import Any

from django import forms

from applications.forms.fields import PlainText
from cohorts.queries.facilitators import Candidate
from cohorts.rules.facilitators import MONDAY_TO_SUNDAY
from npqh_portal.people.models import User
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm, YesOrNo

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class ProfileForm(PortalForm):
    headline = PlainText(
        label="What you do, and where",
        help_text="One line under your name. For example: Headteacher of a primary school in Northumberland",
        max_length=120,
        required=False,
    )
    biography = PlainText(
        label="About you",
        help_text="What you have led, and what you bring. Leave a line empty to begin a paragraph.",
        lines=True,
        rows=8,
        max_length=4000,
        required=False,
    )
    is_shown = YesOrNo(
        label="Do you want participants of your groups to read it?",
        yes="Yes, show it to them",
        no="No, or not yet",
        error_messages={"required": "Choose whether participants of your groups can read it"},
    )
    weekdays = forms.MultipleChoiceField(
        label="On which days can you lead sessions?",
        help_text="Sessions that you have already stay yours.",
        choices=list(zip(MONDAY_TO_SUNDAY, _DAYS, strict=True)),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one day on which you can lead sessions"},
    )


class AbsenceForm(PortalForm):
    from_on = DateParts(label="First day", subject="The first day")
    to_on = DateParts(label="Last day", subject="The last day", help_text="The same day again, if it is one day alone.")
    note = PlainText(label="Why", help_text="Only you and the programme leads read it.", max_length=120, required=False)


class FindLeaderForm(PortalForm):
    """Of those who are free, one by one, with how much they lead."""

    person = forms.ChoiceField(
        label="Who leads it?",
        widget=Radios(),
        error_messages={
            "required": "Choose who leads it",
            "invalid_choice": "They are no longer free at that time. Choose somebody else",
        },
    )

    def __init__(self, *args: Any, candidates: Sequence[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {one.person.public_id: one.person for one in candidates}
        field = self.fields["person"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared just above
        field.widget = Radios(hints={one.person.public_id: _load(one) for one in candidates})
        field.choices = [(key, str(person)) for key, person in self.people.items()]

    def chosen(self) -> User:
        return self.people[self.cleaned_data["person"]]


def _load(one: Candidate) -> str:
    sessions = f"{one.in_term} session{'' if one.in_term == 1 else 's'} in that term, {one.ahead} to come in all."
    return f"{one.kind}. {sessions}" if one.kind else sessions
