"""Assigning, noting, advising and asking: who may, who is told, who reads what."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.urls import reverse

from applications.access import reviewers_of, sees_adjustments, sees_all_advice
from applications.actions import (
    add_note,
    answer_endorsement,
    answer_question,
    ask_applicant,
    assign,
    assign_many,
    decide,
    record_review,
    request_endorsement,
    take_question_back,
    withdraw_application,
)
from applications.errors import (
    ApplicationNotWaiting,
    NoOpenQuestion,
    NotAReviewer,
    NothingWritten,
    OwnApplication,
    QuestionAnswered,
    QuestionOver,
    QuestionStandsOpen,
    QuestionTakenBack,
    ReplyDateGone,
    ReplyDateTooLate,
)
from applications.models import Application, Decision, InformationRequest, Note, Review
from applications.queries.review import advice_in_words, twins_of
from applications.reminders.questions import due
from applications.rules.duplicates import Likeness
from applications.rules.questions import check_reply_day, last_reply_day
from applications.states import UNDECIDED, ApplicationState
from npqh_portal import clock
from npqh_portal.audit.actions import record
from npqh_portal.audit.models import Entry, Words
from npqh_portal.clock import start_of_day
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from npqh_portal.web.words import day
from tests.factories import FINISHED, a_partner, a_person, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

QUESTION = "When exactly does your headship begin?"
S = ApplicationState


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version())


@pytest.fixture
def sent(intake: Intake) -> Application:
    return an_application(a_person(full_name="Ines Caldbeck"), intake)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")


@pytest.fixture
def reviewer() -> User:
    return a_person(Role.REVIEWER, full_name="Orla Thwaite")


def in_days(days: int) -> date:
    return clock.today() + timedelta(days=days)


def kinds() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("kind", flat=True))


# --- who reviews ---------------------------------------------------------------------------------


def test_those_of_the_provider_and_of_the_partner_review_and_nobody_else(lead: User, reviewer: User) -> None:
    ours, theirs = a_partner(), a_partner("Moorside Partners")
    intake = an_intake(a_version(), delivery_partner=ours)
    colleague = a_person(Role.REVIEWER, organisation=ours)
    a_person(Role.REVIEWER, organisation=theirs)
    a_person(Role.REVIEWER, is_active=False)
    for role in set(Role) - {Role.REVIEWER, Role.PROGRAMME_LEAD}:
        a_person(role)
    assert set(reviewers_of(an_application(a_person(), intake))) == {lead, reviewer, colleague}
    assert set(reviewers_of(an_application(reviewer, intake))) == {lead, colleague}


# --- assigning -----------------------------------------------------------------------------------


def test_whoever_is_given_an_application_by_another_is_told_once(sent: Application, lead: User, reviewer: User) -> None:
    assign(sent, to=reviewer, by=lead)
    assign(sent, to=reviewer, by=lead)
    sent.refresh_from_db()
    assert sent.assigned_to == reviewer
    [letter] = Message.objects.all()
    assert (letter.kind, letter.person) == ("application-assigned", reviewer)
    assert reverse("admin:applications_application_change", args=[sent.pk]) in letter.text
    assert Entry.objects.filter(verb="application.assigned").count() == 1


def test_whoever_takes_one_themselves_or_gives_it_up_tells_nobody(sent: Application, reviewer: User) -> None:
    assign(sent, to=reviewer, by=reviewer)
    assign(sent, to=None, by=reviewer)
    sent.refresh_from_db()
    assert (sent.assigned_to, kinds()) == (None, [])


def test_given_away_and_given_back_is_told_again(sent: Application, lead: User, reviewer: User) -> None:
    for to in (reviewer, None, reviewer):
        assign(sent, to=to, by=lead)
    assert kinds() == ["application-assigned"] * 2


def test_only_somebody_who_reviews_it_is_given_it(sent: Application, lead: User) -> None:
    for stranger in (a_person(), a_person(Role.REVIEWER, organisation=a_partner()), sent.person):
        with pytest.raises(NotAReviewer):
            assign(sent, to=stranger, by=lead)


def test_several_are_assigned_all_or_none(sent: Application, intake: Intake, lead: User, reviewer: User) -> None:
    other, done = an_application(a_person(), intake), an_application(a_person(), intake, state=S.DECLINED)
    for _ in range(2):
        assign_many([sent, other], to=reviewer, by=lead)
    assert kinds() == ["application-assigned"] * 2
    with pytest.raises(ApplicationNotWaiting):
        assign_many([sent, done], to=lead, by=lead)
    sent.refresh_from_db()
    assert sent.assigned_to == reviewer


# --- notes ---------------------------------------------------------------------------------------


def test_a_note_is_kept_once(sent: Application, lead: User, reviewer: User) -> None:
    first = add_note(sent, text=" Telephoned. ", by=lead)
    assert add_note(sent, text="Telephoned.", by=lead) == first
    add_note(sent, text="Telephoned.", by=reviewer)
    assert [(note.text, note.by) for note in Note.objects.all()] == [("Telephoned.", reviewer), ("Telephoned.", lead)]
    assert "Telephoned" not in "".join(Entry.objects.values_list("payload", flat=True))
    with pytest.raises(NothingWritten):
        add_note(sent, text="  ", by=lead)


# --- questions -----------------------------------------------------------------------------------


def asked(application: Application, by: User, *, days: int = 3) -> InformationRequest:
    return ask_applicant(application, question=QUESTION, reply_by=in_days(days), by=by)


def test_a_question_goes_to_the_applicant_and_its_answer_to_whoever_asked(sent: Application, reviewer: User) -> None:
    question = asked(sent, reviewer)
    assert asked(sent, reviewer) == question
    answered = answer_question(question, answer=" On 1 September. ", by=sent.person)
    assert answer_question(question, answer="On 1 September.", by=sent.person) == answered
    assert answered.answer == "On 1 September."
    assert [(letter.kind, letter.person) for letter in Message.objects.order_by("pk")] == [
        ("application-question", sent.person),
        ("application-answered", reviewer),
    ]
    assert QUESTION in Message.objects.get(kind="application-question").text
    assert "September" not in Message.objects.get(kind="application-answered").text
    assert list(Entry.objects.order_by("pk").values_list("verb", flat=True)) == [
        "application.asked",
        "application.answered",
    ]


def test_one_question_at_a_time(sent: Application, lead: User, reviewer: User) -> None:
    question = asked(sent, reviewer)
    with pytest.raises(QuestionStandsOpen):
        ask_applicant(sent, question="And why?", reply_by=in_days(3), by=lead)
    answer_question(question, answer="In May.", by=sent.person)
    with pytest.raises(QuestionAnswered):
        answer_question(question, answer="In June.", by=sent.person)
    ask_applicant(sent, question="And why?", reply_by=in_days(0), by=lead)
    assert InformationRequest.objects.count() == 2


def test_yesterday_is_too_late_to_ask_for_and_today_is_not(sent: Application, lead: User) -> None:
    with pytest.raises(ReplyDateGone):
        asked(sent, lead, days=-1)
    with pytest.raises(NothingWritten):
        ask_applicant(sent, question=" ", reply_by=in_days(1), by=lead)
    assert asked(sent, lead, days=0).reply_by == clock.today()


def test_an_answer_is_asked_for_by_the_day_the_programme_starts_at_the_latest() -> None:
    """Checked here with plain dates: the day itself, the one after it, and where it has started already."""
    today, start = date(2026, 11, 23), date(2026, 12, 7)
    check_reply_day(start, today=today, starts_on=start)
    with pytest.raises(ReplyDateTooLate, match="Ask for an answer by 7 December 2026 at the latest"):
        check_reply_day(start + timedelta(days=1), today=today, starts_on=start)
    assert last_reply_day(today=today, starts_on=today) == today
    assert last_reply_day(today=today, starts_on=today - timedelta(days=1)) == date(2027, 1, 22)
    assert last_reply_day(today=today, starts_on=date(2027, 6, 1)) == date(2027, 1, 22)


def test_a_question_put_to_them_until_far_off_is_refused(sent: Application, lead: User) -> None:
    with pytest.raises(ReplyDateTooLate):
        asked(sent, lead, days=61)


def test_a_question_taken_back_needs_no_answer_and_the_next_can_be_asked(
    sent: Application, lead: User, reviewer: User
) -> None:
    question = asked(sent, reviewer)
    reader = Reader(lead).open(reverse("admin:applications_application_take_question_back", args=[sent.pk])).send()
    assert "The question is taken back, and Ines Caldbeck is told so by email." in reader.text
    assert "Taken back" in reader.text
    with pytest.raises(QuestionTakenBack):
        answer_question(question, answer="In May.", by=sent.person)
    with pytest.raises(NoOpenQuestion):
        take_question_back(sent, by=lead)
    assert kinds() == ["application-question", "application-question-taken-back"]
    page = Reader(sent.person).open(reverse("applications:question", args=[sent.public_id]))
    assert "We took this question back on" in page.text
    with time_machine.travel(start_of_day(question.reply_by), tick=False):
        assert list(due(clock.now())) == []
    assert asked(sent, reviewer) != question


def test_a_question_answered_cannot_be_taken_back(sent: Application, lead: User) -> None:
    answer_question(asked(sent, lead), answer="In May.", by=sent.person)
    with pytest.raises(NoOpenQuestion):
        take_question_back(sent, by=lead)
    reader = Reader(lead).open(reverse("admin:applications_application_take_question_back", args=[sent.pk]))
    assert "“Take the question back” is not possible" in reader.text


@pytest.mark.parametrize(("act", "field", "most"), [("note", "text", 4_000), ("ask", "question", 2_000)])
def test_what_is_too_long_is_said_and_not_cut(sent: Application, lead: User, act: str, field: str, most: int) -> None:
    reader = Reader(lead).open(reverse(f"admin:applications_application_{act}", args=[sent.pk]))
    reader.send(**{field: "a" * (most + 1)})
    assert any(f"must be {most:,} characters or fewer" in error for error in reader.errors)
    assert len(reader.typed[field]) == most + 1
    assert "maxlength" not in reader.page.content.decode()


def test_a_late_answer_is_taken_while_nothing_is_decided(sent: Application, lead: User) -> None:
    question = asked(sent, lead, days=0)
    with time_machine.travel(clock.now() + timedelta(days=5), tick=False):
        assert answer_question(question, answer="In May.", by=sent.person).answer == "In May."


@pytest.mark.parametrize("state", set(S) - {S.DRAFT})
def test_asking_assigning_and_answering_end_with_the_decision(intake: Intake, lead: User, state: S) -> None:
    application = an_application(a_person(), intake)
    question = asked(application, lead)
    Application.objects.filter(pk=application.pk).update(
        state=state, decided_at=clock.now(), waitlisted_at=clock.now(), withdrawn_at=clock.now()
    )
    other = an_application(a_person(), intake, state=state, decided_at=clock.now())
    if state in UNDECIDED:
        assign(other, to=lead, by=lead)
        asked(other, lead)
        answer_question(question, answer="In May.", by=application.person)
        return
    with pytest.raises(ApplicationNotWaiting):
        assign(other, to=lead, by=lead)
    with pytest.raises(ApplicationNotWaiting):
        asked(other, lead)
    with pytest.raises(QuestionOver):
        answer_question(question, answer="In May.", by=application.person)
    assert add_note(other, text="Telephoned.", by=lead).text == "Telephoned."


def test_nobody_does_any_of_it_about_their_own(intake: Intake, lead: User) -> None:
    own = an_application(lead, intake)
    with pytest.raises(OwnApplication):
        assign(own, to=None, by=lead)
    with pytest.raises(OwnApplication):
        add_note(own, text="Good.", by=lead)
    with pytest.raises(OwnApplication):
        asked(own, lead)
    with pytest.raises(OwnApplication):
        record_review(own, recommendation=Review.Recommendation.ACCEPT, by=lead)


def test_whoever_has_not_answered_is_reminded_the_day_before(sent: Application, lead: User) -> None:
    asked(sent, lead, days=3)
    before, after = start_of_day(in_days(2)), start_of_day(in_days(4))
    assert list(due(before - timedelta(seconds=1))) == []
    [reminder] = due(before)
    assert (reminder.to, reminder.stale_at) == (sent.person, after)
    assert [again.key for again in due(after - timedelta(seconds=1))] == [reminder.key]
    assert list(due(after)) == []
    letter = queue_message(reminder.kind, to=reminder.to, about=sent, key=reminder.key, words=reminder.words)
    assert letter
    assert QUESTION in letter.text


def test_nobody_is_reminded_on_the_day_of_asking_or_of_what_is_settled(sent: Application, lead: User) -> None:
    question = asked(sent, lead, days=1)
    assert list(due(clock.now())) == []
    tomorrow = start_of_day(in_days(1))
    assert len(list(due(tomorrow))) == 1
    Application.objects.filter(pk=sent.pk).update(state=S.DECLINED, decided_at=clock.now())
    assert list(due(tomorrow)) == []
    Application.objects.filter(pk=sent.pk).update(state=S.SUBMITTED)
    answer_question(question, answer="In May.", by=sent.person)
    assert list(due(tomorrow)) == []


# --- the applicant's page ------------------------------------------------------------------------


def test_the_applicant_answers_on_their_page(sent: Application, lead: User) -> None:
    reader = Reader(sent.person).open(reverse("applications:form", args=[sent.public_id]))
    assert "We asked you a question" not in reader.text
    asked(sent, lead)
    reader.open(reader.address)
    assert "We asked you a question" in reader.text
    reader.open(reverse("applications:question", args=[sent.public_id]))
    assert QUESTION in reader.text
    assert reader.send().errors == ["Write your answer"]
    long = "word " * 4000
    assert reader.send(answer=long).errors == ["Your answer must be 5,000 characters or fewer"]
    assert long.strip() in reader.page.content.decode()
    reader.send(answer="On 1 September.")
    assert "On 1 September." in reader.text
    assert "What we asked you" in reader.text
    assert InformationRequest.objects.get().answer == "On 1 September."


def test_an_answer_that_comes_after_the_decision_stays_on_the_page(sent: Application, lead: User) -> None:
    asked(sent, lead)
    reader = Reader(sent.person).open(reverse("applications:question", args=[sent.public_id]))
    Application.objects.filter(pk=sent.pk).update(state=S.DECLINED, decided_at=clock.now())
    reader.send(answer="On 1 September.")
    assert reader.errors == ["This question no longer needs an answer. Your application is declined."]
    assert "On 1 September." in reader.page.content.decode()


def test_where_nothing_was_asked_there_is_no_page(sent: Application, lead: User) -> None:
    client = Client()
    client.force_login(sent.person)
    address = reverse("applications:question", args=[sent.public_id])
    assert client.get(address).status_code == 404
    asked(sent, lead)
    assert client.get(address).status_code == 200
    client.force_login(lead)
    assert client.post(address, {"answer": "Mine."}).status_code == 403


# --- who reads what ------------------------------------------------------------------------------


def test_a_reviewer_reads_others_advice_once_their_own_is_in(sent: Application, lead: User, reviewer: User) -> None:
    other = a_person(Role.REVIEWER)
    record_review(sent, recommendation=Review.Recommendation.DECLINE, note="Too early.", by=other)
    pages = [
        reverse("admin:applications_application_change", args=[sent.pk]),
        reverse("admin:applications_application_history", args=[sent.pk]),
        reverse("admin:applications_application_changelist"),
    ]

    def read(person: User) -> str:
        client = Client()
        client.force_login(person)
        return "".join(client.get(page).content.decode() for page in pages)

    assert "Too early." not in read(reviewer)
    assert "1 decline" not in read(reviewer)
    assert "Application reviewed" not in read(reviewer)
    assert "Yours first" in read(reviewer)
    for person in (lead, other):
        assert "Too early." in read(person)
        assert "1 decline" in read(person)
    record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=reviewer)
    assert "Too early." in read(reviewer)
    assert "1 accept, 1 decline" in read(reviewer)


def test_once_decided_every_reviewer_reads_all_advice(sent: Application, reviewer: User) -> None:
    assert not sees_all_advice(reviewer, sent)
    sent.state = S.DECLINED
    assert sees_all_advice(reviewer, sent)


@pytest.mark.parametrize("role", Role)
def test_adjustments_are_for_leads_and_administrators(role: Role) -> None:
    assert sees_adjustments(a_person(role)) is (role in {Role.PROGRAMME_LEAD, Role.ADMINISTRATOR})
    assert not sees_adjustments(AnonymousUser())


def test_adjustments_are_kept_from_reviewers_on_every_page(intake: Intake, lead: User, reviewer: User) -> None:
    application = an_application(
        a_person(), intake, needs_adjustments=True, adjustments="A hearing loop.", works_in_england=True
    )

    def read(person: User) -> str:
        client = Client()
        client.force_login(person)
        names = ("change", "history", "review", "note")
        addresses = [reverse(f"admin:applications_application_{name}", args=[application.pk]) for name in names]
        return "".join(client.get(address).content.decode() for address in addresses)

    assert "A hearing loop." in read(lead)
    assert "hearing loop" not in read(reviewer)
    assert "djustments needed" not in read(reviewer)


@pytest.mark.parametrize("needed", ["", "A hearing loop."])
def test_the_history_does_not_tell_a_reviewer_who_needs_adjustments(
    intake: Intake, lead: User, reviewer: User, needed: str
) -> None:
    """Whoever needs some answers one question more, and leaves one out after a change of mind."""
    application = an_application(a_person(), intake)
    needs = {"needs_adjustments": bool(needed)} | ({"adjustments": needed} if needed else {})
    for answers in (needs, needs | {"full_name": "Ines Tarbeck"}):
        facts = {"answers": ",".join(sorted(answers))}
        record("application.saved", application, facts=facts, by=application.person)
    record("application.submitted", application, facts={"left_out": "adjustments"}, by=application.person)

    def read(person: User) -> str:
        client = Client()
        client.force_login(person)
        address = reverse("admin:applications_application_history", args=[application.pk])
        return client.get(address).content.decode()

    words = ["Adjustments needed", "Which adjustments", "Left out"]
    assert [word for word in words if word in read(reviewer)] == []
    assert "Full name" in read(reviewer)
    assert ("Which adjustments" in read(lead), "Adjustments needed" in read(lead)) == (True, True)


def test_advice_is_told_as_the_newest_of_each(sent: Application, lead: User, reviewer: User) -> None:
    accept, decline = Review.Recommendation.ACCEPT, Review.Recommendation.DECLINE
    for by, advice in ((lead, decline), (reviewer, decline), (lead, accept)):
        record_review(sent, recommendation=advice, by=by)
    assert advice_in_words(sent.reviews.all()) == "1 accept, 1 decline"
    assert advice_in_words([]) == ""


# --- one person twice ----------------------------------------------------------------------------


def test_others_that_look_like_the_same_person_are_found_in_one_statement(
    intake: Intake, django_assert_num_queries: object
) -> None:
    born = date(1980, 2, 29)
    one = an_application(a_person(), intake, full_name="Inés Tarbeck", trn="1234567", date_of_birth=born)
    by_trn = an_application(a_person(), intake, full_name="I. Brack", trn="1234567")
    by_name = an_application(a_person(), intake, full_name="INES TARBECK", date_of_birth=born)
    stranger = an_application(a_person(), intake, full_name="Ada Brack", date_of_birth=born)
    everybody = Application.objects.all()
    with django_assert_num_queries(1):  # type: ignore[operator]
        found = twins_of([one, by_trn, by_name, stranger], among=everybody)
    assert {number: [twin.number for twin in twins] for number, twins in found.items()} == {
        one.pk: [by_trn.pk, by_name.pk],
        by_trn.pk: [one.pk],
        by_name.pk: [one.pk],
    }
    assert [twin.likenesses for twin in found[one.pk]] == [(Likeness.TRN,), (Likeness.BIRTH,)]


def test_the_page_and_the_queue_warn_and_refuse_nothing(intake: Intake, lead: User) -> None:
    one = an_application(a_person(), intake, full_name="Ines Tarbeck", trn="1234567")
    twin = an_application(a_person(), intake, full_name="Ines Brack", trn="1234567")
    reader = Reader(lead)
    page = reader.client.get(reverse("admin:applications_application_change", args=[one.pk])).content.decode()
    assert reverse("admin:applications_application_change", args=[twin.pk]) in page
    assert "It has the same teacher reference number." in page
    queue = reader.client.get(reverse("admin:applications_application_changelist")).content.decode()
    assert queue.count("1 other looks alike<") == 2
    record_review(one, recommendation=Review.Recommendation.ACCEPT, by=lead)


def test_nobody_is_told_of_an_application_that_they_may_not_read(intake: Intake) -> None:
    partner = a_partner()
    theirs = an_application(
        a_person(), an_intake(intake.version, name="Theirs", delivery_partner=partner), trn="1234567"
    )
    hidden = an_application(a_person(), intake, trn="1234567")
    reader = Reader(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    page = reader.client.get(reverse("admin:applications_application_change", args=[theirs.pk])).content.decode()
    assert str(hidden) not in page
    assert "Looks like" not in page


def test_the_record_explains_what_staff_decided_in_their_own_words(sent: Application, lead: User) -> None:
    decide(sent, verdict=Decision.Verdict.DECLINED, reason="Every place is taken by heads of this year.", by=lead)
    page = reverse("admin:applications_application_change", args=[sent.pk])
    reader = Reader(lead)
    assert f"Declined Every place is taken by heads of this year. {lead}" in reader.open(page).text
    entry = Entry.objects.get(verb="application.declined")
    Words.objects.filter(sha256=entry.words_sha256).update(body="", nonce="", erased_at=clock.now())
    text = reader.open(page).text
    assert f"Declined Erased {lead}" in text


def test_a_refusal_of_an_earlier_endorsement_stands_beside_the_new_application(intake: Intake, lead: User) -> None:
    ines = a_person()
    first = an_application(ines, intake, **FINISHED)
    asked = request_endorsement(first, by=None)
    assert asked
    answer_endorsement(asked, link=1, agrees=False, signed_as=asked.name, reason="Not this year.", by=None)
    withdraw_application(first, by=ines)
    second = an_application(ines, intake, **FINISHED | {"full_name": "Ines Brack", "trn": "7654321"})
    request_endorsement(second, by=None)
    said = (
        f"Was declined by {asked.name}, headteacher, on {day(clock.today())} on application {first.reference} ; "
        "reason: Not this year. The endorser named now looks like the same person."
    )
    reader = Reader(lead)
    for name in ("change", "decide"):
        text = reader.open(reverse(f"admin:applications_application_{name}", args=[second.pk])).text
        assert said in text
        assert "It has the same account" in text
    own = reader.open(reverse("admin:applications_application_change", args=[first.pk])).text
    assert "Was declined by" not in own
    queue = reader.client.get(reverse("admin:applications_application_changelist")).content.decode()
    assert queue.count("1 other looks alike; an endorser declined before<") == 1


def test_nobody_reads_a_refusal_of_an_application_that_they_may_not_read(intake: Intake) -> None:
    partner, ines = a_partner(), a_person()
    hidden = an_application(ines, intake, **FINISHED)
    asked = request_endorsement(hidden, by=None)
    assert asked
    answer_endorsement(asked, link=1, agrees=False, signed_as=asked.name, reason="Not this year.", by=None)
    theirs = an_application(ines, an_intake(intake.version, name="Theirs", delivery_partner=partner), **FINISHED)
    reader = Reader(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    text = reader.open(reverse("admin:applications_application_change", args=[theirs.pk])).text
    assert "Was declined by" not in text
    assert "Not this year." not in text
