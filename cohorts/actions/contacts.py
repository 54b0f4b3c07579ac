"""Noting that somebody who may fall short was spoken to."""

from datetime import date, timedelta

from django.db import transaction

from cohorts.errors import ChangedMeanwhile, ContactSettled, ContactToCome, ContactTooEarly
from cohorts.models import Contact, Enrolment
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import differing, lock, lock_if_there
from npqh_portal.people.models import User

# For so long after it was recorded a slip can be put right.
CORRECTED_WITHIN = timedelta(days=1)


@transaction.atomic
def record_contact(enrolment: Enrolment, *, way: str, on: date, note: str, by: User) -> Contact:
    """Note a call, an email, a meeting or a message. The same again is the one there.

    Raises ContactToCome, and ContactTooEarly of a day before they were enrolled.
    Nobody is told, and the participant does not read it.
    """
    enrolment = lock(enrolment)
    _check(enrolment, on)
    wanted = {"way": way, "on": on, "note": note, "by": by}
    if there := enrolment.contacts.filter(**wanted).first():
        return there
    contact = Contact.objects.create(enrolment=enrolment, **wanted)
    _note(contact, "recorded", by=by)
    return contact


@transaction.atomic
def correct_contact(contact: Contact, *, way: str, on: date, note: str, revision: int, by: User) -> Contact:
    """Put right what was written within the last day; `revision` is that of the page. The same again changes nothing.

    Raises ContactSettled, ChangedMeanwhile and what `record_contact` does.
    """
    lock(contact.enrolment)
    contact = lock(contact)
    wanted = {"way": way, "on": on, "note": note}
    changed = differing(contact, wanted)
    if not changed:
        return contact
    if not may_be_corrected(contact):
        raise ContactSettled
    if contact.revision != revision:
        raise ChangedMeanwhile
    _check(contact.enrolment, on)
    for name in changed:
        setattr(contact, name, wanted[name])
    contact.revision += 1
    contact.save(update_fields=["revision", *changed])
    _note(contact, "corrected", by=by)
    return contact


@transaction.atomic
def remove_contact(contact: Contact, *, revision: int, by: User) -> None:
    """Delete it with its words; the audit trail keeps that there was one. A second call does nothing.

    Raises ChangedMeanwhile where it is no longer what the page showed.
    """
    lock(contact.enrolment)
    found = lock_if_there(contact)
    if found is None:
        return
    if found.revision != revision:
        raise ChangedMeanwhile
    _note(found, "removed", by=by)
    found.delete()


def may_be_corrected(contact: Contact) -> bool:
    return clock.now() < contact.recorded_at + CORRECTED_WITHIN


def _check(enrolment: Enrolment, on: date) -> None:
    if on > clock.today():
        raise ContactToCome
    enrolled_on = clock.london_date(enrolment.enrolled_at)
    if on < enrolled_on:
        raise ContactTooEarly(enrolled_on)


def _note(contact: Contact, verb: str, *, by: User) -> None:
    facts: dict[str, Fact] = {
        "enrolment": contact.enrolment_id,
        "way": contact.way,
        "on": contact.on.isoformat(),
        "letters": len(contact.note),
    }
    record(f"contact.{verb}", contact, facts=facts, by=by)
