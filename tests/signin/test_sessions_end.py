"""Whoever gets another address from an administrator, or is kept out, is signed out everywhere, with their codes."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import EmailMessage
from django.test import Client
from django.urls import reverse

from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.errors import ChangeReasonMissing
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.signin.actions import change_email, let_in_again, suspend_person
from npqh_portal.signin.errors import SuspendsThemselves, SuspensionNotYours
from tests.factories import a_partner, a_person

from .walk import newest_code, sign_in_by_code

pytestmark = pytest.mark.django_db
Executes = Callable[..., AbstractContextManager[Any]]
LOGIN, CODE = "/account/login/", "/account/login/code/confirm/"


@pytest.fixture
def administrator() -> User:
    return a_person(Role.ADMINISTRATOR)


@pytest.fixture
def ines(administrator: User) -> User:
    return a_person(Role.PARTICIPANT, full_name="Ines Caldbeck", email="ines@school.example")


ACTS: dict[str, Callable[[User, User], User]] = {
    "email": lambda person, by: change_email(person, email="new@school.example", reason="Lost", by=by),
    "suspended": lambda person, by: suspend_person(person, reason="Misuse", by=by),
}


@pytest.fixture(params=sorted(ACTS))
def act(
    request: pytest.FixtureRequest, django_capture_on_commit_callbacks: Executes, administrator: User, ines: User
) -> Callable[[], None]:
    def done() -> None:
        with django_capture_on_commit_callbacks(execute=True):
            ACTS[request.param](ines, administrator)

    return done


def is_signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


def test_every_session_of_theirs_ends_and_nobody_elses(
    act: Callable[[], None], ines: User, mailoutbox: list[EmailMessage]
) -> None:
    here, there, other = Client(), Client(), Client()
    for client in (here, there):
        sign_in_by_code(client, str(ines.email), mailoutbox)
    other.force_login(a_person(Role.PARTICIPANT))
    act()
    assert [is_signed_in(client) for client in (here, there, other)] == [False, False, True]
    assert here.get("/participant/").status_code == 302
    assert other.get("/participant/").status_code == 200
    assert Session.objects.count() == 1


def test_a_code_that_was_sent_before_opens_nothing(
    act: Callable[[], None], ines: User, mailoutbox: list[EmailMessage]
) -> None:
    reader = Client()
    reader.post(LOGIN, {"login": ines.email, "password": ""})
    code = newest_code(mailoutbox)
    act()
    reader.post(CODE, {"code": code})
    assert not is_signed_in(reader)


def test_nor_does_one_to_set_a_password(act: Callable[[], None], ines: User, mailoutbox: list[EmailMessage]) -> None:
    reader = Client()
    reader.post(reverse("account_reset_password"), {"email": ines.email})
    code = newest_code(mailoutbox)
    act()
    answer = reader.post(reverse("account_confirm_password_reset_code"), {"code": code}, follow=True)
    assert "password1" not in answer.content.decode()
    ines.refresh_from_db()
    assert not ines.has_usable_password()


def test_whoever_is_kept_out_comes_in_again_only_when_let(
    ines: User, administrator: User, mailoutbox: list[EmailMessage]
) -> None:
    suspend_person(ines, reason="Misuse", by=administrator)
    suspend_person(ines, reason="Misuse", by=administrator)
    Client().post(LOGIN, {"login": ines.email, "password": ""})
    assert not Message.objects.filter(kind="sign-in-code").exists()
    client = Client()
    client.force_login(ines)
    assert client.get("/participant/").status_code == 302
    let_in_again(ines, reason="Cleared", by=administrator)
    back = Client()
    sign_in_by_code(back, str(ines.email), mailoutbox)
    assert is_signed_in(back)
    verbs = Entry.objects.filter(subject_id=ines.pk, verb__in=["person.suspended", "person.let_in_again"])
    assert list(verbs.order_by("pk").values_list("verb", flat=True)) == ["person.suspended", "person.let_in_again"]


def test_who_keeps_somebody_out_is_an_administrator_of_the_provider_and_says_why(
    ines: User, administrator: User
) -> None:
    partner = a_partner()
    for nobody in (a_person(Role.PROGRAMME_LEAD), a_person(Role.ADMINISTRATOR, organisation=partner)):
        with pytest.raises(SuspensionNotYours):
            suspend_person(ines, reason="Why", by=nobody)
    with pytest.raises(ChangeReasonMissing):
        suspend_person(ines, reason=" ", by=administrator)
    with pytest.raises(SuspendsThemselves):
        suspend_person(administrator, reason="Why", by=administrator)
    assert User.objects.filter(is_active=False).count() == 0


def test_an_administrator_does_it_in_the_list_of_people(ines: User, administrator: User, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    client = Client()
    client.force_login(administrator)
    record = f"/admin/people/user/{ines.pk}"
    assert "Keep them out" in client.get(f"{record}/change/").content.decode()
    assert client.post(f"{record}/suspend/", {"reason": "Misuse"}).status_code == 302
    page = client.get(f"{record}/change/").content.decode()
    assert "Let them in again" in page
    assert "Keep them out" not in page
    assert client.post(f"{record}/let_in/", {"reason": "Cleared"}).status_code == 302
    ines.refresh_from_db()
    assert ines.is_active
