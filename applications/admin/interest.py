"""The register of interest: who waits for applications to open, who was told, and who then applied."""

from collections.abc import Iterator
from typing import Any

from django.contrib import admin
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from applications.actions import leave_register
from applications.models import Interest
from npqh_portal.people.access import reaches_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.web.admin import Act, Link, ListPage, LookOnlyAdmin, site
from npqh_portal.web.downloads import Taken, csv_download, csv_text
from npqh_portal.web.words import table_day

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
COLUMNS = ("Name", "Email", "School", "Programme", "Consented on", "Stands", "Told on", "Told of", "Application")


class StandingFilter(admin.SimpleListFilter):
    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waits", "Waits"), ("told", "Told"), ("applied", "Began an application"), ("left", "Taken off")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Interest]) -> QuerySet[Interest]:
        standings = {
            "waits": Q(left_at=None, told_at=None),
            "told": Q(told_at__isnull=False, application=None),
            "applied": Q(application__isnull=False),
            "left": Q(left_at__isnull=False),
        }
        return queryset.filter(standings.get(self.value() or "", Q()))


def _export(request: HttpRequest, interests: QuerySet[Any]) -> HttpResponse:
    assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
    rows = [
        (
            one.full_name,
            one.email,
            one.school_name,
            one.programme.name,
            table_day(one.consented_at),
            one.standing,
            table_day(one.told_at) if one.told_at else "",
            one.told_of or "",
            one.application.reference or "" if one.application else "",
        )
        for one in interests
    ]
    taken = Taken("interests.exported", len(rows), request.user, chosen=request.GET.urlencode())
    return csv_download(csv_text([COLUMNS, *rows]), "register-of-interest.csv", taken=taken)


def _take_off(by: User, interest: Interest, cleaned: dict[str, Any]) -> str:
    leave_register(interest, by=by)
    return "Taken off the register."


@admin.register(Interest, site=site)
class InterestAdmin(LookOnlyAdmin):
    """The provider's own: people wait for a programme, with whichever partner it then is."""

    changed_for_all = True
    named = {"full_name": "name", "school_name": "school", "consent_words": "consent", "told_of": "told of"}
    list_display = ("full_name", "email", "school_name", "programme", "since", "stands", "told")
    list_filter = (StandingFilter, "programme", ("told_of", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("programme", "told_of", "application")
    search_fields = ("full_name", "email", "school_name")
    search_help_text = "Name, email or school"
    fields = readonly_fields = (
        "full_name", "email", "school_name", "programme", "stands", "consent_words", "consented_at", "left_at",
        "told_at", "told_of", "application", "forgotten_at",
    )  # fmt: skip
    list_pages = (ListPage("export", "These as a file (CSV)", view=_export),)
    acts = (
        Act(
            "take_off",
            "Take off the register",
            run=_take_off,
            roles=LEADS,
            offered=lambda interest: interest.is_waiting,
            explains="For somebody who asked us to. We do not tell them when applications open.",
            grave=True,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Interest]:
        every = Interest.objects.select_related(*self.list_select_related)
        return every if reaches_all(request.user, *LEADS) else every.none()

    @admin.display(description="since", ordering="consented_at")
    def since(self, interest: Interest) -> str:
        return table_day(interest.consented_at)

    @admin.display(description="stands")
    def stands(self, interest: Interest) -> str:
        return interest.standing

    @admin.display(description="told", ordering="told_at")
    def told(self, interest: Interest) -> str:
        return table_day(interest.told_at) if interest.told_at else ""


@site.linked_from(Intake)
def on_the_register(user: User, intake: Intake) -> Iterator[Link]:
    """How many were told of the intake; and how many still wait for one of its programme."""
    if not reaches_all(user, *LEADS):
        return
    programme, table = intake.version.programme_id, reverse("admin:applications_interest_changelist")
    waiting = Interest.objects.waiting().filter(programme=programme).count()
    told = intake.told.count()
    if waiting:
        yield Link(f"{_people(waiting)} on the register", f"{table}?standing=waits&programme__id__exact={programme}")
    if told:
        yield Link(f"{_people(told)} told of it", f"{table}?told_of__id__exact={intake.pk}")


def _people(count: int) -> str:
    return "1 person" if count == 1 else f"{count:,} people"
