"""Who looks after programmes."""

from npqh_portal.people.roles import Role

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
