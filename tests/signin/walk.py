"""Steps that several tests of signing in take."""

import re

from django.core.mail import EmailMessage
from django.test import Client

from npqh_portal.notifications.actions import send_due_messages

CODE = re.compile(r"Code: ([A-Z]{4}-[A-Z]{4})")
PASSWORD = "kettle-harbour-lantern"


def newest_code(outbox: list[EmailMessage]) -> str:
    """The code in the letter that has just been sent."""
    send_due_messages()
    found = CODE.search(str(outbox[-1].body))
    assert found, outbox[-1].body
    return found[1]


def sign_in_by_code(client: Client, email: str, outbox: list[EmailMessage]) -> None:
    client.post("/account/login/", {"login": email, "password": ""})
    client.post("/account/login/code/confirm/", {"code": newest_code(outbox)})
