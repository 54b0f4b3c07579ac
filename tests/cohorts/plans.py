"""A cohort that is to be planned: twelve sessions over three school terms, two groups, and what a lead might choose."""

from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from cohorts.models import Cohort, Group, SchoolTerm, Venue
from cohorts.queries.planning import GroupChoice, PlanChoice
from cohorts.rules.generation import Pattern
from cohorts.states import CohortState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_course, a_group, a_person, a_venue, a_version, a_window, an_item, published

STARTS_ON = date(2026, 9, 7)
TERMS = (
    ("Autumn term 2026", date(2026, 9, 2), date(2026, 12, 18)),
    ("Spring term 2027", date(2027, 1, 4), date(2027, 3, 25)),
    ("Summer term 2027", date(2027, 4, 12), date(2027, 7, 22)),
    ("Autumn term 2027", date(2027, 9, 2), date(2027, 12, 17)),
    ("Spring term 2028", date(2028, 1, 4), date(2028, 3, 31)),
)
PATTERN = Pattern(
    weekdays=frozenset({1}), weeks_between=1, starts_at=time(13), whole_days_start_at=time(9, 30),
    together=frozenset({"conference", "webinar"}),
)  # fmt: skip


@dataclass
class Planning:
    cohort: Cohort
    groups: list[Group] = field(default_factory=list)
    people: list[User] = field(default_factory=list)
    venues: list[Venue] = field(default_factory=list)

    def choice(self, **pattern: Any) -> PlanChoice:
        groups = zip(self.groups, self.people, self.venues, strict=True)
        return PlanChoice(
            pattern=replace(PATTERN, **pattern),
            groups=tuple(GroupChoice(group, person, venue) for group, person, venue in groups),
            everyone=GroupChoice(None, self.people[0], None),
            joining_url="https://meet.larkfell.example/all",
        )


def the_terms() -> None:
    SchoolTerm.objects.bulk_create(SchoolTerm(name=name, starts_on=first, ends_on=last) for name, first, last in TERMS)


def planning(
    *, groups: int = 2, terms_least: int = 0, courses: int = 3, last_start: date | None = None, **fields: Any
) -> Planning:
    """Each course has a module, a webinar for everybody and a seminar for each group; the terms are entered."""
    the_terms()
    version = a_version(state=VersionState.DRAFT, terms_least=terms_least, effective_to=last_start)
    for term in range(1, courses + 1):
        course = a_course(version)
        an_item(version, course=course, kind=ItemKind.MODULE, term=term)
        an_item(
            version, course=course, kind=ItemKind.WEBINAR, term=term, minutes=90, mode=Mode.ONLINE,
            title=f"Webinar {term}",
        )  # fmt: skip
        an_item(version, course=course, term=term, title=f"Seminar {term}")
    published(version)
    fields = {"name": "Autumn 2026", "starts_on": STARTS_ON, "state": CohortState.DRAFT, "capacity": 40} | fields
    cohort = a_cohort(version, windows=False, **fields)
    a_window(cohort, opens_on=date(2028, 3, 10), closes_on=date(2028, 3, 17))
    found = Planning(cohort)
    for number in range(1, groups + 1):
        found.people.append(a_person(Role.FACILITATOR, full_name=f"Facilitator {number}"))
        found.groups.append(a_group(cohort, found.people[-1], name=f"Group {number}", capacity=20))
        found.venues.append(a_venue(name=f"Hall {number}"))
    return found
