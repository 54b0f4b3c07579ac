"""A letter that carries an invitation: read from the mail as it goes out, as mail programs do."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from django.core import mail

from npqh_portal.notifications.actions import Letter, queue_message, queue_messages, send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.rules import method_of

INVITATION = (
    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\nSUMMARY:Café 👩🏽‍🏫\r\nEND:VCALENDAR\r\n"
)


def sent(method: str) -> EmailMessage:
    letter = Letter("already-known", "gwen@school.example", f"k:{method}", calendar=INVITATION.format(method=method))
    queue_messages([letter])
    assert send_due_messages() == 1
    found = message_from_bytes(mail.outbox[-1].message().as_bytes(linesep="\r\n"), policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["REQUEST", "CANCEL"])
def test_an_invitation_is_one_of_the_ways_to_read_the_letter_and_enclosed_as_a_file(method: str) -> None:
    letter = sent(method)
    ways = [part for part in letter.walk() if not part.is_multipart()]
    assert [part.get_content_type() for part in ways] == [
        "text/plain", "text/html", "text/calendar", "application/ics",
    ]  # fmt: skip
    *_, invitation, file = ways
    assert dict(invitation["Content-Type"].params) == {"method": method, "charset": "utf-8"}
    assert invitation.get_content_disposition() is None
    assert invitation.get_content().splitlines() == INVITATION.format(method=method).splitlines()
    assert (file.get_content_disposition(), file.get_filename()) == ("attachment", "invite.ics")
    assert file.get_content() == INVITATION.format(method=method).encode()


@pytest.mark.django_db
def test_other_letters_carry_nothing() -> None:
    queue_message("already-known", to="gwen@school.example", key="k")
    send_due_messages()
    parts = [part.get_content_type() for part in mail.outbox[0].message().walk() if not part.is_multipart()]
    assert parts == ["text/plain", "text/html"]


@pytest.mark.django_db
def test_what_does_not_say_what_it_asks_for_is_refused_before_it_is_queued() -> None:
    with pytest.raises(ValueError, match="METHOD"):
        queue_messages([Letter("already-known", "gwen@school.example", "k", calendar="BEGIN:VCALENDAR\r\n")])
    assert not Message.objects.exists()


def test_a_title_that_looks_like_a_method_is_none() -> None:
    assert method_of("BEGIN:VCALENDAR\r\nX:METHOD:PUBLISH\r\nMETHOD:CANCEL\r\nSUMMARY:a\\nMETHOD:ADD\r\n") == "CANCEL"
