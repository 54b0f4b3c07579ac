"""One headless Chromium for every browser test of a process. `conftest.py` takes the fixtures in."""

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django import Settings

from npqh_portal.launch.setup import chromium as find_chromium

NewPage = Callable[..., Page]

DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 320, "height": 640}
# Animation would have the checks measure half-way.
ALWAYS = {"locale": "en-GB", "timezone_id": "Europe/London", "reduced_motion": "reduce"}


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    # Playwright keeps an event loop in this thread; Django would take every query for one made inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    program = find_chromium()
    assert program, "Browser tests need Chromium: `make setup` installs it or prints the line that does."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=program,
            args=["--disable-gpu", "--disable-background-networking", *(["--no-sandbox"] if os.getuid() == 0 else [])],
        )
        yield browser
        browser.close()


@pytest.fixture
def new_page(chromium: Browser, live_server: Any, settings: Settings) -> Iterator[NewPage]:
    """Opens the window of a new visitor, who shares no cookie with another: `new_page(javascript=False)`."""
    # pytest-django's server finds static files by their own names, not by those that hold a digest.
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = settings.STORAGES | {"staticfiles": plain}
    contexts: list[BrowserContext] = []

    def open_window(*, javascript: bool = True, viewport: dict[str, int] = DESKTOP, **more: Any) -> Page:
        context = chromium.new_context(
            base_url=live_server.url, java_script_enabled=javascript, viewport=viewport, **ALWAYS, **more
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield open_window
    for context in contexts:
        context.close()
