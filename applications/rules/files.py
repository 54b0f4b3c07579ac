"""What a delivery partner's file of applications holds."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from npqh_portal.tables import RowFault

from .answers import unfinished_parts

# Parts of our form that a partner's own form need not have asked.
NOT_NEEDED = frozenset({"trn", "statement", "adjustments", "agreement"})

OWN_ENDORSER = "is the applicant's own: somebody else endorses them."


@dataclass(frozen=True)
class ApplicationRow:
    """One line. `answers` are columns of an application, those that it gives; `cells` as they stand in the file."""

    line: int
    cells: tuple[str, ...]
    email: str = ""
    school_urn: str = ""
    is_endorsed: bool = False
    answers: Mapping[str, Any] = field(default_factory=dict)
    faults: tuple[RowFault, ...] = ()

    @property
    def full_name(self) -> str:
        return str(self.answers.get("full_name", ""))


@dataclass(frozen=True)
class ApplicationFile:
    """A file that could be read: every line of it, sound or not, and what is worth knowing of the whole."""

    sha256: str
    columns: tuple[str, ...]
    rows: tuple[ApplicationRow, ...]
    remarks: tuple[str, ...]
    encoding: str = "utf-8-sig"

    @property
    def telling_line(self) -> str:
        """The first line with letters beyond the plain ones, by which a file read wrongly is seen; empty if none is."""
        lines = (f"{row.line}: {', '.join(filter(None, row.cells))}" for row in self.rows)
        return next((line[:200] for line in lines if not line.isascii()), "")


class Fate(StrEnum):
    NEW = "new"
    KNOWN = "known"
    REJECTED = "rejected"


def lacking_parts(answers: Mapping[str, Any], *, is_endorsed: bool) -> list[str]:
    """The titles of the parts that a line leaves open and that we cannot decide without."""
    spared = NOT_NEEDED | ({"endorsement"} if is_endorsed else set())
    return [part.title for part in unfinished_parts(answers) if part.code not in spared]
