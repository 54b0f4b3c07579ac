"""Messages are rows: queued once, claimed once, sent once, whatever happens to the worker."""

from datetime import timedelta
from smtplib import SMTPServerDisconnected
from threading import Barrier, Thread

import pytest
from celery.signals import before_task_publish
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection, transaction
from pytest_django import DjangoAssertNumQueries, Settings

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.access import messages_looked_after_by, messages_visible_to
from npqh_portal.notifications.actions import (
    ATTEMPTS,
    CLAIM_HOLDS,
    Letter,
    nudge,
    queue_message,
    queue_messages,
    send_again,
    send_due_messages,
)
from npqh_portal.notifications.errors import MessageNotFailed
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.states import MessageState
from npqh_portal.people.roles import Role
from tests.factories import a_partner, a_person

pytestmark = pytest.mark.django_db

Outbox = list[EmailMessage]


class FailingBackend(EmailBackend):
    """A mail server that hangs up."""

    def send_messages(self, messages: object) -> int:
        raise SMTPServerDisconnected("Connection unexpectedly closed")


@pytest.fixture
def mail_server_is_away(settings: Settings) -> None:
    settings.EMAIL_BACKEND = f"{__name__}.FailingBackend"


def a_message(key: str = "k", **more: object) -> Message:
    message = queue_message(
        "already-known",
        to="gwen@school.example",
        key=key,
        **more,
    )
    assert message
    return message


def a_code(**more: object) -> Message:
    message = queue_message(
        "sign-in-code",
        to="gwen@school.example",
        key="c",
        secrets={"code": "KXTW-PLRV"},
        **more,
    )
    assert message
    return message


# Queueing ------------------------------------------------------------------------------------------


def test_a_key_makes_one_message_only() -> None:
    a_message()
    assert queue_message("already-known", to="other@school.example", key="k") is None
    assert [message.address for message in Message.objects.all()] == ["gwen@school.example"]


def test_many_messages_take_two_statements_and_each_key_makes_one(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    known, unknown = a_message("k1"), a_person(email=None)
    letters = [Letter("already-known", f"{key}@school.example", key) for key in ("k1", "k2", "k3", "k3")]
    with django_assert_num_queries(2):
        new = queue_messages([*letters, Letter("already-known", unknown, "k4")])
    assert [(message.key, message.address) for message in new] == [
        ("k2", "k2@school.example"),
        ("k3", "k3@school.example"),
    ]
    assert set(Message.objects.all()) == {known, *new}


def test_a_letter_reads_before_it_is_queued_as_it_is_queued() -> None:
    message = a_message()
    assert Letter("already-known", "gwen@school.example", "x").written() == (message.subject, message.text)


@pytest.mark.django_db(transaction=True)
def test_a_key_used_by_two_at_once_makes_one_message() -> None:
    start, made = Barrier(2), []

    def queue() -> None:
        start.wait(10)
        made.append(queue_message("already-known", to="gwen@school.example", key="k"))
        connection.close()

    threads = [Thread(target=queue) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(message is None for message in made) == [False, True]
    assert Message.objects.count() == 1


def test_nothing_is_left_of_a_transaction_that_failed(mailoutbox: Outbox) -> None:
    with transaction.atomic():
        a_message()
        transaction.set_rollback(True)
    assert send_due_messages() == 0
    assert mailoutbox == []


def test_a_secret_that_the_letter_has_no_place_for_is_refused() -> None:
    with pytest.raises(ValueError, match="code"):
        queue_message("already-known", to="gwen@school.example", key="k", secrets={"code": "KXTW-PLRV"})
    with pytest.raises(ValueError, match="code"):
        queue_message("sign-in-code", to="gwen@school.example", key="k")
    assert Message.objects.count() == 0


# The sweep -----------------------------------------------------------------------------------------


def test_a_message_is_sent_with_the_same_words_twice(mailoutbox: Outbox) -> None:
    message = a_message()
    assert send_due_messages() == 1
    [sent] = mailoutbox
    assert isinstance(sent, mail.EmailMultiAlternatives)
    assert (sent.to, sent.subject, sent.body) == (["gwen@school.example"], message.subject, message.text)
    assert [part.mimetype for part in sent.alternatives] == ["text/html"]
    message.refresh_from_db()
    assert (message.state, message.attempts) == (MessageState.SENT, 1)
    assert message.sent_at is not None


def test_the_sweep_run_twice_sends_nothing_twice(mailoutbox: Outbox) -> None:
    a_message()
    assert [send_due_messages(), send_due_messages()] == [1, 0]
    assert len(mailoutbox) == 1


def test_a_message_waits_until_it_is_due_and_a_late_sweep_still_sends_it(mailoutbox: Outbox) -> None:
    due = clock.now() + timedelta(hours=1)
    a_message(due_at=due)
    assert send_due_messages() == 0
    with clock.as_if(due + timedelta(days=3)):
        assert send_due_messages() == 1
    assert len(mailoutbox) == 1


def test_what_is_too_late_to_be_of_use_is_not_sent(mailoutbox: Outbox) -> None:
    stale = clock.now() + timedelta(minutes=15)
    message = a_code(stale_at=stale)
    with clock.as_if(stale):
        assert send_due_messages() == 0
    message.refresh_from_db()
    assert (message.state, message.secret, mailoutbox) == (MessageState.FAILED, None, [])


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_send_each_message_once(mailoutbox: Outbox) -> None:
    for number in range(12):
        a_message(key=str(number))
    start, counts = Barrier(2), []

    def sweep() -> None:
        start.wait(10)
        counts.append(send_due_messages())
        connection.close()

    threads = [Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sum(counts) == len(mailoutbox) == 12
    assert set(Message.objects.values_list("state", "attempts")) == {(MessageState.SENT, 1)}


def test_the_claim_of_a_worker_that_died_is_taken_back_after_ten_minutes(mailoutbox: Outbox) -> None:
    message = a_message()
    claimed_at = clock.now()
    Message.objects.update(state=MessageState.SENDING, claimed_at=claimed_at, attempts=1)
    with clock.as_if(claimed_at + CLAIM_HOLDS):
        assert send_due_messages() == 0
    with clock.as_if(claimed_at + CLAIM_HOLDS + timedelta(seconds=1)):
        assert send_due_messages() == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, len(mailoutbox)) == (MessageState.SENT, 2, 1)


@pytest.mark.usefixtures("mail_server_is_away")
def test_a_mail_server_that_is_away_is_tried_five_times_ever_later() -> None:
    message = a_code()
    at, waits = clock.now(), []
    for _ in range(ATTEMPTS):
        with clock.as_if(at):
            assert send_due_messages() == 0
            assert send_due_messages() == 0
        message.refresh_from_db()
        waits.append((message.due_at - at).total_seconds() / 60)
        at = message.due_at
    assert waits == [2, 4, 8, 16, 32]
    assert (message.state, message.attempts, message.failure) == (MessageState.FAILED, 5, "SMTPServerDisconnected")
    assert message.secret is None


# Sending again -------------------------------------------------------------------------------------


def test_a_failed_message_is_sent_again_and_that_is_recorded(mailoutbox: Outbox) -> None:
    lead, message = a_person(Role.ADMINISTRATOR), a_message()
    Message.objects.update(state=MessageState.FAILED, attempts=5, failure="SMTPServerDisconnected")
    send_again(message, by=lead)
    assert send_due_messages() == 1
    assert len(mailoutbox) == 1
    assert Entry.objects.get(verb="message.sent_again").actor_id == lead.pk


@pytest.mark.parametrize("state", sorted(frozenset(MessageState) - {MessageState.FAILED}))
def test_a_message_that_has_not_failed_is_not_sent_again(state: MessageState) -> None:
    message = a_message()
    Message.objects.update(state=state, sent_at=clock.now())
    with pytest.raises(MessageNotFailed):
        send_again(message, by=None)


def test_a_code_is_never_sent_again() -> None:
    message = a_code()
    Message.objects.update(state=MessageState.FAILED, secret=None)
    with pytest.raises(MessageNotFailed):
        send_again(message, by=None)


# Who reads them ------------------------------------------------------------------------------------


def test_a_person_sees_their_own_and_a_partner_s_lead_those_to_their_people() -> None:
    partner = a_partner()
    lead, colleague = (a_person(role, organisation=partner) for role in (Role.PROGRAMME_LEAD, Role.FACILITATOR))
    stranger = a_person()
    mine, theirs, strange = (
        queue_message("already-known", to=person, key=str(person.pk)) for person in (lead, colleague, stranger)
    )
    unknown = a_message()
    assert set(messages_visible_to(colleague)) == {theirs}
    assert set(messages_looked_after_by(lead)) == {mine, theirs}
    assert set(messages_looked_after_by(colleague)) == set()
    assert set(messages_looked_after_by(a_person(Role.ADMINISTRATOR))) == {mine, theirs, strange, unknown}


@pytest.mark.django_db(transaction=True)
def test_a_transaction_of_many_messages_asks_the_worker_once() -> None:
    asked: list[str] = []
    before_task_publish.connect(lambda sender, **_: asked.append(sender), weak=False, dispatch_uid="asked")
    try:
        with transaction.atomic():
            for _ in range(3):
                nudge("notifications.send_due_messages")
            nudge("assessments.render_due_certificates")
    finally:
        before_task_publish.disconnect(dispatch_uid="asked")
    assert asked == ["notifications.send_due_messages", "assessments.render_due_certificates"]


def test_a_name_that_looks_like_a_place_for_a_secret_is_a_name() -> None:
    person = a_person(full_name="‹code› Caldbeck")
    message = queue_message("school-not-found", to=person, key="k-of-a-name", words={"asked": "Here"})
    assert message
    assert "‹code› Caldbeck" in message.text
