"""What programme leads do with programmes, their versions and intakes."""

from . import intakes, programmes, versions

__all__ = ["intakes", "programmes", "versions"]
