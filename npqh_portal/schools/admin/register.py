"""Schools, as the national register has them: looked at, never edited."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html, format_html_join

from npqh_portal import clock
from npqh_portal.people.access import people_visible_to
from npqh_portal.schools.kinds import ListKind
from npqh_portal.schools.models import Affiliation, School, SchoolChange, SchoolLink, SchoolQuerySet
from npqh_portal.schools.queries import in_words, lists_of
from npqh_portal.web.admin import LookOnlyAdmin, PortalInline, site
from npqh_portal.web.words import short_day, table_day


class ListedNow(admin.SimpleListFilter):
    title = "list, as of today"
    parameter_name = "listed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return list(ListKind.choices)

    def queryset(self, request: HttpRequest, queryset: Any) -> SchoolQuerySet:
        asked = self.value()
        found: SchoolQuerySet = queryset
        return found.listed(ListKind(asked), clock.today()) if asked in ListKind.values else found


class ChangeInline(PortalInline):
    model = SchoolChange
    verbose_name_plural = "What imports changed"
    fields = readonly_fields = ("on", "what_changed")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolChange]:
        return SchoolChange.objects.select_related("source")

    @admin.display(description="on")
    def on(self, change: SchoolChange) -> str:
        page = reverse("admin:schools_schoolimport_change", args=[change.source_id])
        return format_html('<a href="{}">{}</a>', page, table_day(change.source.at))

    @admin.display(description="what")
    def what_changed(self, change: SchoolChange) -> str:
        return format_html_join("", "<div>{}: {} → {}</div>", in_words(change.what))


class PredecessorInline(PortalInline):
    model = SchoolLink
    fk_name = "successor"
    verbose_name_plural = "Came before"
    fields = readonly_fields = ("school", "kind", "established_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolLink]:
        return SchoolLink.objects.select_related("predecessor")

    @admin.display(description="school")
    def school(self, link: SchoolLink) -> str:
        return _page_of(link.predecessor)


class SuccessorInline(PortalInline):
    model = SchoolLink
    fk_name = "predecessor"
    verbose_name_plural = "Came after"
    fields = readonly_fields = ("school", "kind", "established_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolLink]:
        return SchoolLink.objects.select_related("successor")

    @admin.display(description="school")
    def school(self, link: SchoolLink) -> str:
        return _page_of(link.successor)


class AffiliationInline(PortalInline):
    """Those whom the reader may see anyway: a delivery partner's lead finds their own people only."""

    model = Affiliation
    verbose_name_plural = "People who work or worked here"
    fields = readonly_fields = ("person", "role", "from_on", "to_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Affiliation]:
        return Affiliation.objects.filter(person__in=people_visible_to(request.user)).select_related("person")


def _page_of(school: School) -> str:
    page = reverse("admin:schools_school_change", args=[school.pk])
    return format_html('<a href="{}">{}</a> (URN {})', page, school.name, school.urn)


@admin.register(School, site=site)
class SchoolAdmin(LookOnlyAdmin):
    list_display = ("called", "urn", "town", "la_name", "phase", "status")
    list_filter = ("status", ListedNow, "phase", "region", "type_name", "la_name")
    search_fields = ("name",)  # what is looked at, `matching` says
    search_help_text = "Words of the name, address, authority or region, a postcode or a URN; beginnings will do"
    inlines = (PredecessorInline, SuccessorInline, ChangeInline, AffiliationInline)
    fieldsets = (
        (None, {"fields": ("urn", "name", "status", "open_on", "close_on", "ukprn", "establishment_number")}),
        ("Where", {"fields": ("where", "la_name", "la_code", "region", "easting", "northing")}),
        ("What kind", {"fields": ("type_name", "type_code", "phase", "phase_code", "pupils", "lists")}),
        ("In the register", {"fields": ("changed_on", "added_at")}),
    )

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[SchoolQuerySet, bool]:
        if not search_term.strip():
            return queryset, False
        found = queryset.matching(search_term)
        return found if "o" in request.GET else found.best_first(search_term), False

    @admin.display(description="name", ordering="sort_key")
    def called(self, school: School) -> str:
        return school.name

    @admin.display(description="address")
    def where(self, school: School) -> str:
        return format_html_join("", "<div>{}</div>", ((line,) for line in school.address))

    @admin.display(description="lists it stands on")
    def lists(self, school: School) -> str:
        return format_html_join(
            "", "<div>{}, from {} {}</div>",
            (
                (one, short_day(one.from_on), f"to {short_day(one.to_on)}" if one.to_on else "until the next list")
                for one in lists_of(school)
            ),
        ) or "–"  # fmt: skip
