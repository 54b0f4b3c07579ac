"""The record of assessment, and lists of people who took a programme before this portal."""

from . import assessment, past

__all__ = ["assessment", "past"]
from . import trail as trail
