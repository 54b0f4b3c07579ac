"""Every write of this package. `PastResult` is what became of a list of past participants."""

from .certificates import (
    issue_certificate,
    issue_due_certificates,
    reissue_certificate,
    render_due_certificates,
    revoke_certificate,
)
from .marking import allocate, confirm_outcome, moderate, record_mark
from .past import (
    PastResult,
    confirm_past_import,
    discard_late_past_imports,
    discard_past_import,
    hold_past_import,
    import_past_participants,
    take_over_certificate,
)
from .releasing import release_outcome
from .submissions import submit_assessment

__all__ = [
    "PastResult",
    "allocate",
    "confirm_outcome",
    "confirm_past_import",
    "discard_late_past_imports",
    "discard_past_import",
    "hold_past_import",
    "import_past_participants",
    "issue_certificate",
    "issue_due_certificates",
    "moderate",
    "record_mark",
    "reissue_certificate",
    "release_outcome",
    "render_due_certificates",
    "revoke_certificate",
    "submit_assessment",
    "take_over_certificate",
]
