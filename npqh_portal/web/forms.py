"""The base of every form."""

from typing import Any

from django import forms
from django.forms.utils import pretty_name

from .fields import Radios, required_words


class _InOurWords(forms.BaseForm):
    """Errors are said by us in words, beside the field and in the summary, never by the browser in a bubble."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = required_words(field, str(field.label or pretty_name(name)))
            if isinstance(field, forms.EmailField):
                field.error_messages.setdefault("invalid", "Enter an email address, like name@school.example")
            if isinstance(field, forms.ModelChoiceField) and field.empty_label == "---------":
                field.empty_label = "Choose one" if field.required else "None"


class PortalForm(_InOurWords, forms.Form):
    """The base of every form."""


class PortalModelForm(_InOurWords, forms.ModelForm):  # type: ignore[type-arg]  # children name their model in Meta
    """The same for a form whose fields are those of a table."""


class YesOrNo(forms.TypedChoiceField):
    """A question that must be answered: neither answer is chosen beforehand."""

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        kwargs.setdefault("widget", Radios())
        super().__init__(choices=[("yes", yes), ("no", no)], coerce=lambda answer: answer == "yes", **kwargs)
