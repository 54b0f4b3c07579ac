"""Owner, colleague, partner, stranger."""

from datetime import timedelta

from applications.states import ApplicationState
from cohorts.access import (
    applications_to_place,
    cohorts_visible_to,
    enrolments_visible_to,
    may_record_register,
    registers_of,
    seminars_visible_to,
)
from cohorts.models import Enrolment, Facilitation, Membership, PersonalItem
from cohorts.queries import current_enrolment_of
from npqh_portal import clock
from npqh_portal.people.models import PersonAlias
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import World
from tests.factories import (
    a_cohort,
    a_grant,
    a_group,
    a_partner,
    a_person,
    a_seminar,
    an_application,
    an_enrolment,
    an_intake,
)


def test_a_partners_lead_sees_the_partners_and_nobody_elses(world: World) -> None:
    # T58
    partner = a_partner()
    theirs = a_cohort(world.version, delivery_partner=partner)
    their_person = an_enrolment(theirs)
    (elsewhere,) = world.enrol()
    lead = a_person()
    a_grant(lead, Role.PROGRAMME_LEAD, organisation=partner)
    assert list(cohorts_visible_to(lead)) == [theirs]
    assert list(enrolments_visible_to(lead)) == [their_person]
    assert list(seminars_visible_to(lead)) == []
    assert set(enrolments_visible_to(world.lead)) == {their_person, elsewhere}


def test_a_lead_sees_whoever_is_not_placed_yet_by_the_intake(world: World) -> None:
    partner = a_partner()
    intake = an_intake(world.version, delivery_partner=partner)
    application = an_application(a_person(), intake, state=ApplicationState.ACCEPTED)
    enrolment = Enrolment.objects.create(person=application.person, application=application, version=world.version)
    lead, stranger = a_person(), a_person()
    a_grant(lead, Role.PROGRAMME_LEAD, organisation=partner)
    a_grant(stranger, Role.PROGRAMME_LEAD, organisation=a_partner("Another partner"))
    assert (list(enrolments_visible_to(lead)), list(applications_to_place(lead))) == ([enrolment], [application])
    assert (list(enrolments_visible_to(stranger)), list(applications_to_place(stranger))) == ([], [])


def test_a_facilitator_sees_the_group_while_leading_it(world: World) -> None:
    # T58
    (a,) = world.enrol()
    an_enrolment(world.cohort, a_group(world.cohort))
    assert list(enrolments_visible_to(world.facilitator)) == [a]
    Membership.objects.filter(enrolment=a).update(to_on=clock.today())
    assert list(enrolments_visible_to(world.facilitator)) == []


def test_registers_need_the_role_and_the_assignment(world: World) -> None:
    assert may_record_register(world.facilitator, world.seminar)
    assert list(registers_of(world.facilitator)) == [world.seminar]
    assert not may_record_register(a_person(Role.FACILITATOR), world.seminar)
    assert not may_record_register(world.lead, world.seminar)
    assert list(seminars_visible_to(world.lead)) == [world.seminar]
    without_role = a_person()
    Facilitation.objects.update(person=without_role)
    assert not may_record_register(without_role, world.seminar)


def test_leading_a_group_begins_and_ends_on_a_day(world: World) -> None:
    substitute = a_person(Role.FACILITATOR)
    today = clock.today()
    group = a_group(world.cohort)
    seminar = a_seminar(world.cohort, world.other_item, group)
    row = Facilitation.objects.create(group=group, person=substitute, from_on=today + timedelta(days=1))
    assert not may_record_register(substitute, seminar)
    Facilitation.objects.filter(pk=row.pk).update(from_on=today - timedelta(days=5), to_on=today + timedelta(days=1))
    assert may_record_register(substitute, seminar)
    Facilitation.objects.filter(pk=row.pk).update(to_on=today)
    assert not may_record_register(substitute, seminar)


def test_people_see_themselves_and_nobody_else(world: World) -> None:
    a, _ = world.enrol(2)
    assert list(enrolments_visible_to(a.person)) == [a]
    assert list(enrolments_visible_to(a_person())) == []


def test_somebody_joined_to_another_row_sees_what_was_theirs(world: World) -> None:
    (a,) = world.enrol()
    kept = a_person(Role.PARTICIPANT)
    PersonAlias.objects.create(old_person=a.person, kept_person=kept)
    assert current_enrolment_of(kept) == a
    assert list(enrolments_visible_to(kept)) == [a]
    assert PersonalItem.objects.filter(enrolment__in=enrolments_visible_to(kept)).count() == 3
