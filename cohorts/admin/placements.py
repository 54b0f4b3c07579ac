"""Placements, to be agreed to, and plans as governing boards heard them."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import F, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html_join

from cohorts.access import LEADS, placements_overseen_by, presentations_overseen_by
from cohorts.actions.placements import agree_placement, decline_placement
from cohorts.models import BoardPresentation, Placement
from cohorts.queries.network import school_of
from cohorts.queries.placements import compared, days_of, declines_before, still_to_agree, with_days
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.programmes.kinds import PresentedTo
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.schools.models import School
from npqh_portal.web.admin import Act, ActForm, LookOnlyAdmin, Waiting, site
from npqh_portal.web.trail import LEFT_OUT, Told, days, row, say
from npqh_portal.web.words import short_day, table_day

say(
    {
        "placement.named": "School of the placement named",
        "placement.changed": "School of the placement changed",
        "placement.agreed": "Placement agreed",
        "placement.declined": "Placement declined",
    },
    {"school": row("School", School), "decline": LEFT_OUT, "asked_again": Told("Agreed anew"), "revision": LEFT_OUT},
)
say({"placement.written": "Research or plan of the placement written"}, {"what": Told("What")})
say(
    {
        "placement-day.logged": "Day of the placement logged",
        "placement-day.changed": "Day of the placement changed",
        "placement-day.removed": "Day of the placement removed",
    },
    {"placement": LEFT_OUT, "on": Told("Day", days)},
)
say(
    {
        "presentation.recorded": "Presentation to a governing board written down",
        "presentation.changed": "Presentation to a governing board changed",
    },
    {"task": row("Task", AssessmentTask), "presented_on": Told("Presented", days)},
)


class AgreeForm(ActForm):
    """Carries which revision was read, so that nobody agrees to a school they have not seen."""

    revision = forms.IntegerField(widget=forms.HiddenInput())

    def prepare(self) -> None:
        self.fields["revision"].initial = self.row.revision


class DeclineForm(AgreeForm):
    why = forms.CharField(
        label="Why you do not agree",
        help_text="They read it, in their email and beside the placement. Say what another school should be like.",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Say why you do not agree"},
    )


def _agree(by: User, placement: Placement, cleaned: dict[str, Any]) -> str:
    agree_placement(placement, revision=cleaned["revision"], by=by)
    return f"Agreed. {placement.enrolment.person} is told by email."


def _decline(by: User, placement: Placement, cleaned: dict[str, Any]) -> str:
    decline_placement(placement, why=cleaned["why"], revision=cleaned["revision"], by=by)
    return f"Declined. {placement.enrolment.person} is told why by email, and may name another school."


def _is_to_answer(placement: Placement) -> bool:
    is_open = placement.agreed_at is None and placement.declined_id is None
    return is_open and placement.enrolment.state in LIVE_ENROLMENT


def _beside(placement: Placement) -> Mapping[str, Any]:
    return {
        "placement": placement,
        "compared": compared(school_of(placement.enrolment), placement.school),
        "declines": declines_before(placement),
    }


class AgreedFilter(admin.SimpleListFilter):
    title = "agreed"
    parameter_name = "agreed"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not agreed yet"), ("declined", "Declined"), ("yes", "Agreed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Placement]) -> QuerySet[Placement]:
        chosen = {
            "no": still_to_agree(queryset),
            "declined": queryset.filter(declined__isnull=False),
            "yes": queryset.filter(agreed_at__isnull=False),
        }
        return chosen.get(self.value() or "", queryset)


class DaysFilter(admin.SimpleListFilter):
    title = "working days"
    parameter_name = "days"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("short", "Fewer than asked for"), ("enough", "As many as asked for")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "short":
            return queryset.filter(working_days__lt=F("asked"))
        return queryset.filter(working_days__gte=F("asked")) if self.value() == "enough" else queryset


class PresentedFilter(admin.SimpleListFilter):
    title = "governing board"
    parameter_name = "presented"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Plan not presented yet"), ("yes", "Plan presented")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(is_presented=self.value() == "yes") if self.value() in {"no", "yes"} else queryset


@admin.register(Placement, site=site)
class PlacementAdmin(LookOnlyAdmin):
    named = {"school_name": "school", "school": "in the register", "changed_at": "changed", "agreed_at": "agreed"}
    list_display = ("participant", "school_name", "contrast", "days_there", "agreed", "presented")
    list_filter = (
        AgreedFilter,
        DaysFilter,
        PresentedFilter,
        ("enrolment__memberships__cohort", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("school_name", "school__urn", "enrolment__person__full_name", "enrolment__person__email")
    search_help_text = "School, URN, or name or email of who is there."
    fields = (
        "enrolment", "school_name", "school", "host", "contrast", "why_it_contrasts", "beside", "days_there", "logged",
        "research", "plan", "agreed_at", "agreed_by", "no_to", "changed_at",
    )  # fmt: skip
    readonly_fields = fields
    acts = (
        Act(
            "agree",
            "Agree to the school",
            run=_agree,
            form=AgreeForm,
            roles=LEADS,
            offered=_is_to_answer,
            explains="They are told by email. If they change the school or why it contrasts, it comes back to you.",
            template="cohorts/agree_placement.html",
            context=_beside,
        ),
        Act(
            "decline",
            "Decline",
            run=_decline,
            form=DeclineForm,
            roles=LEADS,
            offered=_is_to_answer,
            grave=True,
            explains="They are told why by email. Once they name another school, or change why this one contrasts, it "
            "comes back to you. What you decline stays on the record.",
            template="cohorts/agree_placement.html",
            context=_beside,
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        placements = with_days(placements_overseen_by(request.user))
        return placements.select_related(
            "enrolment__person", "enrolment__version__programme", "enrolment__application__school", "school",
            "agreed_by", "declined__by",
        ).order_by("enrolment__person__full_name", "pk")  # fmt: skip

    @admin.display(description="participant", ordering="enrolment__person__full_name")
    def participant(self, placement: Placement) -> str:
        return str(placement.enrolment.person)

    @admin.display(description="contrasts in")
    def contrast(self, placement: Placement) -> str:
        return "; ".join(placement.contrasts_in_words)

    @admin.display(description="their school and this one")
    def beside(self, placement: Placement) -> str:
        rows = compared(school_of(placement.enrolment), placement.school)
        return "; ".join(f"{label}: {own or 'not known'} and {host or 'not known'}" for label, own, host in rows)

    @admin.display(description="working days", ordering="working_days")
    def days_there(self, placement: Any) -> str:
        return f"{placement.working_days} of {placement.asked}"

    @admin.display(description="days logged")
    def logged(self, placement: Any) -> str:
        found = days_of(placement, placement.asked).logged
        return "; ".join(f"{short_day(day.on)}{f' ({day.rest})' if day.rest else ''}" for day in found)

    @admin.display(description="agreed", ordering="agreed_at", empty_value="Not yet")
    def agreed(self, placement: Placement) -> str | None:
        if placement.declined:
            return f"Declined on {table_day(placement.declined.at)}"
        return table_day(placement.agreed_at) if placement.agreed_at else None

    @admin.display(description="declined")
    def no_to(self, placement: Placement) -> str:
        return format_html_join(
            "", "<p>{}: {} (“{}”). By {}.</p>",
            ((table_day(no.at), no.school_name, no.why, no.by) for no in placement.declines.select_related("by")),
        )  # fmt: skip

    @admin.display(description="plan presented", boolean=True, ordering="is_presented")
    def presented(self, placement: Any) -> bool:
        return bool(placement.is_presented)


class BoardFilter(admin.SimpleListFilter):
    title = "board"
    parameter_name = "board"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("own_board", "Of their own school"), ("placement_board", "Of the placement school")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        known = {PresentedTo.OWN_BOARD.value, PresentedTo.PLACEMENT_BOARD.value}
        return queryset.filter(task__presented_to=self.value()) if self.value() in known else queryset


class FeedbackFilter(admin.SimpleListFilter):
    title = "what the board said"
    parameter_name = "feedback"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("no", "Not written yet"), ("yes", "Written")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "no":
            return queryset.filter(feedback="")
        return queryset.exclude(feedback="") if self.value() == "yes" else queryset


@admin.register(BoardPresentation, site=site)
class BoardPresentationAdmin(LookOnlyAdmin):
    named = {"presented_on": "presented", "implementation_starts_on": "put into practice", "changed_at": "changed"}
    list_display = ("participant", "task", "board", "presented", "begins", "has_feedback")
    list_filter = (
        BoardFilter,
        FeedbackFilter,
        ("enrolment__memberships__cohort", admin.RelatedOnlyFieldListFilter),
    )
    search_fields = ("board", "enrolment__person__full_name", "enrolment__person__email")
    search_help_text = "Board, or name or email of who presented."
    fields = ("enrolment", "task", "presented_on", "board", "feedback", "implementation_starts_on", "changed_at")
    readonly_fields = fields

    def get_queryset(self, request: HttpRequest) -> QuerySet[BoardPresentation]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        heard = presentations_overseen_by(request.user)
        return heard.select_related("enrolment__person", "enrolment__version__programme", "task").order_by(
            "-presented_on", "pk"
        )

    @admin.display(description="participant", ordering="enrolment__person__full_name")
    def participant(self, heard: BoardPresentation) -> str:
        return str(heard.enrolment.person)

    @admin.display(description="presented", ordering="presented_on")
    def presented(self, heard: BoardPresentation) -> str:
        return table_day(heard.presented_on)

    @admin.display(description="put into practice", ordering="implementation_starts_on")
    def begins(self, heard: BoardPresentation) -> str | None:
        return table_day(heard.implementation_starts_on) if heard.implementation_starts_on else None

    @admin.display(description="what the board said", boolean=True)
    def has_feedback(self, heard: BoardPresentation) -> bool:
        return bool(heard.feedback)


@site.work_waiting
def placements_to_agree(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
    waiting = still_to_agree(placements_overseen_by(user))
    if count := waiting.count():
        oldest = waiting.order_by("changed_at").values_list("changed_at", flat=True)[0]
        yield Waiting(
            label="Placements to agree",
            count=count,
            address=reverse("admin:cohorts_placement_changelist") + "?agreed=no",
            words=f"The oldest is of {table_day(oldest)}.",
            since=clock.london_date(oldest),
        )
