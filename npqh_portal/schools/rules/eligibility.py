"""When a list holds, and what may stand on it."""

import re
from datetime import date, timedelta

# The header of the column that holds the identifiers, exactly as DfE writes it (E3), by `ListKind`.
HEADERS = {"pp50": "PP50 School URN", "pp50-fe": "FE UKPRN", "rise": "RISE School URN"}
_SHAPES = {"URN": r"[0-9]{6,7}", "UKPRN": r"[0-9]{8}"}


def identifier_of(kind: str) -> str:
    """URN or UKPRN: what a list of that kind is keyed by."""
    return HEADERS[kind].rsplit(maxsplit=1)[-1]


def fault_of(kind: str, identifier: str) -> str:
    """Why this cannot stand on the list; empty where it can."""
    name = identifier_of(kind)
    if re.fullmatch(_SHAPES[name], identifier):
        return ""
    digits = "8 digits" if name == "UKPRN" else "6 or 7 digits"
    return f"{name} “{identifier[:40]}” is not {digits}." if identifier else f"There is no {name}."


def covers(from_on: date, to_on: date | None, on: date) -> bool:
    """Whether a list holds on a London date: its first and its last day count."""
    return from_on <= on and (to_on is None or on <= to_on)


def day_before(from_on: date) -> date:
    """The last day of an open-ended list when the next begins."""
    return from_on - timedelta(days=1)


def period_of(text: str) -> tuple[date, date | None]:
    """The two days of "2026-09-01..2027-08-31", or a day and no end of "2026-09-01". Raises ValueError."""
    first, _, last = text.partition("..")
    return date.fromisoformat(first), date.fromisoformat(last) if last else None
