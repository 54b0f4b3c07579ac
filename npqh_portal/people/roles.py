"""The roles of the portal, as they are granted."""

from django.db import models


class Role(models.TextChoices):
    PARTICIPANT = "participant", "Participant"
    FACILITATOR = "facilitator", "Facilitator"
    COACH = "coach", "Coach"
    REVIEWER = "reviewer", "Reviewer"
    ASSESSOR = "assessor", "Assessor"
    MODERATOR = "moderator", "Moderator"
    EXTERNAL_ASSESSOR = "external_assessor", "External assessor"
    PARTNER_STAFF = "partner_staff", "Partner staff"
    PROGRAMME_LEAD = "programme_lead", "Programme lead"
    FINANCE = "finance", "Finance"
    ADMINISTRATOR = "administrator", "Administrator"


class RoleKind(models.TextChoices):
    """What kind of facilitator (S18) or coach (S5, S8)."""

    SERVING_SCHOOL_LEADER = "serving_school_leader", "Serving school leader"
    DEVELOPMENT_LEAD = "development_lead", "Development lead"
    FORMER_HEADTEACHER = "former_headteacher", "Former headteacher"
    FORMER_SCHOOL_LEADER = "former_school_leader", "Former school leader"


KINDS_OF_ROLE: dict[Role, frozenset[RoleKind]] = {
    Role.FACILITATOR: frozenset({RoleKind.SERVING_SCHOOL_LEADER, RoleKind.DEVELOPMENT_LEAD}),
    Role.COACH: frozenset({RoleKind.FORMER_HEADTEACHER, RoleKind.FORMER_SCHOOL_LEADER}),
}

# Whoever holds one of these sees other people's records, so a second factor is required of them.
ABOVE_PARTICIPANT = frozenset(Role) - {Role.PARTICIPANT}

# Who may grant, and end, which roles: nobody gives what they do not stand above.
MAY_GRANT: dict[Role, frozenset[Role]] = {
    Role.ADMINISTRATOR: frozenset(Role),
    Role.PROGRAMME_LEAD: frozenset(Role) - {Role.ADMINISTRATOR},
}
