"""What a file of applications would do, as things are now."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from applications.kinds import FundingRoute
from applications.models import Application, FormVersion
from applications.rules.answers import left_out
from applications.rules.endorsements import is_same_mailbox
from applications.rules.files import OWN_ENDORSER, ApplicationFile, ApplicationRow, Fate, lacking_parts, unfit_answers
from applications.states import LIVE, FormState
from npqh_portal import clock
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.programmes.models import Intake
from npqh_portal.schools.models import School
from npqh_portal.tables import ENCODINGS, RowFault
from npqh_portal.web.doors import ADMIN_ROLES
from npqh_portal.web.downloads import csv_text

from .places import are_scholarships_suspended


@dataclass(frozen=True)
class Line:
    """What becomes of one line. `answers` are the columns that a new application begins with."""

    row: ApplicationRow
    fate: Fate
    faults: tuple[RowFault, ...] = ()
    remarks: tuple[str, ...] = ()
    person: User | None = None
    school: School | None = None
    answers: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class ImportPlan:
    file: ApplicationFile
    lines: tuple[Line, ...]
    of_intake: tuple[str, ...] = ()

    @property
    def counts(self) -> Mapping[str, int]:
        found = Counter(line.fate.value for line in self.lines)
        return {fate.value: found[fate.value] for fate in Fate}

    @property
    def faults(self) -> list[str]:
        return [str(fault) for line in self.lines for fault in line.faults]

    @property
    def remarks(self) -> list[str]:
        each = (f"Line {line.row.line}: {remark}" for line in self.lines for remark in line.remarks)
        return [self._how_it_was_read(), *self.of_intake, *self.file.remarks, *each]

    def _how_it_was_read(self) -> str:
        read = f"The file was read as {ENCODINGS[self.file.encoding]}."
        if not self.file.telling_line:
            return read
        return (
            f"{read} See that every letter is right, for example on line {self.file.telling_line}. If not, read it"
            " again in another way, at the end of this page."
        )


def import_plan(file: ApplicationFile, intake: Intake) -> ImportPlan:
    """Seven statements, however many lines there are. No line tells whoever handed it in the name of anybody else."""
    emails = {row.email for row in file.rows if row.email}
    people = {
        (person.email or "").lower(): person.alias.kept_person if hasattr(person, "alias") else person
        for person in User.objects.filter(email__in=emails).select_related("alias__kept_person")
    }
    live = Application.objects.filter(intake=intake, state__in=LIVE, person__in=people.values())
    applied = set(live.values_list("person_id", flat=True))
    grants = RoleGrant.objects.open().filter(person__in=people.values(), role__in=ADMIN_ROLES)
    staff = set(grants.values_list("person_id", flat=True))
    trns = _trns(file, intake)
    urns = {row.school_urn for row in file.rows if row.school_urn}
    schools = School.objects.selectable().filter(urn__in=urns).in_bulk(field_name="urn")
    forms = FormVersion.objects.filter(programme=intake.version.programme, state=FormState.PUBLISHED)
    newest = forms.order_by("-number").first()
    intake_takes = _Takes(
        needs_endorsement=newest is None or newest.needs_endorsement,
        scholarships=not are_scholarships_suspended(intake, clock.today()),
    )
    lines: list[Line] = []
    used: dict[str, int] = {}
    for row in file.rows:
        line = _line(row, people, applied, staff, schools, trns, intake_takes, used)
        if line.fate is not Fate.REJECTED:
            used[row.email] = row.line
        if line.person:
            # Of two addresses that are one person's, the first line counts.
            applied.add(line.person.pk)
        lines.append(line)
    return ImportPlan(file, tuple(lines), tuple(_about_intake(intake)))


@dataclass(frozen=True)
class _Takes:
    """What an application to the intake needs, and may ask for."""

    needs_endorsement: bool
    scholarships: bool


def _line(
    row: ApplicationRow,
    people: Mapping[str, User],
    applied: set[int],
    staff: set[int],
    schools: Mapping[str, School],
    trns: "_Trns",
    takes: _Takes,
    used: Mapping[str, int],
) -> Line:
    """`used` are the lines before it that brought somebody, by address."""
    if row.faults:
        return Line(row, Fate.REJECTED, row.faults)
    if row.email in used:
        words = f"stands on line {used[row.email]} too, which is the one that is used."
        return Line(row, Fate.REJECTED, (RowFault(row.line, "email", words),))
    person, school = people.get(row.email), schools.get(row.school_urn)
    if person and person.pk in applied:
        return Line(row, Fate.KNOWN, person=person)
    if person and person.pk in staff:
        words = f"{row.email} belongs to a member of staff. Give an address at which the applicant is nobody else."
        return Line(row, Fate.REJECTED, (RowFault(row.line, "email", words),))
    if person and is_same_mailbox(row.answers["endorser_email"], person.email):
        return Line(row, Fate.REJECTED, (RowFault(row.line, "endorser_email", OWN_ENDORSER),))
    if row.school_urn and not school:
        words = f"{row.school_urn} is no open school in England that the register knows."
        return Line(row, Fate.REJECTED, (RowFault(row.line, "school_urn", words),))
    if row.answers["funding_route"] == FundingRoute.SCHOLARSHIP and not takes.scholarships:
        words = "asks for a DfE scholarship, and none can be taken up now."
        return Line(row, Fate.REJECTED, (RowFault(row.line, "funding_route", words),))
    answers = dict(row.answers)
    if school:
        answers |= {
            "school_name": school.name,
            "school_urn": school.urn,
            "school_type_code": school.type_code,
        }
    context = {**answers, "needs_endorsement": takes.needs_endorsement}
    if faults := tuple(_lacks(row, context)):
        return Line(row, Fate.REJECTED, faults)
    nothing = Application()
    answers |= {name: getattr(nothing, name) for name in left_out(context) & answers.keys()}
    return Line(row, Fate.NEW, remarks=tuple(_about(row, person, trns)), person=person, school=school, answers=answers)


def _lacks(row: ApplicationRow, answers: Mapping[str, Any]) -> Iterator[RowFault]:
    """Why its answers, as our form would ask for them, are not enough to decide."""
    unfit = dict(unfit_answers(answers, is_endorsed=row.is_endorsed or not answers["needs_endorsement"]))
    for column, words in unfit.items():
        yield RowFault(row.line, column, words)
    if lacking := lacking_parts(answers, is_endorsed=row.is_endorsed, told=unfit):
        yield RowFault(row.line, "", f"lacks what we need to decide: {', '.join(lacking)}.")


def _about_intake(intake: Intake) -> Iterator[str]:
    if intake.is_paused:
        yield f"{intake} is paused."
    if intake.places_taken >= intake.capacity:
        yield f"Every place of {intake} is taken."


@dataclass(frozen=True)
class _Trns:
    """Who has each teacher reference number of the file, whose accounts, and on which lines of it each stands."""

    here: Mapping[str, set[int]]
    programme: Mapping[str, set[int]]
    elsewhere: Mapping[str, set[int]]
    lines: Mapping[str, list[int]]


def _trns(file: ApplicationFile, intake: Intake) -> _Trns:
    """Of applications to the programme all that there are, however they ended; of those to another the live ones."""
    lines: defaultdict[str, list[int]] = defaultdict(list)
    for row in file.rows:
        if trn := row.answers.get("trn"):
            lines[trn].append(row.line)
    programme = intake.version.programme_id
    here: defaultdict[str, set[int]] = defaultdict(set)
    same: defaultdict[str, set[int]] = defaultdict(set)
    elsewhere: defaultdict[str, set[int]] = defaultdict(set)
    alike = Application.objects.filter(Q(intake__version__programme=programme) | Q(state__in=LIVE), trn__in=lines)
    found = alike.order_by().values_list("trn", "intake", "intake__version__programme", "person")
    for trn, intake_id, programme_id, person_id in found:
        among = here if intake_id == intake.pk else same if programme_id == programme else elsewhere
        among[trn].add(person_id)
    return _Trns(here, same, elsewhere, lines)


def _about(row: ApplicationRow, person: User | None, trns: _Trns) -> Iterator[str]:
    trn, own = row.answers.get("trn", ""), {person.pk} if person else set()
    if trns.here.get(trn, set()) - own:
        yield f"Somebody has applied to this intake with the teacher reference number {trn}."
    if trns.programme.get(trn, set()) - own:
        yield f"Somebody has applied to another intake of the programme with the teacher reference number {trn}."
    if trns.elsewhere.get(trn, set()) - own:
        yield f"Somebody has applied to another programme with the teacher reference number {trn}."
    if others := [str(line) for line in trns.lines.get(trn, []) if line != row.line]:
        words = f"lines {', '.join(others[:-1])} and {others[-1]}" if len(others) > 1 else f"line {others[0]}"
        yield f"The teacher reference number {trn} stands on {words} too."
    if person and person.full_name and person.full_name.casefold() != row.full_name.casefold():
        yield f"{row.email} is known here in another name. See that they are one."
    if not row.school_urn and row.answers.get("school_name"):
        yield f"{row.answers['school_name']} has no URN, and becomes a school to find."


def rejected_csv(plan: ImportPlan) -> str:
    """The rejected lines as they stood, with line and reason before them: mended, they can be handed in again."""
    rejected = (line for line in plan.lines if line.fate is Fate.REJECTED)
    rows = (
        [line.row.line, " ".join(f"{fault.column} {fault.words}".strip() for fault in line.faults), *line.row.cells]
        for line in rejected
    )
    return csv_text([["line", "reason", *plan.file.columns], *rows])
