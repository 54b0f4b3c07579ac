"""Whom to speak to first, why, and the shortest way back: in statements that do not grow with the people."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from django.db import connection
from django.db.models import OuterRef, Q, QuerySet, Subquery

from cohorts.kinds import ContactWay
from cohorts.models import Contact, Enrolment, Membership
from cohorts.rules.engagement import Standing
from cohorts.rules.forecast import Component, ItemState, Policy, PolicyItem, needed_of, way_back_of
from cohorts.rules.policy import PolicyRule, StandingState
from cohorts.rules.warnings import Bar, Spare, is_early_warning, spare_of
from cohorts.states import UNDER_WAY, EnrolmentState
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, ItemKind, Unit
from npqh_portal.web import words

from .engagement import ItemCell, cells_of, standings_of
from .facilitators import LedGroup
from .sheets import school_name

# --- what a policy asks --------------------------------------------------------------------------

_IN_FORCE = """
SELECT p.version_id, p.rule, p.threshold_percent, p.spare_sessions, c.code, c.weight, c.threshold_percent, c.unit,
    i.id, i.code, i.title, i.kind, i.minutes
FROM programmes_engagementpolicy p
JOIN programmes_policycomponent c ON c.policy_id = p.id
LEFT JOIN programmes_item i ON i.version_id = p.version_id AND i.kind = ANY(c.kinds)
WHERE p.id IN (
    SELECT DISTINCT ON (version_id) id FROM programmes_engagementpolicy
    WHERE version_id = ANY(%s) AND adopted_at IS NOT NULL
    ORDER BY version_id, number DESC
)
ORDER BY p.version_id, c.number, i.number
"""


@dataclass(frozen=True)
class InForce:
    """The policy of a version that is in force.

    `sessions` are its items with a register; `codes` and `titles` are of all that count, by item.
    """

    bar: Bar
    policy: Policy
    is_one_sum: bool
    sessions: frozenset[int]
    codes: Mapping[int, str]
    titles: Mapping[int, str]


def in_force(versions: Iterable[int]) -> dict[int, InForce]:
    """By version. One statement."""
    wanted = sorted(set(versions))
    if not wanted:
        return {}
    rows: defaultdict[int, list[_Row]] = defaultdict(list)
    with connection.cursor() as cursor:
        cursor.execute(_IN_FORCE, [wanted])
        for version, *row in cursor.fetchall():
            rows[version].append(_Row(*row))
    return {version: _in_force(found) for version, found in rows.items()}


@dataclass(frozen=True)
class _Row:
    """One item in its component; a component without items has one row, and no item in it."""

    rule: str
    threshold_percent: int
    spare_sessions: int
    code: str
    weight: int
    own_threshold: int | None
    unit: str
    item: int | None
    item_code: str
    title: str
    kind: str
    minutes: int


def _in_force(rows: Sequence[_Row]) -> InForce:
    first = rows[0]
    components = {row.code: row for row in rows}
    items = {code: [row for row in rows if row.code == code and row.item] for code in components}
    seminars = [code for code, found in items.items() if any(row.kind == ItemKind.SEMINAR for row in found)]
    sessions = [code for code, found in items.items() if any(row.kind in KINDS_WITH_REGISTER for row in found)]
    return InForce(
        bar=Bar(
            first.rule,
            first.threshold_percent,
            first.spare_sessions,
            next(iter([*seminars, *sessions]), ""),
            {code: _usual(found) for code, found in items.items()},
        ),
        policy=Policy(
            PolicyRule(first.rule),
            first.threshold_percent,
            tuple(Component(code, row.weight, row.own_threshold) for code, row in components.items()),
        ),
        is_one_sum=len(components) == 1 and first.unit == Unit.MINUTES,
        sessions=frozenset(row.item for row in rows if row.item and row.kind in KINDS_WITH_REGISTER),
        codes={row.item: row.item_code for row in rows if row.item},
        titles={row.item: row.title for row in rows if row.item},
    )


def _usual(items: Sequence[_Row]) -> int:
    """What most seminars are worth; without seminars most sessions, and without these most items. 0 without any."""
    if items and items[0].unit == Unit.UNITS:
        return 1
    for kinds in ({ItemKind.SEMINAR}, KINDS_WITH_REGISTER, set(ItemKind)):
        minutes = sorted(row.minutes for row in items if row.kind in kinds)
        if minutes:
            return max(minutes, key=minutes.count)
    return 0


STANDINGS = {
    StandingState.OUT_OF_REACH: "Out of reach",
    StandingState.AT_RISK: "At risk",
    StandingState.ON_TRACK: "On track",
    StandingState.MET: "Met",
}


# Headings of the two columns in which files have what is to spare: one of them is filled.
SPARE = ("To spare, minutes", "To spare, items")

# --- who is warned -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Judged:
    """Where somebody stands, what they have to spare, and whether they are to be spoken to first."""

    standing: Standing
    spare: Spare | None
    is_warned: bool
    in_force: InForce

    @property
    def share(self) -> Fraction:
        """What lists are sorted by; whoever is asked nothing comes last."""
        return self.spare.share if self.spare else Fraction(2)

    @property
    def standing_words(self) -> str:
        return STANDINGS[self.standing.state] if self.standing.has_list else "No list yet"

    @property
    def can_miss(self) -> str:
        """Sessions of usual length: "None", "1 session, with catch-up", "3 sessions"; of whoever has met it "Any"."""
        if self.standing.is_met:
            return "Any"
        sessions = self.spare.sessions if self.spare else None
        if sessions is None:
            return ""
        if not sessions:
            return "None"
        told = f"{sessions} session{'' if sessions == 1 else 's'}"
        without = self.spare.sessions_without if self.spare else None
        return told if without is None or without >= sessions else f"{told}, with catch-up"

    @property
    def to_spare(self) -> str:
        """Every catch-up done: "7 h 42", "−18 min", "2 items"."""
        if self.spare is None:
            return ""
        room = abs(self.spare.room)
        sign = "−" if self.spare.room < 0 else ""
        told = words.hours(room) if self.spare.unit == Unit.MINUTES else f"{room} item{'' if room == 1 else 's'}"
        return f"{sign}{told}"

    @property
    def spare_minutes(self) -> int | str:
        """The same as a number to sort and sum by, where it is counted in minutes."""
        return self._spare_in(Unit.MINUTES)

    @property
    def spare_items(self) -> int | str:
        return self._spare_in(Unit.UNITS)

    def _spare_in(self, unit: Unit) -> int | str:
        return self.spare.room if self.spare and self.spare.unit == unit else ""


@dataclass(frozen=True)
class Somebody:
    """Whom to judge: an enrolment, its version, and whether they take part at present."""

    enrolment: int
    version: int
    takes_part: bool = True


def judge(people: Iterable[Somebody], at: datetime) -> dict[int, Judged]:
    """By enrolment. Two statements, for one person or for ten thousand."""
    wanted = {one.enrolment: one for one in people}
    policies = in_force({one.version for one in wanted.values()})
    found = {}
    for pk, standing in standings_of(wanted, at).items():
        one, now = wanted[pk], policies[wanted[pk].version]
        spare = spare_of(standing, now.bar)
        is_warned = is_early_warning(standing, spare, now.bar, takes_part=one.takes_part)
        found[pk] = Judged(standing, spare, is_warned, now)
    return found


# --- lines of a list -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Flagged:
    """Somebody on the list, in the least that choosing a page of it needs."""

    enrolment: int
    judged: Judged
    name: str = ""
    cohort: str = ""
    group: str = ""


@dataclass(frozen=True)
class WarningLine:
    """One line as it is read. `last_way` and `last_on` are of the newest contact; empty where there is none."""

    enrolment: int
    public_id: str
    name: str
    school: str
    cohort: str
    group: str
    judged: Judged
    why: str
    last_way: str
    last_on: date | None

    @property
    def standing(self) -> Standing:
        return self.judged.standing


@dataclass(frozen=True)
class Asked:
    """What a list is asked for. `cohort` is a public id, `standing` a state, `order` a key of ORDERS."""

    words: str = ""
    cohort: str = ""
    group: str = ""
    standing: str = ""
    order: str = ""


ORDERS = {
    "spare": "Least to spare first",
    "name": "Name",
    "cohort": "Cohort and group",
}


def under_way(stays: QuerySet[Membership]) -> QuerySet[Membership]:
    """Of these stays, those of people who take part now in a cohort that is under way."""
    return stays.filter(to_on=None, enrolment__state=EnrolmentState.ACTIVE, cohort__state__in=sorted(UNDER_WAY))


def flagged(stays: QuerySet[Membership], asked: Asked, at: datetime) -> list[Flagged]:
    """Everybody of these stays who is to be spoken to first, in order. Three statements."""
    found = under_way(stays)
    if asked.words:
        found = found.annotate(school_called=school_name("enrolment__")).filter(
            Q(enrolment__person__full_name__icontains=asked.words) | Q(school_called__icontains=asked.words)
        )
    if asked.cohort:
        found = found.filter(cohort__public_id=asked.cohort)
    if asked.group:
        found = found.filter(group__name=asked.group)
    columns = ("enrolment", "enrolment__version", "enrolment__person__full_name", "cohort__name", "group__name")
    rows = list(found.order_by().values_list(*columns))
    stand = judge((Somebody(pk, version) for pk, version, *_ in rows), at)
    lines = [
        Flagged(pk, stand[pk], name, cohort, group or "")
        for pk, _, name, cohort, group in rows
        if pk in stand and stand[pk].is_warned and asked.standing in {"", stand[pk].standing.state}
    ]
    lines.sort(key=lambda one: (one.judged.share, one.name.casefold(), one.enrolment))
    if asked.order == "name":
        lines.sort(key=lambda one: one.name.casefold())
    if asked.order == "cohort":
        lines.sort(key=lambda one: (one.cohort, one.group))
    return lines


def places_of(stays: QuerySet[Membership]) -> list[tuple[str, str, str]]:
    """Cohorts and groups to choose from: public id and name of a cohort, and name of a group. One statement."""
    found = under_way(stays).order_by().values_list("cohort__public_id", "cohort__name", "group__name").distinct()
    return [(public_id, name, group or "") for public_id, name, group in found]


def how_many(groups: Iterable[LedGroup], at: datetime) -> int:
    """Of the people in these groups, those to speak to first. Two statements."""
    people = [
        Somebody(stay.enrolment_id, stay.enrolment.version_id)
        for one in groups
        for stay in one.people
        if one.group.cohort.state in UNDER_WAY and stay.enrolment.state == EnrolmentState.ACTIVE
    ]
    return sum(one.is_warned for one in judge(people, at).values())


def warning_lines(chosen: Sequence[Flagged], at: datetime) -> list[WarningLine]:
    """In their order, with what a page says of each. Two statements."""
    return lines_from(chosen, cells_by_person((one.enrolment for one in chosen), at))


def lines_from(chosen: Sequence[Flagged], cells: Mapping[int, Sequence[ItemCell]]) -> list[WarningLine]:
    """The same from cells that were read already, by person; why, of those alone who are warned. One statement."""
    if not chosen:
        return []
    last = Contact.objects.filter(enrolment=OuterRef("pk")).order_by("-on", "-pk")
    columns = Enrolment.objects.filter(pk__in=[one.enrolment for one in chosen]).order_by()
    known = {
        row[0]: row
        for row in columns.values_list(
            "pk",
            "public_id",
            "person__full_name",
            school_name(),
            Subquery(last.values("way")[:1]),
            Subquery(last.values("on")[:1]),
        )
    }
    lines = []
    for one in chosen:
        _, public_id, name, school, way, on = known[one.enrolment]
        lines.append(
            WarningLine(
                one.enrolment,
                public_id,
                name,
                school,
                one.cohort,
                one.group,
                one.judged,
                why(one.judged, cells.get(one.enrolment, ())) if one.judged.is_warned else "",
                ContactWay(way).label if way else "",
                on,
            )
        )
    return lines


def cells_by_person(
    enrolments: Iterable[int], at: datetime, *, items: Iterable[int] | None = None
) -> defaultdict[int, list[ItemCell]]:
    """One statement."""
    found: defaultdict[int, list[ItemCell]] = defaultdict(list)
    for cell in cells_of(enrolments, at, items=items):
        found[cell.enrolment_id].append(cell)
    return found


# --- why, and the shortest way back --------------------------------------------------------------

# Of the shortest way back so many are named in a sentence.
_NAMED = 3

_STATES = {
    "to_come": ItemState.UPCOMING,
    "pending": ItemState.PENDING,
    "recoverable": ItemState.RECOVERABLE,
    "lost": ItemState.LOST,
}


def why(judged: Judged, cells: Sequence[ItemCell]) -> str:
    """What speaks for talking to them, and the least that leads back, in sentences."""
    return " ".join(_why(judged, [cell for cell in cells if cell.fate and cell.rest]))


def _why(judged: Judged, cells: Sequence[ItemCell]) -> Iterator[str]:
    standing, now = judged.standing, judged.in_force
    lost, waiting, is_open = (
        [cell for cell in cells if cell.fate == fate] for fate in ("lost", "pending", "recoverable")
    )
    if lost:
        yield f"Lost {_amount(lost, now)}."
    if waiting:
        yield f"{_amount(waiting, now)} handed in, to be decided."
    if standing.state is StandingState.OUT_OF_REACH:
        yield _short(standing, now)
        yield "Nothing more can be earned." if standing.is_settled else "Talk about deferral."
    elif standing.state is StandingState.AT_RISK:
        yield from _way_back(standing, now, cells)
    elif len(is_open) == 1:
        yield f"{_named(is_open[0], now)} can be caught up until {_day(is_open[0])}."
    elif is_open:
        first_day = _day(min(is_open, key=_last_day))
        yield f"{len(is_open)} catch-ups{_sum(is_open, now)} are open, the first until {first_day}."
    else:
        yield "Nothing is open to catch up."


def _way_back(standing: Standing, now: InForce, cells: Sequence[ItemCell]) -> Iterator[str]:
    """The cheapest way back, which people's own pages choose too; what has to be done is said of nothing else."""
    items = _items(standing, now, cells)
    waiting, is_open = (
        {now.codes[cell.item_id]: cell for cell in cells if cell.fate == fate} for fate in ("pending", "recoverable")
    )
    needed = needed_of(now.policy, items)
    found = way_back_of(now.policy, items, {code: _last_day(cell) for code, cell in is_open.items()})
    own = now.policy.rule is PolicyRule.EACH and any(one.threshold_percent is not None for one in now.policy.components)
    or_else = f"or {'the line' if own else f'{now.policy.threshold_percent}%'} is out of reach"
    if found is None:
        must_be = needed >= set(waiting)
        yield f"What waits must be accepted, {or_else}." if must_be else "What waits is enough once it is accepted."
        return
    chosen = sorted((is_open[str(code)] for code in found.chosen), key=_last_day)
    are_needed = needed >= set(found.chosen)
    if are_needed and len(chosen) == 1:
        yield f"{_named(chosen[0], now)} must be caught up by {_day(chosen[0])}, {or_else}."
        return
    begin_by = f"{'the first ' if found.fewest > 1 else ''}by {words.short_day(found.begin_by)}"
    of_all = f"{found.fewest} of {len(is_open)} catch-ups"
    if are_needed:
        yield f"{of_all}{_sum(chosen, now)} must be done, {begin_by}, {or_else}."
        return
    yield f"At least {of_all} must be done, {begin_by}, {or_else}."
    if len(chosen) == 1:
        yield f"For the shortest way back: {_named(chosen[0], now)} by {_day(chosen[0])}."
    else:
        titles = words.listed([f"“{now.titles[cell.item_id]}”" for cell in chosen])
        these = titles if len(chosen) <= _NAMED else f"{len(chosen)} of them"
        yield f"For the shortest way back: {these}{_sum(chosen, now)}, the first by {_day(chosen[0])}."


def _items(standing: Standing, now: InForce, cells: Iterable[ItemCell]) -> list[PolicyItem]:
    """What the rule is asked about, by code. What is earned stands for all that has no rest."""
    rest: defaultdict[str, list[PolicyItem]] = defaultdict(list)
    for cell in cells:
        rest[cell.component].append(
            PolicyItem(
                now.codes[cell.item_id], cell.component, cell.worth, cell.credited, _STATES[cell.fate], cell.gone
            )
        )
    whole = [
        PolicyItem(f"{part.code}, earned", part.code, worth, worth, ItemState.EARNED)
        for part in standing.components
        if (worth := part.total - sum(item.worth for item in rest[part.code])) > 0
    ]
    return [*(item for found in rest.values() for item in found), *whole]


def _amount(cells: Sequence[ItemCell], now: InForce) -> str:
    """ "8 h in 4 sessions", or without minutes "4 sessions"."""
    noun = "session" if all(cell.item_id in now.sessions for cell in cells) else "item"
    counted = f"{len(cells)} {noun}{'' if len(cells) == 1 else 's'}"
    return f"{words.hours(sum(cell.rest for cell in cells))} in {counted}" if now.is_one_sum else counted


def _sum(cells: Sequence[ItemCell], now: InForce) -> str:
    """ " (8 h)"; nothing without minutes, where their number says it all."""
    return f" ({words.hours(sum(cell.rest for cell in cells))})" if now.is_one_sum else ""


def _named(cell: ItemCell, now: InForce) -> str:
    title = f"“{now.titles[cell.item_id]}”"
    return f"{title} ({words.hours(cell.rest)})" if now.is_one_sum else title


def _short(standing: Standing, now: InForce) -> str:
    told = f"{words.hours(standing.short_by)} short" if now.is_one_sum else f"at most {standing.reachable_percent}"
    return f"{told[:1].upper()}{told[1:]}." if standing.is_settled else f"Even with every catch-up, {told}."


def _last_day(cell: ItemCell) -> date:
    return cell.until or date.max


def _day(cell: ItemCell) -> str:
    return words.short_day(_last_day(cell))
