"""Intakes."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import DateTimeField, ForeignKey, Q, QuerySet
from django.forms.models import model_to_dict
from django.http import HttpRequest
from django.urls import reverse

from npqh_portal import clock
from npqh_portal.people.access import organisations_of, reaches_all
from npqh_portal.people.models import Organisation, User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.forms.intakes import IntakeForm
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.rules.funding import CohortFunding
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import Link, PortalModelAdmin, site
from npqh_portal.web.fields import LondonMoment

# What a new intake takes over from another: everything but its name and its dates.
COPIED = (
    "version", "provider", "delivery_partner", "grace_minutes", "closed_words", "capacity", "cohort_funding",
    "funded_capacity", "offer_days", "contact_name", "contact_email",
)  # fmt: skip


class StateFilter(admin.SimpleListFilter):
    """Where an intake stands now; a pause counts only until it closes."""

    title = "state"
    parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Open"), ("to-come", "To come"), ("paused", "Paused"), ("closed", "Closed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Intake]) -> QuerySet[Intake]:
        now = clock.now()
        states = {
            "open": Q(is_paused=False, opens_at__lte=now, closes_at__gt=now),
            "to-come": Q(is_paused=False, opens_at__gt=now),
            "paused": Q(is_paused=True, closes_at__gt=now),
            "closed": Q(closes_at__lte=now),
        }
        return queryset.filter(states.get(self.value() or "", Q()))


@admin.register(Intake, site=site)
class IntakeAdmin(PortalModelAdmin):
    """Who it is for is settled once: applications hang on it."""

    editors = LEADS
    added_for_all = True
    form = IntakeForm
    formfield_overrides = {DateTimeField: {"form_class": LondonMoment}}  # Django's name
    named = {
        "opens_at": "opens",
        "closes_at": "closes",
        "grace_minutes": "grace after closing, in minutes",
        "is_paused": "paused",
        "closed_words": "words while closed or paused",
        "starts_on": "starts",
        "capacity": "places",
        "cohort_funding": "funding",
        "funded_capacity": "funded places",
        "offer_days": "days an offer is held",
        "contact_email": "contact’s email",
    }
    list_display = (
        "name",
        "version",
        "delivery_partner",
        "stands",
        "opens_at",
        "closes_at",
        "starts_on",
        "taken",
        "funded",
    )
    list_filter = (StateFilter, "start_term", "cohort_funding", "version__programme")
    fieldsets = (
        (None, {"fields": ("version", "provider", "delivery_partner", "name")}),
        ("Applications", {"fields": ("opens_at", "closes_at", "grace_minutes", "is_paused", "closed_words")}),
        ("Programme", {"fields": ("starts_on", "start_term")}),
        ("Places", {"fields": ("capacity", "cohort_funding", "funded_capacity", "offer_days")}),
        ("Whom to ask", {"fields": ("contact_name", "contact_email", "seen")}),
    )
    list_select_related = ("version__programme", "provider", "delivery_partner")
    search_fields = ("name", "version__label", "version__programme__name", "delivery_partner__name")
    search_help_text = "Name, programme, label of a version, or delivery partner"

    @admin.display(description="state")
    def stands(self, intake: Intake) -> str:
        now = clock.now()
        if intake.closes_at <= now:
            return "Closed"
        if intake.is_paused:
            return "Paused"
        return "Open" if intake.opens_at <= now else "To come"

    @admin.display(description="places taken", ordering="places_taken")
    def taken(self, intake: Intake) -> str:
        return f"{intake.places_taken} of {intake.capacity}"

    @admin.display(description="of them funded", ordering="funded_places_taken")
    def funded(self, intake: Intake) -> str:
        if intake.cohort_funding != CohortFunding.CAPPED:
            return "None" if intake.cohort_funding == CohortFunding.ZERO else "All eligible"
        most = "" if intake.funded_capacity is None else f" of {intake.funded_capacity}"
        return f"{intake.funded_places_taken}{most}"

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """With `?copy=7` what the intake of that number says; one that they do not see is not there."""
        number = request.GET.get("copy", "")
        copied = self.get_queryset(request).filter(pk=number).first() if number.isdecimal() else None
        return model_to_dict(copied, fields=COPIED) if copied else super().get_changeform_initial_data(request)

    def get_fieldsets(self, request: HttpRequest, obj: Intake | None = None) -> Any:
        shown = super().get_fieldsets(request, obj)
        return [*shown, ("Taken", {"fields": ("taken", "funded")})] if obj else shown

    def get_readonly_fields(self, request: HttpRequest, obj: Intake | None = None) -> tuple[str, ...]:
        return ("version", "provider", "delivery_partner", "taken", "funded") if obj else ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Intake]:
        theirs = organisations_of(request.user, *LEADS)
        return Intake.objects.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs))

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "version":
            kwargs["queryset"] = ProgrammeVersion.objects.filter(state=VersionState.PUBLISHED).select_related(
                "programme"
            )
        elif db_field.related_model is Organisation:
            kwargs["queryset"] = organisations_of(request.user, *LEADS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@site.linked_from(Intake)
def to_copy(user: User, intake: Intake) -> Iterator[Link]:
    if reaches_all(user, *LEADS):
        yield Link("Copy to a new intake", f"{reverse('admin:programmes_intake_add')}?copy={intake.pk}")
