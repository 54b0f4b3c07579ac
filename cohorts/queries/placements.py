"""Placements, governing boards, and how far somebody has come with the tasks that ask for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from cohorts.models import BoardPresentation, Enrolment, Placement, PlacementDay, PlacementDecline, SchoolTerm
from cohorts.rules.bank_holidays import bank_holidays
from cohorts.rules.placements import (
    Placed,
    Presented,
    Step,
    has_been_there,
    steps,
    terms_short,
    why_not_counted,
    working_days,
)
from cohorts.rules.terms import Term
from cohorts.states import LIVE_ENROLMENT
from npqh_portal import clock
from npqh_portal.programmes.kinds import PresentedTo
from npqh_portal.programmes.models import AssessmentTask, ProgrammeVersion
from npqh_portal.schools.models import School

from .cohorts import dates_of, windows_of
from .enrolments import latest_membership_of

# Before this no placement was logged anywhere.
_FIRST_YEAR = date(2017, 1, 1)


def still_to_agree(placements: QuerySet[Placement]) -> QuerySet[Placement]:
    """Neither agreed nor declined, of people who can still go there."""
    return placements.filter(agreed_at=None, declined=None, enrolment__state__in=sorted(LIVE_ENROLMENT))


def tasks_beside(version: ProgrammeVersion | int) -> QuerySet[AssessmentTask]:
    """The tasks that ask for something outside the course: a placement, or a governing board that hears the plan."""
    asks = Q(placement_days_least__gt=0) | ~Q(presented_to=PresentedTo.NOBODY)
    return AssessmentTask.objects.filter(asks, version=version).order_by("number")


def placement_days_asked(enrolment: Enrolment) -> int:
    """How many working days of placement their programme asks for; 0 where it asks for none."""
    most = AssessmentTask.objects.filter(version=enrolment.version_id).aggregate(most=Max("placement_days_least"))
    return most["most"] or 0


# --- days ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LoggedDay:
    """A day of the placement; where it does not count, `rest` says why.

    It is a day of rest (T16), or was at the school that was the placement's before.
    """

    on: date
    what: str
    rest: str
    is_there: bool


@dataclass(frozen=True)
class Days:
    """What is logged, the newest first, and how much of it counts."""

    logged: tuple[LoggedDay, ...]
    working: int
    asked: int

    @property
    def left(self) -> int:
        return max(0, self.asked - self.working)

    @property
    def there(self) -> list[date]:
        """At the school that is the placement's now, days of rest included."""
        return [day.on for day in self.logged if day.is_there]


def days_of(placement: Placement, asked: int) -> Days:
    """One statement."""
    days = list(placement.days.annotate(is_there=Exists(_there().filter(pk=OuterRef("pk")))).order_by("-on"))
    rest = _holidays_of([day.on for day in days])
    return Days(
        logged=tuple(
            LoggedDay(
                day.on,
                day.what,
                why_not_counted(day.on, rest) if day.is_there else f"it was at {day.school_name}",
                day.is_there,
            )
            for day in days
        ),
        working=len(working_days((day.on for day in days if day.is_there), rest)),
        asked=asked,
    )


def days_there(placement: Placement) -> list[date]:
    """Those at the school that is the placement's now. One statement."""
    return list(_there().filter(placement=placement).order_by("on").values_list("on", flat=True))


def _there() -> QuerySet[PlacementDay]:
    """By the register where both are in it, else by the name."""
    named = Q(school_name__iexact=F("placement__school_name")) & (Q(school=None) | Q(placement__school=None))
    return PlacementDay.objects.filter(Q(school=F("placement__school")) | named)


def _holidays_of(days: list[date]) -> Mapping[date, str]:
    return bank_holidays(min(days), max(days)) if days else {}


def rest_on(day: date) -> str:
    """Which day of rest it is, so that it does not count; nothing for a working day."""
    return why_not_counted(day, bank_holidays(day, day))


def with_days(placements: QuerySet[Placement]) -> QuerySet[Any]:
    """Each with its `working_days`, how many are `asked`, and whether its plan `is_presented`."""
    rest = bank_holidays(_FIRST_YEAR, clock.today())
    counted = Q(days__in=_there()) & ~Q(days__on__iso_week_day__gte=6) & ~Q(days__on__in=list(rest))
    asked = AssessmentTask.objects.filter(version=OuterRef("enrolment__version")).order_by("-placement_days_least")
    heard = BoardPresentation.objects.filter(
        enrolment=OuterRef("enrolment"), task__presented_to=PresentedTo.PLACEMENT_BOARD
    )
    return placements.annotate(
        working_days=Count("days", filter=counted),
        asked=Coalesce(Subquery(asked.values("placement_days_least")[:1]), 0),
        is_presented=Exists(heard),
    )


def too_few_days(placements: QuerySet[Placement]) -> QuerySet[Any]:
    return with_days(placements).filter(working_days__lt=F("asked"))


# --- one's own school beside the host's ----------------------------------------------------------


def compared(own: School | None, host: School | None) -> list[tuple[str, str, str]]:
    """What the register says of both: what is told, then theirs, then the host's. Left out where neither has it."""
    rows = [(label, _said(own, column), _said(host, column)) for label, column in _COMPARED]
    return [row for row in rows if row[1] or row[2]]


_COMPARED = (
    ("Phase", "phase"),
    ("Type", "type_name"),
    ("Pupils", "pupils"),
    ("Town", "town"),
    ("Local authority", "la_name"),
    ("Region", "region"),
)


def _said(school: School | None, column: str) -> str:
    value = getattr(school, column) if school else None
    if value is None:
        return ""
    return f"{value:,}" if isinstance(value, int) else str(value)


def declines_before(placement: Placement) -> list[PlacementDecline]:
    """What was declined of it, the newest first, but for what stands."""
    declines = placement.declines.select_related("by")
    return list(declines.exclude(pk=placement.declined_id) if placement.declined_id else declines)


# --- the tasks -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class TaskPlan:
    """One task with its steps in order, its presentation, and the terms it lasts into where these are too few."""

    task: AssessmentTask
    steps: tuple[Step, ...]
    presentation: BoardPresentation | None
    short_terms: list[Term] | None
    is_in_order: bool

    @property
    def is_at_placement(self) -> bool:
        return self.task.presented_to == PresentedTo.PLACEMENT_BOARD

    @property
    def is_done(self) -> bool:
        return all(step.is_done for step in self.steps)


@dataclass(frozen=True)
class Tasks:
    """What the tasks ask for beside the course, and until when.

    `opens_on` to `closes_on` is the window that is open or to come; where there is none, the last one was `closed_on`.
    """

    plans: tuple[TaskPlan, ...]
    placement: Placement | None
    days: Days | None
    opens_on: date | None
    closes_on: date | None
    closed_on: date | None


def tasks_of(enrolment: Enrolment, today: date) -> Tasks:
    """About seven statements, however much was written."""
    tasks = list(tasks_beside(enrolment.version_id))
    asked = max((task.placement_days_least for task in tasks), default=0)
    placement = Placement.objects.select_related("school", "agreed_by", "declined").filter(pk=enrolment.pk).first()
    days = days_of(placement, asked) if placement else None
    presentations = {one.task_id: one for one in BoardPresentation.objects.filter(enrolment=enrolment)}
    stay = latest_membership_of(enrolment)
    windows = list(windows_of(stay.cohort)) if stay else []
    window = next((one for one in windows if one.closes_on >= today), None)
    last_one = window or (windows[-1] if windows else None)
    lasts_until = last_one.closes_on if last_one else dates_of(stay.cohort).assessment_ends_on if stay else None
    terms = [Term(*row) for row in SchoolTerm.objects.values_list("name", "starts_on", "ends_on")]
    placed = _placed(placement, days)

    def plan(task: AssessmentTask) -> TaskPlan:
        there = presentations.get(task.pk)
        begins = there.implementation_starts_on if there else None
        is_in_order = not (
            there
            and task.presented_to == PresentedTo.PLACEMENT_BOARD
            and not has_been_there(there.presented_on, days.there if days else [])
        )
        return TaskPlan(
            task=task,
            steps=tuple(
                steps(
                    placement_days_least=task.placement_days_least,
                    is_presented=task.presented_to != PresentedTo.NOBODY,
                    placed=placed,
                    presented=Presented(bool(there.feedback), begins, is_in_order) if there else None,
                    today=today,
                )
            ),
            presentation=there,
            short_terms=terms_short(begins, lasts_until, terms_least=task.terms_least, terms=terms),
            is_in_order=is_in_order,
        )

    return Tasks(
        plans=tuple(plan(task) for task in tasks),
        placement=placement,
        days=days,
        opens_on=window.opens_on if window else None,
        closes_on=window.closes_on if window else None,
        closed_on=last_one.closes_on if last_one and not window else None,
    )


def _placed(placement: Placement | None, days: Days | None) -> Placed | None:
    if placement is None or days is None:
        return None
    return Placed(placement.agreed_at is not None, days.working, bool(placement.research), bool(placement.plan))
