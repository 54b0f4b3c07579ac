"""Every letter about signing in, and that none keeps what it carried."""

import re
from datetime import timedelta
from pathlib import Path

import allauth
import pytest
from django.core.mail import EmailMessage
from django.test import Client

from npqh_portal import clock
from npqh_portal.notifications.actions import send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.states import MessageState
from npqh_portal.people.roles import Role
from npqh_portal.signin.actions import invite_person
from npqh_portal.signin.adapter import AccountAdapter
from npqh_portal.signin.letters import CHANGES, CODES, UNEXPECTED
from tests.factories import a_person

from .walk import PASSWORD, newest_code

# What allauth would send in settings that the portal does not use: links in place of codes, and a mail nobody sends.
NOT_SENT = {"account/email/password_reset_key", "account/email/email_confirm"}


def test_every_mail_of_allauth_has_a_letter_of_ours() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    theirs = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for folder in ("account", "mfa")
        for path in (templates / folder / "email").glob("*_subject.txt")
    }
    assert theirs == (CODES.keys() | UNEXPECTED.keys() | CHANGES.keys() | NOT_SENT)


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", [*CODES, *UNEXPECTED, *CHANGES])
def test_every_letter_is_written_and_left_in_the_queue(prefix: str, mailoutbox: list[EmailMessage]) -> None:
    AccountAdapter().send_mail(prefix, "somebody@school.example", {"code": "KXTW-PLRV"})
    message = Message.objects.get()
    assert message.state == MessageState.QUEUED
    assert message.subject
    assert "{" not in message.text
    assert "KXTW" not in message.subject + message.text
    assert mailoutbox == []


@pytest.mark.django_db
def test_a_letter_unknown_to_us_is_never_sent_by_allauth_itself(mailoutbox: list[EmailMessage]) -> None:
    with pytest.raises(KeyError):
        AccountAdapter().send_mail("account/email/something_new", "somebody@school.example", {})
    assert mailoutbox == []


@pytest.mark.django_db
def test_no_stored_message_holds_a_secret_once_it_is_sent(client: Client, mailoutbox: list[EmailMessage]) -> None:
    """A journey through the letters that carry a code; then every stored message is read."""
    codes = []
    client.post("/account/signup/", {"full_name": "Ines Caldbeck", "email": "ines@school.example"})
    codes.append(newest_code(mailoutbox))
    client.post("/account/confirm-email/", {"code": codes[-1]})
    client.post("/account/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    client.post("/account/email/", {"action_add": "", "email": "ines@home.example"})
    codes.append(newest_code(mailoutbox))
    client.post("/account/confirm-email/", {"code": codes[-1]})
    client.post("/account/logout/")
    client.post("/account/login/", {"login": "ines@home.example", "password": ""})
    codes.append(newest_code(mailoutbox))
    client.post("/account/login/code/confirm/", {"code": codes[-1]})
    client.post("/account/logout/")
    client.post("/account/password/reset/", {"email": "ines@home.example"})
    codes.append(newest_code(mailoutbox))
    invite_person(email="gwen@school.example", full_name="Gwen Ashdown-Pike", role=Role.REVIEWER, by=None)
    assert len(set(codes)) == 4
    kinds = set(Message.objects.values_list("kind", flat=True))
    assert kinds == {*CODES.values(), "account-changed", "invitation"}
    for message in Message.objects.exclude(state=MessageState.QUEUED):
        stored = f"{message.subject} {message.text} {message.key} {message.failure}"
        assert message.secret is None
        assert not re.search("|".join(codes), stored)


@pytest.mark.django_db
def test_a_code_that_is_too_late_is_never_sent_and_not_kept(mailoutbox: list[EmailMessage]) -> None:
    with clock.as_if(clock.now() - timedelta(minutes=16)):
        AccountAdapter().send_mail("account/email/login_code", a_person().email, {"code": "KXTW-PLRV"})
    assert send_due_messages() == 0
    message = Message.objects.get()
    assert (message.state, message.secret, mailoutbox) == (MessageState.FAILED, None, [])
