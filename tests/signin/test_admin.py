"""People, roles, messages and the trail in the administration: who sees them, and the acts behind the buttons."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, Settings

from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.states import MessageState
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import Role
from tests.factories import a_grant, a_partner, a_person, a_provider

pytestmark = pytest.mark.django_db

PEOPLE = reverse("admin:people_user_changelist")
INVITE = reverse("admin:people_user_invite")
LISTS = (
    PEOPLE,
    reverse("admin:people_rolegrant_changelist"),
    reverse("admin:people_organisation_changelist"),
    reverse("admin:notifications_message_changelist"),
    reverse("admin:audit_entry_changelist"),
)


@pytest.fixture(autouse=True)
def _without_second_factor(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


def _as(*roles: Role, organisation: Organisation | None = None) -> tuple[Client, User]:
    person = a_person(*roles, organisation=organisation)
    client = Client()
    client.force_login(person)
    return client, person


def _text(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


@pytest.mark.parametrize("address", LISTS)
def test_leads_and_administrators_see_the_lists_and_nobody_else_does(address: str) -> None:
    for role in (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR):
        assert _as(role)[0].get(address).status_code == 200
    for role in (Role.FINANCE, Role.REVIEWER, Role.FACILITATOR, Role.PARTICIPANT):
        assert _as(role)[0].get(address).status_code == 403
    assert Client().get(address).status_code == 302


def test_who_may_sign_in_is_said_in_words_and_nobody_without_an_address_may() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    for person, words in (
        (a_person(full_name="Reached"), "Yes"),
        (a_person(full_name="Unreached", email=None), "Not without an email address"),
        (a_person(full_name="Shut out", is_active=False), "No"),
    ):
        page = client.get(reverse("admin:people_user_change", args=[person.pk]))
        told = page.context["adminform"].model_admin.may_sign_in(person)
        assert told == words
        assert f'<div class="readonly">{words}</div>' in page.content.decode()
    found = client.get(PEOPLE, {"signs_in": "no"}).context["cl"].result_list
    assert [person.full_name for person in found] == ["Shut out", "Unreached"]
    assert "Unreached" not in {
        person.full_name for person in client.get(PEOPLE, {"signs_in": "yes"}).context["cl"].result_list
    }


@pytest.mark.parametrize("address", LISTS)
def test_a_list_costs_the_same_with_one_row_and_with_four(
    address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client, lead = _as(Role.ADMINISTRATOR)

    def one_more() -> None:
        person = a_person(Role.FACILITATOR, organisation=a_partner(f"Partner {User.objects.count()}"))
        queue_message("already-known", to=person, key=str(person.pk))
        record("person.greeted", person, words={"why": "so"}, by=lead)

    one_more()
    client.get(address)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    for _ in range(3):
        one_more()
    with django_assert_num_queries(len(queries)):
        client.get(address)


def test_a_partner_s_lead_sees_the_partner_s_people_only() -> None:
    partner = a_partner()
    client, _ = _as(Role.PROGRAMME_LEAD, organisation=partner)
    colleague = a_person(Role.FACILITATOR, organisation=partner, full_name="Colleague There")
    stranger = a_person(Role.FACILITATOR, full_name="Stranger Elsewhere")
    for person in (colleague, stranger):
        queue_message("already-known", to=person, key=str(person.pk))
        record("person.greeted", person, by=stranger)
    for address in (PEOPLE, *LISTS[1:2], *LISTS[3:]):
        assert "Stranger Elsewhere" not in _text(client, address)
        assert stranger.email not in _text(client, address)
    assert "Colleague There" in _text(client, PEOPLE)
    one = reverse("admin:people_user_change", args=[stranger.pk])
    assert client.get(one).status_code == 404
    assert client.get(reverse("admin:people_user_grant", args=[stranger.pk])).status_code == 404
    assert client.get(reverse("admin:people_user_history", args=[stranger.pk])).status_code == 404


def test_people_are_found_by_name_and_by_role() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    a_person(Role.REVIEWER, full_name="Ines Caldbeck")
    former = a_person(full_name="Former Facilitator")
    a_grant(former, Role.FACILITATOR, ends_on="2021-01-01")
    found = _text(client, f"{PEOPLE}?q=ashdown")
    assert "Gwen Ashdown-Pike" in found
    assert "Ines Caldbeck" not in found
    by_role = _text(client, f"{PEOPLE}?role=facilitator")
    assert "Gwen Ashdown-Pike" in by_role
    assert "Ines Caldbeck" not in by_role
    assert "Former Facilitator" not in by_role


def test_a_person_s_page_shows_roles_and_history_and_no_password() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    person = a_person(Role.REVIEWER, full_name="Gwen Ashdown-Pike")
    person.set_password("kettle-harbour-lantern")
    person.save()
    record("person.password_changed", person, by=person)
    address = reverse("admin:people_user_change", args=[person.pk])
    page = _text(client, address)
    assert "Reviewer" in page
    assert person.password not in page
    assert '<input type="text"' not in page
    assert "Password changed" in _text(client, reverse("admin:people_user_history", args=[person.pk]))
    client.post(address, {"full_name": "Somebody Else"})
    assert User.objects.get(pk=person.pk).full_name == "Gwen Ashdown-Pike"


def test_an_administrator_invites_somebody() -> None:
    client, lead = _as(Role.ADMINISTRATOR)
    form = {"email": "gwen@school.example", "full_name": "Gwen", "role": "reviewer", "kind": "", "organisation": ""}
    answer = client.post(INVITE, form, follow=True)
    assert "Gwen is invited as reviewer" in answer.content.decode()
    grant = RoleGrant.objects.get(role=Role.REVIEWER)
    assert (grant.person.email, grant.granted_by) == ("gwen@school.example", lead)
    assert Message.objects.get().kind == "invitation"
    again = client.post(INVITE, form).content.decode()
    assert "already holds the role Reviewer" in again


def test_a_facilitator_without_a_kind_is_refused_beside_the_field() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    form = {"email": "gwen@school.example", "full_name": "Gwen", "role": "facilitator", "kind": "", "organisation": ""}
    page = client.post(INVITE, form).content.decode()
    assert 'href="#id_kind"' in page
    assert "Choose what kind of facilitator this is." in page
    assert User.objects.filter(email="gwen@school.example").count() == 0


def test_a_lead_is_not_offered_the_role_above_and_a_partner_s_lead_no_other_organisation() -> None:
    partner, _other = a_partner(), a_partner("Another partner")
    a_provider()
    client, _ = _as(Role.PROGRAMME_LEAD, organisation=partner)
    page = _text(client, INVITE)
    assert 'value="administrator"' not in page
    assert 'value="participant"' not in page
    assert "Another partner" not in page
    assert "The whole provider" not in page
    form = {"email": "gwen@school.example", "full_name": "Gwen", "role": "reviewer", "kind": "", "organisation": ""}
    assert "Choose an organisation" in client.post(INVITE, form).content.decode()
    client.post(INVITE, form | {"role": "administrator", "organisation": partner.pk})
    assert User.objects.filter(email="gwen@school.example").count() == 0
    client.post(INVITE, form | {"organisation": partner.pk})
    assert RoleGrant.objects.get(role=Role.REVIEWER).organisation == partner


def test_a_role_is_granted_and_ended() -> None:
    client, lead = _as(Role.ADMINISTRATOR)
    person = a_person(full_name="Gwen Ashdown-Pike")
    grant_page = reverse("admin:people_user_grant", args=[person.pk])
    answer = client.post(grant_page, {"role": "reviewer", "kind": "", "organisation": ""}, follow=True)
    assert "Gwen Ashdown-Pike is now reviewer." in answer.content.decode()
    grant = RoleGrant.objects.get(person=person)
    end_page = reverse("admin:people_user_end_role", args=[person.pk])
    assert client.get(end_page).status_code == 200
    grant.refresh_from_db()
    assert grant.ends_on is None
    answer = client.post(end_page, {"grant": grant.pk, "reason": "Left the school"}, follow=True)
    assert "Gwen Ashdown-Pike is no longer reviewer." in answer.content.decode()
    grant.refresh_from_db()
    assert grant.ends_on is not None
    own = reverse("admin:people_user_end_role", args=[lead.pk])
    last = client.post(own, {"grant": lead.role_grants.get().pk, "reason": ""}).content.decode()
    assert "This is the last administrator." in last
    assert "Choose the role that ends" in client.post(own, {"reason": ""}).content.decode()


def test_an_organisation_is_edited_by_administrators_only_and_that_is_recorded() -> None:
    partner = a_partner("Fellside Partners")
    page = reverse("admin:people_organisation_change", args=[partner.pk])
    _as(Role.PROGRAMME_LEAD)[0].post(page, {"kind": "delivery_partner", "name": "Taken over"})
    partner.refresh_from_db()
    assert partner.name == "Fellside Partners"
    _as(Role.ADMINISTRATOR)[0].post(page, {"kind": "delivery_partner", "name": "Fellside and Dale"})
    partner.refresh_from_db()
    assert partner.name == "Fellside and Dale"


def test_a_message_is_read_without_its_secret_and_sent_again_once_failed() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    queue_message("sign-in-code", to="gwen@school.example", key="c", secrets={"code": "KXTW-PLRV"})
    queue_message("already-known", to="ines@school.example", key="k")
    code, letter = Message.objects.get(key="c"), Message.objects.get(key="k")
    page = _text(client, reverse("admin:notifications_message_change", args=[code.pk]))
    assert "‹code›" in page
    assert "KXTW-PLRV" not in page
    Message.objects.update(state=MessageState.FAILED, secret=None)
    again = reverse("admin:notifications_message_send_again", args=[letter.pk])
    assert again in _text(client, reverse("admin:notifications_message_change", args=[letter.pk]))
    refused = reverse("admin:notifications_message_send_again", args=[code.pk])
    assert refused not in _text(client, reverse("admin:notifications_message_change", args=[code.pk]))
    assert "carried no code" in client.post(refused).content.decode()
    client.post(again)
    letter.refresh_from_db()
    assert letter.state == MessageState.QUEUED


def test_this_week_s_undelivered_messages_wait_on_the_start_page() -> None:
    client, _ = _as(Role.ADMINISTRATOR)
    for number in range(3):
        queue_message("already-known", to="ines@school.example", key=str(number))
    Message.objects.update(state=MessageState.FAILED)
    line = next(line for line in client.get("/admin/").context["work"] if "delivered" in line.label)
    assert line.count == 3
    assert client.get(line.address).context["cl"].result_count == 3


def test_the_trail_shows_who_did_what_in_whose_words() -> None:
    client, lead = _as(Role.ADMINISTRATOR)
    person = a_person()
    entry = record("person.greeted", person, facts={"times": 2}, words={"reason": "She asked."}, by=lead)
    page = _text(client, reverse("admin:audit_entry_change", args=[entry.pk]))
    for words in ("Person greeted", f"user {person.pk}", lead.full_name, "Times: 2", "Reason: She asked."):
        assert words in page
    assert "She asked." not in _text(client, reverse("admin:audit_entry_changelist"))
