"""A cohort of the legacy kind: a task before one's own board over two terms, and a placement of nine days."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cohorts.models import Cohort, Enrolment, Group
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, PresentedTo
from npqh_portal.programmes.models import AssessmentTask
from npqh_portal.programmes.states import VersionState
from npqh_portal.schools.models import Affiliation, School
from tests.factories import a_cohort, a_group, a_person, a_school, a_version, an_enrolment, an_item, published

# A Wednesday, winter time.
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
STARTED = date(2025, 9, 1)


@dataclass
class Legacy:
    cohort: Cohort
    group: Group
    facilitator: User
    lead: User
    change: AssessmentTask
    placement: AssessmentTask
    enrolment: Enrolment
    own: School
    host: School

    @property
    def person(self) -> User:
        return self.enrolment.person


@pytest.fixture
def legacy(db: None, time_machine: Any) -> Legacy:
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    version.tasks.all().delete()
    change = AssessmentTask.objects.create(
        version=version, code="change", number=1, title="Task 1", word_limit=4000, annexes_counted=False,
        presented_to=PresentedTo.OWN_BOARD, terms_least=2,
    )  # fmt: skip
    placement = AssessmentTask.objects.create(
        version=version, code="placement", number=2, title="Task 2", word_limit=2500, annexes_counted=False,
        presented_to=PresentedTo.PLACEMENT_BOARD, placement_days_least=9,
    )  # fmt: skip
    an_item(version, title="First visit", kind=ItemKind.SCHOOL_VISIT, minutes=180, code="visit-1")
    published(version)
    cohort = a_cohort(version, starts_on=STARTED)
    facilitator = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, facilitator)
    enrolment = an_enrolment(cohort, group, a_person(Role.PARTICIPANT, full_name="Ines Caldbeck"))
    own = a_school(
        urn="900101", name="Marlowick Primary School", town="Marlowick", la_name="Fellshire", region="North West",
        phase="Primary", type_name="Community school", pupils=1204,
    )  # fmt: skip
    host = a_school(
        urn="900202", name="Harrowgate Bay Academy", town="Harrowgate Bay", la_name="Coastshire", region="South East",
        phase="Secondary", type_name="Academy converter", pupils=310,
    )  # fmt: skip
    Affiliation.objects.create(person=enrolment.person, school=own, from_on=date(2020, 9, 1))
    lead = a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")
    return Legacy(cohort, group, facilitator, lead, change, placement, enrolment, own, host)
