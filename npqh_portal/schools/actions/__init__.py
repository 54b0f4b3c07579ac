"""Every write to schools, and to the lists they stand on."""

from .affiliations import change_school
from .eligibility import (
    check_eligibility_list,
    confirm_eligibility_list,
    import_eligibility_list,
    propose_eligibility_list,
)
from .imports import discard_import, discard_late_imports
from .register import check_schools, confirm_schools, import_schools, propose_schools

__all__ = [
    "change_school",
    "check_eligibility_list",
    "check_schools",
    "confirm_eligibility_list",
    "confirm_schools",
    "discard_import",
    "discard_late_imports",
    "import_eligibility_list",
    "import_schools",
    "propose_eligibility_list",
    "propose_schools",
]
