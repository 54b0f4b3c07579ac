"""Applications that a delivery partner received on a form of its own."""

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import OperationalError, transaction

from applications.errors import ApplicationFileChanged, ApplicationImportOver
from applications.models import Application, ApplicationImport, MissingSchool
from applications.queries.imports import ImportPlan, Line, import_plan
from applications.rules.files import ApplicationFile, Fate
from applications.states import IMPORT_MOVES, ApplicationState, ImportState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.errors import RuleViolation
from npqh_portal.held import HeldFiles
from npqh_portal.notifications.actions import nudge
from npqh_portal.people.actions import add_person
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.tables import RowFault

from .drafts import new_reference, set_going
from .endorsements import request_endorsement, waive_endorsement
from .forms import form_to_begin_with

log = logging.getLogger(__name__)

SWEEP = "applications.receive_applications"
# Lines received in one transaction: well under a second of holding the intake, for which applicants wait who send.
STEP = 20
# What went wrong is in the log; it may say more of people than whoever reads this should.
LINE_FAILED = "could not be received. The portal itself failed at it: ask whoever runs it to look into its log."
FILE_FAILED = "The portal itself failed at it: ask whoever runs it to look into its log."
FILES = HeldFiles(ApplicationImport, IMPORT_MOVES, over=ApplicationImportOver, verb="application_import.discarded")
# Given what was kept, and how somebody chose to have it read.
Read = Callable[[bytes, str], ApplicationFile]


@transaction.atomic
def hold_applications(
    file: ApplicationFile, content: bytes, *, intake: Intake, file_name: str, encoding: str = "", by: User
) -> ApplicationImport:
    """Keep a file until somebody who has seen what it would do confirms or discards it. Receives nothing yet."""
    held = ApplicationImport(
        intake=intake,
        at=clock.now(),
        by=by,
        file_name=file_name[:200],
        sha256=file.sha256,
        encoding=encoding,
        stored_name=default_storage.save(f"imports/{random_id(24)}.csv", ContentFile(content)),
    )
    _note(held, import_plan(file, intake))
    held.save()
    record("application_import.held", held, facts={"intake": intake.pk, "sha256": file.sha256}, by=by)
    return held


@transaction.atomic
def read_again(held: ApplicationImport, *, encoding: str, read: Read, by: User) -> ApplicationImport:
    """Read a waiting file in another encoding; empty: the one that is found out. The same again changes nothing.

    Raises ApplicationImportOver, and a TableFaulty where it cannot be read so: then all stays as it was.
    """
    held = lock(held)
    if held.state != ImportState.WAITING:
        raise ApplicationImportOver(held.get_state_display())
    if held.encoding == encoding:
        return held
    held.encoding = encoding
    _note(held, import_plan(_file_of(held, read), held.intake))
    held.save()
    record("application_import.read_again", held, facts={"encoding": encoding}, by=by)
    return held


@transaction.atomic
def confirm_applications(held: ApplicationImport, *, read: Read, by: User) -> ApplicationImport:
    """Have every sound line received, soon, by `receive_applications`; the others stay out. Twice does it once.

    `read` makes a file of the bytes that were kept; any others are refused.
    """
    held = lock(held)
    if held.state == ImportState.RECEIVING:
        return held
    FILES.check_move(held, ImportState.RECEIVING)
    _note(held, import_plan(_file_of(held, read), held.intake))
    held.state, held.by = ImportState.RECEIVING, by
    held.gone_through = held.created = held.unchanged = 0
    held.rejections = []
    held.save()
    record("application_import.confirmed", held, facts={"lines": held.lines}, by=by)
    nudge(SWEEP)
    return held


def receive_applications(*, read: Read) -> int:
    """Receive the files that were confirmed, each a few lines at a time. Returns how many lines it went through.

    A step is one transaction, and notes how far it came: after a stop the next sweep goes on from there, and of two
    sweeps at once none receives a line that the other has received. What becomes of a line is settled anew then:
    whoever has applied meanwhile is known, and what our form would refuse by then is rejected. A file that cannot be
    gone through ends as failed, and keeps no other back.
    """
    files = ApplicationImport.objects.filter(state=ImportState.RECEIVING).order_by("at", "pk")
    return sum(_go_on(held, read) for held in files)


def discard_applications(held: ApplicationImport, *, by: User | None) -> ApplicationImport:
    """Put a waiting file away; it is deleted. Done twice, it is done once."""
    return FILES.discard(held, by=by)


def discard_late_applications(at: datetime) -> int:
    """Put away every file that has waited for more than a day. Returns how many; those settled meanwhile are left."""
    return FILES.discard_late(at)


def _go_on(held: ApplicationImport, read: Read) -> int:
    """As many lines as one file has left. Returns how many it went through."""
    gone = 0
    try:
        for lines in iter(partial(_step, held, read), 0):
            gone += lines
    except OperationalError:
        # The database was away or busy, which is not the file's fault: the next sweep goes on with it.
        log.exception("File %s waits for the next sweep.", held.pk)
    except RuleViolation as refusal:
        _fail(held, str(refusal))
    except Exception:
        log.exception("File %s cannot be gone through.", held.pk)
        _fail(held, FILE_FAILED)
    return gone


@transaction.atomic
def _fail(held: ApplicationImport, why: str) -> None:
    """Go no further with a file. What was received of it stays received."""
    held = lock(held)
    if held.state != ImportState.RECEIVING:
        return
    held.state, held.remarks = ImportState.FAILED, [why]
    FILES.let_go(held)
    held.save()
    record("application_import.failed", held, facts={"gone_through": held.gone_through}, by=held.by)


@transaction.atomic
def _step(held: ApplicationImport, read: Read) -> int:
    """Some lines more of one file; 0 where there are none left."""
    intake, held = lock(held.intake), lock(held)
    if held.state != ImportState.RECEIVING:
        return 0
    # Of the whole file: which of two lines about one person is used rests on the first.
    lines = import_plan(_file_of(held, read), intake).lines[held.gone_through : held.gone_through + STEP]
    for line in lines:
        _go_through(line, held, intake)
    held.gone_through += len(lines)
    if held.gone_through >= held.lines:
        held.state = ImportState.DONE
        FILES.let_go(held)
        counts = {"created": held.created, "unchanged": held.unchanged, "rejected": held.rejected}
        record("application_import.done", held, facts={**counts, "sha256": held.sha256}, by=held.by)
    held.save()
    return len(lines)


def _go_through(line: Line, held: ApplicationImport, intake: Intake) -> None:
    held.rejections += _rows(line.faults)
    if line.fate is Fate.KNOWN:
        held.unchanged += 1
    if line.fate is not Fate.NEW:
        return
    try:
        with transaction.atomic():
            _receive(line, held, intake)
        held.created += 1
    except RuleViolation as refusal:
        # One line that cannot be received is told like the others, and keeps none of them out.
        held.rejections.append([line.row.line, "", str(refusal)])
    except OperationalError:
        raise
    except Exception:
        log.exception("Line %s of file %s cannot be received.", line.row.line, held.pk)
        held.rejections.append([line.row.line, "", LINE_FAILED])


def _receive(line: Line, held: ApplicationImport, intake: Intake) -> Application:
    now, row, by = clock.now(), line.row, held.by
    assert by  # noqa: S101  # of every file that was confirmed
    person = line.person or add_person(email=row.email, full_name=row.full_name, trn=row.answers["trn"], by=by)
    application = Application.objects.create(
        person=person,
        intake=intake,
        form=form_to_begin_with(intake.version.programme),
        state=ApplicationState.SUBMITTED,
        reference=new_reference(),
        school=line.school,
        started_at=now,
        changed_at=now,
        submitted_at=now,
        **(line.answers or {}),
    )
    record("application.received", application, facts={"import": held.pk, "line": row.line}, by=by)
    if application.school_name and not application.school:
        MissingSchool.objects.create(application=application, name=application.school_name, asked_at=now)
    is_waived = row.is_endorsed and application.form.needs_endorsement
    set_going(application, asks=application.form.needs_endorsement and not is_waived, by=by)
    if is_waived:
        waive_endorsement(application, reason=f"Held by {_holder(intake)}.", by=by)
    else:
        request_endorsement(application, by=by)
    return application


def _holder(intake: Intake) -> str:
    return str(intake.delivery_partner or intake.provider)


def _file_of(held: ApplicationImport, read: Read) -> ApplicationFile:
    """What was handed in, read as somebody chose. Raises ApplicationFileChanged."""
    with default_storage.open(held.stored_name) as kept:
        file = read(kept.read(), held.encoding)
    if file.sha256 != held.sha256:
        raise ApplicationFileChanged
    return file


def _note(held: ApplicationImport, plan: ImportPlan) -> None:
    held.lines = len(plan.lines)
    held.created, held.unchanged = plan.counts[Fate.NEW], plan.counts[Fate.KNOWN]
    held.rejections = _rows(fault for line in plan.lines for fault in line.faults)
    held.remarks = plan.remarks


def _rows(faults: Iterable[RowFault]) -> list[list[Any]]:
    return [[fault.line, fault.column, fault.words] for fault in faults]
