"""What participants show each other, and the visits to other schools that they log."""

from datetime import date

from django.db import transaction

from cohorts.access import may_join_directory
from cohorts.errors import ChangedMeanwhile, DirectoryNotOpen, LogClosed
from cohorts.models import DirectoryEntry, Enrolment, SchoolVisit
from cohorts.queries.network import entries_of, first_day_of, last_day_of, own_entry
from cohorts.rules.network import check_day
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import differing, lock, lock_if_there
from npqh_portal.people.models import User
from npqh_portal.schools.models import School

# --- the directory -------------------------------------------------------------------------------


@transaction.atomic
def join_directory(
    person: User, *, about: str, shows_school: bool, shows_email: bool, revision: int, by: User
) -> DirectoryEntry:
    """Consent to be found by peers, or change what they read. The moment of consent is that of joining.

    `revision` is that of the page on which it was written, 0 where there was nothing yet. The same again changes
    nothing. Raises DirectoryNotOpen and ChangedMeanwhile.
    """
    person = lock(person)
    if not may_join_directory(person):
        raise DirectoryNotOpen
    entry = own_entry(person)
    wanted = {"about": about, "shows_school": shows_school, "shows_email": shows_email}
    is_in = entry is not None and entry.left_at is None
    if entry is not None and is_in and not differing(entry, wanted):
        return entry
    if (entry.revision if entry else 0) != revision:
        raise ChangedMeanwhile
    if entry is None or entry.person_id != person.pk:
        entry = DirectoryEntry(person=person, revision=revision)
    if not is_in:
        entry.consented_at, entry.left_at = clock.now(), None
    for name, value in wanted.items():
        setattr(entry, name, value)
    entry.revision += 1
    entry.save()
    facts = {"shows_school": shows_school, "shows_email": shows_email, "letters": len(about)}
    record("directory.changed" if is_in else "directory.joined", entry, facts=facts, by=by)
    return entry


@transaction.atomic
def leave_directory(person: User, *, reason: str = "", by: User | None) -> None:
    """Take back the consent: what they wrote is emptied. Nothing happens to somebody who is not in it.

    Whoever was found to be the same person leaves along, so that no older consent holds on.
    """
    for entry in entries_of(lock(person)).select_for_update(of=("self",)).filter(left_at=None):
        entry.about, entry.shows_email, entry.left_at = "", False, clock.now()
        entry.revision += 1
        entry.save(update_fields=["about", "shows_email", "left_at", "revision"])
        words = {"reason": reason} if reason else None
        record("directory.left", entry, facts={"person": entry.person_id}, words=words, by=by)


# --- visits to schools ---------------------------------------------------------------------------


@transaction.atomic
def log_visit(
    enrolment: Enrolment,
    *,
    visited_on: date,
    school: School | None,
    school_name: str,
    host: str,
    purpose: str,
    learnt: str,
    by: User,
) -> SchoolVisit:
    """Write down a visit. The same again is the one there. Raises LogClosed, DayToCome, DayTooEarly and DayTooLate."""
    enrolment = lock(enrolment)
    check_log_open(enrolment)
    check_day(visited_on, first_on=first_day_of(enrolment), last_on=last_day_of(enrolment), today=clock.today())
    wanted = {
        "visited_on": visited_on,
        "school": school,
        "school_name": school_name,
        "host": host,
        "purpose": purpose,
        "learnt": learnt,
    }
    if there := enrolment.school_visits.filter(**wanted).first():
        return there
    visit = SchoolVisit.objects.create(enrolment=enrolment, **wanted)
    _note(visit, "logged", by=by)
    return visit


@transaction.atomic
def change_visit(
    visit: SchoolVisit,
    *,
    visited_on: date,
    school: School | None,
    school_name: str,
    host: str,
    purpose: str,
    learnt: str,
    revision: int,
    by: User,
) -> SchoolVisit:
    """Change what was written of a visit; `revision` is that of the page on which it was written.

    Raises LogClosed, ChangedMeanwhile, DayToCome, DayTooEarly and DayTooLate.
    """
    enrolment = lock(visit.enrolment)
    visit = lock(visit)
    wanted = {
        "visited_on": visited_on,
        "school_id": school.pk if school else None,
        "school_name": school_name,
        "host": host,
        "purpose": purpose,
        "learnt": learnt,
    }
    changed = differing(visit, wanted)
    if not changed:
        return visit
    check_log_open(enrolment)
    if visit.revision != revision:
        raise ChangedMeanwhile
    check_day(visited_on, first_on=first_day_of(enrolment), last_on=last_day_of(enrolment), today=clock.today())
    for name in changed:
        setattr(visit, name, wanted[name])
    visit.revision += 1
    visit.save(update_fields=["revision", *changed])
    _note(visit, "changed", by=by)
    return visit


@transaction.atomic
def remove_visit(visit: SchoolVisit, *, revision: int, by: User) -> None:
    """Take a visit off the log for good; the audit trail keeps that there was one. A second call does nothing.

    Raises LogClosed, and ChangedMeanwhile where it is no longer what the page showed.
    """
    check_log_open(lock(visit.enrolment))
    found = lock_if_there(visit)
    if found is None:
        return
    if found.revision != revision:
        raise ChangedMeanwhile
    _note(found, "removed", by=by)
    found.delete()


def check_log_open(enrolment: Enrolment) -> None:
    """Whoever has withdrawn or completed reads what they logged, and changes it no more."""
    if enrolment.state not in LIVE_ENROLMENT:
        raise LogClosed


def _note(visit: SchoolVisit, verb: str, *, by: User) -> None:
    record(
        f"school-visit.{verb}",
        visit,
        facts={
            "enrolment": visit.enrolment_id,
            "visited_on": visit.visited_on.isoformat(),
            "school": visit.school_id,
        },
        by=by,
    )
