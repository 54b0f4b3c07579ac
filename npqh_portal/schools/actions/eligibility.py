"""Taking in the lists that DfE fixes for a period."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import IO

from django.db import connection, transaction
from django.db.models import Q

from npqh_portal.audit.actions import record
from npqh_portal.people.models import User
from npqh_portal.schools.errors import ListOverlaps, PeriodUpsideDown
from npqh_portal.schools.kinds import FileKind, ListKind
from npqh_portal.schools.models import EligibilityEntry, EligibilityList, School, SchoolImport
from npqh_portal.schools.rules.eligibility import day_before, identifier_of
from npqh_portal.schools.rules.imports import ListFile, Report
from npqh_portal.web.words import short_day

from .imports import columns_of, hold_import, keep_import, repeated, take_up

NAMED_MOST = 20  # identifiers named one by one in remarks
_AT_ONCE = 5_000


def import_eligibility_list(
    kind: ListKind, file: ListFile, *, from_on: date, to_on: date | None, by: User | None
) -> Report:
    """A list for the days from `from_on` to `to_on`, both included; without an end until the next list begins.

    The same kind and period again replaces its entries. A list that begins later ends an open one the day before.
    Identifiers of no known school are kept: the extract may follow. Raises PeriodUpsideDown, ListOverlaps.
    """
    with _alone():
        return _import(kind, file, from_on, to_on, by=by)


def check_eligibility_list(kind: ListKind, file: ListFile, *, from_on: date, to_on: date | None) -> Report:
    """What `import_eligibility_list` would do; raises what it raises."""
    with _alone():
        return _tried(kind, file, from_on, to_on)


def propose_eligibility_list(
    kind: ListKind, file: ListFile, *, from_on: date, to_on: date | None, upload: IO[bytes], by: User
) -> SchoolImport:
    """Keep a list until somebody has looked at what it would do. Raises also ImportedAlready."""
    with _alone():
        report = _tried(kind, file, from_on, to_on)
        columns = columns_of(FileKind(kind.value), file, period=(from_on, to_on))
        return hold_import(file, columns, report, upload=upload, by=by)


def confirm_eligibility_list(waiting: SchoolImport, file: ListFile, *, by: User) -> SchoolImport:
    """Import a list that waited. Raises ImportSettled, NotTheFileSeen, AnotherImportRan."""
    with _alone():
        waiting, columns = take_up(waiting, file)
        _import(ListKind(waiting.kind), file, columns["from_on"], columns["to_on"], into=waiting, by=by)
    waiting.refresh_from_db()
    return waiting


@contextmanager
def _alone() -> Iterator[None]:
    """One transaction, in which nobody else writes a list."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE schools_eligibilitylist IN SHARE ROW EXCLUSIVE MODE")
        yield


def _tried(kind: ListKind, file: ListFile, from_on: date, to_on: date | None) -> Report:
    with transaction.atomic():
        report = _import(kind, file, from_on, to_on, by=None)
        transaction.set_rollback(True)
    return report


def _import(
    kind: ListKind,
    file: ListFile,
    from_on: date,
    to_on: date | None,
    *,
    into: SchoolImport | None = None,
    by: User | None,
) -> Report:
    if to_on and to_on < from_on:
        raise PeriodUpsideDown
    columns = columns_of(FileKind(kind.value), file, period=(from_on, to_on))
    if report := repeated(columns):
        return report
    same = EligibilityList.objects.filter(kind=kind, from_on=from_on, to_on=to_on).first()
    ended = None if same else _end_open_list(kind, from_on, to_on)
    wanted = {identifier for _, identifier in file.entries}
    had = set(same.entries.values_list("identifier", flat=True)) if same else set()
    report = Report(
        created=len(wanted - had),
        updated=0,
        unchanged=len(wanted & had),
        lacking=len(had - wanted),
        rejections=file.rejections,
        remarks=(*_remarks(kind, file, wanted), *_ending(ended)),
    )
    kept = keep_import(file, columns, report, into=into, by=by)
    if same:
        EligibilityList.objects.filter(pk=same.pk).update(source=kept)
    listed = same or EligibilityList.objects.create(kind=kind, from_on=from_on, to_on=to_on, source=kept)
    listed.entries.filter(identifier__in=had - wanted).delete()
    EligibilityEntry.objects.bulk_create(
        (EligibilityEntry(list=listed, identifier=identifier) for identifier in sorted(wanted - had)), _AT_ONCE
    )
    verb = "eligibility_list.replaced" if same else "eligibility_list.added"
    record(verb, listed, facts={"import": kept.pk, "added": report.created, "removed": report.lacking}, by=by)
    if ended:
        record("eligibility_list.ended", ended, facts={"to_on": str(ended.to_on)}, by=by)
    return report


def _end_open_list(kind: ListKind, from_on: date, to_on: date | None) -> EligibilityList | None:
    """The open-ended list before this one, ended now. Raises ListOverlaps where another list is in the way."""
    ended = EligibilityList.objects.filter(kind=kind, from_on__lt=from_on, to_on=None).first()
    others = EligibilityList.objects.filter(Q(to_on=None) | Q(to_on__gte=from_on), kind=kind)
    if to_on:
        others = others.filter(from_on__lte=to_on)
    if ended:
        others = others.exclude(pk=ended.pk)
    if other := others.first():
        raise ListOverlaps(other.get_kind_display(), other.from_on, other.to_on)
    if ended:
        ended.to_on = day_before(from_on)
        ended.save(update_fields=["to_on"])
    return ended


def _remarks(kind: ListKind, file: ListFile, wanted: set[str]) -> Iterator[str]:
    if again := len(file.entries) - len(wanted):
        yield f"{again:,} {'line names' if again == 1 else 'lines name'} what an earlier line has named."
    name = identifier_of(kind)
    column = name.lower()
    known = set(School.objects.filter(**{f"{column}__in": wanted}).values_list(column, flat=True))
    unknown = sorted(wanted - known)
    for identifier in unknown[:NAMED_MOST]:
        yield f"{name} {identifier} is of no school known here. It stays on the list."
    if rest := len(unknown[NAMED_MOST:]):
        yield f"{rest:,} further identifiers are of no school known here."


def _ending(ended: EligibilityList | None) -> Iterator[str]:
    if ended and ended.to_on:
        yield f"The list from {short_day(ended.from_on)} now ends on {short_day(ended.to_on)}."
