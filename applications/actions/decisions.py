"""Decisions, and taking an application back."""

from django.db import transaction

from applications.errors import (
    AlreadyEnrolled,
    ApplicationNotWaiting,
    CannotWithdraw,
    OwnApplication,
    ReasonNeeded,
    ScholarshipSuspended,
)
from applications.kinds import WithdrawReason
from applications.models import Application, Decision, Offer
from applications.queries.endorsements import standing_of
from applications.queries.places import Turn, are_scholarships_suspended, cost_of, places_of, turn_of
from applications.rules.endorsements import check_endorsed
from applications.rules.funding import funded_place
from applications.rules.places import Places, check_room
from applications.states import HOLDING, LEGAL_MOVES, OFFER_MOVES, TO_DECIDE, ApplicationState, OfferState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, nudge, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.text import without_tricks

SWEEP = "applications.make_offers"
WITHDRAW_REASONS = frozenset(reason.value for reason in WithdrawReason)


@transaction.atomic
def decide(
    application: Application,
    *,
    verdict: Decision.Verdict,
    reason: str = "",
    funded: bool | None = None,
    by: User | None,
) -> Decision:
    """Accept, put on the waiting list, or decline, once. The same verdict again gives the decision that stands.

    Accepting takes a place of the intake, and a funded one where `funded` asks for it and the intake's funding leaves
    the choice. Whoever goes on the waiting list is told their turn. Raises what `check_decision` raises.
    """
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    verdict = Decision.Verdict(verdict)
    state = ApplicationState(verdict.value)
    newest = Decision.objects.filter(application=application).first()
    if newest and newest.verdict == verdict and application.state == state:
        return newest
    now, reason = clock.now(), without_tricks(reason).strip()
    place = check_decision(
        application,
        verdict=verdict,
        reason=reason,
        funded=funded,
        places=places_of(intake),
        endorsement=standing_of(application),
        is_suspended=are_scholarships_suspended(intake, clock.london_date(now)),
        by=by,
    )
    decision = Decision.objects.create(application=application, verdict=verdict, decided_at=now, decided_by=by)
    application.state = state
    if verdict == Decision.Verdict.WAITLISTED:
        application.waitlisted_at = now
    else:
        application.decided_at = now
        application.funded_place = place
    application.save(update_fields=["state", "decided_at", "waitlisted_at", "funded_place"])
    record(
        f"application.{state.value}",
        application,
        facts={"decision": decision.pk, "funded_place": place},
        words={"reason": reason} if reason else None,
        by=by,
    )
    tell_decision(application, decision, reason=reason)
    if verdict == Decision.Verdict.WAITLISTED:
        nudge(SWEEP)
    return decision


def check_decision(
    application: Application,
    *,
    verdict: Decision.Verdict,
    reason: str,
    funded: bool | None,
    places: Places,
    endorsement: str | None,
    is_suspended: bool,
    by: User | None,
) -> bool | None:
    """What `funded_place` becomes by this decision: true, false, or None where it is not for us to say (C5).

    Asks nothing of the database beyond the application, its intake and its form, so that many can be checked at once.
    `places` are those left for it; `endorsement` is the standing of the one that counts, None where nobody was asked;
    `is_suspended` says that scholarships cannot be taken up today.

    Raises OwnApplication, ApplicationNotWaiting, ReasonNeeded, NotEndorsed, ScholarshipSuspended, IntakeFull,
    FundedPlacesTaken, and what `rules.funding.funded_place` raises.
    """
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    state = ApplicationState(application.state)
    if state not in TO_DECIDE or ApplicationState(verdict.value) not in LEGAL_MOVES[state]:
        raise ApplicationNotWaiting(application.get_state_display())
    if verdict == Decision.Verdict.DECLINED and not without_tricks(reason).strip():
        raise ReasonNeeded
    if verdict != Decision.Verdict.ACCEPTED:
        return None
    check_endorsed(endorsement, is_needed=application.form.needs_endorsement)
    intake = application.intake
    place = funded_place(intake.cohort_funding, application.eligible_for_funding, funded)
    if place and is_suspended:
        raise ScholarshipSuspended
    check_room(intake.name, places, funded=bool(place))
    return place


def tell_decision(application: Application, decision: Decision, *, reason: str = "") -> None:
    """Queue the letter of a decision."""
    queue_messages([decision_letter(application, decision, reason=reason, turn=turn_of(application))])


def decision_letter(application: Application, decision: Decision, *, reason: str, turn: Turn | None) -> Letter:
    """As it goes to the applicant, who stands as decided; a decision not yet made is for a preview."""
    return Letter(
        f"application-{decision.verdict}",
        application.person,
        f"application-{decision.verdict}:{application.pk}:{decision.pk}:{application.person_id}",
        application,
        {"reason": reason, "turn": turn, "cost": cost_of(application)},
    )


@transaction.atomic
def withdraw_application(application: Application, *, reason: str = "", by: User | None) -> Application:
    """Take an application back, sent or not. `reason` is a `WithdrawReason` or empty. Withdrawing twice withdraws once.

    Its place, held or offered, is free again and goes to the next who waits. An open offer is turned down where the
    applicant withdraws, and taken back where staff do. Raises CannotWithdraw, and AlreadyEnrolled while somebody
    takes part on it: the enrolment ends first.
    """
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    if application.state == ApplicationState.WITHDRAWN:
        return application
    if ApplicationState.WITHDRAWN not in LEGAL_MOVES[ApplicationState(application.state)]:
        raise CannotWithdraw(application.get_state_display())
    if application.is_enrolled:
        raise AlreadyEnrolled
    if reason and reason not in WITHDRAW_REASONS:
        raise ValueError(f"Nobody withdraws for {reason!r}.")
    now, before = clock.now(), ApplicationState(application.state)
    if offer := Offer.objects.select_for_update().filter(application=application, state=OfferState.OPEN).first():
        is_own = by is not None and by.pk == application.person_id
        end_offer(offer, OfferState.TURNED_DOWN if is_own else OfferState.TAKEN_BACK, by=by)
        application.funded_place = None
    application.state = ApplicationState.WITHDRAWN
    application.withdrawn_at = now
    application.withdrawn_reason = reason
    application.save(update_fields=["state", "withdrawn_at", "withdrawn_reason", "funded_place"])
    record("application.withdrawn", application, facts={"from": before.value, "reason": reason}, by=by)
    if before != ApplicationState.DRAFT:
        queue_message(
            "application-withdrawn",
            to=application.person,
            about=application,
            key=f"application-withdrawn:{application.pk}:1:{application.person_id}",
            words={"before": before.value},
        )
    if before in HOLDING:
        nudge(SWEEP)
    return application


def end_offer(offer: Offer, to: OfferState, *, by: User | None) -> None:
    """Give an open offer, locked by the caller, the end that it found."""
    if to not in OFFER_MOVES[OfferState(offer.state)]:
        raise ValueError(f"An offer that is {offer.state} does not become {to}.")
    offer.state = to
    offer.answered_at = clock.now()
    offer.save(update_fields=["state", "answered_at"])
    record(f"offer.{to.value}", offer, facts={"application": offer.application_id}, by=by)
