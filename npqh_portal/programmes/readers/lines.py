"""On which line of a TOML text each of its values stands: tomllib reads the values, and forgets the lines."""

import re
import tomllib

Path = tuple[str | int, ...]  # keys, and places in lists counted from 0, as in what tomllib gives

_BLANK = re.compile(r"(?:[ \t\r\n,]|#[^\n]*)*")
_KEY = re.compile(r"""[A-Za-z0-9_-]+|"(?:[^"\\]|\\.)*"|'[^']*'""")
_STRING = re.compile(
    r'''"""(?:[^\\]|\\.)*?"""(?:"{0,2})|\'\'\'.*?\'\'\'(?:'{0,2})|"(?:[^"\\]|\\.)*"|'[^']*\'''', re.DOTALL
)
_BARE = re.compile(r"[^,\]}#\n]+")


def lines_of(text: str) -> dict[Path, int]:
    """The line, counted from 1, of each table, list and value of a text that tomllib has read without complaint."""
    return _Scanner(text).scan()


class _Scanner:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[Path, int] = {}
        self.lengths: dict[Path, int] = {}  # of the lists of tables so far

    def scan(self) -> dict[Path, int]:
        table: Path = ()
        while not self._ends(""):
            if self._takes("[["):
                table = self._next_table(self._key())
                self._takes("]]")
            elif self._takes("["):
                table = self._table(self._key())
                self._takes("]")
            else:
                self._pair(table)
        return self.lines

    def _table(self, keys: list[str]) -> Path:
        """Where [a.b] is: under a list of tables, in its newest one."""
        path: Path = ()
        for key in keys:
            path = self._note((*path, key))
            if path in self.lengths:
                path = (*path, self.lengths[path] - 1)
        return path

    def _next_table(self, keys: list[str]) -> Path:
        path = self._note((*self._table(keys[:-1]), keys[-1]))
        self.lengths[path] = self.lengths.get(path, 0) + 1
        return self._note((*path, self.lengths[path] - 1))

    def _pair(self, path: Path) -> None:
        for key in self._key():
            path = self._note((*path, key))
        self._takes("=")
        self._value(path)

    def _value(self, path: Path) -> None:
        if self._takes("["):
            place = 0
            while not self._ends("]"):
                self._value(self._note((*path, place)))
                place += 1
        elif self._takes("{"):
            while not self._ends("}"):
                self._pair(path)
        else:
            self._match(_STRING) or self._match(_BARE)

    def _key(self) -> list[str]:
        """The parts of a dotted key."""
        keys = []
        while key := self._match(_KEY):
            keys.append(next(iter(tomllib.loads(f"{key} = 0"))))
            if not self._takes("."):
                break
        return keys

    def _note(self, path: Path) -> Path:
        """The line of what comes next, unless the same table was named before."""
        self._skip()
        self.lines.setdefault(path, self.text.count("\n", 0, self.at) + 1)
        return path

    def _ends(self, mark: str) -> bool:
        """Whether the text ends here, or the mark, which is then behind us."""
        self._skip()
        return self.at == len(self.text) or (mark != "" and self._takes(mark))

    def _takes(self, mark: str) -> bool:
        self._skip()
        found = self.text.startswith(mark, self.at)
        self.at += len(mark) * found
        return found

    def _match(self, pattern: re.Pattern[str]) -> str:
        self._skip()
        found = pattern.match(self.text, self.at)
        self.at = found.end() if found else self.at
        return found[0] if found else ""

    def _skip(self) -> None:
        blank = _BLANK.match(self.text, self.at)
        self.at = blank.end() if blank else self.at
