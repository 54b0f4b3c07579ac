"""Issuing, drawing, revoking, issuing again."""

import hashlib
from datetime import date, timedelta
from threading import Barrier, Thread

import pytest
from django.core.files.storage import default_storage
from django.db import InternalError, connection, transaction

from assessments import errors
from assessments.actions import (
    issue_certificate,
    issue_due_certificates,
    reissue_certificate,
    release_outcome,
    render_due_certificates,
    revoke_certificate,
)
from assessments.models import Certificate, Outcome, OutcomeRelease, Verdict
from assessments.rules import normal_number
from cohorts.actions import withdraw_enrolment
from cohorts.states import EnrolmentState
from npqh_portal import clock
from npqh_portal.notifications.models import Message

from .conftest import NOW, World, stored


def issued(world: World) -> Certificate:
    world.released()
    return Certificate.objects.get()


def ready(world: World) -> Certificate:
    certificate = issued(world)
    assert render_due_certificates() == 1
    certificate.refresh_from_db()
    return certificate


def test_the_snapshot_holds_everything_that_stands_on_it(world: World) -> None:
    person = world.enrolment.person
    person.trn = "9900417"
    person.save()
    certificate = issued(world)
    assert certificate.snapshot == {
        "v": 1,
        "number": certificate.number,
        "name": "Ffion Marchbanks-Oyelaran",
        "trn": "",
        "award": "National Professional Qualification for Headship",
        "provider": "Larkfell Leadership Partnership",
        "cohort": world.cohort.name,
        "awarded_on": "2026-09-24",
        "months": 21,
        "minutes": 100,
        "threshold_percent": 90,
        "tasks": 1,
        "signatories": [["Honor Braithe-Calloway", "Director"], ["Tobias Farrant", "Programme lead"]],
        "check_url": f"http://localhost:8000/verify/{certificate.number}/",
        "colours": {"strong": "#68246d", "deep": "#401d4b"},
    }
    assert certificate.awarded_on == date(2026, 9, 24)
    assert normal_number(certificate.number) == certificate.number
    assert certificate.number.startswith("LF-2026-")


def test_a_verified_trn_stands_on_it(world: World) -> None:
    # T5
    person = world.enrolment.person
    person.trn, person.trn_verified_at = "9900417", clock.now()
    person.save()
    assert issued(world).snapshot["trn"] == "9900417"


def test_issuing_twice_issues_once(world: World) -> None:
    certificate = issued(world)
    assert issue_certificate(world.enrolment, by=world.lead) == certificate


def test_who_reaches_the_engagement_after_the_release_is_issued_one_by_the_sweep(world: World) -> None:
    world.credit(world.enrolment, -1)
    world.released()
    assert issue_due_certificates() == 0
    world.credit(world.enrolment, 1)
    assert (issue_due_certificates(), issue_due_certificates()) == (1, 0)
    world.enrolment.refresh_from_db()
    assert world.enrolment.state == EnrolmentState.COMPLETED
    assert render_due_certificates() == 1
    assert Message.objects.get(kind="certificate-ready").person == world.enrolment.person


def test_the_sweep_issues_nothing_to_who_failed_left_or_had_theirs_revoked(world: World) -> None:
    certificate = issued(world)
    revoke_certificate(certificate, reason="Issued in error.", by=world.lead)
    world.clock.move_to(NOW, tick=False)
    left, failed = world.somebody_else(), world.somebody_else()
    for enrolment, verdict in ((left, "pass"), (failed, "fail")):
        submission = world.send(enrolment).submission
        outcome = Outcome.objects.create(
            enrolment=enrolment, task=world.task, submission=submission, verdict=verdict, confirmed_by=world.lead
        )
        OutcomeRelease.objects.create(outcome=outcome, released_by=world.lead)
    withdraw_enrolment(left, reason="Moved away", by=world.lead)
    assert issue_due_certificates() == 0
    assert Certificate.objects.get() == certificate


def test_every_blocker_is_said(world: World) -> None:
    # S36 S37
    world.credit(world.enrolment, -1)
    world.released(Verdict.FAIL)
    with pytest.raises(errors.CertificateBlocked) as refusal:
        issue_certificate(world.enrolment, by=world.lead)
    assert refusal.value.blockers == (
        "Case study has not been passed.",
        "Engagement stands at 89.0%, and 90% is needed.",
    )
    withdraw_enrolment(world.enrolment, reason="Moved away", by=world.lead)
    with pytest.raises(errors.CertificateBlocked, match="withdrawn"):
        issue_certificate(world.enrolment, by=world.lead)
    world.enrolment.refresh_from_db()
    assert world.enrolment.state == EnrolmentState.WITHDRAWN


def test_drawing_stores_the_bytes_and_tells_the_holder_once(world: World) -> None:
    certificate = ready(world)
    content = stored(certificate.stored_name)
    assert content.startswith(b"%PDF-")
    assert certificate.unsigned_sha256 == hashlib.sha256(content).hexdigest()
    assert (certificate.state, certificate.signed_sha256) == ("ready", "")
    assert render_due_certificates() == 0
    letter = Message.objects.get(kind="certificate-ready")
    assert letter.person == world.enrolment.person
    assert certificate.number in letter.text


def test_a_claim_that_came_to_nothing_is_taken_back_after_ten_minutes(world: World) -> None:
    certificate = issued(world)
    Certificate.objects.update(state="rendering", claimed_at=clock.now())
    world.clock.shift(timedelta(minutes=10))
    assert render_due_certificates() == 0
    world.clock.shift(timedelta(seconds=1))
    assert render_due_certificates() == 1
    certificate.refresh_from_db()
    assert certificate.state == "ready"


def test_one_revoked_while_it_waits_is_never_drawn(world: World) -> None:
    certificate = issued(world)
    revoke_certificate(certificate, reason="Issued in error.", by=world.lead)
    assert render_due_certificates() == 0
    assert not Message.objects.filter(kind="certificate-ready").exists()


def test_issued_bytes_and_words_never_change(world: World) -> None:
    certificate = ready(world)
    for change in (
        {"unsigned_sha256": 64 * "0"}, {"stored_name": "elsewhere"}, {"snapshot": {}}, {"number": "LF-1"},
        {"awarded_on": date(2027, 1, 1)},
    ):  # fmt: skip
        with pytest.raises(InternalError), transaction.atomic():
            Certificate.objects.filter(pk=certificate.pk).update(**change)
    with pytest.raises(InternalError), transaction.atomic():
        certificate.delete()


def test_a_revocation_keeps_bytes_and_number_and_needs_a_reason(world: World) -> None:
    certificate = ready(world)
    with pytest.raises(errors.ReasonNeeded):
        revoke_certificate(certificate, reason=" ", by=world.lead)
    revoked = revoke_certificate(certificate, reason="Not their own work.", by=world.lead)
    assert (revoked.state, revoked.revoked_at, revoked.number) == ("revoked", clock.now(), certificate.number)
    assert default_storage.exists(revoked.stored_name)
    assert revoke_certificate(revoked, reason="", by=world.lead) == revoked
    with pytest.raises(errors.CertificateWasRevoked):
        issue_certificate(world.enrolment, by=world.lead)


def test_issued_again_it_has_a_new_number_and_names_the_one_it_replaces(world: World) -> None:
    certificate = ready(world)
    with pytest.raises(errors.CertificateNotRevoked):
        reissue_certificate(certificate, by=world.lead)
    revoke_certificate(certificate, reason="The name was misspelt.", by=world.lead)
    person = world.enrolment.person
    person.full_name = "Ffion Marchbanks Oyelaran"
    person.save()
    later = reissue_certificate(certificate, by=world.lead)
    assert reissue_certificate(certificate, by=world.lead) == later
    assert (later.supersedes, later.snapshot["name"]) == (certificate, "Ffion Marchbanks Oyelaran")
    assert later.number != certificate.number
    revoke_certificate(later, reason="Wrong again.", by=world.lead)
    with pytest.raises(errors.CertificateReplaced, match=later.number):
        reissue_certificate(certificate, by=world.lead)


def at_once(*works: object) -> list[object]:
    """Each in a thread and on a connection of its own, let go at the same moment."""
    gate, results = Barrier(len(works)), []

    def run(work: object) -> None:
        gate.wait()
        try:
            results.append(work())  # type: ignore[operator]
        finally:
            connection.close()

    threads = [Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_two_sweeps_at_once_draw_one_certificate_once(committed_world: World) -> None:
    issued(committed_world)
    assert sorted(at_once(render_due_certificates, render_due_certificates)) == [0, 1]  # type: ignore[type-var]
    assert Message.objects.filter(kind="certificate-ready").count() == 1
    assert len(default_storage.listdir("certificates")[1]) == 1


def test_two_sweeps_at_once_issue_one_certificate(committed_world: World) -> None:
    world = committed_world
    world.credit(world.enrolment, -1)
    world.released()
    world.credit(world.enrolment, 1)
    at_once(issue_due_certificates, issue_due_certificates)
    assert Certificate.objects.count() == 1


def test_two_releases_at_once_issue_one_certificate(committed_world: World) -> None:
    world = committed_world
    outcome = world.confirmed()
    at_once(*[lambda: release_outcome(outcome, by=world.lead)] * 2)
    assert Certificate.objects.count() == 1


def test_the_same_file_sent_twice_at_once_is_taken_once(committed_world: World) -> None:
    world = committed_world
    files = at_once(*[lambda: world.send()] * 2)
    assert files[0] == files[1]
    assert len(default_storage.listdir("scripts")[1]) == 1
