"""Timetables and registers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    DateField,
    Exists,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Coalesce

from cohorts.models import AttendanceMark, Enrolment, GuestPlace, Membership, Seminar
from cohorts.rules.dates import london_date
from cohorts.rules.timetable import REGISTER_OPENS_BEFORE
from cohorts.states import HOLDING, CohortState, EnrolmentState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of_all
from npqh_portal.people.models import User

from .engagement import who_can_catch_up
from .enrolments import members_on


@dataclass(frozen=True)
class RegisterLine:
    """One person of a register, and what it says of them so far.

    Whoever joined after the session stands there unmarked, for nothing but catching it up. A guest's own group is
    named in `guest_from`. `earlier` are the marks that the one that counts has replaced, newest first.
    """

    enrolment: Enrolment
    school: str
    mark: AttendanceMark | None
    joined_on: date | None = None
    guest_from: str = ""
    earlier: tuple[AttendanceMark, ...] = ()

    @property
    def is_late(self) -> bool:
        return self.joined_on is not None


def newest_marks(seminar: Seminar) -> dict[int, AttendanceMark]:
    """The mark that counts, by enrolment."""
    marks = (
        AttendanceMark.objects.filter(seminar=seminar)
        .order_by("enrolment_id", "-pk")
        .distinct("enrolment_id")
        .select_related("note", "recorded_by")
    )
    return {mark.enrolment_id: mark for mark in marks}


def marks_by_person(seminar: Seminar) -> dict[int, list[AttendanceMark]]:
    """Every mark there is, by enrolment, the one that counts first. One statement."""
    found: defaultdict[int, list[AttendanceMark]] = defaultdict(list)
    marks = AttendanceMark.objects.filter(seminar=seminar).select_related("note", "recorded_by")
    for mark in marks.order_by("-pk"):
        found[mark.enrolment_id].append(mark)
    return dict(found)


def reasons_of(marks: Iterable[AttendanceMark]) -> dict[int, str]:
    """Why each of them was made, or replaced another, by mark, where that was said and not erased.

    Two statements, or none.
    """
    keys = [mark.pk for mark in marks]
    if not keys:
        return {}
    entries = Entry.objects.filter(
        verb__in=["mark.explained", "mark.changed"],
        subject_type=AttendanceMark._meta.label_lower,
        subject_id__in=keys,
    )
    by_entry = {entry.pk: entry for entry in entries.exclude(words_sha256="")}
    said = words_of_all(by_entry.values())
    return {by_entry[pk].subject_id: words["reason"] for pk, words in said.items() if words and "reason" in words}


def marks_replaced_by(written: Sequence[AttendanceMark]) -> dict[int, AttendanceMark]:
    """What stood until a register was saved, by enrolment, of those whom it marked anew."""
    if not written:
        return {}
    earlier = AttendanceMark.objects.filter(
        seminar=written[0].seminar_id,
        enrolment__in=[mark.enrolment_id for mark in written],
        pk__lt=min(mark.pk for mark in written),
    )
    newest = earlier.order_by("enrolment_id", "-pk").distinct("enrolment_id").select_related("note", "recorded_by")
    return {mark.enrolment_id: mark for mark in newest}


def register_lines(seminar: Seminar, at: datetime) -> list[RegisterLine]:
    """By name: who was in the group on the day of the seminar, its guests, whoever else has a mark, and late joiners.

    The latter only while they can catch it up. Whoever goes to another group's session instead stands there. Five
    statements.
    """
    of_each = marks_by_person(seminar)
    marks = {pk: theirs[0] for pk, theirs in of_each.items()}
    day = london_date(seminar.starts_at)
    guests = guests_at(seminar, day)
    elsewhere = GuestPlace.objects.filter(instead_of=seminar, ended_at=None, seminar__state__in=HOLDING)
    there = members_on(day, cohort=seminar.cohort, group=seminar.group).exclude(
        enrolment__in=elsewhere.values("enrolment")
    )
    since = Membership.objects.filter(cohort=seminar.cohort, from_on__gt=day, to_on=None)
    if seminar.group:
        since = since.filter(group=seminar.group)
    since = since.exclude(enrolment__memberships__in=there).exclude(enrolment__in=elsewhere.values("enrolment"))
    joined = dict(since.values_list("enrolment_id", "from_on"))
    late = who_can_catch_up(seminar.item, joined.keys() - marks.keys() - guests.keys(), at)
    people = (
        Enrolment.objects.filter(Q(memberships__in=there) | Q(pk__in=[*marks, *guests, *late]))
        .select_related("person", "application")
        .order_by("person__full_name", "pk")
        .distinct()
    )
    return [
        RegisterLine(
            person,
            person.application.school_name if person.application else "",
            marks.get(person.pk),
            joined[person.pk] if person.pk in late else None,
            guests.get(person.pk, ""),
            tuple(of_each.get(person.pk, [])[1:]),
        )
        for person in people
    ]


def guests_at(seminar: Seminar, day: date) -> dict[int, str]:
    """Whoever comes, or came, as a guest, by enrolment: the name of their own group on that day. One statement."""
    own = Membership.objects.filter(enrolment=OuterRef("enrolment"), from_on__lte=day).order_by("-from_on", "-pk")
    places = GuestPlace.objects.filter(seminar=seminar, ended_at=None).annotate(
        own_group=Coalesce(
            Subquery(own.values("group__name")[:1]), Subquery(own.values("cohort__name")[:1]), Value("another group")
        )
    )
    return dict(places.values_list("enrolment_id", "own_group"))


def who_is_expected(seminar: Seminar) -> list[Enrolment]:
    """Whoever takes part in it as things stand: see `who_is_expected_at`."""
    return who_is_expected_at([seminar])[seminar.pk]


def who_is_expected_at(seminars: Iterable[Seminar]) -> dict[int, list[Enrolment]]:
    """By seminar and by name: who is in its group now (in its cohort, without a group) and takes part, and its guests.

    Whoever goes to another group's sitting instead is expected there, unless that one is cancelled. Three
    statements, however many seminars.
    """
    wanted = list(seminars)
    members: defaultdict[tuple[int, int | None], list[Enrolment]] = defaultdict(list)
    guests: defaultdict[int, list[Enrolment]] = defaultdict(list)
    away: defaultdict[int | None, set[int]] = defaultdict(set)
    active = Q(enrolment__state=EnrolmentState.ACTIVE)
    stays = Membership.objects.filter(active, cohort__in={one.cohort_id for one in wanted}, to_on=None)
    for stay in stays.select_related("enrolment__person"):
        members[stay.cohort_id, None].append(stay.enrolment)
        if stay.group_id:
            members[stay.cohort_id, stay.group_id].append(stay.enrolment)
    keys = [one.pk for one in wanted]
    places = GuestPlace.objects.filter(active, ended_at=None)
    for place in places.filter(seminar__in=keys).select_related("enrolment__person"):
        guests[place.seminar_id].append(place.enrolment)
    for place in places.filter(instead_of__in=keys, seminar__state__in=HOLDING):
        away[place.instead_of_id].add(place.enrolment_id)
    found = {}
    for one in wanted:
        there = [who for who in members[one.cohort_id, one.group_id] if who.pk not in away[one.pk]]
        people = {who.pk: who for who in [*there, *guests[one.pk]]}
        found[one.pk] = sorted(people.values(), key=lambda who: (who.person.full_name, who.pk))
    return found


def sessions_of(person: User, *, cancelled_too: bool = False) -> QuerySet[Seminar]:
    """What somebody goes to or leads, past and to come, in order of time; never what is planned in a draft.

    People found to be one are read as one.
    """
    enrolments = Enrolment.objects.filter(Q(person=person) | Q(person__alias__kept_person=person))
    led = Q(facilitator=person) | Q(facilitator__alias__kept_person=person)
    told = {SeminarState.SCHEDULED, SeminarState.CANCELLED} if cancelled_too else {SeminarState.SCHEDULED}
    return _in_a_timetable(_attended_by(enrolments) | led).filter(state__in=told)


def seminars_of_enrolment(enrolment: Enrolment) -> QuerySet[Seminar]:
    """The sittings of their present group, or where they are a guest instead, and those they have a mark for.

    In order of time, the cancelled ones included.
    """
    return _in_a_timetable(_attended_by(Enrolment.objects.filter(pk=enrolment.pk)))


def _attended_by(enrolments: QuerySet[Enrolment]) -> Q:
    """Of seminars, those to which one of these enrolments goes, or went as far as its group or its mark says.

    No part asks anything of a single seminar, so that the database works each out once and not for every seminar.
    """
    stays = Membership.objects.filter(enrolment__in=enrolments, to_on=None)
    guests = GuestPlace.objects.filter(enrolment__in=enrolments, ended_at=None)
    elsewhere = guests.filter(instead_of__isnull=False, seminar__state__in=HOLDING)
    marks = AttendanceMark.objects.filter(enrolment__in=enrolments).order_by()
    active = {"enrolment__state": EnrolmentState.ACTIVE}

    def of_theirs(stays: QuerySet[Membership]) -> Q:
        return Q(group=None, cohort__in=stays.values("cohort")) | Q(group__in=stays.values("group"))

    # Whoever has finished stays in the cohort, with what has been and nothing to come.
    with_group = of_theirs(stays.filter(**active)) | (of_theirs(stays) & Q(ends_at__lte=clock.now()))
    return (
        (with_group & ~Q(pk__in=elsewhere.values("instead_of")))
        | Q(pk__in=guests.filter(**active).values("seminar"))
        | Q(pk__in=marks.values("seminar"))
    )


def _in_a_timetable(which: Q) -> QuerySet[Seminar]:
    return (
        Seminar.objects.filter(which)
        .exclude(state=SeminarState.PLANNED)
        .exclude(cohort__state=CohortState.DRAFT)
        .select_related("item__course", "venue", "facilitator", "group__cohort", "cohort")
        .order_by("starts_at", "pk")
    )


def with_roll(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    """Each sitting with `roll`, who is to come to it by its register, and `unmarked`, how many of them lack a mark.

    These are those who were in the group on its day but for whoever goes to another group's sitting, and its guests.
    """
    day = Func(
        OuterRef("starts_at"),
        template="(%(expressions)s AT TIME ZONE 'Europe/London')::date",
        output_field=DateField(),
    )
    that_day = Membership.objects.filter(Q(to_on=None) | Q(to_on__gt=day), from_on__lte=day).order_by()
    elsewhere = GuestPlace.objects.filter(
        instead_of=OuterRef(OuterRef("pk")), enrolment=OuterRef("enrolment"), ended_at=None, seminar__state__in=HOLDING
    )
    that_day = that_day.filter(~Exists(elsewhere))
    of_group = that_day.filter(group=OuterRef("group")).values("group")
    of_cohort = that_day.filter(cohort=OuterRef("cohort")).values("cohort")
    guests = GuestPlace.objects.filter(seminar=OuterRef("pk"), ended_at=None).order_by().values("seminar")
    marks = AttendanceMark.objects.filter(seminar=OuterRef(OuterRef("pk")), enrolment=OuterRef("enrolment"))

    def counted(*, unmarked: bool) -> CombinedExpression:
        def number(people: QuerySet[Any, Any]) -> Coalesce:
            lacking = people.filter(~Exists(marks)) if unmarked else people
            return Coalesce(Subquery(lacking.annotate(n=Count("pk", distinct=True)).values("n")), 0)

        # Not asked in one with OR: for each sitting of a group the whole cohort would be read.
        return Case(When(group=None, then=number(of_cohort)), default=number(of_group)) + number(guests)

    return seminars.annotate(roll=counted(unmarked=False), unmarked=counted(unmarked=True))


def registers_to_do(seminars: QuerySet[Seminar], *, at: datetime) -> QuerySet[Seminar]:
    """Sittings whose register is open and lacks somebody's mark, oldest first. Of a closed cohort none is asked for."""
    opened = seminars.filter(state=SeminarState.SCHEDULED, starts_at__lte=at + REGISTER_OPENS_BEFORE).exclude(
        cohort__state__in=[CohortState.DRAFT, CohortState.CLOSED]
    )
    return _for_pages(with_roll(opened).filter(Q(unmarked__gt=0)))


def registers_in_order(seminars: QuerySet[Seminar], *, at: datetime) -> QuerySet[Seminar]:
    """Those to do first, oldest first; then those to come, soonest first; then the others, newest first."""
    told = seminars.exclude(state=SeminarState.PLANNED).exclude(cohort__state=CohortState.DRAFT)
    ordered = with_roll(told).annotate(
        order=Case(
            When(state=SeminarState.CANCELLED, then=Value(3)),
            When(starts_at__gt=at + REGISTER_OPENS_BEFORE, then=Value(1)),
            When(~Q(cohort__state=CohortState.CLOSED), unmarked__gt=0, then=Value(0)),
            default=Value(2),
        ),
        backwards=Case(When(order__gte=2, then=F("starts_at"))),
    )
    return _for_pages(ordered).order_by(F("order"), F("backwards").desc(nulls_last=True), "starts_at", "pk")


def concerns_people(seminar: Seminar, at: datetime) -> bool:
    """Whether people are told of a change: what is over concerns nobody any more, and a draft nobody yet."""
    return seminar.ends_at > at and seminar.cohort.state != CohortState.DRAFT


def sittings_ahead(seminars: QuerySet[Seminar], at: datetime) -> QuerySet[Seminar]:
    """What is still to take place, or is taking place, soonest first."""
    ahead = seminars.filter(state=SeminarState.SCHEDULED, ends_at__gt=at).exclude(cohort__state=CohortState.DRAFT)
    return _for_pages(with_roll(ahead))


def overdue_registers(at: datetime) -> QuerySet[Seminar]:
    """Sittings that are over and lack the mark of somebody who was in the group."""
    return registers_to_do(Seminar.objects.filter(ends_at__lte=at), at=at)


def _for_pages(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    return seminars.select_related("item", "group__cohort", "cohort", "facilitator", "venue").order_by(
        "starts_at", "pk"
    )
