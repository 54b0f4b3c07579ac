"""The timetable: venues, seminars, and registers that nobody has taken."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse

from cohorts.access import LEADS, cohorts_visible_to
from cohorts.actions import cancel_seminar, reschedule_seminar, schedule_seminar, switch_mode
from cohorts.models import AttendanceMark, Cohort, Group, Seminar, Venue
from cohorts.queries import concerns_people, overdue_registers, with_roll
from cohorts.rules.dates import is_on_the_clock
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, Mode
from npqh_portal.programmes.models import Item
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, PortalModelAdmin, Waiting, site
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.words import clock_time, table_day, time_range

from .cohorts import PersonChoice

TOGETHER = [(mode, mode.label) for mode in (Mode.FACE_TO_FACE, Mode.ONLINE)]


class TimesForm(ActForm):
    """A London day and two times on its clock."""

    on = DateParts(label="Day", subject="The day")
    starts = forms.TimeField(
        label="Starts",
        help_text="For example 13:00",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"required": "Enter when it starts", "invalid": "The start must be a time, like 13:00"},
    )
    ends = forms.TimeField(
        label="Ends",
        help_text="For example 15:00",
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"required": "Enter when it ends", "invalid": "The end must be a time, like 15:00"},
    )

    def prepare(self) -> None:
        if isinstance(self.row, Seminar):
            starts_at, ends_at = self.row.starts_at.astimezone(clock.LONDON), self.row.ends_at.astimezone(clock.LONDON)
            self.fields["on"].initial = starts_at.date()
            self.fields["starts"].initial, self.fields["ends"].initial = f"{starts_at:%H:%M}", f"{ends_at:%H:%M}"

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("on")
        for name in ("starts", "ends"):
            at = self.cleaned_data.get(name)
            if day and at and not is_on_the_clock(day, at):
                words = f"The clocks go forward that night and leave out {clock_time(at)}. Choose another time"
                self.add_error(name, words)
        return self.cleaned_data


class PlaceOfSittingForm(ActForm):
    mode = forms.ChoiceField(
        label="How", choices=TOGETHER, widget=Radios(), error_messages={"required": "Choose how it is held"}
    )
    venue = forms.ModelChoiceField(Venue.objects.all(), label="Venue", required=False, help_text="Needed in person.")
    joining_url = forms.URLField(
        label="Joining link", required=False, help_text="For a session online.", assume_scheme="https"
    )

    def prepare(self) -> None:
        if isinstance(self.row, Seminar):
            for name in ("mode", "venue", "joining_url"):
                self.fields[name].initial = getattr(self.row, name)


class ScheduleForm(PlaceOfSittingForm, TimesForm):
    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label="Cohort", error_messages={"required": "Choose a cohort"}
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label="Group", required=False, help_text="Leave it empty for the whole cohort."
    )
    item = forms.ModelChoiceField(Item.objects.none(), label="What", error_messages={"required": "Choose what is held"})
    facilitator = PersonChoice(Role.FACILITATOR, label="Led by", error_messages={"required": "Choose who leads it"})
    field_order = ("cohort", "group", "item", "facilitator", "on", "starts", "ends", "mode", "venue", "joining_url")

    def prepare(self) -> None:
        going = cohorts_visible_to(self.by).exclude(state=CohortState.CLOSED)
        self.fields["cohort"].queryset = going  # type: ignore[attr-defined]
        self.fields["group"].queryset = (  # type: ignore[attr-defined]
            Group.objects.filter(cohort__in=going).select_related("cohort")
        )
        self.fields["item"].queryset = Item.objects.filter(  # type: ignore[attr-defined]
            version__in=going.values("version"), kind__in=KINDS_WITH_REGISTER
        ).order_by("version", "number")
        field = self.fields["facilitator"]
        assert isinstance(field, PersonChoice)  # noqa: S101  # declared just above
        field.fill()


class CancelForm(ActForm):
    reason = forms.CharField(
        label="Why",
        help_text="It stands in the message to the group.",
        max_length=300,
        error_messages={"required": "Give a reason"},
    )


def _moments(cleaned: dict[str, Any]) -> tuple[datetime, datetime]:
    def moment(at: time) -> datetime:
        return clock.london_moment(cleaned["on"], at)

    return moment(cleaned["starts"]), moment(cleaned["ends"])


def _schedule(by: User, row: None, cleaned: dict[str, Any]) -> str:
    starts_at, ends_at = _moments(cleaned)
    seminar = schedule_seminar(
        cleaned["cohort"],
        item=cleaned["item"],
        group=cleaned["group"],
        facilitator=cleaned["facilitator"],
        starts_at=starts_at,
        ends_at=ends_at,
        mode=cleaned["mode"],
        venue=cleaned["venue"],
        joining_url=cleaned["joining_url"],
        by=by,
    )
    return f"“{seminar}” is in the timetable for {table_day(seminar.starts_at)}."


def _told(seminar: Seminar) -> str:
    if concerns_people(seminar, clock.now()):
        return "The group is told by email."
    return f"Nobody is told: {'it is over' if seminar.cohort.state != CohortState.DRAFT else 'the cohort is a draft'}."


def _reschedule(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    starts_at, ends_at = _moments(cleaned)
    moved = reschedule_seminar(seminar, starts_at=starts_at, ends_at=ends_at, by=by)
    return f"Rescheduled to {table_day(starts_at)}. {_told(moved)}"


def _switch(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    mode = Mode(cleaned["mode"])
    switched = switch_mode(seminar, mode=mode, venue=cleaned["venue"], joining_url=cleaned["joining_url"], by=by)
    return f"Held now: {mode.label.lower()}. {_told(switched)}"


def _cancel(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    return f"Cancelled. Nobody loses by it. {_told(cancel_seminar(seminar, **cleaned, by=by))}"


def _is_scheduled(seminar: Seminar) -> bool:
    return seminar.state == SeminarState.SCHEDULED


def _has_no_register(seminar: Seminar) -> bool:
    return _is_scheduled(seminar) and not seminar.marks.exists()


class RegisterFilter(admin.SimpleListFilter):
    title = "register"
    parameter_name = "register"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seminar]) -> QuerySet[Seminar]:
        if self.value() == "overdue":
            return queryset.filter(pk__in=overdue_registers(clock.now()).values("pk"))
        return queryset


class RegisterInline(PortalInline):
    model = AttendanceMark
    verbose_name_plural = "What the register says, newest first"
    fields = readonly_fields = ("person", "status", "minutes", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceMark]:
        return AttendanceMark.objects.select_related("enrolment__person", "recorded_by").order_by("-pk")

    @admin.display(description="person")
    def person(self, mark: AttendanceMark) -> str:
        return str(mark.enrolment.person)


@admin.register(Venue, site=site)
class VenueAdmin(PortalModelAdmin):
    """Halls are shared by everybody's cohorts."""

    editors = LEADS
    changed_for_all = True
    list_display = ("name", "address", "capacity")
    search_fields = ("name", "address")


@admin.register(Seminar, site=site)
class SeminarAdmin(LookOnlyAdmin):
    list_display = ("item", "when", "cohort", "group", "facilitator", "mode", "state", "register")
    list_filter = ("state", RegisterFilter, ("cohort", admin.RelatedOnlyFieldListFilter), "mode")
    search_fields = ("item__title", "facilitator__full_name", "venue__name")
    search_help_text = "What it is, who leads it, or where."
    date_hierarchy = "starts_at"
    fields = readonly_fields = (
        "item",
        "cohort",
        "group",
        "facilitator",
        "when",
        "mode",
        "venue",
        "joining_url",
        "state",
        "revision",
        "register",
    )
    inlines = (RegisterInline,)
    list_acts = (
        Act(
            "schedule",
            "Schedule a seminar",
            run=_schedule,
            form=ScheduleForm,
            roles=LEADS,
            explains="Books the venue, the facilitator and the group, and refuses if one of them is taken.",
        ),
    )
    acts = (
        Act("reschedule", "Reschedule", run=_reschedule, form=TimesForm, roles=LEADS, offered=_has_no_register),
        Act("switch", "Change how or where", run=_switch, form=PlaceOfSittingForm, roles=LEADS, offered=_is_scheduled),
        Act(
            "cancel",
            "Cancel it",
            run=_cancel,
            form=CancelForm,
            roles=LEADS,
            offered=_has_no_register,
            grave=True,
            explains="The group is told. The item is not expected of them until another session is scheduled.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seminar]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        seminars = Seminar.objects.filter(cohort__in=cohorts_visible_to(request.user))
        return (
            with_roll(seminars)
            .select_related("item", "cohort", "group__cohort", "facilitator", "venue")
            .order_by("-starts_at")
        )

    @admin.display(description="when", ordering="starts_at")
    def when(self, seminar: Seminar) -> str:
        return f"{table_day(seminar.starts_at)}, {time_range(seminar.starts_at, seminar.ends_at)}"

    @admin.display(description="register")
    def register(self, seminar: Any) -> str:
        if seminar.state == SeminarState.CANCELLED:
            return "Cancelled"
        if seminar.starts_at > clock.now():
            return "Opens on the day"
        return "Taken" if not seminar.unmarked else f"{seminar.unmarked} of {seminar.roll} to mark"


@site.work_waiting
def registers_not_taken(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
    overdue = overdue_registers(clock.now()).filter(cohort__in=cohorts_visible_to(user))
    oldest = overdue.values_list("ends_at", flat=True).first()
    yield Waiting(
        label="Registers overdue",
        count=overdue.count(),
        address=reverse("admin:cohorts_seminar_changelist") + "?register=overdue",
        words=f"The oldest is of {table_day(oldest)}. Nobody is credited until it is taken." if oldest else "",
        late=bool(oldest and oldest < clock.now() - timedelta(days=7)),
        since=clock.london_date(oldest) if oldest else None,
    )
