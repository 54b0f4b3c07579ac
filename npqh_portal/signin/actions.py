"""Letting somebody in."""

from django.db import transaction

from npqh_portal.audit.actions import record
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.actions import add_person, grant_role
from npqh_portal.people.models import Organisation, RoleGrant, User
from npqh_portal.people.roles import ABOVE_PARTICIPANT, Role, RoleKind


@transaction.atomic
def invite_person(
    *,
    email: str,
    full_name: str,
    role: Role,
    kind: RoleKind | None = None,
    organisation: Organisation | None = None,
    by: User | None,
) -> RoleGrant:
    """Give a role to whoever signs in with this address, and tell them; adds them where nobody does.

    The invitation opens nothing by itself. The address counts as theirs once they have entered a code sent to it.
    """
    person = User.objects.filter(email__iexact=email).first()
    if person is None:
        person = add_person(email=email, full_name=full_name, by=by)
    grant = grant_role(person, role=role, kind=kind, organisation=organisation, by=by)
    record("person.invited", person, facts={"grant": grant.pk}, by=by)
    queue_message(
        "invitation",
        to=person,
        about=grant,
        key=f"invitation:{grant.pk}",
        words={
            "role": role.label.lower(),
            "organisation": str(organisation or ""),
            "inviter": str(by or ""),
            "second_factor": role in ABOVE_PARTICIPANT,
        },
    )
    return grant
