"""The queue as it is worked: narrowed down, searched, and decided on in one go."""

import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from applications.actions import add_note, ask_applicant, assign, change_endorser, decide, withdraw_application
from applications.admin.queue import with_question
from applications.errors import NotEndorsed
from applications.models import Application, Decision, Endorsement, InformationRequest
from applications.queries.endorsements import with_endorsement
from applications.queries.exports import table_of
from applications.queries.queue import lines_of
from applications.queries.review import endorsement_in_words
from applications.states import ApplicationState
from npqh_portal import clock
from npqh_portal.audit.models import Entry
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.people.models import RoleGrant, User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.models import Intake
from tests.factories import a_partner, a_person, a_school, a_version, an_application, an_intake

from .places import applied, without_endorsement
from .reader import Reader

pytestmark = pytest.mark.django_db

QUEUE = "admin:applications_application_changelist"
S = ApplicationState


@pytest.fixture
def intake() -> Intake:
    return an_intake(a_version(), capacity=2, funded_capacity=1)


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD)


def page(person: User, query: str = "") -> Any:
    client = Client()
    client.force_login(person)
    return client.get(reverse(QUEUE) + query)


def cells(answer: Any, column: str) -> list[str]:
    return re.findall(f'<td class="field-{column}"[^>]*>(.*?)</td>', answer.content.decode())


def shown(person: User, query: str = "") -> list[Application]:
    return list(page(person, query).context["cl"].result_list)


# --- narrowing down ------------------------------------------------------------------------------


def test_bare_it_holds_what_waits_for_a_decision_and_its_links_say_so(intake: Intake, lead: User) -> None:
    waits = an_application(a_person(), intake)
    an_application(a_person(), intake, state=S.ACCEPTED)
    assert shown(lead) == [waits]
    assert "?assigned=me&amp;state__exact=submitted" in page(lead).content.decode()
    assert 'name="state__exact"' not in page(lead).content.decode()


def test_a_search_from_the_bare_queue_looks_everywhere(intake: Intake, lead: User) -> None:
    accepted = an_application(a_person(), intake, state=S.ACCEPTED, full_name="Ines Caldbeck", school_name="Marlowick")
    an_application(a_person(), intake, full_name="Ines Brack")
    assert shown(lead, "?q=caldbeck+ines+marlow") == [accepted]
    assert shown(lead, "?state__exact=submitted&q=caldbeck") == []


def test_it_is_narrowed_by_state(intake: Intake, lead: User) -> None:
    by_state = {
        state: an_application(a_person(), intake, state=state, submitted_at=clock.now() - timedelta(days=number))
        for number, state in enumerate(reversed([state for state in S if state != S.DRAFT]))
    }
    for state, application in by_state.items():
        assert shown(lead, f"?state__exact={state.value}") == [application]
    undecided = {by_state[state] for state in (S.SUBMITTED, S.WAITLISTED, S.OFFERED)}
    assert set(shown(lead, "?state__exact=undecided")) == undecided
    assert set(shown(lead, "?state__exact=all")) == set(by_state.values())


def test_it_is_narrowed_by_whom_it_is_assigned_to(intake: Intake, lead: User) -> None:
    mine, theirs, nobodys = (an_application(a_person(), intake) for _ in range(3))
    assign(mine, to=lead, by=lead)
    assign(theirs, to=a_person(Role.REVIEWER), by=lead)
    assert [shown(lead, f"?assigned={who}") for who in ("me", "others", "nobody")] == [[mine], [theirs], [nobodys]]


@pytest.mark.parametrize(
    ("days", "band"), [(0, "week"), (6, "week"), (7, "fortnight"), (13, "fortnight"), (14, "month"), (27, "month"),
                       (28, "longer"), (400, "longer")]
)  # fmt: skip
def test_it_is_narrowed_by_the_london_days_since_it_was_sent(intake: Intake, lead: User, days: int, band: str) -> None:
    day = clock.today() - timedelta(days=days)
    first = an_application(a_person(), intake, submitted_at=clock.start_of_day(day))
    last = an_application(
        a_person(), intake, submitted_at=clock.start_of_day(day + timedelta(days=1)) - timedelta(seconds=1)
    )
    found = {one: shown(lead, f"?sent={one}") for one in ("week", "fortnight", "month", "longer")}
    assert found == {one: [] for one in found} | {band: [first, last]}


@pytest.mark.parametrize(
    ("fields", "choice"),
    [
        ({"funding_status": "funded", "eligible_for_funding": True}, "eligible"),
        ({"funding_status": "subject_to_review", "eligible_for_funding": False}, "review"),
        ({"funding_status": "not_in_england", "eligible_for_funding": False}, "not"),
        ({}, "unknown"),
        ({"funding_status": "school_sought"}, "unknown"),
    ],
)
def test_it_is_narrowed_by_funding(intake: Intake, lead: User, fields: dict[str, Any], choice: str) -> None:
    application = an_application(a_person(), intake, **fields)
    found = {one: shown(lead, f"?funding={one}") for one in ("eligible", "review", "not", "unknown", "funded")}
    assert found == {one: [] for one in found} | {choice: [application]}


def test_a_funded_place_that_was_given_up_is_held_by_nobody(intake: Intake, lead: User) -> None:
    held, given_up = applied(intake, scholar=True), applied(intake, scholar=True)
    decide(held, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    Intake.objects.update(funded_capacity=2)
    decide(given_up, verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    withdraw_application(given_up, by=lead)
    assert shown(lead, "?funding=funded") == [held]
    assert cells(page(lead, "?state__exact=withdrawn"), "funding") == ["Eligible"]
    record = Reader(lead).open(reverse("admin:applications_application_change", args=[given_up.pk])).text
    assert "Funded place Until it was withdrawn" in record


def test_it_is_narrowed_by_questions_and_says_what_is_overdue(intake: Intake, lead: User) -> None:
    late, in_time, answered, _ = (an_application(a_person(), intake) for _ in range(4))
    for application in (late, in_time, answered):
        ask_applicant(application, question="When?", reply_by=clock.today(), by=lead)
    InformationRequest.objects.filter(application=late).update(reply_by=clock.today() - timedelta(days=1))
    InformationRequest.objects.filter(application=answered).update(answer="In May.", answered_at=clock.now())
    assert shown(lead, "?question=open") == [late, in_time]
    assert shown(lead, "?question=overdue") == [late]
    assert shown(lead, "?question=answered") == [answered]
    text = page(lead).content.decode()
    assert text.count("answer overdue<") == 1
    assert text.count("asked until") == 1


def test_it_is_narrowed_by_the_support_wanted(intake: Intake, lead: User) -> None:
    new = an_application(a_person(), intake, wants_new_head_support=True)
    both = an_application(a_person(), intake, wants_new_head_support=True, wants_one_to_one=True)
    none = an_application(a_person(), intake, wants_one_to_one=False)
    assert shown(lead, "?support=new_heads") == [new, both]
    assert shown(lead, "?support=one_to_one") == [both]
    assert shown(lead, "?support=none") == [none]


# --- what waits ----------------------------------------------------------------------------------


def test_what_is_mine_and_what_is_overdue_stands_on_the_start_page(intake: Intake, lead: User) -> None:
    mine, late = an_application(a_person(), intake), an_application(a_person(), intake)
    assign(mine, to=lead, by=lead)
    ask_applicant(late, question="When?", reply_by=clock.today(), by=lead)
    InformationRequest.objects.update(reply_by=clock.today() - timedelta(days=1))
    client = Client()
    client.force_login(lead)
    lines = {line.label: line for line in client.get(reverse("admin:index")).context["work"]}
    for label, rows in (
        ("Applications assigned to you", [mine]),
        ("Questions to applicants, answer overdue", [late]),
        ("Applications to decide", [mine, late]),
    ):
        assert lines[label].count == len(rows)
        assert list(client.get(lines[label].address).context["cl"].result_list) == rows
    assert lines["Questions to applicants, answer overdue"].late


# --- deciding, the letter read first -------------------------------------------------------------


def test_the_letter_is_read_first_and_nothing_typed_is_lost(intake: Intake, lead: User) -> None:
    sent = applied(intake)
    address = reverse("admin:applications_application_decide", args=[sent.pk])
    reader = Reader(lead).open(address).send(verdict="declined", reason="Every place is taken.", preview="1")
    assert "The letter as it would go" in reader.text
    assert not Decision.objects.exists()
    assert not Message.objects.exists()
    read = "".join(reader.text.split())
    reader.send()
    letter = Message.objects.get()
    for line in filter(None, letter.text.split("\n")):
        assert "".join(line.split()) in read
    assert Decision.objects.get().verdict == "declined"


def test_a_refusal_stands_once_on_the_page(intake: Intake, lead: User) -> None:
    sent = an_application(a_person(), intake)
    address = reverse("admin:applications_application_decide", args=[sent.pk])
    for more in ({}, {"preview": "1"}):
        reader = Reader(lead).open(address).send(verdict="accepted", **more)
        assert len(reader.errors) == 1
        assert "endorse" in reader.errors[0].lower()


def test_a_funded_place_is_asked_about_where_there_is_a_choice(intake: Intake, lead: User) -> None:
    scholar, payer = applied(intake, scholar=True), applied(intake)
    reader = Reader(lead).open(reverse("admin:applications_application_decide", args=[payer.pk]))
    assert "Does DfE fund the place?" not in reader.text
    reader.open(reverse("admin:applications_application_decide", args=[scholar.pk])).send(verdict="accepted")
    assert reader.errors == ["Choose whether DfE funds the place"]
    reader.send(verdict="accepted", funded="yes")
    scholar.refresh_from_db()
    assert (scholar.state, scholar.funded_place) == ("accepted", True)


# --- many at once --------------------------------------------------------------------------------


def ticked(reader: Reader, act: str, *applications: Application) -> Reader:
    """Tick them in the queue and press the button."""
    data = {"index": "0", "action": act, "_selected_action": [application.pk for application in applications]}
    response = reader.client.post(reverse(QUEUE) + "?state__exact=submitted", data)
    assert response.status_code == 302, response.content.decode()
    return reader.open(response["Location"])


def test_many_are_looked_at_and_then_decided(intake: Intake, lead: User) -> None:
    sent = [applied(intake, submitted_at=clock.now() - timedelta(hours=9 - n)) for n in range(3)]
    reader = ticked(Reader(lead), "decide_many", *sent)
    assert "3 applications" in reader.text
    reader.send(verdict="accepted", preview="1")
    assert "2 would be decided; 1 would be left as it is" in reader.text
    assert reader.text.count("You have a place") == 2
    assert not Decision.objects.exists()
    reader.send()
    assert Decision.objects.count() == Message.objects.count() == 2
    assert Entry.objects.filter(verb="application.accepted", actor_id=lead.pk).count() == 2
    assert "2 decided: accepted. The letters are on their way. 1 left as they were." in reader.page.content.decode()
    assert reader.address.endswith("?state__exact=submitted")


def test_what_changed_is_shown_again_and_nothing_is_decided(intake: Intake, lead: User) -> None:
    first, second = applied(intake), applied(intake)
    reader = ticked(Reader(lead), "decide_many", first, second).send(verdict="waitlisted", preview="1")
    Application.objects.filter(pk=second.pk).update(full_name="Orla Thwaite", school_name="Marlowick")
    reader.send()
    assert "something has changed since you looked" in reader.errors[0]
    assert f"Name: “{second.full_name}”, now “Orla Thwaite”." in reader.text
    assert "School: not seen, now “Marlowick”." in reader.text
    assert "1 of them is not as you saw it." in reader.text
    assert not Decision.objects.exists()
    reader.send()
    assert Decision.objects.count() == 2


@pytest.mark.parametrize(
    ("status", "eligible", "caution"),
    [
        ("school_sought", None, "Their school is still to be found"),
        ("subject_to_review", False, "DfE still reviews whether it can fund it"),
        ("ineligible_establishment_type", False, "They applied for a funded place and are not eligible"),
        ("funded", True, ""),
    ],
)
def test_what_keeps_somebody_from_a_funded_place_is_said_before_deciding(
    intake: Intake, lead: User, status: str, eligible: bool | None, caution: str
) -> None:
    """On the page of one, and beside the row of many."""
    scholar = applied(intake, scholar=True, funding_status=status, eligible_for_funding=eligible)
    payer = applied(intake, funding_status=status, eligible_for_funding=eligible)
    many = ticked(Reader(lead), "decide_many", scholar, payer).send(verdict="accepted", preview="1")
    assert many.text.count("Before you decide.") == many.text.count(caution or "Before you decide.") == bool(caution)
    for one, said in ((scholar, caution), (payer, "")):
        page = Reader(lead).open(reverse("admin:applications_application_decide", args=[one.pk]))
        assert said in page.text
        assert ("Before you decide." in page.text) is bool(said)


def test_beside_each_of_many_stands_who_looks_alike_and_whom_an_endorser_refused(intake: Intake, lead: User) -> None:
    one = applied(intake, trn="1234567", full_name="Ines Tarbeck")
    other = applied(an_intake(intake.version, name="Another"), trn="1234567", full_name="I. Tarbeck")
    plain = applied(intake, trn="7654321", full_name="Orla Thwaite")
    Endorsement.objects.create(
        application=other,
        role="headteacher",
        name="Perpetua Lowmoor",
        email="head@school.example",
        state="declined",
        shown={},
        shown_sha256="0" * 64,
        requested_at=clock.now(),
        answered_at=clock.now(),
        expires_at=clock.now() + timedelta(days=1),
        reason="Too early.",
        signed_as="Perpetua Lowmoor",
    )
    many = ticked(Reader(lead), "decide_many", one, plain).send(verdict="declined", reason="Full.", preview="1")
    assert many.text.count("Looks like the same person as") == 1
    assert f"Looks like the same person as {other.reference}, I. Tarbeck, Another" in many.text
    assert many.text.count("An endorser refused before") == 1


def test_whoever_would_be_offered_a_place_at_once_is_told_of_before(lead: User) -> None:
    """Of two who pay themselves, on one free place, the first; of nobody while the intake is full."""
    intake = an_intake(a_version(), capacity=1)
    first = applied(intake, submitted_at=clock.now() - timedelta(hours=2))
    second = applied(intake, submitted_at=clock.now() - timedelta(hours=1))
    words = "A place is free: they are offered it within minutes"
    decide_page = reverse("admin:applications_application_decide", args=[first.pk])
    assert words in Reader(lead).open(decide_page).text
    many = ticked(Reader(lead), "decide_many", first, second).send(verdict="waitlisted", preview="1")
    assert many.text.count(words) == 1
    assert "have no place" not in many.text
    decide(second, verdict=Decision.Verdict.ACCEPTED, by=lead)
    assert words not in Reader(lead).open(decide_page).text


def test_another_choice_than_the_one_looked_at_is_shown_first(intake: Intake, lead: User) -> None:
    reader = ticked(Reader(lead), "decide_many", applied(intake)).send(verdict="waitlisted", preview="1")
    reader.send(verdict="declined", reason="Every place is taken.")
    assert reader.errors
    assert "Our decision on your application" in reader.text
    assert not Decision.objects.exists()


def test_without_a_look_nothing_is_decided(intake: Intake, lead: User) -> None:
    sent = applied(intake)
    client = Reader(lead).client
    address = f"{reverse('admin:applications_application_decide_many')}?rows={sent.pk}"
    text = client.post(
        address, {"verdict": "waitlisted", "reason": "", "funded": "yes", "seen": "{nonsense"}
    ).content.decode()
    assert "Decide on 1 application" in text
    assert not Decision.objects.exists()


def test_sent_twice_it_decides_once(intake: Intake, lead: User) -> None:
    reader = ticked(Reader(lead), "decide_many", applied(intake)).send(verdict="waitlisted", preview="1")
    again = reader.page
    reader.send()
    reader.page, reader.address = again, again.request["PATH_INFO"] + "?" + again.request["QUERY_STRING"]
    reader.send()
    assert reader.errors
    assert Decision.objects.count() == Message.objects.count() == 1


def test_many_are_assigned(intake: Intake, lead: User) -> None:
    reviewer = a_person(Role.REVIEWER, full_name="Orla Thwaite")
    sent = [applied(intake) for _ in range(2)]
    ticked(Reader(lead), "assign_many", *sent).send(to=str(reviewer.pk))
    assert set(Application.objects.values_list("assigned_to", flat=True)) == {reviewer.pk}


def test_nothing_ticked_is_said(intake: Intake, lead: User) -> None:
    applied(intake)
    client = Reader(lead).client
    response = client.post(reverse(QUEUE), {"index": "0", "action": "decide_many"}, follow=True)
    assert "Tick the rows first, then say what to do with them." in response.content.decode()
    assert client.get(reverse("admin:applications_application_decide_many")).status_code == 302


def test_a_row_out_of_reach_closes_the_page_for_all(intake: Intake) -> None:
    partner = a_partner()
    theirs = applied(an_intake(intake.version, name="Theirs", delivery_partner=partner))
    ours = applied(intake)
    client = Reader(a_person(Role.PROGRAMME_LEAD, organisation=partner)).client
    address = reverse("admin:applications_application_decide_many")
    assert client.get(f"{address}?rows={theirs.pk}").status_code == 200
    assert client.get(f"{address}?rows={theirs.pk}.{ours.pk}").status_code == 404
    assert client.post(f"{address}?rows={ours.pk}", {"verdict": "waitlisted"}).status_code == 404
    assert not Decision.objects.exists()


@pytest.mark.parametrize("role", Role)
def test_who_may_decide_on_many(intake: Intake, role: Role) -> None:
    sent = applied(intake)
    client = Reader(a_person(role)).client
    address = f"{reverse('admin:applications_application_decide_many')}?rows={sent.pk}"
    assert client.get(address).status_code == (200 if role == Role.PROGRAMME_LEAD else 403)
    if role == Role.REVIEWER:
        assert 'value="decide_many"' not in client.get(reverse(QUEUE)).content.decode()
        assert 'value="assign_many"' in client.get(reverse(QUEUE)).content.decode()


def test_a_form_that_asks_for_no_endorsement_shows_none(intake: Intake, lead: User) -> None:
    an_application(a_person(), intake, form=without_endorsement(intake))
    assert "Nobody was asked</td>" not in page(lead).content.decode()


# --- how an endorsement stands -------------------------------------------------------------------


def test_an_expired_link_is_told_everywhere_by_one_word(lead: User) -> None:
    waits = an_application(a_person(), an_intake(a_version()))
    change_endorser(waits, role="headteacher", name="Piers Halloway", email="head@school.example", by=lead)
    assert "Asked, no answer yet" in page(lead).content.decode()
    Endorsement.objects.update(expires_at=clock.now())
    words = "Link expired without an answer"
    assert cells(page(lead), "endorsed") == [words]
    reader = Reader(lead).open(reverse("admin:applications_application_change", args=[waits.pk]))
    assert words in reader.text
    assert (
        words.lower() in Reader(lead).open(reverse("admin:applications_application_endorsements", args=[waits.pk])).text
    )
    [names, row] = table_of(Application.objects.all())
    assert row[names.index("endorsement")] == "expired"
    with pytest.raises(NotEndorsed, match="the link expired without an answer"):
        decide(waits, verdict=Decision.Verdict.ACCEPTED, by=lead)


# --- what bears on a decision --------------------------------------------------------------------


def decide_page(lead: User, application: Application) -> Reader:
    return Reader(lead).open(reverse("admin:applications_application_decide", args=[application.pk]))


def test_what_bears_on_a_decision_stands_on_its_page(lead: User) -> None:
    intake = an_intake(a_version(), capacity=2, funded_capacity=1)
    same = {"full_name": "Ines Caldbeck", "trn": "1234567"}
    waits, twin = (an_application(a_person(), intake, **same) for _ in range(2))
    change_endorser(waits, role="headteacher", name="Piers Halloway", email="head@school.example", by=lead)
    add_note(waits, text="Telephoned on Monday.", by=lead)
    ask_applicant(waits, question="When does your headship begin?", reply_by=clock.today(), by=lead)
    said = decide_page(lead, waits).text
    for words in (
        "2 of 2, of these 1 to be funded", "Asked, no answer yet: Piers Halloway", "Telephoned on Monday.",
        "When does your headship begin?", f"{twin.reference}, Ines Caldbeck", "the same teacher reference number",
        "Why they apply", "To accept it is not possible as it stands. This application is not endorsed.",
    ):  # fmt: skip
        assert words in said
    assert "Why you apply" not in said
    assert said.count("is not possible as it stands") == 1


def test_where_nothing_stands_in_the_way_nothing_is_said_of_it(intake: Intake, lead: User) -> None:
    reader = decide_page(lead, applied(intake, scholar=True))
    assert "is not possible as it stands" not in reader.text
    assert "Does DfE fund the place?" in reader.text
    assert "Does DfE fund the place? (optional)" not in reader.text
    assert "Before you decide." not in reader.text


def test_a_school_still_to_be_found_is_said_in_the_queue_and_before_it_is_decided(intake: Intake, lead: User) -> None:
    sought = {"funding_status": "school_sought", "eligible_for_funding": None, "funding_route": "scholarship"}
    application = applied(intake, **sought)
    assert "Cannot say yet: school to find" in page(lead).content.decode()
    reader = decide_page(lead, application)
    assert "Before you decide. Their school is still to be found" in reader.text
    assert "is not possible as it stands" not in reader.text


def test_a_funded_place_that_is_not_left_is_said_before_it_is_chosen(intake: Intake, lead: User) -> None:
    decide(applied(intake, scholar=True), verdict=Decision.Verdict.ACCEPTED, funded=True, by=lead)
    reader = decide_page(lead, applied(intake, scholar=True))
    assert f"Every funded place of {intake.name} is taken or offered." in reader.text


def test_enter_in_a_field_looks_at_the_letter_and_decides_nothing(intake: Intake, lead: User) -> None:
    """A browser presses the first button of a form."""
    page = decide_page(lead, applied(intake)).page.content.decode()
    buttons = re.findall(r'<button type="submit"([^>]*)>', page.partition('class="npqh-sheet" method="post"')[2])
    assert ['name="preview"' in button for button in buttons] == [True, False]


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.PROGRAMME_LEAD])
@pytest.mark.parametrize(
    "query", ["needs_adjustments__exact=1", "adjustments__icontains=hearing", "person__email__icontains=a"]
)
def test_nobody_filters_by_what_no_filter_offers(intake: Intake, role: Role, query: str) -> None:
    """Whatever a page keeps from somebody, an address would tell them, question by question."""
    an_application(a_person(), intake, needs_adjustments=True, adjustments="A hearing loop.")
    client = Client()
    client.force_login(a_person(role))
    for name in (QUEUE, "admin:applications_application_export"):
        assert client.get(f"{reverse(name)}?{query}").status_code == 400


# --- what people type ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed", ["N358-M72M", "n358m72m", "N358 M72M", "o'donnell", "O’Donnell", "saint osyths", "st osyth's"]
)
def test_a_search_forgives_how_it_is_typed(intake: Intake, lead: User, typed: str) -> None:
    a_school(urn="900777", name="St Osyth’s Catholic Primary School")
    names = {
        "full_name": "Nuala O’Donnell",
        "school_urn": "900777",
        "school_name": "St Osyth’s Catholic Primary School",
    }
    sought = an_application(a_person(), intake, reference="N358-M72M", **names)
    an_application(a_person(), intake)
    assert shown(lead, f"?{urlencode({'q': typed})}") == [sought]


@pytest.mark.parametrize("typed", ["zoe", "demo", "Zoë Dëmo", "DEMO zoe", "zoë demo-10", "arhus", "ÅRHUS"])
def test_a_search_forgives_accents(intake: Intake, lead: User, typed: str) -> None:
    sought = an_application(a_person(), intake, full_name="Zoë Dëmo-1000", school_name="Århus Primary School")
    an_application(a_person(), intake)
    assert shown(lead, f"?{urlencode({'q': typed})}") == [sought]


@pytest.mark.parametrize(
    ("query", "title"),
    [
        ("state__exact=rubbish", "state"),
        ("intake__id__exact=0", "intake"),
        ("assigned=rubbish", "assigned"),
        ("funding=rubbish", "funding"),
        ("endorsement=expired", "endorsement"),
        ("question=rubbish", "question"),
        ("sent=rubbish", "sent"),
        ("support=rubbish", "support wanted"),
        ("headship__exact=rubbish", "headship"),
    ],
)
def test_a_choice_that_is_not_offered_lists_nothing_and_the_page_says_so(
    intake: Intake, lead: User, query: str, title: str
) -> None:
    an_application(a_person(), intake)
    an_application(a_person(), an_intake(a_version()))
    answer = page(lead, f"?{query}")
    assert list(answer.context["cl"].result_list) == []
    assert f"Nothing is listed: under “By {title}” there is no such choice." in answer.content.decode()


def test_a_list_that_became_shorter_shows_its_first_page(intake: Intake, lead: User) -> None:
    waits = an_application(a_person(), intake)
    assert shown(lead, "?state__exact=submitted&p=2") == [waits]
    assert shown(lead, "?state__exact=submitted&p=-1") == [waits]
    assert shown(lead, "?state__exact=declined&p=2") == []


def test_page_by_page_and_all_at_once(intake: Intake, lead: User) -> None:
    sent = [
        an_application(a_person(), intake, submitted_at=clock.now() - timedelta(hours=number)) for number in range(27)
    ]
    oldest_first = sent[::-1]
    assert shown(lead) == oldest_first[:25]
    assert shown(lead, "?state__exact=submitted&p=2") == oldest_first[25:]
    assert shown(lead, "?state__exact=submitted&all=") == oldest_first
    assert [page(lead, query).context["cl"].result_count for query in ("", "?p=2&q=School")] == [27, 27]


def test_a_line_tells_what_the_record_tells(intake: Intake, lead: User) -> None:
    """The statement of the lines is written by hand: it agrees with the words that everything else is read by."""
    signed = {"answered_at": clock.now(), "signed_as": "Piers Halloway"}
    answered = [signed | {"state": state} for state in ("declined", "agreed")]
    unanswered = [{"state": state} for state in ("waiting", "waived", "replaced")]
    for fields in ({"expires_at": clock.now()}, *answered, *unanswered):
        asked = an_application(a_person(), intake, assigned_to=lead)
        change_endorser(asked, role="headteacher", name="Piers Halloway", email="head@school.example", by=lead)
        Endorsement.objects.filter(application=asked).update(**fields)
    ask_applicant(asked, question="When?", reply_by=clock.today() + timedelta(days=3), by=lead)
    Application.objects.filter(pk=asked.pk).update(assigned_to=None)
    an_application(a_person(), intake)
    by_orm = with_question(with_endorsement(Application.objects.select_related("form", "intake", "assigned_to")))
    lines = lines_of([one.pk for one in by_orm], among=Application.objects.none())
    assert [one for one, _ in lines] == list(by_orm)
    assert [(line.endorsement, line.asked_until, line.intake, line.reviewer) for _, line in lines] == [
        (endorsement_in_words(one), one.asked_until, one.intake.name, str(one.assigned_to or "")) for one in by_orm
    ]


def test_a_choice_of_ones_own_is_no_change_by_somebody_else(intake: Intake, lead: User) -> None:
    application = applied(intake)
    reader = ticked(Reader(lead), "decide_many", application).send(verdict="accepted", preview="1")
    reader.send(verdict="waitlisted", preview="1")
    assert "Changed." not in reader.text
    assert "not as you saw" not in reader.text
    Application.objects.filter(pk=application.pk).update(full_name="Ines Caldbeck-Holme")
    assert "Changed. Name:" in reader.send(verdict="declined", reason="Places.", preview="1").text


# --- turn ----------------------------------------------------------------------------------------


def test_whoever_waits_is_listed_with_their_turn_at_their_intake(intake: Intake, lead: User) -> None:
    other = an_intake(a_version(), capacity=1)
    waits = {"state": S.WAITLISTED, "decided_at": clock.now()}
    for days, where in ((2, intake), (3, intake), (1, other), (1, intake)):
        an_application(a_person(), where, waitlisted_at=clock.now() - timedelta(days=days), **waits)
    an_application(a_person(), intake)
    text = page(lead, "?state__exact=undecided").content.decode()
    assert re.findall(", ([0-9a-z]+ of [0-9]+)<", text) == ["2nd of 3", "1st of 3", "1st of 1", "3rd of 3"]


def test_the_waiting_list_is_in_the_order_of_turns_unless_it_is_sorted(intake: Intake, lead: User) -> None:
    other = an_intake(a_version(), name="Before")
    waits = {"state": S.WAITLISTED, "decided_at": clock.now()}
    second, first, elsewhere = (
        an_application(a_person(full_name=name), where, waitlisted_at=clock.now() - timedelta(days=days),
                       full_name=name, **waits)
        for name, days, where in (("Ada", 1, intake), ("Bran", 2, intake), ("Cleo", 0, other))
    )  # fmt: skip
    Intake.objects.filter(pk=intake.pk).update(name="Later")
    assert shown(lead, "?state__exact=waitlisted") == [elsewhere, first, second]
    assert shown(lead, "?state__exact=waitlisted&o=2") == [second, first, elsewhere]


def test_turns_are_told_in_as_many_statements_for_three_as_for_one(
    intake: Intake, lead: User, django_assert_max_num_queries: Any
) -> None:
    for number in range(3):
        since = clock.now() - timedelta(days=number)
        an_application(a_person(), an_intake(a_version()), state=S.WAITLISTED, decided_at=since, waitlisted_at=since)
    client = Client()
    client.force_login(lead)
    address = reverse(QUEUE) + "?state__exact=waitlisted"
    client.get(address)
    with django_assert_max_num_queries(8):
        client.get(address)


def test_a_partners_lead_is_led_to_no_letters_of_who_holds_no_role_there_yet(intake: Intake) -> None:
    partner = a_partner()
    theirs = applied(an_intake(intake.version, name="Theirs", delivery_partner=partner))
    letter = queue_message("already-known", to=theirs.person, key="letter", about=theirs)
    assert letter
    client = Reader(a_person(Role.PROGRAMME_LEAD, organisation=partner)).client
    record = reverse("admin:applications_application_change", args=[theirs.pk])
    message = reverse("admin:notifications_message_change", args=[letter.pk])
    assert message not in client.get(record).content.decode()
    assert client.get(message).status_code == 404
    RoleGrant.objects.create(person=theirs.person, role=Role.PARTICIPANT, organisation=partner, starts_on=clock.today())
    assert message in client.get(record).content.decode()
    assert client.get(message).status_code == 200
