import pytest
from pytest_django import Settings


@pytest.fixture
def small_site(settings: Settings) -> None:
    """The pages of `tests/web/pages.py` in place of the portal's, and nobody asked for a second factor."""
    settings.ROOT_URLCONF = "tests.web.pages"
    settings.REQUIRE_SECOND_FACTOR = False
    settings.STORAGES = settings.STORAGES | {
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    }
