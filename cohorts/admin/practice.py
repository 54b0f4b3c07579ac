"""What the audit trail holds of projects, small changes and evaluations: that something was written, never what."""

from npqh_portal.programmes.models import Course
from npqh_portal.web.trail import LEFT_OUT, Told, row, say

say(
    {
        "project.saved": "Plan of the change project saved",
        "project.shared": "Change project shared",
        "project.sharing-ended": "Change project no longer shared",
    },
    {"enrolment": LEFT_OUT, "letters": Told("Characters"), "readers": Told("With how many")},
)
say(
    {
        "small-change.planned": "Small change planned",
        "small-change.tried": "Small change tried",
        "small-change.changed": "Small change written anew",
    },
    {"enrolment": LEFT_OUT, "course": row("Course", Course), "letters": Told("Characters")},
)
say(
    {
        "evaluation.saved": "Draft of the self-evaluation saved",
        "evaluation.sent": "Self-evaluation sent",
        "evaluation.plans-changed": "Plans to develop behaviours changed",
        "evaluation.review-saved": "Draft of the review saved",
        "evaluation.reviewed": "Behaviours reviewed",
    },
    {"enrolment": LEFT_OUT, "behaviours": Told("Behaviours"), "rows": Told("Behaviours changed")},
)
