"""Letting somebody in."""

from allauth.account.models import EmailAddress
from django.db import transaction

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.access import reaches_all
from npqh_portal.people.actions import add_person, grant_role
from npqh_portal.people.errors import ChangeReasonMissing, EmailNotYoursToGive, EmailTaken, EmailUnknown
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


@transaction.atomic
def change_email(person: User, *, email: str, reason: str, by: User | None) -> User:
    """Let somebody sign in with another address, who cannot change it themselves: the old one is out of their reach.

    From now on whoever reads mail at the new address signs in as them, so only an administrator of the provider does
    it. Every address that allauth knew of them goes; the new one counts as theirs once a code sent there is entered.
    Both addresses are told. The same address again changes nothing.
    """
    if by is not None and not reaches_all(by, Role.ADMINISTRATOR):
        raise EmailNotYoursToGive
    person, email = lock(person), email.strip().lower()
    before = person.email
    if before == email:
        return person
    if not before:
        raise EmailUnknown(str(person))
    if not reason.strip():
        raise ChangeReasonMissing
    others = EmailAddress.objects.filter(email__iexact=email).exclude(user=person)
    if others.exists() or User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email)
    EmailAddress.objects.filter(user=person).delete()
    person.email = email
    person.save(update_fields=["email"])
    entry = record("person.email_changed", person, words={"from": before, "to": email, "reason": reason.strip()}, by=by)
    for to in (person, before):
        queue_message(
            "account-changed",
            to=to,
            key=f"account-changed:{entry.pk}:{'new' if to is person else 'old'}:{person.pk}",
            words={"what": "Your email address was changed", "at": clock.now()},
        )
    return person
