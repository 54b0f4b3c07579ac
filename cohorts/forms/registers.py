"""The register, as it is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from cohorts.actions import MarkInput
from cohorts.errors import ExemptionReasonMissing, OfOnePerson, ReasonNeeded
from cohorts.models import AttendanceMark
from cohorts.queries import RegisterLine
from cohorts.rules.registers import Reading, read_exceptions
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

Status = AttendanceMark.Status

# What a facilitator chooses between in the room; anything else stands behind "More".
IN_THE_ROOM = (Status.PRESENT, Status.PARTLY, Status.ABSENT)
BOXES = ("status", "minutes", "note", "reason", "shown")

# The sheet of styles knows a part as "part".
_VALUES = {Status.PARTLY: "part"}
_STATUSES = {value: status for status, value in _VALUES.items()}


def _choice(status: AttendanceMark.Status) -> tuple[str, str]:
    return _VALUES.get(status, status.value), str(status.label)


_CHOICES = {status: _choice(status) for status in Status}


def _choices(line: RegisterLine, sent: str | None) -> tuple[AttendanceMark.Status, ...]:
    """What was missed can be caught up; what joiners missed before they came can be nothing else.

    The former also where it was missed when the page was drawn, and somebody has marked them present since.
    """
    mark = line.mark
    if line.is_late and mark is None:
        return (Status.CAUGHT_UP,)
    if sent != Status.CAUGHT_UP and (mark is None or mark.status == Status.PRESENT):
        return (*IN_THE_ROOM, Status.AUTHORISED, Status.EXEMPT)
    return (*IN_THE_ROOM, Status.AUTHORISED, Status.CAUGHT_UP, Status.EXEMPT)


def _in_boxes(mark: AttendanceMark | None) -> tuple[str, str, str]:
    """What the row of somebody with that mark shows: status, minutes, note."""
    if mark is None:
        return ("", "", "")
    status = _CHOICES[Status(mark.status)][0]
    note = mark.note.text if hasattr(mark, "note") else ""
    return (status, str(mark.minutes) if mark.status == Status.PARTLY else "", note)


def _sent_in_boxes(sent: Mapping[str, Any], key: str) -> tuple[str, str, str]:
    status, minutes, note = (str(sent.get(f"{name}-{key}") or "").strip() for name in ("status", "minutes", "note"))
    return (status, minutes, note)


def _is_untouched(sent: Mapping[str, Any], key: str) -> bool:
    """Whether a row comes back as the page showed it: then it says nothing, whatever has been saved meanwhile."""
    return sent.get(f"shown-{key}") == json.dumps(_sent_in_boxes(sent, key))


@dataclass(frozen=True)
class Pick:
    id: str
    value: str
    label: str
    is_chosen: bool


@dataclass(frozen=True)
class RegisterRow:
    """One person as the page shows them. `error` is of the status, the other errors of their boxes.

    `history` holds their marks, the one that counts first, and why each replaced the one before.
    """

    line: RegisterLine
    key: str
    picks: tuple[Pick, ...]
    more: tuple[Pick, ...]
    minutes: str
    note: str
    reason: str
    shown: str
    history: tuple[tuple[AttendanceMark, str], ...]
    error: str
    minutes_error: str
    note_error: str
    reason_error: str

    @property
    def is_wrong(self) -> bool:
        return bool(self.error or self.minutes_error or self.note_error or self.reason_error)

    @property
    def chosen(self) -> str:
        return next((pick.value for pick in (*self.picks, *self.more) if pick.is_chosen), "")

    @property
    def behind(self) -> str:
        """What the mark says that stands, where that is behind "More"; said in sight, so the row need not be open."""
        standing = _in_boxes(self.line.mark)[0]
        return next((one.label for one in self.more if one.is_chosen and one.value == standing), "")

    @property
    def is_open(self) -> bool:
        """Whether something stands behind "More" that must not be overlooked."""
        is_new = not self.behind and any(pick.is_chosen for pick in self.more)
        return is_new or bool(self.note or self.reason or self.error or self.note_error or self.reason_error)

    @property
    def is_of_earlier(self) -> bool:
        """Whether its mark is of an earlier day, and so changes only with a reason."""
        return self.line.mark is not None and clock.london_date(self.line.mark.recorded_at) != clock.today()


class RegisterForm(PortalForm):
    """One person one row: status, minutes, note, reason, named after the enrolment's public id. Nobody is marked yet.

    Each row carries, hidden, what it showed when the page was drawn. Drawn unbound it has no field for any of them:
    thirty people are a hundred and fifty, which takes longer than all the rest of the page.
    """

    exceptions = forms.CharField(
        label="All present except",
        help_text="Parts of names, like “des q, cruddace 75”. A number is minutes there.",
        max_length=2000,
        required=False,
    )
    reason = forms.CharField(
        label="Why do earlier marks change?",
        help_text="Beside each mark that changes and has no reason of its own. They read it; both marks are kept.",
        max_length=250,
        error_messages={"max_length": "Say why in at most 250 characters. You have %(show_value)s"},
        required=False,
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        lines: Sequence[RegisterLine],
        item_minutes: int,
        first: Mapping[str, Any] | None = None,
    ) -> None:
        """`first` stands in the boxes of a page that is drawn anew and not saved."""
        super().__init__(data, initial=first)
        self.lines = lines
        self.item_minutes = item_minutes
        self.first = first or {}
        if not any(line.mark for line in lines):
            del self.fields["reason"]
        if self.is_bound:
            for line in lines:
                self._add_row(line)

    def _add_row(self, line: RegisterLine) -> None:
        key, name = line.enrolment.public_id, str(line.enrolment.person)
        statuses = _choices(line, self.data.get(f"status-{key}"))
        self.fields[f"status-{key}"] = forms.ChoiceField(
            label=name, choices=[_CHOICES[one] for one in statuses], widget=Radios(), required=False
        )
        self.fields[f"minutes-{key}"] = forms.IntegerField(
            label=f"Minutes there, {name}",
            required=False,
            error_messages={"invalid": f"The minutes of {name} must be a whole number, like 75"},
        )
        for box, subject in (("note", "note on"), ("reason", "reason for the mark of")):
            self.fields[f"{box}-{key}"] = forms.CharField(
                label=name,
                required=False,
                max_length=250,
                error_messages={"max_length": _too_long(subject, name)},
            )
        self.fields[f"shown-{key}"] = forms.CharField(required=False)

    def rows(self, reasons: Mapping[int, str]) -> Iterator[RegisterRow]:
        """`reasons` say, by mark, why it was made or replaced another."""
        for line in self.lines:
            key = line.enrolment.public_id
            held: Mapping[str, Any] = self.data if self.is_bound else self.first
            status, minutes, note = _in_boxes(line.mark)
            shown = json.dumps((status, minutes, note))
            reason = ""
            if self.is_bound or f"note-{key}" in held:
                status, minutes, note = _sent_in_boxes(held, key)
                reason, shown = str(held.get(f"reason-{key}") or ""), str(held.get(f"shown-{key}") or "")
            status = str(held.get(f"status-{key}") or status)
            minutes = str(held.get(f"minutes-{key}") or minutes)
            picks = [
                Pick(f"id_status-{key}_{place}", *_CHOICES[one], is_chosen=_CHOICES[one][0] == status)
                for place, one in enumerate(_choices(line, status))
            ]
            in_the_room = 1 if line.is_late and line.mark is None else len(IN_THE_ROOM)
            yield RegisterRow(
                line, key, tuple(picks[:in_the_room]), tuple(picks[in_the_room:]), minutes, note, reason, shown,
                tuple((mark, reasons.get(mark.pk, "")) for mark in (line.mark, *line.earlier) if mark),
                *(self._error(f"{box}-{key}") for box in ("status", "minutes", "note", "reason")),
            )  # fmt: skip

    def _error(self, box: str) -> str:
        return " ".join(str(error) for error in self.errors[box]) if self.is_bound and box in self.errors else ""

    def clean(self) -> dict[str, Any]:
        """Part needs minutes that fit; the person's own field says so. What was typed of exceptions must be found."""
        for fault in self._reading().faults:
            self.add_error("exceptions", fault)
        for line in self.lines:
            key = line.enrolment.public_id
            if self.cleaned_data.get(f"status-{key}") != "part":
                self.errors.pop(f"minutes-{key}", None)  # they are asked of nobody else
                self.cleaned_data.setdefault(f"minutes-{key}", None)
                continue
            if f"minutes-{key}" in self.errors:
                continue
            minutes = self.cleaned_data.get(f"minutes-{key}")
            if minutes is None or not 0 < minutes <= self.item_minutes:
                words = f"Enter how many minutes {line.enrolment.person} was there, from 1 to {self.item_minutes}"
                self.add_error(f"minutes-{key}", words)
        return self.cleaned_data

    def _reading(self) -> Reading:
        return _read(self.data, self.lines, self.item_minutes)

    def marks(self) -> dict[int, MarkInput]:
        """What was chosen, by enrolment. Rows left blank, or as the page showed them, are left out."""
        found = {}
        shared = self.cleaned_data.get("reason", "")
        for line in self.lines:
            key = line.enrolment.public_id
            value = self.cleaned_data[f"status-{key}"]
            if value and not _is_untouched(self.data, key):
                found[line.enrolment.pk] = MarkInput(
                    _STATUSES.get(value, value),
                    self.cleaned_data[f"minutes-{key}"] or 0,
                    self.cleaned_data[f"note-{key}"],
                    self.cleaned_data[f"reason-{key}"] or shared,
                )
        return found

    def refuse(self, refusal: RuleViolation) -> None:
        """Say it beside the person it is about. Where one reason is missing, everybody else's is asked for at once."""
        if not isinstance(refusal, OfOnePerson):
            self.add_error(None, str(refusal))
            return
        marks = self.marks()
        box = "reason" if isinstance(refusal, ReasonNeeded | ExemptionReasonMissing) else "status"
        for line in self.lines:
            given = marks.get(line.enrolment.pk)
            if given is None:
                continue
            key, name = line.enrolment.public_id, str(line.enrolment.person)
            if name == refusal.name:
                self.add_error(f"{box}-{key}", str(refusal))
            elif type(refusal) is ReasonNeeded and (also := _reason_missing(line, given)):
                self.add_error(f"reason-{key}", str(also))

    def overtaken(self, replaced: Mapping[int, AttendanceMark]) -> Iterator[tuple[RegisterLine, AttendanceMark]]:
        """Of the marks that were replaced, those that this page had not shown: they came while it was open."""
        for line in self.lines:
            mark = replaced.get(line.enrolment.pk)
            shown = self.cleaned_data[f"shown-{line.enrolment.public_id}"]
            if mark and shown and shown != json.dumps(_in_boxes(mark)):
                yield line, mark


def tally_of(rows: Sequence[RegisterRow]) -> dict[str, int]:
    """How many are marked as what, as the form stands, and how many are left. Late joiners need no mark."""
    chosen = [row.chosen or ("late" if row.line.is_late else "left") for row in rows]
    counts = {value: chosen.count(value) for value in [value for value, _ in _CHOICES.values()] + ["left"]}
    marked = sum(bool(row.chosen) for row in rows)
    return counts | {"marked": marked, "to_mark": marked + counts["left"]}


def _reason_missing(line: RegisterLine, given: MarkInput) -> ReasonNeeded | None:
    before = line.mark
    if before is None or given.reason or given.status == Status.CAUGHT_UP:
        return None
    recorded_on = clock.london_date(before.recorded_at)
    return ReasonNeeded(str(line.enrolment.person), recorded_on) if recorded_on != clock.today() else None


def _too_long(subject: str, name: str) -> str:
    """Said with Django's own figures put in, so a per cent sign in a name must stand twice."""
    return f"The {subject} {name.replace('%', '%%')} must have at most 250 characters. It has %(show_value)s"


def _read(sent: Mapping[str, Any], lines: Sequence[RegisterLine], item_minutes: int) -> Reading:
    there = [line for line in lines if not line.is_late]
    typed = str(sent.get("exceptions") or "")
    return read_exceptions(typed, [str(line.enrolment.person) for line in there], item_minutes=item_minutes)


def is_to_be_filled(sent: QueryDict, lines: Sequence[RegisterLine], item_minutes: int) -> bool:
    """Whether it is not to be saved but drawn again, with the blanks filled: whatever button sent the exceptions.

    Where somebody in them was not found nothing is filled, and the form says whom.
    """
    asked = "fill" in sent or bool(str(sent.get("exceptions") or "").strip())
    return asked and not _read(sent, lines, item_minutes).faults


def with_the_rest_present(sent: QueryDict, lines: Sequence[RegisterLine], item_minutes: int) -> dict[str, Any]:
    """First values for a fresh form: everything chosen so far, the exceptions, and whoever is still blank as present.

    Saves nothing. Rows that were not touched are drawn anew, with what has been saved meanwhile.
    """
    values: dict[str, Any] = {"reason": sent.get("reason", "")}
    for line in lines:
        key = line.enrolment.public_id
        if not _is_untouched(sent, key):
            values |= {f"{box}-{key}": sent[f"{box}-{key}"] for box in BOXES if f"{box}-{key}" in sent}
    there = [line for line in lines if not line.is_late]
    for one in _read(sent, lines, item_minutes).found:
        key = there[one.place].enrolment.public_id
        values[f"status-{key}"] = "absent" if one.minutes is None else "part"
        values[f"minutes-{key}"] = "" if one.minutes is None else str(one.minutes)
    for line in there:
        key = line.enrolment.public_id
        if line.mark is None and not values.get(f"status-{key}"):
            values[f"status-{key}"] = Status.PRESENT.value
    return values
