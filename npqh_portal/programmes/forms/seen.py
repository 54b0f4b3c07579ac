"""Forms that remember what they showed, and refuse to overwrite what somebody has saved since."""

from typing import Any

from django import forms
from django.forms.models import model_to_dict

from npqh_portal.db import lock
from npqh_portal.programmes.errors import ChangedSince
from npqh_portal.programmes.rules.seen import fingerprint
from npqh_portal.web.forms import PortalModelForm


class Seen(forms.CharField):
    """The fingerprint of what the page shows. `drawn_anew`: the page shows the newest after a refusal too."""

    def __init__(self, *, drawn_anew: bool = False) -> None:
        super().__init__(required=False, widget=forms.HiddenInput)
        self.drawn_anew = drawn_anew

    def bound_data(self, data: Any, initial: Any) -> Any:
        return initial if self.drawn_anew else data


class SeenModelForm(PortalModelForm):
    """A row as the page showed it. Stands inside a transaction, as every page of the administration that saves does.

    `held` is the row as it is now, locked, once the form is cleaned; None where the form adds one.
    """

    seen = Seen()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held: Any = None
        self.fields["seen"].initial = self.initial["seen"] = self._fingerprint(self.instance)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        self.held = lock(self.instance) if self.instance.pk else None
        if self.held and cleaned.get("seen") != self._fingerprint(self.held):
            self.add_error(None, str(ChangedSince(str(self.instance))))
        return cleaned

    def _fingerprint(self, row: Any) -> str:
        return fingerprint(model_to_dict(row, fields=self._meta.fields))
