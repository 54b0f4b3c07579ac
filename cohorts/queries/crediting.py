"""What the facts of people's items are worth under a policy, beside what the ledger holds."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from cohorts.models import AttendanceMark, Completion, LedgerEntry
from cohorts.models.engagement import ENTERED_BY_HAND
from cohorts.rules.engagement import ByHand, Measure, due, earned, item_worth
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent

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


def credits_of(enrolments: Collection[int], items: Iterable[Item], policy: EngagementPolicy) -> dict[Pair, Credit]:
    """By enrolment and item, wherever there is a mark, a completion or an entry. Six statements at most.

    The policy need not be in force. All items are of its version.
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
    for pk, item, status, minutes in newest.values_list("enrolment_id", "seminar__item_id", "status", "minutes"):
        marks[pk, item].append((status, minutes))
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
