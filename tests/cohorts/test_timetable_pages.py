"""A session's page and a participant's timetable: what they say when, and to whom."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cohorts.actions import cancel_seminar, replace_facilitator, reschedule_seminar, schedule_seminar, switch_mode
from cohorts.models import Cohort, SchoolTerm, Seminar
from cohorts.states import SeminarState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World
from tests.factories import a_group, a_person, a_venue, an_enrolment

STARTS_AT = datetime(2026, 3, 28, 13, 30, tzinfo=UTC)
LINK = "https://meet.example/seminar"


@pytest.fixture(autouse=True)
def _no_second_factor(settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def online(world: World) -> Seminar:
    return schedule_seminar(
        world.cohort,
        item=world.other_item,
        group=world.group,
        facilitator=world.facilitator,
        starts_at=STARTS_AT,
        ends_at=STARTS_AT + timedelta(hours=2),
        mode="online",
        joining_url=LINK,
        by=world.lead,
    )


def page(person: User, seminar: Seminar) -> str:
    return fetched(person, reverse("cohorts:session", args=[seminar.public_id]))


def fetched(person: User, address: str) -> str:
    client = Client()
    client.force_login(person)
    response = client.get(address)
    return response.content.decode() if response.status_code == 200 else str(response.status_code)


@pytest.mark.parametrize(
    ("minutes", "seconds", "is_there"),
    [(-60, -1, False), (-60, 0, True), (0, 0, True), (120, -1, True), (120, 0, False)],
)
def test_the_link_stands_there_from_its_time_until_the_end(
    world: World, online: Seminar, time_machine: Any, minutes: int, seconds: int, is_there: bool
) -> None:
    (a,) = world.enrol()
    time_machine.move_to(STARTS_AT + timedelta(minutes=minutes, seconds=seconds), tick=False)
    for person in (a.person, world.facilitator, world.lead):
        assert (LINK in page(person, online)) is is_there


def test_until_then_the_page_says_when_it_will(world: World, online: Seminar, time_machine: Any) -> None:
    (a,) = world.enrol()
    assert "The link appears here at 12.30pm on 28 March 2026." in page(a.person, online)
    time_machine.move_to(STARTS_AT - timedelta(minutes=61), tick=False)
    assert "The link appears here at 12.30pm." in page(a.person, online)
    Cohort.objects.filter(pk=world.cohort.pk).update(link_minutes_before=30)
    assert "The link appears here at 1pm." in page(a.person, online)
    time_machine.move_to(STARTS_AT + timedelta(hours=3), tick=False)
    assert "The session is over." in page(a.person, online)


def test_the_link_is_on_no_other_page_and_in_no_letter(world: World, online: Seminar, time_machine: Any) -> None:
    (a,) = world.enrol()
    time_machine.move_to(STARTS_AT - timedelta(minutes=5), tick=False)
    for address in ("cohorts:course", "cohorts:timetable", "home:participant"):
        shown = fetched(a.person, reverse(address))
        assert online.item.title in shown
        assert LINK not in shown
    for address in ("cohorts:today", "cohorts:registers"):
        assert LINK not in fetched(world.facilitator, reverse(address))


def test_who_may_read_it(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    other = an_enrolment(world.cohort, a_group(world.cohort))
    for person, may in (
        (a.person, True),
        (world.facilitator, True),
        (world.lead, True),
        (other.person, False),
        (a_person(Role.FACILITATOR), False),
    ):
        assert (page(person, online) == "404") is not may
    assert page(a_person(), online) == "403"
    Seminar.objects.filter(pk=online.pk).update(state=SeminarState.PLANNED)
    for person in (a.person, world.facilitator, world.lead):
        assert page(person, online) == "404"


def test_its_history_is_told_in_words(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    later = STARTS_AT + timedelta(days=7)  # by then it is summer time
    reschedule_seminar(online, starts_at=later, ends_at=later + timedelta(hours=2), by=world.lead)
    hall = a_venue(name="Tarn Hall", address="1 Mill Lane", access_notes="Step-free from the yard.")
    switch_mode(online, mode="face_to_face", venue=hall, by=world.lead)
    switch_mode(online, mode="face_to_face", venue=a_venue(name="Moor Hall"), by=world.lead)
    replace_facilitator(online, facilitator=None, by=world.lead)
    shown = page(a.person, online)
    moved = "Moved from Saturday 28 March 2026, 1.30pm to 3.30pm to Saturday 4 April 2026, 2.30pm to 4.30pm."
    assert shown.count(moved) == 2  # above, and among the changes
    for words in (
        "Put into the timetable for Saturday 28 March 2026, 1.30pm to 3.30pm.",
        "In person at Tarn Hall instead of online, together.",
        "At Moor Hall instead of Tarn Hall.",
        "Gwen Ashdown-Pike no longer leads it; somebody else is still to be found.",
    ):
        assert words in shown


def test_where_and_how_to_get_in_stand_there(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    hall = a_venue(name="Tarn Hall", address="1 Mill Lane", access_notes="Step-free from the yard.")
    switch_mode(online, mode="hybrid", venue=hall, joining_url=LINK, by=world.lead)
    shown = page(a.person, online)
    for words in ("Tarn Hall", "1 Mill Lane", "Step-free from the yard.", "The link appears here at 12.30pm"):
        assert words in shown


def test_the_timetable_has_what_was_what_comes_and_what_was_cancelled_with_why(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    SchoolTerm.objects.create(name="Spring term 2026", starts_on="2026-01-05", ends_on="2026-03-27")
    shown = fetched(a.person, reverse("cohorts:timetable"))
    assert "1 session to come." in shown
    assert [one in shown for one in ("Seminar 1", "Seminar 2", "March 2026", "Spring term 2026")] == [True] * 4
    assert shown.count("Spring term 2026.") == 1  # the other is after its last day
    cancel_seminar(online, reason="The hall is flooded.", by=world.lead)
    shown = fetched(a.person, reverse("cohorts:timetable"))
    assert "<s>Seminar 2</s> Cancelled" in shown
    assert "The hall is flooded." in shown
    assert "The hall is flooded." in page(a.person, online)
    assert "No session is to come at present." in shown


def test_what_is_in_the_draft_is_nobodys_to_read(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    Seminar.objects.filter(pk=online.pk).update(state=SeminarState.PLANNED)
    for person, address in (
        (a.person, "cohorts:timetable"),
        (world.facilitator, "cohorts:today"),
        (world.facilitator, "cohorts:registers"),
    ):
        assert "Seminar 2" not in fetched(person, reverse(address))
    assert "To come" in fetched(a.person, reverse("cohorts:course"))


def test_a_long_timetable_asks_no_more_than_a_short_one(world: World, online: Seminar) -> None:
    (a,) = world.enrol()
    client = Client()
    client.force_login(a.person)
    counts = []
    for days in (1, 2):
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("cohorts:timetable"))
        counts.append(len(asked))
        reschedule_seminar(
            online,
            starts_at=STARTS_AT + timedelta(days=days),
            ends_at=STARTS_AT + timedelta(days=days, hours=1),
            by=None,
        )
        schedule_seminar(
            world.cohort, item=world.seminar_item, group=None, facilitator=None, starts_at=NOW + timedelta(days=days),
            ends_at=NOW + timedelta(days=days, hours=1), mode="online", by=None,
        ) if days == 1 else None  # fmt: skip
    assert counts[0] == counts[1]
