"""Scripts by stage, for leads."""

from django.db.models import Count, Q, QuerySet, TextChoices

from assessments.errors import AlreadyConfirmed
from assessments.models import Outcome, OutcomeRelease, Submission
from assessments.states import SubmissionState
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.clock import london_date


class Stage(TextChoices):
    """Where a script is, as a lead sees it: the first, third and fourth wait for them."""

    TO_ALLOCATE = "to-allocate", "To allocate"
    WITH_ASSESSORS = "with-assessors", "With the assessors"
    TO_CONFIRM = "to-confirm", "To confirm"
    TO_RELEASE = "to-release", "To release"
    RELEASED = "released", "Released"
    BLOCKED = "blocked", "Certificates blocked"


_AT_STAGE: dict[Stage, Q] = {
    Stage.TO_ALLOCATE: Q(state=SubmissionState.RECEIVED),
    Stage.WITH_ASSESSORS: Q(state__in=[SubmissionState.ALLOCATED, SubmissionState.MARKED]),
    Stage.TO_CONFIRM: Q(state=SubmissionState.MODERATED),
    Stage.TO_RELEASE: Q(state=SubmissionState.CONFIRMED, outcome__release=None),
    Stage.RELEASED: Q(state=SubmissionState.CONFIRMED, outcome__release__isnull=False),
}
_WAIT_FOR_A_LEAD = (Stage.TO_CONFIRM, Stage.TO_RELEASE, Stage.TO_ALLOCATE, Stage.BLOCKED)


def at_stage(submissions: QuerySet[Submission], stage: Stage) -> QuerySet[Submission]:
    return submissions.filter(_AT_STAGE[stage])


def stage_counts(submissions: QuerySet[Submission]) -> dict[Stage, int]:
    """How many scripts are at each stage. One statement."""
    found = submissions.aggregate(**{stage.name: Count("pk", filter=where) for stage, where in _AT_STAGE.items()})
    return {stage: found[stage.name] for stage in _AT_STAGE}


def stage_asked_for(asked: str, counts: dict[Stage, int]) -> Stage:
    if asked in Stage.values:
        return Stage(asked)
    return next((stage for stage in _WAIT_FOR_A_LEAD if counts[stage]), Stage.WITH_ASSESSORS)


def stage_of(submission: Submission) -> Stage:
    if submission.state != SubmissionState.CONFIRMED:
        states = {
            SubmissionState.RECEIVED: Stage.TO_ALLOCATE,
            SubmissionState.MODERATED: Stage.TO_CONFIRM,
        }
        return states.get(SubmissionState(submission.state), Stage.WITH_ASSESSORS)
    return Stage.RELEASED if hasattr(submission.outcome, "release") else Stage.TO_RELEASE


def for_leads(submissions: QuerySet[Submission]) -> QuerySet[Submission]:
    """With everything a lead's page shows of a script, in a fixed number of statements; oldest first."""
    return (
        submissions.select_related(
            "enrolment__person", "task", "window__cohort", "outcome__release", "outcome__confirmed_by"
        )
        .prefetch_related("files", "marks__feedback", "marks__marker", "allocations__person")
        .order_by("received_at", "pk")
    )


def as_confirmed(outcome: Outcome) -> AlreadyConfirmed:
    """How an outcome stands, for whoever comes to it after somebody else."""
    release = OutcomeRelease.objects.filter(outcome=outcome).first()
    return AlreadyConfirmed(
        outcome.get_verdict_display(),
        str(outcome.confirmed_by or "the portal"),
        london_date(outcome.confirmed_at),
        london_date(release.released_at) if release else None,
    )


def reason_of(outcome: Outcome) -> str:
    """Why a lead chose this verdict, where marker and moderator differed; empty where they agreed, or once erased."""
    entry = Entry.objects.filter(
        verb="outcome.confirmed", subject_type=outcome._meta.label_lower, subject_id=outcome.pk
    ).first()
    return ((entry and words_of(entry)) or {}).get("reason", "")
