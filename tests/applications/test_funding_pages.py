"""What applicants read of funding and support, and what staff do about both."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from applications.actions import ask_for_school, submit_application
from applications.models import Application, FundingDecision, StrandDecision
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import FundingSuspension, Intake
from tests.factories import FINISHED, a_person, a_school, a_version, an_application, an_intake

from .reader import Reader

pytestmark = pytest.mark.django_db

S = ApplicationState
QUEUE = "admin:applications_application_changelist"


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(fee_pence=214_500), starts_on=date(2027, 2, 22))


def a_draft(intake: Intake, type_code: str = "34", **fields: Any) -> Application:
    school = a_school(type_code=type_code)
    named = {"school": school, "school_urn": school.urn, "school_name": school.name, "state": S.DRAFT}
    return an_application(a_person(), intake, **(FINISHED | named | fields))


def sent(intake: Intake, type_code: str = "34", **fields: Any) -> Application:
    draft = a_draft(intake, type_code, **fields)
    return submit_application(draft, by=draft.person)


IN_REVIEW = {
    "work_setting": "another_setting",
    "employment_type": "hospital_school",
    "employer_name": "Ravenglass Hospital",
}


def client_of(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def read(application: Application, *part: str) -> str:
    """The words of the applicant's page."""
    address = reverse("applications:part" if part else "applications:form", args=[application.public_id, *part])
    return Reader(application.person).open(address).text


def test_the_page_about_funding_says_what_is_likely_and_what_it_costs(intake: Intake) -> None:
    words = read(a_draft(intake, funding_route="scholarship"), "funding")
    assert "It looks as if DfE can fund your place. The workplace is a type that DfE funds: converter academy" in words
    assert "With a scholarship you pay nothing, and nobody is sent an invoice." in words
    assert "A place that is not funded costs £2,145." in words
    assert not FundingDecision.objects.exists()


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("school", "As you chose, your school pays the fee of £2,145."),
        ("trust", "As you chose, your trust pays the fee of £2,145."),
        ("self", "As you chose, you pay the fee of £2,145."),
        ("another", "As you chose, somebody else pays the fee of £2,145."),
    ],
)
@pytest.mark.parametrize("type_code", ["34", "11"])
def test_who_does_not_ask_for_a_scholarship_reads_what_their_own_way_costs(
    intake: Intake, type_code: str, route: str, said: str
) -> None:
    application = sent(intake, type_code, funding_route=route)
    for words in (read(application), read(a_draft(intake, type_code, funding_route=route), "funding")):
        assert said in words
        assert "you pay nothing" not in words
        assert "no promise" not in words


def test_where_no_fee_is_known_it_says_who_pays(intake: Intake) -> None:
    free = an_intake(a_version())
    assert "As you chose, your school pays what the place costs." in read(sent(free, funding_route="school"))


def test_while_a_school_is_sought_it_is_neither_yes_nor_no(intake: Intake) -> None:
    draft = a_draft(intake, school=None, school_urn="")
    assert "It looks as if DfE does not fund your place." in read(draft, "funding")
    ask_for_school(draft, name="Marlowick Free School", by=draft.person)
    words = read(draft, "funding")
    assert "We cannot say yet whether DfE can fund your place. We are looking for your school first" in words
    assert "does not fund" not in words
    assert "could be funded if" not in words


def test_it_names_what_would_change_it(intake: Intake) -> None:
    words = read(a_draft(intake, "11", funding_route="scholarship"), "funding")
    assert "It looks as if DfE does not fund your place. The workplace is of a type that DfE does not fund" in words
    assert "It could be funded if: your school came onto DfE’s RISE list, or you worked in a state-funded" in words
    assert "You can have a place all the same: it costs £2,145, and you, your school or somebody else pays." in words
    abroad = read(a_draft(intake, works_in_england=False, employer_name="Ysgol y Bont"), "funding")
    assert "It could be funded if you worked in a state-funded school, 16 to 19 organisation" in abroad


def test_it_asks_first_where_somebody_works(intake: Intake) -> None:
    words = read(an_application(a_person(), intake, state=S.DRAFT), "funding")
    assert "First answer Your workplace : who can pay depends on it. Then you read here whether DfE could" in words
    words = read(
        an_application(a_person(), intake, state=S.DRAFT, works_in_england=True, work_setting="a_school"), "funding"
    )
    assert "First answer Your school : who can pay depends on it." in words


@pytest.mark.parametrize(
    "said",
    [
        {"to_check": ["workplace", "school"]},
        {"works_in_england": False, "employer_name": ""},
        {"work_setting": "another_setting", "employment_type": "hospital_school"},
        {"work_setting": "early_years_or_childcare", "kind_of_nursery": "childminder"},
    ],
    ids=["carried over", "abroad", "employed by nobody named", "a setting without a name"],
)
def test_it_asks_for_nothing_that_decides_nothing(intake: Intake, said: dict[str, Any]) -> None:
    words = read(a_draft(intake, **said), "funding")
    assert "First answer" not in words
    assert "DfE" in words


def test_a_scholarship_for_the_second_time_is_refused_in_one_voice(intake: Intake) -> None:
    draft = a_draft(intake, funding_route="school", previously_funded=False)
    reader = Reader(draft.person).open(reverse("applications:part", args=[draft.public_id, "funding"]))
    assert "It looks as if DfE can fund your place." in reader.text
    reader.send(previously_funded="yes", funding_route="scholarship")
    assert reader.errors == ["DfE pays for a qualification once. Choose who pays this time"]
    assert "It looks as if DfE does not fund your place. DfE has funded a place on this qualification" in reader.text
    assert "can fund your place" not in reader.text
    assert Application.objects.get().stored == draft.stored


def test_it_tells_of_a_suspension(intake: Intake) -> None:
    FundingSuspension.objects.create(
        programme=intake.version.programme, source="scholarship", from_on=clock.today(), words="Suspended until spring."
    )
    assert "Suspended until spring." in read(a_draft(intake), "funding")


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (None, "none can be taken up now. Under “How your place is paid for”, choose another way. Then send it."),
        (3, "none can be taken up before 26 November 2026. Under “How your place is paid for”, choose another way, or"
            " wait until then. Then send it."),
        (10, "none can be taken up now. Under “How your place is paid for”, choose another way. Then send it."),
    ],
    ids=["until further notice", "until before it closes", "until it has closed"],
)  # fmt: skip
@time_machine.travel(datetime(2026, 11, 22, 12, tzinfo=UTC), tick=False)
def test_a_draft_that_asks_for_a_scholarship_says_all_along_why_it_cannot_be_sent(days: int | None, said: str) -> None:
    intake = an_intake(a_version(fee_pence=214_500), closes_at=clock.now() + timedelta(days=9))
    draft, today = a_draft(intake, funding_route="scholarship"), clock.today()
    to_on = today + timedelta(days=days) if days else None
    FundingSuspension.objects.create(
        programme=intake.version.programme, source="scholarship", from_on=today, to_on=to_on
    )
    assert f"It cannot be sent as it is. Your application asks for a DfE scholarship, and {said}" in read(draft)
    reader = Reader(draft.person).open(reverse("applications:check", args=[draft.public_id]))
    assert said in reader.text
    reader.send(declared="on")
    assert said in reader.text
    assert Application.objects.get().state == S.DRAFT
    words = read(draft, "funding")
    assert "DfE scholarships cannot be taken up" in words
    assert "With a scholarship" not in words
    Application.objects.update(funding_route="school")
    assert "cannot be sent as it is" not in read(draft)
    FundingSuspension.objects.update(from_on=today - timedelta(days=9), to_on=today - timedelta(days=1))
    Application.objects.update(funding_route="scholarship")
    reader.open(reverse("applications:check", args=[draft.public_id])).send(declared="on")
    assert Application.objects.get().state == S.SUBMITTED


def test_what_was_sent_tells_what_was_found_and_by_which_lists(intake: Intake) -> None:
    words = read(sent(intake, headship="new", headship_started_on=clock.today() - timedelta(days=30),
                      wants_new_head_support=True, wants_one_to_one=True, endorser_role="chair"))  # fmt: skip
    assert "DfE can fund your place." in words
    assert "Found by DfE’s lists of" in words
    assert "Additional support for new headteachers Granted, should you get a place. The headship is a new one" in words
    assert "One-to-one support Not granted. The school was on no list" in words


def test_who_chose_a_scholarship_and_gets_none_is_asked_who_pays(intake: Intake) -> None:
    asks = "You chose a scholarship: write to Tobias Farrant and say who pays instead, npqh@larkfell.example ."
    assert asks in read(sent(intake, "11", funding_route="scholarship"))
    assert "You chose a scholarship" not in read(sent(intake, "11", funding_route="self"))


def test_a_review_is_told_as_one(intake: Intake) -> None:
    words = read(sent(intake, **IN_REVIEW))
    assert "DfE decides itself whether it funds your place. DfE looks at employment in a hospital school" in words


def test_who_is_declined_reads_no_more_of_it(intake: Intake) -> None:
    application = sent(intake)
    Application.objects.update(state=S.DECLINED, decided_at=clock.now())
    assert "DfE can fund your place" not in read(application)


# --- Staff


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def act(name: str, application: Application) -> str:
    return reverse(f"admin:applications_application_{name}", args=[application.pk])


def test_a_lead_marks_funding_through_a_page_that_says_what_was_found(intake: Intake, lead: User) -> None:
    application, reader = sent(intake, **IN_REVIEW), Reader(lead)
    reader.open(act("mark_funding", application))
    assert "DfE has to review it. DfE looks at employment in a hospital school itself" in reader.text
    reader.send()
    assert set(reader.page.context["form"].errors) == {"eligible", "reason"}
    reader.send(eligible="yes", reason="Their email of 3 December.")
    assert "Found eligible on review. The letter to Ines Tarbeck is on its way." in reader.text
    assert Application.objects.get().funding_status == "marked_funded_by_policy"


def test_a_refusal_stands_on_the_page(intake: Intake, lead: User) -> None:
    application = sent(intake)
    Application.objects.update(state=S.ACCEPTED, decided_at=clock.now(), funded_place=True)
    reader = Reader(lead).open(act("mark_funding", application)).send(eligible="no", reason="By letter.")
    assert "Use “Take the funded place away” on its page first" in reader.text
    assert Application.objects.get().eligible_for_funding is True


def test_a_lead_decides_support_that_was_asked_for(intake: Intake, lead: User) -> None:
    application, client = sent(intake, wants_one_to_one=True), client_of(lead)
    form = client.get(act("decide_support", application)).context["form"]
    assert [value for value, _ in form.fields["strand"].choices] == ["one_to_one"]
    client.post(
        act("decide_support", application),
        {"strand": "one_to_one", "is_granted": "yes", "reason": "Half its pupils."},
    )
    newest = StrandDecision.objects.latest("pk")
    assert (newest.is_granted, newest.reason, newest.by) == (True, "by_hand", lead)


def test_acts_are_offered_only_where_there_is_something_to_do(intake: Intake, lead: User) -> None:
    def offered(application: Application) -> set[str]:
        page = reverse("admin:applications_application_change", args=[application.pk])
        acts = {one.name for one in client_of(lead).get(page).context["acts"]}
        return acts & {"mark_funding", "decide_support"}

    assert offered(sent(intake, wants_one_to_one=True)) == {"mark_funding", "decide_support"}
    application = sent(intake)
    assert offered(application) == {"mark_funding"}
    Application.objects.filter(pk=application.pk).update(state=S.WITHDRAWN)
    assert offered(application) == set()


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.ADMINISTRATOR, Role.FINANCE])
@pytest.mark.parametrize("name", ["mark_funding", "decide_support"])
def test_nobody_else_may(intake: Intake, role: Role, name: str) -> None:
    application = sent(intake, wants_one_to_one=True)
    response = client_of(a_person(role)).post(act(name, application), {"eligible": "yes", "reason": "Me."})
    assert response.status_code == 403
    assert FundingDecision.objects.count() == 1


def test_the_start_page_tells_what_waits_and_leads_to_just_these(intake: Intake, lead: User) -> None:
    in_review, changed, _ = sent(intake, **IN_REVIEW), sent(intake, "34"), sent(intake, "35")
    FundingDecision.objects.create(
        application=changed, eligible="no", status="ineligible_establishment_type", lists_of=clock.today(),
        occasion="daily", facts=changed.funding_decisions.get().facts | {"establishment_type_code": "11"},
        at=clock.now() + timedelta(days=1),
    )  # fmt: skip
    client = client_of(lead)
    work = {line.label: line for line in client.get(reverse("admin:index")).context["work"]}
    for label, application in (
        ("Funding that DfE has to review", in_review),
        ("Funding changed since it was sent", changed),
    ):
        assert work[label].count == 1
        assert list(client.get(work[label].address).context["cl"].result_list) == [application]
