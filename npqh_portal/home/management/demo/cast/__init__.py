"""Who is in the demonstration, and what happened to each. Every name, school and address is invented."""

from .applying import APPLYING, FRESH, PAUSED
from .assessing import ASSESSING
from .interested import INTERESTED, WAITING_FOR_THE_NEXT, Interested
from .legacy import LEGACY
from .partner_files import PartnerFile
from .people import Character, Colleague, address_of
from .reviewing import Question
from .running import RUNNING
from .starting import STARTING

__all__ = [
    "APPLYING", "ASSESSING", "FRESH", "INTERESTED", "LEGACY", "PAUSED", "RUNNING", "STARTING",
    "WAITING_FOR_THE_NEXT", "Character", "Colleague", "Interested", "PartnerFile", "Question", "address_of",
]  # fmt: skip
