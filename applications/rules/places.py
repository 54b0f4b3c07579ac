"""The places of an intake: whether one is free, who of those waiting is offered it, and until when.

Whoever applied for a funded place and is eligible needs a funded place as well as a place; everybody else needs any
place. Whoever waits is served in order, and is passed over only while the place they need is not to be had.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from applications.errors import FundedPlacesTaken, IntakeFull
from applications.kinds import FundingRoute
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.programmes.rules.texts import pounds

LONDON = ZoneInfo("Europe/London")
REMINDED_BEFORE = timedelta(days=1)


@dataclass(frozen=True)
class Places:
    """How many places an intake has, and how many are taken. `funded_capacity` is None where no number is given."""

    capacity: int
    taken: int
    funded_capacity: int | None
    funded_taken: int

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def funded_free(self) -> int:
        """Those free to be taken up as funded ones: never more than are free."""
        if self.funded_capacity is None:
            return self.free
        return min(self.free, max(0, self.funded_capacity - self.funded_taken))

    def has_room(self, *, funded: bool) -> bool:
        return bool(self.funded_free if funded else self.free)

    def less_one(self, *, funded: bool) -> "Places":
        """What is left when one more is taken."""
        return replace(self, taken=self.taken + 1, funded_taken=self.funded_taken + funded)

    def without(self, *, funded: bool) -> "Places":
        """What there is when one that is taken is given up."""
        return replace(self, taken=max(0, self.taken - 1), funded_taken=max(0, self.funded_taken - funded))


def check_room(intake: str, places: Places, *, funded: bool) -> None:
    """Raises IntakeFull, or FundedPlacesTaken where only funded places have run out."""
    if not places.free:
        raise IntakeFull(intake)
    if not places.has_room(funded=funded):
        raise FundedPlacesTaken(intake)


def needs_funded_place(*, cohort_funding: str, funding_route: str, eligible: bool | None) -> bool:
    """Only where their number is capped are funded places counted (C5)."""
    return cohort_funding == CohortFunding.CAPPED and funding_route == FundingRoute.SCHOLARSHIP and eligible is True


@dataclass(frozen=True)
class Waiting:
    """Somebody on the waiting list. `number` is the application's; of two put on it at once the lower comes first."""

    number: int
    since: datetime
    needs_funding: bool
    is_endorsed: bool = True


def in_order(waiting: Iterable[Waiting]) -> list[Waiting]:
    return sorted(waiting, key=lambda one: (one.since, one.number))


def served_next(waiting: Iterable[Waiting], places: Places) -> Iterator[Waiting]:
    """Who is offered the places that are free, in order. Whoever is not endorsed keeps their turn and waits on."""
    for one in in_order(waiting):
        if not places.free:
            return
        if one.is_endorsed and places.has_room(funded=one.needs_funding):
            places = places.less_one(funded=one.needs_funding)
            yield one


def may_offer(*, starts_on: date, is_paused: bool, on: date) -> bool:
    """Places are offered until the day before the programme starts, and not while the intake is paused."""
    return not is_paused and on < starts_on


def offer_ends(made_at: datetime, *, days: int, starts_on: date) -> datetime:
    """The moment from which an offer can no longer be answered.

    That is the end of a London day, so many days after the one on which it was made, and at the latest the beginning
    of the day on which the programme starts.
    """
    last_day = made_at.astimezone(LONDON).date() + timedelta(days=days)
    end = min(last_day + timedelta(days=1), starts_on)
    return datetime.combine(end, time.min, tzinfo=LONDON).astimezone(UTC)


def last_day_of(ends_at: datetime) -> date:
    """The last London day on which an offer can be answered."""
    return (ends_at - timedelta(microseconds=1)).astimezone(LONDON).date()


def is_offer_reminder_due(*, made_at: datetime, ends_at: datetime, at: datetime) -> bool:
    """Within a day before it ends; not for one that was made so late that the offer itself says so."""
    from_at = ends_at - REMINDED_BEFORE
    return made_at < from_at <= at < ends_at


_PAYERS: dict[str, str] = {
    FundingRoute.SCHOOL: "your school pays",
    FundingRoute.TRUST: "your trust pays",
    FundingRoute.SELF: "you pay",
    FundingRoute.ANOTHER: "somebody else pays",
}


def payer_in_words(funding_route: str, *, fee_pence: int) -> str:
    """Who pays, as the applicant chose it, in a sentence; empty for a scholarship and while nothing is chosen (S38)."""
    if not (payer := _PAYERS.get(funding_route)):
        return ""
    said = f"As you chose, {payer}"
    return f"{said} the fee of {pounds(fee_pence)}." if fee_pence else f"{said} what the place costs."


def cost_in_words(*, is_funded: bool, funding_route: str, fee_pence: int) -> str:
    """What a place costs and who pays, in a sentence or two to the applicant (S39, S81)."""
    if is_funded:
        return "Your place is a funded one: DfE pays for it, and nobody is sent an invoice."
    if not fee_pence:
        return "Your place is not a funded one."
    payer = _PAYERS.get(funding_route, "you, your school or somebody else pays")
    return f"Your place is not a funded one: {payer} the fee of {pounds(fee_pence)}."
