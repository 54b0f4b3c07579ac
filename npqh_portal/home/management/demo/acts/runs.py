"""An intake and its cohort, and on which day what of it is held."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cached_property

from cohorts.rules.dates import CourseDates, course_dates
from npqh_portal import clock
from npqh_portal.home.management.demo.cast import Character
from npqh_portal.home.management.demo.days import session_day
from npqh_portal.programmes.kinds import KINDS_WITH_REGISTER, ItemKind
from npqh_portal.programmes.models import AssessmentTask, Item, ProgrammeVersion

# When a sitting begins, by its kind; one of a whole day begins in the morning.
BEGINS = {
    ItemKind.SEMINAR: time(13), ItemKind.CONFERENCE: time(9, 30),
    ItemKind.WEBINAR: time(16), ItemKind.DROP_IN: time(17),
}  # fmt: skip
WHOLE_DAY_MINUTES = 240


@dataclass(frozen=True)
class SeminarGroup:
    name: str
    facilitator: str
    venue: str


@dataclass(eq=False)
class Run:
    """One intake and, where it has come to that, its cohort."""

    version: ProgrammeVersion
    starts_on: date
    people: Sequence[Character]
    groups: Sequence[SeminarGroup] = ()
    of_partner: bool = False
    name: str = ""
    capacity: int = 30
    # None where DfE gave no number of funded places.
    funded_capacity: int | None = None
    # On which day each item with a register is held; the second group meets on the working day after the first.
    days: dict[str, date] = field(default_factory=dict)
    # By then whatever is held on that day has begun; its own hour is kept where it is earlier.
    begun_by: datetime | None = None

    def __post_init__(self) -> None:
        self.name = self.name or f"{self.starts_on:%B %Y}"

    @cached_property
    def items(self) -> list[Item]:
        return list(self.version.items.order_by("number"))

    @cached_property
    def sittings(self) -> list[Item]:
        return [item for item in self.items if item.kind in KINDS_WITH_REGISTER]

    @cached_property
    def tasks(self) -> list[AssessmentTask]:
        return list(self.version.tasks.order_by("number"))

    @cached_property
    def dates(self) -> CourseDates:
        return course_dates(
            self.starts_on,
            delivery_months=self.version.delivery_months,
            assessment_months=self.version.assessment_months,
        )

    @property
    def window_days(self) -> int:
        return max(task.window_days for task in self.tasks)

    def day(self, item: Item, group: SeminarGroup | None) -> date:
        of_first = self.days[item.code]
        return session_day(of_first + timedelta(days=1)) if group in self.groups[1:] else of_first

    def begins_at(self, item: Item, group: SeminarGroup | None) -> datetime:
        day = self.day(item, group)
        at = begins_at(day, item)
        is_then = self.begun_by is not None and clock.london_date(self.begun_by) == day
        return min(at, self.begun_by) if self.begun_by and is_then else at

    def groups_for(self, item: Item) -> Sequence[SeminarGroup | None]:
        """A seminar is for each group; everything else for the whole cohort."""
        return self.groups if item.kind == ItemKind.SEMINAR else (None,)


def begins_at(day: date, item: Item) -> datetime:
    at = time(9, 30) if item.minutes > WHOLE_DAY_MINUTES else BEGINS[ItemKind(item.kind)]
    return clock.london_moment(day, at)
