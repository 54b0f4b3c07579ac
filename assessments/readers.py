"""Lists of past participants: CSV in, every line of it or a named fault of the whole out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from npqh_portal.people.models import trn_shape
from npqh_portal.tables import Record, RowFault, day_written, read_table

from .rules import PastFile, PastRow, signs_of

NAME, EMAIL, TRN, PROGRAMME, VERSION = "full_name", "email", "trn", "programme", "version"
COHORT, STARTED, COMPLETED, PASSED = "cohort", "started_on", "completed_on", "passed"
NUMBER, AWARDED = "certificate_number", "awarded_on"
COLUMNS = (NAME, EMAIL, TRN, PROGRAMME, VERSION, COHORT, STARTED, COMPLETED, PASSED, NUMBER, AWARDED)
# As much as the tables hold.
LONGEST = {NAME: 200, EMAIL: 254, COHORT: 120, NUMBER: 32}
YES_OR_NO = {"": True, "yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read_past_participants(content: bytes, *, today: date) -> PastFile:
    """Every line of a CSV file, columns by name in any order, each with its faults.

    UTF-8 or Windows-1252, commas or semicolons, dates as 2019-07-12 or 12/07/2019. Raises a TableFaulty where
    the file as a whole cannot be trusted: then nothing of it is to be used.
    """
    table = read_table(content, needs=[NAME], knows=COLUMNS)
    rows = [_row(record, table.columns, today) for record in table.records]
    return PastFile(table.sha256, table.header, tuple(_told_apart(rows)), table.remarks)


@dataclass
class _Reading:
    """One line while its cells are looked at. A cell with a fault reads as empty."""

    line: int
    cells: Mapping[str, str]
    faults: list[RowFault] = field(default_factory=list)

    def fault(self, column: str, words: str) -> None:
        self.faults.append(RowFault(self.line, column, words))

    def text(self, column: str) -> str:
        cell = self.cells.get(column, "")
        if len(cell) <= LONGEST.get(column, len(cell)):
            return cell
        self.fault(column, f"is longer than {LONGEST[column]} letters.")
        return ""

    def day(self, column: str, today: date) -> date | None:
        cell = self.cells.get(column, "")
        found = day_written(cell)
        if found and found <= today:
            return found
        if found:
            self.fault(column, f"“{cell}” is still to come.")
        elif cell:
            self.fault(column, f"“{cell:.20}” is no date like 2019-07-12 or 12/07/2019.")
        return None


def _row(record: Record, columns: Sequence[str], today: date) -> PastRow:
    if len(record.cells) != len(columns):
        words = f"has {len(record.cells)} cells, and line 1 names {len(columns)} columns."
        return PastRow(record.line, record.cells, (RowFault(record.line, "", words),))
    reading = _Reading(record.line, dict(zip(columns, record.cells, strict=True)))
    full_name = " ".join(reading.text(NAME).split())
    if not reading.cells[NAME]:
        reading.fault(NAME, "is missing.")
    passed = YES_OR_NO.get(reading.cells.get(PASSED, "").lower())
    if passed is None:
        reading.fault(PASSED, f"“{reading.cells[PASSED]:.20}” is neither yes nor no.")
    started_on, completed_on = reading.day(STARTED, today), reading.day(COMPLETED, today)
    if started_on and completed_on and completed_on < started_on:
        reading.fault(COMPLETED, "is before it was started.")
    number, awarded_on = _number(reading), reading.day(AWARDED, today)
    if number and passed is False:
        reading.fault(NUMBER, "stands beside “no”: whoever did not pass has no certificate.")
    if number and not reading.cells.get(AWARDED):
        reading.fault(AWARDED, "is missing: a certificate has the day on which it was awarded.")
    if awarded_on and started_on and awarded_on < started_on:
        reading.fault(AWARDED, "is before it was started.")
    return PastRow(
        line=record.line,
        cells=record.cells,
        full_name=full_name,
        email=_email(reading),
        trn=_trn(reading),
        programme=reading.text(PROGRAMME).lower(),
        version=reading.text(VERSION),
        cohort=" ".join(reading.text(COHORT).split()),
        started_on=started_on,
        completed_on=completed_on,
        passed=passed is not False,
        certificate_number=number,
        awarded_on=awarded_on,
        faults=tuple(reading.faults),
    )


def _email(reading: _Reading) -> str:
    email = reading.text(EMAIL).lower()
    if not email:
        return ""
    try:
        validate_email(email)
    except ValidationError:
        reading.fault(EMAIL, f"“{email:.60}” is no address like name@school.example.")
        return ""
    return email


def _trn(reading: _Reading) -> str:
    trn = reading.text(TRN)
    if not trn:
        return ""
    try:
        trn_shape(trn)
    except ValidationError:
        reading.fault(TRN, f"“{trn:.20}” is not seven figures. Spreadsheets drop a nought that stands first.")
        return ""
    return trn


def _number(reading: _Reading) -> str:
    number = reading.text(NUMBER)
    if number and not signs_of(number):
        reading.fault(NUMBER, f"“{number}” has neither letters nor figures.")
        return ""
    return number


def _told_apart(rows: list[PastRow]) -> Iterator[PastRow]:
    """No number may stand on two lines: whose it is cannot be told, so neither line is used."""
    lines: dict[str, list[int]] = {}
    for row in rows:
        if row.certificate_number:
            lines.setdefault(signs_of(row.certificate_number), []).append(row.line)
    for row in rows:
        others = [str(line) for line in lines.get(signs_of(row.certificate_number), []) if line != row.line]
        if others:
            fault = RowFault(row.line, NUMBER, f"stands on line {' and '.join(others)} too.")
            yield replace(row, faults=(*row.faults, fault))
        else:
            yield row
