"""What a policy says of a list of items: the score now and at most, the standing, what may be missed, the way back.

The sums and the comparison are those of `cohorts/rules/policy.py`; docs/engagement.md has worked cases.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from .policy import Part, PolicyRule, StandingState, Yardstick, shown, tenths_of
from .sums import Offer, cheapest, largest_sum


class ItemState(StrEnum):
    EARNED = "earned"
    LOST = "lost"
    RECOVERABLE = "recoverable"  # missed, and a catch-up is open
    PENDING = "pending"  # a catch-up was handed in, and is not decided yet
    UPCOMING = "upcoming"
    CANCELLED = "cancelled"
    EXEMPT = "exempt"


REACHABLE = frozenset({ItemState.RECOVERABLE, ItemState.PENDING, ItemState.UPCOMING})
LEFT_OUT = frozenset({ItemState.CANCELLED, ItemState.EXEMPT})


@dataclass(frozen=True)
class Component:
    """`threshold_percent` is its own, where it has one: only the rule `each` asks it."""

    name: str
    weight: int
    threshold_percent: int | None = None


@dataclass(frozen=True)
class Policy:
    rule: PolicyRule
    threshold_percent: int
    components: tuple[Component, ...]


@dataclass(frozen=True)
class PolicyItem:
    """One item of somebody's list, in the units of its component: 0 ≤ credited ≤ worth. Ids are compared as text.

    What is `gone` of the rest is lost whatever the state: staff took it off by hand.
    """

    id: str | int
    component: str
    worth: int
    credited: int
    state: ItemState
    gone: int = 0

    @property
    def reachable(self) -> int:
        """What of it is not credited and may still be."""
        return self.worth - self.credited - self.gone if self.state in REACHABLE else 0


@dataclass(frozen=True)
class ComponentForecast:
    name: str
    credited: int
    total: int
    may_still_miss: int


@dataclass(frozen=True)
class Forecast:
    """Scores are None, and met, where nothing is left to count. `cheapest_recovery` is None where none suffices."""

    score: Fraction | None
    shown_percent: str | None
    standing: StandingState
    highest_reachable: Fraction | None
    highest_reachable_shown: str | None
    components: tuple[ComponentForecast, ...]
    cheapest_recovery: tuple[str | int, ...] | None


def forecast(policy: Policy, items: Collection[PolicyItem]) -> Forecast:
    """The whole answer. Ids are unlike each other, and every item names a component of the policy."""
    counted = _counted(policy, items)
    left = [(component, listed) for component, listed in counted if listed]
    lists = [listed for _, listed in left]
    yardstick = _yardstick(policy, left)
    credited = _amounts(lists, ())
    reachable = _amounts(lists, REACHABLE)
    now, at_most = yardstick.share(credited), yardstick.share(reachable)
    may_miss = _may_still_miss(yardstick, lists, reachable)
    missable = {component.name: amount for (component, _), amount in zip(left, may_miss, strict=True)}
    return Forecast(
        score=Fraction(*now) if now else None,
        shown_percent=shown(tenths_of(now)),
        standing=yardstick.state(credited=credited, sure=_amounts(lists, {ItemState.UPCOMING}), reachable=reachable),
        highest_reachable=Fraction(*at_most) if at_most else None,
        highest_reachable_shown=shown(tenths_of(at_most)),
        components=tuple(
            ComponentForecast(
                name=component.name,
                credited=sum(item.credited for item in listed),
                total=sum(item.worth for item in listed),
                may_still_miss=missable.get(component.name, 0),
            )
            for component, listed in counted
        ),
        cheapest_recovery=_cheapest_recovery(
            yardstick, lists, _amounts(lists, {ItemState.UPCOMING, ItemState.PENDING}), policy.rule
        ),
    )


@dataclass(frozen=True)
class Leeway:
    """How many units of a component can go unearned with the rule kept, everything else being earned.

    Negative: how many are lacking. `alone` leaves every catch-up out, handed in or not.
    """

    caught_up: int
    alone: int


@dataclass(frozen=True)
class Room:
    """Where a list leaves somebody, and what every component of it that has items can spare.

    `alone_shown` is the score with everything upcoming earned and every catch-up left: "88.7".
    """

    standing: StandingState
    leeway: dict[str, Leeway]
    alone_shown: str | None


def room_of(policy: Policy, items: Collection[PolicyItem]) -> Room:
    """The part of a forecast that is cheap, for asking what becomes of it if this or that is left."""
    left = [(component, listed) for component, listed in _counted(policy, items) if listed]
    lists = [listed for _, listed in left]
    yardstick = _yardstick(policy, left)
    sure, reachable = _amounts(lists, {ItemState.UPCOMING}), _amounts(lists, REACHABLE)
    rooms = zip(left, yardstick.room(reachable), yardstick.room(sure), strict=True)
    return Room(
        yardstick.state(credited=_amounts(lists, ()), sure=sure, reachable=reachable),
        {component.name: Leeway(caught_up, alone) for (component, _), caught_up, alone in rooms},
        shown(tenths_of(yardstick.share(sure))),
    )


def needed_of(policy: Policy, items: Collection[PolicyItem]) -> frozenset[str | int]:
    """Those without which the rule cannot be kept, everything else being earned; of a list that can keep it at all."""
    leeway = room_of(policy, items).leeway
    return frozenset(item.id for item in items if item.reachable and item.reachable > leeway[item.component].caught_up)


@dataclass(frozen=True)
class WayBack:
    """What has to be recovered, when whatever is to come and whatever waits for a decision is earned.

    `chosen` is the cheapest recovery. Other choices may do as well, `fewest` items at the least; if nothing is
    recovered by the end of `begin_by`, what is still open then does not suffice.
    """

    chosen: tuple[str | int, ...]
    fewest: int
    begin_by: date


def way_back_of(policy: Policy, items: Collection[PolicyItem], last_days: Mapping[str | int, date]) -> WayBack | None:
    """`last_days` are those of the recoverable, by id. None where nothing has to be recovered, or all is too little."""
    left = [(component, listed) for component, listed in _counted(policy, items) if listed]
    lists = [listed for _, listed in left]
    yardstick = _yardstick(policy, left)
    before = _amounts(lists, {ItemState.UPCOMING, ItemState.PENDING})
    chosen = _cheapest_recovery(yardstick, lists, before, policy.rule)
    if not chosen:
        return None

    def is_too_late_after(day: date) -> bool:
        is_over = {item.id for item in items if item.state is ItemState.RECOVERABLE and last_days[item.id] <= day}
        after = [replace(item, state=ItemState.LOST) if item.id in is_over else item for item in items]
        return room_of(policy, after).standing is StandingState.OUT_OF_REACH

    days = sorted({last_days[item.id] for item in items if item.state is ItemState.RECOVERABLE})
    return WayBack(
        chosen,
        _fewest(yardstick, lists, before, policy.rule),
        next(day for day in days if is_too_late_after(day)),
    )


def turned(items: Iterable[PolicyItem], item_id: str | int, state: ItemState) -> list[PolicyItem]:
    """The same list, with one item in another state."""
    return [replace(item, state=state) if item.id == item_id else item for item in items]


def any_of(worths: Iterable[int], room: int) -> int:
    """How many of these can go unearned within that room, whichever they are: as many as the largest of them allow."""
    number = 0
    for worth in sorted(worths, reverse=True):
        room -= worth
        if room < 0:
            break
        number += 1
    return number


def _counted(policy: Policy, items: Iterable[PolicyItem]) -> list[tuple[Component, list[PolicyItem]]]:
    """Every component with those of its items that exist for the sums."""
    of_component: dict[str, list[PolicyItem]] = {component.name: [] for component in policy.components}
    for item in items:
        if item.state not in LEFT_OUT:
            of_component[item.component].append(item)
    return [(component, of_component[component.name]) for component in policy.components]


def _yardstick(policy: Policy, left: Sequence[tuple[Component, Sequence[PolicyItem]]]) -> Yardstick:
    return Yardstick(
        [
            Part(component.weight, sum(item.worth for item in listed), component.threshold_percent)
            for component, listed in left
        ],
        rule=policy.rule,
        threshold_percent=policy.threshold_percent,
    )


def _amounts(lists: Sequence[Sequence[PolicyItem]], with_states: Collection[ItemState]) -> list[int]:
    """What is credited in each component, and with it what is reachable of the items in those states."""
    return [
        sum(item.credited + (item.reachable if item.state in with_states else 0) for item in listed) for listed in lists
    ]


def _may_still_miss(yardstick: Yardstick, lists: Sequence[Sequence[PolicyItem]], reachable: Sequence[int]) -> list[int]:
    """For each component the most that whole upcoming items can leave unearned, everything else being earned."""
    room = yardstick.room(reachable)
    if min(room, default=0) < 0:
        return [0] * len(lists)
    return [
        largest_sum((item.reachable for item in listed if item.state is ItemState.UPCOMING), most)
        for listed, most in zip(lists, room, strict=True)
    ]


def _cheapest_recovery(
    yardstick: Yardstick, lists: Sequence[Sequence[PolicyItem]], before: Sequence[int], rule: PolicyRule
) -> tuple[str | int, ...] | None:
    """What to recover at least, when whatever is to come and whatever waits for a decision is earned.

    With `each` no component can help another, so that each finds its own; with `combined` a unit brings as much as
    its component's scale, and one choice is made over all.
    """
    open_still = [[item for item in listed if item.state is ItemState.RECOVERABLE] for listed in lists]
    if rule is PolicyRule.EACH:
        found = [
            cheapest([Offer(str(item.id), item.reachable, item.reachable) for item in listed], -room)
            for listed, room in zip(open_still, yardstick.room(before), strict=True)
        ]
    else:
        offers = [
            Offer(str(item.id), item.reachable, item.reachable * scale)
            for listed, scale in zip(open_still, yardstick.scales, strict=True)
            for item in listed
        ]
        found = [cheapest(offers, yardstick.lacking(before))]
    chosen: list[str] = []
    for names in found:
        if names is None:
            return None
        chosen += names
    ids = {str(item.id): item.id for listed in open_still for item in listed}
    return tuple(ids[name] for name in sorted(chosen))


def _fewest(
    yardstick: Yardstick, lists: Sequence[Sequence[PolicyItem]], before: Sequence[int], rule: PolicyRule
) -> int:
    """How many have to be recovered at least: those that bring most first. All of them together suffice."""
    gains = [[item.reachable for item in listed if item.state is ItemState.RECOVERABLE] for listed in lists]
    if rule is PolicyRule.EACH:
        lacking = [-room for room in yardstick.room(before)]
    else:
        scaled = zip(gains, yardstick.scales, strict=True)
        gains, lacking = [[gain * scale for of, scale in scaled for gain in of]], [yardstick.lacking(before)]
    number = 0
    for of, need in zip(gains, lacking, strict=True):
        for gain in sorted(of, reverse=True):
            if need <= 0:
                break
            need -= gain
            number += 1
    return number
