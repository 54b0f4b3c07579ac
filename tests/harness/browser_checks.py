"""What a page must stand up to in a real browser. Every check answers with complaints, and silence is praise."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page
from playwright.sync_api import Error as PlaywrightError

from tests.browser import ALWAYS, DESKTOP, PHONE

WCAG_22_AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

# Without preloading of sheets, which writes styles of its own into the page and so breaks the content policy.
RUN_AXE = """async (tags) => (await axe.run(document, {runOnly: tags, preload: false})).violations
    .flatMap(({id, help, nodes}) => nodes.map(({target}) => `${id}: ${help}, at ${target}`))"""

# Whatever changes when an element is focused: its own look, its label's (the kit draws radios there), or its parent's.
COMPARE_FOCUS = """() => {
    const name = (element) => element.outerHTML.slice(0, 90).replace(/\\s+/g, " ");
    const look = (element) => [element, ...(element.labels ?? []), element.parentElement].flatMap((shown) =>
        [null, "::before", "::after"].map((part) => {
            const style = getComputedStyle(shown, part);
            return [style.outlineStyle, style.outlineWidth, style.outlineColor, style.boxShadow,
                style.backgroundColor, style.borderColor, style.borderWidth, style.textDecoration].join();
        })).join();
    const isCovered = (element) => {
        const {left, top, width, height} = element.getBoundingClientRect();
        if (width < 8 || height < 8) return false;
        return [[.5, .5], [.1, .1], [.9, .1], [.1, .9], [.9, .9]].every(([across, down]) => {
            const found = document.elementFromPoint(left + width * across, top + height * down);
            return found && !element.contains(found) && !found.contains(element)
                && ![...(element.labels ?? [])].some((label) => label.contains(found));
        });
    };
    const complaints = [];
    const all = document.querySelectorAll("a[href], button, input, select, textarea, summary, [tabindex]");
    for (const element of all) {
        if (element.tabIndex > 0) complaints.push(`tab order is forced on ${name(element)}`);
        if (element.tabIndex < 0 || element.disabled || !element.checkVisibility({visibilityProperty: true})) continue;
        document.activeElement.blur();
        const before = look(element);
        element.focus();
        if (document.activeElement !== element) complaints.push(`no focus reaches ${name(element)}`);
        else if (look(element) === before) complaints.push(`focus is not visible on ${name(element)}`);
        else if (isCovered(element)) complaints.push(`focused, something covers ${name(element)}`);
    }
    document.activeElement.blur();
    scrollTo(0, 0);
    return complaints;
}"""

# Innermost, so that the complaint names the culprit and not everything around it.
WIDER_THAN_WINDOW = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.body.querySelectorAll("*")]
        .filter((element) => element.getBoundingClientRect().right > innerWidth + 1
            && ![...element.children].some((child) => child.getBoundingClientRect().right > innerWidth + 1))
        .slice(0, 3).map((element) => element.outerHTML.slice(0, 90).replace(/\\s+/g, " "))"""

# What only saves typing: a count of words left, "Show" for a password, Django's "Today" and "Now", the keys of a
# register; and what is said in place of scripts.
MEANT_TO_DIFFER = (
    ".govuk-character-count__message, .govuk-password-input__toggle, .datetimeshortcuts, .npqh-keys, noscript"
)

READ = """(meant) => {
    document.querySelectorAll(meant).forEach((element) => { element.style.display = "none"; });
    return document.querySelector("main").innerText;
}"""


LINKS = "() => [...document.querySelectorAll('a[href]')].map((link) => link.href)"


class Reader:
    """One visitor with two windows that share cookies: one with scripts, one without."""

    def __init__(self, browser: Browser, base_url: str) -> None:
        self._with_scripts = browser.new_context(base_url=base_url, viewport=DESKTOP, **ALWAYS)
        self._without = browser.new_context(base_url=base_url, java_script_enabled=False, viewport=PHONE, **ALWAYS)
        self.window = self._with_scripts.new_page()
        self.plain_window = self._without.new_page()
        self._heard: list[str] = []
        self.window.on("console", self._hear)
        self.window.on("pageerror", lambda error: self._heard.append(f"script error: {error}"))

    @property
    def contexts(self) -> tuple[BrowserContext, BrowserContext]:
        return self._with_scripts, self._without

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            kind = "content policy" if "Content Security Policy" in message.text else "console"
            self._heard.append(f"{kind}: {message.text[:160]} ({message.location['url']})")

    def share_cookies(self) -> None:
        """After signing in with scripts: the window without them becomes the same visitor."""
        self._without.add_cookies(self._with_scripts.cookies())  # type: ignore[arg-type]  # its own type, read and written

    def visit(self, address: str) -> list[str]:
        """Open a page in both windows and hold it to everything below. A download is nothing to look at."""
        self._heard.clear()
        self.links: list[str] = []
        self.window.set_viewport_size(DESKTOP)  # type: ignore[arg-type]
        try:
            answer = self.window.goto(address)
        except PlaywrightError as error:
            if "Download is starting" in error.message:
                return []
            raise
        assert answer is not None
        if answer.status >= 400:
            return [f"answered {answer.status}"]
        if not answer.headers.get("content-type", "").startswith("text/html"):
            return []
        self.links = self.window.evaluate(LINKS)
        complaints = axe_complaints(self.window)
        complaints += focus_complaints(self.window)
        self.window.set_viewport_size(PHONE)  # type: ignore[arg-type]
        complaints += width_complaints(self.window)
        complaints += axe_complaints(self.window, only="target-size")
        complaints += self._heard
        self.plain_window.goto(address)
        complaints += difference_complaints(self.window, self.plain_window)
        return complaints

    def close(self) -> None:
        for context in self.contexts:
            context.close()


@cache
def _axe() -> str:
    return (Path(settings.BASE_DIR) / "node_modules" / "axe-core" / "axe.min.js").read_text()


CLOCK_TIME = re.compile(r"\b\d{1,2}(\.\d\d)?[ap]m\b")


def axe_complaints(window: Page, only: str = "") -> list[str]:
    if not window.evaluate("() => 'axe' in window"):
        window.evaluate(_axe())
    found: list[str] = window.evaluate(RUN_AXE, [only] if only else WCAG_22_AA)
    return found


def focus_complaints(window: Page) -> list[str]:
    """A key first: focus is drawn for those who use the keyboard."""
    window.keyboard.press("Tab")
    found: list[str] = window.evaluate(COMPARE_FOCUS)
    return found


def width_complaints(window: Page) -> list[str]:
    return [f"wider than the window: {culprit}" for culprit in window.evaluate(WIDER_THAN_WINDOW)]


def difference_complaints(window: Page, plain_window: Page) -> list[str]:
    with_scripts, without = words_of(window), words_of(plain_window)
    missing = [line for line in with_scripts if line not in without]
    added = [line for line in without if line not in with_scripts]
    return [f"only with scripts: {line[:80]}" for line in missing] + [
        f"only without scripts: {line[:80]}" for line in added
    ]


def words_of(window: Page) -> list[str]:
    text: Any = window.evaluate(READ, MEANT_TO_DIFFER)
    # A minute may pass between the two windows.
    lines = (CLOCK_TIME.sub("time", re.sub(r"\s+", " ", line)).strip() for line in text.splitlines())
    return [line for line in lines if line]
