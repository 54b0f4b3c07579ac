"""A cohort's timetable in draft: what it would change, what stands in the way, who would be told; and publishing it."""

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from cohorts.access import LEADS
from cohorts.actions import publish_timetable
from cohorts.errors import CohortClosed
from cohorts.models import Cohort
from cohorts.queries.drafts import preview_of
from cohorts.states import CohortState, SeminarState
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, RowPage


def _draft(request: HttpRequest, cohort: Cohort) -> HttpResponseBase:
    context = {
        "cohort": cohort,
        "draft": preview_of(cohort),
        "is_first": not cohort.publications.exists()
        and not cohort.seminars.exclude(state=SeminarState.PLANNED).exists(),
        "is_published_with_it": cohort.state == CohortState.DRAFT,
    }
    return TemplateResponse(request, "cohorts/timetable_draft.html", context)


def _publish(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    told = len(preview_of(cohort).told)
    publication = publish_timetable(cohort, by=by)
    if publication is None:
        return "There was nothing in the draft, so nothing was published and nobody is told."
    people = "Nobody is told, for it concerns nobody yet."
    if told:
        people = "One person is told by email." if told == 1 else f"{told:,} people are told by email."
    return f"The timetable is published. {people}"


# A draft's timetable is published with it, and a closed cohort's stays as it is.
_NOT_PUBLISHED = {CohortState.DRAFT, CohortState.CLOSED}
TIMETABLE_PAGE = RowPage("draft", "Timetable in draft", _draft)
PUBLISH_TIMETABLE = Act(
    "publish_timetable",
    "Publish the timetable",
    run=_publish,
    roles=LEADS,
    offered=lambda cohort: cohort.state not in _NOT_PUBLISHED and bool(preview_of(cohort).lines),
    why_not=lambda cohort: str(CohortClosed()) if cohort.state == CohortState.CLOSED else "",
    explains="Everything in the draft becomes the timetable at once. Everybody whom it concerns gets one letter.",
    template="cohorts/timetable_publish.html",
    context=lambda cohort: {"draft": preview_of(cohort)},
)
