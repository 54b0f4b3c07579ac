"""Applications: the queue, and the page of one, with everything that staff do about it."""

from collections.abc import Collection, Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import Count, Func, Min, Q, QuerySet, Value
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
from applications.queries.queue import Line
from applications.states import HOLDING, UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.clock import london_date
from npqh_portal.people.access import has_role, reaches_person
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.schools.models import School
from npqh_portal.web.admin import LookOnlyAdmin, Waiting, site
from npqh_portal.web.lists import Over
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
STATES = dict(ApplicationState.choices)


@admin.register(Application, site=site)
class ApplicationAdmin(LookOnlyAdmin):
    """Of the organisations one acts for. Nobody reads here what was not sent, or what is noted about themselves."""

    viewers = VIEWERS
    named = {"full_name": "name", "school_name": "school", "assigned_to": "assigned to"}
    change_form_template = "applications/admin_record.html"
    list_display = ("sent", "applicant", "place", "reviewer", "stands", "endorsed", "funding", "advice")
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
    search_fields = ("sought", "person__email")
    search_help_text = "Reference, name, school, URN, teacher reference number or email."
    ordering = ("submitted_at", "pk")
    fields = ("reference",)  # the page's own template shows the rest
    acts = (*DECISION_ACTS, *PLACE_ACTS, *REVIEW_ACTS, *FUNDING_ACTS, *ENDORSEMENT_ACTS)
    rows_acts = (DECIDE_MANY, ASSIGN_MANY)
    row_pages = (ENDORSEMENTS,)
    list_pages = (EXPORT,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return with_question(read_by_staff(request.user)).prefetch_related("reviews")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Application], search_term: str
    ) -> tuple[QuerySet[Application], bool]:
        """As people type it: a reference without its hyphen, names without accents, a school as one looks for it."""
        words = search_term.lower().replace("’", "'").split()
        if not words:
            return queryset, False
        written = Q()
        for word in words:
            is_there = Q(sought__contains=Func(Value(word), function="schools_fold"))
            # Of several words none is an email without its sign: all emails need not be read for each.
            if "@" in word or len(words) == 1:
                is_there |= Q(person__in=User.objects.filter(email__icontains=word))
            written &= is_there
        sign = "".join(words).upper()
        by_reference = Q(reference=f"{sign[:4]}-{sign[4:]}")
        in_school = Q(school_urn__in=School.objects.matching(search_term).values("urn"))
        return queryset.filter(written | by_reference | in_school), False

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
            # A delivery partner's lead may see an application of somebody who holds no role there yet.
            is_theirs = reaches_person(request.user, application.person_id)
            extra["opens_person"] = self._opens(request, User)
            extra["reads_letters"] = is_theirs and has_role(request.user, *LEADS)
        return super().change_view(request, object_id, form_url, {**extra, **(extra_context or {})})

    def recorded_with(self, row: Application) -> Iterable[QuerySet[Any]]:
        return (Endorsement.objects.filter(application=row), Offer.objects.filter(application=row))

    def verbs_kept_from(self, user: Any, row: Application) -> Iterable[str]:
        return () if sees_all_advice(user, row) else ("application.reviewed",)

    def facts_kept_from(self, user: Any) -> Collection[str]:
        """That somebody said which adjustments they need tells that they need some."""
        return () if sees_adjustments(user) else SENSITIVE

    @admin.display(description="sent", ordering="submitted_at")
    def sent(self, application: Application) -> Over:
        """The reference, over the day and for how long it has waited."""
        sent = table_day(application.submitted_at) if application.submitted_at else ""
        waits = f", waits {_age(application)}" if application.state in UNDECIDED else ""
        return Over(str(application), f"{sent}{waits}")

    @admin.display(description="name", ordering="full_name")
    def applicant(self, application: Application) -> Over:
        """The name, over what asks for a second look: others that look like the same person's, a refusal before."""
        line, marks = _line(application), []
        if line.twins:
            marks.append("1 other looks alike" if line.twins == 1 else f"{line.twins} others look alike")
        if line.was_refused:
            marks.append("an endorser declined before")
        return Over(application.full_name, "; ".join(marks), is_mark=True)

    @admin.display(description="school", ordering="school_name")
    def place(self, application: Application) -> Over:
        """The school, over the intake."""
        return Over(application.school_name, _line(application).intake)

    @admin.display(description="assigned to", ordering="assigned_to__full_name")
    def reviewer(self, application: Application) -> str:
        return _line(application).reviewer

    @admin.display(description="state", ordering="state")
    def stands(self, application: Application) -> str | Over:
        """With the turn of whoever waits, over a question that is open."""
        line, state = _line(application), STATES[application.state]
        if line.turn:
            state = f"{state}, {ordinal(line.turn.position)} of {line.turn.total}"
        if line.asked_until is None or application.state not in UNDECIDED:
            return state
        if line.asked_until < clock.today():
            return Over(state, "answer overdue", is_mark=True)
        return Over(state, f"asked until {table_day(line.asked_until)}")

    @admin.display(description="endorsement")
    def endorsed(self, application: Application) -> str:
        return _line(application).endorsement

    @admin.display(description="funding", ordering="funding_status")
    def funding(self, application: Application) -> str:
        if application.state in HOLDING and application.funded_place is not None:
            return "Funded place" if application.funded_place else "Place not funded"
        if application.funding_status in IN_REVIEW:
            return "DfE reviews it"
        if application.funding_status == FundingStatus.SCHOOL_SOUGHT:
            return "Cannot say yet: school to find"
        return {True: "Eligible", False: "Not eligible", None: ""}[application.eligible_for_funding]

    @admin.display(description="advice")
    def advice(self, application: Application) -> str:
        """The newest of each reviewer, for whoever may read it."""
        words: str = application.advice_shown  # type: ignore[attr-defined]  # set by QueueList
        return words


def _line(application: Application) -> Line:
    line: Line = application.line  # type: ignore[attr-defined]  # set by QueueList
    return line


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
