"""Enrolling, placing, deferring, coming back."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.db import connection

from applications.models import Application
from applications.states import ApplicationState
from cohorts.actions import (
    cancel_seminar,
    complete_enrolment,
    defer_enrolment,
    enrol,
    exempt_item,
    expect_item,
    place_on_cohort,
    record_completion,
    reinstate_enrolment,
    return_from_deferral,
    transfer,
    withdraw_enrolment,
)
from cohorts.errors import (
    AlreadyPlaced,
    CohortFull,
    CohortNotOpen,
    CohortOfAnotherVersion,
    EnrolmentOver,
    GroupOfAnotherCohort,
    NotAccepted,
    NotDeferred,
    NothingToRecord,
    NotOnList,
    NotTakingPart,
    ReasonMissing,
)
from cohorts.models import Cohort, Completion, Enrolment, Membership, PersonalItem
from cohorts.queries import (
    accepted_without_enrolment,
    enrolled_without_place,
    item_lines,
    overdue_registers,
    standing_of,
    window_open_to,
)
from cohorts.states import ENROLMENT_MOVES, OPEN_TO_JOIN, CohortState, EnrolmentState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.errors import RuleViolation
from npqh_portal.notifications.models import Message
from npqh_portal.people.access import people_visible_to
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.states import VersionState
from tests.cohorts.conftest import NOW, World
from tests.factories import (
    a_cohort,
    a_group,
    a_partner,
    a_person,
    a_seminar,
    a_version,
    a_window,
    an_application,
    an_enrolment,
    an_intake,
    an_item,
)


def an_accepted(world: World, **fields: Any) -> Application:
    fields = {"headship": "serving"} | fields
    intake = an_intake(world.version, name=f"Intake {Application.objects.count()}")
    return an_application(a_person(), intake, state=ApplicationState.ACCEPTED, **fields)


def an_unplaced(world: World) -> Enrolment:
    return enrol(an_accepted(world), by=world.lead)


# --- enrolling -----------------------------------------------------------------------------------


def test_an_accepted_person_is_enrolled_with_their_own_list_and_role(world: World) -> None:
    application = an_accepted(world)
    enrolment = enrol(application, by=world.lead)
    assert (enrolment.person, enrolment.version, enrolment.state) == (application.person, world.version, "active")
    assert list(enrolment.personal_items.values_list("item__title", "expectation")) == [
        ("Seminar 1", "expected"),
        ("Seminar 2", "expected"),
        ("Module 1", "expected"),
    ]
    grant = RoleGrant.objects.get(person=application.person)
    assert (grant.role, grant.granted_by) == (Role.PARTICIPANT, world.lead)


def test_a_delivery_partner_s_lead_finds_its_participants_among_its_people(world: World) -> None:
    partner = a_partner()
    intake = an_intake(world.version, delivery_partner=partner, name="Partner's intake")
    application = an_application(a_person(), intake, state=ApplicationState.ACCEPTED)
    enrol(application, by=None)
    lead = a_person(Role.PROGRAMME_LEAD, organisation=partner)
    assert list(people_visible_to(lead).exclude(pk=lead.pk)) == [application.person]


def test_enrolling_twice_enrols_once(world: World) -> None:
    application = an_accepted(world)
    assert enrol(application, by=world.lead) == enrol(application, by=world.lead)
    assert RoleGrant.objects.filter(person=application.person).count() == 1
    assert Entry.objects.filter(verb="enrolment.made").count() == 1


@pytest.mark.parametrize("state", sorted(set(ApplicationState) - {ApplicationState.ACCEPTED}))
def test_nobody_else_is_enrolled(world: World, state: ApplicationState) -> None:
    application = an_application(a_person(), an_intake(world.version), state=state)
    with pytest.raises(NotAccepted):
        enrol(application, by=world.lead)


@pytest.mark.parametrize(
    ("headship", "is_new"), [("aspiring", False), ("appointed", True), ("new", True), ("serving", False)]
)
def test_who_is_new_to_headship_follows_from_the_application(world: World, headship: str, is_new: bool) -> None:
    assert enrol(an_accepted(world, headship=headship), by=world.lead).is_new_to_headship is is_new


# --- placing -------------------------------------------------------------------------------------


def test_a_place_is_given_and_told(world: World) -> None:
    enrolment = an_unplaced(world)
    membership = place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    assert (membership.cohort, membership.group, membership.from_on, membership.to_on) == (
        world.cohort,
        world.group,
        NOW.date(),
        None,
    )
    (message,) = Message.objects.all()
    assert (message.kind, message.person) == ("place-confirmed", enrolment.person)
    assert f"Your place in {world.cohort.name} is confirmed" in message.subject
    assert "Monday 12 January 2026" in message.text


def test_a_place_given_twice_is_one_place(world: World) -> None:
    enrolment = an_unplaced(world)
    first = place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    assert place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead) == first
    assert (Membership.objects.filter(enrolment=enrolment).count(), Message.objects.count()) == (1, 1)


def test_whoever_comes_after_the_first_day_has_joined_late(world: World) -> None:
    tomorrow = a_cohort(world.version, starts_on=NOW.date() + timedelta(days=1))
    today = a_cohort(world.version, starts_on=NOW.date())
    yesterday = a_cohort(world.version, starts_on=NOW.date() - timedelta(days=1))
    reasons = [
        place_on_cohort(an_unplaced(world), cohort=cohort, by=world.lead).reason
        for cohort in (tomorrow, today, yesterday)
    ]
    assert reasons == ["placed", "placed", "late"]


def test_a_second_place_needs_a_move(world: World) -> None:
    enrolment = an_unplaced(world)
    place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    other = a_group(world.cohort)
    with pytest.raises(AlreadyPlaced):
        place_on_cohort(enrolment, cohort=world.cohort, group=other, by=world.lead)
    moved = transfer(enrolment, cohort=world.cohort, group=other, by=world.lead)
    stays = Membership.objects.filter(enrolment=enrolment).order_by("pk")
    assert [(one.group, one.to_on) for one in stays] == [(world.group, NOW.date()), (other, None)]
    assert moved.reason == "moved"


def test_somebody_may_change_group_in_a_full_cohort(world: World) -> None:
    enrolment = an_unplaced(world)
    place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    Cohort.objects.filter(pk=world.cohort.pk).update(capacity=1)
    transfer(enrolment, cohort=world.cohort, group=a_group(world.cohort), by=world.lead)
    with pytest.raises(CohortFull):
        place_on_cohort(an_unplaced(world), cohort=world.cohort, by=world.lead)


def test_the_last_place_is_a_place_and_the_next_is_not(world: World) -> None:
    cohort = a_cohort(world.version, capacity=2, starts_on=world.cohort.starts_on)
    for _ in range(2):
        place_on_cohort(an_unplaced(world), cohort=cohort, by=world.lead)
    with pytest.raises(CohortFull, match="All 2 places"):
        place_on_cohort(an_unplaced(world), cohort=cohort, by=world.lead)


@pytest.mark.parametrize("state", list(CohortState))
def test_only_published_and_running_cohorts_take_people_in(world: World, state: CohortState) -> None:
    cohort = a_cohort(world.version, state=state, starts_on=world.cohort.starts_on)
    enrolment = an_unplaced(world)
    if state in OPEN_TO_JOIN:
        place_on_cohort(enrolment, cohort=cohort, by=world.lead)
    else:
        with pytest.raises(CohortNotOpen):
            place_on_cohort(enrolment, cohort=cohort, by=world.lead)


def test_a_place_must_fit_version_and_group(world: World) -> None:
    enrolment = an_unplaced(world)
    with pytest.raises(GroupOfAnotherCohort):
        place_on_cohort(enrolment, cohort=world.cohort, group=a_group(a_cohort(world.version)), by=world.lead)
    with pytest.raises(CohortOfAnotherVersion):
        place_on_cohort(enrolment, cohort=a_cohort(a_version()), by=world.lead)


@pytest.mark.parametrize("state", ["deferred", "withdrawn", "completed"])
def test_only_somebody_taking_part_is_placed(world: World, state: str) -> None:
    enrolment = an_unplaced(world)
    Enrolment.objects.filter(pk=enrolment.pk).update(state=state)
    with pytest.raises(NotTakingPart):
        place_on_cohort(enrolment, cohort=world.cohort, by=world.lead)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_do_not_get_the_same_last_place() -> None:
    version = a_version()
    cohort = a_cohort(version, capacity=1)
    people = [Enrolment.objects.create(person=a_person(), version=version) for _ in range(2)]
    start = Barrier(2)

    def place(enrolment: Enrolment) -> str:
        try:
            start.wait(timeout=10)
            place_on_cohort(enrolment, cohort=cohort, by=None)
        except CohortFull:
            return "full"
        else:
            return "placed"
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(place, people)) == ["full", "placed"]
    assert Membership.objects.filter(cohort=cohort).count() == 1


# --- leaving and coming back ---------------------------------------------------------------------


def moves(world: World) -> dict[EnrolmentState, Callable[[Enrolment], object]]:
    by: User = world.lead
    return {
        EnrolmentState.DEFERRED: lambda one: defer_enrolment(one, reason="Illness", by=by),
        EnrolmentState.WITHDRAWN: lambda one: withdraw_enrolment(one, reason="New post", by=by),
        EnrolmentState.COMPLETED: lambda one: complete_enrolment(one, by=by),
        EnrolmentState.ACTIVE: lambda one: _come_back(one, world),
    }


def _come_back(enrolment: Enrolment, world: World) -> Membership:
    if enrolment.state == EnrolmentState.WITHDRAWN:
        return reinstate_enrolment(enrolment, cohort=world.cohort, reason="A new post", by=world.lead)
    return return_from_deferral(enrolment, cohort=world.cohort, by=world.lead)


@pytest.mark.parametrize("start", list(EnrolmentState))
@pytest.mark.parametrize("end", list(EnrolmentState))
def test_every_move_of_an_enrolment(world: World, start: EnrolmentState, end: EnrolmentState) -> None:
    enrolment = an_unplaced(world)
    Enrolment.objects.filter(pk=enrolment.pk).update(state=start)
    enrolment.refresh_from_db()
    legal = end in ENROLMENT_MOVES[start]
    again = start == end and end is not EnrolmentState.ACTIVE
    if legal or again:
        moves(world)[end](enrolment)
        enrolment.refresh_from_db()
        assert enrolment.state == end
    else:
        with pytest.raises(RuleViolation):
            moves(world)[end](enrolment)
        enrolment.refresh_from_db()
        assert enrolment.state == start
    assert Entry.objects.filter(verb="enrolment.moved").count() == legal


def test_a_deferral_frees_the_place_and_is_told_once(world: World) -> None:
    enrolment = an_unplaced(world)
    place_on_cohort(enrolment, cohort=world.cohort, by=world.lead)
    defer_enrolment(enrolment, reason="Illness", by=world.lead)
    defer_enrolment(enrolment, reason="Illness", by=world.lead)
    assert Membership.objects.get(enrolment=enrolment).to_on == NOW.date()
    assert Message.objects.filter(kind="deferral-confirmed").count() == 1
    assert "Illness" not in Message.objects.get(kind="deferral-confirmed").text


def test_a_second_deferral_is_told_again(world: World) -> None:
    enrolment = an_unplaced(world)
    place_on_cohort(enrolment, cohort=world.cohort, by=world.lead)
    for _ in range(2):
        defer_enrolment(enrolment, reason="Illness", by=world.lead)
        return_from_deferral(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    assert Message.objects.filter(kind="deferral-confirmed").count() == 2
    assert list(enrolment.memberships.order_by("pk").values_list("reason", flat=True)) == [
        "late",
        "returned",
        "returned",
    ]


def test_coming_back_to_a_full_cohort_leaves_everything_as_it_was(world: World) -> None:
    enrolment = an_unplaced(world)
    defer_enrolment(enrolment, reason="Illness", by=world.lead)
    full = a_cohort(world.version, capacity=1)
    an_enrolment(full)
    with pytest.raises(CohortFull):
        return_from_deferral(enrolment, cohort=full, by=world.lead)
    enrolment.refresh_from_db()
    assert enrolment.state == "deferred"


@pytest.mark.parametrize("act", [defer_enrolment, withdraw_enrolment])
def test_leaving_needs_a_reason(world: World, act: Callable[..., object]) -> None:
    with pytest.raises(ReasonMissing):
        act(an_unplaced(world), reason="  ", by=world.lead)


def test_only_somebody_deferred_comes_back(world: World) -> None:
    with pytest.raises(NotDeferred):
        return_from_deferral(an_unplaced(world), cohort=world.cohort, by=world.lead)


def test_an_exemption_has_a_reason_and_is_made_once(world: World) -> None:
    enrolment = an_unplaced(world)
    with pytest.raises(ReasonMissing):
        exempt_item(enrolment, item=world.module, reason="", by=world.lead)
    exempt_item(enrolment, item=world.module, reason="Wrote it", by=world.lead)
    exempt_item(enrolment, item=world.module, reason="", by=world.lead)
    assert Entry.objects.filter(verb="item.exempted").count() == 1
    letter = Message.objects.get(kind="exemption-changed")
    assert f"You need not do “{world.module}”" in letter.text
    assert "Wrote it" in letter.text
    assert PersonalItem.objects.filter(enrolment=enrolment, expectation="exempt").count() == 1
    with pytest.raises(NotOnList):
        exempt_item(enrolment, item=an_item(a_version(state=VersionState.DRAFT)), reason="No", by=world.lead)


def test_an_exemption_is_taken_back_with_a_reason_and_its_credit_counts_again(world: World) -> None:
    enrolment = an_enrolment(world.cohort, world.group)
    record_completion(enrolment, item=world.module, by=enrolment.person)
    before = standing_of(enrolment, clock.now())
    assert expect_item(enrolment, item=world.module, reason="", by=world.lead).expectation == "expected"
    exempt_item(enrolment, item=world.module, reason="Wrote it", by=world.lead)
    assert standing_of(enrolment, clock.now()).credited == 0
    with pytest.raises(ReasonMissing):
        expect_item(enrolment, item=world.module, reason=" ", by=world.lead)
    for _ in range(2):
        expect_item(enrolment, item=world.module, reason="The wrong person", by=world.lead)
    assert standing_of(enrolment, clock.now()) == before
    assert Message.objects.filter(kind="exemption-changed").count() == 2
    assert "again" in Message.objects.filter(kind="exemption-changed").latest("pk").text
    (entry,) = Entry.objects.filter(verb="item.expected-again")
    assert "The wrong person" in Words.objects.get(sha256=entry.words_sha256).body


def test_an_item_taken_back_whose_every_sitting_was_cancelled_is_not_expected(world: World) -> None:
    enrolment = an_enrolment(world.cohort, world.group)
    exempt_item(enrolment, item=world.seminar_item, reason="Ill", by=world.lead)
    cancel_seminar(world.seminar, reason="Snow", by=world.lead)
    expect_item(enrolment, item=world.seminar_item, reason="Well again", by=world.lead)
    assert enrolment.personal_items.get(item=world.seminar_item).expectation == "cancelled"


@pytest.mark.parametrize(
    "end", [lambda e: withdraw_enrolment(e, reason="New post", by=None), lambda e: complete_enrolment(e, by=None)]
)
def test_the_list_of_a_run_that_is_over_stays_as_it_is(world: World, end: Callable[[Enrolment], object]) -> None:
    enrolment = an_unplaced(world)
    exempt_item(enrolment, item=world.module, reason="Wrote it", by=world.lead)
    end(enrolment)
    with pytest.raises(EnrolmentOver):
        exempt_item(enrolment, item=world.seminar_item, reason="Ill", by=world.lead)
    with pytest.raises(EnrolmentOver):
        expect_item(enrolment, item=world.module, reason="Ill", by=world.lead)


# --- the first day -------------------------------------------------------------------------------


def test_whoever_comes_after_todays_session_was_not_missing_from_it(world: World) -> None:
    begun = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW)
    enrolment = an_unplaced(world)
    membership = place_on_cohort(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    assert membership.from_on == clock.today() + timedelta(days=1)
    assert overdue_registers(NOW + timedelta(hours=3)).filter(pk=begun.pk).count() == 0
    line = item_lines(enrolment, clock.now())[world.other_item.pk]
    assert (line.to_come, line.recoverable) == (0, 120)


def test_a_session_later_today_or_of_another_group_is_still_ones_own_to_come(world: World) -> None:
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(minutes=1))
    a_seminar(world.cohort, world.seminar_item, a_group(world.cohort), starts_at=NOW - timedelta(hours=1))
    membership = place_on_cohort(an_unplaced(world), cohort=world.cohort, group=world.group, by=world.lead)
    assert membership.from_on == clock.today()


def test_moving_after_todays_session_of_the_new_group_leaves_no_day_between(world: World) -> None:
    enrolment = an_enrolment(world.cohort, a_group(world.cohort))
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW)
    transfer(enrolment, cohort=world.cohort, group=world.group, by=world.lead)
    old, new = enrolment.memberships.order_by("pk")
    assert old.to_on == new.from_on == clock.today() + timedelta(days=1)


# --- who waits, and who may sit ------------------------------------------------------------------


def test_who_waits_for_a_place(world: World) -> None:
    accepted = an_accepted(world)
    unplaced = an_unplaced(world)
    placed = an_unplaced(world)
    place_on_cohort(placed, cohort=world.cohort, by=world.lead)
    withdrawn = an_unplaced(world)
    withdraw_enrolment(withdrawn, reason="New post", by=world.lead)
    assert list(accepted_without_enrolment()) == [accepted]
    assert list(enrolled_without_place()) == [unplaced]


def test_a_window_is_open_to_whoever_takes_part_in_its_cohort(world: World) -> None:
    enrolment = an_enrolment(world.cohort, world.group)
    cohort = a_cohort(world.version, windows=False)
    sitting = an_enrolment(cohort)
    window = a_window(cohort, opens_on=clock.today(), closes_on=clock.today() + timedelta(days=7))
    assert window_open_to(sitting, clock.now()) == window
    assert window_open_to(enrolment, clock.now()) is None
    defer_enrolment(sitting, reason="Illness", by=world.lead)
    sitting.refresh_from_db()
    assert window_open_to(sitting, clock.now()) is None


def test_somebody_not_taking_part_is_told_so_in_the_second_person(world: World) -> None:
    (enrolment,) = world.enrol()
    Enrolment.objects.filter(pk=enrolment.pk).update(state="deferred")
    with pytest.raises(NothingToRecord, match="You are not taking part at present"):
        record_completion(enrolment, item=world.module, by=enrolment.person)
    assert not Completion.objects.exists()
