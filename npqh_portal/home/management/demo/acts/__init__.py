"""What each entry of the diary does: a call of one of the portal's actions, by whoever would have made it."""

from .appeals import Appeals
from .applications import Applications
from .assessment import Assessment
from .beginnings import Beginnings
from .beside import Beside
from .catch_ups import CatchUps
from .cohorts import Cohorts
from .contacts import Contacts
from .intakes import Intakes
from .paths import Paths
from .practice import Practice
from .runs import Run, SeminarGroup, begins_at
from .study import Study
from .support import Support
from .writing import Writing

__all__ = ["Acts", "Run", "SeminarGroup", "begins_at"]


class Acts(
    Beginnings,
    Intakes,
    Appeals,
    Applications,
    Cohorts,
    CatchUps,
    Contacts,
    Paths,
    Assessment,
    Support,
    Study,
    Beside,
    Writing,
    Practice,
):
    pass
