from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_course, a_version, an_intake, an_item, published

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAIN_PAGES = ("/help/", "/accessibility/", "/privacy/", "/cookies/")


@pytest.fixture
def version(time_machine: object) -> ProgrammeVersion:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
    version = a_version(state=VersionState.DRAFT, summary="For people who lead schools.")
    course = a_course(version)
    an_item(version, minutes=720, course=course)
    an_item(version, minutes=3900, kind=ItemKind.MODULE, course=course)
    return published(version)


def page(client: Client, address: str) -> str:
    answer = client.get(address, headers={"host": "localhost"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_first_page_answers_both_hosts_over_plain_http(client: Client, version: ProgrammeVersion) -> None:
    for host in ("localhost", "127.0.0.1"):
        assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("address", ["/", "/programmes/{code}/"])
def test_programme_pages_take_two_statements_and_no_session(
    client: Client, version: ProgrammeVersion, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    for name in ("February 2026", "February 2027", "February 2028"):
        an_intake(version, name=name)
    address = address.format(code=version.programme.code)
    with django_assert_num_queries(2):
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.cookies == {}


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_plain_pages_ask_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.cookies == {}


def test_facts_come_from_the_version(client: Client, version: ProgrammeVersion) -> None:
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "21 months" in said
    assert "18 of learning, up to 3 for assessment" in said
    assert "77 hours" in said
    assert "over five terms, 12 hours of them in person" in said
    assert "90% engagement" in said
    assert "Free" in said
    assert "One courses" not in said


def test_open_intake_can_be_applied_to(client: Client, version: ProgrammeVersion) -> None:
    intake = an_intake(version, closes_at=datetime(2026, 12, 18, 17, 0, tzinfo=UTC))
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications close on Friday 18 December 2026, 5pm" in said
    assert said.count(f'href="/apply/{intake.public_id}/"') == 2
    assert "Tobias Farrant" in said


def test_closed_intake_says_when_it_reopens_and_offers_no_form(client: Client, version: ProgrammeVersion) -> None:
    an_intake(
        version,
        opens_at=NOW - timedelta(days=90),
        closes_at=NOW,
        closed_words="The form re-opens in the summer term, for a start in autumn 2027.",
    )
    an_intake(version, name="autumn 2027", opens_at=NOW + timedelta(days=147), closes_at=NOW + timedelta(days=200))
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications are closed" in said
    assert "The form re-opens in the summer term, for a start in autumn 2027." in said
    assert "opens on <strong>Monday 19 April 2027</strong>" in said
    assert "/apply/" not in said


def test_intake_closes_at_its_very_moment(client: Client, version: ProgrammeVersion, time_machine: object) -> None:
    an_intake(version, closes_at=NOW)
    time_machine.move_to(NOW - timedelta(seconds=1), tick=False)  # type: ignore[attr-defined]
    assert "/apply/" in page(client, "/")
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
    assert "/apply/" not in page(client, "/")


def test_paused_intake_is_called_so(client: Client, version: ProgrammeVersion) -> None:
    an_intake(version, is_paused=True)
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications are paused" in said
    assert "/apply/" not in said


def test_draft_is_not_public(client: Client) -> None:
    version = a_version(state=VersionState.DRAFT)
    assert client.get(f"/programmes/{version.programme.code}/").status_code == 404
    assert "No programme is offered yet" in page(client, "/")


def test_several_programmes_are_listed(client: Client, version: ProgrammeVersion) -> None:
    other = a_version()
    said = page(client, "/")
    assert f"/programmes/{version.programme.code}/" in said
    assert f"/programmes/{other.programme.code}/" in said
