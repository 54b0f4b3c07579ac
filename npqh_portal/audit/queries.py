"""Reading the trail."""

import json
from collections.abc import Mapping

from .models import Entry, Words
from .rules import Fact


def facts_of(entry: Entry) -> Mapping[str, Fact]:
    facts: dict[str, Fact] = json.loads(entry.payload)
    return {name: fact for name, fact in facts.items() if name != "v"}


def words_of(entry: Entry) -> Mapping[str, str] | None:
    """The person's words that belong to the entry: empty when it has none, None once they are erased."""
    if not entry.words_sha256:
        return {}
    words = Words.objects.get(sha256=entry.words_sha256)
    if words.erased_at is not None:
        return None
    body: dict[str, str] = json.loads(words.body)
    return {name: text for name, text in body.items() if name != "v"}
