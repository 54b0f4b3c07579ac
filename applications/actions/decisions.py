"""Decisions, and taking an application back."""

from django.db import transaction

from applications.errors import ApplicationNotWaiting, CannotWithdraw, OwnApplication, ReasonNeeded
from applications.models import Application, Decision
from applications.states import LEGAL_MOVES, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User


@transaction.atomic
def decide(application: Application, *, verdict: Decision.Verdict, reason: str = "", by: User | None) -> Decision:
    """Accept or decline, once. The same verdict again gives the decision that stands."""
    application = lock(application)
    verdict = Decision.Verdict(verdict)
    decision = Decision.objects.filter(application=application).first()
    if decision and decision.verdict == verdict and application.state == verdict.value:
        return decision
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    state = ApplicationState(verdict.value)
    if state not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise ApplicationNotWaiting(application.get_state_display())
    reason = reason.strip()
    if verdict == Decision.Verdict.DECLINED and not reason:
        raise ReasonNeeded
    now = clock.now()
    decision = Decision.objects.create(application=application, verdict=verdict, decided_at=now, decided_by=by)
    application.state = state
    application.decided_at = now
    application.save(update_fields=["state", "decided_at"])
    record(
        f"application.{state.value}",
        application,
        facts={"decision": decision.pk},
        words={"reason": reason} if reason else None,
        by=by,
    )
    queue_message(
        f"application-{state.value}",
        to=application.person,
        about=application,
        key=f"application-{state.value}:{application.pk}:1:{application.person_id}",
        words={"reason": reason},
    )
    return decision


@transaction.atomic
def withdraw_application(application: Application, *, by: User | None) -> Application:
    """Take an application back, sent or not. Withdrawing twice withdraws once."""
    application = lock(application)
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if ApplicationState.WITHDRAWN not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise CannotWithdraw(application.get_state_display())
    before = application.state
    application.state = ApplicationState.WITHDRAWN
    application.save(update_fields=["state"])
    record("application.withdrawn", application, facts={"from": before}, by=by)
    return application
