"""Signing in as a person does it, in a real browser: a passkey, an app's figures, and a code without scripts."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core.mail import EmailMessage
from playwright.sync_api import Page, expect

from npqh_portal import clock
from npqh_portal.people.models import User
from tests.browser import PHONE, NewPage
from tests.factories import a_person

from .walk import PASSWORD, newest_code

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def person() -> User:
    person = a_person(full_name="Gwen Ashdown-Pike", email="gwen@school.example")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


@pytest.fixture
def window(new_page: NewPage) -> Iterator[Page]:
    """A window whose console must stay silent: the content policy would speak there."""
    page, said = new_page(), []
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    assert said == []


def _a_device_with_a_fingerprint_reader(page: Page) -> None:
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options: dict[str, Any] = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def _sign_in_with_password(page: Page, person: User) -> None:
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def _sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").first.click()
    page.wait_for_load_state()


def _is_in(page: Page, person: User) -> None:
    expect(page.get_by_role("button", name="Sign out").first).to_be_visible()
    # On a telephone the name gives way to the way out.
    expect(page.locator("header")).to_contain_text(person.full_name)


def test_a_passkey_is_added_and_signs_in_alone(window: Page, person: User) -> None:
    _a_device_with_a_fingerprint_reader(window)
    _sign_in_with_password(window, person)
    window.goto("/account/2fa/webauthn/add/")
    window.get_by_label("Password").fill(PASSWORD)
    window.get_by_role("button", name="Continue").click()
    window.get_by_label("Name").fill("School laptop")
    window.get_by_role("button", name="Add this device").click()
    expect(window.get_by_role("heading", name="Recovery codes")).to_be_visible()
    window.goto("/account/2fa/webauthn/")
    expect(window.get_by_role("rowheader", name="School laptop")).to_be_visible()
    _sign_out(window)
    window.goto("/account/login/")
    window.get_by_role("button", name="Use a passkey").click()
    _is_in(window, person)


def test_a_passkey_is_asked_for_after_the_password(window: Page, person: User) -> None:
    test_a_passkey_is_added_and_signs_in_alone(window, person)
    _sign_out(window)
    _sign_in_with_password(window, person)
    expect(window.get_by_role("heading", name="Now your second factor")).to_be_visible()
    window.get_by_role("button", name="Use a passkey").click()
    _is_in(window, person)


def test_an_app_is_set_up_and_its_figures_are_asked_for_without_scripts(new_page: NewPage, person: User) -> None:
    page = new_page(javascript=False, viewport=PHONE)
    _sign_in_with_password(page, person)
    page.goto("/account/2fa/totp/activate/")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    secret = page.locator("code").inner_text().replace(" ", "")
    page.get_by_label("Code").fill(_shown(secret, 0))
    page.get_by_role("button", name="Set it up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    _sign_out(page)
    _sign_in_with_password(page, person)
    # The figures used above count as spent; the app's next ones are taken a little early.
    page.get_by_label("Code").fill(_shown(secret, 1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    _is_in(page, person)


def test_a_code_by_email_needs_no_scripts(new_page: NewPage, person: User, mailoutbox: list[EmailMessage]) -> None:
    page = new_page(javascript=False, viewport=PHONE)
    page.goto("/account/login/")
    page.get_by_label("Email address").fill(person.email)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_label("Code").fill(newest_code(mailoutbox).lower().replace("-", " "))
    page.get_by_role("button", name="Continue").click()
    _is_in(page, person)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def _shown(secret: str, steps_on: int) -> str:
    """What the app shows now, or so many half minutes from now."""
    counter = int(clock.now().timestamp()) // 30 + steps_on
    return str(format_hotp_value(hotp_value(secret, counter)))
