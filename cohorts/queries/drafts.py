"""What a change of the timetable would do: what keeps it from being made, and whom it concerns."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property, partial
from types import MappingProxyType

from django.conf import settings
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Prefetch, Q, QuerySet

from cohorts.errors import AlreadyBooked, CohortClosed, NotAFacilitator, RegisterTaken
from cohorts.kinds import ChangeKind, SessionMode
from cohorts.models import (
    Absence,
    AttendanceMark,
    Booking,
    Cohort,
    Enrolment,
    FacilitatorProfile,
    Group,
    PendingChange,
    Seminar,
    Venue,
)
from cohorts.rules.timetable import (
    Arrangement,
    changes,
    check_can_lead,
    check_hall,
    check_place_of_sitting,
    check_times,
    check_to_come,
    check_within_course,
    is_forwards,
)
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.web.words import short_day, time_range

from .cohorts import dates_of
from .timetable import who_is_expected_at

EVERY_DAY = "0123456"
# What is looked at again when these change; another link needs no look.
_NEEDS_HALL = {ChangeKind.NEW, ChangeKind.MOVED, ChangeKind.SWITCHED, ChangeKind.VENUE}
_NEEDS_LEADER = {ChangeKind.NEW, ChangeKind.MOVED, ChangeKind.FACILITATOR}
_BOOKS = _NEEDS_HALL | _NEEDS_LEADER


def arrangement_of(seminar: Seminar | PendingChange) -> Arrangement:
    return Arrangement(
        starts_at=seminar.starts_at,
        ends_at=seminar.ends_at,
        mode=seminar.mode,
        venue=seminar.venue_id,
        joining_url=seminar.joining_url,
        facilitator=seminar.facilitator_id,
    )


@dataclass(frozen=True)
class Edit:
    """One session before and after. Of a new one there is no before, of a cancelled one no after."""

    seminar: Seminar
    before: Arrangement | None
    after: Arrangement | None
    reason: str = ""

    @cached_property
    def what(self) -> tuple[ChangeKind, ...]:
        return changes(self.before, self.after)

    @property
    def books(self) -> bool:
        """Whether the session holds something else from then on."""
        return self.after is not None and not _BOOKS.isdisjoint(self.what)

    @property
    def groups(self) -> list[Group]:
        """The groups that it takes up: every one of the cohort, where it names none."""
        return [self.seminar.group] if self.seminar.group else list(self.seminar.cohort.groups.all())

    @property
    def people_most(self) -> int:
        return (self.seminar.group or self.seminar.cohort).capacity

    def concerns_people(self, at: datetime, *, once_published: bool = False) -> bool:
        """What is over before and after concerns nobody any more, and a draft cohort nobody until it is published."""
        ends = [one.ends_at for one in (self.before, self.after) if one]
        return max(ends) > at and (once_published or self.seminar.cohort.state != CohortState.DRAFT)


@dataclass(frozen=True)
class Rows:
    """The rows that some arrangements name, by key."""

    venues: Mapping[int, Venue]
    people: Mapping[int, User]


@dataclass(frozen=True)
class Shown:
    """An arrangement in words: `how` is its mode's label."""

    starts_at: datetime
    ends_at: datetime
    how: str
    venue: Venue | None
    facilitator: User | None


@dataclass(frozen=True)
class Concern:
    """Why somebody is told of an edit: they go there, they lead it, or they led it until now."""

    edit: Edit
    role: str  # goes, leads, led


def rows_of(edits: Iterable[Edit]) -> Rows:
    named = [one for edit in edits for one in (edit.before, edit.after) if one]
    return Rows(
        Venue.objects.in_bulk({one.venue for one in named if one.venue}),
        User.objects.in_bulk({one.facilitator for one in named if one.facilitator}),
    )


def shown(arrangement: Arrangement, rows: Rows) -> Shown:
    return Shown(
        arrangement.starts_at,
        arrangement.ends_at,
        SessionMode(arrangement.mode).label,
        rows.venues[arrangement.venue] if arrangement.venue else None,
        rows.people[arrangement.facilitator] if arrangement.facilitator else None,
    )


def draft_of(cohort: Cohort) -> list[Edit]:
    """What a cohort's draft holds beside what people know: sessions planned, and changes of others. By time."""
    seminars = Seminar.objects.filter(cohort=cohort)
    planned = seminars.filter(state=SeminarState.PLANNED)
    edits = [Edit(one, None, arrangement_of(one)) for one in with_what_edits_read(planned)]
    changed = seminars.filter(state=SeminarState.SCHEDULED, pending__isnull=False).select_related("pending")
    for one in with_what_edits_read(changed):
        after = None if one.pending.is_cancelled else arrangement_of(one.pending)
        edits.append(Edit(one, arrangement_of(one), after, one.pending.reason))
    return sorted(edits, key=lambda edit: (_starts_at(edit), edit.seminar.pk))


def with_what_edits_read(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    return (
        seminars.select_related("item", "group__cohort", "cohort__version")
        .prefetch_related(Prefetch("cohort__groups", Group.objects.order_by("pk")))
        .order_by("starts_at", "pk")
    )


def _starts_at(edit: Edit) -> datetime:
    return (edit.after or arrangement_of(edit.seminar)).starts_at


def faults_of(edits: Sequence[Edit], *, rows: Rows) -> list[list[RuleViolation]]:
    """For each edit what keeps it from being made, the plainest first. Six statements at most, however many edits."""
    find = _Faults(edits, rows)
    return [list(find.of(edit)) for edit in edits]


class _Faults:
    """Everything that the checks read, read once."""

    def __init__(self, edits: Sequence[Edit], rows: Rows) -> None:
        self.rows = rows
        self.now = clock.now()
        leaders = {edit.after.facilitator for edit in edits if edit.after and edit.after.facilitator}
        self.holders = set(
            RoleGrant.objects.open().filter(role=Role.FACILITATOR, person__in=leaders).values_list("person", flat=True)
        )
        self.away: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
        for person, from_on, to_on in Absence.objects.filter(person__in=leaders).values_list(
            "person", "from_on", "to_on"
        ):
            self.away[person].append((from_on, to_on))
        self.weekdays = dict(FacilitatorProfile.objects.filter(person__in=leaders).values_list("person", "weekdays"))
        known = {edit.seminar.pk for edit in edits if edit.before}
        self.marked = set(AttendanceMark.objects.filter(seminar__in=known).values_list("seminar", flat=True).distinct())
        self.clashes = clashes_of(edits, rows=rows)

    def of(self, edit: Edit) -> Iterator[RuleViolation]:
        for check in self._checks(edit):
            try:
                check()
            except RuleViolation as refusal:
                yield refusal

    def _checks(self, edit: Edit) -> Iterator[Callable[[], None]]:
        seminar, after, what = edit.seminar, edit.after, set(edit.what)
        if what & {ChangeKind.MOVED, ChangeKind.CANCELLED} and seminar.pk in self.marked:
            yield partial(_refuse, RegisterTaken())
        if after is None:
            return
        if seminar.cohort.state == CohortState.CLOSED:
            yield partial(_refuse, CohortClosed())
            return
        person = self.rows.people[after.facilitator] if after.facilitator else None
        venue = self.rows.venues.get(after.venue or 0)  # none where it was deleted meanwhile
        if person and what & {ChangeKind.NEW, ChangeKind.FACILITATOR} and person.pk not in self.holders:
            yield partial(_refuse, NotAFacilitator(str(person)))
        if what & {ChangeKind.NEW, ChangeKind.MOVED}:
            yield partial(check_times, after.starts_at, after.ends_at)
            dates = dates_of(seminar.cohort)
            yield partial(check_within_course, after.starts_at, dates=dates, today=clock.london_date(self.now))
            if clock.london_date(after.starts_at) == clock.london_date(self.now):  # an earlier day is refused above
                stood_at = edit.before.starts_at if edit.before else None
                yield partial(check_to_come, after.starts_at, stood_at=stood_at, at=self.now)
        if what & _NEEDS_HALL:
            yield partial(check_place_of_sitting, after.mode, has_venue=venue is not None)
            if venue:
                # It may stay where it stands; booked it is no more, for another time either.
                stays = edit.before and edit.before.venue == after.venue and ChangeKind.MOVED not in what
                retired = venue.retired_at is not None and not stays
                yield partial(
                    check_hall, str(venue), capacity=venue.capacity, people=edit.people_most, is_retired=retired
                )
        if person and what & _NEEDS_LEADER:
            day, away = clock.london_date(after.starts_at), self.away[person.pk]
            weekdays = self.weekdays.get(person.pk, EVERY_DAY)
            yield partial(check_can_lead, str(person), day, weekdays=weekdays, away=away)
        if clash := self.clashes.get(id(edit)):
            yield partial(_refuse, clash)


def _refuse(refusal: RuleViolation) -> None:
    raise refusal


def clashes_of(edits: Sequence[Edit], *, rows: Rows) -> dict[int, AlreadyBooked]:
    """By the edit's identity, what is taken at its time: by a session that stays, or by another of these edits.

    One statement. Whoever books has locked what is booked; the constraint in the database has the last word all
    the same.
    """
    # What ends before it starts is refused for that: no time at all clashes with nothing, and is no range of times.
    booking = [one for one in edits if one.after and one.books and is_forwards(one.after.starts_at, one.after.ends_at)]
    if not booking:
        return {}
    spans = [(edit.after.starts_at, edit.after.ends_at) for edit in booking if edit.after]
    all_of_it = DateTimeTZRange(min(start for start, _ in spans), max(end for _, end in spans))
    wanted = [key for edit in booking for key in _books(edit)]
    taken = Booking.objects.filter(
        Q(venue__in=[key for kind, key in wanted if kind == "venue"])
        | Q(facilitator__in=[key for kind, key in wanted if kind == "facilitator"])
        | Q(group__in=[key for kind, key in wanted if kind == "group"]),
        during__overlap=all_of_it,
    ).exclude(seminar__in=[one.seminar.pk for one in edits if one.seminar.pk and (one.books or one.after is None)])
    held: defaultdict[tuple[str, int | None], list[_Held]] = defaultdict(list)
    for one in taken.select_related("seminar__item", "seminar__group__cohort", "seminar__cohort", "seminar__venue"):
        kind = "venue" if one.venue_id else "facilitator" if one.facilitator_id else "group"
        key = one.venue_id or one.facilitator_id or one.group_id
        held[kind, key].append(_Held(one.during.lower, one.during.upper, one.seminar, one.seminar.venue))
    for edit in booking:
        for kind_and_key in _books(edit):
            held[kind_and_key].append(_held_by(edit, rows))
    return {
        id(edit): AlreadyBooked(
            _name(edit, key, rows), other.when, other.where(*key) if _may_be_named(other, edit) else _OTHERS
        )
        for edit in booking
        for key in reversed(_books(edit))
        for other in held[key]
        if other.seminar is not edit.seminar and other.overlaps(_held_by(edit, rows))
    }


@dataclass(frozen=True)
class _Held:
    """That something is taken, when and for which session."""

    start: datetime
    end: datetime
    seminar: Seminar
    venue: Venue | None

    def overlaps(self, other: "_Held") -> bool:
        return self.start < other.end and other.start < self.end

    @property
    def when(self) -> str:
        return f"on {short_day(self.start)} from {time_range(self.start, self.end)}"

    def where(self, kind: str, key: int) -> str:
        """For what and where, but for what is taken itself: that has been named."""
        place = "" if kind == "venue" else f" at {self.venue}" if self.venue else " online"
        is_the_group = kind == "group" and self.seminar.group_id == key
        of = "" if is_the_group else f" of {self.seminar.group or self.seminar.cohort}"
        return f"“{self.seminar}”{of}{place}"


def _may_be_named(held: _Held, edit: Edit) -> bool:
    """Whether everybody who answers for the edit's cohort answers for the other session's too, and may read of it."""
    theirs, other = edit.seminar.cohort, held.seminar.cohort
    answering = {one for one in (theirs.provider_id, theirs.delivery_partner_id) if one}
    return answering <= {other.provider_id, other.delivery_partner_id}


_OTHERS = f"a cohort of another organisation: {settings.PROVIDER_EMAIL} knows more about it"


def _held_by(edit: Edit, rows: Rows) -> _Held:
    after = edit.after
    assert after  # noqa: S101  # what books has one
    return _Held(after.starts_at, after.ends_at, edit.seminar, rows.venues.get(after.venue or 0))


def _books(edit: Edit) -> list[tuple[str, int]]:
    """What it holds, and would be refused for first."""
    after = edit.after
    assert after  # noqa: S101  # what books has one
    venue = [("venue", after.venue)] if after.venue else []
    facilitator = [("facilitator", after.facilitator)] if after.facilitator else []
    return [*venue, *(("group", group.pk) for group in edit.groups), *facilitator]


def _name(edit: Edit, key: tuple[str, int], rows: Rows) -> str:
    kind, number = key
    if kind == "group":
        return next(str(group) for group in edit.groups if group.pk == number)
    return str(rows.venues[number] if kind == "venue" else rows.people[number])


def concerned(
    edits: Sequence[Edit],
    *,
    at: datetime,
    rows: Rows,
    expected: Mapping[int, list[Enrolment]],
    once_published: bool = False,
    told_otherwise: Mapping[int, Collection[User]] = MappingProxyType({}),
) -> dict[User, list[Concern]]:
    """Whom the edits concern, and each with what of them, in the edits' order; or would once it is published.

    `told_otherwise` are people who go to a session, by its key, and are told of it in another letter.
    """
    found: defaultdict[User, list[Concern]] = defaultdict(list)
    for edit in edits:
        if not edit.concerns_people(at, once_published=once_published):
            continue
        others = told_otherwise.get(edit.seminar.pk, ())
        roles = {one.person: "goes" for one in expected[edit.seminar.pk] if one.person not in others}
        for arrangement, role in ((edit.before, "led" if edit.after else "leads"), (edit.after, "leads")):
            if arrangement and arrangement.facilitator:
                roles[rows.people[arrangement.facilitator]] = role
        for person, role in roles.items():
            found[person].append(Concern(edit, role))
    return dict(sorted(found.items(), key=lambda one: one[0].pk))


@dataclass(frozen=True)
class DraftLine:
    """A line of the draft as a page shows it: what stands until now, what then, and what is in the way."""

    seminar: Seminar
    what: tuple[ChangeKind, ...]
    was: Shown | None
    then: Shown | None
    reason: str
    faults: tuple[str, ...]
    told: int


@dataclass(frozen=True)
class Draft:
    lines: tuple[DraftLine, ...]
    told: Mapping[User, list[Concern]]

    @property
    def has_faults(self) -> bool:
        return any(line.faults for line in self.lines)


def preview_of(cohort: Cohort) -> Draft:
    """What publishing would do now; in a draft cohort, what it would do if that were published."""
    edits = draft_of(cohort)
    rows = rows_of(edits)
    expected = who_is_expected_at(edit.seminar for edit in edits)
    told = concerned(edits, at=clock.now(), rows=rows, expected=expected, once_published=True)
    counts = Counter(concern.edit.seminar.pk for concerns in told.values() for concern in concerns)
    lines = (
        DraftLine(
            edit.seminar,
            edit.what,
            shown(edit.before, rows) if edit.before else None,
            shown(edit.after, rows) if edit.after else None,
            edit.reason,
            tuple(str(fault) for fault in faults),
            counts[edit.seminar.pk],
        )
        for edit, faults in zip(edits, faults_of(edits, rows=rows), strict=True)
    )
    return Draft(tuple(lines), told)
