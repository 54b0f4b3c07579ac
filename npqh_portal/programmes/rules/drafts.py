"""How a draft is edited: the order of its rows, what else changes with them, and what a copy is called."""

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import replace

from npqh_portal.programmes.errors import CourseHasItems

from .faults import Fault
from .plans import AreaPlan, CoursePlan, Framework


def rearranged(places: Sequence[tuple[int | None, int | None]]) -> list[int]:
    """The rows' numbers in their new order, from the place each had and the place that is asked for it.

    A row asked to another place takes it, and the others close up or make room; a new row without a place goes last.
    """
    staying = [row for row, (had, asked) in enumerate(places) if had is not None and asked in {had, None}]
    moving = [row for row, (had, asked) in enumerate(places) if asked is not None and asked != had]
    staying.sort(key=lambda row: places[row][0] or 0)
    moving.sort(key=lambda row: places[row][1] or 0)
    order = staying
    for row in moving:
        order.insert((places[row][1] or 0) - 1, row)
    return order + [row for row, (had, asked) in enumerate(places) if had is None and asked is None]


def with_areas(plan: Framework, areas: Sequence[tuple[int | None, AreaPlan]]) -> Framework:
    """The plan with these areas, each with the number it had, numbered anew; its courses keep the areas they cover."""
    now = {had: number for number, (had, _) in enumerate(areas, start=1)}
    return replace(
        plan,
        areas=tuple(replace(area, number=number) for number, (_, area) in enumerate(areas, start=1)),
        courses=tuple(
            replace(course, areas=tuple(sorted(now[number] for number in course.areas if number in now)))
            for course in plan.courses
        ),
    )


def with_courses(plan: Framework, courses: Sequence[tuple[str, CoursePlan]]) -> Framework:
    """The plan with these courses, each with the code it had; items stay in their course.

    Raises CourseHasItems where one is left out that still has some.
    """
    now = {had: course.code for had, course in courses if had}
    of_course = Counter(item.course for item in plan.items if item.course)
    for course in plan.courses:
        if course.code not in now and of_course[course.code]:
            raise CourseHasItems(course.title, of_course[course.code])
    return replace(
        plan,
        courses=tuple(course for _, course in courses),
        items=tuple(replace(item, course=now.get(item.course, "")) for item in plan.items),
    )


def in_words(fault: Fault) -> str:
    """A fault as one reads it beside the draft, where nobody sees the file: "Course 2, items: …"."""
    steps = [_step(step) for step in fault.where.removeprefix("version.").split(".")]
    place = ", ".join(steps)
    also = f" It is in {', '.join(map(_step, fault.also.split('.')))} too." if fault.also else ""
    return f"{place[:1].upper()}{place[1:]}: {fault.what}{also}".replace("_", " ")


def _step(step: str) -> str:
    """`items[12]` is item 12."""
    return re.sub(r"s\[(\d+)\]$", r" \1", step)


def next_label(label: str, taken: Collection[str]) -> str:
    """A label that is free: the last number in it counted up, as 2026 to 2027; a number behind it where it has none."""
    while label in taken:
        start, number, rest = re.fullmatch(r"(.*?)(\d*)(\D*)", label).groups()  # type: ignore[union-attr]  # fits all
        label = f"{start}{int(number) + 1}{rest}" if number else f"{label}-2"
    return label
