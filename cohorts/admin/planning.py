"""A cohort's timetable: made from a pattern, looked at by term, and checked before it is published."""

from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponseBase
from django.template.response import TemplateResponse

from cohorts.access import LEADS
from cohorts.actions import draft_timetable, generate_timetable, move_cohort_start
from cohorts.actions.cohorts import check_start_of
from cohorts.forms.planning import PlanForm
from cohorts.models import Cohort
from cohorts.queries import dates_of
from cohorts.queries.planning import plan_start, readiness, reason_published, timetable_by_term
from cohorts.rules.dates import course_dates
from cohorts.states import CohortState
from npqh_portal import clock
from npqh_portal.errors import RuleViolation
from npqh_portal.people.models import User
from npqh_portal.web.admin import Act, ActForm, RowPage
from npqh_portal.web.fields import DateParts

_PLANNED_IN = {CohortState.DRAFT, CohortState.PUBLISHED, CohortState.RUNNING}


class StartForm(ActForm):
    starts_on = DateParts(label="It begins on", subject="The first day")
    reason = forms.CharField(
        label="Why",
        help_text="It stands in the letter, as you write it here.",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why"},
    )

    def prepare(self) -> None:
        self.fields["starts_on"].initial = self.row.starts_on

    def clean_starts_on(self) -> date:
        """Refused here: such a day is not looked at first."""
        starts_on: date = self.cleaned_data["starts_on"]
        try:
            check_start_of(self.row.version, starts_on, today=clock.today())
        except RuleViolation as refusal:
            raise forms.ValidationError(str(refusal)) from refusal
        return starts_on


def _generate(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    seminars = generate_timetable(cohort, cleaned["choice"], digest=cleaned["digest"], by=by)
    return f"{len(seminars)} sessions are in the draft of the timetable. Nobody is told until it is published."


def _draft(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> dict[str, Any]:
    plan = draft_timetable(cohort, cleaned["choice"])
    by_term = [(term, list(sittings)) for term, sittings in groupby(plan.draft.sittings, key=lambda one: one.term)]
    return {"plan": plan, "by_term": by_term}


def _move_start(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> str:
    moved = move_cohort_start(cohort, **cleaned, by=by)
    words = f"The cohort begins on {moved.starts_on.day} {moved.starts_on:%B %Y}."
    return f"{words} Everybody placed, and whoever leads, is told." if moved.state == CohortState.PUBLISHED else words


def _new_start(by: User, cohort: Cohort, cleaned: dict[str, Any]) -> dict[str, Any]:
    return {"move": plan_start(cohort, cleaned["starts_on"]), "is_told": cohort.state == CohortState.PUBLISHED}


def _by_term(request: HttpRequest, cohort: Cohort) -> HttpResponseBase:
    context = {"cohort": cohort, "view": timetable_by_term(cohort), "dates": dates_of(cohort)}
    return TemplateResponse(request, "cohorts/planning_terms.html", context)


def _ready(request: HttpRequest, cohort: Cohort) -> HttpResponseBase:
    checks = readiness(cohort, today=clock.today())
    context = {
        "cohort": cohort,
        "checks": checks,
        "bars": any(check.stands == "no" for check in checks),
        "cares": any(check.stands == "care" for check in checks),
        "reason": reason_published(cohort),
        "dates": dates_of(cohort),
        "extended_on": extended_end(cohort),
    }
    return TemplateResponse(request, "cohorts/planning_ready.html", context)


def extended_end(cohort: Cohort) -> date:
    """When the assessment ends for somebody new to headship who has all the months more that there are (S14)."""
    version = cohort.version
    return course_dates(
        cohort.starts_on,
        delivery_months=version.delivery_months,
        assessment_months=version.assessment_months,
        extension_months=version.extension_months_most,
    ).assessment_ends_on


PLANNING_ACTS = (
    Act(
        "generate",
        "Make the timetable",
        run=_generate,
        preview=_draft,
        form=PlanForm,
        roles=LEADS,
        offered=lambda cohort: cohort.state in _PLANNED_IN,
        explains="From the programme, the school terms and the days you choose. You look at the draft first, and what"
        " does not fit is listed with why.",
        template="cohorts/planning_generate.html",
    ),
    Act(
        "start",
        "Move its start",
        run=_move_start,
        preview=_new_start,
        form=StartForm,
        roles=LEADS,
        # Of a draft the first day is edited like everything else.
        offered=lambda cohort: cohort.state == CohortState.PUBLISHED,
        explains="Every date of the course is counted from it. Sessions and assessment windows stay where they are:"
        " whatever would lie outside the new dates is moved first.",
        template="cohorts/planning_start.html",
    ),
)

PLANNING_PAGES = (
    RowPage("ready", "Ready to publish?", _ready, offered=lambda cohort: cohort.state == CohortState.DRAFT),
    RowPage("terms", "Timetable by term", _by_term),
)
