"""Reading changes nothing, methods that no page offers do nothing, and an empty form is refused in so many words."""

from http import HTTPStatus

import pytest

from npqh_portal.web.doors import THIRD_PARTY_RULES

from . import world as worlds
from .visits import Visit, visits

pytestmark = pytest.mark.django_db


def server_errors(seen: list[Visit]) -> list[str]:
    return [
        f"{visit}: {visit.response.exc_info[1]!r}"
        for visit in seen
        if visit.response.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR and visit.response.exc_info
    ]


def test_opening_a_page_writes_nothing() -> None:
    seen = list(visits(worlds.build()))
    assert server_errors(seen) == []
    assert {str(visit): visit.writes for visit in seen if visit.writes} == {}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_method_that_no_page_offers_writes_nothing(method: str) -> None:
    """But on allauth's pages, which take any of them for a form that was sent, with the same token and checks."""
    seen = [visit for visit in visits(worlds.build(), method) if visit.page.name not in THIRD_PARTY_RULES]
    assert server_errors(seen) == []
    assert {str(visit): visit.writes for visit in seen if visit.writes} == {}


def test_empty_form_is_answered() -> None:
    """With an error summary, a redirect or 405, whatever the page: never with a server error."""
    assert server_errors(list(visits(worlds.build(), "POST"))) == []
