"""Schools as the national register names them, where they came from, and lists that DfE fixes for a period."""

from .eligibility import EligibilityEntry, EligibilityList, EligibilityListQuerySet
from .imports import SchoolImport
from .register import Affiliation, School, SchoolChange, SchoolLink, SchoolQuerySet

__all__ = [
    "Affiliation",
    "EligibilityEntry",
    "EligibilityList",
    "EligibilityListQuerySet",
    "School",
    "SchoolChange",
    "SchoolImport",
    "SchoolLink",
    "SchoolQuerySet",
]
