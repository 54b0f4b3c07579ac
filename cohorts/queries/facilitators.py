"""Facilitators: what they lead and how much of it, when they can, and who could take a session."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.db.models import BooleanField, Case, CharField, Count, Exists, F, OuterRef, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Cast, Coalesce, ExtractIsoWeekDay, TruncDate

from cohorts.models import (
    Absence,
    Booking,
    Cohort,
    Facilitation,
    FacilitatorProfile,
    Group,
    Membership,
    SchoolTerm,
    Seminar,
)
from cohorts.rules.dates import end_of, first_moment, london_date
from cohorts.rules.facilitators import MONDAY_TO_SUNDAY
from cohorts.states import HOLDING, CohortState, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.people.access import REACHES_ALL
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role, RoleKind

from .drafts import Edit, Rows, arrangement_of, faults_of, rows_of, with_what_edits_read
from .timetable import overdue_registers, sessions_of

# --- their profile and their days ------------------------------------------------------------------


def profile_of(person: User) -> FacilitatorProfile:
    """Theirs, or an empty one that is not saved."""
    return FacilitatorProfile.objects.filter(person=person).first() or FacilitatorProfile(person=person)


def kinds_of(people: Iterable[int]) -> dict[int, str]:
    """What kind of facilitator each is (S18), by their role. One statement."""
    grants = RoleGrant.objects.open().filter(role=Role.FACILITATOR, person__in=list(people)).order_by("-starts_on")
    return {person: RoleKind(kind).label for person, kind in grants.values_list("person", "kind") if kind}


def absences_ahead(person: User, today: date) -> QuerySet[Absence]:
    return Absence.objects.filter(person=person, to_on__gte=today).order_by("from_on")


def sessions_on(person: User, from_on: date, to_on: date, at: datetime) -> QuerySet[Seminar]:
    """What they are to lead on these days, as far as it has not begun; first and last day included."""
    return _whole(
        Seminar.objects.filter(
            facilitator=person,
            state__in=HOLDING,
            starts_at__gt=at,
            starts_at__gte=first_moment(from_on),
            starts_at__lt=end_of(to_on),
        )
    )


def _whole(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    related = ("item", "group__cohort", "cohort", "facilitator", "venue")
    return seminars.select_related(*related).order_by("starts_at", "pk")


# --- who leads what ----------------------------------------------------------------------------------


def without_leader(seminars: QuerySet[Seminar], at: datetime) -> QuerySet[Seminar]:
    """Of sessions to come, those that nobody leads, or somebody who is away that day or does not offer it.

    `is_away` and `is_off_day` say which.
    """
    away = Absence.objects.filter(
        person=OuterRef("facilitator"), from_on__lte=OuterRef("on_day"), to_on__gte=OuterRef("on_day")
    )
    ahead = seminars.filter(state__in=HOLDING, starts_at__gt=at).exclude(cohort__state=CohortState.CLOSED)
    told = ahead.annotate(
        on_day=TruncDate("starts_at", tzinfo=clock.LONDON),
        weekday=Cast(ExtractIsoWeekDay("starts_at", tzinfo=clock.LONDON) - 1, CharField()),
        offered=Coalesce("facilitator__facilitator_profile__weekdays", Value(MONDAY_TO_SUNDAY)),
        is_away=Exists(away),
        is_off_day=Case(
            When(facilitator=None, then=Value(False)),
            When(offered__contains=F("weekday"), then=Value(False)),
            default=Value(True),
            output_field=BooleanField(),
        ),
    )
    return _whole(told.filter(Q(facilitator=None) | Q(is_away=True) | Q(is_off_day=True)))


@dataclass(frozen=True)
class Candidate:
    """Somebody who is free for a session, and how much they lead already: in its school term, and from now on."""

    person: User
    kind: str
    in_term: int
    ahead: int


def who_could_lead(seminar: Seminar, at: datetime) -> list[Candidate]:
    """Who is free then: no booking, no absence, a weekday they offer. Whoever leads least that term comes first.

    They hold the role for the provider or for the session's delivery partner. Six statements.
    """
    day = london_date(seminar.starts_at)
    booked = Booking.objects.filter(
        facilitator=OuterRef("pk"), during__overlap=DateTimeTZRange(seminar.starts_at, seminar.ends_at)
    ).exclude(seminar=seminar.pk)
    away = Absence.objects.filter(person=OuterRef("pk"), from_on__lte=day, to_on__gte=day)
    free = (
        facilitators_for(seminar.cohort)
        .annotate(offered=Coalesce("facilitator_profile__weekdays", Value(MONDAY_TO_SUNDAY)))
        .filter(~Exists(booked), ~Exists(away), offered__contains=str(day.weekday()))
    )
    people = [one for one in free if one.pk != seminar.facilitator_id]
    kinds, term = kinds_of(one.pk for one in people), term_of(day)
    led = Seminar.objects.filter(facilitator__in=people, state__in=HOLDING)
    in_term = _counted(_in_term(led, term)) if term else {}
    ahead = _counted(led.filter(starts_at__gt=at))
    found = [Candidate(one, kinds.get(one.pk, ""), in_term.get(one.pk, 0), ahead.get(one.pk, 0)) for one in people]
    return sorted(found, key=lambda one: (one.in_term, one.ahead, one.person.full_name, one.person.pk))


def facilitators_for(cohort: Cohort) -> QuerySet[User]:
    """Whoever may lead there today: facilitators of the provider, and of the cohort's delivery partner."""
    partners = [one for one in (cohort.provider_id, cohort.delivery_partner_id) if one]
    grants = RoleGrant.objects.open().filter(REACHES_ALL | Q(organisation__in=partners), role=Role.FACILITATOR)
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))), is_active=True)


def _counted(seminars: QuerySet[Seminar]) -> dict[int, int]:
    rows = seminars.order_by().values("facilitator").annotate(n=Count("pk"))
    return {row["facilitator"]: row["n"] for row in rows}


# --- handing a group over --------------------------------------------------------------------------


@dataclass(frozen=True)
class HandOver:
    """The sessions that would change hands, and for some of them why the person cannot lead them."""

    edits: tuple[Edit, ...]
    clashes: dict[int, str]  # by session, in words

    @property
    def possible(self) -> list[Edit]:
        return [edit for edit in self.edits if edit.seminar.pk not in self.clashes]

    @property
    def lines(self) -> list[tuple[Seminar, str]]:
        return [(edit.seminar, self.clashes.get(edit.seminar.pk, "")) for edit in self.edits]

    @property
    def told(self) -> list[tuple[str, str]]:
        """What clashes: which session, and why."""
        return [(f"“{one}”, {_day(one)}", why) for one, why in self.lines if why]


def hand_over_of(group: Group, person: User, from_on: date, at: datetime) -> HandOver:
    """What would be handed over: the group's sessions from that day on that have not begun.

    Those of whoever leads the group now, and those that nobody leads; what a third person leads stays with them.
    """
    leading = group.facilitations.filter(to_on=None).values("person")
    theirs = (
        with_what_edits_read(Seminar.objects.filter(group=group))
        .filter(Q(facilitator=None) | Q(facilitator__in=leading), state__in=HOLDING)
        .filter(starts_at__gt=at, starts_at__gte=first_moment(from_on))
        .exclude(facilitator=person)
    )
    return with_clashes([_led_by(seminar, person) for seminar in theirs])


def with_clashes(edits: Sequence[Edit], rows: Rows | None = None) -> HandOver:
    faults = faults_of(edits, rows=rows or rows_of(edits))
    clashes = {edit.seminar.pk: str(found[0]) for edit, found in zip(edits, faults, strict=True) if found}
    return HandOver(tuple(edits), clashes)


def _led_by(seminar: Seminar, person: User) -> Edit:
    before = arrangement_of(seminar)
    return Edit(seminar, before, replace(before, facilitator=person.pk))


def _day(seminar: Seminar) -> str:
    day = london_date(seminar.starts_at)
    return f"{day.day} {day:%B %Y}"


# --- how much they lead --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Load:
    """What somebody leads in one school term, or in all: sessions, their minutes, groups, and registers overdue."""

    person: User
    kind: str
    sessions: int
    minutes: int
    groups: int
    overdue: int


def term_of(day: date) -> SchoolTerm | None:
    return SchoolTerm.objects.filter(starts_on__lte=day, ends_on__gte=day).first()


def loads(people: QuerySet[User], *, cohorts: QuerySet[Cohort], term: SchoolTerm | None, at: datetime) -> list[Load]:
    """Of each of these people, in those cohorts, by name. Without a term of everything. Five statements."""
    found = list(people.order_by("full_name", "pk"))
    keys = [one.pk for one in found]
    led = _in_term(Seminar.objects.filter(facilitator__in=keys, cohort__in=cohorts.values("pk")), term)
    held = led.filter(state=SeminarState.SCHEDULED).order_by().values("facilitator")
    sums = {row["facilitator"]: row for row in held.annotate(n=Count("pk"), minutes=Sum("item__minutes"))}
    overdue = Counter(
        overdue_registers(at).filter(pk__in=led.order_by().values("pk")).values_list("facilitator", flat=True)
    )
    groups = _groups_led(keys, cohorts, term)
    kinds = kinds_of(keys)
    return [
        Load(
            person=one,
            kind=kinds.get(one.pk, ""),
            sessions=sums[one.pk]["n"] if one.pk in sums else 0,
            minutes=sums[one.pk]["minutes"] if one.pk in sums else 0,
            groups=groups[one.pk],
            overdue=overdue[one.pk],
        )
        for one in found
    ]


def _in_term(seminars: QuerySet[Seminar], term: SchoolTerm | None) -> QuerySet[Seminar]:
    if term is None:
        return seminars
    return seminars.filter(starts_at__gte=first_moment(term.starts_on), starts_at__lt=end_of(term.ends_on))


def _groups_led(people: Iterable[int], cohorts: QuerySet[Cohort], term: SchoolTerm | None) -> Counter[int]:
    leading = Facilitation.objects.filter(person__in=list(people), group__cohort__in=cohorts.values("pk"))
    if term:
        leading = leading.filter(Q(to_on=None) | Q(to_on__gt=term.starts_on), from_on__lte=term.ends_on)
    rows = leading.order_by().values_list("person", "group").distinct()
    return Counter(person for person, _ in rows)


@dataclass(frozen=True)
class TermLoad:
    term: SchoolTerm
    sessions: int
    minutes: int
    groups: int


def loads_by_term(person: User, today: date) -> list[TermLoad]:
    """One person's, for this school term and for every other in which they lead something. Two statements.

    Groups are those with a session of theirs in that term.
    """
    led = list(
        Seminar.objects.filter(facilitator=person, state=SeminarState.SCHEDULED)
        .exclude(cohort__state=CohortState.DRAFT)
        .values_list("starts_at", "item__minutes", "group")
    )
    found = []
    for term in SchoolTerm.objects.order_by("starts_on"):
        then = [(one, group) for at, one, group in led if term.starts_on <= london_date(at) <= term.ends_on]
        minutes = [one for one, _ in then]
        groups = {group for _, group in then if group}
        if minutes or term.starts_on <= today <= term.ends_on:
            found.append(TermLoad(term, len(minutes), sum(minutes), len(groups)))
    return found


# --- their own pages ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class LedGroup:
    """A group somebody leads today, and who is in it, by name."""

    group: Group
    people: tuple[Membership, ...]


def groups_led_by(person: User, today: date) -> list[LedGroup]:
    """Two statements."""
    leading = Facilitation.objects.filter(person=person, from_on__lte=today).exclude(to_on__lte=today)
    groups = (
        Group.objects.filter(facilitations__in=leading)
        .exclude(cohort__state=CohortState.CLOSED)
        .select_related("cohort")
        .order_by("cohort__starts_on", "cohort", "name")
        .distinct()
    )
    members: defaultdict[int | None, list[Membership]] = defaultdict(list)
    stays = Membership.objects.filter(group__in=groups.order_by().values("pk"), to_on=None)
    for stay in stays.select_related("enrolment__person", "enrolment__application").order_by(
        "enrolment__person__full_name", "pk"
    ):
        members[stay.group_id].append(stay)
    return [LedGroup(group, tuple(members[group.pk])) for group in groups]


def leader_of(group: Group, day: date) -> FacilitatorProfile | None:
    """Who leads a group on that day, with what its people may read of them: unsaved where nothing is written."""
    leading = group.facilitations.filter(from_on__lte=day).exclude(to_on__lte=day)
    found = leading.select_related("person__facilitator_profile").first()
    if found is None:
        return None
    written = getattr(found.person, "facilitator_profile", None)
    return written or FacilitatorProfile(person=found.person)


def shown_profiles_to(person: User) -> QuerySet[FacilitatorProfile]:
    """Released profiles of those who lead the groups where somebody takes part, or a session of theirs to come.

    One's own, too, released or not.
    """
    stays = Membership.objects.filter(
        Q(enrolment__person=person) | Q(enrolment__person__alias__kept_person=person),
        enrolment__state__in=[EnrolmentState.ACTIVE, EnrolmentState.COMPLETED],
        to_on=None,
    )
    today = clock.today()
    leading = (
        Facilitation.objects.filter(group__in=stays.values("group"))
        .filter(Q(to_on=None) | Q(to_on__gt=today))
        .values("person")
    )
    sessions = sessions_of(person).exclude(facilitator=None).order_by().values("facilitator")
    return FacilitatorProfile.objects.filter(
        (Q(is_shown=True) & (Q(person__in=leading) | Q(person__in=sessions))) | Q(person=person)
    )
