"""The terms of somebody's course, and the days out of school that their sessions in person come to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from .terms import Term, terms_of_course


@dataclass(frozen=True)
class CourseTerms:
    """The first day of each term of a course; the first of them is the first day of the course itself."""

    first_days: tuple[date, ...]

    def number_on(self, day: date) -> int:
        """Which of them it is, holidays being of the term before; 0 before the course."""
        return sum(first <= day for first in self.first_days)

    def first_day(self, number: int) -> date:
        """Of the term of that number; of the last one, where there are not so many."""
        return self.first_days[min(number, len(self.first_days)) - 1]


def course_terms(terms: Iterable[Term], starts_on: date, ends_on: date, *, count: int) -> CourseTerms:
    """So many terms, by the school terms entered; by parts of equal length where not all of them are."""
    held = terms_of_course(terms, starts_on, ends_on)
    if len(held) >= count:
        return CourseTerms((starts_on, *(term.starts_on for term in held[1:count])))
    length = ends_on - starts_on
    return CourseTerms(tuple(starts_on + length * number // count for number in range(max(1, count))))


@dataclass(frozen=True)
class DayEquivalents:
    """Days out of school (S75), in halves: what is less than a half is not told, so that no day is told too soon."""

    halves: int
    planned: int

    @property
    def attended(self) -> str:
        """As words: “5 and a half”."""
        whole, half = divmod(self.halves, 2)
        if not half:
            return f"{whole}"
        return f"{whole} and a half" if whole else "Half"


def day_equivalents(minutes: int, *, day_minutes: int, planned: int) -> DayEquivalents:
    """What so many credited minutes in person come to."""
    return DayEquivalents(minutes * 2 // day_minutes, planned)
