"""Entries as calendar programs read them (RFC 5545), and what one calendar sends to another (RFC 5546)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vCalAddress, vText
from icalendar import Event as VEvent

from npqh_portal.text import one_line, without_tricks

from .dates import LONDON

PRODUCT = "-//NPQH portal//Sessions//EN"
READ_AGAIN_AFTER = timedelta(hours=1)
# A line of text may be broken, and a tab stands between words; whatever else has no shape is no part of it.
_SHAPELESS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_BREAK = re.compile(r"\r\n|[\r\x0b\x0c\x85\u2028\u2029]")


@dataclass(frozen=True)
class Event:
    """One session or meeting as somebody's calendar has it: `kind`, `key` and the portal's `host` name it for good.

    `address` is its page here. A joining link is never part of it: calendars are shared and copied.
    """

    key: str
    host: str
    sequence: int
    changed_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    words: str
    address: str
    is_cancelled: bool = False
    kind: str = "session"

    @property
    def uid(self) -> str:
        return f"{self.kind}-{self.key}@{self.host}"


@dataclass(frozen=True)
class Mailbox:
    """Who invites, or is invited."""

    name: str
    email: str


def feed(events: Iterable[Event], *, name: str, organizer: Mailbox) -> bytes:
    """A calendar to subscribe to. The same events make the same bytes, whenever it is asked for."""
    calendar = _calendar("PUBLISH")
    # Read as text everywhere, and not known as such to the library.
    calendar.add("x-wr-calname", vText(_line(name)).to_ical().decode())
    calendar.add("name", vText(_line(name)).to_ical().decode())
    calendar.add("x-wr-timezone", LONDON.key)
    calendar.add("refresh-interval", READ_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_vevent(event, organizer, stamped_at=event.changed_at))
    content: bytes = calendar.to_ical()
    return content


def invitation(event: Event, *, organizer: Mailbox, attendee: Mailbox, at: datetime) -> str:
    """What is sent to one person about one session: asked to have it, or told that it is off.

    `at` says when it was written: of two with one SEQUENCE the later holds.
    """
    calendar = _calendar("CANCEL" if event.is_cancelled else "REQUEST")
    vevent = _vevent(event, organizer, stamped_at=at)
    invited = _address(attendee)
    invited.params["CUTYPE"] = "INDIVIDUAL"
    invited.params["ROLE"] = "REQ-PARTICIPANT"
    invited.params["PARTSTAT"] = "NEEDS-ACTION"
    invited.params["RSVP"] = "FALSE"
    vevent.add("attendee", invited)
    calendar.add_component(vevent)
    content: bytes = calendar.to_ical()
    return content.decode()


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    calendar.add_component(_london())
    return calendar


def _vevent(event: Event, organizer: Mailbox, *, stamped_at: datetime) -> VEvent:
    vevent = VEvent()
    vevent.add("uid", event.uid)
    vevent.add("sequence", event.sequence)
    vevent.add("dtstamp", stamped_at.astimezone(UTC))
    vevent.add("last-modified", event.changed_at.astimezone(UTC))
    for name, moment in zip(("dtstart", "dtend"), _on_the_clock(event.starts_at, event.ends_at), strict=True):
        vevent.add(name, moment)
    vevent.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    vevent.add("transp", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    vevent.add("summary", _line(event.title))
    vevent.add("location", _line(event.place))
    vevent.add("description", without_tricks(_shaped(event.words)))
    vevent.add("url", event.address)
    vevent.add("organizer", _address(organizer))
    return vevent


def _on_the_clock(*moments: datetime) -> list[datetime]:
    """By London clocks; in UTC, where one of them is in the hour that London clocks show a second time."""
    there = [moment.astimezone(LONDON) for moment in moments]
    return [moment.astimezone(UTC) for moment in moments] if any(moment.fold for moment in there) else there


def _line(text: str) -> str:
    return one_line(_shaped(text))


def _shaped(text: str) -> str:
    return _SHAPELESS.sub("", _BREAK.sub("\n", text))


def _address(mailbox: Mailbox) -> vCalAddress:
    address = vCalAddress(f"mailto:{quote(mailbox.email, safe='@+')}")
    address.params["CN"] = _line(mailbox.name).replace('"', "'")
    return address


def _london() -> Timezone:
    """Summer time as it has been since 1996, and is until Parliament says otherwise."""
    zone = Timezone()
    zone.add("tzid", LONDON.key)
    winter, summer = timedelta(0), timedelta(hours=1)
    for half, name, month, clock_shows, before, after in (
        (TimezoneDaylight(), "BST", 3, 1, winter, summer),
        (TimezoneStandard(), "GMT", 10, 2, summer, winter),
    ):
        first_sunday_of_all = datetime(1996, month, 31 if month == 3 else 27, clock_shows)  # noqa: DTZ001 - a clock's
        half.add("dtstart", first_sunday_of_all)
        half.add("rrule", {"freq": "yearly", "bymonth": month, "byday": "-1SU"})
        half.add("tzname", name)
        half.add("tzoffsetfrom", before)
        half.add("tzoffsetto", after)
        zone.add_component(half)
    return zone
