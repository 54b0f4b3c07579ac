"""Who still has a question of ours to answer."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from applications.models import InformationRequest
from applications.states import UNDECIDED
from npqh_portal.clock import london_date, start_of_day
from npqh_portal.notifications.reminders import Reminder


def due(at: datetime) -> Iterator[Reminder]:
    """Open questions, from the day before an answer is asked for until that day is over; not on the day of asking."""
    today = london_date(at)
    questions = InformationRequest.objects.open().filter(
        reply_by__gte=today,
        reply_by__lte=today + timedelta(days=1),
        asked_at__lt=start_of_day(today),
        application__state__in=UNDECIDED,
    )
    for asked in questions.select_related("application__person", "application__intake__version__programme"):
        yield Reminder(
            kind="application-question-open",
            to=asked.application.person,
            about=asked.application,
            key=f"application-question-open:{asked.pk}:1:{asked.application.person_id}",
            stale_at=start_of_day(asked.reply_by + timedelta(days=1)),
            words={"asked": asked},
        )
