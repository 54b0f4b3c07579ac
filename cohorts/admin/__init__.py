"""What a programme lead sees and does: cohorts and their timetables, who is enrolled, and the ledger of each."""

from . import cohorts, enrolments, facilitators, guests, network, placements, support, timetable

__all__ = ["cohorts", "enrolments", "facilitators", "guests", "network", "placements", "support", "timetable"]
