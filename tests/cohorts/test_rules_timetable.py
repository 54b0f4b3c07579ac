"""What a session may be, and what became of it: plain values, no database."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from cohorts.errors import (
    AfterCourse,
    BeforeCourse,
    DayOver,
    FacilitatorAway,
    HourTwice,
    VenueMissing,
    VenueRetired,
    VenueTooSmall,
    WeekdayNotOffered,
)
from cohorts.kinds import ChangeKind
from cohorts.rules.dates import CourseDates
from cohorts.rules.timetable import (
    Arrangement,
    changes,
    check_can_lead,
    check_hall,
    check_on_the_clock,
    check_place_of_sitting,
    check_within_course,
    is_link_shown,
    link_shown_from,
    rebased,
)
from npqh_portal.errors import RuleViolation

NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
IN_PERSON = Arrangement(NOON, NOON + HOUR, "face_to_face", 1, "", 7)
ONLINE = replace(IN_PERSON, mode="online", venue=None, joining_url="https://meet.example/1")
HYBRID = replace(ONLINE, mode="hybrid", venue=1)


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        (None, IN_PERSON, "new"),
        (IN_PERSON, None, "cancelled"),
        (None, None, ""),
        (IN_PERSON, IN_PERSON, ""),
        (IN_PERSON, replace(IN_PERSON, starts_at=NOON - HOUR), "moved"),
        (IN_PERSON, replace(IN_PERSON, ends_at=NOON + 2 * HOUR), "moved"),
        (IN_PERSON, replace(IN_PERSON, venue=2), "venue"),
        (IN_PERSON, replace(IN_PERSON, venue=None), "venue"),  # refused for its want of a hall, and not passed over
        (IN_PERSON, replace(IN_PERSON, facilitator=None), "facilitator"),
        (replace(IN_PERSON, facilitator=None), IN_PERSON, "facilitator"),
        # The hall and the link come and go with the way of holding it.
        (IN_PERSON, ONLINE, "switched"),
        (ONLINE, IN_PERSON, "switched"),
        (IN_PERSON, HYBRID, "switched"),
        (ONLINE, HYBRID, "switched"),
        (IN_PERSON, replace(HYBRID, venue=2), "switched venue"),
        (ONLINE, replace(HYBRID, joining_url="https://meet.example/2"), "switched link"),
        (ONLINE, replace(ONLINE, joining_url=""), "link"),
        (
            IN_PERSON,
            replace(ONLINE, starts_at=NOON - HOUR, facilitator=8),
            "moved switched facilitator",
        ),
    ],
)
def test_what_became_of_a_session(before: Arrangement | None, after: Arrangement | None, what: str) -> None:
    assert " ".join(changes(before, after)) == what


def test_the_same_moment_in_another_zone_is_no_move() -> None:
    london = IN_PERSON.starts_at.astimezone()
    assert changes(IN_PERSON, replace(IN_PERSON, starts_at=london)) == ()


def test_no_hall_is_kept_online_and_no_link_in_person() -> None:
    assert replace(HYBRID, mode="online").tidied() == ONLINE
    assert replace(HYBRID, mode="face_to_face").tidied() == IN_PERSON
    assert HYBRID.tidied() == HYBRID


@pytest.mark.parametrize(
    ("draft", "after", "then"),
    [
        # What the draft does not touch follows what was done meanwhile.
        ({"facilitator": 8}, {"venue": 2}, {"facilitator": 8, "venue": 2}),
        ({"venue": 3}, {"venue": 2}, {"venue": 3}),
        # A start follows only with its end, and a hall only with the way of holding it.
        ({"ends_at": NOON + 2 * HOUR}, {"starts_at": NOON - HOUR}, {"ends_at": NOON + 2 * HOUR}),
        ({"mode": "hybrid"}, {"mode": "online", "venue": None}, {"mode": "hybrid"}),
        ({"facilitator": 8}, {"mode": "online", "venue": None}, {"facilitator": 8, "mode": "online", "venue": None}),
    ],
)  # fmt: skip
def test_a_draft_goes_along_with_what_is_done_meanwhile(
    draft: dict[str, Any], after: dict[str, Any], then: dict[str, Any]
) -> None:
    drafted, became = replace(IN_PERSON, **draft), replace(IN_PERSON, **after)
    assert rebased(drafted, before=IN_PERSON, after=became) == replace(IN_PERSON, **then)


@pytest.mark.parametrize(
    ("moment", "refusal"),
    [
        (datetime(2026, 10, 24, 23, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 25, 0, 0, tzinfo=UTC), HourTwice),  # 1am, for the first time
        (datetime(2026, 10, 25, 1, 59, tzinfo=UTC), HourTwice),  # 1.59am, for the second
        (datetime(2026, 10, 25, 2, 0, tzinfo=UTC), None),
        (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), None),
        (datetime(2027, 3, 28, 1, 0, tzinfo=UTC), None),  # 2am
    ],
)
def test_which_moments_london_clocks_show_twice(moment: datetime, refusal: type[RuleViolation] | None) -> None:
    if refusal is None:
        check_on_the_clock(moment)
        return
    with pytest.raises(refusal, match="comes twice on 25 October 2026: the clocks go back that night"):
        check_on_the_clock(moment)


COURSE = CourseDates(date(2026, 5, 1), date(2026, 6, 10), date(2026, 9, 1))


@pytest.mark.parametrize(
    ("starts_at", "today", "refusal"),
    [
        (NOON, date(2026, 6, 1), None),
        (NOON, date(2026, 6, 2), DayOver),
        (datetime(2026, 4, 30, 22, 59, tzinfo=UTC), date(2026, 4, 1), BeforeCourse),
        (datetime(2026, 4, 30, 23, 0, tzinfo=UTC), date(2026, 4, 1), None),  # midnight in London, in summer
        (datetime(2026, 6, 10, 22, 59, tzinfo=UTC), date(2026, 6, 1), None),
        (datetime(2026, 6, 10, 23, 0, tzinfo=UTC), date(2026, 6, 1), AfterCourse),
    ],
)
def test_a_session_lies_within_the_course(
    starts_at: datetime, today: date, refusal: type[RuleViolation] | None
) -> None:
    _refused(refusal, lambda: check_within_course(starts_at, dates=COURSE, today=today))


@pytest.mark.parametrize(
    ("capacity", "people", "is_retired", "refusal"),
    [(20, 20, False, None), (19, 20, False, VenueTooSmall), (20, 20, True, VenueRetired)],
)
def test_a_hall_holds_as_many_as_may_come(
    capacity: int, people: int, is_retired: bool, refusal: type[RuleViolation] | None
) -> None:
    _refused(refusal, lambda: check_hall("Hall", capacity=capacity, people=people, is_retired=is_retired))


@pytest.mark.parametrize(
    ("day", "weekdays", "away", "refusal"),
    [
        (date(2026, 6, 1), "0", [], None),  # a Monday
        (date(2026, 6, 1), "123456", [], WeekdayNotOffered),
        (date(2026, 6, 1), "0123456", [(date(2026, 6, 1), date(2026, 6, 1))], FacilitatorAway),
        (date(2026, 6, 1), "0123456", [(date(2026, 6, 2), date(2026, 6, 3))], None),
        (date(2026, 6, 1), "0123456", [(date(2026, 5, 1), date(2026, 5, 31))], None),
        (date(2026, 6, 1), "0123456", [(date(2026, 1, 1), date(2026, 1, 2)), (date(2026, 5, 31), date(2026, 6, 1))],
         FacilitatorAway),
    ],
)  # fmt: skip
def test_who_can_lead_on_a_day(
    day: date, weekdays: str, away: Iterable[tuple[date, date]], refusal: type[RuleViolation] | None
) -> None:
    _refused(refusal, lambda: check_can_lead("Gwen", day, weekdays=weekdays, away=away))


@pytest.mark.parametrize("mode", ["face_to_face", "hybrid"])
def test_in_person_there_is_a_hall(mode: str) -> None:
    check_place_of_sitting(mode, has_venue=True)
    _refused(VenueMissing, lambda: check_place_of_sitting(mode, has_venue=False))
    check_place_of_sitting("online", has_venue=False)


@pytest.mark.parametrize(
    ("at", "is_shown"),
    [
        (NOON - timedelta(minutes=30, seconds=1), False),
        (NOON - timedelta(minutes=30), True),
        (NOON + HOUR - timedelta(seconds=1), True),
        (NOON + HOUR, False),
    ],
)
def test_a_link_is_shown_from_its_time_until_the_end(at: datetime, is_shown: bool) -> None:
    assert is_link_shown(NOON, NOON + HOUR, minutes_before=30, at=at) is is_shown
    assert link_shown_from(NOON, 0) == NOON


def test_every_kind_of_change_has_words_of_its_own() -> None:
    assert len({kind.label for kind in ChangeKind}) == len(ChangeKind) == 7


def _refused(refusal: type[RuleViolation] | None, check: Any) -> None:
    if refusal is None:
        check()
    else:
        with pytest.raises(refusal):
            check()
