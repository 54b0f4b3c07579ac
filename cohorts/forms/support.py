"""What the pair writes about its meetings and actions, and whom a lead matches with whom."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Self

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from applications.kinds import Strand
from cohorts.errors import MeetingChangedMeanwhile
from cohorts.models import SupportMatch, SupportMeeting
from cohorts.rules.dates import is_on_the_clock
from cohorts.rules.support import MOST_MINUTES, Days
from cohorts.states import MeetingState
from npqh_portal import clock
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm
from npqh_portal.web.words import clock_time

FACE_TO_FACE, OTHERWISE = "face_to_face", "otherwise"

# The pair's own words for what became of a meeting.
_BECAME = {
    MeetingState.PLANNED: "It is still to come",
    MeetingState.HELD: "We held it",
    MeetingState.MISSED: "It did not take place",
    MeetingState.CANCELLED: "It is cancelled",
}
# Of these nothing but the notes can still change.
_NOT_HELD = (MeetingState.MISSED, MeetingState.CANCELLED)


class ClockTime(forms.TimeField):
    """A time of day as people write it: 16:00, 16.00, 4pm, 4.30 pm."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", forms.TextInput(attrs={"class": "govuk-input--width-5"}))
        super().__init__(input_formats=["%H:%M", "%I%p", "%I:%M%p"], **kwargs)

    def to_python(self, value: Any) -> time | None:
        if isinstance(value, str):
            value = value.replace(" ", "").replace(".", ":").upper()
        parsed: time | None = super().to_python(value)
        return parsed


class WhenForm(PortalForm):
    """When a meeting is or was, for how long, how and where."""

    on = DateParts(label="Day", subject="The day")
    starts = ClockTime(
        label="Begins at",
        help_text="For example 16:00 or 4pm",
        error_messages={"required": "Enter when it begins", "invalid": "The time must be like 16:00 or 4pm"},
    )
    minutes = forms.IntegerField(
        label="For how many minutes",
        min_value=1,
        max_value=MOST_MINUTES,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter for how many minutes",
            "min_value": "A meeting lasts 1 minute or more",
            "max_value": f"A meeting lasts {MOST_MINUTES} minutes or fewer",
        },
    )
    how = forms.ChoiceField(
        label="How do you meet?",
        choices=[(FACE_TO_FACE, "Face to face"), (OTHERWISE, "Another way, by video or telephone")],
        widget=Radios(),
        error_messages={"required": "Choose how you meet"},
    )
    place = PlainText(label="Where", max_length=160, required=False)

    def __init__(self, *args: Any, match: SupportMatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.match = match
        if match.strand == Strand.NEW_HEADS and "how" in self.fields:
            self.fields["how"].help_text = "This support is meant to be face to face. Any other way is noted."

    def clean(self) -> dict[str, Any]:
        day, at = self.cleaned_data.get("on"), self.cleaned_data.get("starts")
        if day and at and not is_on_the_clock(day, at):
            words = f"The clocks go forward that night and leave out {clock_time(at)}. Choose another time"
            self.add_error("starts", words)
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """What the actions take."""
        given = self.cleaned_data
        return {
            "starts_at": clock.london_moment(given["on"], given["starts"]),
            "minutes": given["minutes"],
            "is_face_to_face": given["how"] == FACE_TO_FACE,
            "place": given["place"],
        }


class LogForm(WhenForm):
    """A meeting that was held, with what is to be remembered of it."""

    notes = PlainText(
        label="Notes",
        help_text="Read by the two of you alone.",
        max_length=5000,
        required=False,
        lines=True,
        rows=9,
    )

    def said(self) -> dict[str, Any]:
        return super().said() | {"notes": self.cleaned_data["notes"]}


class MeetingForm(LogForm):
    """A meeting as it stands, to be changed; carries, hidden, which of its revisions the page showed."""

    state = forms.ChoiceField(
        label="What became of it?", widget=Radios(), error_messages={"required": "Choose what became of it"}
    )
    revision = forms.IntegerField(widget=forms.HiddenInput())
    field_order = ("state", "on", "starts", "minutes", "how", "place", "notes", "revision")

    def __init__(self, data: QueryDict | None, *, meeting: SupportMeeting, **kwargs: Any) -> None:
        self.meeting = meeting
        super().__init__(data, match=meeting.match, initial=_in_boxes(meeting), **kwargs)
        if meeting.state == MeetingState.PLANNED:
            self.fields["state"].choices = list(_BECAME.items())  # type: ignore[attr-defined]
        else:
            del self.fields["state"]
        if meeting.state in _NOT_HELD:
            for name in ("on", "starts", "minutes", "how", "place"):
                del self.fields[name]

    @property
    def is_overtaken(self) -> bool:
        """Whether it was saved since the page was drawn on which this was written."""
        return self.is_bound and self.cleaned_data.get("revision", self.meeting.revision) != self.meeting.revision

    def drawn_anew(self) -> Self:
        """The same words on the revision that stands now, with a sentence that says so."""
        assert isinstance(self.data, QueryDict)  # noqa: S101  # it was sent
        data = self.data.copy()
        data["revision"] = str(self.meeting.revision)
        form = type(self)(data, meeting=self.meeting)
        form.add_error(None, str(MeetingChangedMeanwhile()))
        return form

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        stands: dict[str, Any] = {
            "starts_at": self.meeting.starts_at,
            "minutes": self.meeting.minutes,
            "is_face_to_face": self.meeting.is_face_to_face,
            "place": self.meeting.place,
        }
        written = {"notes": given["notes"]} if self.meeting.state in _NOT_HELD else super().said()
        state = MeetingState(given.get("state") or self.meeting.state)
        return stands | written | {"state": state, "revision": given["revision"]}


def _in_boxes(meeting: SupportMeeting) -> dict[str, Any]:
    starts_at: datetime = meeting.starts_at.astimezone(clock.LONDON)
    return {
        "state": meeting.state if meeting.starts_at > clock.now() else "",
        "on": starts_at.date(),
        "starts": f"{starts_at:%H:%M}",
        "minutes": meeting.minutes,
        "how": FACE_TO_FACE if meeting.is_face_to_face else OTHERWISE,
        "place": meeting.place,
        "notes": meeting.notes,
        "revision": meeting.revision,
    }


class SupportActionForm(PortalForm):
    """Something that one of the two says they will do."""

    text = PlainText(label="What is to be done", max_length=400, error_messages={"required": "Say what is to be done"})
    who = forms.ChoiceField(label="Who does it?", widget=Radios(), error_messages={"required": "Choose who does it"})
    due_on = DateParts(label="By when", subject="The day", required=False)

    def __init__(self, *args: Any, match: SupportMatch, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = [("participant", str(match.enrolment.person)), ("supporter", str(match.supporter))]
        self.fields["who"].choices = names  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {"text": given["text"], "is_supporters": given["who"] == "supporter", "due_on": given["due_on"]}


class MatchForm(PortalForm):
    """Who supports somebody, from when until when. Coaches of the right kind, with how many they support now."""

    supporter = forms.TypedChoiceField(
        label="Who supports them?", widget=Radios(), error_messages={"required": "Choose who supports them"}
    )
    from_on = DateParts(label="From", subject="The first day")
    planned_to_on = DateParts(label="Until", subject="The last day", help_text="The last day of the support.")

    def __init__(self, *args: Any, coaches: Iterable[Any], days: Days, **kwargs: Any) -> None:
        kwargs["initial"] = {"from_on": days.first_on, "planned_to_on": days.last_on}
        super().__init__(*args, **kwargs)
        by_id = {coach.public_id: coach for coach in coaches}
        field = self.fields["supporter"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared just above
        field.choices = [(key, str(coach)) for key, coach in by_id.items()]
        field.coerce = by_id.__getitem__
        field.widget.hints = {key: load_of(coach) for key, coach in by_id.items()}


def load_of(coach: Any) -> str:
    """How many somebody supports, in words; and whether they know each other."""
    now = f"Supports {coach.supported} {'person' if coach.supported == 1 else 'people'} now."
    return f"Supported them before. {now}" if coach.was_theirs else now
