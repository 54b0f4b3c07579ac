"""The rows of links in the header, beside the real URL map."""

import pytest

from npqh_portal.web.navigation import WORKSPACES
from tests.harness.pages import every_page


@pytest.mark.parametrize("path", [path for space in WORKSPACES for link in space.links for path in link.also])
def test_a_path_that_belongs_to_a_link_has_pages(path: str) -> None:
    assert any(page.path.startswith(path) for page in every_page())
