"""The register, as it is sent."""

from collections.abc import Iterator, Sequence
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


def _choices_after(mark: AttendanceMark | None) -> tuple[AttendanceMark.Status, ...]:
    """An absence can be authorised afterwards, and what was missed can be caught up."""
    if mark is None:
        return IN_THE_ROOM
    if mark.status == Status.PRESENT:
        return (*IN_THE_ROOM, Status.AUTHORISED)
    return (*IN_THE_ROOM, Status.AUTHORISED, Status.CAUGHT_UP)


@dataclass(frozen=True)
class RegisterRow:
    line: RegisterLine
    status: BoundField
    minutes: BoundField
    note: BoundField


class RegisterForm(PortalForm):
    """One person one row: status, minutes and note, named after the enrolment's public id. Nothing is marked yet."""

    reason = forms.CharField(
        label="Why does an earlier mark change?",
        help_text="Needed when a mark of an earlier day changes. Both marks are kept, with this beside them.",
        max_length=250,
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
        statuses = _choices_after(mark)
        name = line.enrolment.person
        self.fields[f"status-{key}"] = forms.ChoiceField(
            label=f"{name}",
            choices=[_choice(status) for status in statuses],
            widget=Radios(),
            required=False,
            initial=_choice(Status(mark.status))[0] if mark else None,
        )
        is_part = mark is not None and mark.status == Status.PARTLY
        self.fields[f"minutes-{key}"] = forms.IntegerField(
            label=f"Minutes there, {name}",
            required=False,
            initial=mark.minutes if mark and is_part else None,
            widget=forms.TextInput(attrs={"inputmode": "numeric"}),
            error_messages={"invalid": f"The minutes of {name} must be a whole number, like 75"},
        )
        self.fields[f"note-{key}"] = forms.CharField(
            label=str(name),
            required=False,
            max_length=250,
            initial=mark.note.text if mark and hasattr(mark, "note") else "",
        )

    @property
    def rows(self) -> Iterator[RegisterRow]:
        for line in self.lines:
            key = line.enrolment.public_id
            yield RegisterRow(line, self[f"status-{key}"], self[f"minutes-{key}"], self[f"note-{key}"])

    @property
    def tally(self) -> dict[str, int]:
        """How many are marked as what, as the form stands, and how many are left."""
        chosen = [row.status.value() or "left" for row in self.rows]
        return {
            value: chosen.count(value) for value in ("present", "part", "absent", "authorised", "caught_up", "left")
        }

    @property
    def has_notes(self) -> bool:
        return any(row.note.value() or row.note.errors for row in self.rows)

    @property
    def rows_marked(self) -> int:
        return len(self.lines) - self.tally["left"]

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
        """What was chosen, by enrolment; whoever was left blank is left out."""
        found = {}
        for line in self.lines:
            key = line.enrolment.public_id
            if value := self.cleaned_data[f"status-{key}"]:
                found[line.enrolment.pk] = MarkInput(
                    _STATUSES.get(value, value),
                    self.cleaned_data[f"minutes-{key}"] or 0,
                    self.cleaned_data[f"note-{key}"],
                    self.cleaned_data.get("reason", ""),
                )
        return found


def with_the_rest_present(sent: QueryDict, lines: Sequence[RegisterLine]) -> dict[str, Any]:
    """First values for a fresh form: everything sent so far, and whoever is still blank as present. Saves nothing."""
    values = sent.dict()
    for line in lines:
        key = f"status-{line.enrolment.public_id}"
        values[key] = values.get(key) or Status.PRESENT.value
    return values
