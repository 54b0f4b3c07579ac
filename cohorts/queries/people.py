"""One person's engagement as staff read it: every item with its evidence, and who spoke to them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from cohorts.models import AttendanceMark, Contact, Enrolment, Membership
from cohorts.rules.heat_map import Letter, letter_of
from cohorts.states import EnrolmentState
from npqh_portal.web import words

from .engagement import ItemCell, cells_of
from .enrolments import latest_membership_of
from .forecasts import Listed, Outlook, outlook_of
from .study import how_done
from .timetable import reasons_of
from .warnings import Judged, Somebody, judge, why


@dataclass(frozen=True)
class Evidence:
    """How we know: in words, and the public id of the register that says it."""

    told: str
    seminar: str = ""


@dataclass(frozen=True)
class ItemRow:
    """One item of their list, what became of it, and everything that speaks for it."""

    listed: Listed
    letter: Letter
    cell: ItemCell
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class PersonPage:
    enrolment: Enrolment
    stay: Membership | None
    outlook: Outlook
    judged: Judged | None
    why: str
    rows: tuple[ItemRow, ...]
    contacts: tuple[Contact, ...]

    @property
    def to_catch_up(self) -> list[ItemRow]:
        """What waits or can be made good, nearest last day first."""
        found = [row for row in self.rows if row.cell.rest and row.cell.fate in {"pending", "recoverable"}]
        return sorted(found, key=lambda row: (row.cell.until is None, row.cell.until, row.listed.item.number))

    @property
    def way_back(self) -> set[str]:
        """Codes of the items that are to be caught up at least."""
        return {one.item.code for one in self.outlook.way_back or ()}


def person_page(enrolment: Enrolment, at: datetime, *, with_contacts: bool) -> PersonPage:
    """Nine statements, one of them for contacts."""
    outlook = outlook_of(enrolment, at)
    takes_part = enrolment.state == EnrolmentState.ACTIVE
    judged = judge([Somebody(enrolment.pk, enrolment.version_id, takes_part)], at).get(enrolment.pk)
    cells = {cell.item_id: cell for cell in cells_of([enrolment.pk], at)}
    marks = _newest_marks(enrolment, at)
    # Two statements more, where a register says that they are exempt.
    exempt = AttendanceMark.Status.EXEMPT
    reasons = reasons_of(mark for of_item in marks.values() for mark in of_item if mark.status == exempt)
    rows = [
        _row(listed, cells[listed.item.pk], marks[listed.item.pk], reasons)
        for listed in outlook.items
        if listed.item.pk in cells
    ]
    return PersonPage(
        enrolment=enrolment,
        stay=latest_membership_of(enrolment),
        outlook=outlook,
        judged=judged,
        why=why(judged, list(cells.values())) if judged and judged.is_warned else "",
        rows=tuple(rows),
        contacts=tuple(enrolment.contacts.select_related("by").order_by("-on", "-pk")) if with_contacts else (),
    )


def _newest_marks(enrolment: Enrolment, at: datetime) -> defaultdict[int, list[AttendanceMark]]:
    """What registers say of them now, by item, the latest session first. One statement."""
    marks = (
        AttendanceMark.objects.filter(enrolment=enrolment, recorded_at__lte=at)
        .order_by("seminar_id", "-pk")
        .distinct("seminar_id")
        .select_related("seminar", "recorded_by", "note")
    )
    found: defaultdict[int, list[AttendanceMark]] = defaultdict(list)
    for mark in sorted(marks, key=lambda mark: mark.seminar.starts_at, reverse=True):
        found[mark.seminar.item_id].append(mark)
    return found


def _row(listed: Listed, cell: ItemCell, marks: Sequence[AttendanceMark], reasons: Mapping[int, str]) -> ItemRow:
    evidence = [_of_mark(mark, reasons.get(mark.pk, "")) for mark in marks]
    if listed.done_at:
        evidence.append(Evidence(f"{_how_done(listed)} on {words.short_day(listed.done_at)}"))
    if listed.by_hand:
        evidence.append(Evidence("Credit entered by hand"))
    letter = letter_of(expectation=cell.expectation, status=cell.status, fate=cell.fate, rest=cell.rest)
    return ItemRow(listed, letter, cell, tuple(evidence))


_DONE = {
    "sent": "Sent",
    "saved": "Reflection saved",
    "read": "Every page read",
    "said": "Recorded as done by themselves",
}


def _how_done(listed: Listed) -> str:
    if not listed.is_done_by_them:
        return f"Recorded as done by {listed.done_by or 'the portal'}"
    return _DONE[how_done(listed.item.kind, is_read=listed.is_read)]


def _of_mark(mark: AttendanceMark, reason: str) -> Evidence:
    said = str(mark.get_status_display()).lower()
    if mark.status == AttendanceMark.Status.PARTLY:
        said += f", {mark.minutes} minutes"
    told = f"Register of {words.short_day(mark.seminar.starts_at)}: {said}"
    if mark.recorded_by:
        told += f", {mark.recorded_by}"
    if reason:
        told += f", because: {reason}"
    if hasattr(mark, "note"):
        told += f". {words.sentence(mark.note.text)}"
    return Evidence(told, mark.seminar.public_id)
