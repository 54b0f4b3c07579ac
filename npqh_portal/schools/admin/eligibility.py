"""The lists that DfE fixes for a period."""

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html

from npqh_portal.schools.models import EligibilityList
from npqh_portal.schools.queries import schools_on
from npqh_portal.schools.rules.eligibility import identifier_of
from npqh_portal.web.admin import LookOnlyAdmin, RowPage, site
from npqh_portal.web.downloads import csv_download, csv_text

# As many as anybody reads on a page; all stand in the file to download.
SHOWN = 50


def _entries(request: HttpRequest, listed: EligibilityList) -> HttpResponse:
    """What stands on the list, each with the school known here."""
    return csv_download(csv_text([(identifier_of(listed.kind), "School"), *schools_on(listed)]), "list.csv", taken=None)


@admin.register(EligibilityList, site=site)
class EligibilityListAdmin(LookOnlyAdmin):
    list_display = ("kind", "from_on", "to_on", "schools", "source")
    list_filter = ("kind",)
    list_select_related = ("source",)
    fields = readonly_fields = ("kind", "from_on", "to_on", "schools", "imported_from", "unknown")
    hints_to_read = frozenset({"to_on"})
    row_pages = (RowPage("entries", "Everything on the list (CSV)", view=_entries),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[EligibilityList]:
        return EligibilityList.objects.annotate(many=Count("entries")).select_related("source")

    @admin.display(description="last imported from")
    def imported_from(self, listed: EligibilityList) -> str:
        page = reverse("admin:schools_schoolimport_change", args=[listed.source_id])
        return format_html('<a href="{}">{}</a>', page, listed.source)

    @admin.display(description="of no school known here")
    def unknown(self, listed: EligibilityList) -> str:
        found = [identifier for identifier, name in schools_on(listed) if not name]
        rest = len(found) - SHOWN
        return ", ".join(found[:SHOWN]) + (f" and {rest:,} more" if rest > 0 else "") or "None"

    @admin.display(description="entries", ordering="many")
    def schools(self, listed: Any) -> str:
        return f"{listed.many:,}"
