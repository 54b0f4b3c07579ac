"""Framework files: TOML in, a plan or every fault out, each with its line and field."""

import re
import tomllib
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import MISSING, fields, replace
from datetime import date, datetime
from functools import cache
from pathlib import Path as FilePath
from typing import Any, TypeVar

from npqh_portal.programmes.errors import FrameworkFaulty
from npqh_portal.programmes.kinds import (
    KINDS_WITH_REGISTER,
    AssessedBy,
    CountedStatus,
    FundingSource,
    ItemKind,
    Mode,
    PageSection,
    PresentedTo,
    ResubmissionCharge,
    Rule,
    Unit,
)
from npqh_portal.programmes.models import Programme
from npqh_portal.programmes.rules.faults import Fault, faults_of, policy_faults_of
from npqh_portal.programmes.rules.plans import (
    FIGURES,
    AreaPlan,
    BehaviourPlan,
    ComponentPlan,
    Counts,
    CoursePlan,
    Framework,
    ItemPlan,
    PolicyPlan,
    SuspensionPlan,
    TaskPlan,
    Totals,
    WorkedPolicy,
    is_code,
)

from .lines import Path, lines_of

T = TypeVar("T")
Check = Callable[[Any], str]
Table = Mapping[str, Any]

_WORKED = FilePath(__file__).parents[1] / "policies"

_TABLES = (
    "programme", "version", "totals", "counts", "areas", "behaviours", "courses", "items", "policy", "tasks",
    "suspensions", "texts",
)  # fmt: skip


def read_framework(content: bytes, name: str) -> Framework:
    """The plan in a framework file. Raises FrameworkFaulty with every fault found, each with its line and field."""
    data, text = _parsed(content, name)
    reader = _Reader()
    plan = reader.framework(data)
    if faults := [*reader.faults, *reader.faults_between(plan)]:
        raise FrameworkFaulty(name, _told(faults, lines_of(text)))
    return plan


def read_policy(content: bytes, name: str) -> WorkedPolicy:
    """The policy in a file that holds nothing else but what is said of it. Raises FrameworkFaulty as above."""
    data, text = _parsed(content, name)
    reader = _Reader()
    worked = reader.worked_policy(data)
    if faults := reader.faults or policy_faults_of(worked.policy, ()):
        raise FrameworkFaulty(name, _told(faults, lines_of(text)))
    return worked


@cache
def worked_policies() -> Mapping[str, WorkedPolicy]:
    """Those that come with the portal, by the names of their files."""
    return {file.stem: read_policy(file.read_bytes(), file.name) for file in sorted(_WORKED.glob("*.toml"))}


def _parsed(content: bytes, name: str) -> tuple[dict[str, Any], str]:
    """What a TOML file says, and its text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise FrameworkFaulty(name, [f"line {line}: byte {error.start} of the file is not UTF-8."]) from error
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise FrameworkFaulty(name, [_syntax_fault(str(error), text)]) from error
    except ValueError as error:
        place = _LONG_NUMBER.search(text)
        line = _line(text, place.start() if place else 0)
        raise FrameworkFaulty(name, [f"line {line}: a number has too many digits to be read."]) from error
    except RecursionError as error:
        line = _line(text, _deepest(text))
        raise FrameworkFaulty(name, [f"line {line}: brackets stand too deep in one another to be read."]) from error
    return data, text


class _Reader:
    """Walks the tables of one file and gathers faults, so that all of them are told at once.

    Where a value is missing or wrong, an empty one stands in for it, so that the rest can still be judged.
    """

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.places: list[str] = []  # where each item of the plan stands in the file

    def framework(self, data: Table) -> Framework:
        self._no_strangers(data, _TABLES, "")
        own = self._values(
            Framework, self._table(data, "programme"), "programme", ("code", "name", "award", "framework")
        )
        own |= self._values(Framework, self._table(data, "version"), "version", ("label", *FIGURES, "cycle"))
        courses, items = self._courses(data)
        own |= {
            "totals": self._row(Totals, self._table(data, "totals"), "totals"),
            "counts": self._row(Counts, self._table(data, "counts"), "counts"),
            "areas": self._rows(AreaPlan, data, "areas"),
            "behaviours": self._rows(BehaviourPlan, data, "behaviours"),
            "courses": courses,
            "items": self._in_order(data, courses, items),
            "policy": self._policy(self._table(data, "policy")),
            "tasks": self._rows(TaskPlan, data, "tasks"),
            "suspensions": self._rows(SuspensionPlan, data, "suspensions"),
            "texts": self._texts(self._table(data, "texts")),
        }
        return Framework(**own)

    def worked_policy(self, data: Table) -> WorkedPolicy:
        self._no_strangers(data, ("about", "policy"), "")
        about = self._values(WorkedPolicy, self._table(data, "about"), "about", ("title", "summary"))
        return WorkedPolicy(**about, policy=self._policy(self._table(data, "policy")))

    def faults_between(self, plan: Framework) -> list[Fault]:
        """What does not fit together, but for what may only follow from a fault told already."""
        told = {fault.where for fault in self.faults}
        tables = {_table_of(where) for where in told}
        found = [self._in_file(fault) for fault in faults_of(plan)]
        return [
            fault
            for fault in found
            if fault.where not in told
            and fault.where.removeprefix("counts.") not in told
            and ((fault.also and fault.also not in told) or tables.isdisjoint(_rests_on(fault.where)))
        ]

    def _in_file(self, fault: Fault) -> Fault:
        """A fault of the plan, with its items named as they stand in the file."""

        def place(where: str) -> str:
            return re.sub(r"^items\[(\d+)\]", lambda found: self.places[int(found[1]) - 1], where)

        return replace(fault, where=place(fault.where), also=place(fault.also))

    def _courses(self, data: Table) -> tuple[tuple[CoursePlan, ...], list[tuple[str, ItemPlan]]]:
        """The courses, and their items with the place of each in the file. A course may say the term for all of its."""
        courses, items = [], []
        for place, table in enumerate(self._tables(data, "courses"), start=1):
            where = f"courses[{place}]"
            course = self._row(CoursePlan, table, where, besides=("items", "term"))
            inherited = self._values(ItemPlan, {"term": table["term"]}, where, ("term",)) if "term" in table else {}
            for number, item in enumerate(self._tables(table, "items", f"{where}.items"), start=1):
                place_of_item = f"{where}.items[{number}]"
                values = self._values(ItemPlan, {**inherited, **item}, place_of_item, _ITEM_NAMES)
                items.append((place_of_item, ItemPlan(**values, course=course.code)))
            courses.append(replace(course, areas=tuple(sorted(course.areas))))
        return tuple(courses), items

    def _in_order(
        self, data: Table, courses: tuple[CoursePlan, ...], of_courses: list[tuple[str, ItemPlan]]
    ) -> tuple[ItemPlan, ...]:
        """The items of each course in turn, and those of no course where they say."""
        after: dict[str, list[tuple[str, ItemPlan]]] = {"": [], **{course.code: [] for course in courses}}
        for place, table in enumerate(self._tables(data, "items"), start=1):
            where, course = f"items[{place}]", str(table.get("after", ""))
            values = self._values(ItemPlan, table, where, _ITEM_NAMES, besides=("after",))
            if course not in after:
                self.faults.append(Fault(f"{where}.after", f"there is no course {course}."))
            after.get(course, after[""]).append((where, ItemPlan(**values)))
        ordered = []
        for code, following in after.items():
            ordered += [(where, item) for where, item in of_courses if item.course == code] + following
        self.places = [where for where, _ in ordered]
        return tuple(item for _, item in ordered)

    def _policy(self, table: Table) -> PolicyPlan:
        names = [name for name in _names(PolicyPlan) if name != "components"]
        values = self._values(PolicyPlan, table, "policy", names, besides=("components",))
        components = self._rows(ComponentPlan, table, "components", "policy.components")
        return PolicyPlan(**values, components=components)

    def _texts(self, table: Table) -> tuple[tuple[str, str], ...]:
        self._no_strangers(table, PageSection.values, "texts.", "is no section of a page")
        sound = {section: body for section, body in table.items() if self._note(f"texts.{section}", _text(body))}
        return tuple((section, body.strip()) for section, body in sound.items())

    # One table after another

    def _rows(self, shape: Callable[..., T], data: Table, name: str, where: str = "") -> tuple[T, ...]:
        where = where or name
        tables = enumerate(self._tables(data, name, where), start=1)
        return tuple(self._row(shape, table, f"{where}[{place}]") for place, table in tables)

    def _row(self, shape: Callable[..., T], table: Table, where: str, besides: Collection[str] = ()) -> T:
        """One table as a dataclass."""
        return shape(**self._values(shape, table, where, _names(shape), besides))

    def _values(
        self, shape: Any, table: Table, where: str, names: Collection[str], besides: Collection[str] = ()
    ) -> dict[str, Any]:
        """These columns, but for those that are left to their default; `besides` are keys that are read elsewhere."""
        self._no_strangers(table, {*names, *besides}, f"{where}.")
        values: dict[str, Any] = {}
        for column in fields(shape):
            if column.name not in names:
                continue
            if column.default is MISSING:
                values[column.name] = _STAND_INS[str(column.type)]
            if column.name in table:
                value = table[column.name]
                if self._note(f"{where}.{column.name}", _wrong(shape, column.name, str(column.type), value)):
                    values[column.name] = tuple(value) if isinstance(value, list) else value
            elif column.default is MISSING:
                self._note(f"{where}.{column.name}", "is missing.")
        return values

    def _note(self, where: str, wrong: str) -> bool:
        """Whether nothing is wrong there."""
        if wrong:
            self.faults.append(Fault(where, wrong))
        return not wrong

    def _no_strangers(
        self, table: Table, known: Collection[str], where: str, what: str = "is not a field of a framework file"
    ) -> None:
        for key in table:
            self._note(f"{where}{key}", "" if key in known else f"{what}.")

    def _table(self, data: Table, name: str) -> dict[str, Any]:
        table = data.get(name, {})
        return table if self._note(name, "" if isinstance(table, dict) else "must be a table.") else {}

    def _tables(self, data: Table, name: str, where: str = "") -> list[dict[str, Any]]:
        tables = data.get(name, [])
        is_list = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
        return tables if self._note(where or name, "" if is_list else "must be a list of tables.") else []


# Sentences


def _told(faults: Iterable[Fault], lines: Mapping[Path, int]) -> list[str]:
    """The faults in the order of the file, each with the line of its field, or of the table that lacks it."""
    by_name = {_named(path): line for path, line in lines.items()}

    def line_of(where: str) -> int:
        while where and where not in by_name:
            where = where[: max(where.rfind("."), where.rfind("["), 0)]
        return by_name.get(where, 0)

    def at(where: str) -> str:
        line = line_of(where)
        return f"line {line}, {where}" if line else where

    in_order = sorted(faults, key=lambda fault: line_of(fault.where))
    return [str(replace(fault, where=at(fault.where), also=fault.also and at(fault.also))) for fault in in_order]


def _named(path: Path) -> str:
    """As people count: courses[2].items[1].code."""
    steps = (f"[{step + 1}]" if isinstance(step, int) else f".{step}" for step in path)
    return "".join(steps).removeprefix(".")


def _syntax_fault(message: str, text: str) -> str:
    """What tomllib says, led by its line."""
    found = re.fullmatch(r"(.*?)(?: \(at (?:line (\d+), column (\d+)|end of document)\))?", message, re.DOTALL)
    assert found  # noqa: S101  # fits any text
    line = found[2] or text.count("\n") + 1
    column = f", column {found[3]}" if found[3] else ""
    return f"line {line}{column}: this is not TOML: {found[1]}."


_LONG_NUMBER = re.compile(r"\d[\d_]{4000,}")  # Python reads 4300 digits


def _deepest(text: str) -> int:
    """Where the innermost bracket opens."""
    depth, deepest, place = 0, 0, 0
    for bracket in re.finditer(r"[\[\]{}]", text):
        depth += 1 if bracket[0] in "[{" else -1
        if depth > deepest:
            deepest, place = depth, bracket.start()
    return place


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


# What rests on what

# The tables that a fault in one of them may come from, where they are more than its own.
_RESTS_ON: dict[str, set[str]] = {
    "version": {"version", "items"},
    "totals": {"totals", "items"},
    "counts": {"counts"},
    "counts.statements": {"counts", "areas"},
    "areas": {"areas", "tasks"},
    "courses": {"courses", "items", "areas", "version"},
    "items": {"items", "courses", "policy", "version"},
    "tasks": {"tasks", "areas"},
}


def _table_of(where: str) -> str:
    """The table of a field; that of an item is `items`, wherever it stands."""
    return "items" if ".items" in where else re.split(r"[.\[]", where)[0]


def _rests_on(where: str) -> set[str]:
    table = _table_of(where)
    return _RESTS_ON.get(where) or _RESTS_ON.get(table) or {table}


# Columns


def _names(shape: Any) -> list[str]:
    return [column.name for column in fields(shape)]


_ITEM_NAMES = [name for name in _names(ItemPlan) if name != "course"]  # its course is where it stands


def _wrong(shape: Any, name: str, type_name: str, value: Any) -> str:
    """What is wrong with the value of a column: with its type, then with what its name asks for."""
    further = _FURTHER.get(f"{shape.__name__}.{name}") or _FURTHER.get(name)
    return _SHAPES[type_name](value) or (further(value) if further else "")


def _text(value: Any) -> str:
    return "" if isinstance(value, str) and "\0" not in value else "must be text, in quotes."


def _number(value: Any) -> str:
    if type(value) is not int or value < 0:
        return "must be a whole number, 0 or more."
    return "" if value <= _MOST else f"must be {_MOST:,} at most."


def _truth(value: Any) -> str:
    return "" if isinstance(value, bool) else "must be true or false."


def _day(value: Any) -> str:
    return "" if isinstance(value, date) and not isinstance(value, datetime) else "must be a date like 2026-09-01."


def _numbers(value: Any) -> str:
    is_list = isinstance(value, list) and all(type(number) is int for number in value)
    return "" if is_list else "must be a list of whole numbers."


def _texts(value: Any) -> str:
    return "" if isinstance(value, list) and not any(map(_text, value)) else "must be a list of texts."


def _one_of(choices: Iterable[str]) -> Check:
    allowed = sorted(choices)

    def check(value: Any) -> str:
        unknown = [one for one in (value if isinstance(value, list) else [value]) if one not in allowed]
        return f"{unknown[0] or 'an empty text'} is none of {', '.join(filter(None, allowed))}." if unknown else ""

    return check


def _from(least: int, most: int) -> Check:
    return lambda value: "" if least <= value <= most else f"must be from {least} to {most}."


def _above_nought(value: int) -> str:
    return "" if value > 0 else "must be above 0."


def _count(value: int) -> str:
    return _above_nought(value) or _small(value)


def _long(most: int, *, least: int = 1) -> Check:
    """So many characters, in the text or in each of a list."""

    def check(value: Any) -> str:
        texts = value if isinstance(value, list) else [value]
        if any(len(text.strip()) < least for text in texts):
            return "must not be empty."
        return "" if all(len(text) <= most for text in texts) else f"must have {most} characters at most."

    return check


def _code(value: str) -> str:
    return "" if is_code(value) else "must be small letters, digits and hyphens, 40 at most."


def _part(value: str) -> str:
    return "" if re.fullmatch(r"[A-Z]?", value) else "must be one capital letter."


_small = _from(0, 1000)
_MOST = 2**31 - 1  # what a column of the database holds

# By the type that the plan declares for the column, then by its name: in one table only, or wherever it occurs.
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
_STAND_INS: dict[str, Any] = {
    str(str): "",
    str(int): 0,
    str(date): date.min,
    str(tuple[str, ...]): (),
}
_FURTHER: dict[str, Check] = {
    "code": _code,
    "label": _code,
    "name": _long(80),
    "title": _long(80),
    "award": _long(80),
    "descriptor": _long(400),
    "AreaPlan.statements": _long(400),
    "sections": _long(60),
    "words": _long(300, least=0),
    "framework_document_title": _long(120, least=0),
    "framework_document_edition": _long(120, least=0),
    "framework_document_url": _long(200, least=0),
    "framework": _one_of(Programme.Framework.values),
    "kind": _one_of(ItemKind.values),
    "kinds": _one_of(ItemKind.values),
    "cycle": _one_of(ItemKind.values),
    "mode": _one_of(Mode.values),
    "rule": _one_of(Rule.values),
    "unit": _one_of(Unit.values),
    "source": _one_of(FundingSource.values),
    "assessed_by": _one_of(AssessedBy.values),
    "presented_to": _one_of(PresentedTo.values),
    "resubmission_charge": _one_of(ResubmissionCharge.values),
    "part": _part,
    "PolicyPlan.threshold_percent": _from(0, 100),
    "ComponentPlan.threshold_percent": _from(1, 100),
    "attended_percent": _from(1, 100),
    "AreaPlan.number": _count,
    "ItemPlan.minutes": _above_nought,
    "term": _count,
    "terms": _count,
    "delivery_months": _count,
    "word_limit": _above_nought,
    "window_days": _count,
    "attempts_most": _count,
    "weight": _count,
    "terms_least": _small,
    "assessment_months": _small,
    "extension_months_most": _small,
    "day_equivalents": _small,
    "day_minutes": _from(0, 1440),
    "submissions_included": _small,
    "counted_statuses": _one_of(CountedStatus.values),
    "catch_up_kinds": _one_of(kind.value for kind in KINDS_WITH_REGISTER),
    "catch_up_days": _small,
    "spare_sessions": _small,
    "appeal_days": _small,
    "appeal_answer_days": _count,
    "placement_days_least": _small,
}
