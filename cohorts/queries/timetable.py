"""Timetables and registers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    BigIntegerField,
    Case,
    Count,
    DateField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.db.models.lookups import IsNull

from cohorts.models import AttendanceMark, Enrolment, Membership, Seminar
from cohorts.rules.dates import london_date
from cohorts.states import CohortState, SeminarState

from .engagement import who_can_catch_up
from .enrolments import members_on


@dataclass(frozen=True)
class RegisterLine:
    """One person of a register, and what it says of them so far.

    Whoever joined after the session stands there unmarked, for nothing but catching it up.
    """

    enrolment: Enrolment
    school: str
    mark: AttendanceMark | None
    joined_on: date | None = None

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
    """By name: who was in the group on the day of the seminar, whoever else has a mark, and late joiners.

    The latter only while they can catch it up. Four statements.
    """
    marks = newest_marks(seminar)
    day = london_date(seminar.starts_at)
    there = members_on(day, cohort=seminar.cohort, group=seminar.group)
    since = Membership.objects.filter(cohort=seminar.cohort, from_on__gt=day, to_on=None)
    if seminar.group:
        since = since.filter(group=seminar.group)
    joined = dict(since.exclude(enrolment__memberships__in=there).values_list("enrolment_id", "from_on"))
    late = who_can_catch_up(seminar.item, joined.keys() - marks.keys(), at)
    people = (
        Enrolment.objects.filter(Q(memberships__in=there) | Q(pk__in=[*marks, *late]))
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
        )
        for person in people
    ]


def seminars_of_enrolment(enrolment: Enrolment) -> QuerySet[Seminar]:
    """The sittings of their present group, and those they have a mark for; in order of time."""
    stay = Membership.objects.filter(enrolment=enrolment, to_on=None, cohort=OuterRef("cohort"))
    marked = AttendanceMark.objects.filter(seminar=OuterRef("pk"), enrolment=enrolment)
    return (
        Seminar.objects.filter(
            Q(Exists(stay), group=None) | Q(Exists(stay.filter(group=OuterRef("group")))) | Q(Exists(marked))
        )
        .exclude(cohort__state=CohortState.DRAFT)
        .select_related("item__course", "venue", "facilitator", "group", "cohort")
        .order_by("starts_at", "pk")
    )


def with_roll(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    """Each sitting with `roll`, how many were in the group on its day, and `unmarked`, how many of them lack a mark."""
    day = Func(
        OuterRef("starts_at"),
        template="(%(expressions)s AT TIME ZONE 'Europe/London')::date",
        output_field=DateField(),
    )
    of_everyone = IsNull(ExpressionWrapper(OuterRef("group"), output_field=BigIntegerField()), True)
    there = (
        Membership.objects.filter(
            Q(to_on=None) | Q(to_on__gt=day),
            Q(group=OuterRef("group")) | Q(of_everyone),
            cohort=OuterRef("cohort"),
            from_on__lte=day,
        )
        .order_by()
        .values("cohort")
    )
    marks = AttendanceMark.objects.filter(seminar=OuterRef(OuterRef("pk")), enrolment=OuterRef("enrolment"))
    count = Count("pk", distinct=True)
    return seminars.annotate(
        roll=Coalesce(Subquery(there.annotate(n=count).values("n")), 0),
        unmarked=Coalesce(Subquery(there.filter(~Exists(marks)).annotate(n=count).values("n")), 0),
    )


def registers_to_do(seminars: QuerySet[Seminar], *, before: datetime) -> QuerySet[Seminar]:
    """Sittings that began before that moment and lack the mark of somebody, oldest first."""
    begun = seminars.filter(state=SeminarState.SCHEDULED, starts_at__lt=before).exclude(
        cohort__state__in=[CohortState.DRAFT, CohortState.CLOSED]
    )
    return _for_pages(with_roll(begun).filter(Q(unmarked__gt=0)))


def registers_in_order(seminars: QuerySet[Seminar], *, today_ends_at: datetime) -> QuerySet[Seminar]:
    """Those to do first, oldest first; then those to come, soonest first; then those done, newest first."""
    ordered = with_roll(seminars.exclude(cohort__state=CohortState.DRAFT)).annotate(
        order=Case(
            When(state=SeminarState.CANCELLED, then=Value(3)),
            When(starts_at__gte=today_ends_at, then=Value(1)),
            When(unmarked__gt=0, then=Value(0)),
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
    return registers_to_do(Seminar.objects.filter(ends_at__lte=at), before=at)


def _for_pages(seminars: QuerySet[Seminar]) -> QuerySet[Seminar]:
    return seminars.select_related("item", "group__cohort", "cohort", "facilitator", "venue").order_by(
        "starts_at", "pk"
    )
