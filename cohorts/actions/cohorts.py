"""Cohorts, their assessment windows, and who leads their groups."""

from datetime import date, datetime
from typing import TypeVar

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cohorts.errors import (
    CohortClosed,
    CohortMoveNotAllowed,
    CohortNotBegun,
    CohortNotDeletable,
    DeliveryNotOver,
    FacilitationOutOfOrder,
    FacilitationTooEarly,
    ItemsUntimetabled,
    NotAFacilitator,
    OutsideNewDates,
    ReasonMissing,
    SessionsOutsideCourse,
    SessionsToCome,
    StartNotMovable,
    StartPassed,
    StillTakingPart,
    TermsTooFew,
    VersionInDraft,
    WindowAlreadyOpen,
    WindowMissing,
)
from cohorts.models import AssessmentWindow, Booking, Cohort, Facilitation, Group, Seminar, Venue
from cohorts.queries import dates_of
from cohorts.queries.cohorts import plan_window
from cohorts.queries.planning import (
    halls_below,
    halls_booked_for,
    in_person_terms,
    plan_start,
    session_named,
    sessions_outside,
    still_taking_part,
    untimetabled,
)
from cohorts.rules.cohorts import check_size, check_start
from cohorts.rules.dates import end_of, first_moment, london_date
from cohorts.rules.timetable import check_window
from cohorts.states import COHORT_MOVES, HOLDING, CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.rules import Fact
from npqh_portal.db import lock, lock_if_there
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import ProgrammeVersion
from npqh_portal.programmes.states import VersionState

from .timetable import publish_timetable

S = TypeVar("S", Cohort, Group)


@transaction.atomic
def publish_cohort(cohort: Cohort, *, reason: str = "", by: User | None) -> Cohort:
    """Let people join, and publish the timetable with it.

    Refused on a day on which its version cannot start, until the first assessment window has its dates (S34), and
    while sessions lie outside the course or in person in fewer terms than the programme asks for (S79); and, unless a
    reason is given, while something is not in the timetable.
    """
    cohort = lock(cohort)
    if cohort.state == CohortState.PUBLISHED:
        return cohort
    _check_move(cohort, CohortState.PUBLISHED)
    if cohort.version.state == VersionState.DRAFT:
        raise VersionInDraft(str(cohort.version))
    check_start_of(cohort.version, cohort.starts_on, today=clock.today())
    window = cohort.windows.filter(number=1).first()
    if window is None:
        raise WindowMissing
    _check_window(window)
    dates = dates_of(cohort)
    if outside := sessions_outside(cohort, dates):
        named = [session_named(one) for one in outside]
        raise SessionsOutsideCourse(named, dates.starts_on, dates.delivery_ends_on)
    least = cohort.version.terms_least
    if least and (found := in_person_terms(cohort)) < least:
        raise TermsTooFew(found, least)
    missing = untimetabled(cohort)
    if missing and not reason.strip():
        raise ItemsUntimetabled([str(one) for one in missing])
    _move(cohort, CohortState.PUBLISHED, reason=reason if missing else "", by=by)
    publish_timetable(cohort, by=by)
    return cohort


@transaction.atomic
def delete_cohort(cohort: Cohort, *, by: User | None) -> None:
    """Take back a draft made by mistake, with its groups, windows and planned sessions. One that is gone is left alone.

    Refused once it is published, or where anybody ever had a place.
    """
    found = lock_if_there(cohort)
    if found is None:
        return
    told = found.seminars.exclude(state=SeminarState.PLANNED)
    if found.state != CohortState.DRAFT or found.memberships.exists() or told.exists():
        raise CohortNotDeletable
    groups = Group.objects.filter(cohort=found)
    facts = {"version": found.version_id, "groups": groups.count(), "sessions": found.seminars.count()}
    record("cohort.deleted", found, facts=facts, words={"name": found.name}, by=by)
    found.seminars.all().delete()
    Facilitation.objects.filter(group__in=groups).delete()
    groups.delete()
    found.windows.all().delete()
    found.delete()


@transaction.atomic
def move_cohort(cohort: Cohort, *, to: CohortState, reason: str = "", by: User | None) -> Cohort:
    """Take the cohort on: running, in assessment, closed. Publishing is `publish_cohort`.

    It runs from its first day on. Assessment before the course is over, and closing while people take part, need
    a reason. It is not closed while a session is to come: nobody would tell those who expect it.
    """
    if to == CohortState.PUBLISHED:
        return publish_cohort(cohort, reason=reason, by=by)
    cohort = lock(cohort)
    if cohort.state == to:
        return cohort
    _check_move(cohort, to)
    today, ends_on = clock.today(), dates_of(cohort).delivery_ends_on
    if today < cohort.starts_on:
        raise CohortNotBegun(cohort.starts_on)
    if to == CohortState.ASSESSING and today <= ends_on and not reason.strip():
        raise DeliveryNotOver(ends_on)
    if to == CohortState.CLOSED:
        if to_come := cohort.seminars.filter(state__in=HOLDING, ends_at__gt=clock.now()).count():
            raise SessionsToCome(to_come)
        if (count := still_taking_part(cohort)) and not reason.strip():
            raise StillTakingPart(count)
    return _move(cohort, to, reason=reason, by=by)


def move_cohorts_on(at: datetime) -> int:
    """What the calendar does by itself: cohorts begin on their first day, and go into assessment after their last.

    Each in a transaction of its own; running it twice, or late, moves each once. Returns how many moves were made.
    """
    today, moved = london_date(at), 0
    waiting = Cohort.objects.filter(state__in=[CohortState.PUBLISHED, CohortState.RUNNING], starts_on__lte=today)
    for cohort in waiting.select_related("version").order_by("pk"):
        steps = [CohortState.RUNNING]
        if today > dates_of(cohort).delivery_ends_on:
            steps.append(CohortState.ASSESSING)
        for to in steps:
            moved += _move_by_itself(cohort, to)
    return moved


@transaction.atomic
def _move_by_itself(cohort: Cohort, to: CohortState) -> bool:
    cohort = lock(cohort)
    if to not in COHORT_MOVES[CohortState(cohort.state)]:
        return False
    _move(cohort, to, by=None)
    return True


@transaction.atomic
def move_cohort_start(cohort: Cohort, *, starts_on: date, reason: str, by: User | None) -> Cohort:
    """Let a cohort begin on another day. Every date follows from it; windows and sessions stay where they are.

    Refused once it is running, into the past, before its version holds, more than ten years ahead, and while a
    window or a session would lie outside the new dates.
    Everybody placed in a published cohort, and whoever leads there, is told in one letter.
    """
    cohort = lock(cohort)
    if cohort.state not in {CohortState.DRAFT, CohortState.PUBLISHED}:
        raise StartNotMovable(cohort.get_state_display())
    if cohort.starts_on == starts_on:
        return cohort
    if not reason.strip():
        raise ReasonMissing
    if starts_on < (today := clock.today()):
        raise StartPassed(today)
    check_start_of(cohort.version, starts_on, today=today)
    move = plan_start(cohort, starts_on)
    if move.outside:
        raise OutsideNewDates(move.outside)
    before, cohort.starts_on = cohort.starts_on, starts_on
    cohort.save(update_fields=["starts_on"])
    entry = record(
        "cohort.start-moved",
        cohort,
        facts={"from": before.isoformat(), "to": starts_on.isoformat()},
        words={"reason": reason.strip()},
        by=by,
    )
    if cohort.state == CohortState.PUBLISHED:
        words = {"before": move.before, "after": move.after, "reason": reason.strip()}
        queue_messages(
            Letter(
                "cohort-start-moved",
                to=person,
                about=cohort,
                key=f"cohort-start-moved:{cohort.pk}:{entry.pk}:{person.pk}",
                words=words | {"is_participant": is_participant},
                stale_at=first_moment(starts_on),
            )
            for person, is_participant in move.told
        )
    return cohort


@transaction.atomic
def resize_cohort(cohort: Cohort, *, capacity: int, by: User | None) -> Cohort:
    """Let a cohort take more or fewer people. Refused below the places taken, and where a hall holds fewer."""
    cohort = lock(cohort)
    check_size(capacity, taken=cohort.places_taken, halls=_halls_below(cohort, capacity))
    return _resize(cohort, capacity, by=by)


@transaction.atomic
def resize_group(group: Group, *, capacity: int, by: User | None) -> Group:
    """The same of a group."""
    group = lock(group)
    check_size(capacity, taken=group.places_taken, halls=_halls_below(group, capacity))
    return _resize(group, capacity, by=by)


def _halls_below(row: Cohort | Group, capacity: int) -> list[str]:
    """Nobody changes what these halls hold until the new size stands."""
    booked = halls_booked_for(row).values("venue")
    list(Venue.objects.select_for_update().filter(pk__in=booked).order_by("pk"))
    return halls_below(row, capacity)


def _resize(row: S, capacity: int, *, by: User | None) -> S:
    """What is booked for it asks as much of its halls from now on."""
    before, row.capacity = row.capacity, capacity
    if before == capacity:
        return row
    row.save(update_fields=["capacity"])
    follow_size(row)
    record(f"{row._meta.model_name}.resized", row, facts={"from": before, "to": capacity}, by=by)
    return row


def book_with_cohort(group: Group) -> None:
    """Book a group that is new for what its whole cohort does together."""
    together = Seminar.objects.filter(cohort=group.cohort_id, group=None, state__in=HOLDING, ends_at__gt=clock.now())
    Booking.objects.bulk_create(
        Booking(seminar=one, group=group, during=DateTimeTZRange(one.starts_at, one.ends_at)) for one in together
    )


def follow_size(row: Cohort | Group) -> None:
    """Book halls for as many as a cohort or a group takes now."""
    halls_booked_for(row).update(people=row.capacity)


@transaction.atomic
def set_assessment_window(
    cohort: Cohort, *, number: int, opens_on: date, closes_on: date, by: User | None
) -> AssessmentWindow:
    """Set the dates of a window, or change them until it has opened: then everybody taking part is told in one letter.

    Refused in a cohort that is closed.
    """
    cohort = lock(cohort)
    if cohort.state == CohortState.CLOSED:
        raise CohortClosed
    window = cohort.windows.filter(number=number).first()
    if window and (window.opens_on, window.closes_on) == (opens_on, closes_on):
        return window
    if window and first_moment(window.opens_on) <= clock.now():
        raise WindowAlreadyOpen(window.opens_on)
    move = plan_window(cohort, number=number, opens_on=opens_on, closes_on=closes_on)
    window = window or AssessmentWindow(cohort=cohort, number=number)
    window.opens_on, window.closes_on = opens_on, closes_on
    _check_window(window)
    window.save()
    facts: dict[str, Fact] = {
        "number": number,
        "opens_on": opens_on.isoformat(),
        "closes_on": closes_on.isoformat(),
    }
    if move.before:
        facts |= {"opened_on": move.before[0].isoformat(), "closed_on": move.before[1].isoformat()}
    entry = record("window.set", window, facts=facts, by=by)
    queue_messages(
        Letter(
            "window-moved",
            to=person,
            about=cohort,
            key=f"window-moved:{window.pk}:{entry.pk}:{person.pk}",
            words={"move": move},
            stale_at=end_of(closes_on),
        )
        for person in move.told
    )
    return window


@transaction.atomic
def assign_facilitator(group: Group, *, person: User, from_on: date, by: User | None) -> Facilitation:
    """Let a facilitator lead a group from that day on; whoever led it until then stops on it.

    It may be a day before the cohort begins, as long as it has not passed.
    """
    if not has_role(person, Role.FACILITATOR):
        raise NotAFacilitator(str(person))
    group = lock(group)
    leading = group.facilitations.filter(to_on=None).first()
    if leading and leading.person_id == person.pk:
        return leading
    if leading and from_on < leading.from_on:
        raise FacilitationOutOfOrder(leading.from_on)
    if from_on < (earliest := min(group.cohort.starts_on, clock.today())):
        raise FacilitationTooEarly(earliest)
    if leading:
        leading.to_on = from_on
        leading.save(update_fields=["to_on"])
    facilitation = Facilitation.objects.create(group=group, person=person, from_on=from_on)
    facts: dict[str, Fact] = {"group": group.pk, "person": person.pk, "from_on": from_on.isoformat()}
    if leading:
        facts["instead_of"] = leading.person_id
    record("facilitator.assigned", facilitation, facts=facts, by=by)
    return facilitation


def check_start_of(version: ProgrammeVersion, starts_on: date, *, today: date) -> None:
    """Whether a cohort of that version may begin then; raises what `check_start` does."""
    check_start(starts_on, effective_from=version.effective_from, effective_to=version.effective_to, today=today)


def _check_move(cohort: Cohort, to: CohortState) -> None:
    if to not in COHORT_MOVES[CohortState(cohort.state)]:
        raise CohortMoveNotAllowed(cohort.get_state_display(), to.label)


def _check_window(window: AssessmentWindow) -> None:
    others = window.cohort.windows.exclude(number=window.number)
    check_window(
        window.number,
        window.opens_on,
        window.closes_on,
        dates=dates_of(window.cohort),
        others={other.number: (other.opens_on, other.closes_on) for other in others},
    )


def _move(cohort: Cohort, to: CohortState, *, reason: str = "", by: User | None) -> Cohort:
    before, cohort.state = cohort.state, to
    cohort.save(update_fields=["state"])
    words = {"reason": reason.strip()} if reason.strip() else None
    record("cohort.moved", cohort, facts={"from": before, "to": to.value}, words=words, by=by)
    return cohort
