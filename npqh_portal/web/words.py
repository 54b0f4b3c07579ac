"""How amounts of time, dates, moments and shares are written: the same on pages, in messages and in files."""

from collections.abc import Sequence
from datetime import date, datetime, time

from npqh_portal.clock import LONDON


def hours(minutes: int) -> str:
    """For tables and figures: 38 h 30, 2 h, 30 min, 0 h."""
    whole, rest = divmod(minutes, 60)
    if not rest:
        return f"{whole} h"
    return f"{whole} h {rest:02}" if whole else f"{rest} min"


def hours_in_words(minutes: int) -> str:
    """For sentences: 2 hours, 7 hours 12 minutes, 30 minutes."""
    whole, rest = divmod(minutes, 60)
    parts = [_count(whole, "hour")] if whole else []
    if rest or not whole:
        parts.append(_count(rest, "minute"))
    return " ".join(parts)


def amount(number: int, unit: str) -> str:
    """So much credit, for tables and figures: 2 h of minutes, 1 item of units."""
    return hours(number) if unit == "minutes" else _count(number, "item")


def amount_in_words(number: int, unit: str) -> str:
    """The same for sentences: 2 hours, 17 items."""
    return hours_in_words(number) if unit == "minutes" else _count(number, "item")


def percent(part: int, total: int) -> str:
    """A share in tenths of a per cent, rounded down, so that nobody reads 90 % who has not reached it."""
    tenths = part * 1000 // total if total else 0
    return f"{tenths // 10}.{tenths % 10}%"


def day(value: date | datetime) -> str:
    """Tuesday 1 December 2026."""
    on = _london_date(value)
    return f"{on:%A} {on.day} {on:%B %Y}"


def short_day(value: date | datetime) -> str:
    """1 December 2026."""
    on = _london_date(value)
    return f"{on.day} {on:%B %Y}"


def table_day(value: date | datetime) -> str:
    """1 Dec 2026, for tables."""
    on = _london_date(value)
    return f"{on.day} {on:%b %Y}"


def month(value: date | datetime) -> str:
    """December 2026."""
    return f"{_london_date(value):%B %Y}"


def clock_time(value: datetime | time) -> str:
    """1pm, 3.10pm, 11.59pm, midday, midnight: on a London clock."""
    at = value.astimezone(LONDON).time() if isinstance(value, datetime) else value
    if (at.hour, at.minute) in {(0, 0), (12, 0)}:
        return "midday" if at.hour else "midnight"
    minutes = f".{at.minute:02}" if at.minute else ""
    return f"{at.hour % 12 or 12}{minutes}{'am' if at.hour < 12 else 'pm'}"


def time_range(start: datetime | time, end: datetime | time) -> str:
    """1pm to 3pm."""
    return f"{clock_time(start)} to {clock_time(end)}"


def moment(value: datetime) -> str:
    """Tuesday 1 December 2026, 1pm."""
    return f"{day(value)}, {clock_time(value)}"


def short_moment(value: datetime) -> str:
    """1 December 2026, 1pm."""
    return f"{short_day(value)}, {clock_time(value)}"


def figure(number: int) -> str:
    """A number in public words: one, 2, 18. From two on in figures, as the figures in page texts are."""
    return "one" if number == 1 else f"{number:,}"


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th, 11th, 112th."""
    ending = {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number:,}{'th' if number % 100 in {11, 12, 13} else ending}"


def sentence(text: str) -> str:
    """With a full stop, where whoever wrote it ended it otherwise, so that another sentence can follow."""
    text = text.rstrip()
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."


def listed(names: Sequence[str]) -> str:
    """One; one and two; one, two and three."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def file_size(size: int) -> str:
    """A file's size as people and the limits count it, 1024 at a time, rounded up: 1 kB, 340 kB, 2.4 MB."""
    if size <= 1023 << 10:
        return f"{-(-size >> 10)} kB"
    tenths = -(-size * 10 >> 20)
    return f"{tenths // 10}.{tenths % 10} MB"


def _london_date(value: date | datetime) -> date:
    return value.astimezone(LONDON).date() if isinstance(value, datetime) else value


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
