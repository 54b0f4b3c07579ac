"""What a programme lead sees and does: cohorts and their timetables, who is enrolled, and the ledger of each."""

from . import cohorts, enrolments, support, timetable

__all__ = ["cohorts", "enrolments", "support", "timetable"]
