"""The places of an intake, the waiting list, and what is offered."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q

from applications.models import Application, Endorsement, Offer
from applications.rules.places import (
    Places,
    Waiting,
    cost_in_words,
    last_day_of,
    may_offer,
    needs_funded_place,
    served_next,
)
from applications.states import HOLDING, LEGAL_MOVES, ApplicationState, EndorsementState, OfferState
from npqh_portal import clock
from npqh_portal.programmes.kinds import FundingSource
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.rules.funding import CohortFunding, is_suspended
from npqh_portal.web.words import day

from .endorsements import endorsement_of

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
        if since  # a constraint has it so; this is for the type checker
    ]


def to_offer(intake: Intake, places: Places, on: date) -> Places:
    """Of these, what may be offered that day: no funded one while scholarships are suspended."""
    if are_scholarships_suspended(intake, on):
        return replace(places, funded_capacity=places.funded_taken)
    return places


def next_to_be_funded(intake: Intake) -> Application | None:
    """Who would be offered a funded place if there were one more, as things are now; None where nobody would."""
    places = places_of(intake)
    return _next(intake, replace(places, funded_taken=max(0, places.funded_taken - 1)), for_funded=True)


def next_after(application: Application) -> Application | None:
    """Who would be offered the place that this one holds, were it free; None where nobody would, or it holds none."""
    if application.state not in HOLDING:
        return None
    return _next(application.intake, places_of(application.intake).without(funded=bool(application.funded_place)))


def _next(intake: Intake, places: Places, *, for_funded: bool = False) -> Application | None:
    """Whom the sweep would offer a place if these were all the intake had, and does not offer one as things are."""
    today = clock.today()
    if not may_offer(starts_on=intake.starts_on, is_paused=intake.is_paused, on=today):
        return None
    waiting = waiting_list(intake)
    anyway = {one.number for one in served_next(waiting, to_offer(intake, places_of(intake), today))}
    served = served_next(waiting, to_offer(intake, places, today))
    found = (one for one in served if one.number not in anyway and (one.needs_funding or not for_funded))
    first = next(found, None)
    return Application.objects.get(pk=first.number) if first else None


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


def turns_of(applications: Iterable[Application]) -> dict[int, Turn]:
    """The same of those among them that are on a waiting list. One statement, or none where nobody is."""
    intakes = {one.intake_id for one in applications if one.state == ApplicationState.WAITLISTED}
    if not intakes:
        return {}
    waiting = Application.objects.filter(intake__in=intakes, state=ApplicationState.WAITLISTED)
    lists: dict[int, list[int]] = defaultdict(list)
    for intake, number in waiting.order_by("waitlisted_at", "pk").values_list("intake", "pk"):
        lists[intake].append(number)
    return {
        number: Turn(position=place, total=len(numbers))
        for numbers in lists.values()
        for place, number in enumerate(numbers, start=1)
    }


def offered_at_once(applications: Iterable[Application]) -> set[int]:
    """The numbers of those whom the sweep would offer a place at once, were they all put on the waiting list now.

    One statement, and one or two for each intake.
    """
    today = clock.today()
    joining: defaultdict[Intake, list[Application]] = defaultdict(list)
    for application in applications:
        if application.state == ApplicationState.SUBMITTED:
            joining[application.intake].append(application)
    joined = [one for group in joining.values() for one in group]
    endorsed = Endorsement.objects.filter(application__in=joined, state__in=ENDORSED)
    endorsed_numbers = set(endorsed.values_list("application_id", flat=True))
    found: set[int] = set()
    for intake, group in joining.items():
        if not may_offer(starts_on=intake.starts_on, is_paused=intake.is_paused, on=today):
            continue
        places = to_offer(intake, places_of(intake), today)
        new = [
            Waiting(
                number=one.pk,
                since=clock.now(),
                needs_funding=needs_funded_place(
                    cohort_funding=intake.cohort_funding,
                    funding_route=one.funding_route,
                    eligible=one.eligible_for_funding,
                ),
                is_endorsed=one.pk in endorsed_numbers or not one.form.needs_endorsement,
            )
            for one in group
        ]
        numbers = {one.number for one in new}
        found |= {one.number for one in served_next([*waiting_list(intake), *new], places)} & numbers
    return found


def open_or_last_offer(application: Application) -> Offer | None:
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


@dataclass(frozen=True)
class Place:
    """What the applicant is told of their place. `turn` only while they wait, `answer_by` only while an offer is open.

    `obstacles` are sentences that say why they are offered none for now, and `cost` what the place they hold costs.
    """

    turn: Turn | None
    obstacles: list[str]
    answer_by: date | None
    last_day: date | None
    cost: str
    may_withdraw: bool


def place_of(application: Application, at: datetime) -> Place:
    offer = open_or_last_offer(application) if application.waitlisted_at else None
    last_day = last_day_of(offer.expires_at) if offer else None
    state = ApplicationState(application.state)
    is_open = offer is not None and not how_it_ended(offer, at)
    return Place(
        turn=turn_of(application),
        obstacles=_obstacles(application, at) if state == ApplicationState.WAITLISTED else [],
        answer_by=last_day if is_open else None,
        last_day=last_day,
        cost=cost_of(application) if state in HOLDING else "",
        may_withdraw=ApplicationState.WITHDRAWN in LEGAL_MOVES[state] and not application.is_enrolled,
    )


def _obstacles(application: Application, at: datetime) -> list[str]:
    """Why somebody on the list is offered no place for now, whatever their turn."""
    intake = application.intake
    today = clock.london_date(at)
    if today >= intake.starts_on:
        return ["The programme has started, and no more places are offered."]
    endorsement = endorsement_of(application)
    needs_funding = needs_funded_place(
        cohort_funding=intake.cohort_funding,
        funding_route=application.funding_route,
        eligible=application.eligible_for_funding,
    )
    said = {
        "Applications are paused, and no places are offered meanwhile.": intake.is_paused,
        "You are offered a place once you are endorsed. You keep your turn until then.": (
            application.form.needs_endorsement and (endorsement is None or endorsement.state not in ENDORSED)
        ),
        "DfE scholarships cannot be taken up at present, so no funded place is offered. You keep your turn.": (
            needs_funding and are_scholarships_suspended(intake, today)
        ),
    }
    return [sentence for sentence, is_so in said.items() if is_so]
