"""The operator's door for the first administrator."""

import pytest
from django.core.management import CommandError, call_command

from npqh_portal.notifications.models import Message
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role

pytestmark = pytest.mark.django_db


def test_the_first_administrator_is_invited_from_the_command_line() -> None:
    call_command("invite_administrator", "honor@larkfell.example", "Honor Braithe-Calloway")
    person = User.objects.get(email="honor@larkfell.example")
    assert has_role(person, Role.ADMINISTRATOR)
    assert list(Message.objects.values_list("kind", "person")) == [("invitation", person.pk)]


def test_inviting_twice_says_so_and_sends_nothing_more() -> None:
    call_command("invite_administrator", "honor@larkfell.example", "Honor Braithe-Calloway")
    with pytest.raises(CommandError, match="already holds the role Administrator"):
        call_command("invite_administrator", "honor@larkfell.example", "Honor Braithe-Calloway")
    assert Message.objects.count() == 1


def test_a_slip_in_the_address_is_named() -> None:
    with pytest.raises(CommandError, match="honor is not an email address"):
        call_command("invite_administrator", "honor", "Honor Braithe-Calloway")
    assert not User.objects.exists()
