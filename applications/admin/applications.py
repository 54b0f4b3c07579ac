"""Applications: the queue, and the page of one, with everything that staff do about it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.core.paginator import Paginator
from django.db.models import Count, Min, Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse

from applications.access import (
    REVIEWERS,
    sees_adjustments,
    sees_all_advice,
    sent_applications_of,
)
from applications.kinds import FundingStatus
from applications.models import Application, Endorsement, InformationRequest, Offer
from applications.queries.answers import SENSITIVE
from applications.queries.endorsements import with_endorsement
from applications.queries.places import Turn
from applications.queries.review import endorsement_in_words
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.clock import london_date
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from npqh_portal.web.admin import LookOnlyAdmin, Waiting, site
from npqh_portal.web.words import ordinal, table_day

from .decisions import DECIDE_MANY, DECISION_ACTS
from .endorsements import ENDORSEMENT_ACTS, ENDORSEMENTS, EndorsementFilter
from .exports import EXPORT
from .funding import FUNDING_ACTS
from .places import PLACE_ACTS
from .queue import (
    IN_REVIEW,
    AgeFilter,
    AssignedFilter,
    FundingFilter,
    IntakeFilter,
    QuestionFilter,
    QueueList,
    StateFilter,
    SupportFilter,
    read_by_staff,
    record_for,
    with_question,
)
from .reviews import ASSIGN_MANY, REVIEW_ACTS

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
VIEWERS = (*LEADS, Role.REVIEWER)


@admin.register(Application, site=site)
class ApplicationAdmin(LookOnlyAdmin):
    """Of the organisations one acts for. Nobody reads here what was not sent, or what is noted about themselves."""

    viewers = VIEWERS
    named = {"full_name": "name", "school_name": "school", "assigned_to": "assigned to"}
    change_form_template = "applications/admin_record.html"
    list_display = (
        "reference", "full_name", "school_name", "assigned_to", "stands", "turn", "sent", "endorsed", "funding",
        "advice", "alike", "intake",
    )  # fmt: skip
    show_facets = admin.ShowFacets.NEVER  # a statement for every choice of every filter
    list_filter = (
        StateFilter,
        IntakeFilter,
        AssignedFilter,
        FundingFilter,
        EndorsementFilter,
        QuestionFilter,
        AgeFilter,
        SupportFilter,
        "headship",
    )
    search_fields = ("reference", "full_name", "school_name", "school_urn", "trn", "person__email")
    search_help_text = "Reference, name, school, URN, teacher reference number or email."
    list_select_related = ("intake", "form", "assigned_to")
    ordering = ("submitted_at", "pk")
    fields = ("reference",)  # the page's own template shows the rest
    acts = (*DECISION_ACTS, *PLACE_ACTS, *REVIEW_ACTS, *FUNDING_ACTS, *ENDORSEMENT_ACTS)
    rows_acts = (DECIDE_MANY, ASSIGN_MANY)
    row_pages = (ENDORSEMENTS,)
    list_pages = (EXPORT,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return with_question(with_endorsement(read_by_staff(request.user))).prefetch_related("reviews")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """As people type it: a reference without its hyphen, either apostrophe, a school as one looks for it.

        Every row must be read for it, so that is done once: the page and its count go by what was found.
        """
        if not search_term.strip():
            return queryset, False
        found = Q(school_urn__in=School.objects.matching(search_term).values("urn"))
        for words in {search_term.replace("’", "'"), search_term.replace("'", "’")}:
            written, _ = super().get_search_results(request, queryset, words)
            found |= Q(pk__in=written.values("pk"))
        sign = "".join(search_term.split())
        found |= Q(reference__iexact=f"{sign[:4]}-{sign[4:]}")
        keys = list(queryset.filter(found).order_by().values_list("pk", flat=True))
        request.found = len(keys)  # type: ignore[attr-defined]  # for the paginator of this very request
        return queryset.filter(pk__in=keys), False

    def get_paginator(self, request: HttpRequest, *args: Any, **kwargs: Any) -> "Paginator[Application]":
        pages: Paginator[Application] = super().get_paginator(request, *args, **kwargs)
        if hasattr(request, "found"):
            pages.count = request.found
        return pages

    def reached_by(self, user: User, roles: tuple[Role, ...]) -> QuerySet[Application]:
        return sent_applications_of(user, *roles)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[QueueList]:
        return QueueList

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """By the list's filters alone: by a column that a page keeps from somebody, its address would give it away."""
        filters = {one.parameter_name for one in self.list_filter if isinstance(one, type)}
        columns = {one for one in self.list_filter if isinstance(one, str)}
        is_offered = lookup in filters or lookup.split("__")[0] in columns
        return is_offered and super().lookup_allowed(lookup, value, request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        application = self.get_object(request, object_id)
        extra: dict[str, Any] = {}
        if application is not None:
            may_read = sees_adjustments(request.user)
            extra["record"] = record_for(request.user, application, with_sensitive=may_read)
            extra["title"] = f"{application.full_name}, {application}"
            extra["age"] = _age(application)
            extra["opens_person"] = self._opens(request, User)
            extra["reads_letters"] = has_role(request.user, *LEADS)
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def recorded_with(self, row: Application) -> Iterable[QuerySet[Any]]:
        return (Endorsement.objects.filter(application=row), Offer.objects.filter(application=row))

    def verbs_kept_from(self, user: Any, row: Application) -> Iterable[str]:
        return () if sees_all_advice(user, row) else ("application.reviewed",)

    def facts_kept_from(self, user: Any) -> Collection[str]:
        """That somebody said which adjustments they need tells that they need some."""
        return () if sees_adjustments(user) else SENSITIVE

    @admin.display(description="sent", ordering="submitted_at")
    def sent(self, application: Application) -> str:
        if not application.submitted_at:
            return ""
        sent = table_day(application.submitted_at)
        return f"{sent}, waits {_age(application)}" if application.state in UNDECIDED else sent

    @admin.display(description="state", ordering="state")
    def stands(self, application: Application) -> str:
        state = application.get_state_display()
        until = application.asked_until  # type: ignore[attr-defined]  # annotated by with_question
        if until is None or application.state not in UNDECIDED:
            return state
        return f"{state}; answer overdue" if until < clock.today() else f"{state}; asked until {table_day(until)}"

    @admin.display(description="funding", ordering="funding_status")
    def funding(self, application: Application) -> str:
        if application.funded_place is not None:
            return "Funded place" if application.funded_place else "Place not funded"
        if application.funding_status in IN_REVIEW:
            return "DfE reviews it"
        if application.funding_status == FundingStatus.SCHOOL_SOUGHT:
            return "Cannot say yet: school to find"
        return {True: "Eligible", False: "Not eligible", None: ""}[application.eligible_for_funding]

    @admin.display(description="endorsement")
    def endorsed(self, application: Application) -> str:
        return endorsement_in_words(application)

    @admin.display(description="advice")
    def advice(self, application: Application) -> str:
        """The newest of each reviewer, for whoever may read it."""
        words: str = application.advice_shown  # type: ignore[attr-defined]  # set by QueueList
        return words

    @admin.display(description="turn")
    def turn(self, application: Application) -> str:
        """On the waiting list; the column is there while somebody on the page is on one."""
        turn: Turn | None = application.turn  # type: ignore[attr-defined]  # set by QueueList
        return f"{ordinal(turn.position)} of {turn.total}" if turn else ""

    @admin.display(description="look alike")
    def alike(self, application: Application) -> str:
        twins: int = application.twins  # type: ignore[attr-defined]  # set by QueueList
        return f"{twins} other{'s' if twins > 1 else ''}" if twins else ""


def _age(application: Application) -> str:
    """How many London days ago it was sent."""
    days = (clock.today() - london_date(application.submitted_at)).days if application.submitted_at else 0
    return f"{days} day{'' if days == 1 else 's'}"


@site.work_waiting
def applications_to_decide(user: User) -> Iterator[Waiting]:
    if not has_role(user, *REVIEWERS):
        return
    queue = reverse("admin:applications_application_changelist")
    mine = read_by_staff(user)
    waiting = mine.filter(state=ApplicationState.SUBMITTED)
    found = waiting.aggregate(count=Count("pk"), since=Min("submitted_at"))
    yield Waiting(
        "Applications to decide",
        count=found["count"],
        address=f"{queue}?state__exact={ApplicationState.SUBMITTED}",
        since=london_date(found["since"]) if found["since"] else None,
        words=f"The oldest came on {table_day(found['since'])}."
        if found["since"]
        else "Every application is answered.",
    )
    assigned = mine.filter(state__in=UNDECIDED, assigned_to=user).aggregate(
        count=Count("pk"), since=Min("submitted_at")
    )
    yield Waiting(
        "Applications assigned to you",
        count=assigned["count"],
        address=f"{queue}?state__exact=undecided&assigned=me",
        since=london_date(assigned["since"]) if assigned["since"] else None,
        words="Read them and say what you advise." if assigned["count"] else "Nothing is assigned to you.",
    )
    asked = InformationRequest.objects.open().filter(reply_by__lt=clock.today())
    overdue = asked.filter(application__in=mine.filter(state__in=UNDECIDED))
    late = overdue.aggregate(count=Count("pk"), since=Min("reply_by"))
    yield Waiting(
        "Questions to applicants, answer overdue",
        count=late["count"],
        address=f"{queue}?question=overdue",
        since=late["since"] + timedelta(days=1) if late["since"] else None,
        words="Write to them, or decide with what you have." if late["count"] else "Every answer came in time.",
        late=bool(late["count"]),
    )
