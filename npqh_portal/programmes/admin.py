"""Programme versions, to look at and to publish; intakes, to edit."""

from typing import Any

from django.contrib import admin
from django.db.models import ForeignKey, Q, QuerySet
from django.http import HttpRequest

from npqh_portal.people.access import organisations_of
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role
from npqh_portal.web.admin import Act, LookOnlyAdmin, PortalInline, PortalModelAdmin, site
from npqh_portal.web.words import hours

from .actions import publish_version
from .forms import IntakeForm
from .models import AssessmentTask, ContentArea, EngagementPolicy, Intake, Item, ProgrammeVersion
from .queries import totals
from .states import VersionState

STAFF = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


class ItemInline(PortalInline):
    model = Item
    fields = readonly_fields = ("number", "title", "course", "kind", "mode", "time", "code")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Item]:
        return Item.objects.select_related("course")

    @admin.display(description="time")
    def time(self, item: Item) -> str:
        return hours(item.minutes)


class AreaInline(PortalInline):
    model = ContentArea
    fields = readonly_fields = ("number", "name")


class PolicyInline(PortalInline):
    model = EngagementPolicy
    fields = readonly_fields = (
        "number", "rule", "threshold_percent", "attended_percent", "catch_up_days", "gates_sitting",
    )  # fmt: skip


class TaskInline(PortalInline):
    model = AssessmentTask
    fields = readonly_fields = ("number", "title", "word_limit", "window_days", "attempts_most")


def _publish(by: User, version: ProgrammeVersion, cleaned: dict[str, Any]) -> str:
    publish_version(version, by=by)
    return f"{version} is published."


@admin.register(ProgrammeVersion, site=site)
class ProgrammeVersionAdmin(LookOnlyAdmin):
    changed_for_all = True
    named = {
        "published_at": "published",
        "loaded_at": "loaded",
        "fee_pence": "fee in pence",
        "framework_document_url": "framework document",
        "extension_months_most": "longest extension in months",
    }
    list_display = ("programme", "label", "state", "effective_from", "effective_to", "published_at")
    list_filter = ("state", "programme")
    list_select_related = ("programme",)
    fields = (
        "programme", "label", "state", "effective_from", "effective_to", "delivery_months", "assessment_months",
        "extension_months_most", "terms", "fee_pence", "learning", "framework_document_url", "summary",
        "loaded_at", "published_at", "digest",
    )  # fmt: skip
    inlines = (ItemInline, AreaInline, PolicyInline, TaskInline)
    acts = (
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=STAFF,
            offered=lambda version: version.state == VersionState.DRAFT,
            explains="Intakes can then be opened for it. A published version never changes: read its items first.",
            grave=True,
        ),
    )

    @admin.display(description="hours of learning")
    def learning(self, version: ProgrammeVersion) -> str:
        """Both readings of 77, 41 and 12: the hours in person within those together, and beside them."""
        sums = totals(version)
        return (
            f"{hours(sums.minutes)} in all: {hours(sums.in_person_minutes)} in person, "
            f"{hours(sums.online_minutes)} online together, {hours(sums.own_time_minutes)} in one’s own time. "
            f"Together: {hours(sums.synchronous_minutes)} with those in person, {hours(sums.online_minutes)} without."
        )


@admin.register(Intake, site=site)
class IntakeAdmin(PortalModelAdmin):
    """Who it is for is settled once: applications hang on it."""

    editors = STAFF
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
        theirs = organisations_of(request.user, *STAFF)
        return Intake.objects.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs))

    def formfield_for_foreignkey(self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "version":
            kwargs["queryset"] = ProgrammeVersion.objects.filter(state=VersionState.PUBLISHED).select_related(
                "programme"
            )
        elif db_field.related_model is Organisation:
            kwargs["queryset"] = organisations_of(request.user, *STAFF)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)
