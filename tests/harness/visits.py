"""Opening pages as those who may, without a browser."""

from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from npqh_portal import clock
from npqh_portal.people.models import User
from npqh_portal.people.roles import Role
from npqh_portal.web.doors import Kind

from .objects import object_page
from .pages import Page, every_page
from .world import Whose, World

# Reading may renew the session that it was read with, count that a number was looked up, and leave an entry of who took
# a list of people away (docs/decisions/0014); nothing else.
MAY_BE_WRITTEN = ('"django_session"', '"limits"', ".exported'")
WRITING = ("INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE")


def client_of(person: User | None, *, enforce_csrf_checks: bool = False) -> Client:
    """Signed in a moment ago, so that pages which ask for the password again do not. Server errors are answers."""
    client = Client(raise_request_exception=False, enforce_csrf_checks=enforce_csrf_checks)
    if person:
        client.force_login(person)
        session = client.session
        session["account_authentication_methods_user"] = str(person.pk)
        session["account_authentication_methods"] = [
            {"method": "password", "at": clock.now().timestamp(), "reauthenticated": True}
        ]
        session.save()
    return client


def ask(client: Client, method: str, address: str) -> Any:
    """Reads a download to its end, so that its file is closed."""
    response = client.post(address) if method == "POST" else client.generic(method, address)
    if response.streaming:
        response.getvalue()
    return response


@dataclass(frozen=True)
class Visit:
    """A page as one role opened it, or sent it an empty form, and the statements that this took."""

    page: Page
    role: Role | None
    response: Any
    statements: list[str]

    def __str__(self) -> str:
        return f"{self.page.name} as {self.role.label.lower() if self.role else 'signed out'}"

    @property
    def writes(self) -> list[str]:
        return [
            statement
            for statement in self.statements
            if statement.lstrip("( ").upper().startswith(WRITING)
            and not any(table in statement for table in MAY_BE_WRITTEN)
        ]

    @property
    def is_page(self) -> bool:
        kind = self.response.headers.get("Content-Type", "")
        return kind.startswith("text/html") and self.response.status_code == HTTPStatus.OK


def everybody_who_may(page: Page) -> list[Role | None]:
    """Nobody signed in and a participant, for pages that are open to both; every role that has a door of its own."""
    match page.rule.kind:
        case Kind.PUBLIC | Kind.DEMO_ONLY:
            return [None, Role.PARTICIPANT]
        case Kind.SIGNED_IN:
            return [Role.PARTICIPANT, Role.ADMINISTRATOR]
        case Kind.ROLE:
            return list(page.rule.roles)


def own_address(page: Page, role: Role | None, world: World) -> str | None:
    """None where the role has a key to the door and nothing of its own behind it."""
    if not page.parameters:
        return page.address()
    entry = object_page(page)
    if entry is None or (role and Whose.OWN not in entry.seen.get(role, frozenset())):
        return None
    return entry.address(page, world.own)


def visits(world: World, method: str = "GET", *, enforce_csrf_checks: bool = False) -> Iterator[Visit]:
    """Every page of the URL map, opened by everybody who may: a second time, when caches are warm."""
    clients = {
        role: client_of(person, enforce_csrf_checks=enforce_csrf_checks)
        for role, person in [(None, None), *world.people.items()]
    }
    for page in every_page():
        for role in everybody_who_may(page):
            address = own_address(page, role, world)
            if address is None:
                continue
            client = clients[role]
            if method == "GET":
                ask(client, method, address)
            with CaptureQueriesContext(connection) as captured:
                response = ask(client, method, address)
            yield Visit(page, role, response, [query["sql"] for query in captured.captured_queries])
