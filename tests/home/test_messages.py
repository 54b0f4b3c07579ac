import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries, Settings

from npqh_portal.notifications.actions import queue_message, send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from tests.factories import a_person

pytestmark = pytest.mark.django_db


def a_message(person: User, key: str) -> Message:
    message = queue_message("sign-in-code", to=person, key=key, secrets={"code": "QWE-RTY"})
    assert message is not None
    return message


def test_own_message_shows_its_text_without_the_secret(client: Client, settings: Settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    person = a_person()
    message = a_message(person, "one")
    send_due_messages()
    client.force_login(person)
    assert message.subject in client.get("/messages/").content.decode()
    said = client.get(f"/messages/{message.public_id}/").content.decode()
    assert "‹code›" in said
    assert "QWE-RTY" not in said


def test_message_of_another_is_not_there(client: Client) -> None:
    message = a_message(a_person(), "one")
    client.force_login(a_person())
    assert client.get(f"/messages/{message.public_id}/").status_code == 404
    assert "No messages yet" in client.get("/messages/").content.decode()


def test_list_is_paged_and_takes_the_same_statements(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    person = a_person()
    client.force_login(person)
    a_message(person, "0")
    client.get("/messages/")  # the session is in the cache from now on
    with django_assert_num_queries(4):
        client.get("/messages/")
    for number in range(1, 25):
        a_message(person, str(number))
    with django_assert_num_queries(4):
        said = client.get("/messages/").content.decode()
    assert said.count("Waiting</td>") == 20
    assert "page=2" in said
    assert client.get("/messages/?page=2").content.decode().count("Waiting</td>") == 5


def test_demonstration_reads_its_own_letter_box(client: Client, settings: Settings, tmp_path: object) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.MAIL_DIR = settings.EMAIL_FILE_PATH = str(tmp_path)
    assert "No mail yet" in client.get("/demo/mail/").content.decode()
    person = a_person()
    a_message(person, "one")
    a_message(a_person(), "two")
    send_due_messages()
    said = client.get("/demo/mail/").content.decode()
    assert said.count("QWE-RTY") >= 2
    assert person.email in said


def test_letter_box_is_there_in_the_demonstration_only(client: Client, settings: Settings) -> None:
    settings.DEMO = False
    assert client.get("/demo/mail/").status_code == 404
