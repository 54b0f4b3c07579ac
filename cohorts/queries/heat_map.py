"""People by items: one letter each, and what they have to spare. As many statements for 500 people as for one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Concat

from cohorts.models import Cohort, Membership, Seminar
from cohorts.rules.dates import london_date
from cohorts.rules.heat_map import Letter, letter_of
from cohorts.states import EnrolmentState, SeminarState
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, ItemKind, Unit
from npqh_portal.programmes.models import Item
from npqh_portal.web import words

from .engagement import ItemCell
from .sheets import school_name
from .warnings import SPARE, Judged, Somebody, cells_by_person, judge

SESSIONS, OWN_TIME = "sessions", "own-time"
WARNED = "warned"
TAKES_PART = (EnrolmentState.ACTIVE, EnrolmentState.COMPLETED)

ORDERS = {
    "spare": "Least to spare first",
    "name": "Name",
    "group": "Group",
    "earned": "Most earned first",
}


@dataclass(frozen=True)
class MapAsked:
    """What a map is asked for. `kind` is SESSIONS, OWN_TIME or a kind of item; days are those of the first session."""

    words: str = ""
    group: str = ""
    standing: str = ""
    kind: str = SESSIONS
    order: str = ""
    from_on: date | None = None
    to_on: date | None = None


# --- columns -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """An item. `on` is the day of its session in that group, or of the first where groups meet on days of their own.

    `items` are the same by its code in every version of the programme, for whoever follows another than their cohort.
    """

    items: tuple[int, ...]
    code: str
    number: int
    title: str
    kind: str
    on: date | None
    has_register: bool

    @property
    def told(self) -> str:
        return f"{self.title}, {words.short_day(self.on)}" if self.on else self.title


def columns_of(cohort: Cohort, asked: MapAsked) -> tuple[list[Column], list[tuple[str, str]]]:
    """The columns that are asked for, and the kinds there are to choose from. One statement."""
    held = Seminar.objects.filter(cohort=cohort, state=SeminarState.SCHEDULED, item=OuterRef("pk"))
    if asked.group:
        held = held.filter(Q(group=None) | Q(group__name=asked.group))
    of_programme = Item.objects.filter(version__programme=cohort.version.programme_id)
    alike = of_programme.filter(code=OuterRef("code")).order_by().values("code")
    items = Item.objects.filter(version=cohort.version_id).annotate(
        held_at=Subquery(held.order_by("starts_at").values("starts_at")[:1]),
        alike=Subquery(alike.annotate(keys=ArrayAgg("pk")).values("keys")),
    )
    found = [
        Column(
            tuple(item.alike),
            item.code,
            item.number,
            item.title,
            item.kind,
            london_date(item.held_at) if item.held_at else None,
            item.kind in KINDS_WITH_REGISTER,
        )
        for item in items.order_by("number")
    ]
    kinds = {column.kind for column in found}
    choices = [(SESSIONS, "Sessions"), (OWN_TIME, "Done in one’s own time")]
    choices += [(kind.value, str(kind.label)) for kind in ItemKind if kind in kinds]
    return [column for column in found if _is_wanted(column, asked)], choices


def _is_wanted(column: Column, asked: MapAsked) -> bool:
    is_of_kind = {SESSIONS: column.has_register, OWN_TIME: not column.has_register}.get(
        asked.kind, column.kind == asked.kind
    )
    if not is_of_kind or not (asked.from_on or asked.to_on):
        return is_of_kind
    return column.on is not None and (asked.from_on or date.min) <= column.on <= (asked.to_on or date.max)


# --- rows ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Person:
    """`follows` names the version of somebody who follows another than their cohort."""

    enrolment: int
    public_id: str
    name: str
    group: str
    judged: Judged
    follows: str = ""

    @property
    def percent(self) -> str:
        return self.judged.standing.percent


def people_of(stays: QuerySet[Membership], asked: MapAsked, at: datetime) -> list[Person]:
    """Whoever takes part or has finished, in order. Three statements."""
    own = Concat("enrolment__version__programme__name", Value(" "), "enrolment__version__label")
    follows = Case(When(enrolment__version=F("cohort__version"), then=Value("")), default=own)
    found = stays.filter(to_on=None, enrolment__state__in=TAKES_PART).annotate(follows=follows)
    if asked.words:
        found = found.annotate(school_called=school_name("enrolment__")).filter(
            Q(enrolment__person__full_name__icontains=asked.words) | Q(school_called__icontains=asked.words)
        )
    if asked.group:
        found = found.filter(group__name=asked.group)
    rows = list(
        found.order_by().values_list(
            "enrolment",
            "enrolment__version",
            "enrolment__state",
            "enrolment__public_id",
            "enrolment__person__full_name",
            "group__name",
            "follows",
        )
    )
    judged = judge((Somebody(pk, version, state == EnrolmentState.ACTIVE) for pk, version, state, *_ in rows), at)
    people = [
        Person(pk, public_id, name, group or "", judged[pk], follows)
        for pk, _, _, public_id, name, group, follows in rows
        if pk in judged and _stands(judged[pk], asked.standing)
    ]
    people.sort(key=lambda one: (one.judged.share, one.name.casefold(), one.enrolment))
    if asked.order == "name":
        people.sort(key=lambda one: one.name.casefold())
    if asked.order == "group":
        people.sort(key=lambda one: (not one.group, one.group))
    if asked.order == "earned":
        people.sort(key=lambda one: -(one.judged.standing.tenths or 0))
    return people


def _stands(judged: Judged, wanted: str) -> bool:
    if wanted == WARNED:
        return judged.is_warned
    return not wanted or (judged.standing.has_list and judged.standing.state == wanted)


@dataclass(frozen=True)
class Box:
    """Where a person and an item meet. `seminar` is a public id, of the register that says it."""

    letter: Letter
    more: str
    seminar: str
    credited: int

    @property
    def told(self) -> str:
        """What it stands for, and how much was earned, or until when it can be caught up."""
        return f"{self.letter.label}, {self.more}" if self.more else str(self.letter.label)

    @property
    def look(self) -> str:
        """The class of its style."""
        return _LOOKS[self.letter]

    @property
    def is_recorded(self) -> bool:
        return self.letter not in {Letter.TO_COME, Letter.NOT_ASKED}


_LOOKS = {
    Letter.PRESENT: "c-p",
    Letter.PARTLY: "c-t",
    Letter.CAUGHT_UP: "c-c",
    Letter.WAITS: "c-w",
    Letter.RECOVERABLE: "c-r",
    Letter.AUTHORISED: "c-e",
    Letter.ABSENT: "c-a",
    Letter.EXEMPT: "c-e",
    Letter.TO_COME: "c-u",
    Letter.NOT_ASKED: "c-n",
}
NOT_ON_LIST = Box(Letter.NOT_ASKED, "", "", 0)


@dataclass(frozen=True)
class Row:
    """Somebody and their boxes, one for each column."""

    person: Person
    boxes: tuple[Box, ...]
    columns: tuple[Column, ...]

    @property
    def pairs(self) -> list[tuple[Column, Box]]:
        return list(zip(self.columns, self.boxes, strict=True))

    @property
    def by_letter(self) -> list[tuple[Letter, list[tuple[Column, Box]]]]:
        """The same as a list: exceptions first, as the key has them, what is to come and what is not asked last."""
        order = {letter: place for place, letter in enumerate(_AS_LISTED)}
        pairs = sorted(self.pairs, key=lambda pair: order[pair[1].letter])
        return [(letter, list(found)) for letter, found in groupby(pairs, key=lambda pair: pair[1].letter)]


_AS_LISTED = (
    Letter.ABSENT,
    Letter.RECOVERABLE,
    Letter.WAITS,
    Letter.PARTLY,
    Letter.AUTHORISED,
    Letter.CAUGHT_UP,
    Letter.PRESENT,
    Letter.EXEMPT,
    Letter.TO_COME,
    Letter.NOT_ASKED,
)


def rows_of(people: Sequence[Person], columns: Sequence[Column], at: datetime) -> list[Row]:
    """One statement."""
    items = [item for column in columns for item in column.items]
    return rows_from(people, columns, cells_by_person((one.enrolment for one in people), at, items=items))


def rows_from(
    people: Iterable[Person], columns: Sequence[Column], cells: Mapping[int, Sequence[ItemCell]]
) -> list[Row]:
    """The same from cells that were read already, by person."""
    return [
        _row(person, columns, {cell.item_id: cell for cell in cells.get(person.enrolment, ())}) for person in people
    ]


def letters_of(rows: Iterable[Row]) -> list[tuple[Letter, str]]:
    """The key: every letter that is there, and its look."""
    there = {box.letter: box.look for row in rows for box in row.boxes}
    return [(letter, there[letter]) for letter in Letter if letter in there]


def _row(person: Person, columns: Sequence[Column], cells: Mapping[int, ItemCell]) -> Row:
    of_hours = person.judged.in_force.is_one_sum
    found = (next((cells[item] for item in column.items if item in cells), None) for column in columns)
    boxes = tuple(_box(cell, of_hours=of_hours) if cell else NOT_ON_LIST for cell in found)
    return Row(person, boxes, tuple(columns))


def _box(cell: ItemCell, *, of_hours: bool) -> Box:
    letter = letter_of(expectation=cell.expectation, status=cell.status, fate=cell.fate, rest=cell.rest)
    more = []
    if cell.credited and cell.rest and letter not in {Letter.EXEMPT, Letter.NOT_ASKED}:
        amounts = (cell.credited, cell.worth)
        credited, worth = (words.hours(one) for one in amounts) if of_hours else amounts
        more.append(f"{credited} of {worth} earned")
    if cell.fate == "recoverable" and cell.rest and cell.until:
        more.append(f"until {words.short_day(cell.until)}")
    return Box(letter, ", ".join(more), cell.seminar, cell.credited)


def group_names(stays: QuerySet[Membership]) -> list[str]:
    """Of the groups these people are in. One statement."""
    named = stays.filter(to_on=None).exclude(group=None).order_by().values("group__name").annotate(n=Count("pk"))
    return sorted(row["group__name"] for row in named)


# --- to take away --------------------------------------------------------------------------------

Table = list[tuple[object, ...]]
_UNITS = {Unit.MINUTES.value: "minutes", Unit.UNITS.value: "items"}


def map_table(rows: Iterable[Row], columns: Sequence[Column]) -> Table:
    """Two columns for each item: its letter, and what is credited, in minutes or items where all are in the same."""
    rows = list(rows)
    units = {_UNITS[part.unit] for row in rows for part in row.person.judged.standing.components}
    of = f", {next(iter(units))}" if len(units) == 1 else ""
    titles: list[object] = ["Name", "Group", "Follows another version", "Standing", "Earned", *SPARE]
    for column in columns:
        titles += [column.told, f"{column.title}, credited{of}"]
    table: Table = [tuple(titles)]
    for row in rows:
        one = row.person
        spare = (one.judged.spare_minutes, one.judged.spare_items)
        line: list[object] = [one.name, one.group, one.follows, one.judged.standing_words, one.percent, *spare]
        for box in row.boxes:
            line += [box.letter.value, box.credited]
        table.append(tuple(line))
    return table


def engagement_table(people: Sequence[Person]) -> Table:
    """One line for each person; four columns for each component that any of them has."""
    names = {
        part.code: f"{part.name}, {_UNITS[part.unit]}" for one in people for part in one.judged.standing.components
    }
    titles: list[object] = ["Name", "Group", "Standing", "Earned", "Can be reached", *SPARE, "Can still miss"]
    for name in names.values():
        titles += [f"{name}, credited", f"{name}, in all", f"{name}, still to earn", f"{name}, lost"]
    table: Table = [tuple(titles)]
    for one in people:
        standing = one.judged.standing
        line: list[object] = [
            one.name,
            one.group,
            one.judged.standing_words,
            standing.percent,
            standing.reachable_percent,
            one.judged.spare_minutes,
            one.judged.spare_items,
            one.judged.can_miss,
        ]
        parts = {part.code: part for part in standing.components}
        for code in names:
            part = parts.get(code)
            line += [part.credited, part.total, part.reachable - part.credited, part.lost] if part else ["", "", "", ""]
        table.append(tuple(line))
    return table
