"""Reading the trail."""

import json
from collections.abc import Iterable, Mapping

from .models import Entry, Words
from .rules import Fact


def facts_of(entry: Entry) -> Mapping[str, Fact]:
    facts: dict[str, Fact] = json.loads(entry.payload)
    return {name: fact for name, fact in facts.items() if name != "v"}


def words_of(entry: Entry) -> Mapping[str, str] | None:
    """The person's words that belong to the entry: empty when it has none, None once they are erased."""
    return words_of_all([entry])[entry.pk]


def words_of_all(entries: Iterable[Entry]) -> dict[int, Mapping[str, str] | None]:
    """The same for many entries, by entry, in one statement."""
    entries = list(entries)
    named = Words.objects.in_bulk([entry.words_sha256 for entry in entries if entry.words_sha256])
    return {entry.pk: _read(named[entry.words_sha256]) if entry.words_sha256 else {} for entry in entries}


def _read(words: Words) -> Mapping[str, str] | None:
    if words.erased_at is not None:
        return None
    body: dict[str, str] = json.loads(words.body)
    return {name: text for name, text in body.items() if name != "v"}
