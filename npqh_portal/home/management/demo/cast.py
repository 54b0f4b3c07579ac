"""Who is in the demonstration, and what happened to each. Every name, school and address is invented.

Sittings are named by their item's code. What is not said of somebody went as it should: present at every
sitting, everything else done in their own time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from npqh_portal.people.roles import Role, RoleKind

PARTNER = "Fellbeck Schools Trust"

SCHOOLS = (
    ("900101", "Marlowick Primary School", "Primary", "Marlowick"),
    ("900102", "Hobbin Lane Junior School", "Primary", "Ostlethwaite"),
    ("900103", "Pennyghast Academy", "Secondary", "Pennyghast"),
    ("900104", "Copsewick Infant School", "Primary", "Copsewick"),
    ("900105", "Dunnow Vale School", "All-through", "Dunnow"),
    ("900106", "Tarnhollow Church of England Primary School", "Primary", "Tarnhollow"),
    ("900107", "Skellbeck High School", "Secondary", "Skellbeck"),
    ("900108", "Ferrywarden Community School", "Secondary", "Ferrywarden"),
    ("900109", "Sallowfield Special School", "Special", "Sallowfield"),
    ("900110", "Brackenmoor Primary Academy", "Primary", "Brackenmoor"),
    ("900111", "Ysgol Dŵr Gwyn", "Primary", "Llanerchwen"),
    ("900112", "St Osyth’s Catholic Primary School", "Primary", "Ostlethwaite"),
)

VENUES = (
    ("Tarnhollow Village Hall", "Church Lane, Tarnhollow", "Step-free, parking for 30.", 40),
    ("Marlowick Primary School", "School Road, Marlowick", "Step-free from the car park.", 30),
    ("Skellbeck Library", "Market Square, Skellbeck", "Lift to the first floor.", 30),
)


@dataclass(frozen=True)
class Colleague:
    email: str
    name: str
    role: Role
    kind: RoleKind | None = None
    of_partner: bool = False


LEAD = "tobias.farrant@larkfell.example"
ADMINISTRATOR = "honor.braithe-calloway@larkfell.example"
PARTNER_LEAD = "saskia.holme-verity@fellbeck.example"
REVIEWER = "cormac.delahay-finch@larkfell.example"
GWEN = "gwen.ashdown-pike@marlowick.example"
RUFUS = "rufus.tindall-amadi@larkfell.example"
BRYONY = "bryony.castellow@fellbeck.example"
MARGUERITE = "marguerite.olleren@larkfell.example"
ELIAS = "elias.wrenfield@larkfell.example"
MODERATOR = "philippa.sand-oduya@larkfell.example"

STAFF = (
    Colleague(ADMINISTRATOR, "Honor Braithe-Calloway", Role.ADMINISTRATOR),
    Colleague(LEAD, "Tobias Farrant", Role.PROGRAMME_LEAD),
    Colleague(PARTNER_LEAD, "Saskia Holme-Verity", Role.PROGRAMME_LEAD, of_partner=True),
    Colleague(REVIEWER, "Cormac Delahay-Finch", Role.REVIEWER),
    Colleague(GWEN, "Gwen Ashdown-Pike", Role.FACILITATOR, RoleKind.SERVING_SCHOOL_LEADER),
    Colleague(RUFUS, "Rufus Tindall-Amadi", Role.FACILITATOR, RoleKind.DEVELOPMENT_LEAD),
    Colleague(BRYONY, "Bryony Castellow", Role.FACILITATOR, RoleKind.SERVING_SCHOOL_LEADER),
    Colleague(MARGUERITE, "Marguerite Olleren", Role.ASSESSOR),
    Colleague(ELIAS, "Elias Wrenfield", Role.ASSESSOR),
    Colleague(MODERATOR, "Philippa Sand-Oduya", Role.MODERATOR),
)


@dataclass(frozen=True)
class Character:
    """Somebody who applied. `marks` says how a sitting went for them: absent, authorised, or minutes there."""

    name: str
    school: str
    headship: str = "serving"
    group: int = 1
    marks: Mapping[str, str | int] = field(default_factory=dict)
    caught_up: tuple[str, ...] = ()
    not_done: tuple[str, ...] = ()
    # What else happened: late, deferred, withdrawn, or how far their assessment has come.
    turn: str = ""

    @property
    def email(self) -> str:
        first, last = self.name.lower().replace("’", "").split(maxsplit=1)
        return f"{first}.{last.replace(' ', '-')}@school.example"


OPENING, CULTURE_1, CULTURE_2, CULTURE = (
    "conference-opening",
    "culture-webinar-1",
    "culture-webinar-2",
    "culture-seminar",
)
TEACHING_1, TEACHING_2, TEACHING = "teaching-webinar-1", "teaching-webinar-2", "teaching-seminar"
NEEDS_1, NEEDS_2 = "needs-webinar-1", "needs-webinar-2"
ABSENT, AUTHORISED = "absent", "authorised"
MISSED_SIX_HOURS: dict[str, str | int] = {OPENING: ABSENT, CULTURE_1: ABSENT, CULTURE_2: ABSENT}

# In the middle of their course: the needs seminar of group 1 is today.
RUNNING = (
    Character("Maryam Okonjo-Hale", "900101", marks={CULTURE: 90, TEACHING: ABSENT}),
    Character("Desmond Quarrie-Lunt", "900102", marks={**MISSED_SIX_HOURS, CULTURE: ABSENT, NEEDS_2: ABSENT}),
    Character("Callum Innes-Bhatt", "900103", marks={**MISSED_SIX_HOURS, TEACHING: ABSENT, NEEDS_1: ABSENT}),
    Character("Winifred Osei-Larch", "900104", "new", marks={**MISSED_SIX_HOURS, TEACHING_1: 74}),
    Character("Jonty Abernethy-Rao", "900105", marks={OPENING: AUTHORISED, CULTURE: ABSENT, NEEDS_2: ABSENT}),
    Character("Rosalind Thackwray-Moss", "900106", marks={CULTURE: ABSENT, TEACHING: ABSENT}, caught_up=(CULTURE,)),
    Character("Ivo Rennard", "900107", "aspiring", marks={CULTURE_1: ABSENT}),
    Character("Parveen Lightfoot", "900108", "new"),
    Character("Ravi Stainmore-Pell", "900109", marks={TEACHING_2: AUTHORISED}),
    Character("Tamsin Kirkbride-Obi", "900110", turn="late"),
    Character("Bethan Cruddace", "900111", group=2),
    Character("Gethin Arkleside", "900111", "aspiring", group=2, marks={TEACHING_1: 60}),
    Character("Celeste Umber", "900112", group=2, marks={CULTURE: ABSENT}, caught_up=(CULTURE,)),
    Character("Agnes Fothermere", "900101", "appointed", group=2),
    Character("Edwin Garsdale", "900102", group=2, not_done=("teaching-task", "teaching-reflection")),
    Character("Freya Dunmail", "900103", "new", group=2, turn="deferred"),
    Character("Hamza Wetherlam", "900104", group=2, marks={TEACHING: AUTHORISED}),
    Character("Leopold Nkemelu", "900105", group=2),
    Character("Orla Hadrigan", "900106", group=2, marks={OPENING: ABSENT, NEEDS_1: ABSENT}),
    Character("Silas Penhallow-Ade", "900107", group=2, turn="withdrawn"),
)

# Their course is over. 462 of 4,620 minutes may be lost: exactly so many are, or one more.
AT_THE_LINE: dict[str, str | int] = {**MISSED_SIX_HOURS, CULTURE: 18}
JUST_BELOW: dict[str, str | int] = {**MISSED_SIX_HOURS, CULTURE: 17}
FAR_BELOW: dict[str, str | int] = {
    **MISSED_SIX_HOURS,
    CULTURE: ABSENT,
    TEACHING: ABSENT,
    NEEDS_1: ABSENT,
    NEEDS_2: ABSENT,
}

ASSESSING = (
    Character("Ines Caldbeck", "900108", marks={TEACHING_1: ABSENT}, turn="passed"),
    Character("Magnus Threlkeld-Ito", "900109", turn="failed, then passed"),
    Character("Nadia Hesketh-Borne", "900110", turn="revoked"),
    Character("Yusra Coldbeck-Lane", "900111", marks={CULTURE_1: AUTHORISED}, turn="failed"),
    Character("Sunniva Plaskett", "900112", marks=AT_THE_LINE, turn="not sent"),
    Character("Alasdair Muncaster", "900101", marks=JUST_BELOW, turn="passed"),
    Character("Delphine Orrest-Bah", "900102", "new", marks=FAR_BELOW, not_done=("teaching-study-1",), turn="not sent"),
    Character("Kit Sandwath", "900103", marks=AT_THE_LINE, turn="to mark"),
    Character("Eleri Blaenant", "900111", turn="to moderate"),
    Character("Osman Fairhurst-Kaya", "900104", turn="to confirm"),
    Character("Verity Loughrigg", "900105", turn="at odds"),
    Character("Dougal Esk-Mbeki", "900106", turn="to release"),
    Character("Prudence Ambley", "900107", turn="to allocate"),
    Character("Noor Birkrigg", "900108", "aspiring", turn="withdrawn"),
)

# The open intake, at every step.
APPLYING = (
    Character("Idris Calva-Moore", "900109", "aspiring", turn="enrolled"),
    Character("Hester Raise-Quaye", "900110", "appointed", turn="accepted"),
    Character("Barnaby Selside", "900112", turn="reviewed"),
    Character("Amara Stickland-Jones", "900101", "aspiring", turn="sent"),
    Character("Wilf Dollard-Vance", "900102", turn="declined"),
    Character("Constance Pavey-Ark", "900103", "new", turn="draft"),
    Character("Rhodri Gwynant", "900111", "aspiring", turn="begun"),
)
