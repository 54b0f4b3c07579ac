"""Which roles a person holds today, whom they see, and which roles they may give."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from .models import Organisation, RoleGrant, User
from .roles import MAY_GRANT, Role

Visitor = User | AnonymousUser

# A grant that reaches over every organisation.
REACHES_ALL = Q(organisation=None) | Q(organisation__kind=Organisation.Kind.PROVIDER)


def _held(user: Visitor) -> frozenset[tuple[Role, bool]]:
    """The roles open today, each with whether it reaches all organisations; read once per request's user object."""
    if not isinstance(user, User) or not user.is_active:
        return frozenset()
    held: frozenset[tuple[Role, bool]] | None = user.__dict__.get("_held")
    if held is None:
        # Every signed-in page asks this; in Python, what REACHES_ALL asks costs half of what it costs as an expression.
        grants = user.role_grants.open().order_by().values_list("role", "organisation__kind")
        provider = Organisation.Kind.PROVIDER
        held = frozenset((Role(role), (kind or provider) == provider) for role, kind in grants)
        user.__dict__["_held"] = held
    return held


def roles_of(user: Visitor) -> frozenset[Role]:
    return frozenset(role for role, _ in _held(user))


def has_role(user: Visitor, *roles: Role) -> bool:
    return not roles_of(user).isdisjoint(roles)


def reaches_all(user: Visitor, *roles: Role) -> bool:
    """Whether they hold one of the roles for the whole provider, not for a delivery partner only."""
    return any(role in roles and for_all for role, for_all in _held(user))


def organisations_of(user: Visitor, *roles: Role) -> QuerySet[Organisation]:
    """The organisations for which the person holds one of the roles: all, where a grant names the provider or none."""
    if not isinstance(user, User) or not user.is_active:
        return Organisation.objects.none()
    if reaches_all(user, *roles):
        return Organisation.objects.all()
    grants = RoleGrant.objects.open().filter(person=user, role__in=roles)
    return Organisation.objects.filter(role_grants__in=grants).distinct()


def may_grant(user: Visitor, role: Role, organisation: Organisation | None) -> bool:
    """Whether they may grant this role, or end it. `organisation` None asks for the whole provider."""
    granting = [holder for holder, given in MAY_GRANT.items() if role in given]
    if organisation is None:
        return reaches_all(user, *granting)
    return organisations_of(user, *granting).filter(pk=organisation.pk).exists()


def people_visible_to(user: Visitor) -> QuerySet[User]:
    """Everybody, to a lead of the provider; to a delivery partner's lead, who holds a role there."""
    if reaches_all(user, *MAY_GRANT):
        return User.objects.all()
    return User.objects.filter(Exists(grants_visible_to(user).filter(person=OuterRef("pk"))))


def reaches_person(user: Visitor, person_id: int) -> bool:
    """Whether that one is among the `people_visible_to` them. No statement for a lead of the provider."""
    return reaches_all(user, *MAY_GRANT) or people_visible_to(user).filter(pk=person_id).exists()


def grants_visible_to(user: Visitor) -> QuerySet[RoleGrant]:
    """All of them, to a lead of the provider; to a delivery partner's lead, those for that partner."""
    if reaches_all(user, *MAY_GRANT):
        return RoleGrant.objects.all()
    return RoleGrant.objects.filter(organisation__in=organisations_of(user, *MAY_GRANT))
