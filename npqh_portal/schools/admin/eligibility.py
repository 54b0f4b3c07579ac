"""The lists that DfE fixes for a period."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from npqh_portal.schools.models import EligibilityList
from npqh_portal.web.admin import LookOnlyAdmin, site


@admin.register(EligibilityList, site=site)
class EligibilityListAdmin(LookOnlyAdmin):
    list_display = ("kind", "from_on", "to_on", "schools", "source")
    list_filter = ("kind",)
    list_select_related = ("source",)
    fields = readonly_fields = ("kind", "from_on", "to_on", "schools", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[EligibilityList]:
        return EligibilityList.objects.annotate(many=Count("entries")).select_related("source")

    @admin.display(description="entries", ordering="many")
    def schools(self, listed: Any) -> str:
        return f"{listed.many:,}"
