"""Changes of path: another group, cohort or version, a deferral, an extension, leaving and coming back."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from applications.models import Application
from applications.states import ApplicationState
from cohorts.actions import (
    complete_enrolment,
    defer_enrolment,
    enrol,
    exempt_item,
    extend_enrolment,
    move_to_version,
    note_headship,
    place_accepted,
    place_on_cohort,
    record_completion,
    record_register,
    reinstate_enrolment,
    return_from_deferral,
    transfer,
    withdraw_enrolment,
)
from cohorts.errors import (
    AnotherProgramme,
    ApproverNotALead,
    AssessmentBegun,
    CohortFull,
    EnrolmentOver,
    ExtensionTooLong,
    ExtensionUsed,
    GroupFull,
    HeadshipNeeded,
    NotAccepted,
    NotDeferred,
    NotNewToHeadship,
    NotPlacedYet,
    NotTakingPart,
    NotWithdrawn,
    PlaceJustChanged,
    ReasonMissing,
    ReturnPlannedInPast,
    ReturnPlannedTooLate,
    TakesPartAnew,
    TooFewPlaces,
)
from cohorts.kinds import Deferring, Leaving
from cohorts.models import (
    Cohort,
    Completion,
    Enrolment,
    Extension,
    GuestPlace,
    LedgerEntry,
    Membership,
    PersonalItem,
)
from cohorts.queries import arrival_of, dates_for, departure_of, item_lines, path_of, standing_of, with_places_left
from cohorts.rules.path import (
    ListedItem,
    carried_credit,
    check_extension,
    left_before_start,
    version_move,
)
from cohorts.states import EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from npqh_portal.schools.actions import change_school
from tests.cohorts.conftest import NOW, World, mark
from tests.cohorts.test_policies import adopt, drafted
from tests.factories import (
    a_cohort,
    a_group,
    a_partner,
    a_person,
    a_school,
    a_seminar,
    a_version,
    a_window,
    an_application,
    an_enrolment,
    an_intake,
    an_item,
    published,
)

# --- rules -----------------------------------------------------------------------------------------


def listed(code: str, *, worth: int = 120, credited: int = 0, unit: str = "minutes") -> ListedItem:
    return ListedItem(code, code.title(), worth, credited, unit)


def test_items_are_the_same_by_their_code() -> None:
    move = version_move(
        [listed("a", credited=120), listed("b"), listed("c", credited=30)], [listed("d"), listed("c"), listed("a")]
    )
    assert [(kept.new.code, kept.credit) for kept in move.kept] == [("c", 30), ("a", 120)]
    assert [item.code for item in move.dropped] == ["b"]
    assert [item.code for item in move.added] == ["d"]
    assert move.credit_lost == ()


@pytest.mark.parametrize(
    ("old", "new", "credit"),
    [
        (listed("a"), listed("a"), 0),
        (listed("a", credited=120), listed("a"), 120),
        (listed("a", credited=120), listed("a", worth=150), 150),  # whole stays whole
        (listed("a", credited=120), listed("a", worth=90), 90),
        (listed("a", credited=119), listed("a", worth=150), 119),  # minute for minute
        (listed("a", credited=100), listed("a", worth=90), 90),
        (listed("a", credited=119), listed("a", worth=1, unit="units"), 0),
        (listed("a", credited=120), listed("a", worth=1, unit="units"), 1),
        (listed("a", worth=1, credited=1, unit="units"), listed("a"), 120),
        (listed("a", worth=0, credited=50, unit=""), listed("a"), 0),
        (listed("a", credited=120), listed("a", worth=0, unit=""), 0),
        (listed("a", credited=30), listed("a", credited=60), 60),  # held there already
    ],
)
def test_what_credit_goes_over(old: ListedItem, new: ListedItem, credit: int) -> None:
    assert carried_credit(old, new) == credit


TODAY = date(2026, 3, 18)


@pytest.mark.parametrize("months", range(7))
def test_an_extension_is_from_none_to_six_months(months: int) -> None:
    check_extension(months, most=6, is_new_to_headship=True, ends_on=TODAY, today=TODAY)


@pytest.mark.parametrize(("months", "most"), [(7, 6), (7, 9), (-1, 6), (4, 3), (1, 0)])
def test_seven_months_are_refused_and_what_the_version_does_not_allow(months: int, most: int) -> None:
    with pytest.raises(ExtensionTooLong):
        check_extension(months, most=most, is_new_to_headship=True, ends_on=None, today=TODAY)


def test_only_people_new_to_headship_extend_and_a_day_gone_is_not_taken_away() -> None:
    with pytest.raises(NotNewToHeadship):
        check_extension(1, most=6, is_new_to_headship=False, ends_on=None, today=TODAY)
    check_extension(0, most=6, is_new_to_headship=False, ends_on=None, today=TODAY)
    with pytest.raises(ExtensionUsed, match="17 March 2026"):
        check_extension(0, most=6, is_new_to_headship=True, ends_on=TODAY - timedelta(days=1), today=TODAY)


@pytest.mark.parametrize(("left", "starts", "before"), [(17, 18, True), (18, 18, False), (19, 18, False)])
def test_whoever_leaves_on_the_first_day_has_begun(left: int, starts: int, before: bool) -> None:
    assert left_before_start(date(2026, 3, left), date(2026, 3, starts)) is before
    assert left_before_start(date(2026, 3, left), None)


# --- places in groups, and races -------------------------------------------------------------------


def unplaced(world: World) -> Enrolment:
    enrolment = Enrolment.objects.create(person=a_person(), version=world.version)
    PersonalItem.objects.bulk_create(PersonalItem(enrolment=enrolment, item=item) for item in world.version.items.all())
    return enrolment


def test_the_last_place_of_a_group_is_a_place_and_the_next_is_not(world: World) -> None:
    small = a_group(world.cohort, capacity=1)
    place_on_cohort(unplaced(world), cohort=world.cohort, group=small, by=world.lead)
    with pytest.raises(GroupFull, match="The one place of this group is taken"):
        place_on_cohort(unplaced(world), cohort=world.cohort, group=small, by=world.lead)
    small.refresh_from_db()
    world.cohort.refresh_from_db()
    assert (small.places_taken, world.cohort.places_taken) == (1, 1)
    assert with_places_left(Cohort.objects.filter(pk=world.cohort.pk)).get().left == 23  # type: ignore[attr-defined]


def test_whoever_leaves_a_full_group_frees_it_for_whoever_comes(world: World) -> None:
    small = a_group(world.cohort, capacity=1)
    first = unplaced(world)
    place_on_cohort(first, cohort=world.cohort, group=small, by=world.lead)
    transfer(first, cohort=world.cohort, group=world.group, by=world.lead)
    place_on_cohort(unplaced(world), cohort=world.cohort, group=small, by=world.lead)
    with pytest.raises(GroupFull):
        transfer(first, cohort=world.cohort, group=small, by=world.lead)
    first.refresh_from_db()
    assert Membership.objects.get(enrolment=first, to_on=None).group == world.group


def at_once(*acts: Callable[[], object]) -> list[str]:
    start = Barrier(len(acts))

    def run(act: Callable[[], object]) -> str:
        try:
            start.wait(timeout=10)
            act()
        except (CohortFull, GroupFull) as refused:
            return type(refused).__name__
        else:
            return "done"
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        return sorted(pool.map(run, acts))


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_get_the_same_last_place_in_a_group() -> None:
    version = a_version()
    cohort = a_cohort(version)
    group = a_group(cohort, capacity=1)
    a, b = (Enrolment.objects.create(person=a_person(), version=version) for _ in range(2))
    assert at_once(
        *(lambda one=one: place_on_cohort(one, cohort=cohort, group=group, by=None) for one in (a, b))  # type: ignore[misc]
    ) == ["GroupFull", "done"]
    group.refresh_from_db()
    assert group.places_taken == Membership.objects.filter(group=group, to_on=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_change_places_with_each_other_wait_for_and_not_on_each_other() -> None:
    version = a_version()
    first, second = a_cohort(version, capacity=2), a_cohort(version, capacity=2)
    a, b = an_enrolment(first), an_enrolment(second)
    for _ in range(8):
        assert at_once(lambda: transfer(a, cohort=second, by=None), lambda: transfer(b, cohort=first, by=None)) == [
            "done",
            "done",
        ]
        assert at_once(lambda: transfer(a, cohort=first, by=None), lambda: transfer(b, cohort=second, by=None)) == [
            "done",
            "done",
        ]
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.places_taken, second.places_taken) == (1, 1)


@pytest.mark.django_db(transaction=True)
def test_placing_and_deferring_the_same_person_at_once_wait_for_each_other() -> None:
    version = a_version()
    first, second = a_cohort(version), a_cohort(version)
    a = an_enrolment(first)

    def move() -> None:
        with suppress(NotTakingPart):
            transfer(a, cohort=second, by=None)

    def defer() -> None:
        with suppress(PlaceJustChanged):  # they are elsewhere since it began: whoever defers them looks again
            defer_enrolment(a, reason="Illness", by=None)

    assert at_once(move, defer) == ["done", "done"]
    for row in (a, first, second):
        row.refresh_from_db()
    is_elsewhere = a.state == EnrolmentState.ACTIVE
    assert (first.places_taken, second.places_taken) == (0, int(is_elsewhere))


def test_accepted_people_are_placed_all_or_none(world: World) -> None:
    cohort = a_cohort(world.version, capacity=1)
    intake = an_intake(world.version)
    two = [an_application(a_person(), intake, state=ApplicationState.ACCEPTED) for _ in range(2)]
    with pytest.raises(TooFewPlaces, match="One place is left in this cohort, for 2 people"):
        place_accepted(two, cohort=cohort, by=world.lead)
    assert not Membership.objects.exists()
    roomy = a_cohort(world.version)
    full = a_group(roomy, capacity=3)
    for _ in range(2):
        an_enrolment(roomy, full)
    with pytest.raises(TooFewPlaces, match="One place is left in this group, for 2 people"):
        place_accepted(two, cohort=roomy, group=full, by=world.lead)
    (one,) = place_accepted(two[:1], cohort=cohort, by=world.lead)
    assert one.enrolment.application == two[0]


# --- moving ----------------------------------------------------------------------------------------


def test_a_move_keeps_credit_and_tells_once(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    before = standing_of(a, clock.now()).credited
    other = a_group(world.cohort)
    moved = transfer(a, cohort=world.cohort, group=other, reason="Nearer home", by=world.lead)
    assert transfer(a, cohort=world.cohort, group=other, reason="Nearer home", by=world.lead) == moved
    assert (moved.reason, moved.group) == ("moved", other)
    assert standing_of(a, clock.now()).credited == before == 120
    (letter,) = Message.objects.filter(kind="place-confirmed")
    assert letter.subject == f"You move to {other.name}, {world.cohort}"
    assert "Nearer home" not in letter.text
    assert "stays with you" in letter.text


def test_the_letter_to_somebody_moved_says_whether_only_the_group_is_new(world: World) -> None:
    (a,) = world.enrol()
    group, cohort = a_group(world.cohort), a_cohort(world.version)
    for to, into in ((world.cohort, group), (cohort, None)):
        transfer(a, cohort=to, group=into, by=world.lead)
    inside, elsewhere = Message.objects.filter(kind="place-confirmed").order_by("pk")
    assert f"You stay in {world.cohort}; only your seminar group is new: {group.name}." in inside.text
    assert "the dates below are the same as before" in inside.text
    assert f"You are in {world.cohort} from now on" not in inside.text
    assert f"You are in {cohort} from now on." in elsewhere.text
    assert "You stay in" not in elsewhere.text


def test_what_another_tab_did_meanwhile_is_said_as_it_is(world: World) -> None:
    (a,) = world.enrol()
    defer_enrolment(a, reason="Illness", by=world.lead)
    back = return_from_deferral(a, cohort=world.cohort, group=world.group, by=world.lead)
    assert return_from_deferral(a, cohort=world.cohort, group=world.group, by=world.lead) == back
    elsewhere = a_cohort(world.version)
    with pytest.raises(NotDeferred, match="not deferred any more: they stand as “Taking part”, in "):
        return_from_deferral(a, cohort=elsewhere, by=world.lead)
    withdraw_enrolment(a, reason="Left headship", by=world.lead)
    with pytest.raises(NotTakingPart):
        transfer(a, cohort=elsewhere, by=world.lead)


def test_another_school_is_a_step_of_the_path(world: World) -> None:
    (a,) = world.enrol()
    change_school(
        a.person, school=a_school(name="Marlowick Primary School"), from_on=NOW.date(), before="Tarnhollow School",
        reason="They wrote", by=world.lead,
    )  # fmt: skip
    (step,) = path_of(a)
    assert (step.what, step.why) == ("Changed school from Tarnhollow School to Marlowick Primary School", "They wrote")
    Words.objects.update(body="", erased_at=clock.now())
    (step,) = path_of(a)
    assert (step.what, step.why) == ("Changed school", None)


def test_what_is_credited_already_is_not_to_come_again(world: World, settings: Any) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    other = a_cohort(world.version)
    for item in (world.seminar_item, world.other_item):
        a_seminar(other, item, starts_at=NOW + timedelta(days=item.number))
    arrival = arrival_of(a, other, None, clock.now())
    assert (arrival.ahead, arrival.credited) == (1, 1)
    transfer(a, cohort=other, by=world.lead)
    assert [one.item for one in departure_of(a, clock.now()).ahead] == [world.other_item]
    client = Client()
    client.force_login(a.person)
    home = client.get("/participant/").content.decode()
    assert "Come to “Seminar 2”" in home
    assert "Come to “Seminar 1”" not in home
    timetable = client.get("/participant/timetable/").content.decode()
    assert "1 session to come." in timetable
    assert timetable.count("You have been credited all of it already") == 1


def test_in_another_version_too_what_is_credited_whole_is_not_to_come(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    version = a_version(state=VersionState.DRAFT)
    ProgrammeVersion.objects.filter(pk=version.pk).update(programme=world.version.programme, label="2027")
    version.refresh_from_db()
    same = an_item(version, code=world.seminar_item.code, minutes=150)
    new = an_item(version)
    cohort = a_cohort(published(version))
    for item in (same, new):
        a_seminar(cohort, item, starts_at=NOW + timedelta(days=item.number))
    arrival = arrival_of(a, cohort, None, clock.now())
    assert (arrival.ahead, arrival.credited) == (1, 1)


def test_for_somebody_deferred_no_date_holds_now(world: World) -> None:
    (a,) = world.enrol()
    assert arrival_of(a, world.cohort, None, clock.now()).before is not None
    deferred = defer_enrolment(a, reason="Illness", by=world.lead)
    assert arrival_of(deferred, world.cohort, None, clock.now()).before is None
    Enrolment.objects.filter(pk=a.pk).update(is_new_to_headship=True)
    approver = a_person(Role.PROGRAMME_LEAD)
    extend_enrolment(deferred, months=2, reason="New head", approved_by=approver, by=world.lead)
    letter = Message.objects.get(kind="extension-changed")
    assert "2 further months" in letter.text
    assert "your assessment ends on" not in letter.text


def test_whoever_has_no_place_is_not_moved(world: World) -> None:
    with pytest.raises(NotPlacedYet):
        transfer(unplaced(world), cohort=world.cohort, by=world.lead)


def test_a_guest_place_still_to_come_ends_with_the_stay_and_one_that_was_stays(world: World) -> None:
    (a,) = world.enrol()
    host = a_group(world.cohort)
    past = a_seminar(world.cohort, world.seminar_item, host, starts_at=NOW - timedelta(days=2))
    ahead = a_seminar(world.cohort, world.other_item, host, starts_at=NOW + timedelta(days=2))
    was, will = (GuestPlace.objects.create(enrolment=a, seminar=one) for one in (past, ahead))
    transfer(a, cohort=world.cohort, group=a_group(world.cohort), by=world.lead)
    was.refresh_from_db()
    will.refresh_from_db()
    assert (was.ended_at, will.ended_at) == (None, clock.now())


def test_a_late_joiner_is_expected_to_do_what_there_is_and_may_catch_up_the_rest(world: World) -> None:
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    late = unplaced(world)
    place_on_cohort(late, cohort=world.cohort, group=world.group, by=world.lead)
    lines = item_lines(late, clock.now())
    assert (lines[world.seminar_item.pk].recoverable, lines[world.other_item.pk].to_come) == (120, 120)
    assert lines[world.module.pk].to_come == 180


# --- another version -------------------------------------------------------------------------------


def next_version(world: World, *, counted: tuple[ItemKind, ...] = tuple(ItemKind)) -> ProgrammeVersion:
    """Seminar 1 is longer, Seminar 2 is gone, the module stays, and there is something new."""
    version = a_version(state=VersionState.DRAFT, label="2027")
    version.policies.get().components.update(kinds=[kind.value for kind in counted])
    old_programme = version.programme_id
    ProgrammeVersion.objects.filter(pk=version.pk).update(programme=world.version.programme)
    Programme.objects.filter(pk=old_programme).delete()
    version.refresh_from_db()
    an_item(version, code=world.seminar_item.code, title="Seminar 1, longer", minutes=150)
    an_item(version, code=world.module.code, title="Module 1", minutes=180, kind=ItemKind.MODULE)
    an_item(version, code="new-one", title="Something new", minutes=60)
    return published(version)


def test_a_cohort_of_another_version_takes_somebody_with_list_and_credit(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    exempt_item(a, item=world.module, reason="Wrote it", by=world.lead)
    version = next_version(world)
    later = a_cohort(version, starts_on=NOW.date() + timedelta(days=30))
    before = Entry.objects.filter(verb="item.exempted").get().subject_id
    transfer(a, cohort=later, by=world.lead)
    a.refresh_from_db()
    assert a.version == version
    assert list(a.personal_items.order_by("item__number").values_list("item__title", "expectation")) == [
        ("Seminar 1, longer", "expected"),
        ("Module 1", "exempt"),
        ("Something new", "expected"),
    ]
    assert a.personal_items.get(item__title="Module 1").pk == before
    (carried,) = LedgerEntry.objects.filter(source="carried")
    assert (carried.item.title, carried.change, carried.policy.version) == ("Seminar 1, longer", 150, version)
    assert standing_of(a, clock.now()).credited == 150
    assert standing_of(a, clock.now()).total == 210
    entry = Entry.objects.get(verb="enrolment.version-moved")
    assert f'"dropped":"{world.other_item.code}"' in entry.payload
    assert [step.what for step in path_of(a)] == [
        f"Moved from {world.version} to {version}. Items kept: 2, of them with credit: 1. "
        f"What has no match there: {world.other_item.code}",
        f"Moved to {later}",
    ]


def test_the_preview_says_what_the_move_then_does(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 40)}, by=world.facilitator)
    later = a_cohort(next_version(world), starts_on=NOW.date() + timedelta(days=30))
    move = arrival_of(a, later, None, clock.now()).move
    assert move is not None
    assert [(kept.old.title, kept.credit) for kept in move.kept] == [("Seminar 1", 40), ("Module 1", 0)]
    assert [item.title for item in move.dropped] == ["Seminar 2"]
    assert [item.title for item in move.added] == ["Something new"]
    transfer(a, cohort=later, by=world.lead)
    assert standing_of(a, clock.now()).credited == 40


def test_there_and_back_credits_nothing_twice(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    later = a_cohort(next_version(world), starts_on=NOW.date() + timedelta(days=30))
    for cohort in (later, world.cohort, later):
        transfer(a, cohort=cohort, by=world.lead)
    assert standing_of(a, clock.now()).credited == 150
    transfer(a, cohort=world.cohort, group=world.group, by=world.lead)
    assert standing_of(a, clock.now()).credited == 120
    assert LedgerEntry.objects.filter(enrolment=a, source="carried").count() == 1


def test_what_counts_in_no_sum_and_is_done_is_done_in_the_other_version_too(world: World) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    version = next_version(world, counted=(ItemKind.SEMINAR,))
    transfer(a, cohort=a_cohort(version, starts_on=NOW.date() + timedelta(days=30)), by=world.lead)
    assert list(Completion.objects.filter(enrolment=a).order_by("pk").values_list("item__version", flat=True)) == [
        world.version.pk,
        version.pk,
    ]


def test_moving_to_the_same_version_twice_moves_once(world: World) -> None:
    (a,) = world.enrol()
    version = next_version(world)
    for _ in range(2):
        move_to_version(a, version=version, by=world.lead)
    assert Entry.objects.filter(verb="enrolment.version-moved").count() == 1


def test_another_programme_is_refused_and_a_run_that_is_over(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(AnotherProgramme):
        transfer(a, cohort=a_cohort(a_version()), by=world.lead)
    complete_enrolment(a, by=world.lead)
    with pytest.raises(EnrolmentOver):
        move_to_version(a, version=next_version(world), by=world.lead)


def test_whoever_could_send_their_assessment_stays_with_their_version(world: World) -> None:
    (a,) = world.enrol()
    left = an_enrolment(world.cohort, world.group)
    transfer(left, cohort=a_cohort(world.version, windows=False), by=world.lead)
    a_window(world.cohort, number=2, opens_on=NOW.date(), closes_on=NOW.date() + timedelta(days=7))
    version = next_version(world)
    with pytest.raises(AssessmentBegun):
        move_to_version(a, version=version, by=world.lead)
    assert move_to_version(left, version=version, by=world.lead).version == version


# --- deferring and returning -----------------------------------------------------------------------


def test_a_deferral_may_plan_its_end_and_the_plan_may_change(world: World) -> None:
    (a,) = world.enrol()
    september = date(2026, 9, 1)
    defer_enrolment(a, reason="A child", why=Deferring.CHILD, returns_on=september, by=world.lead)
    defer_enrolment(a, reason="A child", why=Deferring.CHILD, returns_on=september, by=world.lead)
    a.refresh_from_db()
    assert (a.returns_on, a.deferred_on, a.deferred_for) == (september, NOW.date(), "child")
    with pytest.raises(IntegrityError, match="a_deferral_has_a_day_and_a_reason"), transaction.atomic():
        Enrolment.objects.update(deferred_for="")
    (letter,) = Message.objects.filter(kind="deferral-confirmed")
    assert "plan to return on Tuesday 1 September 2026" in letter.text
    defer_enrolment(a, reason="Longer leave", returns_on=date(2027, 1, 11), by=world.lead)
    assert Message.objects.filter(kind="deferral-confirmed").count() == 2
    return_from_deferral(a, cohort=world.cohort, group=world.group, by=world.lead)
    a.refresh_from_db()
    assert (a.state, a.returns_on, a.deferred_on, a.deferred_for) == ("active", None, None, "")
    assert [(step.what, step.why) for step in path_of(a)] == [
        ("Deferred, to return on 1 September 2026: leave for a child", "A child"),
        ("Return planned for 11 January 2027", "Longer leave"),
        (f"Returned from deferral, into {world.cohort}, {world.group.name}", ""),
    ]


@pytest.mark.parametrize("days", [-1, 0])
def test_a_planned_return_lies_ahead(world: World, days: int) -> None:
    (a,) = world.enrol()
    with pytest.raises(ReturnPlannedInPast):
        defer_enrolment(a, reason="Illness", returns_on=clock.today() + timedelta(days=days), by=world.lead)
    a.refresh_from_db()
    assert a.state == "active"


def test_a_planned_return_lies_within_five_years(world: World) -> None:
    (a,) = world.enrol()
    latest = date(clock.today().year + 5, clock.today().month, clock.today().day)
    for day in (latest + timedelta(days=1), date.max):
        with pytest.raises(ReturnPlannedTooLate, match="five years ahead at most"):
            defer_enrolment(a, reason="Illness", returns_on=day, by=world.lead)
    defer_enrolment(a, reason="Illness", returns_on=latest, by=world.lead)
    a.refresh_from_db()
    assert a.returns_on == latest


def test_only_somebody_deferred_plans_to_return(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=a.pk).update(returns_on=clock.today())


def test_whoever_returns_keeps_their_credit_and_is_expected_to_do_what_the_new_cohort_holds(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    defer_enrolment(a, reason="Illness", by=world.lead)
    version = next_version(world)
    later = a_cohort(version, starts_on=NOW.date() + timedelta(days=30))
    return_from_deferral(a, cohort=later, by=world.lead)
    a.refresh_from_db()
    now = standing_of(a, clock.now())
    assert (a.version, now.credited, now.total) == (version, 150, 390)
    dates = dates_for(a)
    assert dates is not None
    assert dates.starts_on == later.starts_on


# --- leaving and being reinstated ------------------------------------------------------------------


def test_a_withdrawal_has_a_reason_frees_the_place_and_ends_what_was_to_come(world: World) -> None:
    (a,) = world.enrol()
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    assert [one.item for one in departure_of(a, clock.now()).ahead] == [world.other_item]
    withdraw_enrolment(a, reason="A new post abroad", why=Leaving.CAREER, by=world.lead)
    withdraw_enrolment(a, reason="Twice", why=Leaving.OTHER, by=world.lead)
    a.refresh_from_db()
    world.cohort.refresh_from_db()
    assert (a.state, a.withdrawn_on, a.withdrawn_for) == ("withdrawn", NOW.date(), "career")
    assert world.cohort.places_taken == 0
    assert departure_of(a, clock.now()).ahead == ()
    (letter,) = Message.objects.filter(kind="withdrawal-confirmed")
    assert "abroad" not in letter.text
    (step,) = path_of(a)
    assert (step.what, step.why) == ("Withdrew: they changed career", "A new post abroad")


def test_whoever_leaves_before_the_start_is_told_apart(world: World) -> None:
    soon = a_cohort(world.version, starts_on=NOW.date() + timedelta(days=1))
    a = an_enrolment(soon)
    Membership.objects.filter(enrolment=a)
    withdraw_enrolment(a, reason="No time", why=Leaving.WORKLOAD, by=world.lead)
    never = unplaced(world)
    withdraw_enrolment(never, reason="No time", why=Leaving.WORKLOAD, by=world.lead)
    for one in (a, never):
        assert path_of(one)[-1].what == "Withdrew, before the course began: too much to do beside the job"
    assert "had not begun yet" in Message.objects.filter(kind="withdrawal-confirmed")[0].text


@pytest.mark.parametrize(
    "columns",
    [{"withdrawn_on": NOW.date()}, {"withdrawn_for": "other"}, {"withdrawn_on": NOW.date(), "state": "withdrawn"}],
)
def test_a_withdrawal_has_a_day_and_a_reason_in_the_database_too(world: World, columns: dict[str, Any]) -> None:
    (a,) = world.enrol()
    with pytest.raises(IntegrityError), transaction.atomic():
        Enrolment.objects.filter(pk=a.pk).update(**columns)


def test_somebody_withdrawn_is_reinstated_with_their_credit_and_their_role(world: World) -> None:
    application = an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    a = enrol(application, by=world.lead)
    place_on_cohort(a, cohort=world.cohort, group=world.group, by=world.lead)
    record_completion(a, item=world.module, by=a.person)
    withdraw_enrolment(a, reason="No time", by=world.lead)
    RoleGrant.objects.filter(person=a.person).update(ends_on=clock.today())
    with pytest.raises(ReasonMissing), transaction.atomic():
        reinstate_enrolment(a, cohort=world.cohort, reason=" ", by=world.lead)
    membership = reinstate_enrolment(a, cohort=world.cohort, group=world.group, reason="They asked", by=world.lead)
    a.refresh_from_db()
    assert (a.state, a.withdrawn_on, a.withdrawn_for, membership.reason) == ("active", None, "", "reinstated")
    assert standing_of(a, clock.now()).credited == 180
    assert RoleGrant.objects.open().filter(person=a.person, role=Role.PARTICIPANT).count() == 1
    assert Message.objects.filter(subject=f"Welcome back: your place in {world.cohort}").count() == 1
    assert Application.objects.get(pk=application.pk).is_enrolled


def test_who_is_not_reinstated(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(NotWithdrawn):
        reinstate_enrolment(a, cohort=world.cohort, reason="They asked", by=world.lead)
    withdraw_enrolment(a, reason="No time", by=world.lead)
    again = an_enrolment(world.cohort, person=a.person)
    with pytest.raises(TakesPartAnew):
        reinstate_enrolment(a, cohort=world.cohort, reason="They asked", by=world.lead)
    withdraw_enrolment(again, reason="No time", by=world.lead)
    full = a_cohort(world.version, capacity=1)
    an_enrolment(full)
    with pytest.raises(CohortFull), transaction.atomic():
        reinstate_enrolment(a, cohort=full, reason="They asked", by=world.lead)
    a.refresh_from_db()
    assert a.state == "withdrawn"


def test_nobody_is_reinstated_whose_application_was_given_back(world: World) -> None:
    application = an_application(a_person(), an_intake(world.version), state=ApplicationState.ACCEPTED)
    a = enrol(application, by=world.lead)
    withdraw_enrolment(a, reason="No time", by=world.lead)
    Application.objects.filter(pk=application.pk).update(state=ApplicationState.WITHDRAWN)
    with pytest.raises(NotAccepted), transaction.atomic():
        reinstate_enrolment(a, cohort=world.cohort, reason="They asked", by=world.lead)


# --- extensions ------------------------------------------------------------------------------------


def new_head(world: World, starts_on: date | None = None) -> Enrolment:
    cohort = a_cohort(world.version, starts_on=starts_on) if starts_on else world.cohort
    return an_enrolment(cohort, is_new_to_headship=True)


@pytest.mark.parametrize(
    ("starts_on", "months", "ends_on"),
    [
        (date(2025, 8, 31), 0, date(2027, 5, 31)),
        (date(2025, 8, 31), 1, date(2027, 6, 30)),
        (date(2025, 8, 31), 6, date(2027, 11, 30)),
        (date(2025, 11, 30), 6, date(2028, 2, 29)),  # leap year
        (date(2025, 11, 29), 6, date(2028, 2, 29)),
        (date(2024, 2, 29), 6, date(2026, 5, 29)),
        (date(2025, 5, 31), 0, date(2027, 2, 28)),
        (date(2025, 5, 31), 1, date(2027, 3, 31)),  # from the original start, not from a clamped day
    ],
)
def test_the_end_of_assessment_moves_from_the_original_start(
    world: World, starts_on: date, months: int, ends_on: date
) -> None:
    a = new_head(world, starts_on)
    extended = extend_enrolment(a, months=months, reason="New to headship", approved_by=world.lead, by=world.lead)
    dates = dates_for(extended)
    assert dates is not None
    assert dates.assessment_ends_on == ends_on


def test_an_extension_is_appended_told_and_changes_nothing_twice(world: World) -> None:
    a = new_head(world)
    approver = a_person(Role.PROGRAMME_LEAD, full_name="Nadia Ostrowe")
    for _ in range(2):
        extend_enrolment(a, months=3, reason="A hard first year", approved_by=approver, by=world.lead)
    (extension,) = Extension.objects.all()
    assert (extension.months, extension.approved_by, extension.by) == (3, approver, world.lead)
    (letter,) = Message.objects.filter(kind="extension-changed")
    assert "ends on Wednesday 12 January 2028 at the latest" in letter.text
    assert "hard first year" not in letter.text
    extend_enrolment(a, months=0, reason="Not needed", approved_by=approver, by=world.lead)
    a.refresh_from_db()
    assert a.extension_months == 0
    assert [(step.what, step.why) for step in path_of(a)] == [
        ("Extended by 3 months in all, approved by Nadia Ostrowe", "A hard first year"),
        ("Extension taken back, approved by Nadia Ostrowe", "Not needed"),
    ]


def test_a_lead_approves_what_they_enter_only_by_name_and_nobody_else_approves(world: World) -> None:
    a = new_head(world)
    for nobody in (a.person, world.facilitator, a_person(Role.PROGRAMME_LEAD, organisation=a_partner())):
        with pytest.raises(ApproverNotALead):
            extend_enrolment(a, months=1, reason="Why", approved_by=nobody, by=world.lead)
    extend_enrolment(a, months=1, reason="Why", approved_by=world.lead, by=world.lead)
    assert f'"approved_by":{world.lead.pk},' in Entry.objects.get(verb="enrolment.extended").payload


def test_what_an_extension_needs(world: World) -> None:
    (other,) = world.enrol()
    with pytest.raises(NotNewToHeadship):
        extend_enrolment(other, months=1, reason="Why", approved_by=world.lead, by=world.lead)
    a = new_head(world)
    with pytest.raises(ExtensionTooLong):
        extend_enrolment(a, months=7, reason="Why", approved_by=world.lead, by=world.lead)
    with pytest.raises(ReasonMissing):
        extend_enrolment(a, months=1, reason=" ", approved_by=world.lead, by=world.lead)
    withdraw_enrolment(a, reason="No time", by=world.lead)
    with pytest.raises(EnrolmentOver):
        extend_enrolment(a, months=1, reason="Why", approved_by=world.lead, by=world.lead)
    assert not Extension.objects.exists()


def test_seven_months_are_refused_by_the_database_too(world: World) -> None:
    a = new_head(world)
    with pytest.raises(IntegrityError, match="only_new_heads_extend"), transaction.atomic():
        Enrolment.objects.filter(pk=a.pk).update(extension_months=7)
    with pytest.raises(IntegrityError, match="extended_by_six_months_at_most"), transaction.atomic():
        Extension.objects.create(enrolment=a, months=7, approved_by=world.lead)


def test_an_extension_that_has_begun_to_count_is_not_taken_back(world: World, time_machine: Any) -> None:
    a = new_head(world)
    extend_enrolment(a, months=3, reason="Why", approved_by=world.lead, by=world.lead)
    time_machine.move_to(datetime(2027, 10, 12, 12, tzinfo=UTC), tick=False)  # the last day without it
    extend_enrolment(a, months=0, reason="Why", approved_by=world.lead, by=world.lead)
    extend_enrolment(a, months=3, reason="Why", approved_by=world.lead, by=world.lead)
    time_machine.move_to(datetime(2027, 10, 13, 12, tzinfo=UTC), tick=False)
    with pytest.raises(ExtensionUsed, match="12 October 2027"):
        extend_enrolment(a, months=0, reason="Why", approved_by=world.lead, by=world.lead)
    assert extend_enrolment(a, months=1, reason="Why", approved_by=world.lead, by=world.lead).extension_months == 1


def test_somebody_who_has_become_a_head_since_is_noted_first(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(ReasonMissing):
        note_headship(a, is_new=True, reason="", by=world.lead)
    for _ in range(2):
        note_headship(a, is_new=True, reason="Appointed in January", by=world.lead)
    extend_enrolment(a, months=2, reason="Why", approved_by=world.lead, by=world.lead)
    with pytest.raises(HeadshipNeeded):
        note_headship(a, is_new=False, reason="A slip", by=world.lead)
    assert Entry.objects.filter(verb="enrolment.headship-noted").count() == 1


# --- pages -----------------------------------------------------------------------------------------


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def lead(world: World) -> Client:
    return signed_in(world.lead)


def act(name: str, row: Enrolment) -> str:
    return reverse(f"admin:cohorts_enrolment_{name}", args=[row.pk])


def text(response: Any) -> str:
    content: str = response.content.decode()
    return " ".join(content.split())


def test_a_move_is_shown_before_it_is_made(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    later = a_cohort(next_version(world), name="Next year", starts_on=NOW.date() + timedelta(days=30))
    form = {"cohort": later.pk, "group": "", "reason": ""}
    assert ">See what follows</button>" in text(lead.get(act("move", a)))
    page = text(lead.post(act("move", a), form | {"preview": "1"}))
    assert "Nothing has changed yet." in page
    assert "Next year, 24 places left, begins 17 April 2026, another version of the programme" in page
    assert "Seminar 2" in page.split("Without a match", 1)[1]
    assert Membership.objects.get(enrolment=a).cohort == world.cohort
    assert "Moved to Next year." in text(lead.post(act("move", a), form, follow=True))


def test_the_record_tells_the_path_in_words(world: World, lead: Client) -> None:
    a = new_head(world)
    extend_enrolment(a, months=3, reason="A <hard> year", approved_by=world.lead, by=world.lead)
    defer_enrolment(a, reason="Illness", returns_on=date(2026, 9, 1), by=world.lead)
    page = text(lead.get(reverse("admin:cohorts_enrolment_change", args=[a.pk])))
    assert "Extended by 3 months in all, approved by Tobias Farrant (“A &lt;hard&gt; year”)." in page
    assert "Deferred, to return on 1 September 2026: another reason (“Illness”)." in page
    Words.objects.update(erased_at=clock.now(), body="")
    page = text(lead.get(reverse("admin:cohorts_enrolment_change", args=[a.pk])))
    assert page.count("(the reason has been erased)") == 2


def test_the_page_of_a_withdrawal_says_what_follows(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=2))
    page = text(lead.get(act("withdraw", a)))
    assert "1 session to come is no longer theirs; the first is “Seminar 2”" in page
    assert "The course has not begun for them" not in page
    soon = an_enrolment(a_cohort(world.version, starts_on=NOW.date() + timedelta(days=1)))
    assert "DfE records no withdrawal of somebody who has not started" in text(lead.get(act("withdraw", soon)))
    assert "Choose why they leave" in text(lead.post(act("withdraw", a), {"reason": "No time"}))
    lead.post(act("withdraw", a), {"why": "workload", "reason": "No time"})
    a.refresh_from_db()
    assert a.withdrawn_for == "workload"


def test_leaving_counts_credit_as_the_policy_does_and_no_session_they_are_exempt_from(
    world: World, lead: Client
) -> None:
    (a,) = world.enrol()
    record_completion(a, item=world.module, by=a.person)
    assert "stays on their record: 3 hours." in text(lead.get(act("defer", a)))
    adopt(world, drafted(world))
    assert "stays on their record: 1 item." in text(lead.get(act("withdraw", a)))
    later = a_cohort(world.version, name="Later", starts_on=NOW.date() + timedelta(days=30))
    for cohort, group in ((world.cohort, world.group), (later, None)):
        a_seminar(cohort, world.other_item, group, starts_at=NOW + timedelta(days=40))
    move = {"cohort": later.pk, "group": "", "reason": "", "preview": "1"}
    assert "1 session to come" in text(lead.get(act("withdraw", a)))
    assert "1 session is still to come there." in text(lead.post(act("move", a), move))
    exempt_item(a, item=world.other_item, reason="Taught it for years", by=world.lead)
    assert "to come" not in text(lead.get(act("withdraw", a))).split("What follows")[1].split("</ul>")[0]
    assert "0 sessions are still to come there." in text(lead.post(act("move", a), move))


def test_seven_months_are_refused_by_the_form_and_oneself_is_named_as_such(world: World, lead: Client) -> None:
    a = new_head(world)
    page = text(lead.get(act("extend", a)))
    assert "Tobias Farrant (you)" in page
    assert "Wednesday 12 April 2028" in page
    form = {"months": "7", "approved_by": world.lead.pk, "reason": "Why"}
    assert "Enter a number of months from 0 to 6" in text(lead.post(act("extend", a), form))
    assert "Choose who approved it" in text(lead.post(act("extend", a), {"months": "6", "reason": "Why"}))
    assert "Extended by 6 months." in text(lead.post(act("extend", a), form | {"months": "6"}, follow=True))


def test_reinstating_asks_to_confirm(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    withdraw_enrolment(a, reason="No time", by=world.lead)
    form = {"cohort": world.cohort.pk, "group": world.group.pk, "reason": "They asked"}
    assert "Confirm that they want to come back" in text(lead.post(act("reinstate", a), form))
    a.refresh_from_db()
    assert a.state == "withdrawn"
    assert "Reinstated, in" in text(lead.post(act("reinstate", a), form | {"confirmed": "on"}, follow=True))


def test_a_list_by_what_became_of_people(world: World, lead: Client) -> None:
    people = {name: an_enrolment(world.cohort, person=a_person(full_name=name)) for name in ("Abel Thorn", "Beth Rudd")}
    soon = a_cohort(world.version, starts_on=NOW.date() + timedelta(days=1))
    people["Cora Lund"] = an_enrolment(soon, person=a_person(full_name="Cora Lund"))
    people["Dora Hythe"] = an_enrolment(world.cohort, person=a_person(full_name="Dora Hythe"), is_new_to_headship=True)
    for name in ("Abel Thorn", "Cora Lund"):
        withdraw_enrolment(people[name], reason="No time", by=world.lead)
    defer_enrolment(people["Beth Rudd"], reason="Illness", returns_on=NOW.date() + timedelta(days=1), by=world.lead)
    extend_enrolment(people["Dora Hythe"], months=6, reason="Why", approved_by=world.lead, by=world.lead)

    def names(query: str) -> list[str]:
        page = text(lead.get(reverse("admin:cohorts_enrolment_changelist") + query))
        return [name for name in people if f">{name}<" in page]

    assert names("?withdrew=before") == ["Cora Lund"]
    assert names("?withdrew=since") == ["Abel Thorn"]
    assert names("?returns=planned") == ["Beth Rudd"]
    assert names("?returns=past") == names("?returns=open") == []
    assert names("?extended=yes") == ["Dora Hythe"]
    page = text(lead.get(reverse("admin:cohorts_enrolment_changelist")))
    assert "Withdrawn before the course began on 18 March 2026: another reason" in page
    assert "Deferred, to return on 19 March 2026: another reason" in page
    assert "12 Apr 2028 (+6)" in page


def test_a_planned_return_that_has_passed_waits_on_the_start_page(
    world: World, lead: Client, time_machine: Any
) -> None:
    (a,) = world.enrol()
    defer_enrolment(a, reason="Illness", returns_on=NOW.date() + timedelta(days=1), by=world.lead)
    assert "Planned to return by now" not in text(lead.get(reverse("admin:index")))
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    assert "Planned to return by now" in text(signed_in(world.lead).get(reverse("admin:index")))


# --- the participant's own pages -------------------------------------------------------------------


@pytest.fixture
def theirs(world: World) -> Client:
    (a,) = world.enrol(is_new_to_headship=True)
    return signed_in(a.person)


def test_the_course_page_has_the_dates_that_hold_for_them(world: World, theirs: Client) -> None:
    (a,) = world.people
    page = text(theirs.get(reverse("cohorts:course")))
    assert "you can ask for up to 6 further months" in page
    extend_enrolment(a, months=1, reason="Why", approved_by=world.lead, by=world.lead)
    page = text(theirs.get(reverse("cohorts:course")))
    assert "Friday 12 November 2027<p>With your extension of 1 month.</p>" in page
    assert "further months" not in page
    defer_enrolment(a, reason="Illness", returns_on=date(2026, 9, 1), by=world.lead)
    page = text(theirs.get(reverse("cohorts:course")))
    assert "You are deferred, and plan to return on Tuesday 1 September 2026." in page
    assert "When you want to come back" in page
    assert "Illness" not in page


def test_somebody_changes_their_own_name_and_number(world: World, theirs: Client) -> None:
    (a,) = world.people
    assert "Enter your full name" in text(theirs.post(reverse("cohorts:details_name"), {"full_name": " "}))
    name = {"full_name": "Ines  Caldbeck", "preferred_name": ""}
    assert "Ines Caldbeck" in text(theirs.post(reverse("cohorts:details_name"), name, follow=True))
    assert "like 0123456" in text(theirs.post(reverse("cohorts:details_trn"), {"trn": "12"}))
    nobodys = text(theirs.post(reverse("cohorts:details_trn"), {"trn": "0000000"}))
    assert "0000000 is nobody’s teacher reference number. Enter yours" in nobodys
    assert "send it later" not in nobodys
    page = text(theirs.post(reverse("cohorts:details_trn"), {"trn": "123 4567"}, follow=True))
    assert "1234567<br>Not verified yet." in page
    assert "from nothing to 1234567, by you" in page
    a.person.refresh_from_db()
    assert a.person.full_name == "Ines Caldbeck"


def test_somebody_changes_their_school_and_their_application_keeps_its_own(world: World, theirs: Client) -> None:
    (a,) = world.people
    application = an_application(
        a.person, an_intake(world.version), state=ApplicationState.ACCEPTED, school_name="Fellside School"
    )
    Enrolment.objects.filter(pk=a.pk).update(application=application)
    a_school(name="Tarnhollow School", urn="912345")
    assert "Fellside School" in text(theirs.get(reverse("cohorts:details")))
    address = reverse("cohorts:details_school") + "?q=tarnhollow"
    assert "Tarnhollow School" in text(theirs.get(address))
    assert "No open school in England" in text(theirs.get(reverse("cohorts:details_school") + "?q=nowhere"))
    names = re.findall(r'name="(from_on[^"]*)"', theirs.get(address).content.decode())
    form = {"school": "912345"} | dict(zip(names, ("2", "3", "2026"), strict=True))
    page = text(theirs.post(address, form, follow=True))
    assert "Tarnhollow School is held as your school now." in page
    assert "from Fellside School to Tarnhollow School, by you" in page
    application.refresh_from_db()
    assert application.school_name == "Fellside School"
    record = text(signed_in(world.lead).get(reverse("admin:cohorts_enrolment_change", args=[a.pk])))
    assert "Tarnhollow School (applied from Fellside School)" in record


def test_a_lead_enters_a_school_by_its_urn(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    a_school(name="Tarnhollow School", urn="912345")
    names = re.findall(r'name="(from_on[^"]*)"', lead.get(act("school", a)).content.decode())
    form = {"urn": "912345", "reason": "They wrote"} | dict(zip(names, ("2", "3", "2026"), strict=True))
    assert "No school has that URN" in text(lead.post(act("school", a), form | {"urn": "912346"}))
    assert "works at Tarnhollow School since 2 March 2026" in text(lead.post(act("school", a), form, follow=True))


def test_a_lead_renames_somebody_and_the_record_shows_what_it_was(world: World, lead: Client) -> None:
    (a,) = world.enrol()
    was = str(a.person)
    address = reverse("admin:people_user_rename", args=[a.person.pk])
    assert "keeps the name it was issued with" in text(lead.get(address)).replace("&#x27;", "'")
    lead.post(address, {"full_name": "Ines <Caldbeck>", "preferred_name": "", "reason": "Married"})
    record = text(lead.get(reverse("admin:people_user_change", args=[a.person.pk])))
    assert f"Name: {was} → Ines &lt;Caldbeck&gt; (“Married”). Entered by Tobias Farrant." in record
