"""Whom a coach supports beside the programme, and what the two wrote down."""

from dataclasses import dataclass

from applications.kinds import Strand

from .staff import FORMER_HEAD, FORMER_LEADER


@dataclass(frozen=True)
class Supported:
    """A pair. They meet every so many weeks; `forgets` of them the last meeting is still to be written down."""

    name: str
    strand: Strand
    coach: str
    weeks: int
    forgets: bool = False
    # As many days before today as the support ended with a deferral, 0 where it goes on.
    until_days_ago: int = 0


PAIRS = (
    Supported("Winifred Osei-Larch", Strand.NEW_HEADS, FORMER_HEAD, 6),
    Supported("Winifred Osei-Larch", Strand.ONE_TO_ONE, FORMER_LEADER, 8),
    Supported("Parveen Lightfoot", Strand.NEW_HEADS, FORMER_HEAD, 5, forgets=True),
    Supported("Freya Dunmail", Strand.NEW_HEADS, FORMER_HEAD, 6, until_days_ago=58),
    Supported("Desmond Quarrie-Lunt", Strand.ONE_TO_ONE, FORMER_LEADER, 7),
)
# Of the cohort whose course is over; their support ran to its last day.
PAIRS_OF_BEFORE = (
    Supported("Lemuel Dravel", Strand.NEW_HEADS, FORMER_HEAD, 12),
    Supported("Delphine Orrest-Bah", Strand.NEW_HEADS, FORMER_HEAD, 13),
)

NOTES = (
    "Talked through the first governors’ meeting: three papers of one page. Leave the budget to the bursar.",
    "Two resignations in one week. Who is asked first, who is told when, and what can wait until after half-term.",
    "The plan for reading: what to stop doing, so that there is time for it. Wants to hear of a school that tried it.",
    "A complaint that went to the chair. Wrote the answer together, and slept on it before it went out.",
    "Staff survey: workload is the loudest. Two meetings a week less from Monday on, and see who misses them.",
)
TO_DO = (
    ("Draw up the agenda of the next governors’ meeting on one page.", False),
    ("Send the timetable that freed two hours a week.", True),
)
