"""The register of interest in the administration."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from applications.models import Interest
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import a_partner, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

LIST = "admin:applications_interest_changelist"
EXPORT = "admin:applications_interest_export"


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def visitor(lead: User) -> Client:
    return client_of(lead)


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version())


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def waits(intake: Intake, name: str, **fields: object) -> Interest:
    return Interest.objects.create(
        programme=intake.version.programme, full_name=name, email=f"{name}@school.example", consent_words="You may.",
        **fields,
    )  # fmt: skip


def everybody(intake: Intake) -> dict[str, Interest]:
    """One of each standing."""
    told = {"told_at": clock.now(), "told_of": intake}
    application = an_application(a_person(), intake, state=ApplicationState.DRAFT)
    return {
        "waits": waits(intake, "wilf"),
        "told": waits(intake, "tilda", **told),
        "applied": waits(intake, "amara", application=application, **told),
        "left": waits(intake, "lemuel", left_at=clock.now()),
    }


def test_the_list_is_filtered_by_standing(visitor: Client, intake: Intake) -> None:
    rows = everybody(intake)
    assert set(visitor.get(reverse(LIST)).context["cl"].queryset) == set(rows.values())
    for standing, row in rows.items():
        shown = visitor.get(reverse(LIST), {"standing": standing}).context["cl"].queryset
        assert list(shown) == [row]


def test_a_row_says_what_was_agreed_to_and_never_its_link(visitor: Client, intake: Intake) -> None:
    interest = waits(intake, "wilf")
    said = visitor.get(reverse("admin:applications_interest_change", args=[interest.pk])).content.decode()
    assert "You may." in said
    assert "Take off the register" in said
    assert interest.public_id not in said


def test_staff_take_somebody_off_who_asks(visitor: Client, lead: User, intake: Intake) -> None:
    interest = waits(intake, "wilf")
    address = reverse("admin:applications_interest_take_off", args=[interest.pk])
    assert "We do not tell them" in visitor.get(address).content.decode()
    assert visitor.post(address).status_code == 302
    interest.refresh_from_db()
    assert interest.left_at is not None
    assert Entry.objects.get(verb="interest.left").actor_id == lead.pk
    change = visitor.get(reverse("admin:applications_interest_change", args=[interest.pk])).content.decode()
    assert address not in change


def test_what_the_list_shows_is_had_as_a_file(visitor: Client, intake: Intake) -> None:
    everybody(intake)
    listed = visitor.get(reverse(LIST), {"standing": "told"}).content.decode()
    assert f'href="{reverse(EXPORT)}?standing=told"' in listed
    answer = visitor.get(reverse(EXPORT), {"standing": "told"})
    assert answer["Content-Disposition"] == 'attachment; filename="register-of-interest.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("Name,Email,School,Programme")
    assert [line.split(",")[:2] for line in lines[1:]] == [["tilda", "tilda@school.example"]]
    assert "Told," in lines[1]
    assert len(visitor.get(reverse(EXPORT)).content.decode().splitlines()) == 5


def test_a_filter_that_makes_no_sense_leads_back_to_the_list(visitor: Client) -> None:
    answer = visitor.get(reverse(EXPORT), {"no_such_column": "x"})
    assert (answer.status_code, answer["Location"]) == (302, reverse(LIST))


def test_the_register_is_the_providers(intake: Intake) -> None:
    partner = a_partner()
    Intake.objects.filter(pk=intake.pk).update(delivery_partner=partner)
    interest = waits(intake, "wilf")
    client = client_of(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    assert list(client.get(reverse(LIST)).context["cl"].queryset) == []
    assert client.get(reverse("admin:applications_interest_change", args=[interest.pk])).status_code == 404
    assert "wilf" not in client.get(reverse(EXPORT)).content.decode()
    assert client.post(reverse("admin:applications_interest_take_off", args=[interest.pk])).status_code == 404
    on_intake = client.get(reverse("admin:programmes_intake_change", args=[intake.pk])).content.decode()
    assert "on the register" not in on_intake


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.FINANCE])
def test_nobody_else_reads_it(role: Role) -> None:
    client = client_of(a_person(role))
    assert client.get(reverse(LIST)).status_code == 403
    assert client.get(reverse(EXPORT)).status_code == 403


def test_an_intake_leads_to_those_who_wait_and_who_were_told(visitor: Client, intake: Intake) -> None:
    everybody(intake)
    waits(an_intake(a_version()), "elsewhere")
    page = visitor.get(reverse("admin:programmes_intake_change", args=[intake.pk])).content.decode()
    table, programme = reverse(LIST), intake.version.programme_id
    assert f'href="{table}?standing=waits&amp;programme__id__exact={programme}" class="looklink">1 person on' in page
    assert f'href="{table}?told_of__id__exact={intake.pk}" class="looklink">2 people told of it' in page


def statements(visitor: Client, name: str) -> int:
    with CaptureQueriesContext(connection) as sent:
        visitor.get(reverse(name))
    return len(sent)


@pytest.mark.parametrize("name", [LIST, EXPORT])
def test_list_and_file_take_as_many_statements_for_three_as_for_one(visitor: Client, intake: Intake, name: str) -> None:
    everybody(intake)
    before = statements(visitor, name)
    for n in range(2):
        waits(intake, f"more{n}")
        told = {"told_at": clock.now(), "told_of": intake}
        waits(intake, f"told{n}", application=an_application(a_person(), intake), **told)
    assert statements(visitor, name) == before
