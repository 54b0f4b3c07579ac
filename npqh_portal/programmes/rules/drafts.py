"""How a draft is edited: the order of its rows, what else changes with them, and what a copy is called."""

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
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


def in_words(fault: Fault, labels: Mapping[str, str]) -> str:
    """A fault as one reads it beside the draft, where nobody sees the file: "Course 2, minutes: …".

    `labels` are what people call a field, as `tasks.word_limit`, and any other name that a file uses.
    """
    what = re.sub(r"`(\w+)`", lambda found: labels.get(found[1], found[1]), fault.what)
    also = f" It is in {_place(fault.also, labels)} too." if fault.also else ""
    place = _place(fault.where, labels)
    return f"{place[:1].upper()}{place[1:]}: {what}{also}"


def _place(where: str, labels: Mapping[str, str]) -> str:
    """`items[12].mode` is item 12, and what people call its mode."""
    name = re.sub(r"\[\d+\]", "", where)
    if name in labels:
        field = labels[name]
        table = where.rpartition(".")[0].removeprefix("version")
        return ", ".join(filter(None, (_steps(table), f"{field[:1].lower()}{field[1:]}")))
    return _steps(where)


def _steps(where: str) -> str:
    """`policy.components[2]` is policy, component 2."""
    return ", ".join(re.sub(r"s\[(\d+)\]$", r" \1", step) for step in where.split(".") if step)


def next_label(label: str, taken: Collection[str]) -> str:
    """A label that is free: the last number in it counted up, as 2026 to 2027; a number behind it where it has none."""
    while label in taken:
        start, number, rest = re.fullmatch(r"(.*?)(\d*)(\D*)", label).groups()  # type: ignore[union-attr]  # fits all
        label = f"{start}{int(number) + 1}{rest}" if number else f"{label}-2"
    return label
