"""Support beside the programme: who supports whom, their meetings, and what they said they would do.

Nothing here earns engagement or is assessed (S5, T58). What the two write stays in rows that they alone read: audit
entries and letters tell when, how long and by whom, never what was said.
"""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from applications.kinds import Strand
from cohorts.errors import (
    ActionDueAfterSupport,
    ActionDueInThePast,
    ActionWithoutWords,
    AlreadySupported,
    MeetingChangedMeanwhile,
    MeetingMoveNotAllowed,
    MeetingThere,
    ReasonMissing,
    SupportEnded,
    SupporterNotFit,
    SupporterOutOfReach,
    SupportNotGranted,
    SupportNotNow,
    SupportOverAlready,
    SupportsThemselves,
)
from cohorts.models import Enrolment, SupportAction, SupportMatch, SupportMeeting
from cohorts.queries.support import COACH_OF, coach_grants, is_granted, refused_since
from cohorts.rules.support import (
    check_begun,
    check_day_of_meeting,
    check_days,
    check_minutes,
    check_to_come,
    check_writable,
)
from cohorts.states import MEETING_MOVES, NO_MEETING, EnrolmentState, MeetingState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import queue_message
from npqh_portal.people.models import PersonAlias, RoleGrant, User
from npqh_portal.people.roles import Role

from .calendars import bring_invitations_up_to_date

# What a calendar is told of a meeting; whether it takes place, too.
_IN_CALENDARS = frozenset({"starts_at", "minutes", "is_face_to_face", "place"})

# --- who supports whom ---------------------------------------------------------------------------


@transaction.atomic
def match_supporter(
    enrolment: Enrolment, *, strand: Strand, supporter: User, from_on: date, planned_to_on: date, by: User | None
) -> SupportMatch:
    """Find somebody for a strand that was granted. Both get a letter. The same match again is the one there.

    Raises AlreadySupported, SupportNotNow, SupportNotGranted, SupportsThemselves, SupporterNotFit,
    SupporterOutOfReach, and what the days break.
    """
    if enrolment.application:
        lock(enrolment.application)
    enrolment = lock(enrolment)
    standing = SupportMatch.objects.filter(enrolment=enrolment, strand=strand.value, to_on=None).first()
    if standing:
        if (standing.supporter_id, standing.from_on, standing.planned_to_on) == (supporter.pk, from_on, planned_to_on):
            return standing
        raise AlreadySupported(str(standing.supporter))
    _check_taking_part(enrolment)
    if not is_granted(enrolment, strand):
        raise SupportNotGranted(strand.label)
    enrolled_on = clock.london_date(enrolment.enrolled_at)
    check_days(from_on, planned_to_on, enrolled_on=enrolled_on, today=clock.today())
    _check_supporter(enrolment, strand, supporter)
    return _open(enrolment, strand, supporter, from_on, planned_to_on, before=None, by=by)


@transaction.atomic
def replace_supporter(match: SupportMatch, *, supporter: User, by: User | None) -> SupportMatch:
    """Somebody else takes over from today, or from the first day if that is to come; until the same last day.

    What the two of before wrote stays theirs: it is not handed on. All three are told.
    """
    enrolment, match = lock(match.enrolment), lock(match)
    if match.supporter_id == supporter.pk and match.to_on is None:
        return match
    if match.to_on is not None:
        raise SupportEnded(match.last_on)
    _check_taking_part(enrolment)
    if match.planned_to_on < clock.today():
        raise SupportOverAlready(clock.today())
    strand = Strand(match.strand)
    _check_supporter(enrolment, strand, supporter)
    from_on = max(clock.today(), match.from_on)
    _end(match, on=from_on, because="replaced", tell=[match.supporter], by=by)
    _tell_calendars([match], by=by)
    return _open(enrolment, strand, supporter, from_on, match.planned_to_on, before=match, by=by)


@transaction.atomic
def end_match(match: SupportMatch, *, reason: str, by: User | None) -> SupportMatch:
    """End it today, for a reason that is kept with the record. Both are told; meetings to come are cancelled."""
    match = lock(match)
    if match.to_on is not None:
        return match
    if not reason.strip():
        raise ReasonMissing
    _end(match, on=_today_or_first(match), because="ended", words={"reason": reason.strip()}, by=by)
    _tell_calendars([match], by=by)
    return match


@transaction.atomic
def end_support_of(enrolment: Enrolment, *, by: User | None) -> list[SupportMatch]:
    """End all support of somebody who has just deferred or withdrawn. Returns what ended, for calendars to be told.

    Whoever comes back waits for somebody again, and whoever supported them before is offered first.
    """
    matches = list(SupportMatch.objects.select_for_update().filter(enrolment=enrolment, to_on=None).order_by("pk"))
    for match in matches:
        _end(match, on=_today_or_first(match), because=enrolment.state, by=by)
    return matches


def end_due_support(at: datetime) -> int:
    """End what was planned to end by now, however late this runs. Returns how many."""
    today = clock.london_date(at)
    due = SupportMatch.objects.filter(to_on=None, planned_to_on__lt=today).order_by("pk")
    return sum(_end_as_planned(match) for match in due)


def end_refused_support() -> int:
    """End the support for which a strand is granted no longer: the decision on it was changed. Returns how many."""
    return sum(_end_as_refused(match) for match in refused_since().select_related("enrolment__application"))


@transaction.atomic
def _end_as_refused(match: SupportMatch) -> bool:
    """With the application held, as it is while a strand of it is decided."""
    if match.enrolment.application:
        lock(match.enrolment.application)
    match = lock(match)
    if match.to_on is not None or is_granted(match.enrolment, Strand(match.strand)):
        return False
    _end(match, on=_today_or_first(match), because="refused", by=None)
    _tell_calendars([match], by=None)
    return True


@transaction.atomic
def _end_as_planned(match: SupportMatch) -> bool:
    match = lock(match)
    if match.to_on is not None:
        return False
    _end(match, on=match.planned_to_on + timedelta(days=1), because="planned", by=None)
    _tell_calendars([match], by=None)
    return True


def _tell_calendars(matches: list[SupportMatch], *, by: User | None) -> None:
    """After everything else of an action: whoever is told is held until its end."""
    both = {person.pk: person for match in matches for person in (match.enrolment.person, match.supporter)}
    bring_invitations_up_to_date(both.values(), by=by)


def _check_taking_part(enrolment: Enrolment) -> None:
    if enrolment.state != EnrolmentState.ACTIVE:
        raise SupportNotNow


def _check_supporter(enrolment: Enrolment, strand: Strand, supporter: User) -> None:
    """A coach of the right kind within reach, and not the participant, by whichever of their names.

    That no assessor of theirs supports them is seen to where scripts are allocated and marked.
    """
    if _kept(supporter.pk) == _kept(enrolment.person_id):
        raise SupportsThemselves
    needed = COACH_OF[strand]
    fit = RoleGrant.objects.open().filter(person=supporter, role=Role.COACH, kind=needed)
    if not supporter.is_active or not fit.exists():
        raise SupporterNotFit(str(supporter), needed.label)
    if not coach_grants(enrolment).filter(person=supporter, kind=needed).exists():
        raise SupporterOutOfReach(str(supporter))


def _kept(person: int) -> int:
    alias = PersonAlias.objects.filter(old_person=person).first()
    return alias.kept_person_id if alias else person


def _today_or_first(match: SupportMatch) -> date:
    return max(clock.today(), match.from_on)


def _open(
    enrolment: Enrolment,
    strand: Strand,
    supporter: User,
    from_on: date,
    planned_to_on: date,
    *,
    before: SupportMatch | None,
    by: User | None,
) -> SupportMatch:
    match = SupportMatch.objects.create(
        enrolment=enrolment, strand=strand.value, supporter=supporter, from_on=from_on, planned_to_on=planned_to_on
    )
    record(
        "support.matched",
        match,
        facts={
            "enrolment": enrolment.pk,
            "strand": strand.value,
            "supporter": supporter.pk,
            "from_on": from_on.isoformat(),
            "planned_to_on": planned_to_on.isoformat(),
            "instead_of": before.pk if before else None,
        },
        by=by,
    )
    words = {"kind": COACH_OF[strand].label, "before": before.supporter if before else None}
    _tell("support-matched", match, enrolment.person, words=words)
    school = enrolment.application.school_name if enrolment.application else ""
    _tell("support-to-give", match, supporter, words=words | {"school": school})
    return match


def _end(
    match: SupportMatch,
    *,
    on: date,
    because: str,
    by: User | None,
    tell: list[User] | None = None,
    words: dict[str, str] | None = None,
) -> None:
    match.to_on = on
    match.save(update_fields=["to_on"])
    to_come = match.meetings.filter(state=MeetingState.PLANNED, starts_at__gt=clock.now()).order_by("pk")
    cancelled = [_move(meeting, MeetingState.CANCELLED, by=by) for meeting in to_come]
    record("support.ended", match, facts={"to_on": on.isoformat(), "because": because}, words=words, by=by)
    for person in tell if tell is not None else [match.enrolment.person, match.supporter]:
        _tell("support-ended", match, person, words={"because": because, "cancelled": len(cancelled)})


# --- meetings ------------------------------------------------------------------------------------


@transaction.atomic
def plan_meeting(
    match: SupportMatch, *, starts_at: datetime, minutes: int, is_face_to_face: bool, place: str = "", by: User
) -> SupportMeeting:
    """A meeting to come. The other one of the pair is told. The same again is the one there.

    Raises SupportEnded, MeetingTooLong, MeetingTimeOver, MeetingOutsideSupport and MeetingThere.
    """
    match = lock(match)
    if match.to_on is not None:
        raise SupportEnded(match.last_on)
    check_minutes(minutes)
    check_to_come(starts_at, now=clock.now())
    check_day_of_meeting(starts_at, first_on=match.from_on, last_on=match.last_on)
    wanted = {"minutes": minutes, "is_face_to_face": is_face_to_face, "place": place}
    if there := match.meetings.filter(starts_at=starts_at, state=MeetingState.PLANNED).first():
        return _the_same(there, wanted)
    meeting = SupportMeeting.objects.create(match=match, starts_at=starts_at, made_by=by, **wanted)
    _note(meeting, "planned", by=by)
    _tell_of(meeting, by=by)
    _tell_calendars([match], by=by)
    return meeting


@transaction.atomic
def log_meeting(
    match: SupportMatch,
    *,
    starts_at: datetime,
    minutes: int,
    is_face_to_face: bool,
    place: str = "",
    notes: str = "",
    by: User,
) -> SupportMeeting:
    """A meeting that was held without having been planned here. The same again is the one there.

    Raises SupportEnded, MeetingTooLong, MeetingToCome, MeetingOutsideSupport and MeetingThere.
    """
    match = lock(match)
    check_writable(match.last_on, today=clock.today())
    check_minutes(minutes)
    check_begun(starts_at, now=clock.now())
    check_day_of_meeting(starts_at, first_on=match.from_on, last_on=match.last_on)
    wanted = {"minutes": minutes, "is_face_to_face": is_face_to_face, "place": place, "notes": notes}
    standing = match.meetings.filter(starts_at=starts_at, state__in=[MeetingState.PLANNED, MeetingState.HELD])
    if there := standing.first():
        return _the_same(there, wanted | {"state": MeetingState.HELD})
    meeting = SupportMeeting.objects.create(
        match=match, starts_at=starts_at, state=MeetingState.HELD, made_by=by, **wanted
    )
    _note(meeting, "held", by=by)
    return meeting


@transaction.atomic
def save_meeting(
    meeting: SupportMeeting,
    *,
    state: MeetingState,
    starts_at: datetime,
    minutes: int,
    is_face_to_face: bool,
    place: str = "",
    notes: str = "",
    revision: int,
    by: User,
) -> SupportMeeting:
    """Change a meeting, say what became of it, or write down what was said; whatever differs from what stands.

    `revision` is that of the page on which it was written: where somebody has saved since, nothing is written over.
    Where nothing differs nothing is saved, whichever the revision. What was held, missed or cancelled stays so.
    Raises SupportEnded, MeetingChangedMeanwhile, MeetingMoveNotAllowed, MeetingTooLong, MeetingToCome,
    MeetingTimeOver and MeetingOutsideSupport.
    """
    match = lock(meeting.match)
    meeting = lock(meeting)
    before = MeetingState(meeting.state)
    wanted = {
        "starts_at": starts_at,
        "minutes": minutes,
        "is_face_to_face": is_face_to_face,
        "place": place,
        "notes": notes,
    }
    changed = {name for name, value in wanted.items() if getattr(meeting, name) != value}
    if not changed and before == state:
        return meeting
    check_writable(match.last_on, today=clock.today())
    if meeting.revision != revision:
        raise MeetingChangedMeanwhile
    if before != state and state not in MEETING_MOVES[before]:
        raise MeetingMoveNotAllowed(before.label, state.label)
    check_minutes(minutes)
    if "starts_at" in changed:
        check_day_of_meeting(starts_at, first_on=match.from_on, last_on=match.last_on)
    if state in {MeetingState.HELD, MeetingState.MISSED}:
        check_begun(starts_at, now=clock.now())
    elif state == MeetingState.PLANNED and "starts_at" in changed:
        check_to_come(starts_at, now=clock.now())
    was_to_come = before == MeetingState.PLANNED and meeting.starts_at > clock.now()
    for name in changed:
        setattr(meeting, name, wanted[name])
    _move(meeting, state, *changed, by=by)
    if (was_to_come and state == MeetingState.CANCELLED) or (state == MeetingState.PLANNED and changed - {"notes"}):
        _tell_of(meeting, by=by)
    _tell_calendars([match], by=by)
    return meeting


def _move(meeting: SupportMeeting, to: MeetingState, *changed: str, by: User | None) -> SupportMeeting:
    verb = to.value if meeting.state != to else "changed"
    columns = ["state", "revision", *changed]
    if _IN_CALENDARS.intersection(changed) or (to in NO_MEETING and meeting.state != to):
        meeting.calendar_revision += 1
        meeting.calendar_changed_at = clock.now()
        columns += ["calendar_revision", "calendar_changed_at"]
    meeting.state = to
    meeting.revision += 1
    meeting.save(update_fields=columns)
    _note(meeting, verb, by=by)
    return meeting


def _the_same(there: SupportMeeting, wanted: dict[str, Any]) -> SupportMeeting:
    if any(getattr(there, name) != value for name, value in wanted.items()):
        raise MeetingThere
    return there


def _note(meeting: SupportMeeting, verb: str, *, by: User | None) -> None:
    """What may be counted, and who saved it."""
    record(
        f"support-meeting.{verb}",
        meeting,
        facts={
            "match": meeting.match_id,
            "starts_at": meeting.starts_at.isoformat(),
            "minutes": meeting.minutes,
            "face_to_face": meeting.is_face_to_face,
            "revision": meeting.revision,
        },
        by=by,
    )


# --- what they said they would do ----------------------------------------------------------------


@transaction.atomic
def add_support_action(
    match: SupportMatch, *, text: str, is_supporters: bool, due_on: date | None, by: User
) -> SupportAction:
    """Something that one of the two will do. The same again, while it is not done, is the one there."""
    match = lock(match)
    if match.to_on is not None:
        raise SupportEnded(match.last_on)
    if not text.strip():
        raise ActionWithoutWords
    if due_on and due_on < clock.today():
        raise ActionDueInThePast(clock.today())
    if due_on and due_on > match.planned_to_on:
        raise ActionDueAfterSupport(match.planned_to_on)
    wanted = {"text": text.strip(), "is_supporters": is_supporters, "due_on": due_on}
    if there := match.actions.filter(done_at=None, **wanted).first():
        return there
    action = SupportAction.objects.create(match=match, made_by=by, **wanted)
    record("support-action.added", action, facts={"match": match.pk}, by=by)
    return action


@transaction.atomic
def mark_support_action(action: SupportAction, *, is_done: bool, by: User) -> SupportAction:
    """Done, or not after all. Either of the two may say so."""
    action = lock(action)
    if (action.done_at is not None) == is_done:
        return action
    check_writable(action.match.last_on, today=clock.today())
    action.done_at = clock.now() if is_done else None
    action.save(update_fields=["done_at"])
    record(f"support-action.{'done' if is_done else 'reopened'}", action, facts={"match": action.match_id}, by=by)
    return action


# --- letters -------------------------------------------------------------------------------------


def _tell(kind: str, match: SupportMatch, person: User, *, words: dict[str, Any]) -> None:
    """The version of a match is its last day: it is told once that it began, and once that it ended."""
    queue_message(kind, to=person, about=match, key=f"{kind}:{match.pk}:1:{person.pk}", words={"match": match, **words})


def _tell_of(meeting: SupportMeeting, *, by: User) -> None:
    """The other one of the two."""
    match = meeting.match
    is_supporters = by.pk == match.supporter_id
    other = match.enrolment.person if is_supporters else match.supporter
    queue_message(
        "support-meeting",
        to=other,
        about=meeting,
        key=f"support-meeting:{meeting.pk}:{meeting.revision}:{other.pk}",
        words={"other": by, "to_supporter": not is_supporters},
        stale_at=meeting.starts_at,
    )
