"""What programme leads do with programmes, their versions and intakes."""

from . import intakes, programmes, texts, versions

__all__ = ["intakes", "programmes", "texts", "versions"]
from . import trail as trail
