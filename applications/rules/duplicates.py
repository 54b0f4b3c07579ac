"""Whether two applications look as if one person had sent both. A warning to whoever reads them, never a refusal."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from npqh_portal.kinds import Kind


class Likeness(Kind):
    """What two applications have in common. The name alone says nothing: many people share one."""

    TRN = "trn", "the same teacher reference number"
    BIRTH = "birth", "the same name and date of birth"
    SCHOOL = "school", "the same name and school"


@dataclass(frozen=True)
class Traits:
    """Of one application, by which another one of the same person is told. `number` is its own."""

    number: int
    trn: str
    full_name: str
    date_of_birth: date | None
    school_urn: str


def folded(name: str) -> str:
    """The letters and figures of a name: case, accents, spaces, hyphens and apostrophes make no difference."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(character for character in plain if character.isalnum())


def likenesses(one: Traits, other: Traits) -> tuple[Likeness, ...]:
    """What the two have in common, in the order of `Likeness`; nothing of an application and itself."""
    if one.number == other.number:
        return ()
    same_name = bool(folded(one.full_name)) and folded(one.full_name) == folded(other.full_name)
    found = {
        Likeness.TRN: bool(one.trn) and one.trn == other.trn,
        Likeness.BIRTH: same_name and one.date_of_birth is not None and one.date_of_birth == other.date_of_birth,
        Likeness.SCHOOL: same_name and bool(one.school_urn) and one.school_urn == other.school_urn,
    }
    return tuple(likeness for likeness, is_so in found.items() if is_so)


def in_words(found: Iterable[Likeness]) -> str:
    return " and ".join(likeness.label for likeness in found)
