"""What is handed in for a missed session, what is decided on it, and what is offered in its place."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils.datastructures import MultiValueDict

from applications.forms.fields import PlainText
from cohorts.errors import CatchUpChangedMeanwhile, CatchUpReadEarlier
from cohorts.kinds import CatchUpWay
from cohorts.models import CatchUp, CatchUpOffer, Cohort
from cohorts.rules.catch_up import MOST_FILES, days_to_send_by
from npqh_portal.programmes.models import Item
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalForm, SearchForm
from npqh_portal.web.words import short_day

from .writing import WORDS_MOST, Writing

OTHER = "other"
# As long as somebody usually gets for a second go.
USUALLY = timedelta(days=14)


class DocumentsInput(forms.FileInput):
    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: "MultiValueDict[str, Any]", name: str) -> list[Any]:
        return files.getlist(name)


class Documents(forms.FileField):
    """Any number of files, none included; each is looked at where it is taken in."""

    widget = DocumentsInput

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return list(data or [])


FILES_AGAIN = "Choose your files again: they are not kept while something else is to be put right"


class CatchUpForm(Writing):
    """Carries which revision of what was handed in it showed; 0 where nothing had been."""

    overtaken = CatchUpChangedMeanwhile

    offer = forms.ChoiceField(
        label="How have you caught up?",
        widget=Radios(),
        error_messages={"required": "Choose how you have caught up"},
    )
    words = PlainText(
        label="What do you take from it?",
        help_text="What was new to you, and what you will do with it in your school. A page is plenty.",
        max_length=WORDS_MOST,
        lines=True,
        rows=10,
        error_messages={"required": "Say what you take from it"},
    )
    documents = Documents(
        label="Add files",
        help_text=f"Your notes, for example: Word documents (.docx) or PDFs, up to 20 MB each and {MOST_FILES} in all.",
        widget=DocumentsInput(attrs={"accept": ".docx,.pdf"}),
        required=False,
    )
    taken_off = forms.MultipleChoiceField(label="Take files off", widget=forms.CheckboxSelectMultiple, required=False)
    field_order = ("offer", "words", "taken_off", "documents", "revision")

    def __init__(
        self,
        data: QueryDict | None,
        files: "MultiValueDict[str, UploadedFile[bytes]] | None",
        *,
        offers: Sequence[CatchUpOffer],
        held: CatchUp | None,
        before: CatchUp | None,
    ) -> None:
        """`before` is one that was taken back, or not needed: its words are there to go on from."""
        chosen = held.offer.public_id if held and held.offer else OTHER
        initial = {"offer": chosen, "words": held.words} if held else {"words": before.words} if before else {}
        super().__init__(data, revision=held.revision if held else 0, files=files, initial=initial)
        used = [held.offer] if held and held.offer and held.offer not in offers else []
        self.offers = {one.public_id: one for one in [*offers, *used]}
        self._choose_offer()
        self._choose_files(held)

    def _choose_offer(self) -> None:
        if not self.offers:
            del self.fields["offer"]
            return
        field = self.fields["offer"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        choices = [(key, one.title) for key, one in self.offers.items()]
        field.widget = Radios(hints={key: str(one.get_way_display()) for key, one in self.offers.items()})
        field.choices = [*choices, (OTHER, "Something else, as agreed with the facilitator")]

    def _choose_files(self, held: CatchUp | None) -> None:
        there = [(file.public_id, file.sender_name) for file in held.files.all()] if held else []
        if not there:
            del self.fields["taken_off"]
            return
        field = self.fields["taken_off"]
        assert isinstance(field, forms.MultipleChoiceField)  # noqa: S101  # declared above
        field.choices = there

    def overtaken_by(self, revision: int) -> bool:
        is_overtaken = super().overtaken_by(revision)
        if is_overtaken:
            self.ask_for_files_again()
        return is_overtaken

    def ask_for_files_again(self) -> None:
        """A browser never sends the same files again by itself."""
        if self.files.getlist("documents"):
            self.add_error("documents", FILES_AGAIN)

    def said(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "offer": self.offers.get(given.get("offer", OTHER)),
            "words": given["words"],
            "uploads": given["documents"],
            "taken_off": given.get("taken_off", []),
            "revision": given["revision"],
        }


ACCEPT, SEND_BACK, REFUSE = "accept", "send_back", "refuse"


class DecisionForm(Writing):
    overtaken = CatchUpReadEarlier
    needed_at_times = ("answer", "send_by")

    decision = forms.ChoiceField(
        label="What do you decide?",
        choices=[(ACCEPT, "Accept it"), (SEND_BACK, "Send it back for more"), (REFUSE, "Do not accept it")],
        error_messages={"required": "Choose what you decide"},
    )
    answer = PlainText(
        label="What you say to them",
        help_text="Needed unless you accept it. They read it with your decision.",
        max_length=5000,
        lines=True,
        rows=5,
        required=False,
    )
    send_by = DateParts(label="New last day", subject="The new last day", required=False)
    field_order = ("decision", "answer", "send_by", "revision")

    def __init__(
        self, data: QueryDict | None, *, catch_up: CatchUp, gain: str, today: date, catch_up_days: int
    ) -> None:
        first, last = days_to_send_by(today, stands=catch_up.send_by, catch_up_days=catch_up_days)
        usual = min(max(today + USUALLY, first), last)
        super().__init__(data, revision=catch_up.revision, initial={"send_by": usual})
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        hints = {
            ACCEPT: gain,
            SEND_BACK: "Say what is missing. They send it again by the new last day.",
            REFUSE: "Say why. Nothing is credited for it.",
        }
        choices = field.choices
        field.widget = Radios(hints=hints)
        field.choices = choices
        self.fields["send_by"].help_text = f"Only where you send it back: from {short_day(first)} to {short_day(last)}."

    def clean(self) -> dict[str, Any]:
        decision = self.cleaned_data.get("decision")
        if decision in {SEND_BACK, REFUSE} and not self.cleaned_data.get("answer") and "answer" not in self.errors:
            self.add_error("answer", "Say why, so that they know what to do")
        if decision == SEND_BACK and not self.cleaned_data.get("send_by") and "send_by" not in self.errors:
            self.add_error("send_by", "Enter the new last day")
        if decision != SEND_BACK and "send_by" in self.errors:
            del self.errors["send_by"]  # it is asked of nobody else
        return self.cleaned_data


WAITING, SENT_BACK, SETTLED = "waiting", "back", "decided"


class CatchUpSearchForm(SearchForm):
    q = forms.CharField(label="Find", help_text="A name or a session.", max_length=100, required=False)
    show = forms.ChoiceField(
        label="Show",
        choices=[(WAITING, "To decide"), (SENT_BACK, "Sent back"), (SETTLED, "Decided")],
    )


class OfferWordsForm(PortalForm):
    """What is offered, without for what."""

    way = forms.ChoiceField(
        label="What is it?", choices=CatchUpWay.choices(), widget=Radios(), error_messages={"required": "Choose one"}
    )
    title = PlainText(label="What it is called", max_length=160, error_messages={"required": "Enter what it is called"})
    url = forms.URLField(
        label="Link",
        max_length=400,
        required=False,
        assume_scheme="https",
        error_messages={"invalid": "Enter a link, like https://library.example/recording"},
    )
    words = PlainText(
        label="What to do",
        help_text="Which pages, say, or which part of the recording. Needed where there is no link.",
        max_length=5000,
        lines=True,
        rows=4,
        required=False,
    )
    minutes = forms.IntegerField(
        label="About how many minutes it takes",
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={"required": "Enter about how many minutes it takes"},
    )

    def clean_url(self) -> str:
        """Whoever missed the session would read a name and password in it."""
        url = str(self.cleaned_data["url"])
        if "@" in urlsplit(url).netloc:
            raise forms.ValidationError(
                "Take the name and password out of the link: everybody it is offered to reads them"
            )
        return url

    def clean(self) -> dict[str, Any]:
        given = self.cleaned_data
        if not {"url", "words"} & set(self.errors) and not given.get("url") and not given.get("words"):
            self.add_error("url", "Give a link, or say below what to do")
        return given


class OfferForm(OfferWordsForm):
    """For one item and one cohort, of those given."""

    session = forms.ChoiceField(label="For which session", error_messages={"required": "Choose the session"})
    field_order = ("session", "way", "title", "url", "words", "minutes")

    def __init__(self, *args: Any, cohorts: Iterable[Cohort], items: Iterable[Item], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        theirs: dict[int, list[Item]] = {}
        for item in items:
            theirs.setdefault(item.version_id, []).append(item)
        self.sessions: dict[str, tuple[Item, Cohort]] = {}
        groups: list[tuple[str, list[tuple[str, str]]]] = []
        for cohort in cohorts:
            choices = []
            for item in theirs.get(cohort.version_id, []):
                key = f"{cohort.public_id}-{item.code}"
                self.sessions[key] = (item, cohort)
                choices.append((key, item.title))
            groups.append((str(cohort), choices))
        field = self.fields["session"]
        assert isinstance(field, forms.ChoiceField)  # noqa: S101  # declared above
        field.choices = [("", "Choose one"), *groups]

    def said(self) -> dict[str, Any]:
        given = dict(self.cleaned_data)
        item, cohort = self.sessions[given.pop("session")]
        return {"item": item, "cohort": cohort, **given}
