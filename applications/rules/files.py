"""What a delivery partner's file of applications holds."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from applications.kinds import FundingRoute
from npqh_portal.tables import RowFault

from .answers import endorser_roles, has_school, routes_for, unfinished_parts

# Parts of our form that a partner's own form need not have asked.
NOT_NEEDED = frozenset({"trn", "statement", "adjustments", "agreement"})

# Our form speaks to the applicant, and a file is handed in by somebody else.
_THEIRS = {"your": "their", "you": "them"}

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


def unfit_answers(answers: Mapping[str, Any], *, is_endorsed: bool) -> Iterator[tuple[str, str]]:
    """Answers that are given and do not go with what else a line says: the column of each, and why."""
    route, role = answers["funding_route"], answers["endorser_role"]
    if route and route not in routes_for(answers):
        if route == FundingRoute.SCHOLARSHIP and answers["works_in_england"] is False:
            yield "funding_route", "asks for a DfE scholarship, and DfE pays for nobody who works outside England."
        elif route == FundingRoute.SCHOLARSHIP and answers["previously_funded"]:
            yield "funding_route", "asks for a DfE scholarship, and DfE has paid for this qualification before."
        elif route == FundingRoute.TRUST and answers["work_setting"] and not has_school(answers):
            yield "funding_route", "says that their trust pays, and they work at no school of one."
    if role and not is_endorsed and answers["headship"] and role not in endorser_roles(answers):
        yield "endorser_role", f"says {role}, and for somebody in their role it is {endorser_roles(answers)[0]}."


def lacking_parts(answers: Mapping[str, Any], *, is_endorsed: bool, told: Collection[str] = ()) -> list[str]:
    """What a line leaves open and we cannot decide without, in words; but for what is `told` of already, by columns."""
    spared = NOT_NEEDED | ({"endorsement"} if is_endorsed else set())
    parts = [part for part in unfinished_parts(answers) if part.code not in spared and not {*part.answers} & {*told}]
    return [re.sub(r"\byour?\b", lambda word: _THEIRS[word[0]], part.title.lower()) for part in parts]
