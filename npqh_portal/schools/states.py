"""The life of a file that was handed in."""

from django.db import models


class ImportState(models.TextChoices):
    WAITING = "waiting", "Waiting to be confirmed"
    DONE = "done", "Imported"
    DISCARDED = "discarded", "Discarded"


IMPORT_MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset({ImportState.DONE, ImportState.DISCARDED}),
    ImportState.DONE: frozenset(),
    ImportState.DISCARDED: frozenset(),
}
