"""The two sides from which staff look at how people get on: the facilitator of their group, and a lead."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.http import HttpRequest

from cohorts.access import (
    LEADS,
    READERS_OF_WORK,
    cohorts_led_in_by,
    cohorts_visible_to,
    enrolments_led_by,
    enrolments_overseen_by,
    work_overseen_by,
)
from cohorts.models import Cohort, Enrolment, Membership
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import View, for_role


@dataclass(frozen=True)
class Side:
    """One of the two: whose people they are, and what their pages are called.

    `confidants` are those who read and write contacts, `spoken_to` whose: administrators are not among them.
    """

    name: str
    roles: tuple[Role, ...]
    confidants: tuple[Role, ...]
    reached: Callable[[User], QuerySet[Enrolment]]
    spoken_to: Callable[[User], QuerySet[Enrolment]]
    cohorts: Callable[[User], QuerySet[Cohort]]
    pages: dict[str, str]

    @property
    def is_leads(self) -> bool:
        return self.name == "lead"

    def may_contact(self, person: User) -> bool:
        return has_role(person, *self.confidants)

    def stays(self, person: User) -> QuerySet[Membership]:
        """Where their people are now."""
        found = Membership.objects.filter(to_on=None)
        if self.is_leads:
            return found.filter(cohort__in=self.cohorts(person).values("pk"))
        return found.filter(enrolment__in=self.reached(person).values("pk"))

    def __getattr__(self, page: str) -> str:
        """`side.person` is the name of the page on which this side reads of a person."""
        if page not in self.pages:
            raise AttributeError(page)
        return f"cohorts:{self.pages[page]}"


_PAGES = ("person", "heat_map", "heat_map_file", "contact_add", "contact", "contact_remove")
FACILITATOR = Side(
    "facilitator",
    (Role.FACILITATOR,),
    (Role.FACILITATOR,),
    enrolments_led_by,
    enrolments_led_by,
    cohorts_led_in_by,
    {page: page for page in _PAGES} | {"warnings": "warnings", "warnings_file": "warnings_file"},
)
LEAD = Side(
    "lead",
    LEADS,
    READERS_OF_WORK,
    enrolments_overseen_by,
    work_overseen_by,
    cohorts_visible_to,
    {page: f"{page}_lead" for page in _PAGES} | {"warnings": "lead_warnings", "warnings_file": "lead_warnings_file"},
)


def choices_sent(request: HttpRequest, offered: Mapping[str, Collection[str]]) -> tuple[dict[str, str], bool]:
    """What the address chooses of each; and whether it asks for something that is not offered, and so is left out."""
    sent = {name: request.GET.get(name, "").strip() for name in offered}
    known = {name: value if value in offered[name] else "" for name, value in sent.items()}
    return known, known != sent


def for_both(view: View) -> tuple[View, View]:
    """The same page twice, for the facilitator and for leads."""
    facilitators, leads = (for_role(*side.roles)(partial(view, side=side)) for side in (FACILITATOR, LEAD))
    return facilitators, leads


def for_confidants(view: View) -> tuple[View, View]:
    """The same, of what is written of somebody."""
    facilitators, leads = (for_role(*side.confidants)(partial(view, side=side)) for side in (FACILITATOR, LEAD))
    return facilitators, leads
