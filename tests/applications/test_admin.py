"""The queue: who sees what, who decides, and that a decision is made through a page that asks."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from applications.actions import record_review
from applications.models import Application, Decision, Review
from applications.states import ApplicationState
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import a_form, a_grant, a_partner, a_person, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"


@pytest.fixture
def intake() -> Intake:
    """Its form asks for no endorsement."""
    intake = an_intake(a_version())
    a_form(intake.version.programme, needs_endorsement=False)
    return intake


@pytest.fixture
def sent(intake: Intake) -> Application:
    return an_application(a_person(full_name="Ines Caldbeck"), intake, statement="One approach to phonics.")


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def act(name: str, application: Application) -> str:
    return reverse(f"admin:applications_application_{name}", args=[application.pk])


def shown(client: Client, query: str = "") -> list[Application]:
    return list(client.get(reverse(QUEUE) + query).context["cl"].result_list)


def test_the_queue_holds_what_was_sent_oldest_first(sent: Application, intake: Intake) -> None:
    an_application(a_person(), intake, state=ApplicationState.DRAFT)
    later = an_application(a_person(), intake)
    assert shown(client_of(a_person(Role.PROGRAMME_LEAD))) == [sent, later]


def test_it_is_filtered_and_searched(sent: Application, intake: Intake) -> None:
    lead = client_of(a_person(Role.PROGRAMME_LEAD))
    accepted = an_application(a_person(), intake, state=ApplicationState.ACCEPTED)
    assert shown(lead, "?state__exact=accepted") == [accepted]
    assert shown(lead, "?q=caldbeck") == [sent]
    assert shown(lead, f"?q={sent.reference}") == [sent]


def test_it_takes_as_many_statements_for_three_as_for_one(
    sent: Application, intake: Intake, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    lead = client_of(a_person(Role.PROGRAMME_LEAD))
    record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=a_person(Role.REVIEWER))
    with django_assert_num_queries(50, exact=False) as counted:
        shown(lead)
    before = len(counted)
    for _ in range(2):
        application = an_application(a_person(), intake)
        record_review(application, recommendation=Review.Recommendation.DECLINE, by=a_person(Role.REVIEWER))
    with django_assert_num_queries(before):
        shown(lead)


def test_advice_counts_the_newest_of_each_reviewer(sent: Application) -> None:
    one, two = a_person(Role.REVIEWER), a_person(Role.REVIEWER)
    record_review(sent, recommendation=Review.Recommendation.DECLINE, by=one)
    record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=one)
    record_review(sent, recommendation=Review.Recommendation.ACCEPT, by=two)
    assert "2 accept<" in client_of(one).get(reverse(QUEUE)).content.decode()


def test_the_record_is_shown_whole_and_cannot_be_edited(sent: Application) -> None:
    lead = client_of(a_person(Role.PROGRAMME_LEAD))
    record_review(sent, recommendation=Review.Recommendation.ACCEPT, note="Ready for it.", by=a_person(Role.REVIEWER))
    address = reverse("admin:applications_application_change", args=[sent.pk])
    text = lead.get(address).content.decode()
    assert "One approach to phonics." in text
    assert "Ready for it." in text
    assert lead.post(address, {"full_name": "Somebody Else"}).status_code == 403
    sent.refresh_from_db()
    assert sent.full_name == "Ines Caldbeck"


def test_a_reviewer_advises(sent: Application) -> None:
    reviewer = a_person(Role.REVIEWER)
    reader = Reader(reviewer).open(act("review", sent))
    assert "One approach to phonics." in reader.text
    assert reader.send().errors == ["Choose what you advise"]
    reader.client.post(act("review", sent), {"recommendation": "accept", "note": "Ready for it."})
    review = Review.objects.get()
    assert (review.reviewer, review.recommendation, review.words) == (reviewer, "accept", "Ready for it.")


@pytest.mark.parametrize(("verdict", "reason"), [("accepted", ""), ("declined", "The intake is full.")])
def test_a_lead_decides(sent: Application, verdict: str, reason: str) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    reader = Reader(lead).open(act("decide", sent))
    assert not Decision.objects.exists()
    response = reader.client.post(act("decide", sent), {"verdict": verdict, "reason": reason})
    assert response.status_code == 302
    sent.refresh_from_db()
    assert sent.state == verdict
    assert Message.objects.get().kind == f"application-{verdict}"
    assert Entry.objects.get(verb=f"application.{verdict}").actor_id == lead.pk


def test_declining_without_a_reason_is_refused_beside_the_field(sent: Application) -> None:
    reader = Reader(a_person(Role.PROGRAMME_LEAD)).open(act("decide", sent)).send(verdict="declined")
    assert reader.errors == ["Say why the application is declined. The applicant reads it in our letter."]
    assert not Decision.objects.exists()


def test_nobody_of_staff_reads_here_what_is_noted_of_themselves(intake: Intake) -> None:
    lead = a_person(Role.PROGRAMME_LEAD)
    own = an_application(lead, intake)
    client = client_of(lead)
    assert shown(client) == []
    for page in ("change", "history", "decide", "note"):
        assert client.get(act(page, own)).status_code == 404
    assert client.post(act("decide", own), {"verdict": "declined", "reason": "No."}).status_code == 404
    own.refresh_from_db()
    assert own.state == ApplicationState.SUBMITTED


def test_a_lead_withdraws_for_an_applicant(sent: Application) -> None:
    client_of(a_person(Role.PROGRAMME_LEAD)).post(act("withdraw", sent))
    sent.refresh_from_db()
    assert sent.state == ApplicationState.WITHDRAWN


def test_once_it_is_answered_there_is_nothing_left_to_do_but_to_note(intake: Intake) -> None:
    answered = an_application(a_person(), intake, state=ApplicationState.DECLINED)
    page = client_of(a_person(Role.PROGRAMME_LEAD)).get(
        reverse("admin:applications_application_change", args=[answered.pk])
    )
    assert [act.name for act in page.context["acts"]] == ["note"]


@pytest.mark.parametrize("name", ["review", "decide", "withdraw"])
@pytest.mark.parametrize("role", Role)
def test_who_may_act(sent: Application, name: str, role: Role) -> None:
    may = {Role.PROGRAMME_LEAD} | ({Role.REVIEWER} if name == "review" else set())
    client = client_of(a_person(role))
    assert client.get(act(name, sent)).status_code == (200 if role in may else 403)
    assert client.post(act(name, sent), {"verdict": "accepted"}).status_code != 500
    sent.refresh_from_db()
    assert (sent.state == ApplicationState.SUBMITTED) is (role not in may or name == "review")


@pytest.mark.parametrize("role", Role)
def test_who_may_look(sent: Application, role: Role) -> None:
    may = {Role.PROGRAMME_LEAD, Role.ADMINISTRATOR, Role.REVIEWER}
    assert client_of(a_person(role)).get(reverse(QUEUE)).status_code == (200 if role in may else 403)


def test_partners_are_kept_apart(sent: Application, intake: Intake) -> None:
    partner = a_partner()
    theirs = an_application(a_person(), an_intake(intake.version, name="Theirs", delivery_partner=partner))
    lead = client_of(a_person(Role.PROGRAMME_LEAD, organisation=partner))
    assert shown(lead) == [theirs]
    assert lead.get(act("decide", sent)).status_code == 404
    assert lead.post(act("decide", sent), {"verdict": "accepted"}).status_code == 404


def test_what_waits_stands_on_the_start_page(sent: Application, intake: Intake) -> None:
    def line(person: User) -> list[tuple[int, str]]:
        work = client_of(person).get(reverse("admin:index")).context["work"]
        return [(entry.count, entry.address) for entry in work if entry.label == "Applications to decide"]

    address = f"{reverse(QUEUE)}?state__exact=submitted"
    lead = a_person(Role.PROGRAMME_LEAD)
    assert line(lead) == [(1, address)]
    assert line(a_person(Role.REVIEWER)) == [(1, address)]
    assert line(a_person(Role.FINANCE)) == []
    an_application(lead, intake)
    assert line(lead) == [(1, address)]  # nobody decides their own


def test_reading_by_one_role_opens_no_act_of_another(sent: Application) -> None:
    """A partner's lead who reviews for the whole provider advises on its applications, and decides none."""
    lead = a_person(Role.PROGRAMME_LEAD, organisation=a_partner())
    a_grant(lead, Role.REVIEWER)
    client = client_of(lead)
    assert client.get(act("review", sent)).status_code == 200
    assert client.get(act("decide", sent)).status_code == 403
    assert client.post(act("decide", sent), {"verdict": "accepted"}).status_code == 403
    record = client.get(reverse("admin:applications_application_change", args=[sent.pk])).content.decode()
    assert "/review/" in record
    assert "/decide/" not in record
    sent.refresh_from_db()
    assert sent.state == ApplicationState.SUBMITTED
