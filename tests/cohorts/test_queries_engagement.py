"""Figures of engagement: what is earned, to come, recoverable and lost, at a moment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import (
    adjust_credit,
    cancel_seminar,
    defer_enrolment,
    exempt_item,
    record_completion,
    record_register,
    return_from_deferral,
    schedule_seminar,
    take_back_completion,
    transfer,
)
from cohorts.errors import DeliveryOver, NeedsRegister, NotOnList, NotPlaced
from cohorts.kinds import CatchUpWay
from cohorts.models import CatchUp, Cohort, Completion, Enrolment, Group, LedgerEntry, PersonalItem
from cohorts.queries import figures_for, item_lines, standing_of, standings_of
from cohorts.queries.engagement import cells_of
from cohorts.queries.forecasts import outlook_of
from cohorts.rules.dates import course_dates
from cohorts.rules.policy import StandingState
from npqh_portal import clock
from npqh_portal.programmes.kinds import ItemKind, Mode, Rule, Unit
from npqh_portal.programmes.models import EngagementPolicy, Item, PolicyComponent
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_version, an_enrolment, an_item, published


def parts(enrolment: Enrolment, at: datetime | None = None) -> tuple[int, int, int, int, int]:
    found = standing_of(enrolment, at or clock.now())
    return found.credited, found.to_come, found.recoverable, found.lost, found.total


def test_before_anything_happened_everything_is_to_come(world: World) -> None:
    (a,) = world.enrol()
    assert parts(a) == (0, 420, 0, 0, 420)


def test_a_register_not_yet_taken_costs_nobody_anything(world: World) -> None:
    (a,) = world.enrol()
    assert parts(a, NOW + timedelta(days=300)) == (0, 420, 0, 0, 420)


def test_what_was_missed_is_recoverable_until_the_catch_up_closes_then_lost(world: World) -> None:
    # T46
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    assert parts(a) == (30, 300, 90, 0, 420)
    # The seminar was on 17 March; 42 days on is 28 April, whose last moment is 10.59.59pm UTC.
    assert parts(a, datetime(2026, 4, 28, 22, 59, 59, tzinfo=UTC)) == (30, 300, 90, 0, 420)
    assert parts(a, datetime(2026, 4, 28, 23, 0, tzinfo=UTC)) == (30, 300, 0, 90, 420)


def test_a_catch_up_handed_in_is_pending_until_it_is_decided_however_late(world: World) -> None:
    # T46
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    catch_up = CatchUp.objects.create(
        enrolment=a, seminar=world.seminar, way=CatchUpWay.READING, words="Took notes", send_by=date(2026, 4, 28)
    )
    for at in (NOW, NOW + timedelta(days=300)):
        found = standing_of(a, at)
        assert (found.credited, found.to_come, found.pending, found.recoverable, found.lost) == (30, 300, 90, 0, 0)
    assert item_lines(a, NOW)[world.seminar_item.pk].pending == 90
    # Sent back with a later day, it can be recovered until the end of that one: 4 May, in summer time.
    CatchUp.objects.filter(pk=catch_up.pk).update(state="returned", decided_at=NOW, send_by=date(2026, 5, 4))
    assert parts(a, datetime(2026, 5, 4, 22, 59, 59, tzinfo=UTC)) == (30, 300, 90, 0, 420)
    assert parts(a, datetime(2026, 5, 4, 23, 0, tzinfo=UTC)) == (30, 300, 0, 90, 420)


def test_own_time_work_is_to_come_until_the_last_day_of_the_course(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    # The course began on 12 January 2026: its 18 months end on 12 July 2027, in summer time.
    assert parts(a, datetime(2027, 7, 12, 22, 59, 59, tzinfo=UTC)) == (120, 300, 0, 0, 420)
    assert parts(a, datetime(2027, 7, 12, 23, 0, tzinfo=UTC)) == (120, 0, 0, 300, 420)


@pytest.mark.parametrize(
    "starts_on", [date(2026, 1, 12), date(2024, 8, 31), date(2022, 8, 31), date(2024, 2, 29), date(2024, 11, 30)]
)
def test_the_database_clamps_months_as_the_rule_does(world: World, starts_on: date) -> None:
    cohort = a_cohort(world.version, starts_on=starts_on)
    a = an_enrolment(cohort)
    over = course_dates(starts_on, delivery_months=18, assessment_months=3).delivery_ends_on + timedelta(days=1)
    over_at = clock.start_of_day(over)
    assert parts(a, over_at - timedelta(microseconds=1))[3] == 0
    assert parts(a, over_at)[3] == 420


def test_a_figure_can_be_asked_for_as_it_was(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    record_register(world.seminar, marks={a.pk: mark("caught_up")}, by=world.facilitator)
    assert parts(a, NOW) == (0, 300, 120, 0, 420)
    assert parts(a) == (120, 300, 0, 0, 420)


def test_an_exempt_item_leaves_the_sum(world: World) -> None:
    (a,) = world.enrol()
    exempt_item(a, item=world.other_item, reason="Taught it for years", by=world.lead)
    assert parts(a) == (0, 300, 0, 0, 300)


def test_a_cancelled_seminar_leaves_the_sum_until_it_is_scheduled_again(world: World) -> None:
    # T48
    (a,) = world.enrol()
    cancel_seminar(world.seminar, reason="Snow", by=world.lead)
    assert parts(a) == (0, 300, 0, 0, 300)
    schedule_seminar(
        world.cohort,
        item=world.seminar_item,
        group=world.group,
        facilitator=world.facilitator,
        starts_at=NOW + timedelta(days=7),
        ends_at=NOW + timedelta(days=7, hours=2),
        mode=Mode.ONLINE,
        by=world.lead,
    )
    assert parts(a) == (0, 420, 0, 0, 420)


def test_somebody_who_joins_a_group_whose_seminar_was_cancelled_is_not_expected_at_it(world: World) -> None:
    cancel_seminar(world.seminar, reason="Snow", by=world.lead)
    late = an_enrolment(world.cohort)
    transfer(late, cohort=world.cohort, group=world.group, by=world.lead)
    assert parts(late) == (0, 300, 0, 0, 300)


def test_credit_for_an_item_cancelled_elsewhere_stays(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    other = a_group(world.cohort)
    snowed_off = a_seminar(world.cohort, world.seminar_item, other)
    cancel_seminar(snowed_off, reason="Snow", by=world.lead)
    transfer(a, cohort=world.cohort, group=other, by=world.lead)
    assert parts(a) == (120, 300, 0, 0, 420)


def test_a_late_joiner_can_catch_up_what_was_held_before_for_six_weeks(world: World) -> None:
    # T47
    late = an_enrolment(world.cohort)
    transfer(late, cohort=world.cohort, group=world.group, by=world.lead)
    assert parts(late) == (0, 300, 120, 0, 420)
    joined_on = clock.today()
    closed_at = clock.start_of_day(joined_on + timedelta(days=43))
    assert parts(late, closed_at - timedelta(seconds=1)) == (0, 300, 120, 0, 420)
    assert parts(late, closed_at) == (0, 300, 0, 120, 420)


def test_credit_carries_over_a_deferral_and_what_was_missed_comes_again(world: World, time_machine: Any) -> None:
    # T47
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    defer_enrolment(a, reason="Illness", by=world.lead)
    a_year_on = NOW + timedelta(days=500)
    assert parts(a, a_year_on) == (180, 120, 0, 120, 420)  # nothing of their own time is lost while away
    time_machine.move_to(a_year_on, tick=False)
    cohort = a_cohort(world.version, starts_on=a_year_on.date())
    group = a_group(cohort)
    a_seminar(cohort, world.seminar_item, group, starts_at=a_year_on + timedelta(days=30))
    return_from_deferral(a, cohort=cohort, group=group, by=world.lead)
    assert parts(a) == (180, 240, 0, 0, 420)


def test_exactly_ninety_per_cent_is_met_and_a_minute_less_is_not(db: None) -> None:
    # S36 T49
    version = a_version(state=VersionState.DRAFT)
    big = an_item(version, minutes=4157, kind=ItemKind.MODULE)
    one = an_item(version, minutes=1, kind=ItemKind.MODULE)
    an_item(version, minutes=462, kind=ItemKind.MODULE)
    a = an_enrolment(a_cohort(published(version)))
    record_completion(a, item=big, by=a.person)
    found = standing_of(a, clock.now())
    assert (found.state, found.tenths) == (StandingState.ON_TRACK, 899)
    record_completion(a, item=one, by=a.person)
    found = standing_of(a, clock.now())
    assert (found.state, found.tenths, found.credited, found.total) == (StandingState.MET, 900, 4158, 4620)


def test_parts_with_weights_and_units_have_their_own_figures(db: None) -> None:
    version = a_version(state=VersionState.DRAFT, policy=False)
    policy = EngagementPolicy.objects.create(
        version=version, threshold_percent=90, rule=Rule.COMBINED, adopted_at=clock.now()
    )
    for number, code, kinds, weight, unit in [
        (1, "sessions", [ItemKind.SEMINAR], 50, Unit.MINUTES),
        (2, "study", [ItemKind.MODULE, ItemKind.REFLECTION], 30, Unit.UNITS),
        (3, "webinars", [ItemKind.WEBINAR], 20, Unit.MINUTES),
    ]:
        PolicyComponent.objects.create(
            policy=policy, code=code, name=code, number=number, kinds=kinds, weight=weight, unit=unit
        )
    seminar = an_item(version, minutes=120)
    module = an_item(version, minutes=180, kind=ItemKind.MODULE)
    an_item(version, minutes=30, kind=ItemKind.REFLECTION)
    an_item(version, minutes=45, kind=ItemKind.PRACTICAL_CYCLE)  # in no part: it does not count
    cohort = a_cohort(published(version))
    group = a_group(cohort)
    a = an_enrolment(cohort, group)
    record_register(a_seminar(cohort, seminar, group), marks={a.pk: mark("partly", 90)}, by=None)
    record_completion(a, item=module, by=a.person)
    sessions, study, webinars = figures_for([a.pk], clock.now())[a.pk]
    assert (sessions.credited, sessions.recoverable, sessions.total) == (90, 30, 120)
    assert (study.credited, study.to_come, study.total, study.unit) == (1, 1, 2, "units")
    assert webinars.total == 0
    found = standing_of(a, clock.now())
    assert found.tenths == (50 * 75 + 30 * 50) * 10 // 80
    assert found.state is StandingState.AT_RISK


def test_the_newest_policy_that_was_adopted_counts(world: World) -> None:
    (a,) = world.enrol()
    newer = EngagementPolicy.objects.create(version=world.version, number=2, threshold_percent=80)
    PolicyComponent.objects.create(policy=newer, code="all", name="All", number=1, kinds=[ItemKind.MODULE])
    assert standing_of(a, clock.now()).threshold_percent == 90
    newer.adopted_at = clock.now()
    newer.save()
    found = standing_of(a, clock.now())
    assert (found.threshold_percent, found.total) == (80, 180)


def test_an_empty_list_has_figures_too(world: World) -> None:
    a = Enrolment.objects.create(person=a_person(), version=world.version)
    found = standing_of(a, clock.now())
    assert (found.total, found.tenths, found.has_list, found.is_met) == (0, None, False, False)
    assert standings_of([], clock.now()) == {}


def test_whoever_is_exempt_from_everything_has_met_the_rule_with_nothing_to_show(world: World) -> None:
    (a,) = world.enrol()
    for line in a.personal_items.all():
        exempt_item(a, item=line.item, reason="Taught it for years", by=world.lead)
    found = standing_of(a, clock.now())
    assert (found.total, found.tenths, found.has_list, found.is_met) == (0, None, True, True)


def test_one_person_and_thirty_take_one_statement_and_say_the_same(world: World) -> None:
    Cohort.objects.update(capacity=31)
    Group.objects.update(capacity=31)
    people = world.enrol(30)
    record_register(
        world.seminar, marks={one.pk: mark("partly", 1 + n) for n, one in enumerate(people)}, by=world.facilitator
    )
    with CaptureQueriesContext(connection) as seen:
        together = standings_of([one.pk for one in people], clock.now())
    assert len(seen) == 1
    for one in people:
        with CaptureQueriesContext(connection) as seen:
            assert standing_of(one, clock.now()) == together[one.pk]
        assert len(seen) == 1


def test_items_kinds_and_sums_say_the_same(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 45)}, by=world.facilitator)
    record_completion(a, item=world.module, by=a.person)
    for at in (NOW, NOW + timedelta(days=60), NOW + timedelta(days=700)):
        lines = item_lines(a, at)
        names = ("credited", "to_come", "recoverable", "lost", "worth")
        by_item = tuple(sum(getattr(line, name) for line in lines.values()) for name in names)
        kinds = [(one.credited, one.to_come, one.by_catch_up, one.lost, one.worth) for one in outlook_of(a, at).kinds]
        by_kind = tuple(map(sum, zip(*kinds, strict=True)))
        assert by_item == by_kind == parts(a, at)


# --- what people do in their own time ------------------------------------------------------------


def test_work_done_twice_is_credited_once(world: World) -> None:
    (a,) = world.enrol()
    first = record_completion(a, item=world.module, by=a.person)
    assert record_completion(a, item=world.module, by=world.lead) == first
    assert [(entry.change, entry.source, entry.source_id) for entry in LedgerEntry.objects.all()] == [
        (180, "completion", first.pk)
    ]


def test_work_carried_over_is_not_credited_again(world: World) -> None:
    (a,) = world.enrol()
    LedgerEntry.objects.create(
        enrolment=a, item=world.module, policy=world.version.policies.get(), change=180, source="carried"
    )
    record_completion(a, item=world.module, by=a.person)
    assert parts(a)[0] == 180


def test_what_staff_took_off_is_lost_whatever_is_recorded_later(world: World) -> None:
    (a,) = world.enrol()

    def line(item: Item) -> tuple[int, int, int, int]:
        found = item_lines(a, NOW)[item.pk]
        return found.credited, found.to_come, found.recoverable, found.lost

    record_completion(a, item=world.module, by=a.person)
    adjust_credit(a, item=world.module, credited=60, reason="Half of it was another's", by=world.lead)
    assert line(world.module) == (60, 0, 0, 120)
    take_back_completion(a, item=world.module, by=a.person)
    assert line(world.module) == (0, 60, 0, 120)
    record_completion(a, item=world.module, by=a.person)
    assert line(world.module) == (60, 0, 0, 120)
    record_register(world.seminar, marks={a.pk: mark("partly", 90)}, by=world.facilitator)
    adjust_credit(a, item=world.seminar_item, credited=80, reason="Left at eleven", by=world.lead)
    assert line(world.seminar_item) == (80, 0, 30, 10)
    assert cells_of([a.pk], NOW, items=[world.seminar_item.pk])[0].gone == 10
    record_register(world.seminar, marks={a.pk: mark("caught_up", reason="Decided")}, by=world.facilitator)
    assert line(world.seminar_item) == (110, 0, 0, 10)
    assert parts(a) == (170, 120, 0, 130, 420)


def test_what_has_a_register_is_not_recorded_by_oneself(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(NeedsRegister):
        record_completion(a, item=world.seminar_item, by=a.person)


def test_an_item_off_the_list_is_not_recorded(world: World) -> None:
    (a,) = world.enrol()
    exempt_item(a, item=world.module, reason="Wrote it", by=world.lead)
    with pytest.raises(NotOnList):
        record_completion(a, item=world.module, by=a.person)
    assert Completion.objects.count() == 0


def test_work_counts_until_the_last_moment_of_the_course(world: World, time_machine: Any) -> None:
    a, b = world.enrol(2)
    time_machine.move_to(datetime(2027, 7, 12, 22, 59, 59, tzinfo=UTC), tick=False)
    record_completion(a, item=world.module, by=a.person)
    time_machine.move_to(datetime(2027, 7, 12, 23, 0, tzinfo=UTC), tick=False)
    with pytest.raises(DeliveryOver, match="12 July 2027"):
        record_completion(b, item=world.module, by=b.person)


def test_work_needs_a_place(world: World) -> None:
    a = Enrolment.objects.create(person=a_person(), version=world.version)
    PersonalItem.objects.create(enrolment=a, item=world.module)
    with pytest.raises(NotPlaced):
        record_completion(a, item=world.module, by=a.person)
