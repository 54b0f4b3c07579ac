"""Redis is away: people still sign in, stay signed in, and are still counted."""

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from npqh_portal.people.models import User
from tests.factories import a_person

from .walk import PASSWORD

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _redis_is_away(settings: Settings) -> None:
    away = settings.CACHES["redis"] | {"LOCATION": "unix:///nowhere/redis.sock"}
    settings.CACHES = settings.CACHES | {"redis": away}
    caches["redis"].set("kept", "yes")
    assert caches["redis"].get("kept") is None


@pytest.fixture
def person() -> User:
    person = a_person()
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def test_a_password_signs_in_and_the_session_holds(client: Client, person: User) -> None:
    answer = client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("home:start")
    page = client.get("/account/email/")
    assert page.status_code == 200
    assert person.full_name in page.content.decode()


def test_attempts_are_still_counted(client: Client, person: User) -> None:
    wrong = {"login": person.email, "password": "wrong"}
    for _ in range(5):
        assert "too many attempts" not in client.post("/account/login/", wrong).content.decode()
    assert "too many attempts" in client.post("/account/login/", wrong).content.decode()
    right = client.post("/account/login/", {"login": person.email, "password": PASSWORD})
    assert "too many attempts" in right.content.decode()


def test_too_many_passwords_leave_the_code_open(client: Client, person: User) -> None:
    for _ in range(6):
        client.post("/account/login/", {"login": person.email, "password": "wrong"})
    answer = client.post("/account/login/", {"login": person.email, "password": ""})
    assert answer.headers["Location"] == "/account/login/code/confirm/"
