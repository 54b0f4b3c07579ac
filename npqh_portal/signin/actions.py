"""Letting somebody in, and keeping them out."""

from functools import partial
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.sessions.backends.cached_db import SessionStore
from django.contrib.sessions.models import Session
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

from .errors import SuspendsThemselves, SuspensionNotYours

# Where sessions name a person: who is signed in, who is just signing in by a code, and whose password is set anew.
_WHOSE = frozenset({"_auth_user_id", "user_pk", "user_id"})


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
    They are signed out everywhere, and codes sent to the old address open nothing. Both addresses are told. The same
    address again changes nothing.
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
    _sign_out_everywhere(person)
    entry = record("person.email_changed", person, words={"from": before, "to": email, "reason": reason.strip()}, by=by)
    for to in (person, before):
        queue_message(
            "account-changed",
            to=to,
            key=f"account-changed:{entry.pk}:{'new' if to is person else 'old'}:{person.pk}",
            words={"what": "Your email address was changed", "at": clock.now()},
        )
    return person


@transaction.atomic
def suspend_person(person: User, *, reason: str, by: User) -> User:
    """Keep somebody out from now on: they are signed out everywhere, and no code sent to them opens anything.

    Their roles and records stay. A second call changes nothing.
    """
    person = _to_keep_out_or_let_in(person, by=by)
    if person.pk == by.pk:
        raise SuspendsThemselves
    return _set_may_sign_in(person, may=False, verb="person.suspended", reason=reason, by=by)


@transaction.atomic
def let_in_again(person: User, *, reason: str, by: User) -> User:
    """Let somebody who was kept out sign in as before. A second call changes nothing."""
    person = _to_keep_out_or_let_in(person, by=by)
    return _set_may_sign_in(person, may=True, verb="person.let_in_again", reason=reason, by=by)


def _to_keep_out_or_let_in(person: User, *, by: User) -> User:
    if not reaches_all(by, Role.ADMINISTRATOR):
        raise SuspensionNotYours
    return lock(person)


def _set_may_sign_in(person: User, *, may: bool, verb: str, reason: str, by: User) -> User:
    if person.is_active == may:
        return person
    if not reason.strip():
        raise ChangeReasonMissing
    person.is_active = may
    person.save(update_fields=["is_active"])
    _sign_out_everywhere(person)
    record(verb, person, words={"reason": reason.strip()}, by=by)
    return person


def _sign_out_everywhere(person: User) -> None:
    """End every session that knows them: signed in, waiting for a code, or about to set a password anew.

    What a session holds can be read only by decoding it, so all of them are; this is rare. A copy in the cache goes
    once the rows are gone for good: until then somebody else could put it there again.
    """
    theirs = [one.session_key for one in Session.objects.iterator() if _names(one.get_decoded(), str(person.pk))]
    Session.objects.filter(session_key__in=theirs).delete()
    for key in theirs:
        transaction.on_commit(partial(_forget_in_cache, key))


def _forget_in_cache(key: str) -> None:
    SessionStore(key).delete()


def _names(held: Any, key: str) -> bool:
    if not isinstance(held, dict):
        return False
    return any((name in _WHOSE and str(value) == key) or _names(value, key) for name, value in held.items())
