"""Framework files: TOML in, a plan or every fault out."""

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import date, datetime
from typing import Any, TypeVar

from .errors import FrameworkFaulty
from .kinds import ItemKind, Mode, Rule, Unit
from .models import Programme
from .rules.faults import Fault, faults_of
from .rules.plans import (
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    ItemPlan,
    PolicyPlan,
    TaskPlan,
    Totals,
)

T = TypeVar("T")
Check = Callable[[Any], str]

# An item's course is where it stands, not something it says.
_ITEM_KEYS = frozenset(column.name for column in fields(ItemPlan)) - {"course"}


def read_framework(content: bytes, name: str) -> Framework:
    """The plan in a framework file. Raises FrameworkFaulty with every fault found, each with its field."""
    try:
        data = tomllib.loads(content.decode())
    except UnicodeDecodeError as error:
        raise FrameworkFaulty(name, [f"byte {error.start} is not UTF-8."]) from error
    except tomllib.TOMLDecodeError as error:
        raise FrameworkFaulty(name, [f"{error}."]) from error
    reader = _Reader()
    plan = reader.framework(data)
    faults = reader.faults or (faults_of(plan) if plan else [])
    if faults or plan is None:
        raise FrameworkFaulty(name, [str(fault) for fault in faults])
    return plan


class _Reader:
    """Walks the tables of one file and gathers faults, so that all of them are told at once."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []

    def framework(self, data: Mapping[str, Any]) -> Framework | None:
        parts = {
            "programme",
            "version",
            "totals",
            "counts",
            "areas",
            "behaviours",
            "courses",
            "items",
            "policy",
            "tasks",
        }
        self._no_strangers(data, parts, "")
        own = {**self._table(data, "programme"), **self._table(data, "version")}
        self._no_strangers(self._table(data, "programme"), {"code", "name", "award", "framework"}, "programme.")
        courses, items = self._courses(data)
        policy_table = self._table(data, "policy")
        components = self._rows(ComponentPlan, policy_table, "components", "policy.components")
        policy = self._row(
            PolicyPlan, {**policy_table, "components": components}, "policy", already=frozenset({"components"})
        )
        whole = {
            "areas": self._rows(AreaPlan, data, "areas"),
            "courses": courses,
            "items": self._in_order(data, courses, items),
            "tasks": self._rows(TaskPlan, data, "tasks"),
            "behaviours": self._rows(BehaviourPlan, data, "behaviours"),
            "totals": self._row(Totals, self._table(data, "totals"), "totals"),
            "counts": self._row(Counts, self._table(data, "counts"), "counts"),
            "policy": policy,
        }
        return self._row(Framework, {**own, **whole}, "version", already=frozenset(whole))

    def _courses(self, data: Mapping[str, Any]) -> tuple[tuple[CoursePlan, ...], list[ItemPlan]]:
        courses, items = [], []
        for place, table in enumerate(self._tables(data, "courses"), start=1):
            own = {key: value for key, value in table.items() if key != "items"}
            course = self._row(CoursePlan, own, f"courses[{place}]")
            if course is None:
                continue
            courses.append(course)
            for number, item in enumerate(self._tables(table, "items", f"courses[{place}].items"), start=1):
                where = f"courses[{place}].items[{number}]"
                self._no_strangers(item, _ITEM_KEYS, f"{where}.")
                own = {key: value for key, value in item.items() if key in _ITEM_KEYS}
                found = self._row(ItemPlan, {**own, "course": course.code}, where)
                if found:
                    items.append(found)
        return tuple(courses), items

    def _in_order(
        self, data: Mapping[str, Any], courses: tuple[CoursePlan, ...], items: list[ItemPlan]
    ) -> tuple[ItemPlan, ...]:
        """The items of each course in turn, and those of no course where they say."""
        between: dict[str, list[ItemPlan]] = {"": [], **{course.code: [] for course in courses}}
        for place, table in enumerate(self._tables(data, "items"), start=1):
            after = str(table.get("after", ""))
            self._no_strangers(table, _ITEM_KEYS | {"after"}, f"items[{place}].")
            own = {key: value for key, value in table.items() if key in _ITEM_KEYS}
            found = self._row(ItemPlan, own, f"items[{place}]")
            if after not in between:
                self.faults.append(Fault(f"items[{place}].after", f"there is no course {after}."))
            elif found:
                between[after].append(found)
        ordered = [*between[""]]
        for course in courses:
            ordered += [item for item in items if item.course == course.code]
            ordered += between[course.code]
        return tuple(ordered)

    def _rows(self, shape: Callable[..., T], data: Mapping[str, Any], name: str, where: str = "") -> tuple[T, ...]:
        where = where or name
        found = [
            self._row(shape, table, f"{where}[{place}]")
            for place, table in enumerate(self._tables(data, name, where), start=1)
        ]
        return tuple(row for row in found if row is not None)

    def _row(
        self, shape: Callable[..., T], table: Mapping[str, Any], where: str, already: frozenset[str] = frozenset()
    ) -> T | None:
        """One table as a dataclass; None, with its faults noted, where it does not fit."""
        before = len(self.faults)
        columns = {column.name: column for column in fields(shape)}  # type: ignore[arg-type]  # dataclasses, all of them
        self._no_strangers(table, set(columns), f"{where}.")
        values: dict[str, Any] = {}
        for name, column in columns.items():
            if name not in table:
                if column.default is MISSING:
                    self.faults.append(Fault(f"{where}.{name}", "is missing."))
                continue
            value = table[name]
            if name not in already:
                wrong = _SHAPES[str(column.type)](value) or _FURTHER.get(name, _no_more)(value)
                if wrong:
                    self.faults.append(Fault(f"{where}.{name}", wrong))
            values[name] = tuple(value) if isinstance(value, list) else value
        return shape(**values) if len(self.faults) == before else None

    def _no_strangers(self, table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
        for key in sorted(set(table) - set(known)):
            self.faults.append(Fault(f"{where}{key}", "is not a field of a framework file."))

    def _table(self, data: Mapping[str, Any], name: str) -> dict[str, Any]:
        table = data.get(name, {})
        if isinstance(table, dict):
            return table
        self.faults.append(Fault(name, "must be a table."))
        return {}

    def _tables(self, data: Mapping[str, Any], name: str, where: str = "") -> list[dict[str, Any]]:
        tables = data.get(name, [])
        if isinstance(tables, list) and all(isinstance(table, dict) for table in tables):
            return tables
        self.faults.append(Fault(where or name, "must be a list of tables."))
        return []


def _no_more(value: Any) -> str:
    return ""


def _text(value: Any) -> str:
    return "" if isinstance(value, str) else "must be text, in quotes."


def _number(value: Any) -> str:
    return "" if type(value) is int and value >= 0 else "must be a whole number, 0 or more."


def _truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false."


def _day(value: Any) -> str:
    return "" if isinstance(value, date) and not isinstance(value, datetime) else "must be a date like 2026-09-01."


def _numbers(value: Any) -> str:
    return "" if isinstance(value, list) and not any(map(_number, value)) else "must be a list of whole numbers."


def _texts(value: Any) -> str:
    return "" if isinstance(value, list) and not any(map(_text, value)) else "must be a list of texts."


def _one_of(choices: Iterable[str]) -> Check:
    allowed = sorted(choices)

    def check(value: Any) -> str:
        unknown = [one for one in (value if isinstance(value, list) else [value]) if one not in allowed]
        return f"{unknown[0]} is none of {', '.join(allowed)}." if unknown else ""

    return check


def _above_nought(value: int) -> str:
    return "" if value > 0 else "must be above 0."


def _short(value: str) -> str:
    return "" if 0 < len(value) <= 80 else "must have from 1 to 80 characters."


def _code(value: str) -> str:
    return "" if re.fullmatch(r"[a-z0-9-]{1,40}", value) else "must be small letters, digits and hyphens, 40 at most."


def _per_cent(value: int) -> str:
    return "" if 1 <= value <= 100 else "must be a percentage from 1 to 100."


# By the type that the plan declares for the column, then by the column's name.
_SHAPES: dict[str, Check] = {
    str(str): _text,
    str(int): _number,
    str(int | None): _number,
    str(bool): _truth,
    str(date): _day,
    str(date | None): _day,
    str(tuple[int, ...]): _numbers,
    str(tuple[str, ...]): _texts,
}
_FURTHER: dict[str, Check] = {
    "code": _code,
    "label": _code,
    "name": _short,
    "title": _short,
    "award": _short,
    "framework": _one_of(Programme.Framework.values),
    "kind": _one_of(ItemKind.values),
    "kinds": _one_of(ItemKind.values),
    "mode": _one_of(Mode.values),
    "rule": _one_of(Rule.values),
    "unit": _one_of(Unit.values),
    "threshold_percent": _per_cent,
    "attended_percent": _per_cent,
    "word_limit": _above_nought,
    "window_days": _above_nought,
    "attempts_most": _above_nought,
    "delivery_months": _above_nought,
    "weight": _above_nought,
}
