"""Who assesses which script, and who may."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from assessments.models import ROLES_FOR, Allocation, Mark, Submission
from assessments.rules import (
    check_independent,
)
from assessments.states import SubmissionState
from cohorts.models import AttendanceMark, Enrolment, Facilitation, Membership, Seminar
from cohorts.states import SeminarState
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import RoleGrant, User


def taught(person: User, enrolment: Enrolment) -> bool:
    """Whether they led a group that the participant was ever in, or a seminar that it had."""
    return person.pk in teachers_of(enrolment)


def teachers_of(enrolment: Enrolment) -> set[int]:
    """The people who led one of the participant's groups or seminars, at any time, by key. Two statements.

    Those found to be one of them are among them.
    """
    stays = Membership.objects.filter(enrolment=enrolment)
    in_group = stays.filter(group=OuterRef("group"))
    in_cohort = stays.filter(cohort=OuterRef("cohort"))
    marked = AttendanceMark.objects.filter(seminar=OuterRef("pk"), enrolment=enrolment)
    led = Facilitation.objects.filter(Exists(in_group))
    held = Seminar.objects.filter(
        Q(Exists(in_group)) | Q(Exists(in_cohort), group=None) | Q(Exists(marked)), state=SeminarState.SCHEDULED
    )
    found = set(led.values_list("person_id", "person__alias__kept_person"))
    found |= set(held.values_list("facilitator_id", "facilitator__alias__kept_person"))
    return {pk for pair in found for pk in pair if pk}


def holds_role_for(person: User, part: str) -> bool:
    return RoleGrant.objects.open().filter(person=person, role__in=ROLES_FOR[part]).exists()


def assessors_for(part: str) -> QuerySet[User]:
    """Everybody whose role lets them do the part."""
    grants = RoleGrant.objects.open().filter(person=OuterRef("pk"), role__in=ROLES_FOR[part])
    return User.objects.filter(Exists(grants), is_active=True)


# The state in which a script waits for each part.
WAITS_FOR = {
    Allocation.Part.MARKER: SubmissionState.ALLOCATED,
    Allocation.Part.MODERATOR: SubmissionState.MARKED,
}


def with_turn(allocations: QuerySet[Allocation]) -> QuerySet[Any]:
    """Says of each whether it is this person's turn, those first; then oldest script first."""
    turn = Q()
    for part, state in WAITS_FOR.items():
        turn |= Q(part=part, submission__state=state)
    return allocations.annotate(is_turn=Case(When(turn, then=True), default=False)).order_by(
        "-is_turn", "submission__received_at", "submission_id"
    )


def marks_for(allocation: Allocation) -> list[Mark]:
    """What an assessor may read of marks: their own; and the moderator the first one, which it is theirs to check."""
    marks = Mark.objects.filter(submission=allocation.submission_id).select_related("feedback").order_by("pk")
    if allocation.part == Allocation.Part.MODERATOR:
        return list(marks)
    return list(marks.filter(marker=allocation.person_id))


@dataclass(frozen=True)
class Eligible:
    """Who may do each part for one script; and of whose roles would let them, who may not, and why."""

    people: dict[str, list[User]]
    barred: list[str]


def eligible_for(submission: Submission) -> Eligible:
    enrolment = submission.enrolment
    teachers = teachers_of(enrolment)
    people: dict[str, list[User]] = {}
    barred: set[str] = set()
    for part in ROLES_FOR:
        people[part] = []
        for person in assessors_for(part):
            try:
                check_independent(
                    str(person),
                    is_the_participant=person.pk == enrolment.person_id,
                    taught_them=person.pk in teachers,
                )
            except RuleViolation as refusal:
                barred.add(str(refusal))
            else:
                people[part].append(person)
    return Eligible(people, sorted(barred))


def holders(submission: Submission) -> dict[str, int]:
    """Who has the script now, by part."""
    return {one.part: one.person_id for one in submission.allocations.all() if one.ended_at is None}
