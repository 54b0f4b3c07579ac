"""Files that are taken in, and what came of them. Plain values: a file may be held open for whoever copies it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import IO, Any


@dataclass(frozen=True)
class TableFile:
    """A CSV file whose bytes and header were found in order; its rows are not read yet."""

    content: IO[bytes]
    name: str
    sha256: str
    encoding: str  # as PostgreSQL calls it: UTF8 or WIN1252
    header: tuple[str, ...]
    header_lines: int
    starts_at: int  # bytes, behind the byte order mark where there is one
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True)
class ListFile:
    """A list of identifiers, each with the line it stands on, and the lines where there is none."""

    name: str
    sha256: str
    entries: tuple[tuple[int, str], ...]
    rejections: tuple["Rejection", ...]


@dataclass(frozen=True, order=True)
class Rejection:
    """A row that was left out. `line` is where it begins, counted from 1."""

    line: int
    identifier: str
    reason: str


# What a file may lack of what is known here before somebody has to say that it is meant: so few, or a tenth.
FEW = 20


def is_much(lost: int, known: int) -> bool:
    """Whether a file that lacks so many of those known is hardly the whole register."""
    return lost > FEW and lost * 10 > known


def warnings_of(*, kept: int, lacking: int, links: Mapping[str, int]) -> tuple[str, ...]:
    """What a file lacks, a sentence each for schools and for links, where it is too much to go unsaid.

    `kept` are the schools both known here and in the file.
    """
    told = []
    if is_much(lacking, kept + lacking):
        told.append(
            f"{lacking:,} of the {kept + lacking:,} schools known here are not in the file. They stay, but it may be a "
            "selection, or cut short."
        )
    removed = links.get("removed", 0)
    left = links.get("updated", 0) + links.get("unchanged", 0)
    if is_much(removed, removed + left) or (removed and not left + links["added"]):
        told.append(f"{removed:,} of the {removed + left:,} links known here are not in the file, and would go.")
    return tuple(told)


# URN, name, and column → [old, new].
Change = tuple[str, str, Mapping[str, Any]]


@dataclass(frozen=True)
class Report:
    """What an import did, or would do. `repeats`: it is the file imported last, so nothing was done."""

    created: int
    updated: int
    unchanged: int
    lacking: int = 0
    rejections: tuple[Rejection, ...] = ()
    remarks: tuple[str, ...] = ()
    first_changes: tuple[Change, ...] = ()
    links: Mapping[str, int] = field(default_factory=dict)  # added, updated, removed, unchanged
    repeats: bool = False

    @property
    def warnings(self) -> tuple[str, ...]:
        return warnings_of(kept=self.updated + self.unchanged, lacking=self.lacking, links=self.links)

    def as_data(self) -> dict[str, Any]:
        """For programs: counts, `rejected` with line, identifier and reason of each, `remarks`, `links`."""
        return {
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "rejected": [asdict(rejection) for rejection in self.rejections],
            "lacking": self.lacking,
            "links": dict(self.links),
            "remarks": list(self.remarks),
            "same_file": self.repeats,
        }

    def as_lines(self) -> list[str]:
        """For people: the counts in one line, then a line for each rejected row and each remark."""
        counts = f"{self.created:,} created, {self.updated:,} updated, {self.unchanged:,} unchanged"
        lines = [f"{counts}, {len(self.rejections):,} rejected."]
        if self.lacking:
            lines.append(f"{self.lacking:,} known here are not in the file.")
        if self.links:
            lines.append("Links: " + ", ".join(f"{number:,} {what}" for what, number in self.links.items()) + ".")
        lines += [f"Line {rejection.line}: {rejection.reason}" for rejection in self.rejections]
        return [*lines, *self.remarks]
