"""Every page of the portal, read from the URL map, so that a new page cannot be forgotten."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.urls.resolvers import RegexPattern

from npqh_portal.web.doors import AccessRule, rule_for


@dataclass(frozen=True)
class Page:
    """One entry of the URL map. `name` is its URL name with namespace, or its path where it has none."""

    name: str
    path: str
    parameters: frozenset[str]
    view: Callable[..., Any]

    @property
    def rule(self) -> AccessRule:
        """Raises NoAccessRule where the page declares none."""
        return rule_for(self.view, self.name)

    def address(self, **parameters: Any) -> str:
        return reverse(self.name, kwargs=parameters)


def every_page() -> list[Page]:
    return sorted(_walk(get_resolver().url_patterns), key=lambda page: page.path)


def _walk(
    patterns: list[URLPattern | URLResolver], path: str = "/", space: str = "", outer: frozenset[str] = frozenset()
) -> Iterator[Page]:
    for entry in patterns:
        here, parameters = path + str(entry.pattern), outer | _parameters(entry.pattern)
        if isinstance(entry, URLResolver):
            inside = f"{space}{entry.namespace}:" if entry.namespace else space
            yield from _walk(entry.url_patterns, here, inside, parameters)
        else:
            yield Page(space + entry.name if entry.name else here, here, parameters, entry.callback)


def _parameters(pattern: Any) -> frozenset[str]:
    return frozenset(pattern.regex.groupindex if isinstance(pattern, RegexPattern) else pattern.converters)
