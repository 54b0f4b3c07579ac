"""What a programme lead sees and does: cohorts and their timetables, who is enrolled, and the ledger of each."""

from . import (
    appeals,
    catch_up,
    cohorts,
    enrolments,
    facilitators,
    formative,
    guests,
    network,
    placements,
    policies,
    practice,
    reflections,
    support,
    timetable,
    trail,
)

__all__ = [
    "appeals",
    "catch_up",
    "cohorts",
    "enrolments",
    "facilitators",
    "formative",
    "guests",
    "network",
    "placements",
    "policies",
    "practice",
    "reflections",
    "support",
    "timetable",
    "trail",
]
