"""Two pieces of work in turns, and how much processor time each takes."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from django.db import connection
from django.test.utils import CaptureQueriesContext

Clock = Callable[[], float]

LONG = 1.0  # seconds from which a piece of work is run fewer times
BATCH = 0.3  # seconds that short work is repeated for, in each round


@dataclass(frozen=True)
class Work:
    """`before` is done before each run and not counted."""

    run: Callable[[], object]
    before: Callable[[], object] | None = None


@dataclass(frozen=True)
class Contest:
    """The portal's work may take `at_most` times as long as the limit; `goal` is its number in docs/performance.md.

    Where the goal is a time that people feel, it is `seconds_most` instead, and the limit only tells what is in it.
    Where the disk is waited for, as when something is written, it is timed by the clock.
    """

    goal: int
    what: str
    limit: Work
    portal: Work
    at_most: float | None = None
    seconds_most: float | None = None
    statements_most: int | None = None
    writes: bool = False


@dataclass(frozen=True)
class Found:
    """Seconds of one run, and the ratios of the rounds: their median, the lowest and the highest."""

    limit: float
    portal: float
    ratio: float
    lowest: float
    highest: float
    statements: int


def measure(contest: Contest) -> Found:
    """Both in turns, the limit first in one round and last in the next. The first run of each is for warming up."""
    now = time.perf_counter if contest.writes else _processor_seconds
    _batch(contest.limit, 1, now)
    if contest.portal.before:
        contest.portal.before()
    with CaptureQueriesContext(connection) as captured:
        contest.portal.run()
        statements = len(captured)
    limit_once, portal_once = _batch(contest.limit, 1, now), _batch(contest.portal, 1, now)
    rounds = 3 if max(limit_once, portal_once) >= LONG else 9
    limit_times, portal_times = (max(1, round(BATCH / once)) for once in (limit_once, portal_once))
    limits, portals = [], []
    for number in range(rounds):
        if number % 2:
            portals.append(_batch(contest.portal, portal_times, now))
        limits.append(_batch(contest.limit, limit_times, now))
        if not number % 2:
            portals.append(_batch(contest.portal, portal_times, now))
    ratios = [portal / limit for portal, limit in zip(portals, limits, strict=True)]
    return Found(median(limits), median(portals), median(ratios), min(ratios), max(ratios), statements)


def _batch(work: Work, times: int, now: Clock) -> float:
    """Seconds of one run, as the mean of that many."""
    if work.before is None:
        started = now()
        for _ in range(times):
            work.run()
        return (now() - started) / times
    spent = 0.0
    for _ in range(times):
        work.before()
        started = now()
        work.run()
        spent += now() - started
    return spent / times


def clock_words() -> str:
    if _server_process() is None:
        return "Times are by the clock: the database server is not on this machine."
    return "Times are the processor's, of this process and its database server; of what is written, the clock's."


def _processor_seconds() -> float:
    """Of this process and of the server process behind its connection; by the clock where that one is elsewhere."""
    server = _server_process()
    if server is None:
        return time.perf_counter()
    nanoseconds = int((server / "schedstat").read_text().split()[0])
    return time.process_time() + nanoseconds / 1e9


def _server_process() -> Path | None:
    connection.ensure_connection()
    process = Path("/proc", str(connection.connection.info.backend_pid))
    try:
        is_ours = (process / "comm").read_text().strip() == "postgres" and (process / "schedstat").exists()
    except OSError:
        return None
    return process if is_ours else None
