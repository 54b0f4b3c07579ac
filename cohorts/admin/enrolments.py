"""Who is enrolled, where they are placed, and what they have been credited."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import ExtractYear
from django.http import HttpRequest
from django.urls import reverse

from cohorts.access import LEADS, applications_to_place, enrolments_visible_to
from cohorts.actions import adjust_credit, exempt_item, expect_item, place_accepted
from cohorts.models import AttendanceMark, Enrolment, LedgerEntry, Membership, PastRun, PersonalItem
from cohorts.queries import accepted_without_enrolment, enrolled_without_place, item_lines, school_held_of, standing_of
from cohorts.queries.crediting import change_of, with_units
from cohorts.queries.engagement import ItemLine
from cohorts.rules.dates import CourseDates, course_dates
from cohorts.rules.path import left_before_start
from cohorts.states import LIVE_ENROLMENT, EnrolmentState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.queries import current_policy
from npqh_portal.web.admin import Act, ActForm, Link, LookOnlyAdmin, PortalInline, Waiting, site
from npqh_portal.web.words import hours, percent, short_day, table_day

from .path import (
    ENDING,
    FILTERS,
    PLACING,
    PlaceForm,
    ReasonForm,
    is_in,
    late_in_words,
    overdue_returns,
    path_in_words,
)

# More than this many are placed in several goes: nobody reads a longer list of boxes.
PEOPLE_ON_A_PAGE = 100


class PlaceAcceptedForm(PlaceForm):
    people = forms.MultipleChoiceField(
        label="Who",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Choose at least one person"},
    )
    field_order = ("people", "cohort", "group")

    def prepare(self) -> None:
        accepted = _accepted_waiting(self.by).select_related("intake").order_by("decided_at", "pk")
        waiting = list(accepted[:PEOPLE_ON_A_PAGE])
        self.offer(Q(version__in={one.intake.version_id for one in waiting}), {one.intake_id for one in waiting})
        self.fields["people"].choices = [  # type: ignore[attr-defined]
            (one.reference, ", ".join(filter(None, (one.full_name, one.school_name, f"for {one.intake}"))))
            for one in waiting
        ]


class ItemChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An item of somebody's list, with what is credited of it."""

    credited: Mapping[int, str]

    def label_from_instance(self, item: Any) -> str:
        credited = self.credited.get(item.pk)
        return f"{item}: loses the {credited} credited" if credited else str(item)


class ItemForm(ReasonForm):
    expectation = PersonalItem.Expectation.EXEMPT
    item = ItemChoice(queryset=Item.objects.none(), label="Item", error_messages={"required": "Choose the item"})
    field_order = ("item", "reason")

    def prepare(self) -> None:
        self._offer({})

    def _offer(self, credited: Mapping[int, str], *, but: Iterable[int] = ()) -> None:
        field = self.fields["item"]
        assert isinstance(field, ItemChoice)  # noqa: S101  # declared just above
        field.credited = credited
        self.fields["reason"].help_text = "The participant reads it, in a letter and beside the item."
        field.queryset = (
            Item.objects.filter(personal_items__enrolment=self.row, personal_items__expectation=self.expectation)
            .exclude(pk__in=but)
            .order_by("number")
        )


class ExemptForm(ItemForm):
    """What is credited in full is not offered: nobody is spared what they have done."""

    expectation = PersonalItem.Expectation.EXPECTED

    def prepare(self) -> None:
        lines = item_lines(self.row, clock.now()).values()
        credited = _credited_in_words(self.row, [line for line in lines if line.credited])
        self._offer(credited, but=[line.item_id for line in lines if line.worth and line.credited == line.worth])


def _credited_in_words(enrolment: Enrolment, lines: Collection[ItemLine]) -> dict[int, str]:
    """By item, what is credited of what it is worth: "60 of 120 minutes", "0 of 1 unit"."""
    components = current_policy(enrolment.version).components.all()
    units = {kind: part.unit for part in components for kind in part.kinds}
    items = Item.objects.in_bulk([line.item_id for line in lines])

    def named(line: ItemLine) -> str:
        unit = units[items[line.item_id].kind]
        return unit.removesuffix("s") if line.worth == 1 else unit

    return {line.item_id: f"{line.credited:,} of {line.worth:,} {named(line)}" for line in lines}


class CreditChoice(forms.ModelChoiceField):  # type: ignore[type-arg]  # not subscriptable at run time
    """An item that counts, with what is credited of what it is worth."""

    credited: Mapping[int, str]

    def label_from_instance(self, item: Any) -> str:
        return f"{item}: {self.credited[item.pk]}"


class AdjustForm(ActForm):
    item = CreditChoice(queryset=Item.objects.none(), label="Item", error_messages={"required": "Choose the item"})
    credited = forms.IntegerField(
        label="Credited from now on",
        min_value=0,
        help_text="As much as the item is worth at most, in its minutes or units; 0 for nothing.",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "class": "govuk-input--width-4"}),
        error_messages={
            "required": "Enter what is to be credited",
            "invalid": "Enter a whole number",
            "min_value": "Enter 0 or more",
        },
    )
    reason = forms.CharField(
        label="Why",
        help_text="The participant reads it, in a letter and beside the item.",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Give a reason"},
    )

    def prepare(self) -> None:
        field = self.fields["item"]
        assert isinstance(field, CreditChoice)  # noqa: S101  # declared just above
        field.credited = _credited_in_words(self.row, item_lines(self.row, clock.now()).values())
        field.queryset = Item.objects.filter(pk__in=field.credited).order_by("number")


def _accepted_waiting(user: User) -> QuerySet[Any]:
    return accepted_without_enrolment().filter(pk__in=applications_to_place(user).values("pk"))


def _place_accepted(by: User, row: None, cleaned: dict[str, Any]) -> str:
    """All of them or none: a cohort that fills up on the way is said before anybody is told."""
    chosen = _accepted_waiting(by).filter(reference__in=cleaned["people"]).order_by("pk")
    place_accepted(chosen, cohort=cleaned["cohort"], group=cleaned["group"], by=by)
    late = late_in_words(cleaned["cohort"])
    return f"Placed in {cleaned['cohort']}: {len(cleaned['people'])}. Each is told by email.{late}"


def _exempt(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    line = exempt_item(enrolment, **cleaned, by=by)
    return f"“{line.item}” is off their list, and so is what was credited for it. They are told by email."


def _expect(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    line = expect_item(enrolment, **cleaned, by=by)
    return f"“{line.item}” is on their list again, with what is credited for it. They are told by email."


def _adjust(by: User, enrolment: Enrolment, cleaned: dict[str, Any]) -> str:
    if adjust_credit(enrolment, **cleaned, by=by) is None:
        return "So much was credited already: nothing was changed, and nobody is told."
    return (
        f"“{cleaned['item']}” is credited with {cleaned['credited']:,} now. They are told by email, with your reason."
    )


def _has_exemption(enrolment: Enrolment) -> bool:
    exempt = PersonalItem.Expectation.EXEMPT
    return enrolment.state in LIVE_ENROLMENT and enrolment.personal_items.filter(expectation=exempt).exists()


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
    fields = readonly_fields = ("item", "changed", "source", "why", "recorded_at", "recorded_by")

    def get_queryset(self, request: HttpRequest) -> QuerySet[LedgerEntry]:
        return with_units(LedgerEntry.objects.select_related("item", "recorded_by", "reason")).order_by("-pk")

    @admin.display(description="change")
    def changed(self, entry: LedgerEntry) -> str:
        return change_of(entry).in_words

    @admin.display(description="why")
    def why(self, entry: LedgerEntry) -> str:
        return entry.reason.text if hasattr(entry, "reason") else "–"


class ExemptInline(PortalInline):
    model = PersonalItem
    verbose_name_plural = "Items that are not expected"
    fields = readonly_fields = ("item", "expectation")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PersonalItem]:
        exempt = PersonalItem.objects.exclude(expectation=PersonalItem.Expectation.EXPECTED)
        return exempt.select_related("item").order_by("item__number")


class PastRunInline(PortalInline):
    model = PastRun
    verbose_name_plural = "Before this portal"
    fields = readonly_fields = ("cohort_name", "started_on", "completed_on", "source")

    def get_queryset(self, request: HttpRequest) -> QuerySet[PastRun]:
        return PastRun.objects.select_related("source")


class OriginFilter(admin.SimpleListFilter):
    title = "where it took place"
    parameter_name = "origin"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("here", "Here"), ("before", "Before this portal")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        if self.value() in {"here", "before"}:
            return queryset.filter(past_run__isnull=self.value() == "here")
        return queryset


class YearFilter(admin.SimpleListFilter):
    title = "year it began"
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = Enrolment.objects.annotate(year=ExtractYear("enrolled_at")).order_by("-year")
        return [(str(year), str(year)) for year in years.values_list("year", flat=True).distinct()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Enrolment]) -> QuerySet[Enrolment]:
        year = self.value() or ""
        return queryset.filter(enrolled_at__year=int(year)) if year.isdecimal() and len(year) == 4 else queryset


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
    named = {
        "is_new_to_headship": "new to headship",
        "extension_months": "months of extension",
        "enrolled_at": "enrolled",
    }
    list_display = ("person", "standing_now", "place", "seminar_group", "assessment_ends", "version", "enrolled")
    list_filter = (
        "state",
        PlaceFilter,
        *FILTERS,
        OriginFilter,
        YearFilter,
        ("version__programme", admin.RelatedOnlyFieldListFilter),
        ("memberships__cohort", admin.RelatedOnlyFieldListFilter),
    )
    list_select_related = ("person", "version__programme")
    search_fields = ("person__full_name", "person__email", "application__reference")
    search_help_text = "Name, email or the application's reference."
    fields = (
        "person",
        "application",
        "version",
        "standing_now",
        "path",
        "dates",
        "school",
        "engagement",
        "is_new_to_headship",
        "extension_months",
        "enrolled_at",
    )
    readonly_fields = fields
    inlines = (PastRunInline, MembershipInline, LedgerInline, MarkInline, ExemptInline)
    list_acts = (
        Act(
            "accepted",
            "Place accepted people",
            run=_place_accepted,
            form=PlaceAcceptedForm,
            roles=LEADS,
            explains="Everybody accepted and not yet placed, oldest decision first. Each gets a letter with the dates.",
            template="cohorts/place_accepted.html",
        ),
    )
    acts = (
        *PLACING,
        Act(
            "exempt",
            "Exempt from an item",
            run=_exempt,
            form=ExemptForm,
            roles=LEADS,
            offered=is_in(*LIVE_ENROLMENT),
            grave=True,
            explains="The item leaves the sum of their engagement, and whatever is credited for it leaves with it. "
            "What they have done in full is not listed. They are told by email, with your reason. An exemption can be "
            "taken back.",
        ),
        Act(
            "expect",
            "Take back an exemption",
            run=_expect,
            form=ItemForm,
            roles=LEADS,
            offered=_has_exemption,
            explains="The item counts in the sum of their engagement again, with whatever is credited for it.",
        ),
        Act(
            "adjust",
            "Adjust credit",
            run=_adjust,
            roles=LEADS,
            form=AdjustForm,
            offered=is_in(*LIVE_ENROLMENT),
            explains="Where a register or a record says too little or too much and cannot be corrected itself. What is "
            "there stays; the difference is a new entry of the ledger. What a register says of it later goes on top.",
        ),
        *ENDING,
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Enrolment]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        visible = enrolments_visible_to(request.user).values("pk")
        latest_stay = Membership.objects.filter(enrolment=OuterRef("pk")).order_by("-pk")
        open_stay = latest_stay.filter(to_on=None)
        return (
            Enrolment.objects.filter(pk__in=visible)
            .annotate(
                place_name=Subquery(open_stay.values("cohort__name")[:1]),
                group_name=Subquery(open_stay.values("group__name")[:1]),
                last_start=Subquery(latest_stay.values("cohort__starts_on")[:1]),
            )
            .select_related("person", "version__programme", "application", "past_run")
            .order_by("person__full_name", "pk")
        )

    def get_inlines(self, request: HttpRequest, obj: Enrolment | None) -> Any:
        """Of a run from before this portal there is nothing but what the list said, and of any other no list."""
        before = obj is not None and obj.is_taken_over
        return [inline for inline in self.inlines if (inline is PastRunInline) is before]

    def recorded_with(self, row: Enrolment) -> Iterable[QuerySet[Any]]:
        return row.memberships.all(), row.personal_items.all(), row.ledger.all()

    @admin.display(description="cohort", empty_value="Not placed")
    def place(self, enrolment: Any) -> str | None:
        if enrolment.is_taken_over:
            return f"{enrolment.past_run.cohort_name or 'Not known'}, before this portal"
        name: str | None = enrolment.place_name
        return name

    @admin.display(description="group", empty_value="–")
    def seminar_group(self, enrolment: Any) -> str | None:
        name: str | None = enrolment.group_name
        return name

    @admin.display(description="state", ordering="state")
    def standing_now(self, enrolment: Any) -> str:
        """The state, with what of it the word alone does not say."""
        words = enrolment.get_state_display()
        if enrolment.state == EnrolmentState.DEFERRED:
            plan = f", to return on {short_day(enrolment.returns_on)}" if enrolment.returns_on else ""
            why = f": {enrolment.get_deferred_for_display().lower()}" if enrolment.deferred_for else ""
            return f"{words}{plan}{why}"
        if enrolment.withdrawn_on:
            began = enrolment.last_start
            before = " before the course began" if left_before_start(enrolment.withdrawn_on, began) else ""
            why = enrolment.get_withdrawn_for_display().lower()
            return f"{words}{before} on {short_day(enrolment.withdrawn_on)}: {why}"
        return str(words)

    @admin.display(description="assessment ends", empty_value="–")
    def assessment_ends(self, enrolment: Any) -> str | None:
        # For somebody deferred no date holds until they return.
        if enrolment.last_start is None or enrolment.state != EnrolmentState.ACTIVE:
            return None
        dates = _dates(enrolment)
        more = f" (+{enrolment.extension_months})" if enrolment.extension_months else ""
        return f"{table_day(dates.assessment_ends_on)}{more}"

    @admin.display(description="path")
    def path(self, enrolment: Enrolment) -> str:
        return path_in_words(enrolment)

    @admin.display(description="school")
    def school(self, enrolment: Enrolment) -> str:
        now = school_held_of(enrolment.person, enrolment)
        applied = enrolment.application.school_name if enrolment.application else ""
        return f"{now or 'Not known'}{f' (applied from {applied})' if applied and applied != now else ''}"

    @admin.display(description="dates that hold for them")
    def dates(self, enrolment: Any) -> str:
        if enrolment.last_start is None or enrolment.state not in LIVE_ENROLMENT:
            return "None at present."
        if enrolment.state == EnrolmentState.DEFERRED:
            return "None at present: those of the cohort in which they return will hold."
        dates, months = _dates(enrolment), enrolment.extension_months
        more = f", {months} month{'' if months == 1 else 's'} of extension counted" if months else ""
        return (
            f"The course {'began' if dates.starts_on <= clock.today() else 'begins'} on "
            f"{short_day(dates.starts_on)} and ends on "
            f"{short_day(dates.delivery_ends_on)}; assessment ends on {short_day(dates.assessment_ends_on)} at the "
            f"latest{more}."
        )

    @admin.display(description="enrolled", ordering="enrolled_at")
    def enrolled(self, enrolment: Enrolment) -> str:
        return table_day(enrolment.enrolled_at)

    @admin.display(description="engagement")
    def engagement(self, enrolment: Enrolment) -> str:
        if enrolment.is_taken_over:
            return "Not recorded: it took place before this portal."
        found = standing_of(enrolment, clock.now())
        if not found.has_list:
            return "Their list is not made yet."
        # Somebody who has left stands nowhere any more, and somebody who has stopped for a while nowhere yet.
        gone = {EnrolmentState.WITHDRAWN: "When they left", EnrolmentState.DEFERRED: "When they stopped"}
        word = gone.get(EnrolmentState(enrolment.state)) or found.state.replace("_", " ").capitalize()
        if len(found.components) == 1 and found.components[0].unit == "minutes":
            share = percent(found.credited, found.total)
            return f"{word}: {hours(found.credited)} of {hours(found.total)}, {share}."
        return f"{word}: {found.percent or 'nothing is left to count'}."


def _dates(enrolment: Any) -> CourseDates:
    """From what the list has read, without asking again for every row."""
    return course_dates(
        enrolment.last_start,
        delivery_months=enrolment.version.delivery_months,
        assessment_months=enrolment.version.assessment_months,
        extension_months=enrolment.extension_months,
    )


@site.linked_from(User)
def enrolments_of_person(user: User, person: User) -> Iterator[Link]:
    for enrolment in enrolments_visible_to(user).filter(person=person).select_related("version__programme"):
        yield Link(f"Enrolment: {enrolment.version}", reverse("admin:cohorts_enrolment_change", args=[enrolment.pk]))


@site.work_waiting
def people_without_place(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
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
    deferred = overdue_returns(enrolments_visible_to(user))
    if count := deferred.count():
        address = reverse("admin:cohorts_enrolment_changelist") + "?returns=past"
        since = deferred.order_by("returns_on").values_list("returns_on", flat=True).first()
        yield Waiting(
            label="Planned to return by now",
            count=count,
            address=address,
            words="Still deferred.",
            since=since,
            late=True,
        )
