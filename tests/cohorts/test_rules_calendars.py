"""What calendar programs read, checked by two that know nothing of ours: a strict one, and an old hand."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st

from cohorts.rules.calendars import Event, Mailbox, feed, invitation

from .calendar_program import Malformed, lines_of, read

LONDON = ZoneInfo("Europe/London")
NOON = datetime(2027, 1, 13, 12, tzinfo=UTC)
LARKFELL = Mailbox("Larkfell Leadership Partnership", "npqh@larkfell.example")
MARYAM = Mailbox("Maryam Oyelaran-Whitlock", "maryam@tarnhollow.example")
EVENT = Event(
    key="ABC234",
    host="npqh.example",
    sequence=3,
    changed_at=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
    starts_at=NOON,
    ends_at=NOON + timedelta(hours=2),
    title="Seminar 1",
    place="Tarnhollow Village Hall, 1 Beck Lane",
    words="Group 1.\nRamp at the side.",
    address="https://npqh.example/participant/course/",
)
# What breaks files: parts of their own grammar, ends of lines of every kind, signs of several octets, other directions.
NASTY = [
    "Lead, teach; learn: \\ and \\n",
    'He said "no"',
    "One\r\nBEGIN:VALARM\r\nEND:VALARM\rtwo\nthree\x0bfour\x85five\u2028six",
    "\x00\x07\x1b[31mred\x7f\x9b",
    "\u202egnp.exe\u202c and \u2066this\u2069",
    "مدرسة القمر، المجموعة الأولى",
    "👩🏽‍🏫🏴󠁧󠁢󠁥󠁮󠁧󠁿" * 10,
    "é" * 200,
    "x" * 200,
    "^n^'^^ and ^",
    "=CMD()",
]


def request(event: Event, to: Mailbox = MARYAM) -> bytes:
    return invitation(event, organizer=LARKFELL, attendee=to, at=NOON).encode()


def published(*events: Event) -> bytes:
    return feed(events, name="Sessions, Larkfell", organizer=LARKFELL)


def by_vobject(content: bytes) -> Any:
    return vobject.readOne(content.decode(), validate=True)


def line(content: bytes, name: str) -> str:
    (found,) = (one for one in lines_of(content) if one.startswith((f"{name}:", f"{name};")))
    return found


def test_a_feed_says_what_it_is_and_how_often_to_read_it() -> None:
    method, (entry,) = read(published(EVENT))
    assert method == "PUBLISH"
    assert entry.uid == "session-ABC234@npqh.example"
    assert (entry.sequence, entry.starts_at, entry.ends_at) == (3, EVENT.starts_at, EVENT.ends_at)
    assert (entry.title, entry.place, entry.words) == (EVENT.title, EVENT.place, EVENT.words)
    assert entry.is_cancelled is False
    content = published(EVENT)
    assert line(content, "X-WR-CALNAME") == "X-WR-CALNAME:Sessions\\, Larkfell"
    assert line(content, "REFRESH-INTERVAL") == "REFRESH-INTERVAL;VALUE=DURATION:PT1H"
    assert line(content, "URL") == f"URL:{EVENT.address}"
    assert line(content, "LAST-MODIFIED") == "LAST-MODIFIED:20261123T093000Z"
    assert line(content, "ORGANIZER") == 'ORGANIZER;CN="Larkfell Leadership Partnership":mailto:npqh@larkfell.example'
    assert [one for one in lines_of(content) if one.startswith("ATTENDEE")] == []


def test_the_same_events_make_the_same_bytes() -> None:
    assert published(EVENT) == published(replace(EVENT))
    assert published(EVENT) != published(replace(EVENT, sequence=4))


def test_a_feed_without_sessions_is_a_calendar_all_the_same() -> None:
    assert read(published()) == ("PUBLISH", [])


def test_an_invitation_asks_one_person_and_a_cancellation_takes_it_back() -> None:
    method, (entry,) = read(request(EVENT))
    assert (method, entry.is_cancelled) == ("REQUEST", False)
    assert line(request(EVENT), "ATTENDEE").endswith(":mailto:maryam@tarnhollow.example")
    off = request(replace(EVENT, is_cancelled=True, sequence=4))
    method, (entry,) = read(off)
    assert (method, entry.is_cancelled, entry.sequence) == ("CANCEL", True, 4)
    assert (line(off, "STATUS"), line(off, "TRANSP")) == ("STATUS:CANCELLED", "TRANSP:TRANSPARENT")
    assert line(off, "UID") == line(request(EVENT), "UID") == line(published(EVENT), "UID")


def test_a_cancelled_session_stays_in_a_feed_as_cancelled() -> None:
    _, entries = read(published(EVENT, replace(EVENT, key="DEF", is_cancelled=True)))
    assert [entry.is_cancelled for entry in entries] == [False, True]


@pytest.mark.parametrize(
    ("starts_at", "is_written"),
    [
        (datetime(2027, 1, 13, 13, tzinfo=UTC), ";TZID=Europe/London:20270113T130000"),
        (datetime(2027, 7, 13, 13, tzinfo=UTC), ";TZID=Europe/London:20270713T140000"),
        # the night the clocks go forward: the last minute before, the first after
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), ";TZID=Europe/London:20270328T005900"),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), ";TZID=Europe/London:20270328T020000"),
        # the night they go back: the hour shown twice, the first time by the clock and the second in UTC
        (datetime(2027, 10, 31, 0, 30, tzinfo=UTC), ";TZID=Europe/London:20271031T013000"),
        (datetime(2027, 10, 31, 1, 30, tzinfo=UTC), ":20271031T013000Z"),
        (datetime(2027, 10, 31, 2, 0, tzinfo=UTC), ";TZID=Europe/London:20271031T020000"),
    ],
)
def test_times_are_on_london_clocks(starts_at: datetime, is_written: str) -> None:
    content = published(replace(EVENT, starts_at=starts_at, ends_at=starts_at + timedelta(hours=3)))
    (written,) = (one for one in lines_of(content) if one.startswith("DTSTART") and "2027" in one)
    assert written == f"DTSTART{is_written}"
    _, (entry,) = read(content)
    assert (entry.starts_at, entry.ends_at) == (starts_at, starts_at + timedelta(hours=3))


minutes = st.datetimes(datetime(2026, 1, 1), datetime(2035, 12, 31)).map(  # noqa: DTZ001 - made UTC below
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
around_the_change = st.sampled_from(
    [datetime(2027, 3, 28, tzinfo=UTC), datetime(2027, 10, 31, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)]
).flatmap(lambda night: st.integers(-120, 300).map(lambda more: night + timedelta(minutes=more)))


@given(starts_at=minutes | around_the_change, lasts=st.integers(1, 600))
def test_every_program_reads_the_same_minute(starts_at: datetime, lasts: int) -> None:
    event = replace(EVENT, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=lasts))
    for content in (published(event), request(event)):
        _, (entry,) = read(content)
        assert (entry.starts_at, entry.ends_at) == (event.starts_at, event.ends_at)
        theirs = by_vobject(content).vevent
        assert theirs.dtstart.value.astimezone(UTC) == event.starts_at
        assert theirs.dtend.value.astimezone(UTC) == event.ends_at


@given(
    title=st.sampled_from(NASTY) | st.text(max_size=200),
    place=st.sampled_from(NASTY) | st.text(max_size=200),
    words=st.sampled_from(NASTY) | st.text(max_size=200),
    name=st.sampled_from(NASTY) | st.text(max_size=200),
)
def test_nothing_that_anybody_types_breaks_the_file(title: str, place: str, words: str, name: str) -> None:
    event = replace(EVENT, title=title, place=place, words=words)
    for content in (
        request(event, Mailbox(name, MARYAM.email)),
        feed([event], name=name, organizer=Mailbox(name, LARKFELL.email)),
    ):
        _, (entry,) = read(content)
        theirs = by_vobject(content).vevent
        assert (theirs.summary.value, theirs.location.value) == (entry.title, entry.place)
        assert (entry.uid, entry.sequence, entry.starts_at) == (EVENT.uid, EVENT.sequence, EVENT.starts_at)


@pytest.mark.parametrize(
    ("typed", "is_read"),
    [
        ("Lead, teach; learn: \\ and \\n", "Lead, teach; learn: \\ and \\n"),
        ("One\r\nBEGIN:VALARM\rtwo", "One BEGIN:VALARM two"),
        ("\u202egnp.exe", "gnp.exe"),
        ("مدرسة القمر", "مدرسة القمر"),
        ("👩🏽‍🏫", "👩🏽‍🏫"),
        ("x" * 200, "x" * 200),
    ],
)
def test_titles_are_read_as_they_were_typed(typed: str, is_read: str) -> None:
    _, (entry,) = read(published(replace(EVENT, title=typed)))
    assert entry.title == is_read


def test_lines_of_words_stay_lines() -> None:
    _, (entry,) = read(published(replace(EVENT, words="Ramp.\r\nParking; lift, loop.")))
    assert entry.words == "Ramp.\nParking; lift, loop."


@pytest.mark.parametrize("address", ["a&b?c%d@x.example", "o'neil@x.example", "first+last@x.example"])
def test_an_odd_address_stays_one_address(address: str) -> None:
    content = request(EVENT, Mailbox("Anna", address))
    read(content)
    theirs = by_vobject(content).vevent.attendee.value
    assert parseaddr(theirs.removeprefix("mailto:"))[1].endswith("@x.example")
    assert "?" not in theirs


@pytest.mark.parametrize(
    "wrong",
    [
        (b"\r\n", b"\n"),
        (b"VERSION:2.0", b"VERSION:1.0"),
        (b"UID:", b"X-UID:"),
        (b"TZID:Europe/London", b"TZID:Europe/Paris"),
        (b"SUMMARY:Seminar 1", b"SUMMARY:Seminar, 1"),
        (b"SUMMARY:Seminar 1", b"SUMMARY:" + 80 * b"x"),
        (b"END:VEVENT\r\n", b""),
        (b"SEQUENCE:3\r\n", b"SEQUENCE:3\r\nSEQUENCE:4\r\n"),
        (b"STATUS:CONFIRMED", b"STATUS:PERHAPS"),
    ],
)
def test_the_strict_reader_is_strict(wrong: tuple[bytes, bytes]) -> None:
    with pytest.raises(Malformed):
        read(published(EVENT).replace(*wrong))
