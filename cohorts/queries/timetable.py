"""Timetables and registers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from cohorts.models import AttendanceMark, Enrolment, Membership, Seminar
from cohorts.rules.dates import london_date
from cohorts.states import CohortState, SeminarState

from .enrolments import members_on


@dataclass(frozen=True)
class RegisterLine:
    """One person of a register, and what it says of them so far."""

    enrolment: Enrolment
    school: str
    mark: AttendanceMark | None


def newest_marks(seminar: Seminar) -> dict[int, AttendanceMark]:
    """The mark that counts, by enrolment."""
    marks = (
        AttendanceMark.objects.filter(seminar=seminar)
        .order_by("enrolment_id", "-pk")
        .distinct("enrolment_id")
        .select_related("note", "recorded_by")
    )
    return {mark.enrolment_id: mark for mark in marks}


def register_lines(seminar: Seminar) -> list[RegisterLine]:
    """Who was in the group on the day of the seminar, and whoever else has a mark, by name. Two statements."""
    marks = newest_marks(seminar)
    there = members_on(london_date(seminar.starts_at), cohort=seminar.cohort, group=seminar.group)
    people = (
        Enrolment.objects.filter(Q(memberships__in=there) | Q(pk__in=marks))
        .select_related("person", "application")
        .order_by("person__full_name", "pk")
        .distinct()
    )
    return [
        RegisterLine(person, person.application.school_name if person.application else "", marks.get(person.pk))
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


def overdue_registers(at: datetime) -> QuerySet[Seminar]:
    """Sittings that are over and have not a single mark, of cohorts that are under way."""
    return (
        Seminar.objects.filter(
            ~Exists(AttendanceMark.objects.filter(seminar=OuterRef("pk"))),
            state=SeminarState.SCHEDULED,
            ends_at__lte=at,
        )
        .exclude(cohort__state__in=[CohortState.DRAFT, CohortState.CLOSED])
        .select_related("item", "group", "cohort", "facilitator", "venue")
        .order_by("starts_at", "pk")
    )


def mark_counts(seminars: Iterable[Seminar]) -> dict[int, int]:
    """How many people have a mark, by seminar."""
    rows = (
        AttendanceMark.objects.filter(seminar__in=[seminar.pk for seminar in seminars])
        .values_list("seminar_id", F("enrolment_id"))
        .distinct()
    )
    counts: dict[int, int] = {}
    for seminar_id, _ in rows:
        counts[seminar_id] = counts.get(seminar_id, 0) + 1
    return counts
