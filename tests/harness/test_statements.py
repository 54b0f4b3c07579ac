"""How many statements a page sends: the same for three rows as for one, and for the main pages a pinned number."""

import pytest
from django.apps import apps
from django.db import transaction

from . import world as worlds
from .visits import visits

pytestmark = pytest.mark.django_db

# Lower is welcome; higher wants an argument. The account is the goals of docs/architecture.md.
PINNED: dict[str, int] = {}


def rows_of_every_table() -> dict[str, int]:
    return {
        model._meta.label: model._default_manager.count()
        for config in apps.get_app_configs()
        if "site-packages" not in config.path
        for model in config.get_models()
    }


def measured(many: int) -> tuple[dict[str, int], dict[str, int]]:
    """Statements of every page in a world of that size, and the rows of every table in it."""
    with transaction.atomic():
        world = worlds.build(many=many)
        rows = rows_of_every_table()
        statements = {str(visit): len(visit.statements) for visit in visits(world)}
        transaction.set_rollback(True)
    return statements, rows


def test_no_page_asks_more_for_three_rows_than_for_one() -> None:
    (one, few_rows), (three, more_rows) = measured(1), measured(3)
    assert {page: (one[page], three[page]) for page in one if three[page] != one[page]} == {}
    assert [table for table in few_rows if more_rows[table] <= few_rows[table]] == [], "add these to the world"
    assert {page: three.get(page) for page in PINNED} == PINNED
