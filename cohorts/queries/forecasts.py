"""Somebody's own list under the policy in force, item by item, and what it allows them yet.

Everything a participant reads of their engagement comes from one reading of it. The figures are those of the one
expression in `engagement.py`; the rule is `cohorts/rules/forecast.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property
from typing import Any

from django.db.models import Case, Exists, F, FilteredRelation, Min, OuterRef, Q, Subquery, When

from cohorts.models import CatchUp, CatchUpOffer, Enrolment, LedgerEntry, Membership, PersonalItem, Seminar
from cohorts.models.engagement import ENTERED_BY_HAND
from cohorts.rules.dates import catch_up_until, first_moment
from cohorts.rules.engagement import ComponentFigures, Standing, standing
from cohorts.rules.forecast import (
    Component,
    Forecast,
    ItemState,
    Leeway,
    Policy,
    PolicyItem,
    Room,
    any_of,
    forecast,
    needed_of,
    room_of,
    turned,
)
from cohorts.rules.outlook import can_miss, in_words, of_kind, the_catch_up
from cohorts.rules.policy import Part as Weighed
from cohorts.rules.policy import PolicyRule, StandingState, Yardstick
from cohorts.states import OPEN_CATCH_UP, CatchUpState
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, ItemKind
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent
from npqh_portal.programmes.queries import pages_shown
from npqh_portal.web.words import hours_in_words, listed

from .course import WRITTEN_ON
from .engagement import ItemLine, item_lines
from .study import was_read

# Of which of them people ask whether they can miss one: seminars before all others.
_SESSIONS = (ItemKind.SEMINAR, ItemKind.WEBINAR, ItemKind.CONFERENCE, ItemKind.DROP_IN)
# Of the shortest way back so many are named in a sentence.
_NAMED = 3


@dataclass(frozen=True)
class Listed:
    """One item of somebody's list. `item` has `course_title`, empty where it is of the whole programme, and
    `has_pages` to study; `state` is the rule's, and None where no component counts it.

    `done_at` and `done_by` are of its completion, and `is_read` says that its pages had been read by then; `by_hand` is
    the newest credit that neither register nor completion stands behind.
    """

    item: Any
    state: ItemState | None
    component: PolicyComponent | None
    line: ItemLine | None
    done_at: datetime | None = None
    done_by: str = ""
    is_done_by_them: bool = False
    is_read: bool = False
    by_hand: str = ""

    @property
    def unit(self) -> str:
        return self.component.unit if self.component else ""

    @property
    def worth(self) -> int:
        return self.line.worth if self.line else 0

    @property
    def credited(self) -> int:
        return self.line.credited if self.line else 0

    @property
    def left(self) -> int:
        return self.worth - self.credited

    @property
    def has_register(self) -> bool:
        return self.item.kind in KINDS_WITH_REGISTER

    @property
    def page(self) -> str:
        """The name of the page on which it is done, by its code; empty where the course page marks it as done."""
        return "cohorts:study" if self.item.has_pages else WRITTEN_ON.get(self.item.kind, "")


@dataclass(frozen=True)
class Misses:
    """Of `to_come` items of one kind, how many can be missed, whichever they are, everything else being earned.

    `alone` leaves every catch-up out. `worth` is what one of them usually is worth.
    """

    kind: ItemKind
    to_come: int
    may_miss: int
    alone: int
    worth: int


@dataclass(frozen=True)
class Part:
    """One component of the sum that has items. `may_still_miss` is in its units, of whole items that are to come."""

    component: PolicyComponent
    figures: ComponentFigures
    may_still_miss: int
    leeway: Leeway
    misses: tuple[Misses, ...]

    @property
    def by_catch_up(self) -> int:
        return self.figures.pending + self.figures.recoverable

    @property
    def to_come(self) -> int:
        return sum(one.to_come for one in self.misses)

    @property
    def kinds_in_words(self) -> str:
        """Seminars and webinars."""
        return listed([of_kind(kind, 2) for kind in self.component.kinds])


@dataclass(frozen=True)
class KindFigures:
    """The expected items of one kind together, in minutes or units as the lines are."""

    name: str
    worth: int
    credited: int
    to_come: int
    by_catch_up: int
    lost: int


@dataclass(frozen=True)
class Bar:
    """What is drawn as one bar: a component, or all of them weighed (`unit` share). Threshold 0: no line on it."""

    name: str
    code: str
    earned: int
    to_come: int
    by_catch_up: int
    lost: int
    unit: str
    threshold: int


@dataclass(frozen=True)
class Outlook:
    """Where somebody stands, item by item, and what can still become of it."""

    policy: EngagementPolicy
    components: tuple[PolicyComponent, ...]
    items: tuple[Listed, ...]
    rule: Policy = field(repr=False)
    counted: tuple[PolicyItem, ...] = field(repr=False)
    standing: Standing

    @property
    def is_one_sum(self) -> bool:
        """One component, counted in minutes: everything can be said in hours."""
        return len(self.standing.components) == 1 and self.standing.components[0].unit == "minutes"

    @property
    def is_each(self) -> bool:
        return self.rule.rule is PolicyRule.EACH

    @cached_property
    def by_code(self) -> dict[str, Listed]:
        return {one.item.code: one for one in self.items}

    @cached_property
    def by_item(self) -> dict[int, Listed]:
        return {one.item.pk: one for one in self.items}

    @cached_property
    def forecast(self) -> Forecast:
        return forecast(self.rule, self.counted)

    @cached_property
    def room(self) -> Room:
        return room_of(self.rule, self.counted)

    def room_if(self, item: Item, state: ItemState) -> Room:
        """What would be left if that item were in that state."""
        return room_of(self.rule, turned(self.counted, item.code, state))

    @property
    def kinds(self) -> list[KindFigures]:
        """The items that count by kind of work, in the order of kinds; kinds without one are left out."""
        found = []
        for kind in ItemKind:
            lines = [one.line for one in self.items if one.line and one.item.kind == kind]
            if lines:
                found.append(
                    KindFigures(
                        name=str(kind.label),
                        worth=sum(line.worth for line in lines),
                        credited=sum(line.credited for line in lines),
                        to_come=sum(line.to_come for line in lines),
                        by_catch_up=sum(line.pending + line.recoverable for line in lines),
                        lost=sum(line.lost for line in lines),
                    )
                )
        return found

    @property
    def can_miss(self) -> str:
        """The answer for seminars, or whatever session is to come, without its full stop.

        Empty where no session is to come or nothing is asked; `misses_of` has the figures.
        """
        sessions = (self.misses_of(kind) for kind in _SESSIONS)
        found = next((one for one in sessions if one), None)
        if found is None or not self.policy.threshold_percent:
            return ""
        return can_miss(
            found.kind,
            found.may_miss,
            found.alone,
            has_missed=bool(self.standing.lost or self.standing.by_catch_up),
            recoverable=self._number(ItemState.RECOVERABLE),
            pending=self._number(ItemState.PENDING),
        )

    def _number(self, *states: ItemState, of: PolicyComponent | None = None) -> int:
        """How many items are in one of these states, of one component or of all."""
        return sum(one.state in states and of in {None, one.component} for one in self.items)

    @property
    def misses_by_part(self) -> list[str]:
        """For each part with something to come what of it can still be missed, without the full stop."""
        return [
            _misses_in_words(part, self._number(ItemState.RECOVERABLE, ItemState.PENDING, of=part.component))
            for part in self.parts
            if part.to_come
        ]

    @property
    def session_worth(self) -> int:
        """How long the seminars to come usually are, in minutes; 0 where none is, or where they count as units."""
        found = self.misses_of(ItemKind.SEMINAR)
        component = next((one for one in self.components if ItemKind.SEMINAR in one.kinds), None)
        return found.worth if found and component and component.unit == "minutes" else 0

    @property
    def weights(self) -> int:
        return sum(part.weight for part in self.standing.components)

    @property
    def catch_up_in_words(self) -> str:
        """What can be caught up, as a sentence begins: Seminars and conferences."""
        said = listed([of_kind(kind, 2) for kind in ItemKind if kind in self.policy.catch_up_kinds])
        return f"{said[:1].upper()}{said[1:]}"

    @property
    def catch_up_span(self) -> str:
        """For how long after a session: 6 weeks, 10 days."""
        weeks, days = divmod(self.policy.catch_up_days, 7)
        number, noun = (self.policy.catch_up_days, "day") if days or not weeks else (weeks, "week")
        return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

    @property
    def has_own_thresholds(self) -> bool:
        return self.is_each and any(part.threshold_percent is not None for part in self.standing.components)

    @property
    def line(self) -> str:
        """What is to be reached, as sentences call it: "90%"; where parts differ in it, the line. Empty for none."""
        if self.has_own_thresholds:
            return "the line"
        return f"{self.policy.threshold_percent}%" if self.policy.threshold_percent else ""

    @cached_property
    def whole(self) -> tuple[int, int, int, int]:
        """Earned, to come, by a catch-up and lost: all parts together, as heavy as the rule takes them."""
        parts = self.standing.components
        scales = Yardstick(
            [Weighed(part.weight, part.total, part.threshold_percent) for part in parts],
            rule=self.policy.rule,
            threshold_percent=self.policy.threshold_percent,
        ).scales
        weighed = list(zip(parts, scales, strict=True))
        return (
            sum(part.credited * scale for part, scale in weighed),
            sum(part.to_come * scale for part, scale in weighed),
            sum((part.pending + part.recoverable) * scale for part, scale in weighed),
            sum(part.lost * scale for part, scale in weighed),
        )

    @cached_property
    def main_bars(self) -> tuple[Bar, ...]:
        """Those that bear the line: of every part where each counts for itself, else one of all of them."""
        parts = self.standing.components
        if len(parts) > 1 and not self.is_each:
            earned, to_come, by_catch_up, lost = self.whole
            threshold = self.policy.threshold_percent
            return (Bar("All parts, weighed", "all", earned, to_come, by_catch_up, lost, "share", threshold),)
        return tuple(self._bar(part, with_line=True) for part in parts)

    @property
    def other_bars(self) -> tuple[Bar, ...]:
        """The parts of one that is weighed."""
        parts = self.standing.components
        return tuple(self._bar(part) for part in parts) if len(parts) > len(self.main_bars) else ()

    def _bar(self, part: ComponentFigures, *, with_line: bool = False) -> Bar:
        own = part.threshold_percent if self.is_each else None
        threshold = self.policy.threshold_percent if own is None else own
        return Bar(
            part.name,
            part.code,
            part.credited,
            part.to_come,
            part.pending + part.recoverable,
            part.lost,
            part.unit,
            threshold if with_line else 0,
        )

    @property
    def way_back(self) -> list[Listed] | None:
        """What to catch up at least; empty where nothing is needed, None where all of it is not enough."""
        chosen = self.forecast.cheapest_recovery
        return None if chosen is None else [self.by_code[str(code)] for code in chosen]

    @property
    def is_way_back_needed(self) -> bool:
        """Without any one of it the threshold is out of reach, whatever else is done."""
        return needed_of(self.rule, self.counted) >= set(self.forecast.cheapest_recovery or ())

    @property
    def is_only_way_back(self) -> bool:
        """One catch-up is enough, and no other one alone is."""
        way_back = self.way_back
        if not way_back or len(way_back) > 1:
            return False
        open_still = [one for one in self.counted if one.state is ItemState.RECOVERABLE]
        return not any(
            room_of(
                self.rule,
                [
                    replace(one, state=ItemState.LOST) if one in open_still and one.id != other.id else one
                    for one in self.counted
                ],
            ).standing
            is not StandingState.OUT_OF_REACH
            for other in open_still
            if other.id != way_back[0].item.code
        )

    @property
    def way_back_in_words(self) -> str:
        """“Seminar 1” and “Seminar 2”; how many sessions, where they are more; empty where none is needed."""
        way_back = self.way_back or []
        if len(way_back) > _NAMED:
            return f"{in_words(len(way_back))} of the sessions that you missed"
        return listed([f"“{one.item.title}”" for one in way_back])

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        may_miss = {one.name: one.may_still_miss for one in self.forecast.components}
        components = {one.code: one for one in self.components}
        return tuple(
            Part(
                components[figures.code],
                figures,
                may_miss[figures.code],
                self.room.leeway[figures.code],
                tuple(self._misses(figures.code)),
            )
            for figures in self.standing.components
        )

    def misses_of(self, kind: str) -> Misses | None:
        """Of one kind, what can be missed of it; None where nothing of it is to come."""
        component = next((one for one in self.components if kind in one.kinds), None)
        found = self._misses(component.code) if component else []
        return next((one for one in found if one.kind == kind), None)

    def _misses(self, code: str) -> list[Misses]:
        ahead = [
            one
            for one in self.items
            if one.state is ItemState.UPCOMING and one.component and one.component.code == code
        ]
        room = self.room
        is_lost = room.standing is StandingState.OUT_OF_REACH
        found = []
        for kind in ItemKind:
            worths = [one.left for one in ahead if one.item.kind == kind]
            if worths:
                leeway = room.leeway[code]
                found.append(
                    Misses(
                        kind,
                        to_come=len(worths),
                        may_miss=0 if is_lost else any_of(worths, leeway.caught_up),
                        alone=0 if is_lost else any_of(worths, leeway.alone),
                        worth=max(set(worths), key=worths.count),
                    )
                )
        return found


def _misses_in_words(part: Part, catch_ups: int) -> str:
    """Of units how many items, of one kind by its name; of minutes how long."""
    amount, to_come = part.may_still_miss, part.figures.to_come
    with_catch_up = f", {the_catch_up(catch_ups)} done" if catch_ups and amount else ""
    if part.component.unit == "minutes":
        if not amount:
            return f"{part.component}: you can miss nothing of the {hours_in_words(to_come)} to come"
        return (
            f"{part.component}: you can still miss {hours_in_words(amount)} of the {hours_in_words(to_come)}"
            f" to come{with_catch_up}"
        )
    noun = of_kind(part.misses[0].kind, to_come) if len(part.misses) == 1 else "items"
    if not amount:
        return f"{part.component}: you can miss none of the {to_come} {noun} to come"
    return f"{part.component}: you can still miss {amount} of the {to_come} {noun} to come{with_catch_up}"


def outlook_of(enrolment: Enrolment, at: datetime) -> Outlook:
    """Three statements."""
    lines = item_lines(enrolment, at)
    components = _components_in_force(enrolment)
    policy = components[0].policy
    component_of = {kind: component for component in reversed(components) for kind in component.kinds}
    items = tuple(_listed(item, lines.get(item.pk), component_of) for item in _items_of(enrolment, at))
    counted = tuple(
        PolicyItem(one.item.code, one.component.code, one.line.worth, one.line.credited, one.state, one.line.lost)
        for one in items
        if one.line and one.component and one.state
    )
    return Outlook(
        policy=policy,
        components=tuple(components),
        items=items,
        rule=Policy(
            PolicyRule(policy.rule),
            policy.threshold_percent,
            tuple(Component(one.code, one.weight, one.threshold_percent) for one in components),
        ),
        counted=counted,
        standing=standing(
            [_figures(component, items) for component in components],
            rule=policy.rule,
            threshold_percent=policy.threshold_percent,
            has_list=bool(items),
        ),
    )


def _components_in_force(enrolment: Enrolment) -> list[PolicyComponent]:
    """Those of the policy in force, each with it."""
    every = PolicyComponent.objects.filter(policy__version=enrolment.version_id).exclude(policy__adopted_at=None)
    newest_first = list(every.select_related("policy").order_by("-policy__number", "number"))
    return [one for one in newest_first if one.policy_id == newest_first[0].policy_id]


def _items_of(enrolment: Enrolment, at: datetime) -> Iterable[Any]:
    """Every item of the list in its order, whether it counts or not, with what was recorded of it but for registers."""
    by_hand = LedgerEntry.objects.filter(
        item=OuterRef("pk"), enrolment=enrolment, source__in=ENTERED_BY_HAND, recorded_at__lte=at
    )
    theirs = Item.objects.filter(personal_items__enrolment=enrolment).annotate(
        completion=FilteredRelation(
            "completions",
            condition=Q(completions__enrolment=enrolment, completions__recorded_at__lte=at)
            & (Q(completions__taken_back_at=None) | Q(completions__taken_back_at__gt=at)),
        ),
    )
    return theirs.annotate(
        expectation=F("personal_items__expectation"),
        has_pages=Exists(pages_shown().filter(programme=enrolment.version.programme_id, item_code=OuterRef("code"))),
        course_title=F("course__title"),
        done_at=F("completion__recorded_at"),
        done_by_id=F("completion__recorded_by"),
        done_by=F("completion__recorded_by__full_name"),
        by_hand=Subquery(by_hand.order_by("-pk").values("source")[:1]),
        is_own=Q(completion__recorded_by=enrolment.person_id),
        is_read=was_read(enrolment, of="", until="completion__recorded_at"),
    ).order_by("course__number", "number")


def _listed(item: Any, line: ItemLine | None, component_of: Mapping[str, PolicyComponent]) -> Listed:
    component = component_of.get(item.kind)
    return Listed(
        item=item,
        state=_state(item.expectation, line),
        component=component,
        line=line,
        done_at=item.done_at,
        done_by=item.done_by or "",
        is_done_by_them=bool(item.is_own),
        is_read=item.is_read,
        by_hand=item.by_hand or "",
    )


def _state(expectation: str, line: ItemLine | None) -> ItemState | None:
    if expectation != PersonalItem.Expectation.EXPECTED:
        return ItemState(expectation)
    if line is None:
        return None
    if line.credited == line.worth:
        return ItemState.EARNED
    if line.to_come:
        return ItemState.UPCOMING
    if line.pending:
        return ItemState.PENDING
    return ItemState.RECOVERABLE if line.recoverable else ItemState.LOST


def _figures(component: PolicyComponent, items: Iterable[Listed]) -> ComponentFigures:
    lines = [one.line for one in items if one.line and one.component == component]
    return ComponentFigures(
        code=component.code,
        name=component.name,
        weight=component.weight,
        threshold_percent=component.threshold_percent,
        credited=sum(line.credited for line in lines),
        to_come=sum(line.to_come for line in lines),
        recoverable=sum(line.recoverable for line in lines),
        total=sum(line.worth for line in lines),
        unit=component.unit,
        pending=sum(line.pending for line in lines),
    )


# --- what can be caught up -----------------------------------------------------------------------


@dataclass(frozen=True)
class Recovery:
    """What was missed of an item and can be made good, or was handed in for it and waits; its last day.

    `takes` is about how many minutes the shortest of what is offered takes; 0 where nothing is offered.
    """

    listed: Listed
    send_by: date
    missed_at: datetime
    was_there: bool
    catch_up: CatchUp | None
    takes: int = 0

    @property
    def item(self) -> Any:
        return self.listed.item

    @property
    def left(self) -> int:
        return self.listed.left

    @property
    def is_sent(self) -> bool:
        return self.listed.state is ItemState.PENDING


def recoveries(
    outlook: Outlook,
    *,
    enrolment: Enrolment,
    stay: Membership | None,
    marked: Iterable[Seminar],
    catch_ups: Mapping[int, CatchUp],
) -> list[Recovery]:
    """Nearest last day first. `marked` are the sessions with a mark of theirs, `catch_ups` as `handed_in_of` has them.

    Late joiners have their days counted from the day on which they joined. One statement where there is any.
    """
    open_still = [one for one in outlook.items if one.state in {ItemState.RECOVERABLE, ItemState.PENDING}]
    takes = _shortest_offers(stay, open_still) if stay and open_still else {}
    joined_at = first_moment(stay.from_on) if stay else enrolment.enrolled_at
    missed_at: dict[int, datetime] = {}
    for session in marked:
        missed_at[session.item_id] = max(session.ends_at, missed_at.get(session.item_id, session.ends_at))
    found = []
    for one in open_still:
        handed_in = catch_ups.get(one.item.pk)
        at = missed_at.get(one.item.pk)
        days = [catch_up_until(at or joined_at, outlook.policy.catch_up_days)]
        if handed_in and handed_in.state in OPEN_CATCH_UP:
            days = [handed_in.send_by, *(days if one.item.kind in outlook.policy.catch_up_kinds else ())]
        send_by = max(days)
        found.append(Recovery(one, send_by, at or joined_at, at is not None, handed_in, takes.get(one.item.pk, 0)))
    return sorted(found, key=lambda one: (one.send_by, one.item.number))


def chosen_first(found: Sequence[Recovery], way_back: Iterable[Listed]) -> list[Recovery]:
    """Those of the cheapest way back before the others, each in the order of their last days."""
    needed = {one.item.pk for one in way_back}
    return sorted(found, key=lambda one: one.item.pk not in needed)


def handed_in_of(enrolment: Enrolment) -> dict[int, CatchUp]:
    """By item, what was handed in and is open, with the latest last day; else the newest that was not taken back.

    One statement.
    """
    theirs = CatchUp.objects.filter(enrolment=enrolment).exclude(state=CatchUpState.WITHDRAWN)
    open_until = Case(When(state__in=sorted(OPEN_CATCH_UP), then="send_by"))
    first = theirs.order_by("seminar__item_id", open_until.desc(nulls_last=True), "-pk").distinct("seminar__item_id")
    return {one.seminar.item_id: one for one in first.select_related("seminar")}


def _shortest_offers(stay: Membership, missed: Iterable[Listed]) -> dict[int, int]:
    offers = CatchUpOffer.objects.filter(
        Q(cohort=None) | Q(cohort=stay.cohort_id), item__in=[one.item.pk for one in missed], ended_at=None
    )
    return dict(offers.order_by().values("item").annotate(least=Min("minutes")).values_list("item", "least"))
