"""Every pair of states, legal and illegal."""

from collections.abc import Mapping
from itertools import pairwise

from cohorts.states import (
    COHORT_MOVES,
    ENROLMENT_MOVES,
    MEETING_MOVES,
    SEMINAR_MOVES,
    CohortState,
    EnrolmentState,
    MeetingState,
    SeminarState,
)


def legal(moves: Mapping[str, frozenset[str]]) -> set[tuple[str, str]]:
    return {(start, end) for start, ends in moves.items() for end in ends}


def test_a_cohort_goes_one_way_and_skips_nothing() -> None:
    order = list(CohortState)
    assert set(COHORT_MOVES) == set(order)
    assert legal(COHORT_MOVES) == set(pairwise(order))


def test_an_enrolment_is_deferred_and_returns_and_ends_for_good() -> None:
    active, deferred, withdrawn, completed = EnrolmentState
    assert set(ENROLMENT_MOVES) == set(EnrolmentState)
    assert legal(ENROLMENT_MOVES) == {
        (active, deferred),
        (active, withdrawn),
        (active, completed),
        (deferred, active),
        (deferred, withdrawn),
        (withdrawn, active),
    }


def test_a_planned_seminar_is_scheduled_and_a_cancelled_one_stays_cancelled() -> None:
    planned, scheduled, cancelled = SeminarState
    assert legal(SEMINAR_MOVES) == {(planned, scheduled), (scheduled, cancelled)}


def test_a_meeting_that_was_planned_ends_one_way() -> None:
    planned, held, missed, cancelled = MeetingState
    assert set(MEETING_MOVES) == set(MeetingState)
    assert legal(MEETING_MOVES) == {(planned, held), (planned, missed), (planned, cancelled)}
