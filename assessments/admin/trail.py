"""What the audit trail holds of assessment, in words."""

from npqh_portal.people.models import User
from npqh_portal.web.trail import LEFT_OUT, Told, row, say

say(
    {
        "submission.opened": "Submission opened",
        "submission.received": "Work handed in",
        "script.allocated": "Script allocated",
        "mark.recorded": "Marked",
        "mark.changed": "Mark changed",
        "outcome.confirmed": "Outcome confirmed",
        "outcome.released": "Outcome released",
        "completion.recorded": "Completion recorded",
        "certificate.issued": "Certificate issued",
        "certificate.ready": "Certificate ready",
        "certificate.revoked": "Certificate revoked",
        "certificate.taken_over": "Certificate taken over",
        "past_import.held": "File handed in",
        "past_import.done": "File taken over",
        "past_import.discarded": "File discarded",
        "rejected-past-participants.exported": "Rejected lines of a file of past participants taken away",
    },
    {
        "allocation": LEFT_OUT,
        "submission": LEFT_OUT,
        "sha256": LEFT_OUT,
        "person": row("To", User),
        "attempt": Told("Attempt"),
    },
)
