"""Programmes as data: versions, what they are made of, what is said of them, and the intakes one applies to.

The structure of a version is frozen once it is published; an enrolment pins a version.
"""

from .assessment import AssessmentTask
from .content import Behaviour, ContentArea, Course, CourseArea, Item, LearningStatement
from .engagement import EngagementPolicy, PolicyComponent
from .intakes import Intake
from .study import StudyFile, StudyPage, StudyRevision
from .texts import PageRevision, PageText, Revision
from .versions import FundingSuspension, Programme, ProgrammeVersion

__all__ = [
    "AssessmentTask",
    "Behaviour",
    "ContentArea",
    "Course",
    "CourseArea",
    "EngagementPolicy",
    "FundingSuspension",
    "Intake",
    "Item",
    "LearningStatement",
    "PageRevision",
    "PageText",
    "PolicyComponent",
    "Programme",
    "ProgrammeVersion",
    "Revision",
    "StudyFile",
    "StudyPage",
    "StudyRevision",
]
