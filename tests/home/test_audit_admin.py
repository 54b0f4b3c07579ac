"""The audit trail in the administration leads to what it speaks of."""

import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal.audit.actions import record
from npqh_portal.people.actions import grant_role
from npqh_portal.people.roles import Role
from tests.factories import a_partner, a_person

pytestmark = pytest.mark.django_db


def test_an_entry_leads_to_its_row(client: Client) -> None:
    administrator = a_person(Role.ADMINISTRATOR)
    grant = grant_role(a_person(), role=Role.REVIEWER, by=administrator)
    client.force_login(administrator)
    listed = client.get(reverse("admin:audit_entry_changelist")).content.decode()
    page = reverse("admin:people_rolegrant_change", args=[grant.pk])
    assert f'<a href="{page}">Role grant {grant.pk}</a>' in listed
    assert client.get(page).status_code == 200


def test_a_partners_lead_is_led_to_no_person_of_the_trail(client: Client) -> None:
    lead = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    record("interests.exported", lead, facts={"rows": 1, "file": "csv"}, by=lead)
    client.force_login(lead)
    listed = client.get(reverse("admin:audit_entry_changelist")).content.decode()
    assert f"Person {lead.pk}" in listed
    assert reverse("admin:people_user_change", args=[lead.pk]) not in listed
