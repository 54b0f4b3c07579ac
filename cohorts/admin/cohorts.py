"""Cohorts, groups, and the dates of assessment."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.db import models
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect

from cohorts.access import LEADS, cohorts_visible_to
from cohorts.actions import (
    assign_facilitator,
    book_with_cohort,
    delete_cohort,
    follow_size,
    move_cohort,
    publish_cohort,
    resize_cohort,
    resize_group,
    set_assessment_window,
)
from cohorts.actions.cohorts import check_start_of
from cohorts.errors import CohortClosed, VersionHasSessions, VersionInDraft, VersionRetired
from cohorts.models import AssessmentWindow, Cohort, Facilitation, Group, SchoolTerm
from cohorts.queries import dates_of, waits_for_place
from cohorts.queries.cohorts import cohort_now, plan_window
from cohorts.queries.planning import halls_below, readiness, reason_published
from cohorts.rules.cohorts import check_size
from cohorts.states import COHORT_MOVES, CohortState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.access import organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, PortalModelAdmin, site
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalModelForm
from npqh_portal.web.words import day as day_in_words

from .drafts import PUBLISH_TIMETABLE, TIMETABLE_PAGE
from .facilitators import HAND_OVER, PeopleInline
from .guests import WELCOME
from .planning import PLANNING_ACTS, PLANNING_PAGES, extended_end


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


class PublishForm(ActForm):
    reason = forms.CharField(
        label="Why is something not in the timetable?",
        help_text="Only where something is missing. Staff read it with the cohort.",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SizeForm(ActForm):
    capacity = forms.IntegerField(
        label="How many people does it take?",
        min_value=1,
        max_value=32_767,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
    )

    def prepare(self) -> None:
        self.fields["capacity"].initial = self.row.capacity


class MoveForm(ActForm):
    to = forms.ChoiceField(label="What is it now?", widget=Radios(), error_messages={"required": "Choose what it is"})
    reason = forms.CharField(
        label="Why",
        help_text="Needed where assessment begins before the course is over, or people are still taking part.",
        required=False,
        max_length=300,
    )

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
    if cohort.state == CohortState.PUBLISHED:
        return "It is published already, by you in another tab or by somebody else. Nobody is told again."
    publish_cohort(cohort, **cleaned, by=by)
    return "Published, and its timetable with it. People can be given places now."


def _move(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    moved = move_cohort(cohort, to=CohortState(cleaned["to"]), reason=cleaned["reason"], by=by)
    return f"The cohort is now “{moved.get_state_display()}”."


def _resize_cohort(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    return f"The cohort takes {resize_cohort(cohort, **cleaned, by=by).capacity} people."


def _resize_group(by: User, group: Group, cleaned: dict[str, Any]) -> str:
    return f"The group takes {resize_group(group, **cleaned, by=by).capacity} people."


def _delete(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> tuple[str, Cohort]:
    delete_cohort(cohort, by=by)
    return f"{cohort} is deleted.", Cohort()


def _what_goes_with_it(cohort: Cohort) -> dict[str, int]:
    return {"sessions": cohort.seminars.count(), "groups": cohort.groups.count(), "windows": cohort.windows.count()}


def _is_going(cohort: Cohort) -> bool:
    return cohort.state != CohortState.CLOSED


def _why_closed(cohort: Cohort) -> str:
    return "" if _is_going(cohort) else str(CohortClosed())


def _what_follows(cohort: Cohort) -> dict[str, Any]:
    to = next(iter(COHORT_MOVES[CohortState(cohort.state)]), None)
    return {"to": to, "found": cohort_now(cohort, clock.now()), "dates": dates_of(cohort)}


def _what_it_lacks(cohort: Cohort) -> dict[str, Any]:
    checks = readiness(cohort, today=clock.today())
    return {"checks": [check for check in checks if check.stands != "yes"]}


class CohortForm(PortalModelForm):
    """A draft.

    A first day out of bounds, and what would leave intakes, sessions or their halls behind, is refused beside the
    field.
    """

    class Meta:
        model = Cohort
        fields = "__all__"

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        version, capacity = cleaned.get("version"), cleaned.get("capacity")
        if version:
            intakes = cleaned.get("intakes") or ()
            if others := [str(one) for one in intakes if one.version.programme_id != version.programme_id]:
                words = f"Choose intakes of the same programme as the version. Not of it: {', '.join(others)}"
                self.add_error("intakes", words)
        starts_on = cleaned.get("starts_on")
        if version and starts_on and {"version", "starts_on"} & set(self.changed_data):
            try:
                check_start_of(version, starts_on, today=clock.today())
            except RuleViolation as refusal:
                self.add_error("starts_on", str(refusal))
        if version and "version" in self.changed_data:
            if version.state == VersionState.DRAFT:
                self.add_error("version", str(VersionInDraft(str(version))))
            elif version.state == VersionState.RETIRED and not waits_for_place(version):
                self.add_error("version", str(VersionRetired(str(version))))
        if self.instance.pk is None:
            return cleaned
        if "version" in self.changed_data and version and self.instance.seminars.exists():
            self.add_error("version", str(VersionHasSessions()))
        if "capacity" in self.changed_data and capacity:
            try:
                taken, halls = self.instance.places_taken, halls_below(self.instance, capacity)
                check_size(capacity, taken=taken, halls=halls)
            except RuleViolation as refusal:
                self.add_error("capacity", str(refusal))
        return cleaned


class TermForm(PortalModelForm):
    class Meta:
        model = SchoolTerm
        fields = ("name", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        first, last = cleaned.get("starts_on"), cleaned.get("ends_on")
        if not first or not last:
            return cleaned
        if last < first:
            self.add_error("ends_on", "The last day lies before the first. Choose a later one")
            return cleaned
        others = SchoolTerm.objects.exclude(pk=self.instance.pk).filter(starts_on__lte=last, ends_on__gte=first)
        if other := others.order_by("starts_on").first():
            words = f"{other.name} lasts from {day_in_words(other.starts_on)} to {day_in_words(other.ends_on)}"
            field = "ends_on" if first < other.starts_on else "starts_on"
            self.add_error(field, f"{words}, and two terms cannot be at once")
        return cleaned


def _set_window(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    told = len(plan_window(cohort, **cleaned).told)
    window = set_assessment_window(cohort, **cleaned, by=by)
    people = f" {told} {'person is' if told == 1 else 'people are'} told by email." if told else ""
    return f"Window {window.number} has its dates.{people}"


def _new_window(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {"move": plan_window(cohort, **cleaned), "is_draft": cohort.state == CohortState.DRAFT}


def _assign(by: User, group: Group, cleaned: dict[str, Any]) -> str:
    assign_facilitator(group, **cleaned, by=by)
    return f"{cleaned['person']} leads this group."


class WindowInline(PortalInline):
    model = AssessmentWindow
    fields = readonly_fields = ("number", "opens_on", "closes_on")


class GroupInline(PortalInline):
    model = Group
    fields = readonly_fields = ("name", "places_taken", "capacity")


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
    form = CohortForm
    list_display = ("name", "state", "starts_on", "version", "delivery_partner", "places_taken", "capacity")
    list_filter = ("state", ("delivery_partner", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("version__programme", "delivery_partner")
    search_fields = ("name",)
    fields = (
        "name", "version", "provider", "delivery_partner", "intakes", "starts_on", "capacity", "link_minutes_before",
        "guests_allowed",
        "state", "delivery_ends_on", "assessment_ends_on", "extended_ends_on", "why_incomplete",
    )  # fmt: skip
    readonly_fields = ("state", "delivery_ends_on", "assessment_ends_on", "extended_ends_on", "why_incomplete")
    formfield_overrides = {models.ManyToManyField: {"widget": forms.CheckboxSelectMultiple}}
    inlines = (WindowInline, GroupInline)
    row_pages = (*PLANNING_PAGES, TIMETABLE_PAGE)
    acts = (
        *PLANNING_ACTS,
        PUBLISH_TIMETABLE,
        Act(
            "publish",
            "Publish",
            run=_publish,
            form=PublishForm,
            roles=LEADS,
            offered=lambda cohort: cohort.state == CohortState.DRAFT,
            explains="Its timetable is published with it, and whoever leads a session is told. From then on people can"
            " be given places, and its name and version stay as they are.",
            template="cohorts/planning_publish.html",
            context=_what_it_lacks,
        ),
        Act(
            "move",
            "Take it on",
            run=_move,
            form=MoveForm,
            roles=LEADS,
            offered=lambda cohort: cohort.state != CohortState.DRAFT and bool(COHORT_MOVES[CohortState(cohort.state)]),
            explains="A cohort goes one way: running, in assessment, closed. The first two moves happen by themselves:"
            " on its first day, and on the day after the course ends.",
            template="cohorts/planning_move.html",
            context=_what_follows,
        ),
        WELCOME,
        Act(
            "window",
            "Set an assessment window",
            run=_set_window,
            preview=_new_window,
            form=WindowForm,
            roles=LEADS,
            offered=_is_going,
            why_not=_why_closed,
            explains="A number that has dates already gets these in their place, until it opens. Whoever knows of the"
            " earlier ones is told by email.",
            template="cohorts/planning_window.html",
        ),
        Act(
            "resize",
            "Change how many it takes",
            run=_resize_cohort,
            form=SizeForm,
            roles=LEADS,
            offered=lambda cohort: cohort.state != CohortState.DRAFT and _is_going(cohort),
            explains="Not fewer than hold places, and not more than the halls booked for all of it together hold.",
        ),
        Act(
            "discard",
            "Delete it",
            run=_delete,
            roles=LEADS,
            offered=lambda cohort: cohort.state == CohortState.DRAFT,
            why_not=lambda cohort: (
                "Only a draft that nobody ever had a place in can be deleted. This one is published."
            ),
            grave=True,
            explains="For a draft made by mistake. It cannot be brought back; the audit trail keeps that it was there.",
            template="cohorts/planning_delete.html",
            context=_what_goes_with_it,
        ),
    )

    def recorded_with(self, row: Cohort) -> Iterable[QuerySet[Any]]:
        return (row.windows.all(),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Cohort]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        visible = cohorts_visible_to(request.user).values("pk")
        return Cohort.objects.filter(pk__in=visible).order_by("-starts_on", "name")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What follows from a cohort is shown once there is one."""
        fields = super().get_fields(request, obj)
        return fields if obj else [name for name in fields if name not in self.readonly_fields or name == "state"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if change and "capacity" in form.changed_data:
            follow_size(obj)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """A draft that somebody published while it was being edited here is told of, not shut in their face."""
        row = self.get_object(request, unquote(object_id)) if request.method == "POST" else None
        if row and row.state != CohortState.DRAFT and self.has_change_permission(request):
            messages.warning(
                request, "It is no draft any more, so nothing of this was saved. Look at how it stands now."
            )
            return redirect(request.path)
        return super().change_view(request, object_id, form_url, extra_context)

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

    @admin.display(description="the course ends")
    def delivery_ends_on(self, cohort: Cohort) -> str:
        return day_in_words(dates_of(cohort).delivery_ends_on)

    @admin.display(description="assessment ends")
    def assessment_ends_on(self, cohort: Cohort) -> str:
        return day_in_words(dates_of(cohort).assessment_ends_on)

    @admin.display(description="for people new to headship, at the latest")
    def extended_ends_on(self, cohort: Cohort) -> str:
        return day_in_words(extended_end(cohort))

    @admin.display(description="published incomplete, because")
    def why_incomplete(self, cohort: Cohort) -> str:
        return reason_published(cohort) or "–"


@admin.register(Group, site=site)
class GroupAdmin(PortalModelAdmin):
    editors = LEADS
    list_display = ("name", "cohort", "places_taken", "capacity")
    list_filter = (("cohort", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("cohort",)
    search_fields = ("name", "cohort__name")
    inlines = (FacilitationInline, PeopleInline)
    acts = (
        Act(
            "assign",
            "Assign a facilitator",
            run=_assign,
            form=AssignForm,
            roles=LEADS,
            explains="They take its registers from that day on. Whoever leads it now stops then; its sessions stay as"
            " they are, unless the group is handed over.",
        ),
        HAND_OVER,
        Act(
            "resize",
            "Change how many it takes",
            run=_resize_group,
            form=SizeForm,
            roles=LEADS,
            offered=lambda group: _is_going(group.cohort),
            explains="Not fewer than hold places, and not more than the halls booked for it hold.",
        ),
    )

    def recorded_with(self, row: Group) -> Iterable[QuerySet[Any]]:
        return (row.facilitations.all(),)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Group]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        return Group.objects.filter(cohort__in=cohorts_visible_to(request.user)).order_by("cohort", "name")

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        if not change:
            book_with_cohort(obj)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("cohort", "capacity") if obj else ()

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


@admin.register(SchoolTerm, site=site)
class TermAdmin(PortalModelAdmin):
    """Terms are the provider's, as it reckons them, and the same for everybody's cohorts."""

    editors = LEADS
    changed_for_all = True
    form = TermForm
    list_display = ("name", "starts_on", "ends_on")
    search_fields = ("name",)
    ordering = ("-starts_on",)
