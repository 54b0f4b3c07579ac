"""A programme drawn over its months: its terms, its assessment, and the further months for people new to headship."""

from dataclasses import dataclass
from datetime import date

from npqh_portal.programmes.rules.plans import Framework

# A shorter term leaves no room for its name in the picture.
_LEAST_HUNDREDTHS = 200
# Of the school year, by the month in which each begins.
_SCHOOL_TERMS = {1: "Spring", 4: "Summer", 9: "Autumn"}


@dataclass(frozen=True)
class Stretch:
    """Part of a programme, from `start` until `end` in hundredths of a month after its first day.

    `kind` is term, assessment or extension; `name` and `year` are what fits into a picture, `title` what a list says;
    `parts` are what is taken in a term, in its order.
    """

    kind: str
    name: str
    start: int
    end: int
    title: str
    year: str = ""
    parts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timeline:
    """`months` counts every month drawn, those of an extension included. Stretches stand in the order of time."""

    delivery_months: int
    assessment_months: int
    extension_months: int
    stretches: tuple[Stretch, ...]

    @property
    def months(self) -> int:
        return self.delivery_months + self.assessment_months + self.extension_months

    @property
    def terms(self) -> tuple[Stretch, ...]:
        return tuple(part for part in self.stretches if part.kind == "term")


def timeline_of(plan: Framework, *, starts_on: date | None = None) -> Timeline:
    """With a start, terms bear the names of the school year; without, or where they do not fit it, numbers (S28)."""
    terms = _school_terms(starts_on, plan) if starts_on else []
    if len(terms) != plan.terms or any(term.end - term.start < _LEAST_HUNDREDTHS for term in terms):
        terms = _even_terms(plan)
    after_delivery = plan.delivery_months * 100
    after_assessment = after_delivery + plan.assessment_months * 100
    stretches = [_term(number, term, plan) for number, term in enumerate(terms, start=1)]
    if plan.assessment_months:
        when = _spoken(starts_on, plan.delivery_months, plan.assessment_months)
        stretches.append(Stretch("assessment", "Assessment", after_delivery, after_assessment, f"Assessment{when}"))
    if plan.extension_months_most:
        end = after_assessment + plan.extension_months_most * 100
        stretches.append(Stretch("extension", "New heads", after_assessment, end, "Longer, if you are new to headship"))
    return Timeline(plan.delivery_months, plan.assessment_months, plan.extension_months_most, tuple(stretches))


@dataclass(frozen=True)
class _Term:
    name: str
    year: str
    start: int
    end: int


def _even_terms(plan: Framework) -> list[_Term]:
    whole, count = plan.delivery_months * 100, plan.terms
    return [
        _Term(f"Term {number}", "", (number - 1) * whole // count, number * whole // count)
        for number in range(1, count + 1)
    ]


def _school_terms(starts_on: date, plan: Framework) -> list[_Term]:
    """The terms that the months of delivery touch, the first and the last of them cut at its ends."""
    found: list[_Term] = []
    for number in range(plan.delivery_months):
        at = _month(starts_on, number)
        name = _SCHOOL_TERMS[max(begins for begins in _SCHOOL_TERMS if begins <= at.month)]
        start, end = number * 100, number * 100 + 100
        if found and found[-1].name == name and found[-1].year == str(at.year):
            start = found.pop().start
        found.append(_Term(name, str(at.year), start, end))
    return found


def _term(number: int, term: _Term, plan: Framework) -> Stretch:
    title = f"{term.name} term {term.year}" if term.year else term.name
    return Stretch("term", term.name, term.start, term.end, title, year=term.year, parts=_parts_of(plan, number))


def _parts_of(plan: Framework, term: int) -> tuple[str, ...]:
    """Courses that begin in a term, and what belongs to no course, in the order in which they are taken."""
    titles = {course.code: course.title for course in plan.courses}
    begun = {item.course for item in plan.items if item.term < term and item.course}
    names = [
        titles[item.course] if item.course else item.title
        for item in plan.items
        if item.term == term and item.course not in begun
    ]
    return tuple(dict.fromkeys(names))


def _spoken(starts_on: date | None, first: int, count: int) -> str:
    if starts_on is None:
        return f", month {first + 1}" if count == 1 else f", months {first + 1} to {first + count}"
    begins, ends = _month(starts_on, first), _month(starts_on, first + count - 1)
    if count == 1:
        return f", {begins:%B %Y}"
    year = "" if begins.year == ends.year else f" {begins.year}"
    return f", {begins:%B}{year} to {ends:%B %Y}"


def _month(starts_on: date, after: int) -> date:
    years, month = divmod(starts_on.month - 1 + after, 12)
    return date(starts_on.year + years, month + 1, 1)
