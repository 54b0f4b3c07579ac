"""A cohort's dates and places, and what another state or another window would mean for its people."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F, Q, QuerySet

from cohorts.models import AssessmentWindow, Cohort, Facilitation, Group
from cohorts.rules.dates import CourseDates, course_dates, london_date
from cohorts.states import HOLDING, CohortState, EnrolmentState
from npqh_portal.people.models import User


def dates_of(cohort: Cohort, *, extension_months: int = 0) -> CourseDates:
    """When the course and the assessment end; `extension_months` are one person's own. Reads the cohort's version."""
    return course_dates(
        cohort.starts_on,
        delivery_months=cohort.version.delivery_months,
        assessment_months=cohort.version.assessment_months,
        extension_months=extension_months,
    )


def windows_of(cohort: Cohort) -> QuerySet[AssessmentWindow]:
    return cohort.windows.order_by("number")


def with_places_left(cohorts: QuerySet[Cohort]) -> QuerySet[Cohort]:
    """Each with the places that nobody holds, as `left`."""
    return cohorts.annotate(left=F("capacity") - F("places_taken"))


def current_facilitator_of(group: Group, today: date) -> User | None:
    leading = Facilitation.objects.filter(Q(to_on=None) | Q(to_on__gt=today), group=group, from_on__lte=today)
    facilitation = leading.select_related("person").first()
    return facilitation.person if facilitation else None


@dataclass(frozen=True)
class CohortNow:
    """Whom and what another state of a cohort would find: people taking part, sessions and windows still to come."""

    taking_part: int
    ahead: int
    windows: tuple[AssessmentWindow, ...]


def cohort_now(cohort: Cohort, at: datetime) -> CohortNow:
    return CohortNow(
        taking_part=people_taking_part(cohort).count(),
        ahead=cohort.seminars.filter(state__in=HOLDING, ends_at__gt=at).count(),
        windows=tuple(windows_of(cohort).filter(closes_on__gte=london_date(at))),
    )


def people_taking_part(cohort: Cohort) -> QuerySet[User]:
    """Whoever has a place there and takes part, by key."""
    stays = cohort.memberships.filter(to_on=None, enrolment__state=EnrolmentState.ACTIVE)
    return User.objects.filter(pk__in=stays.values("enrolment__person")).order_by("pk")


@dataclass(frozen=True)
class WindowMove:
    """What other dates of a window do: None before where it is new. `told` get a letter each."""

    number: int
    before: tuple[date, date] | None
    after: tuple[date, date]
    told: tuple[User, ...]


def plan_window(cohort: Cohort, *, number: int, opens_on: date, closes_on: date) -> WindowMove:
    """What `set_assessment_window` would do. Of a new window, and of a draft cohort's, nobody knows yet."""
    window = cohort.windows.filter(number=number).first()
    before = (window.opens_on, window.closes_on) if window else None
    after = opens_on, closes_on
    is_known = before not in {None, after} and cohort.state != CohortState.DRAFT
    return WindowMove(number, before, after, tuple(people_taking_part(cohort)) if is_known else ())
