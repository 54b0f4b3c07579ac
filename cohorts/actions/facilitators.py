"""Facilitators: their profile, the days on which they cannot lead, and who takes over a group or a session."""

from collections.abc import Iterable, Sequence
from datetime import date
from hashlib import sha256

from django.db import transaction

from cohorts.access import leads_of_cohort
from cohorts.errors import HandOverClashes, LeadsAlready, NothingToReplace
from cohorts.models import Absence, Cohort, Facilitation, FacilitatorProfile, Group, Seminar
from cohorts.queries.facilitators import HandOver, hand_over_of, sessions_on, with_clashes
from cohorts.rules.facilitators import check_absence, tidy_weekdays
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User

from .bookings import hold
from .cohorts import assign_facilitator
from .timetable import carry_draft_along, carry_out, in_order, replace_facilitator


@transaction.atomic
def write_profile(
    person: User, *, headline: str, biography: str, is_shown: bool, weekdays: Iterable[str], by: User | None
) -> FacilitatorProfile:
    """What participants read of a facilitator once it is shown, and the weekdays on which they can lead.

    Sessions given already stay theirs, on whatever weekday; the lead sees those that fall on another.
    """
    offered = tidy_weekdays(weekdays)
    FacilitatorProfile.objects.get_or_create(person=person)
    profile = lock(FacilitatorProfile.objects.get(person=person))
    wanted = (headline.strip(), biography.strip(), is_shown, offered)
    if wanted == (profile.headline, profile.biography, profile.is_shown, profile.weekdays):
        return profile
    profile.headline, profile.biography, profile.is_shown, profile.weekdays = wanted
    profile.save()
    record("facilitator.profile-written", profile, facts={"shown": is_shown, "weekdays": offered}, by=by)
    return profile


@transaction.atomic
def add_absence(person: User, *, from_on: date, to_on: date, note: str = "", by: User | None) -> Absence:
    """Days on which somebody cannot lead, first and last included. Sessions given already stay theirs until replaced.

    The same days a second time give the first absence.
    """
    person = lock(person)
    entered = list(Absence.objects.filter(person=person, to_on__gte=from_on))
    if same := next((one for one in entered if (one.from_on, one.to_on) == (from_on, to_on)), None):
        return same
    check_absence(from_on, to_on, today=clock.today(), others=[(one.from_on, one.to_on) for one in entered])
    absence = Absence.objects.create(person=person, from_on=from_on, to_on=to_on, note=note.strip())
    record("absence.added", absence, facts=_days(absence), by=by)
    return absence


@transaction.atomic
def remove_absence(absence: Absence, *, by: User | None) -> None:
    """They can lead on these days after all. One that is gone already is left alone.

    Whoever was asked for a replacement is told that nobody need be found for the sessions that are still theirs.
    """
    found = Absence.objects.select_for_update().filter(pk=absence.pk).first()
    if found is None:
        return
    letters = Message.objects.filter(key__startswith=f"replacement-asked:{found.pk}:")
    asked = set(letters.values_list("person", flat=True))
    by_lead = _by_lead(sessions_on(found.person, found.from_on, found.to_on, clock.now()))
    queue_messages(
        _letter_to_lead("replacement-not-needed", found, lead, theirs, version="1")
        for lead, theirs in by_lead.items()
        if lead.pk in asked
    )
    record("absence.removed", found, facts=_days(found), by=by)
    found.delete()


def _days(absence: Absence) -> dict[str, str | int]:
    return {
        "person": absence.person_id,
        "from_on": absence.from_on.isoformat(),
        "to_on": absence.to_on.isoformat(),
    }


@transaction.atomic
def ask_for_replacement(absence: Absence, *, by: User | None) -> int:
    """Ask the leads of the cohorts concerned to find somebody for the sessions of an absence; each gets one letter.

    Asked again it tells nobody anew, unless the sessions are others by then. Returns how many they are.
    """
    sessions = list(sessions_on(absence.person, absence.from_on, absence.to_on, clock.now()))
    if not sessions:
        raise NothingToReplace
    asked = sha256(",".join(str(one.pk) for one in sessions).encode()).hexdigest()[:16]
    queue_messages(
        _letter_to_lead("replacement-asked", absence, lead, theirs, version=asked)
        for lead, theirs in _by_lead(sessions).items()
    )
    record("absence.replacement-asked", absence, facts=_days(absence) | {"sessions": len(sessions)}, by=by)
    return len(sessions)


def _by_lead(sessions: Iterable[Seminar]) -> dict[User, list[Seminar]]:
    found: dict[User, list[Seminar]] = {}
    for cohort, theirs in _by_cohort(sessions).items():
        for lead in leads_of_cohort(cohort):
            found.setdefault(lead, []).extend(theirs)
    return found


def _letter_to_lead(kind: str, absence: Absence, lead: User, sessions: Sequence[Seminar], *, version: str) -> Letter:
    return Letter(
        kind,
        lead,
        f"{kind}:{absence.pk}:{version}:{lead.pk}",
        about=absence,
        words={"absence": absence, "sessions": sorted(sessions, key=lambda one: (one.starts_at, one.pk))},
        stale_at=max(one.ends_at for one in sessions),
    )


def _by_cohort(sessions: Iterable[Seminar]) -> dict[Cohort, list[Seminar]]:
    found: dict[Cohort, list[Seminar]] = {}
    for session in sessions:
        found.setdefault(session.cohort, []).append(session)
    return found


@transaction.atomic
def hand_over_group(
    group: Group, *, person: User, from_on: date, as_far_as_possible: bool = False, by: User | None
) -> HandOver:
    """Let somebody lead a group from that day on, and its sessions from then on that have not begun.

    Everybody concerned is told in one letter. What the person cannot lead is listed and refuses it all; with
    `as_far_as_possible` these sessions stay as they are, and the rest is handed over.
    """
    if Facilitation.objects.filter(group=group, person=person, to_on=None).exists():
        raise LeadsAlready(str(person))
    in_order(edit.seminar for edit in hand_over_of(group, person, from_on, clock.now()).edits)
    edits = hand_over_of(group, person, from_on, clock.now()).edits
    rows = hold(edits)
    found = with_clashes(edits, rows)
    if found.clashes and not as_far_as_possible:
        raise HandOverClashes(str(person), found.told, of=len(edits))
    assign_facilitator(group, person=person, from_on=from_on, by=by)
    known = [edit for edit in found.possible if edit.seminar.state == SeminarState.SCHEDULED]
    for edit in known:
        carry_draft_along(edit)
    if known:
        carry_out(known, rows=rows, by=by)
    for edit in found.possible:
        if edit.seminar.state == SeminarState.PLANNED:
            replace_facilitator(edit.seminar, facilitator=person, by=by)
    return found
