"""Questions about marks: their entries in the trail, and those a programme lead has to answer."""

from collections.abc import Iterator

from django.urls import reverse

from cohorts.access import READERS_OF_WORK, appeals_overseen_by
from cohorts.models import AttendanceMark, Enrolment, Seminar
from cohorts.queries.appeals import to_answer
from cohorts.states import AppealState
from npqh_portal import clock
from npqh_portal.people.access import has_role
from npqh_portal.people.models import User
from npqh_portal.web.admin import Waiting, site
from npqh_portal.web.trail import Told, days, row, say
from npqh_portal.web.words import table_day

say(
    {
        "appeal.asked": "Mark questioned",
        "appeal.further": "Questioned mark taken to the programme lead",
        "appeal.corrected": "Questioned mark corrected",
        "appeal.kept": "Questioned mark kept",
        "appeal.final": "Questioned mark kept for good",
        "appeal.withdrawn": "Question about a mark taken back",
    },
    {
        "enrolment": row("Who", Enrolment, "person", "version__programme"),
        "session": row("Session", Seminar, "item"),
        "mark": row("Mark", AttendanceMark, "enrolment__person", "seminar__item"),
        "answer_by": Told("To be answered by", days),
    },
)


@site.work_waiting
def questioned_marks(user: User) -> Iterator[Waiting]:
    """Those taken to the lead, and those that a facilitator has left lying."""
    if not has_role(user, *READERS_OF_WORK):
        return
    today = clock.today()
    asked = to_answer(appeals_overseen_by(user), AppealState.FURTHER, AppealState.ASKED)
    theirs = [
        day for state, day in asked.values_list("state", "answer_by") if state == AppealState.FURTHER or day < today
    ]
    if theirs:
        yield Waiting(
            label="Questioned marks to answer",
            count=len(theirs),
            address=reverse("cohorts:lead_appeals"),
            words=f"The first by {table_day(theirs[0])}.",
            late=theirs[0] < today,
        )
