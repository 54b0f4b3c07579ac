"""That somebody was spoken to, as it is written down."""

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.kinds import ContactWay
from cohorts.models import Contact
from npqh_portal import clock
from npqh_portal.web.fields import DateParts, Radios

from .writing import Writing

NOTE_MOST = 2_000


class ContactForm(Writing):
    way = forms.ChoiceField(
        label="How did you speak to them?",
        choices=ContactWay.choices(),
        widget=Radios(),
        error_messages={"required": "Choose how you spoke to them"},
    )
    on = DateParts(label="When?", subject="The day of the contact")
    note = PlainText(
        label="What was said or agreed",
        help_text="Facilitators of the group and programme leads read this. The participant does not.",
        max_length=NOTE_MOST,
        required=False,
        lines=True,
        rows=5,
    )
    field_order = ("way", "on", "note", "revision")

    def __init__(self, data: QueryDict | None, *, contact: Contact | None) -> None:
        initial = {name: getattr(contact, name) for name in ("way", "on", "note")} if contact else {"on": clock.today()}
        super().__init__(data, revision=contact.revision if contact else 0, initial=initial)


class RemoveContactForm(Writing):
    """Nothing but the revision of what is to go."""
