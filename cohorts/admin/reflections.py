"""What the audit trail holds of reflections, in words: that there was one, never what it said."""

from cohorts.models import Group, SupportMatch
from npqh_portal.programmes.models import Item
from npqh_portal.web.trail import LEFT_OUT, Told, row, say

say(
    {
        "reflection.written": "Reflection written",
        "reflection.changed": "Reflection changed",
        "reflection.shared": "Reflection shared",
        "reflection.sharing-ended": "Reflection no longer shared",
        "reflection.removed": "Reflection removed",
    },
    {
        "enrolment": LEFT_OUT,
        "item": row("Item", Item),
        "letters": Told("Characters"),
        "match": row("Shared with the coach", SupportMatch, "supporter", "enrolment__person"),
        "group": row("Shared with the group", Group, "cohort"),
    },
)
