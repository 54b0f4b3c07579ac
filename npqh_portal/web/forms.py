"""The base of every form."""

from typing import Any

from django import forms
from django.forms.utils import pretty_name
from django.http import HttpRequest, QueryDict

from .fields import Radios, required_words

_DJANGOS_OF_CHOICES = {
    kind.default_error_messages["invalid_choice"]
    for kind in (forms.ChoiceField, forms.MultipleChoiceField, forms.ModelChoiceField, forms.ModelMultipleChoiceField)
}


class _InOurWords(forms.BaseForm):
    """Errors are said by us in words, beside the field and in the summary, never by the browser in a bubble."""

    use_required_attribute = False
    # Fields that another answer makes necessary: shown without "(optional)", since their hints say when.
    needed_at_times: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            label = str(field.label or pretty_name(name))
            if field.error_messages.get("required") == forms.Field.default_error_messages["required"]:
                field.error_messages["required"] = required_words(field, label)
            if field.error_messages.get("invalid_choice") in _DJANGOS_OF_CHOICES:
                field.error_messages["invalid_choice"] = (
                    f"What you chose under “{label}” is no longer to be had. Choose again"
                )
            # Browsers cut pasted text by it, unasked: it is taken whole, and refused in words.
            field.widget.attrs.pop("maxlength", None)
            if longest := getattr(field, "max_length", None):
                field.error_messages.setdefault(
                    "max_length", f"{_named(label)} must be {longest:,} characters or fewer"
                )
            field.error_messages.setdefault(
                "null_characters_not_allowed", f"{_named(label)} has a sign in it that cannot be kept. Type it again"
            )
            if isinstance(field, forms.EmailField):
                field.error_messages.setdefault("invalid", "Enter an email address, like name@school.example")
            if isinstance(field, forms.URLField):
                field.error_messages["invalid"] = "Enter a web address, like https://meet.example/seminar"
            djangos = forms.DateField.default_error_messages["invalid"]
            if isinstance(field, forms.DateField) and field.error_messages["invalid"] == djangos:
                field.error_messages["invalid"] = "Enter a day that there is, like 28/03/2027"
            if isinstance(field, forms.IntegerField):
                if field.error_messages.get("invalid") == forms.IntegerField.default_error_messages["invalid"]:
                    field.error_messages["invalid"] = "Enter a whole number in figures"
                field.error_messages.setdefault("min_value", f"{_named(label)} must be %(limit_value)s or more")
                field.error_messages.setdefault("max_value", f"{_named(label)} must be %(limit_value)s or fewer")
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


# What errors begin with. Django fills in what follows a percent sign.


def _named(label: str) -> str:
    return (f"The answer to “{label}”" if label.endswith("?") else label).replace("%", "%%")


def _chosen(label: str) -> str:
    return f"What you chose under “{label}”".replace("%", "%%")


class SearchForm(PortalForm):
    """One box named `q`, shown without "(optional)": nothing typed is no fault."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].required = True


def sent(request: HttpRequest) -> QueryDict | None:
    """What a form is bound to: nothing while it is only looked at."""
    return request.POST if request.method == "POST" else None
