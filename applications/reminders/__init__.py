"""What of applications is due now."""

from collections.abc import Iterator
from datetime import datetime

from npqh_portal.notifications.reminders import Reminder

from . import drafts


def due(at: datetime) -> Iterator[Reminder]:
    yield from drafts.due(at)
