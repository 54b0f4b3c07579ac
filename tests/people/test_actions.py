"""Adding people, granting roles and ending them."""

from datetime import timedelta

import pytest

from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.people.access import has_role, roles_of
from npqh_portal.people.actions import add_person, end_role, grant_role
from npqh_portal.people.errors import (
    EmailTaken,
    EndBeforeStart,
    KindDoesNotFit,
    KindOfRoleNeeded,
    LastAdministrator,
    RoleAlreadyEnded,
    RoleAlreadyHeld,
    RoleNotYoursToGive,
)
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role, RoleKind
from tests.factories import a_grant, a_partner, a_person, a_provider

pytestmark = pytest.mark.django_db


def _roles(person: User) -> frozenset[Role]:
    return roles_of(User.objects.get(pk=person.pk))


def test_a_person_is_added_without_a_password_under_a_lower_case_address() -> None:
    person = add_person(email="Gwen@School.Example", full_name=" Gwen Ashdown-Pike ", by=None)
    assert (person.email, person.full_name, person.called) == (
        "gwen@school.example",
        "Gwen Ashdown-Pike",
        "Gwen Ashdown-Pike",
    )
    assert not person.has_usable_password()
    assert Entry.objects.get().verb == "person.added"


def test_one_address_is_one_person_whatever_its_case() -> None:
    a_person(email="gwen@school.example")
    with pytest.raises(EmailTaken):
        add_person(email="GWEN@school.example", full_name="Another", by=None)
    assert User.objects.count() == 1


def test_a_granted_role_holds_from_its_day_until_its_end() -> None:
    person, lead = a_person(), a_person(Role.PROGRAMME_LEAD)
    tomorrow = clock.today() + timedelta(days=1)
    grant = grant_role(person, role=Role.REVIEWER, starts_on=tomorrow, by=lead)
    assert _roles(person) == frozenset()
    with clock.as_if(clock.start_of_day(tomorrow)):
        assert _roles(person) == {Role.REVIEWER}
        end_role(grant, reason="Left", by=lead)
        assert _roles(person) == frozenset()
    ended = Entry.objects.get(verb="role.ended")
    assert (ended.actor_id, words_of(ended)) == (lead.pk, {"reason": "Left"})


def test_a_role_held_already_is_refused() -> None:
    person = a_person(Role.REVIEWER)
    with pytest.raises(RoleAlreadyHeld):
        grant_role(person, role=Role.REVIEWER, by=None)
    grant_role(person, role=Role.REVIEWER, organisation=a_partner(), by=None)
    assert person.role_grants.count() == 2


def test_a_facilitator_is_of_a_kind_and_a_reviewer_of_none() -> None:
    # S18
    person = a_person()
    with pytest.raises(KindOfRoleNeeded):
        grant_role(person, role=Role.FACILITATOR, by=None)
    with pytest.raises(KindDoesNotFit):
        grant_role(person, role=Role.FACILITATOR, kind=RoleKind.FORMER_HEADTEACHER, by=None)
    with pytest.raises(KindDoesNotFit):
        grant_role(person, role=Role.REVIEWER, kind=RoleKind.DEVELOPMENT_LEAD, by=None)
    assert RoleGrant.objects.count() == 0


def test_a_role_ends_once_and_not_before_it_starts() -> None:
    grant = a_grant(a_person(), Role.REVIEWER, starts_on=clock.today())
    with pytest.raises(EndBeforeStart):
        end_role(grant, ends_on=clock.today() - timedelta(days=1), by=None)
    end_role(grant, by=None)
    with pytest.raises(RoleAlreadyEnded):
        end_role(grant, by=None)


def test_the_last_administrator_stays() -> None:
    first = a_grant(a_person(), Role.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        end_role(first, by=first.person)
    second = a_grant(a_person(), Role.ADMINISTRATOR)
    end_role(first, by=second.person)
    with pytest.raises(LastAdministrator):
        end_role(second, by=second.person)


# Who grants what -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("holder", Role)
def test_nobody_grants_what_they_do_not_stand_above(holder: Role, role: Role) -> None:
    lead = a_person(holder)
    person = a_person()
    kind = {Role.FACILITATOR: RoleKind.DEVELOPMENT_LEAD, Role.COACH: RoleKind.FORMER_HEADTEACHER}.get(role)
    # Being a participant follows from an enrolment, whose own action asks who may.
    allowed = role is Role.PARTICIPANT or holder is Role.ADMINISTRATOR
    allowed = allowed or (holder is Role.PROGRAMME_LEAD and role is not Role.ADMINISTRATOR)
    if allowed:
        grant = grant_role(person, role=role, kind=kind, by=lead)
        assert grant.granted_by == lead
    else:
        with pytest.raises(RoleNotYoursToGive):
            grant_role(person, role=role, kind=kind, by=lead)
        assert not has_role(person, role)


def test_a_partner_s_lead_grants_within_the_partner_only() -> None:
    partner, other = a_partner(), a_partner("Another partner")
    lead, person = a_person(Role.PROGRAMME_LEAD, organisation=partner), a_person()
    for organisation in (None, other, a_provider()):
        with pytest.raises(RoleNotYoursToGive):
            grant_role(person, role=Role.REVIEWER, organisation=organisation, by=lead)
    grant = grant_role(person, role=Role.REVIEWER, organisation=partner, by=lead)
    end_role(grant, by=lead)
    theirs = a_grant(person, Role.REVIEWER, organisation=other)
    with pytest.raises(RoleNotYoursToGive):
        end_role(theirs, by=lead)


def test_a_lead_of_the_provider_grants_everywhere() -> None:
    lead = a_person(Role.PROGRAMME_LEAD, organisation=a_provider())
    for organisation in (None, a_partner(), a_provider()):
        grant_role(a_person(), role=Role.REVIEWER, organisation=organisation, by=lead)
    assert RoleGrant.objects.filter(role=Role.REVIEWER).count() == 3


def test_whose_role_has_ended_grants_nothing() -> None:
    lead = a_person()
    a_grant(lead, Role.ADMINISTRATOR, ends_on=clock.today())
    with pytest.raises(RoleNotYoursToGive):
        grant_role(a_person(), role=Role.REVIEWER, by=lead)


def test_an_administrator_of_a_partner_does_not_stand_in_for_the_last_of_all() -> None:
    honor = a_person()
    last = a_grant(honor, Role.ADMINISTRATOR)
    a_grant(a_person(), Role.ADMINISTRATOR, organisation=a_partner())
    a_grant(a_person(), Role.ADMINISTRATOR, starts_on=clock.today() + timedelta(days=1))
    with pytest.raises(LastAdministrator):
        end_role(last, by=honor)
    assert _roles(honor) == {Role.ADMINISTRATOR}


def test_an_administrator_of_a_partner_leaves_while_another_administers_all() -> None:
    a_grant(a_person(), Role.ADMINISTRATOR)
    partners = a_grant(a_person(), Role.ADMINISTRATOR, organisation=a_partner())
    end_role(partners, by=None)
    assert _roles(partners.person) == frozenset()
