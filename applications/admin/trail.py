"""What the audit trail holds of applications, in words."""

from applications.kinds import Eligible, FundingStatus, Strand, WithdrawReason
from applications.models import Application, ApplicationImport, FormVersion, Review
from applications.queries.answers import QUESTIONS
from applications.rules.strands import StrandReason
from applications.states import ApplicationState
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake, Programme
from npqh_portal.tables import ENCODINGS
from npqh_portal.web.trail import LEFT_OUT, Told, among, days, row, say, several

# Columns that an answer is kept in, beside those that go by its name.
ANSWERS = {
    **QUESTIONS,
    "agreed_at": QUESTIONS["agreed"],
    "school_urn": "School",
    "school_type_code": "School",
    "nursery_name": "Name of the nursery",
    "endorser_role": "Endorser’s role",
    "endorser_name": "Endorser’s name",
    "endorser_email": "Endorser’s email",
    "adjustments": "Which adjustments",
}
_STATES = dict(ApplicationState.choices)

say(
    {
        "application.started": "Application begun",
        "application.saved": "Answers saved",
        "application.submitted": "Sent",
        "application.received": "Received in a file",
        "application.trn_given": "Teacher reference number given",
        "application.assigned": "Assigned",
        "application.noted": "Note added",
        "application.reviewed": "Advice given",
        "application.asked": "Applicant asked",
        "application.answered": "Question answered",
        "application.question_taken_back": "Question taken back",
        "application.accepted": "Accepted",
        "application.declined": "Declined",
        "application.waitlisted": "Put on the waiting list",
        "application.offered": "Place offered",
        "application.lapsed": "Offer not taken up in time",
        "application.put_back": "Put back on the waiting list",
        "application.funding_taken_away": "Funded place taken away",
        "application.funding_given_back": "Funded place given back",
        "application.withdrawn": "Withdrawn",
    },
    {
        "intake": row("Intake", Intake),
        "form": row("Form", FormVersion, "programme"),
        "carried_from": row("Begun with the answers of", Application),
        "answers": Told("Answers", several(ANSWERS)),
        "left_out": Told("Left out, as not asked of them", several(ANSWERS)),
        "import": row("File", ApplicationImport),
        "line": Told("Line"),
        "to": row("To", User),
        "note": LEFT_OUT,
        "review": LEFT_OUT,
        "question": LEFT_OUT,
        "decision": LEFT_OUT,
        "offer": LEFT_OUT,
        "recommendation": Told("Advises to", among(dict(Review.Recommendation.choices))),
        "reply_by": Told("Answer asked for by", days),
        "funded_place": Told("Funded place"),
        "until": Told("To be answered before", days),
        "at_once": Told("Decided together"),
        "from": Told("Was", among(_STATES)),
        "reason": Told("Why", among(dict(WithdrawReason.choices()))),
    },
)
_ABOUT_ENDORSING = {
    "endorsement": LEFT_OUT,
    "shown": LEFT_OUT,
    "link": Told("Link number"),
    "name": Told("Endorser’s name"),
    "email": Told("Endorser’s email"),
    "signed_as": Told("The endorser signed as"),
}
say(
    {
        "endorsement.requested": "Endorser asked",
        "endorsement.asked_again": "Endorser sent a new link",
        "endorsement.waived": "Endorsement waived",
        "endorsement.replaced": "Endorser replaced by another",
    },
    _ABOUT_ENDORSING,
)
say(
    {"endorsement.agreed": "Endorsed", "endorsement.declined": "Not endorsed"},
    _ABOUT_ENDORSING,
    by="The endorser",
)
say(
    {
        "offer.accepted": "Offer accepted",
        "offer.turned_down": "Offer turned down",
        "offer.lapsed": "Offer ran out",
        "offer.taken_back": "Offer taken back",
    },
    {"application": LEFT_OUT},
)
say(
    {"funding.decided": "Funding found", "funding.changed": "Funding found otherwise by the daily check"},
    {
        "decision": LEFT_OUT,
        "status": Told("Found", among(dict(FundingStatus.choices()))),
        "eligible": Told("Funding", among(dict(Eligible.choices()))),
        "from": Told("Was", among(dict(FundingStatus.choices()))),
        "to": Told("Is", among(dict(FundingStatus.choices()))),
    },
)
say(
    {"support.decided": "Support decided"},
    {
        "strand": Told("Support", among(dict(Strand.choices()))),
        "granted": Told("Granted"),
        "reason": Told("Why", among(dict(StrandReason.choices()))),
    },
)
say(
    {"school.asked_for": "School not listed: asked for", "school.settled": "School not listed: settled"},
    {"task": LEFT_OUT, "school": Told("URN")},
)
say(
    {
        "interest.registered": "Put on the register of interest",
        "interest.left": "Taken off the register of interest",
        "interest.told": "Told of an opening",
        "interest.applied": "Began an application",
        "interest.forgotten": "Name and address forgotten",
    },
    {"programme": row("Programme", Programme), "intake": row("Intake", Intake), "application": LEFT_OUT},
)
say(
    {"form.drafted": "Draft of a form made", "form.edited": "Form edited", "form.published": "Form published"},
    {"programme": row("Programme", Programme), "number": Told("Number"), "fields": Told("Changed")},
)
say(
    {
        "application_import.held": "File handed in",
        "application_import.read_again": "File read again",
        "application_import.confirmed": "File to be received",
        "application_import.done": "File received",
        "application_import.failed": "File could not be received",
        "application_import.discarded": "File discarded",
    },
    {
        "intake": row("Intake", Intake),
        "sha256": LEFT_OUT,
        "encoding": Told("As", among(ENCODINGS)),
        "created": Told("New"),
        "unchanged": Told("Known already"),
        "lines": Told("Lines"),
    },
)
say(
    {
        "applications.exported": "Applications taken away as a file",
        "interests.exported": "Register of interest taken away as a file",
        "rejected-applications.exported": "Rejected lines of a file of applications taken away",
    },
    {"rows": Told("Rows"), "file": Told("Kind")},
)
