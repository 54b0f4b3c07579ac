import pytest
from django.test import Client

from npqh_portal.people.roles import Role
from tests.factories import a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("role", "address"),
    [
        (Role.PARTICIPANT, "/participant/"),
        (Role.FACILITATOR, "/facilitator/"),
        (Role.COACH, "/coach/"),
        (Role.ASSESSOR, "/assessor/"),
        (Role.MODERATOR, "/assessor/"),
        (Role.PROGRAMME_LEAD, "/lead/"),
        (Role.ADMINISTRATOR, "/lead/"),
        (Role.FINANCE, "/admin/"),
        (Role.REVIEWER, "/admin/"),
    ],
)
def test_only_workspace_is_gone_to_at_once(client: Client, role: Role, address: str) -> None:
    client.force_login(a_person(role))
    answer = client.get("/start/")
    assert (answer.status_code, answer.headers["Location"]) == (302, address)


def test_several_workspaces_are_offered(client: Client) -> None:
    client.force_login(a_person(Role.FACILITATOR, Role.PARTICIPANT))
    said = client.get("/start/").content.decode()
    assert 'href="/participant/"' in said
    assert 'href="/facilitator/"' in said
    assert 'href="/lead/"' not in said


def test_applicant_goes_to_their_applications(client: Client) -> None:
    person = a_person()
    an_application(person, an_intake(a_version()))
    client.force_login(person)
    assert client.get("/start/").headers["Location"] == "/apply/"


def test_stranger_to_everything_is_told_how_to_begin(client: Client) -> None:
    client.force_login(a_person())
    said = client.get("/start/").content.decode()
    assert "Your account is ready" in said
    assert "Nothing is in your name yet" in said


def test_signed_out_is_asked_to_sign_in(client: Client) -> None:
    assert client.get("/start/").headers["Location"] == "/account/login/?next=/start/"
