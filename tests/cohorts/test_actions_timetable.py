"""Scheduling, moving, switching and cancelling; and who may be in two places at once: nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cohorts.actions import cancel_seminar, record_register, reschedule_seminar, schedule_seminar, switch_mode
from cohorts.errors import (
    AlreadyBooked,
    BeforeCourse,
    DayOver,
    GroupOfAnotherCohort,
    ItemOfAnotherVersion,
    NoRegisterForKind,
    NotAFacilitator,
    NotTogether,
    ReasonMissing,
    RegisterTaken,
    SeminarCancelled,
    SittingExists,
    TimesBackwards,
    VenueMissing,
)
from cohorts.models import Booking, Cohort, Seminar
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_group, a_person, a_venue, a_version, an_item, published

LATER = NOW + timedelta(days=10)


def schedule(world: World, **fields: Any) -> Seminar:
    starts_at = fields.pop("starts_at", LATER)
    fields = {
        "item": world.other_item,
        "group": world.group,
        "facilitator": world.facilitator,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "mode": Mode.FACE_TO_FACE,
        "venue": None,
        "by": world.lead,
    } | fields
    if fields["mode"] == Mode.FACE_TO_FACE and fields["venue"] is None:
        fields["venue"] = a_venue()
    return schedule_seminar(fields.pop("cohort", world.cohort), **fields)


def test_a_seminar_books_venue_facilitator_and_group(world: World) -> None:
    seminar = schedule(world)
    booked = {(b.venue_id, b.facilitator_id, b.group_id) for b in seminar.bookings.all()}
    assert booked == {
        (seminar.venue_id, None, None),
        (None, world.facilitator.pk, None),
        (None, None, world.group.pk),
    }
    assert {b.during for b in seminar.bookings.all()} == {DateTimeTZRange(LATER, LATER + timedelta(hours=2))}


def test_a_conference_books_every_group(world: World) -> None:
    a_group(world.cohort)
    conference = schedule(world, group=None)
    assert conference.bookings.exclude(group=None).count() == 2


def test_one_online_books_no_venue(world: World) -> None:
    seminar = schedule(world, mode=Mode.ONLINE, venue=a_venue(), joining_url="https://meet.example/1")
    assert (seminar.venue, seminar.joining_url, seminar.bookings.count()) == (None, "https://meet.example/1", 2)


@pytest.mark.parametrize("what", ["venue", "facilitator", "group"])
def test_nothing_is_booked_twice_at_a_time(world: World, what: str) -> None:
    first = schedule(world)
    same = {"venue": first.venue, "facilitator": world.facilitator, "group": world.group}[what]
    others = {
        "item": world.seminar_item if what == "group" else world.other_item,
        "group": a_group(world.cohort),
        "facilitator": a_person(Role.FACILITATOR),
    } | {what: same}
    Seminar.objects.filter(pk=world.seminar.pk).delete()
    before = Seminar.objects.count()
    with pytest.raises(AlreadyBooked, match=str(same).split(",", maxsplit=1)[0]):
        schedule(world, starts_at=LATER + timedelta(minutes=119), **others)
    assert Seminar.objects.count() == before
    schedule(world, starts_at=LATER + timedelta(minutes=120), **others)  # back to back is fine


def test_the_database_has_the_last_word_on_bookings(world: World) -> None:
    seminar = schedule(world)
    with pytest.raises(IntegrityError, match="facilitator_is_free"), transaction.atomic():
        Booking.objects.create(
            seminar=seminar,
            facilitator=world.facilitator,
            during=DateTimeTZRange(LATER + timedelta(hours=1), LATER + timedelta(hours=3)),
        )


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        (lambda w: {"facilitator": a_person()}, NotAFacilitator),
        (lambda w: {"item": w.module}, NoRegisterForKind),
        (lambda w: {"ends_at": LATER}, TimesBackwards),
        (lambda w: {"starts_at": NOW - timedelta(days=1)}, DayOver),
        (lambda w: {"cohort": _to_begin(w), "group": None}, BeforeCourse),
        (lambda w: {"mode": Mode.SELF_STUDY}, NotTogether),
        (lambda w: {"group": a_group(a_cohort(w.version))}, GroupOfAnotherCohort),
        (lambda w: {"item": an_item(a_version(state=VersionState.DRAFT))}, ItemOfAnotherVersion),
        (lambda w: {"item": w.seminar_item}, SittingExists),
    ],
)
def test_what_is_not_scheduled(
    world: World, fields: Callable[[World], dict[str, Any]], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        schedule(world, **fields(world))
    assert Booking.objects.count() == 0


def _to_begin(world: World) -> Cohort:
    return a_cohort(world.version, starts_on=clock.london_date(LATER) + timedelta(days=1))


def test_a_sitting_is_not_moved_into_a_day_that_is_over_nor_before_the_course(world: World) -> None:
    seminar = schedule(world)
    for starts_at, refusal in ((NOW - timedelta(days=1), DayOver), (LATER, BeforeCourse)):
        if refusal is BeforeCourse:
            Cohort.objects.filter(pk=world.cohort.pk).update(starts_on=clock.london_date(LATER) + timedelta(days=9))
        with pytest.raises(refusal):
            reschedule_seminar(seminar, starts_at=starts_at, ends_at=starts_at + timedelta(hours=1), by=world.lead)
    seminar.refresh_from_db()
    assert (seminar.starts_at, Message.objects.count()) == (LATER, 0)


def test_what_began_earlier_today_is_put_right_and_nobody_is_told(world: World) -> None:
    world.enrol()
    seminar = schedule(world)
    earlier = NOW - timedelta(hours=3)
    reschedule_seminar(seminar, starts_at=earlier, ends_at=earlier + timedelta(hours=2), by=world.lead)
    assert Message.objects.count() == 0


def test_the_hour_that_the_clocks_leave_out_is_no_time(world: World) -> None:
    """1.30am does not exist that night: it is the moment of 2.30am."""
    night = date(2026, 3, 29)
    starts_at, ends_at = (clock.london_moment(night, time(hour, 30)) for hour in (1, 2))
    with pytest.raises(TimesBackwards):
        schedule(world, starts_at=starts_at, ends_at=ends_at)


def test_a_sitting_in_person_needs_a_venue(world: World) -> None:
    with pytest.raises(VenueMissing):
        schedule_seminar(
            world.cohort,
            item=world.other_item,
            group=world.group,
            facilitator=world.facilitator,
            starts_at=LATER,
            ends_at=LATER + timedelta(hours=2),
            mode=Mode.FACE_TO_FACE,
            by=world.lead,
        )


def test_rescheduling_keeps_the_row_frees_the_old_time_and_tells_once(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    day = timedelta(days=1)
    for _ in range(2):
        reschedule_seminar(seminar, starts_at=LATER + day, ends_at=LATER + day + timedelta(hours=2), by=world.lead)
    seminar.refresh_from_db()
    assert (seminar.starts_at, seminar.revision) == (LATER + day, 1)
    assert {b.during.lower for b in seminar.bookings.all()} == {LATER + day}
    assert {message.person for message in Message.objects.all()} == {a.person, world.facilitator}
    assert Message.objects.count() == 2
    assert "is on 29 March 2026" in Message.objects.get(person=a.person).subject
    assert Entry.objects.filter(verb="seminar.rescheduled").count() == 1


def test_times_are_told_as_london_clocks_show_them(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    summer = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
    reschedule_seminar(seminar, starts_at=summer, ends_at=summer + timedelta(hours=2), by=world.lead)
    assert "Monday 1 June 2026, 1pm to 3pm" in Message.objects.get(person=a.person).text


def test_what_has_been_is_not_rescheduled_nor_cancelled(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    with pytest.raises(RegisterTaken):
        reschedule_seminar(world.seminar, starts_at=LATER, ends_at=LATER + timedelta(hours=2), by=world.lead)
    with pytest.raises(RegisterTaken):
        cancel_seminar(world.seminar, reason="Snow", by=world.lead)


def test_a_seminar_goes_online_with_its_register_and_history(world: World) -> None:
    # S80
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    switched = switch_mode(world.seminar, mode=Mode.ONLINE, joining_url="https://meet.example/2", by=world.lead)
    assert (switched.pk, switched.venue, switched.revision) == (world.seminar.pk, None, 1)
    assert switched.marks.count() == 1
    assert Message.objects.count() == 0  # it has been: nobody needs to know where to go


def test_switching_to_a_hall_that_is_taken_is_refused(world: World) -> None:
    first = schedule(world)
    online = schedule(world, group=a_group(world.cohort), facilitator=a_person(Role.FACILITATOR), mode=Mode.ONLINE)
    with pytest.raises(AlreadyBooked):
        switch_mode(online, mode=Mode.FACE_TO_FACE, venue=first.venue, by=world.lead)
    online.refresh_from_db()
    assert (online.mode, online.revision) == ("online", 0)


def test_cancelling_frees_everything_tells_everybody_and_is_done_once(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    for _ in range(2):
        cancel_seminar(seminar, reason="The hall is flooded.", by=world.lead)
    assert Booking.objects.filter(seminar=seminar).count() == 0
    (letter,) = Message.objects.filter(person=a.person)
    assert letter.subject == f"Cancelled: {world.other_item.title} on 28 March 2026"
    assert "The hall is flooded." in letter.text
    assert Entry.objects.filter(verb="seminar.cancelled").count() == 1
    for act in (
        lambda: switch_mode(seminar, mode=Mode.ONLINE, by=world.lead),
        lambda: reschedule_seminar(seminar, starts_at=LATER, ends_at=LATER + timedelta(hours=1), by=world.lead),
    ):
        with pytest.raises(SeminarCancelled):
            act()


def test_cancelling_needs_a_reason(world: World) -> None:
    with pytest.raises(ReasonMissing):
        cancel_seminar(world.seminar, reason=" ", by=world.lead)


@pytest.mark.django_db(transaction=True)
def test_two_bookings_at_once_of_one_hall_end_in_one_seminar_and_one_sentence() -> None:
    version = a_version(state=VersionState.DRAFT)
    item = an_item(version, kind=ItemKind.SEMINAR)
    published(version)
    venue, start, starts_at = a_venue(), Barrier(2), clock.now() + timedelta(days=10)
    cohort = a_cohort(version)
    sides = [(a_group(cohort), a_person(Role.FACILITATOR)) for _ in range(2)]

    def book(side: tuple[Any, Any]) -> str:
        group, facilitator = side
        try:
            start.wait(timeout=10)
            schedule_seminar(
                cohort,
                item=item,
                group=group,
                facilitator=facilitator,
                starts_at=starts_at,
                ends_at=starts_at + timedelta(hours=2),
                mode=Mode.FACE_TO_FACE,
                venue=venue,
                by=None,
            )
        except AlreadyBooked:
            return "taken"
        else:
            return "booked"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(book, sides)) == ["booked", "taken"]
    assert Seminar.objects.count() == 1
