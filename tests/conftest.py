"""What every test stands on: one cache key space for each test, and Hypothesis at the size that was asked for."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from django.db import connection
from hypothesis import settings as hypothesis_settings
from pytest_django import DjangoDbBlocker, Settings

from tests.browser import chromium, new_page  # noqa: F401  # fixtures for every test below

LONG = os.environ.get("LONG") == "1"

hypothesis_settings.register_profile("quick", max_examples=50, deadline=None, derandomize=True)
hypothesis_settings.register_profile("long", max_examples=3000, deadline=None)
hypothesis_settings.load_profile("long" if LONG else "quick")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """`make test-long` adds the long ones; otherwise they are left out, in full view of the summary.

    The walks through the whole demonstration take longest, so they begin: at the end, one process would be busy with
    them for minutes while the other has nothing.
    """
    left_out = [] if LONG else [item for item in items if item.get_closest_marker("long")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if not item.get_closest_marker("long")]
    items.sort(key=lambda item: "demo_portal" not in getattr(item, "fixturenames", ()))  # stable: else as it was drawn


def pytest_collection_finish() -> None:
    """What stands by now stays: to look through all of it for garbage again and again took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


@pytest.fixture(autouse=True)
def _own_cache_keys(settings: Settings) -> None:
    """Tests share one Redis; none may see what another has cached."""
    settings.CACHES = {name: cache | {"KEY_PREFIX": uuid4().hex} for name, cache in settings.CACHES.items()}


@pytest.fixture(autouse=True)
def _own_folders(settings: Settings, tmp_path: Path) -> None:
    """Nor may any see another's files and mail."""
    storages = settings.STORAGES
    settings.STORAGES = storages | {"default": storages["default"] | {"OPTIONS": {"location": str(tmp_path / "files")}}}
    settings.FILES_DIR = tmp_path / "files"


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """The database is dropped at the end, whoever is still in it: a thread of a race, a program just stopped."""
    yield
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
