"""Which session of another group somebody would come to."""

from collections.abc import Sequence
from typing import Any

from django import forms

from cohorts.models import Seminar
from cohorts.queries.guests import Place
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm
from npqh_portal.web.words import day, time_range


class ElsewhereForm(PortalForm):
    session = forms.ChoiceField(
        label="Which session can you come to?",
        widget=Radios(),
        error_messages={
            "required": "Choose the session that you can come to",
            "invalid_choice": "That session has no room any more. Choose another one",
        },
    )

    def __init__(self, *args: Any, places: Sequence[Place], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sessions = {place.seminar.public_id: place.seminar for place in places}
        field = self.fields["session"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared just above
        field.choices = [(key, _when(one)) for key, one in self.sessions.items()]
        field.widget = Radios(hints={place.seminar.public_id: _where(place) for place in places})
        field.widget.choices = field.choices

    def chosen(self) -> Seminar:
        return self.sessions[self.cleaned_data["session"]]


def _when(session: Seminar) -> str:
    return f"{day(session.starts_at)}, {time_range(session.starts_at, session.ends_at)}"


def _where(place: Place) -> str:
    session = place.seminar
    where = str(session.venue) if session.venue else "Online"
    how = f"{where}, or online" if session.mode == "hybrid" else where
    left = "One place" if place.left == 1 else f"{place.left} places"
    return f"{session.group or session.cohort}. {how}. {left} left."
