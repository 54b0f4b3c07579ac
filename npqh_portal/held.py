"""Files that were handed in and wait: somebody looks at what each would do, then confirms or discards it."""

from collections.abc import Mapping, Set
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Generic

from django.core.files.storage import default_storage
from django.db import transaction

from .audit.actions import record
from .db import M, lock
from .errors import RuleViolation
from .people.models import User

# After that nobody comes back to a file, and what it says of people is not kept for nothing.
WAITS_FOR = timedelta(days=1)
WAITING, DISCARDED = "waiting", "discarded"


@dataclass(frozen=True)
class HeldFiles(Generic[M]):
    """The files of one table, each row with a `state` and the moment `at` which it was handed in.

    `over` is what is raised, given the state in words, of one that no longer waits; `stored_in` are the columns that
    hold the names of what is stored; `verb` says in the audit trail that one was discarded.
    """

    table: type[M]
    moves: Mapping[Any, Set[Any]]
    over: type[RuleViolation]
    verb: str
    stored_in: tuple[str, ...] = ("stored_name",)

    def check_move(self, held: Any, to: str) -> None:
        """`held` is locked by the caller. Raises `over`."""
        if to not in self.moves[held.state]:
            raise self.over(held.get_state_display())

    def let_go(self, held: Any) -> None:
        """What is stored leaves with the commit, so that a refusal further on leaves it. The caller saves the row."""
        for column in self.stored_in:
            if name := getattr(held, column):
                transaction.on_commit(partial(default_storage.delete, name))
                setattr(held, column, "")

    @transaction.atomic
    def discard(self, held: M, *, by: User | None) -> M:
        """Put a waiting file away; it is deleted. Done twice, it is done once. Raises `over`."""
        row: Any = lock(held)
        if row.state == DISCARDED:
            return row  # type: ignore[no-any-return]
        self.check_move(row, DISCARDED)
        row.state = DISCARDED
        self.let_go(row)
        row.save(update_fields=["state", *self.stored_in])
        record(self.verb, row, by=by)
        return row  # type: ignore[no-any-return]

    def discard_late(self, at: datetime) -> int:
        """Put away every file that has waited for more than a day. Returns how many; those settled meanwhile stay."""
        discarded = 0
        for late in self.table._base_manager.filter(state=WAITING, at__lt=at - WAITS_FOR):
            with suppress(self.over):
                self.discard(late, by=None)
                discarded += 1
        return discarded
