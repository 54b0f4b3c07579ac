"""Applications that a delivery partner received on a form of its own."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from applications.errors import ApplicationFileChanged, ApplicationImportOver
from applications.models import Application, ApplicationImport, MissingSchool
from applications.queries.imports import ImportPlan, Line, import_plan
from applications.rules.files import ApplicationFile, Fate
from applications.states import IMPORT_MOVES, ApplicationState, ImportState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock, random_id
from npqh_portal.people.actions import add_person
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake

from .drafts import new_reference, set_going
from .endorsements import request_endorsement, waive_endorsement
from .forms import form_to_begin_with

# A file that nobody came back to is thrown away when the next is handed in.
WAITS_FOR = timedelta(days=1)


@transaction.atomic
def hold_applications(
    file: ApplicationFile, content: bytes, *, intake: Intake, file_name: str, encoding: str = "", by: User
) -> ApplicationImport:
    """Keep a file until somebody who has seen what it would do confirms or discards it. Receives nothing yet."""
    for late in ApplicationImport.objects.filter(state=ImportState.WAITING, at__lt=clock.now() - WAITS_FOR):
        discard_applications(late, by=None)
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
def confirm_applications(
    held: ApplicationImport, *, read: Callable[[bytes], ApplicationFile], by: User
) -> ApplicationImport:
    """Receive every sound line as an application that was sent; the others stay out. Two imports wait for each other.

    `read` makes a file of the bytes that were kept; any others are refused. What became of each line is settled
    anew: whoever has applied meanwhile is known by then.
    """
    intake = lock(held.intake)
    held = lock(held)
    _check_move(held, ImportState.DONE)
    with default_storage.open(held.stored_name) as kept:
        file = read(kept.read())
    if file.sha256 != held.sha256:
        raise ApplicationFileChanged
    plan = import_plan(file, intake)
    _note(held, plan)
    held.by = by
    _end(held, ImportState.DONE)
    for line in plan.lines:
        if line.fate is Fate.NEW:
            _receive(line, held, intake, by=by)
    counts = {"created": held.created, "unchanged": held.unchanged, "rejected": held.rejected}
    record("application_import.done", held, facts={**counts, "sha256": held.sha256}, by=by)
    return held


@transaction.atomic
def discard_applications(held: ApplicationImport, *, by: User | None) -> ApplicationImport:
    """Put a waiting file away; it is deleted. Done twice, it is done once."""
    held = lock(held)
    if held.state == ImportState.DISCARDED:
        return held
    _check_move(held, ImportState.DISCARDED)
    _end(held, ImportState.DISCARDED)
    record("application_import.discarded", held, by=by)
    return held


def _receive(line: Line, held: ApplicationImport, intake: Intake, *, by: User) -> Application:
    now, row = clock.now(), line.row
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


def _check_move(held: ApplicationImport, to: ImportState) -> None:
    if to not in IMPORT_MOVES[ImportState(held.state)]:
        raise ApplicationImportOver(held.get_state_display())


def _note(held: ApplicationImport, plan: ImportPlan) -> None:
    held.created, held.unchanged = plan.counts[Fate.NEW], plan.counts[Fate.KNOWN]
    held.rejections = [[fault.line, fault.column, fault.words] for line in plan.lines for fault in line.faults]
    held.remarks = plan.remarks


def _end(held: ApplicationImport, state: ImportState) -> None:
    """The bytes leave with the commit, so that a refusal further on leaves them."""
    transaction.on_commit(partial(default_storage.delete, held.stored_name))
    held.state, held.stored_name = state, ""
    held.save()
