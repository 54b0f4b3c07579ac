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
