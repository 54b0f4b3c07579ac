"""Who may be given a place."""

from cohorts.errors import CohortFull, CohortNotOpen, NotTakingPart


def check_place(*, is_taking_part: bool, is_open_to_join: bool, taken: int, capacity: int) -> None:
    if not is_taking_part:
        raise NotTakingPart
    if not is_open_to_join:
        raise CohortNotOpen
    if taken >= capacity:
        raise CohortFull(capacity)
