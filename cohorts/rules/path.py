"""What changes of path do: to a list of items when a version changes, to dates when somebody new to headship extends.

Four things move dates, and are not each other (T57): an extension (here, S14), a deferral (a stay that ends and
another that begins), an assessment deferral (another window) and a reasonable adjustment (another way of being
assessed). Only the first two are a person's path; the first alone lengthens a person's assessment.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from cohorts.errors import (
    ExtensionTooLong,
    ExtensionUsed,
    NotNewToHeadship,
    ReturnPlannedInPast,
    ReturnPlannedTooLate,
)

from .dates import months_after

# Of any programme (S14); a version may allow fewer.
EXTENSION_MONTHS_MOST = 6
# Nobody plans to come back later than that: it would be a slip of the year.
RETURN_MONTHS_MOST = 5 * 12


@dataclass(frozen=True)
class ListedItem:
    """An item as it stands on somebody's list, with what it is worth and what is credited for it, in `unit`."""

    code: str
    title: str
    worth: int
    credited: int
    unit: str


@dataclass(frozen=True)
class Kept:
    """An item of the old version and the one of the same code in the new one; `credit` is what that is to hold."""

    old: ListedItem
    new: ListedItem
    credit: int


@dataclass(frozen=True)
class VersionMove:
    """What becomes of a list: items that stay by their code, those that drop out, and those that are new."""

    kept: tuple[Kept, ...]
    dropped: tuple[ListedItem, ...]
    added: tuple[ListedItem, ...]

    @property
    def credit_lost(self) -> tuple[ListedItem, ...]:
        """Of the items that drop out, those with credit: it stays in the ledger, and counts for nothing."""
        return tuple(item for item in self.dropped if item.credited)


def version_move(old: Iterable[ListedItem], new: Iterable[ListedItem]) -> VersionMove:
    """Items are the same when their code is; order is that of the new version, of what drops out that of the old.

    `credited` of a new item is what is credited for it already, by somebody who comes back to a version.
    """
    before = {item.code: item for item in old}
    after = {item.code: item for item in new}
    return VersionMove(
        kept=tuple(
            Kept(before[code], item, carried_credit(before[code], item))
            for code, item in after.items()
            if code in before
        ),
        dropped=tuple(item for code, item in before.items() if code not in after),
        added=tuple(item for code, item in after.items() if code not in before),
    )


def carried_credit(old: ListedItem, new: ListedItem) -> int:
    """What is done whole stays done, however long the item is now; of a part, minute counts for minute.

    Never less than is credited for the new item already.
    """
    if not old.worth or not old.credited:
        carried = 0
    elif old.credited >= old.worth:
        carried = new.worth
    elif old.unit != new.unit:
        carried = 0
    else:
        carried = min(old.credited, new.worth)
    return max(carried, new.credited)


def check_extension(months: int, *, most: int, is_new_to_headship: bool, ends_on: date | None, today: date) -> None:
    """`ends_on` is when their assessment would end with it; None while they have no dates.

    Fewer months, or none, take back what has not begun to count: a day that has passed is not taken away.
    """
    most = min(most, EXTENSION_MONTHS_MOST)
    if not 0 <= months <= most:
        raise ExtensionTooLong(most)
    if months and not is_new_to_headship:
        raise NotNewToHeadship
    if ends_on is not None and ends_on < today:
        raise ExtensionUsed(ends_on)


def check_planned_return(returns_on: date | None, *, today: date) -> None:
    if returns_on is None:
        return
    if returns_on <= today:
        raise ReturnPlannedInPast
    if returns_on > (latest := months_after(today, RETURN_MONTHS_MOST)):
        raise ReturnPlannedTooLate(latest)


def left_before_start(left_on: date, course_starts_on: date | None) -> bool:
    """Whether somebody left a course that had not begun for them (T30); None: they never had a place."""
    return course_starts_on is None or left_on < course_starts_on
