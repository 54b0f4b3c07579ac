"""The provider, those it works with, and where it meets."""

from npqh_portal.people.roles import Role, RoleKind

from .people import Colleague

PARTNER = "Fellbeck Schools Trust"
ASSESSING_BODY = "Quillmark Assessment"

VENUES = (
    ("Tarnhollow Village Hall", "Church Lane, Tarnhollow", "Step-free, parking for 30.", 40),
    ("Marlowick Primary School", "School Road, Marlowick", "Step-free from the car park.", 30),
    ("Skellbeck Library", "Market Square, Skellbeck", "Lift to the first floor.", 30),
    ("Ferrywarden Sailing Club", "The Quay, Ferrywarden", "Step-free; the loop works in the upper room.", 36),
    ("Pennyghast Town Hall", "High Street, Pennyghast", "Ramp at the side door, parking for 12.", 60),
)

LEAD = "tobias.farrant@larkfell.example"
ADMINISTRATOR = "honor.braithe-calloway@larkfell.example"
PARTNER_LEAD = "saskia.holme-verity@fellbeck.example"
PARTNER_STAFF = "emrys.tolland@fellbeck.example"
REVIEWER = "cormac.delahay-finch@larkfell.example"
SECOND_REVIEWER = "lavinia.oakshott-rai@larkfell.example"
FINANCE = "ambrose.tillingham-sy@larkfell.example"
GWEN = "gwen.ashdown-pike@marlowick.example"
RUFUS = "rufus.tindall-amadi@larkfell.example"
BRYONY = "bryony.castellow@fellbeck.example"
LEONIE = "leonie.strand-okafor@larkfell.example"
PADRAIG = "padraig.hollin@pennyghast.example"
ISADORA = "isadora.penhale-wu@larkfell.example"
BENEDICT = "benedict.orme-sackey@skellbeck.example"
FORMER_HEAD = "dorothea.wainfleet@larkfell.example"
FORMER_LEADER = "stellan.marchbank-iyer@larkfell.example"
MARGUERITE = "marguerite.olleren@larkfell.example"
ELIAS = "elias.wrenfield@larkfell.example"
MODERATOR = "philippa.sand-oduya@larkfell.example"
EXTERNAL_ASSESSOR = "hollis.penderby@quillmark.example"
SECOND_EXTERNAL = "roisin.achterberg@quillmark.example"
EXTERNAL_MODERATOR = "augustin.leyburn-das@quillmark.example"

_LEADER, _DEVELOPMENT = RoleKind.SERVING_SCHOOL_LEADER, RoleKind.DEVELOPMENT_LEAD

# In the days of the legacy programme; most of them stayed.
FOUNDERS = (
    Colleague(ADMINISTRATOR, "Honor Braithe-Calloway", Role.ADMINISTRATOR),
    Colleague(LEAD, "Tobias Farrant", Role.PROGRAMME_LEAD),
    Colleague(REVIEWER, "Cormac Delahay-Finch", Role.REVIEWER),
    Colleague(FINANCE, "Ambrose Tillingham-Sy", Role.FINANCE),
    Colleague(ISADORA, "Isadora Penhale-Wu", Role.FACILITATOR, _DEVELOPMENT),
    Colleague(BENEDICT, "Benedict Orme-Sackey", Role.FACILITATOR, _LEADER),
    Colleague(EXTERNAL_ASSESSOR, "Hollis Penderby", Role.EXTERNAL_ASSESSOR, of=ASSESSING_BODY),
    Colleague(SECOND_EXTERNAL, "Roisin Achterberg", Role.EXTERNAL_ASSESSOR, of=ASSESSING_BODY),
    Colleague(EXTERNAL_MODERATOR, "Augustin Leyburn-Das", Role.MODERATOR, of=ASSESSING_BODY),
)

# Since the reformed programme, which is assessed by the provider's own people.
JOINED_SINCE = (
    Colleague(PARTNER_LEAD, "Saskia Holme-Verity", Role.PROGRAMME_LEAD, of=PARTNER),
    Colleague(PARTNER_STAFF, "Emrys Tolland", Role.PARTNER_STAFF, of=PARTNER),
    Colleague(SECOND_REVIEWER, "Lavinia Oakshott-Rai", Role.REVIEWER),
    Colleague(GWEN, "Gwen Ashdown-Pike", Role.FACILITATOR, _LEADER),
    Colleague(RUFUS, "Rufus Tindall-Amadi", Role.FACILITATOR, _DEVELOPMENT),
    Colleague(BRYONY, "Bryony Castellow", Role.FACILITATOR, _LEADER),
    Colleague(LEONIE, "Leonie Strand-Okafor", Role.FACILITATOR, _DEVELOPMENT),
    Colleague(PADRAIG, "Padraig Hollin", Role.FACILITATOR, _LEADER),
    Colleague(FORMER_HEAD, "Dorothea Wainfleet", Role.COACH, RoleKind.FORMER_HEADTEACHER),
    Colleague(FORMER_LEADER, "Stellan Marchbank-Iyer", Role.COACH, RoleKind.FORMER_SCHOOL_LEADER),
    Colleague(MARGUERITE, "Marguerite Olleren", Role.ASSESSOR),
    Colleague(ELIAS, "Elias Wrenfield", Role.ASSESSOR),
    Colleague(MODERATOR, "Philippa Sand-Oduya", Role.MODERATOR),
)

STAFF = FOUNDERS + JOINED_SINCE
