"""Whose applications are whose."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from npqh_portal.people.access import REACHES_ALL, Visitor, has_role, organisations_of, reaches_all
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake

from .models import Application, MissingSchool, Review
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
    sent = Application.objects.filter(~Q(state=ApplicationState.DRAFT), submitted_at__isnull=False)
    if reaches_all(user, *roles):
        return sent
    organisations = organisations_of(user, *roles)
    return sent.filter(Q(intake__provider__in=organisations) | Q(intake__delivery_partner__in=organisations))


def intakes_answered_for(user: User, *roles: Role) -> QuerySet[Intake]:
    """The intakes of the organisations for which somebody holds one of the roles."""
    if reaches_all(user, *roles):
        return Intake.objects.all()
    organisations = organisations_of(user, *roles)
    return Intake.objects.filter(Q(provider__in=organisations) | Q(delivery_partner__in=organisations))


def reviewers_of(application: Application) -> QuerySet[User]:
    """Who reads and reviews it: those who do so today for its organisations, never the applicant."""
    partner = Q(organisation=application.intake.delivery_partner_id)
    grants = RoleGrant.objects.open().filter(REACHES_ALL | partner, role__in=REVIEWERS)
    reviewers = User.objects.filter(is_active=True).filter(Exists(grants.filter(person=OuterRef("pk"))))
    return reviewers.exclude(pk=application.person_id)


def sees_adjustments(user: Visitor) -> bool:
    """What somebody needs for their health or a disability is for those who arrange it, not for reviewers."""
    return has_role(user, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def sees_all_advice(user: User, application: Application, reviews: Iterable[Review] | None = None) -> bool:
    """A reviewer forms a view first: what others advised is shown once their own advice is in, or none is asked.

    `reviews` are the application's, where they are at hand.
    """
    if application.state != ApplicationState.SUBMITTED or has_role(user, Role.PROGRAMME_LEAD, Role.ADMINISTRATOR):
        return True
    return any(review.reviewer_id == user.pk for review in (application.reviews.all() if reviews is None else reviews))


def schools_to_find(user: User, *roles: Role) -> QuerySet[MissingSchool]:
    """Of applications to the organisations for which somebody holds one of the roles, drafts too.

    Of a draft they read the name of its school and whose it is, and nothing else.
    """
    organisations = organisations_of(user, *roles)
    return MissingSchool.objects.filter(
        Q(application__intake__provider__in=organisations) | Q(application__intake__delivery_partner__in=organisations)
    )


def deciders_of(intake: Intake) -> QuerySet[User]:
    """Who decides about the applications to an intake: the provider's leads, and those of its partner."""
    grants = RoleGrant.objects.open().filter(
        REACHES_ALL | Q(organisation__in=[intake.provider_id, intake.delivery_partner_id]), role__in=DECIDERS
    )
    return User.objects.filter(is_active=True, role_grants__in=grants).distinct()


def own_applications(user: Visitor) -> QuerySet[Application]:
    return applications_visible_to(user).filter(person_id=user.pk)
