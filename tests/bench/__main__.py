"""`python -m tests.bench [NAME …]`, with the services of `make bench` up."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stdout
from io import StringIO

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "npqh_portal.settings")
django.setup()

from django.conf import settings  # noqa: E402  # the settings are named above
from django.db import connection  # noqa: E402

from .contests import applications, certificates, cohorts, engagement, pages, registers, schools, search  # noqa: E402
from .measuring import Contest, clock_words, measure  # noqa: E402

# In this order: the schools come first, into an empty table.
CONTESTS: dict[str, Callable[[], Iterable[Contest]]] = {
    "schools": schools.contests,
    "search": search.contests,
    "pages": pages.contests,
    "cohorts": cohorts.contests,
    "applications": applications.contests,
    "engagement": engagement.contests,
    "registers": registers.contests,
    "certificates": certificates.contests,
}
LINE = "{:>4}  {:<38}{:>11}{:>11}{:>8}{:>14}{:>9}{:>12}  {}"


@contextmanager
def a_database() -> Iterator[None]:
    """A copy of the migrated template, as tests have it, and one connection to it that stays."""
    before = settings.DATABASES["default"]["NAME"]
    connection.settings_dict["CONN_MAX_AGE"] = None
    with redirect_stdout(StringIO()):  # it tells of the cache's table
        connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    with connection.cursor() as cursor:
        # Parallel workers' time would be counted for nobody.
        cursor.execute("SET max_parallel_workers_per_gather = 0")
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def main(names: list[str]) -> int:
    if strangers := sorted(set(names) - set(CONTESTS)):
        say(f"There is no {', '.join(strangers)}: choose from {', '.join(CONTESTS)}.")
        return 2
    with a_database():
        say(f"Goals are those of docs/performance.md. {clock_words()}\n")
        say(LINE.format("goal", "", "limit", "portal", "ratio", "from–to", "at most", "statements", ""))
        for name, contests in CONTESTS.items():
            if not names or name in names:
                for contest in contests():
                    say(row(contest))
    return 0


def row(contest: Contest) -> str:
    found, most = measure(contest), contest.statements_most
    is_met = (
        (contest.at_most is None or found.ratio <= contest.at_most)
        and (contest.seconds_most is None or found.portal <= contest.seconds_most)
        and (most is None or found.statements <= most)
    )
    return LINE.format(
        contest.goal,
        contest.what,
        in_words(found.limit),
        in_words(found.portal),
        f"{found.ratio:.2f}",
        f"{found.lowest:.2f}–{found.highest:.2f}",
        f"{contest.at_most:.2f}" if contest.at_most else in_words(contest.seconds_most or 0),
        "" if most is None else f"{found.statements} of {most}",
        "" if is_met else "misses it",
    ).rstrip()


def in_words(seconds: float) -> str:
    return f"{seconds:.2f} s" if seconds >= 1 else f"{seconds * 1000:.2f} ms"


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
