from collections.abc import Sequence
from datetime import date

from npqh_portal.errors import RuleViolation
from npqh_portal.web.words import short_day


class FileUnusable(RuleViolation):
    """A file that cannot be taken in: nothing of it is. `line` is counted as an editor does, from 1."""

    def __init__(self, name: str, what: str, line: int | None = None) -> None:
        self.line = line
        super().__init__(f"{name}, line {line}: {what}" if line else f"{name}: {what}")


class ColumnsMissing(FileUnusable):
    def __init__(self, name: str, missing: Sequence[str]) -> None:
        columns = f"this column: {missing[0]}" if len(missing) == 1 else f"these columns: {', '.join(missing)}"
        super().__init__(name, f"the header lacks {columns}. Columns are known by name, whatever their order.")


class MuchLacking(RuleViolation):
    """A file that lacks much of what is known here, and nobody has said that this is meant."""

    def __init__(self, warnings: Sequence[str]) -> None:
        super().__init__(f"{' '.join(warnings)} Nothing was imported: say first that this is meant.")


class ImportSettled(RuleViolation):
    def __init__(self, state: str) -> None:
        super().__init__(f"This file no longer waits. It is {state.lower()}.")


class AnotherImportRan(RuleViolation):
    def __init__(self) -> None:
        super().__init__(
            "Another file was imported since this one was looked at, so its figures may be wrong now. "
            "Discard it, and hand the file in again."
        )


class NotTheFileSeen(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The kept file is not the one that was looked at. Discard it, and hand the file in again.")


class ImportedAlready(RuleViolation):
    def __init__(self, on: str) -> None:
        super().__init__(f"The very same file was imported on {on}, and nothing has been imported since.")


class PeriodUpsideDown(RuleViolation):
    def __init__(self) -> None:
        super().__init__("The period ends before it begins. Give the first day, then the last.")


class ListOverlaps(RuleViolation):
    def __init__(self, kind: str, from_on: date, to_on: date | None) -> None:
        until = f"to {short_day(to_on)}" if to_on else "without an end"
        super().__init__(
            f"There is a list of {kind} from {short_day(from_on)} {until}, which holds on some of the same days. "
            "Give exactly its period to replace it, or a period that begins after it."
        )


class SchoolNotOpen(RuleViolation):
    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is closed, or does not lie in England. Choose another school.")


class SchoolBeginsAhead(RuleViolation):
    def __init__(self) -> None:
        super().__init__("That day lies ahead. Tell us of the new school once you are there.")


class SchoolBeginsTooEarly(RuleViolation):
    def __init__(self, earliest: date) -> None:
        super().__init__(f"The school before is held since {short_day(earliest)}. Choose that day or a later one.")
