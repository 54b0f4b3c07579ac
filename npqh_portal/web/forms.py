"""The base of every form."""

from typing import Any

from django import forms

from .fields import Radios


class PortalForm(forms.Form):
    """Errors are said by us in words, beside the field and in the summary, never by the browser in a bubble."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class PortalModelForm(forms.ModelForm):  # type: ignore[type-arg]  # children name their model in Meta
    """The same for a form whose fields are those of a table."""

    use_required_attribute = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("label_suffix", "")
        super().__init__(*args, **kwargs)


class YesOrNo(forms.TypedChoiceField):
    """A question that must be answered: neither answer is chosen beforehand."""

    def __init__(self, *, yes: str = "Yes", no: str = "No", **kwargs: Any) -> None:
        kwargs.setdefault("widget", Radios())
        super().__init__(choices=[("yes", yes), ("no", no)], coerce=lambda answer: answer == "yes", **kwargs)
