"""Asking for an endorsement, and what comes of it."""

from collections.abc import Mapping

from django.db import transaction

from applications.errors import (
    ApplicationNotWaiting,
    EndorsementNotGiven,
    EndorsementReasonNeeded,
    EndorsementUnsigned,
    EndorserIsApplicant,
    EndorserSettled,
    OwnApplication,
    WaivedAlready,
    WaiverNotPossible,
    WaiverReasonNeeded,
)
from applications.models import Application, Endorsement
from applications.queries.endorsements import asked_lately, endorsement_of, link_of, what_to_show, where_it_leads
from applications.rules.endorsements import (
    Link,
    check_endorser,
    check_link,
    check_may_ask_another,
    check_may_send_again,
    expiry,
    fingerprint,
)
from applications.states import ENDORSEMENT_MOVES, UNDECIDED, EndorsementState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import User
from npqh_portal.text import one_line, without_tricks


@transaction.atomic
def request_endorsement(application: Application, *, by: User | None) -> Endorsement | None:
    """Ask whom the applicant named, once. None where the form needs no endorsement."""
    if not application.form.needs_endorsement:
        return None
    application = lock(application)
    if known := endorsement_of(application):
        return known
    return _ask(application, by=by)


@transaction.atomic
def change_endorser(application: Application, *, role: str, name: str, email: str, by: User) -> Endorsement:
    """Ask somebody else; the link of whoever was asked before is dead. The same endorser again changes nothing.

    After a refusal only staff ask somebody else, so that nobody goes round until somebody agrees.
    """
    application = lock(application)
    if application.state not in UNDECIDED:
        raise ApplicationNotWaiting(application.get_state_display())
    named = {"endorser_role": role, "endorser_name": one_line(name), "endorser_email": email.strip()}
    if current := endorsement_of(application):
        current = lock(current)
        asked = {"endorser_role": current.role, "endorser_name": current.name, "endorser_email": current.email}
        if current.state == EndorsementState.WAITING and asked == named:
            return current
        if EndorsementState.REPLACED not in ENDORSEMENT_MOVES[EndorsementState(current.state)]:
            raise EndorserSettled(current.get_state_display())
        if current.state == EndorsementState.DECLINED and by.pk == application.person_id:
            raise EndorsementNotGiven
        current.state = EndorsementState.REPLACED
        current.save(update_fields=["state"])
    if by.pk == application.person_id:
        check_may_ask_another(asked_lately(application))
    for column, value in named.items():
        setattr(application, column, value)
    application.save(update_fields=list(named))
    return _ask(application, by=by)


@transaction.atomic
def send_link_again(endorsement: Endorsement, *, by: User | None) -> Endorsement:
    """Send a new link to the same address, open for as long as the first was. The one before is dead."""
    application, endorsement = _locked(endorsement)
    now = clock.now()
    check_link(where_it_leads(endorsement, endorsement.links), allowed=frozenset({Link.OPEN, Link.EXPIRED}))
    check_may_send_again(endorsement.sent_at, now)
    endorsement.links += 1
    endorsement.sent_at = now
    endorsement.expires_at = expiry(now, application.form.endorsement_days)
    endorsement.save(update_fields=["links", "sent_at", "expires_at"])
    _record("endorsement.asked_again", endorsement, facts={"link": endorsement.links}, by=by)
    _send_link(endorsement)
    return endorsement


@transaction.atomic
def answer_endorsement(
    endorsement: Endorsement, *, link: int, agrees: bool, signed_as: str, reason: str = "", by: User | None
) -> Endorsement:
    """The endorser's answer, given once, through the link of this number. The same answer again changes nothing.

    The applicant hears whether it was given, never why not. `by` is whoever is signed in, which nobody need be.
    """
    application, endorsement = _locked(endorsement)
    if by is not None and by.pk == application.person_id:
        raise EndorserIsApplicant
    signed_as, reason = one_line(signed_as), without_tricks(reason).strip()
    state = EndorsementState.AGREED if agrees else EndorsementState.DECLINED
    if endorsement.state == state and endorsement.signed_as == signed_as:
        return endorsement
    check_link(where_it_leads(endorsement, link))
    if not signed_as:
        raise EndorsementUnsigned
    if not agrees and not reason:
        raise EndorsementReasonNeeded
    endorsement.state = state
    endorsement.answered_at = clock.now()
    endorsement.signed_as = signed_as
    endorsement.reason = "" if agrees else reason
    endorsement.save(update_fields=["state", "answered_at", "signed_as", "reason"])
    words = {"signed_as": signed_as, "reason": endorsement.reason}
    _record(f"endorsement.{state.value}", endorsement, facts={"shown": endorsement.shown_sha256}, words=words, by=by)
    queue_message(
        "endorsement-receipt",
        to=endorsement.email,
        about=endorsement,
        key=f"endorsement-receipt:{endorsement.pk}:1:endorser",
    )
    kind = "endorsement-given" if agrees else "endorsement-not-given"
    queue_message(
        kind, to=application.person, about=endorsement, key=f"{kind}:{endorsement.pk}:1:{application.person_id}"
    )
    return endorsement


@transaction.atomic
def waive_endorsement(application: Application, *, reason: str, by: User) -> Endorsement:
    """Do without: it reached us on paper, say. Whoever was asked need not answer.

    Waiving twice waives once; for another reason it raises WaivedAlready, for the first one stands.
    """
    application = lock(application)
    if by.pk == application.person_id:
        raise OwnApplication
    if application.state not in UNDECIDED:
        raise ApplicationNotWaiting(application.get_state_display())
    if not (reason := without_tricks(reason).strip()):
        raise WaiverReasonNeeded
    current = endorsement_of(application)
    endorsement = _locked(current)[1] if current else _row_of(application)
    if endorsement.state == EndorsementState.WAIVED:
        if endorsement.reason != reason:
            raise WaivedAlready
        return endorsement
    if EndorsementState.WAIVED not in ENDORSEMENT_MOVES[EndorsementState(endorsement.state)]:
        raise WaiverNotPossible(endorsement.get_state_display())
    endorsement.state = EndorsementState.WAIVED
    endorsement.reason = reason
    endorsement.save(update_fields=["state", "reason"])
    _record("endorsement.waived", endorsement, words={"reason": reason}, by=by)
    return endorsement


def _locked(endorsement: Endorsement) -> tuple[Application, Endorsement]:
    application, endorsement = lock(endorsement.application), lock(endorsement)
    endorsement.application = application
    return application, endorsement


def _ask(application: Application, *, by: User | None) -> Endorsement:
    check_endorser(application.endorser_email, applicant=application.person.email)
    endorsement = _row_of(application)
    facts = {"shown": endorsement.shown_sha256}
    words = {"name": endorsement.name, "email": endorsement.email}
    _record("endorsement.requested", endorsement, facts=facts, words=words, by=by)
    _send_link(endorsement)
    return endorsement


def _row_of(application: Application) -> Endorsement:
    now, shown = clock.now(), what_to_show(application)
    return Endorsement.objects.create(
        application=application,
        role=application.endorser_role,
        name=application.endorser_name,
        email=application.endorser_email,
        shown=shown,
        shown_sha256=fingerprint(shown),
        requested_at=now,
        sent_at=now,
        expires_at=expiry(now, application.form.endorsement_days),
    )


def _send_link(endorsement: Endorsement) -> None:
    queue_message(
        "endorsement-request",
        to=endorsement.email,
        about=endorsement,
        key=f"endorsement-request:{endorsement.pk}:{endorsement.links}:endorser",
        stale_at=endorsement.expires_at,
        secrets={"link": link_of(endorsement)},
    )


def _record(
    verb: str,
    endorsement: Endorsement,
    *,
    facts: Mapping[str, Fact] | None = None,
    words: Mapping[str, str] | None = None,
    by: User | None,
) -> None:
    """On the application: its history tells the whole story."""
    record(verb, endorsement.application, facts={"endorsement": endorsement.pk} | dict(facts or {}), words=words, by=by)
