"""Taking over people who took a programme before this portal, with the certificates they were given."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db import transaction

from assessments.errors import CertificateInForce
from assessments.models import Certificate
from assessments.queries import Fate, PastLine, PastPlan, past_plan
from assessments.rules import PastFile
from assessments.states import CertificateState
from cohorts.actions import take_over_run
from cohorts.models import Enrolment, PastImport
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.people.actions import add_person
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Programme


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
    # Programmes are what every line rests on: who holds them all imports alone.
    list(Programme.objects.select_for_update().order_by("pk").values_list("pk"))
    plan = past_plan(file)
    counts = plan.counts
    made = PastImport.objects.create(
        file_name=file_name[:200],
        sha256=file.sha256,
        imported_by=by,
        added=counts[Fate.NEW],
        certified=counts[Fate.CERTIFIED],
        unchanged=counts[Fate.UNCHANGED],
        rejected=counts[Fate.REJECTED],
    )
    added: dict[str, User] = {}
    for line in plan.lines:
        if line.fate is Fate.NEW:
            _take_over(line, made, added, by=by)
        elif line.fate is Fate.CERTIFIED:
            assert line.enrolment  # noqa: S101  # what it was known by
            _certify(line, line.enrolment, by=by)
    facts = {fate.value: count for fate, count in counts.items()}
    record("past_import.made", made, facts={**facts, "sha256": file.sha256}, words={"file": file_name}, by=by)
    return PastResult(made, plan)


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
