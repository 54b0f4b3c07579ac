"""What the clock does for the whole portal."""

import logging
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from django.db import transaction

import applications.reminders
import assessments.reminders
import cohorts.reminders
from applications.actions import discard_late_applications
from assessments.actions import discard_late_past_imports
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.reminders import Reminder
from npqh_portal.schools.actions import discard_late_imports

log = logging.getLogger(__name__)

Source = Callable[[datetime], Iterable[Reminder]]
SOURCES: tuple[Source, ...] = (applications.reminders.due, cohorts.reminders.due, assessments.reminders.due)


def queue_due_reminders(at: datetime) -> int:
    """Ask each package what is due and queue it, once: a reminder's key was used before, or makes it now.

    What cannot be queued is logged and keeps nothing else back; the next sweep tries it again. Returns how many were
    queued.
    """
    due = [reminder for source in SOURCES for reminder in _due(source, at)]
    queued = set(Message.objects.filter(key__in=[reminder.key for reminder in due]).values_list("key", flat=True))
    return sum(_queue(reminder) for reminder in due if reminder.key not in queued)


def _due(source: Source, at: datetime) -> Iterator[Reminder]:
    """What one package finds, up to where it fails."""
    try:
        yield from source(at)
    except Exception:
        log.exception("%s did not find out all that is due.", source.__module__)


def _queue(reminder: Reminder) -> bool:
    try:
        with transaction.atomic():
            message = queue_message(
                reminder.kind, to=reminder.to, key=reminder.key, about=reminder.about,
                words=reminder.words, secrets=reminder.secrets, stale_at=reminder.stale_at,
            )  # fmt: skip
    except Exception:
        log.exception("The reminder %s could not be queued.", reminder.key)
        return False
    return message is not None


def discard_late_files(at: datetime) -> int:
    """Throw away what was handed in to be looked at and never confirmed. Returns how many files."""
    return discard_late_imports(at) + discard_late_applications(at) + discard_late_past_imports(at)
