"""The record in the administration."""

import pytest
from django.test import Client
from django.urls import reverse

from assessments.actions import render_due_certificates
from assessments.models import Certificate
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.factories import a_partner, a_person

from .conftest import World


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_a_lead_revokes_with_a_reason_and_issues_again(world: World) -> None:
    world.released()
    render_due_certificates()
    certificate, client = Certificate.objects.get(), signed_in(world.lead)
    revoke = reverse("admin:assessments_certificate_revoke", args=[certificate.pk])
    assert client.post(revoke, {"reason": ""}).status_code == 200
    certificate.refresh_from_db()
    assert certificate.state == "ready"
    client.post(revoke, {"reason": "The name was misspelt."})
    certificate.refresh_from_db()
    assert certificate.state == "revoked"
    client.post(reverse("admin:assessments_certificate_reissue", args=[certificate.pk]))
    assert Certificate.objects.get(supersedes=certificate).state == "queued"


def test_what_stands_on_a_certificate_is_told_as_facts(world: World) -> None:
    world.released()
    certificate = Certificate.objects.get()
    shown = signed_in(world.lead).get(reverse("admin:assessments_certificate_change", args=[certificate.pk]))
    text = shown.content.decode()
    assert f"<div>Award: {certificate.snapshot['award']}</div>" in text
    assert "<div>Engagement needed: 90%</div>" in text
    assert "Honor Braithe-Calloway, Director" in text
    assert "Fingerprint" in text
    assert "check_url" not in text


@pytest.mark.parametrize("model", ["submission", "outcome", "certificate"])
def test_records_are_looked_at_and_kept_apart_by_partner(world: World, model: str) -> None:
    world.released()
    row = {"submission": world.enrolment.submissions, "outcome": world.enrolment.outcomes}.get(
        model, world.enrolment.certificates
    ).get()
    change = reverse(f"admin:assessments_{model}_change", args=[row.pk])
    listed = reverse(f"admin:assessments_{model}_changelist")
    lead, elsewhere = signed_in(world.lead), signed_in(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    assert lead.get(change).status_code == 200
    assert "Ffion Marchbanks-Oyelaran" in lead.get(listed).content.decode()
    assert elsewhere.get(change).status_code in {302, 404}
    assert "Ffion Marchbanks-Oyelaran" not in elsewhere.get(listed).content.decode()
    before = {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields}
    lead.post(change, {"state": "revoked", "verdict": "fail"})
    row.refresh_from_db()
    assert {field.name: getattr(row, field.attname) for field in row._meta.concrete_fields} == before


def test_the_start_page_counts_what_waits(world: World) -> None:
    world.moderated()
    text = signed_in(world.lead).get(reverse("admin:index")).content.decode()
    for line in ("Scripts without a marker and a moderator", "Marks to confirm", "Outcomes to release"):
        assert line in text
