"""What people's own calendars are told: by a feed that they subscribe to, or by invitations that are sent to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

from django.db import transaction
from django.db.models import Q

from cohorts.kinds import CalendarWay
from cohorts.models import CalendarChoice, CalendarFeed, Invitation, Seminar, SupportMeeting
from cohorts.queries.calendars import (
    event_of,
    event_of_meeting,
    invitations_to_come,
    key_digest,
    live_feed_of,
    meeting_invitations_to_come,
    meetings_to_come,
    provider,
    sessions_to_come,
)
from cohorts.rules.calendars import Mailbox, invitation
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.db import lock
from npqh_portal.notifications.actions import Letter, queue_messages
from npqh_portal.people.models import User


@transaction.atomic
def choose_calendar(person: User, *, way: CalendarWay, by: User | None) -> str | None:
    """Choose how somebody's sessions come into their calendar. What was chosen before ends at once.

    A feed's address stops answering; of what was sent by email, what is still to come is taken back. Returns the key
    of a feed that was made by it, which is kept nowhere; None otherwise.
    """
    choice = _choice_of(person)
    if choice.way == way and (way != CalendarWay.FEED or live_feed_of(person)):
        return None
    if way == CalendarWay.FEED:
        return _make_feed(choice, by=by)
    _revoke_feed(person, by=by)
    _choose(choice, way, by=by)
    return None


@transaction.atomic
def renew_feed(person: User, *, by: User | None) -> str:
    """Make a secret address for somebody's calendar; the one before it stops answering. Returns its key."""
    return _make_feed(_choice_of(person), by=by)


@transaction.atomic
def bring_invitations_up_to_date(people: Iterable[User], *, by: User | None) -> int:
    """Send each of them what their calendar lacks: invitations to what is new or changed, and word of what is off.

    Off is what was cancelled, and what is theirs no longer. Called wherever a timetable or a place in a group
    changes, and by the clock in case something else did. Twice sends once. Returns how many letters that makes.
    """
    ids = {person.pk for person in people}
    theirs = Q(person__in=ids) | Q(person__in=User.objects.filter(aliases__old_person__in=ids))
    letters = []
    # Locked even where nothing is sent: whoever is just choosing must not miss what is just changing.
    for choice in CalendarChoice.objects.select_for_update(of=("self",)).filter(theirs).order_by("person_id"):
        letters += _letters_to(choice, by=by)
    return len(queue_messages(letters))


def tell_every_calendar() -> int:
    """The same for everybody who chose invitations, one person at a time. Returns how many letters that makes."""
    invited = User.objects.filter(calendar_choice__way=CalendarWay.INVITATIONS).order_by("pk")
    return sum(bring_invitations_up_to_date([person], by=None) for person in invited)


def note_reading(feed: CalendarFeed, content: bytes) -> tuple[str, datetime]:
    """Keep that a feed was read, and since when its content is what it is: once a day, and when it has changed.

    Returns the SHA-256 of the content, and since when.
    """
    now, today, digest = clock.now(), clock.today(), sha256(content).hexdigest()
    changed_at = feed.changed_at
    if changed_at is None:
        changed_at = now
    elif feed.content_digest != digest:
        # What programs are told has whole seconds: no two contents may share one.
        changed_at = max(now, changed_at + timedelta(seconds=1))
    if (feed.read_on, feed.content_digest) != (today, digest):
        CalendarFeed.objects.filter(pk=feed.pk).update(read_on=today, content_digest=digest, changed_at=changed_at)
    return digest, changed_at


def _choice_of(person: User) -> CalendarChoice:
    choice, _ = CalendarChoice.objects.get_or_create(person=person)
    return lock(choice)


def _choose(choice: CalendarChoice, way: CalendarWay, *, by: User | None) -> None:
    choice.way, choice.chosen_at = way.value, clock.now()
    choice.save(update_fields=["way", "chosen_at"])
    record("calendar.chosen", choice, facts={"way": way.value}, by=by)
    bring_invitations_up_to_date([choice.person], by=by)


def _make_feed(choice: CalendarChoice, *, by: User | None) -> str:
    _revoke_feed(choice.person, by=by)
    key = token_urlsafe(32)
    feed = CalendarFeed.objects.create(person=choice.person, key_digest=key_digest(key))
    record("calendar-feed.made", feed, by=by)
    if choice.way != CalendarWay.FEED:
        _choose(choice, CalendarWay.FEED, by=by)
    return key


def _revoke_feed(person: User, *, by: User | None) -> None:
    if feed := live_feed_of(person):
        feed.revoked_at = clock.now()
        feed.save(update_fields=["revoked_at"])
        record("calendar-feed.revoked", feed, by=by)


def _letters_to(choice: CalendarChoice, *, by: User | None) -> list[Letter]:
    """What brings one person's calendar up to date; writes down that it was told."""
    person, now = choice.person, clock.now()
    if person.email is None:
        return []
    invited = choice.way == CalendarWay.INVITATIONS
    told = invitations_to_come(person, now)
    # What was told as still to come stands so in their calendar, even where it was moved to an hour that is over.
    standing = _standing(told, now)
    sessions = sessions_to_come(person, now, and_these=standing) if invited or standing else {}
    told_of_meetings = meeting_invitations_to_come(person, now)
    standing_meetings = _standing(told_of_meetings, now)
    meetings = meetings_to_come(person, now, and_these=standing_meetings) if invited or standing_meetings else {}
    changed = _changed(person, told, standing, sessions if invited else {})
    changed_meetings = _changed(person, told_of_meetings, standing_meetings, meetings if invited else {})
    if not changed and not changed_meetings:
        return []
    for of, rows in (("seminar", changed), ("meeting", changed_meetings)):
        Invitation.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["person", of],
            update_fields=["sequence", "revision", "ends_at", "is_cancelled", "sent_at"],
        )
    everything = [*changed, *changed_meetings]
    off = sum(one.is_cancelled for one in everything)
    record("calendar.told", choice, facts={"invited": len(everything) - off, "taken_back": off}, by=by)
    return [
        *(_letter(one, now, is_still_theirs=one.seminar_id in sessions) for one in changed),
        *(_letter(one, now, is_still_theirs=one.meeting_id in meetings) for one in changed_meetings),
    ]


def _standing(told: Mapping[int, Invitation], at: datetime) -> list[int]:
    return [pk for pk, before in told.items() if not before.is_cancelled and before.ends_at > at]


def _changed(
    person: User,
    told: Mapping[int, Invitation],
    standing: Iterable[int],
    wanted: Mapping[int, Seminar] | Mapping[int, SupportMeeting],
) -> list[Invitation]:
    """What their calendar has otherwise, or not at all; and what stands in it and is wanted there no longer."""
    changed = [
        _told(person, entry, told.get(pk), is_cancelled=False)
        for pk, entry in wanted.items()
        if (before := told.get(pk)) is None or before.is_cancelled or before.revision != _revision(entry)
    ]
    return changed + [_told(person, told[pk].entry, told[pk], is_cancelled=True) for pk in standing if pk not in wanted]


def _revision(entry: Seminar | SupportMeeting) -> int:
    return entry.revision if isinstance(entry, Seminar) else entry.calendar_revision


def _told(
    person: User, entry: Seminar | SupportMeeting, before: Invitation | None, *, is_cancelled: bool
) -> Invitation:
    """What is written down of one entry: its SEQUENCE is above whatever that calendar had of it, and the feed's."""
    return Invitation(
        person=person,
        seminar=entry if isinstance(entry, Seminar) else None,
        meeting=entry if isinstance(entry, SupportMeeting) else None,
        sequence=max(_revision(entry), before.sequence + 1 if before else 0),
        revision=_revision(entry),
        ends_at=before.ends_at if before and is_cancelled else entry.ends_at,
        is_cancelled=is_cancelled,
    )


def _letter(told: Invitation, at: datetime, *, is_still_theirs: bool) -> Letter:
    """What is taken out of a calendar may be theirs as before: they want no invitations any more."""
    person, entry = told.person, told.entry
    how: dict[str, Any] = {
        "at": at,
        "sequence": told.sequence,
        "is_cancelled": told.is_cancelled,
        "is_still_theirs": is_still_theirs,
    }
    if isinstance(entry, Seminar):
        kind, event = "session-invitation", event_of(entry, person, **how)
        is_theirs = entry.facilitator_id == person.pk
    else:
        kind, event, is_theirs = "meeting-invitation", event_of_meeting(entry, person, **how), False
    return Letter(
        kind=kind,
        to=person,
        key=f"{kind}:{entry.pk}:{told.sequence}:{person.pk}",
        about=entry,
        words={"event": event, "is_theirs": is_theirs, "is_still_theirs": is_still_theirs},
        # It is of use until it is over: the one that stands in their calendar, too.
        stale_at=max(told.ends_at, entry.ends_at, at + timedelta(days=1)),
        calendar=invitation(event, organizer=provider(), attendee=Mailbox(person.full_name, person.email or ""), at=at),
    )
