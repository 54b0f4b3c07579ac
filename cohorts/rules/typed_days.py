"""Days and weeks as people type them: “15 February 2027”, “15–19 February 2027”, “29 March to 9 April 2027”."""

import re
from datetime import date

Days = tuple[date, date]

_MONTHS = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
    "december",
)  # fmt: skip
_BETWEEN = re.compile(r"\s*(?:[-–—]|\bto\b)\s*", re.IGNORECASE)
_DAY = re.compile(r"(?:[a-z]+day,?\s+)?(\d{1,2})(?:st|nd|rd|th)?(?:\s+([a-z]{3,}))?(?:\s+(\d{4}))?", re.IGNORECASE)


def days_typed(line: str) -> Days | None:
    """First and last day of what one line says; None where it is neither a day nor a span of days in order.

    What the first day leaves out, month or year, is that of the last.
    """
    parts = _BETWEEN.split(line.strip())
    matched = [_DAY.fullmatch(part) for part in parts]
    if not 1 <= len(parts) <= 2 or not all(matched):
        return None
    given = [match.groups() for match in matched if match]
    (first_day, first_month, first_year), (last_day, last_month, last_year) = given[0], given[-1]
    first = _date(first_day, first_month or last_month, first_year or last_year)
    last = _date(last_day, last_month, last_year)
    return (first, last) if first and last and first <= last else None


def _date(day: str, month: str | None, year: str | None) -> date | None:
    numbers = [n for n, name in enumerate(_MONTHS, start=1) if month and name.startswith(month.lower())]
    if len(numbers) != 1 or not year:
        return None
    try:
        return date(int(year), numbers[0], int(day))
    except ValueError:
        return None
