"""Intakes."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest

from npqh_portal import clock
from npqh_portal.people.access import organisations_of
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.forms.intakes import IntakeForm
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import PortalModelAdmin, site


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
    named = {"opens_at": "opens", "closes_at": "closes", "is_paused": "paused", "starts_on": "starts"}
    list_display = ("name", "version", "delivery_partner", "stands", "opens_at", "closes_at", "starts_on")
    list_filter = (StateFilter, "version__programme")
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

    def get_readonly_fields(self, request: HttpRequest, obj: Intake | None = None) -> tuple[str, ...]:
        return ("version", "provider", "delivery_partner") if obj else ()

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
