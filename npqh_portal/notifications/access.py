"""Whose messages are whose."""

from django.db.models import QuerySet

from npqh_portal.people.access import Visitor, people_visible_to, reaches_all
from npqh_portal.people.models import User
from npqh_portal.people.roles import MAY_GRANT

from .models import Message


def messages_visible_to(user: Visitor) -> QuerySet[Message]:
    """A person's own page shows the messages to that person, whatever their roles."""
    if not isinstance(user, User):
        return Message.objects.none()
    return Message.objects.filter(person=user)


def messages_looked_after_by(user: Visitor) -> QuerySet[Message]:
    """For the administration: all of them; to a delivery partner's lead, those to its own people."""
    if reaches_all(user, *MAY_GRANT):
        return Message.objects.all()
    return Message.objects.filter(person__in=people_visible_to(user))
