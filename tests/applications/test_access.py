"""Whose applications are whose."""

import pytest
from django.contrib.auth.models import AnonymousUser

from applications.access import applications_visible_to, own_applications
from applications.states import ApplicationState
from npqh_portal.people.roles import Role
from tests.factories import a_partner, a_person, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

STAFF = {Role.PROGRAMME_LEAD, Role.ADMINISTRATOR, Role.REVIEWER, Role.PARTNER_STAFF}


def test_one_sees_ones_own_and_no_other() -> None:
    intake = an_intake(a_version())
    ines, other = a_person(), a_person(Role.PARTICIPANT)
    own = an_application(ines, intake, state=ApplicationState.DRAFT)
    an_application(other, intake)
    assert list(applications_visible_to(ines)) == [own]
    assert list(own_applications(ines)) == [own]
    assert list(applications_visible_to(AnonymousUser())) == []


@pytest.mark.parametrize("role", Role)
def test_staff_see_what_was_sent_and_no_draft(role: Role) -> None:
    intake = an_intake(a_version())
    sent = an_application(a_person(), intake)
    an_application(a_person(), intake, state=ApplicationState.DRAFT)
    an_application(a_person(), intake, state=ApplicationState.WITHDRAWN, submitted_at=None, reference=None)
    staff = a_person(role)
    assert list(applications_visible_to(staff)) == ([sent] if role in STAFF else [])
    assert list(own_applications(staff)) == []


def test_a_partner_sees_its_own_intakes_only() -> None:
    partner = a_partner()
    version = a_version()
    theirs = an_application(a_person(), an_intake(version, name="Theirs", delivery_partner=partner))
    an_application(a_person(), an_intake(version, name="Others", delivery_partner=a_partner("Dale Partners")))
    an_application(a_person(), an_intake(version, name="Nobody's"))
    staff = a_person(Role.PARTNER_STAFF, organisation=partner)
    assert list(applications_visible_to(staff)) == [theirs]
