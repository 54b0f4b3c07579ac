"""What `base.html` needs on every page."""

from dataclasses import dataclass
from functools import cached_property

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.urls import reverse

from npqh_portal.people.access import Visitor, has_role

from .navigation import current_link, workspace_at
from .theme import version


@dataclass(frozen=True)
class Provider:
    name: str
    email: str
    phone: str
    hours: str
    logo: str


@dataclass(frozen=True)
class NavLink:
    words: str
    address: str
    is_current: bool


class Portal:
    """The frame of a page. A visitor without a cookie costs no session and no query."""

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    @property
    def provider(self) -> Provider:
        return Provider(
            name=settings.PROVIDER_NAME,
            email=settings.PROVIDER_EMAIL,
            phone=settings.PROVIDER_PHONE,
            hours=settings.PROVIDER_HOURS,
            logo=settings.PROVIDER_LOGO,
        )

    @property
    def accent(self) -> str:
        return str(settings.PROVIDER_ACCENT)

    @property
    def theme_version(self) -> str:
        return version(settings.PROVIDER_ACCENT)

    @property
    def demo(self) -> bool:
        return bool(settings.DEMO)

    @property
    def may_hold_notes(self) -> bool:
        """Whether a note may be waiting: only a visitor who carries a cookie can have one."""
        return self.request is not None and bool(self.request.COOKIES)

    @cached_property
    def visitor(self) -> Visitor:
        if self.request is None or settings.SESSION_COOKIE_NAME not in self.request.COOKIES:
            return AnonymousUser()
        return self.request.user

    @cached_property
    def nav(self) -> list[NavLink]:
        """The links of the workspace at this path, for somebody who may enter it."""
        space = workspace_at(self.request.path) if self.request else None
        if not self.request or not space or not has_role(self.visitor, *space.roles):
            return []
        addresses = {link: reverse(link.page) for link in space.links}
        current = current_link(self.request.path, addresses)
        return [NavLink(link.words, address, link == current) for link, address in addresses.items()]


def portal(request: HttpRequest) -> dict[str, Portal]:
    return {"portal": Portal(request)}
