"""What the demonstration says of a person: a colleague, or somebody who applied."""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from npqh_portal.people.roles import Role, RoleKind


@dataclass(frozen=True)
class Colleague:
    """Somebody with a role. `of` is the organisation they hold it for, empty for the whole provider."""

    email: str
    name: str
    role: Role
    kind: RoleKind | None = None
    of: str = ""


@dataclass(frozen=True)
class Character:
    """Somebody who applied. `marks` says how a sitting went for them: absent, authorised, or minutes there."""

    name: str
    school: str
    headship: str = "serving"
    group: int = 1
    marks: Mapping[str, str | int] = field(default_factory=dict)
    caught_up: tuple[str, ...] = ()
    # What they handed in lately for a missed sitting: waiting, or sent_back, by its item.
    handed_in: Mapping[str, str] = field(default_factory=dict)
    not_done: tuple[str, ...] = ()
    # What else happened: late, moved, deferred, returned, extended, withdrawn, reinstated, not evaluated, or how far
    # their application or assessment has come.
    turn: str = ""
    marker: str = ""
    # What they answer otherwise than most, by the names of `applications.rules.answers`.
    says: Mapping[str, Any] = field(default_factory=dict)
    # A school that they do not find: its name, town and postcode.
    looks_for: tuple[str, str, str] | None = None
    # What came of it where nobody simply agreed: waiting, declined, waived, or another was asked.
    endorsement: str = ""

    @property
    def email(self) -> str:
        return address_of(self.name)


def address_of(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    first, last = plain.split(maxsplit=1)
    return f"{first}.{last.replace(' ', '-')}@school.example"
