"""Places offered from the waiting list: made, answered, run out; going back on the list; and funding taken away."""

from copy import copy
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from applications.errors import (
    AppliedAnew,
    CannotPutBack,
    FundedPlaceGivenOn,
    FundedPlaceTakenUp,
    FundingNotTakenAway,
    GivingBackReasonNeeded,
    NoFundedPlace,
    NotFundedAnyMore,
    OfferOver,
    OwnApplication,
    PlaceGone,
    PlaceTakenUp,
    ScholarshipNotGivenBack,
    TakingAwayReasonNeeded,
)
from applications.models import Application, Decision, Offer
from applications.queries.places import (
    are_scholarships_suspended,
    cost_of,
    how_it_ended,
    is_funded,
    places_of,
    to_offer,
    waiting_list,
)
from applications.rules.funding import funded_place
from applications.rules.places import last_day_of, may_offer, offer_ends, served_next
from applications.states import HOLDING, LIVE, ApplicationState, OfferState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, nudge, queue_message, queue_messages
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.text import without_tricks

from .decisions import SWEEP, end_offer, tell_decision, withdraw_application


def make_offers(at: datetime) -> int:
    """End the offers that nobody answered in time, then offer every free place to whoever is next. Returns how many.

    One transaction for each intake, under its lock: two sweeps at once never offer one place twice. No place is
    offered while an intake is paused, nor from the day on which its programme starts; open offers stand meanwhile.
    """
    overdue = Offer.objects.filter(application__intake=OuterRef("pk"), state=OfferState.OPEN, expires_at__lte=at)
    waiting = Application.objects.filter(intake=OuterRef("pk"), state=ApplicationState.WAITLISTED)
    has_room = Q(places_taken__lt=F("capacity"), starts_on__gt=clock.london_date(at), is_paused=False)
    intakes = Intake.objects.filter(Q(Exists(overdue)) | Q(Exists(waiting)) & has_room)
    return sum(_sweep(intake, at) for intake in intakes.order_by("pk"))


@transaction.atomic
def _sweep(intake: Intake, at: datetime) -> int:
    intake = lock(intake)
    theirs = Application.objects.select_for_update(of=("self",)).filter(
        intake=intake, state__in=[ApplicationState.WAITLISTED, ApplicationState.OFFERED]
    )
    applications = {one.pk: one for one in theirs.select_related("person").order_by("pk")}
    for application in applications.values():
        application.intake = intake
    overdue = Offer.objects.filter(application__in=applications, state=OfferState.OPEN, expires_at__lte=at)
    for offer in overdue.order_by("pk"):
        _lapse(offer, applications[offer.application_id])
    intake.refresh_from_db(fields=["places_taken", "funded_places_taken"])
    if not may_offer(starts_on=intake.starts_on, is_paused=intake.is_paused, on=clock.london_date(at)):
        return 0
    served = list(served_next(waiting_list(intake), to_offer(intake, places_of(intake), clock.london_date(at))))
    for one in served:
        _offer(applications[one.number], needs_funding=one.needs_funding, at=at)
    return len(served)


def _lapse(offer: Offer, application: Application) -> None:
    end_offer(offer, OfferState.LAPSED, by=None)
    application.state = ApplicationState.LAPSED
    application.funded_place = application.funding_taken_at = None
    application.save(update_fields=["state", "funded_place", "funding_taken_at"])
    record("application.lapsed", application, facts={"offer": offer.pk}, by=None)
    queue_message(
        "offer-lapsed",
        to=application.person,
        about=application,
        key=f"offer-lapsed:{offer.pk}:1:{application.person_id}",
        words={"last_day": last_day_of(offer.expires_at)},
    )


def _offer(application: Application, *, needs_funding: bool, at: datetime) -> None:
    intake = application.intake
    application.state = ApplicationState.OFFERED
    application.funded_place = funded_place(intake.cohort_funding, application.eligible_for_funding, needs_funding)
    application.save(update_fields=["state", "funded_place"])
    offer = Offer.objects.create(
        application=application,
        is_funded=is_funded(application),
        made_at=at,
        expires_at=offer_ends(at, days=intake.offer_days, starts_on=intake.starts_on),
    )
    record(
        "application.offered",
        application,
        facts={"offer": offer.pk, "funded_place": application.funded_place, "until": offer.expires_at.isoformat()},
        by=None,
    )
    queue_message(
        "place-offered",
        to=application.person,
        about=application,
        key=f"place-offered:{offer.pk}:1:{application.person_id}",
        words={"last_day": last_day_of(offer.expires_at), "cost": cost_of(application)},
        stale_at=offer.expires_at,
    )


@transaction.atomic
def answer_offer(offer: Offer, *, accept: bool, reason: str = "", by: User | None) -> Offer:
    """Take up the place, or turn it down and so withdraw the application. The same answer twice counts once.

    Raises OfferOver where it ended otherwise, and from the moment its time is up, whether or not a sweep has run.
    """
    intake, application = lock(offer.application.intake), lock(offer.application)
    offer, now = lock(offer), clock.now()
    application.intake = intake
    if offer.state == (OfferState.ACCEPTED if accept else OfferState.TURNED_DOWN):
        return offer
    if ended := how_it_ended(offer, now):
        raise OfferOver(ended)
    if not accept:
        withdraw_application(application, reason=reason, by=by)
        offer.refresh_from_db()
        return offer
    end_offer(offer, OfferState.ACCEPTED, by=by)
    application.state = ApplicationState.ACCEPTED
    application.decided_at = now
    application.save(update_fields=["state", "decided_at"])
    record(
        "application.accepted",
        application,
        facts={"offer": offer.pk, "funded_place": application.funded_place},
        by=by,
    )
    queue_message(
        "application-accepted",
        to=application.person,
        about=application,
        key=f"application-accepted:{application.pk}:offer-{offer.pk}:{application.person_id}",
        words={"cost": cost_of(application)},
    )
    return offer


@transaction.atomic
def take_funding_away(application: Application, *, reason: str, by: User | None) -> Application:
    """Take the funding from a place that is offered or accepted: the place stays theirs, and is paid for otherwise.

    The intake has one more funded place then, which goes to whoever is next. The applicant is told why and what it
    costs. Raises OwnApplication, NoFundedPlace, FundedPlaceTakenUp once somebody takes part on it, and
    TakingAwayReasonNeeded.
    """
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    reason = check_funding_taken(application, reason=reason, by=by)
    if offer := Offer.objects.select_for_update().filter(application=application, state=OfferState.OPEN).first():
        offer.is_funded = False
        offer.save(update_fields=["is_funded"])
    application.funded_place = False
    application.funding_taken_at = clock.now()
    application.save(update_fields=["funded_place", "funding_taken_at"])
    entry = record("application.funding_taken_away", application, words={"reason": reason}, by=by)
    queue_messages([letter_of_funding_taken(application, reason=reason, entry=entry.pk)])
    nudge(SWEEP)
    return application


def check_funding_taken(application: Application, *, reason: str, by: User | None) -> str:
    """The reason as it is kept. Raises what `take_funding_away` raises."""
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    if application.state not in HOLDING or not application.funded_place:
        raise NoFundedPlace
    if application.is_enrolled:
        raise FundedPlaceTakenUp
    if not (reason := without_tricks(reason).strip()):
        raise TakingAwayReasonNeeded
    return reason


def letter_of_funding_taken(application: Application, *, reason: str, entry: int = 0) -> Letter:
    """As it goes to the applicant; `entry` is that of the audit trail, none for a preview."""
    application = copy(application)
    application.funded_place = False
    return Letter(
        "funding-taken-away",
        application.person,
        f"funding-taken-away:{application.pk}:{entry}:{application.person_id}",
        application,
        {"reason": reason, "cost": cost_of(application), "is_offer": application.state == ApplicationState.OFFERED},
    )


@transaction.atomic
def give_funding_back(application: Application, *, reason: str, by: User | None) -> Application:
    """Give back the funding that was taken from a place which is still offered or accepted.

    It takes one of the intake's funded places again. The applicant is told why and what the place costs; whoever waits
    for a funded place waits on. Raises what `check_funding_back` raises.
    """
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    reason, place = check_funding_back(application, reason=reason, by=by)
    if offer := Offer.objects.select_for_update().filter(application=application, state=OfferState.OPEN).first():
        offer.is_funded = True
        offer.save(update_fields=["is_funded"])
    application.funded_place = place
    application.funding_taken_at = None
    application.save(update_fields=["funded_place", "funding_taken_at"])
    entry = record("application.funding_given_back", application, words={"reason": reason}, by=by)
    queue_messages([letter_of_funding_given_back(application, reason=reason, entry=entry.pk)])
    return application


def check_funding_back(application: Application, *, reason: str, by: User | None) -> tuple[str, bool | None]:
    """The reason as it is kept, and what `funded_place` becomes.

    Raises OwnApplication, FundingNotTakenAway, PlaceGone where the place is no longer held, PlaceTakenUp once somebody
    takes part on it, GivingBackReasonNeeded, NotFundedAnyMore where they are not found eligible,
    ScholarshipNotGivenBack, and FundedPlaceGivenOn where the funded places have run out.
    """
    intake = application.intake
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    if application.funding_taken_at is None:
        raise FundingNotTakenAway
    if application.state not in HOLDING:
        raise PlaceGone(application.get_state_display())
    if application.is_enrolled:
        raise PlaceTakenUp
    if not (reason := without_tricks(reason).strip()):
        raise GivingBackReasonNeeded
    if not application.eligible_for_funding or intake.cohort_funding == CohortFunding.ZERO:
        raise NotFundedAnyMore
    if are_scholarships_suspended(intake, clock.today()):
        raise ScholarshipNotGivenBack
    place = funded_place(intake.cohort_funding, application.eligible_for_funding, chosen=True)
    # The place itself is theirs already: it is only its funding that is taken again.
    if place and not places_of(intake).without(funded=False).has_room(funded=True):
        raise FundedPlaceGivenOn(intake.name)
    return reason, place


def letter_of_funding_given_back(application: Application, *, reason: str, entry: int = 0) -> Letter:
    """As it goes to the applicant; `entry` is that of the audit trail, none for a preview."""
    application = copy(application)
    application.funded_place = True
    return Letter(
        "funding-given-back",
        application.person,
        f"funding-given-back:{application.pk}:{entry}:{application.person_id}",
        application,
        {"reason": reason, "cost": cost_of(application), "is_offer": application.state == ApplicationState.OFFERED},
    )


@transaction.atomic
def put_back_on_list(application: Application, *, by: User | None) -> Application:
    """Let somebody wait again whose offer ran out: at the end of the list. Whoever waits already keeps their turn.

    Raises OwnApplication, CannotPutBack, and AppliedAnew where they have a newer application to the intake.
    """
    intake, application = lock(application.intake), lock(application)
    application.intake = intake
    if application.state == ApplicationState.WAITLISTED:
        return application
    if by is not None and application.person_id == by.pk:
        raise OwnApplication
    if application.state != ApplicationState.LAPSED:
        raise CannotPutBack(application.get_state_display())
    if Application.objects.filter(person=application.person_id, intake=intake, state__in=LIVE).exists():
        raise AppliedAnew
    now = clock.now()
    decision = Decision.objects.create(
        application=application, verdict=Decision.Verdict.WAITLISTED, decided_at=now, decided_by=by
    )
    application.state = ApplicationState.WAITLISTED
    application.waitlisted_at = now
    application.save(update_fields=["state", "waitlisted_at"])
    record("application.put_back", application, facts={"decision": decision.pk}, by=by)
    tell_decision(application, decision)
    nudge(SWEEP)
    return application
