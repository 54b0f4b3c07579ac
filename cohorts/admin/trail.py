"""The audit trail of cohorts, sessions and groups in words: names, London times, and what was before what is."""

from cohorts.kinds import CalendarWay, ChangeKind, ContactWay, SessionMode
from cohorts.models import AssessmentWindow, Cohort, Enrolment, Facilitation, Group, Venue
from cohorts.states import CohortState
from npqh_portal.people.models import User
from npqh_portal.programmes.models import EngagementPolicy, Item, ProgrammeVersion
from npqh_portal.web.trail import LEFT_OUT, Told, among, call, days, row, say, several

say(
    {
        "cohort.added": "Cohort added",
        "cohort.changed": "Cohort changed",
        "cohort.deleted": "Draft of a cohort deleted",
        "cohort.moved": "Cohort taken on",
        "cohort.start-moved": "First day of the cohort moved",
        "cohort.resized": "Places of the cohort changed",
        "group.added": "Group added",
        "group.changed": "Group changed",
        "group.resized": "Places of the group changed",
        "timetable.published": "Timetable published",
    },
    {
        "version": row("Version", ProgrammeVersion, "programme"),
        "groups": Told("Groups"),
        "sessions": Told("Sessions"),
        "fields": Told("Columns"),
        "number": Told("For which time"),
    },
)
say(
    {"cohort.moved": "Cohort taken on"},
    {"from": Told("Was", among(dict(CohortState.choices))), "to": Told("Is", among(dict(CohortState.choices)))},
)
say({"cohort.start-moved": "First day of the cohort moved"}, {"from": Told("Was", days), "to": Told("Is", days)})
for resized in ("cohort.resized", "group.resized"):
    say({resized: f"Places of the {resized.partition('.')[0]} changed"}, {"from": Told("Were"), "to": Told("Are")})
say(
    {"window.set": "Assessment window set"},
    {
        "number": Told("Window"),
        "opened_on": Told("Opened until then on", days),
        "closed_on": Told("Closed until then on", days),
        "opens_on": Told("Opens on", days),
        "closes_on": Told("Closes on", days),
    },
)
say(
    {"facilitator.assigned": "Facilitator assigned"},
    {"from_on": Told("From", days), "instead_of": row("Led until then by", User)},
)

say(
    {
        "seminar.planned": "Put into the draft of the timetable",
        "seminar.discarded": "Taken out of the draft",
        "seminar.change-planned": "Change put into the draft",
        "seminar.change-dropped": "Change taken out of the draft",
        "seminar.scheduled": "Put into the timetable",
        "seminar.rescheduled": "Moved",
        "seminar.mode-switched": "Held another way",
        "seminar.venue-changed": "In another hall",
        "seminar.link-changed": "Another joining link",
        "seminar.facilitator-replaced": "Somebody else leads it",
        "seminar.cancelled": "Cancelled",
    },
    {
        "cohort": row("Cohort", Cohort),
        "group": row("Group", Group, "cohort"),
        "item": row("What", Item),
        "what": Told("What changes", several(dict(ChangeKind.choices()))),
        "from": Told("Started until then", days),
        "starts_at": Told("Starts", days),
        "until": Told("Ended until then", days),
        "ends_at": Told("Ends", days),
        "was_mode": Told("Held until then", among(dict(SessionMode.choices()))),
        "mode": Told("Held", among(dict(SessionMode.choices()))),
        "was_venue": row("Hall until then", Venue),
        "venue": row("Hall", Venue),
        "was_facilitator": row("Led until then by", User),
        "facilitator": row("Led by", User),
        "revision": LEFT_OUT,
        "publication": Told("With publication"),
    },
)
say(
    {
        "register.recorded": "Register taken",
        "mark.explained": "Mark made, with a reason",
        "mark.changed": "Mark changed",
        "completion.recorded": "Recorded as done",
        "completion.taken-back": "Taken back as not done",
    },
    {
        "marks": Told("Marks"),
        "from": LEFT_OUT,
        "enrolment": row("Of", Enrolment, "person", "version__programme"),
        "item": row("What", Item),
    },
)
say(
    {
        "calendar.chosen": "Calendar chosen",
        "calendar.told": "Calendar brought up to date",
        "calendar-feed.made": "Private calendar made",
        "calendar-feed.revoked": "Private calendar ended",
    },
    {
        "way": Told("How", among(dict(CalendarWay.choices()))),
        "invited": Told("Invitations"),
        "taken_back": Told("Taken back"),
    },
)
say(
    {
        "contact.recorded": "Contact recorded",
        "contact.corrected": "Contact corrected",
        "contact.removed": "Contact removed, with what was written",
    },
    {
        "enrolment": row("With", Enrolment, "person", "version__programme"),
        "way": Told("How", among(dict(ContactWay.choices()))),
        "on": Told("On", days),
        "letters": Told("Characters"),
    },
)
say(
    {
        "early-warnings.exported": "Early-warning list taken away as a file",
        "heat-map.exported": "People by items taken away as a file",
        "engagement.exported": "Engagement of a cohort taken away as a file",
    },
    {"rows": Told("Rows"), "file": Told("Kind")},
)
say({"venue.deleted": "Venue deleted", "venue.retired": "Venue retired", "venue.taken-back": "Venue in use again"})

call(AssessmentWindow.objects.all(), by="cohort__name")
call(Facilitation.objects.all(), by="group__name")
say(
    {"policy.adopted": "Engagement policy adopted"},
    {
        "version": row("Version", ProgrammeVersion, "programme"),
        "from": row("In place of", EngagementPolicy),
        "entries": Told("Entries in ledgers"),
        "people": Told("People credited anew"),
        "standings": Told("People whose standing changed"),
    },
)
say(
    {"credit.adjusted": "Credit adjusted"},
    {
        "enrolment": row("Whose", Enrolment, "person"),
        "item": row("Item", Item),
        "was": Told("Was"),
        "credited": Told("Is"),
    },
)
