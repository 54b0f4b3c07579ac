"""A calendar program, written from RFC 5545 and 5546 and from nothing of ours: it reads strictly what it is sent."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Self

LONGEST_LINE = 75
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
_NAME = re.compile(r"[A-Z0-9-]+")
_PARAMETER = re.compile(r';([A-Z0-9-]+)=("[^"]*"|[^";:,]*)')
_ESCAPE = re.compile(r"\\(.)")
_BARE = re.compile(r"(?<!\\)(?:\\\\)*[,;]")

# What may stand in each part, and how often: "1" exactly once, "?" at most once, "*" any number.
CALENDAR = {
    "PRODID": "1", "VERSION": "1", "CALSCALE": "?", "METHOD": "1", "NAME": "?", "X-WR-CALNAME": "?",
    "X-WR-TIMEZONE": "?", "X-PUBLISHED-TTL": "?", "REFRESH-INTERVAL": "?",
}  # fmt: skip
EVENT = {
    "UID": "1", "DTSTAMP": "1", "DTSTART": "1", "DTEND": "1", "SEQUENCE": "1", "STATUS": "1", "SUMMARY": "1",
    "LOCATION": "1", "DESCRIPTION": "1", "URL": "1", "ORGANIZER": "1", "LAST-MODIFIED": "1", "TRANSP": "1",
    "ATTENDEE": "*",
}  # fmt: skip
ZONE = {"TZID": "1"}
OBSERVANCE = {"DTSTART": "1", "RRULE": "1", "TZNAME": "1", "TZOFFSETFROM": "1", "TZOFFSETTO": "1"}
SHAPES = {"VCALENDAR": CALENDAR, "VEVENT": EVENT, "VTIMEZONE": ZONE, "STANDARD": OBSERVANCE, "DAYLIGHT": OBSERVANCE}
TEXTS = {"SUMMARY", "LOCATION", "DESCRIPTION", "NAME", "X-WR-CALNAME"}


class Malformed(ValueError):
    """The file is not as the standards want it."""


@dataclass(frozen=True)
class Property:
    name: str
    parameters: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """Unescaped. A comma or semicolon that is not escaped would part it in two."""
        if self.name in TEXTS and _BARE.search(self.value):
            raise Malformed(f"{self.name} has a sign that is not escaped: {self.value}")
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass
class Part:
    """What stands between BEGIN and END."""

    name: str
    properties: list[Property] = field(default_factory=list)
    parts: list[Self] = field(default_factory=list)

    def __getitem__(self, name: str) -> Property:
        (found,) = (one for one in self.properties if one.name == name)
        return found

    def of(self, name: str) -> list[Self]:
        return [part for part in self.parts if part.name == name]


@dataclass(frozen=True)
class Entry:
    """One event as the calendar shows it; moments in UTC."""

    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    words: str
    is_cancelled: bool

    @property
    def shown(self) -> tuple[str, datetime, datetime, str, str]:
        return self.uid, self.starts_at, self.ends_at, self.title, self.place


def read(content: bytes) -> tuple[str, list[Entry]]:
    """The METHOD and the events of a file. Raises Malformed."""
    whole = _whole(content)
    zones = {zone["TZID"].value: zone for zone in whole.of("VTIMEZONE")}
    entries = [_entry(event, zones) for event in whole.of("VEVENT")]
    if len({entry.uid for entry in entries}) != len(entries):
        raise Malformed("Two events of one UID.")
    return whole["METHOD"].value, entries


def lines_of(content: bytes) -> Iterator[str]:
    """The unfolded lines."""
    if not content.endswith(b"\r\n"):
        raise Malformed("The last line is not ended.")
    line = ""
    for octets in content[:-2].split(b"\r\n"):
        if len(octets) > LONGEST_LINE:
            raise Malformed(f"A line of {len(octets)} octets.")
        piece = octets.decode()  # a sign is not torn in two
        if _CONTROL.search(piece):
            raise Malformed(f"A control character: {piece!r}")
        if not piece:
            raise Malformed("An empty line.")
        if piece[0] in " \t":
            line += piece[1:]
            continue
        if line:
            yield line
        line = piece
    yield line


def _property(line: str) -> Property:
    name = _NAME.match(line)
    if name is None:
        raise Malformed(f"No name: {line}")
    at, parameters = name.end(), {}
    while found := _PARAMETER.match(line, at):
        parameters[found[1]] = found[2].strip('"')
        at = found.end()
    if line[at : at + 1] != ":":
        raise Malformed(f"No value: {line}")
    return Property(name[0], parameters, line[at + 1 :])


def _whole(content: bytes) -> Part:
    top = Part("")
    open_parts = [top]
    for line in lines_of(content):
        read = _property(line)
        if read.name == "BEGIN":
            part = Part(read.value)
            open_parts[-1].parts.append(part)
            open_parts.append(part)
        elif read.name == "END":
            if open_parts.pop().name != read.value:
                raise Malformed(f"{read.value} ends where it did not begin.")
        else:
            open_parts[-1].properties.append(read)
    if open_parts != [top] or [part.name for part in top.parts] != ["VCALENDAR"] or top.properties:
        raise Malformed("Not one calendar from the first line to the last.")
    _check(top.parts[0])
    return top.parts[0]


def _check(part: Part) -> None:
    if part.name not in SHAPES:
        raise Malformed(f"What is {part.name}?")
    shape, names = SHAPES[part.name], [one.name for one in part.properties]
    if unknown := set(names) - set(shape):
        raise Malformed(f"{part.name} has {unknown}.")
    for name, times in shape.items():
        if (times == "1" and names.count(name) != 1) or (times == "?" and names.count(name) > 1):
            raise Malformed(f"{part.name} has {name} {names.count(name)} times.")
    if part.name == "VCALENDAR" and part["VERSION"].value != "2.0":
        raise Malformed("Another version.")
    for inner in part.parts:
        _check(inner)


def _entry(event: Part, zones: dict[str, Part]) -> Entry:
    status = event["STATUS"].value
    if status not in {"CONFIRMED", "CANCELLED"}:
        raise Malformed(f"No event is {status}.")
    starts_at, ends_at = (_moment(event[name], zones) for name in ("DTSTART", "DTEND"))
    if ends_at <= starts_at:
        raise Malformed("It ends before it starts.")
    for name in ("DTSTAMP", "LAST-MODIFIED"):
        if not event[name].value.endswith("Z"):
            raise Malformed(f"{name} is not in UTC.")
    return Entry(
        uid=event["UID"].value,
        sequence=int(event["SEQUENCE"].value),
        stamped_at=_moment(event["DTSTAMP"], zones),
        starts_at=starts_at,
        ends_at=ends_at,
        title=event["SUMMARY"].text,
        place=event["LOCATION"].text,
        words=event["DESCRIPTION"].text,
        is_cancelled=status == "CANCELLED",
    )


def _moment(when: Property, zones: dict[str, Part]) -> datetime:
    """In UTC, reckoned from the rules that the file itself brings along."""
    if when.value.endswith("Z"):
        return datetime.strptime(when.value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    if when.parameters["TZID"] not in zones:
        raise Malformed(f"{when.parameters['TZID']} is not defined.")
    local = datetime.strptime(when.value, "%Y%m%dT%H%M%S")  # noqa: DTZ007 - by a clock on a wall
    return (local - _offset(local, zones[when.parameters["TZID"]])).replace(tzinfo=UTC)


def _offset(local: datetime, zone: Part) -> timedelta:
    """Of the observance that began last before that time on the wall, and of a time shown twice the first."""
    begun = []
    for half in zone.parts:
        first = datetime.strptime(half["DTSTART"].value, "%Y%m%dT%H%M%S")  # noqa: DTZ007
        rule = dict(part.split("=") for part in half["RRULE"].value.split(";"))
        if rule != {"FREQ": "YEARLY", "BYDAY": "-1SU", "BYMONTH": str(first.month)}:
            raise Malformed(f"Another rule: {rule}")
        before = _hours(half["TZOFFSETFROM"].value)
        for year in (local.year - 1, local.year):
            day = max(
                week[calendar.SUNDAY] for week in calendar.monthcalendar(year, first.month) if week[calendar.SUNDAY]
            )
            onset = first.replace(year=year, day=day)
            if onset >= first and onset <= local:
                begun.append((onset, _hours(half["TZOFFSETTO"].value), before))
    return max(begun)[1]


def _hours(offset: str) -> timedelta:
    return timedelta(hours=int(offset[:3]), minutes=int(offset[0] + offset[3:]))


@dataclass
class Receiver:
    """The calendar of one person who is sent invitations: what it has of each UID, the cancelled ones kept in mind."""

    has: dict[str, Entry] = field(default_factory=dict)
    ignored: int = 0

    def receive(self, content: bytes) -> None:
        method, (entry,) = read(content)
        if method not in {"REQUEST", "CANCEL"} or (method == "CANCEL") != entry.is_cancelled:
            raise Malformed(f"{method}, and its status says otherwise.")
        known = self.has.get(entry.uid)
        if known and (entry.sequence, entry.stamped_at) <= (known.sequence, known.stamped_at):
            self.ignored += 1
            return
        self.has[entry.uid] = entry

    @property
    def shows(self) -> set[tuple[str, datetime, datetime, str, str]]:
        return {entry.shown for entry in self.has.values() if not entry.is_cancelled}
