"""Who supports whom, and how often they meet. What was said in a meeting is the pair's alone, and not here (T58)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from applications.kinds import Strand
from cohorts.access import LEADS, enrolments_overseen_by, support_overseen_by
from cohorts.actions.support import end_match, replace_supporter
from cohorts.forms.support import load_of
from cohorts.models import Enrolment, SupportMatch
from cohorts.queries.support import (
    coaches_for,
    granted_without_supporter,
    is_granted,
    matches_with_meetings_to_log,
    with_counts,
)
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, Link, ListPage, LookOnlyAdmin, Waiting, site
from npqh_portal.web.fields import Radios
from npqh_portal.web.trail import LEFT_OUT, Told, among, days, row, say
from npqh_portal.web.words import hours, table_day

from .path import ReasonForm


class ReplaceForm(ActForm):
    supporter = forms.TypedChoiceField(
        label="Who takes over?", widget=Radios(), error_messages={"required": "Choose who takes over"}
    )

    def prepare(self) -> None:
        others = coaches_for(self.row.enrolment, Strand(self.row.strand)).exclude(pk=self.row.supporter_id)
        by_id = {coach.public_id: coach for coach in others}
        field = self.fields["supporter"]
        assert isinstance(field, forms.TypedChoiceField)  # noqa: S101  # declared just above
        field.choices = [(key, str(coach)) for key, coach in by_id.items()]
        field.coerce = by_id.__getitem__
        field.widget.hints = {key: load_of(coach) for key, coach in by_id.items()}
        if not by_id:
            field.help_text = "There is nobody else of this kind. Grant somebody the role in the list of people first."


def _replace(by: User, match: SupportMatch, cleaned: dict[str, Any]) -> tuple[str, SupportMatch]:
    made = replace_supporter(match, supporter=cleaned["supporter"], by=by)
    return f"{made.supporter} takes over. All three are told by email.", made


def _end(by: User, match: SupportMatch, cleaned: dict[str, Any]) -> str:
    end_match(match, reason=cleaned["reason"], by=by)
    return "Ended. Both are told by email."


def _stands(match: SupportMatch) -> bool:
    return match.to_on is None


def _to_waiting(request: HttpRequest, rows: QuerySet[SupportMatch]) -> HttpResponse:
    return redirect("cohorts:support_waiting")


class StandingFilter(admin.SimpleListFilter):
    title = "where it stands"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("now", "Supported now"), ("over", "Over"), ("to_log", "A meeting to write down")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[SupportMatch]) -> QuerySet[SupportMatch]:
        if self.value() == "to_log":
            return queryset.filter(pk__in=matches_with_meetings_to_log(clock.now()).values("pk"))
        return queryset.filter(to_on__isnull=self.value() == "now") if self.value() in {"now", "over"} else queryset


@admin.register(SupportMatch, site=site)
class SupportMatchAdmin(LookOnlyAdmin):
    list_display = (
        "participant",
        "strand",
        "supporter",
        "held",
        "time",
        "in_person",
        "last",
        "next",
        "to_log",
        "until",
    )
    list_filter = (StandingFilter, "strand", ("supporter", admin.RelatedOnlyFieldListFilter))
    search_fields = ("enrolment__person__full_name", "enrolment__person__email", "supporter__full_name")
    search_help_text = "Name or email of who is supported, or name of who supports."
    fields = (
        "enrolment", "strand", "supporter", "from_on", "planned_to_on", "to_on",
        "held", "time", "in_person", "last", "next", "to_log",
    )  # fmt: skip
    readonly_fields = fields
    list_pages = (ListPage("waiting", "Who has nobody yet", _to_waiting),)
    acts = (
        Act(
            "replace",
            "Replace who supports them",
            run=_replace,
            form=ReplaceForm,
            roles=LEADS,
            offered=_stands,
            explains="From today, until the same last day. Meetings that were planned are cancelled. What the two of "
            "before wrote down is not handed on.",
        ),
        Act(
            "end",
            "End it",
            run=_end,
            form=ReasonForm,
            roles=LEADS,
            offered=_stands,
            grave=True,
            explains="Today. Meetings that were planned are cancelled, and both are told, but not why.",
        ),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        matches = with_counts(support_overseen_by(request.user), clock.now())
        return matches.select_related("enrolment__person", "enrolment__version__programme", "supporter").order_by(
            "-from_on", "-pk"
        )

    @admin.display(description="who is supported", ordering="enrolment__person__full_name")
    def participant(self, match: SupportMatch) -> str:
        return str(match.enrolment.person)

    @admin.display(description="meetings held", ordering="held")
    def held(self, match: Any) -> int:
        count: int = match.held
        return count

    @admin.display(description="time", ordering="minutes")
    def time(self, match: Any) -> str:
        return hours(match.minutes)

    @admin.display(description="face to face", ordering="in_person")
    def in_person(self, match: Any) -> str:
        return f"{match.in_person} of {match.held}"

    @admin.display(description="last held", ordering="last_held_at")
    def last(self, match: Any) -> str | None:
        return table_day(match.last_held_at) if match.last_held_at else None

    @admin.display(description="next planned", ordering="next_at")
    def next(self, match: Any) -> str | None:
        return table_day(match.next_at) if match.next_at else None

    @admin.display(description="to write down", ordering="to_log")
    def to_log(self, match: Any) -> int:
        count: int = match.to_log
        return count

    @admin.display(description="until", ordering="planned_to_on")
    def until(self, match: SupportMatch) -> str:
        day = table_day(match.last_on)
        return f"{day}, over" if match.to_on else day


@site.linked_from(Enrolment)
def support_of_enrolment(user: User, enrolment: Enrolment) -> Iterator[Link]:
    """Its matches that stand, and the strands for which nobody is found yet."""
    matches = support_overseen_by(user).filter(enrolment=enrolment, to_on=None).select_related("supporter")
    by_strand = {match.strand: match for match in matches}
    for strand in Strand:
        if match := by_strand.get(strand.value):
            address = reverse("admin:cohorts_supportmatch_change", args=[match.pk])
            yield Link(f"{strand.label}: {match.supporter}", address)
        elif is_granted(enrolment, strand):
            address = reverse("cohorts:support_match", args=[enrolment.public_id, strand.value])
            yield Link(f"{strand.label}: match with somebody", address)


@site.work_waiting
def support_without_supporter(user: User) -> Iterator[Waiting]:
    if not has_role(user, *LEADS):
        return
    granted = granted_without_supporter(enrolments_overseen_by(user))
    oldest = granted.values_list("at", flat=True).first()
    yield Waiting(
        label="Support without a supporter",
        count=granted.count(),
        address=reverse("cohorts:support_waiting"),
        words=f"The longest has waited since {table_day(oldest)}." if oldest else "",
        since=clock.london_date(oldest) if oldest else None,
    )


# Why a support ended, as `cohorts.actions.support` records it.
_BECAUSE = {
    "planned": "Its planned days were over",
    "replaced": "Somebody else took over",
    "deferred": "The participant deferred",
    "withdrawn": "The participant left",
    "refused": "The strand is granted no longer",
    "ended": "A lead ended it",
}
_MEETING = {
    "match": LEFT_OUT,
    "starts_at": Told("When", days),
    "minutes": Told("Minutes"),
    "face_to_face": Told("Face to face"),
    "revision": LEFT_OUT,
}

say(
    {"support.matched": "Matched with a supporter", "support.ended": "Support ended"},
    {
        "enrolment": LEFT_OUT,
        "strand": Told("Support", among({strand.value: strand.label for strand in Strand})),
        "supporter": row("Supporter", User),
        "from_on": Told("From", days),
        "planned_to_on": Told("Planned until", days),
        "instead_of": row("Instead of", SupportMatch, "supporter", "enrolment__person"),
        "to_on": Told("Until", days),
        "because": Told("Because", among(_BECAUSE)),
        "reason": Told("Why"),
    },
)
say(
    {
        "support-meeting.planned": "Meeting of support planned",
        "support-meeting.changed": "Meeting of support changed",
        "support-meeting.held": "Meeting of support held",
        "support-meeting.missed": "Meeting of support did not take place",
        "support-meeting.cancelled": "Meeting of support cancelled",
    },
    _MEETING,
)
say(
    {
        "support-action.added": "Something to be done added",
        "support-action.done": "Something to be done is done",
        "support-action.reopened": "Something to be done is open again",
    },
    {"match": LEFT_OUT},
)
