"""Every pair of states, legal or not."""

from itertools import product

import pytest

from assessments.states import CERTIFICATE_MOVES, SUBMISSION_MOVES, CertificateState, SubmissionState

LEGAL_FOR_SCRIPTS = {
    ("received", "allocated"),
    ("allocated", "marked"),
    ("marked", "moderated"),
    ("moderated", "confirmed"),
}
LEGAL_FOR_CERTIFICATES = {
    ("queued", "rendering"),
    ("queued", "revoked"),
    ("rendering", "ready"),
    ("rendering", "queued"),
    ("rendering", "revoked"),
    ("ready", "revoked"),
}


@pytest.mark.parametrize(("one", "other"), list(product(SubmissionState, repeat=2)))
def test_a_script_moves_only_forward_and_one_step(one: SubmissionState, other: SubmissionState) -> None:
    assert (other in SUBMISSION_MOVES[one]) == ((one, other) in LEGAL_FOR_SCRIPTS)


@pytest.mark.parametrize(("one", "other"), list(product(CertificateState, repeat=2)))
def test_a_certificate_once_revoked_stays_revoked(one: CertificateState, other: CertificateState) -> None:
    assert (other in CERTIFICATE_MOVES[one]) == ((one, other) in LEGAL_FOR_CERTIFICATES)
