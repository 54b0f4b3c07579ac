"""From link to link through the demonstration, so that nothing is sent and nothing changes."""

from collections import Counter, deque
from collections.abc import Callable, Iterator
from urllib.parse import urljoin, urlsplit

from django.urls import Resolver404, resolve

from npqh_portal.signin.demo import DEMO_SIGN_INS

from .browser_checks import Reader

VISITOR = "a visitor"
EVERYBODY = [VISITOR, *(email for email, _ in DEMO_SIGN_INS)]


def come_in(reader: Reader, who: str) -> str:
    """Signed in with one click, where it is not a visitor; answers with the page one comes to."""
    if who == VISITOR:
        return "/"
    place = EVERYBODY.index(who) - 1
    reader.window.goto("/account/login/")
    reader.window.locator(".npqh-people button").nth(place).click()
    reader.share_cookies()
    return urlsplit(reader.window.url).path


def walk(
    visit: Callable[[str], tuple[list[str], list[str]]],
    portal: str,
    start: str,
    *,
    examples: int,
    passes_by: Callable[[str], bool] = lambda name: False,
) -> Iterator[tuple[str, list[str]]]:
    """Breadth first: each address with what there is to complain of.

    `visit` answers with complaints and links. So many `examples` are visited of each kind of page, and none of a kind
    that one `passes_by`.
    """
    waiting, met = deque([start]), {start}
    visited: Counter[str] = Counter()
    while waiting:
        address = waiting.popleft()
        name = page_name(address)
        if visited[name] >= examples or passes_by(name):
            continue
        visited[name] += 1
        complaints, links = visit(address)
        yield address, complaints
        for link in links:
            parts = urlsplit(urljoin(portal + address, link))
            path = parts.path + (f"?{parts.query}" if parts.query else "")
            if f"{parts.scheme}://{parts.netloc}" == portal and path not in met:
                met.add(path)
                waiting.append(path)


def page_name(address: str) -> str:
    """Of an address that nothing answers, the address: a broken link is a page to visit too."""
    try:
        match = resolve(urlsplit(address).path)
    except Resolver404:
        return address
    return match.view_name or match.route
