"""The shape of an intake."""

from typing import Any

from npqh_portal.clock import london_date
from npqh_portal.programmes.models import Intake
from npqh_portal.web.words import short_day

from .seen import SeenModelForm


class IntakeForm(SeenModelForm):
    class Meta:
        model = Intake
        fields = (
            "version", "provider", "delivery_partner", "name", "opens_at", "closes_at", "is_paused", "starts_on",
            "capacity", "closed_words", "contact_name", "contact_email",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        opens_at, closes_at, starts_on = (cleaned.get(name) for name in ("opens_at", "closes_at", "starts_on"))
        if cleaned.get("capacity") == 0:
            self.add_error(
                "capacity", "An intake has at least one place. To take no applications, tick that it is paused."
            )
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "An intake closes after it opens. Choose a later moment.")
        if closes_at and starts_on and starts_on <= london_date(closes_at):
            self.add_error("starts_on", "The programme starts after applications close. Choose a later day.")
        # Settled for good when the intake was added, the version is no field of the form any more.
        version = cleaned.get("version") or (self.instance.version if self.instance.version_id else None)
        if version and starts_on and starts_on < version.effective_from:
            begins = short_day(version.effective_from)
            self.add_error(
                "starts_on", f"{version} can start on {begins} at the earliest. Choose that day or a later one."
            )
        if version and starts_on and version.effective_to and starts_on > version.effective_to:
            ends = short_day(version.effective_to)
            self.add_error("starts_on", f"{version} can start on {ends} at the latest. Choose another day or version.")
        return cleaned
