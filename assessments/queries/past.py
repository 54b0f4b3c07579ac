"""What a list of past participants would do: each line against what is known, before anything is written."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db.models import F, Prefetch, QuerySet
from django.db.models.functions import Coalesce

from applications.models import Application
from assessments.models import Certificate
from assessments.rules import (
    PastFile,
    PastRow,
    RunTold,
    folded,
    is_same_run,
    run_told,
    signs_of,
)
from assessments.states import CertificateState
from cohorts.models import Enrolment, PastRun
from cohorts.states import EnrolmentState
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.programmes.models import Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.tables import RowFault
from npqh_portal.web.downloads import csv_text


class Fate(StrEnum):
    """What becomes of a line."""

    NEW = "new"
    CERTIFIED = "certified"  # known before; now with its certificate
    UNCHANGED = "unchanged"
    REJECTED = "rejected"


@dataclass(frozen=True)
class PastLine:
    """A line with its fate. `person` is who it joins, None for somebody new; `enrolment` is the run known before."""

    row: PastRow
    fate: Fate
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[str, ...] = ()
    version: ProgrammeVersion | None = None
    person: User | None = None
    enrolment: Enrolment | None = None


@dataclass(frozen=True)
class PastPlan:
    file: PastFile
    lines: tuple[PastLine, ...]

    def of(self, fate: Fate) -> list[PastLine]:
        return [line for line in self.lines if line.fate is fate]

    @property
    def counts(self) -> dict[Fate, int]:
        return {fate: len(self.of(fate)) for fate in Fate}

    @property
    def remarks(self) -> list[str]:
        """Of the whole file first, then line by line."""
        of_lines = [f"Line {line.row.line}: {words}" for line in self.lines for words in line.remarks]
        return [*self.file.remarks, *of_lines]

    @property
    def faults(self) -> list[RowFault]:
        return [fault for line in self.lines for fault in line.faults]


def past_plan(file: PastFile) -> PastPlan:
    """What taking over this list would do. Seven statements, however long it is; writes nothing."""
    known = _Known(file.rows)
    return PastPlan(file, tuple(known.line(row) for row in file.rows))


@dataclass
class _Run:
    """A run known before, or one that an earlier line of the same file tells of."""

    told: RunTold
    row: PastRow | None = None
    enrolment: Enrolment | None = None
    certificate: Certificate | None = None


@dataclass
class _Refusal(Exception):
    column: str
    words: str


class _Known:
    """What the database holds of the people, numbers and programmes of one file, read once."""

    def __init__(self, rows: Iterable[PastRow]) -> None:
        self.programmes = {one.code: one for one in Programme.objects.prefetch_related(_versions_newest_first())}
        legacy = [one for one in self.programmes.values() if one.framework == Programme.Framework.LEGACY]
        self.default = legacy[0] if len(legacy) == 1 else None
        numbers = {signs_of(row.certificate_number) for row in rows if row.certificate_number}
        self.certificates = {
            one.signs: one
            for one in Certificate.objects.filter(signs__in=numbers).select_related(
                "enrolment__person", "enrolment__version__programme", "enrolment__past_run"
            )
        }
        emails = {row.email for row in rows if row.email}
        self.people = {
            str(one.email): kept_of(one)
            for one in User.objects.filter(email__in=emails).select_related("alias__kept_person")
        }
        trns = {row.trn for row in rows if row.trn}
        self.by_trn = {
            (one.trn, folded(one.full_name)): one for one in User.objects.filter(trn__in=trns).order_by("-pk")
        }
        self.runs: dict[tuple[str, str, str], list[_Run]] = defaultdict(list)
        for run in _past_runs():
            self._remember(run)

    def line(self, row: PastRow) -> PastLine:
        if row.faults:
            return PastLine(row, Fate.REJECTED, row.faults)
        try:
            return self._line(row)
        except _Refusal as refusal:
            return PastLine(row, Fate.REJECTED, (RowFault(row.line, refusal.column, refusal.words),))

    def _line(self, row: PastRow) -> PastLine:
        programme = self._programme(row)
        version = _version(programme, row.version)
        told = run_told(
            programme=programme.code,
            cohort=row.cohort,
            full_name=row.full_name,
            email=row.email,
            trn=row.trn,
            number=row.certificate_number,
        )
        if certificate := self.certificates.get(told.signs) if told.signs else None:
            _check_theirs(certificate, row, programme)
            remarks = [*_differences(row, version, certificate.enrolment)]
            if certificate.state == CertificateState.REVOKED:
                remarks.append(f"Certificate {certificate.number} has been revoked here, and stays so.")
            return PastLine(
                row, Fate.UNCHANGED, remarks=tuple(remarks), version=version, enrolment=certificate.enrolment
            )
        if run := self._same(told):
            return self._again(row, version, run)
        self._remember(_Run(told, row=row))
        person = self.people.get(row.email)
        return PastLine(row, Fate.NEW, remarks=tuple(self._about(row, person)), version=version, person=person)

    def _programme(self, row: PastRow) -> Programme:
        codes = ", ".join(sorted(self.programmes))
        if not row.programme:
            if self.default:
                return self.default
            raise _Refusal("programme", f"is missing. Give one of {codes}.")
        if row.programme not in self.programmes:
            raise _Refusal("programme", f"“{row.programme:.40}” is none of {codes}.")
        return self.programmes[row.programme]

    def _remember(self, run: _Run) -> None:
        told = run.told
        self.runs[told.programme, told.cohort, told.name].append(run)
        if told.email:
            self.runs[told.programme, told.cohort, told.email].append(run)

    def _same(self, told: RunTold) -> _Run | None:
        candidates = [*self.runs[told.programme, told.cohort, told.email or told.name]]
        if told.email:
            candidates += self.runs[told.programme, told.cohort, told.name]
        found = {id(run): run for run in candidates if is_same_run(told, run.told)}
        if len(found) > 1:
            raise _Refusal("full_name", "fits several people of this cohort. Tell them apart by email or number.")
        return next(iter(found.values()), None)

    def _again(self, row: PastRow, version: ProgrammeVersion, run: _Run) -> PastLine:
        """The same person, programme and cohort as on a line above, or as is known."""
        if run.row:
            raise _Refusal("", f"tells of the same person, programme and cohort as line {run.row.line}.")
        enrolment = run.enrolment
        assert enrolment is not None  # noqa: S101  # of every run that no line of this file brought
        remarks = tuple(_differences(row, version, enrolment))
        if row.certificate_number and run.certificate is None:
            if enrolment.state != EnrolmentState.COMPLETED:
                raise _Refusal("certificate_number", "is of somebody recorded as not having passed.")
            return PastLine(row, Fate.CERTIFIED, remarks=remarks, version=version, enrolment=enrolment)
        if row.certificate_number and run.certificate:
            raise _Refusal("certificate_number", f"differs: they hold {run.certificate.number} for this already.")
        return PastLine(row, Fate.UNCHANGED, remarks=remarks, version=version, enrolment=enrolment)

    def _about(self, row: PastRow, person: User | None) -> Iterator[str]:
        """What whoever imports should know of somebody who is added, or joined by address."""
        if person and folded(person.full_name) != folded(row.full_name):
            yield f"{row.email} is the address of {person}, who gets this run. See that they are one."
        if person and row.trn and row.trn != person.trn:
            yield "The TRN differs from the one on their record, which stays as it is."
        alike = self.by_trn.get((row.trn, folded(row.full_name))) if row.trn and not person else None
        if alike:
            yield f"Somebody known has the same TRN and name: {alike.email or 'without an address'}. They stay two."
        if row.awarded_on and not row.certificate_number:
            yield "The day of the award is left out: it stands without a certificate number."


def kept_of(person: User) -> User:
    """Whoever this person was found to be. Read with `alias__kept_person`."""
    return person.alias.kept_person if hasattr(person, "alias") else person


def runs_before_the_portal(applications: Collection[Application]) -> Iterator[tuple[Application, PastRun]]:
    """What lists say of their writers on the same programme, whichever of their accounts it was entered for.

    Two statements, and those for intakes that were not read along.
    """
    people = {application.person_id for application in applications}
    kept = dict(PersonAlias.objects.filter(old_person__in=people).values_list("old_person", "kept_person"))
    whose = Coalesce(F("enrolment__person__alias__kept_person"), F("enrolment__person"))
    runs = PastRun.objects.annotate(whose=whose, programme=F("enrolment__version__programme"))
    found: defaultdict[tuple[int, int], list[PastRun]] = defaultdict(list)
    for known in runs.filter(whose__in={kept.get(person, person) for person in people}):
        found[known.whose, known.programme].append(known)
    for application in applications:
        writer = kept.get(application.person_id, application.person_id)
        for run in found[writer, application.intake.version.programme_id]:
            yield application, run


def _versions_newest_first() -> "Prefetch[str, QuerySet[ProgrammeVersion], str]":
    versions = ProgrammeVersion.objects.exclude(state=VersionState.DRAFT).order_by("-effective_from", "-pk")
    return Prefetch("versions", versions, to_attr="published_versions")


def _version(programme: Programme, label: str) -> ProgrammeVersion:
    """The one of that label, else the newest. `programme` with its published versions."""
    versions: list[ProgrammeVersion] = programme.published_versions  # type: ignore[attr-defined]  # as prefetched
    found = [one for one in versions if not label or one.label == label]
    if found:
        return found[0]
    labels = ", ".join(one.label for one in versions)
    raise _Refusal("version", f"“{label:.40}” is none of {labels}." if labels else f"{programme} has none published.")


def _past_runs() -> Iterator[_Run]:
    in_force = Certificate.objects.exclude(state=CertificateState.REVOKED)
    runs = PastRun.objects.select_related(
        "enrolment__person__alias__kept_person", "enrolment__version__programme"
    ).prefetch_related(Prefetch("enrolment__certificates", in_force, to_attr="in_force"))
    for run in runs:
        enrolment = run.enrolment
        certificate: Certificate | None = next(iter(enrolment.in_force), None)  # type: ignore[attr-defined]
        person = enrolment.person
        told = run_told(
            programme=enrolment.version.programme.code,
            cohort=run.cohort_name,
            full_name=person.full_name,
            email=kept_of(person).email or person.email,
            trn=person.trn,
            number=certificate.number if certificate else "",
        )
        yield _Run(told, enrolment=enrolment, certificate=certificate)


def _check_theirs(certificate: Certificate, row: PastRow, programme: Programme) -> None:
    names = {folded(certificate.snapshot["name"]), folded(certificate.enrolment.person.full_name)}
    if folded(row.full_name) not in names:
        raise _Refusal("certificate_number", f"{certificate.number} is known, in another name.")
    if certificate.enrolment.version.programme_id != programme.pk:
        raise _Refusal("certificate_number", f"{certificate.number} is known, of another programme.")


def _differences(row: PastRow, version: ProgrammeVersion, enrolment: Enrolment) -> Iterator[str]:
    """What the line tells otherwise than the record, which stays as it is."""
    run: PastRun | None = getattr(enrolment, "past_run", None)
    if run is None:
        yield "This run took place here: its record stays as it is."
        return
    told = {
        "cohort": (folded(row.cohort), folded(run.cohort_name)),
        "started_on": (row.started_on, run.started_on),
        "completed_on": (row.completed_on, run.completed_on),
        "passed": (row.passed, enrolment.state == EnrolmentState.COMPLETED),
        "version": (version.pk if row.version else None, enrolment.version_id),
    }
    differing = [column for column, (now, then) in told.items() if now not in {None, "", then}]
    if differing:
        yield f"Known already, and kept as it is, though the file differs in {' and '.join(differing)}."
    if row.email and not enrolment.person.email:
        yield f"Known already without an address. If {row.email} is theirs, enter it on their page."


def rejected_csv(plan: PastPlan) -> str:
    """The rejected lines as they stood, with line and reason before them: mended, they can be imported as they are."""

    def reasons(line: PastLine) -> str:
        return " ".join(f"{fault.column} {fault.words}".strip() for fault in line.faults)

    lines = ((line.row.line, reasons(line), *line.row.cells) for line in plan.of(Fate.REJECTED))
    return csv_text([("line", "reason", *plan.file.columns), *lines])
