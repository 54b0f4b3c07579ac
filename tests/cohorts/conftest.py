"""A small cohort under way: one group, its facilitator, two seminars of two hours and a module of three."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.actions import MarkInput
from cohorts.models import Cohort, Enrolment, Group, Seminar
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import (
    a_cohort,
    a_group,
    a_person,
    a_seminar,
    a_venue,
    a_version,
    an_enrolment,
    an_item,
    published,
)

# A Wednesday, winter time; the cohort below is in its third month.
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)


@dataclass
class World:
    version: ProgrammeVersion
    cohort: Cohort
    facilitator: User
    group: Group
    seminar_item: Item
    other_item: Item
    module: Item
    lead: User
    seminar: Seminar
    people: list[Enrolment] = field(default_factory=list)

    def enrol(self, count: int = 1, **fields: Any) -> list[Enrolment]:
        new = [an_enrolment(self.cohort, self.group, **fields) for _ in range(count)]
        self.people += new
        return new


def mark(status: str, minutes: int = 0, **words: str) -> MarkInput:
    return MarkInput(status, minutes, **words)


@pytest.fixture
def world(db: None, time_machine: Any) -> World:
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    seminar_item = an_item(version, title="Seminar 1", minutes=120)
    other_item = an_item(version, title="Seminar 2", minutes=120)
    module = an_item(version, title="Module 1", minutes=180, kind=ItemKind.MODULE)
    published(version)
    cohort = a_cohort(version, starts_on=date(2026, 1, 12))
    facilitator = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, facilitator)
    lead = a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")
    seminar = a_seminar(
        cohort,
        seminar_item,
        group,
        facilitator=facilitator,
        starts_at=NOW - timedelta(days=1),
        venue=a_venue(name="Tarnhollow Village Hall"),
    )
    return World(version, cohort, facilitator, group, seminar_item, other_item, module, lead, seminar)
