"""The list of applications: what it can be narrowed down to, and what each line tells beside its own columns."""

from datetime import timedelta
from typing import Any

from django.contrib import admin
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest

from applications.access import READERS, intakes_answered_for, sees_all_advice, sent_applications_of
from applications.kinds import FundingStatus
from applications.models import Application, InformationRequest
from applications.queries.funding import flipped, in_review
from applications.queries.places import turns_of
from applications.queries.record import Record, record_of
from applications.queries.review import advice_in_words, reviews_of, twins_of
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.people.access import Visitor
from npqh_portal.people.models import User
from npqh_portal.web.lists import PortalList

# What the list reads of each: the words of an application are long, and nobody reads them here.
SHOWN = (
    "reference", "person_id", "full_name", "state", "submitted_at", "waitlisted_at", "funding_status",
    "eligible_for_funding", "funded_place", "school_name", "school_urn", "trn", "date_of_birth",
    "intake__name", "form__needs_endorsement", "assigned_to__full_name", "assigned_to__email",
)  # fmt: skip
STATE = "state__exact"
UNSETTLED = "undecided"
WEEK = 7
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

    address_of_all = f"?{STATE}=all"

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.reader, self.is_bare = request.user, not request.GET
        super().__init__(request, *args, **kwargs)

    def get_query_string(self, new_params: Any = None, remove: Any = None) -> str:
        stands = {STATE: ApplicationState.SUBMITTED.value} if self.is_bare else {}
        return super().get_query_string({**stands, **(new_params or {})}, remove)

    def get_results(self, request: HttpRequest) -> None:
        super().get_results(request)
        assert isinstance(self.reader, User)  # noqa: S101  # the door let nobody else in
        shown = list(self.result_list.only(*SHOWN).prefetch_related(None))
        reviews_by_application = reviews_of(shown)
        turns = turns_of(shown)
        if not turns:
            self.left_out = frozenset({"turn"})
        twins = twins_of(shown, among=read_by_staff(self.reader))
        for application in shown:
            # What Django's columns cannot ask for themselves: they know the row, and not who looks.
            application.turn = turns.get(application.pk)
            application.twins = len(twins.get(application.pk, ()))
            reviews = reviews_by_application.get(application.pk, [])
            sees = sees_all_advice(self.reader, application, reviews)
            application.advice_shown = advice_in_words(reviews) if sees else "Yours first" if reviews else ""
        self.result_list = shown


class Choice(admin.SimpleListFilter):
    """One of those that it offers; anything else in the address is as if nothing were chosen."""

    def value(self) -> str | None:
        chosen = super().value()
        return chosen if chosen in {str(value) for value, _ in self.lookup_choices} else None


class StateFilter(Choice):
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
        return super().value() if self.request.GET else ApplicationState.SUBMITTED.value

    def choices(self, changelist: Any) -> Any:
        """All that were sent is one of the choices, and not what stands when none is made."""
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string({STATE: "all"}),
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
        if chosen is None:
            return queryset
        return queryset.filter(intake=int(chosen)) if chosen in dict(self.lookup_choices) else queryset.none()


class AssignedFilter(Choice):
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


class AgeFilter(Choice):
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


class FundingFilter(Choice):
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
                return queryset.filter(funded_place=True)
            case "changed":
                return flipped(queryset)
        return queryset


class QuestionFilter(Choice):
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


class SupportFilter(Choice):
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
