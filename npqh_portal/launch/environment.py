"""Settings as the programs that we start will see them: `.env` first, the environment over it."""

import os
from pathlib import Path

from npqh_portal.launch import places
from npqh_portal.launch.problems import Problem

Environment = dict[str, str]


def environment(dotenv: Path = places.DOTENV) -> Environment:
    return {**read_dotenv(dotenv), **os.environ}


def read_dotenv(path: Path) -> Environment:
    """The plain subset that `.env.example` uses: NAME=value, quotes allowed, lines that start with # left out."""
    if not path.exists():
        return {}
    values = {}
    for line in path.read_text().splitlines():
        name, separator, value = line.partition("=")
        if separator and not line.lstrip().startswith("#"):
            values[name.strip()] = value.strip().strip("'\"")
    return values


def port(values: Environment) -> int:
    text = values.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise Problem(f"PORT is {text!r}: set it to a number from 1 to 65535.")
    return int(text)
