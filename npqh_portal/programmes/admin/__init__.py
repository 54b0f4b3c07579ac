"""What programme leads do with programmes, their versions and intakes."""

from . import intakes, programmes, study, texts, versions

__all__ = ["intakes", "programmes", "study", "texts", "versions"]
from . import trail as trail
