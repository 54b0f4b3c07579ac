"""Every page that links reach in the demonstration, as each of its people, held to the checks in a real browser."""

from collections.abc import Callable
from contextlib import closing

import pytest
from playwright.sync_api import Browser

from .browser_checks import Reader
from .walking import EVERYBODY, come_in, walk

pytestmark = pytest.mark.browser

EXAMPLES = 2  # of each kind of page for each person; of the administration's one for each test process

_administration_seen: set[str] = set()


@pytest.mark.parametrize("who", EVERYBODY)
def test_every_page_that_is_reached_stands_the_checks(
    who: str, chromium: Browser, demo_portal: str, record_property: Callable[[str, object], None]
) -> None:
    with closing(Reader(chromium, demo_portal)) as reader:

        def visit(address: str) -> tuple[list[str], list[str]]:
            return reader.visit(address), reader.links

        start = come_in(reader, who)
        complaints = dict(walk(visit, demo_portal, start, examples=EXAMPLES, passes_by=_is_seen_already))
    record_property("pages", len(complaints))
    assert complaints
    assert {address: found for address, found in complaints.items() if found} == {}


def _is_seen_already(name: str) -> bool:
    """What the administration looks like does not depend on who looks; whether its links open, test_links.py asks."""
    if name in _administration_seen:
        return True
    if name.startswith("admin:") and name != "admin:index":
        _administration_seen.add(name)
    return False
