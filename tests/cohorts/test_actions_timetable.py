"""Scheduling, moving, switching and cancelling; and who may be in two places at once: nobody."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from cohorts.actions import (
    cancel_seminar,
    change_link,
    discard_seminar,
    plan_change,
    record_register,
    rehold_seminar,
    replace_facilitator,
    reschedule_seminar,
    schedule_seminar,
    switch_mode,
)
from cohorts.actions.bookings import book, hold
from cohorts.errors import (
    AfterCourse,
    AlreadyBooked,
    BeforeCourse,
    CancelledAlready,
    DayOver,
    EndsAnotherDay,
    FacilitatorAway,
    GroupOfAnotherCohort,
    HourLeftOut,
    HourTwice,
    ItemOfAnotherVersion,
    NoRegisterForKind,
    NotAFacilitator,
    NotCancelled,
    NotTogether,
    ReasonMissing,
    RegisterTaken,
    SeminarCancelled,
    SittingExists,
    StillInDraft,
    TimeOver,
    TimesBackwards,
    ToldAlready,
    VenueMissing,
    VenueRetired,
    VenueTooSmall,
    WeekdayNotOffered,
)
from cohorts.models import Absence, Booking, Cohort, FacilitatorProfile, Seminar, SeminarChange, Venue
from cohorts.queries import dates_of
from cohorts.queries.drafts import Edit, arrangement_of
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
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
    seminar = schedule_seminar(fields.pop("cohort", world.cohort), **fields)
    Message.objects.all().delete()  # what a test looks at is what comes then
    return seminar


def told() -> set[User]:
    return {message.person for message in Message.objects.filter(kind="timetable-changed") if message.person}


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


@pytest.mark.parametrize("until", [timedelta(hours=-1), timedelta(hours=-23), timedelta(0)])
def test_a_sitting_does_not_end_before_it_starts_at_once_or_in_the_draft(world: World, until: timedelta) -> None:
    seminar = schedule(world, facilitator=world.facilitator)
    with pytest.raises(TimesBackwards):
        reschedule_seminar(seminar, starts_at=LATER, ends_at=LATER + until, by=world.lead)
    with pytest.raises(TimesBackwards):
        plan_change(seminar, to=replace(arrangement_of(seminar), ends_at=LATER + until), by=world.lead)
    seminar.refresh_from_db()
    assert (seminar.starts_at, seminar.ends_at) == (LATER, LATER + timedelta(hours=2))


def test_the_time_of_what_is_over_is_put_right_and_nobody_is_told(world: World) -> None:
    world.enrol()
    earlier = NOW - timedelta(hours=3)
    seminar = schedule(world)
    Seminar.objects.filter(pk=seminar.pk).update(starts_at=earlier, ends_at=earlier + timedelta(hours=2))
    Message.objects.all().delete()
    later = earlier + timedelta(minutes=30)
    reschedule_seminar(seminar, starts_at=later, ends_at=later + timedelta(hours=2), by=world.lead)
    assert Message.objects.count() == 0


@pytest.mark.parametrize(
    ("night", "starts", "ends", "refusal"),
    [
        # 1.30am does not come that night: it is the moment of 2.30am.
        (date(2027, 3, 28), time(1, 30), time(2, 30), HourLeftOut),
        (date(2027, 3, 28), time(0, 30), time(1), HourLeftOut),
        (date(2027, 3, 28), time(0, 30), time(2), None),
        (date(2027, 3, 28), time(0), time(0, 59), None),
        (date(2026, 10, 25), time(1, 30), time(3), HourTwice),
        (date(2026, 10, 25), time(0, 30), time(1), HourTwice),
        (date(2026, 10, 25), time(0, 59), time(2), None),
        (date(2026, 3, 30), time(22), time(23, 59), None),
    ],
)
def test_the_nights_the_clocks_change(
    world: World, night: date, starts: time, ends: time, refusal: type[Exception] | None
) -> None:
    starts_at, ends_at = (clock.london_moment(night, at) for at in (starts, ends))
    if refusal is None:
        assert schedule(world, starts_at=starts_at, ends_at=ends_at).starts_at == starts_at
        return
    with pytest.raises(refusal):
        schedule(world, starts_at=starts_at, ends_at=ends_at)
    if refusal is HourTwice:  # as moments there are two of it, and letters cannot say which
        with pytest.raises(refusal):
            schedule(world, starts_at=starts_at.astimezone(UTC), ends_at=ends_at.astimezone(UTC))


def test_nothing_goes_on_past_midnight_in_london(world: World) -> None:
    day = date(2026, 6, 1)
    late = clock.london_moment(day, time(22))
    for hours in (2, 3):
        with pytest.raises(EndsAnotherDay):
            schedule(world, starts_at=late, ends_at=late + timedelta(hours=hours))
    schedule(world, starts_at=late, ends_at=late + timedelta(minutes=119))


def test_the_last_day_of_the_course_is_a_day_to_meet_and_the_next_one_is_not(world: World) -> None:
    last = dates_of(world.cohort).delivery_ends_on
    assert schedule(world, starts_at=clock.london_moment(last, time(10))).pk
    with pytest.raises(AfterCourse, match="The course ends on 12 July 2027"):
        schedule(
            world, item=world.seminar_item, group=a_group(world.cohort),
            starts_at=clock.london_moment(last + timedelta(days=1), time(10)),
        )  # fmt: skip


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


def test_a_second_reason_for_a_cancelled_session_is_refused_and_not_thrown_away_in_silence(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world)
    cancel_seminar(seminar, reason="The hall is flooded.", by=world.lead)
    with pytest.raises(CancelledAlready, match=r"your reason was not kept\. .* “The hall is flooded\.”"):
        cancel_seminar(seminar, reason="Snow", by=world.lead)
    assert Message.objects.filter(person=a.person).count() == 1


def test_nothing_is_put_at_a_time_that_has_passed_today(world: World) -> None:
    """It is noon. Nobody could come, and its register would be overdue at once. What is on may last longer."""
    seminar = schedule(world, starts_at=NOW + timedelta(hours=1), ends_at=NOW + timedelta(hours=3))
    for hours in (-10, -1, 0):
        starts_at = NOW + timedelta(hours=hours)
        with pytest.raises(TimeOver, match="That time has passed: it is 12pm"):
            reschedule_seminar(seminar, starts_at=starts_at, ends_at=starts_at + timedelta(hours=2), by=world.lead)
    with pytest.raises(TimeOver):
        schedule(world, item=world.seminar_item, group=None, starts_at=NOW - timedelta(hours=4))
    Seminar.objects.filter(pk=seminar.pk).update(starts_at=NOW - timedelta(hours=1), ends_at=NOW + timedelta(hours=1))
    seminar.refresh_from_db()
    later = NOW + timedelta(hours=2)
    assert reschedule_seminar(seminar, starts_at=seminar.starts_at, ends_at=later, by=world.lead).ends_at == later


def test_whoever_is_to_lead_a_session_reads_that_they_do(world: World) -> None:
    (a,) = world.enrol()
    hall, other = a_venue(), a_person(Role.FACILITATOR)
    seminar = schedule(world, mode="face_to_face", venue=hall)
    Message.objects.all().delete()
    replace_facilitator(seminar, facilitator=other, by=world.lead)
    texts = {one.person: one.text for one in Message.objects.all()}
    assert "you lead it now." in texts[other]
    assert "somebody else leads it" not in texts[other]
    assert "somebody else leads it." in texts[a.person]
    # It is held in person, so there is no link to join by.
    assert all("how to join" not in text for text in texts.values())
    switch_mode(seminar, mode=Mode.ONLINE, by=world.lead)
    assert "See the session’s page, with how to join:" in Message.objects.filter(person=a.person).latest("pk").text


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


# --- halls, and who leads ------------------------------------------------------------------------


def test_a_hall_that_is_too_small_or_retired_is_refused_in_words(world: World) -> None:
    fits, small = a_venue(capacity=24), a_venue(name="Snug", capacity=23)
    retired = a_venue(name="Old Barn", retired_at=NOW)
    with pytest.raises(VenueTooSmall, match="Snug holds 23, and 24 may come"):
        schedule(world, venue=small)
    with pytest.raises(VenueRetired, match="Old Barn is out of use, so nothing is booked or moved there any more"):
        schedule(world, venue=retired)
    assert schedule(world, venue=fits).venue == fits


def test_a_small_hall_does_for_a_small_group_and_not_for_the_whole_cohort(world: World) -> None:
    small = a_venue(capacity=6)
    assert schedule(world, venue=small, group=a_group(world.cohort, capacity=6)).venue == small
    with pytest.raises(VenueTooSmall):
        schedule(world, venue=small, group=None, starts_at=LATER + timedelta(days=1))


def test_the_database_refuses_a_hall_that_is_too_small(world: World) -> None:
    seminar, small = schedule(world, mode=Mode.ONLINE), a_venue(capacity=23)
    during = DateTimeTZRange(LATER, LATER + timedelta(hours=2))
    with pytest.raises(IntegrityError, match="does not hold so many"), transaction.atomic():
        Booking.objects.create(seminar=seminar, venue=small, people=24, during=during)


def test_a_hall_that_shrinks_between_the_look_and_the_booking_is_refused_in_words(world: World) -> None:
    """The trigger's own refusal, told as the rule would have told it."""
    hall = a_venue(name="Shed", capacity=24)
    seminar = schedule(world, venue=hall)
    edit = Edit(seminar, arrangement_of(seminar), replace(arrangement_of(seminar), ends_at=LATER + timedelta(hours=1)))
    rows = hold([edit])
    seminar.bookings.all().delete()
    Venue.objects.filter(pk=hall.pk).update(capacity=5)
    with pytest.raises(VenueTooSmall, match="Shed holds 5, and 24 may come"):
        book([edit], rows)


def test_whoever_is_away_or_does_not_offer_that_weekday_is_not_given_a_session(world: World) -> None:
    day = clock.london_date(LATER)  # a Saturday
    absence = Absence.objects.create(person=world.facilitator, from_on=day, to_on=day)
    with pytest.raises(FacilitatorAway, match="Gwen Ashdown-Pike is away on 28 March 2026"):
        schedule(world)
    absence.delete()
    profile = FacilitatorProfile.objects.create(person=world.facilitator, weekdays="01234")
    with pytest.raises(WeekdayNotOffered, match="leads no sessions on Saturdays"):
        schedule(world)
    FacilitatorProfile.objects.filter(pk=profile.pk).update(weekdays="5")
    seminar = schedule(world)
    with pytest.raises(WeekdayNotOffered, match="Sundays"):
        reschedule_seminar(
            seminar, starts_at=LATER + timedelta(days=1), ends_at=LATER + timedelta(days=1, hours=1), by=None
        )
    Absence.objects.create(person=world.facilitator, from_on=day, to_on=day)
    assert change_link(seminar, joining_url="https://meet.example/x", by=None).joining_url == ""  # nothing to join


def test_what_is_taken_is_said_by_whom_where_and_until_when(world: World) -> None:
    first = schedule(world, venue=a_venue(name="Tarn Hall"))
    with pytest.raises(AlreadyBooked) as refusal:
        schedule(world, item=world.seminar_item, group=a_group(world.cohort), starts_at=LATER + timedelta(hours=1))
    assert str(refusal.value) == (
        f"Gwen Ashdown-Pike is taken on 28 March 2026 from midday to 2pm, for “Seminar 2” of {first.group} "
        "at Tarn Hall. Choose another time, or another one."
    )


# --- who leads, and how one joins ----------------------------------------------------------------


def test_a_session_is_led_by_somebody_else_by_nobody_and_by_somebody_again(world: World) -> None:
    (a,) = world.enrol()
    seminar, other = schedule(world), a_person(Role.FACILITATOR, full_name="Orla Thwaite")
    for facilitator, people, words in (
        (other, {a.person, world.facilitator, other}, "Led by: Orla Thwaite"),
        (None, {a.person, other}, "Led by: Somebody still to be found"),
        (world.facilitator, {a.person, world.facilitator}, "Led by: Gwen Ashdown-Pike"),
    ):
        Message.objects.all().delete()
        for _ in range(2):
            seminar = replace_facilitator(seminar, facilitator=facilitator, by=world.lead)
        assert (seminar.facilitator, told(), Message.objects.count()) == (facilitator, people, len(people))
        assert words in Message.objects.get(person=a.person).text
        booked = set(Booking.objects.filter(seminar=seminar).values_list("facilitator", flat=True)) - {None}
        assert booked == ({facilitator.pk} if facilitator else set())
    assert [change.what for change in seminar.changes.all()] == [["facilitator"]] * 3 + [["new"]]


def test_whoever_leads_no_more_is_told_just_that(world: World) -> None:
    seminar = schedule(world)
    replace_facilitator(seminar, facilitator=a_person(Role.FACILITATOR), by=world.lead)
    letter = Message.objects.get(person=world.facilitator)
    assert letter.subject == "You no longer lead Seminar 2 on 28 March 2026"
    assert "Led by" not in letter.text
    assert "/facilitator/registers/" in letter.text


@pytest.mark.parametrize("who", ["nobody's", "busy"])
def test_not_everybody_can_take_a_session_over(world: World, who: str) -> None:
    seminar = schedule(world)
    person = a_person() if who == "nobody's" else a_person(Role.FACILITATOR)
    if who == "busy":
        schedule(world, item=world.seminar_item, group=a_group(world.cohort), facilitator=person)
    with pytest.raises(NotAFacilitator if who == "nobody's" else AlreadyBooked):
        replace_facilitator(seminar, facilitator=person, by=world.lead)
    seminar.refresh_from_db()
    assert (seminar.facilitator, seminar.revision) == (world.facilitator, 0)


def test_another_link_is_told_of_and_stands_in_no_letter_and_no_log(world: World) -> None:
    (a,) = world.enrol()
    seminar = schedule(world, mode="hybrid", venue=a_venue(), joining_url="https://meet.example/old")
    change_link(seminar, joining_url="https://meet.example/new", by=world.lead)
    seminar.refresh_from_db()
    assert (seminar.joining_url, seminar.revision, told()) == (
        "https://meet.example/new", 1, {a.person, world.facilitator},
    )  # fmt: skip
    letter = Message.objects.get(person=a.person)
    assert "another joining link" in letter.text
    assert f"/sessions/{seminar.public_id}/" in letter.text
    stored = [letter.text, *Entry.objects.values_list("payload", flat=True)]
    stored += [str((one.before, one.after)) for one in SeminarChange.objects.all()]
    assert "meet.example" not in "".join(stored)


def test_a_hybrid_session_has_a_hall_and_a_link(world: World) -> None:
    hall = a_venue()
    seminar = schedule(world, mode="hybrid", venue=hall, joining_url="https://meet.example/1")
    assert (seminar.venue, seminar.joining_url, seminar.bookings.count()) == (hall, "https://meet.example/1", 3)
    with pytest.raises(VenueMissing):
        switch_mode(seminar, mode="hybrid", joining_url="https://meet.example/1", by=None)
    in_person = switch_mode(seminar, mode="face_to_face", venue=hall, joining_url="https://meet.example/1", by=None)
    assert (in_person.joining_url, in_person.changes.first().what) == ("", ["switched"])


# --- planned, and held anew ----------------------------------------------------------------------


def test_what_is_planned_is_changed_and_discarded_without_a_word(world: World) -> None:
    world.enrol()
    seminar = schedule(world, told=False)
    assert (seminar.state, seminar.bookings.count()) == ("planned", 3)
    seminar = reschedule_seminar(
        seminar, starts_at=LATER + timedelta(days=1), ends_at=LATER + timedelta(days=1, hours=1), by=world.lead
    )
    seminar = switch_mode(seminar, mode="online", by=world.lead)
    seminar = replace_facilitator(seminar, facilitator=None, by=world.lead)
    assert (seminar.revision, seminar.bookings.count(), Message.objects.count()) == (0, 1, 0)
    assert SeminarChange.objects.count() == 0
    with pytest.raises(StillInDraft):
        cancel_seminar(seminar, reason="Snow", by=world.lead)
    for _ in range(2):
        discard_seminar(seminar, by=world.lead)
    assert not Seminar.objects.filter(pk=seminar.pk).exists()
    assert Booking.objects.count() == 0
    assert Entry.objects.filter(verb="seminar.discarded").count() == 1


def test_what_people_know_of_is_not_discarded(world: World) -> None:
    seminar = schedule(world)
    with pytest.raises(ToldAlready):
        discard_seminar(seminar, by=world.lead)


def test_in_a_draft_cohort_everything_is_planned(world: World) -> None:
    cohort = a_cohort(world.version, state=CohortState.DRAFT, starts_on=world.cohort.starts_on)
    assert schedule(world, cohort=cohort, group=a_group(cohort)).state == "planned"


def test_what_was_cancelled_is_held_anew_and_counts_again(world: World) -> None:
    # T48
    (a,) = world.enrol()
    seminar = schedule(world)
    with pytest.raises(NotCancelled):
        rehold_seminar(seminar, facilitator=None, starts_at=LATER, ends_at=LATER, mode="online", by=None)
    cancelled = cancel_seminar(seminar, reason="Snow", by=world.lead)
    lists = a.personal_items.filter(item=world.other_item)
    assert lists.get().expectation == "cancelled"
    for told_at_once, expectation in ((False, "cancelled"), (True, "expected")):
        again = rehold_seminar(
            cancelled,
            facilitator=world.facilitator,
            starts_at=LATER,
            ends_at=LATER + timedelta(hours=1),
            mode="online",
            told=told_at_once,
            by=world.lead,
        )
        assert (again.item, again.group) == (seminar.item, seminar.group)
        assert lists.get().expectation == expectation
        if not told_at_once:
            discard_seminar(again, by=world.lead)


def test_with_a_register_the_way_out_is_said(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    with pytest.raises(RegisterTaken, match="Correct the register where a mark is wrong; whoever missed it can catch"):
        cancel_seminar(world.seminar, reason="Snow", by=world.lead)
