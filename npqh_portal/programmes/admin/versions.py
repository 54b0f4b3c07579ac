"""Programme versions."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from npqh_portal.people.models import User
from npqh_portal.programmes.access import LEADS
from npqh_portal.programmes.actions import publish_version
from npqh_portal.programmes.models import AssessmentTask, ContentArea, EngagementPolicy, Item, ProgrammeVersion
from npqh_portal.programmes.queries import totals
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import Act, LookOnlyAdmin, PortalInline, site
from npqh_portal.web.words import hours


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
            roles=LEADS,
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
