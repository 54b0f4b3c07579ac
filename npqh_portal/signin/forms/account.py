"""allauth's forms for signing in and for one's own account, in our words."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.internal.flows.manage_email import sync_user_email_address

from .plain import OurWords


class LoginForm(OurWords, allauth.LoginForm):  # type: ignore[misc]
    """Email and password; with the password left empty, allauth's own sign-in by code takes over."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].required = False
        self.fields["password"].help_text = "Leave it empty, and we email you a code instead."

    def clean(self) -> Any:
        cleaned = super().clean()
        _know_the_address(self.user)
        return cleaned


class RequestLoginCodeForm(OurWords, allauth.RequestLoginCodeForm):  # type: ignore[misc]
    def clean_email(self) -> Any:
        email = super().clean_email()
        _know_the_address(self._user)
        return email


def _know_the_address(user: Any) -> None:
    """Somebody whom we added has no row with allauth yet; without one, the code would not count as confirming."""
    if user is not None:
        sync_user_email_address(user)


class SignupForm(OurWords, allauth.SignupForm):  # type: ignore[misc]
    field_order = ("full_name", "preferred_name", "email", "password1")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].help_text = "We send a code there now. Use one that you keep if you change school."
        self.fields["password1"].label = "Password"
        self.fields["password1"].help_text = "At least 10 characters. Without one, we email you a code each time."


class ConfirmLoginCodeForm(OurWords, allauth.ConfirmLoginCodeForm):  # type: ignore[misc]
    pass


class ConfirmEmailVerificationCodeForm(OurWords, allauth.ConfirmEmailVerificationCodeForm):  # type: ignore[misc]
    pass


class ConfirmPasswordResetCodeForm(OurWords, allauth.ConfirmPasswordResetCodeForm):  # type: ignore[misc]
    pass


class AddEmailForm(OurWords, allauth.AddEmailForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = "New email address"
        self.fields["email"].help_text = "We send a code there. Until you enter it, you sign in with the old one."


class ChangePasswordForm(OurWords, allauth.ChangePasswordForm):  # type: ignore[misc]
    pass


class SetPasswordForm(OurWords, allauth.SetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordForm(OurWords, allauth.ResetPasswordForm):  # type: ignore[misc]
    pass


class ResetPasswordKeyForm(OurWords, allauth.ResetPasswordKeyForm):  # type: ignore[misc]
    pass


class ReauthenticateForm(OurWords, allauth.ReauthenticateForm):  # type: ignore[misc]
    pass
