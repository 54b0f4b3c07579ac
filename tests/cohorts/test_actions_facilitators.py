"""Profiles, absences, replacement, and handing a group over."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.actions import (
    add_absence,
    ask_for_replacement,
    hand_over_group,
    remove_absence,
    replace_facilitator,
    schedule_seminar,
    write_profile,
)
from cohorts.errors import (
    AbsenceBackwards,
    AbsenceOver,
    AbsenceOverlaps,
    AbsenceTooFarAhead,
    AbsenceTooLong,
    HandOverClashes,
    LeadsAlready,
    NotAFacilitator,
    NothingToReplace,
    NoWeekdayOffered,
)
from cohorts.models import Absence, Booking, Facilitation, FacilitatorProfile, PendingChange, SchoolTerm, Seminar
from cohorts.queries.facilitators import (
    hand_over_of,
    loads,
    loads_by_term,
    sessions_on,
    shown_profiles_to,
    who_could_lead,
    without_leader,
)
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import Mode
from tests.cohorts.conftest import NOW, World
from tests.factories import a_grant, a_group, a_partner, a_person, an_enrolment

TODAY = date(2026, 3, 18)  # a Wednesday
LATER = NOW + timedelta(days=10)  # a Saturday


def scheduled(world: World, starts_at: datetime = LATER, **fields: Any) -> Seminar:
    given: dict[str, Any] = {
        "item": world.other_item,
        "group": world.group,
        "facilitator": world.facilitator,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(hours=2),
        "mode": Mode.ONLINE,
        "by": world.lead,
    } | fields
    seminar = schedule_seminar(given.pop("cohort", world.cohort), **given)
    Message.objects.all().delete()
    return seminar


def another(name: str = "Rhona Quillfeather") -> User:
    return a_person(Role.FACILITATOR, full_name=name)


def told(kind: str) -> set[User | None]:
    return {message.person for message in Message.objects.filter(kind=kind)}


# --- the profile ---------------------------------------------------------------------------------


def test_a_profile_is_written_once_and_changed_only_by_a_difference(world: World) -> None:
    said: dict[str, Any] = {"headline": " Head of a primary school ", "biography": "I led two.", "is_shown": True}
    write_profile(world.facilitator, **said, weekdays="310", by=world.facilitator)
    profile = write_profile(world.facilitator, **said, weekdays="013", by=world.facilitator)
    assert (profile.headline, profile.weekdays, profile.is_shown) == ("Head of a primary school", "013", True)
    (entry,) = Entry.objects.filter(verb="facilitator.profile-written")
    assert "primary" not in entry.payload  # nothing that a person wrote


def test_a_weekday_has_to_be_offered(world: World) -> None:
    with pytest.raises(NoWeekdayOffered):
        write_profile(world.facilitator, headline="", biography="", is_shown=False, weekdays="", by=None)
    assert not FacilitatorProfile.objects.exists()


def test_who_reads_a_profile(world: World) -> None:
    (theirs,) = world.enrol()
    strangers = [an_enrolment(world.cohort, a_group(world.cohort)).person, another()]
    write: dict[str, Any] = {"headline": "Head", "biography": "", "weekdays": "0123456"}
    write_profile(world.facilitator, **write, is_shown=False, by=None)

    def readers() -> list[User]:
        people = [theirs.person, *strangers, world.facilitator]
        return [one for one in people if shown_profiles_to(one).filter(person=world.facilitator).exists()]

    assert readers() == [world.facilitator]
    write_profile(world.facilitator, **write, is_shown=True, by=None)
    assert readers() == [theirs.person, world.facilitator]
    Facilitation.objects.update(to_on=TODAY)
    Seminar.objects.update(facilitator=None)
    assert readers() == [world.facilitator]
    scheduled(world)  # one session alone is enough
    assert readers() == [theirs.person, world.facilitator]


# --- absences --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "last", "refusal"),
    [
        (TODAY, TODAY, None),
        (TODAY - timedelta(days=5), TODAY, None),
        (TODAY - timedelta(days=5), TODAY - timedelta(days=1), AbsenceOver),
        (TODAY + timedelta(days=1), TODAY, AbsenceBackwards),
        (TODAY, TODAY + timedelta(days=365), None),
        (TODAY, TODAY + timedelta(days=366), AbsenceTooLong),
        (TODAY + timedelta(days=1095), TODAY + timedelta(days=1095), None),
        (TODAY + timedelta(days=1095), TODAY + timedelta(days=1096), AbsenceTooFarAhead),
        (date.max, date.max, AbsenceTooFarAhead),
    ],
)
def test_days_of_an_absence(world: World, first: date, last: date, refusal: type[Exception] | None) -> None:
    if refusal:
        with pytest.raises(refusal):
            add_absence(world.facilitator, from_on=first, to_on=last, by=None)
    else:
        add_absence(world.facilitator, from_on=first, to_on=last, by=None)
    assert Absence.objects.exists() is (refusal is None)


@pytest.mark.parametrize(
    ("first", "last", "overlaps"),
    [(1, 9, False), (1, 10, True), (12, 14, True), (20, 30, True), (21, 30, False), (1, 31, True)],
)
def test_absences_do_not_overlap(world: World, first: int, last: int, overlaps: bool) -> None:
    add_absence(world.facilitator, from_on=date(2026, 5, 10), to_on=date(2026, 5, 20), by=None)
    add_absence(another(), from_on=date(2026, 5, 1), to_on=date(2026, 5, 31), by=None)  # somebody else's
    days: dict[str, Any] = {"from_on": date(2026, 5, first), "to_on": date(2026, 5, last)}
    if overlaps:
        with pytest.raises(AbsenceOverlaps, match="from 10 May 2026 to 20 May 2026"):
            add_absence(world.facilitator, **days, by=None)
    else:
        add_absence(world.facilitator, **days, by=None)


def test_the_same_absence_twice_is_one(world: World) -> None:
    one, two = (add_absence(world.facilitator, from_on=TODAY, to_on=TODAY, by=None) for _ in range(2))
    assert one == two
    remove_absence(one, by=None)
    remove_absence(two, by=None)
    assert list(Entry.objects.filter(verb__startswith="absence").values_list("verb", flat=True).order_by("pk")) == [
        "absence.added",
        "absence.removed",
    ]


def test_sessions_given_already_stay_and_are_asked_for_once(world: World) -> None:
    session = scheduled(world)
    scheduled(world, LATER + timedelta(days=1), item=world.seminar_item, group=a_group(world.cohort))
    a_person(Role.PROGRAMME_LEAD, organisation=a_partner("Moorside Partners"))
    absence = add_absence(world.facilitator, from_on=TODAY, to_on=date(2026, 3, 28), note="Surgery.", by=None)
    assert list(sessions_on(world.facilitator, absence.from_on, absence.to_on, NOW)) == [session]
    for _ in range(2):
        assert ask_for_replacement(absence, by=world.facilitator) == 1
    (letter,) = Message.objects.filter(kind="replacement-asked")
    assert letter.person == world.lead
    assert "Seminar 2" in letter.text
    assert "Surgery." in letter.text
    session.refresh_from_db()
    assert session.facilitator == world.facilitator


def test_whoever_was_asked_is_told_that_nobody_need_be_found(world: World) -> None:
    taken_over = scheduled(world)
    kept = scheduled(world, LATER + timedelta(hours=3), item=world.seminar_item, group=a_group(world.cohort))
    days: dict[str, Any] = {"from_on": TODAY, "to_on": date(2026, 3, 28), "by": None}
    remove_absence(add_absence(world.facilitator, **days), by=None)  # nobody was asked
    assert told("replacement-not-needed") == set()
    absence = add_absence(world.facilitator, **days)
    ask_for_replacement(absence, by=world.facilitator)
    replace_facilitator(taken_over, facilitator=another(), by=world.lead)
    for _ in range(2):
        remove_absence(absence, by=world.facilitator)
    (letter,) = Message.objects.filter(kind="replacement-not-needed")
    assert letter.person == world.lead
    assert (kept.item.title in letter.text, taken_over.item.title in letter.text) == (True, False)


def test_nothing_is_asked_where_nothing_is_led(world: World) -> None:
    absence = add_absence(world.facilitator, from_on=TODAY, to_on=TODAY + timedelta(days=3), by=None)
    with pytest.raises(NothingToReplace):
        ask_for_replacement(absence, by=None)


def test_what_nobody_leads_is_listed_and_why(world: World) -> None:
    fine = scheduled(world)
    nobody = scheduled(world, item=world.seminar_item, group=a_group(world.cohort), facilitator=None)
    off_day = scheduled(world, item=world.seminar_item, group=a_group(world.cohort), facilitator=another())
    away = scheduled(world, item=world.seminar_item, group=a_group(world.cohort), facilitator=another())
    assert off_day.facilitator
    assert away.facilitator
    write_profile(off_day.facilitator, headline="", biography="", is_shown=False, weekdays="01234", by=None)
    write_profile(world.facilitator, headline="", biography="", is_shown=False, weekdays="5", by=None)
    add_absence(away.facilitator, from_on=date(2026, 3, 28), to_on=date(2026, 3, 28), by=None)
    rows: Any = without_leader(Seminar.objects.all(), NOW)
    found = {(one.pk, one.is_away, one.is_off_day) for one in rows}
    assert found == {(nobody.pk, False, False), (off_day.pk, False, True), (away.pk, True, False)}
    assert fine.pk not in {pk for pk, _, _ in found}
    assert not without_leader(Seminar.objects.all(), LATER).exists()


def test_the_weekday_of_a_session_is_the_one_in_london(world: World) -> None:
    """Half past midnight on a Sunday in summer is still Saturday in UTC."""
    session = scheduled(world, datetime(2026, 6, 27, 23, 30, tzinfo=UTC), ends_at=datetime(2026, 6, 28, 1, tzinfo=UTC))
    write_profile(world.facilitator, headline="", biography="", is_shown=False, weekdays="6", by=None)
    assert not without_leader(Seminar.objects.all(), NOW).exists()
    add_absence(world.facilitator, from_on=date(2026, 6, 27), to_on=date(2026, 6, 27), by=None)
    assert not without_leader(Seminar.objects.all(), NOW).exists()
    add_absence(world.facilitator, from_on=date(2026, 6, 28), to_on=date(2026, 6, 28), by=None)
    assert list(without_leader(Seminar.objects.all(), NOW)) == [session]


def test_who_is_free_and_leads_least_comes_first(world: World) -> None:
    SchoolTerm.objects.create(name="Spring 2026", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 31))
    session = scheduled(world)
    busy, off_day, away, led_more, free = (another(name) for name in ("Busy", "Off", "Away", "More", "Free"))
    scheduled(world, facilitator=busy, item=world.seminar_item, group=a_group(world.cohort))
    write_profile(off_day, headline="", biography="", is_shown=False, weekdays="0", by=None)
    add_absence(away, from_on=date(2026, 3, 28), to_on=date(2026, 3, 28), by=None)
    scheduled(
        world, LATER + timedelta(hours=2), facilitator=led_more, item=world.seminar_item, group=a_group(world.cohort)
    )
    of_another_partner = a_person()
    a_grant(of_another_partner, Role.FACILITATOR, organisation=a_partner("Moorside Partners"))
    a_person(Role.FACILITATOR, is_active=False)
    found = who_could_lead(session, NOW)
    assert [(one.person, one.in_term, one.ahead) for one in found] == [(free, 0, 0), (led_more, 1, 1)]
    assert {one.kind for one in found} == {"Development lead"}


# --- handing over ----------------------------------------------------------------------------------


def test_a_group_is_handed_over_with_its_sessions_in_one_letter(world: World) -> None:
    (participant,) = world.enrol()
    taker = another()
    elsewhere = scheduled(world, item=world.seminar_item, group=a_group(world.cohort))
    Seminar.objects.filter(pk=world.seminar.pk).delete()
    ours = scheduled(world, LATER + timedelta(days=1))
    unled = scheduled(world, LATER + timedelta(days=2), item=world.seminar_item, facilitator=None)
    found = hand_over_group(world.group, person=taker, from_on=TODAY, by=world.lead)
    assert [edit.seminar for edit in found.edits] == [ours, unled]
    led = dict(Seminar.objects.filter(starts_at__gt=NOW).values_list("pk", "facilitator"))
    assert led == {elsewhere.pk: world.facilitator.pk, ours.pk: taker.pk, unled.pk: taker.pk}
    assert set(Booking.objects.filter(facilitator=taker).values_list("seminar", flat=True)) == {ours.pk, unled.pk}
    leading = Facilitation.objects.filter(group=world.group).order_by("pk").values_list("person", "from_on", "to_on")
    assert list(leading) == [(world.facilitator.pk, world.cohort.starts_on, TODAY), (taker.pk, TODAY, None)]
    letters = Message.objects.filter(kind="timetable-changed").values_list("person", flat=True)
    assert sorted(letters) == sorted([participant.person_id, taker.pk, world.facilitator.pk])


def test_what_a_third_person_leads_and_what_has_begun_stays(world: World) -> None:
    scheduled(world, facilitator=another("A Third"))
    hand_over_group(world.group, person=another(), from_on=TODAY, by=None)
    assert {str(one.facilitator) for one in Seminar.objects.all()} == {"A Third", "Gwen Ashdown-Pike"}
    assert not Message.objects.exists()


def test_from_a_day_on_only(world: World) -> None:
    before = scheduled(world)
    Seminar.objects.filter(pk=world.seminar.pk).delete()
    after = scheduled(world, LATER + timedelta(days=1), item=world.seminar_item)
    found = hand_over_of(world.group, another(), date(2026, 3, 29), NOW)
    assert [edit.seminar for edit in found.edits] == [after]
    assert before not in [edit.seminar for edit in found.edits]


def test_clashes_refuse_it_all_and_are_listed(world: World) -> None:
    taker = another()
    Seminar.objects.filter(pk=world.seminar.pk).delete()
    clashing = scheduled(world)
    fine = scheduled(world, LATER + timedelta(days=1), item=world.seminar_item)
    scheduled(world, facilitator=taker, item=world.seminar_item, group=a_group(world.cohort))
    with pytest.raises(HandOverClashes, match=r"cannot lead 1 of the 2 sessions.*“Seminar 2”, 28 March 2026: Rhona"):
        hand_over_group(world.group, person=taker, from_on=TODAY, by=None)
    assert not Facilitation.objects.filter(person=taker).exists()
    assert not Message.objects.exists()
    found = hand_over_group(world.group, person=taker, from_on=TODAY, as_far_as_possible=True, by=None)
    assert [(one.pk, bool(why)) for one, why in found.lines] == [(clashing.pk, True), (fine.pk, False)]
    led = dict(Seminar.objects.filter(group=world.group).values_list("pk", "facilitator"))
    assert led == {clashing.pk: world.facilitator.pk, fine.pk: taker.pk}
    assert Facilitation.objects.get(group=world.group, to_on=None).person == taker


def test_whoever_leads_it_takes_over_nothing(world: World) -> None:
    with pytest.raises(LeadsAlready):
        hand_over_group(world.group, person=world.facilitator, from_on=TODAY, by=None)


def test_somebody_without_the_role_takes_over_nothing(world: World) -> None:
    scheduled(world)
    with pytest.raises((HandOverClashes, NotAFacilitator)):
        hand_over_group(world.group, person=a_person(), from_on=TODAY, by=None)


def test_what_is_planned_changes_hands_without_a_word(world: World) -> None:
    planned = scheduled(world, told=False)
    taker = another()
    hand_over_group(world.group, person=taker, from_on=TODAY, by=None)
    planned.refresh_from_db()
    assert (planned.facilitator, planned.state) == (taker, "planned")
    assert not Message.objects.exists()


def test_a_draft_of_a_session_follows(world: World) -> None:
    session = scheduled(world)
    PendingChange.objects.create(
        seminar=session, facilitator=world.facilitator, mode="online",
        starts_at=session.starts_at + timedelta(days=1), ends_at=session.ends_at + timedelta(days=1),
    )  # fmt: skip
    taker = another()
    hand_over_group(world.group, person=taker, from_on=TODAY, by=None)
    pending = PendingChange.objects.get()
    assert (pending.facilitator, pending.starts_at) == (taker, LATER + timedelta(days=1))


# --- load ------------------------------------------------------------------------------------------


def test_load_counts_sessions_minutes_groups_and_registers_by_term(world: World) -> None:
    world.enrol()
    spring = SchoolTerm.objects.create(name="Spring", starts_on=date(2026, 1, 5), ends_on=date(2026, 3, 27))
    summer = SchoolTerm.objects.create(name="Summer", starts_on=date(2026, 4, 13), ends_on=date(2026, 7, 17))
    scheduled(world, datetime(2026, 4, 13, 9, tzinfo=UTC))
    idle = another()
    cohorts = type(world.cohort).objects.all()
    people = User.objects.filter(pk__in=[world.facilitator.pk, idle.pk])

    def of(term: SchoolTerm | None) -> list[tuple[int, int, int, int]]:
        rows = loads(people, cohorts=cohorts, term=term, at=clock.now())
        assert [one.person for one in rows] == [world.facilitator, idle]
        return [(one.sessions, one.minutes, one.groups, one.overdue) for one in rows]

    assert of(spring) == [(1, 120, 1, 1), (0, 0, 0, 0)]
    assert of(summer) == [(1, 120, 1, 0), (0, 0, 0, 0)]
    assert of(None) == [(2, 240, 1, 1), (0, 0, 0, 0)]
    SchoolTerm.objects.create(name="Autumn", starts_on=date(2026, 9, 1), ends_on=date(2026, 12, 18))  # nothing yet
    own = [(one.term, one.sessions, one.minutes, one.groups) for one in loads_by_term(world.facilitator, TODAY)]
    assert own == [(spring, 1, 120, 1), (summer, 1, 120, 1)]
    Seminar.objects.exclude(pk=world.seminar.pk).update(facilitator=None)
    now = loads_by_term(world.facilitator, date(2026, 9, 1))
    assert [(one.term.name, one.groups) for one in now] == [("Spring", 1), ("Autumn", 0)]
    assert loads(people, cohorts=cohorts.none(), term=None, at=clock.now())[0].sessions == 0
