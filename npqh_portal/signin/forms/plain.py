"""What every form of allauth's needs to be drawn and worded like ours."""

from typing import Any

from django import forms
from django.core.validators import EmailValidator, validate_email

_LABELS = {
    "login": "Email address",
    "email": "Email address",
    "password": "Password",
    "oldpassword": "Your password now",
    "password1": "New password",
    "password2": "New password again",
    "code": "Code",
}
_HINTS = {
    "password": "",
    "oldpassword": "",
    "password1": "At least 10 characters. Three random words are strong and easy to remember.",
}
_MISSING = {
    "login": "Enter your email address",
    "email": "Enter your email address",
    "password": "Enter your password",
    "oldpassword": "Enter your password now",
    "password1": "Enter a new password",
    "password2": "Enter the new password again",
    "code": "Enter the code",
}
_CONTROLS = {
    "login": {"autocomplete": "username webauthn", "spellcheck": "false"},
    "email": {"spellcheck": "false"},
    "code": {"class": "govuk-input--width-10", "spellcheck": "false", "autocapitalize": "characters"},
}

_email_shape = EmailValidator(message="Enter an email address like name@school.example")


class OurWords(forms.Form):
    """Mixed in before a form of allauth's: our labels, hints and sentences, and no placeholders."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.label_suffix = ""
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.widget.attrs.update(_CONTROLS.get(name, {}))
            field.label = _LABELS.get(name, field.label)
            field.help_text = _HINTS.get(name, field.help_text)
            if name in _MISSING:
                field.error_messages["required"] = _MISSING[name]
            if isinstance(field, forms.EmailField):
                field.validators = [_email_shape if check is validate_email else check for check in field.validators]
