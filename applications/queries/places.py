"""The places of an intake, the waiting list, and what is offered."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from applications.models import Application, Endorsement, Offer
from applications.rules.places import Places, Waiting, cost_in_words, last_day_of, needs_funded_place
from applications.states import ApplicationState, EndorsementState, OfferState
from npqh_portal.programmes.kinds import FundingSource
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.rules.funding import CohortFunding, is_suspended
from npqh_portal.web.words import day

ENDORSED = frozenset({EndorsementState.AGREED, EndorsementState.WAIVED})


def places_of(intake: Intake) -> Places:
    """As the row at hand has them: lock it first, where something is decided by them."""
    return Places(
        capacity=intake.capacity,
        taken=intake.places_taken,
        funded_capacity=intake.funded_capacity,
        funded_taken=intake.funded_places_taken,
    )


def are_scholarships_suspended(intake: Intake, on: date) -> bool:
    suspensions = intake.version.programme.funding_suspensions.all()
    return is_suspended(suspensions, source=FundingSource.SCHOLARSHIP, on=on)


def is_funded(application: Application) -> bool:
    """Whether DfE pays for the place it holds. Where its number is not capped, every eligible one is funded (T20)."""
    if application.funded_place is not None:
        return application.funded_place
    return application.intake.cohort_funding == CohortFunding.FULL and application.eligible_for_funding is True


def cost_of(application: Application) -> str:
    """What the place it holds costs and who pays, in words."""
    return cost_in_words(
        is_funded=is_funded(application),
        funding_route=application.funding_route,
        fee_pence=application.intake.version.fee_pence,
    )


def waiting_list(intake: Intake) -> list[Waiting]:
    """Everybody on it, in no order that counts: `rules.places.in_order` puts them in theirs. One statement."""
    endorsed = Endorsement.objects.filter(application=OuterRef("pk"), state__in=ENDORSED)
    waiting = Application.objects.filter(intake=intake, state=ApplicationState.WAITLISTED)
    rows = waiting.annotate(has_endorsement=Exists(endorsed)).values_list(
        "pk", "waitlisted_at", "funding_route", "eligible_for_funding", "form__needs_endorsement", "has_endorsement"
    )
    return [
        Waiting(
            number=pk,
            since=since,
            needs_funding=needs_funded_place(
                cohort_funding=intake.cohort_funding, funding_route=route, eligible=eligible
            ),
            is_endorsed=has_endorsement or not needs_endorsement,
        )
        for pk, since, route, eligible, needs_endorsement, has_endorsement in rows
    ]


@dataclass(frozen=True)
class Turn:
    """Where somebody stands on the waiting list: first is 1."""

    position: int
    total: int


def turn_of(application: Application) -> Turn | None:
    """None for somebody who is not on it."""
    if application.state != ApplicationState.WAITLISTED:
        return None
    waiting = Application.objects.filter(intake_id=application.intake_id, state=ApplicationState.WAITLISTED)
    since = application.waitlisted_at
    before = waiting.filter(Q(waitlisted_at__lt=since) | Q(waitlisted_at=since, pk__lt=application.pk))
    return Turn(position=before.count() + 1, total=waiting.count())


def latest_offer_of(application: Application) -> Offer | None:
    """The newest, however it ended: whoever opens the link of an old letter is told what became of it."""
    offer = Offer.objects.filter(application=application).first()
    if offer:
        offer.application = application
    return offer


def how_it_ended(offer: Offer, at: datetime) -> str:
    """Why an offer can no longer be answered, in a sentence; empty while it can. Time runs out before any sweep."""
    match offer.state:
        case OfferState.ACCEPTED:
            return f"The offer was accepted on {day(offer.answered_at or at)}."
        case OfferState.TURNED_DOWN:
            return f"The offer was turned down on {day(offer.answered_at or at)}."
        case OfferState.TAKEN_BACK:
            return f"The offer was taken back on {day(offer.answered_at or at)}."
    if offer.state == OfferState.LAPSED or at >= offer.expires_at:
        last_day = day(last_day_of(offer.expires_at))
        return f"The offer could be answered until {last_day}; the place goes to whoever is next."
    return ""
