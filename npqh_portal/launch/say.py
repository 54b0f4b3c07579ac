"""Talking to the terminal: always on standard error, so that a command's result on standard output stays pure."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Lock

_COLOURS = {"web": 36, "worker": 35, "beat": 33, "redis": 31, "postgres": 34}
_one_line_at_a_time = Lock()


def say(text: str = "") -> None:
    """Nobody may be listening any more: a closed terminal must not keep us from stopping what we started."""
    with _one_line_at_a_time, suppress(OSError):
        print(text, file=sys.stderr, flush=True)


def say_line(label: str, line: str) -> None:
    """A line of a program's output, behind the program's name."""
    say(f"{in_colour(f'{label:>8} |', _COLOURS.get(label, 0))} {line}")


def in_colour(text: str, colour: int) -> str:
    if not colour or "NO_COLOR" in os.environ or not sys.stderr.isatty():
        return text
    return f"\033[{colour}m{text}\033[0m"


@contextmanager
def step(title: str) -> Iterator[None]:
    """Says what is being done, then how long it took."""
    say(f"· {title} …")
    started = time.monotonic()
    yield
    say(f"  {title}: {time.monotonic() - started:.1f} s")
