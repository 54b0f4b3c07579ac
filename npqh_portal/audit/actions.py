"""Writing the audit trail."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from django.db import models

from .models import Entry, Words
from .rules import Fact, canonical, words_name


class Actor(Protocol):
    pk: int


@dataclass(frozen=True)
class Deed:
    """Something that was done, before it is written down.

    `facts` are ids, codes, integers and ISO moments. Anything a person typed, and anything that says who a
    person is, goes into `words`, which can be erased.
    """

    verb: str
    subject: models.Model
    facts: Mapping[str, Fact] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


def record(
    verb: str,
    subject: models.Model,
    *,
    facts: Mapping[str, Fact] | None = None,
    words: Mapping[str, str] | None = None,
    by: Actor | None,
) -> Entry:
    """Add one entry, inside the caller's transaction. See `Deed` for what goes where."""
    return record_many([Deed(verb, subject, facts or {}, words or {})], by=by)[0]


def record_many(deeds: Iterable[Deed], *, by: Actor | None) -> list[Entry]:
    """Add an entry for each, in their order and inside the caller's transaction: two statements at most."""
    entries, words = [], []
    for deed in deeds:
        beside = _beside(deed.words) if deed.words else None
        if beside:
            words.append(beside)
        entries.append(
            Entry(
                verb=deed.verb,
                subject_type=deed.subject._meta.label_lower,
                subject_id=deed.subject.pk,
                actor_id=by.pk if by else None,
                payload=canonical(deed.facts),
                words_sha256=beside.sha256 if beside else "",
            )
        )
    Words.objects.bulk_create(words)
    return Entry.objects.bulk_create(entries)


def _beside(words: Mapping[str, str]) -> Words:
    nonce, body = secrets.token_hex(16), canonical(words)
    return Words(sha256=words_name(nonce, body), nonce=nonce, body=body)
