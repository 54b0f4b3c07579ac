"""What a mark is worth, and where that leaves somebody. Whole numbers only; nothing is rounded up."""

from collections.abc import Iterable
from dataclasses import dataclass

from cohorts.errors import ExemptionReasonMissing, MinutesNeeded

from .policy import Part, StandingState, Yardstick, shown, tenths_of

# --- what a mark is worth ------------------------------------------------------------------------


@dataclass(frozen=True)
class MarkInput:
    """What a register is to say of one person. `reason` says why an earlier mark changes, or why they are exempt."""

    status: str
    minutes: int = 0
    note: str = ""
    reason: str = ""


def settle_mark(mark: MarkInput, *, name: str, item_minutes: int) -> MarkInput:
    """The mark with the minutes its status means: all when present, none when absent. Refuses what makes no sense."""
    if mark.status == "exempt" and not mark.reason.strip():
        raise ExemptionReasonMissing(name)
    if mark.status == "partly" and not 0 < mark.minutes <= item_minutes:
        raise MinutesNeeded(name, item_minutes)
    minutes = {"present": item_minutes, "partly": mark.minutes}.get(mark.status, 0)
    return MarkInput(mark.status, minutes, mark.note.strip(), mark.reason.strip())


def item_worth(minutes: int, unit: str) -> int:
    """What an item can be worth at most: its minutes, or one where every item counts one."""
    return 1 if unit == "units" else minutes


@dataclass(frozen=True)
class Measure:
    """How a policy measures one item: how long it is, in which unit it counts, and which statuses earn credit."""

    item_minutes: int
    unit: str
    attended_percent: int
    counted_statuses: frozenset[str]

    @property
    def full(self) -> int:
        return item_worth(self.item_minutes, self.unit)


def counts_as(status: str, minutes: int, measure: Measure) -> str:
    """The status, but present for a part of `attended_percent` of the minutes or more."""
    is_whole = minutes * 100 >= measure.attended_percent * measure.item_minutes
    return "present" if status == "partly" and is_whole else status


def mark_worth(status: str, minutes: int, measure: Measure) -> int:
    """What one mark is worth: nothing where its status does not count.

    From `attended_percent` of the minutes on, part is as good as being present. Below that it is worth exactly the
    minutes there, where part counts; or nothing where every item counts one.
    """
    status = counts_as(status, minutes, measure)
    if status not in measure.counted_statuses:
        return 0
    if status != "partly":
        return measure.full
    return min(minutes, measure.full) if measure.unit == "minutes" else 0


@dataclass(frozen=True)
class ByHand:
    """Credit that was carried over or adjusted, as entered: `change` of the `full` that the item was worth then."""

    change: int
    full: int


def earned(marks: Iterable[tuple[str, int]], measure: Measure, *, is_done: bool, by_hand: Iterable[ByHand]) -> int:
    """What the facts of an item are worth, before it is cut to what the item can be worth: see `due`.

    `marks` are the newest of each of its sessions, as status and minutes: the best counts. What was entered by hand
    comes on top, converted to the present unit; whatever is not whole there is left out.
    """
    best = max((mark_worth(status, minutes, measure) for status, minutes in marks), default=0)
    facts = measure.full if is_done else best
    return facts + sum(one.change * measure.full // one.full for one in by_hand)


def due(earned: int, full: int) -> int:
    """What is to be credited: never less than nothing, never more than the item is worth."""
    return max(0, min(earned, full))


def attended_from(item_minutes: int, attended_percent: int) -> int:
    """The fewest minutes that count as the whole of it."""
    return -(-item_minutes * attended_percent // 100)


# --- standing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ComponentFigures:
    """One part of the sum, in its own units: what is credited, may still be, and is lost.

    `pending` waits for a decision: a catch-up was handed in.
    """

    code: str
    name: str
    weight: int
    threshold_percent: int | None
    credited: int
    to_come: int
    recoverable: int
    total: int
    unit: str = "minutes"
    pending: int = 0

    @property
    def reachable(self) -> int:
        return self.credited + self.to_come + self.pending + self.recoverable

    @property
    def lost(self) -> int:
        return self.total - self.reachable


@dataclass(frozen=True)
class Standing:
    """Where somebody stands. Sums over all parts; `tenths` and `reachable_tenths` are of the rule itself, rounded down.

    Of somebody whose list has not been made nothing is known: nothing is left to count, which the rule calls met, and
    they have met nothing all the same. So ask `is_met`, or show `word`.

    `spare` is how much more may be lost, every catch-up done, before the threshold is out of reach: negative
    is how much is missing. `spare_without_catch_up` leaves the catch-ups undone. Of several parts, the tightest.
    """

    state: StandingState
    credited: int
    to_come: int
    recoverable: int
    pending: int
    lost: int
    total: int
    threshold_percent: int
    tenths: int | None
    reachable_tenths: int | None
    spare: int
    spare_without_catch_up: int
    has_list: bool
    components: tuple[ComponentFigures, ...] = ()

    @property
    def by_catch_up(self) -> int:
        """What only a catch-up brings, handed in or not."""
        return self.pending + self.recoverable

    @property
    def is_met(self) -> bool:
        return self.has_list and self.state is StandingState.MET

    @property
    def word(self) -> str:
        """As `{% standing %}` names it."""
        return self.state.value if self.has_list else "no_list"

    @property
    def percent(self) -> str:
        """The score: "89.9%". Empty where there is nothing to show."""
        return "" if self.tenths is None else f"{shown(self.tenths)}%"

    @property
    def reachable_percent(self) -> str:
        return "" if self.reachable_tenths is None else f"{shown(self.reachable_tenths)}%"

    @property
    def needed(self) -> int:
        """The fewest minutes that reach the threshold, where all parts count together by minutes."""
        return -(-self.total * self.threshold_percent // 100)

    @property
    def sure(self) -> int:
        """Credited, and still to come without any catch-up."""
        return self.credited + self.to_come

    @property
    def reachable(self) -> int:
        return self.total - self.lost

    @property
    def short_by(self) -> int:
        return max(0, -self.spare)

    @property
    def is_settled(self) -> bool:
        """Nothing is to come, and nothing can be caught up any more."""
        return self.reachable == self.credited


def standing(
    components: Iterable[ComponentFigures], *, rule: str, threshold_percent: int, has_list: bool = True
) -> Standing:
    """Met: what is credited reaches the threshold. On track: with what is to come. At risk: only with a catch-up too.

    `rule` is "combined" (the weighted shares of all parts together) or "each" (every part for itself). A part
    without items does not count. With nothing left to count the rule is met, and there is nothing to show.
    """
    parts = tuple(part for part in components if part.total > 0)
    credited = [part.credited for part in parts]
    sure = [part.credited + part.to_come for part in parts]
    reachable = [part.reachable for part in parts]
    yardstick = Yardstick(
        [Part(part.weight, part.total, part.threshold_percent) for part in parts],
        rule=rule,
        threshold_percent=threshold_percent,
    )
    return Standing(
        state=yardstick.state(credited=credited, sure=sure, reachable=reachable),
        credited=sum(credited),
        to_come=sum(part.to_come for part in parts),
        recoverable=sum(part.recoverable for part in parts),
        pending=sum(part.pending for part in parts),
        lost=sum(part.lost for part in parts),
        total=sum(part.total for part in parts),
        threshold_percent=threshold_percent,
        tenths=tenths_of(yardstick.share(credited)),
        reachable_tenths=tenths_of(yardstick.share(reachable)),
        spare=min(yardstick.room(reachable), default=0),
        spare_without_catch_up=min(yardstick.room(sure), default=0),
        has_list=has_list,
        components=parts,
    )
