"""Taking over people who took a programme before this portal, with the certificates they were given."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from assessments.errors import CertificateInForce, ImportedMeanwhile, PastFileChanged, PastImportOver
from assessments.models import Certificate
from assessments.queries import Fate, PastLine, PastPlan, past_plan
from assessments.rules import PastFile
from assessments.states import CertificateState
from cohorts.actions import take_over_run
from cohorts.models import Enrolment, PastImport
from cohorts.states import PAST_IMPORT_MOVES, PastImportState
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock, random_id
from npqh_portal.held import HeldFiles
from npqh_portal.people.actions import add_person
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Programme

LISTS = HeldFiles(PastImport, PAST_IMPORT_MOVES, over=PastImportOver, verb="past_import.discarded")


@dataclass(frozen=True)
class PastResult:
    """What was written down of an import, and what became of each line."""

    made: PastImport
    plan: PastPlan


@transaction.atomic
def import_past_participants(file: PastFile, *, file_name: str, by: User | None) -> PastResult:
    """Take over every sound line of a list; the others are told in the plan. The same list again changes nothing.

    Whoever is known by their address gets the run on their own record; everybody else is added. Two imports wait
    for each other.
    """
    _import_alone()
    plan = past_plan(file)
    made = PastImport.objects.create(
        file_name=file_name[:200], sha256=file.sha256, state=PastImportState.DONE, by=by, **_counts(plan)
    )
    _take_over_all(plan, made, by=by)
    return PastResult(made, plan)


@transaction.atomic
def hold_past_import(file: PastFile, content: bytes, *, file_name: str, by: User | None) -> PastImport:
    """Keep a list until somebody who has seen what it would do confirms or discards it. Takes nobody over."""
    held = PastImport.objects.create(
        file_name=file_name[:200],
        sha256=file.sha256,
        stored_name=default_storage.save(f"imports/{random_id(24)}.csv", ContentFile(content)),
        after=_newest_done(),
        by=by,
        **_counts(past_plan(file)),
    )
    record("past_import.held", held, facts={"sha256": file.sha256}, by=by)
    return held


@transaction.atomic
def confirm_past_import(held: PastImport, *, read: Callable[[bytes], PastFile], by: User | None) -> PastResult:
    """Take over the list as it was shown. `read` makes a list of the bytes that were kept; any others are refused."""
    _import_alone()
    held = lock(held)
    LISTS.check_move(held, PastImportState.DONE)
    with default_storage.open(held.stored_name) as kept:
        file = read(kept.read())
    if file.sha256 != held.sha256:
        raise PastFileChanged
    if _newest_done() != held.after:
        raise ImportedMeanwhile
    plan = past_plan(file)
    for column, count in _counts(plan).items():
        setattr(held, column, count)
    held.state = PastImportState.DONE
    LISTS.let_go(held)
    held.save()
    _take_over_all(plan, held, by=by)
    return PastResult(held, plan)


def discard_past_import(held: PastImport, *, by: User | None) -> PastImport:
    """Put a waiting list away; its file is deleted. Done twice, it is done once."""
    return LISTS.discard(held, by=by)


def discard_late_past_imports(at: datetime) -> int:
    """Put away every list that has waited for more than a day. Returns how many; those settled meanwhile are left."""
    return LISTS.discard_late(at)


@transaction.atomic
def take_over_certificate(
    enrolment: Enrolment, *, number: str, name: str, awarded_on: date, by: User | None
) -> Certificate:
    """Enter a certificate that was issued before this portal, with the number and the name that stand on it.

    A second call returns the first.
    """
    enrolment = lock(enrolment)
    if certificate := enrolment.certificates.exclude(state=CertificateState.REVOKED).first():
        if certificate.number == number:
            return certificate
        raise CertificateInForce(certificate.number)
    certificate = Certificate.objects.create(
        enrolment=enrolment,
        number=number,
        is_from_before=True,
        state=CertificateState.READY,
        snapshot=_snapshot(enrolment, number, name, awarded_on),
        awarded_on=awarded_on,
    )
    record("certificate.taken_over", certificate, facts={"enrolment": enrolment.pk}, by=by)
    return certificate


def _import_alone() -> None:
    """Programmes are what every line rests on: whoever holds them all imports alone."""
    list(Programme.objects.select_for_update().order_by("pk").values_list("pk"))


def _newest_done() -> PastImport | None:
    return PastImport.objects.filter(state=PastImportState.DONE).order_by("-pk").first()


def _counts(plan: PastPlan) -> dict[str, int]:
    counts = plan.counts
    columns = {
        "added": Fate.NEW,
        "certified": Fate.CERTIFIED,
        "unchanged": Fate.UNCHANGED,
        "rejected": Fate.REJECTED,
    }
    return {column: counts[fate] for column, fate in columns.items()}


def _take_over_all(plan: PastPlan, made: PastImport, *, by: User | None) -> None:
    added: dict[str, User] = {}
    for line in plan.lines:
        if line.fate is Fate.NEW:
            _take_over(line, made, added, by=by)
        elif line.fate is Fate.CERTIFIED:
            assert line.enrolment  # noqa: S101  # what it was known by
            _certify(line, line.enrolment, by=by)
    facts: dict[str, Fact] = {**_counts(plan), "sha256": plan.file.sha256}
    record("past_import.done", made, facts=facts, words={"file": made.file_name}, by=by)


def _take_over(line: PastLine, made: PastImport, added: dict[str, User], *, by: User | None) -> None:
    row, version = line.row, line.version
    assert version  # noqa: S101  # of every line without faults
    person = line.person or added.get(row.email)
    if person is None:
        person = add_person(email=row.email or None, full_name=row.full_name, trn=row.trn, by=by)
        if row.email:
            added[row.email] = person
    enrolment = take_over_run(
        person,
        version=version,
        passed=row.passed,
        source=made,
        cohort_name=row.cohort,
        started_on=row.started_on,
        completed_on=row.completed_on,
        by=by,
    )
    if row.certificate_number:
        _certify(line, enrolment, by=by)


def _certify(line: PastLine, enrolment: Enrolment, *, by: User | None) -> None:
    row = line.row
    assert row.awarded_on  # noqa: S101  # the reader refuses a number without it
    take_over_certificate(
        enrolment, number=row.certificate_number, name=row.full_name, awarded_on=row.awarded_on, by=by
    )


def _snapshot(enrolment: Enrolment, number: str, name: str, awarded_on: date) -> dict[str, object]:
    """What its public page says. Nothing is drawn from it."""
    return {
        "v": 1,
        "number": number,
        "name": name,
        "award": enrolment.version.programme.award,
        "provider": settings.PROVIDER_NAME,
        "cohort": enrolment.past_run.cohort_name,
        "awarded_on": awarded_on.isoformat(),
    }
