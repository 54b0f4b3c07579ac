"""What of applications is due now."""

from collections.abc import Iterator
from datetime import datetime

from npqh_portal.notifications.reminders import Reminder

from . import drafts, endorsements, offers, questions


def due(at: datetime) -> Iterator[Reminder]:
    yield from drafts.due(at)
    yield from endorsements.due(at)
    yield from offers.due(at)
    yield from questions.due(at)
