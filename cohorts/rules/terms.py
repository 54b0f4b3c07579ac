"""School terms, and which of them a day or a part of a programme falls into."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Term:
    """First and last day included."""

    name: str
    starts_on: date
    ends_on: date

    def holds(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


def terms_of_course(terms: Iterable[Term], starts_on: date, ends_on: date) -> list[Term]:
    """The terms of a course in order. Its first is the one in which it begins, or the next."""
    return sorted(
        (term for term in terms if term.ends_on >= starts_on and term.starts_on <= ends_on),
        key=lambda term: term.starts_on,
    )


def term_of(day: date, terms: Sequence[Term]) -> Term | None:
    """None in the holidays, or where nobody has entered the term."""
    return next((term for term in terms if term.holds(day)), None)


def terms_with(days: Iterable[date], terms: Sequence[Term]) -> list[Term]:
    """In which terms any of these days falls (S79)."""
    held = list(days)
    return [term for term in terms if any(term.holds(day) for day in held)]
