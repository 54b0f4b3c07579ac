"""Who supports whom, what the two plan and hold, and that nobody else reads it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from applications.kinds import Strand
from cohorts import errors
from cohorts.actions import defer_enrolment, record_register, withdraw_enrolment
from cohorts.actions.support import (
    add_support_action,
    end_due_support,
    end_match,
    end_refused_support,
    end_support_of,
    log_meeting,
    mark_support_action,
    match_supporter,
    plan_meeting,
    replace_supporter,
    save_meeting,
)
from cohorts.models import Enrolment, LedgerEntry, SupportAction, SupportMatch, SupportMeeting
from cohorts.queries import standing_of
from cohorts.queries.support import coaches_for, granted_without_supporter, lines_of, strands_of, with_counts
from cohorts.reminders import due
from cohorts.states import MEETING_MOVES, CohortState, MeetingState
from cohorts.tasks import end_due_support as sweep
from cohorts.tasks import end_refused_support as sweep_refused
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.audit.queries import facts_of
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.notifications.models import Beat, Message
from npqh_portal.people.models import PersonAlias, RoleGrant, User
from npqh_portal.people.roles import Role
from tests.cohorts.conftest import NOW, World, mark
from tests.cohorts.pairs import LAST, NEW, ONE, a_coach, a_former_head, a_match, decided, somebody
from tests.factories import a_grant, a_partner, a_school

TODAY = NOW.date()
LATER = NOW + timedelta(days=3)


def matched(enrolment: Enrolment, supporter: User, strand: Strand = ONE, **fields: Any) -> SupportMatch:
    days = {"from_on": TODAY, "planned_to_on": LAST} | fields
    return match_supporter(enrolment, strand=strand, supporter=supporter, **days, by=None)


def letters(kind: str) -> list[tuple[str, str]]:
    return sorted(Message.objects.filter(kind=kind).values_list("person__full_name", "subject"))


def planned(match: SupportMatch, *, by: User | None = None, **fields: Any) -> SupportMeeting:
    given = {"starts_at": LATER, "minutes": 60, "is_face_to_face": True} | fields
    return plan_meeting(match, **given, by=by or match.supporter)


def saved(meeting: SupportMeeting, *, by: User | None = None, **fields: Any) -> SupportMeeting:
    stands = {
        name: getattr(meeting, name)
        for name in ("starts_at", "minutes", "is_face_to_face", "place", "notes", "revision")
    }
    given = {**stands, "state": MeetingState(meeting.state), **fields}
    return save_meeting(meeting, **given, by=by or meeting.match.supporter)


@pytest.fixture
def winifred(world: World) -> Enrolment:
    return somebody(world, ONE, school_name="Marlowick Primary School")


@pytest.fixture
def stellan(world: World) -> User:
    return a_coach(full_name="Stellan Marchbank-Iyer")


@pytest.fixture
def pair(winifred: Enrolment, stellan: User) -> SupportMatch:
    return a_match(winifred, stellan)


# --- matching ------------------------------------------------------------------------------------


def test_both_are_told_with_each_others_address_and_once(winifred: Enrolment, stellan: User) -> None:
    match = matched(winifred, stellan)
    assert matched(winifred, stellan) == match
    assert letters("support-matched") == [
        ("Winifred Osei-Larch", "Stellan Marchbank-Iyer supports you from 18 March 2026")
    ]
    assert letters("support-to-give") == [
        ("Stellan Marchbank-Iyer", "You support Winifred Osei-Larch from 18 March 2026")
    ]
    texts = {one.kind: one.text for one in Message.objects.all()}
    assert str(stellan.email) in texts["support-matched"]
    assert str(winifred.person.email) in texts["support-to-give"]
    assert "Marlowick Primary School" in texts["support-to-give"]
    assert Entry.objects.filter(verb="support.matched").count() == 1


def test_t59_one_person_may_have_both_strands_and_each_asks_for_its_own_kind_of_coach(world: World) -> None:
    both = somebody(world, NEW, ONE)
    head, leader = a_former_head(), a_coach()
    with pytest.raises(errors.SupporterNotFit, match="former headteacher"):
        matched(both, leader, NEW)
    with pytest.raises(errors.SupporterNotFit, match="former school leader"):
        matched(both, head, ONE)
    assert SupportMatch.objects.count() == 0
    matched(both, head, NEW)
    matched(both, leader, ONE)
    assert set(both.support.values_list("strand", flat=True)) == {"new_heads", "one_to_one"}


def test_who_was_not_granted_the_strand_gets_nobody(world: World, stellan: User) -> None:
    neither = somebody(world)
    other = somebody(world, NEW)
    refused_since = somebody(world, ONE)
    decided(refused_since, ONE, is_granted=False)
    (taken_over,) = world.enrol()
    for enrolment in (neither, other, refused_since, taken_over):
        with pytest.raises(errors.SupportNotGranted, match="One-to-one support"):
            matched(enrolment, stellan)
    assert Message.objects.count() == 0


def test_nobody_is_matched_who_takes_no_part(winifred: Enrolment, stellan: User) -> None:
    defer_enrolment(winifred, reason="Ill.", by=None)
    with pytest.raises(errors.SupportNotNow):
        matched(winifred, stellan)


def test_nobody_supports_themselves_by_whichever_record(winifred: Enrolment, stellan: User) -> None:
    a_grant(winifred.person, Role.COACH, kind="former_school_leader")
    with pytest.raises(errors.SupportsThemselves):
        matched(winifred, winifred.person)
    PersonAlias.objects.create(old_person=winifred.person, kept_person=stellan)
    with pytest.raises(errors.SupportsThemselves):
        matched(winifred, stellan)


def test_somebody_matched_already_is_replaced_and_not_matched_again(winifred: Enrolment, stellan: User) -> None:
    matched(winifred, stellan)
    with pytest.raises(errors.AlreadySupported, match="Stellan Marchbank-Iyer"):
        matched(winifred, a_coach())
    with pytest.raises(errors.AlreadySupported):
        matched(winifred, stellan, planned_to_on=LAST + timedelta(days=1))
    with pytest.raises(IntegrityError, match="one_supporter_in_a_strand"), transaction.atomic():
        a_match(winifred, a_coach())


def test_a_role_that_has_ended_or_belongs_to_another_partner_does_not_do(world: World) -> None:
    ours, theirs = a_partner("Fellside Partners"), a_partner("Moorside Partners")
    person = somebody(world, ONE, partner=ours)
    gone = a_coach()
    RoleGrant.objects.filter(person=gone).update(ends_on=TODAY)
    with pytest.raises(errors.SupporterNotFit):
        matched(person, gone)
    with pytest.raises(errors.SupporterOutOfReach):
        matched(person, a_coach(of=theirs))
    own = a_coach(of=ours)
    assert [coach.pk for coach in coaches_for(person, ONE)] == [own.pk]
    matched(person, own)


def test_coaches_are_offered_with_how_many_they_support_and_whoever_was_theirs_first(world: World) -> None:
    person = somebody(world, ONE)
    busy, free, former = a_coach(full_name="Bea"), a_coach(full_name="Cas"), a_coach(full_name="Dov")
    a_former_head()
    for _ in range(2):
        a_match(somebody(world, ONE), busy)
        a_match(somebody(world, ONE), former)
    a_match(person, former, to_on=TODAY)
    assert [(str(one), one.supported, one.was_theirs) for one in coaches_for(person, ONE)] == [
        ("Dov", 2, True), ("Cas", 0, False), ("Bea", 2, False),
    ]  # fmt: skip
    assert free.supports.count() == 0


# --- who waits for somebody ----------------------------------------------------------------------


def waiting() -> list[tuple[str, str]]:
    lines = lines_of(granted_without_supporter(Enrolment.objects.all()))
    return [(str(line.enrolment.person), line.strand.value) for line in lines]


def test_who_was_granted_a_strand_waits_until_somebody_is_found(world: World, stellan: User) -> None:
    school = a_school(town="Quillbeck", la_name="Fellshire")
    person = somebody(world, ONE, NEW, school=school, school_name=school.name, headship_started_on=date(2026, 9, 1))
    somebody(world)
    assert waiting() == [("Winifred Osei-Larch", "one_to_one"), ("Winifred Osei-Larch", "new_heads")]
    line = lines_of(granted_without_supporter(Enrolment.objects.all()))[0]
    assert (line.school, line.area, line.headship_on, line.cohort) == (
        school.name, "Quillbeck, Fellshire", date(2026, 9, 1), world.cohort,
    )  # fmt: skip
    match = matched(person, stellan)
    assert waiting() == [("Winifred Osei-Larch", "new_heads")]
    end_match(match, reason="Moved away.", by=None)
    assert waiting() == [("Winifred Osei-Larch", "one_to_one"), ("Winifred Osei-Larch", "new_heads")]


def test_nobody_waits_who_was_refused_left_or_had_all_of_it(world: World, stellan: User) -> None:
    refused = somebody(world, ONE)
    decided(refused, ONE, is_granted=False)
    withdraw_enrolment(somebody(world, ONE), reason="Left.", by=None)
    a_match(somebody(world, ONE), stellan, planned_to_on=TODAY - timedelta(days=1), to_on=TODAY)
    assert waiting() == []
    regranted = decided(refused, ONE)
    assert [one.pk for one in granted_without_supporter(Enrolment.objects.all())] == [regranted.pk]


def test_after_the_course_nobody_waits_for_one_to_one_support(world: World) -> None:
    somebody(world, ONE, NEW)
    type(world.cohort).objects.filter(pk=world.cohort.pk).update(state=CohortState.ASSESSING)
    assert waiting() == [("Winifred Osei-Larch", "new_heads")]


# --- replacing and ending ------------------------------------------------------------------------


def test_whoever_takes_over_starts_today_with_an_empty_page(pair: SupportMatch, winifred: Enrolment) -> None:
    meeting = planned(pair)
    other = a_coach(full_name="Bea Quarrie")
    Message.objects.all().delete()
    new = replace_supporter(pair, supporter=other, by=None)
    assert replace_supporter(new, supporter=other, by=None) == new
    pair.refresh_from_db()
    meeting.refresh_from_db()
    assert (pair.to_on, new.from_on, new.planned_to_on) == (TODAY, TODAY, LAST)
    assert meeting.state == "cancelled"
    assert new.meetings.count() == 0
    assert {kind: len(letters(kind)) for kind in ("support-matched", "support-to-give", "support-ended")} == {
        "support-matched": 1, "support-to-give": 1, "support-ended": 1,
    }  # fmt: skip
    assert letters("support-ended")[0][0] == "Stellan Marchbank-Iyer"
    assert "takes over from Stellan Marchbank-Iyer" in Message.objects.get(kind="support-matched").text
    assert "Bea Quarrie" not in Message.objects.get(kind="support-ended").text
    with pytest.raises(errors.SupportEnded):
        replace_supporter(pair, supporter=other, by=None)
    with pytest.raises(errors.SupporterNotFit):
        replace_supporter(new, supporter=a_former_head(), by=None)


def test_a_match_is_ended_once_for_a_reason_that_only_staff_read(pair: SupportMatch) -> None:
    planned(pair)
    with pytest.raises(errors.ReasonMissing):
        end_match(pair, reason=" ", by=None)
    end_match(pair, reason="They fell out.", by=None)
    end_match(pair, reason="Again.", by=None)
    pair.refresh_from_db()
    assert pair.to_on == TODAY
    assert [person for person, _ in letters("support-ended")] == ["Stellan Marchbank-Iyer", "Winifred Osei-Larch"]
    assert all("fell out" not in one.text for one in Message.objects.all())
    assert "The meeting that you had planned is cancelled." in Message.objects.filter(kind="support-ended")[0].text
    assert Entry.objects.filter(verb="support.ended").count() == 1
    with pytest.raises(errors.SupportEnded):
        planned(pair)


def test_a_match_that_has_not_begun_ends_before_it_does(winifred: Enrolment, stellan: User) -> None:
    match = matched(winifred, stellan, from_on=TODAY + timedelta(days=9))
    assert end_match(match, reason="A mistake.", by=None).to_on == TODAY + timedelta(days=9)


@pytest.mark.parametrize("late", [0, 1, 40])
def test_support_ends_by_itself_the_day_after_the_planned_one(pair: SupportMatch, time_machine: Any, late: int) -> None:
    SupportMatch.objects.update(planned_to_on=TODAY + timedelta(days=10))
    time_machine.move_to(clock.start_of_day(TODAY + timedelta(days=11)) - timedelta(seconds=1), tick=False)
    assert end_due_support(clock.now()) == 0
    time_machine.move_to(clock.start_of_day(TODAY + timedelta(days=11 + late)), tick=False)
    sweep()
    sweep()
    pair.refresh_from_db()
    assert pair.to_on == TODAY + timedelta(days=11)
    assert [person for person, _ in letters("support-ended")] == ["Stellan Marchbank-Iyer", "Winifred Osei-Larch"]
    assert "planned end on Saturday 28 March 2026" in Message.objects.all()[0].text
    assert Beat.objects.filter(name="cohorts.end_due_support").count() == 1


@pytest.mark.parametrize(("leave", "word"), [(defer_enrolment, "pauses"), (withdraw_enrolment, "has ended")])
def test_who_defers_or_leaves_is_not_supported_meanwhile(
    pair: SupportMatch, winifred: Enrolment, leave: Any, word: str
) -> None:
    left = leave(winifred, reason="Ill.", by=None)
    assert end_support_of(left, by=None) == []
    pair.refresh_from_db()
    assert pair.to_on == TODAY
    assert {subject.rpartition("Osei-Larch ")[2].rpartition("Iyer ")[2] for _, subject in letters("support-ended")} == {
        word
    }


@pytest.mark.parametrize("regranted", [False, True])
def test_a_strand_that_is_refused_later_ends_its_support_alone(
    world: World, winifred: Enrolment, stellan: User, pair: SupportMatch, regranted: bool
) -> None:
    held = log_meeting(pair, starts_at=NOW - timedelta(days=2), minutes=30, is_face_to_face=True, by=stellan)
    ahead = planned(pair)
    decided(winifred, NEW)
    other = a_match(winifred, a_former_head(), NEW)
    assert end_refused_support() == 0
    decided(winifred, ONE, is_granted=False)
    if regranted:
        decided(winifred, ONE)
    assert (end_refused_support(), end_refused_support()) == (0 if regranted else 1, 0)
    for row in (pair, other, held, ahead):
        row.refresh_from_db()
    assert (pair.to_on, other.to_on) == (None if regranted else TODAY, None)
    assert (held.state, ahead.state) == ("held", "planned" if regranted else "cancelled")
    told = {message.person: message.text for message in Message.objects.filter(kind="support-ended")}
    assert set(told) == (set() if regranted else {stellan, winifred.person})
    assert all("no longer granted" in text and "is cancelled" in text for text in told.values())


def test_the_clock_ends_what_was_refused_and_the_coach_sees_it(
    winifred: Enrolment, stellan: User, pair: SupportMatch, settings: Any, client: Client
) -> None:
    settings.REQUIRE_SECOND_FACTOR = False
    decided(winifred, ONE, is_granted=False)
    sweep_refused()
    assert Beat.objects.filter(name="cohorts.end_refused_support").count() == 1
    client.force_login(stellan)
    assert ">Over<" in client.get("/coach/").content.decode()
    page = client.get(f"/coach/{pair.public_id}/").content.decode()
    assert "which ended on" in page
    assert "Plan a meeting" not in page


# --- meetings ------------------------------------------------------------------------------------


def test_a_meeting_that_is_planned_is_told_to_the_other_one_and_once(pair: SupportMatch, winifred: Enrolment) -> None:
    meeting = planned(pair, place="Marlowick Primary School")
    assert planned(pair, place="Marlowick Primary School") == meeting
    assert [person for person, _ in letters("support-meeting")] == ["Winifred Osei-Larch"]
    with pytest.raises(errors.MeetingThere):
        planned(pair, minutes=45)
    planned(pair, starts_at=LATER + timedelta(days=1), by=winifred.person)
    assert [person for person, _ in letters("support-meeting")] == ["Stellan Marchbank-Iyer", "Winifred Osei-Larch"]


@pytest.mark.parametrize(
    ("given", "refusal"),
    [
        ({"starts_at": NOW}, errors.MeetingTimeOver),
        ({"starts_at": NOW - timedelta(days=31)}, errors.MeetingTimeOver),
        ({"starts_at": clock.london_moment(LAST + timedelta(days=1), LATER.time())}, errors.MeetingOutsideSupport),
        ({"minutes": 0}, errors.MeetingTooLong),
        ({"minutes": 721}, errors.MeetingTooLong),
    ],
)
def test_what_cannot_be_planned(pair: SupportMatch, given: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        planned(pair, **given)
    assert SupportMeeting.objects.count() == 0


def test_a_meeting_that_nobody_planned_is_written_down_afterwards(pair: SupportMatch) -> None:
    given = {"starts_at": NOW - timedelta(hours=2), "minutes": 45, "is_face_to_face": False, "notes": "The budget."}
    meeting = log_meeting(pair, **given, by=pair.supporter)
    assert log_meeting(pair, **given, by=pair.supporter) == meeting
    assert (meeting.state, meeting.notes) == ("held", "The budget.")
    assert Message.objects.count() == 0
    with pytest.raises(errors.MeetingThere):
        log_meeting(pair, **given | {"minutes": 50}, by=pair.supporter)
    with pytest.raises(errors.MeetingToCome):
        log_meeting(pair, **given | {"starts_at": NOW + timedelta(minutes=1)}, by=pair.supporter)
    with pytest.raises(errors.MeetingOutsideSupport):
        log_meeting(pair, **given | {"starts_at": NOW - timedelta(days=31)}, by=pair.supporter)


@pytest.mark.parametrize(("before", "after"), list(product(MeetingState, MeetingState)))
def test_every_move_of_a_meeting(pair: SupportMatch, before: MeetingState, after: MeetingState) -> None:
    """Of one whose time has come, so that it may be held or missed."""
    meeting = SupportMeeting.objects.create(
        match=pair, starts_at=NOW - timedelta(hours=1), minutes=60, state=before, made_by=pair.supporter
    )
    if before == after or after in MEETING_MOVES[before]:
        assert saved(meeting, state=after).state == after
    else:
        with pytest.raises(errors.MeetingMoveNotAllowed):
            saved(meeting, state=after)
    meeting.refresh_from_db()
    is_moved = after in MEETING_MOVES[before]
    assert (meeting.state, meeting.revision) == (after, 2) if is_moved else (before, 1)


@pytest.mark.parametrize("became", [MeetingState.HELD, MeetingState.MISSED])
def test_what_is_to_come_was_neither_held_nor_missed(pair: SupportMatch, became: MeetingState) -> None:
    meeting = planned(pair)
    with pytest.raises(errors.MeetingToCome):
        saved(meeting, state=became)
    held = saved(meeting, state=became, starts_at=NOW - timedelta(minutes=5))
    assert (held.state, held.starts_at) == (became, NOW - timedelta(minutes=5))


def test_a_meeting_is_moved_to_a_later_time_and_the_other_one_is_told_each_time(pair: SupportMatch) -> None:
    meeting = planned(pair)
    moved = saved(meeting, starts_at=LATER + timedelta(hours=1))
    saved(moved, notes="Bring the plan.")
    assert [subject for _, subject in letters("support-meeting")] == [
        "Stellan Marchbank-Iyer changed your meeting: now 21 March 2026, 1pm",
        "Stellan Marchbank-Iyer planned a meeting: 21 March 2026, midday",
    ]
    moved.refresh_from_db()
    with pytest.raises(errors.MeetingTimeOver):
        saved(moved, starts_at=NOW - timedelta(hours=1))
    saved(moved, state=MeetingState.CANCELLED, by=pair.enrolment.person)
    assert ("Stellan Marchbank-Iyer", "Your meeting with Winifred Osei-Larch on 21 March 2026 is cancelled") in letters(
        "support-meeting"
    )


def test_of_two_tabs_neither_silently_wins(pair: SupportMatch) -> None:
    meeting = planned(pair)
    saved(meeting, notes="Mine.")
    with pytest.raises(errors.MeetingChangedMeanwhile):
        saved(meeting, notes="Theirs.", by=pair.enrolment.person)
    meeting.refresh_from_db()
    assert (meeting.notes, meeting.revision) == ("Mine.", 2)
    meeting.revision = 1
    assert saved(meeting, notes="Mine.").revision == 2  # the same words sent twice
    meeting.revision = 2
    assert saved(meeting, notes="Mine. Theirs.").notes == "Mine. Theirs."


def test_a_last_meeting_is_written_down_after_the_end_and_not_for_ever(pair: SupportMatch, time_machine: Any) -> None:
    end_match(pair, reason="Done.", by=None)
    given = {"starts_at": NOW - timedelta(hours=1), "minutes": 45, "is_face_to_face": True}
    meeting = log_meeting(pair, **given, by=pair.supporter)
    time_machine.move_to(NOW + timedelta(days=29), tick=False)
    with pytest.raises(errors.SupportEnded):
        saved(meeting, notes="Late.")


def test_the_night_on_which_the_clocks_go_forward_has_its_meetings_where_london_says(pair: SupportMatch) -> None:
    SupportMatch.objects.update(planned_to_on=date(2027, 3, 28))
    pair.refresh_from_db()
    late = datetime(2027, 3, 28, 22, 30, tzinfo=UTC)  # half past eleven in the evening, in summer time
    assert planned(pair, starts_at=late).starts_at == late
    with pytest.raises(errors.MeetingOutsideSupport):
        planned(pair, starts_at=late + timedelta(minutes=30))


# --- what they said they would do ----------------------------------------------------------------


def test_either_says_what_is_to_be_done_and_that_it_is_done(pair: SupportMatch, winifred: Enrolment) -> None:
    given = {"text": "Ring the bursar.", "is_supporters": False, "due_on": TODAY}
    action = add_support_action(pair, **given, by=pair.supporter)
    assert add_support_action(pair, **given, by=winifred.person) == action
    done = mark_support_action(action, is_done=True, by=winifred.person)
    assert mark_support_action(done, is_done=True, by=pair.supporter).done_at == NOW
    assert mark_support_action(done, is_done=False, by=pair.supporter).done_at is None
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "support-action.added", "support-action.done", "support-action.reopened",
    ]  # fmt: skip
    with pytest.raises(errors.ActionWithoutWords):
        add_support_action(pair, **given | {"text": " "}, by=pair.supporter)
    with pytest.raises(errors.ActionDueInThePast):
        add_support_action(pair, **given | {"due_on": TODAY - timedelta(days=1)}, by=pair.supporter)
    end_match(pair, reason="Done.", by=None)
    with pytest.raises(errors.SupportEnded):
        add_support_action(pair, **given, by=pair.supporter)


# --- what others may know of it ------------------------------------------------------------------


def test_the_lead_counts_and_reads_nothing(pair: SupportMatch, world: World) -> None:
    for hours_ago, minutes, face_to_face in ((72, 60, True), (48, 45, False)):
        log_meeting(
            pair, starts_at=NOW - timedelta(hours=hours_ago), minutes=minutes, is_face_to_face=face_to_face,
            by=pair.supporter,
        )  # fmt: skip
    SupportMeeting.objects.create(match=pair, starts_at=NOW, minutes=60, made_by=pair.supporter)
    planned(pair)
    planned(pair, starts_at=LATER + timedelta(days=1))
    other = a_match(somebody(world, ONE), pair.supporter)
    found = {one.pk: one for one in with_counts(SupportMatch.objects.all(), NOW)}
    one = found[pair.pk]
    assert (one.held, one.in_person, one.minutes, one.to_log) == (2, 1, 105, 1)
    assert (one.last_held_at, one.next_at) == (NOW - timedelta(hours=48), LATER)
    nothing = found[other.pk]
    assert (nothing.held, nothing.minutes, nothing.last_held_at, nothing.next_at, nothing.to_log) == (
        0, 0, None, None, 0,
    )  # fmt: skip


SECRET = "The chair of governors drinks."


def test_t58_what_the_two_wrote_is_in_no_letter_and_in_no_audit_entry(pair: SupportMatch) -> None:
    meeting = saved(planned(pair), notes=SECRET)
    saved(meeting, starts_at=NOW - timedelta(hours=1), state=MeetingState.HELD)
    log_meeting(
        pair, starts_at=NOW - timedelta(hours=9), minutes=45, is_face_to_face=True, notes=SECRET, by=pair.supporter
    )
    action = add_support_action(pair, text=SECRET, is_supporters=True, due_on=None, by=pair.supporter)
    mark_support_action(action, is_done=True, by=pair.supporter)
    planned(pair, starts_at=NOW + timedelta(hours=20))
    queue_due_reminders(NOW)
    assert Message.objects.filter(kind="support-meeting-tomorrow").count() == 2
    end_match(pair, reason="Done.", by=None)
    assert (SupportMeeting.objects.filter(notes=SECRET).count(), SupportAction.objects.get().text) == (2, SECRET)
    written = [*Message.objects.values_list("subject", "text"), *Entry.objects.values_list("verb", "payload")]
    assert len(written) > 10
    assert not [one for one in written if "drinks" in "".join(one)]
    assert list(Words.objects.filter(body__contains="drinks")) == []


def test_s5_t58_nothing_of_it_earns_engagement_or_is_assessed(pair: SupportMatch, world: World) -> None:
    """A register that is taken the same day credits what it would without."""
    record_register(world.seminar, marks={pair.enrolment_id: mark("present")}, by=world.facilitator)
    before = standing_of(pair.enrolment, NOW), list(LedgerEntry.objects.values())
    meeting = saved(planned(pair), starts_at=NOW - timedelta(hours=1), state=MeetingState.HELD, notes="Long.")
    log_meeting(pair, starts_at=NOW - timedelta(hours=9), minutes=720, is_face_to_face=True, by=pair.supporter)
    add_support_action(pair, text="Read.", is_supporters=False, due_on=None, by=pair.supporter)
    end_match(pair, reason="Done.", by=None)
    assert meeting.state == "held"
    assert (standing_of(pair.enrolment, NOW), list(LedgerEntry.objects.values())) == before


def test_the_participant_reads_of_each_strand_what_was_decided_and_who_it_is(world: World, stellan: User) -> None:
    person = somebody(world, ONE)
    decided(person, NEW, is_granted=False)
    old = a_match(person, a_coach(), to_on=TODAY)
    now = a_match(person, stellan)
    assert [(one.strand, one.is_granted, one.now, list(one.before)) for one in strands_of(person, NOW)] == [
        ("new_heads", False, None, []), ("one_to_one", True, now, [old]),
    ]  # fmt: skip
    assert strands_of(somebody(world), NOW) == []


# --- reminders -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "is_due"),
    [
        (datetime(2026, 5, 31, 7, 59, 59, tzinfo=UTC), False),  # 8.59am on the day before, in London
        (datetime(2026, 5, 31, 8, 0, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 8, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 6, 1, 9, 0, tzinfo=UTC), False),
    ],
)
def test_both_are_reminded_from_nine_the_day_before(pair: SupportMatch, at: datetime, is_due: bool) -> None:
    meeting = planned(pair, starts_at=datetime(2026, 6, 1, 9, 0, tzinfo=UTC))
    found = [one for one in due(at) if one.kind == "support-meeting-tomorrow"]
    assert {one.to for one in found} == ({pair.supporter, pair.enrolment.person} if is_due else set())
    assert {one.stale_at for one in found} <= {meeting.starts_at}
    noted = saved(meeting, notes="Bring the plan.")
    assert {one.key for one in due(at)} == {one.key for one in found}, "a note is no reason to remind again"
    saved(noted, state=MeetingState.CANCELLED)
    assert list(due(at)) == []


def test_reminder_says_when_and_where_and_leads_each_to_their_own_page(pair: SupportMatch) -> None:
    meeting = planned(pair, starts_at=NOW + timedelta(hours=20), place="Marlowick Primary School")
    assert queue_due_reminders(NOW) >= 2
    texts = {
        one.person: one.text for one in Message.objects.filter(kind="support-meeting-tomorrow").select_related("person")
    }
    assert f"/coach/meetings/{meeting.public_id}/" in texts[pair.supporter]
    assert f"/participant/support/meetings/{meeting.public_id}/" in texts[pair.enrolment.person]
    assert all("Face to face, Marlowick Primary School" in text for text in texts.values())
    assert "You meet Winifred Osei-Larch tomorrow." in texts[pair.supporter]


def test_audit_facts_are_what_may_be_counted(pair: SupportMatch) -> None:
    planned(pair)
    (entry,) = Entry.objects.filter(verb="support-meeting.planned")
    assert set(facts_of(entry)) == {"match", "starts_at", "minutes", "face_to_face", "revision"}
