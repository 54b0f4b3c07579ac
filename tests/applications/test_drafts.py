"""A draft: begun, written part by part, and sent once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine

from applications.actions import (
    draft_form,
    give_trn,
    publish_form,
    save_answers,
    start_application,
    submit_application,
    withdraw_application,
)
from applications.actions.forms import form_fingerprint
from applications.errors import (
    AnswersChanged,
    ApplicationNotDraft,
    ApplicationUnfinished,
    IntakeClosed,
    IntakePaused,
    ProgrammeNotPublished,
    TrnKnown,
    TrnNotAwaited,
)
from applications.models import Application
from applications.rules.answers import PARTS, fingerprint_of, is_done, unfinished_parts
from applications.states import LIVE, SENT, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from tests.factories import FINISHED, a_person, a_school, a_version, an_application, an_intake

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
STATEMENT = next(part for part in PARTS if part.code == "statement")


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version())


@pytest.fixture
def ines() -> User:
    return a_person(full_name="Ines Caldbeck", preferred_name="Ines")


@pytest.fixture
def draft(ines: User, intake: Intake) -> Application:
    return an_application(ines, intake, state=ApplicationState.DRAFT, **FINISHED)


def stored(application: Application) -> Application:
    return Application.objects.get(pk=application.pk)


def deeds(verb: str) -> int:
    return Entry.objects.filter(verb=verb).count()


# Begun


def test_starting_twice_starts_once(ines: User, intake: Intake) -> None:
    first = start_application(ines, intake=intake, by=ines)
    assert start_application(ines, intake=intake, by=ines) == first
    assert deeds("application.started") == 1


def test_one_may_apply_anew_after_withdrawing(ines: User, intake: Intake) -> None:
    # T1
    first = start_application(ines, intake=intake, by=ines)
    withdraw_application(first, by=ines)
    assert start_application(ines, intake=intake, by=ines) != first


def test_a_closed_intake_refuses_a_start_and_keeps_what_was_begun(ines: User, intake: Intake) -> None:
    # S3
    begun = start_application(ines, intake=intake, by=ines)
    Intake.objects.update(closes_at=clock.now() - SECOND)
    assert start_application(ines, intake=intake, by=ines) == begun
    stranger = a_person()
    with pytest.raises(IntakeClosed):
        start_application(stranger, intake=intake, by=stranger)


def test_a_programme_that_is_not_published_cannot_be_applied_to(ines: User) -> None:
    with pytest.raises(ProgrammeNotPublished):
        start_application(ines, intake=an_intake(a_version(state=VersionState.DRAFT)), by=ines)


def test_a_draft_keeps_the_form_it_began_with(ines: User, intake: Intake) -> None:
    begun = start_application(ines, intake=intake, by=ines)
    newer = draft_form(intake.version.programme, by=None)
    assert start_application(a_person(), intake=intake, by=None).form == begun.form
    publish_form(newer, seen=form_fingerprint(newer), by=None)
    assert stored(begun).form == begun.form
    assert start_application(a_person(), intake=intake, by=None).form == newer


# Written


def test_answers_keep_the_school_as_it_is_today(draft: Application, ines: User) -> None:
    school = a_school(name="Fell Side School", urn="912345", type_code="01")
    save_answers(draft, answers={"school": school}, by=ines)
    school.name = "Fell Side Academy"
    school.save()
    kept = stored(draft)
    assert (kept.school, kept.school_name, kept.school_urn) == (school, "Fell Side School", "912345")
    assert kept.school_type_code == "01"


def test_a_school_that_is_not_listed_takes_the_place_of_one_that_was(draft: Application, ines: User) -> None:
    save_answers(draft, answers={"school": a_school(type_code="01")}, by=ines)
    saved = save_answers(draft, answers={"school": None, "school_name": "New School"}, by=ines)
    assert (saved.school, saved.school_name, saved.school_urn, saved.school_type_code) == (None, "New School", "", "")


def test_the_moment_of_agreeing_is_the_first_one(draft: Application, ines: User) -> None:
    before = draft.agreed_at
    assert save_answers(draft, answers={"agreed": True}, by=ines).agreed_at == before
    assert save_answers(draft, answers={"agreed": False}, by=ines).agreed_at is None


def test_an_answer_to_no_question_is_a_mistake_in_the_code(draft: Application, ines: User) -> None:
    with pytest.raises(ValueError, match="state"):
        save_answers(draft, answers={"state": "accepted"}, by=ines)


def test_the_trail_holds_which_answers_were_saved_and_none_of_their_words(draft: Application, ines: User) -> None:
    save_answers(draft, answers={"statement": "One approach to phonics."}, by=ines)
    payload = Entry.objects.get(verb="application.saved").payload
    assert "statement" in payload
    assert "phonics" not in payload


def test_an_answer_that_stopped_applying_is_kept_while_a_draft(draft: Application, ines: User) -> None:
    began = date(2020, 9, 1)
    save_answers(draft, answers={"headship": "serving", "headship_started_on": began}, by=ines)
    assert save_answers(draft, answers={"headship": "aspiring"}, by=ines).headship_started_on == began


@pytest.mark.parametrize("state", set(ApplicationState) - {ApplicationState.DRAFT})
def test_what_is_not_a_draft_does_not_change(intake: Intake, state: ApplicationState) -> None:
    application = an_application(a_person(), intake, state=state, role="Deputy head")
    with pytest.raises(ApplicationNotDraft):
        save_answers(application, answers={"role": "Head"}, by=application.person)
    assert stored(application).role == "Deputy head"


# Two tabs


def test_of_two_tabs_the_second_is_refused_and_neither_wins(draft: Application, ines: User) -> None:
    seen = fingerprint_of(STATEMENT, draft.stored)
    save_answers(draft, answers={"statement": "From the first tab."}, seen=seen, by=ines)
    with pytest.raises(AnswersChanged):
        save_answers(draft, answers={"statement": "From the second."}, seen=seen, by=ines)
    assert stored(draft).statement == "From the first tab."
    assert deeds("application.saved") == 1
    again = fingerprint_of(STATEMENT, stored(draft).stored)
    assert save_answers(draft, answers={"statement": "From the second."}, seen=again, by=ines).statement == (
        "From the second."
    )


def test_a_page_sent_twice_is_saved_once(draft: Application, ines: User) -> None:
    seen = fingerprint_of(STATEMENT, draft.stored)
    for _ in range(2):
        saved = save_answers(draft, answers={"statement": "Sent by a double click."}, seen=seen, by=ines)
        assert saved.statement == "Sent by a double click."
    assert deeds("application.saved") == 1


def test_two_tabs_on_two_parts_do_not_meet(draft: Application, ines: User) -> None:
    seen = fingerprint_of(STATEMENT, draft.stored)
    save_answers(draft, answers={"role": "Head of school"}, by=ines)
    assert save_answers(draft, answers={"statement": "Another page."}, seen=seen, by=ines).role == "Head of school"


# When


@pytest.mark.parametrize(
    "closes_at",
    [
        datetime(2027, 1, 15, 17, 0, tzinfo=clock.LONDON),
        datetime(2027, 3, 28, 0, 59, 59, tzinfo=clock.LONDON),  # the clocks go forward a second later
        datetime(2026, 10, 25, 1, 30, tzinfo=clock.LONDON),  # the earlier of two half past ones
    ],
)
def test_what_was_begun_can_be_sent_until_the_very_second_of_the_grace(
    draft: Application, ines: User, closes_at: datetime
) -> None:
    closes_at = closes_at.astimezone(UTC)
    Intake.objects.update(closes_at=closes_at, opens_at=closes_at - timedelta(days=60), grace_minutes=30)
    ends_at = closes_at + timedelta(minutes=30)
    with time_machine.travel(closes_at, tick=False), pytest.raises(IntakeClosed):
        start_application(a_person(), intake=draft.intake, by=None)
    with time_machine.travel(ends_at, tick=False):
        with pytest.raises(IntakeClosed):
            save_answers(draft, answers={"role": "Head"}, by=ines)
        with pytest.raises(IntakeClosed):
            submit_application(draft, by=ines)
    assert (stored(draft).role, stored(draft).state) == ("Deputy headteacher", ApplicationState.DRAFT)
    with time_machine.travel(ends_at - SECOND, tick=False):
        save_answers(draft, answers={"role": "Head"}, by=ines)
        assert submit_application(draft, by=ines).submitted_at == ends_at - SECOND


def test_no_grace_is_none(draft: Application, ines: User) -> None:
    closes_at = clock.now() + timedelta(hours=1)
    Intake.objects.update(closes_at=closes_at, grace_minutes=0)
    with time_machine.travel(closes_at, tick=False), pytest.raises(IntakeClosed):
        submit_application(draft, by=ines)


def test_a_paused_intake_refuses_a_start_and_a_sending_but_keeps_answers(draft: Application, ines: User) -> None:
    Intake.objects.update(is_paused=True)
    person = a_person()
    with pytest.raises(IntakePaused):
        start_application(person, intake=draft.intake, by=person)
    with pytest.raises(IntakePaused):
        submit_application(draft, by=ines)
    assert save_answers(draft, answers={"role": "Head"}, by=ines).role == "Head"


# Sent


def test_sending_gives_a_reference_a_moment_and_one_letter(draft: Application, ines: User) -> None:
    sent = submit_application(draft, by=ines)
    assert sent.state == ApplicationState.SUBMITTED
    assert sent.submitted_at is not None
    message = Message.objects.get(kind="application-received")
    assert (message.person, message.about_id) == (ines, sent.pk)
    assert sent.reference is not None
    assert sent.reference in message.subject


def test_sending_twice_sends_once(draft: Application, ines: User) -> None:
    first = submit_application(draft, by=ines)
    again = submit_application(draft, by=ines)
    assert (again.reference, again.submitted_at) == (first.reference, first.submitted_at)
    assert Message.objects.filter(kind="application-received").count() == 1
    assert deeds("application.submitted") == 1


def test_an_unfinished_application_is_not_sent(draft: Application, ines: User) -> None:
    save_answers(draft, answers={"statement": ""}, by=ines)
    with pytest.raises(ApplicationUnfinished):
        submit_application(draft, by=ines)
    assert (stored(draft).state, stored(draft).reference) == ("draft", None)
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    ("changed", "left_from_before", "emptied"),
    [
        ({"headship": "aspiring"}, {"headship_started_on": date(2020, 9, 1), "wants_new_head_support": True},
         {"headship_started_on": None, "wants_new_head_support": None}),
        ({"has_trn": False}, {"trn": "1234567"}, {"trn": ""}),
        ({"needs_adjustments": False}, {"adjustments": "Large print."}, {"adjustments": ""}),
        ({"work_setting": "other", "referred_by_return_to_teaching_adviser": True, "funding_route": "self",
          "employer_name": "A museum"},
         {"employment_type": "hospital_school", "kind_of_nursery": "childminder",
          "nursery_name": "At home", "ofsted_urn": "EY123456", "wants_one_to_one": True},
         {"employment_type": "", "kind_of_nursery": "", "nursery_name": "", "ofsted_urn": "",
          "wants_one_to_one": None, "school": None, "school_name": "", "school_urn": "", "school_type_code": ""}),
        ({"works_in_england": False, "employer_name": "Ysgol y Bont, Wales", "funding_route": "self"},
         {"previously_funded": True}, {"previously_funded": None}),
        ({}, {"employer_name": "A hospital"}, {"employer_name": ""}),
    ],
)  # fmt: skip
def test_what_is_not_asked_of_the_applicant_is_not_sent(
    draft: Application, ines: User, changed: Any, left_from_before: Any, emptied: Any
) -> None:
    save_answers(draft, answers={"school": a_school(type_code="01")}, by=ines)
    both = {"endorser_role": "headteacher"} | left_from_before | changed
    save_answers(draft, answers=both, by=ines)
    sent = stored(submit_application(draft, by=ines))
    assert {name: getattr(sent, name) for name in emptied} == emptied
    assert {name: getattr(sent, name) for name in changed} == changed


def test_all_that_applies_is_sent_as_it_was_written(draft: Application, ines: User) -> None:
    sent = stored(submit_application(draft, by=ines))
    assert {name: getattr(sent, name) for name in FINISHED} == FINISHED


# Applying anew after withdrawing


def withdrawn(person: User, intake: Intake, **answers: Any) -> Application:
    draft = an_application(person, intake, state=ApplicationState.DRAFT, **FINISHED | {"telephone": "01632"} | answers)
    return withdraw_application(submit_application(draft, by=person), by=person)


NOT_CARRIED = {"agreed_at", "endorser_role", "endorser_name", "endorser_email"}


def test_a_new_draft_has_the_answers_of_the_withdrawn_one_each_part_to_be_looked_at(ines: User, intake: Intake) -> None:
    school = a_school()
    old = withdrawn(ines, intake, school=school, school_urn=school.urn, school_name=school.name)
    new = start_application(ines, intake=intake, by=ines)
    assert new.pk != old.pk
    assert {name: value for name, value in stored(new).stored.items() if name not in NOT_CARRIED} == {
        name: value for name, value in stored(old).stored.items() if name not in NOT_CARRIED
    }
    assert (new.agreed_at, new.endorser_name, new.endorser_email, new.endorser_role) == (None, "", "", "")
    assert (new.school, new.reference, new.submitted_at) == (school, None, None)
    assert stored(new).to_check == [
        "details", "trn", "headship", "workplace", "school", "funding", "statement", "support", "adjustments",
    ]  # fmt: skip
    assert [part.code for part in unfinished_parts(stored(new).answers)] == [
        *new.to_check, "agreement", "endorsement",
    ]  # fmt: skip
    entry = Entry.objects.filter(verb="application.started").latest("pk")
    assert f'"carried_from":{old.pk}' in entry.payload.replace(" ", "")


def test_a_carried_part_counts_once_it_was_saved_unchanged_or_not(ines: User, intake: Intake) -> None:
    withdrawn(ines, intake)
    new = start_application(ines, intake=intake, by=ines)
    unchanged = {"statement": new.statement}
    new = save_answers(new, answers=unchanged, seen=fingerprint_of(STATEMENT, new.stored), by=ines)
    assert "statement" not in stored(new).to_check
    assert is_done(STATEMENT, stored(new).answers)
    with pytest.raises(ApplicationUnfinished, match="Your details"):
        submit_application(new, by=ines)
    for part in PARTS:
        if part.code in new.to_check:
            names = {name: getattr(new, name) for name in part.answers}
            new = save_answers(new, answers=names, by=ines)
    named = {name: FINISHED[name] for name in ("endorser_role", "endorser_name", "endorser_email")}
    new = save_answers(new, answers={"agreed": True, **named}, by=ines)
    assert submit_application(new, by=ines).state == ApplicationState.SUBMITTED
    assert stored(new).to_check == []


def test_what_answers_another_question_is_not_carried_over(ines: User, intake: Intake) -> None:
    old = withdrawn(ines, intake)
    lead = a_person()
    form = draft_form(old.intake.version.programme, by=lead)
    form.statement_question = "What would you stop doing?"
    form.save()
    publish_form(form, seen=form_fingerprint(form), by=lead)
    new = start_application(ines, intake=intake, by=ines)
    assert (new.form, new.statement, "statement" in new.to_check) == (form, "", False)
    assert new.full_name == old.full_name


def test_parts_that_no_longer_applied_are_not_carried_over(ines: User, intake: Intake) -> None:
    draft = an_application(
        ines, intake, state=ApplicationState.DRAFT,
        **FINISHED | {"works_in_england": False, "employer_name": "Ysgol y Bont", "kind_of_nursery": "childminder"},
    )  # fmt: skip
    withdraw_application(draft, by=ines)
    new = start_application(ines, intake=intake, by=ines)
    assert (new.employer_name, new.kind_of_nursery) == ("Ysgol y Bont", "")
    assert "employer" in new.to_check
    assert "nursery" not in new.to_check


def test_nothing_is_carried_over_from_somebody_else_or_another_intake(ines: User, intake: Intake) -> None:
    withdrawn(a_person(), intake)
    withdrawn(ines, an_intake(intake.version, name="Another"))
    new = start_application(ines, intake=intake, by=ines)
    assert (new.full_name, new.to_check) == ("", [])


@pytest.mark.parametrize("state", ApplicationState)
def test_what_was_written_is_carried_over_however_the_application_ended(
    ines: User, intake: Intake, state: ApplicationState
) -> None:
    old = an_application(ines, intake, state=state, **FINISHED)
    new = start_application(ines, intake=intake, by=ines)
    assert (new.pk == old.pk) is (state in LIVE)
    assert (new.statement, "statement" in new.to_check) == (old.statement, state not in LIVE)


def test_an_empty_withdrawn_draft_leaves_nothing_to_look_at(ines: User, intake: Intake) -> None:
    withdraw_application(start_application(ines, intake=intake, by=ines), by=ines)
    assert start_application(ines, intake=intake, by=ines).to_check == []


def test_the_newest_of_several_withdrawn_ones_is_carried_over(ines: User, intake: Intake) -> None:
    withdrawn(ines, intake, role="Deputy")
    with time_machine.travel(clock.now() + timedelta(hours=1), tick=False):
        withdrawn(ines, intake, role="Head of school")
    an_application(
        ines, intake, state=ApplicationState.DECLINED, started_at=clock.now() - timedelta(days=9), role="Teacher"
    )
    assert start_application(ines, intake=intake, by=ines).role == "Head of school"


# A teacher reference number left for later

LATER = {"has_trn": False, "trn": ""}


@pytest.mark.parametrize("state", sorted(SENT))
def test_a_number_left_for_later_is_given_once(ines: User, intake: Intake, state: ApplicationState) -> None:
    sent = an_application(ines, intake, state=state, **FINISHED | LATER)
    assert sent.awaits_trn
    for _ in range(2):
        given = give_trn(sent, trn="0123456", by=ines)
        assert (given.has_trn, given.trn, given.awaits_trn) == (True, "0123456", False)
    assert Entry.objects.filter(verb="application.trn_given").count() == 1
    assert "0123456" not in Entry.objects.get(verb="application.trn_given").payload
    with pytest.raises(TrnKnown):
        give_trn(sent, trn="7654321", by=ines)
    assert stored(sent).trn == "0123456"


@pytest.mark.parametrize("state", sorted(set(ApplicationState) - SENT))
def test_nobody_gives_a_number_with_what_is_not_sent_or_is_over(
    ines: User, intake: Intake, state: ApplicationState
) -> None:
    application = an_application(ines, intake, state=state, **FINISHED | LATER)
    assert not application.awaits_trn
    with pytest.raises(TrnNotAwaited):
        give_trn(application, trn="0123456", by=ines)
    assert stored(application).trn == ""


def test_an_application_that_was_never_asked_for_a_number_awaits_none(ines: User, intake: Intake) -> None:
    assert not an_application(ines, intake, has_trn=None, trn="").awaits_trn
