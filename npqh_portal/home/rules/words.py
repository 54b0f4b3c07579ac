"""What a page says first."""

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
