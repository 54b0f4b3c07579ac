"""What the audit trail holds of formative work, in words. Nothing of what was written is in it, or shown here."""

from npqh_portal.programmes.models import Item
from npqh_portal.web.trail import LEFT_OUT, Told, row, say

say(
    {
        "formative-work.saved": "Draft of formative work saved",
        "formative-work.file-added": "File added to formative work",
        "formative-work.file-removed": "File taken out of formative work",
        "formative-work.sent": "Formative work sent",
        "formative-work.sent-anew": "Formative work sent anew",
        "formative-feedback.given": "Feedback to formative work given",
        "formative-feedback.changed": "Feedback to formative work changed",
    },
    {
        "enrolment": LEFT_OUT,
        "item": row("Task", Item),
        "round": Told("Version"),
        "letters": Told("Characters"),
        "files": Told("Files"),
        "file": LEFT_OUT,
        "size": LEFT_OUT,
    },
)
