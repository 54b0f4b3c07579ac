"""Enrolments and their stays in cohorts."""

from datetime import date, datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from applications.models import Application
from applications.states import ApplicationState
from cohorts.models import AssessmentWindow, Cohort, Enrolment, Group, Membership
from cohorts.rules.dates import is_open
from cohorts.states import LIVE_ENROLMENT, CohortState, EnrolmentState
from npqh_portal.people.models import User
from npqh_portal.programmes.models import ProgrammeVersion


def current_enrolment_of(person: User) -> Enrolment | None:
    """Their live enrolment, else the newest there was. People found to be one are read as one."""
    enrolments = Enrolment.objects.filter(Q(person=person) | Q(person__alias__kept_person=person))
    newest_first = enrolments.select_related("version__programme", "person", "past_run").order_by("-enrolled_at", "-pk")
    return newest_first.filter(state__in=LIVE_ENROLMENT).first() or newest_first.first()


def latest_membership_of(enrolment: Enrolment) -> Membership | None:
    """The stay that holds, else the last one there was (of a deferred person, say)."""
    return (
        Membership.objects.filter(enrolment=enrolment)
        .select_related("cohort__version", "cohort__provider", "group")
        .order_by("-pk")
        .first()
    )


def closed_cohort_of(enrolment: Enrolment, stay: Membership | None) -> Cohort | None:
    """The cohort of somebody who still takes part, once it is closed and nothing more is held in it."""
    is_theirs = stay is not None and stay.to_on is None and enrolment.state == EnrolmentState.ACTIVE
    return stay.cohort if stay and is_theirs and stay.cohort.state == CohortState.CLOSED else None


def members_on(day: date, *, cohort: Cohort, group: Group | None) -> QuerySet[Membership]:
    """Who was in the group on that day; in the whole cohort, without a group."""
    members = Membership.objects.filter(cohort=cohort, from_on__lte=day).exclude(to_on__lte=day)
    return members if group is None else members.filter(group=group)


def window_open_to(enrolment: Enrolment, at: datetime) -> AssessmentWindow | None:
    """The assessment window of their present cohort that is open at that moment, for someone taking part."""
    if enrolment.state != EnrolmentState.ACTIVE:
        return None
    windows = AssessmentWindow.objects.filter(
        cohort__memberships__enrolment=enrolment, cohort__memberships__to_on=None
    ).exclude(cohort__state=CohortState.DRAFT)
    return next((window for window in windows if is_open(window.opens_on, window.closes_on, at)), None)


def accepted_without_enrolment() -> QuerySet[Application]:
    """Accepted and never enrolled: whoever enrolled and then withdrew is not waiting."""
    return Application.objects.filter(
        ~Exists(Enrolment.objects.filter(application=OuterRef("pk"))), state=ApplicationState.ACCEPTED
    )


def waits_for_place(version: ProgrammeVersion) -> bool:
    """Whether somebody accepted for that version, or enrolled on it, has no place yet. Two statements at most."""
    return (
        accepted_without_enrolment().filter(intake__version=version).exists()
        or enrolled_without_place().filter(version=version).exists()
    )


def enrolled_without_place() -> QuerySet[Enrolment]:
    return Enrolment.objects.filter(
        ~Exists(Membership.objects.filter(enrolment=OuterRef("pk"), to_on=None)), state=EnrolmentState.ACTIVE
    )
