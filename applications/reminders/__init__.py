"""What of applications is due now."""

from collections.abc import Iterator
from datetime import datetime

from npqh_portal.notifications.reminders import Reminder

from . import drafts, endorsements, questions


def due(at: datetime) -> Iterator[Reminder]:
    yield from drafts.due(at)
    yield from endorsements.due(at)
    yield from questions.due(at)
