"""Who may sit in on another group's session; days on which somebody leads."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.errors import (
    CannotBeCaughtUp,
    GuestBusy,
    GuestElsewhere,
    GuestPlaceOver,
    GuestPlaceTooLate,
    NoGuests,
    NothingToAttend,
    NotTakingPart,
    NoWeekdayOffered,
    SeminarCancelled,
    SittingAfterCourse,
    SittingBegun,
    SittingFull,
    SittingOfAnotherItem,
    SittingOfOwnGroup,
)
from cohorts.rules.facilitators import tidy_weekdays
from cohorts.rules.guests import Wish, check_guest, check_return, overlapping, room_at

AT = datetime(2026, 3, 18, 12, tzinfo=UTC)
FINE = Wish(
    is_taking_part=True, is_on_list=True, is_credited=False, is_lost=False, can_be_caught_up=True,
    kind="Seminar", is_own_groups=False, is_scheduled=True,
    starts_at=AT + timedelta(seconds=1), course_ends_on=date(2026, 3, 18), cohort="Cohort A",
    takes_guests=True, taken=11, room=12,
)  # fmt: skip
WRONG: list[tuple[dict[str, Any], type[Exception]]] = [
    ({"is_taking_part": False}, NotTakingPart),
    ({"is_on_list": False}, SittingOfAnotherItem),
    ({"is_own_groups": True}, SittingOfOwnGroup),
    ({"is_scheduled": False}, SeminarCancelled),
    ({"starts_at": AT}, SittingBegun),
    ({"course_ends_on": date(2026, 3, 17)}, SittingAfterCourse),
    ({"is_credited": True}, NothingToAttend),
    ({"is_lost": True, "can_be_caught_up": False}, CannotBeCaughtUp),
    ({"is_lost": True, "can_be_caught_up": True}, GuestPlaceTooLate),
    ({"elsewhere": "Group B"}, GuestElsewhere),
    ({"takes_guests": False}, NoGuests),
    ({"busy_with": "Seminar 3"}, GuestBusy),
    ({"taken": 12}, SittingFull),
]


def test_the_last_place_is_given() -> None:
    check_guest(FINE, AT)


@pytest.mark.parametrize(("wrong", "refusal"), WRONG)
def test_one_thing_wrong_is_enough(wrong: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        check_guest(replace(FINE, **wrong), AT)


def test_the_plainest_reason_is_told_first() -> None:
    wish = FINE
    for wrong, refusal in reversed(WRONG):
        wish = replace(wish, **wrong)
        with pytest.raises(refusal):
            check_guest(wish, AT)


@pytest.mark.parametrize(("hall", "room"), [(None, 12), (11, 11), (12, 12), (40, 12)])
def test_room_is_the_groups_and_never_more_than_the_halls(hall: int | None, room: int) -> None:
    assert room_at(12, hall) == room


@pytest.mark.parametrize(("start", "end", "found"), [(-2, 0, ""), (-2, 1, "Other"), (1, 2, "Other"), (2, 3, "")])
def test_back_to_back_does_not_overlap(start: int, end: int, found: str) -> None:
    other = (AT, AT + timedelta(hours=2), "Other")
    assert overlapping(AT + timedelta(hours=start), AT + timedelta(hours=end), [other]) == found


@pytest.mark.parametrize(("seconds", "own_to_come", "may"), [(1, False, True), (0, False, False), (0, True, True)])
def test_a_place_is_given_up_until_its_session_begins(seconds: int, own_to_come: bool, may: bool) -> None:
    starts_at = AT + timedelta(seconds=seconds)
    if may:
        check_return(host_starts_at=starts_at, is_own_to_come=own_to_come, at=AT)
    else:
        with pytest.raises(GuestPlaceOver):
            check_return(host_starts_at=starts_at, is_own_to_come=own_to_come, at=AT)


def test_weekdays_are_kept_once_and_in_order() -> None:
    assert tidy_weekdays(["4", "0", "0", "9", "x"]) == "04"
    with pytest.raises(NoWeekdayOffered):
        tidy_weekdays(["7"])
