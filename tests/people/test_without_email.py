"""Somebody of whom a record is held, and no address."""

from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from npqh_portal.audit.models import Entry
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.people.actions import add_person, give_email
from npqh_portal.people.errors import EmailKnown, EmailNotYoursToGive, EmailTaken
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.factories import a_grant, a_partner, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def test_people_without_an_address_are_as_many_as_they_are() -> None:
    first, second = (add_person(email=None, full_name="Isolde Penhallow-Grice", by=None) for _ in range(2))
    assert first.pk != second.pk
    assert (first.email, str(first), first.called) == (None, "Isolde Penhallow-Grice", "Isolde Penhallow-Grice")


def test_an_empty_address_is_none() -> None:
    assert add_person(email="", full_name="Isolde Penhallow-Grice", by=None).email is None
    with pytest.raises(IntegrityError, match="person_email_is_given_or_unknown"), transaction.atomic():
        User.objects.update(email="")


def test_somebody_without_name_and_address_is_nobody() -> None:
    with pytest.raises(IntegrityError, match="a_person_has_a_name_or_an_address"), transaction.atomic():
        add_person(email=None, full_name=" ", by=None)


def test_nobody_signs_in_as_them() -> None:
    person = add_person(email=None, full_name="Isolde Penhallow-Grice", by=None)
    person.set_password("a long pass phrase")
    person.save()
    for typed in ("", None, "None"):
        assert authenticate(username=typed, email=typed, password="a long pass phrase") is None
        with pytest.raises(User.DoesNotExist):
            User.objects.get_by_natural_key(typed)


def test_a_message_to_them_is_not_queued_and_nothing_fails() -> None:
    person = add_person(email=None, full_name="Isolde Penhallow-Grice", by=None)
    assert queue_message("seminar-tomorrow", to=person, key="x") is None
    assert Message.objects.count() == 0


def test_an_administrator_enters_the_address_once() -> None:
    person, administrator = add_person(email=None, full_name="Isolde", by=None), a_person(Role.ADMINISTRATOR)
    assert give_email(person, email=" Isolde@School.Example ", by=administrator).email == "isolde@school.example"
    give_email(person, email="isolde@school.example", by=administrator)
    assert Entry.objects.filter(verb="person.email_given").count() == 1
    with pytest.raises(EmailKnown):
        give_email(person, email="other@school.example", by=administrator)


def test_an_address_of_somebody_else_is_refused() -> None:
    a_person(email="gwen@school.example")
    with pytest.raises(EmailTaken):
        give_email(add_person(email=None, full_name="Isolde", by=None), email="GWEN@school.example", by=None)


def test_a_partners_administrator_enters_none() -> None:
    ours = a_partner()
    with pytest.raises(EmailNotYoursToGive):
        give_email(
            add_person(email=None, full_name="Isolde", by=None),
            email="isolde@school.example",
            by=a_person(Role.ADMINISTRATOR, organisation=ours),
        )


def test_the_administration_finds_them_and_enters_the_address(client: Client) -> None:
    person = add_person(email=None, full_name="Isolde Penhallow-Grice", by=None)
    a_grant(person, Role.PARTICIPANT)
    client.force_login(a_person(Role.ADMINISTRATOR))
    found = client.get(reverse("admin:people_user_changelist"), {"q": "penhallow"})
    assert "Isolde Penhallow-Grice" in found.content.decode()
    address = reverse("admin:people_user_email", args=[person.pk])
    assert address in client.get(reverse("admin:people_user_change", args=[person.pk])).content.decode()
    client.post(address, {"email": "isolde@school.example"})
    person.refresh_from_db()
    assert person.email == "isolde@school.example"
    assert address not in client.get(reverse("admin:people_user_change", args=[person.pk])).content.decode()
