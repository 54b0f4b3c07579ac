"""Who still has an application to finish."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from applications.models import Application
from applications.rules.answers import to_finish, unfinished_parts
from applications.rules.opening import nudge_due
from applications.states import ApplicationState
from npqh_portal.notifications.reminders import Reminder


def due(at: datetime) -> Iterator[Reminder]:
    """Drafts whose intake closes within a week, and again within a day, where nobody writes just now.

    A new closing moment reminds anew.
    """
    drafts = (
        Application.objects.filter(
            state=ApplicationState.DRAFT,
            intake__is_paused=False,
            intake__closes_at__gt=at,
            intake__closes_at__lte=at + timedelta(days=7),
        )
        .select_related("person", "form", "intake__version__programme")
        .order_by("pk")
    )
    for application in drafts:
        closes_at, answers = application.intake.closes_at, application.answers
        if nudge := nudge_due(closes_at, application.changed_at, at):
            yield Reminder(
                kind="application-unfinished",
                to=application.person,
                about=application,
                key=f"application-unfinished-{nudge.name}:{application.pk}:{closes_at:%Y%m%d%H%M}:{application.person_id}",
                stale_at=nudge.until,
                words={"unfinished": to_finish(unfinished_parts(answers), answers)},
            )
