"""What may still be missed, in words: the answer to the question everybody comes with."""

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
# As one speaks of them in the middle of a sentence; the rest are their label in small letters.
_NOUNS = {
    "module": ("online module", "online modules"),
    "research": ("piece of research", "pieces of research"),
    "work_task": ("work-based task", "work-based tasks"),
    "drop_in": ("drop-in", "drop-ins"),
    "practical_cycle": ("part of the practical cycle", "parts of the practical cycle"),
}


def in_words(number: int) -> str:
    """one, nine, 10; no for 0."""
    return _NUMBERS[number] if number < len(_NUMBERS) else str(number)


def of_kind(kind: str, number: int) -> str:
    """What so many items of a kind are called: seminar, seminars."""
    one, several = _NOUNS.get(kind) or (kind.replace("_", " "), f"{kind.replace('_', ' ')}s")
    return one if number == 1 else several


def times(number: int) -> str:
    """once, twice, three times."""
    return {1: "once", 2: "twice"}.get(number) or f"{in_words(number)} times"


def can_miss(kind: str, may_miss: int, alone: int, *, recoverable: bool, pending: bool) -> str:
    """A sentence without its full stop. `may_miss` is with every catch-up done and accepted, `alone` with none."""
    if may_miss == 0:
        even = ", even with the catch-up" if recoverable or pending else ""
        return f"You cannot miss another {of_kind(kind, 1)}{even}"
    said = f"You can miss {in_words(may_miss)} more {of_kind(kind, may_miss)}"
    if may_miss == alone:
        return said
    left = in_words(alone) if alone else "none"
    if recoverable:
        return f"{said} if you do the catch-up, and {left} if you leave it"
    return f"{said} if your catch-up is accepted, and {left} if it is not"
