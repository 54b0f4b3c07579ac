"""One item of somebody's own list: whether it stands there, whether it counts, and what of it is left to earn."""

from django.db.models import Sum

from cohorts.models import Enrolment, LedgerEntry, PersonalItem
from cohorts.rules.engagement import item_worth
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import EngagementPolicy, Item


def listed_item(enrolment: Enrolment, kind: ItemKind | frozenset[ItemKind], code: str) -> Item | None:
    """An item of that kind, or of one of them, on somebody's own list, taken off it since or not."""
    kinds = {kind} if isinstance(kind, ItemKind) else kind
    return (
        Item.objects.filter(version=enrolment.version_id, code=code, kind__in=kinds)
        .filter(personal_items__enrolment=enrolment)
        .select_related("course")
        .first()
    )


def is_expected(enrolment: Enrolment, item: Item) -> bool:
    expected = PersonalItem.Expectation.EXPECTED
    return PersonalItem.objects.filter(enrolment=enrolment, item=item, expectation=expected).exists()


def left_to_earn(enrolment: Enrolment, item: Item, policy: EngagementPolicy) -> int | None:
    """How much of an item is not credited yet, in the units of its component; None where it counts in none."""
    component = policy.components.filter(kinds__contains=[item.kind]).first()
    if component is None:
        return None
    held = LedgerEntry.objects.filter(enrolment=enrolment, item=item).aggregate(sum=Sum("change"))["sum"] or 0
    return max(0, item_worth(item.minutes, component.unit) - int(held))
