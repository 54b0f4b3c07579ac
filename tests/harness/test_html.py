"""Every page, as it is and with an empty form sent, is HTML to the letter, and no id stands in it twice."""

from collections import Counter
from typing import Any

import html5lib
import pytest

from . import world as worlds
from .visits import visits


def complaints(page: str) -> list[str]:
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)
    tree: Any = parser.parse(page)
    found = [f"{error} at line {place[0]}: {data}" for place, error, data in parser.errors]
    ids = Counter(element.get("id") for element in tree.iter() if element.get("id") is not None)
    found += [f"the id {name!r} stands {times} times" for name, times in ids.items() if times > 1]
    pointed_at = {
        name
        for element in tree.iter()
        for attribute in ("for", "aria-describedby", "aria-labelledby", "aria-controls")
        for name in (element.get(attribute) or "").split()
    }
    found += [f"nothing has the id {name!r} that is pointed at" for name in sorted(pointed_at - set(ids))]
    levels = [element.tag for element in tree.iter() if element.tag == "h1"]
    found += [] if len(levels) == 1 else [f"{len(levels)} first-level headings"]
    return found


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_page_is_html_to_the_letter(method: str) -> None:
    seen = [visit for visit in visits(worlds.build(), method) if visit.is_page]
    found = {str(visit): complaints(visit.response.content.decode()) for visit in seen}
    assert {page: wrong for page, wrong in found.items() if wrong} == {}


PAGE = "<!DOCTYPE html><html lang=en><head><title>Course</title></head><body><h1>Course</h1>{}</body></html>"


def test_sound_page_is_praised() -> None:
    assert complaints(PAGE.format('<p id="first">One</p><a href="/a?b=1&amp;c=2">Next</a>')) == []


@pytest.mark.parametrize(
    "broken",
    [
        "<p>One</div>",
        "<p><div>A block in a paragraph</div></p>",
        "<table><p>Not in a cell</p></table>",
        "<a href=/one><a href=/two>Two</a></a>",
        '<p class="a" class="b">One</p>',
        '<p id="a">One</p><p id="a">Two</p>',
        '<label for="name">Name</label>',
        "<h1>Another</h1>",
        "<section>Left open",
    ],
)
def test_broken_page_is_caught(broken: str) -> None:
    assert complaints(PAGE.format(broken)) != []
