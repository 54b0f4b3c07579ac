"""The lines of a TOML text: what tomllib finds in it, each where it stands."""

import tomllib
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from npqh_portal.programmes.management.commands.load_programmes import FRAMEWORKS
from npqh_portal.programmes.readers.lines import Path, lines_of


def values(data: Any, path: Path = ()) -> dict[Path, Any]:
    """Every table, list and value that tomllib found, by its path."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    found = {path: data} if path else {}
    for key, value in inner:
        found |= values(value, (*path, key))
    return found


EXAMPLE = """
# A comment with [brackets], "quotes" and = signs
title = "Not a # comment, not a [table]"
"quoted \\" key" = 'C:\\path' # trailing
dotted.'inner.key' . last = 1979-05-27 07:32:00

[version]
words = \"\"\"
one = 1
[totals]
an escaped \\\"\"\" and two quotes at the end\"\"\"\"\"
plain = '''
'quoted' = 2'''''
empty = ""
list = [ 1, [ "a", '''b
c''' ], # a comment, with a comma
  { x = {}, "y" = [ ] },
]

[[courses]]
code = "one"
items = [
  { code = "a", minutes = 60 },
  { code = "b", minutes = 90 }, # last
]
[courses.more]
deep = true
[[courses.parts]]
n = 1
[[courses]]
[[courses.parts]]
n = 2
[[courses.parts]]
n = 3
"""


def test_each_value_stands_where_it_is_written() -> None:
    lines = lines_of(EXAMPLE)
    assert set(lines) == set(values(tomllib.loads(EXAMPLE)))
    assert {
        path: lines[path]
        for path in [
            ("title",), ("quoted \" key",), ("dotted", "inner.key", "last"), ("version",), ("version", "words"),
            ("version", "plain"), ("version", "empty"), ("version", "list", 1, 1), ("version", "list", 2, "y"),
            ("courses",), ("courses", 0), ("courses", 0, "items", 1, "minutes"), ("courses", 0, "more", "deep"),
            ("courses", 0, "parts", 0, "n"), ("courses", 1), ("courses", 1, "parts", 1, "n"),
        ]
    } == {
        ("title",): 3, ("quoted \" key",): 4, ("dotted", "inner.key", "last"): 5, ("version",): 7,
        ("version", "words"): 8, ("version", "plain"): 12, ("version", "empty"): 14, ("version", "list", 1, 1): 15,
        ("version", "list", 2, "y"): 17, ("courses",): 20, ("courses", 0): 20,
        ("courses", 0, "items", 1, "minutes"): 24, ("courses", 0, "more", "deep"): 27,
        ("courses", 0, "parts", 0, "n"): 29, ("courses", 1): 30, ("courses", 1, "parts", 1, "n"): 34,
    }  # fmt: skip


@pytest.mark.parametrize("path", sorted(FRAMEWORKS.glob("*.toml")), ids=lambda path: path.name)
@pytest.mark.parametrize("end", ["\n", "\r\n"], ids=["LF", "CRLF"])
def test_all_that_is_in_a_framework_is_found(path: Any, end: str) -> None:
    text = path.read_text().replace("\n", end)
    assert set(lines_of(text)) == set(values(tomllib.loads(text)))


def test_nothing_has_no_lines() -> None:
    assert lines_of("") == {}
    assert lines_of("\n# only a comment") == {}


# Documents made up, written in every way that TOML has

_KEYS = st.one_of(st.from_regex(r"[A-Za-z0-9_-]{1,5}", fullmatch=True), st.text("ab .\"'\\#[]{}=,\n", max_size=4))
_STRINGS = st.sampled_from([
    '""', '"#"', '"[a]\\n\\"b = 1"', "''", "'\\'", "'# \"'",
    '"""\n[t]\n\\""" = 1 ""\n"""', '"""a"""""', "'''\n'x' = 1\n'''''",
])  # fmt: skip
_BLANKS = st.sampled_from(["", "\n", "# x = 1\n", "\n  # [y]\n", "   "])


@st.composite
def documents(draw: st.DrawFn) -> str:
    numbers = count(100_000)

    def key(name: str) -> str:
        plain = name.isascii() and name.replace("-", "").replace("_", "").isalnum()
        written = name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        return name if plain and draw(st.booleans()) else f'"{written}"'

    def value(depth: int) -> str:
        kind = draw(st.sampled_from(["number", "number", "string", "list", "table"] if depth else ["number", "string"]))
        if kind == "number":
            return str(next(numbers))
        if kind == "string":
            return draw(_STRINGS)
        if kind == "table":
            names = draw(st.lists(_KEYS, max_size=3, unique=True))
            return "{ " + ", ".join(f"{key(name)} = {value(depth - 1)}" for name in names) + " }"
        inner = [
            value(depth - 1) + draw(_BLANKS.filter(lambda blank: "=" not in blank))
            for _ in range(draw(st.integers(0, 3)))
        ]
        return "[" + draw(st.sampled_from(["", "\n", " # , ]\n"])) + ", ".join(inner) + "]"

    def body(depth: int) -> str:
        return "".join(
            f"{key(name)}{draw(st.sampled_from(['', '.k', ' . k.l']))} = {value(depth)}\n{draw(_BLANKS)}\n"
            for name in draw(st.lists(_KEYS, max_size=3, unique=True))
        )

    text = draw(_BLANKS) + "\n" + body(2)
    for name in draw(st.lists(st.sampled_from("pqrst"), max_size=3, unique=True)):
        header = key(f"table-{name}")  # no bare key is that long: nothing is written twice
        if draw(st.booleans()):
            text += f"[{header}.in]{draw(_BLANKS).strip()}\n{body(2)}\n[ {header} ]\n"
        for _ in range(draw(st.integers(0, 3))):
            text += f"[[{header}.rows]]\n{body(1)}"
            text += f"[{header}.rows.of]\n{body(1)}" if draw(st.booleans()) else ""
    return text


@given(text=documents())
def test_all_that_tomllib_finds_is_found_where_it_stands(text: str) -> None:
    found, rows = values(tomllib.loads(text)), text.split("\n")
    lines = lines_of(text)
    assert set(lines) == set(found)
    for path, value in found.items():
        if isinstance(value, int):
            assert str(value) in rows[lines[path] - 1]
