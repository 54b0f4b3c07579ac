"""Placements and governing boards: which days count, what comes before what, and for how long (S59 to S69, T16)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cohorts.errors import DoneBeforePresented, PresentedBeforePlacement, PresentedUponDay

from .network import check_day
from .terms import Term, terms_of_course

_SATURDAY, _SUNDAY = 5, 6


def is_working_day(on: date, holidays: Collection[date]) -> bool:
    """Neither a weekend nor one of these holidays (T16)."""
    return on.weekday() < _SATURDAY and on not in holidays


def why_not_counted(on: date, holidays: Mapping[date, str]) -> str:
    """Which day of rest it is, in words; nothing for a working day."""
    if on.weekday() >= _SATURDAY:
        return "Saturday" if on.weekday() == _SATURDAY else "Sunday"
    return holidays.get(on, "")


def working_days(days: Iterable[date], holidays: Collection[date]) -> list[date]:
    """Those that count, each once, in order. Days are counted, never the span between the first and the last."""
    return sorted({day for day in days if is_working_day(day, holidays)})


def check_presentation(
    presented_on: date,
    implementation_starts_on: date | None,
    *,
    first_on: date,
    last_on: date | None,
    today: date,
    at_placement: bool,
    placement_days: Collection[date],
) -> None:
    """A presentation has taken place, comes before what it plans, and at the placement school after one was there."""
    check_day(presented_on, first_on=first_on, last_on=last_on, today=today)
    if at_placement and not has_been_there(presented_on, placement_days):
        raise PresentedBeforePlacement(min(placement_days, default=None))
    if implementation_starts_on and implementation_starts_on < presented_on:
        raise DoneBeforePresented(presented_on)


def has_been_there(by: date, placement_days: Collection[date]) -> bool:
    """Whether any of these days had come by then."""
    return any(day <= by for day in placement_days)


def check_day_goes(on: date, *, placement_days: Collection[date], presented_on: Iterable[date]) -> None:
    """A day at the placement school goes unless a presentation to its board would then come before every other."""
    others = [day for day in placement_days if day != on]
    for day in presented_on:
        if has_been_there(day, placement_days) and not has_been_there(day, others):
            raise PresentedUponDay(day)


def terms_short(
    starts_on: date | None, ends_on: date | None, *, terms_least: int, terms: Sequence[Term]
) -> list[Term] | None:
    """The terms that a task lasts into, where they are fewer than it asks for (S61).

    None where it lasts long enough, or nobody can tell: a day is missing, or the terms until then are not entered.
    """
    if not terms_least or starts_on is None or ends_on is None:
        return None
    lasts = terms_of_course(terms, starts_on, ends_on)
    known_until = max((term.ends_on for term in terms), default=None)
    if len(lasts) >= terms_least or known_until is None or known_until < ends_on:
        return None
    return lasts


# --- in which order -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One step of a task. `code` says which; `state` is done, next or later."""

    code: str
    is_done: bool
    state: str = "later"


@dataclass(frozen=True)
class Presented:
    """`is_in_order` unless it was at the placement school's board before any day at that school."""

    has_feedback: bool
    implementation_starts_on: date | None
    is_in_order: bool = True


@dataclass(frozen=True)
class Placed:
    is_agreed: bool
    working_days: int
    has_research: bool
    has_plan: bool


def steps(
    *,
    placement_days_least: int,
    is_presented: bool,
    placed: Placed | None,
    presented: Presented | None,
    today: date,
) -> list[Step]:
    """The steps of a task in their right order. The first one that is open is next, whatever stands done after it."""
    found: list[Step] = []
    if placement_days_least:
        found += [
            Step("school", placed is not None),
            Step("agreed", placed is not None and placed.is_agreed),
            Step("days", placed is not None and placed.working_days >= placement_days_least),
            Step("research", placed is not None and placed.has_research),
            Step("plan", placed is not None and placed.has_plan),
        ]
    if is_presented:
        found += [
            Step("presented", presented is not None and presented.is_in_order),
            Step("feedback", presented is not None and presented.has_feedback),
        ]
        if not placement_days_least:
            begins = presented.implementation_starts_on if presented else None
            found.append(Step("begun", begins is not None and begins <= today))
    first_open = next((number for number, step in enumerate(found) if not step.is_done), None)
    return [
        replace(step, state="done" if step.is_done else "next" if number == first_open else "later")
        for number, step in enumerate(found)
    ]
