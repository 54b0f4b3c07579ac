"""Formative work in the administration: that some waits, and what was done in words; never what was written."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.urls import reverse

from cohorts.access import READERS_OF_WORK, formative_rounds_answered_by
from cohorts.queries.formative import waiting_for_feedback
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.programmes.models import Item
from npqh_portal.web.admin import Waiting, site
from npqh_portal.web.trail import LEFT_OUT, Told, row, say
from npqh_portal.web.words import table_day


@site.work_waiting
def work_without_feedback(user: User) -> Iterator[Waiting]:
    if not has_role(user, *READERS_OF_WORK):
        return
    waiting = waiting_for_feedback(formative_rounds_answered_by(user)).order_by()
    found = waiting.aggregate(count=Count("pk"), oldest=Min("sent_at"))
    oldest = found["oldest"]
    yield Waiting(
        label="Work without feedback",
        count=found["count"],
        address=reverse("cohorts:feedback_list"),
        words=f"The longest has waited since {table_day(oldest)}. Facilitators answer it first." if oldest else "",
        since=clock.london_date(oldest) if oldest else None,
    )


say(
    {
        "formative-work.saved": "Draft of formative work saved",
        "formative-work.file-added": "File added to formative work",
        "formative-work.file-captioned": "Picture in formative work explained",
        "formative-work.file-removed": "File taken out of formative work",
        "formative-work.sent": "Formative work sent",
        "formative-work.sent-anew": "Formative work sent anew",
        "formative-feedback.given": "Feedback to formative work given",
        "formative-feedback.changed": "Feedback to formative work changed",
    },
    {
        "enrolment": LEFT_OUT,
        "item": row("Task", Item),
        "round": Told("Version"),
        "letters": Told("Characters"),
        "files": Told("Files"),
        "file": LEFT_OUT,
        "size": LEFT_OUT,
    },
)
