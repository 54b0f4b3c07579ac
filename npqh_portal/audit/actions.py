"""Writing the audit trail."""

import secrets
from collections.abc import Mapping
from typing import Protocol

from django.db import models

from .models import Entry, Words
from .rules import Fact, canonical, words_name


class Actor(Protocol):
    pk: int


def record(
    verb: str,
    subject: models.Model,
    *,
    facts: Mapping[str, Fact] | None = None,
    words: Mapping[str, str] | None = None,
    by: Actor | None,
) -> Entry:
    """Add one entry, inside the caller's transaction.

    `facts` are ids, codes, integers and ISO moments. Anything a person typed, and anything that says who a
    person is, goes into `words`, which can be erased.
    """
    name = ""
    if words:
        nonce = secrets.token_hex(16)
        body = canonical(words)
        name = words_name(nonce, body)
        Words.objects.create(sha256=name, nonce=nonce, body=body)
    return Entry.objects.create(
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=subject.pk,
        actor_id=by.pk if by else None,
        payload=canonical(facts or {}),
        words_sha256=name,
    )
