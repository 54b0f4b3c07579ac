"""Whose cohorts, enrolments and registers somebody may see, and which registers they may save."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application
from cohorts.models import Cohort, Enrolment, Facilitation, Group, Seminar, SupportMatch
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.people.access import REACHES_ALL, has_role, organisations_of, reaches_all
from npqh_portal.people.models import RoleGrant, User
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
    led = Q(memberships__group__in=groups, memberships__to_on=None)
    found = Enrolment.objects.filter(_overseen_by(user) | led | Q(pk__in=enrolments_of(user)))
    return Enrolment.objects.filter(pk__in=found.values("pk"))


def enrolments_overseen_by(user: User) -> QuerySet[Enrolment]:
    """Those alone that a lead answers for, whatever else the lead is."""
    return Enrolment.objects.filter(pk__in=Enrolment.objects.filter(_overseen_by(user)).values("pk"))


def _overseen_by(user: User) -> Q:
    overseen = Q(memberships__cohort__in=cohorts_visible_to(user)) | Q(application__in=applications_to_place(user))
    return overseen | Q(past_run__isnull=False) if reaches_all(user, *LEADS) else overseen


def support_overseen_by(user: User) -> QuerySet[SupportMatch]:
    """Whose support a lead answers for: that there is some and how much of it, never what was said (T58)."""
    return SupportMatch.objects.filter(enrolment__in=enrolments_overseen_by(user).values("pk"))


def support_of(user: User) -> QuerySet[SupportMatch]:
    """The support that somebody gets or got as a participant."""
    return SupportMatch.objects.filter(enrolment__in=enrolments_of(user).values("pk"))


def support_given_by(user: User) -> QuerySet[SupportMatch]:
    """The support that somebody gives or gave; read as a coach alone."""
    if not has_role(user, Role.COACH):
        return SupportMatch.objects.none()
    return SupportMatch.objects.filter(Q(supporter=user) | Q(supporter__alias__kept_person=user))


def registers_of(user: User) -> QuerySet[Seminar]:
    """The sittings whose registers are this facilitator's to take: their own, and those of the groups they lead today.

    Both halves are needed: the role, and being assigned. What is only planned is nobody's yet.
    """
    if not has_role(user, Role.FACILITATOR):
        return Seminar.objects.none()
    told = Seminar.objects.exclude(state=SeminarState.PLANNED)
    return told.filter(Q(facilitator=user) | Q(group__in=_groups_led_by(user)))


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


def leads_answering_for(enrolment: Enrolment) -> QuerySet[User]:
    """Leads of the provider, and those of the delivery partner whose intake or cohort the person came through."""
    cohorts = Cohort.objects.filter(memberships__enrolment=enrolment)
    partner = Q(organisation__in=cohorts.values("delivery_partner"))
    if enrolment.application:
        partner |= Q(organisation__isnull=False, organisation=enrolment.application.intake.delivery_partner)
    grants = RoleGrant.objects.open().filter(REACHES_ALL | partner, role__in=LEADS)
    return User.objects.filter(Exists(grants.filter(person=OuterRef("pk"))), is_active=True)


def may_approve_extension(user: User, enrolment: Enrolment) -> bool:
    return leads_answering_for(enrolment).filter(pk=user.pk).exists()
