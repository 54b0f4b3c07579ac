"""What may be handed in, which verdict stands, and what stands between a person and the certificate."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from cohorts.rules.dates import is_open
from npqh_portal.tables import RowFault

from .errors import (
    AlreadyPassed,
    EngagementNeededFirst,
    FeedbackNeeded,
    GroundsNeeded,
    MarkerModerates,
    NoAttemptLeft,
    NotIndependent,
    NotTakingPartNow,
    NotYourTask,
    ResultAwaited,
    VerdictsAgree,
    VerdictsDiffer,
    WindowNotOpen,
)

PASS, FAIL = "pass", "fail"

# --- handing in ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Window:
    """An assessment window of the cohort that somebody is in."""

    pk: int
    opens_on: date
    closes_on: date

    def is_open_at(self, at: datetime) -> bool:
        return is_open(self.opens_on, self.closes_on, at)


@dataclass(frozen=True)
class Attempt:
    """An earlier attempt at a task: in which window, and its verdict once that has been released."""

    number: int
    window: int
    verdict: str | None


def check_sitting(
    *, is_active: bool, state: str, is_theirs: bool, gates_sitting: bool, has_met: bool, threshold_percent: int
) -> None:
    """They take part, the task is of their own version, and where engagement gates the sitting, it has been met."""
    if not is_active:
        raise NotTakingPartNow(state)
    if not is_theirs:
        raise NotYourTask
    if gates_sitting and not has_met:
        raise EngagementNeededFirst(threshold_percent)


def open_window(windows: Collection[Window], at: datetime, today: date) -> Window:
    """The window open at that moment, else a refusal that names the next opening, or the last closing."""
    for window in windows:
        if window.is_open_at(at):
            return window
    coming = [window.opens_on for window in windows if window.opens_on > today]
    gone = [window.closes_on for window in windows if window.closes_on < today]
    raise WindowNotOpen(min(coming, default=None), max(gone, default=None))


def check_not_passed(attempts: Sequence[Attempt]) -> None:
    if any(attempt.verdict == PASS for attempt in attempts):
        raise AlreadyPassed


def attempt_number(attempts: Sequence[Attempt], *, window: int, attempts_most: int) -> int:
    """Which attempt a file sent in this window belongs to: the one already in it, else a new one.

    A further attempt follows only a released fail, in a later window (T54). Attempts are counted for the
    enrolment, whichever cohort its windows belong to.
    """
    check_not_passed(attempts)
    for attempt in attempts:
        if attempt.window == window:
            return attempt.number
    if any(attempt.verdict is None for attempt in attempts):
        raise ResultAwaited
    if len(attempts) >= attempts_most:
        raise NoAttemptLeft(attempts_most)
    return max((attempt.number for attempt in attempts), default=0) + 1


# --- marking -------------------------------------------------------------------------------------


def check_two_people(marker: int, moderator: int) -> None:
    if marker == moderator:
        raise MarkerModerates


def check_independent(
    name: str,
    *,
    is_the_participant: bool,
    taught_them: bool,
    supported_them: bool,
    reviewed_them: bool,
    reads_names: bool,
) -> None:
    """Whoever taught or coached a participant, or can tell whose script it is (T55), neither marks nor moderates it."""
    if is_the_participant:
        raise NotIndependent(name, "wrote this script")
    if taught_them:
        raise NotIndependent(name, "taught the participant")
    if supported_them:
        raise NotIndependent(name, "supports the participant, or did")
    if reviewed_them:
        raise NotIndependent(name, "reviewed the participant's application")
    if reads_names:
        raise NotIndependent(name, "can read who wrote each script of this cohort")


def check_feedback(verdict: str, feedback: str) -> None:
    if verdict == FAIL and not feedback.strip():
        raise FeedbackNeeded


def check_grounds(verdict: str, first_verdict: str, feedback: str) -> None:
    """A moderator who judges differently says why."""
    if verdict != first_verdict and not feedback.strip():
        raise GroundsNeeded


def settled_verdict(marker: str, moderator: str, *, chosen: str | None, reason: str) -> str:
    """The verdict that stands: theirs where both agree; else the one the lead chooses, with a reason."""
    if marker == moderator:
        if chosen not in {None, marker}:
            raise VerdictsAgree
        return marker
    if chosen is None or not reason.strip():
        raise VerdictsDiffer
    return chosen


# --- certificates --------------------------------------------------------------------------------


def certificate_blockers(
    *,
    verdicts: Mapping[str, str | None],
    has_list: bool,
    engagement_met: bool,
    engagement: str,
    threshold_percent: int,
    is_taking_part: bool,
    state: str,
) -> list[str]:
    """Everything that stands between an enrolment and its certificate, each as a sentence; empty when nothing does.

    `verdicts` are the newest released ones by title of task, None where there is none yet.
    """
    blockers = []
    if not is_taking_part:
        blockers.append(f"They are not taking part: {state.lower()}.")
    for title, verdict in verdicts.items():
        if verdict is None:
            blockers.append(f"{title} has no released outcome yet.")
        elif verdict != PASS:
            blockers.append(f"{title} has not been passed.")
    if not verdicts:
        blockers.append("Their version of the programme has no assessment task.")
    if not has_list:
        blockers.append("Their list of what counts towards engagement is not made yet.")
    elif not engagement_met:
        blockers.append(f"Engagement stands at {engagement}, and {threshold_percent}% is needed.")
    return blockers


# A certificate's number: prefix, year, and eight random signs, since its public page shows a name.
_NUMBER = re.compile(r"([0-9A-Z]+?)(\d{4})([0-9A-Z]{4})([0-9A-Z]{4})")


def certificate_number(prefix: str, year: int, random: str) -> str:
    """LF-2026-7KQ2-M9WX, from a prefix, a year and eight random signs."""
    return f"{prefix}-{year}-{random[:4]}-{random[4:]}"


def signs_of(typed: str) -> str:
    """The letters and figures of a number, which alone tell it from others; wide, small and accented ones are plain."""
    return re.sub(r"[^0-9A-Z]", "", unicodedata.normalize("NFKD", typed).upper())


def normal_number(typed: str) -> str:
    """A number of ours as people type it, in its one form; of any other, its letters and figures."""
    signs = signs_of(typed)
    parts = _NUMBER.fullmatch(signs)
    return "-".join(parts.groups()) if parts else signs


# --- past participants ---------------------------------------------------------------------------


@dataclass(frozen=True)
class PastRow:
    """One line of such a list. `cells` are as they stand in the file; what has a fault is empty in the columns."""

    line: int
    cells: tuple[str, ...]
    faults: tuple[RowFault, ...]
    full_name: str = ""
    email: str = ""
    trn: str = ""
    programme: str = ""
    version: str = ""
    cohort: str = ""
    started_on: date | None = None
    completed_on: date | None = None
    passed: bool = True
    certificate_number: str = ""
    awarded_on: date | None = None


@dataclass(frozen=True)
class PastFile:
    """A list that could be read: every line of it, sound or not, and what is worth knowing of the whole."""

    sha256: str
    columns: tuple[str, ...]
    rows: tuple[PastRow, ...]
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class RunTold:
    """A run before this portal as a list tells it, by what tells people apart; each comparable, empty if unknown."""

    programme: str
    cohort: str
    name: str
    email: str
    trn: str
    signs: str


def run_told(*, programme: str, cohort: str, full_name: str, email: str | None, trn: str, number: str) -> RunTold:
    return RunTold(programme, folded(cohort), folded(full_name), (email or "").lower(), trn, signs_of(number))


def folded(words: str) -> str:
    """Words in the form in which they are compared: capitals, wide letters and doubled spaces do not matter."""
    return " ".join(unicodedata.normalize("NFKC", words).casefold().split())


def is_same_run(one: RunTold, other: RunTold) -> bool:
    """Whether both tell of one person's run: programme and cohort agree, and nothing tells the people apart.

    An address says who somebody is. A TRN never does (T5); two that differ only show that the people differ.
    """
    if (one.programme, one.cohort) != (other.programme, other.cohort):
        return False
    if one.email and other.email:
        return one.email == other.email
    return one.name == other.name and _agree(one.trn, other.trn) and _agree(one.signs, other.signs)


def _agree(one: str, other: str) -> bool:
    return not one or not other or one == other
