"""Choosing how one's calendar is told, and what it is sent."""

from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from cohorts.actions import (
    bring_invitations_up_to_date,
    cancel_seminar,
    choose_calendar,
    note_reading,
    reinstate_enrolment,
    renew_feed,
    replace_facilitator,
    reschedule_seminar,
    tell_every_calendar,
    withdraw_enrolment,
)
from cohorts.kinds import CalendarWay
from cohorts.models import CalendarChoice, CalendarFeed, Enrolment, Invitation, Seminar
from cohorts.queries.calendars import feed_opened_by, key_digest, way_of
from cohorts.tasks import tell_calendars
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.models import PersonAlias, User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World
from tests.factories import a_person, a_seminar

from .calendar_program import Receiver, read


@pytest.fixture
def ahead(world: World) -> Seminar:
    return a_seminar(
        world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=NOW + timedelta(days=5)
    )


@pytest.fixture
def member(world: World) -> Enrolment:
    return world.enrol()[0]


def letters(to: User) -> list[Message]:
    return list(Message.objects.filter(person=to, kind="session-invitation").order_by("pk"))


def told(to: User) -> list[tuple[str, int]]:
    """The METHOD and SEQUENCE of everything that was sent to somebody, in order."""
    found = [read(letter.calendar.encode()) for letter in letters(to)]
    return [(method, entry.sequence) for method, (entry,) in found]


def invite(person: User) -> None:
    choose_calendar(person, way=CalendarWay.INVITATIONS, by=person)


# Invitations


def test_choosing_invitations_sends_what_is_to_come_and_nothing_that_is_over(ahead: Seminar, member: Enrolment) -> None:
    invite(member.person)
    (letter,) = letters(member.person)
    assert letter.key == f"session-invitation:{ahead.pk}:0:{member.person_id}"
    assert (letter.address, letter.stale_at) == (member.person.email, ahead.ends_at)
    method, (entry,) = read(letter.calendar.encode())
    assert (method, entry.starts_at, entry.ends_at) == ("REQUEST", ahead.starts_at, ahead.ends_at)
    assert f"http://localhost:8000/sessions/{ahead.public_id}/" in letter.text


def test_whoever_chose_nothing_is_sent_nothing(ahead: Seminar, member: Enrolment) -> None:
    assert bring_invitations_up_to_date([member.person], by=None) == 0
    choose_calendar(member.person, way=CalendarWay.FEED, by=member.person)
    assert bring_invitations_up_to_date([member.person], by=None) == 0
    assert (letters(member.person), Invitation.objects.count()) == ([], 0)


def test_telling_twice_tells_once(ahead: Seminar, member: Enrolment) -> None:
    invite(member.person)
    invite(member.person)
    assert bring_invitations_up_to_date([member.person, member.person], by=None) == 0
    assert tell_every_calendar() == 0
    assert told(member.person) == [("REQUEST", 0)]


def test_every_change_raises_the_sequence_and_a_cancellation_too(
    world: World, ahead: Seminar, member: Enrolment
) -> None:
    invite(member.person)
    later = ahead.starts_at + timedelta(days=1)
    reschedule_seminar(ahead, starts_at=later, ends_at=later + timedelta(hours=2), by=world.lead)
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    assert told(member.person) == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
    last = letters(member.person)[-1]
    assert "does not take place" in last.text
    assert last.subject.startswith("Taken out of your calendar: ")


def test_another_facilitator_is_invited_and_the_first_is_told_that_it_is_theirs_no_longer(
    world: World, ahead: Seminar
) -> None:
    other = a_person(Role.FACILITATOR)
    invite(world.facilitator)
    invite(other)
    replace_facilitator(ahead, facilitator=other, by=world.lead)
    assert told(world.facilitator) == [("REQUEST", 0), ("CANCEL", 1)]
    assert told(other) == [("REQUEST", 1)]
    assert "is no longer yours" in letters(world.facilitator)[-1].text


def test_whoever_leaves_and_comes_back_is_invited_anew_with_a_higher_sequence(
    world: World, ahead: Seminar, member: Enrolment
) -> None:
    invite(member.person)
    withdraw_enrolment(member, reason="Ill.", by=world.lead)
    assert told(member.person) == [("REQUEST", 0), ("CANCEL", 1)]
    reinstate_enrolment(member, cohort=world.cohort, group=world.group, reason="Well.", by=world.lead)
    assert told(member.person)[-1] == ("REQUEST", 2)


def test_choosing_something_else_takes_back_what_is_to_come(ahead: Seminar, member: Enrolment) -> None:
    invite(member.person)
    choose_calendar(member.person, way=CalendarWay.NONE, by=member.person)
    assert told(member.person) == [("REQUEST", 0), ("CANCEL", 1)]
    assert tell_every_calendar() == 0


@pytest.mark.parametrize("way", [CalendarWay.NONE, CalendarWay.FEED])
def test_whoever_wants_no_invitations_is_told_that_the_session_stays_theirs(
    world: World, ahead: Seminar, member: Enrolment, way: CalendarWay
) -> None:
    for person, still in ((member.person, "you are expected"), (world.facilitator, "you lead it")):
        invite(person)
        choose_calendar(person, way=way, by=person)
        letter = letters(person)[-1]
        assert f"still takes place, and {still}. But you want no invitations any more: with this" in letter.text
        words = letter.calendar.replace("\r\n ", "")
        assert f"The session still takes place\\, and {still}." in words
        assert "no longer yours" not in letter.text + words


def test_what_is_over_is_left_alone(ahead: Seminar, member: Enrolment, time_machine: Any) -> None:
    invite(member.person)
    time_machine.move_to(ahead.ends_at, tick=False)
    choose_calendar(member.person, way=CalendarWay.NONE, by=member.person)
    assert told(member.person) == [("REQUEST", 0)]


def test_what_is_moved_to_an_hour_of_today_that_is_over_moves_in_the_calendar_too(
    ahead: Seminar, member: Enrolment
) -> None:
    invite(member.person)
    starts_at = NOW - timedelta(hours=4)
    Seminar.objects.filter(pk=ahead.pk).update(starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), revision=1)
    assert bring_invitations_up_to_date([member.person], by=None) == 1
    calendar = Receiver()
    for letter in letters(member.person):
        assert letter.stale_at
        assert letter.stale_at > NOW
        calendar.receive(letter.calendar.encode())
    assert [shown[1] for shown in calendar.shows] == [starts_at]
    assert bring_invitations_up_to_date([member.person], by=None) == 0


def test_whoever_has_no_address_is_sent_what_is_to_come_once_they_have(ahead: Seminar, member: Enrolment) -> None:
    User.objects.filter(pk=member.person_id).update(email=None)
    member.person.refresh_from_db()
    invite(member.person)
    assert Invitation.objects.count() == 0
    User.objects.filter(pk=member.person_id).update(email="found@school.example")
    tell_calendars()
    assert told(member.person) == [("REQUEST", 0)]
    assert Beat.objects.filter(name="cohorts.tell_calendars").exists()


def test_two_people_found_to_be_one_have_one_calendar(ahead: Seminar, member: Enrolment) -> None:
    kept = a_person(Role.PARTICIPANT)
    PersonAlias.objects.create(old_person=member.person, kept_person=kept)
    CalendarChoice.objects.create(person=kept, way=CalendarWay.INVITATIONS.value)
    assert bring_invitations_up_to_date([member.person], by=None) == 1
    assert told(kept) == [("REQUEST", 0)]


def test_telling_is_recorded_in_numbers(world: World, ahead: Seminar, member: Enrolment) -> None:
    invite(member.person)
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    entries = Entry.objects.filter(verb="calendar.told").order_by("pk")
    assert [entry.payload for entry in entries] == [
        '{"invited":1,"taken_back":0,"v":1}',
        '{"invited":0,"taken_back":1,"v":1}',
    ]


@pytest.mark.django_db(transaction=True)
def test_told_by_two_at_once_nobody_is_told_twice(world: World, ahead: Seminar, member: Enrolment) -> None:
    CalendarChoice.objects.create(person=member.person, way=CalendarWay.INVITATIONS.value)
    barrier, sent = Barrier(4), []

    def tell() -> None:
        barrier.wait()
        try:
            sent.append(bring_invitations_up_to_date([member.person], by=None))
        finally:
            connection.close()

    threads = [Thread(target=tell) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(sent) == [0, 0, 0, 1]
    assert told(member.person) == [("REQUEST", 0)]


# The feed's address


def test_a_key_is_made_once_and_only_its_digest_is_kept(member: Enrolment) -> None:
    person = member.person
    key = choose_calendar(person, way=CalendarWay.FEED, by=person)
    assert key is not None
    assert len(key) >= 43
    feed = CalendarFeed.objects.get()
    assert (feed.key_digest, feed.revoked_at) == (key_digest(key), None)
    assert feed_opened_by(key) == feed
    assert choose_calendar(person, way=CalendarWay.FEED, by=person) is None
    assert not [entry for entry in Entry.objects.all() if key in entry.payload]


def test_a_new_address_ends_the_one_before(member: Enrolment) -> None:
    person = member.person
    first = choose_calendar(person, way=CalendarWay.FEED, by=person)
    second = renew_feed(person, by=person)
    assert first
    assert feed_opened_by(first) is None
    assert feed_opened_by(second) == CalendarFeed.objects.get(revoked_at=None)
    assert CalendarFeed.objects.count() == 2


@pytest.mark.parametrize("way", [CalendarWay.NONE, CalendarWay.INVITATIONS])
def test_choosing_something_else_ends_the_address(way: CalendarWay, member: Enrolment) -> None:
    person = member.person
    key = choose_calendar(person, way=CalendarWay.FEED, by=person)
    assert choose_calendar(person, way=way, by=person) is None
    assert key
    assert feed_opened_by(key) is None
    assert way_of(person) == way


def test_making_an_address_is_choosing_to_subscribe(ahead: Seminar, member: Enrolment) -> None:
    invite(member.person)
    renew_feed(member.person, by=member.person)
    assert way_of(member.person) == CalendarWay.FEED
    assert told(member.person)[-1] == ("CANCEL", 1)


def test_somebody_who_may_not_sign_in_has_no_feed(member: Enrolment) -> None:
    key = renew_feed(member.person, by=None)
    User.objects.filter(pk=member.person_id).update(is_active=False)
    assert feed_opened_by(key) is None


def test_no_two_contents_of_a_feed_share_a_second(member: Enrolment, time_machine: Any) -> None:
    feed = feed_opened_by(renew_feed(member.person, by=None))
    assert feed
    seconds = []
    for content in (b"one", b"one", b"two", b"three"):
        feed.refresh_from_db()
        seconds.append(int(note_reading(feed, content)[1].timestamp()))
    start = int(NOW.timestamp())
    assert seconds == [start, start, start + 1, start + 2]
    feed.refresh_from_db()
    assert feed.read_on == clock.today()
