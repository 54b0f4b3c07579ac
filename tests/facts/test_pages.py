"""What the public reads of the two shipped programmes and their intakes."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from pytest_django import Settings
from time_machine import TimeMachineFixture

from npqh_portal.programmes.models import Intake, ProgrammeVersion
from tests.factories import an_intake

pytestmark = pytest.mark.django_db

NOW = datetime(2024, 1, 10, 9, 0, tzinfo=UTC)


@pytest.fixture
def client(client: Client, time_machine: TimeMachineFixture) -> Client:
    time_machine.move_to(NOW, tick=False)
    call_command("load_programmes", verbosity=0)
    return client


def page(client: Client, code: str) -> str:
    return " ".join(client.get(f"/programmes/{code}/").content.decode().split())


def the_intake(**fields: object) -> Intake:
    version = ProgrammeVersion.objects.get(programme__code="npqh")
    return an_intake(version, **({"name": "February 2024"} | fields))


def test_s41_s42_a_closed_intake_says_when_the_form_opens_again(client: Client) -> None:
    words = "The form opens again in the summer term, for a start in autumn 2024."
    closed = the_intake(opens_at=NOW - timedelta(days=90), closes_at=NOW, closed_words=words)
    said = page(client, "npqh")
    assert "February 2024" in said
    assert words in said
    assert f"/apply/{closed.public_id}/" not in said


def test_s43_who_answers_questions_is_said_and_can_be_changed(client: Client) -> None:
    intake = the_intake(contact_name="Wilma Oakes", contact_email="wilma@larkfell.example")
    assert '<a class="govuk-link" href="mailto:wilma@larkfell.example">' in page(client, "npqh")
    Intake.objects.filter(pk=intake.pk).update(contact_name="Idris Penn", contact_email="idris@larkfell.example")
    said = page(client, "npqh")
    assert "Idris Penn" in said
    assert "wilma" not in said.casefold()


def test_s87_the_legacy_page_names_an_address_for_questions(client: Client, settings: Settings) -> None:
    address = settings.PROVIDER_EMAIL
    assert f'Write to us: <a class="govuk-link" href="mailto:{address}">{address}</a>' in page(client, "npqh-legacy")
