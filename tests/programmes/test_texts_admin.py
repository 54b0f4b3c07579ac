"""Leads of the whole provider write, read, publish, discard and restore what a programme's page says."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import draft_text, publish_text
from npqh_portal.programmes.kinds import PageSection
from npqh_portal.programmes.models import PageRevision, PageText, Programme
from tests.factories import a_partner, a_person, a_version
from tests.programmes.pages import seen_on

pytestmark = pytest.mark.django_db

LIST = "admin:programmes_pagetext_changelist"


@pytest.fixture
def programme() -> Programme:
    return a_version().programme


@pytest.fixture
def lead() -> User:
    return a_person(Role.PROGRAMME_LEAD, full_name="Tobias Farrant")


@pytest.fixture
def visitor(lead: User) -> Client:
    client = Client()
    client.force_login(lead)
    return client


def written(programme: Programme, body: str, section: PageSection = PageSection.AUDIENCE) -> PageRevision:
    return draft_text(programme, section=section, body=body, by=None)


def said(programme: Programme, body: str, section: PageSection = PageSection.AUDIENCE) -> PageText:
    return publish_text(written(programme, body, section), by=None).text


def read(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def act(client: Client, text: PageText, name: str, **fields: Any) -> str:
    address = reverse(f"admin:programmes_pagetext_{name}", args=[text.pk])
    return client.post(address, {"seen": seen_on(client, address)} | fields, follow=True).content.decode()


def its_page(text: PageText) -> str:
    return reverse("admin:programmes_pagetext_change", args=[text.pk])


def test_list_stands_in_the_order_of_the_page_and_says_the_state(
    visitor: Client, programme: Programme, time_machine: object
) -> None:
    time_machine.move_to("2026-11-23 09:00:00Z", tick=False)  # type: ignore[attr-defined]
    said(programme, "Ask us.", PageSection.CONTACT)
    written(programme, "For heads.", PageSection.AUDIENCE)
    page = read(visitor, reverse(LIST))
    assert page.index("Who it is for</a>") < page.index("Ask us</a>")
    assert page.count("Waits since 23 Nov 2026") == 1
    assert page.count("Published on 23 Nov 2026") == 1
    assert page.count("Not on the page</td>") == 1


@pytest.mark.parametrize(
    ("state", "shown"),
    [("draft", ["audience"]), ("published", ["contact"]), ("empty", ["audience", "cost"])],
)
def test_list_can_be_narrowed_by_state(visitor: Client, programme: Programme, state: str, shown: list[str]) -> None:
    said(programme, "Ask us.", PageSection.CONTACT)
    written(programme, "For heads.", PageSection.AUDIENCE)
    said(programme, "Free.", PageSection.COST)
    said(programme, "", PageSection.COST)
    answer = visitor.get(reverse(LIST), {"state": state})
    assert [text.section for text in answer.context["cl"].result_list] == shown


def test_page_shows_what_is_said_the_draft_and_every_revision(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For **{months}** months.")
    written(programme, "For *heads*.")
    page = read(visitor, its_page(text))
    assert "For <strong>21</strong> months." in page
    assert page.count("For <em>heads</em>.") == 2
    assert "For <strong>{months}</strong> months." in page
    assert page.index("Revision 2, draft of") < page.index("Revision 1, published")
    assert reverse("home:programme_preview", args=[programme.code]) in page


def test_writing_starts_from_what_it_says_and_explains_the_figures(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For heads.")
    page = read(visitor, reverse("admin:programmes_pagetext_write", args=[text.pk]))
    assert "For heads.</textarea>" in page
    assert "<code>{months}</code>" in page
    assert '<td role="cell" data-label="Shows now">21</td>' in page
    assert '<td role="cell" data-label="Shows now">counted on the page</td>' in page


def test_written_words_wait_as_a_draft(visitor: Client, programme: Programme, lead: User) -> None:
    text = said(programme, "For heads.")
    assert "The page changes when you publish it." in act(visitor, text, "write", body="For heads of school.")
    draft = text.revisions.get(number=2)
    assert (draft.state, draft.body, draft.written_by) == ("draft", "For heads of school.", lead)
    assert "Page texts not yet published" in read(visitor, reverse("admin:index"))


def test_refusals_keep_what_was_typed(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For heads.")
    page = act(visitor, text, "write", body="For {zeal}.")
    assert "{zeal} is no figure of the programme. The figures are {months}," in page
    assert "For {zeal}.</textarea>" in page
    assert "says exactly this already" in act(visitor, text, "write", body="For heads.")
    assert PageRevision.objects.count() == 1


def test_publishing_shows_the_draft_first(visitor: Client, programme: Programme) -> None:
    text = written(programme, "For *{months}* months.").text
    assert "For <em>21</em> months." in read(visitor, reverse("admin:programmes_pagetext_publish", args=[text.pk]))
    assert "Published. The page says it from now on." in act(visitor, text, "publish")
    assert "It is published already." in act(visitor, text, "publish")
    assert text.revisions.get().state == "published"
    assert "Page texts not yet published" not in read(visitor, reverse("admin:index"))


def test_discarding_leaves_what_was_said(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For heads.")
    written(programme, "For others.")
    assert "The draft is gone." in act(visitor, text, "discard")
    assert "The draft is gone." in act(visitor, text, "discard")
    assert text.revisions.get().body == "For heads."


def test_old_words_can_be_restored(visitor: Client, programme: Programme) -> None:
    said(programme, "For heads.")
    text = said(programme, "For others.")
    old, now = text.revisions.get(number=1), text.revisions.get(number=2)
    page = read(visitor, reverse("admin:programmes_pagetext_restore", args=[text.pk]))
    assert "Revision 1, published" in page
    assert "Revision 2, published" not in page
    assert "Choose a revision" in act(visitor, text, "restore")
    assert "What you chose under “Revision” is no longer to be had." in act(visitor, text, "restore", revision=now.pk)
    assert "Revision 1 is the draft now, as revision 3." in act(visitor, text, "restore", revision=old.pk)
    assert text.revisions.get(state="draft").body == "For heads."


def test_a_section_without_words_can_be_begun(visitor: Client, programme: Programme) -> None:
    said(programme, "For heads.")
    address = reverse("admin:programmes_pagetext_begin")
    page = read(visitor, address)
    assert f'value="{programme.pk} audience"' not in page
    fields = {"section": f"{programme.pk} cost", "body": "Free."}
    assert "The draft of NPQ in Headship: Cost and funding is kept." in (
        visitor.post(address, fields, follow=True).content.decode()
    )
    assert PageText.objects.get(section="cost").revisions.get().body == "Free."
    assert "Choose a section" in visitor.post(address, {"body": "Free."}).content.decode()


def test_a_partners_lead_reads_and_does_not_write(programme: Programme) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    text = written(programme, "For heads.").text
    assert "Discard the draft" not in read(client, its_page(text))
    assert "Page texts not yet published" not in read(client, reverse("admin:index"))
    for name in ("write", "publish", "discard", "restore"):
        assert client.post(reverse(f"admin:programmes_pagetext_{name}", args=[text.pk])).status_code == 403
    assert text.revisions.get().state == "draft"


def test_every_act_stands_in_the_trail(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For heads.")
    act(visitor, text, "write", body="For others.")
    page = read(visitor, reverse("admin:programmes_pagetext_history", args=[text.pk]))
    assert page.count("Draft of a text written") == 2
    assert page.count("Text published") == 1


@pytest.mark.parametrize("name", ["publish", "discard"])
def test_only_the_draft_that_was_read_is_published_or_discarded(
    visitor: Client, programme: Programme, name: str
) -> None:
    text = written(programme, "For heads.").text
    address = reverse(f"admin:programmes_pagetext_{name}", args=[text.pk])
    seen = seen_on(visitor, address)
    written(programme, "For nobody.")
    refused = visitor.post(address, {"seen": seen}).content.decode()
    assert "Read what it says now, below, and decide again." in refused
    assert "For nobody." in refused
    assert text.revisions.get().state == "draft"
    # The page that refuses shows the newest draft, so its button is for that one.
    assert seen not in refused
    assert seen_on(visitor, address) in refused


@pytest.mark.parametrize("is_published", [False, True])
def test_words_written_meanwhile_are_not_overwritten(visitor: Client, programme: Programme, is_published: bool) -> None:
    text = written(programme, "For heads.").text
    address = reverse("admin:programmes_pagetext_write", args=[text.pk])
    seen = seen_on(visitor, address)
    theirs = written(programme, "For heads and deputies.")
    if is_published:
        publish_text(theirs, by=None)
    refused = visitor.post(address, {"body": "For all.", "seen": seen}).content.decode()
    assert "since you opened this page. Nothing of yours is saved" in refused
    assert "For all.</textarea>" in refused
    assert text.revisions.get().body == "For heads and deputies."


def test_a_draft_is_compared_with_what_the_page_says(visitor: Client, programme: Programme) -> None:
    text = said(programme, "For heads.\n\nFor {months} months.")
    compare = reverse("admin:programmes_pagetext_compare", args=[text.pk])
    assert "There is only one revision" in read(visitor, compare)
    written(programme, "For heads of school.\n\nFor {months} months.")
    page = read(visitor, compare)
    assert '<span class="govuk-visually-hidden">Gone: </span>For heads.</del>' in page
    assert '<span class="govuk-visually-hidden">New: </span>For heads of school.</ins>' in page
    assert "For {months} months.</p>" in page
