"""Writing people and their roles."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock

from .access import REACHES_ALL, may_grant, reaches_all
from .errors import (
    ChangeReasonMissing,
    EmailKnown,
    EmailNotYoursToGive,
    EmailTaken,
    EndBeforeStart,
    KindDoesNotFit,
    KindOfRoleNeeded,
    LastAdministrator,
    NameMissing,
    NotATrn,
    RoleAlreadyEnded,
    RoleAlreadyHeld,
    RoleNotYoursToGive,
)
from .models import Organisation, RoleGrant, User
from .roles import KINDS_OF_ROLE, Role, RoleKind

TRN_DIGITS = 7


@transaction.atomic
def add_person(*, email: str | None, full_name: str, preferred_name: str = "", trn: str = "", by: User | None) -> User:
    """Make a person who has no password yet; they sign in with a code sent to their address.

    Without an address, None, they are a record only. A TRN given here is not verified (T5).
    """
    if email and User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email)
    person = User.objects.create_user(
        email, full_name=full_name.strip(), preferred_name=preferred_name.strip(), trn=trn
    )
    record("person.added", person, by=by)
    return person


@transaction.atomic
def give_email(person: User, *, email: str, by: User | None) -> User:
    """Enter the address of somebody of whom none is held: whoever reads mail there signs in as them from now on.

    Once there is one, only they change it, on their own pages. A second call with the same address changes nothing.
    """
    if by is not None and not reaches_all(by, Role.ADMINISTRATOR):
        raise EmailNotYoursToGive
    person, email = lock(person), email.strip().lower()
    if person.email == email:
        return person
    if person.email:
        raise EmailKnown(str(person))
    if User.objects.filter(email__iexact=email).exists():
        raise EmailTaken(email)
    person.email = email
    person.save(update_fields=["email"])
    record("person.email_given", person, words={"to": email}, by=by)
    return person


@transaction.atomic
def rename_person(person: User, *, full_name: str, preferred_name: str = "", reason: str = "", by: User | None) -> User:
    """Write somebody's name as it is now. What it was stays in the audit trail, in words that can be erased.

    Certificates keep the name they were issued with. Whoever renames somebody else says why.
    """
    person = lock(person)
    full_name, preferred_name = full_name.strip(), preferred_name.strip()
    if not full_name:
        raise NameMissing
    if (person.full_name, person.preferred_name) == (full_name, preferred_name):
        return person
    words = {"from": _names(person.full_name, person.preferred_name), "to": _names(full_name, preferred_name)}
    person.full_name, person.preferred_name = full_name, preferred_name
    person.save(update_fields=["full_name", "preferred_name"])
    _record_change(person, "person.renamed", words, reason=reason, by=by)
    return person


@transaction.atomic
def change_trn(person: User, *, trn: str, reason: str = "", by: User | None) -> User:
    """Enter another teacher reference number, or none. It is nobody's until it is verified again (T5)."""
    person = lock(person)
    if trn and (not trn.isascii() or not trn.isdigit() or len(trn) != TRN_DIGITS or not int(trn)):
        raise NotATrn
    if person.trn == trn:
        return person
    words = {"from": person.trn, "to": trn}
    was_verified = person.trn_verified_at is not None
    person.trn, person.trn_verified_at = trn, None
    person.save(update_fields=["trn", "trn_verified_at"])
    _record_change(person, "person.trn_changed", words, reason=reason, facts={"was_verified": was_verified}, by=by)
    return person


def _names(full_name: str, preferred_name: str) -> str:
    return f"{full_name}, called {preferred_name}" if preferred_name else full_name


def _record_change(
    person: User,
    verb: str,
    words: dict[str, str],
    *,
    reason: str,
    facts: dict[str, Fact] | None = None,
    by: User | None,
) -> None:
    """Whoever changes what is held of somebody else says why."""
    if reason.strip():
        words = words | {"reason": reason.strip()}
    elif by is not None and by.pk != person.pk:
        raise ChangeReasonMissing
    record(verb, person, facts=facts, words=words, by=by)


@transaction.atomic
def grant_role(
    person: User,
    *,
    role: Role,
    kind: RoleKind | None = None,
    organisation: Organisation | None = None,
    starts_on: date | None = None,
    by: User | None,
) -> RoleGrant:
    """Grant a role from a day on, until it is ended."""
    person = lock(person)
    _check_may_grant(role, organisation, by)
    kinds = KINDS_OF_ROLE.get(role, frozenset())
    if kinds and kind is None:
        raise KindOfRoleNeeded(role.label)
    if kind is not None and kind not in kinds:
        raise KindDoesNotFit(role.label)
    today = clock.today()
    still_held = Q(ends_on=None) | Q(ends_on__gt=starts_on or today)
    if person.role_grants.filter(still_held, role=role, organisation=organisation).exists():
        raise RoleAlreadyHeld(str(person), role.label)
    grant = RoleGrant.objects.create(
        person=person,
        role=role,
        kind=kind or "",
        organisation=organisation,
        starts_on=starts_on or today,
        granted_by=by,
    )
    record(
        "role.granted",
        grant,
        facts={"person": person.pk, "role": role.value, "organisation": organisation.pk if organisation else None},
        by=by,
    )
    return grant


@transaction.atomic
def end_role(grant: RoleGrant, *, ends_on: date | None = None, reason: str = "", by: User | None) -> RoleGrant:
    """End a role. `ends_on` is the first day it no longer holds: today unless said."""
    grant = lock(grant)
    _check_may_grant(Role(grant.role), grant.organisation, by)
    today = clock.today()
    if grant.ends_on is not None and grant.ends_on <= today:
        raise RoleAlreadyEnded
    if grant.role == Role.ADMINISTRATOR:
        # Only who reaches all organisations today can let anybody else in everywhere.
        of_all = RoleGrant.objects.open().filter(REACHES_ALL, role=Role.ADMINISTRATOR, ends_on=None)
        held = set(of_all.filter(person__is_active=True).select_for_update(of=("self",)).values_list("pk", flat=True))
        if held == {grant.pk}:
            raise LastAdministrator
    if ends_on is not None and ends_on < grant.starts_on:
        raise EndBeforeStart
    grant.ends_on = ends_on or max(grant.starts_on, today)
    grant.save(update_fields=["ends_on"])
    record(
        "role.ended",
        grant,
        facts={"person": grant.person_id, "role": grant.role, "ends_on": grant.ends_on.isoformat()},
        words={"reason": reason} if reason else None,
        by=by,
    )
    return grant


def _check_may_grant(role: Role, organisation: Organisation | None, by: User | None) -> None:
    """Being a participant follows from an enrolment, whose own action has asked who may."""
    if by is None or role is Role.PARTICIPANT or may_grant(by, role, organisation):
        return
    raise RoleNotYoursToGive(role.label.lower(), str(organisation or "the whole provider"))
