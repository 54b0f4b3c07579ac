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


def the_catch_up(number: int) -> str:
    """What is said of all of them together."""
    return "the catch-up" if number == 1 else "every catch-up"


def can_miss(kind: str, may_miss: int, alone: int, *, has_missed: bool, recoverable: int, pending: int) -> str:
    """A sentence without its full stop. `may_miss` is with every catch-up done and accepted, `alone` with none.

    `recoverable` and `pending` are how many there are to do, and how many wait for a decision.
    """
    if may_miss == 0:
        even = f", even with {the_catch_up(recoverable + pending)}" if recoverable or pending else ""
        return f"You cannot miss {'another' if has_missed else 'a'} {of_kind(kind, 1)}{even}"
    said = f"You can miss {in_words(may_miss)} {'more ' if has_missed else ''}{of_kind(kind, may_miss)}"
    if may_miss == alone:
        return said
    left = in_words(alone) if alone else "none"
    if recoverable and pending:
        return f"{said} if every catch-up is done and accepted, and {left} if none is"
    if recoverable:
        return f"{said} if you do {the_catch_up(recoverable)}, and {left} if you leave {_them(recoverable)}"
    if pending == 1:
        return f"{said} if your catch-up is accepted, and {left} if it is not"
    return f"{said} if all your catch-ups are accepted, and {left} if none is"


def _them(number: int) -> str:
    return "it" if number == 1 else "them all"
