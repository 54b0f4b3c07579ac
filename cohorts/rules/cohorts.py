"""How many a cohort and its groups take."""

from collections.abc import Sequence

from cohorts.errors import FewerThanTaken, HallsTooSmall


def check_size(capacity: int, *, taken: int, halls: Sequence[str]) -> None:
    """`halls` are those booked ahead that hold fewer than that."""
    if capacity < taken:
        raise FewerThanTaken(taken)
    if halls:
        raise HallsTooSmall(halls)
