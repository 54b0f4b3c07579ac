from .calendars import CalendarChoice, CalendarFeed, Invitation
from .cohorts import AssessmentWindow, Cohort, Facilitation, Group, SchoolTerm
from .engagement import AttendanceMark, AttendanceNote, Completion, LedgerEntry, PersonalItem
from .enrolments import Enrolment, Extension, Membership
from .facilitators import Absence, FacilitatorProfile
from .network import DirectoryEntry, SchoolVisit
from .past import PastImport, PastRun
from .placements import BoardPresentation, Placement, PlacementDay
from .support import SupportAction, SupportMatch, SupportMeeting
from .timetable import (
    Booking,
    GuestPlace,
    PendingChange,
    Seminar,
    SeminarChange,
    TimetablePublication,
    Venue,
)

__all__ = [
    "Absence",
    "AssessmentWindow",
    "AttendanceMark",
    "AttendanceNote",
    "BoardPresentation",
    "Booking",
    "CalendarChoice",
    "CalendarFeed",
    "Cohort",
    "Completion",
    "DirectoryEntry",
    "Enrolment",
    "Extension",
    "Facilitation",
    "FacilitatorProfile",
    "Group",
    "GuestPlace",
    "Invitation",
    "LedgerEntry",
    "Membership",
    "PastImport",
    "PastRun",
    "PendingChange",
    "PersonalItem",
    "Placement",
    "PlacementDay",
    "SchoolTerm",
    "SchoolVisit",
    "Seminar",
    "SeminarChange",
    "SupportAction",
    "SupportMatch",
    "SupportMeeting",
    "TimetablePublication",
    "Venue",
]
