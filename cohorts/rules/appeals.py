"""Until when a mark may be questioned and a question is answered, and what a question and an answer need."""

from datetime import date, datetime, timedelta

from cohorts.errors import (
    AnswerWithoutWords,
    AppealChangesNothing,
    AppealMinutesNeeded,
    AppealSaysTheSame,
    AppealTooLate,
    AppealWithoutWords,
    ExemptionWithoutWords,
)

from .dates import end_of, london_date
from .engagement import Measure, counts_as, mark_worth


def ask_by(recorded_at: datetime, appeal_days: int) -> date:
    """The last London day on which a mark that was recorded then, or a mark that was kept then, may be questioned."""
    return london_date(recorded_at) + timedelta(days=appeal_days)


def answer_due(asked_at: datetime, answer_days: int) -> date:
    """The London day by the end of which it is answered."""
    return london_date(asked_at) + timedelta(days=answer_days)


def check_in_time(until: date, at: datetime) -> None:
    """Up to the last moment of that London day."""
    if at >= end_of(until):
        raise AppealTooLate(until)


def check_claim(claimed: str, minutes: int, *, status: str, stands: int, measure: Measure) -> None:
    """`status` and `stands` are the mark's own, the latter its minutes.

    Minutes from which a part counts as the whole are as good as having been there throughout.
    """
    if claimed == "partly" and not 0 < minutes <= measure.item_minutes:
        raise AppealMinutesNeeded(measure.item_minutes)
    if claimed == status and (claimed != "partly" or minutes == stands):
        raise AppealSaysTheSame
    asked, now = counts_as(claimed, minutes, measure), counts_as(status, stands, measure)
    if asked == now and mark_worth(claimed, minutes, measure) == mark_worth(status, stands, measure):
        raise AppealChangesNothing


def check_words(words: str) -> None:
    if not words.strip():
        raise AppealWithoutWords


def check_answer(words: str) -> None:
    if not words.strip():
        raise AnswerWithoutWords


def check_correction(status: str, words: str) -> None:
    """Of most marks the question itself is reason enough; nobody is exempt without one of their own."""
    if status == "exempt" and not words.strip():
        raise ExemptionWithoutWords


def gives(claimed: str, claimed_minutes: int, *, status: str, minutes: int) -> bool:
    """Whether a mark says what was asked for, or more of it: present is more than a part, and than caught up."""
    if status == claimed:
        return claimed != "partly" or minutes >= claimed_minutes
    return status == "present" and claimed in {"partly", "caught_up"}
