"""What happened, and when: written down first, then done in the order of time."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.conf import settings

from npqh_portal import clock
from npqh_portal.notifications.actions import send_due_messages
from npqh_portal.notifications.models import Message
from npqh_portal.notifications.states import MessageState

# The worker would have handed a message over by then.
POST = timedelta(minutes=1)


class Diary:
    """Entries are actions of the portal. Done in order, the audit trail and the ledger read like a history."""

    def __init__(self) -> None:
        self._entries: list[tuple[datetime, Callable[[], object]]] = []

    def note(self, day: date, at: str, what: Callable[[], object]) -> None:
        """`what` happens on that London day at that time, as in "16.30"; nothing of the future is written."""
        self.note_at(clock.london_moment(day, time.fromisoformat(at.replace(".", ":"))), what)

    def note_at(self, moment: datetime, what: Callable[[], object]) -> None:
        if moment <= clock.now():
            self._entries.append((moment, what))

    def live_through(self) -> None:
        """Do it all. Messages are handed over at their moment, to nobody: a demonstration sends no old mail."""
        backend, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, "django.core.mail.backends.dummy.EmailBackend"
        try:
            for moment, entries in groupby(sorted(self._entries, key=itemgetter(0)), key=itemgetter(0)):
                with clock.as_if(moment):
                    for _, what in entries:
                        what()
                if Message.objects.filter(state=MessageState.QUEUED).exists():
                    with clock.as_if(moment + POST):
                        send_due_messages()
        finally:
            settings.EMAIL_BACKEND = backend
