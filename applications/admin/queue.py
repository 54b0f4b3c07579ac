"""The list of applications: what it can be narrowed down to, and what each line tells beside its own columns."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ORDER_VAR
from django.db.models import Count, OuterRef, QuerySet, Subquery, Window
from django.http import HttpRequest

from applications.access import READERS, intakes_answered_for, sees_all_advice, sent_applications_of
from applications.kinds import FundingStatus
from applications.models import Application, InformationRequest
from applications.queries.funding import flipped, in_review
from applications.queries.queue import lines_of
from applications.queries.record import Record, record_of
from applications.queries.review import advice_in_words
from applications.states import HOLDING, UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.people.access import Visitor
from npqh_portal.people.models import User
from npqh_portal.web.lists import PortalList

STATE = "state__exact"
UNSETTLED = "undecided"
ALL = "all"
WEEK = 7
# Each intake has a waiting list of its own, on which one stands by the moment one was put there.
BY_TURN = ("intake__name", "intake", "waitlisted_at", "pk")
IN_REVIEW = frozenset({FundingStatus.SUBJECT_TO_REVIEW.value, FundingStatus.REFERRED.value})
# Of these one is never listed, and the other goes by what there is to do.
_NOT_BY_NAME = frozenset({ApplicationState.DRAFT, ApplicationState.SUBMITTED})


def read_by_staff(user: Visitor) -> QuerySet[Application]:
    """What was sent to the organisations somebody acts for, but for their own: nobody reads what is noted of them."""
    if not isinstance(user, User):
        return Application.objects.none()
    return sent_applications_of(user, *READERS).exclude(person=user)


def with_question(applications: QuerySet[Application]) -> QuerySet[Application]:
    """Each with `asked_until`, the day by which the applicant was asked to answer; None where nothing is open."""
    open_questions = InformationRequest.objects.open().filter(application=OuterRef("pk"))
    return applications.annotate(asked_until=Subquery(open_questions.values("reply_by")[:1]))


def record_for(user: User, application: Application, *, with_sensitive: bool = False) -> Record:
    """Everything about one that this person may read."""
    return record_of(
        application,
        others=read_by_staff(user),
        with_sensitive=with_sensitive,
        advice_of=None if sees_all_advice(user, application) else user,
    )


class QueueList(PortalList):
    """Bare, it holds what waits for a decision; the links of its filters then say so too. A search looks everywhere."""

    address_of_all = f"?{STATE}={ALL}"

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.reader, self.is_bare = request.user, not request.GET
        super().__init__(request, *args, **kwargs)

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        stands = {STATE: ApplicationState.SUBMITTED.value} if self.is_bare else {}
        return super().get_query_string({**stands, **(new_params or {})}, remove)

    @property
    def is_by_turn(self) -> bool:
        """The waiting list, each intake's in its order, unless somebody sorts it otherwise."""
        return self.params.get(STATE) == ApplicationState.WAITLISTED and ORDER_VAR not in self.params

    def get_ordering(self, request: HttpRequest, queryset: QuerySet[Any]) -> list[Any]:
        return list(BY_TURN) if self.is_by_turn else super().get_ordering(request, queryset)

    def get_ordering_field_columns(self) -> dict[int, Any]:
        return {} if self.is_by_turn else super().get_ordering_field_columns()

    def get_results(self, request: HttpRequest) -> None:
        """One statement finds the page and counts all that there are, since a search must read them all."""
        assert isinstance(self.reader, User)  # noqa: S101  # the door let nobody else in
        numbers = self.queryset.values_list("pk", Window(Count("*")))
        most = self.list_max_show_all if self.show_all else self.list_per_page
        begins = 0 if self.show_all else max(self.page_num - 1, 0) * most
        found = list(numbers[begins : begins + most])
        if begins and not found:  # the list has become shorter
            self.page_num, found = 1, list(numbers[:most])
        self.result_count = found[0][1] if found else 0
        self.can_show_all = self.result_count <= self.list_max_show_all
        self.multi_page = self.result_count > self.list_per_page
        shown = found if self.can_show_all else found[: self.list_per_page]
        self.result_list = []
        for application, line in lines_of([number for number, _ in shown], among=read_by_staff(self.reader)):
            # For the columns, which are given the row and do not know who looks.
            application.line = line  # type: ignore[attr-defined]
            sees = sees_all_advice(self.reader, application, line.reviews)
            application.advice_shown = (  # type: ignore[attr-defined]
                advice_in_words(line.reviews) if sees else "Yours first" if line.reviews else ""
            )
            self.result_list.append(application)
        self.full_result_count, self.show_full_result_count, self.show_admin_actions = None, False, True
        self.paginator = self.model_admin.get_paginator(request, self.queryset, self.list_per_page)
        self.paginator.count = self.result_count


class StateFilter(admin.SimpleListFilter):
    title = "state"
    parameter_name = STATE

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request, *args, **kwargs)

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        others = [state for state in ApplicationState if state not in _NOT_BY_NAME]
        return [
            (ApplicationState.SUBMITTED.value, "To decide"),
            (UNSETTLED, "To decide, waiting or offered"),
            *((state.value, state.label) for state in others),
        ]

    def value(self) -> str | None:
        chosen = super().value() if self.request.GET else ApplicationState.SUBMITTED.value
        return None if chosen == ALL else chosen

    def choices(self, changelist: Any) -> Any:
        """All that were sent is one of the choices, and not what stands when none is made."""
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string({STATE: ALL}),
            "display": "All",
        }
        for value, words in self.lookup_choices:
            yield {
                "selected": self.value() == str(value),
                "query_string": changelist.get_query_string({STATE: value}),
                "display": words,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        chosen = self.value()
        if chosen == UNSETTLED:
            return queryset.filter(state__in=UNDECIDED)
        return queryset.filter(state=chosen) if chosen in ApplicationState.values else queryset


class IntakeFilter(admin.SimpleListFilter):
    """Those of the organisations that the reader acts for."""

    title = "intake"
    parameter_name = "intake__id__exact"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        assert isinstance(request.user, User)  # noqa: S101  # the door let nobody else in
        intakes = intakes_answered_for(request.user, *READERS).values_list("pk", "name")
        return [(str(pk), name) for pk, name in intakes]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        chosen = self.value()
        return queryset.filter(intake=int(chosen)) if chosen in dict(self.lookup_choices) else queryset


class AssignedFilter(admin.SimpleListFilter):
    title = "assigned"
    parameter_name = "assigned"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("me", "To me"), ("nobody", "To nobody"), ("others", "To others")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        match self.value():
            case "me":
                return queryset.filter(assigned_to=request.user.pk)
            case "nobody":
                return queryset.filter(assigned_to=None)
            case "others":
                return queryset.exclude(assigned_to=None).exclude(assigned_to=request.user.pk)
        return queryset


class AgeFilter(admin.SimpleListFilter):
    """By the days since it was sent, counted in London."""

    title = "sent"
    parameter_name = "sent"
    BANDS = {
        "week": ("In the last 7 days", 0, WEEK),
        "fortnight": ("1 to 2 weeks ago", WEEK, 2 * WEEK),
        "month": ("2 to 4 weeks ago", 2 * WEEK, 4 * WEEK),
        "longer": ("Longer ago", 4 * WEEK, None),
    }

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(band, words) for band, (words, _, _) in self.BANDS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        if self.value() not in self.BANDS:
            return queryset
        _, least, most = self.BANDS[self.value() or ""]
        today = clock.today()
        if least:
            queryset = queryset.filter(submitted_at__lt=clock.start_of_day(today - timedelta(days=least - 1)))
        if most:
            queryset = queryset.filter(submitted_at__gte=clock.start_of_day(today - timedelta(days=most - 1)))
        return queryset


class FundingFilter(admin.SimpleListFilter):
    title = "funding"
    parameter_name = "funding"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            ("eligible", "Eligible"),
            ("review", "DfE reviews it"),
            ("not", "Not eligible"),
            ("unknown", "Cannot say yet"),
            ("funded", "Holds a funded place"),
            ("changed", "Changed since it was sent"),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        match self.value():
            case "eligible":
                return queryset.filter(eligible_for_funding=True)
            case "review":
                return in_review(queryset)
            case "not":
                return queryset.filter(eligible_for_funding=False).exclude(funding_status__in=IN_REVIEW)
            case "unknown":
                return queryset.filter(funding_status__in=["", FundingStatus.SCHOOL_SOUGHT])
            case "funded":
                return queryset.filter(funded_place=True, state__in=HOLDING)
            case "changed":
                return flipped(queryset)
        return queryset


class QuestionFilter(admin.SimpleListFilter):
    title = "question"
    parameter_name = "question"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("open", "Waits for an answer"), ("overdue", "Answer overdue"), ("answered", "Answered")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        asked = InformationRequest.objects.open()
        match self.value():
            case "open":
                return queryset.filter(state__in=UNDECIDED, pk__in=asked.values("application"))
            case "overdue":
                overdue = asked.filter(reply_by__lt=clock.today())
                return queryset.filter(state__in=UNDECIDED, pk__in=overdue.values("application"))
            case "answered":
                answered = InformationRequest.objects.exclude(answered_at=None)
                return queryset.filter(pk__in=answered.values("application"))
        return queryset


class SupportFilter(admin.SimpleListFilter):
    title = "support wanted"
    parameter_name = "support"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("new_heads", "For new headteachers"), ("one_to_one", "One-to-one"), ("none", "None")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Application]) -> QuerySet[Application]:
        match self.value():
            case "new_heads":
                return queryset.filter(wants_new_head_support=True)
            case "one_to_one":
                return queryset.filter(wants_one_to_one=True)
            case "none":
                return queryset.exclude(wants_new_head_support=True).exclude(wants_one_to_one=True)
        return queryset
