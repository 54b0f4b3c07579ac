"""A draft of a timetable: what is held when, from a programme, its terms, and a pattern of days.

One session a week at most for each group, in the order of the programme, each about as far into its term as the work
before it. What cannot be held is listed with why; nothing is left out silently. The same input gives the same draft.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction
from typing import Literal

from .dates import LONDON, is_on_the_clock, london_date
from .terms import Term
from .timetable import WEEKDAYS

# From so many minutes on, a session fills the day and starts in the morning.
WHOLE_DAY_MINUTES = 240
# How far apart the sessions of a term are spread at first, then ever closer, until as many fit as can.
_SPREADS = tuple(Fraction(n, 4) for n in (4, 3, 2, 1, 0))

What = Literal["venue", "facilitator", "group"]
Span = tuple[datetime, datetime]
Days = tuple[date, date]


@dataclass(frozen=True)
class Piece:
    """An item of the programme. `number` is its place in the course; one without a register is held by nobody."""

    key: int
    number: int
    title: str
    kind: str
    minutes: int
    term: int
    in_person: bool
    has_register: bool = True


@dataclass(frozen=True)
class Leader:
    key: int
    name: str
    weekdays: frozenset[int] = frozenset(range(7))
    away: tuple[Days, ...] = ()


@dataclass(frozen=True)
class Hall:
    key: int
    name: str
    capacity: int


@dataclass(frozen=True)
class Party:
    """Who meets: a group, or with no key the whole cohort. `days_later` than the chosen weekdays."""

    key: int | None
    name: str
    people: int
    leader: Leader | None = None
    hall: Hall | None = None
    days_later: int = 0


@dataclass(frozen=True)
class Pattern:
    """How sessions recur. `together` are the kinds held for the whole cohort at once."""

    weekdays: frozenset[int]
    weeks_between: int
    starts_at: time
    whole_days_start_at: time
    forbidden: tuple[Days, ...] = ()
    together: frozenset[str] = frozenset({"conference"})

    def start_of(self, piece: Piece) -> time:
        return self.whole_days_start_at if piece.minutes > WHOLE_DAY_MINUTES else self.starts_at


@dataclass(frozen=True)
class Sitting:
    piece: Piece
    party: Party
    starts_at: datetime
    ends_at: datetime
    term: Term

    @property
    def hall(self) -> Hall | None:
        return self.party.hall if self.piece.in_person else None


@dataclass(frozen=True)
class Unfit:
    piece: Piece
    party: Party
    why: str


@dataclass(frozen=True)
class Draft:
    """By time, and by the order of the course."""

    sittings: tuple[Sitting, ...] = ()
    unfit: tuple[Unfit, ...] = ()


@dataclass(frozen=True)
class Frame:
    """What a draft has to fit into.

    `first` and `last` are the first and the last day on which anything may be held; `taken` is what others have
    booked; `held` are sessions that stand already, by item and group (None for the whole cohort), with their day.
    """

    groups: tuple[Party, ...]
    everyone: Party
    first: date
    last: date
    terms: Sequence[Term]
    holidays: Mapping[date, str]
    taken: Mapping[tuple[What, int], Sequence[Span]] = field(default_factory=dict)
    held: Mapping[tuple[int, int | None], date] = field(default_factory=dict)

    @property
    def group_keys(self) -> list[int]:
        return [group.key for group in self.groups if group.key is not None]


def generate(pieces: Sequence[Piece], pattern: Pattern, frame: Frame) -> Draft:
    """Every piece with a register for every party that lacks it: either placed, or listed with why not."""
    in_order = sorted(pieces, key=lambda piece: (piece.term, piece.number))
    state = _State(pattern, frame, {piece.key: place for place, piece in enumerate(in_order)})
    for number in sorted({piece.term for piece in in_order}):
        of_term = [piece for piece in in_order if piece.term == number]
        if number > len(frame.terms):
            state.leave_out(of_term, _no_term(number, frame))
            continue
        tries = (state.with_term(of_term, frame.terms[number - 1], spread) for spread in _SPREADS)
        state = min(tries, key=lambda tried: len(tried.unfit))  # of several equally good ones the first
    return Draft(tuple(sorted(state.sittings, key=_by_time)), tuple(state.unfit))


class _State:
    """What has been placed so far. A try at a term works on a copy, and is thrown away where another fits more."""

    def __init__(self, pattern: Pattern, frame: Frame, order: Mapping[int, int]) -> None:
        self.pattern, self.frame, self.order = pattern, frame, order
        self.sittings: list[Sitting] = []
        self.unfit: list[Unfit] = []
        self.taken: defaultdict[tuple[What, int], list[Span]] = defaultdict(list)
        for what, spans in frame.taken.items():
            self.taken[what].extend(spans)
        # The last day on which each group met so far.
        self.met: dict[int | None, date] = {}

    def copy(self) -> "_State":
        twin = _State(self.pattern, self.frame, self.order)
        twin.sittings, twin.unfit, twin.met = [*self.sittings], [*self.unfit], {**self.met}
        twin.taken = defaultdict(list, {what: [*spans] for what, spans in self.taken.items()})
        return twin

    def leave_out(self, pieces: Sequence[Piece], why: str) -> None:
        for piece in pieces:
            self.unfit += [Unfit(piece, party, why) for party in self._missing(piece)]

    def with_term(self, pieces: Sequence[Piece], term: Term, spread: Fraction) -> "_State":
        """A copy in which the pieces of a term are placed; with a spread of 1 over all of it, with 0 from its start.

        Each belongs to a week and not to a day, so that groups of different weekdays have it in the same one.
        """
        twin = self.copy()
        first, last = max(term.starts_on, self.frame.first), min(term.ends_on, self.frame.last)
        minutes = sum(piece.minutes for piece in pieces)
        before = 0
        for piece in pieces:
            days = max(0, (last - first).days) * spread * before / minutes
            parties = twin._missing(piece)
            aim = twin._week(parties, first, first + timedelta(days=int(days))) if spread else first
            for party in parties:
                twin._place(piece, party, term, aim, min(last, twin._latest(piece, party)))
            twin._pass(piece)
            before += piece.minutes
        return twin

    def _week(self, parties: Sequence[Party], first: date, aim: date) -> date:
        """The nearest Monday; the next one, where some of them could not meet from `first` on in that week."""
        monday = _monday(aim + timedelta(days=3))
        sunday = monday + timedelta(days=6)
        can_all_meet = all(any(self._days(party, max(first, monday), sunday)) for party in parties)
        return monday if can_all_meet else monday + timedelta(weeks=1)

    def _missing(self, piece: Piece) -> list[Party]:
        """For whom it is still to be placed. Where one group has it for itself, so have the others."""
        if not piece.has_register or (piece.key, None) in self.frame.held:
            return []
        keys = self.frame.group_keys
        has_own = any((piece.key, key) in self.frame.held for key in keys)
        if has_own or (piece.kind not in self.pattern.together and keys):
            return [group for group in self.frame.groups if (piece.key, group.key) not in self.frame.held]
        return [self.frame.everyone]

    def _pass(self, piece: Piece) -> None:
        """What stands already keeps its place in the order too."""
        for key in [None, *self.frame.group_keys]:
            if day := self.frame.held.get((piece.key, key)):
                self._note(key, day)

    def _note(self, key: int | None, day: date) -> None:
        for met in [*self.frame.group_keys, None] if key is None else [key]:
            self.met[met] = max(self.met.get(met, day), day)

    def _earliest(self, party: Party) -> date | None:
        """The first day on which a party may meet again; None where it has not met yet."""
        keys = [*self.frame.group_keys, None] if party.key is None else [party.key, None]
        last = max((self.met[key] for key in keys if key in self.met), default=None)
        if last is None:
            return None
        return _monday(last) + timedelta(weeks=self.pattern.weeks_between)

    def _latest(self, piece: Piece, party: Party) -> date:
        """The last day on which it comes before whatever stands already and follows it."""
        keys = {None, *self.frame.group_keys} if party.key is None else {None, party.key}
        place = self.order[piece.key]
        after = [
            day for (item, key), day in self.frame.held.items() if key in keys and self.order.get(item, place) > place
        ]
        return min(after) - timedelta(days=1) if after else self.frame.last

    def _place(self, piece: Piece, party: Party, term: Term, aim: date, last: date) -> None:
        earliest = self._earliest(party)
        first = max(term.starts_on, self.frame.first, earliest or self.frame.first)
        if why := self._never(piece, party):
            self.unfit.append(Unfit(piece, party, why))
            return
        against: Counter[str] = Counter()
        sooner = list(self._days(party, first, min(aim - timedelta(days=1), last)))
        # From where it belongs to the end of the term; else the latest day before that.
        for day in [*self._days(party, max(first, aim), last), *reversed(sooner)]:
            span = self._span(piece, day)
            why = self._against(day, span, party, piece)
            if why or span is None:
                against[why] += 1
                continue
            self._take(Sitting(piece, party, *span, term))
            return
        self.unfit.append(Unfit(piece, party, self._why(against, party, term, first, last, earliest)))

    def _take(self, sitting: Sitting) -> None:
        self.sittings.append(sitting)
        for what in self._needs(sitting.piece, sitting.party):
            self.taken[what].append((sitting.starts_at, sitting.ends_at))
        self._note(sitting.party.key, london_date(sitting.starts_at))

    def _needs(self, piece: Piece, party: Party) -> Iterator[tuple[What, int]]:
        if party.leader:
            yield "facilitator", party.leader.key
        if piece.in_person and party.hall:
            yield "venue", party.hall.key
        for key in self.frame.group_keys if party.key is None else [party.key]:
            yield "group", key

    def _days(self, party: Party, first: date, last: date) -> Iterator[date]:
        weekdays = {(weekday + party.days_later) % 7 for weekday in self.pattern.weekdays}
        for days in range((last - first).days + 1):
            day = first + timedelta(days=days)
            if day.weekday() in weekdays:
                yield day

    def _span(self, piece: Piece, day: date) -> Span | None:
        """Its moments on that day; None where London clocks leave out, or repeat, the time it starts or ends at."""
        at = self.pattern.start_of(piece)
        starts_at = datetime.combine(day, at, tzinfo=LONDON).astimezone(UTC)
        ends_at = starts_at + timedelta(minutes=piece.minutes)
        end = ends_at.astimezone(LONDON)
        is_plain = is_once_on_the_clock(day, at) and is_once_on_the_clock(day, end.time()) and end.date() == day
        return (starts_at, ends_at) if is_plain else None

    def _never(self, piece: Piece, party: Party) -> str:
        """Why it cannot be held on any day; empty where it can."""
        hall = party.hall
        if piece.in_person and hall is None:
            return f"It is held in person, and no venue is chosen for {party.name}."
        if piece.in_person and hall and hall.capacity < party.people:
            return f"{hall.name} holds {hall.capacity}, and {party.name} is for {party.people}."
        at = self.pattern.start_of(piece)
        if at.hour * 60 + at.minute + piece.minutes >= 24 * 60:
            return f"It takes {piece.minutes} minutes, and would not end before midnight. Choose an earlier start."
        return ""

    def _against(self, day: date, span: Span | None, party: Party, piece: Piece) -> str:
        """What rules a day out, in words that can be counted; empty where nothing does."""
        if day in self.frame.holidays:
            return "a bank holiday"
        if any(first <= day <= last for first, last in self.pattern.forbidden):
            return "ruled out by you"
        if span is None:
            return "a night on which the clocks change"
        if party.leader and day.weekday() not in party.leader.weekdays:
            return f"a day on which {party.leader.name} does not lead sessions"
        if party.leader and any(first <= day <= last for first, last in party.leader.away):
            return f"a day on which {party.leader.name} is away"
        taken = [what for what in self._needs(piece, party) if self._is_taken(what, span)]
        return self._taken_in_words(taken[0], party) if taken else ""

    def _is_taken(self, what: tuple[What, int], span: Span) -> bool:
        return any(starts < span[1] and span[0] < ends for starts, ends in self.taken[what])

    def _taken_in_words(self, what: tuple[What, int], party: Party) -> str:
        if what[0] == "facilitator" and party.leader:
            return f"a day on which {party.leader.name} is booked"
        if what[0] == "venue" and party.hall:
            return f"a day on which {party.hall.name} is booked"
        return f"a day on which {party.name} meets already"

    def _why(
        self, against: Counter[str], party: Party, term: Term, first: date, last: date, earliest: date | None
    ) -> str:
        weekdays = sorted({(weekday + party.days_later) % 7 for weekday in self.pattern.weekdays})
        named = " or ".join(WEEKDAYS[weekday] for weekday in weekdays)
        if term.ends_on < self.frame.first:
            return f"{term.name} is over."
        if last < first and first == earliest:
            return f"The session before it comes too late in {term.name} for another one {self._spacing()} later."
        if last < first:
            return f"{term.name} has no day left for it before what stands in the timetable already."
        if not against:
            return f"{term.name} has no {named} from {_on(first)} to {_on(last)}."
        reasons = [f"{why} ({_times(count)})" for why, count in sorted(against.items())]
        return f"Every {named} of {term.name} from {_on(first)} to {_on(last)} is {_listed(reasons)}."

    def _spacing(self) -> str:
        weeks = self.pattern.weeks_between
        return "a week" if weeks == 1 else f"{weeks} weeks"


def is_once_on_the_clock(day: date, at: time) -> bool:
    """Whether London clocks show that time on that day, and only once."""
    written = datetime.combine(day, at, tzinfo=LONDON)
    return is_on_the_clock(day, at) and written.utcoffset() == written.replace(fold=1).utcoffset()


def _by_time(sitting: Sitting) -> tuple[datetime, int, int]:
    return sitting.starts_at, sitting.piece.number, sitting.party.key or 0


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _no_term(number: int, frame: Frame) -> str:
    between = f"between {_on(frame.first)} and {_on(frame.last)}"
    if not frame.terms:
        return f"No school term is entered {between}. Enter the dates of the terms first."
    return f"It belongs into school term {number}, and {between} only {len(frame.terms)} of them are entered."


def _on(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _listed(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} or {parts[-1]}"
