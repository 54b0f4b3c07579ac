"""Programmes, and when a source of funding was suspended."""

from django.contrib import admin
from django.db.models import Count, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.forms.suspensions import SuspensionForm
from npqh_portal.programmes.models import FundingSuspension, Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import LookOnlyAdmin, PortalInline, PortalModelAdmin, site


class VersionInline(PortalInline):
    model = ProgrammeVersion
    fields = readonly_fields = ("opens", "state", "effective_from", "effective_to", "published_at")

    @admin.display(description="version")
    def opens(self, version: ProgrammeVersion) -> str:
        address = reverse("admin:programmes_programmeversion_change", args=[version.pk])
        return format_html('<a href="{}">{}</a>', address, version.label)


class SuspensionInline(PortalInline):
    model = FundingSuspension
    fields = readonly_fields = ("opens", "from_on", "to_on", "words")

    @admin.display(description="source")
    def opens(self, suspension: FundingSuspension) -> str:
        address = reverse("admin:programmes_fundingsuspension_change", args=[suspension.pk])
        return format_html('<a href="{}">{}</a>', address, suspension.get_source_display())


@admin.register(Programme, site=site)
class ProgrammeAdmin(LookOnlyAdmin):
    """Made by loading a framework file; what is said of it are its page texts."""

    list_display = ("name", "code", "framework", "versions", "current")
    list_filter = ("framework",)
    search_fields = ("name", "code")
    search_help_text = "Name or code"
    fields = ("name", "award", "framework", "code", "texts")
    inlines = (VersionInline, SuspensionInline)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Programme]:
        published = ProgrammeVersion.objects.filter(programme=OuterRef("pk"), state=VersionState.PUBLISHED)
        newest = published.order_by("-effective_from", "-pk").values("label")[:1]
        return Programme.objects.annotate(version_count=Count("versions"), newest=Subquery(newest))

    @admin.display(description="versions", ordering="version_count")
    def versions(self, programme: Programme) -> str:
        address = reverse("admin:programmes_programmeversion_changelist")
        count: int = programme.version_count  # type: ignore[attr-defined]  # annotated above
        return format_html('<a href="{}?programme__id__exact={}">{}</a>', address, programme.pk, count)

    @admin.display(description="current version", ordering="newest")
    def current(self, programme: Programme) -> str:
        return programme.newest or "None published"  # type: ignore[attr-defined]  # annotated above

    @admin.display(description="page texts")
    def texts(self, programme: Programme) -> str:
        address = reverse("admin:programmes_pagetext_changelist")
        return format_html('<a href="{}?programme__id__exact={}">What its public page says</a>', address, programme.pk)


@admin.register(FundingSuspension, site=site)
class FundingSuspensionAdmin(PortalModelAdmin):
    """DfE suspends when it likes, so this is not part of any version."""

    editors = LEADS
    changed_for_all = True
    form = SuspensionForm
    list_display = ("source", "programme", "from_on", "to_on")
    list_filter = ("source", "programme")
    list_select_related = ("programme",)
    search_fields = ("programme__name", "words")
    search_help_text = "Programme, or what the public page says"
