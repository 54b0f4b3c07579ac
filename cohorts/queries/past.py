"""How many have taken a programme, here or before this portal."""

from django.db.models import Count
from django.db.models.functions import Coalesce

from cohorts.models import Enrolment
from cohorts.states import EnrolmentState
from npqh_portal.programmes.models import Programme


def past_participants(programme: Programme | None = None) -> int:
    """People who have completed the programme, or any (S45). People found to be one count once. One statement."""
    completed = Enrolment.objects.filter(state=EnrolmentState.COMPLETED)
    if programme is not None:
        completed = completed.filter(version__programme=programme)
    people = Count(Coalesce("person__alias__kept_person", "person"), distinct=True)
    count: int = completed.aggregate(people=people)["people"]
    return count
