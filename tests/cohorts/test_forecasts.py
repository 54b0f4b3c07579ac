"""Somebody's list read item by item: the same standing as the one statement, and what it leaves room for, in words."""

import os
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import place_on_cohort, record_completion, record_register
from cohorts.models import CatchUpOffer, Enrolment, PersonalItem
from cohorts.queries.engagement import item_lines, standing_of
from cohorts.queries.enrolments import latest_membership_of
from cohorts.queries.evidence import around, lines_of
from cohorts.queries.forecasts import Recovery, handed_in_of, outlook_of, recoveries
from cohorts.rules.dates import end_of
from cohorts.rules.forecast import ItemState
from cohorts.rules.policy import StandingState
from cohorts.states import SeminarState
from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Rule, Unit
from npqh_portal.programmes.models import PolicyComponent
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.cohorts.test_figures_agree import Rows
from tests.factories import (
    a_cohort,
    a_group,
    a_person,
    a_policy,
    a_seminar,
    a_version,
    an_enrolment,
    an_item,
    published,
)

pytestmark = pytest.mark.django_db

WORLDS = 400 if os.environ.get("LONG") == "1" else 40


def recoveries_of(enrolment: Enrolment, at: datetime) -> list[Recovery]:
    found = around(enrolment, at)
    return recoveries(
        outlook_of(enrolment, at),
        enrolment=enrolment,
        stay=latest_membership_of(enrolment),
        marked=found.marked,
        catch_ups=handed_in_of(enrolment),
    )


@pytest.mark.parametrize("seed", range(WORLDS))
def test_the_list_the_one_statement_and_the_rule_say_the_same_of_random_worlds(seed: int, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    rows = Rows(Random(seed))  # noqa: S311  # a world, not a secret
    at = datetime(2026, 3, 18, rows.random.randint(0, 23), tzinfo=UTC) + timedelta(days=rows.random.randint(-40, 60))
    for one in rows.people:
        found, standing = outlook_of(one, at), standing_of(one, at)
        assert found.standing == standing
        assert found.room.standing == found.forecast.standing == standing.state
        summed = {part.code: (part.credited, part.total) for part in standing.components}
        assert {part.name: (part.credited, part.total) for part in found.forecast.components if part.total} == summed
        assert {item.item.pk: item.line for item in found.items if item.line} == item_lines(one, at)
        way_back = found.way_back
        if way_back is None:
            assert standing.state is StandingState.OUT_OF_REACH
        else:
            assert {item.state for item in way_back} <= {ItemState.RECOVERABLE}
            assert standing.state is StandingState.AT_RISK or not way_back
        if not one.attendance_marks.filter(seminar__state=SeminarState.PLANNED).exists():  # nobody comes to a draft
            assert all(at < end_of(back.send_by) for back in recoveries_of(one, at) if not back.is_sent)
        lines = lines_of(
            found, around(one, at), enrolment=one, stay=latest_membership_of(one), recoveries=(), at=at
        )  # fmt: skip
        assert [line.item for line in lines] == [item.item for item in found.items]


def test_three_statements_read_it_all_however_long_the_list(world: World) -> None:
    (a,) = world.enrol()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert outlook_of(a, NOW).forecast.standing is StandingState.ON_TRACK
    assert len(asked) == 3


def test_a_draft_of_a_policy_changes_nothing(world: World) -> None:
    (a,) = world.enrol()
    before = outlook_of(a, NOW).standing
    draft = world.version.policies.create(number=2, threshold_percent=10)
    PolicyComponent.objects.create(policy=draft, code="none", name="None", number=1, kinds=[])
    assert outlook_of(a, NOW).standing == before
    draft.delete()
    a_policy(world.version, number=2, threshold_percent=50)
    assert outlook_of(a, NOW).policy.threshold_percent == 50


def test_how_each_item_is_known(world: World) -> None:
    a, b = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    record_completion(b, item=world.module, by=world.lead)

    def known(one: Enrolment) -> dict[str, str]:
        lines = lines_of(
            outlook_of(one, NOW), around(one, NOW), enrolment=one, stay=latest_membership_of(one),
            recoveries=recoveries_of(one, NOW), at=NOW,
        )  # fmt: skip
        return {line.item.title: f"{line.fate_label}: {line.how}" for line in lines}

    assert known(a) == {
        "Seminar 1": "To recover: Register: absent, Gwen Ashdown-Pike. Catch-up open until 28 April 2026",
        "Seminar 2": "To come: Not in the timetable yet",
        "Module 1": "Earned: You recorded it as done",
    }
    assert known(b) == {
        "Seminar 1": "To come: Its register is not taken yet",
        "Seminar 2": "To come: Not in the timetable yet",
        "Module 1": "Earned: Recorded as done, Tobias Farrant",
    }


def a_late_joiner(world: World) -> Enrolment:
    """Who joined today; the first seminar was yesterday."""
    late = Enrolment.objects.create(person=a_person(Role.PARTICIPANT), version=world.version)
    PersonalItem.objects.bulk_create(PersonalItem(enrolment=late, item=item) for item in world.version.items.all())
    place_on_cohort(late, cohort=world.cohort, group=world.group, by=world.lead)
    return late


def test_late_joiners_read_why_earlier_sessions_are_as_they_are(world: World) -> None:
    # T47
    late = a_late_joiner(world)
    (back,) = recoveries_of(late, clock.now())
    # Six weeks from 18 March, the day on which they joined.
    assert (back.item, back.was_there, f"{back.send_by}") == (world.seminar_item, False, "2026-04-29")
    lines = lines_of(
        outlook_of(late, NOW), around(late, NOW), enrolment=late, stay=latest_membership_of(late),
        recoveries=[back], at=NOW,
    )  # fmt: skip
    assert next((line.before, line.how) for line in lines) == (
        "you joined on 18 March 2026",
        "Held before you joined on 18 March 2026. Catch-up open until 29 April 2026",
    )


# --- what may still be missed, for every shape of policy -----------------------------------------


def shaped(
    rule: Rule, *shapes: tuple[str, list[ItemKind], Unit, int, int | None], threshold: int = 90, more: int = 0
) -> Enrolment:
    """Ten seminars of two hours, the first of them missed, and five reflections of half an hour, or so many more."""
    version = a_version(state=VersionState.DRAFT, policy=False)
    policy = version.policies.create(rule=rule, threshold_percent=threshold, adopted_at=clock.now())
    for number, (name, kinds, unit, weight, own) in enumerate(shapes, start=1):
        PolicyComponent.objects.create(
            policy=policy, code=name.lower(), name=name, number=number, kinds=[kind.value for kind in kinds],
            unit=unit, weight=weight, threshold_percent=own,
        )  # fmt: skip
    seminars = [an_item(version, title=f"Seminar {number}", number=number) for number in range(1, 11)]
    for number in range(11, 16 + more):
        an_item(version, title=f"Reflection {number}", kind=ItemKind.REFLECTION, minutes=30, number=number)
    published(version)
    cohort = a_cohort(version)
    group = a_group(cohort)
    enrolment = an_enrolment(cohort, group)
    first = a_seminar(cohort, seminars[0], group)
    record_register(first, marks={enrolment.pk: mark("absent")}, by=first.facilitator)
    return enrolment


SEMINARS, REFLECTIONS = [ItemKind.SEMINAR], [ItemKind.REFLECTION]


@pytest.fixture
def _at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


@pytest.mark.usefixtures("_at_noon")
def test_one_sum_of_minutes_is_answered_in_seminars_and_hours() -> None:
    # 1,350 minutes in all, 135 to spare with the catch-up: one seminar, and none if it is left.
    found = outlook_of(shaped(Rule.COMBINED, ("All", SEMINARS + REFLECTIONS, Unit.MINUTES, 1, None)), NOW)
    assert found.can_miss == "You can miss one more seminar if you do the catch-up, and none if you leave it"
    assert found.misses_by_part == [
        "All: you can still miss 2 hours of the 20 hours 30 minutes to come, the catch-up done"
    ]
    assert [(bar.name, bar.unit, bar.threshold) for bar in found.main_bars] == [("All", "minutes", 90)]
    assert found.other_bars == ()
    assert (found.room.alone_shown, found.way_back) == ("91.1", [])


@pytest.mark.usefixtures("_at_noon")
def test_parts_that_are_weighed_are_answered_one_by_one_and_drawn_as_one() -> None:
    # 80 of 100 for seminars, ten of them: a whole one is worth 8; 20 for reflections, five of them: one is worth 4.
    found = outlook_of(
        shaped(
            Rule.COMBINED,
            ("Attendance", SEMINARS, Unit.UNITS, 80, None),
            ("Reflections", REFLECTIONS, Unit.UNITS, 20, None),
        ),
        NOW,
    )
    assert found.can_miss == "You can miss one more seminar if you do the catch-up, and none if you leave it"
    assert found.misses_by_part == [
        "Attendance: you can still miss 1 of the 9 seminars to come, the catch-up done",
        "Reflections: you can still miss 2 of the 5 reflections to come",
    ]
    assert [(bar.name, bar.unit, bar.threshold) for bar in found.main_bars] == [("All parts, weighed", "share", 90)]
    assert [(bar.name, bar.unit, bar.threshold) for bar in found.other_bars] == [
        ("Attendance", "units", 0),
        ("Reflections", "units", 0),
    ]
    earned, to_come, by_catch_up, lost = found.whole
    whole = earned + to_come + by_catch_up + lost
    assert [earned, to_come * 100 // whole, by_catch_up * 100 // whole, lost] == [0, 92, 8, 0]


@pytest.mark.usefixtures("_at_noon")
def test_parts_that_each_count_for_themselves_bear_a_line_each() -> None:
    found = outlook_of(
        shaped(
            Rule.EACH,
            ("Sessions", SEMINARS, Unit.MINUTES, 1, None),
            ("Own study", REFLECTIONS, Unit.MINUTES, 1, 60),
        ),
        NOW,
    )
    assert found.misses_by_part == [
        "Sessions: you can still miss 2 hours of the 18 hours to come, the catch-up done",
        "Own study: you can still miss 1 hour of the 2 hours 30 minutes to come",
    ]
    assert [(bar.name, bar.threshold) for bar in found.main_bars] == [("Sessions", 90), ("Own study", 60)]
    assert found.other_bars == ()


@pytest.mark.usefixtures("_at_noon")
def test_the_way_back_is_named_where_it_is_needed_and_what_becomes_of_them_without() -> None:
    enrolment = shaped(Rule.COMBINED, ("All", SEMINARS, Unit.UNITS, 1, None), threshold=95)
    found = outlook_of(enrolment, NOW)
    assert found.standing.state is StandingState.AT_RISK
    assert found.way_back is not None
    assert [one.item.title for one in found.way_back] == ["Seminar 1"]
    assert found.room.alone_shown == "90.0"
    assert found.can_miss == "You cannot miss another seminar, even with the catch-up"
    (back,) = recoveries_of(enrolment, NOW)
    assert back.takes == 0
    for minutes, ended_at in ((90, None), (50, None), (10, NOW)):
        CatchUpOffer.objects.create(
            item=back.item, way="recording", title="It", words="Watch it", minutes=minutes, ended_at=ended_at
        )
    (back,) = recoveries_of(enrolment, NOW)
    assert back.takes == 50


@pytest.mark.usefixtures("_at_noon")
def test_any_so_many_can_be_missed_and_not_only_the_shortest_of_them() -> None:
    version = a_version(state=VersionState.DRAFT)
    for minutes in (60, 60, 240, 640):
        an_item(version, minutes=minutes)
    cohort = a_cohort(published(version))
    found = outlook_of(an_enrolment(cohort), NOW)
    # A hundred minutes to spare: a seminar of an hour could be missed, and not any seminar.
    assert found.can_miss == "You cannot miss a seminar"
    assert found.forecast.components[0].may_still_miss == 60
