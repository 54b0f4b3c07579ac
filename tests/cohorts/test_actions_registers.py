"""Registers and the ledger behind them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cohorts.actions import MarkInput, cancel_seminar, exempt_item, place_on_cohort, record_register, transfer
from cohorts.errors import (
    CatchUpClosed,
    ExemptionReasonMissing,
    MinutesNeeded,
    NotOnRegister,
    OnlyCaughtUp,
    ReasonNeeded,
    RegisterTooEarly,
    SeminarCancelled,
)
from cohorts.models import AttendanceMark, LedgerEntry, Membership, PersonalItem
from cohorts.queries import standing_of
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from tests.cohorts.conftest import NOW, World, mark
from tests.cohorts.test_views import signed_in, text_of
from tests.factories import a_cohort, a_group, a_seminar, an_enrolment

Status = AttendanceMark.Status


def ledger(world: World) -> list[tuple[int, int, str]]:
    rows = LedgerEntry.objects.order_by("pk").values_list("enrolment_id", "change", "source")
    return [(pk, change, source) for pk, change, source in rows]


def test_a_register_credits_each_person_what_their_mark_is_worth(world: World) -> None:
    a, b, c, d, e = world.enrol(5)
    marks = {
        a.pk: mark("present"),
        b.pk: mark("partly", 75, note="Left at 2.15pm"),
        c.pk: mark("partly", 96),
        d.pk: mark("absent"),
        e.pk: mark("authorised"),
    }
    written = record_register(world.seminar, marks=marks, by=world.facilitator)
    assert [(one.enrolment_id, one.status, one.minutes, one.recorded_by) for one in written] == [
        (a.pk, "present", 120, world.facilitator),
        (b.pk, "partly", 75, world.facilitator),
        (c.pk, "partly", 96, world.facilitator),
        (d.pk, "absent", 0, world.facilitator),
        (e.pk, "authorised", 0, world.facilitator),
    ]
    assert ledger(world) == [(a.pk, 120, "register"), (b.pk, 75, "register"), (c.pk, 120, "register")]
    assert written[1].note.text == "Left at 2.15pm"
    (entry,) = Entry.objects.filter(verb="register.recorded")
    assert (entry.subject_id, entry.actor_id) == (world.seminar.pk, world.facilitator.pk)


def test_a_register_posted_twice_adds_nothing(world: World) -> None:
    a, b = world.enrol(2)
    marks = {a.pk: mark("present"), b.pk: mark("partly", 30)}
    record_register(world.seminar, marks=marks, by=world.facilitator)
    before = (AttendanceMark.objects.count(), LedgerEntry.objects.count(), Entry.objects.count())
    assert record_register(world.seminar, marks=marks, by=world.facilitator) == []
    assert (AttendanceMark.objects.count(), LedgerEntry.objects.count(), Entry.objects.count()) == before


def test_only_those_marked_are_touched(world: World) -> None:
    a, b = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    assert ledger(world) == [(a.pk, 120, "register")]
    record_register(world.seminar, marks={b.pk: mark("present")}, by=world.facilitator)
    assert ledger(world) == [(a.pk, 120, "register"), (b.pk, 120, "register")]


def test_a_correction_is_a_new_mark_and_moves_the_ledger_by_the_difference(world: World) -> None:
    # T50
    (a,) = world.enrol()
    for status, minutes in [("present", 0), ("partly", 60), ("absent", 0), ("present", 0)]:
        record_register(world.seminar, marks={a.pk: mark(status, minutes)}, by=world.facilitator)
    assert [change for _, change, _ in ledger(world)] == [120, -60, -60, 120]
    assert AttendanceMark.objects.filter(enrolment=a).count() == 4
    assert standing_of(a, clock.now()).credited == 120


def test_a_mark_of_an_earlier_day_changes_only_with_a_reason(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    with pytest.raises(ReasonNeeded, match="has stood since 18 March 2026"):
        record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    assert standing_of(a, clock.now()).credited == 120
    record_register(
        world.seminar, marks={a.pk: mark("absent", reason="Signed in for a colleague")}, by=world.facilitator
    )
    assert standing_of(a, clock.now()).credited == 0
    (entry,) = Entry.objects.filter(verb="mark.changed")
    assert "Signed in for a colleague" not in entry.payload
    assert "Signed in for a colleague" in Words.objects.get(sha256=entry.words_sha256).body


def test_an_earlier_day_is_a_london_day(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    time_machine.move_to(datetime(2026, 6, 1, 22, 59, tzinfo=UTC), tick=False)  # 11.59pm in London
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    time_machine.move_to(datetime(2026, 6, 1, 23, 0, tzinfo=UTC), tick=False)  # midnight
    with pytest.raises(ReasonNeeded):
        record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)


def test_a_note_is_taken_away_with_a_mark_of_its_own(world: World, time_machine: Any) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("caught_up", note="Film")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("caught_up")}, by=world.facilitator)
    first, second = AttendanceMark.objects.order_by("pk")
    assert (first.note.text, hasattr(second, "note")) == ("Film", False)
    assert ledger(world) == [(a.pk, 120, "catch_up")]
    # Long after the catch-up has closed only the words change, and with a reason.
    time_machine.move_to(NOW + timedelta(days=100), tick=False)
    with pytest.raises(ReasonNeeded):
        record_register(world.seminar, marks={a.pk: mark("caught_up", note="Essay")}, by=world.facilitator)
    record_register(
        world.seminar, marks={a.pk: mark("caught_up", note="Essay", reason="It was an essay")}, by=world.facilitator
    )
    assert AttendanceMark.objects.latest("pk").note.text == "Essay"
    assert ledger(world) == [(a.pk, 120, "catch_up")]


def test_catching_up_needs_no_reason_and_earns_the_rest(world: World, time_machine: Any) -> None:
    # T46
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 30)}, by=world.facilitator)
    time_machine.move_to(NOW + timedelta(days=10), tick=False)
    record_register(world.seminar, marks={a.pk: mark("caught_up")}, by=world.facilitator)
    assert ledger(world) == [(a.pk, 30, "register"), (a.pk, 90, "catch_up")]


def test_catching_up_closes_at_the_end_of_a_london_day(world: World, time_machine: Any) -> None:
    a, b = world.enrol(2)
    record_register(world.seminar, marks={a.pk: mark("absent"), b.pk: mark("absent")}, by=world.facilitator)
    # The seminar was on 17 March; 42 days on is 28 April, in summer time.
    time_machine.move_to(datetime(2026, 4, 28, 22, 59, 59, tzinfo=UTC), tick=False)
    record_register(world.seminar, marks={a.pk: mark("caught_up")}, by=world.facilitator)
    time_machine.move_to(datetime(2026, 4, 28, 23, 0, tzinfo=UTC), tick=False)
    with pytest.raises(CatchUpClosed, match="until 28 April 2026"):
        record_register(world.seminar, marks={b.pk: mark("caught_up")}, by=world.facilitator)


def test_a_register_opens_half_an_hour_before_the_session_and_no_sooner_that_day(
    world: World, time_machine: Any
) -> None:
    (a,) = world.enrol()
    later = a_seminar(world.cohort, world.other_item, world.group, starts_at=datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    for early in (datetime(2026, 6, 10, 5, 36, tzinfo=UTC), datetime(2026, 6, 10, 11, 29, 59, tzinfo=UTC)):
        time_machine.move_to(early, tick=False)
        with pytest.raises(RegisterTooEarly, match=r"opens on 10 June 2026 at 12\.30pm"):
            record_register(later, marks={a.pk: mark("present")}, by=world.facilitator)
    # Nothing stands yet, so the hall may still be flooded.
    assert cancel_seminar(later, reason="The hall is flooded", by=world.lead).state == "cancelled"
    again = a_seminar(world.cohort, world.other_item, world.group, starts_at=datetime(2026, 6, 10, 12, 0, tzinfo=UTC))
    time_machine.move_to(datetime(2026, 6, 10, 11, 30, tzinfo=UTC), tick=False)
    assert len(record_register(again, marks={a.pk: mark("present")}, by=world.facilitator)) == 1


def test_nobody_from_elsewhere_is_marked_and_nobody_else_either_then(world: World) -> None:
    (a,) = world.enrol()
    other_group = a_group(world.cohort)
    stranger = an_enrolment(world.cohort, other_group)
    with pytest.raises(NotOnRegister):
        record_register(
            world.seminar, marks={a.pk: mark("present"), stranger.pk: mark("present")}, by=world.facilitator
        )
    with pytest.raises(NotOnRegister):
        record_register(world.seminar, marks={999_999: mark("present")}, by=world.facilitator)
    assert AttendanceMark.objects.count() == 0


def test_a_conference_of_the_whole_cohort_takes_every_group(world: World) -> None:
    (a,) = world.enrol()
    b = an_enrolment(world.cohort, a_group(world.cohort))
    conference = a_seminar(world.cohort, world.other_item, None)
    record_register(conference, marks={a.pk: mark("present"), b.pk: mark("present")}, by=world.facilitator)
    assert [change for _, change, _ in ledger(world)] == [120, 120]


def test_a_cancelled_seminar_has_no_register(world: World) -> None:
    (a,) = world.enrol()
    cancel_seminar(world.seminar, reason="Snow", by=world.lead)
    with pytest.raises(SeminarCancelled):
        record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)


def test_a_register_takes_no_part_without_minutes(world: World) -> None:
    (a,) = world.enrol()
    with pytest.raises(MinutesNeeded):
        record_register(world.seminar, marks={a.pk: mark("partly")}, by=world.facilitator)


def test_whoever_is_marked_exempt_is_expected_no_more_until_another_mark_says_otherwise(
    world: World, time_machine: Any
) -> None:
    (a,) = world.enrol()
    with pytest.raises(ExemptionReasonMissing):
        record_register(world.seminar, marks={a.pk: mark("exempt")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("exempt", reason="Wrote the course")}, by=world.facilitator)
    line = PersonalItem.objects.get(enrolment=a, item=world.seminar_item)
    assert line.expectation == "exempt"
    assert (standing_of(a, clock.now()).total, ledger(world)) == (300, [])
    (entry,) = Entry.objects.filter(verb="item.exempted")
    assert "Wrote the course" in Words.objects.get(sha256=entry.words_sha256).body
    assert (entry.subject_id, entry.actor_id) == (line.pk, world.facilitator.pk)
    time_machine.move_to(NOW + timedelta(days=1), tick=False)
    with pytest.raises(ReasonNeeded):
        record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("present", reason="Came after all")}, by=world.facilitator)
    line.refresh_from_db()
    assert line.expectation == "expected"
    assert (standing_of(a, clock.now()).total, standing_of(a, clock.now()).credited) == (420, 120)
    assert Entry.objects.filter(verb="item.expected-again").count() == 1


def test_why_somebody_is_exempt_is_read_by_those_who_lead_them(world: World) -> None:
    a, b = world.enrol(2)
    marks = {a.pk: mark("exempt", reason="Maternity"), b.pk: mark("present")}
    record_register(world.seminar, marks=marks, by=world.facilitator)
    client = signed_in(world.facilitator)
    register = text_of(client.get(reverse("cohorts:register", args=[world.seminar.public_id])))
    assert "Exempt , 18 March 2026, midday, Gwen Ashdown-Pike, because: Maternity" in register
    person = text_of(client.get(reverse("cohorts:person", args=[a.public_id])))
    assert "exempt, Gwen Ashdown-Pike, because: Maternity" in person


def test_each_of_those_exempt_by_one_register_gets_one_letter(world: World) -> None:
    a, b = world.enrol(2)
    marks = {one.pk: mark("exempt", reason="Wrote the course") for one in (a, b)}
    for _ in range(2):
        record_register(world.seminar, marks=marks, by=world.facilitator)
    letters = Message.objects.filter(kind="exemption-changed").values_list("person", flat=True)
    assert sorted(letters) == sorted([a.person_id, b.person_id])


def test_a_slip_of_exempting_is_mended_on_the_day_without_a_reason(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("exempt", reason="Slip")}, by=world.facilitator)
    record_register(world.seminar, marks={a.pk: mark("absent")}, by=world.facilitator)
    assert PersonalItem.objects.get(enrolment=a, item=world.seminar_item).expectation == "expected"


def test_what_a_lead_took_off_a_list_no_register_puts_back(world: World) -> None:
    (a,) = world.enrol()
    exempt_item(a, item=world.seminar_item, reason="Wrote it", by=world.lead)
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    assert PersonalItem.objects.get(enrolment=a, item=world.seminar_item).expectation == "exempt"


def test_somebody_who_joined_after_the_seminar_can_only_catch_up(world: World) -> None:
    (a,) = world.enrol()
    Membership.objects.filter(enrolment=a).update(to_on=clock.today())
    place_on_cohort(a, cohort=world.cohort, group=a_group(world.cohort), by=world.lead)
    late = an_enrolment(world.cohort)
    Membership.objects.filter(enrolment=late).update(to_on=world.cohort.starts_on)
    place_on_cohort(late, cohort=world.cohort, group=world.group, by=world.lead)
    with pytest.raises(OnlyCaughtUp):
        record_register(world.seminar, marks={late.pk: mark("present")}, by=world.facilitator)
    record_register(world.seminar, marks={late.pk: mark("caught_up"), a.pk: mark("present")}, by=world.facilitator)
    assert sorted(ledger(world)) == sorted([(late.pk, 120, "catch_up"), (a.pk, 120, "register")])


def test_sitting_an_item_in_two_groups_credits_it_once(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("partly", 60)}, by=world.facilitator)
    other = a_group(world.cohort)
    transfer(a, cohort=world.cohort, group=other, by=world.lead)
    again = a_seminar(world.cohort, world.seminar_item, other, starts_at=NOW)
    record_register(again, marks={a.pk: mark("absent")}, by=world.facilitator)
    assert standing_of(a, clock.now()).credited == 60
    record_register(again, marks={a.pk: mark("present")}, by=world.facilitator)
    assert standing_of(a, clock.now()).credited == 120
    assert [change for _, change, _ in ledger(world)] == [60, 60]


def test_credit_that_was_carried_over_is_neither_doubled_nor_taken_away(world: World) -> None:
    a, b = world.enrol(2)
    policy = world.version.policies.get()
    for person, change in ((a, 120), (b, 50)):
        LedgerEntry.objects.create(
            enrolment=person, item=world.seminar_item, policy=policy, change=change, source="carried"
        )
    record_register(world.seminar, marks={a.pk: mark("absent"), b.pk: mark("present")}, by=world.facilitator)
    assert standing_of(a, clock.now()).credited == 120
    assert standing_of(b, clock.now()).credited == 120


def test_credit_for_an_exempt_item_is_not_counted(world: World) -> None:
    (a,) = world.enrol()
    record_register(world.seminar, marks={a.pk: mark("present")}, by=world.facilitator)
    exempt_item(a, item=world.seminar_item, reason="Taught it", by=world.lead)
    found = standing_of(a, clock.now())
    assert (found.credited, found.total) == (0, 300)
    assert PersonalItem.objects.get(enrolment=a, item=world.seminar_item).expectation == "exempt"


def test_a_register_takes_as_many_statements_for_two_people_as_for_six(world: World) -> None:
    people = world.enrol(8)
    counts = []
    for some in (people[:2], people[2:]):
        with CaptureQueriesContext(connection) as seen:
            record_register(world.seminar, marks={one.pk: mark("present") for one in some}, by=world.facilitator)
        counts.append(len(seen))
    assert counts[0] == counts[1]


SEQUENCES = st.lists(
    st.tuples(
        st.integers(0, 1),
        st.sampled_from(["present", "partly", "absent", "authorised", "caught_up"]),
        st.integers(1, 120),
    ),
    max_size=12,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(SEQUENCES)
def test_the_ledger_can_be_rebuilt_from_the_marks(world: World, sequence: list[tuple[int, str, int]]) -> None:
    """Whatever is marked in whatever order: the ledger's sum is what the newest marks are worth."""
    cohort = a_cohort(world.version, starts_on=world.cohort.starts_on)
    group = a_group(cohort)
    person = an_enrolment(cohort, group)
    seminars = [a_seminar(cohort, item, group) for item in (world.seminar_item, world.other_item)]
    newest: dict[int, MarkInput] = {}
    for which, status, minutes in sequence:
        given = MarkInput(status, minutes if status == "partly" else 0)
        record_register(seminars[which], marks={person.pk: given}, by=world.facilitator)
        newest[which] = given
    worth = {"present": 120, "caught_up": 120, "absent": 0, "authorised": 0}
    facts = [worth.get(one.status, 120 if one.minutes * 100 >= 80 * 120 else one.minutes) for one in newest.values()]
    assert standing_of(person, clock.now()).credited == sum(facts)
