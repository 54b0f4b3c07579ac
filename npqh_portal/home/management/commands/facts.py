"""`manage.py facts [--json] [--missing] [ID …]`: what the programmes' descriptions say, and what pins it here."""

import ast
import io
import json
import re
import tokenize
import tomllib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

PACKAGES = ("npqh_portal", "applications", "cohorts", "assessments")
FRAMEWORKS = Path("npqh_portal/programmes/frameworks")

_ID = r"\b([ST])([1-9]\d?)\b"
_RANGE = re.compile(rf"{_ID}\s*(?:to|–|-)\s*\b\1([1-9]\d?)\b")
_WORD = re.compile(_ID)
_IN_A_NAME = re.compile(r"(?<=_)([st])([1-9]\d?)(?=_|$)")
# Text in quotes comes first, so that a # inside it begins no comment.
_TOML = re.compile(r'"""(?:\\.|[^\\])*?"""|\'\'\'.*?\'\'\'|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*', re.DOTALL)

Function = ast.FunctionDef | ast.AsyncFunctionDef
# A place in a file and the ids that stand there.
Placed = tuple[str, set[str]]


@dataclass(frozen=True)
class Fact:
    """A fact with its pins: tests as `path::name`, lines of data and mentions in the code as `path:line`."""

    id: str
    fact: str
    area: str
    kind: str
    tests: list[str]
    data: list[str]
    also: list[str]

    @property
    def held_by(self) -> str:
        """What holds the portal to it: the weakest words that are true of it."""
        if self.kind == "to come":
            return "Only words so far"
        return (
            "Pinned by tests" if self.tests else "Pinned by lines of data alone" if self.data else "Pinned by nothing"
        )


class Command(BaseCommand):
    help = "Say for each fact of docs/facts.toml which tests and framework lines pin it, and which have none."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("ids", nargs="*", metavar="ID", help="Only these.")
        parser.add_argument("--json", action="store_true", help="As JSON.")
        parser.add_argument(
            "--missing", action="store_true",
            help="Only those that nothing holds; status 1 if a fact of a programme has no test.",
        )  # fmt: skip

    def handle(self, *, ids: list[str], json: bool, missing: bool, **options: Any) -> None:
        facts = read_facts(settings.BASE_DIR)
        if strangers := [name for name in ids if name not in {fact.id for fact in facts}]:
            raise CommandError(f"docs/facts.toml has no {', '.join(strangers)}.")
        shown = [fact for fact in facts if not ids or fact.id in ids]
        if missing:
            shown = [fact for fact in shown if fact.held_by in {"Only words so far", "Pinned by nothing"}]
        self.stdout.write(_as_json(shown) if json else _as_text(shown))
        if missing and any(fact.area == "programme" and not fact.tests for fact in facts):
            raise CommandError("A fact of a programme has no test.", returncode=1)


def read_facts(root: Path) -> list[Fact]:
    """Every fact of `docs/facts.toml` below the root, in the file's order, with what pins it."""
    listed = tomllib.loads((root / "docs" / "facts.toml").read_text())
    tests = _gathered(root, sorted((root / "tests").rglob("test_*.py")), pins_in_tests, "::")
    data = _gathered(root, sorted((root / FRAMEWORKS).glob("*.toml")), pins_in_toml, ":")
    code = [path for package in PACKAGES for path in sorted((root / package).rglob("*.py"))]
    also = _gathered(root, [path for path in code if "migrations" not in path.parts], mentions, ":")
    return [
        Fact(
            name,
            row["fact"],
            row["area"],
            row.get("kind", ""),
            *(found.get(name, []) for found in (tests, data, also)),
        )
        for name, row in listed.items()
    ]


def ids_in(text: str) -> set[str]:
    """The ids that a text names as whole words; a range, with “to” or a dash, names all between."""
    found = {letter + number for letter, number in _WORD.findall(text)}
    for letter, first, last in _RANGE.findall(text):
        found |= {f"{letter}{number}" for number in range(int(first), int(last) + 1)}
    return found


def pins_in_tests(source: str) -> Iterator[Placed]:
    """Each test of a file, as `name` or `Class::name`, with the ids that it pins.

    They stand in its name, docstring, decorators or comments, or in the docstring of its module or class. What it
    merely does with an id, as in a text that it compares, pins nothing.
    """
    module = ast.parse(source)
    comments = _comments(source)
    yield from _pins(module, source, comments, "", ids_in(ast.get_docstring(module) or ""))


def _pins(
    parent: ast.Module | ast.ClassDef, source: str, comments: dict[int, str], prefix: str, inherited: set[str]
) -> Iterator[Placed]:
    for node in parent.body:
        if isinstance(node, ast.ClassDef):
            own = ids_in(ast.get_docstring(node) or "")
            yield from _pins(node, source, comments, f"{prefix}{node.name}::", inherited | own)
        elif isinstance(node, Function) and node.name.startswith("test_"):
            yield prefix + node.name, inherited | _own_ids(node, source, comments)


def _own_ids(test: Function, source: str, comments: dict[int, str]) -> set[str]:
    named = {letter.upper() + number for letter, number in _IN_A_NAME.findall(test.name)}
    first = min([test.lineno, *(decorator.lineno for decorator in test.decorator_list)])
    texts = [
        ast.get_docstring(test) or "",
        *(ast.get_source_segment(source, decorator) or "" for decorator in test.decorator_list),
        *(comments.get(line, "") for line in range(first, (test.end_lineno or test.lineno) + 1)),
    ]
    return named.union(*map(ids_in, texts))


def _comments(source: str) -> dict[int, str]:
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return {token.start[0]: token.string for token in tokens if token.type == tokenize.COMMENT}


def pins_in_toml(source: str) -> Iterator[Placed]:
    """Each line of a framework file that has a comment, with the ids in it."""
    for found in _TOML.finditer(source):
        if found[0].startswith("#"):
            yield str(source.count("\n", 0, found.start()) + 1), ids_in(found[0])


def mentions(source: str) -> Iterator[Placed]:
    """Each line of code with the ids in it."""
    for number, line in enumerate(source.splitlines(), start=1):
        yield str(number), ids_in(line)


def _gathered(
    root: Path, paths: Iterable[Path], pins: Callable[[str], Iterator[Placed]], joint: str
) -> dict[str, list[str]]:
    """Where each id stands."""
    places: dict[str, list[str]] = {}
    for path in paths:
        for place, ids in pins(path.read_text()):
            for name in ids:
                places.setdefault(name, []).append(f"{path.relative_to(root)}{joint}{place}")
    return places


def _as_json(facts: list[Fact]) -> str:
    return json.dumps([asdict(fact) for fact in facts], indent=2, ensure_ascii=False)


def _as_text(facts: list[Fact]) -> str:
    lines = []
    for fact in facts:
        lines.append(f"{fact.id:<4}{fact.fact}")
        lines += [f"      {place}" for place in [*fact.tests, *fact.data]]
        lines += [f"      also {place}" for place in fact.also]
    lines.append("")
    for title in dict.fromkeys(sorted(fact.held_by for fact in facts)):
        found = [fact.id for fact in facts if fact.held_by == title]
        lines.append(f"{title}: {len(found)}.")
        lines.append(f"  {' '.join(found)}")
    return "\n".join(lines)
