from .appeals import Appeal, AppealFile, AppealStep
from .behaviours import BehaviourRating, SelfEvaluation
from .calendars import CalendarChoice, CalendarFeed, Invitation
from .catch_up import CatchUp, CatchUpFile, CatchUpOffer
from .cohorts import AssessmentWindow, Cohort, Facilitation, Group, SchoolTerm
from .contacts import Contact
from .engagement import AttendanceMark, AttendanceNote, Completion, CreditReason, LedgerEntry, PersonalItem
from .enrolments import Enrolment, Extension, Membership
from .facilitators import Absence, FacilitatorProfile
from .formative import FormativeFile, FormativeRound, FormativeWork
from .network import DirectoryEntry, SchoolVisit
from .past import PastImport, PastRun
from .placements import BoardPresentation, Placement, PlacementDay, PlacementDecline
from .project import ChangeProject, CourseChange
from .reflections import Reflection
from .study import PageRead
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
    "Appeal",
    "AppealFile",
    "AppealStep",
    "AssessmentWindow",
    "AttendanceMark",
    "AttendanceNote",
    "BehaviourRating",
    "BoardPresentation",
    "Booking",
    "CalendarChoice",
    "CalendarFeed",
    "CatchUp",
    "CatchUpFile",
    "CatchUpOffer",
    "ChangeProject",
    "Cohort",
    "Completion",
    "Contact",
    "CourseChange",
    "CreditReason",
    "DirectoryEntry",
    "Enrolment",
    "Extension",
    "Facilitation",
    "FacilitatorProfile",
    "FormativeFile",
    "FormativeRound",
    "FormativeWork",
    "Group",
    "GuestPlace",
    "Invitation",
    "LedgerEntry",
    "Membership",
    "PageRead",
    "PastImport",
    "PastRun",
    "PendingChange",
    "PersonalItem",
    "Placement",
    "PlacementDay",
    "PlacementDecline",
    "Reflection",
    "SchoolTerm",
    "SchoolVisit",
    "SelfEvaluation",
    "Seminar",
    "SeminarChange",
    "SupportAction",
    "SupportMatch",
    "SupportMeeting",
    "TimetablePublication",
    "Venue",
]
