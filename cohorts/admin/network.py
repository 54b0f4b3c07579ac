"""Whom peers find, and which schools people have visited. Nothing here is taken away as a file in bulk."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from cohorts.access import LEADS, directory_overseen_by, visits_overseen_by
from cohorts.actions.network import leave_directory
from cohorts.models import DirectoryEntry, Enrolment, SchoolVisit
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.schools.models import School
from npqh_portal.web.admin import Act, Link, LookOnlyAdmin, site
from npqh_portal.web.trail import LEFT_OUT, Told, days, row, say
from npqh_portal.web.words import table_day

from .path import ReasonForm

say(
    {
        "directory.joined": "Joined the directory",
        "directory.changed": "Changed what the directory shows",
        "directory.left": "Left the directory",
    },
    {"shows_school": Told("School shown"), "shows_email": Told("Email shown"), "letters": LEFT_OUT, "person": LEFT_OUT},
)
say(
    {
        "school-visit.logged": "School visit written down",
        "school-visit.changed": "School visit changed",
        "school-visit.removed": "School visit removed",
    },
    {"enrolment": LEFT_OUT, "visited_on": Told("Day", days), "school": row("School", School)},
)


def _take_out(by: User, entry: DirectoryEntry, cleaned: dict[str, Any]) -> str:
    leave_directory(entry.person, reason=cleaned["reason"], by=by)
    return "Taken out of the directory. What they wrote there is deleted; they can join again."


class ConsentFilter(admin.SimpleListFilter):
    title = "consent"
    parameter_name = "consent"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Stands"), ("over", "Taken back")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[DirectoryEntry]) -> QuerySet[DirectoryEntry]:
        return queryset.filter(left_at__isnull=self.value() == "now") if self.value() in {"now", "over"} else queryset


@admin.register(DirectoryEntry, site=site)
class DirectoryEntryAdmin(LookOnlyAdmin):
    named = {"consented_at": "agreed", "left_at": "left", "shows_school": "school shown", "shows_email": "email shown"}
    list_display = ("person", "agreed", "shows_school", "shows_email", "gone")
    list_filter = (ConsentFilter,)
    list_select_related = ("person",)
    search_fields = ("person__full_name", "person__email")
    search_help_text = "Name or email."
    fields = ("person", "consented_at", "left_at", "shows_school", "shows_email", "about")
    readonly_fields = fields
    acts = (
        Act(
            "take_out",
            "Take out of the directory",
            run=_take_out,
            form=ReasonForm,
            roles=LEADS,
            offered=lambda entry: entry.left_at is None,
            grave=True,
            explains="What they wrote there is deleted and cannot be brought back. They can join again.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[DirectoryEntry]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return directory_overseen_by(request.user).select_related("person").order_by("person__full_name", "pk")

    @admin.display(description="agreed", ordering="consented_at")
    def agreed(self, entry: DirectoryEntry) -> str:
        return table_day(entry.consented_at)

    @admin.display(description="left", ordering="left_at")
    def gone(self, entry: DirectoryEntry) -> str | None:
        return table_day(entry.left_at) if entry.left_at else None


@admin.register(SchoolVisit, site=site)
class SchoolVisitAdmin(LookOnlyAdmin):
    named = {"visited_on": "day", "school_name": "school", "logged_at": "written down"}
    list_display = ("school_name", "participant", "visited", "host")
    list_filter = (
        ("enrolment__version__programme", admin.RelatedOnlyFieldListFilter),
        ("enrolment__memberships__cohort", admin.RelatedOnlyFieldListFilter),
    )
    date_hierarchy = "visited_on"
    search_fields = ("school_name", "school__urn", "enrolment__person__full_name", "enrolment__person__email")
    search_help_text = "School, URN, or name or email of who was there."
    fields = ("enrolment", "visited_on", "school_name", "school", "host", "purpose", "learnt", "logged_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[SchoolVisit]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        visits = visits_overseen_by(request.user)
        return visits.select_related("enrolment__person", "enrolment__version__programme", "school").order_by(
            "-visited_on", "-pk"
        )

    @admin.display(description="who was there", ordering="enrolment__person__full_name")
    def participant(self, visit: SchoolVisit) -> str:
        return str(visit.enrolment.person)

    @admin.display(description="day", ordering="visited_on")
    def visited(self, visit: SchoolVisit) -> str:
        return table_day(visit.visited_on)


@site.linked_from(Enrolment)
def beside_the_course(user: User, enrolment: Enrolment) -> Iterator[Link]:
    """Visits, and what the tasks ask for, on the page that their facilitator reads too."""
    if not has_role(user, *LEADS) or enrolment.is_taken_over:
        return
    count = enrolment.school_visits.count()
    visits = f"{count} school visit{'' if count == 1 else 's'}"
    yield Link(f"Beside the course: {visits}", reverse("cohorts:beside_lead", args=[enrolment.public_id]))
