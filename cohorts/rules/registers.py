"""Whom somebody means who types parts of names: "des q, cruddace 75"."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_PARTS = re.compile(r"[,;\n]+")
_MINUTES = re.compile(r"^(?P<name>.*\S)\s+(?P<minutes>\d{1,4})$")


@dataclass(frozen=True)
class Excepted:
    """Who was not there, or was there for so many minutes. `place` counts the names from 0."""

    place: int
    minutes: int | None


@dataclass(frozen=True)
class Reading:
    """Nobody is to be marked while there are faults: whoever was not found would be taken for present."""

    found: tuple[Excepted, ...]
    faults: tuple[str, ...]


def read_exceptions(text: str, names: Sequence[str], *, item_minutes: int) -> Reading:
    """Each part, up to a comma, is whole words or beginnings of words of one name; a number after it is minutes.

    A part that is the whole of one name means that one, whoever else it could begin.
    """
    found: dict[int, Excepted] = {}
    faults = []
    for part in filter(None, (one.strip() for one in _PARTS.split(text))):
        with_minutes = _MINUTES.match(part)
        typed = with_minutes["name"] if with_minutes else part
        minutes = int(with_minutes["minutes"]) if with_minutes else None
        meant = _meant(typed, names)
        if not meant:
            faults.append(f"“{typed}” is nobody on this register.")
        elif len(meant) > 1:
            faults.append(f"“{typed}” may be {_either([names[place] for place in meant])}. Type more of the name.")
        elif minutes is not None and not 0 < minutes <= item_minutes:
            faults.append(f"{names[meant[0]]} can have been there for 1 to {item_minutes} minutes.")
        elif found.setdefault(meant[0], said := Excepted(meant[0], minutes)) != said:
            faults.append(f"{names[meant[0]]} is named twice, and not in the same way.")
    return Reading(tuple(found.values()), tuple(faults))


def _meant(typed: str, names: Sequence[str]) -> list[int]:
    wanted = _words(typed)
    if not wanted:
        return []
    known = [_words(name) for name in names]
    whole = [place for place, words in enumerate(known) if words == wanted]
    return whole or [place for place, words in enumerate(known) if _begins(wanted, words)]


def _begins(wanted: Sequence[str], words: Sequence[str]) -> bool:
    """Whether each wanted word begins a word of the name, no two of them the same one."""
    left = list(words)
    for want in sorted(wanted, key=len, reverse=True):
        hit = next((word for word in left if word.startswith(want)), None)
        if hit is None:
            return False
        left.remove(hit)
    return True


def _words(text: str) -> list[str]:
    """In small letters and without accents, cut at hyphens and apostrophes too."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKD", text) if not unicodedata.combining(sign))
    return re.findall(r"\w+", plain.casefold())


def _either(names: Sequence[str]) -> str:
    shown = list(names[:4]) + (["somebody else"] if len(names) > 4 else [])
    return f"{', '.join(shown[:-1])} or {shown[-1]}"
