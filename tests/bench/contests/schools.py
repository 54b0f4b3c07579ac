"""The national extract against COPY and one upsert: into empty tables, and as the refresh of a day later."""

import atexit
import shutil
import tempfile
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path

from django.db import connection

from npqh_portal.home.management.demo import extract
from npqh_portal.home.management.demo.register import register
from npqh_portal.schools.actions import import_schools
from npqh_portal.schools.readers import read_extract
from tests.bench.limits import copying
from tests.bench.measuring import Contest, Work

SCHOOLS = 50_000
DAY = date(2026, 8, 31)  # much changes with the school year


@cache
def extracts() -> tuple[Path, Path]:
    """The register on two days that follow each other: 160 schools differ."""
    folder = Path(tempfile.mkdtemp(prefix="npqh-bench-"))
    atexit.register(shutil.rmtree, folder)
    for number, path in enumerate(paths := (folder / "today.csv", folder / "tomorrow.csv")):
        with path.open("w", encoding=extract.ENCODING, newline="") as file:
            extract.write_extract(file, register(SCHOOLS, seed=1, on=DAY + timedelta(days=number)))
    return paths


def load(path: Path) -> None:
    with path.open("rb") as file:
        import_schools(read_extract(file, path.name), by=None)


def empty() -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE schools_school, schools_schoolimport CASCADE")


def contests() -> Iterator[Contest]:
    today, tomorrow = extracts()
    copying.make_table()
    yield Contest(
        goal=16,
        what=f"first load of {SCHOOLS:,} schools",
        limit=Work(lambda: copying.copy_and_upsert(today), before=copying.empty_table),
        portal=Work(lambda: load(today), before=empty),
        at_most=2,
        writes=True,
    )
    limit_days, portal_days = cycle([tomorrow, today]), cycle([tomorrow, today])
    yield Contest(
        goal=16,
        what="refresh, 160 of them changed",
        limit=Work(lambda: copying.copy_and_upsert(next(limit_days))),
        portal=Work(lambda: load(next(portal_days))),
        at_most=1.2,
        writes=True,
    )
