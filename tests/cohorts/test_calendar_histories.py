"""Whatever becomes of a timetable and of who is where, everybody's calendar shows what the portal does, to the minute.

Random histories of the real actions; what is sent is read by a calendar program that knows only the standards.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import transaction

from cohorts.actions import (
    attend_elsewhere,
    attend_with_own_group,
    cancel_seminar,
    choose_calendar,
    complete_enrolment,
    defer_enrolment,
    plan_cancellation,
    plan_change,
    publish_timetable,
    reinstate_enrolment,
    replace_facilitator,
    reschedule_seminar,
    return_from_deferral,
    schedule_seminar,
    switch_mode,
    tell_every_calendar,
    transfer,
    withdraw_enrolment,
)
from cohorts.kinds import CalendarWay, SessionMode
from cohorts.models import Cohort, Enrolment, Group, GuestPlace, Seminar, Venue
from cohorts.queries import sessions_of
from cohorts.queries.calendars import calendar_of, way_of
from cohorts.queries.drafts import arrangement_of
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item
from npqh_portal.programmes.states import VersionState
from tests.factories import a_cohort, a_group, a_person, a_venue, a_version, an_enrolment, an_item, published

from .calendar_program import Receiver, read

pytestmark = pytest.mark.django_db

HISTORIES = 1000 if os.environ.get("LONG") == "1" else 50
STEPS = 12
# In the eleven days to come the clocks go forward.
NOW = datetime(2026, 3, 18, 12, 0, tzinfo=UTC)
TITLES = ("Lead, teach; learn: \\ and \\n", 'He said "no"', "مدرسة القمر، المجموعة", "👩🏽‍🏫" * 20, "é" * 140)
Shown = tuple[str, datetime, datetime, str, str]


@dataclass
class History:
    """One cohort of two groups, everybody in it with a calendar program, and a hand that changes things at random."""

    random: Random
    time_machine: Any
    now: datetime = NOW
    calendars: dict[int, Receiver] = field(default_factory=dict)
    delivered: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time_machine.move_to(self.now, tick=False)
        version = a_version(state=VersionState.DRAFT)
        self.items: list[Item] = [an_item(version, title=title) for title in TITLES]
        self.items.append(an_item(version, title="Conference", kind=ItemKind.CONFERENCE))
        published(version)
        self.cohort: Cohort = a_cohort(version, starts_on=date(2026, 1, 12))
        self.groups: list[Group] = [a_group(self.cohort), a_group(self.cohort)]
        self.venues: list[Venue] = [
            a_venue(name="Hall, with; signs", address="1 Beck Lane\nTarnhollow"), a_venue(), a_venue(),
        ]  # fmt: skip
        self.facilitators = [a_person(Role.FACILITATOR, full_name=f'Gwen "{n}"; Pike, {n}') for n in range(2)]
        self.enrolments = [an_enrolment(self.cohort, self.groups[n % 2]) for n in range(3)]
        self.people: list[User] = [*self.facilitators, *(one.person for one in self.enrolments)]
        for person in self.people:
            self.calendars[person.pk] = Receiver()
            choose_calendar(person, way=CalendarWay.INVITATIONS, by=person)

    # What may happen

    def schedule(self) -> None:
        starts_at, ends_at = self.times()
        conference = self.random.random() < 0.2
        schedule_seminar(
            self.cohort,
            item=self.items[-1] if conference else self.random.choice(self.items[:-1]),
            group=None if conference else self.random.choice(self.groups),
            facilitator=self.random.choice([None, *self.facilitators]),
            starts_at=starts_at,
            ends_at=ends_at,
            told=self.random.random() < 0.8,
            by=None,
            **self.mode(),
        )

    def reschedule(self) -> None:
        starts_at, ends_at = self.times()
        reschedule_seminar(self.session(), starts_at=starts_at, ends_at=ends_at, by=None)

    def hold_another_way(self) -> None:
        switch_mode(self.session(), **self.mode(), by=None)

    def give_to_somebody_else(self) -> None:
        replace_facilitator(self.session(), facilitator=self.random.choice([None, *self.facilitators]), by=None)

    def cancel(self) -> None:
        cancel_seminar(self.session(), reason="The heating has failed.", by=None)

    def draft(self) -> None:
        session = self.session()
        starts_at, ends_at = self.times()
        plan_change(session, to=replace(arrangement_of(session), starts_at=starts_at, ends_at=ends_at), by=None)

    def draft_a_cancellation(self) -> None:
        plan_cancellation(self.session(), reason="Snow.", by=None)

    def publish(self) -> None:
        publish_timetable(self.cohort, by=None)

    def move(self) -> None:
        transfer(self.enrolment(), cohort=self.cohort, group=self.random.choice([None, *self.groups]), by=None)

    def leave(self) -> None:
        how: Callable[..., object] = self.random.choice([defer_enrolment, withdraw_enrolment])
        how(self.enrolment(), reason="Ill.", by=None)

    def come_back(self) -> None:
        how: Callable[..., object] = self.random.choice([return_from_deferral, reinstate_enrolment])
        more = {"reason": "Well."} if how is reinstate_enrolment else {}
        how(self.enrolment(), cohort=self.cohort, group=self.random.choice(self.groups), by=None, **more)

    def finish(self) -> None:
        complete_enrolment(self.enrolment(), by=None)

    def go_elsewhere(self) -> None:
        attend_elsewhere(self.enrolment(), seminar=self.session(), by=None)

    def stay_with_ones_own(self) -> None:
        attend_with_own_group(self.random.choice(list(GuestPlace.objects.order_by("pk"))), by=None)

    def choose(self) -> None:
        person = self.random.choice(self.people)
        choose_calendar(person, way=self.random.choice(list(CalendarWay)), by=person)

    def read_old_mail(self) -> None:
        """A letter that comes a second time, or late, changes nothing."""
        if self.delivered:
            self.deliver(self.random.choice(self.delivered))

    def wait(self) -> None:
        self.now += timedelta(days=self.random.randrange(1, 9))

    # How it goes on

    def step(self) -> None:
        what = self.random.choices(
            [
                self.schedule, self.reschedule, self.hold_another_way, self.give_to_somebody_else, self.cancel,
                self.draft, self.draft_a_cancellation, self.publish, self.move, self.leave, self.come_back,
                self.finish, self.go_elsewhere, self.stay_with_ones_own, self.choose, self.read_old_mail, self.wait,
            ],
            weights=[24, 8, 6, 6, 6, 6, 2, 6, 6, 4, 6, 1, 4, 2, 4, 4, 3],
        )[0]  # fmt: skip
        self.now += timedelta(minutes=1)
        self.time_machine.move_to(self.now, tick=False)
        with suppress(RuleViolation, LookupError), transaction.atomic():
            what()
        seen = max((message.pk for message in self.delivered), default=0)
        for message in Message.objects.filter(kind="session-invitation", pk__gt=seen).order_by("pk"):
            self.delivered.append(message)
            self.deliver(message)

    def deliver(self, message: Message) -> None:
        assert message.person_id
        self.calendars[message.person_id].receive(message.calendar.encode())

    def times(self) -> tuple[datetime, datetime]:
        """At any hour, on any day of the next weeks; some of them are refused."""
        day = clock.london_date(self.now) + timedelta(days=self.random.randrange(0, 30))
        starts_at = clock.start_of_day(day) + timedelta(minutes=15 * self.random.randrange(92))
        return starts_at.astimezone(UTC), starts_at.astimezone(UTC) + timedelta(minutes=60)

    def mode(self) -> dict[str, Any]:
        mode = self.random.choice(list(SessionMode))
        link = "" if mode is SessionMode.FACE_TO_FACE else "https://meet.example/secret"
        venue = None if mode is SessionMode.ONLINE else self.random.choice(self.venues)
        return {"mode": mode.value, "venue": venue, "joining_url": link}

    def session(self) -> Seminar:
        return self.random.choice(list(Seminar.objects.order_by("pk")))

    def enrolment(self) -> Enrolment:
        return Enrolment.objects.get(pk=self.random.choice(self.enrolments).pk)

    # What must hold

    def portal_shows(self, person: User) -> set[Shown]:
        return {
            (
                f"session-{session.public_id}@localhost",
                session.starts_at,
                session.ends_at,
                session.item.title,
                place_of(session),
            )
            for session in sessions_of(person)
        }


def place_of(session: Seminar) -> str:
    hall = f"{session.venue.name}, {session.venue.address}".replace("\n", " ").strip(", ") if session.venue else ""
    return {"online": "Online", "hybrid": f"{hall}, and online"}.get(session.mode, hall)


def to_come(shown: set[Shown], at: datetime) -> set[Shown]:
    return {one for one in shown if one[2] > at}


@pytest.mark.parametrize("seed", range(HISTORIES))
def test_every_calendar_shows_what_the_portal_shows(seed: int, time_machine: Any) -> None:
    history = History(Random(seed), time_machine)  # noqa: S311 - no secret
    for number in range(STEPS):
        history.step()
        for person in history.people if number % 6 == 5 else ():
            on_page = history.portal_shows(person)
            calendar = calendar_of(person)
            method, entries = read(calendar)
            assert method == "PUBLISH"
            assert {entry.shown for entry in entries if not entry.is_cancelled} == on_page
            invited = way_of(person) == CalendarWay.INVITATIONS
            in_calendar = to_come(history.calendars[person.pk].shows, history.now)
            assert in_calendar == (to_come(on_page, history.now) if invited else set())
            assert b"meet.example" not in calendar
    assert tell_every_calendar() == 0, "everything was told as it happened"
    assert not any("meet.example" in message.calendar + message.text for message in history.delivered)


def test_histories_are_worth_their_while(time_machine: Any) -> None:
    """They invite, take back, and invite again."""
    history = History(Random(7), time_machine)  # noqa: S311 - no secret
    for _ in range(60):
        history.step()
    entries = [entry for calendar in history.calendars.values() for entry in calendar.has.values()]
    assert sum(entry.is_cancelled for entry in entries) > 3
    assert sum(not entry.is_cancelled for entry in entries) > 3
    assert max(entry.sequence for entry in entries) > 2
    assert sum(calendar.ignored for calendar in history.calendars.values()) > 0
