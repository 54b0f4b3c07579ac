"""Which roles a person holds today."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from .models import Organisation, RoleGrant, User
from .roles import Role

Visitor = User | AnonymousUser


def roles_of(user: Visitor) -> frozenset[Role]:
    """The roles open today, read once per request's user object."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    if (held := user.__dict__.get("_roles")) is None:
        held = frozenset(Role(role) for role in user.role_grants.open().values_list("role", flat=True))
        user.__dict__["_roles"] = held
    return held


def has_role(user: Visitor, *roles: Role) -> bool:
    return not roles_of(user).isdisjoint(roles)


def organisations_of(user: Visitor, *roles: Role) -> QuerySet[Organisation]:
    """The organisations for which the person holds one of the roles: all, where a grant names the provider or none."""
    if not isinstance(user, User) or not user.is_active:
        return Organisation.objects.none()
    grants = RoleGrant.objects.open().filter(person=user, role__in=roles)
    if grants.filter(Q(organisation=None) | Q(organisation__kind=Organisation.Kind.PROVIDER)).exists():
        return Organisation.objects.all()
    return Organisation.objects.filter(role_grants__in=grants).distinct()
