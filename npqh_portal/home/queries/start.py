"""Where a person goes from signing in."""

from dataclasses import dataclass

from django.urls import reverse

from applications.models import Application
from npqh_portal.people.access import has_role, roles_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import ADMIN_ROLES
from npqh_portal.web.navigation import WORKSPACES

_WHAT_FOR = {
    "Participant": "Your course, your engagement and your work.",
    "Facilitator": "Today’s sessions and their registers.",
    "Coach": "Whom you support, and your meetings.",
    "Assessor": "The scripts that are with you.",
    "Programme lead": "Cohorts, applications, assessment and administration.",
}


@dataclass(frozen=True)
class WayIn:
    name: str
    words: str
    address: str


def ways_in(user: User) -> list[WayIn]:
    """One for each workspace that the person's roles open; applications for somebody who has sent or begun one."""
    ways = [
        WayIn(space.name, _WHAT_FOR[space.name], reverse(space.links[0].page))
        for space in WORKSPACES
        if has_role(user, *space.roles)
    ]
    roles = roles_of(user)
    if not roles.isdisjoint(ADMIN_ROLES) and roles.isdisjoint({Role.PROGRAMME_LEAD, Role.ADMINISTRATOR}):
        ways.append(WayIn("Administration", "The lists that your role may look at.", reverse("admin:index")))
    is_applicant = Application.objects.filter(person=user).exists()
    if is_applicant and Role.PARTICIPANT not in roles:
        ways.append(WayIn("Your applications", "Carry on with one, or see where it is.", reverse("applications:index")))
    return ways
