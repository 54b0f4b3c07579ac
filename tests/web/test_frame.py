"""What stands around every page: header, notes, error pages, the sheets, and what it costs."""

import re
from pathlib import Path

import html5lib
import pytest
from django.conf import settings as live_settings
from django.contrib.staticfiles import finders
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from npqh_portal.people.roles import Role
from npqh_portal.web import theme, views
from npqh_portal.web.doors import PUBLIC, rule_for
from npqh_portal.web.navigation import WORKSPACES, Link, current_link, workspace_at
from tests.factories import a_person

pytestmark = pytest.mark.usefixtures("small_site")


def page_parsed(html: str) -> html5lib.treebuilders.base.Node:
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)


def links_of(html: str, label: str) -> dict[str, str | None]:
    """The links of the landmark with that label, and whether each is the current one."""
    tree = page_parsed(html)
    landmarks = [e for e in tree.iter("nav") if e.get("aria-label") == label]
    return {"".join(a.itertext()): a.get("aria-current") for landmark in landmarks for a in landmark.iter("a")}


def test_a_visitor_without_a_cookie_costs_no_query_and_gets_none() -> None:
    # Without the django_db mark any query fails the test.
    response = Client().get("/help/")
    assert response.status_code == 200
    assert response.cookies == {}
    assert not response.has_header("Cache-Control")
    assert "Cookie" not in response.get("Vary", "")
    page_parsed(response.text)


@pytest.mark.django_db
def test_a_page_drawn_for_somebody_is_kept_nowhere() -> None:
    client = Client()
    client.force_login(a_person())
    assert client.get("/help/")["Cache-Control"] == "no-store"


@pytest.mark.django_db
def test_the_header_follows_the_path_and_the_role() -> None:
    client = Client()
    client.force_login(a_person(Role.PARTICIPANT))
    assert links_of(client.get("/participant/anything/").text, "Main") == {
        "Home": "page",
        "Course": None,
        "Engagement": None,
        "Work": None,
        "Messages": None,
    }
    assert links_of(client.get("/facilitator/anything/").text, "Main") == {}
    assert links_of(client.get("/help/").text, "Main") == {}


@pytest.mark.parametrize("path", ["/participant/", "/facilitator/x/", "/assessor/", "/lead/cohorts/x/", "/messages/"])
def test_every_workspace_has_at_most_five_links(path: str) -> None:
    space = workspace_at(path)
    assert space is not None
    assert 1 <= len(space.links) <= 5


def test_public_pages_belong_to_no_workspace() -> None:
    assert [workspace_at(path) for path in ("/", "/help/", "/apply/", "/account/login/", "/admin/")] == [None] * 5
    assert len({space.name for space in WORKSPACES}) == len(WORKSPACES)


def test_the_link_with_the_longest_path_that_fits_is_the_current_one() -> None:
    home, work = Link("home", "Home"), Link("work", "Work", also=("/participant/files/",))
    addresses = {home: "/participant/", work: "/participant/work/"}
    assert current_link("/participant/work/upload/", addresses) == work
    assert current_link("/participant/files/1/", addresses) == work
    assert current_link("/participant/", addresses) == home
    assert current_link("/elsewhere/", addresses) is None


@pytest.mark.parametrize("demo", [True, False])
def test_the_demo_says_so_on_every_page(settings: Settings, demo: bool) -> None:
    settings.DEMO = demo
    for path in ("/help/", "/nothing-here/"):
        assert ("Everyone here is invented" in Client().get(path).text) is demo


def test_errors_are_in_the_title_and_in_the_summary() -> None:
    fresh = Client().get("/ask/")
    assert "<title>Error:" not in fresh.text
    assert "There is a problem" not in fresh.text
    wrong = Client().post("/ask/", {"name": ""})
    assert "<title>Error:" in wrong.text
    assert '<a href="#id_name">Enter your name</a>' in wrong.text


@pytest.mark.django_db
def test_what_was_done_is_said_once_and_escaped() -> None:
    client = Client()
    page = client.post("/ask/", {"name": "<b>"}, follow=True)
    assert "<p>Saved, &lt;b&gt;.</p>" in page.text
    assert "Saved" not in client.get("/ask/").text


@pytest.mark.parametrize(
    ("path", "status", "heading"),
    [
        ("/400/", 400, "We could not read that request"),
        ("/403/", 403, "This page is not open to you"),
        ("/nothing-here/", 404, "Page not found"),
        ("/500/", 500, "Something went wrong on our side"),
    ],
)
def test_error_pages_say_what_to_do(path: str, status: int, heading: str) -> None:
    # Without the django_db mark any query fails the test: an error page needs no database.
    response = Client(raise_request_exception=False).get(path)
    assert response.status_code == status
    tree = page_parsed(response.text)
    assert ["".join(h.itertext()) for h in tree.iter("h1")] == [heading]
    assert "npqh@larkfell.example" in response.text


def test_the_error_page_stands_with_a_cookie_and_no_database() -> None:
    client = Client(raise_request_exception=False)
    client.cookies["portal-session"] = "x" * 32
    assert client.get("/500/").status_code == 500


def test_the_sheet_of_the_provider_colour(settings: Settings) -> None:
    settings.PROVIDER_ACCENT = "#00a3a1"
    address = reverse("web:theme")
    current = Client().get(address, {"v": theme.version("#00a3a1")})
    assert current["Content-Type"] == "text/css"
    assert "--accent-given: #00a3a1; --accent-strong: #066e72;" in current.text
    assert current["Cache-Control"] == "public, max-age=31536000, immutable"
    assert Client().get(address, {"v": theme.version("#68246d")})["Cache-Control"] == "no-cache"
    assert f'href="{address}?v={theme.version("#00a3a1")}"' in Client().get("/help/").text


def test_the_unbidden_icon_leads_to_the_real_one() -> None:
    response = Client().get("/favicon.ico")
    assert (response.status_code, response["Location"]) == (302, "/static/favicon.svg")


def test_our_own_pages_are_public() -> None:
    assert rule_for(views.theme, "web:theme") == rule_for(views.favicon, "web:favicon") == PUBLIC


SHEETS = ["portal.css", "admin.css", "certificate.css"]


@pytest.mark.parametrize("name", SHEETS)
def test_no_served_sheet_names_the_typeface_that_only_gov_uk_may_use(name: str) -> None:
    found = finders.find(name)
    assert isinstance(found, str)
    sheet = Path(found).read_text()
    assert not re.search(r"GDS|assets/|crest", sheet)
    for address in re.findall(r"url\(['\"]?([^'\")]+)", sheet):
        assert finders.find(address), f"{name} names {address}, which is nowhere"


def test_fonts_come_from_the_packages() -> None:
    fonts = sorted(path.name for path in (live_settings.BASE_DIR / "static" / "build" / "fonts").iterdir())
    assert "source-sans-3-latin-wght-normal.woff2" in fonts
    assert "source-serif-4-latin-600-normal.woff2" in fonts
