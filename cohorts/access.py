"""Whose cohorts, enrolments and registers somebody may see, and which registers they may save."""

from django.db.models import Q, QuerySet

from applications.models import Application
from cohorts.models import Cohort, Enrolment, Facilitation, Group, Seminar
from npqh_portal import clock
from npqh_portal.people.access import has_role, organisations_of, reaches_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

LEADS = (Role.PROGRAMME_LEAD, Role.ADMINISTRATOR)


def cohorts_visible_to(user: User) -> QuerySet[Cohort]:
    """The cohorts a lead answers for: all of them, or those of the delivery partner the role was granted for."""
    theirs = organisations_of(user, *LEADS)
    return Cohort.objects.filter(Q(provider__in=theirs) | Q(delivery_partner__in=theirs))


def applications_to_place(user: User) -> QuerySet[Application]:
    theirs = organisations_of(user, *LEADS)
    return Application.objects.filter(Q(intake__provider__in=theirs) | Q(intake__delivery_partner__in=theirs))


def enrolments_of(user: User) -> QuerySet[Enrolment]:
    """A person's own; people found to be one are read as one."""
    return Enrolment.objects.filter(Q(person=user) | Q(person__alias__kept_person=user))


def enrolments_visible_to(user: User) -> QuerySet[Enrolment]:
    """One's own; those of the groups one leads today; those a lead answers for, placed or not.

    Runs from before this portal are the provider's: they have neither cohort nor intake to tell a partner's by.
    """
    groups = _groups_led_by(user)
    overseen = Q(memberships__cohort__in=cohorts_visible_to(user)) | Q(application__in=applications_to_place(user))
    led = Q(memberships__group__in=groups, memberships__to_on=None)
    if reaches_all(user, *LEADS):
        overseen |= Q(past_run__isnull=False)
    found = Enrolment.objects.filter(overseen | led | Q(pk__in=enrolments_of(user)))
    return Enrolment.objects.filter(pk__in=found.values("pk"))


def registers_of(user: User) -> QuerySet[Seminar]:
    """The sittings whose registers are this facilitator's to take: their own, and those of the groups they lead today.

    Both halves are needed: the role, and being assigned.
    """
    if not has_role(user, Role.FACILITATOR):
        return Seminar.objects.none()
    return Seminar.objects.filter(Q(facilitator=user) | Q(group__in=_groups_led_by(user)))


def seminars_visible_to(user: User) -> QuerySet[Seminar]:
    """Registers one may read: one's own to take, and those of the cohorts a lead answers for."""
    return Seminar.objects.filter(Q(pk__in=registers_of(user).values("pk")) | Q(cohort__in=cohorts_visible_to(user)))


def may_record_register(user: User, seminar: Seminar) -> bool:
    return registers_of(user).filter(pk=seminar.pk).exists()


def _groups_led_by(user: User) -> QuerySet[Group]:
    if not has_role(user, Role.FACILITATOR):
        return Group.objects.none()
    today = clock.today()
    leading = Facilitation.objects.filter(person=user, from_on__lte=today).exclude(to_on__lte=today)
    return Group.objects.filter(facilitations__in=leading)
