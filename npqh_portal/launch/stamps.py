"""Skips a step whose inputs have not changed since it last succeeded."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from npqh_portal.launch import places


def digest(inputs: Iterable[Path], *words: str) -> str:
    """One value for the names and contents of files (folders with all they hold) and for a few words."""
    result = hashlib.sha256("\0".join(words).encode())
    for path in sorted(every_file(inputs)):
        result.update(f"\0{path.relative_to(places.ROOT)}\0".encode())
        result.update(path.read_bytes())
    return result.hexdigest()[:20]


def every_file(inputs: Iterable[Path]) -> Iterator[Path]:
    for path in inputs:
        if path.is_dir():
            yield from (part for part in path.rglob("*") if part.is_file())
        elif path.exists():
            yield path


@contextmanager
def unless_done(name: str, value: str, made: Path) -> Iterator[bool]:
    """Yields whether there is work to do; remembers the value when it ends well. `made` is what the work leaves.

    What belongs to the checkout is remembered with the checkout: a second portal from it finds it done.
    """
    stamp = (places.VAR if made.is_relative_to(places.VAR) else places.OF_THE_CHECKOUT) / "stamps" / name
    if made.exists() and stamp.exists() and stamp.read_text() == value:
        yield False
        return
    stamp.unlink(missing_ok=True)
    yield True
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(value)
