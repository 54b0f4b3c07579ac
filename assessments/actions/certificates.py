"""Issuing, drawing, revoking. Issued bytes never change."""

import hashlib
from contextlib import suppress
from datetime import timedelta

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from assessments.certificate_pdf import certificate_pdf
from assessments.errors import (
    CertificateBlocked,
    CertificateNotRevoked,
    CertificateReplaced,
    CertificateWasRevoked,
    IssuedBeforePortal,
    ReasonNeeded,
)
from assessments.models import Certificate
from assessments.queries import blockers_of, cohort_of, enrolments_blocked, readiness_of
from assessments.rules import certificate_number
from assessments.states import CERTIFICATE_MOVES, CertificateState
from cohorts.actions import complete_enrolment
from cohorts.models import Enrolment
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.colours import theme
from npqh_portal.db import lock, random_id
from npqh_portal.notifications.actions import nudge, queue_message
from npqh_portal.people.models import User
from npqh_portal.programmes.queries import current_policy, totals

SWEEP = "assessments.render_due_certificates"
CHUNK = 20
CLAIM_HOLDS = timedelta(minutes=10)


@transaction.atomic
def issue_certificate(enrolment: Enrolment, *, by: User | None) -> Certificate:
    """Award the qualification, when nothing blocks it, and leave a certificate to be drawn.

    Completes the enrolment. A second call returns the first certificate; one that was revoked is issued again
    by `reissue_certificate` alone.
    """
    enrolment = lock(enrolment)
    if certificate := enrolment.certificates.exclude(state=CertificateState.REVOKED).first():
        return certificate
    if enrolment.certificates.exists():
        raise CertificateWasRevoked
    if blockers := blockers_of(enrolment, clock.now()):
        raise CertificateBlocked(blockers)
    certificate = _add(enrolment, supersedes=None, by=by)
    complete_enrolment(enrolment, by=by)
    return certificate


def issue_due_certificates() -> int:
    """Issue to everybody who has passed, and whom nothing blocks any more: the engagement was reached afterwards.

    Returns to how many. Whoever was given one meanwhile, or is blocked again, is left as they are.
    """
    enrolments = list(enrolments_blocked())
    readiness = readiness_of(enrolments, clock.now())
    issued = 0
    for enrolment in enrolments:
        if readiness[enrolment.pk].blockers:
            continue
        with suppress(CertificateBlocked, CertificateWasRevoked):
            issue_certificate(enrolment, by=None)
            issued += 1
    return issued


@transaction.atomic
def reissue_certificate(certificate: Certificate, *, by: User | None) -> Certificate:
    """Issue a revoked certificate again, under a new number and as things are now. Done twice, it is done once."""
    enrolment, certificate = lock(certificate.enrolment), lock(certificate)
    if certificate.is_from_before:
        raise IssuedBeforePortal
    if certificate.state != CertificateState.REVOKED:
        raise CertificateNotRevoked
    if later := Certificate.objects.filter(supersedes=certificate).first():
        if later.state == CertificateState.REVOKED:
            raise CertificateReplaced(later.number)
        return later
    if blockers := blockers_of(enrolment, clock.now()):
        raise CertificateBlocked(blockers)
    return _add(enrolment, supersedes=certificate, by=by)


@transaction.atomic
def revoke_certificate(certificate: Certificate, *, reason: str, by: User | None) -> Certificate:
    """Withdraw a certificate for good. Its public page says so from now on; its bytes and its number stay."""
    certificate = lock(certificate)
    if certificate.state == CertificateState.REVOKED:
        return certificate
    if not reason.strip():
        raise ReasonNeeded
    assert CertificateState.REVOKED in CERTIFICATE_MOVES[CertificateState(certificate.state)]  # noqa: S101  # from any
    certificate.state = CertificateState.REVOKED
    certificate.revoked_at = clock.now()
    certificate.save(update_fields=["state", "revoked_at"])
    record("certificate.revoked", certificate, words={"reason": reason.strip()}, by=by)
    return certificate


def render_due_certificates(*, limit: int = CHUNK) -> int:
    """Draw certificates that wait, and tell their holders. Returns how many were made ready.

    A claim is one conditional UPDATE, so two sweeps never draw one certificate twice; a claim that came to
    nothing (the worker died) is taken back after ten minutes. Drawing happens outside any transaction.
    """
    Certificate.objects.filter(state=CertificateState.RENDERING, claimed_at__lt=clock.now() - CLAIM_HOLDS).update(
        state=CertificateState.QUEUED, claimed_at=None
    )
    waiting = Certificate.objects.filter(state=CertificateState.QUEUED).order_by("queued_at", "pk")
    made = 0
    for pk in list(waiting.values_list("pk", flat=True)[:limit]):
        claimed_at = clock.now()
        claimed = Certificate.objects.filter(pk=pk, state=CertificateState.QUEUED).update(
            state=CertificateState.RENDERING, claimed_at=claimed_at
        )
        if not claimed:
            continue
        certificate = Certificate.objects.get(pk=pk)
        content = certificate_pdf(certificate.snapshot)
        stored_name = default_storage.save(f"certificates/{random_id(24)}.pdf", ContentFile(content))
        if _make_ready(certificate, stored_name, hashlib.sha256(content).hexdigest()):
            made += 1
        else:
            default_storage.delete(stored_name)
    return made


@transaction.atomic
def _make_ready(certificate: Certificate, stored_name: str, sha256: str) -> bool:
    """Whether the claim still held: meanwhile the certificate may have been revoked, or taken back as stale."""
    still_ours = Certificate.objects.filter(
        pk=certificate.pk, state=CertificateState.RENDERING, claimed_at=certificate.claimed_at
    ).update(state=CertificateState.READY, ready_at=clock.now(), stored_name=stored_name, unsigned_sha256=sha256)
    if not still_ours:
        return False
    person = certificate.enrolment.person
    record("certificate.ready", certificate, facts={"sha256": sha256}, by=None)
    queue_message(
        "certificate-ready",
        to=person,
        about=certificate,
        key=f"certificate-ready:{certificate.pk}:1:{person.pk}",
        words={"award": certificate.snapshot["award"]},
    )
    return True


def _add(enrolment: Enrolment, *, supersedes: Certificate | None, by: User | None) -> Certificate:
    today = clock.today()
    number = certificate_number(settings.CERTIFICATE_PREFIX, today.year, random_id(8))
    certificate = Certificate.objects.create(
        enrolment=enrolment,
        number=number,
        snapshot=_snapshot(enrolment, number),
        supersedes=supersedes,
        awarded_on=today,
    )
    facts = {"enrolment": enrolment.pk, "supersedes": supersedes.pk if supersedes else None}
    record("certificate.issued", certificate, facts=facts, by=by)
    nudge(SWEEP)
    return certificate


def _snapshot(enrolment: Enrolment, number: str) -> dict[str, object]:
    """Everything that stands on the certificate, as it is now: the drawing reads nothing else."""
    person, version = enrolment.person, enrolment.version
    cohort = cohort_of(enrolment)
    colours = theme(settings.PROVIDER_ACCENT)
    return {
        "v": 1,
        "number": number,
        "name": person.full_name,
        # Nobody's until it has been verified (T5).
        "trn": person.trn if person.trn_verified_at else "",
        "award": version.programme.award,
        "provider": settings.PROVIDER_NAME,
        "cohort": cohort.name if cohort else "",
        "awarded_on": clock.today().isoformat(),
        "months": version.delivery_months + version.assessment_months,
        "minutes": totals(version).minutes,
        "threshold_percent": current_policy(version).threshold_percent,
        "tasks": version.tasks.count(),
        "signatories": settings.CERTIFICATE_SIGNATORIES,
        "check_url": f"{settings.SITE_URL}/verify/{number}/",
        "colours": {"strong": colours.strong, "deep": colours.deep},
    }
