"""Fields and widgets that Django lacks, and what the one field template needs to know of a field."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, TypedDict

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.forms.boundfield import BoundField
from django.utils.safestring import SafeString

from npqh_portal.clock import LONDON
from npqh_portal.text import can_arrive

from .words import clock_time, short_day

PARTS = ("day", "month", "year")
_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip


class Radios(forms.RadioSelect):
    """Radio buttons with a hint under a choice: `Radios(hints={"hos": "Leading one school"})`."""

    def __init__(self, attrs: dict[str, Any] | None = None, *, hints: Mapping[str, str] | None = None) -> None:
        super().__init__(attrs)
        self.hints = dict(hints or {})


class _Reachable(EmailValidator):
    def __call__(self, value: str | None) -> None:
        super().__call__(value)
        if not can_arrive(value or ""):
            raise ValidationError(self.message, code=self.code)


class ReachableEmail(forms.EmailField):
    """An address that we are to write to. One of this machine or of a network of one's own can never be reached."""

    default_validators = [_Reachable()]


class DatePartsInput(forms.MultiWidget):
    """Three boxes for day, month and year."""

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({part: forms.TextInput() for part in PARTS}, attrs)

    def decompress(self, value: date | None) -> list[Any]:
        return [value.day, value.month, value.year] if value else ["", "", ""]


class DateParts(forms.Field):
    """A date in three boxes; the month in figures or by name, "Feb" too.

    `subject` begins its errors: "The date you became head must include a month".
    """

    widget = DatePartsInput

    def __init__(
        self, *, subject: str, earliest: date | None = None, latest: date | None = None, **kwargs: Any
    ) -> None:
        kwargs.setdefault("error_messages", {}).setdefault("required", f"Enter {subject[:1].lower()}{subject[1:]}")
        super().__init__(**kwargs)
        self.subject, self.earliest, self.latest = subject, earliest, latest

    def clean(self, value: list[str | None] | None) -> date | None:
        given = [(part or "").strip() for part in value or []]
        if not any(given):
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required", params={"parts": PARTS})
            return None
        missing = tuple(part for part, text in zip(PARTS, given, strict=True) if not text)
        if missing:
            raise self._wrong(f"must include a {' and a '.join(missing)}", *missing)
        given[1] = _month(given[1])
        if not all(text.isascii() and text.isdigit() for text in given):
            raise self._wrong("must be a day, a month and a year, like 1 9 2026 or 1 September 2026", *PARTS)
        return self._in_range(given)

    def has_changed(self, initial: Any, data: Any) -> bool:
        before = DatePartsInput().decompress(initial) if isinstance(initial, date) else initial
        return [str(part or "") for part in before or [""] * 3] != [str(part or "") for part in data or [""] * 3]

    def _in_range(self, given: list[str]) -> date:
        day, month, year = (int(text[:5]) for text in given)
        if year < 1000:
            raise self._wrong("must have a year of four figures", "year")
        if year < 1900:
            raise self._wrong("must be in the year 1900 or later", "year")
        try:
            chosen = date(year, month, day)
        except ValueError:
            raise self._wrong("must be a real date", *PARTS) from None
        if self.earliest and chosen < self.earliest:
            raise self._wrong(f"must be {_plain(self.earliest)} or later", *PARTS)
        if self.latest and chosen > self.latest:
            raise self._wrong(f"must be {_plain(self.latest)} or earlier", *PARTS)
        return chosen

    def _wrong(self, what: str, *parts: str) -> ValidationError:
        return ValidationError(f"{self.subject} {what}", code="date", params={"parts": parts})


class LondonMoment(forms.SplitDateTimeField):
    """A day and a time on a London clock. One that the change of the clocks skips or repeats is refused."""

    default_error_messages = {  # Django's name, and Django merges it
        "invalid_date": "Enter a day that there is, like 28/03/2027",
        "invalid_time": "Enter a time of day, like 09:00",
    }

    def compress(self, data_list: Any) -> datetime | None:
        if data_list and all(data_list):
            written = datetime.combine(*data_list)  # as a London clock shows it
            if fault := _clocks_change(written):
                raise ValidationError(fault, code="clocks_change")
        moment: datetime | None = super().compress(data_list)
        return moment


def _clocks_change(written: datetime) -> str:
    first = written.replace(tzinfo=LONDON)
    if first.astimezone(UTC).astimezone(LONDON).replace(tzinfo=None) != written:
        why, how = "does not come", "forward"
    elif first.utcoffset() != first.replace(fold=1).utcoffset():
        why, how = "comes twice", "back"
    else:
        return ""
    return (
        f"{clock_time(first.time())} {why} on {short_day(written.date())}: the clocks go {how} that night. {_AN_HOUR}"
    )


_AN_HOUR = "Enter a time before 1am, or 2am or later"


class Option(TypedDict):
    """One choice of a group, or one box of a date. A mapping: templates find what it holds at once."""

    id: str
    name: str
    value: str
    label: str
    chosen: bool
    hint: str
    wrong: bool


class FieldParts:
    """A bound field, taken apart for `components/field.html`."""

    def __init__(self, field: BoundField) -> None:
        self.field = field
        self.widget = field.field.widget
        self.id = field.auto_id
        self.hint_id = f"{self.id}_helptext"
        self.error_id = f"{self.id}_error"
        self.kind = _kind(self.widget)
        self.errors = list(field.errors)
        self.words_allowed = self.widget.attrs.get("data-maxwords")

    @property
    def optional(self) -> bool:
        if self.field.name in getattr(self.field.form, "needed_at_times", ()):
            return False
        return not self.field.field.required and self.kind not in {"checkbox", "hidden"}

    @property
    def described_by(self) -> str:
        """The ids of hint and error, for a fieldset; Django writes them onto single controls itself."""
        return " ".join(
            name for name, there in ((self.hint_id, self.field.help_text), (self.error_id, self.errors)) if there
        )

    @property
    def control(self) -> SafeString:
        """The control itself, for the kinds that are one element."""
        base = {"textarea": "govuk-textarea", "select": "govuk-select", "file": "govuk-file-upload"}.get(
            self.kind, "govuk-input"
        )
        classes = [base, self.widget.attrs.get("class", "")]
        if self.errors:
            classes.append(f"{base}--error")
        if self.words_allowed:
            classes.append("govuk-js-character-count")
        attrs: dict[str, str | bool] = {"class": " ".join(filter(None, classes))}
        if self.words_allowed:
            attrs["aria-describedby"] = f"{self.described_by} {self.id}-info".strip()
        return self.field.as_widget(attrs=attrs)

    @property
    def options(self) -> Iterator[Option]:
        """The choices of radios or checkboxes."""
        hints: Mapping[str, str] = getattr(self.widget, "hints", {})
        for choice in self.field.subwidgets:
            data = choice.data
            yield Option(
                id=choice.id_for_label,
                name=data["name"],
                value=str(data["value"]),
                label=str(data["label"]),
                chosen=data["selected"],
                hint=hints.get(str(data["value"]), ""),
                wrong=False,
            )

    @property
    def date_boxes(self) -> Iterator[Option]:
        """Day, month and year; the wrong ones marked."""
        wrong = self._wrong_parts()
        context = self.widget.get_context(self.field.html_name, self.field.value(), {"id": self.id})
        for part, box in zip(PARTS, context["widget"]["subwidgets"], strict=True):
            value = "" if box["value"] is None else str(box["value"])
            yield Option(
                id=box["attrs"]["id"],
                name=box["name"],
                value=value,
                label=part.capitalize(),
                chosen=False,
                hint="",
                wrong=part in wrong,
            )

    @property
    def anchor(self) -> str:
        """Where the error summary leads: the control, the first choice, or the first wrong part of a date."""
        if self.kind == "date":
            boxes = list(self.date_boxes)
            return next((box["id"] for box in boxes if box["wrong"]), boxes[0]["id"])
        if self.kind == "hidden":
            return ""
        return f"{self.id}_0" if self.kind in {"radios", "checkboxes"} else self.id

    def _wrong_parts(self) -> tuple[str, ...]:
        for error in self.field.form.errors.as_data().get(self.field.name, []) if self.field.form.is_bound else []:
            return tuple((error.params or {}).get("parts", PARTS))
        return ()


def required_words(field: forms.Field, label: str) -> str:
    """What to say where an answer is missing and the form has no better words: what to do, never "required"."""
    kind = _kind(field.widget)
    if kind == "checkbox":
        return f"Tick “{label}” to go on"
    if kind == "file":
        return "Choose a file"
    if kind == "checkboxes":
        return f"Choose at least one under “{label}”"
    if kind in {"radios", "select"}:
        return f"Choose an answer to “{label}”"
    if label.endswith("?"):
        return f"Answer “{label}”"
    # "Email address" begins small inside a sentence, "TRN" does not.
    return f"Enter {label[:1].lower()}{label[1:]}" if label[1:2].islower() else f"Enter {label}"


# Most specific first: Django's checkboxes are a kind of radio buttons, and both are a kind of select.
_KINDS: tuple[tuple[type[forms.Widget], str], ...] = (
    (DatePartsInput, "date"),
    (forms.HiddenInput, "hidden"),
    (forms.CheckboxSelectMultiple, "checkboxes"),
    (forms.RadioSelect, "radios"),
    (forms.CheckboxInput, "checkbox"),
    (forms.Select, "select"),
    (forms.Textarea, "textarea"),
    (forms.FileInput, "file"),
)


def _kind(widget: forms.Widget) -> str:
    return next((kind for cls, kind in _KINDS if isinstance(widget, cls)), "input")


def _month(text: str) -> str:
    """The number of a month that is written by its name, or by three letters of it or more."""
    typed = text.casefold().removesuffix(".")
    found = [number for number, name in enumerate(_MONTHS, 1) if len(typed) > 2 and name.startswith(typed)]
    return str(found[0]) if found else text


def _plain(value: date) -> str:
    return f"{value.day} {value:%B %Y}"
