"""Who may sit in on another group's session, once, instead of their own group's."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from cohorts.errors import (
    CannotBeCaughtUp,
    GuestBusy,
    GuestElsewhere,
    GuestPlaceOver,
    GuestPlaceTooLate,
    NoGuests,
    NothingToAttend,
    NotTakingPart,
    SeminarCancelled,
    SittingAfterCourse,
    SittingBegun,
    SittingFull,
    SittingOfAnotherItem,
    SittingOfOwnGroup,
)

from .dates import london_date


@dataclass(frozen=True)
class Wish:
    """Somebody, and the session that they would come to, as far as it matters whether they may.

    `taken` of the session's `room` are its own people, each of whom keeps their place whether they come or not, and
    its guests; `is_lost` says that they missed the item and cannot make it good any more, `can_be_caught_up` what the
    policy says of its `kind`; `elsewhere` names where they have a place for the same item already, and
    `busy_with` what else they go to at that time. `course_ends_on` is the last day of their own course, after which
    nothing is earned any more; none for somebody without a place.
    """

    is_taking_part: bool
    is_on_list: bool
    is_credited: bool
    is_lost: bool
    can_be_caught_up: bool
    kind: str
    is_own_groups: bool
    is_scheduled: bool
    starts_at: datetime
    course_ends_on: date | None
    cohort: str
    takes_guests: bool
    taken: int
    room: int
    elsewhere: str = ""
    busy_with: str = ""


def room_at(group_places: int, hall_places: int | None) -> int:
    """How many a session takes: as many as its group, and never more than its hall holds; online there is no hall."""
    return group_places if hall_places is None else min(group_places, hall_places)


def check_guest(wish: Wish, at: datetime) -> None:
    """The plainest refusal first."""
    if not wish.is_taking_part:
        raise NotTakingPart
    if not wish.is_on_list:
        raise SittingOfAnotherItem
    if wish.is_own_groups:
        raise SittingOfOwnGroup
    if not wish.is_scheduled:
        raise SeminarCancelled
    if wish.starts_at <= at:
        raise SittingBegun
    if wish.course_ends_on and london_date(wish.starts_at) > wish.course_ends_on:
        raise SittingAfterCourse(wish.course_ends_on)
    if wish.is_credited:
        raise NothingToAttend
    if wish.is_lost:
        raise GuestPlaceTooLate if wish.can_be_caught_up else CannotBeCaughtUp(wish.kind)
    if wish.elsewhere:
        raise GuestElsewhere(wish.elsewhere)
    if not wish.takes_guests:
        raise NoGuests(wish.cohort)
    if wish.busy_with:
        raise GuestBusy(wish.busy_with)
    if wish.taken >= wish.room:
        raise SittingFull(wish.room)


def check_return(*, host_starts_at: datetime, is_own_to_come: bool, at: datetime) -> None:
    """Whether a guest may go with their own group after all: until their place is used, or while that is to come."""
    if host_starts_at <= at and not is_own_to_come:
        raise GuestPlaceOver


def overlapping(starts_at: datetime, ends_at: datetime, others: Iterable[tuple[datetime, datetime, str]]) -> str:
    """The name of the first of the others that is on at the same time; back to back is fine."""
    return next((name for start, end, name in others if start < ends_at and starts_at < end), "")
