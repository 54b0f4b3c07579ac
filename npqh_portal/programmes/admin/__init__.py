"""What programme leads do with programmes: versions and intakes."""

from . import intakes, versions

__all__ = ["intakes", "versions"]
