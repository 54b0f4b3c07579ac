"""Whether two applications look as if one person had sent both. A warning to whoever reads them, never a refusal."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from npqh_portal.kinds import Kind


class Likeness(Kind):
    """What two applications have in common. The name alone says nothing: many people share one."""

    ACCOUNT = "account", "the same account"
    TRN = "trn", "the same teacher reference number"
    BIRTH = "birth", "the same name and date of birth"
    SCHOOL = "school", "the same name and school"


@dataclass(frozen=True)
class Traits:
    """Of one application, by which another one of the same person is told. `number` is its own, `account` that of its
    writer."""

    number: int
    trn: str
    full_name: str
    date_of_birth: date | None
    school_urn: str
    account: int | None = None


def folded(name: str) -> str:
    """The letters and figures of a name: case, accents, spaces, hyphens and apostrophes make no difference."""
    if name.isascii():  # most are, and thousands are compared
        return name.lower().translate(_NEITHER)
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", name).casefold())
    return "".join(filter(str.isalnum, plain))


# Of ASCII: taken out of names.
_NEITHER = {number: None for number in range(128) if not chr(number).isalnum()}


# By which likeness, and what is shared: two applications with a mark in common look like one person's.
Mark = tuple[Likeness, tuple[str, str]]


def marks(one: Traits) -> frozenset[Mark]:
    """Everything by which another application of the same person would be told."""
    name = folded(one.full_name)
    found = {
        Likeness.ACCOUNT: ("", str(one.account or "")),
        Likeness.TRN: ("", one.trn),
        Likeness.BIRTH: (name, one.date_of_birth.isoformat() if name and one.date_of_birth else ""),
        Likeness.SCHOOL: (name, one.school_urn if name else ""),
    }
    return frozenset((likeness, mark) for likeness, mark in found.items() if mark[1])


def likenesses(one: Traits, other: Traits) -> tuple[Likeness, ...]:
    """What the two have in common, in the order of `Likeness`; nothing of an application and itself."""
    if one.number == other.number:
        return ()
    shared = {likeness for likeness, _ in marks(one) & marks(other)}
    return tuple(likeness for likeness in Likeness if likeness in shared)


def in_words(found: Iterable[Likeness]) -> str:
    return " and ".join(likeness.label for likeness in found)
