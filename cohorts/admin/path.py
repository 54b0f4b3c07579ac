"""Acts on somebody's path: placing, moving, deferring, returning, extending, leaving. Each shows what follows first."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from applications.models import Application
from cohorts.access import LEADS, cohorts_visible_to, leads_answering_for
from cohorts.actions import (
    defer_enrolment,
    extend_enrolment,
    note_headship,
    place_on_cohort,
    reinstate_enrolment,
    return_from_deferral,
    transfer,
    withdraw_enrolment,
)
from cohorts.kinds import Deferring, Leaving
from cohorts.models import Cohort, Enrolment, Group, Membership
from cohorts.queries import arrival_of, dates_for, departure_of, path_of, school_held_of, with_places_left
from cohorts.rules.path import EXTENSION_MONTHS_MOST, check_planned_return
from cohorts.states import LIVE_ENROLMENT, OPEN_TO_JOIN, EnrolmentState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.schools.actions import change_school
from npqh_portal.schools.models import School
from npqh_portal.web.admin import Act, ActForm
from npqh_portal.web.fields import DateParts
from npqh_portal.web.trail import LEFT_OUT, Told, among, call, days, row, say
from npqh_portal.web.words import short_day, table_day

say(
    {
        "enrolment.made": "Enrolled",
        "enrolment.taken_over": "Taken over from before this portal",
        "enrolment.moved": "Moved on their path",
        "enrolment.return-planned": "Return planned",
        "enrolment.version-moved": "Moved to another version of the programme",
        "enrolment.extended": "Extension changed",
        "enrolment.headship-noted": "Headship noted",
    },
    {
        "application": row("Application", Application),
        "version": row("Version", ProgrammeVersion, "programme"),
        "source": LEFT_OUT,
        "extension": LEFT_OUT,
        "returns_on": Told("Planned return", days),
        "before_start": Told("Before the course began"),
        "for": Told("Why", among(dict(Deferring.choices()) | dict(Leaving.choices()))),
        "approved_by": row("Approved by", User),
        "was": Told("Months before"),
        "months": Told("Months"),
        "is_new": Told("New to headship"),
        "dropped": Told("Without a match"),
        "kept": Told("Items kept"),
        "carried": Told("Of them with credit"),
        "added": Told("New items"),
    },
)
say(
    {"enrolment.moved": "Moved on their path"},
    {
        "from": Told("From", among(dict(EnrolmentState.choices))),
        "to": Told("To", among(dict(EnrolmentState.choices))),
    },
)
say(
    {"enrolment.version-moved": "Moved to another version of the programme"},
    {
        "from": row("From", ProgrammeVersion, "programme"),
        "to": row("To", ProgrammeVersion, "programme"),
    },
)
say(
    {
        "timetable.exported": "Timetable taken away as a file",
        "roster.exported": "List of people taken away as a file",
        "sign-in-sheet.exported": "Sheet to sign taken away as a file",
    },
    {"rows": Told("Rows"), "file": Told("Kind")},
)
say(
    {"membership.opened": "Place given", "membership.ended": "Place ended"},
    {
        "cohort": row("Cohort", Cohort),
        "group": row("Group", Group, "cohort"),
        "reason": Told("How", among(dict(Membership.Reason.choices))),
        "to_on": Told("From then on", days),
    },
)

call(Enrolment.objects.all(), by="person__full_name")
call(Membership.objects.all(), by="enrolment__person__full_name")

# --- what is asked ---------------------------------------------------------------------------------


class Destinations(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A cohort to go to, with the places that are left and its first day."""

    def __init__(self, **kwargs: Any) -> None:
        errors = {"required": "Choose a cohort", "invalid_choice": "That cohort is full by now. Choose another cohort"}
        super().__init__(Cohort.objects.none(), error_messages=errors, **kwargs)

    def label_from_instance(self, cohort: Any) -> str:
        left = f"{cohort.left} place{'' if cohort.left == 1 else 's'} left"
        begins = "begins" if clock.today() <= cohort.starts_on else "joining late: it began"
        another = "" if cohort.is_theirs else ", of another intake"
        version = ", another version of the programme" if cohort.is_of_another_version else ""
        return f"{cohort}, {left}, {begins} {short_day(cohort.starts_on)}{another}{version}"


class SeminarGroups(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A group, with the places that are left in it."""

    def label_from_instance(self, group: Any) -> str:
        left = group.capacity - group.places_taken
        return f"{group}, {left} place{'' if left == 1 else 's'} left" if left > 0 else f"{group}, full"


class PlaceForm(ActForm):
    """Cohorts with a place left that follow the same version as the people; those of their own intakes stand first."""

    cohort = Destinations(label="Cohort")
    group = SeminarGroups(
        Group.objects.none(), label="Seminar group", required=False, help_text="It can be chosen later, by moving them."
    )

    def prepare(self) -> None:
        self.offer(Q(version=self.row.version_id), [self.row.application.intake_id] if self.row.application else [])

    def offer(self, of_version: Q, intakes: Collection[int]) -> None:
        going = cohorts_visible_to(self.by).filter(of_version, state__in=OPEN_TO_JOIN)
        theirs = Cohort.intakes.through.objects.filter(cohort=OuterRef("pk"), intake__in=intakes)
        # Inside a cohort one may move though it is full.
        own = going.filter(memberships__enrolment=self.row, memberships__to_on=None) if self.row else going.none()
        open_ones = with_places_left(going).filter(Q(left__gt=0) | Q(pk__in=own.values("pk")))
        self.fields["cohort"].queryset = open_ones.annotate(  # type: ignore[attr-defined]
            is_theirs=Exists(theirs) if intakes else Value(True),
            is_of_another_version=~Q(version=self.row.version_id) if self.row else Value(False),
        ).order_by("is_of_another_version", "-is_theirs", "-starts_on", "name")
        self.fields["group"].queryset = (  # type: ignore[attr-defined]
            Group.objects.filter(cohort__in=open_ones.values("pk")).select_related("cohort")
        )


class _AnyVersion(PlaceForm):
    def prepare(self) -> None:
        self.offer(
            Q(version__programme=self.row.version.programme_id),
            [self.row.application.intake_id] if self.row.application else [],
        )


def _words(label: str, help_text: str, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=required,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason"},
    )


KEPT = "Kept with the record. Only staff read it."


class ReasonForm(ActForm):
    reason = _words("Why", KEPT)


class TransferForm(_AnyVersion):
    reason = _words("Why", KEPT, required=False)


class ReinstateForm(_AnyVersion):
    reason = _words("Why they come back", KEPT)
    confirmed = forms.BooleanField(
        label="I have spoken with them, and they want to come back",
        error_messages={"required": "Confirm that they want to come back"},
    )


class _ReturnForm(ActForm):
    returns_on = DateParts(
        subject="The planned return",
        label="Planned return",
        help_text="If it is known. It is a plan: nothing happens by itself on that day.",
        required=False,
    )

    def clean_returns_on(self) -> date | None:
        returns_on: date | None = self.cleaned_data["returns_on"]
        if returns_on != self.row.returns_on:
            try:
                check_planned_return(returns_on, today=clock.today())
            except RuleViolation as refusal:
                raise forms.ValidationError(str(refusal)) from refusal
        return returns_on


class DeferForm(_ReturnForm):
    why = forms.ChoiceField(
        label="Why they defer",
        choices=[("", "Choose a reason"), *Deferring.choices()],
        error_messages={"required": "Choose why they defer"},
    )
    reason = _words("In words", KEPT)
    field_order = ("why", "reason", "returns_on")

    def clean_why(self) -> Deferring:
        return Deferring(self.cleaned_data["why"])


class PlannedReturnForm(_ReturnForm):
    reason = _words("Why", KEPT)

    def prepare(self) -> None:
        self.fields["returns_on"].initial = self.row.returns_on


class WithdrawForm(ActForm):
    why = forms.ChoiceField(
        label="Why they leave",
        choices=[("", "Choose a reason"), *Leaving.choices()],
        error_messages={"required": "Choose why they leave"},
    )
    reason = _words("In words", KEPT)

    def clean_why(self) -> Leaving:
        return Leaving(self.cleaned_data["why"])


class ExtendForm(ActForm):
    months = forms.IntegerField(
        label="Months in all",
        help_text="0 takes an extension back, as long as it has not begun to count.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-3"}),
        error_messages={"required": "Enter how many months", "invalid": "Enter a whole number of months, like 3"},
    )
    approved_by = forms.ModelChoiceField(
        User.objects.none(),
        label="Approved by",
        help_text="Another lead than you. Name yourself only if nobody else answers for it: the record will say so.",
        error_messages={"required": "Choose who approved it"},
    )
    reason = _words("Why", KEPT)

    def prepare(self) -> None:
        answering = leads_answering_for(self.row).annotate(is_who_enters=Q(pk=self.by.pk))
        self.fields["approved_by"].queryset = answering.order_by(  # type: ignore[attr-defined]
            "is_who_enters", "full_name", "pk"
        )
        self.fields["approved_by"].label_from_instance = (  # type: ignore[attr-defined]
            lambda lead: f"{lead} (you)" if lead.pk == self.by.pk else str(lead)
        )
        self.fields["months"].initial = self.row.extension_months or None

    def clean_months(self) -> int:
        months: int = self.cleaned_data["months"]
        most = min(self.row.version.extension_months_most, EXTENSION_MONTHS_MOST)
        if not 0 <= months <= most:
            raise forms.ValidationError(f"Enter a number of months from 0 to {most}")
        return months


class SchoolForm(ActForm):
    urn = forms.CharField(
        label="URN of the school where they work now",
        help_text="Six or seven digits, as the national register has it.",
        max_length=7,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-10"}),
        error_messages={"required": "Enter the URN of the school"},
    )
    from_on = DateParts(label="Since when", subject="The day they began there")
    reason = _words("How you know", KEPT)

    def clean_urn(self) -> School:
        school = School.objects.filter(urn=self.cleaned_data["urn"].strip()).first()
        if school is None:
            raise forms.ValidationError("No school has that URN. Look it up in the list of schools")
        return school


# --- what is done ----------------------------------------------------------------------------------


def late_in_words(cohort: Cohort) -> str:
    if clock.today() <= cohort.starts_on:
        return ""
    return (
        f" They join late: it began on {short_day(cohort.starts_on)}, and what was held before can only be caught up."
    )


def _place(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    membership = place_on_cohort(enrolment, **cleaned, by=by)
    return f"Placed in {membership.cohort}. The letter is on its way.{late_in_words(membership.cohort)}"


def _transfer(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    stay = enrolment.memberships.filter(to_on=None).first()
    membership = transfer(enrolment, **cleaned, by=by)
    if membership == stay:
        return "Nothing has changed."
    return f"Moved to {membership.group or membership.cohort}. The letter is on its way."


def _return(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    membership = return_from_deferral(enrolment, **cleaned, by=by)
    return f"Back, in {membership.cohort}. What was credited before counts on."


def _reinstate(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    cleaned.pop("confirmed")
    membership = reinstate_enrolment(enrolment, **cleaned, by=by)
    return f"Reinstated, in {membership.cohort}. What was credited before counts again. The letter is on its way."


def _defer(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    deferred = defer_enrolment(enrolment, **cleaned, by=by)
    plan = f" The planned return is {short_day(deferred.returns_on)}." if deferred.returns_on else ""
    return f"Deferred. What was credited stays.{plan}"


def _plan_return(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    deferred = defer_enrolment(enrolment, **cleaned, by=by)
    if deferred.returns_on is None:
        return "No return is planned any more. They are told by email."
    return f"The planned return is {short_day(deferred.returns_on)}. They are told by email."


def _withdraw(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    withdraw_enrolment(enrolment, **cleaned, by=by)
    return "Withdrawn. The record stays, and they are told by email."


def _extend(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    extended = extend_enrolment(enrolment, **cleaned, by=by)
    dates = dates_for(extended) if extended.state == EnrolmentState.ACTIVE else None
    ends = f" Their assessment ends on {short_day(dates.assessment_ends_on)} at the latest." if dates else ""
    months = extended.extension_months
    return f"Extended by {months} month{'' if months == 1 else 's'}.{ends}" if months else f"No extension now.{ends}"


def _note_headship(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    noted = note_headship(enrolment, is_new=not enrolment.is_new_to_headship, **cleaned, by=by)
    return "Noted as new to headship." if noted.is_new_to_headship else "Noted as not new to headship."


def _school(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    held = school_held_of(enrolment.person, enrolment)
    school, from_on = cleaned["urn"], cleaned["from_on"]
    change_school(enrolment.person, school=school, from_on=from_on, before=held, reason=cleaned["reason"], by=by)
    return f"{enrolment.person} works at {school} since {short_day(from_on)}."


# --- what would follow -----------------------------------------------------------------------------


def _arrival(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {"arrival": arrival_of(enrolment, cleaned["cohort"], cleaned["group"], clock.now())}


def _previews(enrolment: Enrolment) -> dict[str, Any]:
    """For the page's second button: what an act's own function is, no template can ask."""
    return {"previews": True}


def _departure(enrolment: Enrolment) -> dict[str, Any]:
    return {"enrolment": enrolment, "departure": departure_of(enrolment, clock.now())}


def _ends(enrolment: Enrolment) -> dict[str, Any]:
    """On which day their assessment would end, by months of extension; of somebody deferred that is not known yet."""
    if enrolment.state != EnrolmentState.ACTIVE:
        return {}
    most = min(enrolment.version.extension_months_most, EXTENSION_MONTHS_MOST)
    ends = [(months, dates_for(enrolment, extension_months=months)) for months in range(most + 1)]
    return {"ends": [(months, dates.assessment_ends_on) for months, dates in ends if dates], "enrolment": enrolment}


# --- when it is offered ----------------------------------------------------------------------------


def is_in(*states: EnrolmentState) -> Any:
    return lambda enrolment: enrolment.state in states


def _has_place(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.ACTIVE and enrolment.memberships.filter(to_on=None).exists()


def _lacks_place(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.ACTIVE and not enrolment.memberships.filter(to_on=None).exists()


def _has_left(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.WITHDRAWN and not enrolment.is_taken_over


def _may_extend(enrolment: Enrolment) -> bool:
    return (
        enrolment.state in LIVE_ENROLMENT
        and enrolment.is_new_to_headship
        and enrolment.version.extension_months_most > 0
    )


def _may_be_noted(enrolment: Enrolment) -> bool:
    return (
        enrolment.state in LIVE_ENROLMENT
        and not enrolment.extension_months
        and enrolment.version.extension_months_most > 0
    )


_TEMPLATE = "cohorts/path_act.html"

PLACING = (
    Act(
        "place", "Place on a cohort", run=_place, form=PlaceForm, roles=LEADS, offered=_lacks_place,
        preview=_arrival, context=_previews, template=_TEMPLATE,
    ),
    Act(
        "move", "Move", run=_transfer, form=TransferForm, roles=LEADS, offered=_has_place,
        preview=_arrival, context=_previews, template=_TEMPLATE,
        explains="To another group or cohort of the same programme. What was credited goes with them.",
    ),
    Act(
        "defer", "Defer", run=_defer, form=DeferForm, roles=LEADS, offered=is_in(EnrolmentState.ACTIVE),
        context=_departure, template=_TEMPLATE,
        explains="They stop for a while and come back to a later cohort, whose dates are theirs then. It is no "
        "extension, which gives people new to headship more time for their assessment; and neither another assessment "
        "window nor a reasonable adjustment, which leave their path as it is.",
    ),
    Act(
        "return", "Return from deferral", run=_return, form=_AnyVersion, roles=LEADS,
        offered=is_in(EnrolmentState.DEFERRED), preview=_arrival, context=_previews, template=_TEMPLATE,
        explains="Into a cohort of the same programme. What was credited before counts on, and what is expected is "
        "what that cohort still holds.",
    ),
    Act(
        "plan_return", "Change the planned return", run=_plan_return, form=PlannedReturnForm, roles=LEADS,
        offered=is_in(EnrolmentState.DEFERRED),
        explains="It is a plan: on the day itself nothing happens, until you let them return.",
    ),
)  # fmt: skip
ENDING = (
    Act(
        "extend", "Extend", run=_extend, form=ExtendForm, roles=LEADS, offered=_may_extend,
        context=_ends, template=_TEMPLATE,
        explains="For people new to headship only: their assessment ends later. The course, its sessions and the "
        "windows of their cohort stay as they are. Whoever stops for a while is deferred instead; another window, or "
        "another way of being assessed, is neither.",
    ),
    Act(
        "headship", "Change whether they are new to headship", run=_note_headship, form=ReasonForm, roles=LEADS,
        offered=_may_be_noted, template=_TEMPLATE, context=lambda enrolment: {"noting": enrolment},
    ),
    Act(
        "school", "Change their school", run=_school, form=SchoolForm, roles=LEADS, offered=is_in(*LIVE_ENROLMENT),
        explains="What was held is kept beside it, and the application keeps its own copy. Nothing that was decided "
        "about funding changes by itself.",
    ),
    Act(
        "withdraw", "Withdraw", run=_withdraw, form=WithdrawForm, roles=LEADS, offered=is_in(*LIVE_ENROLMENT),
        grave=True, context=_departure, template=_TEMPLATE,
    ),
    Act(
        "reinstate", "Reinstate", run=_reinstate, form=ReinstateForm, roles=LEADS, offered=_has_left,
        preview=_arrival, context=_previews, template=_TEMPLATE,
        explains="Takes somebody who has withdrawn back into a cohort. What was credited before counts again.",
    ),
)  # fmt: skip


# --- what stands on the record and the list --------------------------------------------------------


def path_in_words(enrolment: Enrolment) -> SafeString | str:
    """The path from its beginning, one line each: when, what, why and by whom."""
    lines = format_html_join(
        "",
        "<li>{}: {}{}. {}</li>",
        (
            (table_day(step.at), step.what, _why(step.why), f"Entered by {step.by}." if step.by else "")
            for step in path_of(enrolment)
        ),
    )
    return format_html("<ol>{}</ol>", lines) if lines else "Nothing is recorded."


def _why(why: str | None) -> str:
    if why is None:
        return " (the reason has been erased)"
    return f" (“{why}”)" if why else ""


class Departed(admin.SimpleListFilter):
    """Whoever withdrew before the course began for them stands apart: DfE never heard of them (T30)."""

    title = "when they withdrew"
    parameter_name = "withdrew"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("before", "Before the course began"), ("since", "Since it began")]

    def queryset(self, request: Any, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        left = queryset.filter(withdrawn_on__isnull=False)
        begun = Exists(
            Cohort.objects.filter(memberships__enrolment=OuterRef("pk"), starts_on__lte=OuterRef("withdrawn_on"))
        )
        return {"before": left.filter(~begun), "since": left.filter(begun)}.get(self.value() or "", queryset)


class ExtensionFilter(admin.SimpleListFilter):
    title = "extension"
    parameter_name = "extended"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("yes", "Extended"), ("could", "New to headship, not extended")]

    def queryset(self, request: Any, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        could = queryset.filter(is_new_to_headship=True, extension_months=0)
        return {"yes": queryset.filter(extension_months__gt=0), "could": could}.get(self.value() or "", queryset)


class ReturnFilter(admin.SimpleListFilter):
    title = "planned return"
    parameter_name = "returns"

    def lookups(self, request: Any, model_admin: Any) -> list[tuple[str, str]]:
        return [("past", "Was planned for a day that is past"), ("planned", "Planned"), ("open", "Not planned")]

    def queryset(self, request: Any, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        deferred = queryset.filter(state=EnrolmentState.DEFERRED)
        chosen: dict[str, QuerySet[Enrolment]] = {
            "past": overdue_returns(deferred),
            "planned": deferred.filter(returns_on__isnull=False),
            "open": deferred.filter(returns_on=None),
        }
        return chosen.get(self.value() or "", queryset)


def overdue_returns(enrolments: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
    """Deferred, and planned to have come back by now."""
    return enrolments.filter(state=EnrolmentState.DEFERRED, returns_on__lte=clock.today())


FILTERS: Iterable[type[admin.SimpleListFilter]] = (Departed, ExtensionFilter, ReturnFilter)
