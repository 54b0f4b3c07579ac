"""The one way of crediting: the ledger is brought to what the facts are worth. Nothing else writes to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from cohorts.models import Enrolment, LedgerEntry
from cohorts.queries.crediting import Pair, credits_of
from npqh_portal.people.models import User
from npqh_portal.programmes.models import EngagementPolicy, Item


@dataclass(frozen=True)
class Cause:
    """What an entry comes from, and the key of the mark or completion behind it, if any."""

    source: LedgerEntry.Source
    source_id: int | None = None


# Where nothing new has happened, and what has is worth something else now.
ANEW = Cause(LedgerEntry.Source.RECREDIT)


def bring_up_to_date(
    enrolments: Collection[int],
    items: Collection[Item],
    *,
    policy: EngagementPolicy,
    causes: Mapping[int, Cause] | None = None,
    by: User | None,
) -> dict[Pair, int]:
    """Credit the difference between what the facts of these items are worth and what the ledger holds.

    `causes` says by enrolment what has happened; left out, they are worked out anew. Returns what has changed, by
    enrolment and item; a second call changes nothing. Seven statements at most, however many they are. The caller
    holds the enrolments.
    """
    changes = {
        pair: credit.change for pair, credit in sorted(credits_of(enrolments, items, policy).items()) if credit.change
    }
    enter(changes, policy=policy, causes=causes, by=by)
    return changes


def enter(
    changes: Mapping[Pair, int],
    *,
    policy: EngagementPolicy,
    causes: Mapping[int, Cause] | None = None,
    by: User | None,
) -> None:
    """Write changes that were worked out just now, in one statement. The caller holds the enrolments."""
    LedgerEntry.objects.bulk_create(
        _entry(pair, change, policy, causes[pair[0]] if causes else ANEW, by=by) for pair, change in changes.items()
    )


def credit_by_hand(
    enrolment: Enrolment,
    wanted: Mapping[Item, int],
    *,
    policy: EngagementPolicy,
    source: LedgerEntry.Source,
    by: User | None,
) -> list[LedgerEntry]:
    """Enter what is credited for these items from now on, whatever their facts are worth; returns the entries.

    What is so entered stays when the facts change, and they come on top. `source` is one of ENTERED_BY_HAND. An item
    that holds as much already gets no entry. The caller holds the enrolment, and has seen that nothing is above worth.
    """
    found = credits_of([enrolment.pk], wanted, policy)
    entries = []
    for item, credited in wanted.items():
        credit = found.get((enrolment.pk, item.pk))
        held, earned = (credit.held, credit.earned) if credit else (0, 0)
        if credited != held:
            entries.append(_entry((enrolment.pk, item.pk), credited - earned, policy, Cause(source), by=by))
    written = LedgerEntry.objects.bulk_create(entries)
    # Where facts were worth more than the item, the entry had to take that surplus along: the ledger never held it.
    bring_up_to_date([enrolment.pk], list(wanted), policy=policy, by=by)
    return written


def _entry(pair: Pair, change: int, policy: EngagementPolicy, cause: Cause, *, by: User | None) -> LedgerEntry:
    return LedgerEntry(
        enrolment_id=pair[0],
        item_id=pair[1],
        policy=policy,
        change=change,
        source=cause.source,
        source_id=cause.source_id,
        recorded_by=by,
    )
