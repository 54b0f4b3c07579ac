"""Schools that applicants did not find: a task for staff, each."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Min, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html

from applications.access import DECIDERS, schools_to_find
from applications.actions import settle_school
from applications.forms.fields import PlainText
from applications.models import MissingSchool
from applications.states import LIVE
from npqh_portal.clock import london_date
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, Waiting, site
from npqh_portal.web.fields import Radios
from npqh_portal.web.words import table_day

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


class SettleForm(ActForm):
    found = forms.ChoiceField(
        label="Did you find it?",
        choices=[("yes", "Yes: it is this school"), ("no", "No: there is none that we can take")],
        widget=Radios(),
        error_messages={"required": "Choose whether you found it"},
    )
    urn = forms.CharField(
        label="The school’s URN",
        help_text="Of an open school in the register.",
        required=False,
        max_length=7,
        widget=forms.TextInput(attrs={"class": "govuk-input--width-10", "inputmode": "numeric"}),
    )
    words = PlainText(
        label="What to tell the applicant",
        help_text="It stands in our letter, as you write it. Needed when you found none.",
        required=False,
        max_length=1000,
        lines=True,
        rows=4,
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("found") == "yes":
            with_urn = School.objects.selectable().filter(urn=cleaned.get("urn", "").strip())
            cleaned["school"] = with_urn.first()
            if cleaned["school"] is None:
                self.add_error("urn", ValidationError("Enter the URN of an open school in England"))
        elif cleaned.get("found") == "no":
            cleaned["school"] = None
            if not cleaned.get("words"):
                self.add_error("words", ValidationError("Say what the applicant should do now"))
        return cleaned


def _settle(by: User, task: MissingSchool, cleaned: dict[str, Any]) -> str:
    settle_school(task, school=cleaned["school"], words=cleaned["words"], by=by)
    if cleaned["school"]:
        return f"{cleaned['school']} now stands on the application. The applicant is told."
    return "Settled without a school. The applicant is told."


class OpenFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = "settled"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "To find"), ("yes", "Settled")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[MissingSchool]) -> QuerySet[MissingSchool]:
        if self.value() == "no":
            return queryset.filter(settled_at=None, application__state__in=LIVE)
        return queryset.exclude(settled_at=None) if self.value() == "yes" else queryset


@admin.register(MissingSchool, site=site)
class MissingSchoolAdmin(LookOnlyAdmin):
    """What applicants said of a school that they did not find."""

    viewers = LEADS
    named = {"asked_at": "asked", "settled_at": "settled"}
    list_display = ("name", "town", "postcode", "applicant", "intake", "asked", "stands")
    list_filter = (OpenFilter,)
    search_fields = ("name", "town", "postcode", "application__person__full_name", "application__person__email")
    search_help_text = "School, town, postcode, or the applicant’s name or email"
    ordering = ("asked_at", "pk")
    fields = ("name", "town", "postcode", "look_for_it", "applicant", "intake", "asked_at", "stands", "settled_by")
    acts = (
        Act(
            "settle",
            "Settle",
            run=_settle,
            form=SettleForm,
            roles=DECIDERS,
            offered=lambda task: task.settled_at is None,
            explains="The school you name stands on the application from then on, and the applicant is told by email.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[MissingSchool]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return schools_to_find(request.user, *LEADS).select_related(
            "application__person", "application__intake", "school", "settled_by"
        )

    def reached_by(self, user: User, roles: tuple[Role, ...]) -> QuerySet[MissingSchool]:
        return schools_to_find(user, *roles)

    @admin.display(description="applicant", ordering="application__person__full_name")
    def applicant(self, task: MissingSchool) -> str:
        return str(task.application.person)

    @admin.display(description="intake")
    def intake(self, task: MissingSchool) -> str:
        return str(task.application.intake)

    @admin.display(description="asked", ordering="asked_at")
    def asked(self, task: MissingSchool) -> str:
        return table_day(task.asked_at)

    @admin.display(description="state")
    def stands(self, task: MissingSchool) -> str:
        if task.settled_at is None:
            return "To find"
        return f"Found: {task.school} ({task.school.urn})" if task.school else "There is none that we can take"

    @admin.display(description="look for it")
    def look_for_it(self, task: MissingSchool) -> str:
        address = reverse("admin:schools_school_changelist", query={"q": f"{task.name} {task.town}".strip()})
        return format_html('<a href="{}">Search the register for {}</a>', address, task.name)


@site.work_waiting
def schools_not_listed(user: User) -> Iterator[Waiting]:
    if not has_role(user, *DECIDERS):
        return
    waiting = schools_to_find(user, *DECIDERS).filter(settled_at=None, application__state__in=LIVE)
    found = waiting.aggregate(count=Count("pk"), since=Min("asked_at"))
    yield Waiting(
        "Schools to find",
        count=found["count"],
        address=f"{reverse('admin:applications_missingschool_changelist')}?settled=no",
        since=london_date(found["since"]) if found["since"] else None,
        words=f"The oldest was asked for on {table_day(found['since'])}."
        if found["since"]
        else "Every applicant found their school.",
    )
