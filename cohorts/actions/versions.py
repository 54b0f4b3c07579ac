"""Taking somebody from one version of a programme to another: their list, and what is credited on it."""

from collections.abc import Mapping

from django.db import transaction

from cohorts.errors import AnotherProgramme, AssessmentBegun, EnrolmentOver
from cohorts.models import Completion, Enrolment, LedgerEntry, PersonalItem
from cohorts.queries import could_send_assessment, version_move_of
from cohorts.rules.path import ListedItem, VersionMove
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item, ProgrammeVersion
from npqh_portal.programmes.queries import current_policy

from .crediting import credit_by_hand

# As many codes of items as the record names; of a list that shares nothing with another it says how many more.
NAMED_MOST = 40


@transaction.atomic
def move_to_version(enrolment: Enrolment, *, version: ProgrammeVersion, by: User | None) -> Enrolment:
    """Let an enrolment follow another version of its programme. A second call changes nothing.

    Items are the same by their code: a line keeps what was decided of it, an exemption say, and credit goes over as
    new entries of the ledger. What has no match leaves the list; what was credited for it stays in the ledger and
    counts for nothing. Refused once they could send their assessment. Whoever calls sees to the place.
    """
    enrolment = lock(enrolment)
    if enrolment.version_id == version.pk:
        return enrolment
    if enrolment.state not in LIVE_ENROLMENT:
        raise EnrolmentOver
    if enrolment.version.programme_id != version.programme_id:
        raise AnotherProgramme
    if could_send_assessment(enrolment, clock.today()):
        raise AssessmentBegun
    # Nobody adopts a policy for it meanwhile.
    version = lock(version)
    move = version_move_of(enrolment, version)
    items = {item.code: item for item in version.items.all()}
    _carry_credit(enrolment, version, move, items, by=by)
    _carry_completions(enrolment, move, items, by=by)
    _rewrite_list(enrolment, move, items)
    before, enrolment.version = enrolment.version_id, version
    enrolment.save(update_fields=["version"])
    record(
        "enrolment.version-moved",
        enrolment,
        facts={
            "from": before,
            "to": version.pk,
            "kept": len(move.kept),
            "carried": sum(kept.credit > 0 for kept in move.kept),
            "added": len(move.added),
            "dropped": _codes(move.dropped),
        },
        by=by,
    )
    return enrolment


def _codes(items: tuple[ListedItem, ...]) -> str:
    named = ", ".join(item.code for item in items[:NAMED_MOST])
    more = len(items) - NAMED_MOST
    return f"{named} and {more} more" if more > 0 else named


def _carry_credit(
    enrolment: Enrolment, version: ProgrammeVersion, move: VersionMove, items: Mapping[str, Item], *, by: User | None
) -> None:
    credit_by_hand(
        enrolment,
        {items[kept.new.code]: kept.credit for kept in move.kept},
        policy=current_policy(version),
        source=LedgerEntry.Source.CARRIED,
        by=by,
    )


def _carry_completions(enrolment: Enrolment, move: VersionMove, items: Mapping[str, Item], *, by: User | None) -> None:
    """What was done and counts in no sum would stand there to do again: no credit tells that it was done."""
    uncounted = [kept.new.code for kept in move.kept if not kept.new.worth]
    done = Completion.objects.filter(enrolment=enrolment, item__version=enrolment.version_id, item__code__in=uncounted)
    Completion.objects.bulk_create(
        (
            Completion(enrolment=enrolment, item=items[code], recorded_by=by)
            for code in done.values_list("item__code", flat=True)
        ),
        ignore_conflicts=True,
    )


def _rewrite_list(enrolment: Enrolment, move: VersionMove, items: Mapping[str, Item]) -> None:
    """Lines follow their item, so that what the audit trail holds of them still tells of this list."""
    kept = {one.new.code for one in move.kept}
    lines = PersonalItem.objects.filter(enrolment=enrolment).select_related("item")
    staying = []
    for line in lines:
        if line.item.code in kept:
            line.item = items[line.item.code]
            staying.append(line)
    PersonalItem.objects.filter(enrolment=enrolment).exclude(pk__in=[line.pk for line in staying]).delete()
    PersonalItem.objects.bulk_update(staying, ["item"])
    PersonalItem.objects.bulk_create(PersonalItem(enrolment=enrolment, item=items[one.code]) for one in move.added)
