"""The header of each workspace: chosen by the path, and shown to whoever may enter there."""

from collections.abc import Mapping
from dataclasses import dataclass

from npqh_portal.people.roles import Role


@dataclass(frozen=True)
class Link:
    """One of the row. `also` are paths of pages that belong to it and lie elsewhere."""

    page: str
    words: str
    also: tuple[str, ...] = ()


@dataclass(frozen=True)
class Workspace:
    """A part of the portal with its own row of links: at most five, in plain words."""

    prefixes: tuple[str, ...]
    name: str
    roles: tuple[Role, ...]
    links: tuple[Link, ...]


def _paths(start: str, parts: str) -> tuple[str, ...]:
    return tuple(f"{start}{part}/" for part in parts.split())


WORKSPACES = (
    Workspace(
        prefixes=("/participant/", "/messages/"),
        name="Participant",
        roles=(Role.PARTICIPANT,),
        links=(
            Link("home:participant", "Home"),
            Link(
                "cohorts:course",
                "Course",
                also=_paths(
                    "/participant/",
                    "study formative project behaviours reflections timetable sessions tasks placement visits"
                    " directory details",
                ),
            ),
            Link("cohorts:engagement", "Engagement", also=_paths("/participant/", "catch-ups appeals")),
            Link("assessments:work", "Work"),
            Link("home:messages", "Messages"),
        ),
    ),
    Workspace(
        prefixes=("/facilitator/",),
        name="Facilitator",
        roles=(Role.FACILITATOR,),
        links=(
            Link("cohorts:today", "Today"),
            Link("cohorts:registers", "Registers"),
            Link(
                "cohorts:facilitator_groups",
                "Groups",
                also=_paths("/facilitator/", "beside cohorts directory early-warning people small-changes study"),
            ),
            Link("cohorts:facilitator_profile", "Profile"),
        ),
    ),
    Workspace(
        prefixes=("/coach/",),
        name="Coach",
        roles=(Role.COACH,),
        links=(Link("cohorts:coach", "Your people"),),
    ),
    Workspace(
        prefixes=("/assessor/",),
        name="Assessor",
        roles=(Role.ASSESSOR, Role.MODERATOR, Role.EXTERNAL_ASSESSOR),
        links=(Link("assessments:scripts", "Marking"),),
    ),
    Workspace(
        prefixes=("/lead/",),
        name="Programme lead",
        roles=(Role.PROGRAMME_LEAD, Role.ADMINISTRATOR),
        links=(
            Link("home:lead", "Cohorts"),
            Link("cohorts:facilitator_loads", "Facilitators"),
            Link("admin:applications_application_changelist", "Applications"),
            Link("assessments:release_list", "Assessment"),
            Link("admin:index", "Administration"),
        ),
    ),
)


def workspace_at(path: str) -> Workspace | None:
    """The workspace whose pages live under this path."""
    return next((space for space in WORKSPACES if path.startswith(space.prefixes)), None)


def current_link(path: str, addresses: Mapping[Link, str]) -> Link | None:
    """Of these links, each with its address, the one to mark: that with the longest path that this one begins with."""
    paths = {path_of: link for link, address in addresses.items() for path_of in (address, *link.also)}
    begun = max((one for one in paths if path.startswith(one)), key=len, default=None)
    return paths[begun] if begun else None
