"""Whose scripts, outcomes and certificates are whose."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from cohorts.models import Membership
from npqh_portal.people.access import Visitor, has_role, organisations_of
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

from .models import ROLES_FOR, Allocation, Certificate, Outcome, Submission, SubmittedFile

LEADS = (Role.PROGRAMME_LEAD,)
READERS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)
ASSESSORS = (Role.ASSESSOR, Role.MODERATOR, Role.EXTERNAL_ASSESSOR)


def submissions_visible_to(user: Visitor) -> QuerySet[Submission]:
    """To leads, those of the organisations they act for. Participants see theirs by file, assessors by allocation."""
    if not has_role(user, *READERS):
        return Submission.objects.none()
    organisations = organisations_of(user, *READERS)
    return Submission.objects.filter(
        Q(window__cohort__provider__in=organisations) | Q(window__cohort__delivery_partner__in=organisations)
    )


def allocations_visible_to(user: Visitor) -> QuerySet[Allocation]:
    """The scripts that lie with an assessor now, oldest first: only while allocated (T56), and with the role for it."""
    parts = [part for part, roles in ROLES_FOR.items() if has_role(user, *roles)]
    return (
        Allocation.objects.filter(person_id=user.pk, part__in=parts, ended_at=None)
        .select_related("submission__task")
        .order_by("submission__received_at", "submission_id")
    )


def own_files(user: Visitor) -> QuerySet[SubmittedFile]:
    """What somebody sent themselves."""
    return SubmittedFile.objects.filter(_own(user, "submission__enrolment__person"))


def outcomes_visible_to(user: Visitor) -> QuerySet[Outcome]:
    return Outcome.objects.filter(submission__in=submissions_visible_to(user))


def own_certificates(user: Visitor) -> QuerySet[Certificate]:
    return Certificate.objects.filter(_own(user, "enrolment__person"))


def certificates_visible_to(user: Visitor) -> QuerySet[Certificate]:
    """To leads, those of people who were ever in a cohort of the organisations they act for."""
    if not has_role(user, *READERS):
        return Certificate.objects.none()
    organisations = organisations_of(user, *READERS)
    stays = Membership.objects.filter(
        Q(cohort__provider__in=organisations) | Q(cohort__delivery_partner__in=organisations),
        enrolment=OuterRef("enrolment"),
    )
    return Certificate.objects.filter(Exists(stays))


def _own(user: Visitor, person: str) -> Q:
    """Theirs, or an earlier record's that was found to be them."""
    if not isinstance(user, User):
        return Q(pk__in=[])
    return Q(**{person: user}) | Q(**{f"{person}__alias__kept_person": user})
