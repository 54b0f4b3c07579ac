"""What a timetable is planned from, what a cohort lacks before it can be published, and its terms."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import Count, Q, QuerySet

from cohorts.kinds import SessionMode
from cohorts.models import Absence, Booking, Cohort, Facilitation, FacilitatorProfile, Group, SchoolTerm, Seminar, Venue
from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.dates import CourseDates, course_dates, end_of, first_moment, london_date
from cohorts.rules.generation import Draft, Frame, Hall, Leader, Party, Pattern, Piece, Span, What, generate
from cohorts.rules.terms import Term, term_of, terms_of_course, terms_with
from cohorts.rules.timetable import WEEKDAYS, Arrangement, UsualDays, cares_of_day
from cohorts.states import HOLDING, CohortState, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of, words_of
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, SYNCHRONOUS, Mode
from npqh_portal.programmes.models import Item, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.words import hours, short_day, short_moment

from .cohorts import dates_of, windows_of
from .drafts import draft_of, faults_of, rows_of

# --- what is planned from ------------------------------------------------------------------------


@dataclass(frozen=True)
class GroupChoice:
    """Who leads a group, and where it meets; without a group, the whole cohort."""

    group: Group | None
    facilitator: User | None = None
    venue: Venue | None = None
    days_later: int = 0


@dataclass(frozen=True)
class PlanChoice:
    pattern: Pattern
    groups: tuple[GroupChoice, ...]
    everyone: GroupChoice
    joining_url: str = ""

    @property
    def all(self) -> tuple[GroupChoice, ...]:
        return *self.groups, self.everyone


@dataclass(frozen=True)
class Plan:
    """What would be written, `replaced` sessions of an earlier draft going; the digest is of all of it."""

    choice: PlanChoice
    draft: Draft
    terms: tuple[Term, ...]
    in_person_terms: int
    replaced: int
    kept: int

    @property
    def at_weekends(self) -> list[str]:
        """The groups that so many days later would meet on a Saturday or Sunday that nobody chose, in sentences."""
        chosen = self.choice.pattern.weekdays
        return [
            f"{one.group.name} would meet on {WEEKDAYS[weekday]}s."
            for one in self.choice.groups
            for weekday in sorted({(weekday + one.days_later) % 7 for weekday in chosen} & {5, 6} - chosen)
            if one.group
        ]

    @property
    def digest(self) -> str:
        pattern = self.choice.pattern
        chosen = [(one.facilitator and one.facilitator.pk, one.venue and one.venue.pk) for one in self.choice.all]
        placed = [(one.piece.key, one.party.key, one.starts_at, one.ends_at) for one in self.draft.sittings]
        unfit = [(one.piece.key, one.party.key, one.why) for one in self.draft.unfit]
        days = sorted(pattern.weekdays), sorted(pattern.together), astuple(pattern)[1:5]
        seen = repr([days, self.choice.joining_url, chosen, placed, unfit, self.replaced, self.kept])
        return hashlib.sha256(seen.encode()).hexdigest()


def plan_timetable(cohort: Cohort, choice: PlanChoice, *, today: date) -> Plan:
    """The draft that a choice leads to. Writes nothing; eleven statements, however many sessions."""
    dates = dates_of(cohort)
    first, last = max(dates.starts_on, today + timedelta(days=1)), dates.delivery_ends_on
    seminars = list(cohort.seminars.filter(state__in=HOLDING))
    kept = [one for one in seminars if one.state == SeminarState.SCHEDULED]
    leaders = _leaders([one.facilitator for one in choice.all if one.facilitator])
    parties = [_party(cohort, one, leaders) for one in choice.all]
    frame = Frame(
        groups=tuple(parties[:-1]),
        everyone=parties[-1],
        first=first,
        last=last,
        terms=terms_of(cohort),
        holidays=bank_holidays(first, last) if first <= last else {},
        taken=_taken(cohort, choice, first, last),
        held={(one.item_id, one.group_id): london_date(one.starts_at) for one in kept},
    )
    draft = generate(_pieces(cohort.version), choice.pattern, frame)
    in_person = [london_date(one.starts_at) for one in draft.sittings if one.piece.in_person]
    in_person += [london_date(one.starts_at) for one in kept if one.mode != SessionMode.ONLINE]
    return Plan(
        choice,
        draft,
        tuple(frame.terms),
        len(terms_with(in_person, frame.terms)),
        len(seminars) - len(kept),
        len(kept),
    )  # fmt: skip


def terms_of(cohort: Cohort) -> list[Term]:
    """The school terms of its course."""
    dates = dates_of(cohort)
    terms = SchoolTerm.objects.filter(ends_on__gte=dates.starts_on, starts_on__lte=dates.delivery_ends_on)
    plain = (Term(term.name, term.starts_on, term.ends_on) for term in terms)
    return terms_of_course(plain, dates.starts_on, dates.delivery_ends_on)


def leaders_of(cohort: Cohort, day: date) -> dict[int, User]:
    """Who leads each group on a day, by group; on the first day of the course where that is still to come."""
    on = max(day, cohort.starts_on)
    leading = Facilitation.objects.filter(
        Q(to_on=None) | Q(to_on__gt=on), group__cohort=cohort, from_on__lte=on
    ).select_related("person")
    return {one.group_id: one.person for one in leading}


def _pieces(version: ProgrammeVersion) -> list[Piece]:
    return [
        Piece(
            item.pk, item.number, item.title, item.kind, item.minutes, item.term,
            in_person=item.mode == Mode.FACE_TO_FACE, has_register=item.kind in KINDS_WITH_REGISTER,
        )
        for item in version.items.order_by("number")
    ]  # fmt: skip


def _leaders(people: Iterable[User]) -> dict[int, Leader]:
    by_key = {person.pk: person for person in people}
    away: defaultdict[int, list[tuple[date, date]]] = defaultdict(list)
    for absence in Absence.objects.filter(person__in=by_key).order_by("from_on", "pk"):
        away[absence.person_id].append((absence.from_on, absence.to_on))
    offered = dict(FacilitatorProfile.objects.filter(pk__in=by_key).values_list("pk", "weekdays"))
    return {
        key: Leader(key, str(person), frozenset(map(int, offered.get(key, "0123456"))), tuple(away[key]))
        for key, person in by_key.items()
    }


def _party(cohort: Cohort, choice: GroupChoice, leaders: dict[int, Leader]) -> Party:
    hall = Hall(choice.venue.pk, choice.venue.name, choice.venue.capacity) if choice.venue else None
    leader = leaders[choice.facilitator.pk] if choice.facilitator else None
    if choice.group is None:
        return Party(None, "the whole cohort", cohort.capacity, leader, hall)
    group = choice.group
    return Party(group.pk, group.name, group.capacity, leader, hall, choice.days_later)


def _taken(cohort: Cohort, choice: PlanChoice, first: date, last: date) -> dict[tuple[What, int], list[Span]]:
    """What is booked of the people, halls and groups that the choice names, but for the draft that it replaces."""
    within = DateTimeTZRange(first_moment(first), end_of(max(first, last)))
    booked = (
        Booking.objects.filter(
            Q(facilitator__in=[one.facilitator for one in choice.all if one.facilitator])
            | Q(venue__in=[one.venue for one in choice.all if one.venue])
            | Q(group__in=[one.group for one in choice.groups if one.group]),
            during__overlap=within,
        )
        .exclude(seminar__cohort=cohort, seminar__state=SeminarState.PLANNED)
        .order_by("pk")
    )
    taken: defaultdict[tuple[What, int], list[Span]] = defaultdict(list)
    for one in booked:
        span = one.during.lower, one.during.upper
        if one.venue_id:
            taken["venue", one.venue_id].append(span)
        elif one.facilitator_id:
            taken["facilitator", one.facilitator_id].append(span)
        elif one.group_id:
            taken["group", one.group_id].append(span)
    return dict(taken)


# --- by hand -------------------------------------------------------------------------------------


def usual_days(cohort: Cohort) -> UsualDays:
    """What its newest timetable was made for; Monday to Friday where all of it was put in by hand."""
    made = Entry.objects.filter(
        subject_type=Cohort._meta.label_lower, subject_id=cohort.pk, verb="timetable.generated"
    ).order_by("-pk")
    facts = facts_of(made[0]) if made[:1] else {}
    if not facts.get("weekdays"):
        return UsualDays()
    spans = [span.split("/") for span in str(facts["kept_free"] or "").split(",") if span]
    return UsualDays(
        frozenset(map(int, str(facts["weekdays"]).split(","))),
        tuple((date.fromisoformat(first), date.fromisoformat(last)) for first, last in spans),
    )


def usual_days_of(choice: PlanChoice) -> dict[str, str]:
    """The same as the audit trail keeps it."""
    weekdays = {(weekday + one.days_later) % 7 for weekday in choice.pattern.weekdays for one in choice.all}
    kept_free = (f"{first.isoformat()}/{last.isoformat()}" for first, last in choice.pattern.forbidden)
    return {"weekdays": ",".join(map(str, sorted(weekdays))), "kept_free": ",".join(kept_free)}


def cares_about(cohort: Cohort, day: date) -> list[str]:
    """What speaks against a session of a cohort on that day, though nothing forbids it. Three statements."""
    dates = dates_of(cohort)
    if not max(dates.starts_on, clock.today()) <= day <= dates.delivery_ends_on:
        return []  # refused for that
    holiday = bank_holidays(day, day).get(day, "")
    return cares_of_day(day, holiday=holiday, terms=terms_of(cohort), usual=usual_days(cohort))


def cares_about_terms(seminar: Seminar, to: Arrangement | None) -> list[str]:
    """What speaks against cancelling a session that people may know (`to` None), or letting it become `to` (S79).

    Where the cohort then met in person in fewer school terms than the programme asks for, and in fewer than now. Of a
    draft that is looked at when it is published. Three statements at most.
    """
    cohort = seminar.cohort
    least = cohort.version.terms_least
    if not least or cohort.state == CohortState.DRAFT:
        return []
    others = cohort.seminars.filter(state__in=HOLDING).exclude(mode=SessionMode.ONLINE).exclude(pk=seminar.pk)
    days, terms = [london_date(at) for at in others.values_list("starts_at", flat=True)], terms_of(cohort)
    then = [london_date(to.starts_at)] if to and to.mode != SessionMode.ONLINE else []
    now = [london_date(seminar.starts_at)] if seminar.mode != SessionMode.ONLINE else []
    left = len(terms_with([*days, *then], terms))
    if left >= min(least, len(terms_with([*days, *now], terms))):
        return []
    return [f"Sessions in person would lie in {left} school term{'s'[: left != 1]}; {least} or more are asked for."]


# --- before it is published ----------------------------------------------------------------------


@dataclass(frozen=True)
class Missing:
    """An item that is in nobody's timetable; without a group, in no group's or not in the whole cohort's."""

    item: Item
    group: Group | None

    def __str__(self) -> str:
        return f"{self.item.title}, {self.group.name}" if self.group else self.item.title


def untimetabled(cohort: Cohort) -> list[Missing]:
    """Items with a register that are in the timetable neither of a group nor of the whole cohort. Three statements."""
    items = cohort.version.items.filter(kind__in=KINDS_WITH_REGISTER).order_by("number")
    groups = list(cohort.groups.order_by("name", "pk"))
    held: set[tuple[int, int | None]] = set(
        cohort.seminars.filter(state__in=HOLDING).values_list("item_id", "group_id")
    )
    missing = []
    for item in items:
        lacking = [group for group in groups if (item.pk, group.pk) not in held]
        if (item.pk, None) in held or (groups and not lacking):
            continue
        # In no group's at all: said once.
        missing += [Missing(item, None)] if len(lacking) == len(groups) else [Missing(item, one) for one in lacking]
    return missing


def in_person_terms(cohort: Cohort) -> int:
    """In how many school terms sessions in person are held (S79)."""
    moments = cohort.seminars.filter(state__in=HOLDING).exclude(mode=SessionMode.ONLINE)
    return len(terms_with(map(london_date, moments.values_list("starts_at", flat=True)), terms_of(cohort)))


def sessions_outside(cohort: Cohort, dates: CourseDates) -> list[Seminar]:
    """What is to be held before the course begins or after it ends; cancelled ones left out."""
    starts, ends = first_moment(dates.starts_on), end_of(dates.delivery_ends_on)
    held = cohort.seminars.filter(state__in=HOLDING).select_related("item", "group")
    return list(held.filter(Q(starts_at__lt=starts) | Q(ends_at__gt=ends)).order_by("starts_at", "pk"))


def session_named(seminar: Seminar) -> str:
    """One session among many, in words: Seminar 1, Fells group, on 1 December 2026, 1pm."""
    group = f", {seminar.group.name}" if seminar.group else ""
    return f"{seminar.item.title}{group}, on {short_moment(seminar.starts_at)}"


@dataclass(frozen=True)
class Check:
    """One thing that a cohort needs. `stands` is yes, no (nothing is published), or care (it may be published)."""

    words: str
    stands: str
    more: str = ""
    lines: tuple[str, ...] = ()


def readiness(cohort: Cohort, *, today: date) -> list[Check]:
    """What a draft has and lacks, in the order in which a lead goes about it."""
    dates, version = dates_of(cohort), cohort.version
    missing, terms = untimetabled(cohort), in_person_terms(cohort)
    outside = sessions_outside(cohort, dates)
    checks = [_window_check(cohort, dates), *_group_checks(cohort, today)]
    if version.state == VersionState.DRAFT:
        more = "Its sessions and hours may still change. Publish that version first."
        checks.insert(0, Check("The version of the programme is a draft", "no", more))
    if missing:
        more = "Make the timetable, or add what is missing. Published without, it asks you for a reason."
        checks.append(Check("Not everything is in the timetable", "care", more, tuple(map(str, missing))))
    else:
        checks.append(Check("Everything with a register is in the timetable", "yes"))
    if outside:
        more = f"The course lasts from {short_day(dates.starts_on)} to {short_day(dates.delivery_ends_on)}."
        lines = tuple(session_named(one) for one in outside)
        checks.append(Check("Sessions lie outside the course", "no", f"{more} Move them first.", lines))
    if lines := tuple(_draft_faults(cohort, {one.pk for one in outside})):
        more = "Put them right in the timetable in draft first."
        checks.append(Check("Sessions of the draft cannot be published as they are", "no", more, lines))
    if version.terms_least:
        least = f"Sessions in person lie in {terms} school terms; {version.terms_least} or more are asked for"
        more = "" if terms >= version.terms_least else "Move some of them, or enter terms that are missing."
        checks.append(Check(least, "no" if more else "yes", more))
    led = cohort.seminars.filter(state__in=HOLDING)
    if nobody := led.filter(facilitator=None).count():
        checks.append(
            Check(f"{nobody} sessions have nobody to lead them", "care", "They can be given to somebody later.")
        )
    return checks


def _draft_faults(cohort: Cohort, told: Collection[int]) -> Iterator[str]:
    """What publishing would refuse of each session of the draft, but for those `told` of by their keys."""
    edits = [edit for edit in draft_of(cohort) if edit.seminar.pk not in told]
    for edit, faults in zip(edits, faults_of(edits, rows=rows_of(edits)), strict=True):
        if faults:
            yield f"{session_named(edit.seminar)}: {' '.join(map(str, faults))}"


def _window_check(cohort: Cohort, dates: CourseDates) -> Check:
    window = cohort.windows.filter(number=1).first()
    ends = f"{short_day(dates.delivery_ends_on)} and {short_day(dates.assessment_ends_on)}"
    if window is None:
        return Check("The first assessment window has no dates", "no", f"They lie between {ends}.")
    named = f"{short_day(window.opens_on)} to {short_day(window.closes_on)}"
    if window.opens_on < dates.delivery_ends_on or window.closes_on > dates.assessment_ends_on:
        words = f"The first assessment window, {named}, lies outside the assessment period"
        return Check(words, "no", f"That is between {ends}.")
    return Check(f"The first assessment window is set: {named}", "yes")


def _group_checks(cohort: Cohort, today: date) -> list[Check]:
    groups, leading = list(cohort.groups.order_by("name", "pk")), leaders_of(cohort, today)
    if not groups:
        return [Check("There is no group", "care", "People can be placed in the cohort, and in groups later.")]
    places = sum(group.capacity for group in groups)
    checks = [Check(f"{len(groups)} group{'s' if len(groups) > 1 else ''}, for {places} people in all", "yes")]
    if places < cohort.capacity:
        checks = [replace(checks[0], stands="care", more=f"The cohort takes {cohort.capacity}.")]
    if unled := tuple(group.name for group in groups if group.pk not in leading):
        more = "Assign a facilitator on the group’s own page."
        checks.append(Check("Groups without a facilitator", "care", more, unled))
    return checks


def reason_published(cohort: Cohort) -> str:
    """Why it was published although something was missing; empty where nothing was, or once the words are erased."""
    entries = Entry.objects.filter(
        subject_type=Cohort._meta.label_lower, subject_id=cohort.pk, verb="cohort.moved"
    ).order_by("pk")
    published = (entry for entry in entries if facts_of(entry).get("to") == "published")
    return next(((words_of(entry) or {}).get("reason", "") for entry in published), "")


def still_taking_part(cohort: Cohort) -> int:
    return cohort.memberships.filter(to_on=None, enrolment__state=EnrolmentState.ACTIVE).count()


# --- another start, another size -----------------------------------------------------------------


@dataclass(frozen=True)
class StartMove:
    """What another first day does: `outside` would lie outside the new dates; `told` says whether each takes part."""

    before: CourseDates
    after: CourseDates
    outside: tuple[str, ...]
    told: tuple[tuple[User, bool], ...]


def plan_start(cohort: Cohort, starts_on: date) -> StartMove:
    """What `move_cohort_start` would do. Writes nothing."""
    version = cohort.version
    after = course_dates(
        starts_on, delivery_months=version.delivery_months, assessment_months=version.assessment_months
    )
    outside = [session_named(one) for one in sessions_outside(cohort, after)]
    for window in windows_of(cohort):
        is_late = window.number == 1 and window.closes_on > after.assessment_ends_on
        if window.opens_on < after.delivery_ends_on or is_late:
            days = f"{short_day(window.opens_on)} to {short_day(window.closes_on)}"
            outside.append(f"assessment window {window.number}, {days}")
    return StartMove(dates_of(cohort), after, tuple(outside), tuple(_who_is_placed_or_leads(cohort)))


def _who_is_placed_or_leads(cohort: Cohort) -> list[tuple[User, bool]]:
    """Everybody once, by key; who is placed and leads too is told as somebody who is placed."""
    placed = User.objects.filter(
        enrolments__memberships__cohort=cohort, enrolments__memberships__to_on=None
    ).distinct()  # fmt: skip
    leading = User.objects.filter(
        Q(facilitations__group__cohort=cohort, facilitations__to_on=None)
        | Q(seminars_led__cohort=cohort, seminars_led__state=SeminarState.SCHEDULED)
    ).distinct()
    people = {person.pk: (person, False) for person in leading} | {person.pk: (person, True) for person in placed}
    return [people[key] for key in sorted(people)]


def halls_booked_for(row: Cohort | Group) -> QuerySet[Booking]:
    """The halls of what is still to be held for a group; or, of a cohort, for all of it at once."""
    of_row = Q(seminar__group=row) if isinstance(row, Group) else Q(seminar__cohort=row, seminar__group=None)
    return Booking.objects.filter(of_row, venue__isnull=False, during__endswith__gt=clock.now())


def halls_below(row: Cohort | Group, capacity: int) -> list[str]:
    """Which of them hold fewer people, in words."""
    small = halls_booked_for(row).filter(venue__capacity__lt=capacity)
    counted = small.values("venue__name", "venue__capacity").annotate(sessions=Count("pk")).order_by("venue__name")
    return [
        f"{one['venue__name']} holds {one['venue__capacity']} ({one['sessions']} session{'s'[: one['sessions'] > 1]})"
        for one in counted
    ]


# --- by term -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TermLine:
    """One item in one term: what each group has of it, in the order of the groups; for everybody at once, one."""

    item: Item
    together: Seminar | None
    by_group: tuple[Seminar | None, ...]


@dataclass(frozen=True)
class Held:
    """Minutes in the timetable of somebody in the group with the fewest, and in the one with the most."""

    least: int
    most: int

    def __str__(self) -> str:
        return hours(self.most) if self.least == self.most else f"{hours(self.least)} to {hours(self.most)}"


@dataclass(frozen=True)
class TermHours:
    """Minutes of one term, or of all: planned by the programme, and in the timetable."""

    name: str
    together_planned: int
    together_held: Held
    in_person_planned: int
    in_person_held: Held


@dataclass(frozen=True)
class TermSheet:
    """A term's sessions. The last sheet, without a term, is what lies in no term that was entered."""

    term: Term | None
    lines: tuple[TermLine, ...]


@dataclass(frozen=True)
class TermView:
    groups: tuple[Group, ...]
    sheets: tuple[TermSheet, ...]
    hours: tuple[TermHours, ...]
    total: TermHours
    missing: tuple[Missing, ...]


def timetable_by_term(cohort: Cohort) -> TermView:
    """The whole timetable, drafts included, and its hours beside the programme's. Six statements."""
    terms, groups = terms_of(cohort), tuple(cohort.groups.order_by("name", "pk"))
    items = list(cohort.version.items.select_related("course").order_by("number"))
    found = cohort.seminars.filter(state__in=HOLDING).select_related("item", "venue", "facilitator", "group")
    seminars = list(found.order_by("starts_at", "pk"))
    sheets = []
    for term in [*terms, None]:
        of_term = [one for one in seminars if term_of(london_date(one.starts_at), terms) == term]
        lines = _lines(of_term, groups)
        if lines or term:
            sheets.append(TermSheet(term, lines))
    by_term = tuple(_hours(term.name, number, term, items, seminars, groups) for number, term in enumerate(terms, 1))
    total = _hours("The whole programme", None, None, items, seminars, groups)
    return TermView(groups, tuple(sheets), by_term, total, tuple(untimetabled(cohort)))


def _lines(seminars: list[Seminar], groups: tuple[Group, ...]) -> tuple[TermLine, ...]:
    by_item: dict[int, dict[int | None, Seminar]] = {}
    for one in seminars:
        by_item.setdefault(one.item_id, {})[one.group_id] = one
    return tuple(
        TermLine(next(iter(of.values())).item, of.get(None), tuple(of.get(group.pk) for group in groups))
        for of in by_item.values()
    )


def _hours(
    name: str,
    number: int | None,
    term: Term | None,
    items: list[Item],
    seminars: list[Seminar],
    groups: Sequence[Group],
) -> TermHours:
    """What one person of a group has in that term."""
    planned = [item for item in items if (number is None or item.term == number) and item.mode in SYNCHRONOUS]
    held = [one for one in seminars if term is None or term.holds(london_date(one.starts_at))]

    def minutes(sessions: Collection[Seminar]) -> Held:
        keys: list[int | None] = [*(group.pk for group in groups)] or [None]
        of_each = [sum(one.item.minutes for one in sessions if one.group_id in {None, key}) for key in keys]
        return Held(min(of_each), max(of_each))

    return TermHours(
        name,
        sum(item.minutes for item in planned),
        minutes(held),
        sum(item.minutes for item in planned if item.mode == Mode.FACE_TO_FACE),
        minutes([one for one in held if one.mode != SessionMode.ONLINE]),
    )  # fmt: skip
