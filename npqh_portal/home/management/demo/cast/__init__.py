"""Who is in the demonstration, and what happened to each. Every name, school and address is invented."""

from .applying import APPLYING, PAUSED
from .assessing import ASSESSING
from .legacy import LEGACY
from .people import Character, Colleague
from .running import RUNNING
from .starting import STARTING

__all__ = ["APPLYING", "ASSESSING", "LEGACY", "PAUSED", "RUNNING", "STARTING", "Character", "Colleague"]
