"""Reads for pages and for the actions that rest on them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import AssessmentWindow, AttendanceMark, Cohort, Enrolment, Facilitation, Membership, Seminar
from cohorts.queries import standings_of
from cohorts.rules.engagement import Standing, StandingState
from cohorts.states import CohortState, EnrolmentState, SeminarState
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.programmes.models import AssessmentTask

from .models import ROLES_FOR, Allocation, Certificate, Outcome, Submission, SubmittedFile
from .rules import Attempt, Window, certificate_blockers
from .states import CertificateState, SubmissionState

TAKING_PART = frozenset({EnrolmentState.ACTIVE, EnrolmentState.COMPLETED})


# --- handing in ----------------------------------------------------------------------------------


def windows_of(enrolment: Enrolment) -> QuerySet[AssessmentWindow]:
    """The windows of the cohort they are in, in order."""
    return (
        AssessmentWindow.objects.filter(cohort__memberships__enrolment=enrolment, cohort__memberships__to_on=None)
        .exclude(cohort__state=CohortState.DRAFT)
        .order_by("opens_on", "pk")
    )


def plain_windows(windows: Iterable[AssessmentWindow]) -> list[Window]:
    return [Window(window.pk, window.opens_on, window.closes_on) for window in windows]


def attempts_at(submissions: Iterable[Submission]) -> list[Attempt]:
    """Attempts with what has been released of them; read the submissions with `outcome__release`."""
    return [Attempt(one.attempt, one.window_id, released_verdict(one)) for one in submissions]


def released_verdict(submission: Submission) -> str | None:
    outcome = getattr(submission, "outcome", None)
    return outcome.verdict if outcome and hasattr(outcome, "release") else None


def submissions_of(enrolment: Enrolment) -> QuerySet[Submission]:
    """First attempt first, with what was released."""
    return (
        Submission.objects.filter(enrolment=enrolment)
        .select_related("task", "window", "outcome__release")
        .prefetch_related("files", "marks__feedback")
        .order_by("task__number", "attempt")
    )


def newest_file(submission: Submission) -> SubmittedFile:
    return submission.files.latest("received_at", "pk")


# --- marking -------------------------------------------------------------------------------------


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


# --- outcomes ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Readiness:
    """What stands between one enrolment and its certificate."""

    enrolment: Enrolment
    standing: Standing
    blockers: tuple[str, ...]


def readiness_of(enrolments: Collection[Enrolment], at: datetime) -> dict[int, Readiness]:
    """By enrolment. Three statements, however many; give them with `version`."""
    standings = standings_of([one.pk for one in enrolments], at)
    tasks: dict[int, list[AssessmentTask]] = {}
    for task in AssessmentTask.objects.filter(version__in={one.version_id for one in enrolments}).order_by("number"):
        tasks.setdefault(task.version_id, []).append(task)
    released = Outcome.objects.filter(enrolment__in=enrolments, release__isnull=False).order_by("confirmed_at", "pk")
    verdicts = {(outcome.enrolment_id, outcome.task_id): outcome.verdict for outcome in released}
    return {
        one.pk: Readiness(
            one,
            standings[one.pk],
            tuple(
                certificate_blockers(
                    verdicts={task.title: verdicts.get((one.pk, task.pk)) for task in tasks.get(one.version_id, [])},
                    engagement_met=standings[one.pk].state == StandingState.MET,
                    engagement=_percent(standings[one.pk]),
                    threshold_percent=standings[one.pk].threshold_percent,
                    is_taking_part=one.state in TAKING_PART,
                    state=EnrolmentState(one.state).label,
                )
            ),
        )
        for one in enrolments
    }


def blockers_of(enrolment: Enrolment, at: datetime) -> tuple[str, ...]:
    return readiness_of([enrolment], at)[enrolment.pk].blockers


def _percent(standing: Standing) -> str:
    """Rounded down, so that nobody reads 90% who has not reached it."""
    return f"{standing.tenths // 10}.{standing.tenths % 10}%"


def enrolments_blocked() -> QuerySet[Enrolment]:
    """A pass has been released, and there is no certificate: something else still blocks it."""
    passed = Outcome.objects.filter(enrolment=OuterRef("pk"), verdict="pass", release__isnull=False)
    return Enrolment.objects.filter(
        Exists(passed), ~Exists(Certificate.objects.filter(enrolment=OuterRef("pk"))), state__in=TAKING_PART
    ).select_related("person", "version")


# --- certificates --------------------------------------------------------------------------------


def certificates_of(enrolment: Enrolment) -> QuerySet[Certificate]:
    """Newest first; the revoked ones too."""
    return Certificate.objects.filter(enrolment=enrolment).select_related("superseded_by").order_by("-queued_at", "-pk")


def public_certificate(number: str) -> Certificate | None:
    """One that has been issued, in force or revoked. One that is still being made is not yet anybody's proof."""
    issued = Q(state=CertificateState.READY) | Q(state=CertificateState.REVOKED, ready_at__isnull=False)
    return Certificate.objects.filter(issued, number=number).select_related("superseded_by").first()


def cohort_of(enrolment: Enrolment) -> Cohort | None:
    stay = Membership.objects.filter(enrolment=enrolment).select_related("cohort").order_by("-pk").first()
    return stay.cohort if stay else None
