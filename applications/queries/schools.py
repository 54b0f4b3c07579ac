"""What an applicant finds when they look for their school, and what staff still have to find."""

import re
from dataclasses import dataclass

from applications.models import Application, MissingSchool
from npqh_portal.schools.models import School, SchoolLink
from npqh_portal.schools.queries import closed_for_good, find_elsewhere, find_schools, successors_of_closed

ON_A_PAGE = 20
# Whoever has not found their school among a hundred adds a word (E2).
PAGES_MOST = 5


@dataclass(frozen=True)
class Found:
    """The schools on one page of a search; where it finds none, what it would have found that cannot be chosen."""

    words: str
    page: int
    schools: list[School]
    has_more: bool
    closed: list[SchoolLink]
    gone: list[School]
    elsewhere: list[School]

    @property
    def choices(self) -> list[School]:
        return self.schools or [link.successor for link in self.closed]

    @property
    def first(self) -> int:
        return (self.page - 1) * ON_A_PAGE + 1

    @property
    def last(self) -> int:
        return self.first + len(self.schools) - 1

    @property
    def previous(self) -> int | None:
        return self.page - 1 if self.page > 1 else None

    @property
    def next(self) -> int | None:
        return self.page + 1 if self.has_more and self.page < PAGES_MOST else None


def found_schools(words: str, page: int = 1) -> Found:
    """One statement where something is found. `page` counts from 1; beyond the last page there is none.

    A URN is found with the word before it too, as it stands in letters.
    """
    words = re.sub(r"^\s*urn:?\s*(?=[0-9])", "", words, flags=re.IGNORECASE)
    page = min(max(page, 1), PAGES_MOST)
    start = (page - 1) * ON_A_PAGE
    found = list(find_schools(words)[start : start + ON_A_PAGE + 1])
    closed = [] if found else successors_of_closed(words)
    gone = [] if found or closed else closed_for_good(words)
    elsewhere = [] if found or closed or gone else list(find_elsewhere(words)[:5])
    return Found(
        words=words, page=page, schools=found[:ON_A_PAGE], has_more=len(found) > ON_A_PAGE,
        closed=closed, gone=gone, elsewhere=elsewhere,
    )  # fmt: skip


def open_task(application: Application) -> MissingSchool | None:
    """The school that we are looking for, for this applicant."""
    return application.missing_schools.filter(settled_at=None).first()
