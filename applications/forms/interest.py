"""What we ask of somebody who waits for applications to open."""

from django import forms

from npqh_portal.web.fields import ReachableEmail
from npqh_portal.web.forms import PortalForm

from .fields import NameText, PlainText


class InterestForm(PortalForm):
    """The box is no part of the page's own words: what stands beside it is kept with the address."""

    full_name = NameText(
        label="Your full name",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your full name"},
    )
    email = ReachableEmail(
        label="Your email address",
        help_text="Use one that you keep if you change school.",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": "Enter your email address"},
    )
    school_name = PlainText(
        label="Your school",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    consents = forms.BooleanField(error_messages={"required": "Tick the box: we may not write to you without it"})

    def __init__(self, *args: object, consent_words: str, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consents"].label = consent_words
