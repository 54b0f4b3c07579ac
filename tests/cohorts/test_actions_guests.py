"""Attending with another group once: who may, who is told, and what stays as it is."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from cohorts.actions import (
    allow_guests,
    attend_elsewhere,
    attend_with_own_group,
    cancel_seminar,
    plan_cancellation,
    publish_timetable,
    record_register,
    rehold_seminar,
    schedule_seminar,
    transfer,
    withdraw_enrolment,
)
from cohorts.errors import (
    FullWithGuests,
    GuestBusy,
    GuestElsewhere,
    GuestPlaceOver,
    NoGuests,
    NothingToAttend,
    NotTakingPart,
    SeminarCancelled,
    SittingAfterCourse,
    SittingBegun,
    SittingFull,
    SittingOfAnotherItem,
    SittingOfOwnGroup,
)
from cohorts.models import AttendanceMark, Cohort, Enrolment, Group, GuestPlace, LedgerEntry, PersonalItem, Seminar
from cohorts.queries import dates_of, item_lines, register_lines, sessions_of, standing_of, who_is_expected, with_roll
from cohorts.queries.guests import places_elsewhere
from cohorts.rules.dates import first_moment
from cohorts.states import CohortState, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import Mode
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_group, a_partner, a_person, a_seminar, a_venue, an_enrolment

OWN_AT, HOST_AT = NOW + timedelta(days=10), NOW + timedelta(days=7)


class Two:
    """Two groups with a sitting of the same item each, to come, and somebody of the first."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.person = world.enrol()[0]
        self.own = sitting(world, world.group, OWN_AT, facilitator=world.facilitator)
        self.host_leader = a_person(Role.FACILITATOR, full_name="Rhona Quillfeather")
        self.other_group = a_group(world.cohort, self.host_leader, name="Group of Rhona")
        self.host = sitting(world, self.other_group, HOST_AT, facilitator=self.host_leader)

    def go(self, **fields: Any) -> GuestPlace:
        return attend_elsewhere(self.person, seminar=fields.get("seminar", self.host), by=self.world.lead)


def sitting(world: World, group: Group | None, starts_at: Any, **fields: Any) -> Seminar:
    return a_seminar(fields.pop("cohort", world.cohort), world.other_item, group, starts_at=starts_at, **fields)


@pytest.fixture
def two(world: World) -> Two:
    return Two(world)


def expected(seminar: Seminar) -> list[Enrolment]:
    return who_is_expected(seminar)


def told(kind: str) -> dict[User | None, str]:
    return {one.person: one.subject for one in Message.objects.filter(kind=kind)}


def test_a_guest_is_expected_at_the_other_groups_session_alone(two: Two) -> None:
    place = two.go()
    assert (place.seminar, place.instead_of) == (two.host, two.own)
    assert (expected(two.host), expected(two.own)) == ([two.person], [])
    ahead = sessions_of(two.person.person).filter(ends_at__gt=NOW)
    assert list(ahead) == [two.host]


def test_the_guest_and_both_facilitators_are_told_and_nobody_else(two: Two) -> None:
    two.world.enrol()
    an_enrolment(two.world.cohort, two.other_group)
    two.go()
    assert set(told("guest-place")) == {two.person.person}
    assert told("guest-expected") == {
        two.host_leader: f"A guest: {two.person.person} comes to Seminar 2 on 25 March 2026",
        two.world.facilitator: f"{two.person.person} attends Seminar 2 with another group",
    }
    assert Message.objects.count() == 3
    assert Entry.objects.filter(verb="guest-place.made").count() == 1


def test_asking_twice_gives_the_same_place_and_tells_once(two: Two) -> None:
    assert two.go() == two.go()
    assert Message.objects.count() == 3


def test_one_facilitator_of_both_is_told_of_the_session_with_the_guest(two: Two) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(facilitator=two.world.facilitator)
    two.go()
    assert list(told("guest-expected").values()) == [
        f"A guest: {two.person.person} comes to Seminar 2 on 25 March 2026"
    ]


def rolls_now() -> dict[int, tuple[int, int]]:
    """By session: how many are to come by its register, and of how many it says nothing yet."""
    rows: Any = with_roll(Seminar.objects.all())
    return {one.pk: (one.roll, one.unmarked) for one in rows}


def close_for_guests(two: Two) -> None:
    Cohort.objects.update(guests_allowed=False)


def fill(two: Two) -> None:
    Group.objects.filter(pk=two.other_group.pk).update(capacity=1)
    an_enrolment(two.world.cohort, two.other_group)


def fill_the_hall(two: Two) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(venue=a_venue(capacity=1))
    an_enrolment(two.world.cohort, two.other_group)


def begin(two: Two) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(starts_at=NOW)


def meet_after_their_course(two: Two) -> None:
    """Of a later cohort, on the day after the last one on which anything is earned."""
    later = a_cohort(two.world.version, starts_on=two.world.cohort.starts_on + timedelta(days=90))
    ends_on = dates_of(two.world.cohort).delivery_ends_on
    starts_at = first_moment(ends_on + timedelta(days=1)) + timedelta(hours=9)
    when = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
    Seminar.objects.filter(pk=two.host.pk).update(cohort=later, group=a_group(later), **when)
    two.host.refresh_from_db()


def call_off(two: Two) -> None:
    cancel_seminar(two.host, reason="Flood.", by=None)


def in_draft(two: Two) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(state="planned")


def leave(two: Two) -> None:
    withdraw_enrolment(two.person, reason="Moved away.", by=None)


def credit(two: Two) -> None:
    policy = two.world.version.policies.get()
    LedgerEntry.objects.create(
        enrolment=two.person, item=two.world.other_item, policy=policy, change=120, source=LedgerEntry.Source.ADJUSTMENT
    )


def exempt(two: Two) -> None:
    PersonalItem.objects.filter(enrolment=two.person, item=two.world.other_item).update(expectation="exempt")


def be_a_guest_elsewhere(two: Two) -> None:
    third = sitting(two.world, a_group(two.world.cohort), HOST_AT + timedelta(days=1))
    two.go(seminar=third)


def be_busy(two: Two) -> None:
    a_seminar(two.world.cohort, two.world.module, two.world.group, starts_at=HOST_AT + timedelta(minutes=119))


def belong_there(two: Two) -> None:
    transfer(two.person, cohort=two.world.cohort, group=two.other_group, by=None)


@pytest.mark.parametrize(
    ("what", "refusal"),
    [
        (close_for_guests, NoGuests),
        (fill, SittingFull),
        (fill_the_hall, SittingFull),
        (begin, SittingBegun),
        (meet_after_their_course, SittingAfterCourse),
        (call_off, SeminarCancelled),
        (in_draft, SeminarCancelled),
        (leave, NotTakingPart),
        (credit, NothingToAttend),
        (exempt, SittingOfAnotherItem),
        (be_a_guest_elsewhere, GuestElsewhere),
        (be_busy, GuestBusy),
        (belong_there, SittingOfOwnGroup),
    ],
)
def test_it_is_refused_in_words(two: Two, what: Callable[[Two], None], refusal: type[Exception]) -> None:
    what(two)
    two.person.refresh_from_db()
    before = GuestPlace.objects.count()
    with pytest.raises(refusal):
        two.go()
    assert GuestPlace.objects.count() == before
    assert two.host not in [place.seminar for place in places_elsewhere(two.person, two.world.other_item, NOW)]


def test_guests_take_places_and_the_last_one_is_given(two: Two) -> None:
    Group.objects.filter(pk=two.other_group.pk).update(capacity=1)
    second = two.world.enrol()[0]
    assert [place.left for place in places_elsewhere(second, two.world.other_item, NOW)] == [1]
    two.go()
    assert places_elsewhere(second, two.world.other_item, NOW) == []
    with pytest.raises(SittingFull, match="The one place"):
        attend_elsewhere(second, seminar=two.host, by=None)


def test_back_to_back_with_another_session_is_fine(two: Two) -> None:
    a_seminar(two.world.cohort, two.world.module, two.world.group, starts_at=HOST_AT + timedelta(minutes=120))
    two.go()
    assert expected(two.host) == [two.person]


def test_a_conference_of_another_cohort_takes_guests_too(two: Two) -> None:
    another = a_cohort(two.world.version)
    conference = sitting(two.world, None, HOST_AT + timedelta(days=2), cohort=another)
    two.go(seminar=conference)
    assert (expected(conference), expected(two.own)) == ([two.person], [])


def test_given_up_the_guest_goes_with_their_own_group_and_all_are_told(two: Two) -> None:
    place = two.go()
    Message.objects.all().delete()
    attend_with_own_group(place, by=two.person.person)
    assert (expected(two.host), expected(two.own)) == ([], [two.person])
    assert told("guest-place") == {two.person.person: "You attend Seminar 2 with your own group, on 28 March 2026"}
    assert told("guest-expected") == {
        two.host_leader: f"{two.person.person} does not come to Seminar 2 on 25 March 2026",
        two.world.facilitator: f"{two.person.person} comes to Seminar 2 on 28 March 2026 after all",
    }
    attend_with_own_group(place, by=two.person.person)
    assert Message.objects.count() == 3
    again = two.go()
    assert (again.pk != place.pk, expected(two.host)) == (True, [two.person])


def test_it_is_not_given_up_once_its_session_has_begun(two: Two, time_machine: Any) -> None:
    Seminar.objects.filter(pk=two.own.pk).update(starts_at=HOST_AT - timedelta(days=1), ends_at=HOST_AT)
    place = two.go()
    time_machine.move_to(HOST_AT, tick=False)
    with pytest.raises(GuestPlaceOver):
        attend_with_own_group(place, by=None)


def test_whoever_missed_it_may_go_with_their_own_group_later_and_stays_on_the_register(
    two: Two, time_machine: Any
) -> None:
    place = two.go()
    time_machine.move_to(HOST_AT + timedelta(hours=3), tick=False)
    attend_with_own_group(place, by=None)
    assert [line.enrolment for line in register_lines(two.host, clock.now())] == [two.person]
    assert expected(two.own) == [two.person]
    record_register(two.host, marks={two.person.pk: mark("absent")}, by=two.host_leader)
    third = sitting(two.world, a_group(two.world.cohort), OWN_AT + timedelta(days=1))
    two.go(seminar=third)
    assert (expected(two.own), expected(third)) == ([], [two.person])


def test_a_guest_stands_on_the_hosts_register_and_not_on_their_own(two: Two, time_machine: Any) -> None:
    two.go()
    time_machine.move_to(OWN_AT + timedelta(hours=3), tick=False)
    assert [(line.enrolment, line.guest_from) for line in register_lines(two.host, clock.now())] == [
        (two.person, two.world.group.name)
    ]
    assert register_lines(two.own, clock.now()) == []
    rolls = rolls_now()
    assert (rolls[two.host.pk], rolls[two.own.pk]) == ((1, 1), (0, 0))
    record_register(two.host, marks={two.person.pk: mark("present")}, by=two.host_leader)
    rolls = rolls_now()
    assert rolls[two.host.pk] == (1, 0)
    assert LedgerEntry.objects.get(enrolment=two.person).change == 120


def test_what_is_expected_and_earned_stays_the_same_and_follows_the_guest(two: Two, time_machine: Any) -> None:
    before = standing_of(two.person, NOW)
    two.go()
    assert standing_of(two.person, NOW) == before
    time_machine.move_to(HOST_AT + timedelta(hours=3), tick=False)
    record_register(two.host, marks={two.person.pk: mark("absent")}, by=None)
    missed = standing_of(two.person, clock.now())
    assert (missed.total, missed.credited, missed.recoverable) == (before.total, before.credited, 120)
    record_register(two.host, marks={two.person.pk: mark("present")}, by=None)
    there = standing_of(two.person, clock.now())
    assert (there.total, there.credited) == (before.total, before.credited + 120)


def test_the_own_session_going_by_unmarked_is_not_waited_for(two: Two, time_machine: Any) -> None:
    """The guest missed the host's; their own group's would still be to come by its date alone."""
    Seminar.objects.filter(pk=two.own.pk).update(starts_at=HOST_AT - timedelta(days=1), ends_at=HOST_AT)
    two.go()
    time_machine.move_to(HOST_AT + timedelta(hours=3), tick=False)
    record_register(two.host, marks={two.person.pk: mark("absent")}, by=None)
    assert standing_of(two.person, clock.now()).recoverable == 120


def test_somebody_who_missed_their_own_can_earn_it_as_a_guest(two: Two, time_machine: Any) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(
        starts_at=OWN_AT + timedelta(days=9), ends_at=OWN_AT + timedelta(days=10)
    )
    two.host.refresh_from_db()
    time_machine.move_to(OWN_AT + timedelta(hours=3), tick=False)
    record_register(two.own, marks={two.person.pk: mark("absent")}, by=None)
    place = two.go()
    assert place.instead_of is None
    assert standing_of(two.person, clock.now()).to_come >= 120
    time_machine.move_to(two.host.ends_at, tick=False)
    record_register(two.host, marks={two.person.pk: mark("present")}, by=None)
    assert LedgerEntry.objects.filter(enrolment=two.person).get().change == 120
    assert AttendanceMark.objects.filter(enrolment=two.person).count() == 2


def test_a_cancelled_session_sends_its_guests_back_with_a_letter(two: Two) -> None:
    place = two.go()
    Message.objects.all().delete()
    cancel_seminar(two.host, reason="Flood.", by=two.world.lead)
    place.refresh_from_db()
    assert place.ended_at == NOW
    assert expected(two.own) == [two.person]
    assert set(told("timetable-changed")) == {two.host_leader}
    assert told("guest-place") == {two.person.person: "You attend Seminar 2 with your own group, on 28 March 2026"}
    assert "to which you were to come, does not take place: Flood." in Message.objects.get(kind="guest-place").text
    assert set(told("guest-expected")) == {two.world.facilitator}


def test_a_guest_with_no_session_of_their_own_ahead_gets_the_letter_of_the_others(two: Two) -> None:
    two.go()
    cancel_seminar(two.own, reason="Snow.", by=two.world.lead)
    Message.objects.all().delete()
    cancel_seminar(two.host, reason="Flood.", by=two.world.lead)
    assert set(told("timetable-changed")) == {two.person.person, two.host_leader}
    assert told("guest-place") == {}


def test_when_both_sessions_of_a_guest_are_cancelled_at_once_one_letter_tells_of_it(two: Two) -> None:
    two.go()
    Message.objects.all().delete()
    for seminar in (two.own, two.host):
        plan_cancellation(seminar, reason="Flood.", by=two.world.lead)
    publish_timetable(two.world.cohort, by=two.world.lead)
    assert [one.kind for one in Message.objects.filter(person=two.person.person)] == ["timetable-changed"]


def test_an_own_session_held_anew_does_not_expect_its_guest_elsewhere(two: Two) -> None:
    two.go()
    cancelled = cancel_seminar(two.own, reason="Flood.", by=None)
    Message.objects.all().delete()
    anew = rehold_seminar(
        cancelled, facilitator=two.world.facilitator, starts_at=OWN_AT, ends_at=OWN_AT + timedelta(hours=2),
        mode=Mode.ONLINE, by=None,
    )  # fmt: skip
    assert (expected(anew), expected(two.host)) == ([], [two.person])
    assert set(told("timetable-changed")) == {two.world.facilitator}
    item = PersonalItem.objects.get(enrolment=two.person, item=two.world.other_item)
    assert item.expectation == PersonalItem.Expectation.EXPECTED


def test_what_an_own_group_lacks_is_expected_again_for_a_guest(two: Two) -> None:
    cancel_seminar(two.own, reason="Flood.", by=None)
    item = PersonalItem.objects.get(enrolment=two.person, item=two.world.other_item)
    assert item.expectation == PersonalItem.Expectation.CANCELLED
    place = two.go()
    item.refresh_from_db()
    assert item.expectation == PersonalItem.Expectation.EXPECTED
    attend_with_own_group(place, by=None)
    item.refresh_from_db()
    assert item.expectation == PersonalItem.Expectation.CANCELLED


def test_a_move_to_another_group_ends_what_is_to_come_and_keeps_what_was(two: Two, time_machine: Any) -> None:
    two.go()
    time_machine.move_to(HOST_AT + timedelta(hours=3), tick=False)
    record_register(two.host, marks={two.person.pk: mark("present")}, by=None)
    before = standing_of(two.person, clock.now())
    third = a_group(two.world.cohort)
    transfer(two.person, cohort=two.world.cohort, group=third, by=None)
    assert standing_of(two.person, clock.now()) == before
    assert [line.enrolment for line in register_lines(two.host, clock.now())] == [two.person]


def test_the_database_keeps_one_place_instead_of_a_session(two: Two) -> None:
    two.go()
    third = sitting(two.world, a_group(two.world.cohort), HOST_AT + timedelta(days=1))
    with pytest.raises(IntegrityError, match="sent_to_one_place_instead"), transaction.atomic():
        GuestPlace.objects.create(enrolment=two.person, seminar=third, instead_of=two.own)


def test_other_partners_sessions_are_not_offered(two: Two) -> None:
    another = a_cohort(two.world.version, delivery_partner=a_partner())
    sitting(two.world, a_group(another), HOST_AT, cohort=another)
    assert [one.seminar for one in places_elsewhere(two.person, two.world.other_item, NOW)] == [two.host]


def test_whoever_has_finished_is_no_guest(two: Two) -> None:
    Enrolment.objects.filter(pk=two.person.pk).update(state=EnrolmentState.COMPLETED)
    with pytest.raises(NotTakingPart):
        two.go()


def test_a_cohort_that_is_closed_takes_nobody(two: Two) -> None:
    Cohort.objects.update(state=CohortState.CLOSED)
    with pytest.raises(SeminarCancelled):
        two.go()


def test_a_new_sitting_of_the_own_group_still_counts_for_others(two: Two) -> None:
    """Only the guest keeps away from it."""
    another = two.world.enrol()[0]
    Seminar.objects.filter(pk=two.own.pk).delete()
    two.go()
    own = schedule_seminar(
        two.world.cohort, item=two.world.other_item, group=two.world.group, facilitator=two.world.facilitator,
        starts_at=OWN_AT, ends_at=OWN_AT + timedelta(hours=2), mode=Mode.ONLINE, by=None,
    )  # fmt: skip
    assert expected(own) == [another]


def test_nobody_is_placed_where_a_hall_is_full_with_guests(two: Two) -> None:
    Seminar.objects.filter(pk=two.host.pk).update(venue=a_venue(name="Small Hall", capacity=1))
    place = two.go()
    another = two.world.enrol()[0]
    with pytest.raises(FullWithGuests, match="“Seminar 2” on 25 March 2026, and Small Hall holds 1"):
        transfer(another, cohort=two.world.cohort, group=two.other_group, by=None)
    transfer(two.person, cohort=two.world.cohort, group=two.other_group, by=None)  # the guest themself fits in
    place.refresh_from_db()
    assert place.ended_at == NOW


def test_guests_are_welcome_or_not_as_a_lead_says(two: Two) -> None:
    for _ in range(2):
        allow_guests(two.world.cohort, allowed=False, by=two.world.lead)
    with pytest.raises(NoGuests):
        two.go()
    assert Entry.objects.filter(verb="cohort.guests-allowed").count() == 1
    allow_guests(two.world.cohort, allowed=True, by=two.world.lead)
    two.go()


def test_a_place_after_the_end_of_ones_own_course_earns_nothing(two: Two) -> None:
    """One that was taken before it was refused, or whose session has been moved since."""
    GuestPlace.objects.create(enrolment=two.person, seminar=two.host, instead_of=two.own)
    over = first_moment(dates_of(two.world.cohort).delivery_ends_on + timedelta(days=1))
    for starts_at, lost in ((over - timedelta(minutes=1), 0), (over, 120)):
        when = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)}
        Seminar.objects.filter(pk=two.host.pk).update(**when)
        found = item_lines(two.person, over)[two.world.other_item.pk]
        assert (found.to_come, found.lost) == (120 - lost, lost), starts_at


def test_a_guest_place_instead_of_nothing_leaves_their_own_sessions_to_come(two: Two) -> None:
    third = a_seminar(two.world.cohort, two.world.module, two.other_group, starts_at=HOST_AT)
    before = item_lines(two.person, NOW)[two.world.other_item.pk]
    GuestPlace.objects.create(enrolment=two.person, seminar=third)
    mark_all_over = HOST_AT + timedelta(days=900)
    Seminar.objects.filter(pk=two.own.pk).update(starts_at=mark_all_over, ends_at=mark_all_over + timedelta(hours=2))
    assert item_lines(two.person, mark_all_over)[two.world.other_item.pk].to_come == before.to_come == 120
