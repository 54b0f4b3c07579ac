"""What participants show their peers, and what they write of a visit to a school."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.models import DirectoryEntry, SchoolVisit
from npqh_portal.web.fields import DateParts
from npqh_portal.web.forms import SearchForm

from .schools import SchoolWriting
from .writing import WORDS_MOST, Writing


class PeerSearchForm(SearchForm):
    q = forms.CharField(
        label="Find somebody",
        help_text="A name, a school, a town or area, or a cohort.",
        max_length=100,
        required=False,
    )


class DirectoryForm(Writing):
    """What peers read. Nothing is ticked beforehand for whoever is not in it."""

    about = PlainText(
        label="About you",
        help_text="What you lead, and what you would like to talk about.",
        max_length=WORDS_MOST,
        required=False,
        lines=True,
        rows=6,
    )
    shows_school = forms.BooleanField(label="Show my school and its area", required=False)
    shows_email = forms.BooleanField(label="Show my email address", required=False)
    consents = forms.BooleanField(
        label="I agree that participants and facilitators read this, with my name and my cohort",
        error_messages={"required": "Tick that you agree, to be in the directory"},
    )

    def __init__(self, data: QueryDict | None, *, entry: DirectoryEntry | None) -> None:
        initial = {}
        is_in = entry is not None and entry.left_at is None
        if entry is not None and is_in:
            initial = {name: getattr(entry, name) for name in ("about", "shows_school", "shows_email")}
        super().__init__(data, revision=entry.revision if entry else 0, initial=initial)
        if is_in:
            del self.fields["consents"]

    def said(self) -> dict[str, Any]:
        return {name: value for name, value in super().said().items() if name != "consents"}


class VisitForm(SchoolWriting):
    visited_on = DateParts(label="When were you there?", subject="The day of the visit")
    host = PlainText(label="Who received you?", max_length=120, required=False)
    purpose = PlainText(
        label="What did you go to see?",
        max_length=WORDS_MOST,
        lines=True,
        rows=3,
        error_messages={"required": "Say what you went to see"},
    )
    learnt = PlainText(label="What do you take home?", max_length=WORDS_MOST, required=False, lines=True, rows=8)
    field_order = ("visited_on", "called", "school", "host", "purpose", "learnt", "revision")

    def __init__(self, data: QueryDict | None, *, visit: SchoolVisit | None) -> None:
        shown = ("visited_on", "host", "purpose", "learnt")
        super().__init__(
            data,
            school=visit.school if visit else None,
            called=visit.school_name if visit else "",
            revision=visit.revision if visit else 0,
            initial={name: getattr(visit, name) for name in shown} if visit else {},
        )


class RemoveForm(Writing):
    """Nothing but the revision of what is to go."""
