"""How many have taken a programme, and how many have completed one, here or before this portal."""

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Coalesce

from cohorts.models import Enrolment
from cohorts.states import EnrolmentState
from npqh_portal.programmes.models import Programme

_COMPLETED = Q(state=EnrolmentState.COMPLETED)


def past_participants(programme: Programme) -> int:
    """People who took the programme (S45): completed it here, or took it before, with or without passing."""
    return _people(Enrolment.objects.filter(_COMPLETED | Q(past_run__isnull=False), version__programme=programme))


def people_completed() -> int:
    """Of any programme."""
    return _people(Enrolment.objects.filter(_COMPLETED))


def _people(enrolments: QuerySet[Enrolment]) -> int:
    """People found to be one count once. One statement."""
    people = Count(Coalesce("person__alias__kept_person", "person"), distinct=True)
    count: int = enrolments.aggregate(people=people)["people"]
    return count
