"""What stands between an enrolment and its certificate, and the certificates there are."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from assessments.models import Certificate, Outcome
from assessments.rules import certificate_blockers, signs_of
from assessments.states import CertificateState
from cohorts.models import Cohort, Enrolment, Membership
from cohorts.queries import standings_of
from cohorts.rules.engagement import Standing
from cohorts.states import EnrolmentState
from npqh_portal.programmes.models import AssessmentTask

TAKING_PART = frozenset({EnrolmentState.ACTIVE, EnrolmentState.COMPLETED})


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
                    has_list=standings[one.pk].has_list,
                    engagement_met=standings[one.pk].is_met,
                    engagement=standings[one.pk].percent,
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


def enrolments_blocked() -> QuerySet[Enrolment]:
    """A pass has been released, and there is no certificate: something else still blocks it."""
    passed = Outcome.objects.filter(enrolment=OuterRef("pk"), verdict="pass", release__isnull=False)
    return Enrolment.objects.filter(
        Exists(passed), ~Exists(Certificate.objects.filter(enrolment=OuterRef("pk"))), state__in=TAKING_PART
    ).select_related("person", "version")


def certificates_of(enrolment: Enrolment) -> QuerySet[Certificate]:
    """Newest first; the revoked ones too."""
    return Certificate.objects.filter(enrolment=enrolment).select_related("superseded_by").order_by("-queued_at", "-pk")


def public_certificate(number: str) -> Certificate | None:
    """One that has been issued, in force or revoked. One that is still being made is not yet anybody's proof."""
    issued = (
        Q(state=CertificateState.READY)
        | Q(state=CertificateState.REVOKED, ready_at__isnull=False)
        | Q(state=CertificateState.REVOKED, is_from_before=True)
    )
    return Certificate.objects.filter(issued, signs=signs_of(number)).select_related("superseded_by").first()


def cohort_of(enrolment: Enrolment) -> Cohort | None:
    stay = Membership.objects.filter(enrolment=enrolment).select_related("cohort").order_by("-pk").first()
    return stay.cohort if stay else None
