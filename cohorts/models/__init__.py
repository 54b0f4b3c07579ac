from .cohorts import AssessmentWindow, Cohort, Facilitation, Group
from .engagement import AttendanceMark, AttendanceNote, Completion, LedgerEntry, PersonalItem
from .enrolments import Enrolment, Membership
from .past import PastImport, PastRun
from .timetable import Booking, Seminar, Venue

__all__ = [
    "AssessmentWindow",
    "AttendanceMark",
    "AttendanceNote",
    "Booking",
    "Cohort",
    "Completion",
    "Enrolment",
    "Facilitation",
    "Group",
    "LedgerEntry",
    "Membership",
    "PastImport",
    "PastRun",
    "PersonalItem",
    "Seminar",
    "Venue",
]
