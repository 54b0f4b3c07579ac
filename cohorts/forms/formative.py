"""The work on a formative task, a stage or a work-based task, and the feedback to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.http import QueryDict

from applications.forms.fields import PlainText
from cohorts.actions.formative import kinds_of_files
from cohorts.errors import FeedbackChangedMeanwhile, FormativeWorkChangedMeanwhile
from cohorts.models import FormativeFile, FormativeRound, FormativeWork
from cohorts.rules.formative import FILES_MOST, WORDS_MOST
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.web.forms import SearchForm

from .writing import Answer, Writing


class DocumentsInput(forms.FileInput):
    """Takes several files at once. What is wrong with one of them is said where it is taken in."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> None:
        """The view reads them itself, so that sound ones are kept where others are refused."""


@dataclass(frozen=True)
class Called:
    """What is sent, in words: a task or a stage, and what is asked for in its box."""

    noun: str
    answer: str


CALLED = {
    ItemKind.FORMATIVE_TASK: Called("task", "Your answer"),
    ItemKind.PRACTICAL_CYCLE: Called("stage", "What you did, and what it shows"),
    ItemKind.WORK_TASK: Called("task", "What you did in your school, and what came of it"),
}
_WITH_PICTURES = (
    "Word documents (.docx), PDFs or pictures (.png, .jpg), up to 20 MB each and {most} in all. "
    "No pictures in which pupils can be recognised."
)


class WorkForm(Writing):
    """A draft, which keeps more than can be sent; carries for which round the page was drawn.

    A file may be all that is sent. Of each picture that can still be explained there is a box for what it shows.
    """

    overtaken = FormativeWorkChangedMeanwhile

    words = Answer(label="Your answer", rows=14)
    documents = forms.FileField(
        label="Add files",
        help_text=f"Word documents (.docx) or PDFs, up to 20 MB each and {FILES_MOST} in all.",
        widget=DocumentsInput(attrs={"accept": ".docx,.pdf"}),
        required=False,
    )
    number = forms.IntegerField(widget=forms.HiddenInput())

    def __init__(
        self,
        data: QueryDict | None,
        *,
        item: Item,
        work: FormativeWork | None,
        number: int,
        pictures: Sequence[FormativeFile] = (),
    ) -> None:
        revision, draft = (work.revision, work.draft) if work else (0, "")
        super().__init__(data, revision=revision, initial={"words": draft, "number": number})
        self.fields["words"].label = CALLED[ItemKind(item.kind)].answer
        kinds = kinds_of_files(item)
        if "png" in kinds:
            self.fields["documents"].help_text = _WITH_PICTURES.format(most=FILES_MOST)
        self.fields["documents"].widget.attrs["accept"] = ",".join(f".{kind}" for kind in kinds)
        self.pictures = list(pictures)
        for file in self.pictures:
            self.fields[f"caption_{file.public_id}"] = PlainText(
                label=f"What {file.sender_name} shows", max_length=200, required=False, initial=file.caption
            )

    def captions(self) -> list[tuple[FormativeFile, str]]:
        """What is said of each picture; one that was added with this very sending has had no box yet."""
        return [
            (file, self.cleaned_data[f"caption_{file.public_id}"])
            for file in self.pictures
            if f"caption_{file.public_id}" in self.data
        ]

    def captions_shown(self) -> list[BoundField]:
        return [self[f"caption_{file.public_id}"] for file in self.pictures]

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
