"""What the audit trail holds of programmes and intakes, in words."""

from npqh_portal.programmes.models import Programme, ProgrammeVersion
from npqh_portal.web.trail import LEFT_OUT, Told, row, say

say(
    {
        "version.loaded": "Version loaded from a file",
        "version.copied": "Version copied",
        "version.edited": "Version edited",
        "version.published": "Version published",
        "version.retired": "Version retired",
    },
    {
        "programme": row("Programme", Programme),
        "from": row("Copied from", ProgrammeVersion, "programme"),
        "digest": LEFT_OUT,
    },
)
say(
    {
        "text.drafted": "Draft of a text written",
        "text.draft_discarded": "Draft of a text discarded",
        "text.published": "Text published",
    },
    {"revision": Told("Revision")},
)
say(
    {
        "policy.drafted": "Engagement policy drafted",
        "policy.edited": "Draft of an engagement policy edited",
        "policy.discarded": "Draft of an engagement policy discarded",
    },
    {"version": row("Version", ProgrammeVersion, "programme"), "number": Told("Policy")},
)
say({"intake.added": "Intake added", "intake.changed": "Intake changed"}, {"fields": Told("Columns")})
say(
    {
        "page.removed": "Page removed, never published",
        "page.moved": "Page moved",
        "page.retired": "Page retired",
        "page.taken-back": "Page shown again",
        "page.file-added": "File added",
        "page.file-removed": "File removed",
    },
    {
        "from": Told("Stood at place"),
        "to": Told("Stands at place"),
        "file": LEFT_OUT,
        "title": Told("Title"),
        "name": Told("File"),
    },
)
