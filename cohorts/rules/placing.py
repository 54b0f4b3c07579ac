"""Who may be given a place."""

from dataclasses import dataclass

from cohorts.errors import CohortFull, CohortNotOpen, GroupFull, NotTakingPart


@dataclass(frozen=True)
class Room:
    """How many a cohort or a group holds, and how many of them are others than the person who asks."""

    taken: int
    capacity: int

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity


def check_place(*, is_taking_part: bool, is_open_to_join: bool, cohort: Room, group: Room | None) -> None:
    if not is_taking_part:
        raise NotTakingPart
    if not is_open_to_join:
        raise CohortNotOpen
    if cohort.is_full:
        raise CohortFull(cohort.capacity)
    if group and group.is_full:
        raise GroupFull(group.capacity)
