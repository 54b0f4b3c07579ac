"""The register as staff read it, the files it came from, and DfE's lists."""

from . import eligibility, imports, register

__all__ = ["eligibility", "imports", "register"]
from . import trail as trail
