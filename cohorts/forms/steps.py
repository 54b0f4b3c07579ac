"""Forms that ask one thing first, so that of everything else only what goes with it is offered."""

from typing import Any, ClassVar

from django import forms
from django.db.models import Model

from npqh_portal.web.admin import ActForm


class SteppedForm(ActForm):
    """`first` names the field of rows that is asked alone. Chosen, it stands above the rest, which `fill` narrows.

    Another row chosen later shows the rest anew, for that one: nothing is refused that nobody has seen.
    """

    first: ClassVar[str]
    go_on: ClassVar[str] = "Go on"

    asked_for = forms.CharField(required=False, widget=forms.HiddenInput)
    chosen: Any = None
    _is_new = False
    _is_sent = False

    @property
    def is_bound(self) -> bool:
        return self._is_sent and not self._is_new

    @is_bound.setter
    def is_bound(self, value: bool) -> None:
        self._is_sent = value

    def fill(self, chosen: Any) -> None:
        """Narrow the other fields to what goes with the row chosen."""

    def prepare(self) -> None:
        super().prepare()
        self.fill_first()
        self.chosen = self._chosen()
        if self.chosen is None:
            for name in [name for name in self.fields if name != self.first]:
                del self.fields[name]
            return
        self.initial = {**self.initial, self.first: self.chosen.pk, "asked_for": self.chosen.pk}
        self._is_new = self.data.get("asked_for") != str(self.chosen.pk)
        self.fill(self.chosen)

    def fill_first(self) -> None:
        """Narrow the first field to what this person may choose."""

    def _chosen(self) -> Model | None:
        try:
            row: Model | None = self.fields[self.first].clean(self.data.get(self.first))
        except forms.ValidationError:
            return None
        return row
