"""Letting somebody in."""

import pytest
from allauth.account.models import EmailAddress
from django.core.mail import EmailMessage
from django.test import Client

from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.errors import RoleAlreadyHeld, RoleNotYoursToGive
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role, RoleKind
from npqh_portal.signin.actions import invite_person
from tests.factories import a_partner, a_person

from .walk import sign_in_by_code

pytestmark = pytest.mark.django_db


def test_somebody_new_is_added_given_the_role_and_told() -> None:
    lead = a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")
    grant = invite_person(
        email="gwen@school.example",
        full_name="Gwen Ashdown-Pike",
        role=Role.FACILITATOR,
        kind=RoleKind.SERVING_SCHOOL_LEADER,
        organisation=a_partner("Fellside Partners"),
        by=lead,
    )
    message = Message.objects.get()
    assert (message.kind, message.person, message.secret) == ("invitation", grant.person, None)
    assert message.subject.endswith("as facilitator")
    assert "Tobias Farrant has given you the role facilitator for Fellside Partners" in message.text
    assert "passkey" in message.text
    assert set(Entry.objects.values_list("verb", "actor_id")) == {
        ("person.added", lead.pk),
        ("role.granted", lead.pk),
        ("person.invited", lead.pk),
    }


def test_the_address_counts_as_theirs_only_after_the_code(client: Client, mailoutbox: list[EmailMessage]) -> None:
    # T4
    person = invite_person(email="gwen@school.example", full_name="Gwen", role=Role.REVIEWER, by=None).person
    assert not EmailAddress.objects.filter(verified=True).exists()
    sign_in_by_code(client, person.email, mailoutbox)
    assert EmailAddress.objects.get(user=person).verified
    assert client.session["_auth_user_id"] == str(person.pk)


def test_somebody_known_keeps_their_name_and_gets_the_role() -> None:
    person = a_person(Role.PARTICIPANT, email="gwen@school.example", full_name="Gwen Ashdown-Pike")
    grant = invite_person(email="Gwen@School.example", full_name="G. Pike", role=Role.REVIEWER, by=None)
    assert (grant.person, User.objects.get().full_name) == (person, "Gwen Ashdown-Pike")
    assert RoleGrant.objects.count() == 2


def test_inviting_twice_is_refused_and_tells_nobody_twice() -> None:
    invite_person(email="gwen@school.example", full_name="Gwen", role=Role.REVIEWER, by=None)
    with pytest.raises(RoleAlreadyHeld):
        invite_person(email="gwen@school.example", full_name="Gwen", role=Role.REVIEWER, by=None)
    assert (User.objects.count(), Message.objects.count()) == (1, 1)


def test_whoever_may_not_grant_the_role_adds_nobody() -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    with pytest.raises(RoleNotYoursToGive):
        invite_person(email="gwen@school.example", full_name="Gwen", role=Role.ADMINISTRATOR, by=lead)
    assert list(User.objects.all()) == [lead]
    assert Message.objects.count() == 0
