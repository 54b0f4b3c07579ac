"""Who may open and send what: every page of the URL map, as every role, to one's own things and to others'."""

from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

import pytest
from django.conf import settings
from django.shortcuts import resolve_url
from django.test import Client
from pytest_django import Settings

from npqh_portal.people.roles import Role
from npqh_portal.web.doors import THIRD_PARTY_RULES, Kind, NoAccessRule

from . import world as worlds
from .objects import FOR_THE_WHOLE_PROVIDER, NOBODYS, OBJECT_PAGES, object_page
from .pages import Page, every_page
from .visits import ask, client_of, visits
from .world import FOR_THE_PROVIDER, Whose, World

pytestmark = pytest.mark.django_db

IN, SIGN_IN, FORBIDDEN, NOT_FOUND, NOT_OFFERED = "in", "sent to sign in", "forbidden", "not found", "method not offered"

PAGES = every_page()
WITH_OBJECT = [page for page in PAGES if page.parameters]
WITHOUT_OBJECT = [page for page in PAGES if not page.parameters]
EVERYBODY = [None, *Role]

# Pages that only the step before them opens, or the script of another page: by themselves they send one elsewhere.
ONLY_ON_THE_WAY = {
    "admin:autocomplete",
    "account_confirm_login_code",
    "account_confirm_password_reset_code",
    "account_complete_password_reset",
    "account_email_verification_sent",
    "account_reauthenticate",
    "mfa_authenticate",
}


def what_happened(response: Any) -> str:
    status = response.status_code
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return f"{status}, {response.exc_info[1]!r:.200}"
    address = response.headers.get("Location", "")
    if status == HTTPStatus.FOUND and address.startswith(resolve_url(settings.LOGIN_URL) + "?next="):
        return SIGN_IN
    if status == HTTPStatus.NOT_FOUND:
        return NOT_FOUND
    by_status = {HTTPStatus.FORBIDDEN: FORBIDDEN, HTTPStatus.METHOD_NOT_ALLOWED: NOT_OFFERED}
    return by_status.get(HTTPStatus(status), IN if status < HTTPStatus.BAD_REQUEST else str(status))


def at_the_door(page: Page, role: Role | None) -> str:
    rule = page.rule
    if rule.kind in {Kind.PUBLIC, Kind.DEMO_ONLY}:
        return IN
    if role is None:
        return SIGN_IN
    if page.name in FOR_THE_WHOLE_PROVIDER and role not in FOR_THE_PROVIDER:
        return FORBIDDEN
    return FORBIDDEN if rule.kind is Kind.ROLE and role not in rule.roles else IN


def called(role: Role | None) -> str:
    return role.label.lower() if role else "signed out"


# The declarations


def test_every_page_declares_who_may_open_it() -> None:
    silent = []
    for page in PAGES:
        try:
            assert page.rule
        except NoAccessRule:
            silent.append(page.name)
    assert silent == []


def test_every_rule_for_pages_of_others_is_of_a_page_that_exists() -> None:
    assert set(THIRD_PARTY_RULES) - {page.name for page in PAGES} == set()


def test_every_page_about_an_object_says_whose_objects_it_shows() -> None:
    assert [page.name for page in WITH_OBJECT if object_page(page) is None] == []
    assert set(OBJECT_PAGES) - {page.name for page in PAGES} == set()


def test_no_form_is_taken_without_its_token() -> None:
    sent = visits(worlds.build(), "POST", enforce_csrf_checks=True)
    assert [str(visit) for visit in sent if what_happened(visit.response) not in {FORBIDDEN, NOT_OFFERED}] == []


# The matrix


@pytest.mark.parametrize("role", EVERYBODY, ids=called)
def test_door_of_every_page_without_object(role: Role | None) -> None:
    client = client_of(worlds.build().people[role] if role else None)
    wrong = []
    for page in WITHOUT_OBJECT:
        expected = at_the_door(page, role)
        for method in ("GET", "POST"):
            if method == "POST" and expected == IN:
                continue  # what a form does is its own test's business
            got = what_happened(ask(client, method, page.address()))
            if got != expected and not (expected == IN and page.name in ONLY_ON_THE_WAY):
                wrong.append(f"{method} {page.address()} ({page.name}), {called(role)}: {got}, not {expected}")
    assert wrong == []


@pytest.mark.parametrize("role", EVERYBODY, ids=called)
def test_door_of_every_page_about_an_object(role: Role | None) -> None:
    world = worlds.build()
    client = client_of(world.people[role] if role else None)
    assert [
        f"{method} {page.name} of {whose}, {called(role)}: {got}, not {' or '.join(expected)}"
        for page in WITH_OBJECT
        for method, whose, expected, got in knock(client, page, role, world)
        if got not in expected
    ] == []


def knock(client: Client, page: Page, role: Role | None, world: World) -> Iterator[tuple[str, Whose, set[str], str]]:
    """A method that is not offered at all is answered with 405, to whomever.

    The administration answers 403 to a form sent from a look-only page, before it looks whose row it was.
    """
    entry = object_page(page)
    assert entry is not None
    door = at_the_door(page, role)
    for whose, place in world.places.items():
        address = entry.address(page, place)
        if door != IN:
            yield "GET", whose, {door}, what_happened(ask(client, "GET", address))
            yield "POST", whose, {door}, what_happened(ask(client, "POST", address))
            return  # the same whosever it is
        sees = whose in entry.seen.get(role, NOBODYS) if role else page.rule.kind is Kind.PUBLIC
        writes = whose in entry.changed.get(role, NOBODYS) if role else sees and bool(entry.changed)
        elsewhere = FORBIDDEN if role and whose in entry.known.get(role, NOBODYS) else NOT_FOUND
        yield "GET", whose, {IN if sees else elsewhere, NOT_OFFERED}, what_happened(ask(client, "GET", address))
        if page.name.startswith("admin:"):
            if not sees:
                yield "POST", whose, {NOT_FOUND, FORBIDDEN}, what_happened(ask(client, "POST", address))
        elif not writes:
            yield (
                "POST",
                whose,
                {FORBIDDEN if sees else elsewhere, NOT_OFFERED},
                what_happened(ask(client, "POST", address)),
            )


def test_pages_of_the_demonstration_are_nowhere_else(settings: Settings) -> None:
    settings.DEMO = False
    client = client_of(worlds.build().people[Role.ADMINISTRATOR])
    demo_only = [page for page in PAGES if page.rule.kind is Kind.DEMO_ONLY]
    assert demo_only
    for page in demo_only:
        parameters = dict.fromkeys(page.parameters, "x")
        assert what_happened(ask(client, "GET", page.address(**parameters))) == NOT_FOUND
        assert what_happened(ask(client, "POST", page.address(**parameters))) == NOT_FOUND
