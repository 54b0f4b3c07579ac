"""Catching up: what is handed in, what is decided on it, and what the ledger makes of it."""

import json
from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from cohorts.actions import (
    attend_elsewhere,
    cancel_seminar,
    defer_enrolment,
    exempt_item,
    expect_item,
    record_register,
    transfer,
    withdraw_enrolment,
)
from cohorts.actions.catch_up import (
    accept_catch_up,
    change_catch_up_offer,
    end_catch_up_offer,
    offer_catch_up,
    refuse_catch_up,
    return_catch_up,
    send_catch_up,
    withdraw_catch_up,
)
from cohorts.errors import (
    CatchUpChangedMeanwhile,
    CatchUpDayOutOfRange,
    CatchUpDecided,
    CatchUpFileRefused,
    CatchUpNotNow,
    CatchUpNotOnList,
    CatchUpOfferOver,
    CatchUpReadEarlier,
    CatchUpReasonMissing,
    CatchUpSettled,
    CatchUpStillOpen,
    CatchUpTooLate,
    CatchUpWithoutWords,
    CaughtUpAlready,
    EnrolmentOver,
    MissedNothing,
    MissedSessionCancelled,
    OfferChangedMeanwhile,
    OfferElsewhere,
    OfferSaysNothing,
    OwnCatchUp,
    RegisterStillOut,
    SessionStillToCome,
    TooManyCatchUpFiles,
)
from cohorts.kinds import Deferring
from cohorts.models import AttendanceMark, CatchUp, CatchUpFile, Enrolment, LedgerEntry, PersonalItem
from cohorts.queries import item_lines, latest_membership_of, standing_of
from cohorts.queries.catch_up import ToCatchUp, gain_of, missed_of, offers_to, to_catch_up, undone_by
from cohorts.reminders import due
from cohorts.states import CATCH_UP_MOVES, CatchUpState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.roles import Role
from tests.assessments.conftest import a_docx, a_pdf
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_cohort, a_group, a_person, a_seminar, a_version, an_enrolment

UNTIL = date(2026, 4, 28)  # 42 days after the seminar of 17 March


@pytest.fixture
def absent(world: World) -> Enrolment:
    """Somebody who missed the seminar, by its register."""
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
    return somebody


def send(world: World, who: Enrolment, words: str = "That it takes time.", **more: Any) -> CatchUp:
    return send_catch_up(who, item=world.seminar_item, **({"offer": None, "words": words} | more), by=who.person)


def upload(name: str = "notes.docx", content: bytes | None = None) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or a_docx())


def ledger(who: Enrolment) -> list[tuple[int, str]]:
    return list(LedgerEntry.objects.filter(enrolment=who).order_by("pk").values_list("change", "source"))


def facts_of(verb: str) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(Entry.objects.get(verb=verb).payload)
    return {name: value for name, value in facts.items() if name != "v"}


def a_late_joiner(world: World) -> Enrolment:
    """In the group from today on."""
    late = an_enrolment(world.cohort)
    transfer(late, cohort=world.cohort, group=world.group, by=world.lead)
    return late


def letters(who: Enrolment) -> list[str]:
    told = Message.objects.filter(person=who.person, kind__startswith="catch-up")
    return list(told.order_by("pk").values_list("kind", flat=True))


# --- handing in ----------------------------------------------------------------------------------


def test_what_is_handed_in_waits_and_earns_nothing_yet(world: World, absent: Enrolment) -> None:
    # T46
    one = send(world, absent, uploads=[upload(), upload("more.pdf", a_pdf())])
    assert (one.state, one.seminar, one.send_by, one.revision) == ("sent", world.seminar, UNTIL, 1)
    assert [(file.sender_name, file.kind) for file in one.files.all()] == [("notes.docx", "docx"), ("more.pdf", "pdf")]
    assert ledger(absent) == []
    assert letters(absent) == ["catch-up-received"]
    facts = {"enrolment": absent.pk, "session": world.seminar.pk, "send_by": "2026-04-28", "revision": 1}
    assert facts_of("catch-up.sent") == facts


def test_pressed_twice_it_is_there_once(world: World, absent: Enrolment) -> None:
    first = send(world, absent, uploads=[upload()])
    again = send(world, absent, uploads=[upload()])
    assert (again, again.revision, again.files.count()) == (first, 1, 1)
    assert letters(absent) == ["catch-up-received"]
    assert len(default_storage.listdir("catch-ups")[1]) >= 1


def test_two_tabs_write_over_nothing(world: World, absent: Enrolment) -> None:
    send(world, absent, "From the first tab.")
    with pytest.raises(CatchUpChangedMeanwhile):
        send(world, absent, "From the second tab.", revision=0)
    assert CatchUp.objects.get().words == "From the first tab."


def test_it_can_be_changed_until_somebody_decides(world: World, absent: Enrolment) -> None:
    first = send(world, absent, uploads=[upload()])
    (file,) = first.files.all()
    changed = send(
        world, absent, "More of it.", uploads=[upload("b.pdf", a_pdf())], taken_off=[file.public_id], revision=1
    )
    assert (changed.pk, changed.words, changed.revision, changed.state) == (first.pk, "More of it.", 2, "sent")
    assert [one.sender_name for one in changed.files.all()] == ["b.pdf"]
    assert letters(absent) == ["catch-up-received"]


def test_the_bytes_of_a_file_taken_off_leave_with_the_commit(
    world: World, absent: Enrolment, django_capture_on_commit_callbacks: Any
) -> None:
    first = send(world, absent, uploads=[upload()])
    (file,) = first.files.all()
    with django_capture_on_commit_callbacks(execute=True):
        send(world, absent, "Without it.", taken_off=[file.public_id], revision=1)
    assert not default_storage.exists(file.stored_name)
    assert not CatchUpFile.objects.exists()


def test_a_file_of_another_kind_is_refused_and_nothing_is_kept(world: World, absent: Enrolment) -> None:
    with pytest.raises(CatchUpFileRefused, match=r"^“sheet\.xlsx” cannot be handed in\. The file must be a \.docx"):
        send(world, absent, uploads=[upload(), upload("sheet.xlsx")])
    assert not CatchUp.objects.exists()


def test_too_many_files_and_no_words_are_refused(world: World, absent: Enrolment) -> None:
    with pytest.raises(TooManyCatchUpFiles):
        send(world, absent, uploads=[upload(f"{number}.docx") for number in range(6)])
    with pytest.raises(CatchUpWithoutWords):
        send(world, absent, " ")
    assert not CatchUp.objects.exists()


def test_the_last_moment_of_the_last_london_day_is_in_time(world: World, absent: Enrolment, time_machine: Any) -> None:
    # T53
    late = datetime(2026, 4, 28, 23, 0, tzinfo=UTC)  # midnight in London, in summer
    time_machine.move_to(late + timedelta(minutes=5), tick=False)
    with pytest.raises(CatchUpTooLate, match=r"until 28 April 2026, 11\.59pm"):
        send(world, absent, received_at=late)
    began_in_time = late - timedelta(seconds=1)
    assert send(world, absent, received_at=began_in_time).sent_at == began_in_time


def test_whoever_was_there_has_nothing_to_catch_up(world: World) -> None:
    (present,) = world.enrol()
    record_register(world.seminar, marks={present.pk: mark("present")}, by=world.facilitator)
    with pytest.raises(MissedNothing):
        send(world, present)


def test_part_of_it_can_be_caught_up(world: World) -> None:
    (part,) = world.enrol()
    record_register(world.seminar, marks={part.pk: mark("partly", 30)}, by=world.facilitator)
    accept_catch_up(send(world, part), revision=1, by=world.facilitator)
    assert ledger(part) == [(30, "register"), (90, "catch_up")]


def test_before_the_register_says_so_nothing_is_missed(world: World) -> None:
    (unmarked,) = world.enrol()
    with pytest.raises(RegisterStillOut, match="of 17 March 2026"):
        send(world, unmarked)


def test_a_session_to_come_is_not_missed(world: World) -> None:
    (somebody,) = world.enrol()
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=3))
    with pytest.raises(SessionStillToCome, match="on 21 March 2026"):
        send_catch_up(somebody, item=world.other_item, offer=None, words="x", by=somebody.person)


def test_of_a_cancelled_session_nobody_loses_anything(world: World) -> None:
    # T48
    (somebody,) = world.enrol()
    ahead = a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW + timedelta(days=3))
    cancel_seminar(ahead, reason="Snow.", by=world.lead)
    with pytest.raises(MissedSessionCancelled):
        send_catch_up(somebody, item=world.other_item, offer=None, words="x", by=somebody.person)


def test_what_is_off_the_list_needs_no_catching_up(world: World, absent: Enrolment) -> None:
    exempt_item(absent, item=world.seminar_item, reason="Did it elsewhere.", by=world.lead)
    with pytest.raises(CatchUpNotOnList):
        send(world, absent)


def test_whoever_takes_no_part_hands_nothing_in(world: World, absent: Enrolment) -> None:
    Enrolment.objects.filter(pk=absent.pk).update(state="withdrawn")
    with pytest.raises(CatchUpNotNow, match="entered as withdrawn"):
        send(world, absent)


def test_a_late_joiner_catches_up_what_was_held_before(world: World) -> None:
    # T47
    late = a_late_joiner(world)
    one = send(world, late)
    assert (one.seminar, one.send_by) == (world.seminar, date(2026, 4, 29))
    accept_catch_up(one, revision=1, by=world.facilitator)
    assert ledger(late) == [(120, "catch_up")]


def test_whoever_goes_elsewhere_instead_has_not_missed_it(world: World, absent: Enrolment) -> None:
    other = a_group(world.cohort, a_person(Role.FACILITATOR))
    host = a_seminar(world.cohort, world.seminar_item, other, starts_at=NOW + timedelta(days=3))
    attend_elsewhere(absent, seminar=host, by=absent.person)
    with pytest.raises(SessionStillToCome):
        send(world, absent)


def test_whoever_has_handed_something_in_takes_it_back_before_going_elsewhere(world: World, absent: Enrolment) -> None:
    other = a_group(world.cohort, a_person(Role.FACILITATOR))
    host = a_seminar(world.cohort, world.seminar_item, other, starts_at=NOW + timedelta(days=3))
    one = send(world, absent)
    with pytest.raises(CatchUpStillOpen, match="takes it back first"):
        attend_elsewhere(absent, seminar=host, by=absent.person)
    assert not host.guests.exists()
    withdraw_catch_up(one, by=absent.person)
    assert attend_elsewhere(absent, seminar=host, by=absent.person).seminar == host


def test_taken_back_twice_it_is_taken_back_once_and_another_may_follow(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    for _ in range(2):
        withdraw_catch_up(one, by=absent.person)
    assert Entry.objects.filter(verb="catch-up.withdrawn").count() == 1
    another = send(world, absent, "Anew.")
    assert (another.pk != one.pk, another.state) == (True, "sent")


# --- deciding ------------------------------------------------------------------------------------


def test_accepted_it_is_marked_and_credited_at_once(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    gain = gain_of(one, clock.now())
    assert gain
    before = standing_of(absent, clock.now())
    accepted = accept_catch_up(one, answer="Well seen.", revision=1, by=world.facilitator)
    newest = AttendanceMark.objects.filter(enrolment=absent).first()
    assert newest
    assert (newest.status, newest.recorded_by) == ("caught_up", world.facilitator)
    assert (accepted.state, accepted.mark, accepted.decided_by) == ("accepted", newest, world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]
    after = standing_of(absent, clock.now())
    assert (gain.change, gain.before, gain.after) == (120, before.percent, after.percent)
    assert letters(absent) == ["catch-up-received", "catch-up-accepted"]
    assert not Message.objects.filter(kind__startswith="catch-up").exclude(person=absent.person).exists()
    facts = facts_of("catch-up.accepted")
    assert (facts["mark"], facts["enrolment"]) == (newest.pk, absent.pk)
    assert facts_of("mark.changed")["enrolment"] == absent.pk


def test_accepted_twice_it_is_credited_once(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    for _ in range(2):
        accept_catch_up(one, revision=1, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]
    with pytest.raises(CatchUpDecided, match="“Accepted”"):
        accept_catch_up(one, revision=1, by=world.lead)
    with pytest.raises(CatchUpDecided):
        refuse_catch_up(one, answer="No.", revision=2, by=world.facilitator)


def test_what_was_sent_in_time_is_decided_after_the_last_day(
    world: World, absent: Enrolment, time_machine: Any
) -> None:
    one = send(world, absent)
    time_machine.move_to(NOW + timedelta(days=90), tick=False)
    accept_catch_up(one, revision=1, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]


def test_sent_back_it_is_sent_again_by_its_new_last_day(world: World, absent: Enrolment, time_machine: Any) -> None:
    one = send(world, absent)
    time_machine.move_to(NOW + timedelta(days=50), tick=False)  # the first last day is over
    new_day = date(2026, 5, 20)
    back = return_catch_up(one, answer="Say what you will do.", send_by=new_day, revision=1, by=world.facilitator)
    assert (back.state, back.send_by, back.revision) == ("returned", new_day, 2)
    again = send(world, absent, revision=2)
    assert (again.pk, again.state, again.decided_at, again.sent_at) == (one.pk, "sent", None, clock.now())
    assert letters(absent) == ["catch-up-received", "catch-up-returned", "catch-up-received"]
    withdraw_catch_up(again, by=absent.person)


def test_after_its_new_last_day_it_is_not_sent_again(world: World, absent: Enrolment, time_machine: Any) -> None:
    one = send(world, absent)
    return_catch_up(one, answer="More.", send_by=date(2026, 4, 29), revision=1, by=world.facilitator)
    time_machine.move_to(datetime(2026, 4, 29, 23, 0, tzinfo=UTC), tick=False)
    with pytest.raises(CatchUpTooLate, match="until 29 April 2026"):
        send(world, absent, "More.", revision=2)


def test_refused_it_earns_nothing_and_another_may_be_sent(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    refuse_catch_up(one, answer="This is of another session.", revision=1, by=world.facilitator)
    assert (ledger(absent), letters(absent)[-1]) == ([], "catch-up-refused")
    assert "You can send another one until Tuesday 28 April 2026" in Message.objects.get(kind="catch-up-refused").text
    another = send(world, absent, "The right one.")
    assert another.pk != one.pk


def test_sending_back_and_refusing_need_a_reason_and_a_day(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    with pytest.raises(CatchUpReasonMissing):
        refuse_catch_up(one, answer=" ", revision=1, by=world.facilitator)
    with pytest.raises(CatchUpReasonMissing):
        return_catch_up(one, answer="", send_by=UNTIL, revision=1, by=world.facilitator)
    with pytest.raises(CatchUpDayOutOfRange):
        return_catch_up(one, answer="More.", send_by=UNTIL - timedelta(days=1), revision=1, by=world.facilitator)
    assert CatchUp.objects.get().state == "sent"


def test_nobody_decides_on_what_they_have_not_read(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    send(world, absent, "Changed.", revision=1)
    with pytest.raises(CatchUpReadEarlier):
        accept_catch_up(one, revision=1, by=world.facilitator)
    assert ledger(absent) == []


def test_nobody_decides_on_their_own(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    with pytest.raises(OwnCatchUp):
        accept_catch_up(one, revision=1, by=absent.person)
    assert ledger(absent) == []


def test_somebody_deferred_since_is_credited_and_somebody_who_left_is_not(world: World, absent: Enrolment) -> None:
    (gone,) = world.enrol()
    record_register(world.seminar, marks={gone.pk: mark("absent")}, by=world.facilitator)
    kept, lost = send(world, absent), send(world, gone)
    defer_enrolment(absent, reason=Deferring.OTHER, by=world.lead)
    withdraw_enrolment(gone, reason="other", by=world.lead)
    accept_catch_up(kept, revision=1, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]
    with pytest.raises(EnrolmentOver):
        accept_catch_up(lost, revision=1, by=world.facilitator)
    assert ledger(gone) == []


def test_what_went_off_the_list_since_is_not_credited(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    PersonalItem.objects.filter(enrolment=absent, item=world.seminar_item).update(expectation="exempt")
    with pytest.raises(CatchUpSettled):
        accept_catch_up(one, revision=1, by=world.facilitator)
    refuse_catch_up(one, answer="It is off your list.", revision=1, by=world.facilitator)


ACTS = (CatchUpState.ACCEPTED, CatchUpState.RETURNED, CatchUpState.REFUSED, CatchUpState.WITHDRAWN)
# What was taken back is taken back: `test_taken_back_twice_…`.
PAIRS = [pair for pair in product(CatchUpState, ACTS) if pair != (CatchUpState.WITHDRAWN, CatchUpState.WITHDRAWN)]


@pytest.mark.parametrize(("state", "to"), PAIRS)
def test_only_the_moves_of_the_table_are_made(
    world: World, absent: Enrolment, state: CatchUpState, to: CatchUpState
) -> None:
    one = send(world, absent)
    some = AttendanceMark.objects.filter(enrolment=absent).get() if state == CatchUpState.ACCEPTED else None
    CatchUp.objects.filter(pk=one.pk).update(
        state=state, mark=some, decided_at=clock.now(), decided_by=a_person(Role.FACILITATOR)
    )
    by = world.facilitator
    acts = {
        CatchUpState.ACCEPTED: lambda: accept_catch_up(one, revision=1, by=by),
        CatchUpState.RETURNED: lambda: return_catch_up(one, answer="x", send_by=UNTIL, revision=1, by=by),
        CatchUpState.REFUSED: lambda: refuse_catch_up(one, answer="x", revision=1, by=by),
        CatchUpState.WITHDRAWN: lambda: withdraw_catch_up(one, by=absent.person),
    }
    if to in CATCH_UP_MOVES[state]:
        assert acts[to]().state == to
    else:
        with pytest.raises(CatchUpDecided):
            acts[to]()
        assert CatchUp.objects.get().state == state


# --- and the register ----------------------------------------------------------------------------


def test_a_register_that_finds_them_present_settles_what_waits(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    record_register(world.seminar, marks={absent.pk: mark("present")}, by=world.facilitator)
    one.refresh_from_db()
    assert (one.state, ledger(absent)) == ("not_needed", [(120, "register")])
    with pytest.raises(CatchUpDecided):
        accept_catch_up(one, revision=2, by=world.facilitator)
    assert (ledger(absent), letters(absent)[-1]) == ([(120, "register")], "catch-up-not-needed")


def test_a_register_that_marks_them_as_caught_up_accepts_what_waits(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    record_register(world.seminar, marks={absent.pk: mark("caught_up")}, by=world.facilitator)
    one.refresh_from_db()
    assert (one.state, one.decided_by, one.mark and one.mark.status) == ("accepted", world.facilitator, "caught_up")
    assert (ledger(absent), letters(absent)[-1]) == ([(120, "catch_up")], "catch-up-accepted")


def test_a_register_that_leaves_something_leaves_what_waits(world: World, absent: Enrolment) -> None:
    one = send(world, absent)
    record_register(world.seminar, marks={absent.pk: mark("partly", 30)}, by=world.facilitator)
    one.refresh_from_db()
    assert one.state == "sent"
    accept_catch_up(one, revision=1, by=world.facilitator)
    assert ledger(absent) == [(30, "register"), (90, "catch_up")]


def test_present_after_all_is_credited_once(world: World, absent: Enrolment) -> None:
    accept_catch_up(send(world, absent), revision=1, by=world.facilitator)
    record_register(world.seminar, marks={absent.pk: mark("present")}, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]


def test_a_register_takes_an_accepted_catch_up_away_only_with_a_reason(world: World, absent: Enrolment) -> None:
    accept_catch_up(send(world, absent), revision=1, by=world.facilitator)
    for slip in (mark("absent"), mark("partly", 30), mark("authorised")):
        with pytest.raises(CaughtUpAlready, match="was accepted on 18 March 2026"):
            record_register(world.seminar, marks={absent.pk: slip}, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up")]
    record_register(world.seminar, marks={absent.pk: mark("absent", reason="Copied.")}, by=world.facilitator)
    assert ledger(absent) == [(120, "catch_up"), (-120, "register")]
    another = send(world, absent, "My own words.")
    accept_catch_up(another, revision=1, by=world.facilitator)
    assert sum(change for change, _ in ledger(absent)) == 120


def test_whoever_loses_the_credit_of_an_accepted_catch_up_is_told_each_time(world: World, absent: Enrolment) -> None:
    one = accept_catch_up(send(world, absent), revision=1, by=world.facilitator)
    assert undone_by(one) is None
    for status in ("present", "absent", "absent"):
        record_register(world.seminar, marks={absent.pk: mark(status, reason="Not there.")}, by=world.facilitator)
    assert letters(absent) == ["catch-up-received", "catch-up-accepted", "catch-up-undone"]
    told = Message.objects.get(kind="catch-up-undone")
    assert "The register of that session has been changed since, and credit was taken back." in told.text
    assert "You can send another one until Tuesday 28 April 2026, 11.59pm." in told.text
    assert "Not there." not in told.text
    assert undone_by(one) == AttendanceMark.objects.filter(status="absent").first()
    record_register(world.seminar, marks={absent.pk: mark("present")}, by=world.facilitator)
    assert undone_by(one) is None
    record_register(world.seminar, marks={absent.pk: mark("partly", 30, reason="Left.")}, by=world.facilitator)
    assert letters(absent)[-2:] == ["catch-up-undone", "catch-up-undone"]


def test_whoever_loses_credit_without_a_catch_up_gets_no_letter_about_one(world: World) -> None:
    (somebody,) = world.enrol()
    for status in ("present", "absent"):
        record_register(world.seminar, marks={somebody.pk: mark(status)}, by=world.facilitator)
    assert (ledger(somebody), letters(somebody)) == ([(120, "register"), (-120, "register")], [])


def told_since(who: Enrolment, kinds: int) -> list[Message]:
    return list(Message.objects.filter(person=who.person).order_by("pk"))[kinds:]


@pytest.mark.parametrize("is_by_register", [True, False])
def test_whoever_is_exempt_reads_in_one_letter_that_nothing_need_be_caught_up(
    world: World, absent: Enrolment, is_by_register: bool
) -> None:
    one = send(world, absent)
    before = Message.objects.filter(person=absent.person).count()
    if is_by_register:
        given = mark("exempt", reason="He was in hospital")
        record_register(world.seminar, marks={absent.pk: given}, by=world.facilitator)
    else:
        exempt_item(absent, item=world.seminar_item, reason="He was in hospital", by=world.lead)
    one.refresh_from_db()
    assert (one.state, ledger(absent)) == ("not_needed", [])
    (told,) = told_since(absent, before)
    assert told.kind == "exemption-changed"
    assert "So your catch-up is not needed either." in told.text
    assert "He was in hospital" in told.text
    assert "You are credited" not in told.text


def test_whoever_is_exempt_without_a_catch_up_reads_nothing_of_one(world: World, absent: Enrolment) -> None:
    exempt_item(absent, item=world.seminar_item, reason="Ill", by=world.lead)
    assert "catch-up" not in Message.objects.get(kind="exemption-changed").text


def test_whoever_is_exempt_after_an_accepted_catch_up_is_not_told_to_send_another(
    world: World, absent: Enrolment
) -> None:
    accept_catch_up(send(world, absent), revision=1, by=world.facilitator)
    before = Message.objects.filter(person=absent.person).count()
    record_register(world.seminar, marks={absent.pk: mark("exempt", reason="Ill")}, by=world.facilitator)
    assert [one.kind for one in told_since(absent, before)] == ["exemption-changed"]


def test_exempt_no_longer_they_read_until_when_their_catch_up_may_be_sent_again(
    world: World, absent: Enrolment
) -> None:
    one = send(world, absent)
    exempt_item(absent, item=world.seminar_item, reason="Ill", by=world.lead)
    expect_item(absent, item=world.seminar_item, reason="The wrong person", by=world.lead)
    told = Message.objects.filter(kind="exemption-changed").latest("pk").text
    assert "send it again until Tuesday 28 April 2026, 11.59pm." in told
    assert send(world, absent, one.words).state == "sent"
    record_register(world.seminar, marks={absent.pk: mark("exempt", reason="Ill")}, by=world.facilitator)
    record_register(world.seminar, marks={absent.pk: mark("present")}, by=world.facilitator)
    assert "catch-up" not in Message.objects.filter(kind="exemption-changed").latest("pk").text


def test_one_is_open_of_a_session_at_a_time(world: World, absent: Enrolment) -> None:
    send(world, absent)
    with pytest.raises(IntegrityError, match="one_catch_up_of_a_session_at_a_time"), transaction.atomic():
        CatchUp.objects.create(enrolment=absent, seminar=world.seminar, way="other", words="Twice.", send_by=UNTIL)


# --- what is offered -----------------------------------------------------------------------------


def offered(world: World, **fields: Any) -> Any:
    given = {"cohort": world.cohort, "way": "recording", "title": "The recording", "url": "https://a.example/1"}
    return offer_catch_up(world.seminar_item, **(given | {"minutes": 90} | fields), by=world.facilitator)


def test_an_offer_is_found_by_its_cohort_or_by_all(world: World, absent: Enrolment) -> None:
    mine = offered(world)
    reading = offered(world, cohort=None, way="reading", title="A chapter", url="", words="Pages 1 to 20")
    another = a_cohort(world.version)
    theirs = offered(world, cohort=another, title="Of another cohort")
    assert offers_to(absent, world.seminar) == [reading, mine]
    one = send(world, absent, offer=mine)
    assert (one.offer, one.way) == (mine, "recording")
    with pytest.raises(CatchUpOfferOver):
        send(world, absent, offer=theirs, revision=1)


def test_an_offer_pressed_twice_is_one_and_ended_is_found_no_more(world: World, absent: Enrolment) -> None:
    one = offered(world)
    assert offered(world) == one
    used = send(world, absent, offer=one)
    change_catch_up_offer(
        one, way="recording", title="Its first hour", url="https://a.example/1", minutes=60, by=world.facilitator
    )
    for _ in range(2):
        end_catch_up_offer(one, by=world.facilitator)
    verbs = Entry.objects.filter(verb__startswith="catch-up-offer.").order_by("pk").values_list("verb", flat=True)
    assert [verb.partition(".")[2] for verb in verbs] == ["made", "changed", "ended"]
    assert offers_to(absent, world.seminar) == []
    # Whoever had used it may still change their words.
    assert send(world, absent, "More.", offer=one, revision=used.revision).offer == one
    with pytest.raises(OfferChangedMeanwhile):
        change_catch_up_offer(one, way="other", title="x", words="x", minutes=1, by=world.facilitator)


def test_an_offer_says_what_to_do_and_is_of_the_cohorts_programme(world: World) -> None:
    with pytest.raises(OfferSaysNothing):
        offered(world, url="")
    with pytest.raises(OfferElsewhere):
        offered(world, cohort=a_cohort(a_version()))


# --- what is left to do, and reminders -----------------------------------------------------------


def test_what_can_be_caught_up_is_listed_with_its_last_day(world: World, absent: Enrolment) -> None:
    def left() -> list[ToCatchUp]:
        lines = item_lines(absent, clock.now())
        return to_catch_up(absent, lines=lines, stay=latest_membership_of(absent), catch_up_days=42)

    (found,) = left()
    assert (found.item, found.left, found.send_by, found.catch_up) == (world.seminar_item, 120, UNTIL, None)
    one = send(world, absent)
    (found,) = left()
    assert found.catch_up == one
    accept_catch_up(one, revision=1, by=world.facilitator)
    assert left() == []
    assert missed_of(absent, world.seminar_item).missing.is_credited


def of_kind(kind: str, at: datetime) -> list[Any]:
    return [one for one in due(at) if one.kind == kind]


@pytest.mark.parametrize(
    ("at", "is_due"),
    [
        (datetime(2026, 4, 21, 22, 59, 59, tzinfo=UTC), False),  # 11.59pm in London, eight days before the end
        (datetime(2026, 4, 21, 23, 0, tzinfo=UTC), True),
        (datetime(2026, 4, 28, 22, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 4, 28, 23, 0, tzinfo=UTC), False),
    ],
)
def test_whoever_has_sent_nothing_is_reminded_in_the_last_week(
    world: World, absent: Enrolment, at: datetime, is_due: bool
) -> None:
    found = of_kind("catch-up-open", at)
    assert [(one.to, one.words["items"], one.words["send_by"]) for one in found] == (
        [(absent.person, (world.seminar_item,), UNTIL)] if is_due else []
    )
    assert len({one.key for one in [*found, *of_kind("catch-up-open", at)]}) == len(found)


def test_whoever_has_sent_something_is_not_reminded(world: World, absent: Enrolment) -> None:
    send(world, absent)
    assert of_kind("catch-up-open", datetime(2026, 4, 22, tzinfo=UTC)) == []


def test_a_late_joiner_is_reminded_once_of_everything(world: World) -> None:
    a_seminar(world.cohort, world.other_item, world.group, starts_at=NOW - timedelta(days=2))
    late = a_late_joiner(world)
    (found,) = of_kind("catch-up-open", datetime(2026, 4, 25, tzinfo=UTC))
    assert (found.to, found.words["items"]) == (late.person, (world.seminar_item, world.other_item))


@pytest.mark.parametrize(("days", "is_due"), [(5, True), (19, False)])
def test_whoever_decides_is_told_once_of_what_waits(world: World, absent: Enrolment, days: int, is_due: bool) -> None:
    send(world, absent)
    at = NOW + timedelta(days=days)
    assert of_kind("catch-up-waiting", at - timedelta(seconds=1)) == [] or not is_due
    assert [one.to for one in of_kind("catch-up-waiting", at)] == ([world.facilitator] if is_due else [])


def test_what_is_decided_waits_no_more(world: World, absent: Enrolment) -> None:
    accept_catch_up(send(world, absent), revision=1, by=world.facilitator)
    assert of_kind("catch-up-waiting", NOW + timedelta(days=6)) == []
