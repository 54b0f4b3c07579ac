"""Whose messages are whose."""

from django.db.models import QuerySet

from npqh_portal.people.access import Visitor
from npqh_portal.people.models import User

from .models import Message


def messages_visible_to(user: Visitor) -> QuerySet[Message]:
    """A person's own page shows the messages to that person; staff read all of them in the administration."""
    if not isinstance(user, User):
        return Message.objects.none()
    return Message.objects.filter(person=user)
