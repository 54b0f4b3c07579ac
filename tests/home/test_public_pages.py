"""What the public reads of programmes and their intakes, and what staff see before it is public."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from npqh_portal import clock
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import draft_text, publish_text
from npqh_portal.programmes.kinds import ItemKind, PageSection
from npqh_portal.programmes.models import EngagementPolicy, FundingSuspension, Programme, ProgrammeVersion
from npqh_portal.programmes.states import VersionState
from tests.factories import a_course, a_partner, a_person, a_version, an_intake, an_item, published
from tests.harness.test_html import complaints

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
PLAIN_PAGES = ("/help/", "/accessibility/", "/privacy/", "/cookies/")


@pytest.fixture
def version(time_machine: object) -> ProgrammeVersion:
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
    version = a_version(state=VersionState.DRAFT, summary="For people who lead schools.")
    course = a_course(version)
    an_item(version, minutes=720, course=course)
    an_item(version, minutes=3900, kind=ItemKind.MODULE, course=course)
    return published(version)


def said(programme: Programme, body: str, section: PageSection = PageSection.AUDIENCE) -> None:
    publish_text(draft_text(programme, section=section, body=body, by=None), by=None)


def page(client: Client, address: str) -> str:
    answer = client.get(address, headers={"host": "localhost"})
    assert answer.status_code == 200
    assert complaints(answer.content.decode()) == []
    return " ".join(answer.content.decode().split())


def test_first_page_answers_both_hosts_over_plain_http(client: Client, version: ProgrammeVersion) -> None:
    for host in ("localhost", "127.0.0.1"):
        assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(("address", "statements"), [("/", 2), ("/programmes/{code}/", 3)])
def test_programme_pages_take_few_statements_and_no_session(
    client: Client,
    version: ProgrammeVersion,
    django_assert_num_queries: DjangoAssertNumQueries,
    address: str,
    statements: int,
) -> None:
    for name in ("February 2026", "February 2027", "February 2028"):
        an_intake(version, name=name)
    address = address.format(code=version.programme.code)
    said(version.programme, "Taken by {past_participants}.")
    client.get(address)
    with django_assert_num_queries(statements):
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.cookies == {}


@pytest.mark.parametrize("address", PLAIN_PAGES)
def test_plain_pages_ask_nothing(
    client: Client, django_assert_num_queries: DjangoAssertNumQueries, address: str
) -> None:
    with django_assert_num_queries(0):
        answer = client.get(address)
    assert answer.status_code == 200
    assert answer.cookies == {}


def test_facts_come_from_the_version(client: Client, version: ProgrammeVersion) -> None:
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "21 months" in said
    assert "18 of learning, up to 3 for assessment" in said
    assert "77 hours" in said
    assert "over 5 terms, 12 hours of them in person" in said
    assert "90% engagement" in said
    assert "Free" in said
    assert "One courses" not in said


def test_open_intake_can_be_applied_to(client: Client, version: ProgrammeVersion) -> None:
    intake = an_intake(version, closes_at=datetime(2026, 12, 18, 17, 0, tzinfo=UTC))
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications close on Friday 18 December 2026, 5pm" in said
    assert said.count(f'href="/apply/{intake.public_id}/"') == 2
    assert "Tobias Farrant" in said


def test_closed_intake_says_when_it_reopens_and_offers_no_form(client: Client, version: ProgrammeVersion) -> None:
    an_intake(
        version,
        opens_at=NOW - timedelta(days=90),
        closes_at=NOW,
        closed_words="The form re-opens in the summer term, for a start in autumn 2027.",
    )
    an_intake(version, name="autumn 2027", opens_at=NOW + timedelta(days=147), closes_at=NOW + timedelta(days=200))
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications are closed" in said
    assert "The form re-opens in the summer term, for a start in autumn 2027." in said
    assert "opens on <strong>Monday 19 April 2027</strong>" in said
    assert "/apply/" not in said


def test_intake_closes_at_its_very_moment(client: Client, version: ProgrammeVersion, time_machine: object) -> None:
    an_intake(version, closes_at=NOW)
    time_machine.move_to(NOW - timedelta(seconds=1), tick=False)  # type: ignore[attr-defined]
    assert "/apply/" in page(client, "/")
    time_machine.move_to(NOW, tick=False)  # type: ignore[attr-defined]
    assert "/apply/" not in page(client, "/")


def test_paused_intake_is_called_so(client: Client, version: ProgrammeVersion) -> None:
    an_intake(version, is_paused=True)
    said = page(client, f"/programmes/{version.programme.code}/")
    assert "Applications are paused" in said
    assert "We have stopped taking applications for a while. Answers you have saved are kept." in said
    assert "/apply/" not in said


def test_paused_intake_says_why_in_its_own_words_with_its_dates(client: Client, version: ProgrammeVersion) -> None:
    an_intake(version, is_paused=True, closed_words="We look for another facilitator.", starts_on=date(2027, 2, 22))
    an_intake(version, name="autumn 2026", opens_at=NOW - timedelta(days=90), closes_at=NOW - timedelta(days=50))
    said = page(client, "/")
    assert "We look for another facilitator. Answers you have saved are kept." in said
    assert (
        "Applications close on Wednesday 23 December 2026, and the programme starts on Monday 22 February 2027." in said
    )
    assert "<b>autumn 2026</b> Applications closed on Sunday 4 October 2026" in said


def test_several_open_intakes_are_each_applied_to(client: Client, version: ProgrammeVersion) -> None:
    intakes = [
        an_intake(version, name="February 2027", delivery_partner=a_partner()),
        an_intake(version, name="September 2027", closes_at=NOW + timedelta(days=60)),
    ]
    read = page(client, f"/programmes/{version.programme.code}/")
    assert [read.count(f'href="/apply/{intake.public_id}/"') for intake in intakes] == [1, 1]
    assert 'href="#apply"' in read
    assert "February 2027 intake, with Fellside Partners" in read


def test_beside_an_open_intake_stand_those_paused_to_come_and_closed_last_with_dates_and_words(
    client: Client, version: ProgrammeVersion
) -> None:
    """S3, S42."""
    an_intake(version, name="spring 2027")
    an_intake(version, name="spring 2027, another partner", is_paused=True, closed_words="We look for a facilitator.")
    an_intake(version, name="autumn 2027", opens_at=NOW + timedelta(days=147), closes_at=NOW + timedelta(days=200))
    last = {"opens_at": NOW - timedelta(days=90), "closes_at": NOW - timedelta(days=50), "starts_on": date(2026, 11, 2)}
    an_intake(version, name="autumn 2026", closed_words="The form re-opens in the summer term.", **last)
    an_intake(version, name="spring 2026", opens_at=NOW - timedelta(days=290), closes_at=NOW - timedelta(days=250))
    read = page(client, f"/programmes/{version.programme.code}/")
    assert (
        "<b>spring 2027, another partner</b> Applications are paused. "
        "They close on Wednesday 23 December 2026, for a start on Sunday 21 February 2027. "
        "We look for a facilitator.</li>"
    ) in read
    assert (
        "<b>autumn 2027</b> Applications open on Monday 19 April 2027, for a start on Sunday 21 February 2027." in read
    )
    assert (
        "<b>autumn 2026</b> Applications closed on Sunday 4 October 2026, for a start on Monday 2 November 2026. "
        "The form re-opens in the summer term.</li>"
    ) in read
    assert "spring 2026" not in read


def test_an_intake_to_come_that_is_paused_promises_no_date(client: Client, version: ProgrammeVersion) -> None:
    an_intake(version, opens_at=NOW + timedelta(days=3), closes_at=NOW + timedelta(days=9), is_paused=True)
    read = page(client, "/")
    assert "Applications are closed" in read
    assert "opens on" not in read


def test_draft_is_not_public(client: Client) -> None:
    version = a_version(state=VersionState.DRAFT)
    assert client.get(f"/programmes/{version.programme.code}/").status_code == 404
    assert "No programme is offered yet" in page(client, "/")


def test_several_programmes_are_listed_the_open_one_first(client: Client, version: ProgrammeVersion) -> None:
    other = a_version()
    an_intake(other)
    read = page(client, "/")
    assert read.index(f"/programmes/{other.programme.code}/") < read.index(f"/programmes/{version.programme.code}/")


def test_an_ended_programme_is_one_modest_line_of_the_first_page(client: Client, version: ProgrammeVersion) -> None:
    ended = a_version(ended_on=date(2022, 8, 31))
    read = page(client, "/")
    assert "How the NPQ in Headship works" in read
    assert f'Earlier programmes: <a class="govuk-link" href="/programmes/{ended.programme.code}/">' in read
    assert "(until 31 August 2022)" in read


def test_with_only_ended_programmes_none_is_offered_at_present(client: Client) -> None:
    a_version(ended_on=date(2022, 8, 31))
    assert "No programme is offered at present" in page(client, "/")


@pytest.mark.parametrize(("today", "has_ended"), [(23, False), (24, True)])
def test_a_programme_ends_after_its_last_day(client: Client, time_machine: object, today: int, has_ended: bool) -> None:
    time_machine.move_to(datetime(2026, 11, today, 0, 0, tzinfo=UTC), tick=False)  # type: ignore[attr-defined]
    version = a_version(ended_on=date(2026, 11, 23))
    assert ("This programme has ended" in page(client, f"/programmes/{version.programme.code}/")) == has_ended


def test_an_ended_programme_takes_nobody_and_leads_to_the_current_one(
    client: Client, version: ProgrammeVersion
) -> None:
    ended = a_version(ended_on=date(2022, 8, 31))
    an_intake(ended)
    read = page(client, f"/programmes/{ended.programme.code}/")
    assert "It came to an end on Wednesday 31 August 2022." in read
    assert f'<a class="govuk-link" href="/programmes/{version.programme.code}/">See the NPQ in Headship</a>' in read
    assert "/apply/" not in read
    assert "How people were assessed" in read
    assert "How you are assessed" not in read


def test_a_retired_version_keeps_its_page_while_it_is_the_newest(client: Client) -> None:
    version = a_version(state=VersionState.RETIRED)
    read = page(client, f"/programmes/{version.programme.code}/")
    assert "This programme has ended" in read
    assert "It came to an end" not in read


def test_sections_stand_in_order_and_empty_ones_are_left_out(client: Client, version: ProgrammeVersion) -> None:
    said(version.programme, "Last.", PageSection.CONTACT)
    said(version.programme, "First.", PageSection.BENEFITS)
    said(version.programme, "Gone soon.", PageSection.ASSESSMENT)
    said(version.programme, "", PageSection.ASSESSMENT)
    read = page(client, f"/programmes/{version.programme.code}/")
    titles = ["What you gain", "How it works", "What you commit to", "Cost and funding", "Ask us"]
    assert [read.count(f'">{title}</h2>') for title in titles] == [1] * len(titles)
    assert [read.index(f'">{title}</h2>') for title in titles] == sorted(
        read.index(f'">{title}</h2>') for title in titles
    )
    assert "How you are assessed" not in read
    assert "Who we are" not in read


def test_words_are_drawn_with_their_figures_and_drafts_kept_back(client: Client, version: ProgrammeVersion) -> None:
    said(version.programme, "It takes *{months}* months and &amp; <script>x</script>")
    draft_text(version.programme, section=PageSection.AUDIENCE, body="Not yet.", by=None)
    read = page(client, f"/programmes/{version.programme.code}/")
    assert "It takes <em>21</em> months and &amp; &lt;script&gt;" in read
    assert "Not yet." not in read


def test_the_newest_words_count(client: Client, version: ProgrammeVersion) -> None:
    said(version.programme, "For heads.")
    said(version.programme, "For heads of school.")
    read = page(client, f"/programmes/{version.programme.code}/")
    assert "For heads of school." in read
    assert "For heads.<" not in read


def test_funding_that_is_suspended_is_said_with_its_dates(client: Client, version: ProgrammeVersion) -> None:
    """S84, S85: what is suspended now stands out; what was, is told."""
    for to_on in (None, date(2026, 11, 22), date(2026, 11, 23)):
        FundingSuspension.objects.create(
            programme=version.programme,
            source="scholarship",
            from_on=date(2026, 11, 1 if to_on is None else to_on.day - 20),
            to_on=to_on,
            words="Ask us.",
        )
    read = page(client, f"/programmes/{version.programme.code}/")
    assert "suspended from 2 November 2026 to 22 November 2026." in read
    assert "<strong>Scholarship of the Department for Education: suspended until 23 November 2026.</strong>" in read
    assert "<strong>Scholarship of the Department for Education: suspended.</strong>" in read


@pytest.fixture
def lead() -> Client:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    return client


def test_preview_shows_drafts_in_place_and_marks_them(lead: Client, version: ProgrammeVersion) -> None:
    said(version.programme, "For heads.")
    draft_text(version.programme, section=PageSection.AUDIENCE, body="For others, {months} months.", by=None)
    said(version.programme, "Ask.", PageSection.CONTACT)
    answer = lead.get(f"/programmes/{version.programme.code}/preview/")
    read = " ".join(answer.content.decode().split())
    assert "no-store" in answer["Cache-Control"]
    assert 'Who it is for <span class="npqh-tag">Draft</span></h2>' in read
    assert read.count("npqh-tag") == 1
    assert "For others, 21 months." in read
    assert "For heads." not in read
    assert f"/admin/programmes/pagetext/?programme__id__exact={version.programme.pk}" in read


def test_preview_shows_the_figures_of_a_draft_version_when_asked(lead: Client, version: ProgrammeVersion) -> None:
    draft = ProgrammeVersion.objects.create(
        programme=version.programme, label="2028", effective_from=date(2028, 1, 1),
        delivery_months=30, assessment_months=3, terms=6,
    )  # fmt: skip
    address = f"/programmes/{version.programme.code}/preview/"
    assert "21 months" in page(lead, address)
    assert "33 months" in page(lead, f"{address}?version={draft.pk}")
    assert "Figures are those of the draft version 2028." in page(lead, f"{address}?version={draft.pk}")
    assert "33 months" not in page(lead, f"/programmes/{version.programme.code}/")


def test_preview_of_a_programme_that_is_still_a_draft(lead: Client) -> None:
    version = a_version(state=VersionState.DRAFT)
    assert "21 months" in page(lead, f"/programmes/{version.programme.code}/preview/")


@pytest.mark.parametrize("query", ["?version=0", "?version=x", "?version=99999999999999999999999", "?version=-1"])
def test_preview_of_what_is_not_there(lead: Client, version: ProgrammeVersion, query: str) -> None:
    assert lead.get(f"/programmes/{version.programme.code}/preview/{query}").status_code == 404
    assert lead.get("/programmes/none/preview/").status_code == 404


def test_preview_is_for_staff(client: Client, version: ProgrammeVersion) -> None:
    assert client.get(f"/programmes/{version.programme.code}/preview/").status_code == 302
    client.force_login(a_person(Role.PARTICIPANT))
    assert client.get(f"/programmes/{version.programme.code}/preview/").status_code == 403


def test_a_new_policy_of_a_published_version_is_told_at_once(client: Client, version: ProgrammeVersion) -> None:
    address = f"/programmes/{version.programme.code}/"
    assert "90% engagement" in page(client, address)
    EngagementPolicy.objects.create(version=version, number=2, threshold_percent=85, adopted_at=clock.now())
    assert "85% engagement" in page(client, address)


def test_a_draft_that_is_edited_is_previewed_as_it_is(lead: Client) -> None:
    version = a_version(state=VersionState.DRAFT)
    address = f"/programmes/{version.programme.code}/preview/"
    assert "21 months" in page(lead, address)
    ProgrammeVersion.objects.update(delivery_months=20)
    assert "23 months" in page(lead, address)
