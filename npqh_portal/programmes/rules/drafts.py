"""How a draft is edited: the order of its rows, and what a copy is called."""

import re
from collections.abc import Collection, Sequence


def rearranged(places: Sequence[tuple[int | None, int | None]]) -> list[int]:
    """The rows' numbers in their new order, from the place each had and the place that is asked for it.

    A row asked to another place takes it, and the others close up or make room; a new row without a place goes last.
    """
    staying = [row for row, (had, asked) in enumerate(places) if had is not None and asked in {had, None}]
    moving = [row for row, (had, asked) in enumerate(places) if asked is not None and asked != had]
    staying.sort(key=lambda row: places[row][0] or 0)
    moving.sort(key=lambda row: places[row][1] or 0)
    order = staying
    for row in moving:
        order.insert((places[row][1] or 0) - 1, row)
    return order + [row for row, (had, asked) in enumerate(places) if had is None and asked is None]


def next_label(label: str, taken: Collection[str]) -> str:
    """A label that is free: the last number in it counted up, as 2026 to 2027; a number behind it where it has none."""
    while label in taken:
        start, number, rest = re.fullmatch(r"(.*?)(\d*)(\D*)", label).groups()  # type: ignore[union-attr]  # fits all
        label = f"{start}{int(number) + 1}{rest}" if number else f"{label}-2"
    return label
