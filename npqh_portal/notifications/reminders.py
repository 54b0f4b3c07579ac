"""The shape in which every package says what is due."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import models

from npqh_portal.people.models import User


@dataclass(frozen=True)
class Reminder:
    """One message that is due: from a stored moment to a late cut-off, `stale_at`, never "equals today".

    `to` is an address where whoever is reminded is no user. `secrets` are as `queue_message` takes them.
    """

    kind: str
    to: User | str
    about: models.Model
    key: str
    stale_at: datetime
    words: Mapping[str, Any] = field(default_factory=dict)
    secrets: Mapping[str, str] | None = None
