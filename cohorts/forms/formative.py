"""The work on a formative task, and the feedback to it."""

from typing import Any

from django import forms
from django.http import QueryDict

from applications.forms.fields import LongText, PlainText
from cohorts.errors import FeedbackChangedMeanwhile, FormativeWorkChangedMeanwhile
from cohorts.models import FormativeRound, FormativeWork
from cohorts.rules.formative import FILES_MOST, WORDS_MOST
from npqh_portal.web.forms import SearchForm

from .writing import Writing


class DocumentsInput(forms.FileInput):
    """Takes several files at once. What is wrong with one of them is said where it is taken in."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """The view reads them itself, so that sound ones are kept where others are refused."""


class Answer(LongText):
    """Asked for, and yet a draft may be without it, and a file may be all that is sent."""

    def validate(self, value: str) -> None:
        if value:
            super().validate(value)


class WorkForm(Writing):
    """A draft, which keeps more than can be sent; carries for which round the page was drawn."""

    overtaken = FormativeWorkChangedMeanwhile

    words = Answer(label="Your answer", rows=14)
    documents = forms.FileField(
        label="Add files",
        help_text=f"Word documents (.docx) or PDFs, up to 20 MB each and {FILES_MOST} in all.",
        widget=DocumentsInput(attrs={"accept": ".docx,.pdf"}),
        required=False,
    )
    number = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(self, data: QueryDict | None, *, work: FormativeWork | None, number: int) -> None:
        revision, draft = (work.revision, work.draft) if work else (0, "")
        super().__init__(data, revision=revision, initial={"words": draft, "number": number})

    def is_for(self, number: int) -> None:
        """Drawn again, the page says for which round it is now."""
        if self.is_bound:
            assert isinstance(self.data, QueryDict)  # noqa: S101  # it was sent
            self.data = self.data.copy()
            self.data["number"] = str(number)


class FeedbackForm(Writing):
    overtaken = FeedbackChangedMeanwhile

    words = PlainText(
        label="Your feedback",
        help_text="What is strong, what is missing, and what to try next. No mark: nobody passes or fails.",
        max_length=WORDS_MOST,
        lines=True,
        rows=10,
        error_messages={"required": "Write your feedback"},
    )

    def __init__(self, data: QueryDict | None, *, sent: FormativeRound) -> None:
        super().__init__(data, revision=sent.revision, initial={"words": sent.feedback})


class WorkSearchForm(SearchForm):
    q = forms.CharField(
        label="Find work", help_text="A name, a task, a group or a cohort.", max_length=100, required=False
    )
