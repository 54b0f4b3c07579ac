"""Publishing, moving on, windows, and who leads."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from itertools import product
from typing import Any

import pytest

from cohorts import tasks
from cohorts.actions import (
    assign_facilitator,
    book_with_cohort,
    cancel_seminar,
    draft_timetable,
    generate_timetable,
    move_cohort,
    move_cohort_start,
    move_cohorts_on,
    plan_change,
    publish_cohort,
    publish_timetable,
    reschedule_seminar,
    resize_cohort,
    resize_group,
    schedule_seminar,
    set_assessment_window,
)
from cohorts.errors import (
    CohortClosed,
    CohortFull,
    CohortMoveNotAllowed,
    CohortNotBegun,
    DeliveryNotOver,
    FacilitationOutOfOrder,
    FacilitationTooEarly,
    FewerThanTaken,
    HallsTooSmall,
    ItemsUntimetabled,
    NotAFacilitator,
    OutsideNewDates,
    ReasonMissing,
    SessionsOutsideCourse,
    SessionsToCome,
    StartNotMovable,
    StartPassed,
    StillTakingPart,
    TermsTooFew,
    WindowAlreadyOpen,
    WindowMissing,
    WindowOutsidePeriod,
)
from cohorts.models import Booking, Cohort, Enrolment, Seminar
from cohorts.queries import current_facilitator_of, with_places_left
from cohorts.queries.cohorts import plan_window
from cohorts.queries.drafts import arrangement_of
from cohorts.queries.planning import plan_start, readiness, reason_published
from cohorts.states import COHORT_MOVES, CohortState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import words_of
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.roles import Role
from npqh_portal.web.words import day as in_full
from tests.cohorts.conftest import NOW, World
from tests.cohorts.plans import Planning, planning
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_window, an_enrolment


def a_draft(world: World, *, windows: bool = True) -> Cohort:
    return a_cohort(world.version, state=CohortState.DRAFT, starts_on=date(2024, 2, 1), windows=windows)


def test_a_cohort_without_its_first_window_is_not_published(world: World) -> None:
    # S34
    cohort = a_draft(world, windows=False)
    a_window(cohort, number=2, opens_on=date(2025, 9, 15), closes_on=date(2025, 9, 22))
    with pytest.raises(WindowMissing):
        publish_cohort(cohort, by=world.lead)
    cohort.refresh_from_db()
    assert cohort.state == CohortState.DRAFT


def test_a_window_outside_the_period_bars_publishing(world: World) -> None:
    # S33
    cohort = a_draft(world, windows=False)
    a_window(cohort, opens_on=date(2025, 10, 26), closes_on=date(2025, 11, 2))
    with pytest.raises(WindowOutsidePeriod):
        publish_cohort(cohort, by=world.lead)


def test_publishing_twice_publishes_once(world: World) -> None:
    cohort = a_draft(world)
    publish_cohort(cohort, reason="Later", by=world.lead)
    assert publish_cohort(cohort, by=world.lead).state == CohortState.PUBLISHED
    assert Entry.objects.filter(verb="cohort.moved", subject_id=cohort.pk).count() == 1


@pytest.mark.parametrize(("start", "end"), list(product(CohortState, repeat=2)))
def test_every_move_of_a_cohort(world: World, start: CohortState, end: CohortState) -> None:
    cohort = a_draft(world)
    Cohort.objects.filter(pk=cohort.pk).update(state=start)
    if end in COHORT_MOVES[start] or start == end:
        assert move_cohort(cohort, to=end, reason="Agreed with the partner.", by=world.lead).state == end
    else:
        with pytest.raises(CohortMoveNotAllowed):
            move_cohort(cohort, to=end, reason="Agreed with the partner.", by=world.lead)
        cohort.refresh_from_db()
        assert cohort.state == start


def test_a_cohort_goes_into_assessment_after_its_last_day_or_with_a_reason(world: World, time_machine: Any) -> None:
    """18 months from 12 January 2026: the last day is 12 July 2027."""
    time_machine.move_to(datetime(2027, 7, 12, 23, 59, 59, tzinfo=clock.LONDON), tick=False)
    with pytest.raises(DeliveryNotOver, match="The course ends on 12 July 2027"):
        move_cohort(world.cohort, to=CohortState.ASSESSING, reason=" ", by=world.lead)
    time_machine.move_to(datetime(2027, 7, 13, tzinfo=clock.LONDON), tick=False)
    assert move_cohort(world.cohort, to=CohortState.ASSESSING, by=world.lead).state == "assessing"


def test_assessment_before_the_last_day_keeps_its_reason(world: World) -> None:
    move_cohort(world.cohort, to=CohortState.ASSESSING, reason="All sessions were held.", by=world.lead)
    entry = Entry.objects.get(verb="cohort.moved")
    assert words_of(entry) == {"reason": "All sessions were held."}


def test_a_cohort_is_closed_when_nobody_takes_part_or_with_a_reason(world: World) -> None:
    Cohort.objects.filter(pk=world.cohort.pk).update(state=CohortState.ASSESSING)
    (person,) = world.enrol(1)
    with pytest.raises(StillTakingPart, match="One person is still taking part"):
        move_cohort(world.cohort, to=CohortState.CLOSED, by=world.lead)
    Enrolment.objects.filter(pk=person.pk).update(state="deferred")
    assert move_cohort(world.cohort, to=CohortState.CLOSED, by=world.lead).state == "closed"


def test_a_cohort_is_not_closed_while_a_session_is_to_come(world: World) -> None:
    Cohort.objects.filter(pk=world.cohort.pk).update(state=CohortState.ASSESSING)
    ahead = a_seminar(world.cohort, world.other_item, world.group, starts_at=clock.now() + timedelta(days=3))
    with pytest.raises(SessionsToCome, match="One session is still to come"):
        move_cohort(world.cohort, to=CohortState.CLOSED, reason="All is done.", by=world.lead)
    cancel_seminar(ahead, reason="Not needed", by=world.lead)
    assert move_cohort(world.cohort, to=CohortState.CLOSED, reason="All is done.", by=world.lead).state == "closed"


# What the calendar does by itself


def test_cohorts_move_on_by_themselves_on_the_day(world: World, time_machine: Any) -> None:
    def swept(at: datetime) -> tuple[int, str]:
        time_machine.move_to(at, tick=False)
        moved = move_cohorts_on(clock.now())
        cohort.refresh_from_db()
        return moved, cohort.state

    Cohort.objects.exclude(pk=None).update(state=CohortState.CLOSED)
    cohort = a_cohort(world.version, state=CohortState.PUBLISHED, starts_on=date(2026, 9, 7))
    ahead = a_cohort(world.version, state=CohortState.DRAFT, starts_on=date(2026, 9, 7))
    assert swept(datetime(2026, 9, 6, 23, 59, tzinfo=clock.LONDON)) == (0, "published")
    assert swept(datetime(2026, 9, 7, tzinfo=clock.LONDON)) == (1, "running")
    assert swept(datetime(2026, 9, 7, 0, 10, tzinfo=clock.LONDON)) == (0, "running")
    assert swept(datetime(2028, 3, 7, 23, 59, tzinfo=clock.LONDON)) == (0, "running")
    assert swept(datetime(2028, 3, 8, tzinfo=clock.LONDON)) == (1, "assessing")
    assert swept(datetime(2030, 1, 1, tzinfo=clock.LONDON)) == (0, "assessing")
    ahead.refresh_from_db()
    assert ahead.state == "draft"
    assert list(Entry.objects.filter(verb="cohort.moved").values_list("actor_id", flat=True)) == [None, None]


def test_a_late_sweep_makes_up_for_every_move(world: World, time_machine: Any) -> None:
    Cohort.objects.update(state=CohortState.CLOSED)
    cohort = a_cohort(world.version, state=CohortState.PUBLISHED, starts_on=date(2026, 9, 7))
    time_machine.move_to(datetime(2029, 1, 1, tzinfo=clock.LONDON), tick=False)
    assert move_cohorts_on(clock.now()) == 2
    cohort.refresh_from_db()
    assert cohort.state == "assessing"


def test_the_clock_moves_cohorts_on_and_says_so(world: World) -> None:
    Cohort.objects.update(state=CohortState.PUBLISHED)
    tasks.move_cohorts_on()
    tasks.move_cohorts_on()
    world.cohort.refresh_from_db()
    assert world.cohort.state == "running"
    assert Beat.objects.filter(name="cohorts.move_cohorts_on").count() == 1


# What publishing asks for


def test_what_is_not_in_the_timetable_asks_for_a_reason(world: World) -> None:
    plan = planning()
    with pytest.raises(ItemsUntimetabled, match="Webinar 1; Seminar 1; Webinar 2; Seminar 2 and 2 more"):
        publish_cohort(plan.cohort, reason="  ", by=world.lead)
    publish_cohort(plan.cohort, reason="Dates of the halls come in May.", by=world.lead)
    assert reason_published(plan.cohort) == "Dates of the halls come in May."


def test_a_whole_timetable_needs_no_reason_and_keeps_none(world: World) -> None:
    plan = planning()
    digest = draft_timetable(plan.cohort, plan.choice()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    checks = readiness(plan.cohort, today=clock.today())
    assert [check.stands for check in checks] == ["yes", "yes", "yes"]
    publish_cohort(plan.cohort, reason="Just in case.", by=world.lead)
    assert reason_published(plan.cohort) == ""


def test_a_legacy_programme_meets_in_person_in_three_terms(world: World) -> None:
    # S79
    plan = planning(terms_least=3)
    digest = draft_timetable(plan.cohort, plan.choice()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    third = plan.cohort.seminars.filter(item__title="Seminar 3")
    third.update(mode="online", venue=None)
    with pytest.raises(TermsTooFew, match="at least 3 school terms, and they lie in 2"):
        publish_cohort(plan.cohort, reason="It can wait.", by=world.lead)
    first = third.order_by("pk")[0]
    Seminar.objects.filter(pk=first.pk).update(mode="hybrid", venue=plan.venues[0])
    assert publish_cohort(plan.cohort, by=world.lead).state == "published"


def hold_the_first_webinar_on(day: date) -> None:
    starts_at = clock.london_moment(day, time(13))
    ends_at = starts_at + timedelta(minutes=90)
    Seminar.objects.filter(item__title="Webinar 1").update(starts_at=starts_at, ends_at=ends_at)


def test_sessions_outside_the_course_bar_publishing(world: World) -> None:
    plan = planning()
    digest = draft_timetable(plan.cohort, plan.choice()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    hold_the_first_webinar_on(date(2026, 9, 6))
    with pytest.raises(SessionsOutsideCourse, match="Webinar 1, on 6 September 2026, 1pm"):
        publish_cohort(plan.cohort, by=world.lead)


def test_what_lacks_is_told_before_it_is_published(world: World) -> None:
    plan = planning(terms_least=3)
    plan.cohort.windows.all().delete()
    plan.groups[1].facilitations.all().delete()
    Cohort.objects.filter(pk=plan.cohort.pk).update(capacity=60)
    plan.cohort.refresh_from_db()
    told = [(check.words, check.stands) for check in readiness(plan.cohort, today=clock.today())]
    assert told == [
        ("The first assessment window has no dates", "no"),
        ("2 groups, for 40 people in all", "care"),
        ("Groups without a facilitator", "care"),
        ("Not everything is in the timetable", "care"),
        ("Sessions in person lie in 0 school terms; 3 or more are asked for", "no"),
    ]


def test_a_cohort_without_groups_is_published_all_the_same(world: World) -> None:
    cohort = a_draft(world)
    (first, *_) = [one for one in readiness(cohort, today=clock.today()) if "group" in one.words]
    assert (first.words, first.stands) == ("There is no group", "care")
    assert publish_cohort(cohort, reason="Groups come later.", by=world.lead).state == "published"


# Another start


def a_published(world: World) -> Planning:
    plan = planning()
    digest = draft_timetable(plan.cohort, plan.choice()).digest
    generate_timetable(plan.cohort, plan.choice(), digest=digest, by=world.lead)
    publish_cohort(plan.cohort, by=world.lead)
    plan.cohort.refresh_from_db()
    Message.objects.all().delete()
    return plan


def test_a_start_is_moved_and_everybody_it_concerns_is_told_once(world: World) -> None:
    plan = a_published(world)
    placed = an_enrolment(plan.cohort, plan.groups[0]).person
    an_enrolment(world.cohort)  # of another cohort
    moved = move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason="Term begins early.", by=world.lead)
    assert moved.starts_on == date(2026, 9, 1)
    assert set(Message.objects.values_list("person", flat=True)) == {placed.pk, *(one.pk for one in plan.people)}
    letter = Message.objects.get(person=placed)
    assert letter.subject == "Autumn 2026 now begins on 1 September 2026"
    assert "Tuesday 1 September 2026, and not on Monday 7 September 2026. Term begins early." in letter.text
    assert "The course ends: Wednesday 1 March 2028" in letter.text
    assert "/participant/course/" in letter.text
    assert "/facilitator/" in Message.objects.get(person=plan.people[0]).text
    move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason="Again.", by=world.lead)
    assert Message.objects.count() == 3
    move_cohort_start(plan.cohort, starts_on=date(2026, 9, 7), reason="Not after all.", by=world.lead)
    move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason="Now for good.", by=world.lead)
    assert Message.objects.count() == 9


def test_the_dates_of_a_start_are_clamped_and_counted_from_it(world: World) -> None:
    # T13
    cohort = a_draft(world, windows=False)
    move = plan_start(cohort, date(2026, 8, 31))
    assert (move.after.delivery_ends_on, move.after.assessment_ends_on) == (date(2028, 2, 29), date(2028, 5, 31))


def test_what_would_lie_outside_the_new_dates_is_moved_first(world: World) -> None:
    plan = a_published(world)
    hold_the_first_webinar_on(date(2026, 9, 8))
    with pytest.raises(OutsideNewDates, match="Webinar 1, on 8 September 2026, 1pm"):
        move_cohort_start(plan.cohort, starts_on=date(2026, 9, 9), reason="Later.", by=world.lead)
    with pytest.raises(OutsideNewDates, match="assessment window 1, 10 March 2028 to 17 March 2028"):
        move_cohort_start(plan.cohort, starts_on=date(2026, 6, 1), reason="Sooner.", by=world.lead)
    plan.cohort.refresh_from_db()
    assert (plan.cohort.starts_on, Message.objects.count()) == (date(2026, 9, 7), 0)


def test_a_start_stays_once_it_lies_behind(world: World) -> None:
    plan = a_published(world)
    with pytest.raises(StartPassed, match="18 March 2026"):
        move_cohort_start(plan.cohort, starts_on=date(2026, 3, 17), reason="Sooner.", by=world.lead)
    with pytest.raises(ReasonMissing):
        move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason=" ", by=world.lead)
    for state in (CohortState.RUNNING, CohortState.ASSESSING, CohortState.CLOSED):
        Cohort.objects.filter(pk=plan.cohort.pk).update(state=state)
        with pytest.raises(StartNotMovable):
            move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason="Sooner.", by=world.lead)


def test_moving_the_start_of_a_draft_tells_nobody(world: World) -> None:
    plan = planning()
    an_enrolment(plan.cohort, plan.groups[0])
    move_cohort_start(plan.cohort, starts_on=date(2026, 9, 1), reason="Sooner.", by=world.lead)
    assert Message.objects.count() == 0


# Another size


def test_a_group_takes_as_many_as_its_halls_hold_and_no_fewer_than_it_has(world: World) -> None:
    plan = a_published(world)
    group = plan.groups[0]
    an_enrolment(plan.cohort, group)
    an_enrolment(plan.cohort, group)
    with pytest.raises(FewerThanTaken, match="2 people hold places already"):
        resize_group(group, capacity=1, by=world.lead)
    with pytest.raises(HallsTooSmall, match=r"Hall 1 holds 40 \(3 sessions\)"):
        resize_group(group, capacity=41, by=world.lead)
    resize_group(group, capacity=40, by=world.lead)
    booked = Booking.objects.filter(venue=plan.venues[0])
    assert set(booked.values_list("people", flat=True)) == {40}
    assert set(Booking.objects.filter(venue=plan.venues[1]).values_list("people", flat=True)) == {20}
    resize_group(group, capacity=40, by=world.lead)
    assert Entry.objects.filter(verb="group.resized").count() == 1
    resize_group(group, capacity=2, by=world.lead)


def test_a_cohort_takes_no_fewer_than_it_has(world: World) -> None:
    world.enrol(2)
    with pytest.raises(FewerThanTaken):
        resize_cohort(world.cohort, capacity=1, by=world.lead)
    assert resize_cohort(world.cohort, capacity=2, by=world.lead).capacity == 2


def test_a_new_group_is_booked_for_what_the_cohort_does_together(world: World) -> None:
    plan = a_published(world)
    group = a_group(plan.cohort, name="Group 3")
    book_with_cohort(group)
    booked = Booking.objects.filter(group=group).values_list("seminar__item__title", flat=True)
    assert sorted(booked) == ["Webinar 1", "Webinar 2", "Webinar 3"]


def test_dates_of_a_window_change_until_it_opens(world: World) -> None:
    cohort = a_cohort(world.version, starts_on=date(2024, 9, 2), windows=False)  # its course ends on 2 March 2026
    today = NOW.date()
    first = set_assessment_window(
        cohort, number=1, opens_on=today + timedelta(days=2), closes_on=today + timedelta(days=9), by=world.lead
    )
    again = set_assessment_window(cohort, number=1, opens_on=today, closes_on=today + timedelta(days=7), by=world.lead)
    assert (again.pk, again.opens_on) == (first.pk, today)
    with pytest.raises(WindowAlreadyOpen):
        set_assessment_window(
            cohort, number=1, opens_on=today + timedelta(days=1), closes_on=today + timedelta(days=7), by=world.lead
        )
    same = set_assessment_window(cohort, number=1, opens_on=today, closes_on=today + timedelta(days=7), by=world.lead)
    assert same == again
    assert Entry.objects.filter(verb="window.set").count() == 2


def test_another_window_is_told_to_everybody_taking_part_by_one_letter_each(world: World) -> None:
    # S34: the letter of their place named its days
    (here,) = world.enrol()
    (deferred,) = world.enrol(state="deferred")
    an_enrolment(a_cohort(world.version))
    (window,) = world.cohort.windows.all()
    days = {"opens_on": window.opens_on + timedelta(days=3), "closes_on": window.closes_on + timedelta(days=3)}
    assert [one.pk for one in plan_window(world.cohort, number=1, **days).told] == [here.person_id]
    set_assessment_window(world.cohort, number=1, **days, by=world.lead)
    (letter,) = Message.objects.all()
    assert (letter.person, letter.kind) == (here.person, "window-moved")
    assert deferred.person_id != letter.person_id
    assert f"It opens: {in_full(days['opens_on'])}" in letter.text
    assert f"Until now: {in_full(window.opens_on)} to {in_full(window.closes_on)}" in letter.text
    set_assessment_window(world.cohort, number=1, **days, by=world.lead)
    assert Message.objects.count() == 1
    back = {"opens_on": window.opens_on, "closes_on": window.closes_on}
    for again in (back, days):
        set_assessment_window(world.cohort, number=1, **again, by=world.lead)
    assert Message.objects.count() == 3


def test_a_new_window_and_one_of_a_draft_are_told_to_nobody(world: World) -> None:
    world.enrol()
    (window,) = world.cohort.windows.all()
    days = {"opens_on": window.closes_on + timedelta(days=30), "closes_on": window.closes_on + timedelta(days=37)}
    set_assessment_window(world.cohort, number=2, **days, by=world.lead)
    Cohort.objects.update(state=CohortState.DRAFT)
    sooner = {"opens_on": window.opens_on, "closes_on": window.closes_on - timedelta(days=1)}
    set_assessment_window(world.cohort, number=1, **sooner, by=world.lead)
    assert Message.objects.count() == 0


def test_a_closed_cohort_keeps_its_timetable_and_its_windows(world: World) -> None:
    later = {"starts_at": NOW + timedelta(days=7), "ends_at": NOW + timedelta(days=7, hours=2)}
    # A change waits in the draft while it is closed.
    plan_change(world.seminar, to=replace(arrangement_of(world.seminar), facilitator=None), by=world.lead)
    Cohort.objects.update(state=CohortState.CLOSED)
    world.cohort.refresh_from_db()
    world.seminar.refresh_from_db()
    (window,) = world.cohort.windows.all()
    with pytest.raises(CohortClosed, match="This cohort is closed"):
        reschedule_seminar(world.seminar, **later, by=world.lead)
    with pytest.raises(CohortClosed):
        plan_change(world.seminar, to=replace(arrangement_of(world.seminar), **later), by=world.lead)
    with pytest.raises(CohortClosed):
        publish_timetable(world.cohort, by=world.lead)
    with pytest.raises(CohortClosed):
        schedule_seminar(
            world.cohort, item=world.other_item, group=world.group, facilitator=None, **later, mode="online",
            joining_url="https://meet.example/1", by=world.lead,
        )  # fmt: skip
    with pytest.raises(CohortClosed):
        set_assessment_window(
            world.cohort, number=1, opens_on=window.opens_on, closes_on=window.closes_on - timedelta(days=1),
            by=world.lead,
        )  # fmt: skip
    assert Message.objects.count() == 0


def test_a_facilitator_takes_over_from_another_on_a_day(world: World) -> None:
    newcomer = a_person(Role.FACILITATOR)
    today = clock.today()
    first = assign_facilitator(world.group, person=newcomer, from_on=today, by=world.lead)
    assert assign_facilitator(world.group, person=newcomer, from_on=today, by=world.lead) == first
    stays = world.group.facilitations.order_by("pk")
    assert [(one.person, one.to_on) for one in stays] == [(world.facilitator, today), (newcomer, None)]
    assert current_facilitator_of(world.group, today) == newcomer
    assert current_facilitator_of(world.group, today - timedelta(days=1)) == world.facilitator


def test_only_a_facilitator_leads_and_in_order(world: World) -> None:
    with pytest.raises(NotAFacilitator):
        assign_facilitator(world.group, person=a_person(), from_on=clock.today(), by=world.lead)
    with pytest.raises(FacilitationOutOfOrder):
        assign_facilitator(world.group, person=a_person(Role.FACILITATOR), from_on=date(2026, 1, 1), by=world.lead)


def test_nobody_leads_a_group_before_there_was_one(world: World) -> None:
    person, group = a_person(Role.FACILITATOR), a_group(world.cohort)
    with pytest.raises(FacilitationTooEarly, match="Choose 12 January 2026 or a later day"):
        assign_facilitator(group, person=person, from_on=date(2026, 1, 11), by=world.lead)
    assign_facilitator(group, person=person, from_on=date(2026, 1, 12), by=world.lead)
    to_begin = a_group(a_cohort(world.version, starts_on=clock.today() + timedelta(days=60)))
    assign_facilitator(to_begin, person=person, from_on=clock.today(), by=world.lead)


def test_a_cohort_runs_from_its_first_day_on(world: World) -> None:
    cohort = a_cohort(world.version, state=CohortState.PUBLISHED, starts_on=clock.today() + timedelta(days=1))
    with pytest.raises(CohortNotBegun):
        move_cohort(cohort, to=CohortState.RUNNING, by=world.lead)
    Cohort.objects.filter(pk=cohort.pk).update(starts_on=clock.today())
    assert move_cohort(cohort, to=CohortState.RUNNING, by=world.lead).state == "running"


def test_the_refusal_of_a_full_cohort_counts_its_places() -> None:
    assert str(CohortFull(1)).startswith("The one place of this cohort is taken.")
    assert str(CohortFull(2)).startswith("All 2 places of this cohort are taken.")


def test_places_left_are_those_nobody_holds(world: World) -> None:
    world.enrol(3)
    assert with_places_left(Cohort.objects.all()).get(pk=world.cohort.pk).left == 21
