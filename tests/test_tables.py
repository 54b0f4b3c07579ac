"""What the database itself has to hold: its triggers, what a deletion reaches, readable names, and tables of states."""

import ast
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models

from npqh_portal.db import AppendOnly

from .test_foreign_keys import LOWEST_FIRST

ROOT = Path(__file__).resolve().parents[1]
OURS = [apps.get_app_config(label) for label in LOWEST_FIRST]

# A deletion that takes other rows with it, and why it may.
CASCADES = {
    "programmes.ContentArea.version": "a draft version is dropped whole; a published one is frozen by trigger",
    "programmes.LearningStatement.version": "as above",
    "programmes.LearningStatement.area": "as above",
    "programmes.Behaviour.version": "as above",
    "programmes.Course.version": "as above",
    "programmes.Course_areas.course": "as above",
    "programmes.Course_areas.contentarea": "as above",
    "programmes.Item.version": "as above",
    "programmes.Item.course": "as above",
    "programmes.EngagementPolicy.version": "as above",
    "programmes.PolicyComponent.policy": "as above",
    "programmes.AssessmentTask.version": "as above",
    "cohorts.Booking.seminar": "a booking is nothing without its seminar, and seminars are never deleted",
}


def our_models() -> Iterator[type[models.Model]]:
    for config in OURS:
        yield from config.get_models()


def append_only(parent: type[models.Model] = AppendOnly) -> Iterator[type[models.Model]]:
    for child in parent.__subclasses__():
        if not child._meta.abstract:
            yield child
        yield from append_only(child)


@pytest.mark.django_db
@pytest.mark.parametrize("model", sorted(append_only(), key=str), ids=lambda model: model._meta.label)
def test_append_only_table_has_its_trigger(model: type[models.Model]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE 'pgtrigger_append_only_%%'"
            " AND tgenabled = 'O'",
            [model._meta.db_table],
        )
        assert cursor.fetchone() == (1,)


def test_deletion_is_refused_unless_argued() -> None:
    reaching = {
        str(field): field.remote_field.on_delete
        for model in our_models()
        for field in model._meta.fields
        if field.remote_field and field.remote_field.on_delete is not models.PROTECT
    }
    assert reaching == dict.fromkeys(CASCADES, models.CASCADE)


def test_every_constraint_has_a_readable_name() -> None:
    names = [constraint.name for model in our_models() for constraint in model._meta.constraints]
    assert [name for name in names if not re.fullmatch(r"[a-z]+(_[a-z]+){2,}", name)] == []
    assert len(names) == len(set(names))


# States


def machines() -> dict[type[models.TextChoices], dict[Any, frozenset[Any]]]:
    """Every table of legal moves, by the states it is about."""
    found = {}
    for config in OURS:
        try:
            module = import_module(f"{config.name}.states")
        except ModuleNotFoundError:
            continue
        for name, table in vars(module).items():
            if name.endswith("MOVES"):
                found[type(next(iter(table)))] = table
    return found


MACHINES = machines()


@pytest.mark.parametrize("states", MACHINES, ids=lambda states: states.__name__)
def test_table_of_moves_covers_every_state(states: type[models.TextChoices]) -> None:
    table = MACHINES[states]
    assert set(table) == set(states)
    assert {after for moves in table.values() for after in moves} <= set(states)
    assert all(state not in moves for state, moves in table.items()), "staying is not a move"


def test_every_state_column_has_a_table_of_moves_and_starts_at_its_first_state() -> None:
    columns = [model._meta.get_field("state") for model in our_models() if hasattr(model, "state")]
    by_choices = {tuple(states.choices): states for states in MACHINES}
    assert [str(column) for column in columns if tuple(column.choices or ()) not in by_choices] == []
    assert {str(column): column.default for column in columns} == {
        str(column): next(iter(by_choices[tuple(column.choices or ())])) for column in columns
    }


@pytest.mark.parametrize("states", MACHINES, ids=lambda states: states.__name__)
def test_every_state_can_be_reached(states: type[models.TextChoices]) -> None:
    reached, table = [next(iter(states))], MACHINES[states]
    for state in reached:
        reached += [after for after in table[state] if after not in reached]
    assert set(reached) == set(states)


def state_writes(code: str) -> list[int]:
    """The lines that assign a state: `row.state = …`, `rows.update(state=…)`, `….create(state=…)`."""
    lines = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Assign(targets=targets):
                written = any(isinstance(target, ast.Attribute) and target.attr == "state" for target in targets)
            case ast.AnnAssign(target=ast.Attribute(attr="state")) | ast.AugAssign(target=ast.Attribute(attr="state")):
                written = True
            case ast.Call(
                func=ast.Attribute(attr="update" | "create" | "get_or_create" | "update_or_create"), keywords=given
            ):
                written = any(keyword.arg == "state" for keyword in given)
            case _:
                continue
        if written:
            lines.append(node.lineno)
    return lines


def test_only_actions_assign_a_state() -> None:
    code = [path for config in OURS for path in Path(config.path).rglob("*.py")]
    elsewhere = {
        path for path in code if "actions" not in [*path.parent.parts, path.stem] and "migrations" not in path.parts
    }
    assert [
        f"{path.relative_to(ROOT)}:{line}" for path in sorted(elsewhere) for line in state_writes(path.read_text())
    ] == []


def test_an_assigned_state_would_be_seen() -> None:
    code = [
        "row.state = a",
        "rows.filter(state=a).update(state=b, at=now)",
        "rows.filter(state=a)",
        "rows.create(state=a)",
    ]
    assert state_writes("\n".join(code)) == [1, 2, 4]
