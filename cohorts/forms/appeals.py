"""What somebody says against a mark, and what is answered."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from applications.forms.fields import PlainText
from cohorts.models import Appeal, AttendanceMark
from npqh_portal.web.fields import Radios
from npqh_portal.web.forms import PortalForm, SearchForm

from .writing import WORDS_MOST

Status = AttendanceMark.Status

CLAIMS = {
    Status.PRESENT: "I was there throughout",
    Status.PARTLY: "I was there for a part of it",
    Status.ABSENT: "I was not there",
    Status.AUTHORISED: "My absence had been authorised",
    Status.CAUGHT_UP: "I have caught up on it",
    Status.EXEMPT: "I am exempt from it",
}


class _Minutes(forms.IntegerField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=1,
            required=False,
            widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
            error_messages={"invalid": "Enter the minutes as a whole number, like 75"},
            **kwargs,
        )


class AppealForm(PortalForm):
    needed_at_times = ("minutes",)

    claimed = forms.ChoiceField(
        label="What happened?", widget=Radios(), error_messages={"required": "Choose what happened"}
    )
    minutes = _Minutes(label="Minutes you were there", help_text="Only where you were there for a part of it.")
    words = PlainText(
        label="In your words",
        help_text="For example when you came and went, who saw you, or whom you had told. Whoever answers reads it.",
        max_length=WORDS_MOST,
        lines=True,
        rows=6,
        error_messages={"required": "Say what happened"},
    )
    document = forms.FileField(
        label="Add a file",
        help_text="A Word document (.docx) or a PDF, up to 20 MB, for example a signed sheet.",
        widget=forms.FileInput(attrs={"accept": ".docx,.pdf"}),
        required=False,
        error_messages={"empty": "There is nothing in this file. Choose another one"},
    )

    def __init__(
        self, data: QueryDict | None, files: "MultiValueDict[str, Any] | None", *, mark: AttendanceMark
    ) -> None:
        super().__init__(data, files)
        field = self.fields["claimed"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [
            (status.value, words)
            for status, words in CLAIMS.items()
            if status != mark.status or status == Status.PARTLY
        ]

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        is_part = given.get("claimed") == Status.PARTLY
        if is_part and "minutes" not in self.errors and given.get("minutes") is None:
            self.add_error("minutes", "Enter how many minutes you were there")
        if not is_part and "minutes" in self.errors:
            del self.errors["minutes"]  # it is asked of nobody else
        if self.errors and self.files:
            self.add_error("document", "Choose your file again: it is not kept while something else is to be put right")
        return given

    def said(self) -> dict[str, Any]:
        """What the action takes."""
        given = self.cleaned_data
        return {
            "claimed": given["claimed"],
            "minutes": given.get("minutes") or 0,
            "words": given["words"],
            "upload": given["document"],
        }


class FurtherForm(PortalForm):
    words = PlainText(
        label="What do you say to the answer?",
        help_text="The programme lead reads everything on this page, and this.",
        max_length=WORDS_MOST,
        lines=True,
        rows=6,
        error_messages={"required": "Say why it should be looked at again"},
    )


CORRECT, KEEP = "correct", "keep"


class AnswerForm(PortalForm):
    needed_at_times = ("status", "minutes", "words")

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[(CORRECT, "Correct the mark"), (KEEP, "Let the mark stand")],
        error_messages={"required": "Choose what you decide"},
    )
    status = forms.ChoiceField(
        label="What the register is to say",
        help_text="Only where you correct the mark.",
        choices=Status.choices,
        required=False,
    )
    minutes = _Minutes(label="Minutes there", help_text="Only of a part.")
    words = PlainText(
        label="What you say to them",
        help_text="Needed where the mark stands, and where they are exempt. They read it with your decision; the"
        " register keeps its beginning beside a corrected mark.",
        max_length=5000,
        lines=True,
        rows=5,
        required=False,
    )

    def __init__(self, data: QueryDict | None, *, appeal: Appeal, effect: str, is_final: bool) -> None:
        """`effect` says what it does to their figure to write what they say."""
        super().__init__(data)
        stands = "Say why. It stands for good." if is_final else "Say why. They may ask the programme lead, once."
        corrected = "Credit moves at once; both marks are kept. Choose the mark below."
        self._radios("decision", {CORRECT: corrected, KEEP: stands})
        self._radios("status", {appeal.claimed: f"As they say. {effect}".strip()})

    def _radios(self, name: str, hints: dict[str, str]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        choices = field.choices
        field.widget = Radios(hints=hints)
        field.choices = choices

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        decision, is_part = given.get("decision"), given.get("status") == Status.PARTLY
        if decision == KEEP and not given.get("words") and "words" not in self.errors:
            self.add_error("words", "Say why the mark stands. They read it")
        is_exempt = decision == CORRECT and given.get("status") == Status.EXEMPT
        if is_exempt and not given.get("words") and "words" not in self.errors:
            self.add_error("words", "Say why they are exempt. They read it")
        if decision == CORRECT and not given.get("status") and "status" not in self.errors:
            self.add_error("status", "Choose what the register is to say")
        if decision == CORRECT and is_part and "minutes" not in self.errors and given.get("minutes") is None:
            self.add_error("minutes", "Enter how many minutes they were there")
        if not (decision == CORRECT and is_part) and "minutes" in self.errors:
            del self.errors["minutes"]  # it is asked of nobody else
        return given


WAITING, FURTHER, ANSWERED = "waiting", "further", "answered"


class AppealSearchForm(SearchForm):
    q = forms.CharField(label="Find", help_text="A name or a session.", max_length=100, required=False)
    show = forms.ChoiceField(
        label="Show", choices=[(WAITING, "To answer"), (FURTHER, "With the programme lead"), (ANSWERED, "Answered")]
    )
