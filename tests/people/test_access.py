"""Who sees whom."""

import pytest
from django.contrib.auth.models import AnonymousUser

from npqh_portal.people.access import (
    grants_visible_to,
    may_grant,
    organisations_of,
    people_visible_to,
    reaches_all,
    roles_of,
)
from npqh_portal.people.models import Organisation, User
from npqh_portal.people.roles import Role
from tests.factories import a_partner, a_person, a_provider

pytestmark = pytest.mark.django_db


def test_a_lead_of_the_provider_sees_everybody() -> None:
    lead, somebody = a_person(Role.PROGRAMME_LEAD), a_person()
    assert set(people_visible_to(lead)) == {lead, somebody}
    assert reaches_all(lead, Role.PROGRAMME_LEAD)
    assert not reaches_all(lead, Role.ADMINISTRATOR)


def test_a_partner_s_lead_sees_whoever_holds_a_role_there() -> None:
    partner, other = a_partner(), a_partner("Another partner")
    lead = a_person(Role.PROGRAMME_LEAD, organisation=partner)
    colleague = a_person(Role.FACILITATOR, Role.COACH, organisation=partner)
    a_person(Role.FACILITATOR, organisation=other)
    a_person(Role.FACILITATOR)
    a_person()
    assert set(people_visible_to(lead)) == {lead, colleague}
    assert set(grants_visible_to(lead)) == {*lead.role_grants.all(), *colleague.role_grants.all()}
    assert list(organisations_of(lead, Role.PROGRAMME_LEAD)) == [partner]


@pytest.mark.parametrize("role", sorted(frozenset(Role) - {Role.ADMINISTRATOR, Role.PROGRAMME_LEAD}))
def test_other_roles_see_nobody_here(role: Role) -> None:
    assert list(people_visible_to(a_person(role))) == []


def test_neither_does_a_visitor_or_a_closed_account() -> None:
    a_provider()
    closed = a_person(Role.ADMINISTRATOR, is_active=False)
    for visitor in (AnonymousUser(), closed):
        assert list(people_visible_to(visitor)) == []
        assert list(grants_visible_to(visitor)) == []
        assert roles_of(visitor) == frozenset()
        assert not may_grant(visitor, Role.REVIEWER, None)
        assert list(organisations_of(visitor, Role.ADMINISTRATOR)) == []
    assert Organisation.objects.count() == User.objects.count() == 1
