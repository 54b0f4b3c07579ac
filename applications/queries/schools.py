"""What an applicant finds when they look for their school, and what staff still have to find."""

import re
from dataclasses import dataclass

from applications.models import Application, MissingSchool
from npqh_portal.schools.models import School, SchoolLink
from npqh_portal.schools.queries import find_schools, successors_of

ON_A_PAGE = 20
# Whoever has not found their school among a hundred adds a word (E2).
PAGES_MOST = 5


@dataclass(frozen=True)
class Found:
    """The schools on one page of a search; where it finds none, those that it finds and nobody can choose.

    Where `closed` holds something it is what to tell, else what `gone` holds, else `elsewhere`.
    """

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
    """One statement; a second where nothing is found but closed schools. `page` counts from 1; beyond the last is none.

    A URN is found with the word before it too, as it stands in letters.
    """
    words = re.sub(r"^\s*urn:?\s*(?=[0-9])", "", words, flags=re.IGNORECASE)
    page = min(max(page, 1), PAGES_MOST)
    start = (page - 1) * ON_A_PAGE
    all_found = list(find_schools(words)[start : start + ON_A_PAGE + 1])
    schools = [school for school in all_found if school.can_be_chosen]  # type: ignore[attr-defined]  # annotated there
    others = all_found if not schools and page == 1 else []
    gone = [school for school in others if school.status == School.Status.CLOSED]
    return Found(
        words=words,
        page=page,
        schools=schools[:ON_A_PAGE],
        has_more=len(schools) > ON_A_PAGE,
        closed=successors_of(gone) if gone else [],
        gone=gone[:5],
        elsewhere=others[:5],
    )


def open_task(application: Application) -> MissingSchool | None:
    """The school that we are looking for, for this applicant."""
    return application.missing_schools.filter(settled_at=None).first()
