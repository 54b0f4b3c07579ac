"""The shape of an intake."""

from typing import Any

from npqh_portal.clock import london_date
from npqh_portal.web.forms import PortalModelForm

from .models import Intake


class IntakeForm(PortalModelForm):
    class Meta:
        model = Intake
        fields = (
            "version", "provider", "delivery_partner", "name", "opens_at", "closes_at", "is_paused", "starts_on",
            "capacity", "closed_words", "contact_name", "contact_email",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at, starts_on = (cleaned.get(name) for name in ("opens_at", "closes_at", "starts_on"))
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "An intake closes after it opens. Choose a later moment.")
        if closes_at and starts_on and starts_on <= london_date(closes_at):
            self.add_error("starts_on", "The programme starts after applications close. Choose a later day.")
        return cleaned
