"""The header of each workspace: chosen by the path, and shown to whoever may enter there."""

from dataclasses import dataclass

from npqh_portal.people.roles import Role


@dataclass(frozen=True)
class Link:
    page: str
    words: str


@dataclass(frozen=True)
class Workspace:
    """A part of the portal with its own row of links: at most five, in plain words."""

    prefixes: tuple[str, ...]
    name: str
    roles: tuple[Role, ...]
    links: tuple[Link, ...]


WORKSPACES = (
    Workspace(
        prefixes=("/participant/", "/messages/"),
        name="Participant",
        roles=(Role.PARTICIPANT,),
        links=(
            Link("home:participant", "Home"),
            Link("cohorts:course", "Course"),
            Link("cohorts:engagement", "Engagement"),
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
            Link("cohorts:facilitator_groups", "Groups"),
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


def current_page(path: str, addresses: list[str]) -> str | None:
    """Of these addresses the one to mark: the longest that the path begins with."""
    return max((address for address in addresses if path.startswith(address)), key=len, default=None)
