"""Somebody's sessions, and meetings of support, as their own calendar has them, whichever way it is told."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse

from cohorts.kinds import CalendarWay, SessionMode
from cohorts.models import (
    CalendarChoice,
    CalendarFeed,
    Invitation,
    Membership,
    Seminar,
    SeminarChange,
    SupportMatch,
    SupportMeeting,
)
from cohorts.rules.calendars import Event, Mailbox, feed
from cohorts.rules.dates import LONDON, first_moment
from cohorts.states import NO_MEETING, SeminarState
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role

from .timetable import sessions_of

# The portal's own name in what never changes again of a session in somebody's calendar.
_UNKNOWN_HOST = "portal.invalid"


def way_of(person: User) -> CalendarWay:
    choice = CalendarChoice.objects.filter(person=person).first()
    return CalendarWay(choice.way) if choice else CalendarWay.NONE


def live_feed_of(person: User) -> CalendarFeed | None:
    return CalendarFeed.objects.filter(person=person, revoked_at=None).first()


def feed_opened_by(key: str) -> CalendarFeed | None:
    """None for a key that was taken back, as for one that never was, and of somebody who may not sign in any more."""
    feeds = CalendarFeed.objects.filter(key_digest=key_digest(key), revoked_at=None, person__is_active=True)
    return feeds.select_related("person").first()


def key_digest(key: str) -> str:
    return sha256(key.encode()).hexdigest()


def calendar_of(person: User) -> bytes:
    """Everything they go to or lead, past and to come, and what was cancelled after they knew of it. Two statements."""
    came_later = Membership.objects.filter(
        Q(enrolment__person=person) | Q(enrolment__person__alias__kept_person=person),
        cohort=OuterRef("cohort"),
        to_on=None,
        from_on__gt=OuterRef("changed_on"),
    )
    sessions = as_told(sessions_of(person, cancelled_too=True), person).annotate(
        changed_on=TruncDate("changed_at", tzinfo=LONDON)
    )
    known = sessions.exclude(~Q(facilitator=person), Exists(came_later), state=SeminarState.CANCELLED)
    name = f"Sessions, {settings.PROVIDER_NAME}"
    sent = Invitation.objects.filter(person=person, meeting=OuterRef("pk"))
    meetings = meetings_of(person).annotate(told=Subquery(sent.values("sequence")))
    events = [event_of(session, person) for session in known]
    events += [event_of_meeting(meeting, person) for meeting in meetings]
    return feed(events, name=name, organizer=provider())


def session_in_calendar(session: Seminar, person: User) -> bytes:
    """One of what `as_told` found, as a file to open with a calendar program."""
    return feed([event_of(session, person)], name=session.item.title, organizer=provider())


def as_told(sessions: QuerySet[Seminar], person: User) -> QuerySet[Seminar]:
    """With when each was changed last, and the SEQUENCE that the person was sent of it by email, if ever."""
    changes = SeminarChange.objects.filter(seminar=OuterRef("pk")).order_by("-revision")
    sent = Invitation.objects.filter(person=person, seminar=OuterRef("pk"))
    return sessions.annotate(changed_at=Subquery(changes.values("at")[:1]), told=Subquery(sent.values("sequence")))


def meetings_of(person: User) -> QuerySet[SupportMeeting]:
    """Those of the pairs that somebody is one of, whatever became of them, in order of time; as a coach, while one."""
    got = Q(match__enrolment__person=person) | Q(match__enrolment__person__alias__kept_person=person)
    given = Q(match__supporter=person) | Q(match__supporter__alias__kept_person=person)
    is_coach = Exists(RoleGrant.objects.open().filter(person=person, role=Role.COACH))
    return _with_pair(SupportMeeting.objects.filter(got | (given & Q(is_coach)))).order_by("starts_at", "pk")


def _with_pair(meetings: QuerySet[SupportMeeting]) -> QuerySet[SupportMeeting]:
    return meetings.select_related("match__supporter__alias", "match__enrolment__person")


def meetings_to_come(person: User, at: datetime, *, and_these: Iterable[int] = ()) -> dict[int, SupportMeeting]:
    """Theirs, by key: not off, and not begun. `and_these` are keys of those that count though they have begun."""
    wanted = meetings_of(person).filter(Q(starts_at__gt=at) | Q(pk__in=list(and_these)))
    return {meeting.pk: meeting for meeting in wanted.exclude(state__in=NO_MEETING)}


def meeting_invitations_to_come(person: User, at: datetime) -> dict[int, Invitation]:
    """By meeting, what they were told last, but of what is over in their calendar and here."""
    to_come = Q(ends_at__gt=at) | Q(meeting__starts_at__gt=at)
    told = Invitation.objects.filter(to_come, person=person, meeting__isnull=False)
    pair = ("meeting__match__supporter__alias", "meeting__match__enrolment__person")
    return {one.meeting_id: one for one in told.select_related(*pair) if one.meeting_id}


def invitations_to_come(person: User, at: datetime) -> dict[int, Invitation]:
    """By session, what they were told last, but of what is over in their calendar and here."""
    to_come = Q(ends_at__gt=at) | Q(seminar__ends_at__gt=at)
    told = Invitation.objects.filter(to_come, person=person, seminar__isnull=False).select_related(
        "seminar__item", "seminar__venue", "seminar__facilitator", "seminar__group__cohort", "seminar__cohort"
    )
    return {one.seminar_id: one for one in told if one.seminar_id}


def sessions_to_come(person: User, at: datetime, *, and_these: Iterable[int] = ()) -> dict[int, Seminar]:
    """Theirs, by key: not cancelled, and not over. `and_these` are keys of those that count though they are over."""
    wanted = sessions_of(person).filter(Q(ends_at__gt=at) | Q(pk__in=list(and_these)))
    return {session.pk: session for session in wanted}


def event_of(
    session: Seminar,
    person: User,
    *,
    at: datetime | None = None,
    sequence: int = 0,
    is_cancelled: bool = False,
    is_still_theirs: bool = False,
) -> Event:
    """As that person has it in their calendar. `at` says when that last changed, unless the session knows it.

    `sequence` is that of what they are sent by email; `is_cancelled` where it is off for them alone: because it is
    theirs no longer or, with `is_still_theirs`, because they want no invitations any more.
    """
    is_theirs = session.facilitator_id == person.pk
    is_cancelled = is_cancelled or session.state == SeminarState.CANCELLED
    page = f"{settings.SITE_URL}{reverse('cohorts:session', args=[session.public_id])}"
    return Event(
        key=session.public_id,
        host=urlsplit(settings.SITE_URL).hostname or _UNKNOWN_HOST,
        sequence=max(session.revision, sequence, getattr(session, "told", None) or 0),
        changed_at=at or getattr(session, "changed_at", None) or first_moment(session.cohort.starts_on),
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        title=session.item.title,
        place=_place(session),
        words=_why_off(session, page, is_theirs=is_theirs, is_still_theirs=is_still_theirs)
        if is_cancelled
        else _words(session, page, is_theirs=is_theirs),
        address=page,
        is_cancelled=is_cancelled,
    )


def event_of_meeting(
    meeting: SupportMeeting,
    person: User,
    *,
    sequence: int = 0,
    at: datetime | None = None,
    is_cancelled: bool = False,
    is_still_theirs: bool = False,
) -> Event:
    """As `event_of`, of a meeting of support: when, where and with whom, and nothing of what it is about (T58)."""
    supports = supports_in(meeting.match, person)
    name = "cohorts:coach_meeting" if supports else "cohorts:support_meeting"
    page = f"{settings.SITE_URL}{reverse(name, args=[meeting.public_id])}"
    other = meeting.match.enrolment.person if supports else meeting.match.supporter
    if meeting.state in NO_MEETING:
        words = "It does not take place."
    elif is_cancelled and is_still_theirs:
        words = "You want no invitations any more. The meeting still takes place."
    elif is_cancelled:
        words = "It is no longer yours."
    else:
        words = "Face to face." if meeting.is_face_to_face else "Not face to face."
    return Event(
        key=meeting.public_id,
        host=urlsplit(settings.SITE_URL).hostname or _UNKNOWN_HOST,
        sequence=max(meeting.calendar_revision, sequence, getattr(meeting, "told", None) or 0),
        changed_at=at or meeting.calendar_changed_at,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=f"Meeting with {other}",
        place=meeting.place,
        words=f"{words}\n\nWhat holds:\n{page}",
        address=page,
        is_cancelled=is_cancelled or meeting.state in NO_MEETING,
        kind="meeting",
    )


def supports_in(match: SupportMatch, person: User) -> bool:
    """Whether this one of the two gives the support, by whichever of their names."""
    alias = getattr(match.supporter, "alias", None)
    return person.pk in {match.supporter_id, alias.kept_person_id if alias else None}


def provider() -> Mailbox:
    return Mailbox(settings.PROVIDER_NAME, settings.PROVIDER_EMAIL)


def _place(session: Seminar) -> str:
    hall = ", ".join(filter(None, [session.venue.name, session.venue.address])) if session.venue else ""
    if session.mode == SessionMode.HYBRID:
        return f"{hall}, and online"
    return hall or "Online"


def _why_off(session: Seminar, page: str, *, is_theirs: bool, is_still_theirs: bool) -> str:
    if session.state == SeminarState.CANCELLED:
        why = "It does not take place."
    elif is_still_theirs:
        still = "you lead it" if is_theirs else "you are expected"
        why = f"You want no invitations any more. The session still takes place, and {still}."
    else:
        why = "It is no longer yours."
    return f"{session.group or session.cohort}.\n{why}\n\nWhat holds:\n{page}"


def _words(session: Seminar, page: str, *, is_theirs: bool) -> str:
    lines = [f"{session.group or session.cohort}."]
    if is_theirs:
        lines.append("You lead it.")
    elif session.facilitator:
        lines.append(f"Led by {session.facilitator}.")
    if session.venue and session.venue.access_notes:
        lines.append(session.venue.access_notes)
    if session.mode != SessionMode.FACE_TO_FACE:
        lines.append(f"The joining link is shown in the portal {session.cohort.link_minutes_before} minutes before.")
    return "\n".join([*lines, "", "What holds, and how to join:", page])
