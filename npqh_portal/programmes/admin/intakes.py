"""Intakes."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest

from npqh_portal.people.access import organisations_of
from npqh_portal.people.models import Organisation
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.forms import IntakeForm
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import PortalModelAdmin, site


@admin.register(Intake, site=site)
class IntakeAdmin(PortalModelAdmin):
    """Who it is for is settled once: applications hang on it."""

    editors = LEADS
    added_for_all = True
    form = IntakeForm
    named = {"opens_at": "opens", "closes_at": "closes", "is_paused": "paused"}
    list_display = ("name", "version", "provider", "delivery_partner", "opens_at", "closes_at", "is_paused")
    list_filter = ("is_paused", "version__programme")
    list_select_related = ("version__programme", "provider", "delivery_partner")
    search_fields = ("name",)

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
