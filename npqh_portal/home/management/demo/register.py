"""Schools that do not exist, in places that do not exist, as a national register would show them on a given day.

A school is the same whatever the size of the register: number, seed and day say all of it. A later day shows what has
happened since: pupils counted every January, schools opened, closed, joined and renamed. So two extracts of different
days differ as real ones do.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

FIRST_URN = 900_001  # real URNs stay far below

# What the people of the demonstration work at: name, phase, town, kind of establishment, share of free meals, on RISE.
KNOWN: dict[int, tuple[str, str, str, str, float, bool]] = {
    101: ("Marlowick Primary School", "Primary", "Marlowick", "community", 17.2, False),
    102: ("Hobbin Lane Junior School", "Primary", "Ostlethwaite", "controlled", 41.0, True),
    103: ("Pennyghast Academy", "Secondary", "Pennyghast", "converter", 22.4, False),
    104: ("Copsewick Infant School", "Primary", "Copsewick", "community", 33.8, False),
    105: ("Dunnow Vale School", "All-through", "Dunnow", "converter", 28.1, False),
    106: ("Tarnhollow Church of England Primary School", "Primary", "Tarnhollow", "aided", 9.6, False),
    107: ("Skellbeck High School", "Secondary", "Skellbeck", "foundation", 38.5, True),
    108: ("Ferrywarden Community School", "Secondary", "Ferrywarden", "community", 30.2, False),
    109: ("Sallowfield Special School", "Not applicable", "Sallowfield", "special", 47.3, False),
    110: ("Brackenmoor Primary Academy", "Primary", "Brackenmoor", "sponsored", 52.9, True),
    111: ("Bryngarth Primary School", "Primary", "Llanerchwen", "community", 26.7, False),
    112: ("St Osyth’s Catholic Primary School", "Primary", "Ostlethwaite", "aided", 19.9, False),
}

AUTHORITIES = (
    "Fellshire", "Skellmoor", "Ostmere", "Larkenshire", "Dunnow and the Vale", "Great Harrowick", "Wethelshire",
    "East Brackshire", "West Brackshire", "Kestlewater", "Holmgarth", "Sallowshire", "Penwardine", "Thornmarch",
    "Ferryshire", "Quernshire", "North Tarnland", "South Tarnland", "Umbershire", "Yarrelshire", "Corrowside",
    "Isle of Gannetry", "Brimbleshire", "Lunderland",
)  # fmt: skip
FIRST_AUTHORITY = 101  # no real authority has a code that begins with 1
ACROSS_THE_BORDER = ("190", "Gwynlas")  # for the establishments of type 30
REGIONS = ("Northern Fells", "Eastern Wolds", "Western Marches", "Southern Downs")

_TOWN_BEGINS = (
    "Aldren", "Brimble", "Corrow", "Dapple", "Ebber", "Fennow", "Gorsel", "Heskel", "Inkle", "Kellow", "Lunder",
    "Mossel", "Nuttel", "Ostle", "Pellow", "Quarn", "Rushel", "Skarrow", "Tarn", "Umber", "Vessen", "Wharrow", "Yarrel",
    "Hobbin", "Ruddle", "Sallow", "Dravel", "Wethel", "Marlo", "Thrupple",
)  # fmt: skip
_TOWN_ENDS = (
    "hollow", "wick", "thwaite", "ghast", "mire", "wardine", "moor", "mere", "stead", "garth", "gill", "holt", "wold",
    "haven", "reach", "scar",
)  # fmt: skip
TOWNS = tuple(begin + end for end in _TOWN_ENDS for begin in _TOWN_BEGINS)
_STREETS = ("School Lane", "Church Row", "Mill Bank", "Tannery Street", "Beacon Road", "Café Row", "Quarry Hill",
            "Station Approach", "Lower Green", "Ropewalk", "Priory Close", "Weaver’s Yard")  # fmt: skip
_FEATURES = ("Hobbin", "Beacon", "Kingfisher", "Meadow", "Orchard", "Quarry", "Lantern", "Heron", "Millrace", "Copse",
             "Foundry", "Harbour", "Larch", "Windmill", "Bluebell", "Ropewalk")  # fmt: skip
_SAINTS = ("St Osyth’s", "St Elswith’s", "St Thérèse’s", "Saint Wystan’s", "St Ebba's", "St. Aldhelm's", "Holy Well",
           "All Hallows")  # fmt: skip


@dataclass(frozen=True)
class Kind:
    """A type of establishment with its group, as code and name."""

    code: str
    name: str
    group: tuple[str, str]
    share: int = 0  # of a hundred schools


_MAINTAINED, _INDEPENDENT = ("4", "Local authority maintained schools"), ("3", "Independent schools")
_ACADEMIES, _FREE, _SPECIAL = ("10", "Academies"), ("11", "Free Schools"), ("5", "Special schools")
_COLLEGES, _WELSH = ("1", "Colleges"), ("6", "Welsh schools")

KINDS = {
    "community": Kind("1", "Community school", _MAINTAINED, 28),
    "aided": Kind("2", "Voluntary aided school", _MAINTAINED, 10),
    "controlled": Kind("3", "Voluntary controlled school", _MAINTAINED, 6),
    "foundation": Kind("5", "Foundation school", _MAINTAINED, 4),
    "special": Kind("7", "Community special school", _SPECIAL, 3),
    "private": Kind("11", "Other independent school", _INDEPENDENT, 7),
    "unit": Kind("14", "Pupil referral unit", _MAINTAINED, 1),
    "nursery": Kind("15", "Local authority nursery school", _MAINTAINED, 2),
    "college": Kind("18", "Further education", _COLLEGES, 1),
    "sponsored": Kind("28", "Academy sponsor led", _ACADEMIES, 9),
    "welsh": Kind("30", "Welsh establishment", _WELSH),
    "converter": Kind("34", "Academy converter", _ACADEMIES, 25),
    "free": Kind("35", "Free schools", _FREE, 4),
}
# None is drawn: an independent school becomes one.
INDEPENDENT_SPECIAL = Kind("10", "Other independent special school", _INDEPENDENT)
_DRAWN = tuple(KINDS)
_SHARES = tuple(kind.share for kind in KINDS.values())
PHASES = {"Not applicable": "0", "Nursery": "1", "Primary": "2", "Middle deemed primary": "3", "Secondary": "4",
          "Middle deemed secondary": "5", "16 plus": "6", "All-through": "7"}  # fmt: skip
_AGES = {"Not applicable": (5, 16), "Nursery": (2, 5), "Primary": (4, 11), "Middle deemed primary": (8, 12),
         "Secondary": (11, 16), "Middle deemed secondary": (9, 13), "16 plus": (16, 19),
         "All-through": (4, 18)}  # fmt: skip
_SIZES = {"Not applicable": (30, 160), "Nursery": (40, 130), "Primary": (60, 480), "Middle deemed primary": (200, 420),
          "Secondary": (380, 1500), "Middle deemed secondary": (300, 620), "16 plus": (700, 2600),
          "All-through": (600, 1600)}  # fmt: skip
STATUSES = {"1": "Open", "2": "Closed", "3": "Open, but proposed to close", "4": "Proposed to open"}
MERGED, CONVERTED, CLOSED = ("1", "Result of Amalgamation/Merger"), ("10", "Academy Converter"), ("2", "Closure")
_KNOWN_LONG_BEFORE = timedelta(days=365)


@dataclass(frozen=True)
class Life:
    """When a school opens and closes, why it closes, and which school comes after it."""

    opens_on: date | None = None
    closes_on: date | None = None
    reason: tuple[str, str] = CLOSED
    successor: int | None = None
    link: str = ""


@dataclass(frozen=True)
class Establishment:
    """One row of the register, in the register's own words. Dates are London dates, pupils whole numbers."""

    number: int
    name: str
    kind: Kind
    phase: str
    ages: tuple[int, int]
    status: str
    life: Life
    authority: tuple[str, str]
    establishment_number: str
    region: str
    street: str
    locality: str
    town: str
    postcode: str
    pupils: int | None
    counted_on: date | None
    free_meals: float
    on_rise: bool
    changed_on: date

    @property
    def urn(self) -> str:
        return str(FIRST_URN - 1 + self.number)

    @property
    def ukprn(self) -> str:
        return str(19_000_000 + self.number)


def register(count: int, *, seed: int, on: date) -> Iterator[Establishment]:
    """The first so many schools, as they stand on that day."""
    return (establishment(number, seed=seed, on=on) for number in range(1, count + 1))


def establishment(number: int, *, seed: int, on: date) -> Establishment:
    chance = Random(seed * 1_000_003 + number)  # noqa: S311 - invented schools, no secrets
    life = life_of(number, seed=seed)
    kind, phase = _kind_and_phase(number, chance)
    place = number % len(AUTHORITIES)
    authority = str(FIRST_AUTHORITY + place), AUTHORITIES[place]
    town = TOWNS[place + len(AUTHORITIES) * chance.randrange(len(TOWNS) // len(AUTHORITIES))]
    name = _name(kind, phase, town, chance)
    free_meals, on_rise = round(chance.triangular(1, 58, 18), 1), number % 70 == 9
    if kind is KINDS["welsh"]:
        authority, name = ACROSS_THE_BORDER, f"Ysgol {town}"
    if number in KNOWN:
        name, phase, town, known_kind, free_meals, on_rise = KNOWN[number]
        kind, authority = KINDS[known_kind], (str(FIRST_AUTHORITY), AUTHORITIES[0])
    changes = [date(2019, 9, 2)]
    renamed_on = date(2021 + chance.randrange(8), 9, 1)
    if number % 50 == 14 and renamed_on <= on:
        name, changes = name.replace("School", "Community School"), [*changes, renamed_on]
    status = _status(life, on)
    pupils, counted_on, published_on = _count(number, phase, chance, on)
    if is_counted := status in "13" and kind is not KINDS["welsh"]:
        changes.append(published_on)
    changes += [day for day in (life.opens_on, life.closes_on) if day and day <= on]
    street = f"{chance.randrange(1, 120)} {chance.choice(_STREETS)}"
    return Establishment(
        number=number,
        name=name,
        kind=kind,
        phase=phase,
        ages=_AGES[phase],
        status=status,
        life=life,
        authority=authority,
        establishment_number=str(9000 + number if number in KNOWN else 2000 + number // len(AUTHORITIES)),
        region=REGIONS[place % len(REGIONS)],
        street=f"The Old Schoolhouse\n{street}" if number % 400 == 11 else street,
        locality=f"{chance.choice(_FEATURES)} End, {town}" if number % 9 == 4 else "",
        town=town,
        postcode=_postcode(number),
        pupils=pupils if is_counted else None,
        counted_on=counted_on if is_counted else None,
        free_meals=free_meals,
        on_rise=on_rise,
        changed_on=max(changes),
    )


def _postcode(number: int) -> str:
    """Of no real area: theirs do not begin with these letters."""
    area = "ABCDFGHJKLMNPQRSTUVWXYZC"[number % len(AUTHORITIES)]
    return f"Z{area}{1 + number % 9} {number % 10}{'ABDEFGHJLN'[number // 10 % 10]}T"


def life_of(number: int, *, seed: int) -> Life:
    """Most schools were there always and stay. Of every fifty some convert, join, close or open, each on its day."""
    if number in KNOWN:
        return Life()
    base, place = divmod(number, 50)
    first = number - place
    day = _end_of_term(Random(seed * 7 + base), 2006, 2025)  # noqa: S311
    opens_on = day + timedelta(days=1)
    match place:
        case 20:
            return Life(closes_on=day, reason=CONVERTED, successor=first + 21, link="Successor")
        case 21:
            return Life(opens_on=opens_on)
        case 30 | 31:
            return Life(closes_on=day, reason=MERGED, successor=first + 32, link="Successor - amalgamated")
        case 32:
            return Life(opens_on=opens_on)
        case 36 | 37 | 38 | 39:
            return Life(closes_on=day - timedelta(days=365 * (place - 35)))
        case 41 | 42 | 43 | 44:
            return Life(closes_on=_end_of_term(Random(seed * 7 + number), 2021, 2040))  # noqa: S311
        case 47:
            return Life(opens_on=_end_of_term(Random(seed * 7 + number), 2018, 2040) + timedelta(days=1))  # noqa: S311
        case _:
            return Life()


def _end_of_term(chance: Random, first_year: int, last_year: int) -> date:
    month, day = chance.choice(((8, 31), (8, 31), (12, 31), (3, 31)))
    return date(chance.randint(first_year, last_year), month, day)


def _status(life: Life, on: date) -> str:
    if life.opens_on and on < life.opens_on:
        return "4"
    if life.closes_on and life.closes_on <= on:
        return "2"
    if life.closes_on and on >= life.closes_on - _KNOWN_LONG_BEFORE:
        return "3"
    return "1"


def _kind_and_phase(number: int, chance: Random) -> tuple[Kind, str]:
    drawn = chance.choices(_DRAWN, _SHARES)[0]
    phase = chance.choices(("Primary", "Secondary", "All-through", "Middle deemed primary"), (76, 19, 4, 1))[0]
    match number % 100:
        case 21 | 71:
            drawn = "converter"
        case 45:
            drawn, phase = "welsh", "Not applicable"
    phase = {"special": "Not applicable", "unit": "Not applicable", "private": "Not applicable", "nursery": "Nursery",
             "college": "16 plus"}.get(drawn, phase)  # fmt: skip
    return KINDS[drawn], phase


def _name(kind: Kind, phase: str, town: str, chance: Random) -> str:
    feature, saint, draw = chance.choice(_FEATURES), chance.choice(_SAINTS), chance.randrange(4)
    ending = {"Primary": ("Primary School", "Primary School", "Infant School", "Junior School")[draw],
              "Secondary": ("High School", "School", "Community School", "School and Sixth Form")[draw],
              "Middle deemed primary": "Middle School", "All-through": "School"}.get(phase, "School")  # fmt: skip
    match kind.code:
        case "2" | "3":
            faith = "Catholic" if kind.code == "2" and draw else "Church of England"
            return f"{saint} {faith} {ending}, {town}" if draw == 3 else f"{saint} {faith} {ending}"
        case "7":
            return f"{town} Special School"
        case "14":
            return f"{feature} Centre – {town} Pupil Referral Unit"
        case "15":
            return f"{town} Nursery School"
        case "18":
            return f"{town} College"
        case "28" | "34" | "35":
            ending = ending.replace("School", "Academy", 1)
    return f"{town} {ending}" if draw % 2 else f"{feature} {('Lane', 'Road', 'Park', 'Hill')[draw]} {ending}"


def _count(number: int, phase: str, chance: Random, on: date) -> tuple[int, date, date]:
    """Pupils by the newest count that is published, its day in January, and the day in June of its publishing."""
    year = on.year if on >= date(on.year, 6, 1 + number % 28) else on.year - 1
    usual = chance.randint(*_SIZES[phase])
    pupils = usual + round(usual * 0.06 * math.sin(year * 0.9 + number))
    first = date(year, 1, 1)
    third_thursday = first + timedelta(days=(3 - first.weekday()) % 7 + 14)
    return pupils, third_thursday, date(year, 6, 1 + number % 28)
