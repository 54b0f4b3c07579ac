"""The register, as it is sent."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from cohorts.actions import MarkInput
from cohorts.models import AttendanceMark
from cohorts.queries import RegisterLine
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm

Status = AttendanceMark.Status

# What a facilitator chooses between in the room.
IN_THE_ROOM = (Status.PRESENT, Status.PARTLY, Status.ABSENT)

# The sheet of styles knows a part as "part".
_VALUES = {Status.PARTLY: "part"}
_STATUSES = {value: status for status, value in _VALUES.items()}


_SHORT = {Status.AUTHORISED: "Authorised"}


def _choice(status: AttendanceMark.Status) -> tuple[str, str]:
    return _VALUES.get(status, status.value), _SHORT.get(status, str(status.label))


def _choices(line: RegisterLine, sent: str | None) -> tuple[AttendanceMark.Status, ...]:
    """An absence can be authorised afterwards, and what was missed can be caught up.

    The latter also where it was missed when the page was drawn, and somebody has marked them present since.
    """
    mark = line.mark
    if mark is None:
        return (Status.CAUGHT_UP,) if line.is_late else IN_THE_ROOM
    if mark.status == Status.PRESENT and sent != Status.CAUGHT_UP:
        return (*IN_THE_ROOM, Status.AUTHORISED)
    return (*IN_THE_ROOM, Status.AUTHORISED, Status.CAUGHT_UP)


def _in_boxes(mark: AttendanceMark | None) -> tuple[str, str, str]:
    """What the row of somebody with that mark shows: status, minutes, note."""
    if mark is None:
        return ("", "", "")
    status = _choice(Status(mark.status))[0]
    note = mark.note.text if hasattr(mark, "note") else ""
    return (status, str(mark.minutes) if mark.status == Status.PARTLY else "", note)


def _sent_in_boxes(sent: Mapping[str, Any], key: str) -> tuple[str, str, str]:
    status, minutes, note = (str(sent.get(f"{name}-{key}") or "").strip() for name in ("status", "minutes", "note"))
    return (status, minutes, note)


def _is_untouched(sent: Mapping[str, Any], key: str) -> bool:
    """Whether a row comes back as the page showed it: then it says nothing, whatever has been saved meanwhile."""
    return sent.get(f"shown-{key}") == json.dumps(_sent_in_boxes(sent, key))


@dataclass(frozen=True)
class RegisterRow:
    line: RegisterLine
    status: BoundField
    minutes: BoundField
    note: BoundField
    shown: BoundField


class RegisterForm(PortalForm):
    """One person one row: status, minutes and note, named after the enrolment's public id. Nothing is marked yet.

    Each row carries, hidden, what it showed when the page was drawn.
    """

    reason = forms.CharField(
        label="Why does an earlier mark change?",
        help_text="Needed when a mark of an earlier day changes. Both marks are kept, with this beside them.",
        max_length=250,
        error_messages={"max_length": "Say why in at most 250 characters. You have %(show_value)s"},
        required=False,
    )

    def __init__(self, *args: Any, lines: Sequence[RegisterLine], item_minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = lines
        self.item_minutes = item_minutes
        for line in lines:
            self._add_row(line)
        if not any(line.mark for line in lines):
            del self.fields["reason"]

    def _add_row(self, line: RegisterLine) -> None:
        key, mark = line.enrolment.public_id, line.mark
        statuses = _choices(line, self.data.get(f"status-{key}"))
        name = str(line.enrolment.person)
        status, minutes, note = _in_boxes(mark)
        self.fields[f"status-{key}"] = forms.ChoiceField(
            label=name,
            choices=[_choice(one) for one in statuses],
            widget=Radios(),
            required=False,
            initial=status,
        )
        self.fields[f"minutes-{key}"] = forms.IntegerField(
            label=f"Minutes there, {name}",
            required=False,
            initial=minutes,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": f"The minutes of {name} must be a whole number, like 75"},
        )
        self.fields[f"note-{key}"] = forms.CharField(
            label=name,
            required=False,
            max_length=250,
            initial=note,
            error_messages={"max_length": _too_long(name)},
        )
        self.fields[f"shown-{key}"] = forms.CharField(
            required=False, initial=json.dumps((status, minutes, note)), widget=forms.HiddenInput()
        )

    @property
    def rows(self) -> Iterator[RegisterRow]:
        for line in self.lines:
            key = line.enrolment.public_id
            yield RegisterRow(line, *(self[f"{name}-{key}"] for name in ("status", "minutes", "note", "shown")))

    @property
    def tally(self) -> dict[str, int]:
        """How many are marked as what, as the form stands, and how many are left. Late joiners need no mark."""
        chosen = [row.status.value() or ("late" if row.line.is_late else "left") for row in self.rows]
        return {
            value: chosen.count(value) for value in ("present", "part", "absent", "authorised", "caught_up", "left")
        }

    @property
    def has_notes(self) -> bool:
        return any(row.note.value() or row.note.errors for row in self.rows)

    @property
    def rows_marked(self) -> int:
        return sum(bool(row.status.value()) for row in self.rows)

    @property
    def rows_to_mark(self) -> int:
        return self.rows_marked + self.tally["left"]

    def clean(self) -> dict[str, Any]:
        """Part needs minutes that fit; the person's own field says so."""
        for line in self.lines:
            key = line.enrolment.public_id
            if f"minutes-{key}" in self.errors or self.cleaned_data.get(f"status-{key}") != "part":
                continue
            minutes = self.cleaned_data.get(f"minutes-{key}")
            if minutes is None or not 0 < minutes <= self.item_minutes:
                words = f"Enter how many minutes {line.enrolment.person} was there, from 1 to {self.item_minutes}"
                self.add_error(f"minutes-{key}", words)
        return self.cleaned_data

    def marks(self) -> dict[int, MarkInput]:
        """What was chosen, by enrolment. Rows left blank, or as the page showed them, are left out."""
        found = {}
        for line in self.lines:
            key = line.enrolment.public_id
            value = self.cleaned_data[f"status-{key}"]
            if value and not _is_untouched(self.data, key):
                found[line.enrolment.pk] = MarkInput(
                    _STATUSES.get(value, value),
                    self.cleaned_data[f"minutes-{key}"] or 0,
                    self.cleaned_data[f"note-{key}"],
                    self.cleaned_data.get("reason", ""),
                )
        return found

    def overtaken(self, replaced: Mapping[int, AttendanceMark]) -> Iterator[tuple[RegisterLine, AttendanceMark]]:
        """Of the marks that were replaced, those that this page had not shown: they came while it was open."""
        for line in self.lines:
            mark = replaced.get(line.enrolment.pk)
            shown = self.cleaned_data[f"shown-{line.enrolment.public_id}"]
            if mark and shown and shown != json.dumps(_in_boxes(mark)):
                yield line, mark


def _too_long(name: str) -> str:
    """Said with Django's own figures put in, so a per cent sign in a name must stand twice."""
    return f"The note on {name.replace('%', '%%')} must have at most 250 characters. It has %(show_value)s"


def with_the_rest_present(sent: QueryDict, lines: Sequence[RegisterLine]) -> dict[str, Any]:
    """First values for a fresh form: everything chosen so far, and whoever is still blank as present. Saves nothing.

    Rows that were not touched are drawn anew, with what has been saved meanwhile.
    """
    values: dict[str, Any] = {"reason": sent.get("reason", "")}
    for line in lines:
        key = line.enrolment.public_id
        if not _is_untouched(sent, key):
            boxes = (f"{name}-{key}" for name in ("status", "minutes", "note", "shown"))
            values |= {box: sent[box] for box in boxes if box in sent}
        if line.mark is None and not line.is_late and not values.get(f"status-{key}"):
            values[f"status-{key}"] = Status.PRESENT.value
    return values
