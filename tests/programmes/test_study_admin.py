"""Leads of the whole provider write, preview, publish, order and retire the pages of modules."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from npqh_portal.people.roles import Role
from npqh_portal.programmes.actions import draft_page, publish_text
from npqh_portal.programmes.kinds import ItemKind
from npqh_portal.programmes.models import Item, StudyPage, StudyRevision
from npqh_portal.programmes.states import VersionState
from tests.factories import a_partner, a_person, a_study_page, a_version, an_item, published
from tests.programmes.pages import seen_on
from tests.web.pictures import a_png

pytestmark = pytest.mark.django_db

PREFIX = "admin:programmes_studypage"


@pytest.fixture
def module() -> Item:
    version = a_version(state=VersionState.DRAFT)
    module = an_item(version, kind=ItemKind.MODULE, code="change-1", title="Leading change", minutes=60)
    an_item(version, kind=ItemKind.MODULE, code="change-2", title="More change", minutes=60)
    published(version)
    return module


@pytest.fixture
def visitor() -> Client:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD))
    return client


def address_of(page: StudyPage, act: str = "change") -> str:
    return reverse(f"{PREFIX}_{act}", args=[page.pk])


def read(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def act(client: Client, page: StudyPage, name: str, **fields: Any) -> str:
    address = address_of(page, name)
    return client.post(address, {"seen": seen_on(client, address)} | fields, follow=True).content.decode()


def test_a_page_is_begun_previewed_kept_and_published(visitor: Client, module: Item) -> None:
    begin = reverse(f"{PREFIX}_begin")
    fields = {
        "module": f"{module.version.programme_id} change-1", "title": "Why", "minutes": "20",
        "body": "## Because\n\n![Dusk](file:dusk.png)",
    }  # fmt: skip
    shown = visitor.post(begin, fields | {"preview": "1"}).content.decode()
    assert '<h2 class="govuk-heading-m">Because</h2>' in shown
    assert not StudyPage.objects.exists()
    refused = visitor.post(begin, fields).content.decode()
    assert "dusk.png is no file of this kind beside the page. There are none yet" in refused
    assert "file:dusk.png)</textarea>" in refused, "what was typed is kept"
    assert "The draft is kept" in visitor.post(begin, fields | {"body": "Because."}, follow=True).content.decode()
    page = StudyPage.objects.get()
    added = act(visitor, page, "file", file=SimpleUploadedFile("Dusk.png", a_png()))
    assert "Name it in the words of the page as file:dusk.png." in added
    again = act(visitor, page, "file", file=SimpleUploadedFile("Dusk.png", a_png()))
    assert "stands beside the page already" in again
    assert "Added" not in again
    assert "The draft is kept" in act(visitor, page, "write", title="Why", minutes="25", body=fields["body"])
    assert 'alt="Dusk"' in read(visitor, address_of(page, "publish"))
    assert "Published." in act(visitor, page, "publish")
    assert page.revisions.get().state == "published"
    assert 'alt="Dusk"' in read(visitor, address_of(page))


def test_preview_plays_videos_and_nothing_else_may(visitor: Client, module: Item) -> None:
    page = a_study_page(module, body="https://vimeo.com/123456")
    answer = visitor.get(address_of(page, "preview"))
    assert "frame-src https://www.youtube-nocookie.com https://player.vimeo.com" in answer["Content-Security-Policy"]
    assert "<iframe" in answer.content.decode()
    change = visitor.get(address_of(page))
    assert "frame-src" not in change["Content-Security-Policy"]
    assert "<iframe" not in change.content.decode()


def test_a_draft_is_compared_with_what_is_published(visitor: Client, module: Item) -> None:
    page = a_study_page(module, body="First.\n\nSecond.", minutes=10)
    assert "There is only one revision" in read(visitor, address_of(page, "compare"))
    draft_page(page, title=page.title, minutes=15, body="First.\n\nThird.", by=None)
    shown = read(visitor, address_of(page, "compare"))
    assert '<del class="npqh-words-gone"><span class="govuk-visually-hidden">Gone: </span>Second.</del>' in shown
    assert '<ins class="npqh-words-new"><span class="govuk-visually-hidden">New: </span>Third.</ins>' in shown
    assert "Minutes: <del>10</del> is now <ins>15</ins>" in shown
    assert "Title:" not in shown


def test_discarding_the_first_draft_leads_back_to_the_list(visitor: Client, module: Item) -> None:
    page = a_study_page(module)
    draft_page(page, title=page.title, minutes=15, body="Otherwise.", by=None)
    assert "The page says what it said." in act(visitor, page, "discard")
    fields = {"title": "More", "minutes": "5", "body": "More."}
    act(visitor, page, "after", **fields)
    begun = StudyPage.objects.get(title="More")
    assert begun.place == 2
    assert "nobody had seen it" in act(visitor, begun, "discard")
    assert not StudyPage.objects.filter(pk=begun.pk).exists()


def test_pages_are_moved_retired_and_taken_back(visitor: Client, module: Item) -> None:
    first, second = a_study_page(module), a_study_page(module)
    assert "It stands there now" in act(visitor, second, "move", after="first")
    assert [page.pk for page in StudyPage.objects.all()] == [second.pk, first.pk]
    assert "It is shown no more" in act(visitor, first, "retire")
    assert "Retired on" in read(visitor, reverse(f"{PREFIX}_changelist"))
    assert "It is shown again" in act(visitor, first, "take_back")


def test_old_words_can_be_restored(visitor: Client, module: Item) -> None:
    page = a_study_page(module, body="First.")
    publish_text(draft_page(page, title=page.title, minutes=15, body="Otherwise.", by=None), by=None)
    old = page.revisions.get(number=1)
    assert "Revision 1 is the draft now, as revision 3." in act(visitor, page, "restore", revision=str(old.pk))


def test_modules_are_listed_with_those_that_have_no_pages_and_those_whose_minutes_differ(
    visitor: Client, module: Item
) -> None:
    a_study_page(module, minutes=50)
    shown = read(visitor, reverse(f"{PREFIX}_modules"))
    assert shown.count("No pages yet") == 1
    assert shown.count("The minutes differ") == 1
    page = StudyPage.objects.get()
    assert "Its pages take 50 minutes together, but the course counts 1 hour for it" in read(visitor, address_of(page))
    a_study_page(module, minutes=10)
    assert "The minutes differ" not in read(visitor, reverse(f"{PREFIX}_modules"))
    assert "as much as the course counts for it" in read(visitor, address_of(page))


@pytest.mark.parametrize(
    ("state", "shown"), [("draft", ["B", "C"]), ("shown", ["A", "B"]), ("unseen", ["C"]), ("retired", ["D"])]
)
def test_the_list_can_be_narrowed_by_state(visitor: Client, module: Item, state: str, shown: list[str]) -> None:
    a_study_page(module, title="A")
    draft_page(a_study_page(module, title="B"), title="B", minutes=9, body="Otherwise.", by=None)
    visitor.post(
        reverse(f"{PREFIX}_begin"),
        {"module": f"{module.version.programme_id} change-1", "title": "C", "minutes": "9", "body": "Soon."},
    )
    act(visitor, a_study_page(module, title="D"), "retire")
    page = read(visitor, reverse(f"{PREFIX}_changelist") + f"?state={state}")
    assert [title for title in "ABCD" if f'/change/?_changelist_filters=state%3D{state}">{title}</a>' in page] == shown


def test_drafts_wait_on_the_start_page(visitor: Client, module: Item) -> None:
    assert "Pages of modules not yet published" not in read(visitor, reverse("admin:index"))
    draft_page(a_study_page(module), title="Page 1", minutes=9, body="Otherwise.", by=None)
    assert "Pages of modules not yet published" in read(visitor, reverse("admin:index"))


def test_a_partners_lead_reads_and_does_not_write(module: Item) -> None:
    client = Client()
    client.force_login(a_person(Role.PROGRAMME_LEAD, organisation=a_partner()))
    page = a_study_page(module)
    draft_page(page, title="Page 1", minutes=9, body="Otherwise.", by=None)
    assert "Discard the draft" not in read(client, address_of(page))
    for name in ("write", "publish", "discard", "restore", "file", "after", "move", "retire", "take_back"):
        assert client.post(address_of(page, name)).status_code == 403
    assert StudyRevision.objects.filter(state="draft").count() == 1
