"""Whose applications are whose."""

from django.db.models import Q, QuerySet

from npqh_portal.people.access import Visitor, has_role, organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

from .models import Application
from .states import ApplicationState

DECIDERS = (Role.PROGRAMME_LEAD,)
REVIEWERS = (Role.REVIEWER, Role.PROGRAMME_LEAD)
READERS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR, Role.REVIEWER, Role.PARTNER_STAFF)


def applications_visible_to(user: Visitor) -> QuerySet[Application]:
    """One's own; and, for staff, what was sent to the organisations they act for. Nobody else reads a draft."""
    if not isinstance(user, User):
        return Application.objects.none()
    own = Q(person=user)
    if not has_role(user, *READERS):
        return Application.objects.filter(own)
    organisations = organisations_of(user, *READERS)
    theirs = Q(intake__provider__in=organisations) | Q(intake__delivery_partner__in=organisations)
    return Application.objects.filter(own | (theirs & ~Q(state=ApplicationState.DRAFT) & Q(submitted_at__isnull=False)))


def own_applications(user: Visitor) -> QuerySet[Application]:
    return applications_visible_to(user).filter(person_id=user.pk)
