"""Every link that somebody is shown opens: walked without drawing the pages, so that there is time for all of them."""

from contextlib import closing
from html.parser import HTMLParser

import pytest
from playwright.sync_api import Browser

from .browser_checks import Reader
from .walking import EVERYBODY, come_in, walk

pytestmark = pytest.mark.browser

EXAMPLES = 3  # of each kind of page for each person


class Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a" and (address := dict(attrs).get("href")):
            self.found.append(address)


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_link_opens(who: str, chromium: Browser, demo_portal: str) -> None:
    with closing(Reader(chromium, demo_portal)) as reader:

        def visit(address: str) -> tuple[list[str], list[str]]:
            answer = reader.window.request.get(address)
            if not answer.ok:
                return [f"answered {answer.status}"], []
            if not answer.headers.get("content-type", "").startswith("text/html"):
                return [], []
            links = Links()
            links.feed(answer.text())
            answer.dispose()
            return [], links.found

        start = come_in(reader, who)
        complaints = dict(walk(visit, demo_portal, start, examples=EXAMPLES))
    assert len(complaints) > 10
    assert {address: found for address, found in complaints.items() if found} == {}
