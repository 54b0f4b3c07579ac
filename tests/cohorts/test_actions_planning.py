"""Timetables made from a pattern: what is written, what is left alone, and what is refused."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from cohorts.actions import draft_timetable, generate_timetable, publish_cohort
from cohorts.errors import CohortNotPlanned, PlanEmpty, PlanOutdated
from cohorts.models import Absence, Booking, Cohort, FacilitatorProfile, SchoolTerm, Seminar, Venue
from cohorts.queries.planning import Held, PlanChoice, timetable_by_term, untimetabled
from cohorts.states import CohortState, SeminarState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.audit.queries import facts_of
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW
from tests.cohorts.plans import Planning, planning
from tests.factories import a_cohort, a_person, a_seminar


@pytest.fixture(autouse=True)
def _in_march(db: None, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)


def made(plan: Planning, choice: PlanChoice | None = None) -> list[Seminar]:
    choice = choice or plan.choice()
    digest = draft_timetable(plan.cohort, choice).digest
    return generate_timetable(plan.cohort, choice, digest=digest, by=None)


def test_a_draft_is_written_with_what_it_books_and_nobody_is_told() -> None:
    plan = planning()
    seminars = made(plan)
    rows = Seminar.objects.select_related("item", "group")
    assert sorted((one.item.title, str(one.group.name) if one.group else "all") for one in rows) == [
        ("Seminar 1", "Group 1"), ("Seminar 1", "Group 2"), ("Seminar 2", "Group 1"), ("Seminar 2", "Group 2"),
        ("Seminar 3", "Group 1"), ("Seminar 3", "Group 2"),
        ("Webinar 1", "all"), ("Webinar 2", "all"), ("Webinar 3", "all"),
    ]  # fmt: skip
    assert {one.state for one in rows} == {SeminarState.PLANNED}
    assert len(seminars) == 9
    # A seminar books its group, who leads it and its hall; a webinar both groups and who leads it.
    assert Booking.objects.count() == 6 * 3 + 3 * 3
    assert set(Booking.objects.filter(venue__isnull=False).values_list("people", flat=True)) == {20}
    assert {(one.mode, bool(one.joining_url), one.venue_id is None) for one in rows if one.group is None} == {
        ("online", True, True)
    }
    assert {(one.mode, bool(one.joining_url), one.venue_id is None) for one in rows if one.group} == {
        ("face_to_face", False, False)
    }
    assert Message.objects.count() == 0
    assert facts_of(Entry.objects.get(verb="timetable.generated")) == {
        "sessions": 9, "left_out": 0, "replaced": 0, "weekdays": "1", "kept_free": "",
    }  # fmt: skip


def test_made_again_it_replaces_the_draft_and_nothing_that_people_know() -> None:
    plan = planning()
    first = made(plan)
    known = Seminar.objects.filter(item__title="Seminar 1", group=plan.groups[0])
    known.update(state=SeminarState.SCHEDULED)
    kept = known.get()
    second = made(plan, plan.choice(weekdays=frozenset({3})))
    assert len(second) == 8
    assert Seminar.objects.filter(pk__in=[one.pk for one in first]).get() == kept
    assert {one.starts_at.weekday() for one in Seminar.objects.exclude(pk=kept.pk)} == {3}
    assert Booking.objects.count() == 6 * 3 + 3 * 3
    assert untimetabled(plan.cohort) == []
    made(plan, plan.choice(weekdays=frozenset({3})))
    assert Seminar.objects.count() == 9


def test_what_was_not_looked_at_is_not_written() -> None:
    plan = planning()
    digest = draft_timetable(plan.cohort, plan.choice()).digest
    with pytest.raises(PlanOutdated):
        generate_timetable(plan.cohort, plan.choice(weekdays=frozenset({2})), digest=digest, by=None)
    Absence.objects.create(person=plan.people[0], from_on=date(2026, 9, 1), to_on=date(2026, 10, 30))
    with pytest.raises(PlanOutdated):
        generate_timetable(plan.cohort, plan.choice(), digest=digest, by=None)
    with pytest.raises(PlanOutdated):
        generate_timetable(plan.cohort, plan.choice(), digest="", by=None)
    assert not Seminar.objects.exists()


def test_two_choices_never_share_a_digest() -> None:
    plan = planning()
    choices = [
        plan.choice(),
        plan.choice(weekdays=frozenset({2})),
        plan.choice(weeks_between=2),
        plan.choice(forbidden=((date(2026, 9, 7), date(2026, 9, 7)),)),
        plan.choice(together=frozenset()),
    ]
    digests = {draft_timetable(plan.cohort, choice).digest for choice in choices}
    assert len(digests) == len(choices)
    assert draft_timetable(plan.cohort, plan.choice()).digest in digests


def test_availability_and_what_others_booked_are_seen_to() -> None:
    plan = planning()
    FacilitatorProfile.objects.create(person=plan.people[0], weekdays="024")
    draft = draft_timetable(plan.cohort, plan.choice(weekdays=frozenset({1, 2}))).draft
    led = {
        one.starts_at.weekday()
        for one in draft.sittings
        if one.party.leader and one.party.leader.key == plan.people[0].pk
    }
    assert led == {2}
    other = planning_beside(plan)
    busy = made(other)
    again = draft_timetable(plan.cohort, plan.choice()).draft
    taken = {(one.starts_at, one.venue_id) for one in busy if one.venue_id}
    assert not {(one.starts_at, one.hall.key) for one in again.sittings if one.hall} & taken


def planning_beside(plan: Planning) -> Planning:
    """Another cohort of the same version that would like the same halls at the same times."""
    cohort = a_cohort(plan.cohort.version, state=CohortState.DRAFT, starts_on=plan.cohort.starts_on, capacity=40)
    people = [a_person(Role.FACILITATOR), a_person(Role.FACILITATOR)]
    groups = [cohort.groups.create(name=f"Other {number}", capacity=20) for number in (1, 2)]
    return Planning(cohort, groups, people, plan.venues)


def test_nothing_that_fits_writes_nothing() -> None:
    plan = planning()
    made(plan)
    with pytest.raises(PlanEmpty):
        made(plan, plan.choice(forbidden=((date(2026, 1, 1), date(2029, 1, 1)),)))
    assert Seminar.objects.count() == 9


@pytest.mark.parametrize("state", [CohortState.ASSESSING, CohortState.CLOSED])
def test_a_course_that_is_over_has_no_timetable_made(state: CohortState) -> None:
    plan = planning()
    Cohort.objects.filter(pk=plan.cohort.pk).update(state=state)
    plan.cohort.refresh_from_db()
    with pytest.raises(CohortNotPlanned):
        draft_timetable(plan.cohort, plan.choice())
    with pytest.raises(CohortNotPlanned):
        generate_timetable(plan.cohort, plan.choice(), digest="", by=None)


def test_days_that_are_over_are_left_out_of_a_running_cohort(time_machine: Any) -> None:
    plan = planning()
    time_machine.move_to(datetime(2027, 2, 1, 12, tzinfo=clock.LONDON), tick=False)
    draft = draft_timetable(plan.cohort, plan.choice()).draft
    assert min(one.starts_at for one in draft.sittings).date() >= date(2027, 2, 2)
    assert {one.why for one in draft.unfit} == {"Autumn term 2026 is over."}


def test_statements_do_not_grow_with_the_sessions() -> None:
    def statements(plan: Planning) -> int:
        digest = draft_timetable(plan.cohort, plan.choice()).digest
        with CaptureQueriesContext(connection) as asked:
            generate_timetable(plan.cohort, plan.choice(), digest=digest, by=None)
        again = draft_timetable(plan.cohort, plan.choice()).digest
        with CaptureQueriesContext(connection) as asked_again:
            generate_timetable(plan.cohort, plan.choice(), digest=again, by=None)
        return len(asked) + len(asked_again)

    few = planning(courses=1)
    counted = statements(few)
    Seminar.objects.all().delete()
    SchoolTerm.objects.all().delete()
    Venue.objects.all().delete()
    assert statements(planning(courses=5, name="Longer")) == counted


def test_the_timetable_by_term_sets_hours_beside_the_programmes() -> None:
    plan = planning()
    made(plan)
    view = timetable_by_term(plan.cohort)
    assert [sheet.term.name for sheet in view.sheets if sheet.term] == [
        "Autumn term 2026", "Spring term 2027", "Summer term 2027", "Autumn term 2027", "Spring term 2028",
    ]  # fmt: skip
    first = view.hours[0]
    assert (first.together_planned, first.together_held, first.in_person_planned, first.in_person_held) == (
        210, Held(210, 210), 120, Held(120, 120),
    )  # fmt: skip
    assert (view.total.together_planned, view.total.together_held) == (630, Held(630, 630))
    webinar, seminar = view.sheets[0].lines
    assert (webinar.together is not None, seminar.together) == (True, None)
    assert [one.group for one in seminar.by_group if one] == plan.groups
    assert view.missing == ()


def test_the_hours_of_one_participant_are_those_of_a_group_and_no_average_of_several() -> None:
    plan = planning()
    made(plan)
    of_one_group = plan.cohort.seminars.filter(group=plan.groups[0])
    of_one_group.filter(item__title="Seminar 1").update(state="cancelled")
    of_one_group.filter(item__title="Seminar 2").update(mode="online", venue=None)
    view = timetable_by_term(plan.cohort)
    assert (view.total.together_held, view.total.in_person_held) == (Held(510, 630), Held(120, 360))
    assert (str(view.total.together_held), str(view.hours[0].in_person_held)) == ("8 h 30 to 10 h 30", "0 h to 2 h")


def test_the_hours_of_a_cohort_without_groups_are_those_of_what_all_do_together() -> None:
    plan = planning(groups=0)
    webinar = plan.cohort.version.items.get(title="Webinar 1")
    a_seminar(plan.cohort, webinar, starts_at=clock.london_moment(date(2026, 9, 15), time(13)))
    assert timetable_by_term(plan.cohort).total.together_held == Held(90, 90)


def test_what_lacks_is_named_for_the_group_that_lacks_it() -> None:
    plan = planning()
    assert [str(one) for one in untimetabled(plan.cohort)][:2] == ["Webinar 1", "Seminar 1"]
    made(plan)
    Seminar.objects.filter(item__title="Seminar 2", group=plan.groups[1]).delete()
    assert [str(one) for one in untimetabled(plan.cohort)] == ["Seminar 2, Group 2"]


# Races


@pytest.fixture
def _closing() -> Iterator[None]:
    yield
    connection.close()


@pytest.mark.usefixtures("_closing")
@pytest.mark.django_db(transaction=True)
def test_two_tabs_write_one_draft_and_a_hall_is_never_given_twice() -> None:
    """Two leads at once, of two cohorts that want the same halls: one draft is written, the other looked at again."""
    plan = planning()
    other = planning_beside(plan)
    outcomes: list[str] = []

    def write(which: Planning, digest: str, start: Barrier) -> None:
        try:
            start.wait()
            generate_timetable(which.cohort, which.choice(), digest=digest, by=None)
            outcomes.append("written")
        except RuleViolation as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connection.close()

    for pair in ([plan, plan], [plan, other]):
        Seminar.objects.all().delete()
        outcomes.clear()
        digests = [draft_timetable(one.cohort, one.choice()).digest for one in pair]
        start = Barrier(2)
        threads = [Thread(target=write, args=(one, digest, start)) for one, digest in zip(pair, digests, strict=True)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(outcomes) == ["PlanOutdated", "written"]
        assert Seminar.objects.count() == 9


def test_publishing_the_cohort_publishes_its_timetable() -> None:
    plan = planning()
    made(plan)
    publish_cohort(plan.cohort, by=None)
    assert set(Seminar.objects.values_list("state", flat=True)) == {SeminarState.SCHEDULED}
    assert Message.objects.filter(person__in=plan.people).count() == 2
    assert Message.objects.count() == 2
    assert plan.cohort.publications.count() == 1
    assert all(one.starts_at - clock.now() > timedelta(0) for one in Seminar.objects.all())
