"""Boxes for what people type and paste."""

import re
import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from npqh_portal.text import has_letter, one_line, without_tricks

# Every sign that begins a new line somewhere, Word's own among them.
_BREAK = re.compile("\r\n|[\r\n\v\f\x85\u2028\u2029]")


class PlainText(forms.CharField):
    """Kept as it was typed or pasted, in any script and with Word's own signs: only line ends become one kind.

    In one line, ends of lines, tabs and runs of spaces become one space. Signs that have no width or turn text round
    are left out; others that nobody can see or type are refused, in the form's words. Nothing is cut off on the way
    in: a text that is too long stays whole on the page.
    """

    def __init__(self, *, lines: bool = False, rows: int = 5, **kwargs: Any) -> None:
        if lines:
            kwargs.setdefault("widget", forms.Textarea(attrs={"rows": rows}))
        self.lines = lines
        super().__init__(**kwargs)
        self.widget.attrs.setdefault("dir", "auto")

    def to_python(self, value: Any) -> str:
        text = _BREAK.sub("\n", super().to_python(value) or "")
        text = without_tricks(text).strip() if self.lines else one_line(text)
        if any(unicodedata.category(sign) == "Cc" for sign in text if sign not in "\n\t"):
            raise ValidationError(
                self.error_messages["null_characters_not_allowed"],
                code="null_characters_not_allowed",
                params={"value": text},  # with it a doubled percent sign is written once
            )
        return text


class LongText(PlainText):
    """Lines, which a draft keeps also where they are too long to be sent: nobody loses a word. Up to a bound."""

    KEPT = 100_000

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(lines=True, **kwargs)

    def validate(self, value: str) -> None:
        super().validate(value)
        if len(value) > self.KEPT:
            raise ValidationError(
                f"Your answer has {len(value):,} characters, and no more than {self.KEPT:,} can be kept. "
                "Nothing of this page is saved",
                code="kept",
            )


class NameText(PlainText):
    """The name of a person: at least one letter, of any script."""

    def validate(self, value: str) -> None:
        super().validate(value)
        if value and not has_letter(value):
            raise ValidationError("Enter a name that has letters in it", code="letters")
