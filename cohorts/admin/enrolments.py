"""Who is enrolled, where they are placed, and what they have been credited."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db import transaction
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.urls import reverse

from cohorts.access import LEADS, applications_to_place, cohorts_visible_to, enrolments_visible_to
from cohorts.actions import (
    defer_enrolment,
    enrol,
    exempt_item,
    place_on_cohort,
    return_from_deferral,
    withdraw_enrolment,
)
from cohorts.models import AttendanceMark, Cohort, Enrolment, Group, LedgerEntry, Membership, PersonalItem
from cohorts.queries import accepted_without_enrolment, enrolled_without_place, standing_of, with_places_left
from cohorts.states import LIVE_ENROLMENT, OPEN_TO_JOIN, EnrolmentState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, PortalInline, Waiting, site
from npqh_portal.web.words import hours, percent, table_day

# More than this many are placed in several goes: nobody reads a longer list of boxes.
PEOPLE_ON_A_PAGE = 100


class Destinations(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A group to go to, or a cohort as a whole, with the places that are left."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(Cohort.objects.none(), error_messages={"required": "Choose a cohort"}, **kwargs)

    def label_from_instance(self, cohort: Any) -> str:
        return f"{cohort}, {cohort.left} place{'' if cohort.left == 1 else 's'} left"


class PlaceForm(ActForm):
    cohort = Destinations(label="Cohort")
    group = forms.ModelChoiceField(
        Group.objects.none(), label="Seminar group", required=False, help_text="It can be chosen later, by moving them."
    )

    def prepare(self) -> None:
        open_ones = cohorts_visible_to(self.by).filter(state__in=OPEN_TO_JOIN)
        self.fields["cohort"].queryset = with_places_left(open_ones)  # type: ignore[attr-defined]
        self.fields["group"].queryset = (  # type: ignore[attr-defined]
            Group.objects.filter(cohort__in=open_ones).select_related("cohort")
        )


class PlaceAcceptedForm(PlaceForm):
    people = forms.MultipleChoiceField(
        label="Who",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person"},
    )
    field_order = ("people", "cohort", "group")

    def prepare(self) -> None:
        super().prepare()
        waiting = _accepted_waiting(self.by).select_related("intake").order_by("decided_at", "pk")
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (application.reference, f"{application.full_name}, {application.school_name or application.intake}")
            for application in waiting[:PEOPLE_ON_A_PAGE]
        ]


class ReasonForm(ActForm):
    reason = forms.CharField(
        label="Why",
        help_text="Kept with the record. Only staff read it.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason"},
    )


class ExemptForm(ReasonForm):
    item = forms.ModelChoiceField(Item.objects.none(), label="Item", error_messages={"required": "Choose the item"})
    field_order = ("item", "reason")

    def prepare(self) -> None:
        expected = PersonalItem.Expectation.EXPECTED
        self.fields["item"].queryset = Item.objects.filter(  # type: ignore[attr-defined]
            personal_items__enrolment=self.row, personal_items__expectation=expected
        ).order_by("number")


def _accepted_waiting(user: User) -> QuerySet[Any]:
    return accepted_without_enrolment().filter(pk__in=applications_to_place(user).values("pk"))


def _place_accepted(by: User, row: None, cleaned: dict[str, Any]) -> str:
    """All of them or none: a cohort that fills up on the way is said before anybody is told."""
    with transaction.atomic():
        for application in _accepted_waiting(by).filter(reference__in=cleaned["people"]).order_by("pk"):
            place_on_cohort(enrol(application, by=by), cohort=cleaned["cohort"], group=cleaned["group"], by=by)
    return f"Placed in {cleaned['cohort']}: {len(cleaned['people'])}. Each is told by email."


def _place(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    membership = place_on_cohort(enrolment, **cleaned, by=by)
    return f"Placed in {membership.cohort}. The letter is on its way."


def _move(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    membership = place_on_cohort(enrolment, **cleaned, reason=Membership.Reason.MOVED, by=by)
    return f"Moved to {membership.group or membership.cohort}. The letter is on its way."


def _return(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    membership = return_from_deferral(enrolment, **cleaned, by=by)
    return f"Back, in {membership.cohort}. What was credited before counts on."


def _defer(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    defer_enrolment(enrolment, **cleaned, by=by)
    return "Deferred. What was credited stays."


def _withdraw(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    withdraw_enrolment(enrolment, **cleaned, by=by)
    return "Withdrawn. The record stays."


def _exempt(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    line = exempt_item(enrolment, **cleaned, by=by)
    return f"“{line.item}” is off their list."


def _is(*states: EnrolmentState) -> Any:
    return lambda enrolment: enrolment.state in states


def _has_place(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.ACTIVE and enrolment.memberships.filter(to_on=None).exists()


def _lacks_place(enrolment: Enrolment) -> bool:
    return enrolment.state == EnrolmentState.ACTIVE and not enrolment.memberships.filter(to_on=None).exists()


class MembershipInline(PortalInline):
    model = Membership
    fields = readonly_fields = ("cohort", "group", "from_on", "to_on", "reason")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Membership]:
        return Membership.objects.select_related("cohort", "group__cohort").order_by("-pk")


class MarkInline(PortalInline):
    model = AttendanceMark
    verbose_name_plural = "What registers say, newest first"
    fields = readonly_fields = ("session", "status", "minutes", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[AttendanceMark]:
        return AttendanceMark.objects.select_related("seminar__item", "recorded_by").order_by("-pk")

    @admin.display(description="session")
    def session(self, mark: AttendanceMark) -> str:
        return f"{mark.seminar.item.title}, {table_day(mark.seminar.starts_at)}"


class LedgerInline(PortalInline):
    model = LedgerEntry
    verbose_name_plural = "Ledger, newest first"
    fields = readonly_fields = ("item", "change", "source", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return LedgerEntry.objects.select_related("item", "recorded_by").order_by("-pk")


class ExemptInline(PortalInline):
    model = PersonalItem
    verbose_name_plural = "Items that are not expected"
    fields = readonly_fields = ("item", "expectation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonalItem]:
        exempt = PersonalItem.objects.exclude(expectation=PersonalItem.Expectation.EXPECTED)
        return exempt.select_related("item").order_by("item__number")


class PlaceFilter(admin.SimpleListFilter):
    title = "place"
    parameter_name = "place"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("none", "Not placed yet")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        if self.value() == "none":
            return queryset.filter(pk__in=enrolled_without_place().values("pk"))
        return queryset


@admin.register(Enrolment, site=site)
class EnrolmentAdmin(LookOnlyAdmin):
    list_display = ("person", "state", "place", "version", "enrolled")
    list_filter = ("state", PlaceFilter, ("memberships__cohort", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("person", "version__programme")
    search_fields = ("person__full_name", "person__email", "application__reference")
    search_help_text = "Name, email or the application's reference."
    fields = (
        "person",
        "application",
        "version",
        "state",
        "engagement",
        "is_new_to_headship",
        "extension_months",
        "enrolled_at",
    )
    readonly_fields = fields
    inlines = (MembershipInline, LedgerInline, MarkInline, ExemptInline)
    list_acts = (
        Act(
            "accepted",
            "Place accepted people",
            run=_place_accepted,
            form=PlaceAcceptedForm,
            roles=LEADS,
            explains="Everybody accepted and not yet placed, oldest decision first. Each gets a letter with the dates.",
        ),
    )
    acts = (
        Act("place", "Place on a cohort", run=_place, form=PlaceForm, roles=LEADS, offered=_lacks_place),
        Act(
            "move",
            "Move",
            run=_move,
            form=PlaceForm,
            roles=LEADS,
            offered=_has_place,
            explains="To another group or cohort of the same programme. What was credited goes with them.",
        ),
        Act(
            "defer",
            "Defer",
            run=_defer,
            form=ReasonForm,
            roles=LEADS,
            offered=_is(EnrolmentState.ACTIVE),
            explains="Their place in the cohort ends today and is free again. What was credited stays.",
        ),
        Act(
            "return",
            "Return from deferral",
            run=_return,
            form=PlaceForm,
            roles=LEADS,
            offered=_is(EnrolmentState.DEFERRED),
            explains="Into a cohort of the same version of the programme. What was credited before counts on.",
        ),
        Act("exempt", "Exempt from an item", run=_exempt, form=ExemptForm, roles=LEADS, offered=_is(*LIVE_ENROLMENT)),
        Act(
            "withdraw",
            "Withdraw",
            run=_withdraw,
            form=ReasonForm,
            roles=LEADS,
            offered=_is(*LIVE_ENROLMENT),
            grave=True,
            explains="Their run of the programme ends, and their place is free again. The record stays.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        visible = enrolments_visible_to(request.user).values("pk")
        open_stay = Membership.objects.filter(enrolment=OuterRef("pk"), to_on=None)
        return (
            Enrolment.objects.filter(pk__in=visible)
            .annotate(place_name=Subquery(open_stay.values("cohort__name")[:1]))
            .select_related("person", "version__programme", "application")
            .order_by("person__full_name", "pk")
        )

    @admin.display(description="cohort", empty_value="Not placed")
    def place(self, enrolment: Any) -> str | None:
        name: str | None = enrolment.place_name
        return name

    @admin.display(description="enrolled", ordering="enrolled_at")
    def enrolled(self, enrolment: Enrolment) -> str:
        return table_day(enrolment.enrolled_at)

    @admin.display(description="engagement")
    def engagement(self, enrolment: Enrolment) -> str:
        found = standing_of(enrolment, clock.now())
        word = found.state.replace("_", " ").capitalize()
        if len(found.components) == 1 and found.components[0].unit == "minutes":
            share = percent(found.credited, found.total)
            return f"{word}. {hours(found.credited)} of {hours(found.total)}, {share}."
        return f"{word}. {found.tenths // 10}.{found.tenths % 10}%."


@site.work_waiting
def people_without_place(user: User) -> Iterator[Waiting]:
    accepted = _accepted_waiting(user)
    oldest = accepted.order_by("decided_at").values_list("decided_at", flat=True).first()
    yield Waiting(
        label="Accepted, not yet placed",
        count=accepted.count(),
        address=reverse("admin:cohorts_enrolment_accepted"),
        words=f"The oldest decision is of {table_day(oldest)}." if oldest else "",
        since=clock.london_date(oldest) if oldest else None,
    )
    enrolled = enrolled_without_place().filter(pk__in=enrolments_visible_to(user).values("pk"))
    if count := enrolled.count():
        address = reverse("admin:cohorts_enrolment_changelist") + "?place=none"
        yield Waiting(label="Enrolled, without a place", count=count, address=address)
