"""allauth's forms for second factors, in our words."""

from typing import Any

from allauth.mfa.base import forms as base
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as webauthn

from .plain import OurWords


class _CodeFromApp(OurWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "Six figures from your authenticator app, or one of your recovery codes."
        self.fields["code"].widget.attrs["inputmode"] = "numeric"


class AuthenticateForm(_CodeFromApp, base.AuthenticateForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(_CodeFromApp, base.ReauthenticateForm):  # type: ignore[misc]
    pass


class ActivateTOTPForm(OurWords, totp.ActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].help_text = "The six figures that the app shows now."
        self.fields["code"].widget.attrs["inputmode"] = "numeric"

    @property
    def key_in_fours(self) -> str:
        """For typing it off the page; apps take it with the spaces."""
        return " ".join(self.secret[at : at + 4] for at in range(0, len(self.secret), 4))


class _NamedPasskey(OurWords):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = "Name"
        self.fields["name"].required = True
        self.fields["name"].help_text = "To tell your passkeys apart: “School laptop”."
        self.fields["name"].error_messages["required"] = "Enter a name"


class AddWebAuthnForm(_NamedPasskey, webauthn.AddWebAuthnForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # A passkey without a name is kept all the same: the device holds it already.
        self.fields["name"].required = False
        self.fields["passwordless"].label = "Let it sign me in alone"
        self.fields["passwordless"].help_text = "Without email address or code. A plain security key cannot do this."
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(_NamedPasskey, webauthn.EditWebAuthnForm):  # type: ignore[misc]
    pass
