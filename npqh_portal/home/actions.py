"""What the clock does for the whole portal."""

from datetime import datetime
from itertools import chain

import applications.reminders
import assessments.reminders
import cohorts.reminders
from applications.actions import discard_late_applications
from assessments.actions import discard_late_past_imports
from npqh_portal.notifications.actions import queue_message
from npqh_portal.notifications.models import Message
from npqh_portal.schools.actions import discard_late_imports


def queue_due_reminders(at: datetime) -> int:
    """Ask each package what is due and queue it, once: a reminder's key was used before, or makes it now.

    Returns how many were queued.
    """
    due = list(chain(applications.reminders.due(at), cohorts.reminders.due(at), assessments.reminders.due(at)))
    queued = set(Message.objects.filter(key__in=[reminder.key for reminder in due]).values_list("key", flat=True))
    return sum(
        queue_message(
            reminder.kind, to=reminder.to, key=reminder.key, about=reminder.about,
            words=reminder.words, secrets=reminder.secrets, stale_at=reminder.stale_at,
        ) is not None
        for reminder in due
        if reminder.key not in queued
    )  # fmt: skip


def discard_late_files(at: datetime) -> int:
    """Throw away what was handed in to be looked at and never confirmed. Returns how many files."""
    return discard_late_imports(at) + discard_late_applications(at) + discard_late_past_imports(at)
