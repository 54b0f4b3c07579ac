"""The shape of an intake."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django import forms

from npqh_portal.clock import london_date
from npqh_portal.programmes.kinds import StartTerm
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.programmes.rules.intakes import faults_of_limits, faults_of_places
from npqh_portal.web.fields import ReachableEmail
from npqh_portal.web.words import short_day

from .seen import SeenModelForm


class IntakeForm(SeenModelForm):
    start_term = forms.ChoiceField(choices=[("", "Choose one"), *StartTerm.choices], required=False)
    cohort_funding = forms.ChoiceField(
        label="Funding",
        choices=CohortFunding.choices(),
        initial=CohortFunding.CAPPED.value,
        help_text="What DfE pays for.",
    )

    class Meta:
        model = Intake
        fields = (
            "version", "provider", "delivery_partner", "name", "opens_at", "closes_at", "grace_minutes", "is_paused",
            "closed_words", "starts_on", "start_term", "capacity", "cohort_funding", "funded_capacity", "offer_days",
            "contact_name", "contact_email",
        )  # fmt: skip
        field_classes = {"contact_email": ReachableEmail}
        widgets = {"closed_words": forms.Textarea(attrs={"rows": 3, "class": "vLargeTextField"})}
        error_messages = {
            "name": {"required": "Enter a name, like February 2027"},
            "opens_at": {"required": "Enter the day and the time at which applications open"},
            "closes_at": {"required": "Enter the day and the time at which applications close"},
            "starts_on": {
                "required": "Enter the first day of the programme",
                "invalid": "Enter a day that there is, like 28/03/2027",
            },
            "capacity": {"required": "Enter how many places there are"},
            "grace_minutes": {"required": "Enter how many minutes, or 0 for none"},
            "offer_days": {"required": "Enter for how many days an offer is held"},
        }
        help_texts = {"closed_words": "Shown while closed or paused: when it re-opens, and for which start."}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.held:
            # A trigger counts these; all columns are saved, and an application may have been decided meanwhile.
            self.instance.places_taken = self.held.places_taken
            self.instance.funded_places_taken = self.held.funded_places_taken
        self._check_name(cleaned)
        self._check_times(cleaned)
        self._check_start(cleaned.get("version"), cleaned.get("starts_on"))
        self._check_places(cleaned)
        return cleaned

    def _check_name(self, cleaned: Mapping[str, Any]) -> None:
        # Django looks for another of the name only where version and provider are fields of the form too.
        version = cleaned.get("version") or (self.instance.version_id and self.instance.version)
        provider = cleaned.get("provider") or (self.instance.provider_id and self.instance.provider)
        if not (version and provider and cleaned.get("name")):
            return
        others = Intake.objects.filter(version=version, provider=provider, name=cleaned["name"])
        if others.exclude(pk=self.instance.pk).exists() and "name" not in self.errors:
            self.add_error("name", "There is an intake of this name already. Choose another name.")

    def _check_times(self, cleaned: Mapping[str, Any]) -> None:
        opens_at, closes_at, starts_on = (cleaned.get(name) for name in ("opens_at", "closes_at", "starts_on"))
        if opens_at and closes_at and closes_at <= opens_at:
            self.add_error("closes_at", "An intake closes after it opens. Choose a later moment.")
        if closes_at and starts_on and starts_on <= london_date(closes_at):
            self.add_error("starts_on", "The programme starts after applications close. Choose a later day.")

    def _check_start(self, version: Any, starts_on: date | None) -> None:
        # Settled for good when the intake was added, the version is no field of the form any more.
        version = version or (self.instance.version if self.instance.version_id else None)
        if version and starts_on and starts_on < version.effective_from:
            begins = short_day(version.effective_from)
            self.add_error(
                "starts_on", f"{version} can start on {begins} at the earliest. Choose that day or a later one."
            )
        if version and starts_on and version.effective_to and starts_on > version.effective_to:
            ends = short_day(version.effective_to)
            self.add_error("starts_on", f"{version} can start on {ends} at the latest. Choose another day or version.")

    def _check_places(self, cleaned: Mapping[str, Any]) -> None:
        """Only of figures that can be read; of the others the form has said so."""
        faults: list[tuple[str, str]] = []
        if cleaned.get("capacity") is not None and {"cohort_funding", "funded_capacity"} <= cleaned.keys():
            faults += faults_of_places(
                capacity=cleaned["capacity"],
                places_taken=self.instance.places_taken,
                cohort_funding=cleaned["cohort_funding"],
                funded_capacity=cleaned["funded_capacity"],
                funded_places_taken=self.instance.funded_places_taken,
            )
        if {"grace_minutes", "offer_days"} <= cleaned.keys():
            faults += faults_of_limits(grace_minutes=cleaned["grace_minutes"], offer_days=cleaned["offer_days"])
        for column, words in faults:
            self.add_error(column, words)
