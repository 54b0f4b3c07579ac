"""How allauth meets the portal: its mails become queued letters, its changes audit entries, and its words are ours."""

import base64
import hashlib
import secrets
from datetime import timedelta
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django.utils.encoding import force_bytes

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User

from .letters import CHANGES, CLOSED, CODES, UNEXPECTED

# As long as a code holds: see ACCOUNT_LOGIN_BY_CODE_TIMEOUT and its like.
CODE_HOLDS = timedelta(minutes=15)


def display_name(user: User) -> str:
    return str(user)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth publishes no types
    """Never mails by itself. Every letter is a row, and what is secret in it leaves the row once handed over."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": "This account is closed. Write to us if you think it should be open.",
        "duplicate_email": "This is the address you sign in with already.",
        "email_password_mismatch": "The email address or the password is not right. Leave the password empty, "
        "and we email you a code instead.",
        "email_taken": "Another account has this address already. Write to us, and we join the two.",
        "enter_current_password": "This is not your password now. Enter it again.",
        "incorrect_code": "The code is not right. Check the newest one we sent, and enter it again.",
        "incorrect_password": "The password is not right. Enter it again.",
        "too_many_login_attempts": "There were too many attempts. A passkey works straight away, and so does "
        "a new code: leave the password empty. A password works again in five minutes.",
        "rate_limited": "That was too often. Wait a minute, then try again.",
    }

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue our letter for one of allauth's. A mail that allauth has learnt to send and we have not is an error."""
        to = User.objects.filter(email__iexact=email).first() or email
        if template_prefix in CODES:
            kind, code = CODES[template_prefix], {"code": str(context["code"])}
            key = f"{kind}:{secrets.token_hex(8)}"
            queue_message(kind, to=to, key=key, secrets=code, stale_at=clock.now() + CODE_HOLDS)
        elif template_prefix in UNEXPECTED:
            is_closed = isinstance(to, User) and not to.is_active
            kind = CLOSED if is_closed else UNEXPECTED[template_prefix]
            queue_message(kind, to=to, key=f"{kind}:{secrets.token_hex(8)}")
        else:
            what, _ = CHANGES[template_prefix]
            key = f"account-changed:{secrets.token_hex(8)}"
            queue_message("account-changed", to=to, key=key, words={"what": what, "at": clock.now()})

    @transaction.atomic
    def send_notification_mail(
        self, template_prefix: str, user: User, context: dict[str, Any] | None = None, email: str | None = None
    ) -> None:
        """Record a change to how somebody signs in, and tell them; at the old address, when the address changed."""
        _, verb = CHANGES[template_prefix]
        words = {"from": email, "to": str((context or {}).get("to_email") or "")} if email else None
        record(verb, user, words=words, by=user)
        address = email or user.email
        assert address  # noqa: S101  # whoever changes how they sign in has signed in
        self.send_mail(template_prefix, address, context or {})

    @transaction.atomic
    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        user.full_name = form.cleaned_data["full_name"]
        user.preferred_name = form.cleaned_data["preferred_name"]
        super().save_user(request, user, form, commit)
        if commit:
            record("person.signed_up", user, by=user)
        return user


def _cipher() -> MultiFernet:
    """Keys made from SECRET_KEY, so that a copy of the database alone lets nobody sign in."""
    return MultiFernet(
        Fernet(base64.urlsafe_b64encode(hashlib.sha256(b"second factors:" + force_bytes(key)).digest()))
        for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


class MFAAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth publishes no types
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "The code is not right. Enter the one your app shows now, or a recovery code.",
        "unverified_email": "Confirm your email address first, then add a second factor.",
    }

    def encrypt(self, text: str) -> str:
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _cipher().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: User, type: Any) -> str:  # noqa: A002  # allauth's own name
        return f"Passkey of {clock.today().day} {clock.today():%B %Y}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return entity | {"name": settings.PROVIDER_NAME}
