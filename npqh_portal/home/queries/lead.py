"""Cohorts as the programme lead sees them. The number of statements does not grow with the people."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, JSONObject

from applications.models import Application, StrandDecision
from applications.states import ApplicationState
from cohorts.models import (
    AssessmentWindow,
    Cohort,
    Enrolment,
    Facilitation,
    GuestPlace,
    Membership,
    Seminar,
    SeminarChange,
)
from cohorts.queries import dates_of
from cohorts.queries.heat_map import Column, MapAsked, Person, Row, columns_of, rows_from
from cohorts.queries.sheets import school_name
from cohorts.queries.support import granted_without_supporter
from cohorts.queries.timetable import overdue_registers, with_roll
from cohorts.queries.warnings import Flagged, Judged, Somebody, WarningLine, cells_by_person, judge, lines_from
from cohorts.rules.dates import CourseDates, london_date, month_number
from cohorts.rules.engagement import Standing
from cohorts.rules.policy import StandingState
from cohorts.states import HOLDING, EnrolmentState, SeminarState
from npqh_portal.home.kinds import ChangeList, PeopleList, SessionList
from npqh_portal.home.rules.week import week_of
from npqh_portal.home.rules.words import from_to
from npqh_portal.web import words

UPCOMING = 4
# Of those to speak to first; all of them are a list of their own.
WARNED_AT_ONCE = 6
# Of the map; all of it is a page of its own.
MAPPED_AT_ONCE = 24
TAKES_PART = frozenset({EnrolmentState.ACTIVE, EnrolmentState.COMPLETED})
# The list that a standing puts somebody on.
BY_STANDING = {
    StandingState.MET: PeopleList.MET,
    StandingState.ON_TRACK: PeopleList.ON_TRACK,
    StandingState.AT_RISK: PeopleList.AT_RISK,
    StandingState.OUT_OF_REACH: PeopleList.OUT_OF_REACH,
}
# What a lead has to do about sessions, and what is on this week.
COUNTED = (SessionList.UNASSIGNED, SessionList.OVERDUE, SessionList.SMALL, SessionList.DRAFT, SessionList.WEEK)


# --- which rows each list holds ------------------------------------------------------------------


def sessions_in(kind: SessionList, at: datetime) -> QuerySet[Seminar]:
    """The sessions of a list, of every cohort."""
    holding = Seminar.objects.filter(state__in=HOLDING)
    ahead = holding.filter(ends_at__gt=at)
    match kind:
        case SessionList.AHEAD:
            return ahead
        case SessionList.WEEK:
            begins, ends = week_of(at)
            return holding.filter(state=SeminarState.SCHEDULED, starts_at__gte=begins, starts_at__lt=ends)
        case SessionList.UNASSIGNED:
            return ahead.filter(facilitator=None)
        case SessionList.OVERDUE:
            return overdue_registers(at)
        case SessionList.SMALL:
            return _in_too_small_a_hall(ahead)
        case SessionList.DRAFT:
            return holding.filter(Q(state=SeminarState.PLANNED) | Q(pending__isnull=False))
    return Seminar.objects.all()


def _in_too_small_a_hall(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    """Those whose hall holds fewer than the group takes, or than it has together with guests."""
    guests = GuestPlace.objects.filter(seminar=OuterRef("pk"), ended_at=None).order_by().values("seminar")
    coming = Coalesce("group__places_taken", "cohort__places_taken") + Coalesce(
        Subquery(guests.annotate(n=Count("pk")).values("n")), 0
    )
    takes = Coalesce("group__capacity", "cohort__capacity")
    return seminars.annotate(coming=coming).filter(Q(venue__capacity__lt=takes) | Q(venue__capacity__lt=F("coming")))


def changes_in(kind: ChangeList, at: datetime) -> QuerySet[SeminarChange]:
    """The changes of a list, of every cohort."""
    changes = SeminarChange.objects.all()
    return changes.filter(at__gte=week_of(at)[0]) if kind is ChangeList.WEEK else changes


def waiting_for_place() -> QuerySet[Application]:
    """Accepted, and not in a cohort: never enrolled, or enrolled and taking part without a place."""
    theirs = Enrolment.objects.filter(application=OuterRef("pk"))
    placed = Membership.objects.filter(enrolment=OuterRef("pk"), to_on=None)
    without_place = theirs.filter(~Exists(placed), state=EnrolmentState.ACTIVE)
    return Application.objects.filter(~Exists(theirs) | Exists(without_place), state=ApplicationState.ACCEPTED)


def newest_stays(cohorts: Iterable[Cohort]) -> QuerySet[Membership]:
    """Each person's newest stay, where it is in one of these cohorts: whoever moved on is counted where they are."""
    later = Membership.objects.filter(enrolment=OuterRef("enrolment"), pk__gt=OuterRef("pk"))
    return Membership.objects.filter(~Exists(later), cohort__in=[cohort.pk for cohort in cohorts]).order_by()


def supported_in(cohorts: Iterable[Cohort]) -> QuerySet[Enrolment]:
    """Whoever has a place in one of these cohorts now."""
    stays = Membership.objects.filter(to_on=None, cohort__in=[cohort.pk for cohort in cohorts])
    return Enrolment.objects.filter(pk__in=stays.values("enrolment"))


# --- figures -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Figures:
    """How long each list of a cohort is."""

    people: Mapping[PeopleList, int]
    sessions: Mapping[SessionList, int]
    changes: int
    unsupported: int


@dataclass(frozen=True)
class CohortLine:
    cohort: Cohort
    month: int
    total_months: int
    figures: Figures

    @property
    def has_work(self) -> bool:
        """Whether anything waits to be done."""
        people, sessions = self.figures.people, self.figures.sessions
        waits = [people.get(kind) for kind in (PeopleList.WARNED, PeopleList.UNPLACED, PeopleList.UNGROUPED)]
        waits += [count for kind, count in sessions.items() if kind is not SessionList.WEEK]
        return bool(self.figures.unsupported or any(waits))


_OF_A_STAY = (
    "cohort_id",
    "enrolment_id",
    "enrolment__version_id",
    "enrolment__application_id",
    "enrolment__state",
    "group_id",
    "to_on",
)


@dataclass(frozen=True)
class _Stay:
    """One person of a cohort, in the least that figures need."""

    cohort: int
    enrolment: int
    version: int
    application: int | None
    state: str
    group: int | None
    to_on: date | None

    @property
    def is_open(self) -> bool:
        return self.to_on is None

    @property
    def is_here(self) -> bool:
        return self.is_open and self.state in TAKES_PART


def with_counts(cohorts: QuerySet[Cohort], at: datetime, applications: QuerySet[Application]) -> QuerySet[Any]:
    """Each with the length of its lists of sessions, of changes and of those not placed, in the same statement.

    `applications` are those that the reader may see.
    """
    counts = {f"sessions_{kind.value}": _count(sessions_in(kind, at), "cohort") for kind in COUNTED}
    waiting = waiting_for_place().filter(pk__in=applications.order_by().values("pk"))
    return cohorts.annotate(
        **counts,
        changes_week=_count(changes_in(ChangeList.WEEK, at), "seminar__cohort"),
        people_unplaced=_count(waiting, "intake__cohorts"),
    )


def with_windows(cohorts: QuerySet[Any]) -> QuerySet[Any]:
    """Each with its assessment windows, in the same statement."""
    windows = AssessmentWindow.objects.filter(cohort=OuterRef("pk")).order_by("number")
    days = JSONObject(number="number", opens_on="opens_on", closes_on="closes_on")
    found: QuerySet[Any] = cohorts.annotate(window_days=ArraySubquery(windows.values(days=days)))
    return found


def _count(rows: QuerySet[Any], cohort: str) -> Coalesce:
    counted = rows.filter(**{cohort: OuterRef("pk")}).order_by().values(cohort).annotate(n=Count("pk", distinct=True))
    return Coalesce(Subquery(counted.values("n")), 0)


def cohort_lines(cohorts: Sequence[Any], at: datetime) -> list[CohortLine]:
    """A line for each, in four statements. Each cohort comes from `with_counts`, with its version."""
    today = london_date(at)
    stays = _stays(cohorts)
    judged = _judged(stays, at)
    unsupported = _unsupported(cohorts, stays)
    of_cohort = defaultdict(list)
    for stay in stays:
        of_cohort[stay.cohort].append(stay)
    return [
        CohortLine(
            cohort=cohort,
            month=month_number(cohort.starts_on, today),
            total_months=_total_months(cohort),
            figures=_figures(cohort, of_cohort[cohort.pk], judged, unsupported[cohort.pk]),
        )
        for cohort in cohorts
    ]


def _stays(cohorts: Iterable[Cohort]) -> list[_Stay]:
    found = newest_stays(cohorts).values_list(*_OF_A_STAY)
    return [_Stay(*line) for line in found]


def _judged(stays: Iterable[_Stay], at: datetime) -> dict[int, Judged]:
    """Of whoever is here, by enrolment. Two statements."""
    here = (stay for stay in stays if stay.is_here)
    people = [Somebody(stay.enrolment, stay.version, stay.state == EnrolmentState.ACTIVE) for stay in here]
    return judge(people, at)


def _unsupported(cohorts: Iterable[Cohort], stays: Iterable[_Stay]) -> Counter[int]:
    """Strands without a supporter, by cohort."""
    of_application = {stay.application: stay.cohort for stay in stays if stay.is_open}
    waiting = granted_without_supporter(supported_in(cohorts)).values_list("application_id", flat=True)
    return Counter(of_application[application] for application in waiting if application in of_application)


def _figures(cohort: Any, stays: Iterable[_Stay], judged: Mapping[int, Judged], unsupported: int) -> Figures:
    people = Counter({PeopleList.UNPLACED: cohort.people_unplaced})
    people.update(kind for stay in stays for kind in _lists_of(stay, judged.get(stay.enrolment)))
    return Figures(
        people=people,
        sessions={kind: getattr(cohort, f"sessions_{kind.value}") for kind in COUNTED},
        changes=cohort.changes_week,
        unsupported=unsupported,
    )


def _lists_of(stay: _Stay, judged: Judged | None) -> Iterator[PeopleList]:
    """Every list on which somebody stands: lists and their lengths both come from here."""
    if judged and stay.is_here:
        yield PeopleList.HERE
        if judged.standing.has_list:
            yield BY_STANDING[judged.standing.state]
        if judged.is_warned:
            yield PeopleList.WARNED
        if stay.group is None:
            yield PeopleList.UNGROUPED
    elif stay.state == EnrolmentState.DEFERRED:
        yield PeopleList.DEFERRED
    elif stay.state == EnrolmentState.WITHDRAWN:
        yield PeopleList.WITHDRAWN


# --- one cohort ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class PersonLine:
    """Somebody on a list. Of whoever is not placed yet there is an application, and perhaps no enrolment."""

    name: str
    school: str = ""
    group: str = ""
    enrolment: int | None = None
    public_id: str = ""
    application: int | None = None
    judged: Judged | None = None
    since: date | None = None

    @property
    def standing(self) -> Standing | None:
        return self.judged.standing if self.judged else None


@dataclass(frozen=True)
class Upcoming:
    when: str
    words: str


@dataclass(frozen=True)
class _Window:
    number: int
    opens_on: date
    closes_on: date


@dataclass(frozen=True)
class WindowLine:
    number: int
    when: str
    is_over: bool
    is_open: bool


@dataclass(frozen=True)
class CohortPage:
    cohort: Cohort
    dates: CourseDates
    month: int
    total_months: int
    figures: Figures
    warned: tuple[WarningLine, ...]
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    groups: tuple[Any, ...]
    windows: tuple[WindowLine, ...]
    upcoming: tuple[Upcoming, ...]


def cohort_page(cohort: Any, at: datetime) -> CohortPage:
    """`cohort` from `with_counts` and `with_windows`, with its version. Ten statements."""
    today = london_date(at)
    stays = _stays([cohort])
    judged = _judged(stays, at)
    columns, _ = columns_of(cohort, MapAsked())
    warned, rows = _least_to_spare(judged, columns, at)
    windows = [
        _Window(one["number"], date.fromisoformat(one["opens_on"]), date.fromisoformat(one["closes_on"]))
        for one in cohort.window_days
    ]
    return CohortPage(
        cohort=cohort,
        dates=dates_of(cohort),
        month=month_number(cohort.starts_on, today),
        total_months=_total_months(cohort),
        figures=_figures(cohort, stays, judged, _unsupported([cohort], stays)[cohort.pk]),
        warned=tuple(warned),
        columns=tuple(columns),
        rows=tuple(rows),
        groups=tuple(_groups(cohort, at)),
        windows=tuple(
            WindowLine(
                window.number,
                from_to(window.opens_on, window.closes_on),
                is_over=window.closes_on < today,
                is_open=window.opens_on <= today <= window.closes_on,
            )
            for window in windows
        ),
        upcoming=tuple(_upcoming(cohort, windows, at)),
    )


def _least_to_spare(
    judged: Mapping[int, Judged], columns: Sequence[Column], at: datetime
) -> tuple[list[WarningLine], list[Row]]:
    """The first few to speak to, and the first rows of the map; those with as much to spare by name."""
    found = sorted((Flagged(pk, one) for pk, one in judged.items()), key=lambda one: (one.judged.share, one.enrolment))
    mapped = found[:MAPPED_AT_ONCE]
    warned = [one for one in found if one.judged.is_warned]
    last = warned[:WARNED_AT_ONCE][-1].judged.share if warned else 0
    shown = {one.enrolment: one for one in [*mapped, *(one for one in warned if one.judged.share <= last)]}
    cells = cells_by_person(shown, at)
    lines = sorted(lines_from([*shown.values()], cells), key=lambda line: (line.judged.share, line.name.casefold()))
    first = {one.enrolment for one in mapped}
    people = [
        Person(line.enrolment, line.public_id, line.name, line.group, line.judged)
        for line in lines
        if line.enrolment in first
    ]
    return [line for line in lines if line.judged.is_warned][:WARNED_AT_ONCE], rows_from(people, columns, cells)


def _groups(cohort: Cohort, at: datetime) -> QuerySet[Any]:
    """Each with who leads it now, who will from a coming day (`led_next`, `led_from`), and when it meets next."""
    today = london_date(at)
    led = Facilitation.objects.filter(Q(to_on=None) | Q(to_on__gt=F("from_on")), group=OuterRef("pk"))
    leading = led.filter(Q(to_on=None) | Q(to_on__gt=today), from_on__lte=today)
    coming = led.filter(from_on__gt=today).order_by("from_on")
    ahead = Seminar.objects.filter(group=OuterRef("pk"), state=SeminarState.SCHEDULED, starts_at__gt=at)
    return cohort.groups.annotate(
        led_by=Subquery(leading.order_by("-from_on").values("person__full_name")[:1]),
        led_next=Subquery(coming.values("person__full_name")[:1]),
        led_from=Subquery(coming.values("from_on")[:1]),
        meets_at=Subquery(ahead.order_by("starts_at").values("starts_at")[:1]),
    ).order_by("name", "pk")


def _total_months(cohort: Cohort) -> int:
    return cohort.version.delivery_months + cohort.version.assessment_months


def _upcoming(cohort: Cohort, windows: Iterable[_Window], at: datetime) -> list[Upcoming]:
    """The next sittings and assessment windows, in order of their dates."""
    sittings = (
        Seminar.objects.filter(cohort=cohort, state=SeminarState.SCHEDULED, ends_at__gt=at)
        .select_related("item", "venue", "group")
        .order_by("starts_at", "pk")[:UPCOMING]
    )
    lines = [
        (london_date(sitting.starts_at), Upcoming(words.short_day(sitting.starts_at), _told(sitting)))
        for sitting in sittings
    ]
    lines += [
        (window.opens_on, Upcoming(from_to(window.opens_on, window.closes_on), f"Assessment window {window.number}"))
        for window in windows
        if window.closes_on >= london_date(at)
    ]
    return [line for _, line in sorted(lines, key=lambda pair: pair[0])][:UPCOMING]


def _told(sitting: Seminar) -> str:
    parts = (sitting.item.title, sitting.group and sitting.group.name, sitting.venue and sitting.venue.name)
    return ", ".join(part for part in parts if part)


# --- lists of one cohort -------------------------------------------------------------------------


@dataclass(frozen=True)
class Asked:
    """What somebody asked a list for. Empty asks for nothing in particular."""

    words: str = ""
    group: str = ""
    order: str = ""


PEOPLE_ORDERS: dict[str, tuple[str, Callable[[PersonLine], Any]]] = {
    "spare": ("Least to spare first", lambda line: line.judged.share if line.judged else 0),
    "name": ("Name", lambda line: ()),
    "group": ("Group", lambda line: (not line.group, line.group)),
    "school": ("School", lambda line: (not line.school, line.school.casefold())),
    "earned": ("Most earned first", lambda line: -(line.standing.tenths or 0) if line.standing else 0),
}
SESSION_ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "when": ("Earliest first", ("starts_at", "pk")),
    "newest": ("Latest first", ("-starts_at", "pk")),
    "what": ("What it is", ("item__number", "starts_at", "pk")),
    "group": ("Group", ("group__name", "starts_at", "pk")),
    "leader": ("Who leads it", ("facilitator__full_name", "starts_at", "pk")),
}
CHANGE_ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "newest": ("Newest first", ("-at", "-pk")),
    "oldest": ("Oldest first", ("at", "pk")),
    "session": ("Date of the session", ("seminar__starts_at", "-at", "-pk")),
}
SUPPORT_ORDERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "granted": ("Longest waiting first", ("at", "pk")),
    "name": ("Name", ("application__person__full_name", "pk")),
}


def people_lines(cohort: Cohort, kind: PeopleList, asked: Asked, at: datetime) -> list[PersonLine]:
    """Everybody of a list who takes or took part. Three statements."""
    stays = newest_stays([cohort]).annotate(school_called=school_name("enrolment__"))
    if asked.words:
        stays = stays.filter(
            Q(enrolment__person__full_name__icontains=asked.words)
            | Q(enrolment__person__email__icontains=asked.words)
            | Q(school_called__icontains=asked.words)
        )
    if asked.group:
        stays = stays.filter(group__name=asked.group)
    found = [
        (_Stay(*line), name, school, group or "", public_id)
        for *line, name, school, group, public_id in stays.values_list(
            *_OF_A_STAY, "enrolment__person__full_name", "school_called", "group__name", "enrolment__public_id"
        )
    ]
    judged = _judged((stay for stay, *_ in found), at)
    lines = [
        PersonLine(
            name,
            school,
            group,
            enrolment=stay.enrolment,
            public_id=public_id,
            judged=judged.get(stay.enrolment),
        )
        for stay, name, school, group, public_id in found
        if kind in _lists_of(stay, judged.get(stay.enrolment))
    ]
    by = PEOPLE_ORDERS.get(asked.order, PEOPLE_ORDERS["spare"])[1]
    return sorted(sorted(lines, key=lambda line: line.name.casefold()), key=by)


def unplaced_lines(cohort: Cohort, asked: Asked, applications: QuerySet[Application]) -> list[PersonLine]:
    """Those accepted for one of the cohort's intakes who are in no cohort yet. One statement."""
    waiting = waiting_for_place().filter(intake__cohorts=cohort, pk__in=applications.order_by().values("pk"))
    if asked.words:
        waiting = waiting.filter(
            Q(person__full_name__icontains=asked.words)
            | Q(person__email__icontains=asked.words)
            | Q(school_name__icontains=asked.words)
        )
    enrolled = Enrolment.objects.filter(application=OuterRef("pk"), state=EnrolmentState.ACTIVE)
    found = waiting.order_by("decided_at", "pk").values_list(
        "person__full_name", "school_name", "pk", Subquery(enrolled.values("pk")[:1]), "decided_at"
    )
    lines = [
        PersonLine(name, school, enrolment=enrolment, application=pk, since=london_date(at) if at else None)
        for name, school, pk, enrolment, at in found
    ]
    return sorted(lines, key=lambda line: line.name.casefold()) if asked.order == "name" else lines


def session_lines(cohort: Cohort, kind: SessionList, asked: Asked, at: datetime) -> QuerySet[Seminar]:
    """The sessions of a list, each with `roll` and `unmarked`."""
    of_list = sessions_in(kind, at).filter(cohort=cohort).order_by()
    found = Seminar.objects.filter(pk__in=of_list.values("pk"))
    if asked.words:
        found = found.filter(
            Q(item__title__icontains=asked.words)
            | Q(facilitator__full_name__icontains=asked.words)
            | Q(venue__name__icontains=asked.words)
        )
    if asked.group:
        found = found.filter(group__name=asked.group)
    order = SESSION_ORDERS.get(asked.order, SESSION_ORDERS["when"])[1]
    return with_roll(found.select_related("item", "group", "venue", "facilitator", "pending")).order_by(*order)


def change_lines(cohort: Cohort, kind: ChangeList, asked: Asked, at: datetime) -> QuerySet[SeminarChange]:
    found = changes_in(kind, at).filter(seminar__cohort=cohort)
    if asked.words:
        found = found.filter(seminar__item__title__icontains=asked.words)
    if asked.group:
        found = found.filter(seminar__group__name=asked.group)
    order = CHANGE_ORDERS.get(asked.order, CHANGE_ORDERS["newest"])[1]
    return found.select_related("seminar__item", "seminar__group", "by").order_by(*order)


def unsupported_lines(cohort: Cohort, asked: Asked) -> QuerySet[StrandDecision]:
    found = granted_without_supporter(supported_in([cohort]))
    if asked.words:
        found = found.filter(
            Q(application__person__full_name__icontains=asked.words)
            | Q(application__school_name__icontains=asked.words)
        )
    return found.order_by(*SUPPORT_ORDERS.get(asked.order, SUPPORT_ORDERS["granted"])[1])
