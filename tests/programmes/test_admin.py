"""Versions to look at and publish; who comes in."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import load_version
from npqh_portal.programmes.models import ProgrammeVersion
from tests.factories import a_person, a_version, an_intake
from tests.programmes.plans import SOUND

pytestmark = pytest.mark.django_db

VERSIONS = "admin:programmes_programmeversion_changelist"
INTAKES = "admin:programmes_intake_changelist"


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def visitor(lead: User) -> Client:
    client = Client()
    client.force_login(lead)
    return client


def test_a_version_shows_its_items_and_its_hours_in_both_readings(visitor: Client) -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    page = visitor.get(reverse("admin:programmes_programmeversion_change", args=[version.pk]))
    assert "3 h in all: 2 h in person, 0 h online together, 1 h in one’s own time." in page.content.decode()
    assert "Together: 2 h with those in person, 0 h without." in page.content.decode()
    assert "Seminar" in page.content.decode()


def test_publishing_asks_first_and_then_is_done(visitor: Client) -> None:
    version = load_version(SOUND, digest="1" * 64, by=None)
    address = reverse("admin:programmes_programmeversion_publish", args=[version.pk])
    assert "A published version never changes" in visitor.get(address).content.decode()
    assert ProgrammeVersion.objects.get().state == "draft"
    assert visitor.post(address).status_code == 302
    assert ProgrammeVersion.objects.get().state == "published"


def test_a_published_version_is_not_offered_for_publishing_and_refuses_it(visitor: Client) -> None:
    version = a_version()
    page = visitor.get(reverse("admin:programmes_programmeversion_change", args=[version.pk]))
    address = reverse("admin:programmes_programmeversion_publish", args=[version.pk])
    assert address not in page.content.decode()
    assert "Only a draft can be published." in visitor.post(address).content.decode()


@pytest.mark.parametrize("name", [VERSIONS, INTAKES])
def test_lists_take_as_many_statements_for_three_as_for_one(
    visitor: Client, name: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    an_intake(a_version())
    with django_assert_num_queries(50, exact=False) as counted:
        visitor.get(reverse(name))
    before = len(counted)
    an_intake(a_version())
    an_intake(a_version())
    with django_assert_num_queries(before):
        visitor.get(reverse(name))


@pytest.mark.parametrize("role", [Role.FINANCE, Role.REVIEWER, Role.PARTICIPANT])
def test_nobody_else_comes_in(role: Role) -> None:
    client = Client()
    client.force_login(a_person(role))
    assert client.get(reverse(VERSIONS)).status_code == 403
    assert client.get(reverse(INTAKES)).status_code == 403
