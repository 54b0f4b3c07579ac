"""What differs between two versions of a programme."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Any, TypeVar

from .plans import FIGURES, AreaPlan, CoursePlan, Framework, PolicyPlan

T = TypeVar("T")
Places = tuple[int | None, int | None]  # where a thing stands in the old version and in the new one
ORDER = "order"


class Group(StrEnum):
    """The parts of a version, in the order in which a framework file has them."""

    FIGURES = "figures"
    AREAS = "areas"
    STATEMENTS = "statements"
    BEHAVIOURS = "behaviours"
    COURSES = "courses"
    ITEMS = "items"
    POLICY = "policy"
    TASKS = "tasks"


class How(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True)
class Difference:
    """One thing that is not the same in both: all its values where one version lacks it, else those that differ.

    `key` is its stable code, or the name of the column, or empty where it has neither. Of a thing that both have in
    another order, `old` and `new` hold, under ORDER, the names from the first that moved to the last.
    """

    group: Group
    key: str
    name: str
    old: Mapping[str, Any] | None
    new: Mapping[str, Any] | None

    @property
    def how(self) -> How:
        if self.old is None:
            return How.ADDED
        return How.REMOVED if self.new is None else How.CHANGED


@dataclass(frozen=True)
class _Statement:
    area: str
    text: str


@dataclass(frozen=True)
class _CoursePlan:
    """A course with its areas by name: a number says only where an area stands."""

    code: str
    title: str
    areas: tuple[str, ...]
    is_implementation: bool


def differences(old: Framework, new: Framework) -> list[Difference]:
    """What differs, group by group. What has a code is matched by it, the rest by its words, then by its place.

    Label, page texts and suspensions are left out: a label names the version, the others belong to the programme.
    """
    areas = _matched(old.areas, new.areas, _name_at, lambda area, _: area.number)
    return [
        *_figures(Group.FIGURES, old, new, (*FIGURES, "cycle")),
        *_rows(Group.AREAS, old.areas, new.areas, areas, leave=("number", "statements")),
        *_statements(old.areas, new.areas, areas),
        *_rows(
            Group.BEHAVIOURS,
            old.behaviours,
            new.behaviours,
            _matched(old.behaviours, new.behaviours, _name_at, lambda _, place: place),
        ),
        *_with_code(Group.COURSES, *_courses(old, new, areas)),
        *_with_code(Group.ITEMS, old.items, new.items),
        *_figures(Group.POLICY, old.policy, new.policy, _columns(old.policy, leave=("components",))),
        *_with_code(Group.POLICY, old.policy.components, new.policy.components),
        *_with_code(Group.TASKS, old.tasks, new.tasks),
    ]


def as_it_counts(plan: Framework) -> Framework:
    """The plan with its policy as far as it has a say: the kinds that items of the plan are of, in one order.

    A component that is left without a kind counts nowhere, and is left out.
    """
    had = {item.kind for item in plan.items}

    def of_items(kinds: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted(had.intersection(kinds)))

    components = [replace(one, kinds=of_items(one.kinds)) for one in plan.policy.components]
    return replace(
        plan,
        policy=replace(
            plan.policy,
            components=tuple(one for one in components if one.kinds),
            catch_up_kinds=of_items(plan.policy.catch_up_kinds),
        ),
    )


def idle_kinds(old: Framework, new: Framework) -> set[str]:
    """What the policies of two plans say different things of, and neither plan has an item of: it changes nothing."""
    had = {item.kind for plan in (old, new) for item in plan.items}
    named = {kind for _, kind in _kinds_by_place(old.policy) ^ _kinds_by_place(new.policy)}
    return named - had


def _kinds_by_place(policy: PolicyPlan) -> set[tuple[str, str]]:
    """By the code of their component, or none for what can be caught up."""
    by_place = [*((one.code, one.kinds) for one in policy.components), ("", policy.catch_up_kinds)]
    return {(code, kind) for code, kinds in by_place for kind in kinds}


def _figures(group: Group, old: object, new: object, names: Sequence[str]) -> Iterator[Difference]:
    for name in names:
        before, after = getattr(old, name), getattr(new, name)
        if before != after:
            yield Difference(group, name, name, {name: before}, {name: after})


def _with_code(group: Group, old: Sequence[Any], new: Sequence[Any]) -> Iterator[Difference]:
    return _rows(group, old, new, _matched(old, new, lambda row, _: row.code))


def _statements(old: Sequence[AreaPlan], new: Sequence[AreaPlan], areas: Sequence[Places]) -> Iterator[Difference]:
    """Area by area, so that a statement changed is told from one that moved to another area."""
    for there, here in areas:
        before, after = _at(old, there), _at(new, here)
        name = _name_of(after or before)
        was, is_now = ([_Statement(name, text) for text in area.statements] if area else [] for area in (before, after))
        matches = _matched(was, is_now, lambda row, _: row.text, lambda _, place: place)
        yield from _rows(Group.STATEMENTS, was, is_now, matches)


def _courses(
    old: Framework, new: Framework, areas: Sequence[Places]
) -> tuple[Sequence[_CoursePlan], Sequence[_CoursePlan]]:
    """Their areas by name, those of the old version by the name they now have: one renamed is the same area."""
    names_now = {area.number: area.name for area in new.areas}
    names_then = {
        old.areas[there].number: _name_of(_at(new.areas, here) or old.areas[there])
        for there, here in areas
        if there is not None
    }
    return (
        [_by_area_names(course, names_then) for course in old.courses],
        [_by_area_names(course, names_now) for course in new.courses],
    )


def _by_area_names(course: CoursePlan, names: Mapping[int, str]) -> _CoursePlan:
    areas = tuple(sorted(names.get(number, str(number)) for number in course.areas))
    return _CoursePlan(course.code, course.title, areas, course.is_implementation)


def _matched(old: Sequence[T], new: Sequence[T], *keys: Callable[[T, int], Hashable]) -> list[Places]:
    """Where each thing stands in both: matched by the first key, those left over by the next. Old ones alone come last.

    A key gets the row and its place.
    """
    place_then: dict[int, int] = {}
    for key in keys:
        left = {place: key(row, place) for place, row in enumerate(old) if place not in place_then.values()}
        for place, row in enumerate(new):
            match = next((then for then, value in left.items() if value == key(row, place)), None)
            if place not in place_then and match is not None:
                place_then[place] = match
                del left[match]
    kept = set(place_then.values())
    now = [(place_then.get(place), place) for place in range(len(new))]
    return [*now, *((place, None) for place in range(len(old)) if place not in kept)]


def _rows(
    group: Group, old: Sequence[Any], new: Sequence[Any], matches: Sequence[Places], leave: Sequence[str] = ()
) -> Iterator[Difference]:
    for there, here in matches:
        before, after = _at(old, there), _at(new, here)
        was, is_now = _values(before, leave), _values(after, leave)
        if was is not None and is_now is not None:
            differing = [name for name in is_now if was[name] != is_now[name]]
            was, is_now = {name: was[name] for name in differing}, {name: is_now[name] for name in differing}
        if was or is_now:
            row = after or before
            yield Difference(group, getattr(row, "code", ""), _name_of(row), was, is_now)
    yield from _order(group, new, [(there, here) for there, here in matches if there is not None and here is not None])


def _order(group: Group, new: Sequence[Any], both: Sequence[tuple[int, int]]) -> Iterator[Difference]:
    """One row where what both have stands in another order, from the first that moved to the last."""
    before, after = ([here for _, here in sorted(both, key=lambda pair: pair[side])] for side in (0, 1))
    moved = [place for place in range(len(both)) if before[place] != after[place]]
    if moved:
        stretch = slice(moved[0], moved[-1] + 1)
        was, is_now = (tuple(_name_of(new[here]) for here in order[stretch]) for order in (before, after))
        yield Difference(group, "", ORDER, {ORDER: was}, {ORDER: is_now})


def _at(rows: Sequence[T], place: int | None) -> T | None:
    return None if place is None else rows[place]


def _columns(row: Any, leave: Sequence[str]) -> list[str]:
    return [column.name for column in fields(row) if column.name not in leave]


def _values(row: Any, leave: Sequence[str]) -> dict[str, Any] | None:
    return None if row is None else {name: getattr(row, name) for name in _columns(row, (*leave, "code"))}


def _name_at(row: Any, _: int) -> str:
    return _name_of(row)


def _name_of(row: Any) -> str:
    return str(next(getattr(row, name) for name in ("title", "name", "text") if hasattr(row, name)))
