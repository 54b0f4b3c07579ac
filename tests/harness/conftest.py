import logging

import pytest

from .demo_portal import demo_portal  # noqa: F401  # a fixture for the tests beside this file


@pytest.fixture(autouse=True)
def _refusals_are_no_news(caplog: pytest.LogCaptureFixture) -> None:
    """Hundreds of pages refuse hundreds of visitors here; what is wrong is said by the test."""
    caplog.set_level(logging.CRITICAL, logger="django.request")
