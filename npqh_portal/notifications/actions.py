"""Queueing messages, and the sweep that sends them."""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from smtplib import SMTPException
from typing import Any

from celery import current_app
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import models, transaction
from django.template.loader import get_template
from kombu.exceptions import OperationalError

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User

from .errors import MessageNotFailed
from .letters import html_letter
from .models import Beat, Message
from .rules import fill_in, method_of, places_in, split_subject
from .states import MessageState

log = logging.getLogger(__name__)

CHUNK = 100
ATTEMPTS = 5
CLAIM_HOLDS = timedelta(minutes=10)


@dataclass(frozen=True)
class Letter:
    """A message before it is queued: its kind names the template, its key makes a second one impossible.

    The words come from `templates/messages/<kind>.txt`, whose first line is "Subject: …". A secret named `code`
    stands in that template as ‹code› and never in the stored text. `calendar` is an invitation that goes with it
    (RFC 5546), if any.
    """

    kind: str
    to: User | str
    key: str
    about: models.Model | None = None
    words: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict)
    due_at: datetime | None = None
    stale_at: datetime | None = None
    calendar: str = ""

    @property
    def address(self) -> str | None:
        return self.to.email if isinstance(self.to, User) else self.to

    def written(self) -> tuple[str, str]:
        """Its subject and its text, as they will be read but for the secrets."""
        person = self.to if isinstance(self.to, User) else None
        given = {
            "person": person,
            "about": self.about,
            "site_url": settings.SITE_URL,
            "provider_name": settings.PROVIDER_NAME,
            **self.words,
        }
        return split_subject(self.template.render(given))

    @property
    def template(self) -> Any:
        return get_template(f"messages/{self.kind}.txt")


def queue_message(
    kind: str,
    *,
    to: User | str,
    key: str,
    about: models.Model | None = None,
    words: Mapping[str, Any] | None = None,
    secrets: Mapping[str, str] | None = None,
    due_at: datetime | None = None,
    stale_at: datetime | None = None,
) -> Message | None:
    """Leave one message row; None where the key has been used before, or where no address of the person is held.

    Nothing waits for an address to be entered later: what was news once would then be none. See `Letter` for the
    rest. Sends nothing itself: the sweep does, soon after commit.
    """
    letter = Letter(kind, to, key, about, words or {}, secrets or {}, due_at, stale_at)
    return next(iter(queue_messages([letter])), None)


def queue_messages(letters: Iterable[Letter]) -> list[Message]:
    """The same for many, in two statements. Returns those that were new and had an address."""
    messages = [_message(letter, address) for letter in letters if (address := letter.address) is not None]
    if not messages:
        return []
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    ours = {message.public_id for message in messages}
    # Of a key used before, the row there has another public id.
    stored = list(Message.objects.filter(public_id__in=ours).order_by("pk"))
    if stored:
        nudge("notifications.send_due_messages")
    return stored


def _message(letter: Letter, address: str) -> Message:
    subject, text = letter.written()
    # Places of the template itself: what a person typed may look like one, and is none.
    if missing := places_in(letter.template.template.source) ^ set(letter.secrets):
        raise ValueError(f"The letter {letter.kind} and its secrets differ: {sorted(missing)}.")
    if letter.calendar:
        method_of(letter.calendar)  # refused here, not in the sweep, where it would stand in everybody's way
    now = clock.now()
    return Message(
        key=letter.key,
        kind=letter.kind,
        person=letter.to if isinstance(letter.to, User) else None,
        address=address,
        subject=subject,
        text=text,
        calendar=letter.calendar,
        secret=dict(letter.secrets) or None,
        about_type=letter.about._meta.label_lower if letter.about else "",
        about_id=letter.about.pk if letter.about else None,
        queued_at=now,
        due_at=letter.due_at or now,
        stale_at=letter.stale_at,
    )


def nudge(task: str) -> None:
    """Ask the worker to sweep soon after commit. Best effort: the rows, not this, guarantee the work.

    However many rows a transaction leaves, it asks once.
    """
    ask = partial(_ask, task)
    waiting = (entry[1] for entry in transaction.get_connection().run_on_commit)
    if not any(isinstance(other, partial) and (other.func, other.args) == (ask.func, ask.args) for other in waiting):
        transaction.on_commit(ask)


def _ask(task: str) -> None:
    try:
        current_app.send_task(task, retry=False, ignore_result=True)
    except OperationalError:
        log.warning("The broker is away; %s waits for the clock.", task)


def send_due_messages(*, limit: int = CHUNK) -> int:
    """Claim waiting messages and hand them over, a chunk on one connection. Returns how many were sent.

    A claim is one conditional UPDATE, so two sweeps never send one message twice. A claim that came to nothing
    (the worker died) is taken back after ten minutes.
    """
    now = clock.now()
    Message.objects.filter(state=MessageState.SENDING, claimed_at__lt=now - CLAIM_HOLDS).update(
        state=MessageState.QUEUED, claimed_at=None
    )
    Message.objects.filter(state=MessageState.QUEUED, stale_at__lte=now).update(
        state=MessageState.FAILED, failure="Too late to be of use.", secret=None
    )
    waiting = Message.objects.filter(state=MessageState.QUEUED, due_at__lte=now).order_by("due_at", "pk")
    sent = 0
    connection: BaseEmailBackend | None = None
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        claimed = Message.objects.filter(pk=pk, state=MessageState.QUEUED).update(
            state=MessageState.SENDING, claimed_at=clock.now(), attempts=models.F("attempts") + 1
        )
        if not claimed:
            continue
        message = Message.objects.get(pk=pk)
        try:
            if connection is None:
                connection = get_connection()
                connection.open()
            _hand_over(message, connection)
        except (OSError, SMTPException) as error:
            connection = None
            _put_back(message, error)
            continue
        Message.objects.filter(pk=pk, state=MessageState.SENDING).update(
            state=MessageState.SENT, sent_at=clock.now(), secret=None, failure=""
        )
        sent += 1
    if connection is not None:
        connection.close()
    return sent


def _hand_over(message: Message, connection: BaseEmailBackend) -> None:
    secrets = message.secret or {}
    text = fill_in(message.text, secrets)
    provider = {
        "name": settings.PROVIDER_NAME,
        "email": settings.PROVIDER_EMAIL,
        "phone": settings.PROVIDER_PHONE,
        "accent": settings.PROVIDER_ACCENT,
    }
    mail = EmailMultiAlternatives(
        subject=fill_in(message.subject, secrets),
        body=text,
        to=[message.address],
        reply_to=[settings.PROVIDER_EMAIL],
        # The same for every attempt, so that a second hand-over after a lost answer is recognised.
        headers={"Message-ID": f"<{message.public_id}@{settings.PROVIDER_EMAIL.rpartition('@')[2]}>"},
        connection=connection,
    )
    mail.attach_alternative(html_letter(message.subject, text, provider), "text/html")
    if message.calendar:
        # Some programs look for an invitation among the ways to read a letter, others among what is enclosed.
        mail.attach_alternative(message.calendar, f"text/calendar; method={method_of(message.calendar)}")
        mail.attach("invite.ics", message.calendar.encode(), "application/ics")
    mail.send()


def _put_back(message: Message, error: Exception) -> None:
    """A refused hand-over waits longer each time, and is given up after five."""
    gone = message.attempts >= ATTEMPTS
    Message.objects.filter(pk=message.pk, state=MessageState.SENDING).update(
        state=MessageState.FAILED if gone else MessageState.QUEUED,
        due_at=clock.now() + timedelta(minutes=2**message.attempts),
        claimed_at=None,
        failure=type(error).__name__,
        **({"secret": None} if gone else {}),
    )
    log.warning("Message %s could not be handed over: %s", message.public_id, type(error).__name__)


def forget_addresses(about: Sequence[models.Model]) -> int:
    """Empty the addresses of letters about rows of one kind that are sent or given up. Returns of how many."""
    if not about:
        return 0
    letters = Message.objects.filter(about_type=about[0]._meta.label_lower, about_id__in=[one.pk for one in about])
    return letters.filter(state__in=[MessageState.SENT, MessageState.FAILED]).update(address="")


@transaction.atomic
def send_again(message: Message, *, by: User | None) -> Message:
    """Put a failed message back in the queue. One whose secret or address is gone cannot be sent again."""
    message = lock(message)
    if message.state != MessageState.FAILED or not message.address or places_in(message.subject + message.text):
        raise MessageNotFailed
    message.state = MessageState.QUEUED
    message.attempts = 0
    message.due_at = clock.now()
    message.stale_at = None
    message.save(update_fields=["state", "attempts", "due_at", "stale_at"])
    record("message.sent_again", message, by=by)
    nudge("notifications.send_due_messages")
    return message


def beat(name: str) -> None:
    """Note that a regular task has run."""
    Beat.objects.update_or_create(name=name, defaults={"at": clock.now()})
