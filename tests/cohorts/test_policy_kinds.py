"""What a policy lets people catch up, and what becomes of the rest."""

from datetime import timedelta
from typing import Any

import pytest

from cohorts.actions import attend_elsewhere, record_register
from cohorts.actions.catch_up import accept_catch_up, offer_catch_up, return_catch_up, send_catch_up
from cohorts.errors import CannotBeCaughtUp, GuestPlaceTooLate
from cohorts.kinds import CatchUpWay
from cohorts.models import Cohort, Enrolment, LedgerEntry, Seminar
from cohorts.queries import item_lines, standing_of
from cohorts.queries.catch_up import items_to_offer_for, missed_of, to_catch_up
from cohorts.queries.guests import guest_view, places_elsewhere, sittings_elsewhere
from cohorts.rules.policy import StandingState
from npqh_portal import clock
from npqh_portal.programmes.models import EngagementPolicy
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_group, a_person, a_policy, a_seminar

AFTER_LAST_DAY = NOW + timedelta(days=43)


@pytest.fixture
def absent(world: World) -> Enrolment:
    """Somebody who missed the seminar, by its register."""
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
    return somebody


def now_in_force(world: World, **fields: Any) -> EngagementPolicy:
    return a_policy(world.version, number=2, **fields)


def fate(who: Enrolment, world: World) -> tuple[int, int, int]:
    line = item_lines(who, clock.now())[world.seminar_item.pk]
    return line.pending, line.recoverable, line.lost


def test_a_kind_that_cannot_be_caught_up_is_lost_at_once_when_missed(world: World, absent: Enrolment) -> None:
    assert fate(absent, world) == (0, 120, 0)
    now_in_force(world, catch_up_kinds=["conference"])
    assert fate(absent, world) == (0, 0, 120)
    lines = item_lines(absent, NOW)
    assert to_catch_up(absent, lines=lines, stay=None, catch_up_days=42) == []
    assert missed_of(absent, world.seminar_item).missing.send_by is None
    assert list(items_to_offer_for(Cohort.objects.all())) == []
    with pytest.raises(CannotBeCaughtUp, match="A missed seminar cannot be caught up on this programme"):
        send_catch_up(absent, item=world.seminar_item, offer=None, words="It takes time.", by=absent.person)
    with pytest.raises(CannotBeCaughtUp):
        record_register(world.seminar, marks={absent.pk: mark("caught_up")}, by=world.facilitator)
    with pytest.raises(CannotBeCaughtUp):
        offer_catch_up(
            world.seminar_item,
            cohort=None,
            way=CatchUpWay.READING,
            title="Notes",
            words="Read",
            minutes=9,
            by=world.lead,
        )


def test_what_the_policy_lets_people_catch_up_is_offered(world: World) -> None:
    assert set(items_to_offer_for(Cohort.objects.all())) == {world.seminar_item, world.other_item}


def test_what_was_handed_in_before_a_new_policy_is_decided_as_it_would_have_been(
    world: World, absent: Enrolment
) -> None:
    sent = send_catch_up(absent, item=world.seminar_item, offer=None, words="It takes time.", by=absent.person)
    now_in_force(world, catch_up_kinds=[])
    assert fate(absent, world) == (120, 0, 0)
    back = return_catch_up(sent, answer="And why?", send_by=sent.send_by, revision=1, by=world.facilitator)
    assert fate(absent, world) == (0, 120, 0)
    again = send_catch_up(
        absent, item=world.seminar_item, offer=None, words="Because.", revision=back.revision, by=absent.person
    )
    accept_catch_up(again, revision=again.revision, by=world.facilitator)
    assert standing_of(absent, NOW).credited == 120


def test_where_catching_up_earns_nothing_nothing_handed_in_is_pending_or_accepted(
    world: World, absent: Enrolment
) -> None:
    sent = send_catch_up(absent, item=world.seminar_item, offer=None, words="It takes time.", by=absent.person)
    now_in_force(world, catch_up_kinds=[], counted_statuses=["present", "partly"])
    assert fate(absent, world) == (0, 0, 120)
    with pytest.raises(CannotBeCaughtUp):
        accept_catch_up(sent, revision=1, by=world.facilitator)
    assert LedgerEntry.objects.count() == 0


@pytest.fixture
def elsewhere(world: World) -> Seminar:
    """Another group's session of the same item, long to come."""
    host = a_group(world.cohort, a_person())
    return a_seminar(world.cohort, world.seminar_item, host, starts_at=NOW + timedelta(days=90))


def test_a_place_elsewhere_is_taken_by_the_last_day_of_catching_up_and_may_be_used_later(
    world: World, absent: Enrolment, elsewhere: Seminar, time_machine: Any
) -> None:
    time_machine.move_to(AFTER_LAST_DAY - timedelta(days=2), tick=False)
    assert [place.seminar for place in places_elsewhere(absent, world.seminar_item, clock.now())] == [elsewhere]
    attend_elsewhere(absent, seminar=elsewhere, by=absent.person)
    time_machine.move_to(AFTER_LAST_DAY, tick=False)
    line = item_lines(absent, clock.now())[world.seminar_item.pk]
    assert (line.to_come, line.lost) == (120, 0)


def test_out_of_reach_is_final_no_place_elsewhere_undoes_it(
    world: World, absent: Enrolment, elsewhere: Seminar, time_machine: Any
) -> None:
    time_machine.move_to(AFTER_LAST_DAY, tick=False)
    at = clock.now()
    assert standing_of(absent, at).state == StandingState.OUT_OF_REACH
    with pytest.raises(GuestPlaceTooLate, match="has to be taken by the last of them"):
        attend_elsewhere(absent, seminar=elsewhere, by=absent.person)
    assert places_elsewhere(absent, world.seminar_item, at) == []
    assert elsewhere not in sittings_elsewhere(absent, at)
    view = guest_view(absent.person, world.seminar, at)
    assert view is not None
    assert not view.may_ask


def test_nobody_goes_elsewhere_for_a_missed_kind_that_cannot_be_caught_up(
    world: World, absent: Enrolment, elsewhere: Seminar
) -> None:
    assert elsewhere in sittings_elsewhere(absent, NOW)
    now_in_force(world, catch_up_kinds=[])
    with pytest.raises(CannotBeCaughtUp):
        attend_elsewhere(absent, seminar=elsewhere, by=absent.person)
    assert elsewhere not in sittings_elsewhere(absent, NOW)


def test_of_such_a_kind_whoever_has_not_missed_it_yet_may_still_go_elsewhere(world: World) -> None:
    (somebody,) = world.enrol()
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=10))
    host = a_seminar(world.cohort, world.other_item, a_group(world.cohort), starts_at=NOW + timedelta(days=7))
    now_in_force(world, catch_up_kinds=[])
    assert host in sittings_elsewhere(somebody, NOW)
    assert attend_elsewhere(somebody, seminar=host, by=somebody.person).seminar == host
