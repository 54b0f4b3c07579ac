"""A participant's home page in every state that an enrolment can be in."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from applications.states import ApplicationState
from assessments.models import Certificate, Outcome, OutcomeRelease, Submission, Verdict
from assessments.states import CertificateState, SubmissionState
from cohorts.actions import MarkInput, record_completion, record_register
from cohorts.actions.appeals import question_mark, withdraw_appeal
from cohorts.actions.catch_up import send_catch_up
from cohorts.models import CatchUpOffer, Cohort, Enrolment, Group, Membership, SelfEvaluation, Seminar
from cohorts.states import CohortState, EnrolmentState
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.kinds import ItemKind, Mode
from npqh_portal.programmes.models import Behaviour, Item
from npqh_portal.programmes.states import VersionState
from npqh_portal.web.words import day
from tests.cohorts.test_views import text_of
from tests.factories import (
    a_cohort,
    a_course,
    a_group,
    a_person,
    a_policy,
    a_seminar,
    a_version,
    a_window,
    an_application,
    an_enrolment,
    an_intake,
    an_item,
    published,
)
from tests.harness.test_html import complaints

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 18, 9, 0, tzinfo=UTC)
STARTED_ON = date(2026, 1, 12)


class Course:
    """Four hours in two seminars and one module of an hour; the first seminar was yesterday."""

    def __init__(self) -> None:
        version = a_version(state=VersionState.DRAFT)
        self.first, self.second = (an_item(version, title=f"Seminar {name}") for name in ("one", "two"))
        self.module = an_item(version, title="Read the room", minutes=60, kind=ItemKind.MODULE)
        self.version = published(version)
        self.cohort: Cohort = a_cohort(version, starts_on=STARTED_ON)
        self.facilitator: User = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
        self.group: Group = a_group(self.cohort, self.facilitator)
        self.person: User = a_person(Role.PARTICIPANT, full_name="Maryam Okonjo-Hale", preferred_name="Maryam")
        self.enrolment: Enrolment = an_enrolment(self.cohort, self.group, self.person)
        self.past = self.sitting(self.first, NOW - timedelta(days=1))

    def sitting(self, item: Item, starts_at: datetime, **fields: Any) -> Any:
        return a_seminar(self.cohort, item, self.group, starts_at=starts_at, facilitator=self.facilitator, **fields)

    def mark(self, status: str) -> None:
        record_register(self.past, marks={self.enrolment.pk: MarkInput(status)}, by=self.facilitator)

    def submission(self, window: int, attempt: int = 1) -> Submission:
        return Submission.objects.create(
            enrolment=self.enrolment,
            task=self.version.tasks.get(),
            window=self.cohort.windows.get(number=window),
            attempt=attempt,
            state=SubmissionState.CONFIRMED,
        )

    def released(self, submission: Submission, verdict: Verdict) -> Outcome:
        outcome = Outcome.objects.create(
            enrolment=self.enrolment, task=submission.task, submission=submission, verdict=verdict
        )
        OutcomeRelease.objects.create(outcome=outcome)
        return outcome

    def becomes(self, state: EnrolmentState) -> None:
        Enrolment.objects.filter(pk=self.enrolment.pk).update(state=state)
        if state in {EnrolmentState.DEFERRED, EnrolmentState.WITHDRAWN}:
            Membership.objects.filter(enrolment=self.enrolment).update(to_on=NOW.date())


@pytest.fixture
def course(time_machine: Any) -> Course:
    time_machine.move_to(NOW, tick=False)
    return Course()


def home(client: Client, person: User) -> str:
    client.force_login(person)
    answer = client.get("/participant/")
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_the_middle_of_a_course(client: Client, course: Course) -> None:
    course.mark("present")
    course.sitting(course.second, NOW + timedelta(days=6, hours=4))
    said = home(client, course.person)
    assert "Good morning, Maryam" in said
    assert "Month 3 of 21 on the NPQ in Headship. You are on track for 90%." in said
    assert "Two things to do next" in said
    assert "Come to “Seminar two”" in said
    assert "It earns 2 hours." in said
    assert "Read the room" in said
    assert "You have earned <strong>2 hours</strong> of 5 hours." in said
    assert "You cannot miss a seminar." in said
    assert "By Monday 12 July 2027</span>, in your own time, about an hour." in said
    assert "It earns 2 hours. Miss it, and 90% hangs on catching it up." in said
    assert "Next session, in 6 days" in said
    assert "Tuesday 24 March 2026" in said
    assert "Gwen Ashdown-Pike" in said


def test_a_question_that_waits_is_told_with_the_day_of_its_answer(
    client: Client, course: Course, time_machine: Any
) -> None:
    course.mark("absent")
    assert "You wait for an answer" not in home(client, course.person)
    asked = question_mark(
        course.enrolment, seminar=course.past, claimed="present", words="I was there.", by=course.person
    )
    said = home(client, course.person)
    link = f'<a class="govuk-link" href="/participant/appeals/session/{course.past.public_id}/">'
    assert f"You wait for an answer: {link}your question about “Seminar one”</a>" in said
    assert f"is answered by <strong>{day(asked.answer_by)}</strong>." in said
    time_machine.move_to(NOW + (asked.answer_by - NOW.date()) + timedelta(days=1), tick=False)
    assert f"was to be answered by <strong>{day(asked.answer_by)}</strong>, and is overdue." in home(
        client, course.person
    )
    withdraw_appeal(asked, by=course.person)
    assert "You wait for an answer" not in home(client, course.person)


def test_whoever_left_waits_for_no_answer(client: Client, course: Course) -> None:
    course.mark("absent")
    question_mark(course.enrolment, seminar=course.past, claimed="present", words="I was there.", by=course.person)
    course.becomes(EnrolmentState.WITHDRAWN)
    assert "You wait for an answer" not in home(client, course.person)


def test_what_was_missed_can_be_caught_up(client: Client, course: Course) -> None:
    course.mark("absent")
    said = home(client, course.person)
    assert "Catch up “Seminar one”" in said
    assert f'href="/participant/course/{course.first.code}/catch-up/"' in said
    assert "By Tuesday 28 April 2026</span>, 11.59pm. It earns back 2 hours." in said
    assert "After that they are lost, and 90% would be out of reach." in said
    assert "You reach 90% only by catching up." in said


def test_each_thing_says_what_leaving_it_would_cost(client: Client, time_machine: Any) -> None:
    """Twenty hours of seminars: two of them may be missed. The first was."""
    time_machine.move_to(NOW, tick=False)
    version = a_version(state=VersionState.DRAFT)
    course = a_course(version, title="Culture")
    items = [an_item(version, title=f"Seminar {number}", number=number, course=course) for number in range(1, 11)]
    task = an_item(version, title="Read your school", number=0, course=course, kind=ItemKind.FORMATIVE_TASK, minutes=60)
    cohort = a_cohort(published(version), starts_on=STARTED_ON)
    leader = a_person(Role.FACILITATOR, full_name="Gwen Ashdown-Pike")
    group = a_group(cohort, leader)
    enrolment = an_enrolment(cohort, group)
    first = a_seminar(cohort, items[0], group, starts_at=NOW - timedelta(days=1), facilitator=leader)
    a_seminar(cohort, items[1], group, starts_at=NOW + timedelta(days=5), facilitator=leader)
    record_register(first, marks={enrolment.pk: MarkInput("absent")}, by=leader)
    CatchUpOffer.objects.create(item=items[0], way="recording", title="Recording", words="Watch it", minutes=60)
    said = home(client, enrolment.person)
    # 1,260 minutes, 126 to spare with the catch-up: one more seminar, or the catch-up left.
    spare = "of the 2 hours 6 minutes that you have to spare."
    assert f"about an hour. It earns back 2 hours. After that they are lost: 2 hours {spare}" in said
    assert "It earns 2 hours. Missing it puts 90% at risk: only a catch-up would bring it back." in said
    assert "Before Monday 23 March 2026</span>, about an hour. It leads to the seminar of that day" in said
    assert "Gwen Ashdown-Pike reads it first." in said
    assert f'href="/participant/formative/{task.code}/"' in said
    assert said.index("Come to “Seminar 2”") < said.index("Read your school") < said.index("Catch up “Seminar 1”")


@pytest.fixture
def ten(time_machine: Any) -> "Ten":
    time_machine.move_to(NOW, tick=False)
    return Ten()


class Ten:
    """Twenty hours in ten seminars, and what was missed of some of them."""

    def __init__(self, *, own_time: int = 0) -> None:
        version = a_version(state=VersionState.DRAFT)
        if own_time:
            an_item(version, title="Module", number=11, kind=ItemKind.MODULE, minutes=own_time)
        self.items = [an_item(version, title=f"Seminar {number}", number=number) for number in range(1, 11)]
        self.cohort = a_cohort(published(version), starts_on=STARTED_ON)
        self.leader = a_person(Role.FACILITATOR)
        self.group = a_group(self.cohort, self.leader)
        self.enrolment = an_enrolment(self.cohort, self.group)

    def held(self, number: int, mark: MarkInput, *, ago: timedelta = timedelta(days=1)) -> None:
        item = self.items[number - 1]
        session = a_seminar(self.cohort, item, self.group, starts_at=NOW - ago, facilitator=self.leader)
        record_register(session, marks={self.enrolment.pk: mark}, by=self.leader)

    def hand_in(self, number: int) -> None:
        send_catch_up(
            self.enrolment, item=self.items[number - 1], words="What I take from it", offer=None,
            by=self.enrolment.person,
        )  # fmt: skip


def test_what_is_at_risk_already_is_not_put_there_by_one_more(client: Client, ten: Ten) -> None:
    """Twenty hours, five of them missed: two hours of those may stay lost, whichever they are."""
    ten.held(1, MarkInput("absent"), ago=timedelta(days=3))
    ten.held(2, MarkInput("absent"), ago=timedelta(days=2))
    ten.held(3, MarkInput("partly", 60))
    said = home(client, ten.enrolment.person)
    assert "You reach 90% only by catching up." in said
    assert said.count("After that they are lost: 2 hours of the 2 hours that you have to spare.") == 2
    assert "After that it is lost: 1 hour of the 2 hours that you have to spare." in said
    assert "hang on another catch-up" not in said


def test_one_of_two_catch_ups_is_enough_and_then_hangs_on_the_other(client: Client, ten: Ten) -> None:
    for number in (1, 2):
        ten.held(number, MarkInput("absent"))
    assert home(client, ten.enrolment.person).count("and 90% would hang on another catch-up.") == 2


def test_at_risk_names_what_has_to_be_caught_up_and_what_waits(client: Client, ten: Ten) -> None:
    # 120 of 1,200 minutes may go unearned: 120, 120 and 30 are open, so that either of the first two is not enough.
    ten.held(1, MarkInput("absent"))
    ten.held(2, MarkInput("absent"))
    ten.held(3, MarkInput("partly", 90))
    begins = "What is still to come does not reach 90% by itself:"
    said = home(client, ten.enrolment.person)
    assert f"{begins} the shortest way back is catching up “Seminar 1” and “Seminar 3”." in said
    assert "You can miss one more seminar if you do every catch-up, and none if you leave them all." in said
    page = text_of(client.get("/participant/engagement/"))
    assert "The two marked “Needed” are enough together, if you do everything that is still to come." in page
    ten.hand_in(1)
    said = home(client, ten.enrolment.person)
    assert f"{begins} the shortest way back is catching up “Seminar 3”, besides what you handed in." in said
    page = text_of(client.get("/participant/engagement/"))
    assert "The one marked “Needed” is enough with what you handed in, if" in page
    assert "The other alone is not." not in page
    ten.hand_in(3)
    said = home(client, ten.enrolment.person)
    assert f"{begins} what you handed in is enough once it is accepted." in said


def test_what_leaving_something_takes_is_told_as_an_amount_and_not_as_a_gain(client: Client, time_machine: Any) -> None:
    time_machine.move_to(NOW, tick=False)
    ten = Ten(own_time=30)
    a_seminar(ten.cohort, ten.items[0], ten.group, starts_at=NOW + timedelta(days=3))
    said = home(client, ten.enrolment.person)
    assert '<div class="npqh-on-phones"><ul class="npqh-key">' in " ".join(
        client.get("/participant/engagement/").content.decode().split()
    )
    spare = "of the 2 hours 3 minutes that you have to spare."
    assert f"Leaving it out would take 30 minutes {spare}" in said
    assert f"It earns 2 hours. Missing it would take 2 hours {spare}" in said
    # Of whoever has missed nothing, it is not one more.
    assert "You can miss one seminar." in said


@pytest.mark.parametrize("mark", [MarkInput("absent"), MarkInput("authorised"), MarkInput("partly", 30)])
def test_whoever_is_marked_while_a_session_goes_on_is_not_told_to_come(
    client: Client, ten: Ten, mark: MarkInput
) -> None:
    begun = timedelta(minutes=30)
    item = ten.items[0]
    session = a_seminar(ten.cohort, item, ten.group, starts_at=NOW - begun, facilitator=ten.leader)
    a_seminar(ten.cohort, ten.items[1], ten.group, starts_at=NOW + timedelta(days=3), facilitator=ten.leader)
    said = home(client, ten.enrolment.person)
    assert "Come to “Seminar 1”" in said
    assert "Next session, today" in said
    record_register(session, marks={ten.enrolment.pk: mark}, by=ten.leader)
    said = home(client, ten.enrolment.person)
    assert "Come to “Seminar 1”" not in said
    assert f'href="/participant/course/{item.code}/catch-up/">Catch up “Seminar 1”</a>' in said
    assert "Come to “Seminar 2”" in said
    assert "Next session, in 3 days" in said


def test_one_catch_up_that_is_enough_is_told_from_one_that_is_not(client: Client, ten: Ten) -> None:
    ten.held(1, MarkInput("absent"))
    ten.held(2, MarkInput("partly", 90))
    said = home(client, ten.enrolment.person)
    assert "the shortest way back is catching up “Seminar 2”." in said
    page = text_of(client.get("/participant/engagement/"))
    # The shorter is enough here, and so is the longer.
    assert "The one marked “Needed” is enough, if" in page
    assert "The other alone is not." not in page
    # Half an hour is lost: of the two only the two hours are enough now.
    ten.held(3, MarkInput("partly", 90), ago=timedelta(days=60))
    assert "it takes catching up “Seminar 1”." in home(client, ten.enrolment.person)
    page = text_of(client.get("/participant/engagement/"))
    assert "The one marked “Needed” is enough, if you do everything that is still to come. The other alone" in page
    ten.held(4, MarkInput("partly", 30), ago=timedelta(days=60))  # another hour and a half: nothing more may be
    page = text_of(client.get("/participant/engagement/"))
    assert "It takes all of these" in page


def test_out_of_reach_says_with_what_and_leads_to_deferral(client: Client, ten: Ten) -> None:
    for number in (1, 2):
        ten.held(number, MarkInput("absent"), ago=timedelta(days=60))
    said = home(client, ten.enrolment.person)
    assert "Even with everything still to come you are 2 hours short of 90%. Talk to us about deferral" in said
    ten.held(3, MarkInput("absent"))
    said = home(client, ten.enrolment.person)
    assert "Even with everything still to come and every catch-up you are 2 hours short of 90%." in said
    assert f'<a class="govuk-link" href="mailto:{settings.PROVIDER_EMAIL}">Talk to us about deferral</a>' in said
    assert complaints(said) == []
    assert "every catch-up you are 2 hours short" in text_of(client.get("/participant/engagement/"))


def test_what_only_waits_for_a_decision_asks_for_nothing(client: Client, ten: Ten) -> None:
    ten.held(1, MarkInput("partly", 90))
    page = "/participant/engagement/"
    client.force_login(ten.enrolment.person)
    assert "What you leave here you cannot miss later." in text_of(client.get(page))
    ten.hand_in(1)
    said = text_of(client.get(page))
    assert "What you handed in You can reach 90% without, up to 97.5%. Nothing is left for you to do here" in said
    assert "What you leave here" not in said


def test_once_the_line_is_passed_nothing_costs_anything(client: Client, course: Course) -> None:
    a_policy(course.version, number=2, threshold_percent=40)
    course.mark("present")
    course.sitting(course.second, NOW + timedelta(days=6))
    said = home(client, course.person)
    assert "It earns 2 hours. You have passed 40% already." in said
    assert "Leave it out" not in said


def test_only_the_nearest_sessions_are_things_to_do(client: Client, course: Course) -> None:
    Seminar.objects.update(starts_at=NOW + timedelta(days=30), ends_at=NOW + timedelta(days=30, hours=2))
    nearest = course.sitting(course.second, NOW + timedelta(days=20))
    said = home(client, course.person)
    assert f'<a class="govuk-link" href="/sessions/{nearest.public_id}/">Come to “Seminar two”' in said
    assert "Come to “Seminar one”" not in said
    Seminar.objects.filter(pk=nearest.pk).update(starts_at=NOW + timedelta(days=13), ends_at=NOW + timedelta(days=14))
    Seminar.objects.filter(pk=course.past.pk).update(starts_at=NOW + timedelta(days=14))
    said = home(client, course.person)
    assert said.index("Come to “Seminar two”") < said.index("Come to “Seminar one”")


def test_an_exempt_person_is_not_asked_to_come(client: Client, course: Course) -> None:
    course.mark("present")
    course.sitting(course.second, NOW + timedelta(days=3))
    course.enrolment.personal_items.filter(item=course.second).update(expectation="exempt")
    assert "Come to" not in home(client, course.person)


def test_where_behaviours_are_evaluated_that_comes_before_all_one_does_oneself(client: Client, course: Course) -> None:
    # S55
    version = a_version(state=VersionState.DRAFT)
    an_item(version, title="In your school", kind=ItemKind.WORK_TASK)
    Behaviour.objects.create(version=version, number=1, name="Resilience", descriptor="Bears up")
    enrolment = an_enrolment(a_cohort(published(version), starts_on=STARTED_ON))
    said = home(client, enrolment.person)
    assert '<a class="govuk-link" href="/participant/behaviours/">Evaluate yourself' in said
    assert "In your school" not in said
    SelfEvaluation.objects.create(enrolment=enrolment, sent_at=NOW)
    assert "In your school" in home(client, enrolment.person)


def test_everything_done(client: Client, course: Course) -> None:
    course.mark("present")
    record_register(
        course.sitting(course.second, NOW - timedelta(hours=3)),
        marks={course.enrolment.pk: MarkInput("present")},
        by=course.facilitator,
    )
    record_completion(course.enrolment, item=course.module, by=course.person)
    said = home(client, course.person)
    assert "You have passed the line at 90%." in said
    assert "Nothing is left to do today" in said


def test_whose_list_is_not_made_reads_that_and_not_that_the_line_is_passed(client: Client, course: Course) -> None:
    course.enrolment.personal_items.all().delete()
    said = home(client, course.person)
    assert "Your list of seminars and modules is not made yet." in said
    assert "You have passed the line" not in said
    assert "Your engagement</h2>" not in said


def test_who_is_exempt_from_everything_reads_that_nothing_is_left(client: Client, course: Course) -> None:
    course.enrolment.personal_items.update(expectation="exempt")
    said = home(client, course.person)
    assert "Nothing on your list is left that counts towards engagement." in said
    assert "You have passed the line" not in said


def test_short_and_settled_is_said_in_the_past(client: Client, course: Course) -> None:
    course.mark("present")
    Cohort.objects.filter(pk=course.cohort.pk).update(starts_on=date(2024, 1, 12))
    said = home(client, course.person)
    assert "It is settled, 2 hours 30 minutes short of 90%, so no certificate can be issued." in said
    assert "still to come you are" not in said
    engagement = " ".join(client.get("/participant/engagement/").content.decode().split())
    assert "It is settled at <strong>40.0%</strong>, 2 hours 30 minutes short, so no certificate" in engagement
    assert "Can I miss one?" not in engagement


def test_a_result_is_news_for_four_weeks(client: Client, course: Course, time_machine: Any) -> None:
    course.released(course.submission(1), Verdict.PASS)
    time_machine.move_to(NOW + timedelta(days=28), tick=False)
    assert "Read your result" in home(client, course.person)
    time_machine.move_to(NOW + timedelta(days=29), tick=False)
    assert "Read your result" not in home(client, course.person)


def test_open_window_comes_first(client: Client, course: Course) -> None:
    course.cohort.windows.all().delete()
    a_window(course.cohort, opens_on=NOW.date(), closes_on=NOW.date() + timedelta(days=7))
    said = home(client, course.person)
    assert said.index("Send your assessment") < said.index("Read the room")
    assert "By Wednesday 25 March 2026, 11.59pm" in said


def test_work_in_marking_asks_for_nothing(client: Client, course: Course) -> None:
    course.submission(1)
    said = home(client, course.person)
    assert "It is being marked; nothing is left for you to do." in said
    assert "Send your" not in said


def test_whoever_waits_for_a_result_is_offered_no_other_window(client: Client, course: Course) -> None:
    course.submission(1)
    a_window(course.cohort, number=2, opens_on=NOW.date(), closes_on=NOW.date() + timedelta(days=7))
    assert "Your assessment window" not in home(client, course.person)


def test_work_that_cannot_lead_to_a_certificate_is_asked_for_with_that_word(client: Client, course: Course) -> None:
    course.mark("present")
    Cohort.objects.filter(pk=course.cohort.pk).update(starts_on=date(2024, 1, 12))
    a_window(course.cohort, number=2, opens_on=NOW.date(), closes_on=NOW.date() + timedelta(days=7))
    said = home(client, course.person)
    assert "Send your assessment" in said
    assert "It cannot lead to a certificate: your engagement is settled below the line." in said


def test_failed_and_may_try_again_while_the_next_window_is_open(client: Client, course: Course) -> None:
    course.released(course.submission(1), Verdict.FAIL)
    a_window(course.cohort, number=2, opens_on=NOW.date(), closes_on=NOW.date() + timedelta(days=7))
    said = home(client, course.person)
    assert "Send your second attempt" in said


@pytest.mark.parametrize(("verdict", "said"), [(Verdict.FAIL, "which did not pass"), (Verdict.PASS, "and passed")])
def test_what_was_sent_stands_on_its_day_with_what_came_of_it(
    client: Client, course: Course, verdict: Verdict, said: str
) -> None:
    submission = course.submission(1)
    Submission.objects.filter(pk=submission.pk).update(received_at=NOW - timedelta(days=2))
    assert "<b>16 March 2026</b> You sent your assessment</li>" in home(client, course.person)
    course.released(submission, verdict)
    assert f"<b>16 March 2026</b> You sent your assessment, {said}</li>" in home(client, course.person)


def test_unreleased_outcome_is_not_told(client: Client, course: Course) -> None:
    submission = course.submission(1)
    Outcome.objects.create(
        enrolment=course.enrolment, task=submission.task, submission=submission, verdict=Verdict.FAIL
    )
    said = home(client, course.person)
    assert "Read your result" not in said
    assert "second attempt" not in said


def test_certificate_is_offered_once_it_is_drawn(client: Client, course: Course) -> None:
    course.released(course.submission(1), Verdict.PASS)
    course.becomes(EnrolmentState.COMPLETED)
    certificate = Certificate.objects.create(
        enrolment=course.enrolment, number="LF-2026-AAAA-BBBB", snapshot={}, awarded_on=NOW.date()
    )
    assert "Download your certificate" not in home(client, course.person)
    Certificate.objects.filter(pk=certificate.pk).update(
        state=CertificateState.READY, ready_at=NOW, unsigned_sha256="0" * 64, stored_name="certificates/a.pdf"
    )
    said = home(client, course.person)
    assert "Download your certificate" in said
    assert "LF-2026-AAAA-BBBB" in said
    assert "You have completed the NPQ in Headship." in said


def test_deferred(client: Client, course: Course) -> None:
    course.mark("present")
    course.becomes(EnrolmentState.DEFERRED)
    said = home(client, course.person)
    assert "is on hold. What you have earned is kept." in said
    assert "When a date for your return is set" in said
    assert "It counts when you return." in said
    assert '<span class="npqh-status--wait">Deferred</span>' in said
    Enrolment.objects.update(returns_on=date(2027, 9, 3))
    said = home(client, course.person)
    assert "You plan to return on Friday 3 September 2027." in said
    assert "When a date for your return is set" not in said
    for of_the_cohort_left in ("Come to", "On track", "Month 3", "Where you are", "12 July 2027", "You can miss"):
        assert of_the_cohort_left not in said


def test_deferred_people_read_one_word_for_what_is_left_in_their_own_time(client: Client, course: Course) -> None:
    course.becomes(EnrolmentState.DEFERRED)
    client.force_login(course.person)
    said = text_of(client.get("/participant/course/"))
    assert "Read the room Online module, 1 hour. Not now" in said


def test_withdrawn(client: Client, course: Course) -> None:
    course.becomes(EnrolmentState.WITHDRAWN)
    said = home(client, course.person)
    assert "You have left the NPQ in Headship." in said
    assert "It stays on your record." in said
    assert "Where you are" not in said
    assert "seminar and still reach it" not in said
    assert 'class="npqh-bar"' not in said


def test_whoever_has_left_is_promised_no_session_and_nothing_is_to_come(client: Client, course: Course) -> None:
    course.becomes(EnrolmentState.WITHDRAWN)
    client.force_login(course.person)
    timetable = client.get("/participant/timetable/").content.decode()
    assert "No session is yours any more." in timetable
    assert "you get an email with its time and place" not in timetable
    page = client.get("/participant/course/").content.decode()
    assert page.count("Not done") == 3
    assert "To come" not in page
    assert "yet to be set" not in page


def test_people_of_a_closed_cohort_read_that_it_is_closed(client: Client, course: Course) -> None:
    pages = ("/participant/", "/participant/course/", "/participant/timetable/")
    client.force_login(course.person)
    assert not [page for page in pages if "is closed" in client.get(page).content.decode()]
    Cohort.objects.update(state=CohortState.CLOSED)
    for page in pages:
        said = client.get(page).content.decode()
        assert f"<strong>{course.cohort} is closed.</strong> No more sessions are held in it." in said
        assert "As soon as one is" not in said
        assert complaints(said) == []
    assert "What comes next stands here" not in home(client, course.person)
    course.becomes(EnrolmentState.COMPLETED)
    assert not [page for page in pages if "is closed" in client.get(page).content.decode()]


def test_enrolled_without_a_cohort(client: Client, course: Course) -> None:
    person = a_person(Role.PARTICIPANT)
    Enrolment.objects.create(person=person, version=course.version)
    said = home(client, person)
    assert "We are putting the cohorts together." in said
    assert "You get an email as soon as you have a cohort and a group." in said


def test_never_enrolled(client: Client, course: Course) -> None:
    person = a_person(Role.PARTICIPANT)
    assert "Nothing in your name yet" in home(client, person)
    an_application(person, an_intake(course.version, name="May 2026"))
    said = home(client, person)
    assert "May 2026" in said
    assert "Sent" in said


def test_unfinished_application_is_remembered(client: Client, course: Course) -> None:
    an_application(course.person, an_intake(course.version, name="May 2027"), state=ApplicationState.DRAFT)
    assert "Finish your application for May 2027" in home(client, course.person)


def test_draft_cohort_is_not_shown_as_running_before_its_first_day(client: Client, course: Course) -> None:
    later = a_cohort(course.version, starts_on=NOW.date() + timedelta(days=30), state=CohortState.PUBLISHED)
    enrolment = an_enrolment(later, a_group(later))
    assert "begins on Friday 17 April 2026" in home(client, enrolment.person)


def test_page_takes_as_many_statements_for_a_full_life_as_for_an_empty_one(
    client: Client, course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    home(client, course.person)
    with django_assert_max_num_queries(14):
        client.get("/participant/")
    course.mark("absent")
    course.sitting(course.second, NOW + timedelta(days=1))
    for item in (course.first, course.second):
        a_seminar(course.cohort, item, starts_at=NOW + timedelta(days=2), mode=Mode.ONLINE)
    with django_assert_max_num_queries(14):
        client.get("/participant/")


def test_only_participants_enter(client: Client) -> None:
    assert client.get("/participant/").headers["Location"] == "/account/login/?next=/participant/"
    client.force_login(a_person(Role.FACILITATOR))
    assert client.get("/participant/").status_code == 403
