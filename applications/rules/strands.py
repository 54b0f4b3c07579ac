"""Which support beside the programme somebody gets, each strand decided on its own (S5 to S9)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from applications.kinds import Strand
from npqh_portal.kinds import Kind

from .answers import Answers
from .headship import first_months_end


class StrandReason(Kind):
    """Why, as it is stored and as applicant and staff read it."""

    NEW_TO_HEADSHIP = "new_to_headship", "The headship is a new one, or is about to begin."
    NO_HEADSHIP = "no_headship", "No headship has begun or is about to."
    LONG_IN_HEADSHIP = "long_in_headship", "The headship began too long ago: this support is for its first months."
    LISTED_PP50 = "listed_pp50", "The school is on DfE’s list of schools that serve disadvantaged communities."
    LISTED_PP50_FE = (
        "listed_pp50-fe",
        "The organisation is on DfE’s list of 16 to 19 providers that serve disadvantaged communities.",
    )
    LISTED_RISE = "listed_rise", "The school is on DfE’s RISE list."
    NOT_LISTED = "not_listed", "The school was on no list of schools that serve disadvantaged communities."
    NO_SCHOOL = "no_school", "No school is named that the national register knows."
    BY_HAND = "by_hand", "We looked at it and decided."


@dataclass(frozen=True)
class StrandAnswer:
    is_granted: bool
    reason: StrandReason


def strands_asked(answers: Answers) -> list[Strand]:
    """Those that an applicant asked for."""
    asked = {Strand.NEW_HEADS: "wants_new_head_support", Strand.ONE_TO_ONE: "wants_one_to_one"}
    return [strand for strand, answer in asked.items() if answers.get(answer) is True]


def support_for_new_heads(*, started_on: date | None, months: int, starts_on: date, on: date) -> StrandAnswer:
    """Granted within so many months of the start of a headship, and before one that is to come.

    What counts is the day on which the application is sent, `on`, or on which the programme starts, `starts_on`,
    whichever comes first. `started_on` is None for somebody who only hopes to become a head.
    """
    if started_on is None:
        return StrandAnswer(False, StrandReason.NO_HEADSHIP)
    if min(on, starts_on) < first_months_end(started_on, months):
        return StrandAnswer(True, StrandReason.NEW_TO_HEADSHIP)
    return StrandAnswer(False, StrandReason.LONG_IN_HEADSHIP)


def one_to_one_support(*, has_school: bool, listed_on: Collection[str], counted: Collection[str]) -> StrandAnswer:
    """Granted where the school stands on one of the lists that count.

    `listed_on` are the kinds of the lists on which it stood when the application was sent, `counted` those of the form.
    """
    if not has_school:
        return StrandAnswer(False, StrandReason.NO_SCHOOL)
    for kind in counted:
        if kind in listed_on:
            return StrandAnswer(True, StrandReason(f"listed_{kind}"))
    return StrandAnswer(False, StrandReason.NOT_LISTED)
