"""Names at sign-up. A file of its own: allauth's sign-up form is built on it, and ours on allauth's."""

from django import forms
from django.http import HttpRequest

from npqh_portal.people.models import User


class NameForm(forms.Form):
    """One name in one field, as the person writes it."""

    full_name = forms.CharField(
        label="Full name",
        help_text="As it should stand on a certificate.",
        max_length=200,
        widget=forms.TextInput(attrs={"autocomplete": "name", "spellcheck": "false"}),
        error_messages={"required": "Enter your full name"},
    )
    preferred_name = forms.CharField(
        label="What we call you",
        help_text="In messages and on your pages. Leave it empty, and we use your full name.",
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "nickname", "spellcheck": "false"}),
    )

    def signup(self, request: HttpRequest, user: User) -> None:
        """Asked for by allauth. The adapter has saved the names with the person."""
