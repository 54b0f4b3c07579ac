"""What participants write of a placement and of a governing board."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.kinds import Contrast
from cohorts.models import BoardPresentation, Placement, PlacementDay
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.web.fields import DateParts
from npqh_portal.web.forms import PortalForm

from .schools import SchoolWriting
from .writing import WORDS_MOST, Writing


class PlacementSchoolForm(SchoolWriting):
    host = PlainText(label="Who hosts you there?", max_length=120, required=False)
    contrasts = forms.MultipleChoiceField(
        label="How does it contrast with your own school?",
        choices=Contrast.choices(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose in what it contrasts with your own school"},
    )
    why_it_contrasts = PlainText(
        label="Why does it contrast?",
        max_length=WORDS_MOST,
        lines=True,
        rows=5,
        error_messages={"required": "Say why it contrasts with your own school"},
    )
    asked_of = forms.CharField(widget=forms.HiddenInput(), required=False)
    field_order = ("called", "school", "host", "contrasts", "why_it_contrasts", "revision", "asked_of")

    def __init__(self, data: QueryDict | None, *, placement: Placement | None) -> None:
        shown = ("host", "contrasts", "why_it_contrasts")
        self.host_before = placement.host if placement else ""
        super().__init__(
            data,
            school=placement.school if placement else None,
            called=placement.school_name if placement else "",
            revision=placement.revision if placement else 0,
            initial={name: getattr(placement, name) for name in shown} if placement else {},
        )

    def said(self) -> dict[str, Any]:
        said = super().said()
        del said["asked_of"]
        return said | {"contrasts": [Contrast(value) for value in said["contrasts"]]}

    def clean(self) -> dict[str, Any] | None:
        """At another school, whoever hosted them at the one before is asked about anew, once for each school."""
        cleaned = super().clean()
        if self.errors or not self.host_before or self.cleaned_data["host"] != self.host_before:
            return cleaned
        school = self.said()["school_name"]
        if school not in (self.called_before, self.cleaned_data["asked_of"]):
            assert isinstance(self.data, QueryDict)  # noqa: S101  # it was sent
            self.data = self.data.copy()
            self.data["host"], self.data["asked_of"] = "", school
            self.add_error(
                "host",
                f"Enter who hosts you at {school}, or leave it empty: {self.host_before} was at {self.called_before}",
            )
        return cleaned


class PlacementWorkForm(Writing):
    research = PlainText(
        label="What does the school face?",
        help_text="What it lacks, or will lack, in resources and in skills.",
        max_length=WORDS_MOST,
        required=False,
        lines=True,
        rows=12,
    )
    plan = PlainText(label="Your plan of action", max_length=WORDS_MOST, required=False, lines=True, rows=12)

    def __init__(self, data: QueryDict | None, *, placement: Placement) -> None:
        initial = {"research": placement.research, "plan": placement.plan}
        super().__init__(data, revision=placement.revision, initial=initial)


def _what(**kwargs: Any) -> PlainText:
    return PlainText(label="What did you do there?", max_length=WORDS_MOST, lines=True, rows=4, required=False)


class NewDayForm(PortalForm):
    on = DateParts(label="When were you there?", subject="The day")
    what = _what()

    def said(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class DayForm(Writing):
    what = _what()

    def __init__(self, data: QueryDict | None, *, day: PlacementDay) -> None:
        super().__init__(data, revision=day.revision, initial={"what": day.what})


class PresentationForm(Writing):
    presented_on = DateParts(label="When did you present your plan?", subject="The day of the presentation")
    board = PlainText(
        label="To which governing board?",
        max_length=200,
        error_messages={"required": "Enter which governing board heard the plan"},
    )
    feedback = PlainText(label="What did the board say?", max_length=WORDS_MOST, required=False, lines=True, rows=8)
    implementation_starts_on = DateParts(
        label="When is the plan put into practice?",
        subject="The day on which the plan is put into practice",
        help_text="The day of the presentation, or a later one.",
        required=False,
    )

    def __init__(
        self, data: QueryDict | None, *, task: AssessmentTask, presentation: BoardPresentation | None, board: str
    ) -> None:
        shown = ("presented_on", "board", "feedback", "implementation_starts_on")
        super().__init__(
            data,
            revision=presentation.revision if presentation else 0,
            initial={name: getattr(presentation, name) for name in shown} if presentation else {"board": board},
        )
