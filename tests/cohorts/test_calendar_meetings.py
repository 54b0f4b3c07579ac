"""Meetings of support in the calendars of the two: when, where and with whom, and nothing of what they are about."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from cohorts.actions import bring_invitations_up_to_date, choose_calendar, defer_enrolment, tell_every_calendar
from cohorts.actions.support import end_match, log_meeting, plan_meeting, save_meeting
from cohorts.kinds import CalendarWay
from cohorts.models import Enrolment, SupportMatch, SupportMeeting
from cohorts.queries.calendars import calendar_of
from cohorts.states import MeetingState
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import PersonAlias, RoleGrant, User
from tests.cohorts.calendar_program import Receiver, read
from tests.cohorts.conftest import NOW, World
from tests.cohorts.pairs import ONE, a_coach, a_match, somebody
from tests.factories import a_person

LATER = NOW + timedelta(days=3)
SECRET = "They cannot abide the chair."


@pytest.fixture
def pair(world: World) -> SupportMatch:
    return a_match(somebody(world, ONE), a_coach(full_name="Stellan Marchbank-Iyer"))


def planned(pair: SupportMatch, **fields: Any) -> SupportMeeting:
    given = {"starts_at": LATER, "minutes": 60, "is_face_to_face": True, "place": "Marlowick Primary School"} | fields
    return plan_meeting(pair, **given, by=pair.supporter)


def saved(meeting: SupportMeeting, **fields: Any) -> SupportMeeting:
    stands = ("starts_at", "minutes", "is_face_to_face", "place", "notes", "revision")
    given = {name: getattr(meeting, name) for name in stands} | {"state": MeetingState(meeting.state)} | fields
    return save_meeting(meeting, **given, by=meeting.match.supporter)


def letters(to: User) -> list[Message]:
    return list(Message.objects.filter(person=to, kind="meeting-invitation").order_by("pk"))


def told(to: User) -> list[tuple[str, int]]:
    found = [read(letter.calendar.encode()) for letter in letters(to)]
    return [(method, entry.sequence) for method, (entry,) in found]


def both(pair: SupportMatch) -> tuple[User, User]:
    return pair.enrolment.person, pair.supporter


def invite(*people: User) -> None:
    for person in people:
        choose_calendar(person, way=CalendarWay.INVITATIONS, by=person)


def feed_entries(person: User) -> dict[str, Any]:
    _, entries = read(calendar_of(person))
    return {entry.uid: entry for entry in entries if entry.uid.startswith("meeting-")}


def test_each_of_the_two_has_it_with_the_others_name_and_their_own_page(pair: SupportMatch) -> None:
    meeting = planned(pair)
    uid = f"meeting-{meeting.public_id}@localhost"
    for person, other, page in (
        (pair.enrolment.person, pair.supporter, "/participant/support/meetings/"),
        (pair.supporter, pair.enrolment.person, "/coach/meetings/"),
    ):
        entry = feed_entries(person)[uid]
        assert (entry.starts_at, entry.ends_at) == (LATER, LATER + timedelta(hours=1))
        content = calendar_of(person).decode().replace("\r\n ", "")
        assert f"SUMMARY:Meeting with {other}" in content
        assert f"URL:http://localhost:8000{page}{meeting.public_id}/" in content
        assert "LOCATION:Marlowick Primary School" in content
    assert feed_entries(a_person()) == {}


def test_what_the_two_write_reaches_no_calendar_and_moves_no_sequence(pair: SupportMatch) -> None:
    invite(*both(pair))
    meeting = saved(planned(pair), notes=SECRET)
    assert [told(person) for person in both(pair)] == [[("REQUEST", 0)], [("REQUEST", 0)]]
    assert feed_entries(pair.supporter)[f"meeting-{meeting.public_id}@localhost"].sequence == 0
    for person in both(pair):
        assert SECRET not in calendar_of(person).decode()
        assert all(SECRET not in letter.text + letter.calendar for letter in Message.objects.all())


def test_a_change_and_a_cancellation_follow_with_a_higher_sequence(pair: SupportMatch) -> None:
    invite(*both(pair))
    meeting = saved(planned(pair), starts_at=LATER + timedelta(days=1))
    saved(meeting, state=MeetingState.CANCELLED)
    assert bring_invitations_up_to_date(both(pair), by=None) == 0, "everything is told"
    for person in both(pair):
        assert told(person) == [("REQUEST", 0), ("REQUEST", 1), ("CANCEL", 2)]
        assert "does not take place" in letters(person)[-1].text
        receiver = Receiver()
        for letter in letters(person):
            receiver.receive(letter.calendar.encode())
        assert receiver.shows == set()
        (entry,) = feed_entries(person).values()
        assert (entry.sequence, entry.is_cancelled) == (2, True)


def test_one_that_is_written_down_late_or_held_is_sent_to_nobody(pair: SupportMatch, time_machine: Any) -> None:
    invite(*both(pair))
    log_meeting(pair, starts_at=NOW - timedelta(hours=3), minutes=45, is_face_to_face=False, by=pair.supporter)
    meeting = planned(pair)
    time_machine.move_to(LATER + timedelta(minutes=5), tick=False)
    saved(meeting, state=MeetingState.HELD)
    assert tell_every_calendar() == 0
    assert told(pair.supporter) == [("REQUEST", 0)]


@pytest.mark.parametrize("ends", ["ended", "deferred"])
def test_what_ends_the_support_takes_its_meetings_out_of_both_calendars(pair: SupportMatch, ends: str) -> None:
    invite(*both(pair))
    planned(pair)
    if ends == "ended":
        end_match(pair, reason="They moved.", by=None)
    else:
        defer_enrolment(pair.enrolment, reason="Illness", by=None)
    assert [told(person) for person in both(pair)] == [[("REQUEST", 0), ("CANCEL", 1)]] * 2


def test_whoever_is_no_coach_any_more_has_them_no_longer(pair: SupportMatch, time_machine: Any) -> None:
    invite(*both(pair))
    planned(pair)
    RoleGrant.objects.filter(person=pair.supporter).update(ends_on=NOW.date())
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    assert tell_every_calendar() == 1
    assert "is no longer yours" in letters(pair.supporter)[-1].text
    assert (feed_entries(pair.supporter), len(feed_entries(pair.enrolment.person))) == ({}, 1)


def test_whoever_wants_no_invitations_any_more_is_told_that_it_still_takes_place(pair: SupportMatch) -> None:
    invite(*both(pair))
    planned(pair)
    choose_calendar(pair.supporter, way=CalendarWay.NONE, by=pair.supporter)
    assert told(pair.supporter) == [("REQUEST", 0), ("CANCEL", 1)]
    assert "still takes place" in letters(pair.supporter)[-1].text
    invite(pair.supporter)
    assert told(pair.supporter)[-1] == ("REQUEST", 2)


def test_people_found_to_be_one_have_the_meetings_of_both(pair: SupportMatch) -> None:
    planned(pair)
    kept = a_coach()
    PersonAlias.objects.create(old_person=pair.supporter, kept_person=kept)
    (entry,) = feed_entries(kept).values()
    assert "/coach/meetings/" in calendar_of(kept).decode().replace("\r\n ", "")
    assert entry.starts_at == LATER


def test_a_coach_chooses_how_and_the_feed_answers(pair: SupportMatch, client: Client, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    planned(pair)
    client.force_login(pair.supporter)
    assert "/account/calendar/" in client.get("/coach/").content.decode()
    assert client.post("/account/calendar/", {"way": "feed"}).status_code == 302
    assert "/calendar/" in client.get("/account/calendar/address/made/", follow=True).content.decode()


def test_deferring_leaves_no_meeting_to_come(pair: SupportMatch) -> None:
    planned(pair)
    defer_enrolment(pair.enrolment, reason="Illness", by=None)
    assert [entry.is_cancelled for entry in feed_entries(pair.supporter).values()] == [True]
    assert Enrolment.objects.get(pk=pair.enrolment_id).deferred_on == NOW.date()
