"""Versions to look at and publish, intakes to edit, each kept to one's organisations."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import load_version
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_partner, a_person, a_provider, a_version, an_intake
from tests.programmes.pages import seen_on
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


def the_fields(intake: Intake, **changed: Any) -> dict[str, Any]:
    """What the rendered form sends."""
    opens, closes = (moment.astimezone(clock.LONDON) for moment in (intake.opens_at, intake.closes_at))
    return {
        "version": intake.version_id,
        "provider": intake.provider_id,
        "name": intake.name,
        "opens_at_0": f"{opens:%d/%m/%Y}",
        "opens_at_1": f"{opens:%H:%M}",
        "closes_at_0": f"{closes:%d/%m/%Y}",
        "closes_at_1": f"{closes:%H:%M}",
        "starts_on": f"{intake.starts_on:%d/%m/%Y}",
        "capacity": intake.capacity,
        "contact_name": intake.contact_name,
        "contact_email": intake.contact_email,
    } | changed


def test_an_intake_changed_meanwhile_is_not_overwritten(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=24)
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    opened = the_fields(intake, seen=seen_on(visitor, address))
    first, second = opened | {"capacity": 44}, opened | {"name": "Spring"}
    assert visitor.post(address, first).status_code == 302
    refused = visitor.post(address, second)
    assert "since you opened this page. Nothing of yours is saved" in refused.content.decode()
    assert 'value="Spring"' in refused.content.decode()
    intake.refresh_from_db()
    assert (intake.name, intake.capacity) == ("February 2027", 44)


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


def test_an_intake_is_edited_and_the_change_is_recorded(visitor: Client, lead: User) -> None:
    intake = an_intake(a_version())
    address = reverse("admin:programmes_intake_change", args=[intake.pk])
    assert visitor.post(address, the_fields(intake, capacity=30, seen=seen_on(visitor, address))).status_code == 302
    intake.refresh_from_db()
    assert intake.capacity == 30
    assert Entry.objects.get(verb="intake.changed").actor_id == lead.pk


def test_an_intake_without_places_is_refused(visitor: Client) -> None:
    intake = an_intake(a_version(), capacity=24)
    page = visitor.post(reverse("admin:programmes_intake_change", args=[intake.pk]), the_fields(intake, capacity=0))
    assert "An intake has at least one place." in page.content.decode()
    intake.refresh_from_db()
    assert intake.capacity == 24


def test_who_an_intake_is_for_does_not_change(visitor: Client) -> None:
    intake, other = an_intake(a_version()), a_version()
    visitor.post(
        reverse("admin:programmes_intake_change", args=[intake.pk]),
        the_fields(intake, version=other.pk, provider=a_partner().pk),
    )
    before = (intake.version_id, intake.provider_id)
    intake.refresh_from_db()
    assert (intake.version_id, intake.provider_id) == before


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({"closes_at_0": "01/01/2020"}, "An intake closes after it opens. Choose a later moment."),
        ({"starts_on": "01/01/2020"}, "The programme starts after applications close. Choose a later day."),
    ],
)
def test_an_intake_in_the_wrong_order_is_refused(visitor: Client, changed: dict[str, str], sentence: str) -> None:
    intake = an_intake(a_version())
    page = visitor.post(reverse("admin:programmes_intake_change", args=[intake.pk]), the_fields(intake, **changed))
    assert sentence in page.content.decode()


def test_an_intake_is_made_for_a_published_version_only(visitor: Client) -> None:
    published, draft = a_version(), a_version(state=VersionState.DRAFT)
    offered = visitor.get(reverse("admin:programmes_intake_add")).context["adminform"].form.fields["version"].queryset
    assert published in offered
    assert draft not in offered
    now = clock.now()
    intake = Intake(
        version=published, name="Spring", provider=a_provider(), opens_at=now, closes_at=now + timedelta(days=2),
        starts_on=clock.today() + timedelta(days=9), capacity=9, contact_name="Tobias Farrant",
        contact_email="npqh@larkfell.example",
    )  # fmt: skip
    visitor.post(reverse("admin:programmes_intake_add"), the_fields(intake))
    assert Intake.objects.get().name == "Spring"


def test_a_partner_lead_sees_the_partner_intakes_only() -> None:
    partner = a_partner()
    theirs, others = an_intake(a_version(), delivery_partner=partner), an_intake(a_version())
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    assert list(client.get(reverse(INTAKES)).context["cl"].queryset) == [theirs]
    assert client.get(reverse("admin:programmes_intake_change", args=[others.pk])).status_code == 404


@pytest.mark.parametrize("role", [Role.FINANCE, Role.REVIEWER, Role.PARTICIPANT])
def test_nobody_else_comes_in(role: Role) -> None:
    client = Client()
    client.force_login(a_person(role))
    assert client.get(reverse(VERSIONS)).status_code == 403
    assert client.get(reverse(INTAKES)).status_code == 403
