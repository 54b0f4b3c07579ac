"""The shape of a suspension of funding."""

from typing import Any

from django import forms
from django.db.models import Q

from npqh_portal.programmes.kinds import FundingSource
from npqh_portal.programmes.models import FundingSuspension
from npqh_portal.web.words import short_day

from .seen import SeenModelForm


class SuspensionForm(SeenModelForm):
    source = forms.ChoiceField(choices=[("", "Choose one"), *FundingSource.choices])

    class Meta:
        model = FundingSuspension
        fields = ("programme", "source", "from_on", "to_on", "words")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        from_on, to_on = cleaned.get("from_on"), cleaned.get("to_on")
        if from_on and to_on and to_on < from_on:
            self.add_error("to_on", "The last day must not be before the first. Choose a later day, or leave it empty.")
        elif from_on and (other := self._overlapping()):
            until = f" until {short_day(other.to_on)}" if other.to_on else ", until further notice"
            self.add_error(
                "from_on", f"It is suspended from {short_day(other.from_on)}{until} already. Change that one."
            )
        return cleaned

    def _overlapping(self) -> FundingSuspension | None:
        """Another suspension of the same source on any of these days, first and last counted."""
        same = {name: self.cleaned_data.get(name) for name in ("programme", "source")}
        others = FundingSuspension.objects.exclude(pk=self.instance.pk).filter(
            Q(to_on=None) | Q(to_on__gte=self.cleaned_data["from_on"]), **same
        )
        to_on = self.cleaned_data.get("to_on")
        return (others.filter(from_on__lte=to_on) if to_on else others).first()
