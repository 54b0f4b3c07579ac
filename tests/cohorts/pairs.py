"""People who were granted support, and those who support them, written plainly."""

from datetime import date, timedelta
from typing import Any

from applications.kinds import Strand
from applications.models import StrandDecision
from applications.states import ApplicationState
from cohorts.models import Enrolment, SupportMatch
from npqh_portal import clock
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role, RoleKind
from tests.cohorts.conftest import World
from tests.factories import a_grant, a_person, an_application, an_enrolment, an_intake

NEW, ONE = Strand.NEW_HEADS, Strand.ONE_TO_ONE
LAST = date(2027, 3, 17)


def a_coach(kind: RoleKind = RoleKind.FORMER_SCHOOL_LEADER, *, of: Organisation | None = None, **fields: Any) -> User:
    person = a_person(**fields)
    a_grant(person, Role.COACH, kind=kind, organisation=of)
    return person


def a_former_head(**fields: Any) -> User:
    return a_coach(RoleKind.FORMER_HEADTEACHER, **fields)


def decided(enrolment: Enrolment, strand: Strand, *, is_granted: bool = True) -> StrandDecision:
    reason = "listed_rise" if is_granted else "not_listed"
    return StrandDecision.objects.create(
        application=enrolment.application, strand=strand.value, is_granted=is_granted, reason=reason, occasion="staff"
    )


def somebody(world: World, *granted: Strand, partner: Organisation | None = None, **application: Any) -> Enrolment:
    """On the world's cohort and group, by an application that was accepted, with these strands granted."""
    person = a_person(Role.PARTICIPANT, full_name=application.pop("full_name", "Winifred Osei-Larch"))
    intake = an_intake(world.version, delivery_partner=partner, name=f"Of {person.email}")
    accepted = an_application(person, intake, state=ApplicationState.ACCEPTED, **application)
    enrolment = an_enrolment(
        world.cohort, world.group, person, application=accepted, enrolled_at=clock.now() - timedelta(days=60)
    )
    for strand in granted:
        decided(enrolment, strand)
    return enrolment


def a_match(enrolment: Enrolment, supporter: User, strand: Strand = ONE, **fields: Any) -> SupportMatch:
    days = {"from_on": clock.today() - timedelta(days=30), "planned_to_on": LAST} | fields
    return SupportMatch.objects.create(enrolment=enrolment, strand=strand.value, supporter=supporter, **days)
