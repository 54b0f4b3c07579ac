"""Row locks, append-only tables and random public ids."""

import secrets
from collections.abc import Mapping
from typing import Any, TypeVar

import pgtrigger
from django.db import models

M = TypeVar("M", bound=models.Model)

# No 0/O, 1/I/L, or U: an id may be read out over a telephone.
_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


def lock(row: M) -> M:
    """Re-read a row and hold it until the transaction ends.

    Lock lower packages first and rows of one table by id, so that two writers never wait for each other.
    """
    # Of a request's user `type` would be the wrapper that Django puts round it.
    manager = row.__class__._base_manager
    return manager.select_for_update(of=("self",)).get(pk=row.pk)


def lock_if_there(row: M) -> M | None:
    """The same, of one that may be gone."""
    return row.__class__._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()


def differing(row: models.Model, wanted: Mapping[str, Any]) -> set[str]:
    """The columns of a row that are not yet as they are wanted."""
    return {name for name, value in wanted.items() if getattr(row, name) != value}


def random_id(length: int = 12) -> str:
    """An unguessable id for URLs: 58 bits at the default length."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(length))


class AppendOnly(models.Model):
    """A table whose rows are never changed or deleted; the database refuses both.

    Children must write `class Meta(AppendOnly.Meta)`, or they silently get no trigger.
    """

    class Meta:
        abstract = True
        triggers = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete),
        ]
