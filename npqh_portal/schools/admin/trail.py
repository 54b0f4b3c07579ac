"""What the audit trail holds of schools and lists, in words."""

from npqh_portal.web.trail import LEFT_OUT, Told, days, say

say(
    {
        "school_import.held": "File handed in",
        "school_import.done": "File taken over",
        "school_import.discarded": "File discarded",
        "eligibility_list.added": "List added",
        "eligibility_list.ended": "List ended",
        "eligibility_list.replaced": "List replaced",
    },
    {"sha256": LEFT_OUT, "import": LEFT_OUT, "file_kind": Told("Kind")},
)
say(
    {"person.school_changed": "School changed"},
    {"affiliation": LEFT_OUT, "from_on": Told("From", days), "from": Told("Was"), "to": Told("Is")},
)
