"""The audit trail in the administration leads to what it speaks of."""

import pytest
from django.test import Client
from django.urls import reverse

from cohorts.models import CatchUp
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry
from npqh_portal.people.actions import grant_role
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_partner, a_person, a_seminar, a_version, an_enrolment, an_item, published

pytestmark = pytest.mark.django_db


def test_an_entry_leads_to_its_row(client: Client) -> None:
    administrator = a_person(Role.ADMINISTRATOR)
    grant = grant_role(a_person(), role=Role.REVIEWER, by=administrator)
    client.force_login(administrator)
    listed = client.get(reverse("admin:audit_entry_changelist")).content.decode()
    page = reverse("admin:people_rolegrant_change", args=[grant.pk])
    assert f'<a href="{page}">Role grant {grant.pk}</a>' in listed
    assert client.get(page).status_code == 200


def test_nothing_leads_to_what_somebody_else_reads_nor_to_what_is_gone(client: Client) -> None:
    draft = a_version(state=VersionState.DRAFT)
    an_item(draft)
    version = published(draft)
    work = a_catch_up(version)
    policy = version.policies.get()
    lead = a_person(Role.PROGRAMME_LEAD)
    for subject in (work, policy):
        record("catch-up.sent", subject, by=lead)
    gone = Entry.objects.create(
        verb="policy.discarded", subject_type="programmes.engagementpolicy", subject_id=0, payload="{}"
    )
    # Course work is read by programme leads, not by administrators.
    for reader, leads_to_work in ((lead, True), (a_person(Role.ADMINISTRATOR), False)):
        client.force_login(reader)
        listed = client.get(reverse("admin:audit_entry_changelist")).content.decode()
        assert (reverse("admin:cohorts_catchup_change", args=[work.pk]) in listed) == leads_to_work
        assert reverse("admin:programmes_engagementpolicy_change", args=[policy.pk]) in listed
        assert reverse("admin:programmes_engagementpolicy_change", args=[gone.subject_id]) not in listed
        assert "Engagement policy 0" in listed


def a_catch_up(version: ProgrammeVersion) -> CatchUp:
    cohort = a_cohort(version)
    return CatchUp.objects.create(
        enrolment=an_enrolment(cohort), seminar=a_seminar(cohort, version.items.all()[0]), way="reading", words="Much.",
        send_by=clock.today(), sent_at=clock.now(),
    )  # fmt: skip


def test_a_partners_lead_is_led_to_no_person_of_the_trail(client: Client) -> None:
    lead = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    record("interests.exported", lead, facts={"rows": 1, "file": "csv"}, by=lead)
    client.force_login(lead)
    listed = client.get(reverse("admin:audit_entry_changelist")).content.decode()
    assert f"Person {lead.pk}" in listed
    assert reverse("admin:people_user_change", args=[lead.pk]) not in listed
