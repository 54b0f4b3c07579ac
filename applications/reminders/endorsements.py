"""Who has been asked for an endorsement and has not answered; and which applicants should know."""

from collections.abc import Iterator
from datetime import datetime

from applications.models import Endorsement
from applications.queries.endorsements import link_of
from applications.rules.endorsements import LAST, nudge_due
from applications.states import UNDECIDED, EndorsementState
from npqh_portal.notifications.reminders import Reminder


def due(at: datetime) -> Iterator[Reminder]:
    """To the endorser with the link that opens; the last time to the applicant too. A new link reminds anew."""
    waiting = (
        Endorsement.objects.filter(
            state=EndorsementState.WAITING, application__state__in=UNDECIDED, sent_at__lt=at, expires_at__gt=at
        )
        .select_related("application__person", "application__intake__version__programme")
        .order_by("pk")
    )
    for endorsement in waiting:
        nudge = nudge_due(endorsement.sent_at, endorsement.expires_at, at)
        if nudge is None:
            continue
        which = f"{endorsement.pk}:{endorsement.links}"
        yield Reminder(
            kind="endorsement-reminder",
            to=endorsement.email,
            about=endorsement,
            key=f"endorsement-reminder-{nudge.name}:{which}:endorser",
            stale_at=nudge.until,
            secrets={"link": link_of(endorsement)},
        )
        if nudge.name == LAST:
            person = endorsement.application.person
            yield Reminder(
                kind="endorsement-unanswered",
                to=person,
                about=endorsement,
                key=f"endorsement-unanswered:{which}:{person.pk}",
                stale_at=nudge.until,
            )
