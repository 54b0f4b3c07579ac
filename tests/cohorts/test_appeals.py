"""Questioning a mark: until when, who answers by when, and what the register makes of it."""

from datetime import UTC, date, datetime, timedelta
from itertools import product
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from cohorts.actions import record_register, withdraw_enrolment
from cohorts.actions.appeal_moves import move
from cohorts.actions.appeals import correct_mark, keep_mark, question_mark, take_further, withdraw_appeal
from cohorts.actions.catch_up import accept_catch_up, send_catch_up
from cohorts.errors import (
    AnswerChangesNothing,
    AnsweredByYou,
    AnswerWithoutWords,
    AppealAlready,
    AppealAnswered,
    AppealChangesNothing,
    AppealFileRefused,
    AppealMinutesNeeded,
    AppealSaysTheSame,
    AppealTooLate,
    AppealWithoutWords,
    EnrolmentOver,
    ExemptionWithoutWords,
    NothingToQuestion,
    OwnAppeal,
)
from cohorts.models import Appeal, AttendanceMark, CatchUp, Enrolment
from cohorts.queries import standing_of
from cohorts.queries.appeals import answers, appeals_of
from cohorts.reminders import due
from cohorts.rules.appeals import ask_by, gives
from cohorts.states import APPEAL_MOVES, AppealState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from tests.assessments.conftest import a_pdf
from tests.cohorts.conftest import NOW, World, mark
from tests.factories import a_person

# The mark below is recorded on 18 March; a policy's usual 15 days to ask, and 10 to answer.
ASK_BY, ANSWER_BY = date(2026, 4, 2), date(2026, 3, 28)


@pytest.fixture
def absent(world: World) -> Enrolment:
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark("absent")}, by=world.facilitator)
    return somebody


@pytest.fixture
def lead(world: World) -> User:
    return a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")


def ask(world: World, who: Enrolment, claimed: str = "present", **more: Any) -> Appeal:
    said = {"claimed": claimed, "words": "I sat by the window."} | more
    return question_mark(who, seminar=world.seminar, **said, by=who.person)


def letters(kind: str) -> list[User | None]:
    return [one.person for one in Message.objects.filter(kind=kind).order_by("pk")]


def test_asked_answered_and_credited(world: World, absent: Enrolment, lead: User) -> None:
    one = ask(world, absent)
    assert (one.state, one.answer_by, answers(one, clock.today())) == ("asked", ANSWER_BY, world.facilitator)
    assert appeals_of(absent) == {world.seminar.pk: one}
    assert letters("appeal-asked") == [world.facilitator]
    assert ask(world, absent) == one
    assert letters("appeal-asked") == [world.facilitator]
    before = standing_of(absent, clock.now()).credited

    done = correct_mark(one, status="present", words="He is on the sheet.", as_lead=False, by=world.facilitator)
    assert correct_mark(one, status="present", as_lead=False, by=world.facilitator) == done
    marks = list(AttendanceMark.objects.filter(enrolment=absent).order_by("pk"))
    assert [(m.status, m.minutes) for m in marks] == [("absent", 0), ("present", 120)]
    assert done.corrected_to == marks[1]
    assert standing_of(absent, clock.now()).credited == before + 120
    assert letters("appeal-corrected") == [absent.person]
    assert [(step.state, step.words) for step in done.steps.all()] == [
        ("asked", "I sat by the window."), ("corrected", "He is on the sheet."),
    ]  # fmt: skip
    verbs = [entry.verb for entry in Entry.objects.filter(verb__startswith="appeal.").order_by("pk")]
    assert verbs == ["appeal.asked", "appeal.corrected"]
    assert Entry.objects.filter(verb="mark.changed").count() == 1


def test_a_mark_may_be_questioned_to_the_last_moment_of_a_london_day(
    world: World, absent: Enrolment, time_machine: Any
) -> None:
    """2 April is summer time, the mark of winter: the day ends at 11pm UTC."""
    assert ask_by(absent.attendance_marks.get().recorded_at, 15) == ASK_BY
    midnight = datetime(2026, 4, 2, 23, 0, tzinfo=UTC)
    time_machine.move_to(midnight + timedelta(hours=16), tick=False)
    with pytest.raises(AppealTooLate, match="until 2 April 2026"):
        ask(world, absent, received_at=midnight)
    one = ask(world, absent, received_at=midnight - timedelta(microseconds=1))
    assert (one.asked_at, one.answer_by) == (midnight - timedelta(microseconds=1), date(2026, 4, 12))


def test_a_correction_recorded_later_may_be_questioned_from_then(
    world: World, absent: Enrolment, time_machine: Any
) -> None:
    time_machine.move_to(NOW + timedelta(days=30), tick=False)
    with pytest.raises(AppealTooLate):
        ask(world, absent)
    again = mark("partly", 30, reason="Left early")
    record_register(world.seminar, marks={absent.pk: again}, by=world.facilitator)
    assert ask(world, absent).mark.minutes == 30


@pytest.mark.parametrize(
    ("said", "refusal"),
    [
        ({"claimed": "absent"}, AppealSaysTheSame),
        ({"claimed": "partly"}, AppealMinutesNeeded),
        ({"claimed": "partly", "minutes": 121}, AppealMinutesNeeded),
        ({"words": " \n"}, AppealWithoutWords),
        ({"upload": SimpleUploadedFile("sheet.pdf", b"GIF89a")}, AppealFileRefused),
    ],
)
def test_what_is_no_question_is_refused(
    world: World, absent: Enrolment, said: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        ask(world, absent, **said)
    assert not Appeal.objects.exists()
    assert not Message.objects.filter(kind__startswith="appeal").exists()


def test_a_part_may_be_questioned_as_a_longer_part_and_with_a_file(world: World) -> None:
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark("partly", 40)}, by=world.facilitator)
    with pytest.raises(AppealSaysTheSame):
        ask(world, somebody, "partly", minutes=40)
    one = ask(world, somebody, "partly", minutes=90, upload=SimpleUploadedFile("sheet.pdf", a_pdf()))
    assert (one.claimed_minutes, one.file.sender_name) == (90, "sheet.pdf")


def test_nobody_questions_what_says_nothing_of_them(world: World, absent: Enrolment) -> None:
    (other,) = world.enrol()
    with pytest.raises(NothingToQuestion):
        ask(world, other)
    withdraw_enrolment(absent, reason="Moved away", by=world.lead)
    with pytest.raises(EnrolmentOver):
        ask(world, absent)


def test_one_question_of_a_mark_unless_it_is_taken_back(world: World, absent: Enrolment) -> None:
    one = ask(world, absent)
    with pytest.raises(AppealAlready):
        ask(world, absent, "authorised")
    with pytest.raises(IntegrityError), transaction.atomic():
        Appeal.objects.create(
            enrolment=absent, seminar=world.seminar, mark=one.mark, claimed="present", answer_by=ANSWER_BY
        )
    assert withdraw_appeal(one, by=absent.person) == withdraw_appeal(one, by=absent.person)
    assert appeals_of(absent) == {}
    again = ask(world, absent, "authorised")
    assert (again.pk, again.state) != (one.pk, "withdrawn")
    keep_mark(again, words="Nobody told me.", as_lead=False, by=world.facilitator)
    with pytest.raises(AppealAlready):
        ask(world, absent)
    with pytest.raises(AppealAnswered):
        withdraw_appeal(again, by=absent.person)


def test_kept_by_a_facilitator_it_goes_to_the_lead_once_and_is_final(
    world: World, absent: Enrolment, lead: User, time_machine: Any
) -> None:
    one = ask(world, absent)
    with pytest.raises(AnswerWithoutWords):
        keep_mark(one, words="", as_lead=False, by=world.facilitator)
    kept = keep_mark(one, words="You were not.", as_lead=False, by=world.facilitator)
    assert (kept.state, kept.further_by) == ("kept", ASK_BY)
    assert letters("appeal-kept") == [absent.person]
    with pytest.raises(AppealWithoutWords):
        take_further(kept, words=" ", by=absent.person)
    with pytest.raises(AppealTooLate):
        take_further(kept, words="I was.", received_at=datetime(2026, 4, 2, 23, 0, tzinfo=UTC), by=absent.person)
    time_machine.move_to(datetime(2026, 4, 2, 22, 59, 59, tzinfo=UTC), tick=False)
    further = take_further(kept, words="I was.", by=absent.person)
    assert take_further(kept, words="I was.", by=absent.person) == further
    assert (further.state, further.answer_by) == ("further", date(2026, 4, 12))
    assert set(letters("appeal-further")) == {world.lead, lead}
    assert len(letters("appeal-further")) == 2
    with pytest.raises(AppealAnswered):
        keep_mark(further, words="No.", as_lead=False, by=world.facilitator)
    final = keep_mark(further, words="The sheet is clear.", as_lead=True, by=lead)
    assert final.state == "final"
    with pytest.raises(AppealAnswered):
        take_further(final, words="Again.", by=absent.person)


def test_nobody_answers_their_own_or_a_second_time(world: World, absent: Enrolment) -> None:
    one = ask(world, absent)
    with pytest.raises(OwnAppeal):
        keep_mark(one, words="No.", as_lead=False, by=absent.person)
    with pytest.raises(OwnAppeal):
        correct_mark(one, status="present", as_lead=True, by=absent.person)
    keep_mark(one, words="No.", as_lead=False, by=world.facilitator)
    further = take_further(one, words="Yes.", by=absent.person)
    with pytest.raises(AnsweredByYou):
        keep_mark(further, words="No.", as_lead=True, by=world.facilitator)
    assert further.state == "further"


def test_of_two_who_answer_at_once_one_is_told(world: World, absent: Enrolment, lead: User) -> None:
    one = ask(world, absent)
    keep_mark(one, words="Final.", as_lead=True, by=lead)
    with pytest.raises(AppealAnswered, match="The mark stands for good"):
        correct_mark(one, status="present", as_lead=False, by=world.facilitator)
    assert AttendanceMark.objects.filter(enrolment=absent).count() == 1


def test_an_answer_that_changes_nothing_is_refused_whole(world: World, absent: Enrolment) -> None:
    one = ask(world, absent)
    with pytest.raises(AnswerChangesNothing):
        correct_mark(one, status="absent", as_lead=False, by=world.facilitator)
    one.refresh_from_db()
    assert (one.state, one.steps.count()) == ("asked", 1)


@pytest.mark.parametrize(
    ("given", "state"),
    [
        (mark("partly", 60), "corrected"),
        (mark("present"), "corrected"),
        (mark("partly", 59), "asked"),
        (mark("authorised"), "asked"),
    ],
)
def test_a_register_that_gives_what_was_asked_closes_it(world: World, given: Any, state: str) -> None:
    ours, theirs = world.enrol(2)
    absent = dict.fromkeys([ours.pk, theirs.pk], mark("absent"))
    record_register(world.seminar, marks=absent, by=world.facilitator)
    one = ask(world, ours, "partly", minutes=60)
    other = ask(world, theirs)
    record_register(world.seminar, marks={ours.pk: given}, by=world.facilitator)
    for row in (one, other):
        row.refresh_from_db()
    assert (one.state, other.state) == (state, "asked")
    assert letters("appeal-corrected") == ([ours.person] if state == "corrected" else [])


def test_an_accepted_catch_up_closes_the_question_that_asked_for_it(world: World, absent: Enrolment) -> None:
    one = ask(world, absent, "caught_up")
    sent = catch_up_of(world, absent)
    accept_catch_up(sent, revision=sent.revision, by=world.facilitator)
    one.refresh_from_db()
    assert one.state == "corrected"
    (told,) = told_since_asking(absent)
    assert told.kind == "catch-up-accepted"
    assert "The mark that you had questioned is corrected by that." in told.text


def catch_up_of(world: World, who: Enrolment) -> CatchUp:
    return send_catch_up(who, item=world.seminar_item, offer=None, words="That it takes time.", by=who.person)


def told_since_asking(who: Enrolment) -> list[Message]:
    return list(Message.objects.filter(person=who.person).exclude(kind="catch-up-received").order_by("pk"))


@pytest.mark.parametrize(
    ("status", "state", "said"),
    [
        ("present", "not_needed", "You are credited the whole of it, so your catch-up is not needed any more."),
        ("caught_up", "accepted", "Your catch-up is accepted by that, and you are credited the whole of it."),
        ("exempt", "not_needed", "So your catch-up is not needed either."),
    ],
)
@pytest.mark.parametrize("is_answered", [True, False])
def test_a_corrected_mark_and_what_it_makes_of_a_catch_up_are_told_in_one_letter(
    world: World, absent: Enrolment, status: str, state: str, said: str, is_answered: bool
) -> None:
    one, sent = ask(world, absent, status), catch_up_of(world, absent)
    if is_answered:
        correct_mark(one, status=status, words="As you say.", as_lead=False, by=world.facilitator)
    else:
        record_register(world.seminar, marks={absent.pk: mark(status, reason="As you say.")}, by=world.facilitator)
    for row in (one, sent):
        row.refresh_from_db()
    assert (one.state, sent.state) == ("corrected", state)
    (told,) = told_since_asking(absent)
    assert told.kind == "appeal-corrected"
    assert said in told.text
    assert "As you say." in told.text
    assert ("You are credited" in told.text) == (status == "present")


def test_a_correction_that_takes_an_accepted_catch_up_away_is_told_in_one_letter(
    world: World, absent: Enrolment
) -> None:
    sent = catch_up_of(world, absent)
    accept_catch_up(sent, revision=sent.revision, by=world.facilitator)
    before = len(told_since_asking(absent))
    correct_mark(ask(world, absent), status="absent", words="You were not.", as_lead=False, by=world.facilitator)
    (told,) = told_since_asking(absent)[before:]
    assert told.kind == "appeal-corrected"
    assert "What your catch-up had earned you beyond that was taken back. You can send another one until" in told.text


def test_nobody_is_exempt_by_an_answer_without_a_reason(world: World, absent: Enrolment) -> None:
    one = ask(world, absent)
    with pytest.raises(ExemptionWithoutWords):
        correct_mark(one, status="exempt", words=" ", as_lead=False, by=world.facilitator)
    one.refresh_from_db()
    assert (one.state, AttendanceMark.objects.filter(enrolment=absent).count()) == ("asked", 1)
    correct_mark(one, status="exempt", words="He was in hospital.", as_lead=False, by=world.facilitator)
    (told,) = told_since_asking(absent)
    assert "He was in hospital." in told.text
    assert "The item is not asked of you" in told.text
    assert "catch-up" not in told.text
    kept = Words.objects.filter(
        sha256__in=Entry.objects.filter(verb__in=["mark.changed", "item.exempted"]).values("words_sha256")
    )
    assert ["He was in hospital." in one.body for one in kept] == [True, True]


def test_a_mark_corrected_from_exempt_is_told_in_one_letter(world: World) -> None:
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark("exempt", reason="Ill")}, by=world.facilitator)
    before = len(told_since_asking(somebody))
    correct_mark(ask(world, somebody), status="present", words="You were.", as_lead=False, by=world.facilitator)
    (told,) = told_since_asking(somebody)[before:]
    assert told.kind == "appeal-corrected"
    assert "The item is asked of you again." in told.text


def test_a_kept_mark_that_is_corrected_later_says_so(world: World, absent: Enrolment) -> None:
    one = ask(world, absent)
    keep_mark(one, words="No.", as_lead=False, by=world.facilitator)
    record_register(world.seminar, marks={absent.pk: mark("present", reason="Found the sheet")}, by=world.facilitator)
    one.refresh_from_db()
    assert one.state == "corrected"


@pytest.mark.parametrize(
    ("stands", "claimed", "minutes"),
    [("present", "partly", 120), ("partly", "partly", 119), ("partly", "present", 0)],
)
def test_a_claim_that_changes_nothing_is_refused(world: World, stands: str, claimed: str, minutes: int) -> None:
    (somebody,) = world.enrol()
    record_register(world.seminar, marks={somebody.pk: mark(stands, 118)}, by=world.facilitator)
    with pytest.raises(AppealChangesNothing, match="it would change nothing for you"):
        ask(world, somebody, claimed, minutes=minutes)
    assert not Appeal.objects.exists()


def test_overdue_is_told_once_to_whoever_answers_and_to_the_leads(world: World, absent: Enrolment, lead: User) -> None:
    ask(world, absent)
    last = datetime(2026, 3, 28, 23, 59, 59, tzinfo=UTC)  # still winter time

    def told(at: datetime) -> set[tuple[str, str]]:
        return {(one.key, str(one.to)) for one in due(at) if one.kind == "appeal-overdue"}

    assert told(last) == set()
    late = told(last + timedelta(seconds=1))
    assert {to for _, to in late} == {str(world.facilitator), str(world.lead), str(lead)}
    assert told(last + timedelta(days=10)) == late
    assert told(last + timedelta(days=16)) == set()


@pytest.mark.parametrize(("before", "after"), list(product(AppealState, AppealState)))
def test_every_pair_of_states(world: World, absent: Enrolment, before: AppealState, after: AppealState) -> None:
    one = ask(world, absent)
    Appeal.objects.filter(pk=one.pk).update(state=before, further_by=ASK_BY)
    one.refresh_from_db()
    if after in APPEAL_MOVES[before]:
        assert move(one, after, by=None).state == after
    else:
        with pytest.raises(AppealAnswered):
            move(one, after, by=None)


def test_what_gives_what_was_asked() -> None:
    marks = [("present", 120), ("partly", 60), ("partly", 59), ("absent", 0), ("caught_up", 0)]
    given = {
        (claimed, minutes): [gives(claimed, minutes, status=status, minutes=there) for status, there in marks]
        for claimed, minutes in (("present", 0), ("partly", 60), ("absent", 0), ("caught_up", 0))
    }
    assert given == {
        ("present", 0): [True, False, False, False, False],
        ("partly", 60): [True, True, False, False, False],
        ("absent", 0): [False, False, False, True, False],
        ("caught_up", 0): [True, False, False, False, True],
    }
