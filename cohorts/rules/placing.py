"""Who may be given a place."""

from dataclasses import dataclass

from cohorts.errors import CohortFull, CohortNotOpen, GroupFull, NotTakingPart, TooFewPlaces


@dataclass(frozen=True)
class Room:
    """How many a cohort or a group holds, and how many of them are others than the person who asks."""

    taken: int
    capacity: int

    @property
    def is_full(self) -> bool:
        return self.taken >= self.capacity

    @property
    def left(self) -> int:
        return max(self.capacity - self.taken, 0)


def check_places_for(people: int, *, cohort: Room, group: Room | None) -> None:
    """For several at once. Of one, `check_place` says it."""
    for room, of in ((cohort, "cohort"), (group, "group")):
        if room and people > 1 and people > room.left:
            raise TooFewPlaces(people, left=room.left, of=of)


def check_place(*, is_taking_part: bool, is_open_to_join: bool, cohort: Room, group: Room | None) -> None:
    if not is_taking_part:
        raise NotTakingPart
    if not is_open_to_join:
        raise CohortNotOpen
    if cohort.is_full:
        raise CohortFull(cohort.capacity)
    if group and group.is_full:
        raise GroupFull(group.capacity)
