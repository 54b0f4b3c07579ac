"""Who assesses which script, and who may."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, When

from applications.models import Review
from assessments.models import (
    NAMES_READ_BY,
    OF_AN_ASSESSING_BODY,
    ROLES_FOR,
    Allocation,
    Mark,
    Submission,
    reaches_cohort,
)
from assessments.rules import check_independent
from assessments.states import SubmissionState
from cohorts.models import AttendanceMark, Cohort, Enrolment, Facilitation, Membership, Seminar, SupportMatch
from cohorts.states import SeminarState
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import RoleGrant, User


@dataclass(frozen=True)
class Bonds:
    """Who may not assess one script, by key: its author, whoever taught or supported them, or can tell whose it is."""

    author: int
    teachers: set[int]
    supporters: set[int]
    reviewers: set[int]
    readers: set[int]

    def check(self, person: User) -> None:
        check_independent(
            str(person),
            is_the_participant=person.pk == self.author,
            taught_them=person.pk in self.teachers,
            supported_them=person.pk in self.supporters,
            reviewed_them=person.pk in self.reviewers,
            reads_names=person.pk in self.readers,
        )


def bonds_of(submission: Submission) -> Bonds:
    """Five statements. Those found to be one of them are among them."""
    enrolment, cohort = submission.enrolment, submission.window.cohort
    author = Q(application__person=enrolment.person_id) | Q(application__person__alias__kept_person=enrolment.person_id)
    reviews = Review.objects.filter(author).order_by()
    support = SupportMatch.objects.filter(enrolment__person=enrolment.person_id).order_by()
    grants = RoleGrant.objects.open().filter(_reaching(cohort), role__in=NAMES_READ_BY).order_by()
    return Bonds(
        author=enrolment.person_id,
        teachers=teachers_of(enrolment),
        supporters=_keys(support.values_list("supporter_id", "supporter__alias__kept_person")),
        reviewers=_keys(reviews.values_list("reviewer_id", "reviewer__alias__kept_person")),
        readers=_keys(grants.values_list("person_id", "person__alias__kept_person")),
    )


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
    return _keys(led.values_list("person_id", "person__alias__kept_person")) | _keys(
        held.values_list("facilitator_id", "facilitator__alias__kept_person")
    )


def _keys(pairs: Iterable[tuple[int, int | None]]) -> set[int]:
    """Of people, and of those whom they were found to be."""
    return {pk for pair in pairs for pk in pair if pk}


def assessors_for(part: str, cohort: Cohort) -> QuerySet[User]:
    """Everybody whose role lets them do the part for this cohort."""
    grants = RoleGrant.objects.open().filter(_reaching(cohort) | OF_AN_ASSESSING_BODY, role__in=ROLES_FOR[part])
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))), is_active=True)


def _reaching(cohort: Cohort) -> Q:
    return reaches_cohort(provider=cohort.provider_id, partner=cohort.delivery_partner_id)


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
    bonds = bonds_of(submission)
    people: dict[str, list[User]] = {}
    barred: set[str] = set()
    for part in ROLES_FOR:
        people[part] = []
        for person in assessors_for(part, submission.window.cohort):
            try:
                bonds.check(person)
            except RuleViolation as refusal:
                barred.add(str(refusal))
            else:
                people[part].append(person)
    return Eligible(people, sorted(barred))


def holders(submission: Submission) -> dict[str, int]:
    """Who has the script now, by part."""
    return {one.part: one.person_id for one in submission.allocations.all() if one.ended_at is None}
