"""Which places of an intake DfE pays for, and when a source of funding could not be taken up."""

from collections.abc import Iterable
from datetime import date
from typing import Protocol, TypeVar

from npqh_portal.kinds import Kind


class CohortFunding(Kind):
    """Whether DfE pays for places of an intake, and up to a number (C5)."""

    ZERO = "zero", "No funded places"
    CAPPED = "capped", "Funded places up to a number"
    FULL = "full", "Every eligible place funded"


class Suspension(Protocol):
    """A source nobody can take up from one day to another, both counted; `to_on` None until further notice."""

    @property
    def source(self) -> str: ...
    @property
    def from_on(self) -> date: ...
    @property
    def to_on(self) -> date | None: ...


S = TypeVar("S", bound=Suspension)


def suspension_on(suspensions: Iterable[S], *, source: str, on: date) -> S | None:
    """The suspension that keeps the source from being taken up that day: of several, the one that lasts longest."""
    found = [
        one
        for one in suspensions
        if one.source == source and one.from_on <= on and (one.to_on is None or on <= one.to_on)
    ]
    return max(found, key=lambda one: one.to_on or date.max, default=None)


def is_suspended(suspensions: Iterable[Suspension], *, source: str, on: date) -> bool:
    return suspension_on(suspensions, source=source, on=on) is not None
