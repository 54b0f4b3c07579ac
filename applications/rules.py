"""What an application must hold before it is sent, and when it may be changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from .errors import (
    ApplicationUnfinished,
    IntakeClosed,
    IntakeNotOpenYet,
    IntakePaused,
)

STATEMENT_WORDS_MOST = 250
# The first year of headship (S5).


@dataclass(frozen=True)
class Part:
    """One page of questions. `needs` are the answers without which it is not done."""

    code: str
    title: str
    section: str
    needs: tuple[str, ...]
    answers: tuple[str, ...]


PARTS = (
    Part("details", "Your details", "About you", ("full_name",), ("full_name", "trn")),
    Part(
        "headship", "Your role and headship", "About you", ("role", "headship"),
        ("role", "headship", "headship_started_on"),
    ),
    Part("school", "Your school", "About you", ("school_name",), ("school", "school_name")),
    Part("statement", "Why you apply", "Your place", ("statement",), ("statement",)),
    Part("support", "One-to-one support", "Your place", ("wants_one_to_one",), ("wants_one_to_one",)),
    Part("agreement", "What you agree to", "Your place", ("agreed_at",), ("agreed",)),
)  # fmt: skip

# What `save_answers` takes.
ANSWERS = frozenset(name for part in PARTS for name in part.answers)

HEADSHIP_WITHOUT_DATE = frozenset({"", "aspiring"})


def is_done(part: Part, answers: Mapping[str, object]) -> bool:
    """Whether a part has all it needs; the date of a headship is needed by those who have one, or will."""
    needs = part.needs
    if part.code == "headship" and answers.get("headship") not in HEADSHIP_WITHOUT_DATE:
        needs = (*needs, "headship_started_on")
    return all(answers.get(name) not in (None, "") for name in needs)


def unfinished_parts(answers: Mapping[str, object]) -> list[Part]:
    return [part for part in PARTS if not is_done(part, answers)]


def check_finished(answers: Mapping[str, object]) -> None:
    if parts := unfinished_parts(answers):
        raise ApplicationUnfinished([part.title for part in parts])


def check_open(intake: str, *, opens_at: datetime, closes_at: datetime, is_paused: bool, at: datetime) -> None:
    """An intake is open from the moment it opens until just before the moment it closes, unless it is paused."""
    check_not_closed(intake, closes_at=closes_at, at=at)
    if at < opens_at:
        raise IntakeNotOpenYet(intake)
    if is_paused:
        raise IntakePaused(intake)


def check_not_closed(intake: str, *, closes_at: datetime, at: datetime) -> None:
    """Answers may still be written while an intake is paused, so that nobody loses any."""
    if at >= closes_at:
        raise IntakeClosed(intake)


def first_year_ends(started_on: date) -> date:
    """The first day after somebody's first year of headship; a leap day's is the last of February (S5)."""
    is_leap_day = (started_on.month, started_on.day) == (2, 29)
    return started_on.replace(year=started_on.year + 1, day=28 if is_leap_day else started_on.day)


def headship_date_fault(headship: str, started_on: date, on: date) -> str:
    """Why the date does not fit what the applicant says of their headship; empty when it fits."""
    if headship == "appointed" and started_on <= on:
        return "must be in the future, or choose that you are a headteacher"
    if headship in {"new", "serving"} and started_on > on:
        return "must be in the past, or choose that you have not started"
    if headship == "new" and first_year_ends(started_on) <= on:
        return "must be within the last year, or choose that you have been one for longer"
    if headship == "serving" and first_year_ends(started_on) > on:
        return "must be more than a year ago, or choose that you are in your first year"
    return ""


def words_in(text: str) -> int:
    return len(text.split())


@dataclass(frozen=True)
class Nudge:
    """A reminder of an unfinished application: due from `from_at` until `until`, and useless after."""

    name: str
    from_at: datetime
    until: datetime


def nudge_due(closes_at: datetime, at: datetime) -> Nudge | None:
    """One in the last week, one on the last day. Whoever missed the first is not sent both."""
    week, day = closes_at - timedelta(days=7), closes_at - timedelta(days=1)
    for nudge in (Nudge("week", week, day), Nudge("day", day, closes_at)):
        if nudge.from_at <= at < nudge.until:
            return nudge
    return None
