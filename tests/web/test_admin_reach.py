"""What the administration offers somebody whose role is for one delivery partner."""

import pytest
from django.test import Client
from django.urls import reverse

from applications.models import Application
from cohorts.models import Venue
from npqh_portal.audit.actions import record
from npqh_portal.people.actions import end_role, grant_role
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_partner, a_person, a_venue, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db


@pytest.fixture
def partner_lead() -> User:
    return a_person(Role.PROGRAMME_LEAD, organisation=a_partner())


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_halls_are_read_by_a_partner_and_changed_by_the_provider(partner_lead: User) -> None:
    venue = a_venue()
    address = reverse("admin:cohorts_venue_change", args=[venue.pk])
    changed = {"name": "Renamed", "address": "", "access_notes": "", "capacity": 40}
    client = client_of(partner_lead)
    assert client.get(address).status_code == 200
    assert client.post(address, changed).status_code == 403
    assert client_of(a_person(Role.PROGRAMME_LEAD)).post(address, changed).status_code == 302
    assert Venue.objects.get().name == "Renamed"


@pytest.mark.parametrize("table", ["cohorts_cohort", "programmes_intake", "cohorts_venue"])
def test_what_partners_are_given_is_added_by_the_provider(partner_lead: User, table: str) -> None:
    address = reverse(f"admin:{table}_add")
    assert client_of(partner_lead).get(address).status_code == 403
    assert client_of(a_person(Role.PROGRAMME_LEAD)).get(address).status_code == 200


def test_a_partner_does_not_publish_the_providers_programme(partner_lead: User) -> None:
    draft = a_version(state=VersionState.DRAFT)
    address = reverse("admin:programmes_programmeversion_publish", args=[draft.pk])
    assert client_of(partner_lead).post(address).status_code == 403
    draft.refresh_from_db()
    assert draft.state == VersionState.DRAFT


def test_an_administrator_of_a_partner_renames_no_organisation() -> None:
    partner = a_partner()
    address = reverse("admin:people_organisation_change", args=[partner.pk])
    client = client_of(a_person(Role.ADMINISTRATOR, organisation=partner))
    assert client.post(address, {"kind": "provider", "name": "Renamed"}).status_code == 403
    assert Organisation.objects.get(pk=partner.pk).name == partner.name


def test_another_partners_row_is_not_found(partner_lead: User) -> None:
    cohort = a_cohort(a_version())
    assert client_of(partner_lead).get(reverse("admin:cohorts_cohort_change", args=[cohort.pk])).status_code == 404


def test_work_waits_only_where_its_list_opens() -> None:
    an_application(a_person(), an_intake(a_version()))
    reviewer = client_of(a_person(Role.REVIEWER)).get(reverse("admin:index")).content.decode()
    assert "Applications to decide" in reviewer
    assert "Registers overdue" not in reviewer
    assert "could not be delivered" not in reviewer


def test_what_was_done_to_a_person_tells_of_their_roles() -> None:
    lead = a_person(Role.ADMINISTRATOR)
    person = a_person()
    end_role(grant_role(person, role=Role.REVIEWER, by=lead), reason="Moved away", by=lead)
    text = client_of(lead).get(reverse("admin:people_user_history", args=[person.pk])).content.decode()
    assert "Role given" in text
    assert "Reason: Moved away" in text


def test_what_was_done_says_why() -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    application: Application = an_application(a_person(), an_intake(a_version()))
    record("application.declined", application, facts={"count": 1}, words={"reason": "Apply <next> year"}, by=lead)
    address = reverse("admin:applications_application_history", args=[application.pk])
    assert "Why: Apply &lt;next&gt; year" in client_of(lead).get(address).content.decode()


@pytest.mark.parametrize(
    "query",
    [
        "people/user/?password__startswith=pbkdf2",
        "people/rolegrant/?person__password__startswith=pbkdf2",
        "notifications/message/?secret__code__startswith=V",
        "notifications/message/?person__password__regex=.",
    ],
)
def test_no_secret_is_read_out_by_filtering(query: str) -> None:
    administrator = client_of(a_person(Role.ADMINISTRATOR))
    assert administrator.get(f"/admin/{query}").status_code == 400


def test_a_person_is_a_link_only_to_whoever_may_open_them(partner_lead: User) -> None:
    intake = an_intake(a_version(), delivery_partner=Organisation.objects.get(kind="delivery_partner"))
    application = an_application(a_person(full_name="Ines Caldbeck"), intake)
    address = reverse("admin:applications_application_change", args=[application.pk])
    person = reverse("admin:people_user_change", args=[application.person_id])
    theirs = client_of(partner_lead).get(address).content.decode()
    assert "Ines Caldbeck" in theirs
    assert person not in theirs
    assert person in client_of(a_person(Role.PROGRAMME_LEAD)).get(address).content.decode()
