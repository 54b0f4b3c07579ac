"""What is kept of every file, and files that wait until somebody has looked at what they would do."""

from collections.abc import Mapping
from dataclasses import astuple
from datetime import date, datetime
from typing import IO, Any

from django.core.files import File
from django.core.files.storage import default_storage

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.held import HeldFiles
from npqh_portal.people.models import User
from npqh_portal.schools.errors import AnotherImportRan, ImportedAlready, ImportSettled, NotTheFileSeen
from npqh_portal.schools.kinds import FileKind
from npqh_portal.schools.models import SchoolImport
from npqh_portal.schools.rules.imports import ListFile, Rejection, Report, TableFile
from npqh_portal.schools.states import IMPORT_MOVES, ImportState
from npqh_portal.web.words import short_day

FILES = HeldFiles(
    SchoolImport,
    IMPORT_MOVES,
    over=ImportSettled,
    verb="school_import.discarded",
    stored_in=("stored_name", "links_stored_name"),
)


def columns_of(
    kind: FileKind,
    file: TableFile | ListFile,
    *,
    links: TableFile | None = None,
    period: tuple[date, date | None] | None = None,
) -> dict[str, Any]:
    """What tells one import from another: the columns that a file sent again has alike."""
    from_on, to_on = period or (None, None)
    return {
        "kind": kind,
        "sha256": file.sha256,
        "links_sha256": links.sha256 if links else "",
        "from_on": from_on,
        "to_on": to_on,
    }


def newest(kind: FileKind) -> SchoolImport | None:
    """The last file of that kind that was imported."""
    return SchoolImport.objects.filter(kind=kind, state=ImportState.DONE).order_by("at", "pk").last()


def repeated(columns: Mapping[str, Any]) -> Report | None:
    """What to report when the very same file comes again, with nothing of its kind imported in between."""
    before = newest(columns["kind"])
    if before is None or any(getattr(before, name) != value for name, value in columns.items()):
        return None
    return Report(
        created=0,
        updated=0,
        unchanged=before.created + before.updated + before.unchanged,
        lacking=before.lacking,
        rejections=tuple(Rejection(*row) for row in before.rejections),
        remarks=(f"The same file was imported on {short_day(before.at)}: nothing was done.",),
        repeats=True,
    )


def keep_import(
    file: TableFile | ListFile,
    columns: Mapping[str, Any],
    report: Report,
    *,
    links: TableFile | None = None,
    into: SchoolImport | None = None,
    by: User | None,
) -> SchoolImport:
    """The row of an import that was done: a new one, or the one that waited."""
    kept = _filled(into or SchoolImport(), file, columns, report, links)
    kept.state, kept.at, kept.by = ImportState.DONE, clock.now(), by
    FILES.let_go(kept)
    kept.save()
    figures = {"created": kept.created, "updated": kept.updated, "unchanged": kept.unchanged, "rejected": kept.rejected}
    record("school_import.done", kept, facts={"file_kind": kept.kind, **figures}, by=by)
    return kept


def hold_import(
    file: TableFile | ListFile,
    columns: Mapping[str, Any],
    report: Report,
    *,
    upload: IO[bytes],
    links: TableFile | None = None,
    links_upload: IO[bytes] | None = None,
    by: User | None,
) -> SchoolImport:
    """The row of a file that waits, which is stored under a random name. Raises ImportedAlready."""
    before = newest(columns["kind"])
    if report.repeats and before:
        raise ImportedAlready(short_day(before.at))
    held = _filled(SchoolImport(), file, columns, report, links)
    held.by, held.after = by, before
    held.stored_name = _stored(upload)
    held.links_stored_name = _stored(links_upload) if links_upload else ""
    held.save()
    record("school_import.held", held, facts={"file_kind": held.kind}, by=by)
    return held


def take_up(
    waiting: SchoolImport, file: TableFile | ListFile, *, links: TableFile | None = None
) -> tuple[SchoolImport, dict[str, Any]]:
    """The locked row of a file that may be imported now, and its columns: it is the file that was looked at.

    Raises ImportSettled, NotTheFileSeen, AnotherImportRan. Call it with imports of that kind locked out.
    """
    waiting = lock(waiting)
    FILES.check_move(waiting, ImportState.DONE)
    if (waiting.sha256, waiting.links_sha256) != (file.sha256, links.sha256 if links else ""):
        raise NotTheFileSeen
    kind = FileKind(waiting.kind)
    if newest(kind) != waiting.after:
        raise AnotherImportRan
    period = (waiting.from_on, waiting.to_on) if waiting.from_on else None
    return waiting, columns_of(kind, file, links=links, period=period)


def discard_import(waiting: SchoolImport, *, by: User | None) -> SchoolImport:
    """Throw a waiting file away; what it would have done stays to be read. Twice does it once."""
    return FILES.discard(waiting, by=by)


def discard_late_imports(at: datetime) -> int:
    """Throw away every file that has waited for more than a day. Returns how many; those settled meanwhile are left."""
    return FILES.discard_late(at)


def _filled(
    row: SchoolImport,
    file: TableFile | ListFile,
    columns: Mapping[str, Any],
    report: Report,
    links: TableFile | None,
) -> SchoolImport:
    for name, value in columns.items():
        setattr(row, name, value)
    row.file_name = file.name[:200]
    row.links_name = links.name[:200] if links else ""
    for name in ("created", "updated", "unchanged", "lacking"):
        setattr(row, name, getattr(report, name))
    row.rejections = [astuple(rejection) for rejection in report.rejections]
    row.remarks = [*report.remarks]
    row.links = dict(report.links)
    row.first_changes = [*report.first_changes]
    return row


def _stored(upload: IO[bytes]) -> str:
    upload.seek(0)
    return default_storage.save(f"school-imports/{random_id(24)}", File(upload))
