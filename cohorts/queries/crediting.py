"""What the facts of people's items are worth under a policy, beside what the ledger holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Window
from django.db.models.functions import Lag

from cohorts.models import AttendanceMark, Completion, LedgerEntry
from cohorts.models.engagement import ENTERED_BY_HAND
from cohorts.rules.engagement import ByHand, Measure, due, earned, item_worth
from npqh_portal.programmes.kinds import Unit
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent
from npqh_portal.web import words

# An enrolment and an item, by key.
Pair = tuple[int, int]


@dataclass(frozen=True)
class Credit:
    """What the ledger holds for somebody's item, and what it should: `due` is what is `earned`, cut to the worth.

    `full` is the worth, 0 where the item counts in no component.
    """

    held: int
    earned: int
    due: int
    full: int

    @property
    def change(self) -> int:
        return self.due - self.held

    @property
    def is_whole(self) -> bool:
        return 0 < self.full == self.due


def credits_of(
    enrolments: Collection[int],
    items: Iterable[Item],
    policy: EngagementPolicy,
    *,
    supposing: Mapping[Pair, tuple[str, int]] | None = None,
) -> dict[Pair, Credit]:
    """By enrolment and item, wherever there is a mark, a completion or an entry. Six statements at most.

    The policy need not be in force. All items are of its version. `supposing` are statuses and minutes, by enrolment
    and session, to be read in place of the marks there.
    """
    components = list(policy.components.all())
    measured = {item.pk: (item, measure_of(item, policy, components=components)) for item in items}
    of_these = {"enrolment__in": enrolments}
    marks: dict[Pair, list[tuple[str, int]]] = defaultdict(list)
    newest = (
        AttendanceMark.objects.filter(**of_these, seminar__item__in=measured)
        .order_by("enrolment_id", "seminar_id", "-pk")
        .distinct("enrolment_id", "seminar_id")
    )
    columns = ("enrolment_id", "seminar_id", "seminar__item_id", "status", "minutes")
    for pk, seminar, item, status, minutes in newest.values_list(*columns):
        marks[pk, item].append((supposing or {}).get((pk, seminar), (status, minutes)))
    completions = Completion.objects.filter(**of_these, item__in=measured)
    done = set(completions.order_by().values_list("enrolment_id", "item_id"))
    held: dict[Pair, int] = {}
    ledger = LedgerEntry.objects.filter(**of_these, item__in=measured).order_by()
    for pk, item, change in ledger.values_list("enrolment_id", "item_id").annotate(sum=Sum("change")):
        held[pk, item] = change
    by_hand = _by_hand(ledger, {key: item for key, (item, _) in measured.items()})
    found = {}
    for pair in marks.keys() | done | held.keys():
        _, measure = measured[pair[1]]
        total = full = 0
        if measure:
            full = measure.full
            total = earned(marks.get(pair, ()), measure, is_done=pair in done, by_hand=by_hand.get(pair, ()))
        found[pair] = Credit(held.get(pair, 0), total, due(total, full), full)
    return found


def measure_of(item: Item, policy: EngagementPolicy, *, components: Iterable[PolicyComponent]) -> Measure | None:
    """None where the item counts in none of the policy's components."""
    for component in components:
        if item.kind in component.kinds:
            counted = frozenset(policy.counted_statuses)
            return Measure(item.minutes, component.unit, policy.attended_percent, counted)
    return None


def _by_hand(ledger: QuerySet[LedgerEntry], items: dict[int, Item]) -> dict[Pair, list[ByHand]]:
    """Entries under one policy together, so that what was made whole in two steps is whole in another unit, too."""
    entered = (
        ledger.filter(source__in=sorted(ENTERED_BY_HAND))
        .values_list("enrolment_id", "item_id", "policy_id")
        .annotate(sum=Sum("change"))
    )
    rows = list(entered)
    if not rows:
        return {}
    components = PolicyComponent.objects.filter(policy__in={policy for _, _, policy, _ in rows})
    units = {(one.policy_id, kind): one.unit for one in components for kind in one.kinds}
    found: dict[Pair, list[ByHand]] = defaultdict(list)
    for pk, item, policy, change in rows:
        unit = units.get((policy, items[item].kind))
        if unit:
            found[pk, item].append(ByHand(change, item_worth(items[item].minutes, unit)))
    return found


# --- entries in words ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """What an entry of the ledger changed, in the `unit` of its policy. `became` tells a change of unit in words.

    Between two units a number says nothing: 1 item in place of 120 minutes is entered as 119 less.
    """

    number: int
    unit: str
    became: str = ""

    @property
    def in_words(self) -> str:
        """+2 h, −1 item, 2 h became 1 item."""
        sign = "+" if self.number > 0 else "−"
        return self.became or f"{sign}{words.amount(abs(self.number), self.unit)}"


def with_units(entries: QuerySet[LedgerEntry]) -> QuerySet[LedgerEntry]:
    """Each with what `change_of` reads: its `unit`, that of the entry `before` it, and what was `held` after it.

    Of a person's item all entries up to some moment, or none. No statement more.
    """
    component = PolicyComponent.objects.filter(policy=OuterRef("policy"), kinds__contains=[OuterRef("item__kind")])
    of_item: dict[str, Any] = {"partition_by": ["enrolment", "item"], "order_by": "pk"}
    found = entries.annotate(unit=Subquery(component.values("unit")[:1]))
    return found.annotate(before=Window(Lag("unit"), **of_item), held=Window(Sum("change"), **of_item))


def change_of(entry: Any) -> Change:
    """Of an entry read `with_units`. Where its policy counts the item no more, it is told in the unit before."""
    unit = entry.unit or entry.before or Unit.MINUTES.value
    held_before = entry.held - entry.change
    became = ""
    if held_before and entry.before and entry.before != unit:
        became = f"{words.amount(held_before, entry.before)} became {words.amount(entry.held, unit)}"
    return Change(entry.change, unit, became)
