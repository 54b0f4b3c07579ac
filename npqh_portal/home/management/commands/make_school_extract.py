"""`manage.py make_school_extract`: a register of invented schools in the national format, for the demo and `bench`."""

import time
from collections.abc import Callable, Iterable
from datetime import date
from pathlib import Path
from typing import Any, TextIO

from django.core.management.base import BaseCommand, CommandParser

from npqh_portal import clock
from npqh_portal.home.management.demo import extract
from npqh_portal.home.management.demo.register import Establishment, register

Writer = Callable[[TextIO, Iterable[Establishment]], object]

SEED = 1
SIZE = 3_000


class Command(BaseCommand):
    help = "Writes a register of invented schools, as the public extract of the national register would."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="the extract, in Windows-1252")
        parser.add_argument("--schools", type=int, default=SIZE, help=f"how many; {SIZE:,} if not given")
        parser.add_argument("--seed", type=int, default=SEED, help="another seed invents other schools")
        parser.add_argument("--on", type=date.fromisoformat, help="as the register stood on that day; today's if not")
        parser.add_argument("--links", type=Path, help="write predecessors and successors there")
        parser.add_argument("--pp50", type=Path, help="write the schools with many disadvantaged pupils there")
        parser.add_argument("--rise", type=Path, help="write the schools that RISE supports there")

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        schools = list(register(options["schools"], seed=options["seed"], on=options["on"] or clock.today()))
        write(options["file"], extract.write_extract, schools)
        for name, writes in (
            ("links", extract.write_links), ("pp50", extract.write_pp50), ("rise", extract.write_rise),
        ):  # fmt: skip
            if options[name]:
                write(options[name], writes, schools)
        self.stderr.write(f"{len(schools):,} schools written ({time.monotonic() - started:.1f} s).")


def write(
    path: Path, writes: Callable[[TextIO, Iterable[Establishment]], object], schools: list[Establishment]
) -> None:
    with path.open("w", encoding=extract.ENCODING, newline="") as file:
        writes(file, schools)
