"""Every page that links reach in the demonstration, as each of its people, held to the checks in a real browser."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from contextlib import closing
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve
from playwright.sync_api import Browser

from npqh_portal.signin.demo import DEMO_SIGN_INS

from .browser_checks import Reader

pytestmark = pytest.mark.browser

VISITOR = "a visitor"
EXAMPLES = 2  # of each kind of page for each person; of the administration's one for each test process

_administration_seen: set[str] = set()


@pytest.mark.parametrize("who", [VISITOR, *(email for email, _ in DEMO_SIGN_INS)])
def test_every_page_that_is_reached_stands_the_checks(
    who: str, chromium: Browser, demo_portal: str, record_property: Callable[[str, object], None]
) -> None:
    with closing(Reader(chromium, demo_portal)) as reader:
        start = "/"
        if who != VISITOR:
            start = sign_in(reader, who)
        complaints = dict(walk(reader, demo_portal, start))
    record_property("pages", len(complaints))
    assert complaints
    assert {address: found for address, found in complaints.items() if found} == {}


def sign_in(reader: Reader, email: str) -> str:
    """With one click on the sign-in page; answers with the page one comes to."""
    place = [listed for listed, _ in DEMO_SIGN_INS].index(email)
    reader.window.goto("/account/login/")
    reader.window.locator(".npqh-people button").nth(place).click()
    reader.share_cookies()
    return urlsplit(reader.window.url).path


def walk(reader: Reader, portal: str, start: str) -> Iterator[tuple[str, list[str]]]:
    """Breadth first from the first page, links only, so that nothing is sent and nothing changes."""
    waiting, met = deque([start]), {start}
    visited: Counter[str] = Counter()
    while waiting:
        address = waiting.popleft()
        name = page_name(address)
        if visited[name] >= EXAMPLES or name in _administration_seen:
            continue
        if name.startswith("admin:") and name != "admin:index":
            _administration_seen.add(name)
        visited[name] += 1
        found = reader.visit(address)
        yield address, found
        for link in reader.links:
            parts = urlsplit(link)
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if link.startswith(portal + "/") and path not in met:
                met.add(path)
                waiting.append(path)


def page_name(address: str) -> str:
    """Of an address that nothing answers, the address: a broken link is a page to visit too."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return match.view_name or match.route
