"""How people judge themselves in the leadership behaviours, and when such an evaluation is whole (S55 to S57)."""

from collections.abc import Iterable
from dataclasses import dataclass

SCALE = {
    1: "I am at the beginning",
    2: "I manage it in quiet times",
    3: "I manage it under pressure too",
    4: "Others learn it from me",
}


@dataclass(frozen=True)
class Judged:
    """One behaviour at the start: a rating from 1 to 4, and how they plan to develop it. A draft may lack either."""

    number: int
    rating: int | None
    plan: str


@dataclass(frozen=True)
class Reviewed:
    """One behaviour at the end: the rating now; what helped, and what is next, if they say."""

    number: int
    rating: int | None
    helped: str
    what_next: str


def still_missing(evaluation: Iterable[Judged]) -> list[tuple[int, str]]:
    """What keeps it from being sent, behaviour by behaviour: each needs a rating and a plan."""
    lacking = []
    for one in evaluation:
        lacking += [(one.number, "rating")] if one.rating is None else []
        lacking += [(one.number, "plan")] if not one.plan.strip() else []
    return lacking


def still_unrated(review: Iterable[Reviewed]) -> list[tuple[int, str]]:
    return [(one.number, "rating") for one in review if one.rating is None]
