"""What a page says first."""

from collections.abc import Sequence
from datetime import date, time


def greeting(at: time) -> str:
    if at < time(12):
        return "Good morning"
    return "Good afternoon" if at < time(17) else "Good evening"


def from_to(first: date, last: date) -> str:
    """16 to 23 September 2027; 28 September to 5 October 2027."""
    begins = f"{first.day}"
    if (first.year, first.month) != (last.year, last.month):
        begins += f" {first:%B}" if first.year == last.year else f" {first:%B %Y}"
    return f"{begins} to {last.day} {last:%B %Y}"


def listed(names: Sequence[str]) -> str:
    """One; one and two; one, two and three."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def can_miss(sessions: int, *, session_minutes: int) -> str:
    """The answer to the question everybody comes with, for a session of usual length."""
    length = "two-hour seminars" if session_minutes == 120 else "seminars"
    if sessions == 0:
        return "You cannot miss another seminar and still reach it"
    if sessions == 1:
        return f"You can miss one more {length[:-1]} and still reach it"
    return f"You can miss {_in_words(sessions)} more {length} and still reach it"


def _in_words(number: int) -> str:
    words = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return words[number] if number < len(words) else str(number)
