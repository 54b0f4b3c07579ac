"""What keeps the places of an intake from being changed as asked."""

from collections.abc import Iterator

from .funding import CohortFunding

# A day. Whoever needs longer is written to, and the intake closes later.
GRACE_MINUTES_MOST = 24 * 60
OFFER_DAYS_MOST = 60
TAKE_AWAY_FIRST = "Take each away first, on the page of its application, or leave the funding as it was."


def faults_of_places(
    *, capacity: int, places_taken: int, cohort_funding: str, funded_capacity: int | None, funded_places_taken: int
) -> Iterator[tuple[str, str]]:
    """What is wrong with the number of places and of funded ones, each with the name of the column to mend (C5).

    No number of funded places is less than those taken. Under full funding nobody is counted as holding one.
    """
    capped = cohort_funding == CohortFunding.CAPPED
    if capacity == 0:
        yield "capacity", "An intake has at least one place. To take no applications, tick that it is paused."
    elif capacity < places_taken:
        yield "capacity", f"{_are(places_taken, 'place')} taken or offered already. Enter {places_taken} or more."
    if not capped and funded_places_taken:
        yield "cohort_funding", f"{_are(funded_places_taken, 'funded place')} taken already. {TAKE_AWAY_FIRST}"
    if funded_capacity is None:
        return
    if not capped:
        yield "funded_capacity", "Only where funded places go up to a number. Leave this empty, or choose that above."
    elif funded_capacity < funded_places_taken:
        least = f"Enter {funded_places_taken} or more."
        yield "funded_capacity", f"{_are(funded_places_taken, 'funded place')} taken already. {least}"
    elif funded_capacity > capacity:
        yield "funded_capacity", f"There are {capacity} places in all. Enter {capacity} or fewer."


def faults_of_limits(*, grace_minutes: int, offer_days: int) -> Iterator[tuple[str, str]]:
    """What is wrong with how long something begun, and a place offered, are held; each with the name of the column."""
    if grace_minutes > GRACE_MINUTES_MOST:
        yield "grace_minutes", f"A day is the most: {GRACE_MINUTES_MOST:,} minutes. Or let the intake close later."
    if not 1 <= offer_days <= OFFER_DAYS_MOST:
        yield "offer_days", f"An offer is held for 1 to {OFFER_DAYS_MOST} days."


def _are(count: int, noun: str) -> str:
    return f"1 {noun} is" if count == 1 else f"{count} {noun}s are"
