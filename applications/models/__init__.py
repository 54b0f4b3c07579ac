from .applications import Application, Decision, MissingSchool
from .endorsements import Endorsement
from .forms import FormVersion
from .funding import FundingDecision, StrandDecision
from .imports import ApplicationImport
from .interest import Interest
from .places import Offer
from .reviews import InformationRequest, Note, Review, ReviewNote

__all__ = [
    "Application",
    "ApplicationImport",
    "Decision",
    "Endorsement",
    "FormVersion",
    "FundingDecision",
    "InformationRequest",
    "Interest",
    "MissingSchool",
    "Note",
    "Offer",
    "Review",
    "ReviewNote",
    "StrandDecision",
]
