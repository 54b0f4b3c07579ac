import logging

import pytest
from pytest_django import Settings

from .demo_portal import demo_portal  # noqa: F401  # a fixture for the tests beside this file


@pytest.fixture(autouse=True)
def _refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    """Hundreds of pages refuse hundreds of visitors here; what is wrong is said by the test."""
    caplog.set_level(logging.CRITICAL, logger="django.request")


@pytest.fixture(autouse=True)
def _visitors_of_one_address(settings: Settings) -> None:
    """They are counted, and never too many."""
    settings.ACCOUNT_RATE_LIMITS = settings.ACCOUNT_RATE_LIMITS | {"check_certificate": "9999/5m/ip,9999/d/ip"}
