"""Whoever sees other people's records needs a second factor, whatever page they ask for."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from npqh_portal.people.roles import ABOVE_PARTICIPANT, Role
from tests.factories import a_grant, a_person

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _required(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = True


def _is_led_to_set_one_up(client: Client, address: str) -> bool:
    answer = client.get(address)
    return answer.status_code == 302 and answer.headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize("role", Role)
def test_every_role_above_participant_is_led_to_set_one_up(client: Client, role: Role) -> None:
    client.force_login(a_person(role))
    assert _is_led_to_set_one_up(client, reverse("home:start")) is (role in ABOVE_PARTICIPANT)


def test_all_roles_but_participant_are_above_it() -> None:
    assert frozenset(Role) - {Role.PARTICIPANT} == ABOVE_PARTICIPANT


def test_a_participant_who_is_also_a_facilitator_needs_one(client: Client) -> None:
    client.force_login(a_person(Role.PARTICIPANT, Role.FACILITATOR))
    assert _is_led_to_set_one_up(client, reverse("home:start"))


def test_a_role_that_has_ended_needs_none(client: Client) -> None:
    person = a_person()
    a_grant(person, Role.FACILITATOR, ends_on="2021-01-01")
    client.force_login(person)
    assert not _is_led_to_set_one_up(client, reverse("home:start"))


@pytest.mark.parametrize("address", ["/admin/", "/admin/people/user/", "/lead/", "/start/"])
def test_no_guarded_page_is_left_out(client: Client, address: str) -> None:
    client.force_login(a_person(Role.ADMINISTRATOR))
    assert _is_led_to_set_one_up(client, address)


def test_an_authenticator_app_is_enough(client: Client) -> None:
    person = a_person(Role.ADMINISTRATOR)
    TOTP.activate(person, "JBSWY3DPEHPK3PXP")
    client.force_login(person)
    assert client.get("/admin/").status_code == 200


def test_recovery_codes_alone_are_not(client: Client) -> None:
    person = a_person(Role.ADMINISTRATOR)
    RecoveryCodes.activate(person)
    assert Authenticator.objects.filter(user=person).count() == 1
    client.force_login(person)
    assert _is_led_to_set_one_up(client, "/admin/")


def test_setting_one_up_and_signing_out_stay_open(client: Client) -> None:
    client.force_login(a_person(Role.ADMINISTRATOR))
    for address in ("mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "account_email", "account_logout"):
        assert client.get(reverse(address)).status_code == 200, address


def test_the_demonstration_may_relax_it(client: Client, settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    client.force_login(a_person(Role.ADMINISTRATOR))
    assert client.get("/admin/").status_code == 200


def test_a_public_page_asks_nobody_anything(client: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    with django_assert_num_queries(0):
        assert client.get(reverse("web:theme")).status_code == 200
