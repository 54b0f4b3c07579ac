"""The engagement rule of a policy: what its sums come to, and whether they are enough (docs/engagement.md).

Every figure of engagement goes by this file: one comparison, one flooring, one order of states. Whole numbers only.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import lcm


class StandingState(StrEnum):
    MET = "met"
    ON_TRACK = "on_track"
    AT_RISK = "at_risk"
    OUT_OF_REACH = "out_of_reach"


class PolicyRule(StrEnum):
    COMBINED = "combined"  # the weighted shares of all parts together
    EACH = "each"  # every part for itself


@dataclass(frozen=True)
class Part:
    """One component as the rule weighs it. `total` is the worth of its items; only `each` asks its own threshold."""

    weight: int
    total: int
    threshold_percent: int | None = None


class Yardstick:
    """A rule over the parts that have items. `amounts` are so many units of each, in the order of the parts.

    With no part at all nothing is asked, so that everything reaches and there is no share to show.
    """

    def __init__(self, parts: Sequence[Part], *, rule: str, threshold_percent: int) -> None:
        self._each = PolicyRule(rule) is PolicyRule.EACH
        self._totals = [part.total for part in parts]
        self._thresholds = [
            threshold_percent if part.threshold_percent is None else part.threshold_percent for part in parts
        ]
        self._threshold = threshold_percent
        # All shares are brought to one denominator; `scales` are what a unit of each part adds to the numerator.
        common = lcm(*self._totals)
        weights = [1 if self._each else part.weight for part in parts]
        self.scales = [weight * (common // total) for weight, total in zip(weights, self._totals, strict=True)]
        self._whole = common if self._each else common * sum(weights)

    def reaches(self, amounts: Sequence[int]) -> bool:
        return all(room >= 0 for room in self.room(amounts)) if self._each else self.lacking(amounts) <= 0

    def share(self, amounts: Sequence[int]) -> tuple[int, int] | None:
        """Numerator and denominator of what the rule compares: the weighted mean, or the lowest share."""
        if not self._totals:
            return None
        shares = [scale * amount for scale, amount in zip(self.scales, amounts, strict=True)]
        return (min(shares) if self._each else sum(shares)), self._whole

    def room(self, amounts: Sequence[int]) -> list[int]:
        """How many units each part alone can lose with the rule still kept; negative: how many it lacks, rounded up."""
        if self._each:
            return [
                (amount * 100 - threshold * total) // 100
                for amount, threshold, total in zip(amounts, self._thresholds, self._totals, strict=True)
            ]
        over = -self.lacking(amounts)
        return [over // scale for scale in self.scales]

    def lacking(self, amounts: Sequence[int]) -> int:
        """`combined` only: what the numerator lacks; negative where it has more than enough."""
        weighed = sum(scale * amount for scale, amount in zip(self.scales, amounts, strict=True))
        return -((weighed * 100 - self._threshold * self._whole) // 100)

    def state(self, *, credited: Sequence[int], sure: Sequence[int], reachable: Sequence[int]) -> StandingState:
        """`sure` is credited with everything to come, and nothing of what waits for a decision or a catch-up."""
        if self.reaches(credited):
            return StandingState.MET
        if not self.reaches(reachable):
            return StandingState.OUT_OF_REACH
        return StandingState.ON_TRACK if self.reaches(sure) else StandingState.AT_RISK


def tenths_of(share: tuple[int, int] | None) -> int | None:
    """Tenths of a per cent, rounded down, so that nobody below 90 reads 90.0."""
    return None if share is None else share[0] * 1000 // share[1]


def shown(tenths: int | None) -> str | None:
    """ "89.9", without a sign; None where there is nothing to show."""
    return None if tenths is None else f"{tenths // 10}.{tenths % 10}"
