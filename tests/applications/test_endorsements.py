"""Asking for an endorsement and answering: what is done, done once, and refused."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from applications.actions import (
    answer_endorsement,
    change_endorser,
    decide,
    request_endorsement,
    send_link_again,
    submit_application,
    waive_endorsement,
    withdraw_application,
)
from applications.errors import (
    ApplicationNotWaiting,
    EndorsementAnswered,
    EndorsementNotGiven,
    EndorsementNotNeeded,
    EndorsementReasonNeeded,
    EndorsementUnsigned,
    EndorserIsApplicant,
    EndorserReplaced,
    LinkExpired,
    LinkReplaced,
    LinkSentLately,
    NotEndorsed,
    OwnApplication,
    TooManyEndorsers,
    WaivedAlready,
    WaiverReasonNeeded,
)
from applications.models import Application, Decision, Endorsement
from applications.queries.endorsements import (
    endorsement_of,
    endorsement_opened_by,
    former_refusals,
    link_of,
    what_to_show,
)
from applications.reminders.endorsements import due
from applications.rules.endorsements import fingerprint
from applications.states import ENDORSEMENT_MOVES, UNDECIDED, ApplicationState, EndorsementState
from npqh_portal import clock
from npqh_portal.audit.models import Entry, Words
from npqh_portal.audit.queries import words_of_all
from npqh_portal.errors import RuleViolation
from npqh_portal.home.actions import queue_due_reminders
from npqh_portal.notifications.actions import send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.programmes.states import VersionState
from tests.factories import (
    FINISHED,
    a_form,
    a_person,
    a_provider,
    a_version,
    an_application,
    an_intake,
    an_item,
    published,
)

pytestmark = pytest.mark.django_db

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
AGREES: dict[str, Any] = {"link": 1, "agrees": True, "signed_as": "Orla Thwaite", "by": None}
DECLINES: dict[str, Any] = AGREES | {"agrees": False, "reason": "She leaves us in April."}


@pytest.fixture
def ines() -> User:
    return a_person(email="ines@marlowick.example", full_name="Ines Tarbeck", preferred_name="Ines")


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


@pytest.fixture
def intake() -> Intake:
    version = a_version(state=VersionState.DRAFT, fee_pence=214_500)
    an_item(version, minutes=120)
    return an_intake(published(version))


@pytest.fixture
def sent(ines: User, intake: Intake) -> Application:
    return an_application(ines, intake, **FINISHED)


@pytest.fixture
def asked(sent: Application) -> Endorsement:
    endorsement = request_endorsement(sent, by=sent.person)
    assert endorsement is not None
    return endorsement


def letters(kind: str) -> list[Message]:
    return list(Message.objects.filter(kind=kind).order_by("pk"))


def link_in(message: Message) -> str:
    assert message.secret is not None
    return str(message.secret["link"])


def test_sending_an_application_asks_for_its_endorsement(ines: User, intake: Intake) -> None:
    draft = an_application(ines, intake, state=ApplicationState.DRAFT, **FINISHED)
    submit_application(draft, by=ines)
    endorsement = Endorsement.objects.get(application=draft)
    assert (endorsement.state, endorsement.name, endorsement.role) == ("waiting", "Orla Thwaite", "headteacher")
    assert endorsement.expires_at - endorsement.sent_at == 28 * DAY
    (letter,) = letters("endorsement-request")
    assert (letter.address, letter.person) == ("head@marlowick.example", None)
    assert link_in(letter) == link_of(endorsement)


def test_a_form_that_needs_none_asks_nobody(ines: User, intake: Intake) -> None:
    form = a_form(intake.version.programme, needs_endorsement=False)
    assert request_endorsement(an_application(ines, intake, form=form, **FINISHED), by=ines) is None
    assert not Endorsement.objects.exists()


def test_asking_twice_asks_once(asked: Endorsement) -> None:
    assert request_endorsement(asked.application, by=None) == asked
    assert len(letters("endorsement-request")) == 1


def test_an_application_that_names_its_own_applicant_is_not_sent(ines: User, intake: Intake) -> None:
    own = FINISHED | {"endorser_email": "I.nes+head@Marlowick.example"}
    draft = an_application(ines, intake, state=ApplicationState.DRAFT, **own)
    with pytest.raises(EndorserIsApplicant):
        submit_application(draft, by=ines)
    draft.refresh_from_db()
    assert draft.state == ApplicationState.DRAFT
    assert not Message.objects.exists()


def test_what_is_shown_is_kept_and_its_fingerprint_stands_in_the_audit_trail(asked: Endorsement) -> None:
    facts = dict(asked.shown["facts"])
    assert facts == {
        "Name": "Ines Tarbeck",
        "Role": "Deputy headteacher",
        "Leads": "In one school",
        "Headship": "Hopes to become a headteacher",
        "Workplace": "Marlowick Primary School",
        "Setting": "A school",
        "Programme": "NPQ in Headship",
        "Starts": facts["Starts"],
        "Time it takes": "2 hours over 18 months, in 5 terms. 2 hours of it together with others, 2 hours in person. "
        "The assessment in the 3 months after.",
        "Who pays": "The school pays the programme’s fee of £2,145.",
    }
    assert asked.shown["statement"] == "To read more."
    assert asked.shown["agrees_to"] == asked.application.form.endorsements
    assert "1980" not in str(asked.shown)
    asked.refresh_from_db()
    assert asked.shown_sha256 == fingerprint(asked.shown)
    entry = Entry.objects.get(verb="endorsement.requested")
    assert asked.shown_sha256 in entry.payload
    assert "Thwaite" not in entry.payload


def test_no_message_and_no_row_holds_the_link(asked: Endorsement) -> None:
    key = link_of(asked).partition("key=")[2]
    send_due_messages()
    for table in (Message, Endorsement, Entry, Words):
        assert key not in str(list(table.objects.values()))
    (letter,) = letters("endorsement-request")
    assert "‹link›" in letter.text


def test_every_link_opens_its_own_endorsement_and_no_other_key_does(asked: Endorsement) -> None:
    key = link_of(asked).partition("key=")[2]
    found = endorsement_opened_by(asked.public_id, key)
    assert found is not None
    assert found == (asked, 1)
    other = an_application(a_person(), asked.application.intake, **FINISHED)
    stranger = request_endorsement(other, by=None)
    assert stranger is not None
    assert endorsement_opened_by(stranger.public_id, key) is None
    for wrong in ("", key[:-1], key + "A", key.swapcase(), "é", "1"):
        assert endorsement_opened_by(asked.public_id, wrong) is None


def test_an_answer_is_recorded_once_with_name_and_moment(asked: Endorsement, ines: User) -> None:
    with time_machine.travel(clock.now() + DAY, tick=False):
        answered = answer_endorsement(asked, **AGREES | {"signed_as": "  Orla \n Thwaite "})
        assert (answered.state, answered.answered_at) == ("agreed", clock.now())
    assert answered.signed_as == "Orla Thwaite"
    assert answer_endorsement(asked, **AGREES).answered_at == answered.answered_at
    entry = Entry.objects.get(verb="endorsement.agreed")
    assert asked.shown_sha256 in entry.payload
    assert words_of_all([entry])[entry.pk] == {"signed_as": "Orla Thwaite", "reason": ""}
    (receipt,), (given,) = letters("endorsement-receipt"), letters("endorsement-given")
    assert (receipt.address, given.person) == (asked.email, ines)
    assert "you endorse it" in receipt.text


def test_a_refusal_tells_the_applicant_that_it_was_not_given_and_never_why(asked: Endorsement, ines: User) -> None:
    declined = answer_endorsement(asked, **DECLINES)
    assert (declined.state, declined.reason) == ("declined", "She leaves us in April.")
    (letter,) = letters("endorsement-not-given")
    assert letter.person == ines
    for message in Message.objects.all():
        assert "April" not in message.subject + message.text


@pytest.mark.parametrize(
    ("answer", "refusal"),
    [
        (AGREES | {"signed_as": " \u200b"}, EndorsementUnsigned),
        (DECLINES | {"reason": " \n\u200b"}, EndorsementReasonNeeded),
        (AGREES | {"link": 2}, LinkReplaced),
    ],
)
def test_an_answer_needs_a_name_a_reason_and_the_last_link(
    asked: Endorsement, answer: dict[str, Any], refusal: type[RuleViolation]
) -> None:
    with pytest.raises(refusal):
        answer_endorsement(asked, **answer)
    asked.refresh_from_db()
    assert asked.state == EndorsementState.WAITING


def test_the_applicant_answers_for_nobody(asked: Endorsement, ines: User) -> None:
    with pytest.raises(EndorserIsApplicant):
        answer_endorsement(asked, **AGREES | {"by": ines})


def test_a_second_answer_of_another_kind_is_refused(asked: Endorsement) -> None:
    answer_endorsement(asked, **AGREES)
    with pytest.raises(EndorsementAnswered):
        answer_endorsement(asked, **DECLINES)


def test_after_it_expired_it_is_not_answered_until_a_new_link_is_sent(asked: Endorsement) -> None:
    with time_machine.travel(asked.expires_at, tick=False):
        with pytest.raises(LinkExpired):
            answer_endorsement(asked, **AGREES)
        again = send_link_again(asked, by=None)
        assert (again.links, again.expires_at) == (2, clock.now() + 28 * DAY)
        first, second = letters("endorsement-request")
        assert link_in(first) != link_in(second)
        assert second.address == asked.email
        with pytest.raises(LinkReplaced):
            answer_endorsement(asked, **AGREES)
        assert answer_endorsement(asked, **AGREES | {"link": 2}).state == EndorsementState.AGREED


def test_within_the_hour_no_second_link_is_sent(asked: Endorsement) -> None:
    with time_machine.travel(asked.sent_at + HOUR - timedelta(seconds=1), tick=False), pytest.raises(LinkSentLately):
        send_link_again(asked, by=None)
    assert len(letters("endorsement-request")) == 1


def test_another_endorser_is_asked_and_the_first_link_is_dead(asked: Endorsement, ines: User) -> None:
    new = change_endorser(
        asked.application, role="chair", name="Piers Holm", email="chair@marlowick.example", by=ines
    )  # fmt: skip
    asked.refresh_from_db()
    assert (asked.state, new.state) == ("replaced", "waiting")
    asked.application.refresh_from_db()
    assert asked.application.endorser_email == "chair@marlowick.example"
    assert [letter.address for letter in letters("endorsement-request")] == [
        "head@marlowick.example",
        "chair@marlowick.example",
    ]
    with pytest.raises(EndorserReplaced):
        answer_endorsement(asked, **AGREES)
    assert endorsement_of(new.application) == new


def test_the_same_endorser_again_changes_nothing(asked: Endorsement, ines: User) -> None:
    same = change_endorser(
        asked.application, role="headteacher", name="Orla  Thwaite", email=" head@marlowick.example ", by=ines
    )
    assert same == asked
    assert len(letters("endorsement-request")) == 1


CHAIR = {"role": "chair", "name": "Piers Holm", "email": "chair@marlowick.example"}


def test_nobody_is_changed_to_the_applicant(asked: Endorsement, ines: User) -> None:
    with pytest.raises(EndorserIsApplicant):
        change_endorser(asked.application, **CHAIR | {"email": "INES@marlowick.example"}, by=ines)
    asked.refresh_from_db()
    assert asked.state == EndorsementState.WAITING


def test_after_a_refusal_staff_ask_somebody_else_and_the_applicant_does_not(
    asked: Endorsement, ines: User, lead: User
) -> None:
    answer_endorsement(asked, **DECLINES)
    with pytest.raises(EndorsementNotGiven):
        change_endorser(asked.application, **CHAIR, by=ines)
    assert change_endorser(asked.application, **CHAIR, by=lead).state == EndorsementState.WAITING


def test_an_applicant_asks_five_people_in_a_day(asked: Endorsement, ines: User) -> None:
    for number in range(4):
        change_endorser(asked.application, **CHAIR | {"email": f"chair{number}@marlowick.example"}, by=ines)
    with pytest.raises(TooManyEndorsers):
        change_endorser(asked.application, **CHAIR, by=ines)
    assert endorsement_of(asked.application).email == "chair3@marlowick.example"  # type: ignore[union-attr]
    with time_machine.travel(clock.now() + DAY + HOUR, tick=False):
        change_endorser(asked.application, **CHAIR, by=ines)


def test_staff_waive_it_with_a_reason(asked: Endorsement, lead: User) -> None:
    with pytest.raises(WaiverReasonNeeded):
        waive_endorsement(asked.application, reason=" ", by=lead)
    waived = waive_endorsement(asked.application, reason="By letter of 3 December.", by=lead)
    assert waive_endorsement(asked.application, reason="By letter of 3 December.", by=lead) == waived
    with pytest.raises(WaivedAlready, match="the reason that was given then stands"):
        waive_endorsement(asked.application, reason="By letter again.", by=lead)
    with pytest.raises(EndorsementNotNeeded):
        answer_endorsement(asked, **AGREES)
    entry = Entry.objects.get(verb="endorsement.waived")
    assert (entry.actor_id, words_of_all([entry])[entry.pk]) == (lead.pk, {"reason": "By letter of 3 December."})


def test_it_is_waived_where_nobody_was_asked(sent: Application, lead: User) -> None:
    Application.objects.update(endorser_role="", endorser_name="", endorser_email="")
    assert waive_endorsement(sent, reason="On paper.", by=lead).state == EndorsementState.WAIVED
    assert not Message.objects.exists()


def test_nobody_waives_their_own(asked: Endorsement, ines: User) -> None:
    with pytest.raises(OwnApplication):
        waive_endorsement(asked.application, reason="Because.", by=ines)


def test_a_withdrawn_application_waits_for_nobody(asked: Endorsement, ines: User, lead: User) -> None:
    withdraw_application(asked.application, by=ines)
    with pytest.raises(EndorsementNotNeeded):
        answer_endorsement(asked, **AGREES)
    with pytest.raises(EndorsementNotNeeded):
        send_link_again(asked, by=None)
    with pytest.raises(ApplicationNotWaiting):
        change_endorser(asked.application, **CHAIR, by=ines)
    with pytest.raises(ApplicationNotWaiting):
        waive_endorsement(asked.application, reason="Because.", by=lead)


def test_a_place_is_given_once_it_is_endorsed_and_not_before(asked: Endorsement, lead: User) -> None:
    with pytest.raises(NotEndorsed):
        decide(asked.application, verdict=Decision.Verdict.ACCEPTED, by=lead)
    answer_endorsement(asked, **AGREES)
    assert decide(asked.application, verdict=Decision.Verdict.ACCEPTED, by=lead).verdict == "accepted"


S = EndorsementState
MOVES: dict[EndorsementState, Callable[[Endorsement, User], object]] = {
    S.AGREED: lambda endorsement, by: answer_endorsement(endorsement, **AGREES),
    S.DECLINED: lambda endorsement, by: answer_endorsement(endorsement, **DECLINES),
    S.WAIVED: lambda endorsement, by: waive_endorsement(endorsement.application, reason="On paper.", by=by),
    S.REPLACED: lambda endorsement, by: change_endorser(endorsement.application, **CHAIR, by=by),
}


@pytest.mark.parametrize(("before", "after"), [pair for pair in product(S, MOVES) if pair[0] != pair[1]])
def test_every_move_is_made_or_refused_as_the_table_says(
    asked: Endorsement, lead: User, before: EndorsementState, after: EndorsementState
) -> None:
    is_answer = before in {S.AGREED, S.DECLINED}
    Endorsement.objects.update(
        state=before, signed_as="Somebody" if is_answer else "", answered_at=clock.now() if is_answer else None
    )
    asked.refresh_from_db()
    is_legal = after in ENDORSEMENT_MOVES[before]
    # What was replaced has no say any more: what staff do then is done to what counts, and here nothing does.
    if before == S.REPLACED and after in {S.WAIVED, S.REPLACED}:
        assert not is_legal
        MOVES[after](asked, lead)
    elif is_legal:
        MOVES[after](asked, lead)
    else:
        with pytest.raises(RuleViolation):
            MOVES[after](asked, lead)
    asked.refresh_from_db()
    assert asked.state == (after if is_legal else before)


@pytest.mark.parametrize("state", [state for state in ApplicationState if state is not ApplicationState.DRAFT])
def test_only_while_the_application_waits_can_anything_be_done(
    asked: Endorsement, lead: User, state: ApplicationState
) -> None:
    Application.objects.update(state=state, decided_at=clock.now(), waitlisted_at=clock.now())
    if state in UNDECIDED:
        assert answer_endorsement(asked, **AGREES).state == EndorsementState.AGREED
    else:
        for act in MOVES.values():
            with pytest.raises(RuleViolation):
                act(asked, lead)


# --- reminders -----------------------------------------------------------------------------------


def test_the_endorser_is_reminded_with_the_link_that_opens(asked: Endorsement) -> None:
    assert list(due(clock.now())) == []
    (week,) = due(asked.sent_at + 7 * DAY)
    assert (week.kind, week.to, week.secrets) == ("endorsement-reminder", asked.email, {"link": link_of(asked)})
    (fortnight,) = due(asked.sent_at + 14 * DAY)
    last, unanswered = due(asked.expires_at - 3 * DAY)
    assert len({week.key, fortnight.key, last.key, unanswered.key}) == 4
    assert (unanswered.kind, unanswered.to) == ("endorsement-unanswered", asked.application.person)
    assert list(due(asked.expires_at)) == []


def test_an_answer_ends_the_reminders_and_so_does_the_end_of_waiting(asked: Endorsement, ines: User) -> None:
    at = asked.sent_at + 7 * DAY
    assert len(list(due(at))) == 1
    withdraw_application(asked.application, by=ines)
    assert list(due(at)) == []
    Application.objects.update(state=ApplicationState.SUBMITTED, withdrawn_at=None)
    assert len(list(due(at))) == 1
    answer_endorsement(asked, **AGREES)
    assert list(due(at)) == []


def test_a_new_link_is_reminded_of_anew(asked: Endorsement) -> None:
    (first,) = due(asked.sent_at + 7 * DAY)
    with time_machine.travel(asked.sent_at + 8 * DAY, tick=False):
        again = send_link_again(asked, by=None)
        assert list(due(clock.now())) == []
    (second,) = due(again.sent_at + 7 * DAY)
    assert first.key != second.key
    assert first.secrets != second.secrets


def test_the_clock_run_twice_reminds_once_and_the_letter_opens_the_page(asked: Endorsement) -> None:
    with time_machine.travel(asked.sent_at + 8 * DAY, tick=False):
        assert [queue_due_reminders(clock.now()), queue_due_reminders(clock.now())] == [1, 0]
        (letter,) = letters("endorsement-reminder")
        assert "Ines Tarbeck" in letter.subject
        page = Client().get(re.sub(r"^https?://[^/]+", "", link_in(letter)))
        assert page.status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_reminders_take_one_statement_however_many_there_are(
    intake: Intake, count: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(count):
        request_endorsement(an_application(a_person(), intake, **FINISHED), by=None)
    at = clock.now() + 26 * DAY
    with django_assert_num_queries(1):
        assert len(list(due(at))) == 2 * count


def test_what_is_shown_says_nothing_of_the_applicants_own_affairs(sent: Application) -> None:
    Application.objects.update(adjustments="A quiet room", telephone="01632 960000", trn="7654321")
    sent.refresh_from_db()
    shown = str(what_to_show(sent))
    for private in ("quiet", "960000", "7654321", "1980", sent.person.email or ""):
        assert private not in shown


@pytest.mark.parametrize(
    ("says", "shown"),
    [
        ({"headship": "aspiring"}, {"Headship": "Hopes to become a headteacher"}),
        (
            {"headship": "appointed", "headship_started_on": date(2027, 9, 1)},
            {"Headship": "Appointed a headteacher, to start on 1 September 2027"},
        ),
        (
            {"headship": "new", "headship_started_on": date(2026, 9, 1)},
            {"Headship": "A headteacher in the first year, since 1 September 2026"},
        ),
        (
            {"headship": "serving", "headship_started_on": date(2020, 1, 6)},
            {"Headship": "A headteacher since 6 January 2020"},
        ),
        ({"headship": "serving"}, {"Headship": "A headteacher since a day not given"}),
        ({"headship": ""}, {"Headship": ""}),
        ({"role_reach": "national_leader"}, {"Leads": "As a National Leader of Education (NLE)"}),
        ({"role_reach": ""}, {"Leads": ""}),
        ({"works_in_england": False, "employer_name": "Ysgol y Bont"}, {"Setting": "Outside England"}),
        (
            {"work_setting": "early_years_or_childcare", "kind_of_nursery": "private_nursery", "nursery_name": "Mice"},
            {"Setting": "Early years or childcare. A private nursery", "Workplace": "Marlowick Primary School"},
        ),
        (
            {"work_setting": "another_setting", "employment_type": "hospital_school", "kind_of_nursery": "childminder"},
            {"Setting": "Another setting. In a hospital school"},
        ),
        ({"work_setting": "other"}, {"Setting": "Somewhere else, or nowhere now"}),
    ],
)
def test_the_endorser_is_shown_role_headship_and_setting_as_the_applicant_gave_them(
    sent: Application, says: dict[str, Any], shown: dict[str, str]
) -> None:
    for name, value in says.items():
        setattr(sent, name, value)
    facts = dict(what_to_show(sent)["facts"])
    assert {label: facts[label] for label in shown} == shown


# An endorsement that was refused before


def declined(application: Application, reason: str = "Not this year.") -> Endorsement:
    asked = request_endorsement(application, by=None)
    assert asked
    return answer_endorsement(asked, link=1, agrees=False, signed_as=asked.name, reason=reason, by=None)


def refusals(application: Application, *others: Application) -> list[tuple[str, str, bool]]:
    found = former_refusals(application, on=[one.pk for one in others], now=endorsement_of(application))
    return [(one.name, one.reason, one.is_asked_again) for one in found]


def test_a_refusal_of_an_earlier_application_is_told_beside_the_new_one(intake: Intake) -> None:
    ines = a_person()
    first = an_application(ines, intake, **FINISHED)
    head = declined(first)
    withdraw_application(first, by=ines)
    other = {"endorser_name": "Somebody Else", "endorser_email": "else@school.example"}
    second = an_application(ines, intake, **FINISHED | {"trn": "7654321"} | other)
    request_endorsement(second, by=None)
    assert refusals(second, first) == [(head.name, "Not this year.", False)]
    (found,) = former_refusals(second, on=[first.pk], now=endorsement_of(second))
    assert (found.number, found.reference, found.answered_at) == (first.pk, first.reference, head.answered_at)
    assert refusals(first, second) == []


@pytest.mark.parametrize(
    ("named", "is_asked_again"),
    [
        ({}, True),
        ({"endorser_name": "Orla T."}, True),
        ({"endorser_email": "orla.private@mail.example"}, True),
        ({"endorser_name": "Orla T.", "endorser_email": "another@school.example"}, False),
    ],
)
def test_whoever_declined_and_is_named_anew_is_told_apart(
    intake: Intake, named: dict[str, str], is_asked_again: bool
) -> None:
    ines = a_person()
    first = an_application(ines, intake, **FINISHED)
    head = declined(first)
    withdraw_application(first, by=ines)
    second = an_application(ines, intake, **FINISHED | named)
    request_endorsement(second, by=None)
    assert refusals(second, first) == [(head.name, head.reason, is_asked_again)]


def test_a_refusal_stays_told_once_staff_have_asked_somebody_else(intake: Intake) -> None:
    application = an_application(a_person(), intake, **FINISHED)
    head = declined(application)
    assert refusals(application) == []
    change_endorser(
        application, role="chair", name="Hesketh Marrin", email="chair@school.example",
        by=a_person(Role.PROGRAMME_LEAD, organisation=a_provider()),
    )  # fmt: skip
    assert refusals(application) == [(head.name, "Not this year.", False)]


def test_a_request_that_was_replaced_unanswered_is_no_refusal(intake: Intake) -> None:
    ines = a_person()
    application = an_application(ines, intake, **FINISHED)
    request_endorsement(application, by=None)
    change_endorser(application, role="chair", name="Hesketh Marrin", email="chair@school.example", by=ines)
    assert refusals(application) == []
