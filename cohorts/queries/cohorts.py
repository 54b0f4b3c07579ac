"""A cohort's dates and places."""

from datetime import date

from django.db.models import F, Q, QuerySet

from cohorts.models import AssessmentWindow, Cohort, Facilitation, Group
from cohorts.rules.dates import CourseDates, course_dates
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
