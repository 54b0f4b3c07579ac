"""The page on which one chooses, and the feed that calendar programs read."""

import re
from datetime import timedelta
from http import HTTPStatus
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries, Settings

from cohorts.actions import cancel_seminar, choose_calendar, renew_feed, reschedule_seminar, withdraw_enrolment
from cohorts.kinds import CalendarWay
from cohorts.models import AttendanceMark, CalendarFeed, Enrolment, Membership, Seminar
from cohorts.queries.calendars import way_of
from cohorts.states import SeminarState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World
from tests.factories import a_person, a_seminar, a_venue

from .calendar_program import Entry, read


@pytest.fixture(autouse=True)
def _one_factor(settings: Settings) -> None:
    settings.REQUIRE_SECOND_FACTOR = False


@pytest.fixture
def ahead(world: World) -> Seminar:
    return a_seminar(
        world.cohort, world.other_item, world.group, facilitator=world.facilitator, starts_at=NOW + timedelta(days=5),
        venue=a_venue(name="Old Mill", address="1 Beck Lane", access_notes="Ramp at the side."),
    )  # fmt: skip


@pytest.fixture
def member(world: World) -> Enrolment:
    return world.enrol()[0]


@pytest.fixture
def key(member: Enrolment) -> str:
    return renew_feed(member.person, by=None)


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def entries(key: str) -> list[Entry]:
    answer = Client().get(f"/calendar/{key}.ics")
    assert answer.status_code == HTTPStatus.OK
    method, found = read(answer.content)
    assert method == "PUBLISH"
    return found


def address_on(page: Any) -> str:
    found = re.search(r'value="(http[^"]+/calendar/[^"]+\.ics)"', page.content.decode())
    assert found
    return found[1]


# The page


@pytest.mark.parametrize("role", ["participant", "facilitator"])
def test_the_address_is_shown_once(role: str, world: World, ahead: Seminar, member: Enrolment) -> None:
    person = world.facilitator if role == "facilitator" else member.person
    client = signed_in(person)
    page = client.post("/account/calendar/", {"way": "feed"}, follow=True)
    address = address_on(page)
    assert f"webcal://{address.partition('://')[2]}" in page.content.decode()
    assert page.headers["Cache-Control"] == "no-store"
    path = address.removeprefix("http://localhost:8000")
    assert len(read(Client().get(path).content)[1]) == 2
    key = path.removeprefix("/calendar/").removesuffix(".ics")
    for page in (client.get("/account/calendar/"), client.post("/account/calendar/", {"way": "feed"}, follow=True)):
        assert key not in page.content.decode()
    assert Client().get(path).status_code == HTTPStatus.OK


def test_a_new_address_is_asked_for_once_more_and_ends_the_old_one(key: str, member: Enrolment) -> None:
    client = signed_in(member.person)
    assert "stops working at once" in client.get("/account/calendar/address/").content.decode()
    assert Client().get(f"/calendar/{key}.ics").status_code == HTTPStatus.OK
    new = address_on(client.post("/account/calendar/address/", follow=True))
    assert Client().get(f"/calendar/{key}.ics").status_code == HTTPStatus.NOT_FOUND
    assert Client().get(new.removeprefix("http://localhost:8000")).status_code == HTTPStatus.OK


def test_a_reload_of_the_new_address_leaves_it_as_it_is(key: str, member: Enrolment) -> None:
    client = signed_in(member.person)
    shown = client.post("/account/calendar/address/", follow=True)
    address = address_on(shown)
    reloaded = client.get(shown.request["PATH_INFO"], follow=True).content.decode()
    assert "The address was shown once" in reloaded
    assert address not in reloaded
    assert Client().get(address.removeprefix("http://localhost:8000")).status_code == HTTPStatus.OK


def test_what_becomes_of_the_entries_is_said_before_one_chooses(member: Enrolment) -> None:
    client = signed_in(member.person)
    choose_calendar(member.person, way=CalendarWay.INVITATIONS, by=None)
    assert "takes it out of your calendar" in client.get("/account/calendar/").content.decode()
    page = client.post("/account/calendar/", {"way": "none"}, follow=True).content.decode()
    assert "come into your calendar no longer" in page
    assert way_of(member.person) == CalendarWay.NONE


@pytest.mark.parametrize("way", ["", "carrier-pigeon"])
def test_a_way_that_is_none_is_refused_in_words(way: str, member: Enrolment) -> None:
    page = signed_in(member.person).post("/account/calendar/", {"way": way})
    assert page.status_code == HTTPStatus.OK
    assert "There is a problem" in page.content.decode()
    assert way_of(member.person) == CalendarWay.NONE


# One session as a file


def test_a_session_is_downloaded_by_whom_it_concerns_and_by_nobody_else(
    world: World, ahead: Seminar, member: Enrolment
) -> None:
    path = f"/account/calendar/{ahead.public_id}.ics"
    answer = signed_in(member.person).get(path)
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="session-{ahead.public_id}.ics"'
    _, (entry,) = read(answer.content)
    assert (entry.starts_at, entry.place) == (ahead.starts_at, "Old Mill, 1 Beck Lane")
    stranger = a_person(Role.PARTICIPANT)
    assert signed_in(stranger).get(path).status_code == HTTPStatus.NOT_FOUND
    Seminar.objects.filter(pk=ahead.pk).update(state=SeminarState.PLANNED)
    assert signed_in(member.person).get(path).status_code == HTTPStatus.NOT_FOUND


# The feed


def test_a_feed_says_when_where_and_who_and_never_how_to_join(world: World, ahead: Seminar, key: str) -> None:
    Seminar.objects.filter(pk=ahead.pk).update(mode="hybrid", joining_url="https://meet.example/secret")
    first, second = entries(key)
    assert (first.title, second.title) == ("Seminar 1", "Seminar 2")
    assert second.place == "Old Mill, 1 Beck Lane, and online"
    assert second.words.splitlines() == [
        f"{world.group}.",
        "Led by Gwen Ashdown-Pike.",
        "Ramp at the side.",
        "The joining link is shown in the portal 60 minutes before.",
        "",
        "What holds, and how to join:",
        f"http://localhost:8000/sessions/{ahead.public_id}/",
    ]
    assert "meet.example" not in Client().get(f"/calendar/{key}.ics").content.decode()


def test_a_move_raises_the_sequence_and_a_cancelled_session_stays_as_cancelled(
    world: World, ahead: Seminar, key: str
) -> None:
    later = ahead.starts_at + timedelta(days=1)
    reschedule_seminar(ahead, starts_at=later, ends_at=later + timedelta(hours=2), by=world.lead)
    moved = entries(key)[1]
    assert (moved.sequence, moved.starts_at, moved.is_cancelled) == (1, later, False)
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    off = entries(key)[1]
    assert (off.uid, off.sequence, off.is_cancelled) == (moved.uid, 2, True)


def test_whoever_joins_after_a_cancellation_never_had_that_session(
    world: World, ahead: Seminar, time_machine: Any
) -> None:
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    late = Enrolment.objects.create(person=a_person(Role.PARTICIPANT), version=world.version)
    Membership.objects.create(enrolment=late, cohort=world.cohort, group=world.group)
    assert [entry for entry in entries(renew_feed(late.person, by=None)) if entry.is_cancelled] == []
    assert [entry.is_cancelled for entry in entries(renew_feed(world.facilitator, by=None))] == [False, True]


def test_the_sequence_never_falls_behind_what_was_sent_by_email(
    world: World, ahead: Seminar, member: Enrolment
) -> None:
    for way in (CalendarWay.INVITATIONS, CalendarWay.NONE, CalendarWay.INVITATIONS):
        choose_calendar(member.person, way=way, by=None)
    key = choose_calendar(member.person, way=CalendarWay.FEED, by=None)
    assert key
    assert entries(key)[1].sequence == 3


def test_whoever_has_withdrawn_reads_what_has_been_and_nothing_to_come(
    world: World, ahead: Seminar, member: Enrolment, key: str
) -> None:
    AttendanceMark.objects.create(seminar=world.seminar, enrolment=member, status="present", minutes=120)
    withdraw_enrolment(member, reason="Ill.", by=world.lead)
    assert [entry.starts_at for entry in entries(key)] == [world.seminar.starts_at]


def test_a_feed_is_private_and_leaves_no_trace_of_who_reads_it(ahead: Seminar, key: str) -> None:
    client = Client()
    answer = client.get(f"/calendar/{key}.ics")
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private"
    assert "Cookie" not in answer.headers.get("Vary", "")
    assert client.cookies == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PROPFIND", "REPORT"])
@pytest.mark.parametrize("ending", [".ics", "x.ics", "", ".ics/", "/more.ics"])
@pytest.mark.parametrize("is_secure", [True, False])
def test_the_key_is_written_to_no_log(
    method: str, ending: str, is_secure: bool, ahead: Seminar, key: str, settings: Settings,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    settings.SECURE_SSL_REDIRECT = True
    caplog.set_level("DEBUG", "django")
    caplog.set_level("DEBUG", "django.request")
    path = f"/calendar/{key}{ending}"
    answer = Client(enforce_csrf_checks=True).generic(method, path, secure=is_secure)
    assert key not in caplog.text
    assert key not in answer.wsgi_request.META["PATH_INFO"], "what the web server logs"
    if not is_secure:
        assert answer.headers["Location"] == f"https://testserver{path}"
    elif answer.status_code >= HTTPStatus.BAD_REQUEST:
        assert "/calendar/not-written-down.ics" in caplog.text


def test_a_program_that_has_read_it_is_not_sent_it_again(
    world: World, ahead: Seminar, key: str, time_machine: Any
) -> None:
    path = f"/calendar/{key}.ics"
    first = Client().get(path).headers
    conditions: list[dict[str, str]] = [
        {"If-None-Match": first["ETag"]},
        {"If-Modified-Since": first["Last-Modified"]},
    ]
    time_machine.move_to(NOW + timedelta(hours=1), tick=False)
    for headers in conditions:
        answer = Client().get(path, headers=headers)
        assert (answer.status_code, answer.content) == (HTTPStatus.NOT_MODIFIED, b"")
        assert answer.headers["ETag"] == first["ETag"]
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    for headers in conditions:
        assert Client().get(path, headers=headers).status_code == HTTPStatus.OK


def test_what_changes_without_a_session_changing_is_sent_too(world: World, ahead: Seminar, key: str) -> None:
    path = f"/calendar/{key}.ics"
    since = Client().get(path).headers["Last-Modified"]
    (member,) = world.people
    withdraw_enrolment(member, reason="Ill.", by=world.lead)
    assert Client().get(path, headers={"If-Modified-Since": since}).status_code == HTTPStatus.OK


def test_a_key_that_was_taken_back_is_like_one_that_never_was(member: Enrolment, key: str) -> None:
    renew_feed(member.person, by=None)
    gone, never = (Client().get(f"/calendar/{one}.ics") for one in (key, "x" * len(key)))
    assert (gone.status_code, never.status_code) == (HTTPStatus.NOT_FOUND, HTTPStatus.NOT_FOUND)
    assert gone.content == never.content
    assert gone.headers == never.headers


def test_reading_takes_three_statements_and_writes_once_a_day(
    world: World, ahead: Seminar, key: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = Client()
    with django_assert_num_queries(4):
        client.get(f"/calendar/{key}.ics")
    assert CalendarFeed.objects.get().read_on == NOW.date()
    with CaptureQueriesContext(connection) as captured:
        client.get(f"/calendar/{key}.ics")
    assert [query["sql"].split()[0] for query in captured.captured_queries] == ["SELECT"] * 3


@pytest.mark.parametrize("method", ["post", "put", "delete"])
def test_a_feed_is_only_read(method: str, key: str) -> None:
    assert getattr(Client(), method)(f"/calendar/{key}.ics").status_code == HTTPStatus.METHOD_NOT_ALLOWED
