"""What people do beside their course: whom their peers find, which schools they visit, and the placements of old."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Found:
    """Somebody of the directory, joined so many days after the first day of their cohort."""

    name: str
    about: str
    after_days: int
    shows_school: bool = True
    shows_email: bool = True


@dataclass(frozen=True)
class Visited:
    """So many days ago; `school` is a URN, or the name of a school that the register does not have."""

    name: str
    days_ago: int
    school: str
    host: str
    purpose: str
    learnt: str


@dataclass(frozen=True)
class Placed:
    """A placement of the legacy programme, with so many days there, and how far they came with the rest."""

    name: str
    school: str
    host: str
    contrasts: tuple[str, ...]
    why: str
    days: int = 9
    is_agreed: bool = True
    is_presented: bool = True


FOUND = (
    Found(
        "Maryam Okonjo-Hale",
        "I lead on reading in a two-form primary on the edge of town. Glad to hear from anybody whose children arrive "
        "with little English, and to show what has worked here and what has not.",
        12,
    ),
    Found("Desmond Quarrie-Lunt", "Small village school, mixed years, one hall for everything.", 15, shows_email=False),
    Found("Winifred Osei-Larch", "New head since last year. Ask me what I wish I had known in my first term.", 20),
    Found("Ravi Stainmore-Pell", "Behaviour without shouting; attendance on Fridays.", 31),
    Found("Celeste Umber", "", 33, shows_school=False),
    Found("Edwin Garsdale", "Timetables, cover, and how to say no kindly.", 40),
    Found("Ginevra Sallowmere", "Would like to see how others run a breakfast club on very little.", 44),
)
# Of the cohort that is being assessed.
FOUND_BEFORE = (
    Found("Lemuel Dravel", "Three schools, one leadership team: what we share and what we do not.", 10),
    Found("Delphine Orrest-Bah", "Governors who ask good questions, and how ours came to.", 18, shows_email=False),
)
LEFT = "Edwin Garsdale"

VISITED = (
    Visited(
        "Maryam Okonjo-Hale", 96, "900512", "Piers Halloway, head", "How they teach reading to the youngest.",
        "Twenty minutes aloud every day, whatever else happens. We start after half-term with two classes.",
    ),
    Visited(
        "Maryam Okonjo-Hale", 24, "900634", "Orla Thwaite, deputy", "What their leaders of subjects do all week.",
        "Nobody has more than two subjects, and each has an afternoon every second week.",
    ),
    Visited(
        "Winifred Osei-Larch", 61, "900720", "", "The first hour of a Monday.",
        "Staff meet standing, for ten minutes. The week is on one wall.",
    ),
    Visited(
        "Tamsin Kirkbride-Obi", 33, "Fellgate Forest School", "Jory Penhallick", "Lessons out of doors, all year.",
        "Clothes first: they lend them out, and nobody is left inside.",
    ),
)  # fmt: skip

PLACED = (
    Placed(
        "Rosamund Eskgate-Mbatha", "900411", "Cuthbert Rowle, head", ("pupils", "geography"),
        "A large town school whose children speak thirty languages; mine is small, rural, and speaks one.",
    ),
    Placed(
        "Gwenllian Dŵr-Hallam", "900418", "Ottilie Brack, business manager", ("performance",),
        "Its results rose for five years running while its budget fell. Ours stood still with more money.",
    ),
    Placed(
        "Cordelia Harter-Bose", "900423", "Rowan Castellane, head", ("geography", "other"),
        "On the coast, at the end of the line, and run by a trust; my own answers to its local authority.",
    ),
    Placed(
        "Aurelio Wastgill-Finn", "900430", "", ("pupils",),
        "Two in three of its children have free meals; one in ten of ours.", days=7,
    ),
    Placed(
        "Jasper Troutgill", "900436", "Ines Carrowdale, deputy", ("performance", "pupils"),
        "It came out of special measures in two years, with the same staff.", days=5, is_presented=False,
    ),
    Placed(
        "Ansel Kirkscar", "900441", "", ("geography",),
        "It lies in the middle of a city.", days=0, is_agreed=False, is_presented=False,
    ),
)  # fmt: skip

# What was done on the days of a placement, in turn.
DID = (
    "Walked the school with the head; sat in on three lessons.",
    "With the business manager: the budget of three years, line by line.",
    "Talked with the leaders of each phase about who could take over from them.",
    "Sat in on the governors’ committee for resources.",
    "Read the school’s plan against what people had told me.",
    "With the office: attendance, admissions, and the telephone.",
    "Two days of supply cover in one: what it costs, and why it was needed.",
    "Drew up the plan with the senior leaders, and had it taken apart.",
    "Presented the plan to all staff, and listened.",
)
RESEARCH = (
    "A quarter of the teachers are within five years of retiring, and nobody below them has led a subject for longer "
    "than a year. The roll falls by a class in three years; the budget has yet to follow."
)
PLAN = (
    "Pair every leader with somebody who could follow them, with half a day a fortnight for it. Settle the roll with "
    "the governors before Easter. Measure by how many posts are filled from inside within two years."
)
BOARD_SAID = (
    "Asked what stops if this starts, and for the cost of the first year on one page. Agreed to the plan, to be looked "
    "at again in two terms."
)
