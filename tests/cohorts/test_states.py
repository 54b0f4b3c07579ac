"""Every pair of states, legal and illegal."""

from collections.abc import Mapping
from itertools import pairwise

from cohorts.states import COHORT_MOVES, ENROLMENT_MOVES, SEMINAR_MOVES, CohortState, EnrolmentState, SeminarState


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


def test_a_cancelled_seminar_stays_cancelled() -> None:
    assert legal(SEMINAR_MOVES) == {(SeminarState.SCHEDULED, SeminarState.CANCELLED)}
