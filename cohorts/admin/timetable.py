"""The timetable: venues, sessions, and registers that nobody has taken."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from cohorts import actions
from cohorts.access import LEADS, cohorts_visible_to
from cohorts.actions.venues import delete_venue, retire_venue, take_venue_back
from cohorts.errors import RegisterTaken, VenueHoldsMore
from cohorts.forms.steps import SteppedForm
from cohorts.kinds import SessionMode
from cohorts.models import AttendanceMark, Booking, Cohort, Group, PendingChange, SchoolTerm, Seminar, Venue
from cohorts.queries import overdue_registers, with_roll
from cohorts.queries.drafts import Edit, arrangement_of
from cohorts.queries.history import history_of, reasons_of
from cohorts.queries.planning import cares_about, cares_about_terms, untimetabled
from cohorts.rules.dates import first_moment
from cohorts.rules.timetable import WEEKDAYS, Arrangement, check_on_the_clock, register_opens_at
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Item
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, PortalModelAdmin, Waiting, site
from npqh_portal.web.fields import DateParts, Radios
from npqh_portal.web.forms import PortalModelForm
from npqh_portal.web.trail import Told, call, say, several, spans
from npqh_portal.web.words import short_day, short_moment, table_day, time_range

from .cohorts import PersonChoice

say(
    {"timetable.generated": "Timetable made from a pattern"},
    {
        "sessions": Told("Sessions"),
        "left_out": Told("Did not fit"),
        "replaced": Told("Of an earlier draft thrown away"),
        "weekdays": Told("On", several({str(number): name for number, name in enumerate(WEEKDAYS)})),
        "kept_free": Told("Kept free", spans),
    },
)
call(Seminar.objects.all(), by="item__title")
call(Cohort.objects.all(), by="name")
call(Group.objects.all(), by="name")
call(Venue.objects.all(), by="name")

AT_ONCE, WITH_THE_DRAFT = "now", "draft"
TELLING = [(AT_ONCE, "At once"), (WITH_THE_DRAFT, "When the timetable is published next: until then it is a draft")]


class ChangeForm(ActForm):
    """A change that people are told of at once, or with the next publication. What is only planned has no choice."""

    told = forms.ChoiceField(
        label="When are people told?", choices=TELLING, widget=Radios(), required=False, initial=AT_ONCE
    )

    # What speaks against it though nothing forbids it, in sentences; a box is ticked to do it all the same.
    cares: Sequence[str] = ()

    def prepare(self) -> None:
        if isinstance(self.row, Seminar) and self.row.state == SeminarState.PLANNED:
            del self.fields["told"]

    def ask(self, cares: Sequence[str], *, box: str, all_the_same: str, otherwise: str) -> None:
        """Ask once: the box comes with what speaks against it, and has to be ticked."""
        if not cares:
            return
        self.cares = [*self.cares, *cares]
        self.fields[box] = forms.BooleanField(label=f"{all_the_same} all the same", required=False)
        if box not in self.data:
            self.add_error(
                box, f"{otherwise}, or tick the box to {all_the_same[0].lower()}{all_the_same[1:]} all the same"
            )

    def mind_terms(self, to: Arrangement | None) -> None:
        """Ask where too few school terms would be left in which people meet in person."""
        if isinstance(self.row, Seminar) and not self.errors:
            cares = cares_about_terms(self.row, to)
            self.ask(cares, box="anyway_terms", all_the_same="Do it", otherwise="Leave it as it is")


class TimesForm(ChangeForm):
    """A London day and two times on its clock."""

    on = DateParts(label="Day", subject="The day")
    starts = forms.TimeField(
        label="Starts",
        help_text="For example 13:00",
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"required": "Enter when it starts", "invalid": "The start must be a time, like 13:00"},
    )
    ends = forms.TimeField(
        label="Ends",
        help_text="For example 15:00",
        input_formats=["%H:%M"],
        widget=forms.TextInput(attrs={"class": "govuk-input--width-5"}),
        error_messages={"required": "Enter when it ends", "invalid": "The end must be a time, like 15:00"},
    )
    field_order: tuple[str, ...] = ("on", "starts", "ends", "told")

    def prepare(self) -> None:
        super().prepare()
        self.day_until_now: date | None = None
        if isinstance(self.row, Seminar) and self.row.state != SeminarState.CANCELLED:
            now = _as_drafted(self.row)
            self.day_until_now = clock.london_date(now.starts_at)
            starts_at, ends_at = now.starts_at.astimezone(clock.LONDON), now.ends_at.astimezone(clock.LONDON)
            self.fields["on"].initial = starts_at.date()
            self.fields["starts"].initial, self.fields["ends"].initial = f"{starts_at:%H:%M}", f"{ends_at:%H:%M}"

    def clean(self) -> dict[str, Any]:
        day = self.cleaned_data.get("on")
        for name in ("starts", "ends"):
            at = self.cleaned_data.get(name)
            if not day or not at:
                continue
            try:
                check_on_the_clock(clock.london_moment(day, at))
            except RuleViolation as refusal:
                self.add_error(name, str(refusal))
        if day and not self.errors:
            self._take_care(day)
        return self.cleaned_data

    def _take_care(self, day: date) -> None:
        """Asks once for each day that speaks against a session, and takes the answer for that day alone."""
        cohort = self.row.cohort if isinstance(self.row, Seminar) else self.cleaned_data.get("cohort")
        if cohort is None or day == self.day_until_now:
            return
        self.ask(
            cares_about(cohort, day),
            box=f"anyway_{day:%Y_%m_%d}",
            all_the_same=f"Hold it on {short_day(day)}",
            otherwise="Choose another day",
        )


class MoveForm(TimesForm):
    """In a hall that is out of use nothing is moved: then another one is asked for with the times."""

    venue = forms.ModelChoiceField(
        Venue.objects.none(), label="Venue", error_messages={"required": "Choose another venue"}
    )
    field_order: tuple[str, ...] = ("on", "starts", "ends", "venue", "told")

    def prepare(self) -> None:
        super().prepare()
        venue = _retired_hall(self.row)
        if venue is None:
            del self.fields["venue"]
            return
        field = self.fields["venue"]
        field.queryset = Venue.objects.filter(retired_at=None)  # type: ignore[attr-defined]
        field.help_text = (
            f"{venue} is out of use, so nothing is moved there. Choose another venue, or hold it online first, under"
            " “Change how or where”."
        )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors:
            self.mind_terms(replace(_as_drafted(self.row), **_times(cleaned)))
        return cleaned


class PlaceOfSittingForm(ChangeForm):
    mode = forms.ChoiceField(
        label="How",
        choices=SessionMode.choices(),
        widget=Radios(),
        error_messages={"required": "Choose how it is held"},
    )
    venue = forms.ModelChoiceField(Venue.objects.all(), label="Venue", required=False, help_text="Needed in person.")
    joining_url = forms.URLField(
        label="Joining link",
        required=False,
        help_text="For a session online. It is shown shortly before the start, on the session’s page alone.",
        assume_scheme="https",
    )
    field_order: tuple[str, ...] = ("mode", "venue", "joining_url", "told")

    def prepare(self) -> None:
        super().prepare()
        venues = Venue.objects.filter(retired_at=None)
        if retired := _retired_hall(self.row):
            self.fields["venue"].help_text = (
                f"Needed in person. {retired} is out of use: the session stands there until you choose another venue"
                " or hold it online, and is not moved in time before."
            )
        if isinstance(self.row, Seminar):
            now = _as_drafted(self.row)
            venues |= Venue.objects.filter(pk=now.venue or 0)
            for name in ("mode", "venue", "joining_url"):
                self.fields[name].initial = getattr(now, name)
        self.fields["venue"].queryset = venues  # type: ignore[attr-defined]


class SwitchForm(PlaceOfSittingForm):
    def clean(self) -> dict[str, Any]:
        if not self.errors:
            self.mind_terms(replace(_as_drafted(self.row), mode=self.cleaned_data["mode"]))
        return self.cleaned_data


class FacilitatorForm(ChangeForm):
    facilitator = PersonChoice(
        Role.FACILITATOR, label="Led by", required=False, empty_label="Nobody, until somebody is found"
    )
    field_order: tuple[str, ...] = ("facilitator", "told")

    def prepare(self) -> None:
        super().prepare()
        field = self.fields["facilitator"]
        assert isinstance(field, PersonChoice)  # noqa: S101  # declared just above
        field.fill()
        if isinstance(self.row, Seminar):
            field.initial = _as_drafted(self.row).facilitator


class LinkForm(ChangeForm):
    joining_url = forms.URLField(label="Joining link", required=False, assume_scheme="https")
    field_order: tuple[str, ...] = ("joining_url", "told")

    def prepare(self) -> None:
        super().prepare()
        self.fields["joining_url"].initial = _as_drafted(self.row).joining_url


class ReholdForm(PlaceOfSittingForm, TimesForm, FacilitatorForm):
    field_order: tuple[str, ...] = ("facilitator", "on", "starts", "ends", "mode", "venue", "joining_url", "told")


class ItemsMissing(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """What is not in the timetable, each with the groups that lack it."""

    lacking: Mapping[int, Sequence[str]] = {}

    def label_from_instance(self, item: Any) -> str:
        groups = self.lacking[item.pk]
        return f"{item.title}, for {', '.join(groups)}" if groups else item.title


class ScheduleForm(SteppedForm, ReholdForm):
    first = "cohort"

    cohort = forms.ModelChoiceField(
        Cohort.objects.none(), label="Cohort", error_messages={"required": "Choose a cohort"}
    )
    group = forms.ModelChoiceField(
        Group.objects.none(), label="Group", required=False, help_text="Leave it empty for the whole cohort."
    )
    item = ItemsMissing(
        Item.objects.none(),
        label="What",
        help_text="What is not in the timetable yet, or was cancelled.",
        error_messages={
            "required": "Choose what is held",
            "invalid_choice": "That is in the timetable already. Choose something else",
        },
    )
    field_order: tuple[str, ...] = (
        "cohort", "group", "item", "facilitator", "on", "starts", "ends", "mode", "venue", "joining_url", "told",
    )  # fmt: skip

    def fill_first(self) -> None:
        going = cohorts_visible_to(self.by).exclude(state=CohortState.CLOSED)
        self.fields["cohort"].queryset = going  # type: ignore[attr-defined]

    def fill(self, chosen: Cohort) -> None:
        if chosen.state == CohortState.DRAFT:
            del self.fields["told"]
        group, item = self.fields["group"], self.fields["item"]
        assert isinstance(group, forms.ModelChoiceField)  # noqa: S101  # declared just above
        assert isinstance(item, ItemsMissing)  # noqa: S101  # declared just above
        group.queryset = chosen.groups.select_related("cohort")
        missing = untimetabled(chosen)
        item.lacking = {
            one.item.pk: [other.group.name for other in missing if other.item == one.item and other.group]
            for one in missing
        }
        item.queryset = Item.objects.filter(pk__in=item.lacking).order_by("number")
        if not missing:
            item.help_text = "Everything is in the timetable already."


class CancelForm(ChangeForm):
    reason = forms.CharField(
        label="Why",
        help_text="It stands in the letter to the group, and on the session’s page.",
        max_length=300,
        error_messages={"required": "Give a reason"},
    )
    field_order: tuple[str, ...] = ("reason", "told")

    def clean(self) -> dict[str, Any]:
        self.mind_terms(None)
        return self.cleaned_data


def _as_drafted(seminar: Seminar) -> Arrangement:
    """As the draft would have it; as it stands, where the draft says nothing of it."""
    pending = PendingChange.objects.filter(seminar=seminar, is_cancelled=False).first()
    return arrangement_of(pending or seminar)


def _retired_hall(seminar: Seminar | None) -> Venue | None:
    """Where it stands, or would by the draft, if that hall is out of use."""
    if seminar is None or seminar.state == SeminarState.CANCELLED:
        return None
    return Venue.objects.filter(pk=_as_drafted(seminar).venue or 0, retired_at__isnull=False).first()


def _times(cleaned: dict[str, Any]) -> dict[str, Any]:
    def moment(at: time) -> datetime:
        return clock.london_moment(cleaned["on"], at)

    return {"starts_at": moment(cleaned["starts"]), "ends_at": moment(cleaned["ends"])}


def _place(cleaned: dict[str, Any]) -> dict[str, Any]:
    return {name: cleaned[name] for name in ("mode", "venue", "joining_url")}


def _waits(cleaned: dict[str, Any]) -> bool:
    return cleaned.get("told") == WITH_THE_DRAFT


def _plan(by: User, seminar: Seminar, **fields: Any) -> str:
    """Put into the draft, on top of what the draft says of the session already."""
    planned = actions.plan_change(seminar, to=replace(_as_drafted(seminar), **fields), by=by)
    return f"{_IN_DRAFT}" if planned else "The draft says nothing of it any more: that is how it stands already."


_IN_DRAFT = "It is in the draft, and nobody is told until the timetable is published."


def _told(seminar: Seminar) -> str:
    """How many letters of this change there are."""
    if seminar.state == SeminarState.PLANNED:
        return _IN_DRAFT
    people = Message.objects.filter(key__startswith=f"timetable-changed:seminar-{seminar.pk}:{seminar.revision}:")
    count = people.count()
    if count:
        return "One person is told by email." if count == 1 else f"{count:,} people are told by email."
    if seminar.cohort.state == CohortState.DRAFT:
        return "Nobody is told: the cohort is a draft."
    return f"Nobody is told: {'it is over' if seminar.ends_at <= clock.now() else 'nobody is expected there yet'}."


def _done(seminar: Seminar, changed: Seminar, words: str) -> str:
    """What was done at once, and how many are told: of a session that stands as it stood, nothing was."""
    if arrangement_of(changed) == arrangement_of(seminar):
        return "Nothing has changed."
    return f"{words} {_told(changed)}"


def _schedule(by: User, row: None, cleaned: dict[str, Any]) -> tuple[str, Seminar]:
    seminar = actions.schedule_seminar(
        cleaned["cohort"],
        item=cleaned["item"],
        group=cleaned["group"],
        facilitator=cleaned["facilitator"],
        **_times(cleaned),
        **_place(cleaned),
        told=not _waits(cleaned),
        by=by,
    )
    return f"“{seminar}” is in the timetable for {table_day(seminar.starts_at)}. {_told(seminar)}", seminar


def _rehold(by: User, cancelled: Seminar, cleaned: dict[str, Any]) -> tuple[str, Seminar]:
    seminar = actions.rehold_seminar(
        cancelled,
        facilitator=cleaned["facilitator"],
        **_times(cleaned),
        **_place(cleaned),
        told=not _waits(cleaned),
        by=by,
    )
    return f"“{seminar}” is held anew on {table_day(seminar.starts_at)}. {_told(seminar)}", seminar


def _reschedule(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    times, venue = _times(cleaned), cleaned.get("venue")
    if _waits(cleaned):
        return _plan(by, seminar, **times, **({"venue": venue.pk} if venue else {}))
    moved = actions.reschedule_seminar(seminar, **times, venue=venue, by=by)
    return _done(seminar, moved, f"Rescheduled to {table_day(moved.starts_at)}.")


def _switch(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    place = _place(cleaned)
    if _waits(cleaned):
        return _plan(by, seminar, **place | {"venue": place["venue"].pk if place["venue"] else None})
    switched = actions.switch_mode(seminar, **place, by=by)
    return _done(seminar, switched, f"Held now: {SessionMode(switched.mode).label.lower()}.")


def _replace(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    person = cleaned["facilitator"]
    if _waits(cleaned):
        return _plan(by, seminar, facilitator=person.pk if person else None)
    replaced = actions.replace_facilitator(seminar, facilitator=person, by=by)
    return _done(seminar, replaced, f"{person or 'Nobody'} leads it now.")


def _relink(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    if _waits(cleaned):
        return _plan(by, seminar, joining_url=cleaned["joining_url"])
    relinked = actions.change_link(seminar, joining_url=cleaned["joining_url"], by=by)
    return _done(seminar, relinked, "The link is changed.")


def _cancel(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    if _waits(cleaned):
        actions.plan_cancellation(seminar, reason=cleaned["reason"], by=by)
        return _IN_DRAFT
    cancelled = actions.cancel_seminar(seminar, reason=cleaned["reason"], by=by)
    return f"Cancelled. Nobody loses by it. {_told(cancelled)}"


def _discard(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> tuple[str, Seminar]:
    actions.discard_seminar(seminar, by=by)
    return f"“{seminar}” is out of the draft. Nobody had been told of it.", Seminar()


def _drop(by: User, seminar: Seminar, cleaned: dict[str, Any]) -> str:
    actions.drop_change(seminar, by=by)
    return "The draft says nothing of it any more: it stays as people know it."


def _is_planned(seminar: Seminar) -> bool:
    return seminar.state == SeminarState.PLANNED


def _is_scheduled(seminar: Seminar) -> bool:
    return seminar.state == SeminarState.SCHEDULED


def _is_cancelled(seminar: Seminar) -> bool:
    return seminar.state == SeminarState.CANCELLED


def _has_no_register(seminar: Seminar) -> bool:
    return _is_planned(seminar) or (_is_scheduled(seminar) and not seminar.marks.exists())


def _may_be_cancelled(seminar: Seminar) -> bool:
    return _is_scheduled(seminar) and not seminar.marks.exists()


def _stays(seminar: Seminar) -> str:
    """Why a session is neither moved nor cancelled any more, and what can be done instead."""
    return str(RegisterTaken()) if _is_scheduled(seminar) and seminar.marks.exists() else ""


def _is_online(seminar: Seminar) -> bool:
    return not _is_cancelled(seminar) and _as_drafted(seminar).mode != SessionMode.FACE_TO_FACE


def _has_draft(seminar: Seminar) -> bool:
    return PendingChange.objects.filter(seminar=seminar).exists()


class RegisterFilter(admin.SimpleListFilter):
    title = "register"
    parameter_name = "register"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("overdue", "Overdue")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seminar]) -> QuerySet[Seminar]:
        if self.value() == "overdue":
            return queryset.filter(pk__in=overdue_registers(clock.now()).values("pk"))
        return queryset


class LedFilter(admin.SimpleListFilter):
    title = "who leads it"
    parameter_name = "led"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("nobody", "Nobody yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seminar]) -> QuerySet[Seminar]:
        if self.value() == "nobody":
            return queryset.filter(facilitator=None).exclude(state=SeminarState.CANCELLED)
        return queryset


class DraftFilter(admin.SimpleListFilter):
    title = "draft"
    parameter_name = "draft"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("changes", "New or changed in the draft")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seminar]) -> QuerySet[Seminar]:
        if self.value() == "changes":
            return queryset.filter(state=SeminarState.PLANNED) | queryset.filter(pending__isnull=False)
        return queryset


class TermFilter(admin.SimpleListFilter):
    title = "term"
    parameter_name = "term"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(str(term.pk), term.name) for term in SchoolTerm.objects.order_by("-starts_on")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Seminar]) -> QuerySet[Seminar]:
        chosen = self.value() or ""
        term = SchoolTerm.objects.filter(pk=chosen).first() if chosen.isdecimal() else None
        if term is None:
            return queryset
        return queryset.filter(
            starts_at__gte=first_moment(term.starts_on), starts_at__lt=first_moment(term.ends_on + timedelta(days=1))
        )


class RegisterInline(PortalInline):
    model = AttendanceMark
    verbose_name_plural = "What the register says, newest first"
    fields = readonly_fields = ("person", "status", "minutes", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceMark]:
        return AttendanceMark.objects.select_related("enrolment__person", "recorded_by").order_by("-pk")

    @admin.display(description="person")
    def person(self, mark: AttendanceMark) -> str:
        return str(mark.enrolment.person)


class VenueForm(PortalModelForm):
    class Meta:
        model = Venue
        fields = ("name", "address", "access_notes", "capacity")

    def clean_capacity(self) -> int:
        """Under lock: a booking that comes meanwhile waits, and finds the new size."""
        capacity: int = self.cleaned_data["capacity"]
        if self.instance.pk:
            Venue.objects.select_for_update().get(pk=self.instance.pk)
            ahead = Booking.objects.filter(venue=self.instance, during__endswith__gt=clock.now())
            most = max((people or 0 for people in ahead.values_list("people", flat=True)), default=0)
            if capacity < most:
                raise forms.ValidationError(str(VenueHoldsMore(most)))
        return capacity


def _retire(by: User, venue: Venue, cleaned: dict[str, Any]) -> str:
    retire_venue(venue, by=by)
    stay = venue.seminars.filter(ends_at__gt=clock.now()).exclude(state=SeminarState.CANCELLED).count()
    kept = f" {stay:,} session{'' if stay == 1 else 's'} to come stay{'s' if stay == 1 else ''} there." if stay else ""
    return f"{venue} is booked no more.{kept}"


def _take_back(by: User, venue: Venue, cleaned: dict[str, Any]) -> str:
    take_venue_back(venue, by=by)
    return f"{venue} can be booked again."


def _delete(by: User, venue: Venue, cleaned: dict[str, Any]) -> tuple[str, Venue]:
    delete_venue(venue, by=by)
    return f"{venue} is deleted.", Venue()


@admin.register(Venue, site=site)
class VenueAdmin(PortalModelAdmin):
    """Halls are shared by everybody's cohorts."""

    editors = LEADS
    changed_for_all = True
    form = VenueForm
    list_display = ("name", "address", "capacity", "retired_at")
    list_filter = (("retired_at", admin.EmptyFieldListFilter),)
    search_fields = ("name", "address")
    fields = ("name", "address", "access_notes", "capacity", "retired_at")
    readonly_fields = ("retired_at",)
    acts = (
        Act(
            "retire",
            "Retire it",
            run=_retire,
            roles=LEADS,
            offered=lambda venue: venue.retired_at is None,
            explains="It is booked no more. Sessions that stand there already stay, until they are moved.",
        ),
        Act(
            "take_back",
            "Take it back",
            run=_take_back,
            roles=LEADS,
            offered=lambda venue: venue.retired_at is not None,
        ),
        Act(
            "discard",
            "Delete it",
            run=_delete,
            roles=LEADS,
            grave=True,
            explains="Only a venue in which no session ever stood can be deleted. Any other one is retired.",
        ),
    )


@admin.register(Seminar, site=site)
class SeminarAdmin(LookOnlyAdmin):
    row_called = "session"  # a conference is one too
    list_display = ("item", "when", "cohort", "group", "led_by", "mode", "stands", "register")
    list_filter = (
        "state",
        DraftFilter,
        RegisterFilter,
        LedFilter,
        TermFilter,
        ("cohort", admin.RelatedOnlyFieldListFilter),
        ("facilitator", admin.RelatedOnlyFieldListFilter),
        "mode",
    )
    search_fields = ("item__title", "facilitator__full_name", "venue__name")
    search_help_text = "What it is, who leads it, or where."
    date_hierarchy = "starts_at"
    fields = readonly_fields = (
        "item",
        "cohort",
        "group",
        "led_by",
        "when",
        "mode",
        "venue",
        "joining_url",
        "stands",
        "in_the_draft",
        "changes",
        "register",
    )
    inlines = (RegisterInline,)
    list_acts = (
        Act(
            "schedule",
            "Schedule a session",
            run=_schedule,
            form=ScheduleForm,
            roles=LEADS,
            template="cohorts/act_in_steps.html",
            explains="Books the venue, the facilitator and the group, and refuses if one of them is taken.",
        ),
    )
    acts = (
        Act(
            "reschedule",
            "Reschedule",
            run=_reschedule,
            form=MoveForm,
            roles=LEADS,
            template="cohorts/timetable_act.html",
            offered=_has_no_register,
            why_not=_stays,
        ),
        Act(
            "switch",
            "Change how or where",
            run=_switch,
            form=SwitchForm,
            roles=LEADS,
            template="cohorts/timetable_act.html",
            offered=lambda seminar: not _is_cancelled(seminar),
        ),
        Act(
            "facilitator",
            "Change who leads it",
            run=_replace,
            form=FacilitatorForm,
            roles=LEADS,
            offered=lambda seminar: not _is_cancelled(seminar),
            explains="Whoever led it until now is told, and so are whoever leads it then and the group.",
        ),
        Act("link", "Change the joining link", run=_relink, form=LinkForm, roles=LEADS, offered=_is_online),
        Act(
            "drop",
            "Drop the draft’s change",
            run=_drop,
            roles=LEADS,
            offered=_has_draft,
            explains="It stays as people know it. Nobody is told of anything.",
        ),
        Act(
            "cancel",
            "Cancel it",
            run=_cancel,
            form=CancelForm,
            roles=LEADS,
            template="cohorts/timetable_act.html",
            offered=_may_be_cancelled,
            why_not=_stays,
            grave=True,
            explains="The group is told. The item is not expected of them until another session is scheduled.",
        ),
        Act(
            "discard",
            "Take it out of the draft",
            run=_discard,
            roles=LEADS,
            offered=_is_planned,
            grave=True,
            explains="Nobody has been told of it, and nobody is.",
        ),
        Act(
            "rehold",
            "Hold it anew",
            run=_rehold,
            form=ReholdForm,
            roles=LEADS,
            template="cohorts/timetable_act.html",
            offered=_is_cancelled,
            explains="For the same people. It counts again once they are told.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Seminar]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        seminars = Seminar.objects.filter(cohort__in=cohorts_visible_to(request.user))
        return (
            with_roll(seminars)
            .select_related("item", "cohort", "group__cohort", "facilitator", "venue", "pending")
            .order_by("-starts_at")
        )

    def get_fields(self, request: HttpRequest, obj: Seminar | None = None) -> Any:
        """With the way out of a taken register, where two buttons are missing for it."""
        fields = super().get_fields(request, obj)
        return [*fields, "stays"] if obj and _stays(obj) else fields

    @admin.display(description="why it stays")
    def stays(self, seminar: Seminar) -> str:
        return _stays(seminar)

    @admin.display(description="when", ordering="starts_at")
    def when(self, seminar: Seminar) -> str:
        return f"{table_day(seminar.starts_at)}, {time_range(seminar.starts_at, seminar.ends_at)}"

    @admin.display(description="led by", ordering="facilitator__full_name")
    def led_by(self, seminar: Seminar) -> str:
        return str(seminar.facilitator or "Nobody yet")

    @admin.display(description="state", ordering="state")
    def stands(self, seminar: Seminar) -> str:
        stands = seminar.get_state_display()
        return f"{stands}, changed in the draft" if hasattr(seminar, "pending") else stands

    @admin.display(description="in the draft")
    def in_the_draft(self, seminar: Seminar) -> str:
        if not hasattr(seminar, "pending"):
            return ""
        pending = seminar.pending
        if pending.is_cancelled:
            return f"Cancelled: {pending.reason}"
        edit = Edit(seminar, arrangement_of(seminar), arrangement_of(pending))
        return ", ".join(kind.label for kind in edit.what)

    @admin.display(description="what has changed")
    def changes(self, seminar: Seminar) -> SafeString:
        """Newest first, each with its day and who made it."""
        reason = reasons_of([seminar]).get(seminar.pk, "")
        lines = [
            (f"{short_moment(line.at)}, {line.by or 'the portal'}: {' '.join(line.sentences)}",)
            for line in history_of([seminar])[seminar.pk]
        ]
        return format_html_join("", "<p>{}</p>", [*([(f"Why it was cancelled: {reason}",)] if reason else []), *lines])

    @admin.display(description="register")
    def register(self, seminar: Any) -> str:
        if seminar.state == SeminarState.CANCELLED:
            return "Cancelled"
        if (opens_at := register_opens_at(seminar.starts_at)) > clock.now():
            return f"Opens on {short_moment(opens_at)}"
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
