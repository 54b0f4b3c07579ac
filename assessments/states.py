"""The lives of a submission and a certificate."""

from django.db import models


class SubmissionState(models.TextChoices):
    RECEIVED = "received", "Received"
    ALLOCATED = "allocated", "With the assessors"
    MARKED = "marked", "Marked, to be moderated"
    MODERATED = "moderated", "Moderated"
    CONFIRMED = "confirmed", "Outcome confirmed"


SUBMISSION_MOVES: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.RECEIVED: frozenset({SubmissionState.ALLOCATED}),
    SubmissionState.ALLOCATED: frozenset({SubmissionState.MARKED}),
    SubmissionState.MARKED: frozenset({SubmissionState.MODERATED}),
    SubmissionState.MODERATED: frozenset({SubmissionState.CONFIRMED}),
    SubmissionState.CONFIRMED: frozenset(),
}


class CertificateState(models.TextChoices):
    QUEUED = "queued", "Being made"
    RENDERING = "rendering", "Being drawn"
    READY = "ready", "Issued"
    REVOKED = "revoked", "Revoked"


CERTIFICATE_MOVES: dict[CertificateState, frozenset[CertificateState]] = {
    CertificateState.QUEUED: frozenset({CertificateState.RENDERING, CertificateState.REVOKED}),
    CertificateState.RENDERING: frozenset({CertificateState.READY, CertificateState.QUEUED, CertificateState.REVOKED}),
    CertificateState.READY: frozenset({CertificateState.REVOKED}),
    CertificateState.REVOKED: frozenset(),
}
