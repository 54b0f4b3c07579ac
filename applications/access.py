"""Whose applications are whose."""

from django.db.models import Q, QuerySet

from npqh_portal.people.access import Visitor, has_role, organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

from .models import Application, MissingSchool
from .states import ApplicationState

DECIDERS = (Role.PROGRAMME_LEAD,)
REVIEWERS = (Role.REVIEWER, Role.PROGRAMME_LEAD)
READERS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR, Role.REVIEWER, Role.PARTNER_STAFF)


def applications_visible_to(user: Visitor) -> QuerySet[Application]:
    """One's own; and, for staff, what was sent to the organisations they act for. Nobody else reads a draft."""
    if not isinstance(user, User):
        return Application.objects.none()
    own = Application.objects.filter(person=user)
    return own | sent_applications_of(user, *READERS) if has_role(user, *READERS) else own


def sent_applications_of(user: User, *roles: Role) -> QuerySet[Application]:
    """What was sent to the organisations for which somebody holds one of the roles."""
    organisations = organisations_of(user, *roles)
    return Application.objects.filter(
        Q(intake__provider__in=organisations) | Q(intake__delivery_partner__in=organisations),
        ~Q(state=ApplicationState.DRAFT),
        submitted_at__isnull=False,
    )


def schools_to_find(user: User, *roles: Role) -> QuerySet[MissingSchool]:
    """Of applications to the organisations for which somebody holds one of the roles, drafts too.

    Of a draft they read the name of its school and whose it is, and nothing else.
    """
    organisations = organisations_of(user, *roles)
    return MissingSchool.objects.filter(
        Q(application__intake__provider__in=organisations) | Q(application__intake__delivery_partner__in=organisations)
    )


def own_applications(user: Visitor) -> QuerySet[Application]:
    return applications_visible_to(user).filter(person_id=user.pk)
