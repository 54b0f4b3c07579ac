"""Marks that participants say are wrong, and what became of it."""

from dataclasses import dataclass

from .sittings import NEEDS_1, NEEDS_2


@dataclass(frozen=True)
class Questioned:
    """So many days ago: asked, kept by the facilitator, taken to the programme lead. None: it has not come to that."""

    name: str
    code: str
    claimed: str
    words: str
    asked: int
    kept: int | None = None
    answer: str = ""
    further: int | None = None
    more: str = ""


QUESTIONED = (
    Questioned(
        "Jonty Abernethy-Rao",
        NEEDS_2,
        "authorised",
        "I wrote to the office in the morning that I had to stay with a pupil until his parents came.",
        asked=2,
    ),
    Questioned(
        "Solveig Dockray",
        NEEDS_1,
        "present",
        "My connection broke after three quarters of an hour. I rang in within five minutes and listened to the end.",
        asked=16,
        kept=12,
        answer="The list of the meeting has you for 45 minutes, and nobody remembers a call.",
        further=4,
        more="My telephone bill shows the call: an hour and a quarter, to the number of the meeting.",
    ),
)
