"""Whose scripts, outcomes and certificates are whose."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import Enrolment, Membership
from npqh_portal.people.access import Visitor, has_role, organisations_of, reaches_all
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role

from .models import (
    NAMES_READ_BY,
    OF_AN_ASSESSING_BODY,
    ROLES_FOR,
    Allocation,
    Certificate,
    Outcome,
    Submission,
    SubmittedFile,
    reaches_cohort,
)

LEADS = (Role.PROGRAMME_LEAD,)
READERS = NAMES_READ_BY
ASSESSORS = (Role.ASSESSOR, Role.MODERATOR, Role.EXTERNAL_ASSESSOR)


def submissions_visible_to(user: Visitor) -> QuerySet[Submission]:
    """To leads, those of the organisations they act for. Participants see theirs by file, assessors by allocation."""
    return _submissions_of(user, *READERS)


def submissions_led_by(user: Visitor) -> QuerySet[Submission]:
    """Those on which they act. Who leads a partner and reads everywhere, acts for the partner only."""
    return _submissions_of(user, *LEADS)


def _submissions_of(user: Visitor, *roles: Role) -> QuerySet[Submission]:
    if not has_role(user, *roles):
        return Submission.objects.none()
    organisations = organisations_of(user, *roles)
    return Submission.objects.filter(
        Q(window__cohort__provider__in=organisations) | Q(window__cohort__delivery_partner__in=organisations)
    )


def allocations_visible_to(user: Visitor) -> QuerySet[Allocation]:
    """The scripts that lie with an assessor now, oldest first: only while allocated (T56), and with the role for it."""
    cohort = "submission__window__cohort"
    reach = reaches_cohort(provider=OuterRef(f"{cohort}__provider"), partner=OuterRef(f"{cohort}__delivery_partner"))
    grants = RoleGrant.objects.open().filter(reach | OF_AN_ASSESSING_BODY, person_id=user.pk)
    held = Q(pk__in=[])
    for part, roles in ROLES_FOR.items():
        held |= Q(Exists(grants.filter(role__in=roles)), part=part)
    return (
        Allocation.objects.filter(held, person_id=user.pk, ended_at=None)
        .select_related("submission__task")
        .order_by("submission__received_at", "submission_id")
    )


def allocations_once_of(user: Visitor) -> QuerySet[Allocation]:
    """Those that are over: of such a script its code is told, and nothing else (T56)."""
    return Allocation.objects.filter(person_id=user.pk, ended_at__isnull=False).select_related("submission")


def own_files(user: Visitor) -> QuerySet[SubmittedFile]:
    """What somebody sent themselves."""
    return SubmittedFile.objects.filter(_own(user, "submission__enrolment__person"))


def outcomes_visible_to(user: Visitor) -> QuerySet[Outcome]:
    return Outcome.objects.filter(submission__in=submissions_visible_to(user))


def own_certificates(user: Visitor) -> QuerySet[Certificate]:
    return Certificate.objects.filter(_own(user, "enrolment__person"))


def certificates_visible_to(user: Visitor) -> QuerySet[Certificate]:
    """To leads, those of people who were ever in a cohort of the organisations they act for."""
    return certificates_of(user, *READERS)


def certificates_of(user: Visitor, *roles: Role) -> QuerySet[Certificate]:
    """Those that are theirs by one of these roles; the provider's own are the ones from before this portal, too."""
    theirs = Q(Exists(_stays(user, *roles).filter(enrolment=OuterRef("enrolment"))))
    if reaches_all(user, *roles):
        theirs |= Q(is_from_before=True)
    return Certificate.objects.filter(theirs)


def enrolments_led_by(user: Visitor) -> QuerySet[Enrolment]:
    """Those who were ever in a cohort that they act for."""
    return Enrolment.objects.filter(Exists(_stays(user, *LEADS).filter(enrolment=OuterRef("pk"))))


def _stays(user: Visitor, *roles: Role) -> QuerySet[Membership]:
    organisations = organisations_of(user, *roles)
    return Membership.objects.filter(
        Q(cohort__provider__in=organisations) | Q(cohort__delivery_partner__in=organisations)
    )


def _own(user: Visitor, person: str) -> Q:
    """Theirs, or an earlier record's that was found to be them."""
    if not isinstance(user, User):
        return Q(pk__in=[])
    return Q(**{person: user}) | Q(**{f"{person}__alias__kept_person": user})
