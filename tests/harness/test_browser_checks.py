"""The checks are checked: of each planted page one thing is broken, and exactly that is complained of."""

from collections.abc import Iterator

import pytest
from csp.utils import build_policy
from django.conf import settings
from playwright.sync_api import Browser, Route

from .browser_checks import Reader

pytestmark = pytest.mark.browser

SOUND = """<h1>Your course</h1><p class="quiet">Four sessions.</p>
<form><label for="name">Full name</label> <input id="name" name="name" autocomplete="name"> <button>Save</button></form>
<p><a href="/">Home</a></p>"""

SHEET = """body { color: #111; background: #fff; font: 19px sans-serif }
a:focus, input:focus, button:focus { outline: 3px solid #000 }
.faint { color: #bbb }
.wide { width: 900px }
.hidden-focus:focus { outline: none }
.bar { position: fixed; inset: 0 0 0 0; background: #fff }
.tight { display: inline-block; font-size: 9px; line-height: 9px; margin: 0 }"""

BROKEN = {
    "low contrast": ("", '<p class="faint">Four sessions.</p>', "color-contrast: "),
    "a field without a label": ("", '<input name="school">', "label: "),
    "a picture without words": ("", '<img src="/dot.svg">', "image-alt: "),
    "small targets": ("", '<a class="tight" href="/1">1</a><a class="tight" href="/2">2</a>', "target-size: "),
    "a page too wide for a telephone": ("", '<div class="wide">Timetable</div>', "wider than the window: "),
    "focus that nobody sees": ("", '<a class="hidden-focus" href="/">Home</a>', "focus is not visible on "),
    "focus behind a bar": ("", '<div class="bar">Save</div>', "focused, something covers "),
    "a forced tab order": ("", '<button tabindex="3">Send</button>', "tab order is forced on "),
    "a script inside the page": ("", "<script>document.title = 'x'</script>", "content policy: "),
    "a style inside the page": ("", '<p style="color: #000">Four</p>', "content policy: "),
    "a script that fails": ('<script src="/fails.js"></script>', "", "script error: "),
    "a script that complains": ('<script src="/complains.js"></script>', "", "console: "),
    "a picture that is not there": ("", '<img src="/gone.svg" alt="A ridge">', "console: Failed to load resource"),
    "words that only scripts draw": ('<script src="/adds.js" defer></script>', "", "only with scripts: Two more"),
    "words that scripts take away": ('<script src="/takes.js" defer></script>', "", "only without scripts: Four "),
}

FILES = {
    "/sheet.css": ("text/css", SHEET),
    "/dot.svg": ("image/svg+xml", '<svg xmlns="http://www.w3.org/2000/svg"/>'),
    "/fails.js": ("text/javascript", "nothing.at.all()"),
    "/complains.js": ("text/javascript", "console.error('That went wrong.')"),
    "/adds.js": ("text/javascript", "document.querySelector('h1').after('Two more')"),
    "/takes.js": ("text/javascript", "document.querySelector('.quiet').remove()"),
}


@pytest.fixture(scope="module")
def reader(chromium: Browser) -> Iterator[Reader]:
    reader = Reader(chromium, "http://planted.example")
    yield reader
    reader.close()


def plant(reader: Reader, head: str, body: str) -> None:
    """Serve this page at every address that is not a file's, under the portal's own content policy."""

    def answer(route: Route) -> None:
        path = "/" + route.request.url.split("/", 3)[3]
        if path in FILES:
            kind, text = FILES[path]
            route.fulfill(content_type=kind, body=text)
        elif "." in path:
            route.fulfill(status=404)
        else:
            page = (
                "<!DOCTYPE html><html lang=en-GB><head><meta charset=utf-8><title>Planted</title>"
                '<meta name="viewport" content="width=device-width, initial-scale=1">'
                f'<link rel="icon" href="/dot.svg"><link rel="stylesheet" href="/sheet.css">{head}</head>'
                f"<body><main>{body}</main></body></html>"
            )
            policy = build_policy(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])
            route.fulfill(content_type="text/html", body=page, headers={"Content-Security-Policy": policy})

    for context in reader.contexts:
        context.unroute("**/*")
        context.route("**/*", answer)


def test_sound_page_is_praised(reader: Reader) -> None:
    plant(reader, "", SOUND)
    assert reader.visit("/sound/") == []


@pytest.mark.parametrize(("head", "body", "complaint"), BROKEN.values(), ids=BROKEN)
def test_broken_page_is_caught(reader: Reader, head: str, body: str, complaint: str) -> None:
    plant(reader, head, SOUND + body)
    complaints = reader.visit("/broken/")
    assert complaints
    assert [other for other in complaints if not other.startswith(complaint)] == []
