"""The demonstration's own letter box: the emails that it wrote to files, so that codes in them can be read."""

from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings

SHOWN = 60


@dataclass(frozen=True)
class Letter:
    to: str
    subject: str
    text: str
    written_at: datetime


def letters() -> list[Letter]:
    """The newest first. One file holds what one connection sent, each email after the other."""
    files = sorted(Path(settings.MAIL_DIR).glob("*.log"), key=lambda path: path.stat().st_mtime, reverse=True)
    found: list[Letter] = []
    for path in files:
        written_at = datetime.fromtimestamp(path.stat().st_mtime, tz=UTC)
        mails = path.read_bytes().split(b"\n" + b"-" * 79 + b"\n")
        found += [_letter(mail, written_at) for mail in reversed(mails) if mail.strip()]
        if len(found) >= SHOWN:
            break
    return found[:SHOWN]


def _letter(mail: bytes, written_at: datetime) -> Letter:
    message = message_from_bytes(mail, _class=EmailMessage, policy=policy.default)
    body = message.get_body(("plain",))
    return Letter(
        to=str(message["To"]), subject=str(message["Subject"]), text=body.get_content() if body else "",
        written_at=written_at,
    )  # fmt: skip
