"""Which things matter most next: by how soon each is due, and by what leaving it would cost."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import IntEnum
from typing import TypeVar

# Days: what is due within the first of them comes before what is due within the second, and that before the rest.
SOON = (7, 28)


class Cost(IntEnum):
    """What leaving it costs, the dearest first."""

    CHANCE = 0  # an assessment or an application that cannot be sent later
    REACH = 1  # the threshold would be out of reach
    RISK = 2  # it would be reached only with a catch-up
    SPARE = 3  # some of what there is to spare
    NOTHING = 4


@dataclass(frozen=True)
class Urgency:
    """Until which London date it can be done; None where there is no hurry."""

    due: date | None
    cost: Cost


T = TypeVar("T")


def most_urgent(things: Iterable[tuple[Urgency, T]], *, today: date, most: int) -> list[T]:
    """The first so many: this week's before this month's before the rest, in each the dearest first, then the soonest.

    Of equals the one that was named first.
    """
    ordered = sorted(things, key=lambda pair: _key(pair[0], today))
    return [thing for _, thing in ordered[:most]]


def _key(urgency: Urgency, today: date) -> tuple[int, Cost, date]:
    due = urgency.due or date.max
    band = next((number for number, days in enumerate(SOON) if (due - today).days <= days), len(SOON))
    return band, urgency.cost, due
