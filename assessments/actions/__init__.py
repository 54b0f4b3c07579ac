"""Every write of this package."""

from .certificates import (
    issue_certificate,
    issue_due_certificates,
    reissue_certificate,
    render_due_certificates,
    revoke_certificate,
)
from .marking import allocate, confirm_outcome, moderate, record_mark
from .releasing import release_outcome
from .submissions import submit_assessment

__all__ = [
    "allocate",
    "confirm_outcome",
    "issue_certificate",
    "issue_due_certificates",
    "moderate",
    "record_mark",
    "reissue_certificate",
    "release_outcome",
    "render_due_certificates",
    "revoke_certificate",
    "submit_assessment",
]
