"""Cohorts, groups, and the dates of assessment."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest

from cohorts.access import LEADS, cohorts_visible_to
from cohorts.actions import assign_facilitator, move_cohort, publish_cohort, set_assessment_window
from cohorts.models import AssessmentWindow, Cohort, Facilitation, Group
from cohorts.states import COHORT_MOVES, CohortState
from npqh_portal import clock
from npqh_portal.people.access import organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, PortalModelAdmin, site
from npqh_portal.web.fields import DateParts, Radios


class PersonChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """Whoever holds a role today, by name."""

    def __init__(self, role: Role, **kwargs: Any) -> None:
        super().__init__(User.objects.none(), **kwargs)
        self.role = role

    def fill(self) -> None:
        today = clock.today()
        self.queryset = User.objects.filter(
            Q(role_grants__ends_on=None) | Q(role_grants__ends_on__gt=today),
            role_grants__role=self.role,
            role_grants__starts_on__lte=today,
            is_active=True,
        ).distinct()


class WindowForm(ActForm):
    number = forms.IntegerField(
        label="Window", help_text="1 is the first; resits take a later one.", min_value=1, max_value=20
    )
    opens_on = DateParts(label="Opens on", subject="The day it opens", help_text="From the first moment of that day.")
    closes_on = DateParts(label="Closes on", subject="The day it closes", help_text="Until 11.59pm on that day.")

    def prepare(self) -> None:
        self.fields["number"].initial = self.row.windows.count() + 1


class MoveForm(ActForm):
    to = forms.ChoiceField(label="What is it now?", widget=Radios(), error_messages={"required": "Choose what it is"})

    def prepare(self) -> None:
        nexts = COHORT_MOVES[CohortState(self.row.state)]
        self.fields["to"].choices = [(state, state.label) for state in nexts]  # type: ignore[attr-defined]


class AssignForm(ActForm):
    person = PersonChoice(Role.FACILITATOR, label="Facilitator", error_messages={"required": "Choose a facilitator"})
    from_on = DateParts(label="From", subject="The first day")

    def prepare(self) -> None:
        field = self.fields["person"]
        assert isinstance(field, PersonChoice)  # noqa: S101  # declared just above
        field.fill()
        self.fields["from_on"].initial = clock.today()


def _publish(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    publish_cohort(cohort, by=by)
    return "Published. People can be given places now."


def _move(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    moved = move_cohort(cohort, to=CohortState(cleaned["to"]), by=by)
    return f"The cohort is now “{moved.get_state_display()}”."


def _set_window(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    window = set_assessment_window(cohort, **cleaned, by=by)
    return f"Window {window.number} has its dates."


def _assign(by: User, group: Group, cleaned: dict[str, Any]) -> str:
    assign_facilitator(group, **cleaned, by=by)
    return f"{cleaned['person']} leads this group."


class WindowInline(PortalInline):
    model = AssessmentWindow
    fields = readonly_fields = ("number", "opens_on", "closes_on")


class GroupInline(PortalInline):
    model = Group
    fields = readonly_fields = ("name",)


class FacilitationInline(PortalInline):
    model = Facilitation
    fields = readonly_fields = ("person", "from_on", "to_on")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Facilitation]:
        return Facilitation.objects.select_related("person")


@admin.register(Cohort, site=site)
class CohortAdmin(PortalModelAdmin):
    """A draft is configuration, and edited here; from the day it is published it moves by acts."""

    editors = LEADS
    added_for_all = True
    list_display = ("name", "state", "starts_on", "version", "delivery_partner", "taken", "capacity")
    list_filter = ("state", ("delivery_partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("version__programme", "delivery_partner")
    search_fields = ("name",)
    fields = ("name", "version", "provider", "delivery_partner", "intakes", "starts_on", "capacity", "state")
    readonly_fields = ("state",)
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    inlines = (WindowInline, GroupInline)
    acts = (
        Act(
            "publish",
            "Publish",
            run=_publish,
            roles=LEADS,
            offered=lambda cohort: cohort.state == CohortState.DRAFT,
            explains="From then on people can be given places, and its name, version and dates stay as they are.",
        ),
        Act(
            "move",
            "Take it on",
            run=_move,
            form=MoveForm,
            roles=LEADS,
            offered=lambda cohort: cohort.state != CohortState.DRAFT and bool(COHORT_MOVES[CohortState(cohort.state)]),
            explains="A cohort goes one way: running, in assessment, closed.",
        ),
        Act("window", "Set an assessment window", run=_set_window, form=WindowForm, roles=LEADS),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        visible = cohorts_visible_to(request.user).values("pk")
        open_places = Count("memberships", filter=Q(memberships__to_on=None))
        return Cohort.objects.filter(pk__in=visible).annotate(taken=open_places).order_by("-starts_on", "name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        may = super().has_change_permission(request, obj)
        return may and (obj is None or obj.state == CohortState.DRAFT)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name in {"provider", "delivery_partner"}:
            assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
            kwargs["queryset"] = organisations_of(request.user, *LEADS).complex_filter(db_field.get_limit_choices_to())
        if db_field.name == "version":
            kwargs["queryset"] = ProgrammeVersion.objects.select_related("programme")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "intakes":
            theirs = organisations_of(request.user, *LEADS)
            kwargs["queryset"] = Intake.objects.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs))
        return super().formfield_for_manytomany(db_field, request, **kwargs)

    @admin.display(description="places taken")
    def taken(self, cohort: Any) -> int:
        return int(cohort.taken)


@admin.register(Group, site=site)
class GroupAdmin(PortalModelAdmin):
    editors = LEADS
    list_display = ("name", "cohort")
    list_filter = (("cohort", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("cohort",)
    inlines = (FacilitationInline,)
    acts = (
        Act(
            "assign",
            "Assign a facilitator",
            run=_assign,
            form=AssignForm,
            roles=LEADS,
            explains="They take its registers from that day on. Whoever leads it now stops then.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return Group.objects.filter(cohort__in=cohorts_visible_to(request.user)).order_by("cohort", "name")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("cohort",) if obj else ()

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "cohort":
            assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
            kwargs["queryset"] = cohorts_visible_to(request.user)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(AssessmentWindow, site=site)
class WindowAdmin(LookOnlyAdmin):
    list_display = ("cohort", "number", "opens_on", "closes_on")
    list_select_related = ("cohort",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[AssessmentWindow]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return AssessmentWindow.objects.filter(cohort__in=cohorts_visible_to(request.user)).order_by("-opens_on")
