"""Files of applications from delivery partners: CSV in, every line of it or a named fault of the whole out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from applications.kinds import EmploymentType, EndorserRole, FundingRoute, Nursery, RoleReach, WorkSetting
from applications.models import Application
from applications.rules.details import birth_date_fault, is_telephone
from applications.rules.endorsements import is_same_mailbox
from applications.rules.files import OWN_ENDORSER, ApplicationFile, ApplicationRow
from applications.rules.headship import headship_date_fault
from npqh_portal import clock
from npqh_portal.people.models import trn_shape
from npqh_portal.tables import Record, RowFault, day_written, read_table
from npqh_portal.text import can_arrive, has_letter, one_line, without_tricks

NAME, EMAIL, URN, ENDORSED, STATEMENT = "full_name", "email", "school_urn", "endorsed", "statement"
CHOICES: Mapping[str, Sequence[tuple[str, str]]] = {
    "role_reach": RoleReach.choices(),
    "headship": Application.Headship.choices,
    "work_setting": WorkSetting.choices(),
    "kind_of_nursery": Nursery.choices(),
    "employment_type": EmploymentType.choices(),
    "funding_route": FundingRoute.choices(),
    "endorser_role": EndorserRole.choices(),
}
YES_OR_NO = (
    "works_in_england", "referred_by_return_to_teaching_adviser", "previously_funded", "wants_new_head_support",
    "wants_one_to_one",
)  # fmt: skip
# What is taken as it stands, with the most letters of each.
TEXTS = {
    "role": 100, "school_name": 200, "nursery_name": 200, "ofsted_urn": 20, "employment_role": 100,
    "employer_name": 200, STATEMENT: 10_000,
}  # fmt: skip
COLUMNS = (
    NAME, EMAIL, "date_of_birth", "telephone", "trn", "role", "role_reach", "headship", "headship_started_on",
    "works_in_england", "work_setting", URN, "school_name", "kind_of_nursery", "nursery_name", "ofsted_urn",
    "employment_type", "employment_role", "employer_name", "referred_by_return_to_teaching_adviser",
    "previously_funded", "funding_route", STATEMENT, "wants_new_head_support", "wants_one_to_one",
    "endorser_role", "endorser_name", "endorser_email", ENDORSED,
)  # fmt: skip
_YES_OR_NO = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}


def read_applications(content: bytes, *, today: date, encoding: str = "") -> ApplicationFile:
    """Every line of a CSV file, columns by name in any order, each with its faults.

    Choices as machine values or as our form words them. Raises a TableFaulty where the file as a whole cannot be
    trusted: then nothing of it is to be used.
    """
    table = read_table(content, needs=[NAME, EMAIL], knows=COLUMNS, encoding=encoding)
    rows = [_row(record, table.columns, today) for record in table.records]
    return ApplicationFile(table.sha256, table.header, tuple(rows), table.remarks, table.encoding)


def read_today(content: bytes, encoding: str = "") -> ApplicationFile:
    """The same by the date of today."""
    return read_applications(content, today=clock.today(), encoding=encoding)


@dataclass
class _Reading:
    """One line while its cells are looked at. A cell with a fault reads as empty."""

    line: int
    cells: Mapping[str, str]
    faults: list[RowFault] = field(default_factory=list)

    def __getitem__(self, column: str) -> str:
        return self.cells.get(column, "")

    def fault(self, column: str, words: str) -> None:
        self.faults.append(RowFault(self.line, column, words))

    def text(self, column: str, most: int) -> str:
        text = without_tricks(self[column]) if column == STATEMENT else one_line(self[column])
        if len(text) <= most:
            return text
        self.fault(column, f"is longer than {most:,} letters.")
        return ""

    def name(self, column: str) -> str:
        name = self.text(column, 200)
        if name and not has_letter(name):
            self.fault(column, f"“{name:.40}” is no name: there is no letter in it.")
            return ""
        return name

    def choice(self, column: str) -> str:
        typed = " ".join(self[column].replace("’", "'").casefold().split())
        found = [value for value, label in CHOICES[column] if typed in {value, label.replace("’", "'").casefold()}]
        if typed and not found:
            self.fault(column, f"“{self[column]:.40}” is none of {', '.join(value for value, _ in CHOICES[column])}.")
        return found[0] if found else ""

    def yes_or_no(self, column: str) -> bool | None:
        if self[column] and self[column].lower() not in _YES_OR_NO:
            self.fault(column, f"“{self[column]:.20}” is neither yes nor no.")
        return _YES_OR_NO.get(self[column].lower())

    def day(self, column: str) -> date | None:
        found = day_written(self[column])
        if self[column] and not found:
            self.fault(column, f"“{self[column]:.20}” is no date like 2019-07-12 or 12/07/2019.")
        return found

    def email(self, column: str) -> str:
        email = self.text(column, 254).lower()
        if not email:
            return ""
        try:
            validate_email(email)
            is_address = can_arrive(email)
        except ValidationError:
            is_address = False
        if not is_address:
            self.fault(column, f"“{email:.60}” is no address like name@school.example.")
            return ""
        return email


def _row(record: Record, columns: Sequence[str], today: date) -> ApplicationRow:
    if len(record.cells) != len(columns):
        words = f"has {len(record.cells)} cells, and line 1 names {len(columns)} columns."
        return ApplicationRow(record.line, record.cells, faults=(RowFault(record.line, "", words),))
    reading = _Reading(record.line, dict(zip(columns, record.cells, strict=True)))
    answers: dict[str, Any] = {NAME: reading.name(NAME), "endorser_name": reading.name("endorser_name")}
    email = reading.email(EMAIL)
    for column in (NAME, EMAIL):
        if not one_line(reading[column]):
            reading.fault(column, "is missing.")
    answers |= {column: reading.text(column, most) for column, most in TEXTS.items()}
    answers |= {column: reading.choice(column) for column in CHOICES}
    answers |= {column: reading.yes_or_no(column) for column in YES_OR_NO}
    answers |= _person(reading, today)
    answers |= _headship(reading, answers["headship"], today, born_on=answers["date_of_birth"])
    answers["endorser_email"] = reading.email("endorser_email")
    if email and is_same_mailbox(answers["endorser_email"], email):
        reading.fault("endorser_email", OWN_ENDORSER)
    return ApplicationRow(
        line=record.line,
        cells=record.cells,
        email=email,
        school_urn=_urn(reading),
        is_endorsed=bool(reading.yes_or_no(ENDORSED)),
        answers=answers,
        faults=tuple(reading.faults),
    )


def _person(reading: _Reading, today: date) -> dict[str, Any]:
    born_on = reading.day("date_of_birth")
    if born_on and (fault := birth_date_fault(born_on, today)):
        reading.fault("date_of_birth", f"{fault}.")
    telephone = reading.text("telephone", 30)
    if telephone and not is_telephone(telephone):
        reading.fault("telephone", f"“{telephone}” is no telephone number.")
    trn = reading["trn"]
    if trn == "0000000":
        reading.fault("trn", f"{trn} is nobody’s number.")
        trn = ""
    if trn:
        try:
            trn_shape(trn)
        except ValidationError:
            reading.fault("trn", f"“{trn:.20}” is not seven figures. Spreadsheets drop a nought that stands first.")
            trn = ""
    return {"date_of_birth": born_on, "telephone": telephone, "trn": trn, "has_trn": bool(trn)}


def _headship(reading: _Reading, headship: str, today: date, *, born_on: date | None) -> dict[str, Any]:
    started_on = reading.day("headship_started_on")
    if started_on and headship and (fault := headship_date_fault(headship, started_on, today, born_on=born_on)):
        reading.fault("headship_started_on", f"does not go with {headship}: it {fault.partition(',')[0]}.")
    return {"headship_started_on": started_on}


def _urn(reading: _Reading) -> str:
    urn = reading[URN]
    if urn and not (urn.isascii() and urn.isdigit() and len(urn) in {6, 7}):
        reading.fault(URN, f"“{urn:.20}” is no URN of six or seven figures.")
        return ""
    return urn
