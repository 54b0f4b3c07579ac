"""Telling the participant."""

from django.db import transaction

from assessments.models import Certificate, Outcome, OutcomeRelease
from assessments.queries import blockers_of
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User

from .certificates import issue_certificate


@transaction.atomic
def release_outcome(outcome: Outcome, *, by: User | None) -> OutcomeRelease:
    """Show an outcome to whoever sat the task, and issue the certificate when nothing blocks it. Released once only.

    The letter does not say the verdict: it is read behind sign-in.
    """
    enrolment, outcome = lock(outcome.enrolment), lock(outcome)
    if release := OutcomeRelease.objects.filter(outcome=outcome).first():
        return release
    release = OutcomeRelease.objects.create(outcome=outcome, released_by=by)
    record("outcome.released", outcome, facts={"verdict": outcome.verdict}, by=by)
    queue_message(
        "outcome-released",
        to=enrolment.person,
        about=outcome,
        key=f"outcome-released:{outcome.pk}:1:{enrolment.person_id}",
        words={"task": outcome.task},
    )
    if not Certificate.objects.filter(enrolment=enrolment).exists() and not blockers_of(enrolment, clock.now()):
        issue_certificate(enrolment, by=by)
    return release
